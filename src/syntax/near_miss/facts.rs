//! Facts and their comparisons, and the dates of rules and waivers.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The help for values of facts.
pub const VALUES: &str = "a value is a text in quotes, a whole number, a duration such as `20s`, a date such as `2026-01-01`, or days and times such as `mon..fri 9:00..17:00`";

/// `from 2026/01/01`, `until 1 March 2027`, `until "2027-03-31"`.
pub fn date(broken: &BrokenLine<'_>) -> Option<Wording> {
    let word = broken.before_found().filter(|word| {
        broken.expects(Rule::date) && matches!(word.text, "from" | "until") && !broken.expects(Rule::string)
    })?;
    let Some(found) = broken.found else {
        if broken.expects(Rule::selector) {
            return Some(Wording {
                range: broken.here(),
                message: "nothing follows `from`".into(),
                label: "expected a selector or a date here".into(),
                help:
                    "write `from @tag` to say where the time begins, `from 2026-01-31` to give the rule's first day"
                        .into(),
                instead: Vec::new(),
            });
        }
        let which = if word.is("from") { "first" } else { "last" };
        return Some(Wording {
            range: broken.here(),
            message: format!("`{}` has no date", word.text),
            label: format!("expected the {which} day here"),
            help: format!("write the day as `{} 2026-01-31`", word.text),
            instead: Vec::new(),
        });
    };
    // After `from`, something other than a date may be meant.
    if broken.expects(Rule::selector) && found.kind != Kind::Number {
        return None;
    }
    let rest = broken.line.get(found.range.start..)?;
    let written = rest.get(..rest.find([' ', '\t', ';', '}']).unwrap_or(rest.len()))?;
    if !(matches!(found.kind, Kind::Number | Kind::String) || months(found.text)) {
        return order_word(broken, word.text);
    }
    let date = as_written(written.trim_matches('"'));
    let help = match &date {
        Some(date) => format!("write `{} {date}`", word.text),
        None => format!("write year, month and day as in `{} 2026-01-31`", word.text),
    };
    let range = found.range.start..found.range.start + written.len();
    Some(Wording {
        instead: date.into_iter().map(|date| vec![(range.clone(), date)]).collect(),
        range,
        message: format!("{} is not a date", quote(written)),
        label: "expected a date here".into(),
        help,
    })
}

/// `require A until B`: an order on the path, which has other words.
fn order_word(broken: &BrokenLine<'_>, word: &str) -> Option<Wording> {
    let found = broken.found?;
    if broken.place != LineContext::Policy {
        return None;
    }
    let which = if word == "from" { "first" } else { "last" };
    let help = match word {
        "from" => "for an order on the path write `after`, as in `require A after B`, or `reachable from`",
        _ => "for an order on the path write `before`, as in `require A before B`",
    };
    fix(found, format!("`{word}` takes a date, the {which} day of the rule"), "not a date", help)
}

fn months(word: &str) -> bool {
    const MONTHS: &[&str] =
        &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_lowercase();
    MONTHS.iter().any(|month| word.starts_with(month))
}

/// `2026/1/1`, `2026.01.01`, `20260101`: only with the year first, which is unambiguous.
pub fn as_written(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['/', '.', '-', '_']).collect();
    let digits = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !parts.iter().all(digits) {
        return None;
    }
    let date = match *parts.as_slice() {
        [year, month, day] if year.len() == 4 => format!("{year}-{month:0>2}-{day:0>2}"),
        [all] if all.len() == 8 => format!("{}-{}-{}", all.get(..4)?, all.get(4..6)?, all.get(6..)?),
        _ => return None,
    };
    (date.len() == 10).then_some(date)
}

