//! Opening hours, and the arms of a `decide` that ask for them.

use super::{Name, Text};
use crate::source::Span;

/// `hours NAME in "ZONE" { … }`
#[derive(Debug)]
pub struct Hours {
    /// The name.
    pub name: Name,
    /// The time zone, if it is written.
    pub zone: Option<Text>,
    /// The lines of the block.
    pub lines: Vec<HoursLine>,
    /// Whether any part of it did not parse.
    pub broken: bool,
}

/// `mon..fri 9:00..17:00`, `open 2026-12-24 9:00..12:00`, `closed 2026-12-25, 2026-12-28..2026-12-31`
#[derive(Debug, Clone)]
pub struct HoursLine {
    /// From its first to its last character.
    pub span: Span,
    /// The days.
    pub days: Days,
    /// When it is open on these days.
    pub windows: Vec<Window>,
}

/// The days of a line.
#[derive(Debug, Clone)]
pub enum Days {
    /// Weekdays.
    Week(Vec<DaySpan>),
    /// Dates on which the windows of the line are instead of those of the week.
    Open(Vec<DaySpan>),
    /// Dates on which nothing is open.
    Closed(Vec<DaySpan>),
    /// Days of each year on which the windows of the line are instead of those of the week.
    OpenYearly(Vec<DaySpan>),
    /// Days of each year on which nothing is open.
    ClosedYearly(Vec<DaySpan>),
}

/// `mon` or `mon..fri`, `12-25` or `12-25..12-31`, `2026-12-25` or `2026-12-25..2026-12-31`
#[derive(Debug, Clone, Copy)]
pub struct DaySpan {
    /// The first day.
    pub first: Span,
    /// The last day, if it is a range.
    pub last: Option<Span>,
}

impl DaySpan {
    /// From its first to its last character.
    pub fn span(self) -> Span {
        self.last.map_or(self.first, |last| self.first.to(last))
    }
}

/// `9:00..17:00`
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// Where it begins.
    pub from: Span,
    /// Where it ends.
    pub to: Span,
}

impl Window {
    /// From its first to its last character.
    pub fn span(self) -> Span {
        self.from.to(self.to)
    }
}

/// `when open HOURS`, `when closed HOURS`
#[derive(Debug, Clone, Copy)]
pub struct AskedHours {
    /// From `when` to the name.
    pub span: Span,
    /// Whether it asks if they are open.
    pub is_open: bool,
    /// The hours.
    pub name: Name,
}
