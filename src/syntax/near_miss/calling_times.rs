//! Days and times at which calls are made, as people write them.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::spelling::on_one_line;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::lower::{UnsureTimes, written_times};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How they are written.
const FORM: &str =
    "write days and times, as in `mon..fri 9:00..13:00, 14:00..20:00, sat 9:00..13:00, closed holidays`";

/// `fact hours = Mon-Fri 9am to 8pm`, `fact hours = 9:00..17:00`, `expects fact hours = weekdays 9-17`.
pub fn stated(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_fact = |index: usize| broken.token(index).is_some_and(|token| token.is("fact"));
    let name = match broken.place {
        LineContext::File if is_fact(0) => broken.token(1),
        LineContext::Policy if is_fact(1) && broken.first()?.is("expects") => broken.token(2),
        _ => None,
    };
    let sign = broken.after(name?).filter(|sign| sign.is("="))?;
    let evidence = broken.tokens.iter().find(|token| token.is("because"));
    if evidence.is_some_and(|because| because.range.end <= broken.at) {
        return None;
    }
    let end = evidence.map_or(broken.line.trim_end().len(), |because| because.range.start);
    let whole = trimmed(broken, sign.range.end..end)?;
    if let Some(wording) = of_times(broken, whole.clone(), has_name_of_times(name?.text)) {
        let instead = wording.instead.into_iter().filter(|pieces| fits(broken, pieces)).collect();
        return Some(Wording { instead, ..wording });
    }
    // A text may be meant, or times that another line has.
    let found = broken.found.filter(|found| found.range.start == whole.start && found.kind == Kind::Word)?;
    let written = broken.line.get(whole.clone())?;
    let is_word =
        broken.place == LineContext::File && has_name_of_times(name?.text) && !written.contains('"');
    let message = format!("{} is neither a text in quotes nor days and times", quote(written));
    let help = format!("{FORM}; a text needs quotes");
    let mut wording = fix(found, message, "expected a value here", help).filter(|_| is_word)?;
    wording.range = whole;
    Some(wording)
}

/// `let office = mon..fri 9:00..17:00`: only texts have a name.
pub fn named(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("let"))?;
    let sign = broken.tokens.iter().find(|token| token.is("="))?;
    let whole = trimmed(broken, sign.range.end..broken.line.trim_end().len())?;
    let times = broken.line.get(whole)?;
    if !reads(Rule::declaration_line, &format!("fact a = {times}")) || !looks_like_times(times) {
        return None;
    }
    let help = format!("write them where they are used, as in `fact hours = {times}`");
    fix(first, "a `let` gives a text, and these are days and times", "gives only a text", help)
}

/// `require fact hours within 9:00..17:00`, `when hours within mon-fri 9-17`, `when hours in mon..fri 9:00..17:00`,
/// `require fact hours must be within mon..fri 9:00..17:00`.
pub fn asked(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    broken.tokens.iter().filter(|token| is_word(token)).find_map(|word| asked_by(broken, word))
}

/// The wording of a word that asks whether times are within others.
fn asked_by(broken: &BrokenLine<'_>, word: &Token<'_>) -> Option<Wording> {
    let name = name_before(broken, word)?;
    let Some(rest) = broken.after(word) else {
        let message = "no days and times follow `within`";
        return word.is("within").then(|| Wording {
            range: broken.here(),
            message: message.into(),
            label: "expected days with their times".into(),
            help: FORM.into(),
            instead: Vec::new(),
        });
    };
    // `is within`, `must always be within`: the word behind it is the one that is meant.
    let mut rest = rest;
    while let Some(next) = broken.after(rest).filter(|next| is_filler(rest) && !is_of_days(rest, next)) {
        rest = next;
    }
    let is_clear = !rest.is("within");
    let rest = if is_clear { rest } else { broken.after(rest)? };
    let end = end_of_times(broken, word, rest);
    let whole = rest.range.start..end;
    let is_sign = matches!(word.text, "<" | "<=" | ">" | ">=" | "from" | "until" | "before" | "after");
    if is_sign
        && (!has_clock(broken.line.get(whole.clone())?)
            || is_of_number(word) && !has_name_of_times(name.text))
    {
        return None;
    }
    let named = word.is("within") || has_name_of_times(name.text);
    let Some(mut wording) = of_times(broken, whole.clone(), named || word.is("between") || is_sign) else {
        let message = "`within` compares days and times";
        return word
            .is("within")
            .then(|| fix(rest, message, "expected days with their times", FORM))
            .flatten();
    };
    let between = name.range.end..rest.range.start;
    if word.is("within") {
        // `hours lies within`
        let written = broken.line.get(name.range.end..word.range.start)?.trim();
        if written.is_empty() || written == "not" {
            return Some(wording);
        }
        wording.message = "only the fact's name stands before `within`".to_owned();
        wording.label = "not needed".to_owned();
        let first = broken.after(name)?;
        wording.range = first.range.start..name.range.end + 1 + written.len();
        wording.help = format!("write `{} within`", name.text);
        let has_not = written.split(' ').any(|word| word == "not" || word.ends_with("n't"));
        return offered(broken, wording, (whole, between), if has_not { None } else { Some("within") });
    }
    let is_turned = word.is("outside")
        || broken.tokens.iter().any(|not| {
            not.is("not") && not.range.start >= name.range.end && not.range.end <= rest.range.start
        });
    let is_required =
        !broken.tokens.iter().any(|token| token.is("when") && token.range.end <= word.range.start);
    if is_turned && is_required {
        return fix(
            word,
            "a fact that is required says which times are allowed",
            "not how times are required",
            "write the times that are allowed, as in `require fact hours within mon..sat 8:00..21:00`",
        );
    }
    wording.message = format!("{} does not compare days and times", quote(word.text));
    wording.label = "not a comparison of times".to_owned();
    wording.range = word.range.clone();
    let instead = if is_turned { "not within" } else { "within" };
    offered(broken, wording, (whole, between), Some(instead).filter(|_| !is_sign))
}

