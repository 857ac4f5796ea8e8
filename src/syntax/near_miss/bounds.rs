//! When a rule binds a flow: `exempt when … because …`, and `from after FACT + 30d`.

use super::{BrokenLine, Wording, fix};
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How a rule exempts.
const EXEMPT: &str =
    "write `exempt when FACT = VALUE because \"REASON\"` behind the rule's `when` and before its `from`";
/// How a rule begins some days after an event.
const AFTER: &str = "write `from after FACT + 30d`, with the name of a fact that states a day";

/// `exempt if a = 1`, `exempt when a = 1`, `except when a = 1 because "x"`, `exempt … when b = 2`.
pub fn exempt(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    let found = broken.found;
    if let Some(word) =
        found.filter(|word| matches!(word.text, "except" | "exempted" | "exempting" | "exception"))
        && let Some(when) = broken.after(word).filter(|when| matches!(when.text, "when" | "if"))
    {
        let wording = fix(word, "a rule exempts flows by `exempt`", "not a word of a rule", EXEMPT)?;
        let range = word.range.start..when.range.end;
        return with_fix(broken, wording, range, "exempt when");
    }
    let has_exempt = broken.tokens.iter().any(|token| token.is("exempt"));
    let last = broken.before_found();
    match found {
        Some(when) if has_exempt && when.is("when") && last.is_some_and(|last| last.kind == Kind::String) => {
            fix(when, "the `when` of a rule comes before its `exempt`", "too late", EXEMPT)
        }
        Some(exempt) if exempt.is("exempt") && last.is_some_and(|last| last.kind == Kind::Number) => {
            fix(exempt, "an `exempt` comes before the dates of a rule", "too late", EXEMPT)
        }
        Some(found) if last.is_some_and(|last| last.is("exempt")) => {
            let wording = fix(found, "an `exempt` says when", "expected `when` here", EXEMPT)?;
            match found.text {
                "if" | "where" | "for" | "on" => with_fix(broken, wording, found.range.clone(), "when"),
                _ => Some(wording),
            }
        }
        Some(found) if has_exempt && last.is_some_and(|last| last.is("because")) => {
            fix(found, "the reason is a text in quotes", "expected a text in quotes", EXEMPT)
        }
        None if has_exempt => {
            let range = broken.here();
            let message = if last.is_some_and(|last| last.is("exempt")) {
                "this `exempt` does not say when"
            } else {
                "this `exempt` gives no reason"
            };
            Some(Wording {
                range,
                message: message.into(),
                label: "expected more here".into(),
                help: EXEMPT.into(),
                instead: Vec::new(),
            })
        }
        _ => None,
    }
}

/// `from published + 30d`, `from after "…" + 30d`, `from after published + 30 days`, `from 30d after published`.
pub fn after(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let last = broken.before_found()?;
    let of_after = || {
        let after = broken
            .tokens
            .iter()
            .rposition(|token| token.is("after") && token.range.end <= found.range.start)?;
        broken.token(after.checked_sub(1)?).filter(|from| from.is("from"))
    };
    if last.is("from") && found.kind == Kind::Word && broken.after(found).is_some_and(|next| next.is("+")) {
        let wording = fix(found, "a rule begins `after` the day of a fact", "`after` is missing", AFTER)?;
        return with_fix(broken, wording, found.range.start..found.range.start, "after ");
    }
    if last.is("from") && is_days(found) {
        let fact =
            broken.after(found).filter(|after| after.is("after")).and_then(|after| broken.after(after));
        let wording = fix(found, "the days come behind the fact", "the other way round", AFTER)?;
        return match fact {
            Some(fact) => {
                let text = format!("after {} + {}", fact.text, found.text);
                with_fix(broken, wording, found.range.start..fact.range.end, &text)
            }
            None => Some(wording),
        };
    }
    of_after()?;
    if last.is("after") {
        return match found.kind {
            Kind::String => {
                fix(found, "a rule counts from a fact, by its name", "not the name of a fact", AFTER)
            }
            Kind::Number => fix(
                found,
                "behind `after` stands a fact that states a day",
                "a date, not a fact",
                "write `from DATE` if the day is known",
            ),
            _ => None,
        };
    }
    if last.is("+") {
        let number = found.text.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        let unit = broken.after(found).filter(|unit| matches!(unit.text, "d" | "day" | "days"));
        let wording = fix(
            found,
            "the time behind the day of a fact is counted in days",
            "expected days such as `30d`",
            AFTER,
        )?;
        let is_plain = found.text == number;
        let end = unit.map_or(found.range.end, |unit| unit.range.end);
        return match is_plain {
            true => with_fix(broken, wording, found.range.start..end, &format!("{number}d")),
            false => Some(wording),
        };
    }
    match found.text {
        "-" => fix(found, "a rule begins behind the day of a fact, not before it", "expected `+`", AFTER),
        "plus" | "and" => {
            let wording = fix(found, "days are added by `+`", "expected `+`", AFTER)?;
            with_fix(broken, wording, found.range.clone(), "+")
        }
        _ => None,
    }
}

fn is_days(token: &Token<'_>) -> bool {
    token.text.strip_suffix('d').is_some_and(|days| days.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Offers the rewrite if the line parses with it.
fn with_fix(
    broken: &BrokenLine<'_>,
    wording: Wording,
    range: std::ops::Range<usize>,
    text: &str,
) -> Option<Wording> {
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), text);
    if reads(rule_of(broken.place), &line) { wording.instead_of(range, text) } else { Some(wording) }
}
