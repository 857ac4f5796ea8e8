//! Rules that begin some days after an event: `from after FACT + 30d`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::bounds::with_fix;
use super::{BrokenLine, Wording, fix, kinds};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How a rule begins some days after an event.
const AFTER: &str = "write `from after FACT + 30d`, with the name of a fact that states a day";
/// The most days that a rule may begin after an event.
const MOST_DAYS: u32 = 9999;

/// `from published + 30d`, `from after "…" + 30d`, `from after published + 30 days`, `from 30d after published`.
pub fn after(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    end(broken)
        .or_else(|| days_first(broken))
        .or_else(|| without_from(broken))
        .or_else(|| of_a_day(broken))
        .or_else(|| second_start(broken))
        .or_else(|| without_after(broken))
        .or_else(|| behind_after(broken))
}

/// `from 30 days after published`, `from 2 weeks after published`, `30d after published`.
fn days_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Number)?;
    let from = broken.before_found().filter(|last| last.is("from"));
    let (days, last) = days_at(broken, found);
    let after = broken.after(last?).filter(|after| after.is("after"))?;
    let fact = broken.after(after).filter(|fact| fact.kind == Kind::Word)?;
    if from.is_none() && !broken.expects(Rule::end) {
        return None;
    }
    let wording = fix(found, "the days come behind the fact", "the other way round", AFTER)?;
    let word = if from.is_some() { "" } else { "from " };
    match days {
        Some(days) => {
            let text = format!("{word}after {} + {days}d", fact.text);
            with_fix(broken, wording, vec![(found.range.start..fact.range.end, text)])
        }
        None => Some(wording),
    }
}

/// `require agent after published + 30d`: an order on the path has no days.
fn without_from(broken: &BrokenLine<'_>) -> Option<Wording> {
    let at = broken.tokens.windows(4).position(|four| {
        matches!(four, [after, fact, plus, days]
            if after.is("after") && fact.kind == Kind::Word && plus.is("+") && is_days(days))
    })?;
    let after = broken.token(at)?;
    if at.checked_sub(1).and_then(|before| broken.token(before)).is_some_and(|before| before.is("from")) {
        return None;
    }
    let wording = fix(after, "a rule begins `from after` the day of a fact", "`from` is missing", AFTER)?;
    with_fix(broken, wording, vec![(after.range.start..after.range.start, "from ".to_owned())])
}

/// `from 2026-11-05 + 30d`, `from after 2026-11-05 + 30d`: a day that is known is written itself.
fn of_a_day(broken: &BrokenLine<'_>) -> Option<Wording> {
    let from = broken.tokens.iter().find(|from| {
        from.is("from") && broken.after(from).is_some_and(|next| next.is("after") || is_year(next))
    })?;
    let next = broken.after(from)?;
    let first = if next.is("after") { broken.after(next).filter(|year| is_year(year))? } else { next };
    let written = broken.line.get(first.range.start..first.range.start + 10)?;
    let day: Date = written.parse().ok()?;
    let plus = broken.tokens.iter().find(|token| token.range.start >= first.range.start + 10)?;
    let days = broken.after(plus).filter(|days| plus.is("+") && is_days(days))?;
    let count: i64 = days.text.trim_end_matches('d').parse().ok()?;
    let first_day = day.checked_add(count.days()).ok()?;
    let help = format!("write `from {first_day}`, the day itself");
    let wording =
        fix(plus, "days are counted from a fact, and this day is known", "not behind a date", help)?;
    with_fix(broken, wording, vec![(next.range.start..days.range.end, first_day.to_string())])
}

/// `from after published + 30d from 2026-01-01`.
fn second_start(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("from"))?;
    let is_start =
        |from: &Token<'_>| broken.after(from).is_some_and(|next| next.is("after") || is_year(next));
    let has_first = broken
        .tokens
        .iter()
        .any(|from| from.is("from") && from.range.end <= found.range.start && is_start(from));
    let help = "take one of the two out: `from DATE` is a day that is known, `from after` counts from one that a fact states";
    fix(found, "a rule begins once", "a second beginning", help).filter(|_| has_first && is_start(found))
}

/// `until published + 30d`, `until after published`.
fn end(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.before_found().is_some_and(|until| until.is("until")))?;
    let is_fact = found.is("after") || broken.after(found).is_some_and(|plus| plus.is("+"));
    let help = "write the last day itself, as in `until 2026-12-31`";
    fix(found, "only the beginning of a rule is counted from a fact", "not a date", help).filter(|_| is_fact)
}

/// `from published + 30d`, `from published`.
fn without_after(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word)?;
    broken.before_found().filter(|last| last.is("from"))?;
    let next = broken.after(found);
    if next.is_some_and(|next| next.is("+")) {
        let wording = fix(found, "a rule begins `after` the day of a fact", "`after` is missing", AFTER)?;
        return with_fix(broken, wording, vec![(found.range.start..found.range.start, "after ".to_owned())]);
    }
    let is_last = next.is_none_or(|next| next.is("until") || next.is("}"));
    let is_kind = kinds().any(|kind| kind == found.text) || found.is("any");
    if !is_last || is_kind || broken.expects(Rule::selector) || !broken.expects(Rule::date) {
        return None;
    }
    // Where an order on the path may be meant, it is unclear which.
    let has_order = broken.form().is_some_and(|form| matches!(form.text, "oblige" | "limit"))
        || broken.tokens.iter().any(|token| {
            matches!(token.text, "before" | "after" | "reachable" | "path" | "fact")
                && token.range.end <= found.range.start
        });
    if !has_order {
        let help = format!(
            "write `from after {}` for the day that a fact states; for an order on the path write `after`, as in `require A after B`",
            found.text
        );
        return fix(found, "`from` takes a date, the first day of the rule", "not a date", help);
    }
    let wording = fix(found, "a rule begins `after` the day of a fact", "`after` is missing", AFTER)?;
    with_fix(broken, wording, vec![(found.range.start..found.range.start, "after ".to_owned())])
}

