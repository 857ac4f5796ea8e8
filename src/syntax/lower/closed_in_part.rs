//! A day of which only a part is closed, as in `closed 2026-12-24 12:00..17:00`: what is left of its hours.

use jiff::civil::Date;

use super::day_parts::{Part, parts};
use crate::flow::WEEKDAYS;

/// What to write for it, by the lines for days of the week in the block around it.
pub(super) fn closed_in_part(line: &str, block: &str) -> Option<String> {
    let parts = parts(line)?;
    let [Part::Closed, Part::Date(date), Part::Clock(from, ..), Part::Range, Part::Clock(to, ..)] =
        parts.as_slice()
    else {
        return None;
    };
    let window = format!("{}..{}", clock(*from), clock(*to));
    let usual = date.parse().ok().and_then(|date| usual(block, date));
    let Some(usual) = usual.filter(|windows| !windows.is_empty()) else {
        return Some(format!(
            "`closed` is for whole days: write when somebody is there, as in `open {date} {window}`"
        ));
    };
    let left: Vec<String> = usual
        .iter()
        .flat_map(|&(opens, closes)| [(opens, closes.min(*from)), (opens.max(*to), closes)])
        .filter(|(opens, closes)| opens < closes)
        .map(|(opens, closes)| format!("{}..{}", clock(opens), clock(closes)))
        .collect();
    let is_whole = |&(opens, closes): &(u32, u32)| opens >= *to || closes <= *from;
    Some(match left.is_empty() {
        true => format!("write `closed {date}`: nobody is there at another time of this day"),
        false if usual.iter().all(is_whole) => {
            "take the line out: nobody is there at that time in any case".to_owned()
        }
        false => format!(
            "`closed` is for whole days: write when somebody is there, `open {date} {}`",
            left.join(", ")
        ),
    })
}

/// The windows of a date's day of the week, in minutes since midnight. `None` where no line that can be read has them.
fn usual(block: &str, date: Date) -> Option<Vec<(u32, u32)>> {
    let own = usize::try_from(date.weekday().to_monday_zero_offset()).ok()?;
    block.lines().flat_map(|line| line.split(';')).find_map(|line| {
        let line = line.split_once("//").map_or(line, |(line, _)| line);
        let clocks = line.find(|one: char| one.is_ascii_digit())?;
        let (days, windows) = line.split_at_checked(clocks)?;
        if !is_among(days, own)? {
            return None;
        }
        let windows = windows.split(',').map(|window| {
            let parts = parts(window)?;
            match parts.as_slice() {
                [Part::Clock(from, ..), Part::Range, Part::Clock(to, ..)] => Some((*from, *to)),
                _ => None,
            }
        });
        windows.collect()
    })
}

/// Whether a day of the week is among some: `mon..fri, sun`. `None` if these are no days.
fn is_among(days: &str, own: usize) -> Option<bool> {
    let number = |word: &str| WEEKDAYS.iter().position(|day| *day == word.trim());
    let mut is_among = false;
    for range in days.trim().split(',') {
        let (first, last) = range.split_once("..").unwrap_or((range, range));
        let (first, last) = (number(first)?, number(last)?);
        is_among |= match first <= last {
            true => (first..=last).contains(&own),
            false => own >= first || own <= last,
        };
    }
    Some(is_among)
}

fn clock(minutes: u32) -> String {
    format!("{}:{:02}", minutes / 60, minutes % 60)
}
