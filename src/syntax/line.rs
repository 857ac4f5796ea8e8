//! Parses a single line.

use pest::Parser;
use pest::error::InputLocation;

use super::KnownKinds;
use super::grammar::{Grammar, Rule};
use super::words::LineContext;

/// The grammar's rule for a line in a context.
pub fn rule_of(place: LineContext) -> Rule {
    match place {
        LineContext::File => Rule::declaration_line,
        LineContext::Block => Rule::statement_line,
        LineContext::Policy => Rule::rule_line,
    }
}

/// Whether a line parses. If it opens a block, it is read with an empty block.
pub fn reads(rule: Rule, line: &str) -> bool {
    let closed = line.trim_end().ends_with('{').then(|| format!("{line}}}"));
    Grammar::parse(rule, closed.as_deref().unwrap_or(line)).is_ok()
}

/// Whether a text is exactly one statement. If it opens a block, it is read with an empty block.
pub fn reads_whole(place: LineContext, text: &str) -> bool {
    let closed = text.ends_with('{').then(|| format!("{text}}}"));
    let text = closed.as_deref().unwrap_or(text);
    let is_broken =
        |rule| matches!(rule, Rule::stray | Rule::unclosed | Rule::broken_statement | Rule::broken_rule);
    Grammar::parse(rule_of(place), text).is_ok_and(|pairs| {
        pairs.as_str().len() == text.len() && !pairs.flatten().any(|pair| is_broken(pair.as_rule()))
    })
}

/// Whether a text is exactly one node or `every` of a declared kind.
pub fn reads_as_declared(kinds: KnownKinds<'_>, text: &str) -> bool {
    let mut words = text.split_whitespace();
    let word = words.next().and_then(|first| if first == "every" { words.next() } else { Some(first) });
    kinds.declared().is_some() && word.is_some_and(|word| kinds.has(word)) && reads(Rule::declared_line, text)
}

/// The end of the statement that a line begins with, if something else follows it.
pub fn end_of_first(rule: Rule, line: &str) -> Option<usize> {
    let at = match Grammar::parse(rule, line) {
        Ok(_) => return None,
        Err(error) => match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        },
    };
    reads(rule, line.get(..at)?).then_some(at)
}
