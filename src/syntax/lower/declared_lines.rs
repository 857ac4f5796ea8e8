//! The findings for broken lines about nodes of declared kinds.

use std::ops::Range;

use super::Lower;
use super::broken::farthest;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::Kind;
use crate::syntax::ast::Name;
use crate::syntax::codes;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::near_miss;
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words::{self, LineContext};

impl Lower<'_> {
    /// The finding for a broken `every` of a declared kind, or of a word near to one.
    fn of_every(&self, start: usize, line: &str, tokens: &[Token<'_>]) -> Option<Diagnostic> {
        let kinds = self.kinds.declared()?;
        let word = tokens.get(1).filter(|word| word.kind == TokenKind::Word)?;
        if !self.kinds.has(word.text) {
            let known = Kind::ALL.iter().map(|kind| kind.word()).chain(kinds.iter().map(|kind| &**kind));
            let near = nearest(word.text, known);
            let span = self.span(start + word.range.start..start + word.range.end);
            if near.is_none()
                && !matches!(word.text, "on" | "except")
                && !near_miss::is_foreign_kind(word.text)
            {
                let mut declared: Vec<&str> = kinds.iter().map(|kind| &**kind).collect();
                declared.sort_unstable();
                let all: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).chain(declared).collect();
                let message = format!("{} is not a kind of node", quote(word.text));
                return Some(
                    Diagnostic::new(&codes::SYNTAX, span, message)
                        .here("expected a kind of node here")
                        .help(format!("the kinds are {}", all.join(", "))),
                );
            }
            let near = near.filter(|near| self.kinds.has(near))?;
            return Some(
                Diagnostic::new(&codes::SYNTAX, span, format!("{} is not a kind of node", quote(word.text)))
                    .here("expected a kind of node here")
                    .help(format!("did you mean `{near}`?"))
                    .fix(Fix::write(span, near)),
            );
        }
        let (at, expected) = farthest(Rule::declared_line, line);
        let found = tokens.iter().find(|token| token.range.end > at);
        let range = found.map_or(at..at, |token| token.range.clone());
        let expected = words::expected(&expected, LineContext::File, false);
        let message = match found {
            Some(token) => format!("expected {expected}, found {}", quote(token.text)),
            None => format!("expected {expected}, but the line ends here"),
        };
        let span = self.span(start + range.start..start + range.end);
        Some(
            Diagnostic::new(&codes::SYNTAX, span, message)
                .here(format!("expected {}", words::shortest(&expected)))
                .help(format!("write `every {} on OUTCOME -> NODE`", word.text)),
        )
    }

    /// The name of a node in a line that would be read if its declared kind were no word of the language, which is
    /// reported where the kind is declared.
    pub(super) fn node_of_hidden_kind(&self, range: Range<usize>) -> Option<Name> {
        let kinds = self.kinds.declared()?;
        let line = self.first_line(range.clone());
        let tokens = tokens(line);
        let word = tokens.iter().find(|token| !token.is("every"))?;
        if !kinds.contains(word.text) || !words::is_of_language(word.text) {
            return None;
        }
        let name = tokens.iter().find(|token| token.range.start >= word.range.end)?;
        let (before, rest) = (line.get(..word.range.start)?, line.get(word.range.end..)?);
        reads(Rule::declared_line, &format!("{before}{}_call{rest}", word.text)).then(|| Name {
            span: self.span(range.start + name.range.start..range.start + name.range.end),
            quoted: name.kind == TokenKind::Quoted,
        })
    }

    /// The finding for a broken line that begins with a declared kind, or with a word near to one.
    pub(super) fn of_declared_kind(&self, start: usize, line: &str) -> Option<Diagnostic> {
        let kinds = self.kinds.declared()?;
        let tokens = tokens(line);
        let first = tokens.first().filter(|first| first.kind == TokenKind::Word)?;
        let place = self.span(start + first.range.start..start + first.range.end);
        if first.is("every") {
            return self.of_every(start, line, &tokens);
        }
        if self.kinds.has(first.text) {
            let second = tokens.get(1)?;
            // `lookup -> bye` may be a transition of a node of that name.
            if second.kind == TokenKind::Signs {
                return None;
            }
            if let Some(name) = second.text.strip_prefix('"').and_then(|text| text.strip_suffix('"'))
                && second.kind == TokenKind::String
                && crate::spelling::is_name(name)
            {
                let place = self.span(start + second.range.start..start + second.range.end);
                let instead = vec![(second.range.clone(), name.to_owned())];
                return Some(
                    Diagnostic::new(&codes::SYNTAX, place, "a name is written without quotes")
                        .here("quoted")
                        .help(format!("write `{} {name}`", first.text))
                        .fix(self.fix(start, line, Rule::declared_line, instead)),
                );
            }
            if second.is("with") {
                let message = format!("{} has no name", a_node_of(first.text));
                let place = self.span(start + second.range.start..start + second.range.end);
                return Some(
                    Diagnostic::new(&codes::SYNTAX, place, message)
                        .here("expected a name before this")
                        .help(format!("write `{} NAME with …`", first.text)),
                );
            }
            if let Some(finding) = self.field_without_name(start, line, &tokens) {
                return Some(finding);
            }
            let (at, expected) = farthest(Rule::declared_line, line);
            let found = tokens.iter().find(|token| token.range.end > at);
            let range = found.map_or(at..at, |token| token.range.clone());
            let span = self.span(start + range.start..start + range.end);
            let broken = near_miss::BrokenLine::new(line, LineContext::File, &tokens, at, &expected);
            let wording = near_miss::script_in_header(&broken)
                .or_else(|| near_miss::behind_with(&broken, Rule::declared_line));
            if let Some(wording) = wording {
                let place = self.span(start + wording.range.start..start + wording.range.end);
                let fixes = wording.instead.into_iter();
                let fixes = fixes.filter_map(|instead| self.fix(start, line, Rule::declared_line, instead));
                let diagnostic = Diagnostic::new(&codes::SYNTAX, place, wording.message)
                    .here(wording.label)
                    .help(wording.help);
                return Some(fixes.fold(diagnostic, Diagnostic::fix));
            }
            if let Some(found) = found.filter(|found| found.kind == TokenKind::String) {
                let message = format!("{} has no text after its name", a_node_of(first.text));
                return Some(
                    Diagnostic::new(&codes::SYNTAX, span, message)
                        .here("a declared kind has fields instead")
                        .help(format!("name the field, as in `with NAME = {}`", found.text)),
                );
            }
            let expected = words::expected(&expected, LineContext::File, false);
            let message = match found {
                Some(token) => format!("expected {expected}, found {}", quote(token.text)),
                None => format!("expected {expected}, but the line ends here"),
            };
            let sign = found.and_then(|found| missing_in_fields(line, &tokens, found));
            let help = match &sign {
                Some((_, sign)) => format!("write `{}` here", sign.trim()),
                None => format!("write `{} NAME with FIELD = VALUE {{ on OUTCOME -> NODE }}`", first.text),
            };
            // `lookup find with url: "…"`: the mistake is behind the name.
            let behind = sign.as_ref().filter(|_| found.is_some_and(|found| found.is("with")));
            let (span, message, expected) = match behind {
                Some((range, sign)) => {
                    let end = range.end;
                    let sign = sign.trim();
                    let written = line.get(range.clone()).unwrap_or_default().trim();
                    let start_of_sign = end - written.len();
                    let message = match written {
                        "" => format!("expected `{sign}` before the value of a field"),
                        written => format!("expected `{sign}`, found {}", quote(written)),
                    };
                    (self.span(start + start_of_sign..start + end), message, format!("`{sign}`"))
                }
                None => (span, message, expected),
            };
            let fix = sign.map(|(range, sign)| {
                let at = self.span(start + range.start..start + range.end);
                Fix::new(Fix::title(sign.trim()), at, sign)
            });
            return Some(
                Diagnostic::new(&codes::SYNTAX, span, message)
                    .here(format!("expected {}", words::shortest(&expected)))
                    .help(help)
                    .fix(fix),
            );
        }
        // `find = lookup with …`, `find: lookup`
        if let [name, sign, kind, ..] = tokens.as_slice()
            && near_miss::is_sign(sign)
            && self.kinds.has(kind.text)
            && near_miss::meant(name.text, LineContext::File) != Some(name.text)
        {
            let wording = near_miss::kind_first(name, kind, sign);
            let place = self.span(start + wording.range.start..start + wording.range.end);
            let written = format!("{} {}", kind.text, name.text);
            let instead = vec![(name.range.start..kind.range.end, written)];
            return Some(
                Diagnostic::new(&codes::SYNTAX, place, wording.message)
                    .here(wording.label)
                    .help(wording.help)
                    .fix(self.fix(start, line, Rule::declared_line, instead)),
            );
        }
        // A word that is near to one of the language's own is explained as such.
        if crate::syntax::near_miss::meant(first.text, LineContext::File).is_some() {
            return None;
        }
        let near = nearest(first.text, kinds.iter().map(|kind| &**kind))?;
        let rest = line.get(first.range.end..)?;
        if !reads(Rule::declared_line, &format!("{near}{rest}")) {
            return None;
        }
        let message = format!("{} is not a kind of node or a declaration", quote(first.text));
        Some(
            Diagnostic::new(&codes::SYNTAX, place, message)
                .here("unknown word")
                .help(format!("did you mean `{near}`?"))
                .fix(Fix::write(place, near)),
        )
    }
}

