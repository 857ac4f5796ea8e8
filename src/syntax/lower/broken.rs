//! Lines that did not parse: what they still declare, and the finding that words them.

use std::ops::Range;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::Diagnostic;
use crate::flow::Kind;
use crate::source::Span;
use crate::syntax::ast::{Binding, Contact, Declaration, Name, Node, NodeKind, Param};
use crate::syntax::codes;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::near_miss::{self, Broken, Place};
use crate::syntax::tokens::{Kind as TokenKind, tokens};
use crate::syntax::words;

/// How much of a broken line is read to word its error, in bytes.
const WORDED: usize = 1 << 20;

impl Lower<'_> {
    /// What a broken line still declares.
    pub(super) fn broken(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        self.ast.broken = true;
        let whole = self.at(&pair);
        let mut names: Vec<Name> = Vec::new();
        let mut block = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name | Rule::quoted_name => names.push(self.name(&inner)),
                Rule::block => block = Some(inner),
                _ => {}
            }
        }
        self.explain(whole.range(), Place::File);

        let word = names.first().map(|word| self.source.slice(word.span.range()).to_owned()).unwrap_or_default();
        let kind = Kind::from_word(&word);
        let is_node = kind.is_some() || word == "node" || words::nearest_kind(&word).is_some();
        if let (true, &[kind_name, name, ..]) = (is_node, names.as_slice()) {
            let block = block.map(|block| self.block(block).statements);
            return Some(Declaration::Node(Box::new(Node {
                kind: kind.map(NodeKind::Kind),
                kind_span: kind_name.span,
                name,
                argument: None,
                options: Vec::new(),
                block,
                broken: true,
            })));
        }
        if let Some(block) = block {
            // Whose block this is nobody knows: what is in it goes with its first line.
            self.silent = true;
            self.block(block);
            self.silent = false;
        }
        let second = names.get(1).copied();
        Some(match (word.as_str(), second) {
            ("flow", None) => Declaration::Flow(None),
            ("description", None) => Declaration::Description(None),
            ("entry", name) => Declaration::Entry(name),
            ("let", Some(name)) => Declaration::Let(Binding { name, value: None }),
            ("param", Some(name)) => Declaration::Param(Param { name, default: None, broken: true }),
            ("contact", Some(name)) => Declaration::Contact(Contact { name, options: Vec::new() }),
            // Nothing can depend on it, and a file of nothing but such lines would take many times its size.
            _ if names.is_empty() || self.diagnostics.is_full() => return None,
            _ => Declaration::Broken(names),
        })
    }

    pub(super) fn broken_statement(&mut self, pair: &Pair<'_, Rule>) {
        self.ast.broken = true;
        self.explain(self.at(pair).range(), Place::Block);
    }

    pub(super) fn report_stray(&mut self, pair: &Pair<'_, Rule>) {
        self.ast.broken = true;
        let diagnostic = Diagnostic::new(&codes::SYNTAX, self.trimmed(pair), "a block's `}` ends its line")
            .here("this stands after the `}`")
            .help("put it on a line of its own");
        self.report(diagnostic);
    }

    pub(super) fn report_unclosed(&mut self, open: Span, end: Span) {
        self.ast.broken = true;
        let before = self.source.slice(0..end.range().start);
        let end = before.trim_end().len().max(open.range().end);
        let diagnostic = Diagnostic::new(&codes::SYNTAX, self.span(end..end), "the block has no `}`")
            .here("`}` expected after this line")
            .label(open, "opened here")
            .help("write `}` on a line of its own after the block's last statement");
        self.report(diagnostic);
    }

    /// Reports what is wrong with a line, unless that line has its finding already.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.range().start;
        if self.silent || start < self.reported_to {
            return;
        }
        self.reported_to = self.line_from(start).end + 1;
        self.diagnostics.push(diagnostic);
    }

    /// Words what is wrong with a line by asking the grammar for just that line.
    fn explain(&mut self, range: Range<usize>, place: Place) {
        if self.silent || range.start < self.reported_to {
            return;
        }
        if self.diagnostics.is_full() {
            self.diagnostics.count_only();
            return;
        }
        // A byte that is not UTF-8 has its finding; what it broke has the same cause.
        if self.source.not_utf8().is_some() && self.source.slice(range.clone()).contains('\u{1A}') {
            return;
        }
        // The line's own text: a block's further lines speak for themselves.
        let first_line = self.line_from(range.start);
        let header = range.start..range.end.max(first_line.end).min(range.start + WORDED);
        let text = self.source.text();
        let line = text.get(header.start..text.floor_char_boundary(header.end)).unwrap_or_default();
        let diagnostic = self.word(header.start, line, place);
        self.report(diagnostic);
        self.reported_to = self.reported_to.max(first_line.end + 1);
    }

    fn word(&self, start: usize, line: &str, place: Place) -> Diagnostic {
        let tokens = tokens(line);
        let place_at = |range: Range<usize>| self.span(start + range.start..start + range.end);
        if let Some(open) = tokens.iter().find(|token| token.kind == TokenKind::OpenString) {
            return unterminated(open.text, place_at(open.range.clone()));
        }
        let rule = if place == Place::File { Rule::declaration_line } else { Rule::statement_line };
        let (at, expected) = farthest(rule, line);
        let found = tokens.iter().find(|token| token.range.end > at);
        let on_first_line = found.filter(|token| !line.get(at..token.range.start).unwrap_or_default().contains('\n'));
        let broken = Broken { line, tokens: &tokens, at, found: on_first_line, place, expected: &expected };
        if let Some(mend) = near_miss::find(&broken) {
            return Diagnostic::new(&codes::SYNTAX, place_at(mend.range), mend.message).here(mend.label).help(mend.help);
        }
        let expected = words::expected(&expected);
        let diagnostic = match on_first_line {
            Some(token) => {
                let found = crate::diagnostics::quote(token.text);
                Diagnostic::new(&codes::SYNTAX, place_at(token.range.clone()), format!("expected {expected}, found {found}"))
            }
            None => {
                let end = tokens.iter().map(|token| token.range.end).filter(|&end| end <= at).max().unwrap_or(at);
                Diagnostic::new(&codes::SYNTAX, place_at(end..end), format!("expected {expected}, but the line ends here"))
            }
        };
        let diagnostic = diagnostic.here(format!("expected {}", words::shortest(&expected)));
        match words::form(tokens.first().map(|token| token.text), place) {
            Some(form) => diagnostic.help(form),
            None => diagnostic,
        }
    }
}

/// How far the grammar got, and what it wanted there.
fn farthest(rule: Rule, line: &str) -> (usize, Vec<Rule>) {
    match Grammar::parse(rule, line) {
        Ok(pairs) => (pairs.as_str().len(), vec![Rule::end]),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            match error.variant {
                ErrorVariant::ParsingError { positives, .. } => (at, positives),
                ErrorVariant::CustomError { .. } => (at, Vec::new()),
            }
        }
    }
}

fn unterminated(text: &str, span: Span) -> Diagnostic {
    let long = text.starts_with("\"\"\"");
    let quote = if long { "\"\"\"" } else { "\"" };
    let length = quote.len() as u32;
    let opening = Span { end: (span.start + length).min(span.end), ..span };
    let diagnostic = Diagnostic::new(&codes::UNTERMINATED_STRING, opening, format!("the string has no closing `{quote}`"));
    if long {
        diagnostic.here("opened here").help("close it with `\"\"\"` on a line of its own")
    } else {
        diagnostic
            .here("opened here, and the line ends before it is closed")
            .help("close it with `\"`; a text over several lines stands between `\"\"\"`")
    }
}
