//! Text to tree.
//!
//! One reading with pest finds everything, what is broken too; the tree keeps a hole where a line
//! did not parse, and the line is worded by asking the grammar for just that line
//! ([`wording`](self)).

pub mod ast;
pub mod codes;
pub mod format;
pub mod grammar;
mod lower;
mod near_miss;
pub(crate) mod place;
pub mod text;
pub(crate) mod tokens;
pub(crate) mod words;

use pest::Parser;

use crate::diagnostics::{Diagnostic, Diagnostics, counted};
use crate::source::{FileId, MAX_BYTES, Sources, Span};
use ast::Ast;
use grammar::{Grammar, Rule};
use lower::Lower;

/// Reads a file. What is wrong with it goes to `diagnostics`; the tree holds the rest.
pub fn parse(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) -> Ast {
    let source = sources.get(file);
    report_unreadable(sources, file, diagnostics);
    let text = source.text();
    if is_json(text) {
        diagnostics.push(
            Diagnostic::new(
                &codes::SYNTAX,
                Span::new(file, 0, 0),
                "this is JSON, and a flow is written in the language of `.cxflow` files",
            )
            .here("a payload, not the flow that it is made of")
            .help("name the `.cxflow` file that it was built from"),
        );
        return Ast { broken: true, ..Ast::default() };
    }
    let mut lower = Lower::new(source, file, diagnostics);
    let mut at = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    // In steps of some lines: pest's tokens stay in the cache and memory does not grow with the file.
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let lines = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - lines.len();
        // Nobody reads on after so many findings, so neither does the compiler.
        if lines.is_empty() || lower.is_done() {
            break;
        }
        let Some(pair) = Grammar::parse(Rule::lines, lines).ok().and_then(|mut pairs| pairs.next()) else {
            // Rule `broken` takes any line; should one slip through, the next is read all the same.
            at = lower.skip_line(at);
            continue;
        };
        let length = pair.as_span().end();
        lower.lines(at, pair);
        at += length.max(1);
    }
    lower.finish()
}

/// Visits every token that the grammar has a rule for, in order, with its bytes: a statement before
/// what it is made of. Lines that do not parse have none but their strings.
pub fn each_token(text: &str, mut visit: impl FnMut(Rule, std::ops::Range<usize>)) {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let lines = rest.trim_start_matches(['\u{FEFF}', ' ', '\t', '\r', '\n']);
        at += rest.len() - lines.len();
        let Some(pair) = Grammar::parse(Rule::lines, lines).ok().and_then(|mut pairs| pairs.next()) else {
            return;
        };
        let length = pair.as_span().end();
        for pair in pair.into_inner().flatten() {
            visit(pair.as_rule(), at + pair.as_span().start()..at + pair.as_span().end());
        }
        at += length.max(1);
    }
}

/// Whether a file is a payload that was taken for a flow: one word for it instead of one a line.
fn is_json(text: &str) -> bool {
    let text = text.trim_start_matches('\u{FEFF}').trim_start();
    let begins = |open: char, inner: char| {
        text.strip_prefix(open).is_some_and(|rest| rest.trim_start().starts_with(inner))
    };
    begins('{', '"') || begins('[', '{')
}

fn report_unreadable(sources: &Sources, file: FileId, diagnostics: &mut Diagnostics) {
    let source = sources.get(file);
    let start = Span::new(file, 0, 0);
    if source.too_large() {
        let limit = MAX_BYTES >> 20;
        diagnostics.push(
            Diagnostic::new(&codes::TOO_LARGE, start, format!("the file holds more than {limit} MiB"))
                .help("split the flow into files and join them with `include`"),
        );
    }
    if let Some(bad) = source.not_utf8() {
        let (span, message) = if bad.binary {
            (
                start,
                format!(
                    "this is no text: it holds zero bytes, and from byte {} on it is not UTF-8",
                    bad.offset
                ),
            )
        } else {
            let span = Span::new(file, bad.offset, bad.offset + 1);
            let others = if bad.count > 1 {
                format!(", {} in all", counted(bad.count, "such byte"))
            } else {
                String::new()
            };
            (span, format!("byte {} of the file is not UTF-8{others}", bad.offset))
        };
        diagnostics.push(
            Diagnostic::new(&codes::NOT_UTF8, span, message)
                .here("not UTF-8 from here")
                .help("save the file as UTF-8; editors call it “UTF-8” or “Unicode (UTF-8)”"),
        );
    }
}
