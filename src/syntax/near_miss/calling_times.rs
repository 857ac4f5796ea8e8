//! Days and times at which calls are made, as people write them.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::lower::written_times;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How they are written.
const FORM: &str =
    "write days and times, as in `mon..fri 9:00..13:00, 14:00..20:00, sat 9:00..13:00, closed holidays`";

/// `fact hours = Mon-Fri 9am to 8pm`, `fact hours = 9:00..17:00`, `expects fact hours = weekdays 9-17`.
pub fn stated(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_fact = |index: usize| broken.token(index).is_some_and(|token| token.is("fact"));
    let is_stated = match broken.place {
        LineContext::File => is_fact(0),
        LineContext::Policy => is_fact(1) && broken.first()?.is("expects"),
        LineContext::Block => false,
    };
    let sign = broken.tokens.iter().find(|token| is_stated && token.is("="))?;
    wording(broken, sign, broken.line.trim_end().len())
}

/// `require fact hours within 9:00..17:00`, `when hours within mon-fri 9-17`, `when hours in mon..fri 9:00..17:00`.
pub fn asked(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    let is_of_fact = |word: &&Token<'_>| {
        let mut before = broken.tokens.iter().rev().filter(|token| token.range.end <= word.range.start);
        let name = before.next();
        name.is_some_and(|name| name.kind == Kind::Word)
            && before.any(|word| matches!(word.text, "fact" | "when"))
    };
    let is_word = |token: &&Token<'_>| {
        matches!(token.text, "within" | "in" | "inside" | "outside" | "between" | "is" | "are" | "during")
    };
    let word = broken.tokens.iter().find(|token| is_word(token) && is_of_fact(token))?;
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
    // `is within`: the word behind it is the one that is meant.
    let rest = if rest.is("within") { broken.after(rest)? } else { rest };
    let last = rest.range.start - 1;
    let ends = |token: &&Token<'_>| {
        token.range.start >= rest.range.start
            && matches!(token.text, "exempt" | "from" | "until" | "and" | "or" | "because" | "when" | ")")
    };
    // A date's `from` may also be that of `from 9:00 to 17:00`.
    let is_clause = |token: &Token<'_>| {
        token.text != "from" && !(token.is("and") && word.is("between"))
            || broken.after(token).is_some_and(|next| next.text.len() == 4 && next.kind == Kind::Number)
    };
    let end = broken.tokens.iter().filter(ends).find(|token| is_clause(token));
    let end = end.map_or(broken.line.trim_end().len(), |end| end.range.start);
    let times = broken.line.get(last + 1..end)?.trim_end();
    let Some(mut wording) = of_times(broken, last + 1..last + 1 + times.len()) else {
        let message = "`within` compares days and times";
        return word
            .is("within")
            .then(|| fix(rest, message, "expected days with their times", FORM))
            .flatten();
    };
    if word.is("within") {
        return Some(wording);
    }
    let is_turned = word.is("outside")
        || broken
            .tokens
            .iter()
            .rev()
            .find(|token| token.range.end <= word.range.start)
            .is_some_and(|not| not.is("not"));
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
    let instead = if word.is("outside") { "not within" } else { "within" };
    let whole = word.range.start..rest.range.start;
    wording.help = match wording.instead.first().and_then(|pieces| pieces.first()) {
        Some((_, times)) => format!("write `{instead} {times}`"),
        None => format!("write `{instead}`; {FORM}"),
    };
    wording.message = format!("{} does not compare days and times", quote(word.text));
    wording.label = "not a comparison of times".to_owned();
    wording.range = word.range.clone();
    for pieces in &mut wording.instead {
        pieces.insert(0, (whole.clone(), format!("{instead} ")));
    }
    wording.instead.retain(|pieces| fits(broken, pieces));
    Some(wording)
}

fn wording(broken: &BrokenLine<'_>, before: &Token<'_>, end: usize) -> Option<Wording> {
    let rest = broken.line.get(before.range.end..end)?;
    let start = before.range.end + (rest.len() - rest.trim_start().len());
    let wording = of_times(broken, start..end)?;
    Some(Wording {
        instead: wording.instead.into_iter().filter(|pieces| fits(broken, pieces)).collect(),
        ..wording
    })
}

/// The wording of a piece that is meant to be days and times.
fn of_times(broken: &BrokenLine<'_>, range: Range<usize>) -> Option<Wording> {
    let written = broken.line.get(range.clone())?;
    let inner = written.trim_matches(['"', '\'']);
    if !looks_like_times(inner) {
        return None;
    }
    if let Some(closed) = closed_days(broken, &range) {
        return Some(closed);
    }
    let reads_so =
        |meant: &String| *meant != inner && reads(Rule::declaration_line, &format!("fact a = {meant}"));
    let meant = written_times(inner).filter(reads_so);
    let message = match inner.starts_with(|letter: char| letter.is_ascii_digit()) {
        true => "these times are of no days".to_owned(),
        false => format!("{} is not how days and times are written", quote(written)),
    };
    Some(Wording {
        help: match &meant {
            Some(meant) => format!("write `{meant}`"),
            None => FORM.to_owned(),
        },
        instead: meant.into_iter().map(|meant| vec![(range.clone(), meant)]).collect(),
        range,
        message,
        label: "expected days with their times".to_owned(),
    })
}

/// `mon..fri 9:00..17:00, closed sun`, `…, closed 2026-12-25`: only holidays are named where no call is made.
fn closed_days(broken: &BrokenLine<'_>, range: &Range<usize>) -> Option<Wording> {
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
    let (label, help) = match found.kind {
        Kind::Number => (
            "a single day",
            "write `closed holidays` for public holidays; other days stand in the `hours` that the flow asks",
        ),
        _ => ("not needed", "take it out: on a day that is not named, no call is made"),
    };
    fix(closed, "only holidays are said to be without calls", label, help)
}

/// Whether a text has a day and a time, or times.
fn looks_like_times(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = || lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let has_number = words().any(|word| word.starts_with(|letter: char| letter.is_ascii_digit()));
    let days = [
        "weekday", "weekdays", "weekend", "weekends", "daily", "everyday", "holiday", "holidays", "workdays",
    ];
    let has_day = words().any(|word| {
        days.contains(&word)
            || ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .iter()
                .any(|day| word == *day || word.strip_suffix("day").is_some_and(|stem| stem.starts_with(day)))
    });
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let clocks = lower.as_bytes().windows(3).filter(
        |three| matches!(three, [before, b':', after] if is_digit(Some(before)) && is_digit(Some(after))),
    );
    has_day && (has_number || words().count() < 4) || clocks.count() > 1
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
