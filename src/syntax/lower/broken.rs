//! The findings of lines that did not parse.

use std::ops::Range;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::{Diagnostic, Mend, line_break};
use crate::source::Span;
use crate::syntax::codes;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::near_miss::{self, Broken, Wording};
use crate::syntax::tokens::{Kind as TokenKind, tokens};
use crate::syntax::words::{self, Place};

/// How much of a broken line is read to word its error, in bytes.
const WORDED: usize = 1 << 20;

impl Lower<'_> {
    pub(super) fn broken_line(&mut self, pair: &Pair<'_, Rule>, place: Place) {
        self.ast.broken = true;
        let range = self.at(pair).range();
        self.explain(range.clone(), place);
        self.keep(range, place);
    }

    pub(super) fn report_stray(&mut self, pair: &Pair<'_, Rule>) {
        self.ast.broken = true;
        let span = self.trimmed(pair);
        let text = self.source.slice(span.range());
        let word = text.get(..text.find([' ', ':']).unwrap_or(text.len())).unwrap_or_default();
        let help = match text.get(..2) {
            _ if words::FORMS.contains(&word) => "a rule stands in the block: put it before the `}`",
            None | Some("}}") => "take it out, or look for the block that was closed too early",
            Some("->" | "on") => "a branch stands in the block: put it before the `}`",
            Some(_) => "put it on a line of its own",
        };
        let diagnostic = Diagnostic::new(&codes::SYNTAX, span, "a block's `}` ends its line")
            .here("this stands after the `}`")
            .help(help);
        self.report(diagnostic);
        self.keep(span.range(), Place::File);
    }

    pub(super) fn report_unclosed(&mut self, open: Span, end: Span, holds: &str) {
        self.ast.broken = true;
        let before = self.source.slice(0..end.range().start);
        let end = before.trim_end().len().max(open.range().end);
        let diagnostic = Diagnostic::new(&codes::SYNTAX, self.span(end..end), "the block has no `}`")
            .here("`}` expected after this line")
            .label(open, "opened here")
            .help(format!("write `}}` on a line of its own after the block's last {holds}"))
            .mend(Mend::new(
                "Close the block",
                self.span(end..end),
                format!("{}}}", line_break(self.source)),
            ));
        self.report(diagnostic);
    }

    /// Reports what is wrong with a line, unless that line has its finding already.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.map_or(self.reported_to, |span| span.range().start);
        if self.silent || start < self.reported_to {
            return;
        }
        self.reported_to = self.line_from(start).end + 1;
        self.diagnostics.push(diagnostic);
    }

    /// Words what is wrong with a line by asking the grammar for just that line.
    pub(super) fn explain(&mut self, range: Range<usize>, place: Place) {
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
        let first_line = self.line_from(range.start);
        let diagnostic = self.word(range.start, self.first_line(range.clone()), place);
        self.report(diagnostic);
        // A `"""` string that is not closed takes further lines, and a missing `}`, with it.
        let end = if place != Place::File { self.line_from(range.end).end } else { first_line.end };
        self.reported_to = self.reported_to.max(end + 1);
    }

    /// The line with which broken text begins, over several lines only as far as a `"""` string
    /// goes: a block's further lines speak for themselves.
    pub(super) fn first_line(&self, range: Range<usize>) -> &str {
        let text = self.source.text();
        let whole = text.get(range.clone()).unwrap_or_default();
        let line = whole.split_once('\n').map_or(whole, |(line, _)| line);
        let line_end = range.start + line.len();
        let mut end = line_end;
        if line.contains("\"\"\"") {
            let all = text
                .get(range.start..boundary(text, range.end.min(range.start + WORDED)))
                .unwrap_or_default();
            let mut read = 0;
            for token in tokens(all) {
                if all.get(read..token.range.start).unwrap_or_default().contains('\n') {
                    break;
                }
                read = token.range.end;
            }
            end = range.start + read;
        }
        // `https://…` without quotes: what looks like a comment is none.
        let rest = text.get(end..).unwrap_or_default();
        if line.ends_with(':') && rest.starts_with("//") {
            end += rest.find(char::is_whitespace).unwrap_or(rest.len());
        }
        let start = range.start;
        text.get(start..boundary(text, end.min(start + WORDED))).unwrap_or_default().trim_end()
    }

    fn word(&self, start: usize, line: &str, place: Place) -> Diagnostic {
        let tokens = tokens(line);
        let place_at = |range: Range<usize>| self.span(start + range.start..start + range.end);
        if let Some(open) = tokens.iter().find(|token| token.kind == TokenKind::OpenString) {
            return unterminated(open.text, place_at(open.range.clone()));
        }
        let rule = match place {
            Place::File => Rule::declaration_line,
            Place::Block => Rule::statement_line,
            Place::Policy => Rule::rule_line,
        };
        let (at, expected) = farthest(rule, line);
        let found = tokens.iter().find(|token| token.range.end > at);
        let broken = Broken { line, tokens: &tokens, at, found, place, expected: &expected };
        if let Some(near_miss) = near_miss::find(&broken) {
            return worded(near_miss, &place_at);
        }
        let first = tokens.first().map(|token| token.text);
        // `entry` may begin a transition too, but who writes it means the declaration.
        let keyword = first.is_some_and(|first| near_miss::meant(first, place) == Some(first));
        let only_first =
            keyword && tokens.get(1).map(|second| &second.range) == found.map(|found| &found.range);
        let way = expected.contains(&Rule::arrow) || tokens.iter().any(|token| token.is("->"));
        let expected = words::expected(&expected, place, only_first);
        let diagnostic = match found {
            Some(token) => {
                let found = crate::diagnostics::quote(token.text);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(token.range.clone()),
                    format!("expected {expected}, found {found}"),
                )
            }
            None => {
                let end =
                    tokens.iter().map(|token| token.range.end).filter(|&end| end <= at).max().unwrap_or(at);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(end..end),
                    format!("expected {expected}, but the line ends here"),
                )
            }
        };
        let diagnostic = diagnostic.here(format!("expected {}", words::shortest(&expected)));
        let option = tokens
            .iter()
            .rev()
            .find(|token| token.range.end <= at)
            .and_then(|token| words::option_form(token.text));
        let arrow = way.then(|| words::arrow_form(place).to_owned());
        match option.or_else(|| words::form(first, place)).or(arrow) {
            Some(form) => diagnostic.help(form),
            None => diagnostic,
        }
    }
}