impl Lower<'_> {
    /// The finding for `lookup find with "https://…"`, `lookup find with { url = "…" }` and `with (url = "…")`.
    fn field_without_name(&self, start: usize, line: &str, tokens: &[Token<'_>]) -> Option<Diagnostic> {
        let [_, _, with, first, ..] = tokens else { return None };
        if !with.is("with") {
            return None;
        }
        let place = |range: &Range<usize>| self.span(start + range.start..start + range.end);
        if first.kind == TokenKind::String {
            return Some(
                Diagnostic::new(
                    &codes::SYNTAX,
                    place(&first.range),
                    "a value stands behind the name of its field",
                )
                .here("the value of which field?")
                .help(format!("write `with FIELD = {}`", first.text)),
            );
        }
        let sign = match first.text {
            "(" => ")",
            "{" => "}",
            "[" => "]",
            _ => return None,
        };
        let message = "the fields of a node stand behind `with`, without brackets";
        let finding = Diagnostic::new(&codes::SYNTAX, place(&first.range), message)
            .here("not needed")
            .help("write `with NAME = VALUE`, and a `,` between several");
        let close = tokens.iter().skip(4).find(|token| token.is(sign));
        let fix = close.and_then(|close| {
            let before = line.get(..close.range.start)?.trim_end_matches([' ', '\t']).len();
            let behind = line.get(first.range.end..)?;
            let begin = line.len() - behind.trim_start_matches([' ', '\t']).len();
            let instead =
                vec![(first.range.start..begin, String::new()), (before..close.range.end, String::new())];
            self.fix(start, line, Rule::declared_line, instead)
        });
        Some(finding.fix(fix))
    }
}

/// The word or sign that a node's fields lack, and the range that it replaces: `lookup find url = "…"`,
/// `with url: "…"`, `with a = 1 b = 2`.
fn missing_in_fields(
    line: &str,
    tokens: &[Token<'_>],
    found: &Token<'_>,
) -> Option<(Range<usize>, &'static str)> {
    let index = tokens.iter().position(|token| token.range == found.range)?;
    let before = index.checked_sub(1).and_then(|index| tokens.get(index))?;
    let gap = before.range.end..found.range.start;
    let name = tokens.get(index + 1)?;
    let sign = tokens.get(index + 2)?;
    let between = name.range.end..sign.range.start;
    let here = found.range.clone();
    let tries =
        [(gap.clone(), " with "), (gap, ", "), (between, " = "), (sign.range.clone(), " ="), (here, " =")];
    tries.into_iter().find(|(range, text)| {
        let Some((head, rest)) = line.get(..range.start).zip(line.get(range.end..)) else { return false };
        reads(Rule::declared_line, &format!("{head}{text}{rest}"))
    })
}

fn a_node_of(kind: &str) -> String {
    format!("a node of the kind `{kind}`")
}
