//! Opening hours: a table of the week, the days that are other than that, and the zone whose clock counts.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};

use super::{Comparison, Constant, Flow, HoursId, VariableId};
use crate::source::Span;

/// The words for the days of a week, which begins on Monday.
pub const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// How many minutes a day has, and so the end of its last window.
pub const DAY: u16 = 24 * 60;

/// How many days a range of dates has at most.
pub const LONGEST_RANGE: usize = 366;

/// The words for the two states of hours. A comparison of hours is with the first.
pub const OPEN: &str = "open";
/// See [`OPEN`].
pub const CLOSED: &str = "closed";

/// A part of a day, in minutes since midnight by the clock on the wall. The end does not belong to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Where it begins.
    pub from: u16,
    /// Where it ends, at most [`DAY`].
    pub to: u16,
}

/// The window as the language writes it: `9:00..17:00`.
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, to } = self;
        write!(f, "{}:{:02}..{}:{:02}", from / 60, from % 60, to / 60, to % 60)
    }
}

/// A day of each year: `12-25`. The last day of February is one of leap years alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct YearDay(Date);

/// A leap year, which has every day.
const LEAP_YEAR: i16 = 2000;

impl YearDay {
    /// The day of a date.
    pub fn of(date: Date) -> Self {
        Self(Date::new(LEAP_YEAR, date.month(), date.day()).unwrap_or(date))
    }

    /// The day that follows, which is the first one behind the last.
    pub fn next(self) -> Self {
        self.0.tomorrow().map_or(self, Self::of)
    }
}

/// The day as the language and the platform write it: `12-25`.
impl fmt::Display for YearDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.0.month(), self.0.day())
    }
}

/// `12-25`.
impl FromStr for YearDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (month, day) = text.split_once('-').filter(|_| text.len() == 5)?;
            let is_number = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
            let parsed = |part: &str| part.parse::<i8>().ok().filter(|_| is_number(part));
            Date::new(LEAP_YEAR, parsed(month)?, parsed(day)?).ok().map(Self)
        };
        read().ok_or_else(|| format!("no year has a day {text}"))
    }
}

/// The days of the longest year.
const DAYS_OF_LEAP_YEAR: usize = 366;

/// Opening hours.
#[derive(Debug, Clone)]
pub struct Hours {
    /// The name, including an instance's prefix.
    pub name: Box<str>,
    /// The name of the zone.
    pub zone_name: Box<str>,
    /// The zone whose clock counts.
    pub zone: TimeZone,
    /// The windows of each weekday in order, Monday first.
    pub week: [Vec<Window>; 7],
    /// The windows of the days that are other than the week says; none where it is closed.
    pub days: BTreeMap<Date, Vec<Window>>,
    /// The windows of the days that are other than the week says in each year; none where it is closed. A date counts
    /// before them.
    pub yearly: BTreeMap<YearDay, Vec<Window>>,
    /// Where the name is declared.
    pub span: Span,
    /// Whether part of it is wrong, which is already reported.
    pub broken: bool,
}

/// How often the clock of a zone shows a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockShows {
    /// Once, as almost every time.
    Once,
    /// Never: the clock is put forward over it.
    Never,
    /// Twice: the clock is put back over it.
    Twice,
}

impl Hours {
    /// Hours that are never open.
    pub(crate) fn closed(name: Box<str>, span: Span) -> Self {
        Self {
            name,
            zone_name: "UTC".into(),
            zone: TimeZone::UTC,
            week: Default::default(),
            days: BTreeMap::new(),
            yearly: BTreeMap::new(),
            span,
            broken: false,
        }
    }

    /// The windows of a day.
    pub fn windows(&self, date: Date) -> &[Window] {
        let weekday = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or_default();
        let of_day = self.days.get(&date).or_else(|| self.yearly.get(&YearDay::of(date)));
        of_day.or_else(|| self.week.get(weekday)).map_or(&[][..], Vec::as_slice)
    }

    /// Whether they are open at a time. Only minutes count.
    pub fn is_open(&self, at: CallTime) -> bool {
        let local = match at {
            CallTime::Local(local) => local,
            CallTime::Instant(instant) => self.zone.to_datetime(instant),
        };
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(DAY);
        self.windows(local.date()).iter().any(|window| window.from <= minute && minute < window.to)
    }

