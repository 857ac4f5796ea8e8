//! What people state about the campaign, and what they answer for.

use super::time_left;
use super::writer::{Cell, Html};
use crate::report::{MissingFactReport, Report};

/// The facts, and those that are asked for and not stated.
pub fn facts(html: &mut Html<'_>, report: &Report) {
    if report.facts.is_empty() {
        html.paragraph("None is stated.");
    } else {
        html.paragraph("Nobody but the author of the line stands behind these: no flow shows them.");
        let rows = report.facts.iter().map(|fact| {
            vec![
                Cell::Code(&fact.name),
                Cell::Words(fact.value.as_deref().unwrap_or("no value")),
                Cell::Prose(fact.meaning.clone()),
                Cell::Lines(vec![fact.place.to_string()]),
            ]
        });
        html.table("Facts", &["fact", "value", "meaning", "stated in"], rows);
    }
    if !report.missing_facts.is_empty() {
        html.paragraph("The policies ask for these too, and nobody states them.");
        let rows = report.missing_facts.iter().map(|fact| {
            vec![Cell::Code(&fact.name), Cell::Prose(fact.meaning.clone()), Cell::Lines(values(fact))]
        });
        html.table("Facts that nobody states", &["fact", "meaning", "values"], rows);
    }
}

/// The values that a fact may have, or one that it may have.
fn values(fact: &MissingFactReport) -> Vec<String> {
    match (&fact.example, fact.values.as_slice()) {
        (Some(example), []) => vec![format!("such as {example}")],
        (_, values) => vec![values.join(", ")],
    }
}

/// Who excused what.
pub fn waivers(html: &mut Html<'_>, report: &Report) {
    if report.waivers.is_empty() {
        return html.paragraph("None.");
    }
    let rows = report.waivers.iter().map(|waiver| {
        vec![
            Cell::Code(&waiver.rule),
            Cell::Code(waiver.node.as_deref().unwrap_or("the whole flow")),
            Cell::Words(&waiver.because),
            Cell::Words(&waiver.by),
            Cell::Text(&waiver.until),
            Cell::Lines(vec![time_left(waiver.days_left)]),
            Cell::Lines(vec![waiver.place.to_string()]),
        ]
    });
    html.table("Waivers", &["rule", "at", "because", "by", "until", "left", "written in"], rows);
}
