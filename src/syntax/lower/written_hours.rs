//! Opening hours as people and other tools write them.

use super::foreign_dates::{unclear_date, with_own_dates};
use crate::flow::WEEKDAYS;
use crate::syntax::tokens::Token;

/// A part of a line of opening hours as people write them.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Days(&'static str),
    Date(String),
    /// A day of each year: `12-25`.
    YearDay(String),
    /// Minutes since midnight, and whether it is said which half of the day it is.
    Clock(u32, bool),
    Range,
    Comma,
    Open,
    Closed,
}

/// The days that a word of other tools and people means.
fn days(word: &str) -> Option<&'static str> {
    const DAYS: [&str; 7] = [
        "monday mo",
        "tuesday tues tu",
        "wednesday weds we",
        "thursday thurs thur th",
        "friday fr",
        "saturday sa",
        "sunday su",
    ];
    let plain = word.strip_suffix('s').unwrap_or(word);
    let of_week = DAYS
        .iter()
        .zip(WEEKDAYS)
        .find(|(words, own)| words.split(' ').chain([*own]).any(|one| one == word || one == plain));
    match (of_week, plain) {
        (Some((_, own)), _) => Some(own),
        (None, "weekday" | "workday" | "working") => Some("mon..fri"),
        (None, "weekend") => Some("sat, sun"),
        (None, "daily" | "everyday" | "day") => Some("mon..sun"),
        _ => None,
    }
}

/// Words for what comes back each year.
const YEARLY: [&str; 6] = ["every", "each", "yearly", "annually", "annual", "recurring"];

/// Whether a line is about what comes back each year.
fn is_yearly(line: &str) -> bool {
    line.split_whitespace().any(|word| YEARLY.contains(&word))
}

/// A day of each year as people write it, at the beginning of a text, with its length: `12-25`, `12/25`, `dec 25`.
/// `None` where it is unclear which number is the month.
fn year_day(text: &str) -> Option<(usize, String)> {
    const MONTHS: &str =
        "january february march april may june july august september october november december";
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let word = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (month, day, length) = if let Some(name) = text.get(..word).filter(|name| name.len() >= 3) {
        let month = MONTHS.split(' ').position(|month| month.starts_with(name))? + 1;
        let behind = text.get(word..)?;
        let number = behind.trim_start_matches([' ', '.']);
        let day = number.get(..digits(number))?;
        let ordinal = number.get(day.len()..)?;
        let ending = ["st", "nd", "rd", "th"].into_iter().find(|ending| ordinal.starts_with(ending));
        let length = text.len() - ordinal.len() + ending.map_or(0, str::len);
        (month, day.parse::<usize>().ok()?, length)
    } else {
        let first = text.get(..digits(text))?;
        let behind = text.get(first.len()..)?;
        let sign = behind.chars().next().filter(|sign| matches!(sign, '-' | '/' | '.'))?;
        let second = behind.get(1..)?;
        let second = second.get(..digits(second))?;
        let length = first.len() + 1 + second.len();
        if text.get(length..)?.starts_with(['-', '/', '.', ':']) || first.len() > 2 || second.len() > 2 {
            return None;
        }
        let (month, day): (usize, usize) = (first.parse().ok()?, second.parse().ok()?);
        match (month, day) {
            (13.., 1..=12) => (day, month, length),
            (1..=12, 1..=12) if sign != '-' => return None,
            _ => (month, day, length),
        }
    };
    let written = format!("{month:02}-{day:02}");
    written.parse::<crate::flow::YearDay>().ok().map(|_| (length, written))
}

