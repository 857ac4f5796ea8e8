//! Values in tests of variables that each call sets by itself.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Resolver;
use crate::flow::{FieldValue, IdleGiven, VariableId};
use crate::source::Span;

impl Resolver<'_> {
    /// The values of tests, each with its name there, of variables to which only steps of the flow give values.
    pub(super) fn given_and_set(&self, given: &[(VariableId, Span)]) -> Vec<IdleGiven> {
        if given.is_empty() {
            return Vec::new();
        }
        let flow = &self.flow;
        let by_name: FxHashMap<&str, VariableId> =
            flow.variables.iter().map(|(id, variable)| (&*variable.name, id)).collect();
        // Where each is first set by a step, and those that an entry or something of the platform sets, too.
        let mut set: FxHashMap<VariableId, Span> = FxHashMap::default();
        let mut by_others: FxHashSet<VariableId> = FxHashSet::default();
        for node in flow.nodes.rows() {
            for (_, one) in node.assignments() {
                set.entry(one.variable).or_insert(one.span);
            }
            let sets = node.sets.map_or(&[][..], |sets| flow.node_sets(sets));
            by_others.extend(sets.iter().map(|one| one.variable));
            // An action of the platform that sets a variable names it in a field.
            let fields = node.actions.iter().flat_map(|action| &action.fields);
            by_others.extend(fields.filter_map(|field| match &field.value {
                Some(FieldValue::Text(text)) => by_name.get(&**text).copied(),
                _ => None,
            }));
        }
        let idle = given.iter().filter_map(|&(variable, span)| {
            let is_own = flow.variables[variable].is_set_on_calls() && !by_others.contains(&variable);
            let set = set.get(&variable).filter(|_| is_own)?;
            Some(IdleGiven::SetBefore { span, set: *set })
        });
        idle.collect()
    }
}
