//! The entry of the flow, its name and its description.

use super::built_texts::BuiltText;
use super::node_names::NodeUser;
use super::{DeclRef, Resolver};
use crate::source::Span;
use crate::syntax::ast::Declaration;

impl Resolver<'_> {
    /// Finds the flow's entry, and evaluates its name and description.
    pub(super) fn set_entry(&mut self, decls: &[DeclRef]) {
        let mut first: Option<Span> = None;
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Entry(name) = &item.declaration else { continue };
            self.flow.has_entry = true;
            if self.is_of_library(decl) || decl.file != 0 && self.has_exits(decl.file) {
                continue;
            }
            // A broken line is already reported.
            let &Some(name) = name else { continue };
            if !self.is_first_in_root("entry", decl, item.span, &mut first) {
                continue;
            }
            let entry = self.node_named(decl.scope, name, NodeUser::Entry);
            let is_exit = self.report_exit_as_entry(decl.scope, name);
            self.flow.entry = entry.filter(|_| !is_exit);
        }
        for (decl, is_name, text) in std::mem::take(&mut self.flow_texts) {
            let role = if is_name { BuiltText::FlowName } else { BuiltText::Description };
            let text = Some(self.built_text_to_send(decl.scope, text, role));
            if is_name {
                self.flow.name = text;
            } else {
                self.flow.description = text;
            }
        }
    }
}