/// Splits a line of opening hours as people write it. `None` if something in it has no meaning.
fn parts(line: &str) -> Option<Vec<Part>> {
    // Neither dates nor times stand in quotes.
    let line = with_own_dates(&line.to_lowercase().replace('"', " "));
    let mut rest = line.trim();
    let mut parts: Vec<Part> = Vec::new();
    let is_yearly = is_yearly(&line);
    while let Some(first) = rest.chars().next() {
        let run = |fits: fn(char) -> bool| rest.find(|c| !fits(c)).unwrap_or(rest.len());
        let date = rest.get(..10).filter(|date| {
            let digits = |range: std::ops::Range<usize>| date.get(range).is_some_and(is_number);
            digits(0..4) && digits(5..7) && digits(8..10) && date.matches('-').count() == 2
        });
        // Behind a day, a time comes.
        let special = !matches!(parts.last(), Some(Part::Date(_) | Part::YearDay(_)))
            && parts.iter().all(|part| !matches!(part, Part::Days(_) | Part::Clock(..)));
        let year_day = year_day(rest).filter(|_| special && (is_yearly || parts.contains(&Part::Closed)));
        let length = if let Some(date) = date {
            parts.push(Part::Date(date.to_owned()));
            10
        } else if let Some((length, day)) = year_day {
            parts.push(Part::YearDay(day));
            length
        } else if let Some(date) = joined_date(rest) {
            parts.push(Part::Date(date));
            8
        } else if first.is_ascii_digit() {
            let hours = run(|c| c.is_ascii_digit());
            let behind = rest.get(hours..)?;
            let minutes = behind
                .strip_prefix([':', '.', 'h'])
                .and_then(|behind| behind.get(..2))
                .filter(|minutes| is_number(minutes));
            let minute: u32 = minutes.map_or(Ok(0), str::parse).ok()?;
            let hour: u32 = rest.get(..hours)?.parse().ok().filter(|&hour| hour <= 24 && minute < 60)?;
            parts.push(Part::Clock(hour * 60 + minute, minutes.is_some() && hour > 12));
            let length = hours + minutes.map_or(0, |_| 3);
            // Seconds that say nothing: `9:00:00`.
            let behind = rest.get(length..)?;
            let length = match behind.strip_prefix(":00") {
                Some(behind) if minutes.is_some() && !behind.starts_with(|c: char| c.is_ascii_digit()) => {
                    length + 3
                }
                _ => length,
            };
            length + usize::from(minutes.is_none() && rest.get(length..)?.starts_with('h'))
        } else if first.is_alphabetic() {
            let length = run(|c| c.is_alphanumeric() || c == '_');
            match rest.get(..length)? {
                half @ ("am" | "pm" | "a" | "p") => {
                    let Some(Part::Clock(minutes, is_certain)) = parts.last_mut() else { return None };
                    let hour = *minutes / 60;
                    *is_certain = true;
                    match (half.starts_with('p'), hour) {
                        (_, 0 | 13..) => return None,
                        (true, 12) => {}
                        (true, _) => *minutes += 12 * 60,
                        (false, 12) => *minutes -= 12 * 60,
                        (false, _) => {}
                    }
                }
                "m" | "from" | "on" | "at" | "between" | "is" | "are" | "every" | "each" | "days"
                | "year" => {}
                "yearly" | "annually" | "annual" | "recurring" => {}
                "to" | "till" | "til" | "until" | "through" | "thru" | "bis" => parts.push(Part::Range),
                "and" => parts.push(Part::Comma),
                "closed" | "holiday" | "shut" | "except" | "not" | "close" => parts.push(Part::Closed),
                "open" | "opened" | "special" => parts.push(Part::Open),
                "noon" => parts.push(Part::Clock(12 * 60, true)),
                "midnight" => parts.push(Part::Clock(24 * 60, true)),
                word => parts.push(Part::Days(days(word)?)),
            }
            length
        } else {
            let length = run(|c| !c.is_alphanumeric() && !c.is_whitespace());
            match rest.get(..length)? {
                "-" | "–" | "—" | ".." | "->" | "~" | "..." => parts.push(Part::Range),
                "," | "&" | "/" | "|" | ";" | "+" => parts.push(Part::Comma),
                ":" | "=" | "." | "@" => {}
                _ => return None,
            }
            length
        };
        rest = rest.get(length..)?.trim_start();
    }
    Some(parts)
}

/// What to write where the line alone does not tell what was meant.
pub(super) fn help(line: &str) -> Option<String> {
    closed_in_part(line)
        .or_else(|| unclear_date(line))
        .or_else(|| zone(line))
        .or_else(|| closed_weekday(line))
}

/// `zone: "America/New_York"`: the time zone stands in the first line.
fn zone(line: &str) -> Option<String> {
    let word = line.split(|sign: char| !(sign.is_alphanumeric() || sign == '_')).next()?;
    let is_zone = matches!(
        word.to_ascii_lowercase().as_str(),
        "zone" | "timezone" | "time_zone" | "tz" | "in" | "location"
    );
    let name = line.split('"').nth(1).filter(|name| !name.is_empty()).unwrap_or("America/New_York");
    is_zone.then(|| format!("write the time zone in the first line, as in `hours NAME in \"{name}\" {{`"))
}

