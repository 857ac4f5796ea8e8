//! Suppression scripts, which decide whether a call is placed before anybody is called.
//!
//! The whole form is that of a script in the vendor's own test code: `purposeType`, the three actions, and a snippet that
//! nothing leads to, which declares what the platform knows of the contact.

use super::actions;
use super::build::Builder;
use super::codes::NEEDS_CALL;
use super::purpose::{looks_up, needs_call};
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{self, FieldValue, Kind, NodeId};

/// What a snippet declares, without which CHECKCALLSUP does not compile.
pub const CONTACT: &str = "DYNAMIC _prospectiveContact";

/// The label of that snippet.
pub const DECLARATION: &str = "Declare _prospectiveContact";

/// Whether an action of the flow declares it already.
fn declares(action: &flow::Action) -> bool {
    let is_it = |value: &FieldValue| matches!(value, FieldValue::Text(text) if **text == *CONTACT);
    let values = action.fields.iter().filter_map(|field| field.value.as_ref());
    values.into_iter().any(|value| match value {
        FieldValue::List(all) => all.iter().any(is_it),
        value => is_it(value),
    })
}

impl Builder<'_> {
    /// Declares what the platform knows of the contact. Nothing leads to it: it is for the platform's compiler.
    pub(super) fn declare_contact(&mut self) {
        let is_asked = |node: &flow::Node| node.actions.iter().any(looks_up);
        let is_declared = |node: &flow::Node| node.actions.iter().any(declares);
        let nodes = self.flow.nodes.rows();
        if nodes.iter().any(is_asked) && !nodes.iter().any(is_declared) {
            let data = [("Data", CONTACT.to_owned())];
            self.add(&actions::SNIPPET, DECLARATION.to_owned(), None, &data, None);
        }
    }

    /// Reports the nodes that need a call, where none is placed yet.
    pub(super) fn report_calls(&mut self, decides: NodeId) {
        let flow = self.flow;
        for id in flow.nodes.ids() {
            let node = &flow.nodes[id];
            if !node.is(Kind::Answer) && !node.actions.iter().any(needs_call) {
                continue;
            }
            let word = quote(flow.word_of(id));
            self.findings.push(
                Diagnostic::new(
                    &NEEDS_CALL,
                    node.kind_span,
                    format!("{word} needs a call, and this script decides before one is placed"),
                )
                .here("nobody is on the line")
                .label(flow.nodes[decides].kind_span, "this makes it a script for suppression")
                .help("take the node into the flow that takes the call; here a path ends in `permit_call` or `suppress_call`"),
            );
        }
    }
}
