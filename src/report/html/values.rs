//! What calls decide by, and what they pass on.

use super::writer::{Cell, Html};
use crate::report::Report;

/// The opening hours.
pub fn hours(html: &mut Html<'_>, report: &Report) {
    if report.hours.is_empty() {
        return html.paragraph("The flow asks for none.");
    }
    let rows = report.hours.iter().map(|hours| {
        vec![
            Cell::Code(&hours.name),
            Cell::Text(&hours.zone),
            Cell::Lines(hours.week.clone()),
            Cell::Lines(hours.days.clone()),
            Cell::Lines(vec![hours.place.to_string()]),
        ]
    });
    html.table("Opening hours", &["hours", "clock of", "week", "other days", "written in"], rows);
}

/// What is entered, set and sent.
pub fn values(html: &mut Html<'_>, report: &Report) {
    if report.values.is_empty() {
        return html.paragraph("Nothing is entered, set or sent.");
    }
    let rows = report.values.iter().map(|value| {
        vec![
            Cell::Code(&value.node),
            Cell::Lines(value.does.clone()),
            Cell::Lines(vec![value.place.to_string()]),
        ]
    });
    html.table("What is entered, set and sent", &["node", "what it does", "written in"], rows);
}
