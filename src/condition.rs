//! How the platform's conditions spell events: `input=1|timeout`.

use crate::flow::{
    CLOSED, Comparator, Constant, DAY, Event, EventKind, Hours, OPEN, Outcome, WEEKDAYS, Window, is_key,
};
use crate::source::{FileId, Span};
use crate::table::Id;

/// The prefix of a key entry.
pub const KEY: &str = "input=";
/// What the platform calls the key entry, so that nothing else may be compared under that name.
pub const INPUT: &str = "input";
/// The condition of a transition that takes everything.
pub const ALWAYS: &str = "always";

/// The event of a piece of a condition: `input=1` is a key, `timeout` an outcome, and anything else is an event
/// that only the platform knows.
///
/// ```
/// use cxflowc::flow::EventKind;
///
/// let key = cxflowc::condition::event("input=1");
/// assert_eq!((key.word(), key.raw(), key.kind()), ("1", "input=1", EventKind::Key));
/// assert_eq!(cxflowc::condition::event("fax").kind(), EventKind::Raw);
/// ```
pub fn event(raw: &str) -> Event {
    match (raw.strip_prefix(KEY), Outcome::from_word(raw)) {
        (Some(entry), _) if is_key(entry) => key(entry),
        (_, Some(outcome)) => self::outcome(outcome),
        _ => Event::new(EventKind::Raw, raw, raw),
    }
}

/// The event of a key entry.
pub fn key(entry: &str) -> Event {
    Event::new(EventKind::Key, entry, &format!("{KEY}{entry}"))
}

/// The event of an outcome that a declared kind has.
pub fn declared(word: &str) -> Event {
    match event(word).kind() {
        EventKind::Raw => Event::new(EventKind::Declared, word, word),
        _ => event(word),
    }
}

/// The event of an outcome.
pub fn outcome(outcome: Outcome) -> Event {
    Event::new(EventKind::Outcome(outcome), outcome.word(), outcome.word())
}

/// A comparison of a `decide` as the platform writes it: `balance>100`, `lang="es"`, `zip starts "902"`.
///
/// ```
/// use cxflowc::flow::{Comparator, Constant};
///
/// let number = cxflowc::condition::comparison("balance", Comparator::More, &Constant::Number(100));
/// assert_eq!(number, "balance>100");
/// let text = cxflowc::condition::comparison("zip", Comparator::Starts, &Constant::Text("902".into()));
/// assert_eq!(text, "zip starts \"902\"");
/// ```
pub fn comparison(name: &str, comparator: Comparator, value: &Constant) -> String {
    let word = comparator.word();
    let space = if comparator.needs_text() { " " } else { "" };
    match value {
        Constant::Number(number) => format!("{name}{space}{word}{space}{number}"),
        Constant::Text(text) => format!("{name}{space}{word}{space}\"{text}\""),
    }
}

/// Whether a text that a condition compares may have a character: nothing that separates parts of conditions.
pub fn is_comparable(character: char) -> bool {
    !character.is_control() && !matches!(character, '|' | '"')
}

/// Reads one comparison of a condition: the name, the comparator, and the value.
///
/// ```
/// use cxflowc::flow::{Comparator, Constant};
///
/// let read = cxflowc::condition::read_comparison("balance>=100").unwrap();
/// assert_eq!(read, ("balance", Comparator::AtLeast, Constant::Number(100)));
/// assert_eq!(cxflowc::condition::read_comparison("timeout"), None);
/// ```
pub fn read_comparison(condition: &str) -> Option<(&str, Comparator, Constant)> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-' | '.');
    let name = condition.get(..condition.find(|character| !is_part(character))?)?;
    let rest = condition.get(name.len()..)?.trim_start();
    // The longer signs come first.
    let mut all: Vec<Comparator> = Comparator::ALL.to_vec();
    all.sort_by_key(|comparator| std::cmp::Reverse(comparator.word().len()));
    let (comparator, value) =
        all.into_iter().find_map(|one| Some((one, rest.strip_prefix(one.word())?.trim_start())))?;
    let constant = match value.strip_prefix('"') {
        Some(text) => {
            let text = text.strip_suffix('"').filter(|text| text.chars().all(is_comparable))?;
            Constant::Text(text.into())
        }
        None => Constant::Number(value.parse().ok().filter(|_| !value.starts_with('+'))?),
    };
    let is_key = name == INPUT && comparator == Comparator::Equal && matches!(constant, Constant::Number(_));
    (crate::spelling::is_name(name) && !is_key).then_some((name, comparator, constant))
}

