; Which names mean the same: those of a file, wherever they stand in it.

(source_file) @local.scope

(node name: (_) @local.definition)

(generic_node name: (_) @local.definition)

(declared_node name: (_) @local.definition)

(kind_declaration name: (_) @local.definition)

(exit name: (_) @local.definition)

(let name: (_) @local.definition)

(param name: (_) @local.definition)

(contact name: (_) @local.definition)

(var name: (_) @local.definition)

(hours name: (_) @local.definition)

(dispositions name: (_) @local.definition)

(policy name: (_) @local.definition)

(fact name: (_) @local.definition)

[
  (entry node: (_) @local.reference)
  (bound_exit node: (_) @local.reference)
  (transition from: (_) @local.reference)
  (transition to: (_) @local.reference)
  (branch to: (_) @local.reference)
  (arm to: (_) @local.reference)
  (otherwise to: (_) @local.reference)
  (set name: (_) @local.reference)
  (copy name: (_) @local.reference)
  (arm name: (_) @local.reference)
  (arm hours: (_) @local.reference)
  (known name: (_) @local.reference)
  (every to: (_) @local.reference)
  (again else: (_) @local.reference)
  (test to: (_) @local.reference)
  (waive node: (_) @local.reference)
  (node_reference node: (_) @local.reference)
  (picked node: (_) @local.reference)
  (insertion name: (_) @local.reference)
  (retries number: (name) @local.reference)
  (digits least: (name) @local.reference)
  (digits most: (name) @local.reference)
  (into name: (_) @local.reference)
  (disposition name: (_) @local.reference)
  (test reported: (_) @local.reference)
  (picked_disposition name: (_) @local.reference)
  (picked_kind kind: (_) @local.reference)
  (picked_set name: (_) @local.reference)
  (again most: (name) @local.reference)
  (declared_node kind: (_) @local.reference)
  (field value: (name) @local.reference)
  (list (name) @local.reference)
  (kind_field default: (name) @local.reference)
  (kind_sets variable: (_) @local.reference)
  (apply policy: (_) @local.reference)
  (waive policy: (_) @local.reference)
  (attest policy: (_) @local.reference)
  (conflicts policy: (_) @local.reference)
  (require_fact fact: (_) @local.reference)
  (fact_comparison fact: (_) @local.reference)
  (fact_among fact: (_) @local.reference)
  (fact_within fact: (_) @local.reference)
  (from_after fact: (_) @local.reference)
]
