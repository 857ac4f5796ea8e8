//! What people state about the campaign, and what they answer for.

use super::obligations::word_of;
use super::time_left;
use super::writer::{Cell, Html};
use crate::report::{FactReport, MissingFactReport, Report};

/// The facts, and those that are asked for and not stated.
pub fn facts(html: &mut Html<'_>, report: &Report) {
    if report.facts.is_empty() {
        html.paragraph("None is stated.");
    } else {
        html.paragraph(
            "No flow shows these. Each is as good as what proves it, and as whoever vouches for that.",
        );
        let (open, used) = (report.open_facts(), report.facts.iter().filter(|fact| fact.is_used()).count());
        if open > 0 {
            html.paragraph(&format!("Nobody vouches for {open} of {used} that rules use."));
        }
        let rows = report.facts.iter().map(|fact| {
            vec![
                Cell::Code(&fact.name),
                Cell::Words(fact.value.as_deref().unwrap_or("no value")),
                Cell::Prose(fact.meaning.clone()),
                Cell::Lines(vouched(fact)),
                Cell::Lines(vec![fact.place.to_string()]),
            ]
        });
        let heads = ["fact", "value", "meaning", "who vouches for it, and what proves it", "stated in"];
        html.table("Facts", &heads, rows);
    }
    if !report.missing_facts.is_empty() {
        html.paragraph("The policies ask for these too, and nobody states them.");
        let rows = report.missing_facts.iter().map(|fact| {
            vec![Cell::Code(&fact.name), Cell::Prose(fact.meaning.clone()), Cell::Lines(values(fact))]
        });
        html.table("Facts that nobody states", &["fact", "meaning", "values"], rows);
    }
}

/// Who vouches for a fact.
fn vouched(fact: &FactReport) -> Vec<String> {
    match &fact.evidence {
        Some(evidence) => word_of(evidence),
        None if fact.is_used() => vec!["nobody vouches for it".to_owned()],
        None => vec!["nobody vouches for it, and no rule uses it".to_owned()],
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
