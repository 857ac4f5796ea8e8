//! The parts of a line of opening hours as people write them: days, dates, times and signs.

use super::foreign_dates::with_own_dates;
use crate::flow::WEEKDAYS;

/// A part of a line of opening hours as people write them.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Part {
    Days(&'static str),
    /// Public holidays, wherever they are.
    Holidays,
    Date(String),
    /// A day of each year: `12-25`.
    YearDay(String),
    /// Minutes since midnight, whether it is said which half of the day it is, and whether a word says so.
    Clock(u32, bool, bool),
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
        (None, "weekday" | "workday") => Some("mon..fri"),
        // Of the words that go before `days`, one ends in the letter of the plural.
        (None, _) if matches!(word, "working" | "business" | "office") => Some("mon..fri"),
        (None, "weekend") => Some("sat, sun"),
        (None, "daily" | "everyday" | "day") => Some("mon..sun"),
        _ => None,
    }
}

/// Words for what comes back each year.
const YEARLY: [&str; 6] = ["every", "each", "yearly", "annually", "annual", "recurring"];

/// Whether a line is about what comes back each year.
pub(super) fn is_yearly(line: &str) -> bool {
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
        let behind = text.get(length..)?;
        // `24.12.` has the day first.
        let has_points = sign == '.'
            && behind.strip_prefix('.').is_some_and(|more| !more.starts_with(char::is_alphanumeric));
        let is_longer = behind.starts_with(['-', '/', '.', ':']) && !has_points;
        if is_longer || first.len() > 2 || second.len() > 2 {
            return None;
        }
        let length = length + usize::from(has_points);
        let (month, day): (usize, usize) = (first.parse().ok()?, second.parse().ok()?);
        match (month, day) {
            _ if has_points => (day, month, length),
            (13.., 1..=12) => (day, month, length),
            (1..=12, 1..=12) if sign != '-' => return None,
            _ => (month, day, length),
        }
    };
    let written = format!("{month:02}-{day:02}");
    written.parse::<crate::flow::YearDay>().ok().map(|_| (length, written))
}

/// Splits a line of opening hours as people write it. `None` if something in it has no meaning.
pub(super) fn parts(line: &str) -> Option<Vec<Part>> {
    // Quotes around days and times have no meaning.
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
            parts.push(Part::Clock(hour * 60 + minute, minutes.is_some() && hour > 12, false));
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
                    let Some(Part::Clock(minutes, is_certain, is_by_word)) = parts.last_mut() else {
                        return None;
                    };
                    let hour = *minutes / 60;
                    (*is_certain, *is_by_word) = (true, true);
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
                "holidays" => parts.push(Part::Holidays),
                "noon" => parts.push(Part::Clock(12 * 60, true, false)),
                "midnight" => parts.push(Part::Clock(24 * 60, true, false)),
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
