//! How often a call may come back, in other words than `again N else NODE` or in another place.

use super::{BrokenLine, Wording, fix};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};

/// The tokens from the one that the grammar did not expect.
fn from_found<'a>(broken: &BrokenLine<'a>) -> Option<Vec<&'a Token<'a>>> {
    let found = broken.found?;
    Some(broken.tokens.iter().filter(|token| token.range.start >= found.range.start).collect())
}

fn is_name(token: &Token<'_>) -> bool {
    matches!(token.kind, Kind::Word | Kind::Quoted)
}

/// The number that a word says.
fn counted(word: &Token<'_>) -> Option<&'static str> {
    Some(match word.text {
        "once" => "1",
        "twice" => "2",
        "thrice" => "3",
        _ => return None,
    })
}

/// `-> menu repeat 2 else bye`, `-> menu at most 2 times else bye`, `-> menu twice else bye`.
pub fn other_words(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects(Rule::kw_again))?;
    let rest = from_found(broken)?;
    let at = rest.iter().position(|token| token.kind == Kind::Number || counted(token).is_some())?;
    let (words, behind) = rest.split_at_checked(at)?;
    let (number, behind) = behind.split_first()?;
    let times = usize::from(behind.first().is_some_and(|word| matches!(word.text, "times" | "time" | "x")));
    let is_limit = |word: &&&Token<'_>| {
        matches!(
            word.text,
            "repeat"
                | "repeats"
                | "retry"
                | "retries"
                | "max"
                | "maximum"
                | "limit"
                | "up"
                | "to"
                | "at"
                | "most"
                | "no"
                | "more"
                | "than"
                | "only"
                | "loop"
                | "again"
        )
    };
    let are_limits = words.len() <= 4 && words.iter().filter(is_limit).count() == words.len();
    // `-> menu 2 else bye` only lacks its `again`.
    let is_other = !words.is_empty() || times > 0 || counted(number).is_some();
    if !(are_limits && is_other) {
        return None;
    }
    let count = counted(number).unwrap_or(number.text);
    let message = "how often a call may take the transition stands behind `again`";
    match behind.get(times..)? {
        [otherwise, target, ..]
            if matches!(otherwise.text, "else" | "then" | "otherwise") && is_name(target) =>
        {
            let meant = format!("again {count} else {}", target.text);
            fix(found, message, "not `again`", format!("write `{meant}`"))?
                .instead_of(found.range.start..target.range.end, meant)
        }
        _ => fix(found, message, "not `again`", format!("write `again {count} else NODE`")),
    }
}

/// `on * again 2 -> menu else bye`, `on * again 2 else bye -> menu`: the bound before the node that the call comes back to.
pub fn before_arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("again") && broken.expects(Rule::arrow))?;
    let rest = from_found(broken)?;
    let (number, target, otherwise, last) = match rest.as_slice() {
        [_, number, arrow, target, word, otherwise, ..] if arrow.is("->") && word.is("else") => {
            (number, target, otherwise, otherwise)
        }
        [_, number, word, otherwise, arrow, target, ..] if arrow.is("->") && word.is("else") => {
            (number, target, otherwise, target)
        }
        _ => return None,
    };
    if !(number.kind == Kind::Number && is_name(target) && is_name(otherwise)) {
        return None;
    }
    let meant = format!("-> {} again {} else {}", target.text, number.text, otherwise.text);
    let message = "`again` stands behind the node that the call comes back to";
    fix(found, message, "before the arrow", format!("write `{meant}`"))?
        .instead_of(found.range.start..last.range.end, meant)
}

/// `-> menu again 1..2 else bye`: a bound is one number.
pub fn range(broken: &BrokenLine<'_>) -> Option<Wording> {
    let dots =
        broken.found.filter(|found| matches!(found.text, ".." | "-") && broken.expects(Rule::kw_else))?;
    let from = broken.before_found().filter(|from| from.kind == Kind::Number)?;
    let to = broken.after(dots).filter(|to| to.kind == Kind::Number)?;
    let message = "an `again` says how often at most, and nothing else";
    let wording = fix(dots, message, "a range", format!("write `again {}`", to.text))?;
    match from.text {
        "0" | "1" => wording.instead_of(from.range.start..to.range.end, to.text),
        _ => Some(wording),
    }
}
