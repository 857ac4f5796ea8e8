//! Where the call begins.

use super::built_texts::BuiltText;
use super::nodes::NodeUser;
use super::{DeclRef, Resolver};
use crate::source::Span;
use crate::syntax::ast::Declaration;

impl Resolver<'_> {
    /// Finds the flow's entry, and evaluates its name and description.
    pub(super) fn set_entry(&mut self, placed: &[DeclRef]) {
        let mut first: Option<Span> = None;
        for &placed in placed {
            let Some(item) = self.item(placed) else { continue };
            let Declaration::Entry(name) = &item.declaration else { continue };
            self.flow.has_entry = true;
            // A broken line has its finding.
            let &Some(name) = name else { continue };
            if !self.is_first_in_root("entry", placed, item.span, &mut first) {
                continue;
            }
            self.flow.entry = self.node_named(placed.scope, name, NodeUser::Entry);
        }
        for (placed, is_name, text) in std::mem::take(&mut self.flow_texts) {
            let of = if is_name { BuiltText::FlowName } else { BuiltText::Description };
            let text = Some(self.built_text_to_send(placed.scope, text, of));
            if is_name {
                self.flow.name = text;
            } else {
                self.flow.description = text;
            }
        }
    }
}
