//! Opening hours as people and other tools write them.

use super::closed_in_part::closed_in_part;
use super::day_parts::{Part, is_yearly, parts};
use super::foreign_dates::unclear_date;
use crate::syntax::tokens::Token;

/// What to write where the line alone does not tell what was meant. `block` is the text of the block around it.
pub(super) fn help(line: &str, block: &str) -> Option<String> {
    closed_in_part(line, block)
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

/// What a broken line was meant to be: `Monday-Friday 9am-5pm`, `mon-fri 9.00 - 17.00`, `2026-12-25 closed`. `None`
/// where a window would end before it begins: `9-5`.
pub(super) fn meant(line: &str, _: &[Token<'_>]) -> Option<String> {
    let mut parts = parts(line)?;
    // No opening hours know holidays.
    if parts.contains(&Part::Holidays) {
        return None;
    }
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
        Part::Clock(minutes, is_certain, _) => Some((*minutes, *is_certain)),
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
            Part::Clock(minutes, ..) => out.push_str(&format!("{}:{:02}", minutes / 60, minutes % 60)),
            Part::Range => out.push_str(".."),
            Part::Comma => out.push_str(", "),
            Part::Date(_) | Part::YearDay(_) | Part::Open | Part::Closed | Part::Holidays => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_people_write_opening_hours() {
        for (written, own) in [
            ("Monday-Friday 9am-5pm", Some("mon..fri 9:00..17:00")),
            ("closed 12-25", Some("closed every 12-25")),
            ("closed every \"12-25\"", Some("closed every 12-25")),
            ("closed every 4.7.", Some("closed every 07-04")),
            ("closed every 24.12., 31.12.", Some("closed every 12-24, 12-31")),
            ("closed every 4.7", None),
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
            ("closed \"2026-12-25\"", Some("closed 2026-12-25")),
            ("closed 20261225", Some("closed 2026-12-25")),
            ("closed 20261325", None),
            ("mon..fri 9:00:00..17:00:00", Some("mon..fri 9:00..17:00")),
            ("mon \"9:00..17:00\"", Some("mon 9:00..17:00")),
            ("mon 9:00:30..17:00", None),
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
            ("lunch 12:00..13:00", None),
        ] {
            assert_eq!(meant(written, &[]).as_deref(), own, "{written}");
        }
    }
}