/// `sat closed`, `closed: sat, sun`: a weekday that is closed needs no line.
fn closed_weekday(line: &str) -> Option<String> {
    let parts = parts(line)?;
    let is_day = |part: &&Part| matches!(part, Part::Days(_));
    let is_other = |part: &Part| !matches!(part, Part::Days(_) | Part::Closed | Part::Comma | Part::Range);
    let fits = parts.iter().any(|part| is_day(&part)) && parts.contains(&Part::Closed);
    let help = "take it out: a day that no line names is closed";
    (fits && !parts.iter().any(is_other)).then(|| help.to_owned())
}

/// A date without signs at the beginning of a text: `20261225`.
fn joined_date(text: &str) -> Option<String> {
    let digits = text.get(..8).filter(|digits| is_number(digits))?;
    let behind = text.get(8..)?;
    let (year, month, day) = (digits.get(..4)?, digits.get(4..6)?, digits.get(6..)?);
    let is_date = matches!(month.parse(), Ok(1..=12)) && matches!(day.parse(), Ok(1..=31));
    let ends = !behind.starts_with(|c: char| c.is_ascii_digit());
    (is_date && ends).then(|| format!("{year}-{month}-{day}"))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// What a broken line was meant to be: `Monday-Friday 9am-5pm`, `mon-fri 9.00 - 17.00`, `2026-12-25 closed`. `None`
/// where a window would end before it begins: `9-5`.
pub(super) fn meant(line: &str, _: &[Token<'_>]) -> Option<String> {
    let mut parts = parts(line)?;
    let has_closed = parts.contains(&Part::Closed);
    parts.retain(|part| !matches!(part, Part::Open | Part::Closed));
    let has_year_day = parts.iter().any(|part| matches!(part, Part::YearDay(_)));
    if is_yearly(&line.to_lowercase()) && !has_year_day {
        for part in &mut parts {
            if let Part::Date(date) = part {
                *part = Part::YearDay(date.get(5..).unwrap_or_default().to_owned());
            }
        }
    }
    let is_date = |part: &Part| matches!(part, Part::Date(_) | Part::YearDay(_));
    let of_dates = parts.iter().rposition(is_date).map_or(0, |last| last + 1);
    let of_dates: Vec<Part> = parts.drain(..of_dates).collect();
    let every = if of_dates.iter().any(|part| matches!(part, Part::YearDay(_))) { "every " } else { "" };
    // Days of each year and dates stand on lines of their own.
    if !every.is_empty() && of_dates.iter().any(|part| matches!(part, Part::Date(_))) {
        return None;
    }
    let dates = dates(&of_dates).map(|dates| format!("{every}{dates}"))?;
    let begins = match (dates.is_empty(), has_closed) {
        (false, true) => format!("closed {dates}"),
        (false, false) => format!("open {dates}"),
        (true, true) => return None,
        (true, false) => String::new(),
    };
    let mut clocks = parts.iter().filter_map(|part| match part {
        Part::Clock(minutes, is_certain) => Some((*minutes, *is_certain)),
        _ => None,
    });
    while let (Some(from), Some(to)) = (clocks.next(), clocks.next()) {
        if from.0 >= to.0 || from.1 != to.1 && to.0 <= 12 * 60 {
            return None;
        }
    }
    if has_closed {
        return parts.is_empty().then_some(begins);
    }
    let mut out = begins;
    for (index, part) in parts.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| parts.get(before));
        match part {
            Part::Days(_) | Part::Clock(..) if !matches!(before, None | Some(Part::Range | Part::Comma)) => {
                out.push(' ');
            }
            Part::Clock(..) if before.is_none() && !out.is_empty() => out.push(' '),
            _ => {}
        }
        match part {
            Part::Days(days) => out.push_str(days),
            Part::Clock(minutes, _) => out.push_str(&format!("{}:{:02}", minutes / 60, minutes % 60)),
            Part::Range => out.push_str(".."),
            Part::Comma => out.push_str(", "),
            Part::Date(_) | Part::YearDay(_) | Part::Open | Part::Closed => {}
        }
    }
    Some(out)
}

/// Dates and what stands between them, as the language writes them: `2026-12-25, 2026-12-28..2026-12-31`. `None` where
/// that is no list of dates and ranges.
fn dates(parts: &[Part]) -> Option<String> {
    let mut out = String::new();
    let mut is_range = false;
    for (index, part) in parts.iter().enumerate() {
        match (index % 2 == 0, part) {
            (true, Part::Date(date) | Part::YearDay(date)) => out.push_str(date),
            (false, Part::Comma) => (out, is_range) = (out + ", ", false),
            (false, Part::Range) if !is_range => (out, is_range) = (out + "..", true),
            _ => return None,
        }
    }
    Some(out)
}

