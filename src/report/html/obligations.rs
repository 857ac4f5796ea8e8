//! Duties that no flow can show.

use super::writer::{Cell, Html};
use super::{policies, time_left};
use crate::report::{AttestationReport, ObligationReport, Report};

/// Each duty with where it comes from, and who attests that it is done.
pub fn obligations(html: &mut Html<'_>, report: &Report) {
    if report.obligations.is_empty() {
        return html.paragraph("The policies that apply have none.");
    }
    let open = report.open_duties();
    html.paragraph("No flow can show these. Somebody has to see to each of them.");
    if open > 0 {
        html.paragraph(&format!("Nobody attests {open} of {}.", report.obligations.len()));
    }
    let rows = report.obligations.iter().map(|one| {
        let rule = report.rule(&one.rule);
        let about = rule.map(|rule| rule.about.clone()).unwrap_or_default();
        let duty = [one.duty.clone()].into_iter().chain(about).collect();
        vec![
            Cell::Code(&one.rule),
            Cell::Prose(duty),
            Cell::Prose(rule.map(policies::source).unwrap_or_default()),
            Cell::Lines(attested(one)),
        ]
    });
    let heads = ["obligation", "what is to be done", "where that comes from", "owner, proof, until when"];
    html.table("Obligations", &heads, rows);
}

/// Who attests a duty; blank for whoever signs to fill in.
fn attested(obligation: &ObligationReport) -> Vec<String> {
    let Some(attestation) = &obligation.attestation else {
        let why = "begins on a day that is not known yet, and need not be attested before";
        return obligation.undated.then(|| why.to_owned()).into_iter().collect();
    };
    word_of(attestation).into_iter().chain([attestation.place.to_string()]).collect()
}

/// Who gives their word by what proof, and until when.
pub fn word_of(attestation: &AttestationReport) -> Vec<String> {
    let mut lines = vec![
        format!("{}: {}", attestation.by, attestation.because),
        format!("until {}, {}", attestation.until, in_words(attestation.days_left)),
    ];
    if !attestation.counts && attestation.days_left >= 0 {
        lines.push("does not count: it gives no proof, or names nobody".to_owned());
    }
    lines
}

/// `12 days left`, `the last day`, or `over`.
fn in_words(days: i32) -> String {
    if days > 0 { format!("{} left", time_left(days)) } else { time_left(days) }
}