/// The finding of a near miss.
fn worded(near_miss: Wording, place_at: &dyn Fn(Range<usize>) -> Span) -> Diagnostic {
    let diagnostic = Diagnostic::new(&codes::SYNTAX, place_at(near_miss.range), near_miss.message)
        .here(near_miss.label)
        .help(near_miss.help);
    let mut edits = near_miss.instead.into_iter().map(|(range, text)| Mend::write(place_at(range), text));
    let first = edits.next();
    diagnostic.mend(first.map(|first| edits.fold(first, Mend::and)))
}

/// The start of the character at a byte.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..4).filter_map(|back| at.checked_sub(back)).find(|&at| text.is_char_boundary(at)).unwrap_or_default()
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
                ErrorVariant::ParsingError { positives, .. } => {
                    (at, positives.into_iter().map(words::whole).collect())
                }
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
    let diagnostic =
        Diagnostic::new(&codes::UNTERMINATED_STRING, opening, format!("the string has no closing `{quote}`"));
    // Where a block follows nobody knows what was to be text.
    let line = text.trim_end();
    let closed = !long && !line.contains(['{', '}', ';']) && !line.contains("->");
    let end = Span { start: span.start + line.len() as u32, end: span.start + line.len() as u32, ..span };
    let diagnostic = diagnostic.mend(closed.then(|| Mend::new("Close the string", end, "\"")));
    if long {
        diagnostic.here("opened here").help("close it with `\"\"\"` on a line of its own")
    } else {
        diagnostic
            .here("opened here, and the line ends before it is closed")
            .help("close it with `\"`; a text over several lines stands between `\"\"\"`")
    }
}
