; How a flow is coloured.
;
; The names are such as Neovim, Helix, Zed and tree-sitter itself know, at least by their first part.
; No two patterns capture the same node, for which of two wins is not the same everywhere.

; ── Words ──

[
  "flow"
  "description"
  "entry"
  "let"
  "param"
  "contact"
  "every"
  "node"
  "test"
  "fact"
  "policy"
  "apply"
  "waive"
  "attest"
  "kind"
  "exit"
  "var"
  "hours"
  "dispositions"
  "on"
  "except"
  "as"
  "with"
  "at"
  "because"
  "by"
  "until"
  "when"
  "from"
  "to"
  "type"
] @keyword

"include" @keyword.import

; What the blocks of declared kinds and of opening hours say, and what asks for these.
"outcome" @keyword
"sets" @keyword
"list" @keyword
"of" @keyword
(hours "in" @keyword)
(heard "in" @keyword)
"open" @keyword
"closed" @keyword

; What a step sets.
"set" @keyword

; How often a call comes back, and where it goes then.
[
  "again"
  "else"
] @keyword

[
  "require"
  "forbid"
  "limit"
  "oblige"
  "warn"
  "expects"
  "before"
  "after"
  "since"
  "reachable"
  "heard"
  "key"
  "keys"
  "start"
  "must"
  "occur"
  "depth"
  "path"
  "exempt"
  "version"
  "covers"
  "reviewed"
  "conflicts"
] @keyword

(require "within" @keyword)
(end_of "end" @keyword)

; What joins selectors and comparisons of facts.
[
  "and"
  "or"
  "not"
] @keyword.operator

(fact_among "in" @keyword.operator)
(fact_within "within" @keyword.operator)

; What is said of a node or an action.
[
  "media"
  "text"
  "retries"
  "lasts"
  "wait"
  "between"
  "digits"
  "into"
  "language"
  "voice"
  "prompt"
  "ssml"
  "disposition"
  "ends"
] @keyword.modifier

(end_key "end" @keyword.modifier)

; What a node is, and what it does.
(kind) @type.builtin

(any) @type.builtin

(declared_kind) @type

(field_type (name) @type.builtin)

(verb) @function.builtin

"action" @function.builtin

; ── Names ──

(node name: (_) @function)

(generic_node name: (_) @function)

(declared_node name: (_) @function)

(entry node: (_) @function)

(exit name: (_) @function)

(bound_exit name: (_) @function)

(bound_exit node: (_) @function)

(transition from: (_) @function)

(transition to: (_) @function)

(branch to: (_) @function)

(arm to: (_) @function)

(otherwise to: (_) @function)

(every to: (_) @function)

(again else: (_) @function)

(test to: (_) @function)

(waive node: (_) @function)

(node_reference node: (_) @function)

(picked node: (_) @function)

(let name: (_) @variable)

(param name: (_) @variable.parameter)

(contact name: (_) @variable)

(var name: (_) @variable)
(hours name: (_) @variable)

(set name: (_) @variable)

(copy name: (_) @variable)

(arm name: (_) @variable)
(arm hours: (_) @variable)

(known name: (_) @variable)

(binding name: (_) @variable.parameter)

(field name: (_) @property)

(field value: (name) @variable)

(list (name) @variable)

(kind_field name: (_) @property)

(kind_field default: (name) @variable)

(kind_sets variable: (_) @variable)

(kind_declaration name: (_) @type)

(kind_declaration as: (_) @type.builtin)

(insertion name: (_) @variable)

(retries number: (name) @variable)
(digits least: (name) @variable)
(digits most: (name) @variable)
(into name: (_) @variable)

(dispositions name: (_) @constant)
(disposition name: (_) @constant)
(test reported: (_) @constant)
(picked_disposition name: (_) @constant)
(picked_set name: (_) @variable)
(picked_field name: (_) @property)
(picked_kind kind: (_) @type)

(again most: (name) @variable)

(include prefix: (_) @type)

(policy name: (_) @type)

(apply policy: (_) @type)

(waive policy: (_) @type)

(attest policy: (_) @type)

(conflicts policy: (_) @type)

(rule name: (_) @label)

(waive rule: (_) @label)
(waive finding: (_) @constant)

(attest rule: (_) @label)

(fact name: (_) @constant)

(require_fact fact: (_) @constant)

(fact_comparison fact: (_) @constant)

(fact_among fact: (_) @constant)

(fact_within fact: (_) @constant)

(from_after fact: (_) @constant)

(expects fact: (_) @constant)

(tag) @attribute

; What happens on a call.
(outcome) @constant.builtin

; The days of a week, and those that are none of these.
(weekday) @constant.builtin

(holidays) @constant.builtin

(no_holidays "holidays" @constant.builtin)

; ── Values ──

[
  (string)
  (long_string)
] @string

(escape_sequence) @constant.character.escape

(insertion ["${" "}"] @punctuation.special)

(key) @constant.numeric

(integer) @constant.numeric

(number) @constant.numeric

(days) @constant.numeric

(duration) @constant.numeric

(date) @constant.numeric
(month_day) @constant.numeric
(moment) @constant.numeric
(clock) @constant.numeric

(not_integer) @string.special

; ── Signs ──

[
  "->"
  "|"
  "&"
  "="
  ".."
  "+"
] @operator

(operator) @operator

[
  ","
  ";"
  ":"
  "/"
] @punctuation.delimiter

(block ["{" "}"] @punctuation.bracket)

(policy_block ["{" "}"] @punctuation.bracket)

(kind_block ["{" "}"] @punctuation.bracket)
(hours_block ["{" "}"] @punctuation.bracket)

[
  "("
  ")"
  "["
  "]"
] @punctuation.bracket

; ── Comments ──

(comment) @comment

(doc_comment) @comment.documentation