    /// Whether they are open or closed at every time: `Some(true)` if always open.
    pub fn is_constant(&self) -> Option<bool> {
        // Where each day of the year has a line, no day of the week counts.
        let week = self.week.iter().filter(|_| self.yearly.len() < DAYS_OF_LEAP_YEAR);
        let mut all = week.chain(self.yearly.values()).chain(self.days.values());
        let is_whole = |windows: &Vec<Window>| {
            let mut end = 0;
            windows.iter().for_each(|window| end = if window.from <= end { end.max(window.to) } else { end });
            end == DAY
        };
        if all.clone().all(Vec::is_empty) {
            return Some(false);
        }
        all.all(is_whole).then_some(true)
    }

    /// How often the zone's clock shows a time.
    pub fn clock_shows(&self, local: DateTime) -> ClockShows {
        match self.zone.to_ambiguous_timestamp(local).offset() {
            AmbiguousOffset::Unambiguous { .. } => ClockShows::Once,
            AmbiguousOffset::Gap { .. } => ClockShows::Never,
            AmbiguousOffset::Fold { .. } => ClockShows::Twice,
        }
    }

    /// The lines of the block that says the same: `mon..fri 9:00..17:00`, `closed 2026-12-25`.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (first, windows) in self.week.iter().enumerate().filter(|(_, windows)| !windows.is_empty()) {
            let same: Vec<usize> =
                self.week.iter().enumerate().filter(|(_, own)| own == &windows).map(|(day, _)| day).collect();
            if same.first() == Some(&first) {
                lines.push(format!("{} {}", days(&same), windows_of(windows)));
            }
        }
        lines.extend(self.day_runs().into_iter().map(|(dates, windows)| match windows {
            [] => format!("{CLOSED} {dates}"),
            windows => format!("{OPEN} {dates} {}", windows_of(windows)),
        }));
        lines
    }

    /// The days that are other than the week says in each year, those that follow each other with the same windows as
    /// a range: `every 12-25`, `every 12-24..12-26`.
    fn yearly_runs(&self) -> Vec<(String, &[Window])> {
        let days: Vec<(YearDay, &Vec<Window>)> =
            self.yearly.iter().map(|(day, windows)| (*day, windows)).collect();
        let follows = |one: &(YearDay, &Vec<Window>), next: &(YearDay, &Vec<Window>)| {
            one.1 == next.1 && one.0.next() == next.0
        };
        let runs = days.chunk_by(follows).filter_map(|run| {
            let ((first, windows), (last, _)) = (run.first()?, run.last()?);
            let days = if first == last { first.to_string() } else { format!("{first}..{last}") };
            Some((format!("every {days}"), windows.as_slice()))
        });
        runs.collect()
    }

    /// The days that are other than the week says, those of each year first, and those that follow each other with the
    /// same windows as a range: `every 12-25`, `2026-12-28..2026-12-31`.
    pub fn day_runs(&self) -> Vec<(String, &[Window])> {
        let days: Vec<(Date, &Vec<Window>)> =
            self.days.iter().map(|(date, windows)| (*date, windows)).collect();
        let follows = |one: &(Date, &Vec<Window>), next: &(Date, &Vec<Window>)| {
            one.1 == next.1 && one.0.tomorrow().is_ok_and(|tomorrow| tomorrow == next.0)
        };
        let runs = days.chunk_by(follows).flat_map(|run| run.chunks(LONGEST_RANGE));
        let runs = runs.filter_map(|run| {
            let ((first, windows), (last, _)) = (run.first()?, run.last()?);
            let dates = if first == last { first.to_string() } else { format!("{first}..{last}") };
            Some((dates, windows.as_slice()))
        });
        self.yearly_runs().into_iter().chain(runs).collect()
    }
}

/// The hours in one line: `mon..fri 9:00..17:00; closed 2026-12-25; in America/New_York`.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines().iter().try_for_each(|line| write!(f, "{line}; "))?;
        write!(f, "in {}", self.zone_name)
    }
}

pub(super) fn windows_of(windows: &[Window]) -> String {
    windows.iter().map(Window::to_string).collect::<Vec<_>>().join(", ")
}

