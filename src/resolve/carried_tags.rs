//! Tags that come with a value: what is copied into a variable keeps the tags of where it comes from.

use super::Resolver;
use super::values::ValueSource;
use crate::flow::{Directive, Tag, VariableId};
use crate::table::Table;
use thin_vec::ThinVec;

/// What a `set` gives to a variable.
pub(super) struct CarriedTags {
    /// The variable.
    pub variable: VariableId,
    /// The tags of the fields that its new value contains.
    pub tags: ThinVec<Tag>,
    /// The variables and fields that its new value is made of.
    pub sources: Vec<VariableId>,
}

impl Resolver<'_> {
    /// Gives each step that speaks or sends a variable the tags of everything that any `set` puts into it. The order
    /// of steps does not count, so that a tag is rather there once too often than once too seldom.
    pub(super) fn carry_tags(&mut self) {
        let carried = std::mem::take(&mut self.carried_tags);
        if carried.is_empty() {
            return;
        }
        let mut tags: Table<VariableId, ThinVec<Tag>> =
            Table::filled(ThinVec::new(), self.flow.variables.len());
        for value in self.values.rows() {
            if let ValueSource::Variable(own, id) = &value.source {
                add_missing(&mut tags[*id], own);
            }
        }
        let mut receivers: Table<VariableId, Vec<VariableId>> =
            Table::filled(Vec::new(), self.flow.variables.len());
        for CarriedTags { variable, tags: direct, sources } in &carried {
            add_missing(&mut tags[*variable], direct);
            sources.iter().for_each(|source| receivers[*source].push(*variable));
        }
        // Tags only grow, so this ends.
        let mut changed: Vec<VariableId> = tags.ids().filter(|&id| !tags[id].is_empty()).collect();
        while let Some(source) = changed.pop() {
            let from = tags[source].clone();
            for &receiver in &receivers[source] {
                if add_missing(&mut tags[receiver], &from) {
                    changed.push(receiver);
                }
            }
        }
        for one in &self.flow.variable_uses {
            let node = &mut self.flow.nodes[one.node];
            let number = one.action as usize;
            let Some(action) = node.actions.get_mut(number) else {
                let line = number.checked_sub(node.actions.len());
                if let Some(script) = line.and_then(|line| node.scripts.get_mut(line)) {
                    add_missing(&mut script.tags, &tags[one.variable]);
                }
                continue;
            };
            let repeats = action.repeats.as_deref_mut();
            let mut repeats =
                repeats.into_iter().flat_map(|one| [&mut one.retry, &mut one.silence]).flatten();
            // What is said at further attempts is not always heard, so that its tags are not the step's.
            if let Some(repeat) = repeats.find(|repeat| repeat.span.contains(one.span)) {
                add_missing(&mut repeat.tags, &tags[one.variable]);
            } else if action.directive != Directive::Set {
                add_missing(&mut action.tags, &tags[one.variable]);
            }
        }
    }
}

/// Adds those that are not there by name. Returns whether there were any.
fn add_missing(tags: &mut ThinVec<Tag>, others: &[Tag]) -> bool {
    let before = tags.len();
    for tag in others {
        if !tags.iter().any(|known| known.name == tag.name) {
            tags.push(tag.clone());
        }
    }
    tags.len() > before
}
