//! Days and times at which calls are made, as people write them.

use super::day_parts::{Part, parts};
use crate::flow::{CLOSED, HOLIDAYS, WEEKDAYS};

/// Why it is not sure which days and times a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnsureTimes {
    /// These windows are of no days.
    NoDays(String),
    /// These days have no times.
    NoTimes(String),
    /// It is not said when calls are made on holidays, or that none are.
    Holidays,
    /// A window has only one end.
    OneEnd,
    /// A window ends before it begins: `9-5`.
    Backwards,
    /// A window may begin in either half of the day: `2-5pm`.
    HalfUnsaid,
    /// Something in it has no meaning.
    Unread,
}

/// Some days with their windows, or without calls.
#[derive(Debug, Default)]
struct Group {
    /// Numbers of weekdays as they are written together, and `None` for holidays.
    days: Vec<Option<(usize, usize)>>,
    windows: Vec<String>,
    is_closed: bool,
    /// Whether `closed` came before its days, or after them.
    is_over: bool,
}

/// What a text has, one after the other.
enum Piece {
    Days(Option<(usize, usize)>),
    Window(String),
    Closed,
    Comma,
}

/// Days and times at which calls are made, as the language writes them: `Mon-Fri 9am to 8pm; Sat 9-13` is
/// `mon..fri 9:00..20:00, sat 9:00..13:00`.
pub(crate) fn written_times(text: &str) -> Result<String, UnsureTimes> {
    let pieces = pieces(text)?;
    let groups = groups(pieces)?;
    if groups.iter().all(|group| group.days.is_empty()) {
        return Err(UnsureTimes::NoDays(
            groups.iter().map(|group| group.windows.join(", ")).collect::<Vec<_>>().join(", "),
        ));
    }
    let is_of_holidays = |group: &Group| group.days.contains(&None);
    // No call is made on a day that is not named.
    let closed: Vec<(usize, usize)> = groups
        .iter()
        .filter(|group| group.is_closed)
        .flat_map(|group| group.days.iter().flatten())
        .copied()
        .collect();
    let mut written: Vec<String> = Vec::new();
    let mut named = [false; 8];
    for group in &groups {
        if !group.is_closed && names_again(group, &mut named) {
            return Err(UnsureTimes::Unread);
        }
        if group.is_closed {
            if is_of_holidays(group) {
                written.push(format!("{CLOSED} {HOLIDAYS}"));
            }
            continue;
        }
        if group.windows.is_empty() {
            return Err(match is_of_holidays(group) {
                true => UnsureTimes::Holidays,
                false => UnsureTimes::NoTimes(days_of(group, &[])),
            });
        }
        if group.days.is_empty() {
            return Err(UnsureTimes::Unread);
        }
        let days = days_of(group, &closed);
        if !days.is_empty() {
            written.push(format!("{days} {}", group.windows.join(", ")));
        }
    }
    let has_calls = groups.iter().any(|group| !group.is_closed);
    if has_calls && !written.is_empty() { Ok(written.join(", ")) } else { Err(UnsureTimes::Unread) }
}

/// Whether a group names a day that is named already, of which it is unclear which windows it has.
fn names_again(group: &Group, named: &mut [bool; 8]) -> bool {
    let numbers = group.days.iter().flat_map(|days| match *days {
        Some((first, last)) => spans(first, last).collect::<Vec<usize>>(),
        None => vec![7],
    });
    let mut is_again = false;
    for number in numbers {
        if let Some(is_named) = named.get_mut(number) {
            is_again |= core::mem::replace(is_named, true);
        }
    }
    is_again
}