/// Weekdays by their numbers, those that follow each other as a range: `mon..fri, sun`.
pub(super) fn days(numbers: &[usize]) -> String {
    let word = |number: &usize| WEEKDAYS.get(*number).copied().unwrap_or_default();
    let run = |run: &[usize]| match run {
        [first, _, .., last] => format!("{}..{}", word(first), word(last)),
        run => run.iter().map(word).collect::<Vec<_>>().join(", "),
    };
    numbers.chunk_by(|one, next| one + 1 == *next).map(run).collect::<Vec<_>>().join(", ")
}

/// The time at which a call is made, in minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallTime {
    /// What the clock shows in the zone of the hours that are asked.
    Local(DateTime),
    /// An instant, whatever clocks show.
    Instant(Timestamp),
}

/// The time as a test writes it: `2026-12-24T18:00`, `2026-12-24T23:00Z`.
impl fmt::Display for CallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (local, end) = match self {
            Self::Local(local) => (*local, ""),
            Self::Instant(instant) => (TimeZone::UTC.to_datetime(*instant), "Z"),
        };
        write!(f, "{}T{:02}:{:02}{end}", local.date(), local.hour(), local.minute())
    }
}

/// `2026-12-24T18:00`, with `Z` or an offset behind it for an instant.
///
/// ```
/// use cxflowc::flow::CallTime;
///
/// let time = |text: &str| text.parse::<CallTime>().map(|time| time.to_string());
/// assert_eq!(time("2026-12-24T9:00").unwrap(), "2026-12-24T09:00");
/// assert_eq!(time("2026-12-24T18:00-05:00").unwrap(), "2026-12-24T23:00Z");
/// assert_eq!(time("2026-02-30T18:00").unwrap_err(), "there is no day 2026-02-30");
/// assert_eq!(time("2026-12-24T24:00").unwrap_err(), "no clock shows 24:00");
/// ```
impl FromStr for CallTime {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let odd =
            || format!("{} is no time; write it as in `2026-12-24T18:00`", crate::diagnostics::quote(text));
        let (day, rest) = text.split_once('T').ok_or_else(odd)?;
        let is_day = day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        if !is_day || day.matches('-').count() != 2 {
            return Err(odd());
        }
        let clock = rest.split(['Z', '+', '-']).next().unwrap_or_default();
        let offset = rest.get(clock.len()..).unwrap_or_default();
        let parts: Vec<&str> = clock.split(':').collect();
        let number = |part: &str| match part.len() {
            1 | 2 => part.parse::<i8>().ok().filter(|_| part.bytes().all(|byte| byte.is_ascii_digit())),
            _ => None,
        };
        let (hour, minute) = match parts.as_slice() {
            [hour, minute] | [hour, minute, _] if minute.len() == 2 => (number(hour), number(minute)),
            _ => (None, None),
        };
        let (Some(hour), Some(minute)) = (hour, minute) else { return Err(odd()) };
        let date: Date = day.parse().map_err(|_| format!("there is no day {day}"))?;
        let time = Time::new(hour, minute, 0, 0).map_err(|_| format!("no clock shows {clock}"))?;
        let local = date.to_datetime(time);
        if offset.is_empty() {
            return Ok(Self::Local(local));
        }
        // No clock of the world is further from UTC.
        let hours = offset.get(1..3).and_then(|hours| hours.parse::<u8>().ok());
        if hours.is_some_and(|hours| hours > 14 || hours == 14 && !offset.ends_with(":00")) {
            return Err(format!("no clock is {} from UTC", offset.get(1..).unwrap_or_default()));
        }
        let written = format!("{date}T{hour:02}:{minute:02}:00{offset}");
        written.parse().map(Self::Instant).map_err(|_| odd())
    }
}

impl Flow {
    /// The hours that a comparison asks about, if it asks about hours.
    pub fn hours_of(&self, variable: VariableId) -> Option<(HoursId, &Hours)> {
        let id = self.variables[variable].hours?;
        Some((id, &self.hours[id]))
    }

