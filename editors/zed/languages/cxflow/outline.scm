; The outline panel, and the names above the code.

(node
  .
  _ @context
  name: (_) @name) @item

(generic_node name: (_) @name) @item

(declared_node name: (_) @name) @item

(kind_declaration name: (_) @name) @item

(exit name: (_) @name) @item

(policy name: (_) @name) @item

(rule name: (_) @name) @item

(test name: (_) @name) @item

(let name: (_) @name) @item

(param name: (_) @name) @item

(contact name: (_) @name) @item

(var name: (_) @name) @item

(hours name: (_) @name) @item
