; What is written in another language: nothing but what comments say to their readers, such as TODO.

([
  (comment)
  (doc_comment)
] @injection.content
  (#set! injection.language "comment"))