/// Gives a wording the rewrite of what stands between a fact's name and its times, and of these.
fn offered(
    broken: &BrokenLine<'_>,
    mut wording: Wording,
    (times, between): (Range<usize>, Range<usize>),
    instead: Option<&str>,
) -> Option<Wording> {
    let written = broken.line.get(times.clone())?;
    let meant = wording.instead.first().and_then(|pieces| pieces.first()).map(|(_, meant)| meant.clone());
    let inner = unwrapped(written);
    let is_right = reads(Rule::declaration_line, &format!("fact a = {inner}")) && looks_like_times(inner);
    let meant = meant.or_else(|| is_right.then(|| inner.to_owned()));
    wording.instead.clear();
    match (instead, meant) {
        (Some(instead), Some(meant)) => {
            wording.help = format!("write `{instead} {}`", on_one_line(&meant));
            let mut pieces = vec![(between, format!(" {instead} "))];
            pieces.extend((meant != written).then_some((times, meant)));
            wording.instead.extend(Some(pieces).filter(|pieces| fits(broken, pieces)));
        }
        (Some(instead), None) => wording.help = format!("write `{instead}`; {}", wording.help),
        (None, _) => wording.help = format!("write `within`; {}", wording.help),
    }
    Some(wording)
}

/// Whether a word may stand for `within`.
fn is_word(token: &Token<'_>) -> bool {
    matches!(
        token.text,
        "within" | "in" | "inside" | "outside" | "between" | "is" | "are" | "during" | "must" | "should"
    ) || matches!(token.text, "<" | "<=" | ">" | ">=" | "from" | "until" | "before" | "after")
}

/// Whether a word compares with a number of hours as well.
fn is_of_number(token: &Token<'_>) -> bool {
    matches!(token.text, "<" | "<=" | ">" | ">=")
}

/// A word that adds nothing to `within`.
fn is_filler(token: &Token<'_>) -> bool {
    const FILLERS: &[&str] = &[
        "be", "must", "should", "shall", "may", "lie", "lies", "stay", "stays", "fall", "falls", "remain",
        "is", "are", "always", "only", "all", "not",
    ];
    FILLERS.contains(&token.text)
}

/// `all week`
fn is_of_days(word: &Token<'_>, next: &Token<'_>) -> bool {
    word.is("all") && matches!(next.text, "week" | "days")
}

/// The name of the fact that a word compares, if it compares one.
fn name_before<'a>(broken: &BrokenLine<'a>, word: &Token<'_>) -> Option<&'a Token<'a>> {
    let mut before = broken.tokens.iter().rev().filter(|token| token.range.end <= word.range.start);
    let name = before.find(|token| !is_filler(token)).filter(|name| name.kind == Kind::Word)?;
    before.any(|word| matches!(word.text, "fact" | "when")).then_some(name)
}

