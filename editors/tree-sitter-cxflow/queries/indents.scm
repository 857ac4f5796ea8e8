; How far a line is indented: in a block one step further.
;
; Each editor has its own names for it, and leaves alone those of the others:
; `indent.…` are Neovim's, `indent` and `outdent` Helix's, `indent` and `end` Zed's.

(block
  "}" @indent.branch @indent.end) @indent.begin

(policy_block
  "}" @indent.branch @indent.end) @indent.begin

(kind_block
  "}" @indent.branch @indent.end) @indent.begin

(hours_block
  "}" @indent.branch @indent.end) @indent.begin

(block
  "}" @outdent @end) @indent

(policy_block
  "}" @outdent @end) @indent

(kind_block
  "}" @outdent @end) @indent

(hours_block
  "}" @outdent @end) @indent

; What is in a text stands as it is.
(long_string) @indent.ignore

[
  (comment)
  (doc_comment)
] @indent.auto