/// `when dialer == "x"`, `when dialer is "x"`, `when dialer`.
pub fn comparison(broken: &BrokenLine<'_>) -> Option<Wording> {
    let last = broken.before_found()?;
    if matches!(last.text, "when" | "fact")
        && broken.found.is_none()
        && (broken.expects(Rule::name) || broken.expects(Rule::fact_condition))
    {
        let form = if last.is("when") { "when FACT = VALUE" } else { "require fact NAME >= 15s" };
        return Some(Wording {
            range: broken.here(),
            message: format!("no fact follows `{}`", last.text),
            label: "expected a fact's name here".into(),
            help: format!("write `{form}`"),
            instead: Vec::new(),
        });
    }
    let fact = broken.before_found().filter(|_| broken.expects(Rule::operator))?;
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= fact.range.start)?;
    let earlier = broken.tokens.iter().rev().filter(|token| token.range.end <= fact.range.start);
    let begins = earlier.into_iter().find(|token| matches!(token.text, "when" | "fact"));
    let when = begins.is_some_and(|begins| begins.is("when"));
    let Some(found) = broken.found else {
        if !when {
            return None;
        }
        return Some(Wording {
            range: broken.here(),
            message: format!("{} is not compared with anything", quote(fact.text)),
            label: "expected a comparison here".into(),
            help: format!(
                "write `when {} = VALUE`; for a rule about the fact itself write `require fact {0}`",
                fact.text
            ),
            instead: Vec::new(),
        });
    };
    let sign = match found.text {
        "==" | "===" | "is" | "equals" | ":" | "eq" => "=",
        "=<" | "≤" | "under" => "<=",
        "=>" | "≥" | "over" => ">=",
        "<>" | "=!" | "!==" | "not" | "isn't" | "!" | "≠" => "!=",
        _ if fact.is("fact") && found.kind == Kind::Word => {
            let rest = broken.line.get(found.range.start..).map(str::trim_end).unwrap_or_default();
            let help = format!("write `{} {rest}`", before.text);
            return fix(fact, format!("only the fact's name follows `{}`", before.text), "not needed", help)
                .filter(|_| when)?
                .instead_of(broken.with_blanks_after(fact), "");
        }
        _ if matches!(found.kind, Kind::String | Kind::Number) => {
            let help = format!(
                "write `{} {} = {}`, or another comparison",
                if when { "when" } else { "require fact" },
                fact.text,
                found.text
            );
            let wording = fix(found, "the comparison has no sign", "expected a sign before this", help)?;
            // For a number, any comparison may be meant.
            let text = found.kind == Kind::String;
            return if text { wording.instead(format!("= {}", found.text)) } else { Some(wording) };
        }
        _ => return None,
    };
    let wording = fix(
        found,
        format!("{} is not a comparison", quote(found.text)),
        "not a comparison of the language",
        format!("write `{sign}`; the comparisons are `=`, `!=`, `<`, `<=`, `>` and `>=`"),
    )?;
    // `is not "x"`
    let not = broken.after(found).filter(|next| found.is("is") && next.is("not"));
    match not {
        Some(not) => wording.instead_of(found.range.start..not.range.end, "!="),
        None => wording.instead(sign),
    }
}

/// `fact share = 1.5`, `when dialer = predictive`.
pub fn value(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sign = broken.before_found().filter(|_| {
        broken.expects(Rule::date) && broken.expects(Rule::duration) && broken.expects(Rule::string)
    })?;
    let Some(found) = broken.found.filter(|found| !found.is("because")) else {
        return Some(Wording {
            range: broken.here(),
            message: format!("no value follows the `{}`", sign.text),
            label: "expected a value here".into(),
            help: VALUES.into(),
            instead: Vec::new(),
        });
    };
    let rest = broken.line.get(found.range.start..)?;
    // In a rule, more may follow.
    let is_joined = |word: &Token<'_>| {
        let sign = broken.after(word).and_then(|fact| broken.after(fact));
        matches!(word.text, "and" | "or")
            && sign.is_some_and(|sign| {
                matches!(sign.text, "=" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "within")
            })
    };
    let ends = |token: &&Token<'_>| match broken.place {
        LineContext::Policy => {
            matches!(token.text, "from" | "until" | "}" | "because" | "exempt" | "when" | ")")
                || is_joined(token)
        }
        _ => matches!(token.text, "from" | "until" | "}" | "because"),
    };
    let end = broken
        .tokens
        .iter()
        .skip_while(|token| token.range.start < found.range.start)
        .take_while(|token| !ends(token))
        .map(|token| token.range.end)
        .last()?;
    let whole = broken.line.get(found.range.start..end)?;
    let short = rest.get(..rest.find([' ', '\t', ';', '}', '{']).unwrap_or(rest.len()))?;
    match found.kind {
        Kind::Word | Kind::Quoted => {
            let text = format!("\"{}\"", whole.replace(['"', '`'], ""));
            Some(Wording {
                range: found.range.start..end,
                message: "a text needs quotes".into(),
                label: "this has no quotes".into(),
                help: format!("write `{text}`; {VALUES}"),
                instead: vec![vec![(found.range.start..end, text)]],
            })
        }
        _ => {
            let date = || as_written(short).filter(|_| short.len() > 8);
            let hour = || as_hour(short).filter(|_| short.ends_with(['m', 'M', '.']));
            let meant = as_duration(short).or_else(date).or_else(hour);
            Some(not_a_value(found.range.start..found.range.start + short.len(), short, meant))
        }
    }
}