/// Where times end that begin with a token.
fn end_of_times(broken: &BrokenLine<'_>, word: &Token<'_>, first: &Token<'_>) -> usize {
    if matches!(first.text, "(" | "[") {
        let closing = if first.is("(") { ")" } else { "]" };
        let close =
            broken.tokens.iter().find(|token| token.range.start > first.range.start && token.is(closing));
        if let Some(close) = close {
            return close.range.end;
        }
    }
    let ends = |token: &&Token<'_>| {
        token.range.start >= first.range.start
            && matches!(token.text, "exempt" | "from" | "until" | "and" | "or" | "because" | "when" | ")")
    };
    // A date's `from` may also be that of `from 9:00 to 17:00`, and an `and` that of a list.
    let is_clause = |token: &Token<'_>| {
        let next = broken.after(token);
        match token.text {
            "from" | "until" => {
                next.is_some_and(|next| next.is("after") || next.text.len() == 4 && next.kind == Kind::Number)
            }
            "and" if word.is("between") => false,
            "and" => next.and_then(|next| broken.after(next)).is_some_and(|sign| {
                matches!(
                    sign.text,
                    "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "not" | "within" | "is" | "=="
                )
            }),
            _ => true,
        }
    };
    let end = broken.tokens.iter().filter(ends).find(|token| is_clause(token));
    let end = end.map_or(broken.line.trim_end().len(), |end| end.range.start);
    broken.line.get(..end).map_or(end, |line| line.trim_end().len())
}

/// A range of the line without the blanks around it. `None` if nothing is left.
fn trimmed(broken: &BrokenLine<'_>, range: Range<usize>) -> Option<Range<usize>> {
    let written = broken.line.get(range.clone())?;
    let start = range.end - written.trim_start().len();
    Some(start..start + written.trim().len()).filter(|range| !range.is_empty())
}

/// Whether a fact's name says that it is about times: `hours`, `calling_hours`.
fn has_name_of_times(name: &str) -> bool {
    matches!(name.rsplit(['_', '-', '.']).next(), Some("hours" | "times"))
}

/// Times without the quotes or brackets around them.
fn unwrapped(written: &str) -> &str {
    [('"', '"'), ('\'', '\''), ('(', ')'), ('[', ']')].iter().fold(written.trim(), |text, (open, close)| {
        text.strip_prefix(*open).and_then(|text| text.strip_suffix(*close)).map_or(text, str::trim)
    })
}

/// The wording of a piece that is meant to be days and times. `is_asked` says whether these are expected.
fn of_times(broken: &BrokenLine<'_>, range: Range<usize>, is_asked: bool) -> Option<Wording> {
    let written = broken.line.get(range.clone())?;
    let inner = unwrapped(written);
    let is_between = broken.tokens.iter().any(|token| token.is("between") && token.range.end < range.start)
        && !inner.contains("between");
    let meant = written_times(&if is_between { format!("between {inner}") } else { inner.to_owned() });
    let is_read = |meant: &Result<String, UnsureTimes>| match meant {
        Ok(_) => true,
        Err(UnsureTimes::NoDays(_) | UnsureTimes::Backwards | UnsureTimes::HalfUnsaid) => {
            is_asked || has_half_of_day(inner)
        }
        Err(UnsureTimes::OneEnd) => is_asked,
        Err(_) => false,
    };
    if !looks_like_times(inner) && !is_read(&meant) {
        return None;
    }
    if let Some(closed) = closed_days(broken, &range, meant.as_deref().ok()) {
        return Some(closed);
    }
    let reads_so =
        |meant: &&String| **meant != written && reads(Rule::declaration_line, &format!("fact a = {meant}"));
    let shown = quote(&on_one_line(written));
    let (message, label, help) = match &meant {
        Ok(_) => (format!("{shown} is not how days and times are written"), None, None),
        Err(UnsureTimes::NoDays(windows)) => (
            "these times are of no days".to_owned(),
            None,
            Some(format!("write the days before them, as in `mon..fri {windows}`")),
        ),
        Err(UnsureTimes::NoTimes(days)) => (
            format!("`{days}` has no times"),
            Some("days without times"),
            Some(format!("write when calls are made on these days, as in `{days} 9:00..17:00`")),
        ),
        Err(UnsureTimes::Holidays) => (
            "it is not said when calls are made on holidays".to_owned(),
            Some("holidays without times"),
            Some("write their times, as in `holidays 10:00..12:00`, or `closed holidays` if none are".to_owned()),
        ),
        Err(UnsureTimes::OneEnd) => (
            format!("{shown} is not how days and times are written"),
            None,
            Some("write both ends of a window, as in `mon..fri 9:00..20:00`; a day goes from `0:00` to `24:00`".to_owned()),
        ),
        Err(UnsureTimes::Backwards) => (
            format!("{shown} ends before it begins"),
            Some("which half of the day?"),
            Some("write hours from 0 to 24, as in `mon..fri 9:00..17:00` for 9 to 5; a window ends on the day on which it begins".to_owned()),
        ),
        Err(UnsureTimes::HalfUnsaid) => (
            format!("{shown} does not say which half of the day it means"),
            Some("which half of the day?"),
            Some("write hours from 0 to 24, as in `mon..fri 14:00..17:00` for 2 to 5 in the afternoon".to_owned()),
        ),
        Err(UnsureTimes::Unread) if inner.starts_with(|letter: char| letter.is_ascii_digit()) => {
            ("these times are of no days".to_owned(), None, None)
        }
        Err(UnsureTimes::Unread) => (format!("{shown} is not how days and times are written"), None, None),
    };
    let meant = meant.as_ref().ok().filter(reads_so);
    let help =
        help.unwrap_or_else(|| meant.map_or_else(|| FORM.to_owned(), |meant| format!("write `{meant}`")));
    Some(Wording {
        help,
        instead: meant.into_iter().map(|meant| vec![(range.clone(), meant.clone())]).collect(),
        range,
        message,
        label: label.unwrap_or("expected days with their times").to_owned(),
    })
}

