//! Facts that state days and times, or a date, as a text in quotes or as digits.

use jiff::civil::Date;

use crate::diagnostics::Fix;
use crate::flow::policy::{Fact, Value};
use crate::source::Sources;
use crate::syntax::written_times;

/// How the kind of a date is called.
pub const DATE: &str = "a date";
/// How the kind of days and times is called.
const TIMES: &str = "days and times";

/// What a fact was meant to state if a value of this kind is wanted: `"mon..fri 9:00..17:00"` is
/// `mon..fri 9:00..17:00`, and `20261105` is `2026-11-05`.
pub fn unquoted(fact: &Fact, kind: &str) -> Option<String> {
    match (fact.value.as_ref()?, kind) {
        (Value::Text(text), TIMES) => written_times(text).ok(),
        (Value::Text(text), DATE) => text.trim().parse::<Date>().ok().map(|date| date.to_string()),
        (Value::Integer(number), DATE) => {
            let digits = number.to_string();
            let (year, day) = digits.split_at_checked(4)?;
            let (month, day) = day.split_at_checked(2)?;
            let date: Date = format!("{year}-{month}-{day}").parse().ok()?;
            (digits.len() == 8).then(|| date.to_string())
        }
        _ => None,
    }
}

/// How to write a fact for which a value of this kind is wanted, with the fix. An inserted value has to be written out,
/// since a `let` and a `param` give only texts.
pub fn remedy(sources: &Sources, fact: &Fact, kind: &str) -> Option<(String, Option<Fix>)> {
    let written = unquoted(fact, kind)?;
    let span = fact.value_span?;
    let is_inserted = sources.text(span).contains("${");
    let help = match is_inserted {
        true => format!("a `let` or a `param` gives only a text: write `fact {} = {written}`", fact.name),
        false => format!("write `fact {} = {written}`", fact.name),
    };
    Some((help, (!is_inserted).then(|| Fix::write(span, written))))
}
