//! What changes soon.

use super::writer::{Cell, Html};
use crate::diagnostics::counted;
use crate::report::Report;

/// What begins or ends within 90 days.
pub fn changes(html: &mut Html<'_>, report: &Report) {
    if report.changes.is_empty() {
        return html.paragraph("Nothing, by the dates in the policies and in the flow.");
    }
    let rows = report.changes.iter().map(|change| {
        let days = usize::try_from(change.days).ok().filter(|days| *days > 0);
        let away = days.map_or_else(String::new, |days| format!("in {}", counted(days, "day")));
        vec![Cell::Text(&change.day), Cell::Lines(vec![away]), Cell::Text(&change.what)]
    });
    html.table("Changes", &["on", "that is", "what"], rows);
}