/// `mon..fri 9:00..17:00, closed sun`, `…, closed 2026-12-25`: only holidays are named where no call is made.
fn closed_days(broken: &BrokenLine<'_>, range: &Range<usize>, meant: Option<&str>) -> Option<Wording> {
    let found = broken.found.filter(|found| range.contains(&found.range.start))?;
    let closed = broken.before_found().filter(|closed| closed.is("closed"))?;
    let rest = broken.line.get(found.range.start..range.end)?;
    let part = rest.split([',', ';']).next().unwrap_or(rest).trim_end();
    if part.to_lowercase().contains("holiday") {
        let to = found.range.start..found.range.start + part.len();
        let wording = fix(
            closed,
            "public holidays are written `holidays`",
            "not how this is written",
            "write `closed holidays`",
        )?;
        let pieces = vec![(to, "holidays".to_owned())];
        let instead = if fits(broken, &pieces) { vec![pieces] } else { Vec::new() };
        return Some(Wording { instead, ..wording });
    }
    let is_date = found.kind == Kind::Number;
    let (label, help) = match meant.filter(|_| !is_date) {
        _ if is_date => (
            "a single day",
            "write `closed holidays` for public holidays; other days stand in the `hours` that the flow asks"
                .to_owned(),
        ),
        Some(meant) => {
            ("not needed", format!("write `{meant}`: on a day that is not named, no call is made"))
        }
        None => ("not needed", "take it out: on a day that is not named, no call is made".to_owned()),
    };
    let mut wording = fix(closed, "only holidays are said to be without calls", label, help)?;
    let pieces = meant.filter(|_| !is_date).map(|meant| vec![(range.clone(), meant.to_owned())]);
    wording.instead.extend(pieces.filter(|pieces| fits(broken, pieces)));
    Some(wording)
}

/// Whether a text says which half of a day it means: `9am-5pm`.
fn has_half_of_day(text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut words = lower.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| {
        let half = word.trim_start_matches(|letter: char| letter.is_ascii_digit());
        matches!(half, "noon" | "midnight") || half.len() < word.len() && matches!(half, "am" | "pm")
    })
}

/// Whether a text has a time of the day: `9:00`, `8pm`.
fn has_clock(text: &str) -> bool {
    has_half_of_day(text) || clocks(text) > 0
}

/// How many times of the day with a `:` a text has.
fn clocks(text: &str) -> usize {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let three = text.as_bytes().windows(3);
    three
        .filter(
            |three| matches!(three, [before, b':', after] if is_digit(Some(before)) && is_digit(Some(after))),
        )
        .count()
}

/// Whether a text has a day and a time, or times.
fn looks_like_times(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = || lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let has_number = words().any(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    let days = [
        "weekday", "weekdays", "weekend", "weekends", "daily", "everyday", "holiday", "holidays", "workday",
        "workdays",
    ];
    let has_day = words().any(|word| {
        days.contains(&word)
            || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .iter()
                .any(|day| word == *day || word.strip_suffix("day").is_some_and(|stem| stem.starts_with(day)))
    });
    has_day && (has_number || words().count() < 4) || clocks(&lower) > 1
}

/// Whether the line parses with these pieces in their places.
fn fits(broken: &BrokenLine<'_>, pieces: &[(Range<usize>, String)]) -> bool {
    let mut line = broken.line.to_owned();
    for (range, text) in pieces.iter().rev() {
        if line.get(range.clone()).is_none() {
            return false;
        }
        line.replace_range(range.clone(), text);
    }
    reads(rule_of(broken.place), &line)
}
