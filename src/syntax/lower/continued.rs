//! Statements that go on in the next line: the comments between their lines, and how deep these are indented.

use std::ops::Range;

use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::{Diagnostic, Edit, Fix};
use crate::source::Span;
use crate::syntax::codes;
use crate::syntax::continued::{INDENTATION, lines_below, open_end};
use crate::syntax::grammar::{Rule, goes_on};
use crate::syntax::line::reads;
use crate::syntax::text_lines::{code, indentation, line_at};

impl Lower<'_> {
    /// Keeps the comments between the lines of a statement, up to its block, and reports lines that are not deep enough.
    pub(super) fn continued(&mut self, pair: &Pair<'_, Rule>) {
        if is_broken(pair.as_rule()) {
            return;
        }
        let text = pair.as_str();
        // Nearly every statement is one line, and nearly every header ends in `{`.
        let Some(first) = memchr::memchr(b'\n', text.as_bytes()) else { return };
        if text.get(..first).is_some_and(|line| line.trim_end().ends_with('{')) {
            return;
        }
        let margin = indentation(self.source.text(), self.at(pair).range().start);
        let mut shallow = Vec::new();
        let mut end = 0;
        let is_block =
            |rule| matches!(rule, Rule::block | Rule::policy_block | Rule::kind_block | Rule::hours_block);
        for inner in pair.clone().into_inner().flatten().take_while(|inner| !is_block(inner.as_rule())) {
            let span = self.at(&inner);
            match inner.as_rule() {
                rule if goes_on(rule) => {
                    end = span.range().end;
                    let token = inner.as_str();
                    let depth = token.rfind('\n').map(|last| token.len() - last - 1);
                    if depth.is_some_and(|depth| depth <= margin) {
                        shallow.push(end);
                    }
                }
                Rule::comment | Rule::doc_comment if span.range().start < end => {
                    let span = self.trimmed(&inner);
                    self.comment(span);
                }
                _ => {}
            }
        }
        let Some(&first) = shallow.first() else { return };
        let lines: Vec<Range<usize>> = shallow.iter().map(|&at| line_at(self.source.text(), at)).collect();
        let diagnostic = self.not_indented(margin, first, &lines);
        self.report(diagnostic);
    }

    /// The finding for lines that continue a statement and are not indented deeper than its first one.
    fn not_indented(&self, margin: usize, first: usize, lines: &[Range<usize>]) -> Diagnostic {
        let text = self.source.text();
        finding(text, margin, first, lines, |range| self.span(range))
    }

    /// The finding for a broken statement that parses if its next lines, which are not indented, are read with it.
    pub(super) fn lacks_indentation(
        &self,
        statement: &Range<usize>,
        rule: Rule,
    ) -> Option<(Diagnostic, usize)> {
        let text = self.source.text();
        let lines = lines_below(text, statement, true);
        let last = lines.last()?;
        let whole = statement.start..code(text, last.clone()).end;
        let margin = indentation(text, statement.start);
        let shallow: Vec<Range<usize>> =
            lines.iter().filter(|line| indentation(text, line.start) <= margin).cloned().collect();
        let first = shallow.first()?;
        let mut deeper = String::with_capacity(whole.len() + shallow.len() * INDENTATION.len());
        let mut done = whole.start;
        for line in &shallow {
            deeper.push_str(text.get(done..line.start)?);
            deeper.push_str(INDENTATION);
            done = line.start;
        }
        deeper.push_str(text.get(done..whole.end)?);
        if !reads(rule, &deeper) {
            return None;
        }
        let at = code(text, first.clone()).start;
        Some((self.not_indented(margin, at, &shallow), last.end))
    }
}

/// Whether a part of a file or a block did not parse.
fn is_broken(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::broken
            | Rule::broken_statement
            | Rule::broken_rule
            | Rule::broken_field
            | Rule::broken_hours
            | Rule::stray
            | Rule::unclosed
    )
}

/// The finding for lines that continue a statement, the first from a place on, and are not indented deeper than the
/// statement's first line.
pub(in crate::syntax) fn finding(
    text: &str,
    margin: usize,
    first: usize,
    lines: &[Range<usize>],
    span: impl Fn(Range<usize>) -> Span,
) -> Diagnostic {
    let mut above = line_at(text, first);
    let mut token = None;
    // Comments may stand between the two.
    while token.is_none() && above.start > 0 {
        above = line_at(text, above.start - 1);
        token = text.get(code(text, above.clone())).and_then(open_end);
    }
    let own = code(text, first..line_at(text, first).end);
    let edits = lines.iter().map(|line| {
        let blanks = code(text, line.clone()).start;
        Edit { span: span(line.start..blanks), text: format!("{}{INDENTATION}", " ".repeat(margin)) }
    });
    let fix = Fix { title: "Indent it".to_owned(), edits: edits.collect(), when: Default::default() };
    let token = token.unwrap_or(",");
    Diagnostic::new(
        &codes::CONTINUATION,
        span(own),
        format!(
            "the line above ends in `{token}`, but this one is not indented deeper than the statement's first"
        ),
    )
    .here("this continues the line above")
    .help(format!(
        "indent it by four spaces more than the line that the statement begins on, or take the `{token}` out"
    ))
    .fix(Some(fix))
}
