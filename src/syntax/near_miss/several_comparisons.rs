//! Several comparisons in one branch of a `decide`: all of them are to be so, or one of them.

use super::decide_words::{BEGINS, comparator, constant, is_arrow, is_in_decide};
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::Comparator;
use crate::syntax::tokens::{Kind, Token};

/// Whether a word joins a second comparison that must be so, too.
pub fn is_second(token: &Token<'_>) -> bool {
    matches!(token.text, "and" | "&&" | "&" | "AND" | "if" | "when" | "where" | "unless")
}

/// `when a = 1 and b = 2 -> x`, `when a > 1 and < 5 -> x`, `when a = 1 if b > 2 -> x`.
pub fn all_of_several(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|_| is_in_decide(broken))?;
    // A word at the beginning stands for `when`, also behind an `else`.
    let and = broken.tokens.iter().skip(2).find(|token| is_second(token))?;
    fix(
        and,
        "a `when` compares one thing",
        "a second comparison?",
        "lead to another `decide`, as in `when A = 1 -> second`, and ask for the rest there; values of which one must fit stand with `|` between them",
    )
}

/// `when a = 1 or a = 2 -> x`, `when a = 1 || b = 2 -> x`, `a != 1 or a != 2 -> x`: several comparisons of which one
/// must be so.
pub fn one_of_several(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| is_in_decide(broken))?;
    let begins = BEGINS.contains(&first.text.to_ascii_lowercase().as_str());
    let is_or = |token: &&Token<'_>| matches!(token.text, "or" | "OR" | "Or" | "||" | "|");
    let arrow = broken.tokens.iter().find(|token| is_arrow(token));
    let end = arrow.map_or(broken.line.trim_end().len(), |arrow| arrow.range.start);
    let asked: Vec<&Token<'_>> =
        broken.tokens.iter().skip(usize::from(begins)).take_while(|token| token.range.start < end).collect();
    let parts: Vec<&[&Token<'_>]> = asked.split(is_or).collect();
    let compared: Vec<(&str, Comparator, String)> = parts
        .iter()
        .map(|part| match part {
            [name, sign, value] if name.kind == Kind::Word => {
                Some((name.text, comparator(sign)?, constant(value)?))
            }
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?;
    let or = asked.iter().find(|token| is_or(token))?;
    let &(name, sign, _) = compared.first()?;
    let tail =
        arrow.map_or("-> NODE", |arrow| broken.line.get(arrow.range.start..).unwrap_or_default().trim_end());
    let values = compared.iter().map(|(.., value)| value.as_str()).collect::<Vec<_>>().join(" | ");
    let is_alike = compared.iter().all(|(other, others, _)| (*other, *others) == (name, sign));
    if is_alike && sign == Comparator::NotEqual {
        return fix(
            or,
            format!("one of these is so whatever {} is", quote(name)),
            "a second comparison?",
            format!(
                "write `when {name} = {values} -> NODE` for where it is one of them, and `else {tail}` for the others"
            ),
        );
    }
    if !is_alike || sign != Comparator::Equal {
        let arm = |(name, sign, value): &(&str, Comparator, String)| {
            format!("`when {name} {} {value} {tail}`", sign.word())
        };
        let arms = compared.iter().map(arm).collect::<Vec<_>>().join(" and ");
        return fix(
            or,
            "a `when` compares one thing",
            "a second comparison?",
            format!("write an arm for each, as in {arms}"),
        );
    }
    let meant = format!("when {name} = {values}");
    let range = first.range.start..asked.last()?.range.end;
    fix(
        or,
        "a `when` names what it compares once",
        "a second comparison?",
        format!("write `{meant} {tail}`"),
    )?
    .instead_of(range, meant)
}
