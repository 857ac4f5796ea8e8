//! What calls learn and pass on: what is entered, set and sent.

use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::flow::{EndKey, Input};
use crate::simulate::action;

/// A node that enters, sets or sends something.
#[derive(Debug, Serialize)]
pub struct ValueReport {
    /// The node.
    pub node: String,
    /// What it does, as the language writes it: `digits 6..10 end "#" into account`, `set tries = tries + 1`,
    /// `sets balance on found`, `action "lookup" with url = "https://…"`.
    pub does: Vec<String>,
    /// Where the node is declared.
    pub place: Place,
}

/// The nodes that do so, in the order of the flow.
pub fn of(compiled: &Compiled) -> Vec<ValueReport> {
    let flow = &compiled.flow;
    let nodes = flow.nodes.iter().filter_map(|(id, node)| {
        let mut does: Vec<String> = Vec::new();
        for step in &node.actions {
            does.extend(step.input.as_deref().and_then(input));
            if step.set.is_some() || !step.fields.is_empty() {
                does.push(action(step));
            }
        }
        does.extend(flow.kind_sets_of(id).map(|set| format!("sets {}", flow.set_words(set))));
        (!does.is_empty()).then(|| ValueReport {
            node: node.id.to_string(),
            does,
            place: Place::of(compiled, node.name_span),
        })
    });
    nodes.collect()
}

/// The digits that a prompt takes.
fn input(input: &Input) -> Option<String> {
    let digits = input.digits?;
    let (least, most) = (digits.least?, digits.most?);
    let mut line = if least == most { format!("digits {least}") } else { format!("digits {least}..{most}") };
    if let Some(key) = input.end.as_ref().and_then(EndKey::valid) {
        line.push_str(&format!(" end \"{key}\""));
    }
    if let Some(into) = &input.into {
        line.push_str(&format!(" into {}", into.name));
    }
    Some(line)
}