/// What to write for a day of which only a part is closed: `closed 2026-12-24 12:00..17:00`.
fn closed_in_part(line: &str) -> Option<String> {
    let parts = parts(line)?;
    let [Part::Closed, Part::Date(date), Part::Clock(from, _), Part::Range, Part::Clock(to, _)] =
        parts.as_slice()
    else {
        return None;
    };
    let clock = |minutes: &u32| format!("{}:{:02}", minutes / 60, minutes % 60);
    let window = format!("{}..{}", clock(from), clock(to));
    Some(format!(
        "`closed` is for whole days: if somebody is there in that time, write `open {date} {window}`; if nobody is, write the rest of the day, as in `open {date} 9:00..{}`",
        clock(if *from > 9 * 60 { from } else { &(12 * 60) })
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_people_write_opening_hours() {
        for (written, own) in [
            ("Monday-Friday 9am-5pm", Some("mon..fri 9:00..17:00")),
            ("closed 12-25", Some("closed every 12-25")),
            ("closed every 2026-12-25", Some("closed every 12-25")),
            ("closed every year 12-25", Some("closed every 12-25")),
            ("closed yearly 12/25, 01-01", Some("closed every 12-25, 01-01")),
            ("closed December 25th", Some("closed every 12-25")),
            ("closed every 12-24 to 12-26", Some("closed every 12-24..12-26")),
            ("closed every 25/12", Some("closed every 12-25")),
            ("closed every 05/12", None),
            ("closed every 12-25, 2026-12-28", None),
            ("12-25 closed", None),
            ("open every 12-24 9-12", Some("open every 12-24 9:00..12:00")),
            ("mon 09-17", Some("mon 9:00..17:00")),
            ("mon-fri 9:00-17:00", Some("mon..fri 9:00..17:00")),
            ("mon - fri: 9.00 – 17.30", Some("mon..fri 9:00..17:30")),
            ("weekdays 9-17", Some("mon..fri 9:00..17:00")),
            ("sat and sun 10am to noon", Some("sat, sun 10:00..12:00")),
            ("daily 12am-12pm", Some("mon..sun 0:00..12:00")),
            ("mon 9:00..12:00 & 1 pm..5 pm", Some("mon 9:00..12:00, 13:00..17:00")),
            ("2026-12-25 closed", Some("closed 2026-12-25")),
            ("closed 12/25/2026", Some("closed 2026-12-25")),
            ("closed 25.12.2026, 26.12.2026", Some("closed 2026-12-25, 2026-12-26")),
            ("open 2026/12/24 9:00..12:00", Some("open 2026-12-24 9:00..12:00")),
            ("closed 12/05/2026", None),
            ("holiday 2026-12-25", Some("closed 2026-12-25")),
            ("closed 2026-12-24 and 2026-12-25", Some("closed 2026-12-24, 2026-12-25")),
            ("2026-12-24 - 2026-12-26, 2026-12-31 closed", Some("closed 2026-12-24..2026-12-26, 2026-12-31")),
            ("2026-12-24 to 2026-12-26 9am - 1pm", Some("open 2026-12-24..2026-12-26 9:00..13:00")),
            ("closed 2026-12-24 2026-12-25", None),
            ("closed 2026-12-24 - 2026-12-25 - 2026-12-26", None),
            ("2026-12-24 9h-12h30", Some("open 2026-12-24 9:00..12:30")),
            ("mon..fri 20:00..midnight", Some("mon..fri 20:00..24:00")),
            ("mon 9-5", None),
            ("mon 9am-5", None),
            ("mon closed", None),
            ("closed \"2026-12-25\"", Some("closed 2026-12-25")),
            ("closed 20261225", Some("closed 2026-12-25")),
            ("closed 20261325", None),
            ("mon..fri 9:00:00..17:00:00", Some("mon..fri 9:00..17:00")),
            ("mon \"9:00..17:00\"", Some("mon 9:00..17:00")),
            ("mon 9:00:30..17:00", None),
            ("lunch 12:00..13:00", None),
        ] {
            assert_eq!(meant(written, &[]).as_deref(), own, "{written}");
        }
    }
}