/// What stands behind `from after`.
fn behind_after(broken: &BrokenLine<'_>) -> Option<Wording> {
    let last = broken.before_found()?;
    let after =
        broken.tokens.iter().rposition(|token| token.is("after") && token.range.end <= last.range.end)?;
    broken.token(after.checked_sub(1)?).filter(|from| from.is("from"))?;
    let Some(found) = broken.found else {
        let wording = Wording {
            range: broken.here(),
            message: "nothing follows `from after`".to_owned(),
            label: "expected the name of a fact".to_owned(),
            help: AFTER.to_owned(),
            instead: Vec::new(),
        };
        return last.is("after").then_some(wording);
    };
    let piece = |range: std::ops::Range<usize>, text: String| vec![(range, text)];
    // `from after fact published`
    if last.is("fact") && found.kind == Kind::Word {
        let wording = fix(last, "a rule counts from a fact, by its name alone", "not needed", AFTER)?;
        return with_fix(broken, wording, piece(broken.with_blanks_after(last), String::new()));
    }
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
        return number_of_days(broken, found);
    }
    let (days, end) = days_at(broken, found);
    match (found.text, end) {
        ("-", _) => {
            fix(found, "a rule begins behind the day of a fact, not before it", "expected `+`", AFTER)
        }
        // `+ 30d + 2d`
        ("+", _) if is_days(last) => {
            let more = broken.after(found).filter(|more| is_days(more))?;
            let number = |days: &Token<'_>| days.text.trim_end_matches('d').parse::<u32>().ok();
            let sum = number(last)?.checked_add(number(more)?).filter(|sum| *sum <= MOST_DAYS)?;
            let help = format!("write `+ {sum}d`");
            let wording = fix(found, "the days behind a fact are one number", "a second number", help)?;
            with_fix(broken, wording, piece(last.range.start..more.range.end, format!("{sum}d")))
        }
        ("plus" | "and" | "add", _) => {
            let wording = fix(found, "days are added by `+`", "expected `+`", AFTER)?;
            let number = broken.after(found)?;
            match days_at(broken, number) {
                (Some(days), Some(end)) => {
                    with_fix(broken, wording, piece(found.range.start..end.range.end, format!("+ {days}d")))
                }
                _ => Some(wording),
            }
        }
        // `from after published 30d`
        (_, Some(end)) => {
            let wording = fix(found, "days are added by `+`", "`+` is missing before this", AFTER)?;
            match days {
                Some(days) => {
                    with_fix(broken, wording, piece(found.range.start..end.range.end, format!("+ {days}d")))
                }
                None => Some(wording),
            }
        }
        _ => None,
    }
}

/// `+ 30 days`, `+ 2 weeks`, `+ 1 year`, `+ 10000d`.
fn number_of_days(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    if is_days(found) {
        let help = format!("write at most `{MOST_DAYS}d`");
        return fix(
            found,
            format!("a rule begins at most {MOST_DAYS} days after the day of a fact"),
            "too many",
            help,
        );
    }
    let (days, end) = days_at(broken, found);
    let help = match (&days, end) {
        (None, Some(_)) => {
            "count the days: months and years differ in length, as in `from after FACT + 365d`"
        }
        _ => AFTER,
    };
    let message = "the time behind the day of a fact is counted in days";
    let wording = fix(found, message, "expected days such as `30d`", help)?;
    match (days, end) {
        (Some(days), Some(end)) => {
            with_fix(broken, wording, vec![(found.range.start..end.range.end, format!("{days}d"))])
        }
        _ => Some(wording),
    }
}

/// The number of days that begins with a token, and its last token: `30`, `30d`, `30 days`, `2w`, `2 weeks`. `None` for
/// the number where it is no certain number of days.
fn days_at<'a>(broken: &BrokenLine<'a>, first: &'a Token<'a>) -> (Option<u32>, Option<&'a Token<'a>>) {
    let digits = first.text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(first.text.len());
    let Some((number, unit)) = first.text.split_at_checked(digits) else { return (None, None) };
    let Ok(number) = number.parse::<u32>() else { return (None, None) };
    let is_unit = |word: &&Token<'_>| word.kind == Kind::Word && length(word.text).is_some();
    let (unit, last) = match broken.after(first).filter(is_unit) {
        Some(word) if unit.is_empty() => (word.text, word),
        _ => (unit, first),
    };
    match length(if unit.is_empty() { "d" } else { unit }) {
        Some(Some(length)) => (number.checked_mul(length).filter(|days| *days <= MOST_DAYS), Some(last)),
        Some(None) => (None, Some(last)),
        None => (None, None),
    }
}

/// How many days a unit has, if it is one. Months and years differ in length.
fn length(unit: &str) -> Option<Option<u32>> {
    match unit.to_ascii_lowercase().as_str() {
        "d" | "day" | "days" => Some(Some(1)),
        "w" | "wk" | "week" | "weeks" => Some(Some(7)),
        "m" | "mo" | "month" | "months" | "y" | "yr" | "year" | "years" => Some(None),
        _ => None,
    }
}

fn is_days(token: &Token<'_>) -> bool {
    token
        .text
        .strip_suffix('d')
        .is_some_and(|days| !days.is_empty() && days.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_year(token: &Token<'_>) -> bool {
    token.kind == Kind::Number && token.text.len() == 4
}
