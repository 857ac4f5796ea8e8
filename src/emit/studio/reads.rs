//! What a script reads though no text of the flow inserts it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::actions::RUNSCRIPT;
use super::names::variable;
use crate::flow::{Directive, FieldValue, Flow, VariableId};

/// The variables that actions of the tenant read: those that a property names, as an expression does, and for a script
/// that takes the call over all of them.
pub fn of_actions(flow: &Flow) -> Vec<VariableId> {
    let set = || flow.variables.iter().filter(|(_, one)| one.is_set_on_calls());
    let mut by_name: FxHashMap<String, Vec<VariableId>> = FxHashMap::default();
    for (id, one) in set() {
        by_name.entry(variable(&one.name)).or_default().push(id);
    }
    let mut found: FxHashSet<VariableId> = FxHashSet::default();
    for action in flow.nodes.rows().iter().flat_map(|node| &node.actions) {
        let Directive::Other(word) = &action.directive else { continue };
        if word.eq_ignore_ascii_case(RUNSCRIPT.name) {
            return set().map(|(id, _)| id).collect();
        }
        let values = action.fields.iter().filter_map(|field| field.value.as_ref());
        let texts = values.flat_map(|value| match value {
            FieldValue::List(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        });
        for text in texts {
            let FieldValue::Text(text) = text else { continue };
            let words = text.split(|one: char| !one.is_alphanumeric() && one != '_');
            found.extend(words.filter_map(|word| by_name.get(word)).flatten());
        }
    }
    let mut found: Vec<VariableId> = found.into_iter().collect();
    found.sort_unstable();
    found
}
