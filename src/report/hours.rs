//! When somebody is there: the opening hours that a flow decides by.

use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::flow::{CLOSED, Hours, WEEKDAYS, Window};

/// Opening hours.
#[derive(Debug, Serialize)]
pub struct HoursReport {
    /// Their name.
    pub name: String,
    /// The zone whose clock counts, as in `America/New_York`.
    pub zone: String,
    /// The week: `mon..fri 9:00..17:00`, and `sat, sun closed`.
    pub week: Vec<String>,
    /// The days that are other than the week says, in order: `2026-12-25 closed`, `2026-12-28..2026-12-31 closed`.
    pub days: Vec<String>,
    /// Where they are declared.
    pub place: Place,
}

pub fn of(compiled: &Compiled) -> Vec<HoursReport> {
    let hours = compiled.flow.hours.rows().iter().map(|hours| HoursReport {
        name: hours.name.to_string(),
        zone: hours.zone_name.to_string(),
        week: week(hours),
        days: hours.day_runs().iter().map(|(dates, day)| format!("{dates} {}", windows(day))).collect(),
        place: Place::of(compiled, hours.span),
    });
    hours.collect()
}

/// The week, with a line for days in a row that have the same windows.
fn week(hours: &Hours) -> Vec<String> {
    let days: Vec<(&str, &Vec<Window>)> = WEEKDAYS.into_iter().zip(&hours.week).collect();
    let alike = days.chunk_by(|(_, one), (_, next)| one == next);
    let lines = alike.filter_map(|days| {
        let ((first, day), (last, _)) = (days.first()?, days.last()?);
        let days = match days.len() {
            1 => (*first).to_owned(),
            2 => format!("{first}, {last}"),
            _ => format!("{first}..{last}"),
        };
        Some(format!("{days} {}", windows(day)))
    });
    lines.collect()
}

/// The windows of a day: `9:00..12:00, 13:00..17:00`.
fn windows(day: &[Window]) -> String {
    if day.is_empty() {
        return CLOSED.to_owned();
    }
    day.iter().map(Window::to_string).collect::<Vec<_>>().join(", ")
}
