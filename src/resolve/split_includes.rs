//! Includes whose bindings go on behind a `;`: `include "a.cxflow" as auth with n = 2; verified -> menu; failed -> bye`.

use super::codes::UNBOUND_EXIT;
use super::{Resolver, ScopeId};
use crate::diagnostics::{Diagnostic, Edit, Fix, quote};
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name};

/// How many declarations behind an include are looked at.
const MOST: usize = 64;

impl Resolver<'_> {
    /// Takes transitions on the line of an instance's include that leave its exits for their bindings, and reports the
    /// `;` before them.
    pub(super) fn bind_behind_semicolon(&mut self, scope: ScopeId) {
        let Some(decl) = self.scopes[scope].include else { return };
        let Some((_, ast)) = self.files.get(decl.file as usize) else { return };
        let Some(item) = ast.items.get(decl.item as usize) else { return };
        let text = self.sources.get(item.span.file).text();
        let mut end = item.span.range().end;
        let mut gaps: Vec<Span> = Vec::new();
        let mut bound: Vec<(Name, Name)> = Vec::new();
        for next in ast.items.iter().skip(decl.item as usize + 1).take(MOST) {
            let start = next.span.range().start;
            let Some(gap) = text.get(end..start).filter(|gap| gap.trim() == ";" && !gap.contains('\n'))
            else {
                break;
            };
            let Declaration::Transition(chain) = &next.declaration else { break };
            let (&[exit, target], None, None, true) =
                (chain.nodes.as_slice(), &chain.condition, &chain.again, chain.dispositions.is_empty())
            else {
                break;
            };
            let name = self.name(exit);
            let row = self.exits.by_scope.get(&scope);
            let is_open = row
                .and_then(|row| row.exits.get(*row.by_name.get(&name)?))
                .is_some_and(|exit| exit.target.is_none());
            if !is_open
                || self.scopes[scope].parent.is_some_and(|parent| self.locate(parent, &name).is_some())
            {
                break;
            }
            gaps.push(Span::new(item.span.file, end, end + gap.len()));
            bound.push((exit, target));
            end = next.span.range().end;
        }
        let (Some(&first), Some(&(exit, target))) = (gaps.first(), bound.first()) else { return };
        for &(exit, target) in &bound {
            let name = self.name(exit);
            if let Some(row) = self.exits.by_scope.get_mut(&scope)
                && let Some(number) = row.by_name.get(&name).copied()
                && let Some(exit) = row.exits.get_mut(number)
            {
                exit.target = Some(target);
            }
            self.exits.behind_includes.insert(exit.span);
        }
        let has_with = text.get(item.span.range()).is_some_and(|include| include.contains(" with "));
        let with = if has_with { "," } else { " with" };
        let edits = gaps.iter().enumerate().map(|(at, &span)| {
            let text = if at == 0 { format!("{with} ") } else { ", ".to_owned() };
            Edit { span, text }
        });
        let fix = Fix { title: Fix::title(with.trim()), edits: edits.collect(), when: Default::default() };
        let name = self.name(exit);
        let sign = Span::new(first.file, first.range().start, first.range().end);
        self.diagnostics.push(
            Diagnostic::new(
                &UNBOUND_EXIT,
                exit.span,
                format!("a `;` ends the include, and the exit {} is bound behind it", quote(&name)),
            )
            .here("this belongs to the `with` of the include")
            .label(sign, "the include ends here")
            .help(format!("write `{} {name} -> {}` in place of the `;`", with.trim(), self.name(target)))
            .fix(fix),
        );
    }
}
