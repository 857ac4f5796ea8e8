//! Statements that go on in the next line: which tokens ask for it, and where such a statement ends, also if it does
//! not parse.

use std::ops::Range;

use super::text_lines::{code, ends_quoted, indentation, line_at};

/// By how much a continued line is indented, beside the line that began the statement.
pub const INDENTATION: &str = "    ";

/// The most lines of a broken statement.
const MOST_LINES: usize = 64;

/// The token at the end of a line with which the statement goes on in the next one.
pub fn open_end(line: &str) -> Option<&'static str> {
    let line = line.trim_end();
    let sign = [",", "|", "&"].into_iter().find(|sign| line.ends_with(sign));
    let is_word = || line.strip_suffix("with").is_some_and(|before| before.ends_with([' ', '\t', '"']));
    sign.or_else(|| is_word().then_some("with"))
}

/// How far the line of a place is indented.
pub fn depth(text: &str, at: usize) -> usize {
    indentation(text, at)
}

/// The lines below a place on which a statement goes on, without its first line: those that are indented deeper, or,
/// with `any_depth`, all until one does not end in such a token.
pub fn lines_below(text: &str, statement: &Range<usize>, any_depth: bool) -> Vec<Range<usize>> {
    let margin = depth(text, statement.start);
    let mut lines = Vec::new();
    let mut line = line_at(text, statement.end.max(statement.start));
    let mut from = statement.start.max(line.start);
    while lines.len() < MOST_LINES && ends_open(text, from..line.end) {
        let Some(next) = next_line(text, line.end, margin, any_depth) else { break };
        from = next.start;
        line = next.clone();
        lines.push(next);
    }
    lines
}

/// The end of the last line of a statement that may not parse.
pub fn end(text: &str, statement: &Range<usize>) -> usize {
    let own = line_at(text, statement.end).end;
    lines_below(text, statement, false).last().map_or(own, |line| line.end)
}

/// Whether the code of a line ends in a token with which it goes on.
fn ends_open(text: &str, line: Range<usize>) -> bool {
    text.get(code(text, line)).is_some_and(|line| open_end(line).is_some() && !ends_quoted(line))
}

/// The next line with code, if there is no blank line before it and it is no beginning of a branch.
fn next_line(text: &str, end: usize, margin: usize, any_depth: bool) -> Option<Range<usize>> {
    let mut end = end;
    loop {
        let line = line_at(text, Some(end + 1).filter(|&start| start < text.len())?);
        let written = text.get(line.clone())?.trim();
        let is_deeper = any_depth || depth(text, line.start) > margin;
        let begins_branch =
            written.starts_with(['}', '{']) || written.starts_with("->") || written.starts_with("on ");
        if written.is_empty() || !is_deeper || begins_branch {
            return None;
        }
        if !written.starts_with("//") {
            return Some(line);
        }
        end = line.end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_goes_on_in_deeper_lines_behind_its_tokens() {
        let rest = |text: &str| {
            let first = text.find('\n').unwrap_or(text.len());
            text.get(first..end(text, &(0..first))).unwrap_or_default().to_owned()
        };
        assert_eq!(rest("a,\n  b,\n  c\n  d"), "\n  b,\n  c");
        assert_eq!(rest("a | // why\n  // more\n  b\n"), "\n  // more\n  b");
        assert_eq!(rest("a with\n  b\n"), "\n  b");
        assert_eq!(rest("herewith\n  b\n"), "");
        assert_eq!(rest("a,\nb\n"), "", "not deeper");
        assert_eq!(rest("a,\n\n  b\n"), "", "a blank line");
        assert_eq!(rest("\"a,\n  b\n"), "", "in a string");
        assert_eq!(rest("a,\n  -> b\n"), "", "a branch");
        assert_eq!(rest("a ->\n  b\n"), "");
    }
}
