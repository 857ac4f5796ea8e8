;;; cxflow-mode.el --- Major mode for outbound call flows -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT OR Apache-2.0
;; Version: 0.1.0
;; Package-Requires: ((emacs "26.1"))
;; Keywords: languages

;;; Commentary:

;; Colours, indentation, an index of declarations and `compile' for .cxflow files.  With Eglot the
;; language server `cxflowc lsp' adds findings, completion, hovers, fixes and rename.

;;; Code:

(defgroup cxflow nil
  "Outbound call flows."
  :group 'languages)

(defcustom cxflow-program "cxflowc"
  "The compiler: its name where it is on the path, or its file."
  :type 'string)

(defcustom cxflow-arguments nil
  "What the language server is started with, such as (\"--env\" \"prod\")."
  :type '(repeat string))

(defcustom cxflow-indent-offset 2
  "How far the lines of a block stand in.  The canonical layout has 2."
  :type 'integer
  :safe #'integerp)

(defconst cxflow--name "[A-Za-z_][A-Za-z0-9_]*\\(?:[-.][A-Za-z0-9_]+\\)*"
  "A name of the language.")

(defconst cxflow--node (concat "\\(?:" cxflow--name "\\|`\\(?:[^`\\\n]\\|\\\\.\\)+`\\)")
  "A node's name, between backticks where it is no name of the language.")

(defconst cxflow--kinds
  '("answer" "play" "disclosure" "collect" "agent" "callback" "voicemail" "disconnect" "decide")
  "The kinds of nodes.")

(defconst cxflow--verbs
  '("play" "say" "collect" "route" "schedule" "record" "disconnect" "retry" "silence" "script" "action")
  "What a node does, in its block.")

(defconst cxflow--reserved
  (append '("flow" "description" "include" "test" "language" "voice")
          '("entry" "let" "param" "contact" "fact" "policy" "apply" "waive" "attest" "kind" "exit" "var" "hours" "dispositions")
          '("require" "forbid" "limit" "oblige" "warn" "expects")
          '("every" "node" "on" "set" "when" "else" "with" "outcome" "sets")
          cxflow--kinds cxflow--verbs)
  "The words that begin something else, and so are no declared kinds.")

(defconst cxflow--declared-node
  (concat "\\(?:^\\|;\\)[ \t]*\\(" cxflow--name "\\)[ \t]+\\(" cxflow--node "\\)[ \t]*"
          "\\(?:$\\|[;{@]\\|//\\|\\(?:with\\|retries\\|media\\|text\\|lasts\\|wait\\|between\\|digits\\|end\\|language\\|voice\\|prompt\\|ssml\\|disposition\\)\\_>\\)")
  "A node of a declared kind: its kind and its name.")

(defconst cxflow--weekday "\\(?:mon\\|tue\\|wed\\|thu\\|fri\\|sat\\|sun\\)"
  "A weekday.")

(defconst cxflow--called-day "\\(?:mon\\|tue\\|wed\\|thu\\|fri\\|sat\\|sun\\|holidays\\|closed\\)"
  "What a day of calling times begins with.")

(defconst cxflow--date "[0-9]\\{4\\}-[0-9]\\{2\\}-[0-9]\\{2\\}"
  "A date.")

(defun cxflow--conflict-p ()
  "Whether what was matched as a node of a declared kind is `conflicts with'."
  (and (equal (match-string 1) "conflicts")
       (equal (match-string 2) "with")
       (save-match-data (cxflow--in-policy-p))))

(defun cxflow--find-declared-node (limit)
  "Find the next node of a declared kind before LIMIT."
  (let (found)
    (while (and (not found) (re-search-forward cxflow--declared-node limit t))
      ;; A `;' may end this node and come before the next.
      (goto-char (match-end 2))
      (setq found (not (or (member (match-string 1) cxflow--reserved) (cxflow--conflict-p)))))
    found))

(defun cxflow--previous-declared-node ()
  "Find the previous node of a declared kind."
  (let (found)
    (while (and (not found) (re-search-backward cxflow--declared-node nil t))
      (setq found (not (or (member (match-string 1) cxflow--reserved) (cxflow--conflict-p)))))
    found))

(defun cxflow--find-on (limit)
  "Find the next `on' before LIMIT that begins a condition, and go behind it."
  (let (found)
    (while (and (not found) (re-search-forward "\\_<\\(on\\)\\_>[ \t]+\\(?:[0-9*#\"A-Za-z_]\\)" limit t))
      (goto-char (1- (match-end 0)))
      (setq found (not (save-excursion
                         (goto-char (match-beginning 0))
                         (skip-chars-backward " \t")
                         (or (eq (char-before) ?@)
                             ;; A node that is called `on', and the end of a longer name.
                             (looking-back "->\\|[^ \t]-" (max (line-beginning-position) (- (point) 2))))))))
    found))

(defconst cxflow--listed
  (concat "[ \t]*\\(?:[0-9*#]+\\(?:[ \t]*\\.\\.[ \t]*[0-9*#]+\\)?\\|\"\\(?:[^\"\\\n]\\|\\\\.\\)*\"\\|\\("
          cxflow--name "\\)\\)[ \t]*\\([|,]\\)?")
  "A member of a list of outcomes or names, with the sign before the next one.")

(defun cxflow--find-listed-name (limit)
  "Find the next name of the list at point, which ends at LIMIT at the latest."
  (let (found)
    (while (and (not found) (< (point) limit) (looking-at cxflow--listed))
      ;; Behind a `|' of a rule's condition, a kind goes on with the selector.
      (setq found (and (match-beginning 1)
                       (not (member (match-string 1) cxflow--kinds))))
      (goto-char (if (match-beginning 2) (match-end 0) limit)))
    found))

(defun cxflow--in-policy-p ()
  "Whether point is in a policy.
That is what the declaration says that begins at the margin here or above."
  (save-excursion
    (forward-line 0)
    (while (and (looking-at "[ \t\n/]\\|$") (not (bobp)))
      (forward-line -1))
    (looking-at "policy\\_>[ \t]*[^-> \t\n]")))

(defconst cxflow--join "\\_<\\(?:and\\|or\\)\\_>"
  "What joins selectors and comparisons of facts.")

(defconst cxflow--before-name
  "\\(?:[=@>.|-]\\|\\_<\\(?:policy\\|fact\\|when\\|set\\|with\\|disposition\\|kind\\|on\\|from[ \t]+after\\)\\)[ \t]*"
  "What stands before a name, which may be `or'.")

(defun cxflow--joins-p ()
  "Whether the `and' or `or' at point joins something: names may be like that, too."
  (and (not (looking-at (concat cxflow--join "\\(?:-\\|[ \t]*\\(?:[:!<>]\\|->\\|=[ \t]*[\"0-9]\\|\\(?:not[ \t]+\\)?\\(?:in[ \t]*(\\|within[ \t]+" cxflow--called-day "\\>\\)\\)\\)")))
       (not (looking-back cxflow--before-name (line-beginning-position)))
       (cxflow--in-policy-p)))

(defun cxflow--find-join (limit)
  "Find the next `and' or `or' before LIMIT that joins something in a policy."
  (let (found)
    (while (and (not found) (re-search-forward cxflow--join limit t))
      (setq found (save-match-data (save-excursion (goto-char (match-beginning 0)) (cxflow--joins-p)))))
    found))

(defconst cxflow--rule-word
  "\\_<\\(?:heard\\(?:[ \t]+in\\)?\\|keys?\\|\\(?:start\\|end\\)[ \t]+of\\|must[ \t]+occur\\|exempt[ \t]+when\\)\\_>"
  "Words that mean something in rules alone.")

(defconst cxflow--before-rule-name
  "\\(?:[=@>.-]\\|\\_<\\(?:policy\\|fact\\|when\\|set\\|with\\|disposition\\|kind\\|on\\|from[ \t]+after\\)\\)[ \t]*"
  "What stands before a name in a rule, but for a `|'.")

(defun cxflow--rule-word-p ()
  "Whether the word at point means something in a rule, and is no name there."
  (and (or (not (looking-back cxflow--before-rule-name (line-beginning-position)))
           (looking-back "\\_<before[ \t]+or[ \t]*\\(?:\\(?://.*\\)?\n[ \t]*\\)?\\_<with[ \t]+" (line-beginning-position 0)))
       (cxflow--in-policy-p)))

(defun cxflow--find-rule-word (limit)
  "Find the next word before LIMIT that means something in a rule."
  (let (found)
    (while (and (not found) (re-search-forward cxflow--rule-word limit t))
      (setq found (save-match-data
                    (and (not (looking-at "-\\|[ \t]*:"))
                         (save-excursion (goto-char (match-beginning 0)) (cxflow--rule-word-p))))))
    found))

(defun cxflow--find-picked-kind (limit)
  "Find the next declared kind before LIMIT that a rule is about."
  (let (found)
    (while (and (not found) (re-search-forward (concat "\\_<\\(kind\\)[ \t]+\\(" cxflow--name "\\)") limit t))
      (setq found (save-match-data (save-excursion (goto-char (match-beginning 0)) (cxflow--rule-word-p)))))
    found))

(defun cxflow--to-code-above ()
  "Go behind the code of the line above that has some.
Whether a list goes on behind it."
  (let (found)
    (while (and (not found) (not (bobp)))
      (forward-line -1)
      (setq found (not (looking-at "\\s-*//"))))
    (when found
      (let ((state (save-excursion (syntax-ppss (line-end-position)))))
        (goto-char (if (nth 4 state) (nth 8 state) (line-end-position)))
        (skip-chars-backward " \t")
        (and (not (nth 3 state)) (memq (char-before) '(?, ?|)))))))

(defun cxflow--in-times-p ()
  "Whether what is before point lets a day of calling times stand here.
That is `within' or the sign behind a fact's name, and days and times behind it."
  (save-excursion
    (let ((looking t)
          (found nil))
      (while looking
        (skip-chars-backward " \t")
        (cond
         ((bolp) (setq looking (cxflow--to-code-above)))
         ((looking-back (concat "\\.\\.\\|[,|]\\|\\<[0-9]\\{1,2\\}:[0-9]\\{2\\}\\|\\<" cxflow--called-day)
                        (line-beginning-position))
          (goto-char (match-beginning 0)))
         (t (setq looking nil
                  found (looking-back (concat "\\_<within\\|\\_<fact[ \t]+" cxflow--name "[ \t]*=")
                                      (line-beginning-position))))))
      found)))

(defun cxflow--find-called-day (limit)
  "Find the next day of calling times before LIMIT, or the `closed' before it."
  (let (found)
    (while (and (not found)
                (re-search-forward "\\<\\(?:\\(mon\\|tue\\|wed\\|thu\\|fri\\|sat\\|sun\\|holidays\\)\\|\\(closed\\)\\)\\>" limit t))
      (setq found (save-match-data
                    (and (not (looking-at "[-.]?[A-Za-z0-9_]\\|[ \t]*:"))
                         (save-excursion (goto-char (match-beginning 0)) (cxflow--in-times-p))))))
    found))

(defun cxflow--find-conflict (limit)
  "Find the next policy before LIMIT that another one conflicts with."
  (let (found)
    (while (and (not found) (re-search-forward (concat "\\_<\\(" cxflow--name "\\)[ \t]+because\\_>") limit t))
      (setq found (save-match-data
                    (save-excursion
                      (goto-char (match-beginning 0))
                      (looking-back "\\_<conflicts[ \t]+with[ \t]*\\(?:\\(?://.*\\)?\n[ \t]*\\)?" (line-beginning-position 0))))))
    found))

(defconst cxflow--compared
  (concat "\\_<\\(" cxflow--name "\\)[ \t]*"
          "\\(?:[!<>]=?[ \t]*[\"0-9]\\|=[ \t]*[\"0-9]\\|[ \t]\\(?:\\(not\\)[ \t]+\\)?"
          "\\(?:\\(?3:in\\)[ \t]*(\\|\\(?3:within\\)[ \t]+" cxflow--called-day "\\>\\)\\)")
  "A fact that is compared, and the words of the comparison.")

(defun cxflow--find-compared (limit)
  "Find the next fact before LIMIT that a policy compares."
  (let (found)
    (while (and (not found) (re-search-forward cxflow--compared limit t))
      ;; A text may end one comparison and come before the next.
      (goto-char (match-end 1))
      (setq found (save-match-data (cxflow--in-policy-p))))
    found))

(defconst cxflow--font-lock
  `(;; Insertions and escapes, within strings.
    ("\\${ *\\([A-Za-z_][A-Za-z0-9_.-]*\\) *}" 1 font-lock-variable-name-face t)
    ;; Declarations: the keyword, and the name that it declares.
    (,(concat "^\\s-*\\(" (regexp-opt cxflow--kinds) "\\)\\s-+\\(" cxflow--node "\\)\\(?:\\s-*\\)\\(?:[^->]\\|$\\)")
     (1 font-lock-keyword-face) (2 font-lock-function-name-face))
    (,(concat "^\\s-*\\(node\\)\\s-+\\(" cxflow--node "\\)\\s-+\\(type\\)\\_>")
     (1 font-lock-keyword-face) (2 font-lock-function-name-face) (3 font-lock-keyword-face))
    (,(concat "^\\s-*\\(entry\\|exit\\)\\s-+\\(" cxflow--node "\\)")
     (1 font-lock-keyword-face) (2 font-lock-function-name-face))
    (,(concat "^\\s-*\\(kind\\)\\s-+\\(" cxflow--name "\\)\\s-+\\(type\\)\\_>")
     (1 font-lock-keyword-face) (2 font-lock-type-face) (3 font-lock-keyword-face)
     (,(concat "\\_<as\\s-+\\(" cxflow--name "\\)") nil nil (1 font-lock-builtin-face)))
    (,(concat "^\\s-*\\(hours\\)\\s-+\\(" cxflow--name "\\)\\(?:\\s-+\\(in\\)\\_>\\)?")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face) (3 font-lock-keyword-face nil t))
    (cxflow--find-declared-node (1 font-lock-type-face) (2 font-lock-function-name-face))
    (,(concat "^\\s-*\\(let\\|param\\|contact\\|var\\)\\s-+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    (,(concat "^\\s-*\\(fact\\)\\s-+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-constant-face))
    ;; Conditions about facts, which may go on over several lines.
    (cxflow--find-compared (1 font-lock-constant-face) (2 font-lock-keyword-face nil t) (3 font-lock-keyword-face nil t))
    (,(concat "\\_<\\(?:expects\\|require\\)[ \t]+\\(fact\\)[ \t]+\\(?:not[ \t]+\\)?\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-constant-face))
    ;; Calling times, and what a policy says of itself.
    (cxflow--find-called-day (1 font-lock-constant-face nil t) (2 font-lock-keyword-face nil t))
    (,(concat "\\_<\\(from\\)[ \t]+\\(after\\)[ \t]+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-keyword-face) (3 font-lock-constant-face))
    ("\\(?:^[ \t]+\\|[{;][ \t]*\\)\\(?:\\(?1:version\\)[ \t]+[0-9]\\|\\(?1:reviewed[ \t]+by\\|conflicts[ \t]+with\\)\\_>\\|\\(?1:covers\\)[ \t]*\"\\)"
     (1 font-lock-keyword-face))
    (cxflow--find-conflict 1 font-lock-type-face)
    (cxflow--find-join 0 font-lock-keyword-face)
    (cxflow--find-rule-word 0 font-lock-keyword-face)
    (cxflow--find-picked-kind (1 font-lock-keyword-face) (2 font-lock-type-face))
    ("^\\s-*\\(waive\\)\\s-+\\([Cc][Xx][0-9]+\\)\\s-+\\(?:at\\|because\\)\\_>"
     (1 font-lock-keyword-face) (2 font-lock-constant-face))
    (,(concat "^\\s-*\\(policy\\|apply\\|waive\\|attest\\)\\s-+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-type-face))
    ("^\\s-*\\(flow\\|description\\|include\\|test\\|language\\|voice\\)\\s-*\"" 1 font-lock-keyword-face)
    ("^\\s-*\\(every\\)\\s-+\\([a-z]+\\)\\(?:\\s-+\\(except\\)\\)?"
     (1 font-lock-keyword-face) (2 font-lock-builtin-face) (3 font-lock-keyword-face nil t))
    ;; Any other declaration.
    ("^\\s-*\\(entry\\|let\\|param\\|contact\\|fact\\|policy\\|apply\\|waive\\|attest\\|kind\\|exit\\|var\\|hours\\|dispositions\\)\\s-+[A-Za-z_`]" 1 font-lock-keyword-face)
    ;; What a kind declares: fields, outcomes, and the variables that its nodes set.
    (,(concat "\\(?:^\\|[{;]\\)\\s-*\\(with\\)\\s-+\\(" cxflow--name "\\)\\s-*:\\s-*"
              "\\(?:\\(list\\)\\s-+\\(of\\)\\_>\\s-*\\)?\\(" cxflow--name "\\)?")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face)
     (3 font-lock-keyword-face nil t) (4 font-lock-keyword-face nil t) (5 font-lock-type-face nil t))
    ("\\(?:^\\|[{;]\\)\\s-*\\(outcome\\)[ \t]+\\_<"
     (1 font-lock-keyword-face)
     (cxflow--find-listed-name nil nil (1 font-lock-constant-face)))
    ("\\(?:^\\|[{;]\\)\\s-*\\(sets\\)[ \t]+\\_<"
     (1 font-lock-keyword-face)
     (cxflow--find-listed-name nil nil (1 font-lock-variable-name-face)))
    ;; Opening hours: their days and times, what asks for them, and when the call of a test is made.
    (,(concat "\\(?:^\\|[{;]\\)[ \t]*\\(" cxflow--weekday "\\)[ \t]*\\(?:,\\|\\.\\.\\|[0-9]\\)")
     (1 font-lock-constant-face)
     (,(concat "[ \t]*\\(?:,\\|\\.\\.\\)[ \t]*\\(" cxflow--weekday "\\)\\>")
      (progn (goto-char (match-end 1)) nil) nil
      (1 font-lock-constant-face)))
    (,(concat "\\(?:^\\|[{;]\\)[ \t]*\\(open\\|closed\\)[ \t]+\\(" cxflow--date "\\)")
     (1 font-lock-keyword-face) (2 font-lock-constant-face))
    ("\\(?:^\\|[{;]\\)[ \t]*\\(open\\|closed\\)[ \t]+\\(every\\)[ \t]+\\([0-9]\\{2\\}-[0-9]\\{2\\}\\)"
     (1 font-lock-keyword-face) (2 font-lock-keyword-face) (3 font-lock-constant-face))
    (,(concat "\\(?:^\\|[{;]\\)\\s-*\\(when\\)\\s-+\\(open\\|closed\\)\\s-+\\(" cxflow--name "\\)\\s-*\\(?:->\\|//\\|$\\)")
     (1 font-lock-keyword-face) (2 font-lock-keyword-face) (3 font-lock-variable-name-face))
    (,(concat "\\_<\\(at\\)\\s-+\\(" cxflow--date "T[0-9]\\{1,2\\}\\(?::[0-9]\\{2\\}\\)\\{1,2\\}"
              "\\(?:Z\\|[+-][0-9]\\{2\\}:[0-9]\\{2\\}\\)?\\)\\>")
     (1 font-lock-keyword-face) (2 font-lock-constant-face))
    ("\\<[0-9]\\{1,2\\}:[0-9]\\{2\\}\\>" 0 font-lock-constant-face)
    ;; What is given with an include, a node, an action or a test: names, and the names of values.
    (,(concat "\\(?:\\_<with\\|,\\)\\s-+\\(" cxflow--name "\\)\\s-*=") 1 font-lock-variable-name-face)
    ;; A line that goes on with one.
    (,(concat "^[ \t]+\\(" cxflow--name "\\)[ \t]*=[ \t]") 1 font-lock-variable-name-face)
    (,(concat "=\\s-+\\(" cxflow--name "\\)") 1 font-lock-variable-name-face)
    ("=[ \t]*\\[[^]\n]*\\]"
     (,(concat "\\_<" cxflow--name) (prog1 (match-end 0) (goto-char (match-beginning 0))) nil
      (0 font-lock-variable-name-face)))
    ;; Where an arrow leads, and where one begins: nodes may be called like the words below.
    (,(concat "->\\s-*\\(" cxflow--node "\\)") 1 font-lock-function-name-face)
    (,(concat "\\(?:^\\|;[ \t]*\\)\\(" cxflow--node "\\)[ \t]*->") 1 font-lock-function-name-face)
    ;; A rule's name, and the word that says what it demands.
    (,(concat "^\\s-+\\(?:\\(warn\\)\\s-+\\)?\\(" cxflow--name "\\)\\s-*:")
     (1 font-lock-keyword-face nil t) (2 font-lock-constant-face))
    ("\\(?:^\\|[{;:]\\|\\_<warn\\)\\s-*\\(require\\|forbid\\|limit\\|oblige\\|warn\\|expects\\)\\_>[^->:]" 1 font-lock-keyword-face)
    ("\\_<\\(before\\|after\\|since\\|reachable\\|from\\|within\\|path\\|when\\|until\\|depth\\|because\\|by\\|at\\|as\\|with\\|not\\|any\\|ends\\|to\\|fact\\|every\\)\\_>[^-.]"
     1 font-lock-keyword-face)
    ;; Actions and their options.
    (,(concat "\\(?:^\\|[{;]\\)\\s-*\\(" (regexp-opt cxflow--verbs) "\\)\\_>\\(?:\\s-*[\";}\n]\\|\\s-+\\(?:text\\|media\\|prompt\\|ssml\\|with\\|@\\)\\)")
     1 font-lock-builtin-face)
    ("\\_<\\(retries\\|lasts\\|wait\\|between\\|digits\\|end\\|into\\|disposition\\|media\\|text\\|language\\|voice\\|prompt\\|ssml\\)\\s-+[0-9\"A-Za-z_]" 1 font-lock-keyword-face)
    ;; What can happen: an outcome is one only in a condition.
    (cxflow--find-on
     (1 font-lock-keyword-face)
     (cxflow--find-listed-name nil nil (1 font-lock-constant-face)))
    ;; What takes an arrow, or begins one further in.
    (,(concat "\\(" cxflow--node "\\)\\s-*->") 1 font-lock-function-name-face)
    (,(concat "\\_<\\(again\\)\\s-+\\(?:[0-9]+\\|" cxflow--name "\\)\\s-+\\(else\\)\\s-+\\(" cxflow--node "\\)")
     (1 font-lock-keyword-face) (2 font-lock-keyword-face) (3 font-lock-function-name-face))
    ;; Variables: what sets and what compares them, and a decide's last branch.
    (,(concat "\\(?:^\\|[{;]\\)\\s-*\\(set\\|when\\)\\s-+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    ("\\(?:^\\|[{;]\\)\\s-*\\(else\\)\\s-*->" 1 font-lock-keyword-face t)
    ("\\_<\\(starts\\|contains\\)\\s-+[0-9\"-]" 1 font-lock-keyword-face)
    ;; What a rule is about that has no sign: `set card', `disposition REFUSED'.
    (,(concat "^\\s-+[^\"\n]*\\_<\\(?:require\\|forbid\\|limit\\|oblige\\|warn\\|before\\|after\\|since\\|from\\|to\\|not\\|[0-9]+\\)[ \t(]+"
              "\\(set\\|with\\)\\s-+\\(" cxflow--name "\\)")
     (1 font-lock-keyword-face) (2 font-lock-variable-name-face))
    ("\\_<\\(?:retry\\|silence\\)\\s-+\\(prompt\\|ssml\\)\\_>" 1 font-lock-keyword-face)
    ("\\(?:^\\|[{;]\\)\\s-*\\(retry\\|silence\\)\\s-+\\(?:prompt\\|ssml\\)\\_>" 1 font-lock-builtin-face)
    (,(concat "@" cxflow--name) 0 font-lock-preprocessor-face)
    (,(concat "=\\(" cxflow--node "\\)") 1 font-lock-function-name-face))
  "What has which colour.")

(defvar cxflow-mode-syntax-table
  (let ((table (make-syntax-table)))
    (modify-syntax-entry ?/ ". 12" table)
    (modify-syntax-entry ?\n ">" table)
    (modify-syntax-entry ?\" "\"" table)
    (modify-syntax-entry ?\\ "\\" table)
    (modify-syntax-entry ?_ "_" table)
    (modify-syntax-entry ?. "_" table)
    (modify-syntax-entry ?- "." table)
    (modify-syntax-entry ?` "." table)
    (modify-syntax-entry ?@ "'" table)
    table)
  "The syntax of call flows.")

(defconst cxflow--syntax-propertize
  (syntax-propertize-rules
   ;; A long string begins and ends with three quotes.
   ("\"\"\""
    (0 (ignore (cxflow--long-string (match-beginning 0))))))
  "What the syntax table alone does not know.")

(defun cxflow--long-string (start)
  "Make the three quotes from START one fence.
Not where they stand in a comment or in a short string."
  (let* ((state (save-excursion (syntax-ppss start)))
         (inside (nth 3 state)))
    (cond
     ((nth 4 state) nil)
     ;; Closing: the last quote is the fence.
     ((eq inside t)
      (put-text-property (+ start 2) (+ start 3) 'syntax-table (string-to-syntax "|"))
      (goto-char (+ start 3)))
     ((not inside)
      (put-text-property start (1+ start) 'syntax-table (string-to-syntax "|"))
      (put-text-property (1+ start) (+ start 3) 'syntax-table (string-to-syntax "."))
      (goto-char (+ start 3))))))

(defun cxflow--continues-p ()
  "Whether a statement goes on in this line.
The line above ends in what asks for it; comments may stand between."
  (save-excursion
    (forward-line 0)
    (let ((goes-on nil)
          (looking t))
      (while (and looking (not (bobp)))
        (forward-line -1)
        (unless (looking-at "\\s-*//")
          (setq looking nil)
          (let* ((end (line-end-position))
                 (state (save-excursion (syntax-ppss end))))
            (unless (nth 3 state)
              (goto-char (if (nth 4 state) (nth 8 state) end))
              (skip-chars-backward " \t")
              (setq goes-on (or (memq (char-before) '(?, ?| ?&))
                                (and (looking-back cxflow--join (line-beginning-position))
                                     (save-excursion (skip-chars-backward "a-z") (cxflow--joins-p)))
                                (and (looking-back "[ \t\"]with" (line-beginning-position))
                                     ;; `entry with' names a node.
                                     (not (looking-back
                                           "\\(?:->\\|\\_<\\(?:entry\\|exit\\|else\\|apply\\)\\)\\s-*with"
                                           (line-beginning-position))))))))))
      goes-on)))

(defun cxflow--open-braces (state)
  "How many braces are open in STATE: not brackets, which a list may begin."
  (let ((count 0))
    (dolist (open (nth 9 state) count)
      (when (eq (char-after open) ?{)
        (setq count (1+ count))))))

(defun cxflow-indent-line ()
  "Indent a line as the canonical layout has it.
That is by the braces that are open, and further where a statement goes on."
  (interactive)
  (let ((state (save-excursion (syntax-ppss (line-beginning-position)))))
    ;; What stands in a long string is its writer's.
    (unless (nth 3 state)
      (let* ((closes (save-excursion (back-to-indentation) (looking-at "}")))
             (depth (+ (max 0 (- (cxflow--open-braces state) (if closes 1 0)))
                       (if (and (not closes) (cxflow--continues-p)) 2 0)))
             (column (current-column))
             (inside (<= column (current-indentation))))
        (save-excursion (indent-line-to (* depth cxflow-indent-offset)))
        (when inside (back-to-indentation))))))

(defconst cxflow--imenu
  `(("Tests" "^\\s-*test\\s-+\"\\([^\"\n]*\\)\"" 1)
    ("Policies" ,(concat "^\\s-*policy\\s-+\\(" cxflow--name "\\)") 1)
    ("Values" ,(concat "^\\s-*\\(?:let\\|param\\|contact\\|var\\|fact\\)\\s-+\\(" cxflow--name "\\)") 1)
    ("Hours" ,(concat "^\\s-*hours\\s-+\\(" cxflow--name "\\)") 1)
    ("Kinds" ,(concat "^\\s-*kind\\s-+\\(" cxflow--name "\\)") 1)
    ("Exits" ,(concat "^\\s-*exit\\s-+\\(" cxflow--name "\\)") 1)
    (nil cxflow--previous-declared-node 2)
    (nil ,(concat "^\\(?:" (regexp-opt (cons "node" cxflow--kinds)) "\\)\\s-+\\(" cxflow--node "\\)") 1))
  "What a file declares.")

(defvar compilation-error-screen-columns)
(defvar compilation-first-column)
(defvar compilation-error-regexp-alist)
(defvar compilation-error-regexp-alist-alist)
(defvar eglot-server-programs)

;;;###autoload
(define-derived-mode cxflow-mode prog-mode "cxflow"
  "Major mode for outbound call flows."
  (setq-local comment-start "// ")
  (setq-local comment-end "")
  (setq-local comment-start-skip "//+\\s-*")
  (setq-local font-lock-defaults '(cxflow--font-lock))
  (setq-local syntax-propertize-function cxflow--syntax-propertize)
  (setq-local indent-line-function #'cxflow-indent-line)
  (setq-local indent-tabs-mode nil)
  (setq-local tab-width cxflow-indent-offset)
  (setq-local electric-indent-chars (append "}" electric-indent-chars))
  (setq-local imenu-generic-expression cxflow--imenu)
  ;; The columns that `cxflowc' prints count characters; what a tab or a wide character takes on the
  ;; screen is not known to it.
  (setq-local compilation-error-screen-columns nil)
  (setq-local compilation-first-column 1)
  (setq-local compile-command
              (format "%s check --message-format short --column-unit characters %s"
                      cxflow-program
                      (if buffer-file-name (shell-quote-argument (file-name-nondirectory buffer-file-name)) ""))))

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.cxflow\\'" . cxflow-mode))

(with-eval-after-load 'compile
  (add-to-list 'compilation-error-regexp-alist-alist
               '(cxflowc "^\\([^\n:]+\\):\\([0-9]+\\):\\([0-9]+\\): \\(?:error\\|\\(warning\\)\\|\\(note\\)\\)\\[CX[0-9]+ [a-z0-9-]+\\]: "
                         1 2 3 (4 . 5)))
  (add-to-list 'compilation-error-regexp-alist 'cxflowc))

(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               `(cxflow-mode . ,(lambda (&rest _) (append (list cxflow-program "lsp") cxflow-arguments)))))

(provide 'cxflow-mode)
;;; cxflow-mode.el ends here