/// The wording for something that is not a value, with the probable value.
fn not_a_value(range: Range<usize>, written: &str, meant: Option<String>) -> Wording {
    Wording {
        message: format!("{} is not a value", quote(written)),
        label: "expected a value here".into(),
        help: meant.as_ref().map_or_else(|| VALUES.to_owned(), |meant| format!("write `{meant}`")),
        instead: meant.into_iter().map(|meant| vec![(range.clone(), meant)]).collect(),
        range,
    }
}

/// `fact share = 3%`, `fact ring = 20 s`, `fact day = 2026/01/01`: a whole number with something after it.
pub fn longer_value(broken: &BrokenLine<'_>) -> Option<Wording> {
    let number =
        broken.before_found().filter(|number| number.kind == Kind::Number && broken.expects(Rule::end))?;
    let sign = broken.tokens.iter().rev().find(|token| token.range.end <= number.range.start)?;
    let of_fact = broken.place == LineContext::Policy || broken.first().is_some_and(|first| first.is("fact"));
    let compares = of_fact && matches!(sign.text, "=" | "!=" | "<" | "<=" | ">" | ">=");
    let found = broken.found.filter(|_| compares)?;
    let adjacent = found.range.start == number.range.end && matches!(found.text, "%" | "/" | ":");
    let unit = unit(found.text);
    let half_of_day = is_half_of_day(found.text);
    if !(adjacent || half_of_day || unit.is_some()) {
        return None;
    }
    let rest = broken.line.get(number.range.start..)?;
    let end = if adjacent {
        rest.find([' ', '\t', ';', '}']).unwrap_or(rest.len())
    } else {
        found.range.end - number.range.start
    };
    // "8:00 pm"
    let half = rest.get(end..).filter(|_| found.is(":")).map_or(0, |rest| {
        let word = rest.trim_start_matches(' ');
        let length = word.find([' ', '\t', ';', '}']).unwrap_or(word.len());
        let is_half = word.get(..length).is_some_and(is_half_of_day);
        if is_half { rest.len() - word.len() + length } else { 0 }
    });
    let end = end + half;
    let written = rest.get(..end)?;
    if found.is(":") || half_of_day {
        return Some(match as_hour(written) {
            Some(hour) => Wording {
                message: format!("an hour is a whole number, not {}", quote(written)),
                ..not_a_value(number.range.start..number.range.start + end, written, Some(hour))
            },
            None => not_a_value(number.range.start..number.range.start + end, written, None),
        });
    }
    let meant = unit.map(|unit| format!("{}{unit}", number.text)).or_else(|| as_written(written));
    Some(not_a_value(number.range.start..number.range.start + end, written, meant))
}

fn is_half_of_day(word: &str) -> bool {
    matches!(word.to_ascii_lowercase().as_str(), "am" | "pm" | "a.m." | "p.m." | "a.m" | "p.m")
}

