; What a file declares, with what stands above it, and where that is spoken of.

(
  (doc_comment)* @doc
  .
  (node name: (_) @name) @definition.function
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.function)
)

(
  (doc_comment)* @doc
  .
  (generic_node name: (_) @name) @definition.function
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.function)
)

(
  (doc_comment)* @doc
  .
  (declared_node name: (_) @name) @definition.function
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.function)
)

(
  (doc_comment)* @doc
  .
  (kind_declaration name: (_) @name) @definition.class
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.class)
)

(
  (doc_comment)* @doc
  .
  (policy name: (_) @name) @definition.class
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.class)
)

(
  (doc_comment)* @doc
  .
  (rule name: (_) @name) @definition.method
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.method)
)

(
  (doc_comment)* @doc
  .
  [
    (let name: (_) @name)
    (param name: (_) @name)
    (contact name: (_) @name)
    (var name: (_) @name)
    (hours name: (_) @name)
    (dispositions name: (_) @name)
    (fact name: (_) @name)
  ] @definition.constant
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.constant)
)

(
  (doc_comment)* @doc
  .
  (exit name: (_) @name) @definition.function
  (#strip! @doc "^///\\s*")
  (#select-adjacent! @doc @definition.function)
)

(entry node: (_) @name) @reference.call

(bound_exit node: (_) @name) @reference.call

(transition from: (_) @name @reference.call)

(transition to: (_) @name @reference.call)

(branch to: (_) @name @reference.call)

(arm to: (_) @name @reference.call)

(otherwise to: (_) @name @reference.call)

(every to: (_) @name) @reference.call

(again else: (_) @name @reference.call)

(test to: (_) @name @reference.call)

(picked node: (_) @name) @reference.call

(node_reference node: (_) @name) @reference.call

(declared_node kind: (_) @name @reference.class)

(apply policy: (_) @name) @reference.class

(waive policy: (_) @name) @reference.class

(attest policy: (_) @name) @reference.class

(conflicts policy: (_) @name) @reference.class
