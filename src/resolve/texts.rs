//! Texts after their insertions, and names that stand for numbers.

use super::values::{Known, MAX_INSERTED, MAX_TEXT, ValueId, What};
use super::{Named, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Mend, quote};
use crate::flow::{self, Tag};
use crate::source::Span;
use crate::syntax::ast::{self, Number};
use crate::syntax::codes::TOO_LARGE;
use crate::syntax::text::{Bad, Piece, pieces};

/// A text, evaluated.
pub struct Evaluated {
    pub text: flow::Text,
    /// The tags of the contact fields that it speaks.
    pub tags: Vec<Tag>,
}

impl Resolver<'_> {
    /// The text of a string after its insertions.
    pub(super) fn text(&mut self, scope: ScopeId, text: ast::Text) -> Evaluated {
        let span = text.span;
        if text.plain {
            let written = self.sources.text(span);
            let value = written.get(1..written.len().saturating_sub(1)).map(Into::into);
            return Evaluated { text: flow::Text { value, span, placeholders: false }, tags: Vec::new() };
        }
        match self.evaluate(scope, text) {
            Known::Hole => {
                Evaluated { text: flow::Text { value: None, span, placeholders: false }, tags: Vec::new() }
            }
            Known::Text(value, contacts) => {
                let mut tags: Vec<Tag> = Vec::new();
                for &contact in &contacts {
                    if let What::Contact(of_contact) = &self.values[contact].what {
                        tags.extend(of_contact.iter().cloned());
                    }
                }
                let text = flow::Text { value: Some(value.into()), span, placeholders: !contacts.is_empty() };
                Evaluated { text, tags }
            }
        }
    }

    pub(super) fn evaluate(&mut self, scope: ScopeId, text: ast::Text) -> Known {
        let literal = self.sources.text(text.span);
        let start = text.span.range().start;
        let mut out = String::new();
        let mut contacts: Vec<ValueId> = Vec::new();
        let mut hole = false;
        let mut open: Vec<usize> = Vec::new();
        let mut inserts: Vec<(usize, &str, std::ops::Range<usize>)> = Vec::new();
        pieces(literal, |piece| match piece {
            Piece::Plain(text) => out.push_str(text),
            Piece::Escaped(character) => out.push(character),
            Piece::Insert(name, range) => inserts.push((out.len(), name, range)),
            Piece::Bad(bad, range) => {
                hole = true;
                open.extend((bad == Bad::OpenInsert).then_some(range.end));
            }
        });
        // `${brand, and so on`: what it begins with was to be used.
        for at in open {
            let rest = literal.get(at..).unwrap_or_default();
            let name =
                rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
            if let Some(id) = self.lookup(scope, name) {
                self.values[id].used = true;
            }
        }
        let plain = std::mem::take(&mut out);
        let mut done = 0;
        for (at, name, range) in inserts {
            out.push_str(plain.get(done..at).unwrap_or_default());
            done = at;
            let Some(id) = self.lookup(scope, name) else {
                let span = Span::new(text.span.file, start + range.start, start + range.end);
                self.report_unknown_value(scope, name, span);
                hole = true;
                continue;
            };
            self.values[id].used = true;
            let at = Span::new(text.span.file, start + range.start, start + range.end);
            self.note(Named::Value, at, self.values[id].name.span);
            match &self.values[id].known {
                Some(Known::Text(value, inner)) => {
                    let left = self.text_budget.checked_sub(value.len());
                    if left.is_none() || out.len() + value.len() > MAX_TEXT {
                        self.report_too_long(text.span);
                        return Known::Hole;
                    }
                    self.text_budget = left.unwrap_or_default();
                    out.push_str(value);
                    contacts.extend(
                        inner.iter().filter(|id| !contacts.contains(id)).copied().collect::<Vec<_>>(),
                    );
                }
                _ => hole = true,
            }
        }
        out.push_str(plain.get(done..).unwrap_or_default());
        if hole { Known::Hole } else { Known::Text(out, contacts) }
    }

    pub(super) fn report_too_long(&mut self, span: Span) {
        let diagnostic =
            Diagnostic::new(&TOO_LARGE, span, "the insertions make more text than a flow can hold")
                .here(format!(
                    "over {} MiB after its insertions, or {} MiB with all the others",
                    MAX_TEXT >> 20,
                    MAX_INSERTED >> 20
                ))
                .help("insert fewer or shorter texts");
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn report_unknown_value(&mut self, scope: ScopeId, name: &str, span: Span) {
        if self.lost_include.plain {
            return;
        }
        let mut names: Vec<String> = Vec::new();
        let mut next = Some(scope);
        while let Some(id) = next {
            names.extend(self.scopes[id].values.keys().map(|name| name.to_string()));
            next = self.scopes[id].parent;
        }
        names.sort_unstable();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let near = self.nearest(name, &names);
        let help = match &near {
            Some(near) => {
                // Which is then no unused one.
                if let Some(id) = self.lookup(scope, near) {
                    self.values[id].used = true;
                }
                format!("did you mean `{near}`?")
            }
            None => format!("declare it, as in `let {name} = \"…\"`, `param {name}` or `contact {name}`"),
        };
        self.diagnostics.push(
            Diagnostic::new(
                &codes::UNKNOWN_NAME,
                span,
                format!("there is no let, param or contact {}", quote(name)),
            )
            .here("not declared")
            .help(help)
            .mend(near.map(|near| Mend::write(span, near))),
        );
    }

    /// A number, or a name that stands for one.
    pub(super) fn number(&mut self, scope: ScopeId, number: Number) -> Option<u32> {
        let (span, text, declared) = match number {
            Number::Integer(span) => (span, self.sources.text(span).to_owned(), None),
            Number::Other(span) => {
                let written = self.sources.text(span);
                let digits = written.trim_matches('"');
                let (help, meant) = if digits.len() < 10 && digits.parse::<u32>().is_ok() {
                    (format!("write {digits} without quotes"), Some(Mend::write(span, digits)))
                } else {
                    ("write a whole number, such as 2".to_owned(), None)
                };
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::NOT_AN_INTEGER,
                        span,
                        format!("{} is no whole number", quote(written)),
                    )
                    .here("a number is due here")
                    .help(help)
                    .mend(meant),
                );
                return None;
            }
            Number::Name(name) => {
                let written = self.name(name);
                let Some(id) = self.lookup(scope, &written) else {
                    self.report_unknown_value(scope, &written, name.span);
                    return None;
                };
                self.values[id].used = true;
                self.note(Named::Value, name.span, self.values[id].name.span);
                let Some(Known::Text(text, _)) = self.values[id].known.clone() else { return None };
                (name.span, text, Some(id))
            }
        };
        if let Ok(number) = text.trim().parse() {
            return Some(number);
        }
        let too_large = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
        let mut diagnostic = match declared {
            _ if too_large => Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                span,
                format!("{} is larger than any number of retries", quote(&text)),
            )
            .help(format!("write a number up to {}", u32::MAX)),
            Some(id) if matches!(self.values[id].what, What::Contact(_)) => {
                Diagnostic::new(&codes::NOT_AN_INTEGER, span, "a contact field is known during the call only")
                    .help("use a number, a let or a param")
            }
            _ => Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                span,
                format!("{} is {}, no whole number", quote(self.sources.text(span)), quote(&text)),
            )
            .help("give it a whole number, such as 2"),
        };
        diagnostic = diagnostic.here("a number is due here");
        if let Some(id) = declared {
            diagnostic = diagnostic.label(self.values[id].name.span, "declared here");
        }
        self.diagnostics.push(diagnostic);
        None
    }
}