/// `20:00`, `8am`, `8:00 pm` as an hour from 0 to 24.
fn as_hour(written: &str) -> Option<String> {
    let text = written.to_ascii_lowercase().replace(['.', ' '], "");
    let (clock, afternoon) = match (text.strip_suffix("am"), text.strip_suffix("pm")) {
        (Some(clock), _) => (clock.to_owned(), Some(false)),
        (_, Some(clock)) => (clock.to_owned(), Some(true)),
        _ => (text.clone(), None),
    };
    let (hour, minutes) = clock.split_once(':').unwrap_or((&clock, "00"));
    let hour: u32 = hour.parse().ok().filter(|_| matches!(minutes, "00" | "0"))?;
    match afternoon {
        Some(afternoon) => {
            (1..=12).contains(&hour).then(|| (hour % 12 + if afternoon { 12 } else { 0 }).to_string())
        }
        None => (hour <= 24).then(|| hour.to_string()),
    }
}

/// The language's unit of time for other words for it.
pub fn unit(word: &str) -> Option<&'static str> {
    Some(match word {
        "s" | "sec" | "secs" | "second" | "seconds" => "s",
        "ms" | "millis" | "milliseconds" => "ms",
        "m" | "min" | "mins" | "minute" | "minutes" => "min",
        _ => return None,
    })
}

/// `20sec` and `2h` as the language writes them.
pub fn as_duration(text: &str) -> Option<String> {
    let (number, word) = text.split_at_checked(text.find(|c: char| !c.is_ascii_digit() && c != '.')?)?;
    duration_of(number, word)
}

/// A number with a unit of time as the language writes it.
pub fn duration_of(number: &str, word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    if let Some(unit) = unit(&word) {
        return Some(format!("{number}{unit}"));
    }
    let is_hours = matches!(word.as_str(), "h" | "hr" | "hrs" | "hour" | "hours");
    let minutes = number.parse::<u64>().ok().filter(|_| is_hours)?.checked_mul(60)?;
    Some(format!("{minutes}min"))
}

/// `1,5s`, `1,5 seconds`: a duration with a comma in place of the point.
pub fn decimal_comma(broken: &BrokenLine<'_>, whole: &Token<'_>) -> Option<Wording> {
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let comma = broken.after(whole).filter(|comma| comma.is(",") && comma.range.start == whole.range.end)?;
    let part = broken
        .after(comma)
        .filter(|part| part.kind == Kind::Number && part.range.start == comma.range.end)?;
    let (number, unit, end) = match are_digits(part.text) {
        true => {
            let word = broken.after(part).filter(|word| word.kind == Kind::Word)?;
            (part.text, word.text, word.range.end)
        }
        false => {
            let at = part.text.find(|sign: char| !sign.is_ascii_digit())?;
            let (number, unit) = part.text.split_at_checked(at)?;
            (number, unit, part.range.end)
        }
    };
    let meant = duration_of(&format!("{}.{number}", whole.text), unit).filter(|_| are_digits(whole.text))?;
    let range = whole.range.start..end;
    let written = broken.line.get(range.clone())?;
    let wording = Wording {
        message: format!("{} is not a duration", quote(written)),
        range: range.clone(),
        label: "with a `,`".to_owned(),
        help: format!("write `{meant}`"),
        instead: Vec::new(),
    };
    wording.instead_of(range, meant)
}

/// `from` after `until`, `when` after `from`.
pub fn order(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy && broken.expects(Rule::end))?;
    let written =
        |word: &str| broken.tokens.iter().any(|token| token.is(word) && token.range.end <= broken.at);
    let later = match found.text {
        "when" => ["until", "from"].into_iter().find(|word| written(word))?,
        "from" if written("until") => "until",
        _ => return None,
    };
    if broken.expects(Rule::when) || (found.is("from") && broken.expects(Rule::from)) {
        return None;
    }
    let wording = fix(
        found,
        format!("`{}` comes before `{later}`", found.text),
        "too late",
        "a rule ends with `when FACT = VALUE`, `from DATE` and `until DATE`, in this order",
    )?;
    match broken.in_order(&["when", "from", "until"], 0) {
        Some((range, clauses)) => wording.instead_of(range, clauses),
        None => Some(wording),
    }
}