/// The days of a group in the order in which they are written, without some.
fn days_of(group: &Group, without: &[(usize, usize)]) -> String {
    let is_out = |day: usize| without.iter().any(|&(first, last)| spans(first, last).any(|out| out == day));
    let word = |day: usize| WEEKDAYS.get(day).copied().unwrap_or_default();
    let mut written: Vec<String> = Vec::new();
    for days in &group.days {
        let Some((first, last)) = *days else {
            written.push(HOLIDAYS.to_owned());
            continue;
        };
        // A week begins on Monday.
        let left: Vec<usize> = spans(first, last).filter(|&day| !is_out(day)).collect();
        for run in left.chunk_by(|one, next| one + 1 == *next) {
            match run {
                [only] => written.push(word(*only).to_owned()),
                [first, .., last] => written.push(format!("{}..{}", word(*first), word(*last))),
                [] => {}
            }
        }
    }
    written.join(", ")
}

/// The numbers of the days from one to another, which may go on behind the end of the week.
fn spans(first: usize, last: usize) -> impl Iterator<Item = usize> {
    let (until, again) = if first <= last { (last, 0) } else { (6, last + 1) };
    (first..=until).chain(0..again)
}

/// The days and windows of a text in their order.
fn pieces(text: &str) -> Result<Vec<Piece>, UnsureTimes> {
    let text = plain(text);
    let parts = parts(&text).ok_or(UnsureTimes::Unread)?;
    let number = |day: &str| WEEKDAYS.iter().position(|own| *own == day);
    let mut pieces = Vec::with_capacity(parts.len());
    let mut rest = parts.as_slice();
    while let [part, behind @ ..] = rest {
        rest = behind;
        match (part, behind) {
            (
                Part::Clock(from, is_certain, _),
                [Part::Range, Part::Clock(to, to_is_certain, is_by_word), after @ ..],
            ) => {
                // Half of the day is said of only one of the two: `9am-5`, `9-5pm`.
                if from >= to || is_certain != to_is_certain && *to < 12 * 60 {
                    return Err(UnsureTimes::Backwards);
                }
                // `2-5pm` and `2-5` may begin in the afternoon, too; `9-5pm` cannot.
                let may_be_later = match *to_is_certain {
                    true => *is_by_word && from + 12 * 60 < *to,
                    false => *to <= 12 * 60 && *from < 7 * 60,
                };
                if !is_certain && *from > 0 && may_be_later {
                    return Err(UnsureTimes::HalfUnsaid);
                }
                let clock = |minutes: &u32| format!("{}:{:02}", minutes / 60, minutes % 60);
                pieces.push(Piece::Window(format!("{}..{}", clock(from), clock(to))));
                rest = after;
            }
            (Part::Days(first), [Part::Range, Part::Days(last), after @ ..]) => {
                let ends = number(first).zip(number(last)).ok_or(UnsureTimes::Unread)?;
                pieces.push(Piece::Days(Some(ends)));
                rest = after;
            }
            (Part::Days(days), _) => match (number(days), days.split_once("..")) {
                (Some(day), _) => pieces.push(Piece::Days(Some((day, day)))),
                (None, Some((first, last))) => {
                    let ends = number(first).zip(number(last)).ok_or(UnsureTimes::Unread)?;
                    pieces.push(Piece::Days(Some(ends)));
                }
                (None, None) => pieces.push(Piece::Days(Some((5, 6)))),
            },
            (Part::Holidays, _) => pieces.push(Piece::Days(None)),
            (Part::Closed, _) => pieces.push(Piece::Closed),
            (Part::Comma, _) => pieces.push(Piece::Comma),
            (Part::Open, _) => {}
            (Part::Clock(..), _) | (Part::Range, _) => return Err(UnsureTimes::OneEnd),
            (Part::Date(_) | Part::YearDay(_), _) => return Err(UnsureTimes::Unread),
        }
    }
    Ok(pieces)
}

