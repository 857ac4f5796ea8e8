;;; cxflow-mode-tests.el --- Tests of cxflow-mode -*- lexical-binding: t; -*-

;;; Commentary:

;; Run by `check', in a batch Emacs.

;;; Code:

(require 'ert)
(require 'compile)
(require 'imenu)
(require 'cxflow-mode)

(defconst cxflow-tests--root
  (expand-file-name "../../" (file-name-directory (or load-file-name buffer-file-name))))

(defun cxflow-tests--flows ()
  "Every flow that compiles."
  (apply #'append
         (mapcar (lambda (folder) (directory-files (concat cxflow-tests--root folder) t "\\.cxflow\\'"))
                 '("examples" "examples/library" "src/bundled" "src/bundled/libraries"))))

(defmacro cxflow-tests--with (text &rest body)
  "Evaluate BODY in a buffer of the mode with TEXT, coloured."
  (declare (indent 1))
  `(with-temp-buffer
     (insert ,text)
     (cxflow-mode)
     (font-lock-ensure)
     (goto-char (point-min))
     ,@body))

(defun cxflow-tests--face (word)
  "The colour of the next WORD."
  (search-forward word)
  (get-text-property (match-beginning 0) 'face))

(ert-deftest cxflow-colours ()
  (cxflow-tests--with "flow \"A ${b}\"
entry entry
disclosure disclosure \"x\" @tag // why
collect menu \"Press 1\" retries 2 {
  say \"Hi\"
  on 1 -> route-agent
  on timeout | invalid -> on
}
disclosure -> entry -> on on failed
let cdn = \"// no comment\"
policy house {
  warn near: require =menu before agent
}
"
    (dolist (pair '(("flow" . font-lock-keyword-face)
                    ("\"A " . font-lock-string-face)
                    ("b}" . font-lock-variable-name-face)
                    ("entry" . font-lock-keyword-face)
                    ("entry" . font-lock-function-name-face)
                    ("disclosure" . font-lock-keyword-face)
                    ("disclosure" . font-lock-function-name-face)
                    ("@tag" . font-lock-preprocessor-face)
                    ("why" . font-lock-comment-face)
                    ("collect" . font-lock-keyword-face)
                    ("menu" . font-lock-function-name-face)
                    ("retries" . font-lock-keyword-face)
                    ("say" . font-lock-builtin-face)
                    ("on" . font-lock-keyword-face)
                    ("route-agent" . font-lock-function-name-face)
                    ("timeout" . font-lock-constant-face)
                    ("invalid" . font-lock-constant-face)
                    ("on" . font-lock-function-name-face)
                    ("disclosure" . font-lock-function-name-face)
                    ("entry" . font-lock-function-name-face)
                    ("on" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("failed" . font-lock-constant-face)
                    ("let" . font-lock-keyword-face)
                    ("cdn" . font-lock-variable-name-face)
                    ("// no" . font-lock-string-face)
                    ("policy" . font-lock-keyword-face)
                    ("house" . font-lock-type-face)
                    ("warn" . font-lock-keyword-face)
                    ("near" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("menu" . font-lock-function-name-face)
                    ("before" . font-lock-keyword-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-kinds-and-variables ()
  (cxflow-tests--with "kind quota type \"cxone:quota\" ends as agent {
  with url: url; with tries: integer = 3
  with regions: list of \"a\" = [\"a\", most]
  outcome full, MaxDigits
  sets due, tier on full | MaxDigits
}
quota members with url = \"https://x\", tries = limit { on full -> a; -> b }
music `on hold`; music slow @x
quota -> on on MaxDigits
play p { action \"crm\" with phone = \"+1\"; say \"Hi.\" with voice = anna }
exit found
var tier lasts 5s @x
decide d {
  when tier starts \"a\" | \"b\" -> bye
}
set tier = due + 1
include \"x.cxflow\" as auth with limit = 3, verified -> menu
waive CX201 at q1 because \"so\" by \"me\" until 2027-03-31
collect pin wait 5s between 2s digits 4..6 end \"#\" {
test \"three\" with due = 1, tier = \"gold\" on found, 1, lost -> menu
require =menu on found | agent before @x
"
    (dolist (pair '(("kind" . font-lock-keyword-face)
                    ("quota" . font-lock-type-face)
                    ("type" . font-lock-keyword-face)
                    ("ends" . font-lock-keyword-face)
                    ("as" . font-lock-keyword-face)
                    ("agent" . font-lock-builtin-face)
                    ("with" . font-lock-keyword-face)
                    ("url" . font-lock-variable-name-face)
                    ("url" . font-lock-type-face)
                    ("with" . font-lock-keyword-face)
                    ("tries" . font-lock-variable-name-face)
                    ("integer" . font-lock-type-face)
                    ("regions" . font-lock-variable-name-face)
                    ("list" . font-lock-keyword-face)
                    ("of" . font-lock-keyword-face)
                    ("a\"" . font-lock-string-face)
                    ("most" . font-lock-variable-name-face)
                    ("outcome" . font-lock-keyword-face)
                    ("full" . font-lock-constant-face)
                    ("MaxDigits" . font-lock-constant-face)
                    ("sets" . font-lock-keyword-face)
                    ("due" . font-lock-variable-name-face)
                    ("tier" . font-lock-variable-name-face)
                    ("on" . font-lock-keyword-face)
                    ("full" . font-lock-constant-face)
                    ("MaxDigits" . font-lock-constant-face)
                    ("quota" . font-lock-type-face)
                    ("members" . font-lock-function-name-face)
                    ("with" . font-lock-keyword-face)
                    ("url" . font-lock-variable-name-face)
                    ("https" . font-lock-string-face)
                    ("tries" . font-lock-variable-name-face)
                    ("limit" . font-lock-variable-name-face)
                    ("on" . font-lock-keyword-face)
                    ("full" . font-lock-constant-face)
                    ("a;" . font-lock-function-name-face)
                    ("music" . font-lock-type-face)
                    ("`on hold" . font-lock-function-name-face)
                    ("music" . font-lock-type-face)
                    ("slow" . font-lock-function-name-face)
                    ("@x" . font-lock-preprocessor-face)
                    ("quota" . font-lock-function-name-face)
                    ("on" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("MaxDigits" . font-lock-constant-face)
                    ("action" . font-lock-builtin-face)
                    ("with" . font-lock-keyword-face)
                    ("phone" . font-lock-variable-name-face)
                    ("say" . font-lock-builtin-face)
                    ("voice" . font-lock-variable-name-face)
                    ("anna" . font-lock-variable-name-face)
                    ("exit" . font-lock-keyword-face)
                    ("found" . font-lock-function-name-face)
                    ("var" . font-lock-keyword-face)
                    ("tier" . font-lock-variable-name-face)
                    ("lasts" . font-lock-keyword-face)
                    ("@x" . font-lock-preprocessor-face)
                    ("decide" . font-lock-keyword-face)
                    ("d" . font-lock-function-name-face)
                    ("when" . font-lock-keyword-face)
                    ("tier" . font-lock-variable-name-face)
                    ("starts" . font-lock-keyword-face)
                    ("bye" . font-lock-function-name-face)
                    ("set" . font-lock-keyword-face)
                    ("tier" . font-lock-variable-name-face)
                    ("due" . font-lock-variable-name-face)
                    ("include" . font-lock-keyword-face)
                    ("as" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("limit" . font-lock-variable-name-face)
                    ("verified" . font-lock-function-name-face)
                    ("menu" . font-lock-function-name-face)
                    ("waive" . font-lock-keyword-face)
                    ("CX201" . font-lock-constant-face)
                    ("because" . font-lock-keyword-face)
                    ("pin" . font-lock-function-name-face)
                    ("wait" . font-lock-keyword-face)
                    ("between" . font-lock-keyword-face)
                    ("digits" . font-lock-keyword-face)
                    ("end" . font-lock-keyword-face)
                    ("test" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("due" . font-lock-variable-name-face)
                    ("tier" . font-lock-variable-name-face)
                    ("on" . font-lock-keyword-face)
                    ("found" . font-lock-constant-face)
                    ("lost" . font-lock-constant-face)
                    ("menu" . font-lock-function-name-face)
                    ("menu" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("found" . font-lock-constant-face)
                    ("before" . font-lock-keyword-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-opening-hours ()
  (cxflow-tests--with "hours office in \"America/New_York\" {
  mon..fri 9:00..12:00,13:00..17:00
  sat, sun 10:00..13:00; open 2026-12-24 9:00..11:00; closed 2026-12-25
}
hours always in \"UTC\" { mon..sun 0:00..24:00 }
mon -> sun -> hours
decide now {
  when open office -> desk; when closed es.office -> later
  when open = \"yes\" -> desk; when closed starts \"n\" -> desk
}
test \"at\" at 2026-12-21T12:00 -> later
test \"b\" at 2026-12-21T9:00:30Z with at = 1 on 1 -> later
test \"c\" at 2026-12-21T12:00-05:00->later
test \"d\" at 2026-12-21T12:00Z -> later
"
    (dolist (pair '(("hours" . font-lock-keyword-face)
                    ("office" . font-lock-variable-name-face)
                    ("in" . font-lock-keyword-face)
                    ("America" . font-lock-string-face)
                    ("mon" . font-lock-constant-face)
                    ("fri" . font-lock-constant-face)
                    ("9:00" . font-lock-constant-face)
                    ("12:00" . font-lock-constant-face)
                    ("13:00" . font-lock-constant-face)
                    ("17:00" . font-lock-constant-face)
                    ("sat" . font-lock-constant-face)
                    ("sun" . font-lock-constant-face)
                    ("10:00" . font-lock-constant-face)
                    ("open" . font-lock-keyword-face)
                    ("2026-12-24" . font-lock-constant-face)
                    ("9:00" . font-lock-constant-face)
                    ("closed" . font-lock-keyword-face)
                    ("2026-12-25" . font-lock-constant-face)
                    ("hours" . font-lock-keyword-face)
                    ("always" . font-lock-variable-name-face)
                    ("mon" . font-lock-constant-face)
                    ("sun" . font-lock-constant-face)
                    ("24:00" . font-lock-constant-face)
                    ("mon" . font-lock-function-name-face)
                    ("sun" . font-lock-function-name-face)
                    ("hours" . font-lock-function-name-face)
                    ("open" . font-lock-keyword-face)
                    ("office" . font-lock-variable-name-face)
                    ("desk" . font-lock-function-name-face)
                    ("when" . font-lock-keyword-face)
                    ("closed" . font-lock-keyword-face)
                    ("es.office" . font-lock-variable-name-face)
                    ("later" . font-lock-function-name-face)
                    ("when" . font-lock-keyword-face)
                    ("open" . font-lock-variable-name-face)
                    ("closed" . font-lock-variable-name-face)
                    ("starts" . font-lock-keyword-face)
                    ("at" . font-lock-string-face)
                    ("at" . font-lock-keyword-face)
                    ("2026-12-21T12:00" . font-lock-constant-face)
                    ("later" . font-lock-function-name-face)
                    ("at" . font-lock-keyword-face)
                    ("2026-12-21T9:00:30Z" . font-lock-constant-face)
                    ("with" . font-lock-keyword-face)
                    ("at" . font-lock-variable-name-face)
                    ("on" . font-lock-keyword-face)
                    ("later" . font-lock-function-name-face)
                    ("at" . font-lock-keyword-face)
                    ("2026-12-21T12:00-05:00" . font-lock-constant-face)
                    ("later" . font-lock-function-name-face)
                    ("at" . font-lock-keyword-face)
                    ("2026-12-21T12:00Z" . font-lock-constant-face)
                    ("later" . font-lock-function-name-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-who-vouches-for-a-fact ()
  (cxflow-tests--with "fact consent = \"express\" because \"web form 3\" by \"k.roe\" until 2027-03-31
"
    (dolist (pair '(("fact" . font-lock-keyword-face)
                    ("consent" . font-lock-constant-face)
                    ("because" . font-lock-keyword-face)
                    ("web form" . font-lock-string-face)
                    ("by" . font-lock-keyword-face)
                    ("until" . font-lock-keyword-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-conditions-about-facts ()
  (cxflow-tests--with "policy sold \"What is sold\" when country in (\"us\", \"ca\") and not region = \"eu\" {
  in: require fact ring_timeout >= 15s or (rings > 3 and not from = 2) when purpose not in (1, 2) until 2027-03-31
  forbid agent when purpose = \"sales\" | \"survey\" and
      // and
      voice = \"live\" or
      and in (1)
  or: require not callback or @or or =menu on 1 | full or agent before =or
  require fact recording when or = 1 or
      \"a\" or x
  expects fact in \"b and c\"
}
policy there when country = \"uk\" or
    country = \"ie\" {
}
and -> or
disconnect or
play on { on or -> and; -> bye }
"
    (dolist (pair '(("policy" . font-lock-keyword-face)
                    ("sold" . font-lock-type-face)
                    ("when" . font-lock-keyword-face)
                    ("country" . font-lock-constant-face)
                    ("in" . font-lock-keyword-face)
                    ("us" . font-lock-string-face)
                    ("and" . font-lock-keyword-face)
                    ("not" . font-lock-keyword-face)
                    ("region" . font-lock-constant-face)
                    ("in" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("ring_timeout" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("rings" . font-lock-constant-face)
                    ("and" . font-lock-keyword-face)
                    ("not" . font-lock-keyword-face)
                    ("from" . font-lock-constant-face)
                    ("when" . font-lock-keyword-face)
                    ("purpose" . font-lock-constant-face)
                    ("not" . font-lock-keyword-face)
                    ("in" . font-lock-keyword-face)
                    ("until" . font-lock-keyword-face)
                    ("forbid" . font-lock-keyword-face)
                    ("purpose" . font-lock-constant-face)
                    ("survey" . font-lock-string-face)
                    ("and" . font-lock-keyword-face)
                    ("and" . font-lock-comment-face)
                    ("voice" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("and" . font-lock-constant-face)
                    ("in" . font-lock-keyword-face)
                    ("or" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("not" . font-lock-keyword-face)
                    ("or" . font-lock-keyword-face)
                    ("@or" . font-lock-preprocessor-face)
                    ("or" . font-lock-keyword-face)
                    ("menu" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("full" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("before" . font-lock-keyword-face)
                    ("or" . font-lock-function-name-face)
                    ("recording" . font-lock-constant-face)
                    ("when" . font-lock-keyword-face)
                    ("or" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("or" . font-lock-keyword-face)
                    ("expects" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("in" . font-lock-constant-face)
                    ("and" . font-lock-string-face)
                    ("when" . font-lock-keyword-face)
                    ("country" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("country" . font-lock-constant-face)
                    ("and" . font-lock-function-name-face)
                    ("or" . font-lock-function-name-face)
                    ("or" . font-lock-function-name-face)
                    ("or" . font-lock-constant-face)
                    ("and" . font-lock-function-name-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-words-of-rules-and-of-names-like-them ()
  (cxflow-tests--with "policy heard \"What\" when key = 1 or must in (2) {
  heard: require @a before or with heard in \"es\" or key since not heard
  warn key: require =key on key | 2 | heard & =heard | kind key before set key
  limit 30s from start of =start on 1 to end of @end, and must occur when must = 1
  must: limit 1min to =menu on and and must occur
  require =menu on heard or key reachable from heard within 2 keys; require fact heard
  forbid (heard | key) before or // the same
      with heard // and
  limit 3s to agent, // or
      and must occur
}
collect key { on heard | key -> start }
heard -> must -> key
disconnect start
"
    (dolist (pair '(("policy" . font-lock-keyword-face)
                    ("heard" . font-lock-type-face)
                    ("when" . font-lock-keyword-face)
                    ("key" . font-lock-constant-face)
                    ("must" . font-lock-constant-face)
                    ("in" . font-lock-keyword-face)
                    ("heard" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("before" . font-lock-keyword-face)
                    ("or" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("heard" . font-lock-keyword-face)
                    ("in" . font-lock-keyword-face)
                    ("or" . font-lock-keyword-face)
                    ("key" . font-lock-keyword-face)
                    ("since" . font-lock-keyword-face)
                    ("not" . font-lock-keyword-face)
                    ("heard" . font-lock-keyword-face)
                    ("warn" . font-lock-keyword-face)
                    ("key" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("key" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("key" . font-lock-constant-face)
                    ("heard" . font-lock-keyword-face)
                    ("heard" . font-lock-function-name-face)
                    ("kind" . font-lock-keyword-face)
                    ("key" . font-lock-type-face)
                    ("before" . font-lock-keyword-face)
                    ("set" . font-lock-keyword-face)
                    ("key" . font-lock-variable-name-face)
                    ("limit" . font-lock-keyword-face)
                    ("from" . font-lock-keyword-face)
                    ("start" . font-lock-keyword-face)
                    ("of" . font-lock-keyword-face)
                    ("start" . font-lock-function-name-face)
                    ("to" . font-lock-keyword-face)
                    ("end" . font-lock-keyword-face)
                    ("of" . font-lock-keyword-face)
                    ("@end" . font-lock-preprocessor-face)
                    ("and" . font-lock-keyword-face)
                    ("must" . font-lock-keyword-face)
                    ("occur" . font-lock-keyword-face)
                    ("when" . font-lock-keyword-face)
                    ("must" . font-lock-constant-face)
                    ("must" . font-lock-constant-face)
                    ("limit" . font-lock-keyword-face)
                    ("menu" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("and" . font-lock-constant-face)
                    ("and" . font-lock-keyword-face)
                    ("must" . font-lock-keyword-face)
                    ("occur" . font-lock-keyword-face)
                    ("require" . font-lock-keyword-face)
                    ("menu" . font-lock-function-name-face)
                    ("heard" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("key" . font-lock-keyword-face)
                    ("reachable" . font-lock-keyword-face)
                    ("from" . font-lock-keyword-face)
                    ("heard" . font-lock-keyword-face)
                    ("within" . font-lock-keyword-face)
                    ("keys" . font-lock-keyword-face)
                    ("require" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("heard" . font-lock-constant-face)
                    ("forbid" . font-lock-keyword-face)
                    ("heard" . font-lock-keyword-face)
                    ("key" . font-lock-keyword-face)
                    ("before" . font-lock-keyword-face)
                    ("or" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("heard" . font-lock-keyword-face)
                    ("and" . font-lock-comment-face)
                    ("and" . font-lock-keyword-face)
                    ("must" . font-lock-keyword-face)
                    ("occur" . font-lock-keyword-face)
                    ("key" . font-lock-function-name-face)
                    ("heard" . font-lock-constant-face)
                    ("key" . font-lock-constant-face)
                    ("start" . font-lock-function-name-face)
                    ("heard" . font-lock-function-name-face)
                    ("must" . font-lock-function-name-face)
                    ("key" . font-lock-function-name-face)
                    ("start" . font-lock-function-name-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-colours-of-days-and-of-what-policies-say-of-themselves ()
  (cxflow-tests--with "fact hours = mon..fri 9:00..13:00, // in the morning
    // and mon
    14:00..20:00,
    sat, holidays 10:00..12:00, closed holidays
fact closed = mon 9:00..17:00
fact holidays = 2
policy version \"Calling times\" when hours within mon..sun 8:00..21:00, closed holidays and exempt = 1 {
  version 3; covers \"us-ca\",
      \"us-wa\"
  covers \"us-or\"
  reviewed by \"N.N., counsel\" on 2027-01-15; conflicts with version because \"send\"
  conflicts with // another
      or because \"x\"
  expects fact hours = mon..fri 9:00..17:00 | closed holidays \"when\"
  expects fact covers \"where\"
  version: require fact hours not within mon..sat 9:00..20:00,
      holidays 9:00..12:00 or not hours within sun 9:00..10:00
  one: forbid agent when a = 1 exempt when exempt in (\"a\") and mon = 1 because \"so\" exempt when within within sun 8:00..9:00 because \"yes\" from 2026-01-01
  exempt: require =exempt on holidays exempt when (version within closed holidays) because \"x\" from after after + 30d until 2099-12-31
  reviewed: require fact exempt when version = 1 or within = 2 from after or
  sat: require @a reachable from collect within 2 keys
  conflicts: forbid =sat after @sun
  covers: require fact covers when covers = \"us-ca\" or covers in (\"us-wa\") from after covers
  forbid =covers on \"covers\"
}
play version { on holidays -> exempt }
version -> reviewed -> conflicts -> exempt -> holidays -> after
after -> from; from -> within
covers -> sat
kind k type \"t\" {
  outcome sat, sun
}
"
    (dolist (pair '(("fact" . font-lock-keyword-face)
                    ("hours" . font-lock-constant-face)
                    ("mon" . font-lock-constant-face)
                    ("fri" . font-lock-constant-face)
                    ("9:00" . font-lock-constant-face)
                    ("13:00" . font-lock-constant-face)
                    ("in" . font-lock-comment-face)
                    ("mon" . font-lock-comment-face)
                    ("14:00" . font-lock-constant-face)
                    ("sat" . font-lock-constant-face)
                    ("holidays" . font-lock-constant-face)
                    ("12:00" . font-lock-constant-face)
                    ("closed" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("fact" . font-lock-keyword-face)
                    ("closed" . font-lock-constant-face)
                    ("mon" . font-lock-constant-face)
                    ("17:00" . font-lock-constant-face)
                    ("fact" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("policy" . font-lock-keyword-face)
                    ("version" . font-lock-type-face)
                    ("when" . font-lock-keyword-face)
                    ("hours" . font-lock-constant-face)
                    ("within" . font-lock-keyword-face)
                    ("mon" . font-lock-constant-face)
                    ("sun" . font-lock-constant-face)
                    ("closed" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("and" . font-lock-keyword-face)
                    ("exempt" . font-lock-constant-face)
                    ("version" . font-lock-keyword-face)
                    ("3" . nil)
                    ("covers" . font-lock-keyword-face)
                    ("us-ca" . font-lock-string-face)
                    ("us-wa" . font-lock-string-face)
                    ("covers" . font-lock-keyword-face)
                    ("us-or" . font-lock-string-face)
                    ("reviewed" . font-lock-keyword-face)
                    ("by" . font-lock-keyword-face)
                    ("N.N." . font-lock-string-face)
                    ("on" . font-lock-keyword-face)
                    ("conflicts" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("version" . font-lock-type-face)
                    ("because" . font-lock-keyword-face)
                    ("conflicts" . font-lock-keyword-face)
                    ("with" . font-lock-keyword-face)
                    ("another" . font-lock-comment-face)
                    ("or" . font-lock-type-face)
                    ("because" . font-lock-keyword-face)
                    ("expects" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("hours" . font-lock-constant-face)
                    ("mon" . font-lock-constant-face)
                    ("fri" . font-lock-constant-face)
                    ("closed" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("when" . font-lock-string-face)
                    ("expects" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("covers" . font-lock-constant-face)
                    ("where" . font-lock-string-face)
                    ("version" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("hours" . font-lock-constant-face)
                    ("not" . font-lock-keyword-face)
                    ("within" . font-lock-keyword-face)
                    ("mon" . font-lock-constant-face)
                    ("sat" . font-lock-constant-face)
                    ("holidays" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("not" . font-lock-keyword-face)
                    ("hours" . font-lock-constant-face)
                    ("within" . font-lock-keyword-face)
                    ("sun" . font-lock-constant-face)
                    ("one" . font-lock-constant-face)
                    ("forbid" . font-lock-keyword-face)
                    ("when" . font-lock-keyword-face)
                    ("exempt" . font-lock-keyword-face)
                    ("when" . font-lock-keyword-face)
                    ("exempt" . font-lock-constant-face)
                    ("in" . font-lock-keyword-face)
                    ("and" . font-lock-keyword-face)
                    ("mon" . font-lock-constant-face)
                    ("because" . font-lock-keyword-face)
                    ("exempt" . font-lock-keyword-face)
                    ("when" . font-lock-keyword-face)
                    ("within" . font-lock-constant-face)
                    ("within" . font-lock-keyword-face)
                    ("sun" . font-lock-constant-face)
                    ("because" . font-lock-keyword-face)
                    ("from" . font-lock-keyword-face)
                    ("exempt" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("exempt" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("exempt" . font-lock-keyword-face)
                    ("when" . font-lock-keyword-face)
                    ("version" . font-lock-constant-face)
                    ("within" . font-lock-keyword-face)
                    ("closed" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("because" . font-lock-keyword-face)
                    ("from" . font-lock-keyword-face)
                    ("after" . font-lock-keyword-face)
                    ("after" . font-lock-constant-face)
                    ("until" . font-lock-keyword-face)
                    ("reviewed" . font-lock-constant-face)
                    ("fact" . font-lock-keyword-face)
                    ("exempt" . font-lock-constant-face)
                    ("when" . font-lock-keyword-face)
                    ("version" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("within" . font-lock-constant-face)
                    ("from" . font-lock-keyword-face)
                    ("after" . font-lock-keyword-face)
                    ("or" . font-lock-constant-face)
                    ("sat" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("reachable" . font-lock-keyword-face)
                    ("within" . font-lock-keyword-face)
                    ("keys" . font-lock-keyword-face)
                    ("conflicts" . font-lock-constant-face)
                    ("forbid" . font-lock-keyword-face)
                    ("sat" . font-lock-function-name-face)
                    ("after" . font-lock-keyword-face)
                    ("@sun" . font-lock-preprocessor-face)
                    ("covers" . font-lock-constant-face)
                    ("require" . font-lock-keyword-face)
                    ("fact" . font-lock-keyword-face)
                    ("covers" . font-lock-constant-face)
                    ("when" . font-lock-keyword-face)
                    ("covers" . font-lock-constant-face)
                    ("or" . font-lock-keyword-face)
                    ("covers" . font-lock-constant-face)
                    ("in" . font-lock-keyword-face)
                    ("after" . font-lock-keyword-face)
                    ("covers" . font-lock-constant-face)
                    ("forbid" . font-lock-keyword-face)
                    ("covers" . font-lock-function-name-face)
                    ("covers" . font-lock-string-face)
                    ("play" . font-lock-keyword-face)
                    ("version" . font-lock-function-name-face)
                    ("on" . font-lock-keyword-face)
                    ("holidays" . font-lock-constant-face)
                    ("exempt" . font-lock-function-name-face)
                    ("version" . font-lock-function-name-face)
                    ("reviewed" . font-lock-function-name-face)
                    ("conflicts" . font-lock-function-name-face)
                    ("exempt" . font-lock-function-name-face)
                    ("holidays" . font-lock-function-name-face)
                    ("after" . font-lock-function-name-face)
                    ("after" . font-lock-function-name-face)
                    ("from" . font-lock-function-name-face)
                    ("from" . font-lock-function-name-face)
                    ("within" . font-lock-function-name-face)
                    ("covers" . font-lock-function-name-face)
                    ("sat" . font-lock-function-name-face)
                    ("outcome" . font-lock-keyword-face)
                    ("sat" . font-lock-constant-face)
                    ("sun" . font-lock-constant-face)))
      (should (equal (cons (car pair) (cxflow-tests--face (car pair))) pair)))))

(ert-deftest cxflow-a-broken-line-does-not-spoil-the-next ()
  (dolist (line '("collect m {" "on on on ->" "policy p {" "policy p when" "policy p when x = 1 and"
                  "policy p { forbid agent when x in (1," "policy p { require agent or"
                  "policy p { require agent before or" "policy p { require agent before or with" "policy p { limit 2s to end"
                  "policy p { limit 2s to agent, and" "policy p { forbid heard in" "fact hours = mon.." "fact hours = mon..fri 9:00..17:00,"
                  "policy p when hours within" "policy p { forbid agent when hours within mon..fri 9:00..13:00," "policy p { forbid agent exempt when"
                  "policy p { forbid agent exempt when a = 1 because" "policy p { forbid agent from after" "policy p { conflicts with"
                  "policy p { reviewed by" "policy p { version" "policy p { covers" "policy p { covers \"us-ca\"," "node x type" "`open"
                  "kind k type \"t\" {" "kind k type \"t\" as" "quota q with a = [\"x\", y" "quota q {" "exit" "var"
                  "decide d { when x =" "waive CX201 at" "include \"x\" as y with z" "sets a, b on" "outcome a,"
                  "hours o in \"x\" {" "hours o in \"x\" { mon.." "hours o in" "hours" "mon, tue," "open 2026-12-2" "decide d { when open"
                  "test \"x\" at" "test \"x\" at 2026-12-21T"))
    (cxflow-tests--with (concat line "\nquota full { on open -> desk }\nagent desk \"front_desk\"\n")
      (forward-line)
      (dolist (pair '(("quota" . font-lock-type-face)
                      ("full" . font-lock-function-name-face)
                      ("open" . font-lock-constant-face)
                      ("agent" . font-lock-keyword-face)
                      ("desk" . font-lock-function-name-face)))
        (should (equal (list line (car pair) (cxflow-tests--face (car pair))) (list line (car pair) (cdr pair))))))))

(ert-deftest cxflow-long-strings-end-where-they-end ()
  (cxflow-tests--with "say \"\"\"\n  a \"quoted\" word // no comment\n  \"\"\"\nagent desk \"q\" // a comment\n"
    (should (eq (cxflow-tests--face "quoted") 'font-lock-string-face))
    (should (eq (cxflow-tests--face "no comment") 'font-lock-string-face))
    (should (eq (cxflow-tests--face "desk") 'font-lock-function-name-face))
    (should (eq (cxflow-tests--face "a comment") 'font-lock-comment-face))))

(ert-deftest cxflow-every-line-of-what-compiles-begins-with-a-colour ()
  (dolist (file (cxflow-tests--flows))
    (cxflow-tests--with (with-temp-buffer (insert-file-contents file) (buffer-string))
      (while (not (eobp))
        (back-to-indentation)
        (unless (or (eolp) (looking-at "[}\"]\\|->"))
          (should (cons (format "%s:%d" file (line-number-at-pos)) (get-text-property (point) 'face)))
          (should (get-text-property (point) 'face)))
        (forward-line)))))

(ert-deftest cxflow-indentation-is-that-of-the-canonical-layout ()
  (dolist (file (cxflow-tests--flows))
    (let ((text (with-temp-buffer (insert-file-contents file) (buffer-string))))
      (cxflow-tests--with text
        (indent-region (point-min) (point-max))
        (should (equal (buffer-string) text))
        ;; Without its indentation, outside of long strings, it comes back.
        (goto-char (point-min))
        (while (not (eobp))
          (unless (nth 3 (syntax-ppss))
            (delete-horizontal-space))
          (forward-line))
        (indent-region (point-min) (point-max))
        (should (equal (buffer-string) text))))))

(ert-deftest cxflow-a-statement-goes-on-behind-its-signs ()
  (let ((text "lookup account with
    url = \"https://crm.example.com/a,b\", // where
    // how long
    tags = [\"a\",
    \"b\"] {
  on found |
      missing -> menu
  say \"one, two,\"
  -> menu
}
test \"t\" on 1,
    timeout -> account -> menu
disconnect bye
"))
    (cxflow-tests--with text
      (indent-region (point-min) (point-max))
      (should (equal (buffer-string) text)))))

(ert-deftest cxflow-a-condition-goes-on-behind-its-words ()
  (let ((text "policy house when country = \"uk\" or // the first
    country in (\"ie\",
    \"fr\") and
    // and not
    not voice = \"live\" {
  sales: forbid agent when purpose = \"sales\" and
      voice = \"live\" // or
  or: require callback or
      voicemail or
      agent before =or
  require @a before or
      // the same
      with
      @b
  limit 30s to end of @a, // never
      and
      must occur
  limit 30s to @a, and
      must occur
  require fact or
  forbid =menu on or
  forbid disposition or
  forbid agent from after or
  conflicts with // another
      us_regf because \"x\"
  in: require fact hours within mon..fri 9:00..13:00, // in the morning
      // and after noon
      14:00..20:00, sat,
      holidays 9:00..10:00 or
      within within sun 9:00..10:00 // and
  version 3
  covers \"us-ca\", // the first
      // and the next
      \"us-wa\"
  forbid agent
}
fact hours = mon..fri 9:00..13:00,
    14:00..20:00,
    closed holidays
a -> or
disconnect or
disconnect bye
"))
    (cxflow-tests--with text
      (indent-region (point-min) (point-max))
      (should (equal (buffer-string) text))
      (goto-char (point-min))
      (while (not (eobp))
        (delete-horizontal-space)
        (forward-line))
      (indent-region (point-min) (point-max))
      (should (equal (buffer-string) text)))))

(ert-deftest cxflow-an-index-of-declarations ()
  (cxflow-tests--with "agent desk \"q\"\nplay `menu 1` { say \"x\" }\nlet cdn = \"x\"\npolicy house {\n}\ntest \"one\" -> desk\nkind quota type \"q\" {\n  outcome full\n}\nquota members with a = 1\nvar tier\nexit found\nhours office in \"UTC\" {\n}\n"
    (let ((index (funcall imenu-create-index-function)))
      (should (assoc "desk" index))
      (should (assoc "`menu 1`" index))
      (should (assoc "cdn" (assoc "Values" index)))
      (should (assoc "members" index))
      (should-not (assoc "full" index))
      (should (assoc "quota" (assoc "Kinds" index)))
      (should (assoc "tier" (assoc "Values" index)))
      (should (assoc "office" (assoc "Hours" index)))
      (should (assoc "found" (assoc "Exits" index)))
      (should (assoc "house" (assoc "Policies" index)))
      (should (assoc "one" (assoc "Tests" index))))))

(ert-deftest cxflow-compile-leads-to-the-findings ()
  (let* ((program (or (getenv "CXFLOWC") (concat cxflow-tests--root "target/debug/cxflowc")))
         (folder (make-temp-file "cxflow" t))
         (file (expand-file-name "a.cxflow" folder)))
    (should (file-executable-p program))
    (unwind-protect
        (progn
          (with-temp-file file
            (insert "flow \"F\"\nentry a\nlet x = \"y\"\ndisclosure a { say \"Hi.\" }\na -> b\n"))
          (with-temp-buffer
            (let ((default-directory folder))
              (call-process program nil t nil "check" "--message-format" "short" "a.cxflow"))
            (compilation-mode)
            (compilation--ensure-parse (point-max))
            (let (found)
              (goto-char (point-min))
              (while (not (eobp))
                (let ((message (get-text-property (point) 'compilation-message)))
                  (when message
                    (let ((place (compilation--message->loc message)))
                      (push (list (compilation--loc->line place) (compilation--message->type message)) found))))
                (forward-line))
              (should (equal (nreverse found) '((3 1) (5 2)))))))
      (delete-directory folder t))))

(ert-deftest cxflow-a-finding-leads-to-its-very-character ()
  (let* ((program (or (getenv "CXFLOWC") (concat cxflow-tests--root "target/debug/cxflowc")))
         (folder (make-temp-file "cxflow" t))
         (file (expand-file-name "a.cxflow" folder))
         (coding-system-for-read 'utf-8)
         (coding-system-for-write 'utf-8))
    (unwind-protect
        (progn
          (with-temp-file file
            (insert "flow \"F\"; entry a\ndisclosure a { say \"Hi.\" }\n"
                    "\tlet t = \"\u00e9\u6f22\U0001F600e\u0301 ${nope}\"; a -> b\n"))
          (let ((buffer (get-buffer-create "*cxflow compilation*"))
                under)
            (with-current-buffer buffer
              (setq default-directory (file-name-as-directory folder))
              (call-process program nil t nil "check" "--message-format" "short"
                            "--column-unit" "characters" "a.cxflow")
              (compilation-mode)
              (goto-char (point-min))
              (setq next-error-last-buffer buffer)
              (condition-case nil
                  (while t
                    (next-error)
                    (with-current-buffer (find-buffer-visiting file)
                      (push (buffer-substring (point) (min (line-end-position) (+ 4 (point)))) under)))
                (error nil)))
            (should (member "nope" under))
            (should (member "b" under))))
      (delete-directory folder t))))

(provide 'cxflow-mode-tests)
;;; cxflow-mode-tests.el ends here
