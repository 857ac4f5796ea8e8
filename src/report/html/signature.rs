//! What is signed, and the lines to be filled in by hand.

use super::writer::{Cell, Html};
use crate::diagnostics::list_of;
use crate::report::{FactReport, Readiness, Report};

/// What is signed, what a signature says, and its lines; of a report that cannot be signed, why it has none.
pub fn signature(html: &mut Html, report: &Report) {
    let readiness = Readiness::of(report);
    if let Readiness::Refused(why) = &readiness {
        return html.paragraph(&format!(
            "Here are no lines to sign: {why}. Correct that, and make the report again."
        ));
    }
    let identity = &report.identity;
    let mut terms = vec![
        ("Flow", Cell::Text(identity.flow.as_deref().unwrap_or_default())),
        ("File", Cell::Code(&identity.file)),
        ("Judged as of", Cell::Text(&identity.as_of)),
    ];
    let file = identity.files.first().and_then(|file| file.sha256.as_deref());
    terms.extend(file.map(|hash| ("SHA-256 of the file", Cell::Code(hash))));
    let payload = identity.payload_sha256.as_deref();
    terms.extend(payload.map(|hash| ("SHA-256 of the payload", Cell::Code(hash))));
    html.terms(terms);
    if let Readiness::Open(what) = &readiness {
        html.paragraph(&format!("Open when this report was made: {}.", what.join("; ")));
    }
    html.paragraph(&format!(
        "By signing, a person says of this flow {}. The report is not legal advice.",
        list_of(&declared(report, &readiness), "and")
    ));
    html.markup("<dl class=\"signature\">\n<dt>Name</dt><dd></dd>\n<dt>Role</dt><dd></dd>\n<dt>Date</dt><dd></dd>\n<dt>Signature</dt><dd></dd>\n</dl>\n");
}

/// What a signature says, as clauses of a sentence.
fn declared(report: &Report, readiness: &Readiness) -> Vec<&'static str> {
    let mut clauses = vec!["that the report on it was read"];
    if matches!(readiness, Readiness::Open(_)) {
        clauses.push("that what was open has been settled since");
    }
    if report.open_duties() > 0 {
        clauses
            .push("that each obligation that nobody attests has the owner who is written beside it by hand");
    } else if !report.obligations.is_empty() {
        clauses.push("that the obligations are met as they are attested");
    }
    if report.open_facts() > 0 {
        clauses.push("that each fact that nobody vouches for is so");
    } else if report.facts.iter().any(FactReport::is_used) {
        clauses.push("that the facts are so as they are vouched for");
    }
    if report.count("waived") > 0 {
        clauses.push("that the waivers are justified");
    }
    clauses.push("that what rests on memory and on estimates was looked at");
    clauses
}