/// A text with words for the same in one form.
fn plain(text: &str) -> String {
    const WORDS: &[(&str, &str)] = &[
        ("seven days a week", "daily"),
        ("7 days a week", "daily"),
        ("all week", "daily"),
        ("all days", "daily"),
        ("working-day", "weekday"),
        ("business-day", "weekday"),
        ("national holiday", "holiday"),
        ("federal holiday", "holiday"),
        ("legal holiday", "holiday"),
        ("bank-holiday", "holiday"),
        ("public-holiday", "holiday"),
        ("public holidays", "holidays"),
        ("public holiday", "holidays"),
        ("bank holidays", "holidays"),
        ("bank holiday", "holidays"),
    ];
    let text = WORDS.iter().fold(text.to_lowercase(), |text, (word, own)| text.replace(word, own));
    if matches!(text.trim(), "24/7" | "around the clock" | "round the clock") {
        return "daily 0:00-24:00".to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    // `between 9 and 17`
    let mut is_between = false;
    for word in text.split_inclusive([' ', ',', ';', '\n', '\t']) {
        let end = word.trim_end_matches([' ', ',', ';', '\n', '\t']).len();
        let (word, sign) = word.split_at(end);
        let own = match word {
            // What is excepted stands behind the word, `closed` before or behind.
            "no" | "not" | "except" | "excluding" | "without" => ", closed",
            "holiday" => HOLIDAYS,
            "m-f" | "m–f" | "m..f" => "mon-fri",
            "and" if is_between => "to",
            word => word,
        };
        is_between = word == "between" || is_between && word != "and";
        plain.push_str(own);
        plain.push_str(sign);
    }
    plain
}

/// Days with the windows behind them.
fn groups(pieces: Vec<Piece>) -> Result<Vec<Group>, UnsureTimes> {
    let mut groups: Vec<Group> = vec![Group::default()];
    let mut is_behind_comma = false;
    for piece in pieces {
        let is_comma = matches!(piece, Piece::Comma);
        let Some(group) = groups.last_mut() else { continue };
        match piece {
            Piece::Comma => {}
            Piece::Days(days) if group.is_over || !group.windows.is_empty() => {
                groups.push(Group { days: vec![days], ..Group::default() });
            }
            Piece::Days(days) => group.days.push(days),
            Piece::Window(window) if group.is_closed => {
                // `closed sun, mon..fri 9:00..17:00`: only of two it is sure which of them has the window.
                let (Some(of_window), 1) = (group.days.pop().filter(|_| !group.is_over), group.days.len())
                else {
                    return Err(UnsureTimes::Unread);
                };
                groups.push(Group { days: vec![of_window], windows: vec![window], ..Group::default() });
            }
            Piece::Window(window) => group.windows.push(window),
            // `sat closed`
            Piece::Closed
                if !group.days.is_empty()
                    && group.windows.is_empty()
                    && !group.is_closed
                    && !is_behind_comma =>
            {
                (group.is_closed, group.is_over) = (true, true);
            }
            Piece::Closed if group.days.is_empty() && group.windows.is_empty() => group.is_closed = true,
            Piece::Closed => groups.push(Group { is_closed: true, ..Group::default() }),
        }
        is_behind_comma = is_comma;
    }
    // `closed` of nothing.
    if groups.iter().any(|group| group.is_closed && group.days.is_empty()) {
        return Err(UnsureTimes::Unread);
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_how_people_write_times_of_calls() {
        for (written, own) in [
            ("Mon-Fri 9am to 8pm", "mon..fri 9:00..20:00"),
            ("mon..fri from 9:00 to 17:00", "mon..fri 9:00..17:00"),
            ("mon..fri between 9 and 17", "mon..fri 9:00..17:00"),
            ("mon..fri between 9:00 and 17:00 and sat 9-12", "mon..fri 9:00..17:00, sat 9:00..12:00"),
            ("mon..fri 9:00..17:00; sat 9:00..12:00", "mon..fri 9:00..17:00, sat 9:00..12:00"),
            ("mon-fri 9:00-17:00 and sat 9:00-12:00", "mon..fri 9:00..17:00, sat 9:00..12:00"),
            ("mon..fri 9-17 sat 9-12", "mon..fri 9:00..17:00, sat 9:00..12:00"),
            ("mon..fri 9-12 13-17", "mon..fri 9:00..12:00, 13:00..17:00"),
            ("mon..fri, 9:00..17:00", "mon..fri 9:00..17:00"),
            ("mon..fri 9:00..17:00,", "mon..fri 9:00..17:00"),
            ("mon..fri 9:00..17:00, no holidays", "mon..fri 9:00..17:00, closed holidays"),
            (
                "weekdays 9:00-17:00, public holidays 10:00-12:00",
                "mon..fri 9:00..17:00, holidays 10:00..12:00",
            ),
            ("daily 8:00-21:00", "mon..sun 8:00..21:00"),
            ("fri-tue 9:00-17:00", "fri..sun, mon..tue 9:00..17:00"),
            ("sunday to thursday 9-17", "sun, mon..thu 9:00..17:00"),
            ("mon-thu 9-17, fri-sun 9-12", "mon..thu 9:00..17:00, fri..sun 9:00..12:00"),
            ("mon..fri 9:00-17:00, closed on public holidays", "mon..fri 9:00..17:00, closed holidays"),
            ("mon..fri 9:00..17:00, closed sat, sun, holidays", "mon..fri 9:00..17:00, closed holidays"),
            ("mon..fri 9:00..17:00, sat closed", "mon..fri 9:00..17:00"),
            ("mon..sun 9:00..17:00, closed sun", "mon..sat 9:00..17:00"),
            ("daily 9-17 except wed", "mon..tue, thu..sun 9:00..17:00"),
            ("closed sun, mon..fri 9:00..17:00", "mon..fri 9:00..17:00"),
            ("Mo-Fr 9-17", "mon..fri 9:00..17:00"),
            ("m-f 9-17", "mon..fri 9:00..17:00"),
            ("thurs 9-5pm", "thu 9:00..17:00"),
            ("mon..fri 9am-12", "mon..fri 9:00..12:00"),
            ("working days 9-17", "mon..fri 9:00..17:00"),
            ("business days 9-17", "mon..fri 9:00..17:00"),
            ("Working-Days 9:00-17:00", "mon..fri 9:00..17:00"),
            ("business-days 9-17, bank-holidays 10-12", "mon..fri 9:00..17:00, holidays 10:00..12:00"),
            ("mon..fri 9-17, no national holidays", "mon..fri 9:00..17:00, closed holidays"),
            ("all days 9-17", "mon..sun 9:00..17:00"),
            ("all week 9-17", "mon..sun 9:00..17:00"),
            ("24/7", "mon..sun 0:00..24:00"),
            ("weekends 9-17", "sat..sun 9:00..17:00"),
        ] {
            assert_eq!(written_times(written).as_deref(), Ok(own), "{written}");
        }
    }

    #[test]
    fn knows_what_is_not_sure() {
        for (written, why) in [
            ("mon..fri 9:00..17:00, holidays included", UnsureTimes::Unread),
            ("mon..fri 9:00..17:00, also on holidays", UnsureTimes::Unread),
            ("mon..fri 9:00..17:00 and holidays", UnsureTimes::Holidays),
            ("mon..fri 9:00..17:00, sat", UnsureTimes::NoTimes("sat".to_owned())),
            ("mon..fri until 20:00", UnsureTimes::OneEnd),
            ("9:00..17:00", UnsureTimes::NoDays("9:00..17:00".to_owned())),
            ("9-5", UnsureTimes::Backwards),
            ("mon..fri 9-5", UnsureTimes::Backwards),
            ("mon..fri 1..5pm", UnsureTimes::HalfUnsaid),
            ("mon..fri 9-12 and 2-5pm", UnsureTimes::HalfUnsaid),
            ("mon..fri 9 to 12 and 2 to 5", UnsureTimes::HalfUnsaid),
            ("mon..fri", UnsureTimes::NoTimes("mon..fri".to_owned())),
            ("closed sat, sun, mon 9-17", UnsureTimes::Unread),
            ("closed holidays", UnsureTimes::Unread),
            ("mon-fri 9-17, sat-mon 9-12", UnsureTimes::Unread),
            ("sales", UnsureTimes::Unread),
        ] {
            assert_eq!(written_times(written), Err(why), "{written}");
        }
    }
}
