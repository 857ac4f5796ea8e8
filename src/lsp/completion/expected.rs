//! What the grammar accepts next. All completions come from this.

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::words::LineContext;

/// A character that no rule accepts, so that the grammar reports what it expected instead.
const NOTHING: char = '\u{1}';

/// The longest statement that is parsed, in bytes.
const LONGEST: usize = 1 << 14;

/// The rules that can follow the beginning of a statement; none if that is already broken.
/// `is_declared` says whether the line begins with a declared kind.
pub fn expected(place: LineContext, is_declared: bool, before: &str) -> Vec<Rule> {
    if before.len() > LONGEST {
        return Vec::new();
    }
    let rule = match place {
        LineContext::File if is_declared => Rule::declared_line,
        LineContext::File => Rule::declaration_line,
        LineContext::Block => Rule::statement_line,
        LineContext::Policy => Rule::rule_line,
    };
    let line = format!("{before}{NOTHING}");
    let Err(error) = Grammar::parse(rule, &line) else { return Vec::new() };
    let at = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    match error.variant {
        ErrorVariant::ParsingError { positives, .. } if at >= before.trim_end().len() => positives,
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_says_what_comes_next() {
        let file = |before| expected(LineContext::File, false, before);
        assert!(file("start -> ").contains(&Rule::name));
        assert!(file("collect menu \"x\" ").contains(&Rule::kw_retries));
        assert!(file("every collect ").contains(&Rule::kw_except));
        assert!(file("a -> menu on 1 ").contains(&Rule::kw_again));
        assert!(file("a -> menu again 2 else ").contains(&Rule::name));
        assert!(expected(LineContext::Block, false, "on ").contains(&Rule::condition));
        assert!(expected(LineContext::Policy, false, "require @a ").contains(&Rule::kw_before));
        assert_eq!(file("start => menu "), [], "broken before the cursor");
    }
}
