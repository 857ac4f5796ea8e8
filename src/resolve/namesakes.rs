//! An instance of a library and a node of one name: `-> news` would lead to the node, past the library.

use super::Resolver;
use super::codes::DUPLICATE_NODE;
use super::exits::Located;
use crate::diagnostics::{Diagnostic, quote};
use crate::source::Span;
use crate::syntax::ast::Declaration;

impl Resolver<'_> {
    /// Reports them, each at what is declared second.
    pub(super) fn report_namesakes(&mut self) {
        let is_entered = |row: &super::exits::ScopeExits<'_>| row.has_entry;
        let mut instances: Vec<_> =
            self.exits.by_scope.iter().filter(|(_, row)| is_entered(row)).map(|(&scope, _)| scope).collect();
        instances.sort_unstable();
        for scope in instances {
            let prefix = &self.scopes[scope].prefix;
            let Some(&node) = self.node_ids.get(prefix.trim_end_matches('.')) else { continue };
            let Some(place) = self.place_of_instance(scope) else { continue };
            let named = self.flow.nodes[node].name_span;
            let (first, second) = match named < place {
                true => (named, place),
                false => (place, named),
            };
            let text = quote(self.sources.text(place));
            self.diagnostics.push(
                Diagnostic::new(&DUPLICATE_NODE, second, format!("{text} is both an instance and a node"))
                    .here(if second == named { "a node of that name" } else { "an instance of that name" })
                    .label(first, if first == named { "a node of that name" } else { "an instance of that name" })
                    .help("rename one of them, and what leads there with it: an arrow to this name would lead to the node"),
            );
            // What leads to the name may be meant for the library.
            let entry = self.node_behind(Located::Instance(scope));
            self.flow.assumed_reachable.extend(entry);
        }
    }

    /// Where the name of an instance is written.
    fn place_of_instance(&self, scope: super::ScopeId) -> Option<Span> {
        match &self.item(self.scopes[scope].include?)?.declaration {
            Declaration::Include(include) => Some(include.prefix?.span),
            _ => None,
        }
    }
}