    /// What is known about all hours on a call that is made at a time: the time.
    pub fn known_at(&self, at: CallTime) -> impl Iterator<Item = (VariableId, Constant)> + '_ {
        let time: Box<str> = at.to_string().into();
        let all = self.variables.iter().filter(|(_, variable)| variable.hours.is_some());
        all.map(move |(id, _)| (id, Constant::Text(time.clone())))
    }

    /// The time among what is known at the beginning of a call.
    pub fn time_of(&self, given: &[(VariableId, Constant)]) -> Option<CallTime> {
        given.iter().find_map(|(variable, value)| match value {
            Constant::Text(time) if self.variables[*variable].hours.is_some() => time.parse().ok(),
            _ => None,
        })
    }

    /// Whether what a `decide` asks is so, if its variable has a value. That of hours is the time of the call.
    pub fn holds(&self, compared: &Comparison, value: &Constant) -> bool {
        let Some((_, hours)) = self.hours_of(compared.variable) else { return compared.holds(value) };
        let Constant::Text(time) = value else { return false };
        let state = time.parse().map(|at| if hours.is_open(at) { OPEN } else { CLOSED });
        state.is_ok_and(|state| compared.holds(&Constant::Text(state.into())))
    }

    /// Whether the hours that it asks for are in different zones, so that a local time is not the same for all of them.
    pub fn has_several_zones(&self) -> bool {
        let asked = self.comparisons.rows().iter().filter_map(|compared| self.hours_of(compared.variable));
        let mut zones =
            asked.map(|(_, hours)| hours).filter(|hours| !hours.broken).map(|hours| &hours.zone_name);
        let first = zones.next();
        zones.any(|zone| Some(zone) != first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;
    use crate::table::Id;

    #[test]
    fn joins_days_that_follow_each_other() {
        assert_eq!(days(&[0, 1, 2, 3, 4, 6]), "mon..fri, sun");
        assert_eq!(days(&[0, 1]), "mon, tue");
        assert_eq!(days(&[5]), "sat");
    }

    #[test]
    fn days_of_each_year_count_before_the_week_and_behind_dates() {
        let date = |text: &str| text.parse::<Date>().unwrap();
        let day = |text: &str| text.parse::<YearDay>().unwrap();
        let mut hours = Hours::closed("office".into(), Span::new(FileId::from_index(0), 0, 0));
        let window = Window { from: 540, to: 1020 };
        hours.week = std::array::from_fn(|_| vec![window]);
        for written in ["12-31", "01-01", "02-29", "02-28", "07-04"] {
            hours.yearly.insert(day(written), Vec::new());
        }
        hours.days.insert(date("2027-07-04"), vec![window]);
        for (written, is_open) in [
            ("2026-07-04", false),
            ("2027-07-04", true),
            ("2028-02-29", false),
            ("2027-03-01", true),
            ("2030-01-01", false),
            ("2030-01-02", true),
        ] {
            assert_eq!(!hours.windows(date(written)).is_empty(), is_open, "{written}");
        }
        let runs: Vec<String> = hours.day_runs().into_iter().map(|(days, _)| days).collect();
        assert_eq!(runs, ["every 01-01", "every 02-28..02-29", "every 07-04", "every 12-31", "2027-07-04"]);
        assert_eq!(day("12-31").next(), day("01-01"));
        for wrong in ["02-30", "13-01", "00-10", "1-1", "12-5", "+1-01"] {
            assert!(wrong.parse::<YearDay>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn reads_times_of_calls() {
        for (text, read) in [
            ("2026-12-24T18:00", Ok("2026-12-24T18:00")),
            ("2026-12-24T18:00:30", Ok("2026-12-24T18:00")),
            ("2026-12-24T18:00Z", Ok("2026-12-24T18:00Z")),
            ("2026-12-24T00:30+01:00", Ok("2026-12-23T23:30Z")),
            ("2026-12-24", Err("is no time")),
            ("2026-12-24T18", Err("is no time")),
            ("2026-12-24T18:0", Err("is no time")),
            ("24.12.2026T18:00", Err("is no time")),
            ("2026-12-24T18:00X", Err("is no time")),
            ("2026-12-24T18:61", Err("no clock shows")),
            ("2026-13-01T18:00", Err("there is no day")),
        ] {
            let found = text.parse::<CallTime>();
            match read {
                Ok(read) => assert_eq!(found.unwrap().to_string(), read),
                Err(part) => assert!(found.unwrap_err().contains(part), "{text}"),
            }
        }
    }
}
