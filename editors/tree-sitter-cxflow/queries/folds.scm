; What can be folded: blocks, texts over several lines, runs of comments.

[
  (block)
  (policy_block)
  (kind_block)
  (hours_block)
  (long_string)
] @fold

(comment)+ @fold

(doc_comment)+ @fold