/// Whether hours are open or closed, as the platform writes it. The zone and the table stand in it: each weekday with
/// its windows, and then each day of the year and each date that is other than its weekday.
///
/// `open office (America/New_York; mon 09:00-12:00 13:00-17:00; 2026-12-25 closed)`
pub fn hours(is_open: bool, hours: &Hours) -> String {
    let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
    let windows = |windows: &[Window]| {
        let windows = windows.iter().map(|window| format!("{}-{}", clock(window.from), clock(window.to)));
        windows.collect::<Vec<_>>().join(" ")
    };
    let word = if is_open { OPEN } else { CLOSED };
    let mut out = format!("{word} {} ({}", hours.name, hours.zone_name);
    for (day, of_day) in WEEKDAYS.iter().zip(&hours.week).filter(|(_, of_day)| !of_day.is_empty()) {
        out.extend(["; ", day, " ", &windows(of_day)]);
    }
    let yearly = hours.yearly.iter().map(|(day, of_day)| (day.to_string(), of_day));
    let dates = hours.days.iter().map(|(date, of_day)| (date.to_string(), of_day));
    for (day, of_day) in yearly.chain(dates) {
        let windows = if of_day.is_empty() { CLOSED.to_owned() } else { windows(of_day) };
        out.extend(["; ", &day, " ", &windows]);
    }
    out.push(')');
    out
}

/// Reads a condition that asks whether hours are open: whether it asks for `open`, and the hours.
///
/// ```
/// let condition = "closed office (UTC; mon 09:00-17:00; 01-01 closed; 2026-12-24 closed)";
/// let (is_open, hours) = cxflowc::condition::read_hours(condition).unwrap();
/// assert!(!is_open);
/// assert_eq!(hours.lines(), ["mon 9:00..17:00", "closed every 01-01", "closed 2026-12-24"]);
/// assert_eq!(cxflowc::condition::hours(is_open, &hours), condition);
/// ```
pub fn read_hours(condition: &str) -> Option<(bool, Hours)> {
    let (word, rest) = condition.split_once(' ')?;
    let is_open = match word {
        OPEN => true,
        CLOSED => false,
        _ => return None,
    };
    let (name, rest) = rest.split_once(" (")?;
    let mut parts = rest.strip_suffix(')')?.split("; ");
    let zone_name = parts.next()?;
    let nowhere = Span::new(FileId::from_index(0), 0, 0);
    let mut read = Hours::closed(name.into(), nowhere);
    (read.zone, read.zone_name) = (crate::time_zones::find(zone_name)?, zone_name.into());
    let clock = |text: &str| -> Option<u16> {
        let (hour, minute) = text.split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour <= 24 && minute < 60).then_some(hour * 60 + minute).filter(|minutes| *minutes <= DAY)
    };
    for part in parts {
        let (day, of_day) = part.split_once(' ')?;
        let mut windows: Vec<Window> = Vec::new();
        for window in of_day.split(' ').filter(|_| of_day != CLOSED) {
            let (from, to) = window.split_once('-')?;
            let window = Window { from: clock(from)?, to: clock(to)? };
            let is_after = windows.last().is_none_or(|last| last.to <= window.from);
            windows.push(Some(window).filter(|window| is_after && window.from < window.to)?);
        }
        match WEEKDAYS.iter().position(|word| *word == day) {
            Some(number) => *read.week.get_mut(number)? = windows,
            None => match day.parse() {
                Ok(day) => _ = read.yearly.insert(day, windows),
                Err(_) => _ = read.days.insert(day.parse().ok()?, windows),
            },
        }
    }
    let is_name = crate::spelling::is_name(name);
    (is_name && read.is_constant() != Some(false) && hours(is_open, &read) == condition)
        .then_some((is_open, read))
}
