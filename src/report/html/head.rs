//! What stands at the top of the page: whether it can be signed, what it was made of, and what was found.

use super::verdicts;
use super::writer::{Cell, Html};
use crate::diagnostics::counted;
use crate::report::{FindingReport, Readiness, Report};

/// The flow's name and whether the report can be signed, in a few lines.
pub fn summary(html: &mut Html<'_>, report: &Report) {
    let identity = &report.identity;
    html.element("h1", identity.flow.as_deref().unwrap_or(&identity.file));
    html.markup("\n");
    if let Some(description) = &identity.description {
        html.element("p dir=\"auto\"", description);
        html.markup("\n");
    }
    html.paragraph(&format!(
        "As of {}, by cxflowc {}, from {}.",
        identity.as_of, identity.compiler, identity.file
    ));
    let readiness = Readiness::of(report);
    html.markup(readiness.opening_tag());
    html.text(&readiness.in_words());
    html.markup("</p>\n");
    if let Some(caveats) = caveats(report) {
        html.paragraph(&caveats);
    }
    verdicts::counts(html, report);
}

/// What the rules themselves are worth: who has reviewed them, what rests on memory, and how old the law in them is.
fn caveats(report: &Report) -> Option<String> {
    let bundled = || report.policies.iter().filter(|policy| policy.bundled);
    let mut caveats = Vec::new();
    match bundled().filter(|policy| policy.reviews.is_empty()).count() {
        0 => {}
        one if one == bundled().count() => {
            caveats.push("nobody has reviewed the policies that come with the compiler".to_owned());
        }
        some => {
            caveats.push(format!("nobody has reviewed {some} of the policies that come with the compiler"))
        }
    }
    match report.rules().filter(|(_, rule)| rule.from_memory).count() {
        0 => {}
        1 => caveats.push("1 rule rests on memory, at least in part".to_owned()),
        some => caveats.push(format!("{some} rules rest on memory, at least in part")),
    }
    match report.rules().filter(|(_, rule)| rule.is_secondary_only()).count() {
        0 => {}
        1 => caveats.push("1 rule rests on secondary sources, at least in part".to_owned()),
        some => caveats.push(format!("{some} rules rest on secondary sources, at least in part")),
    }
    if bundled().any(|policy| policy.collected.is_some()) {
        caveats.push("later law than each policy says was collected is not in it".to_owned());
    }
    (!caveats.is_empty()).then(|| format!("The rules are not the law: {}.", caveats.join("; ")))
}

/// Files, hashes, environment, params.
pub fn made_of(html: &mut Html<'_>, report: &Report) {
    let identity = &report.identity;
    let size =
        format!("{}, {}", counted(identity.nodes, "node"), counted(identity.transitions, "transition"));
    let paths = identity.paths.as_deref().unwrap_or("without number: calls can go in a cycle");
    let mut terms = vec![
        ("Compiler", Cell::Text(&identity.compiler)),
        ("Judged as of", Cell::Text(&identity.as_of)),
        ("Environment", Cell::Text(identity.environment.as_deref().unwrap_or("none"))),
        ("Size", Cell::Text(&size)),
        ("Paths", Cell::Text(paths)),
    ];
    if let Some(hash) = &identity.payload_sha256 {
        terms.push(("SHA-256 of the payload", Cell::Code(hash)));
    }
    html.terms(terms);
    if identity.payload_sha256.is_some() {
        html.paragraph("The payload is what `cxflowc build` writes, unless it is told to write it on one line. `sha256sum` prints the hash of a file.");
    }
    if identity.params.is_empty() {
        html.paragraph("No param is set from outside the flow.");
    } else {
        let rows = identity.params.iter().map(|(name, value)| vec![Cell::Code(name), Cell::Words(value)]);
        html.table("Params that were set from outside", &["param", "value"], rows);
    }
    if !identity.param_defaults.is_empty() {
        let rows =
            identity.param_defaults.iter().map(|(name, value)| vec![Cell::Code(name), Cell::Words(value)]);
        html.table("Params that have their defaults", &["param", "default"], rows);
    }
    let rows = identity.files.iter().map(|file| {
        let origin = if file.bundled { "comes with the compiler" } else { "yours" };
        vec![
            Cell::Code(&file.name),
            Cell::Text(origin),
            Cell::Code(file.sha256.as_deref().unwrap_or("not read as a whole")),
        ]
    });
    html.table("Files", &["file", "from", "SHA-256"], rows);
}

/// The findings.
pub fn findings(html: &mut Html<'_>, report: &Report) {
    if report.findings.is_empty() {
        html.paragraph("None.");
    } else {
        finding_table(html, "Errors and warnings", &report.findings);
    }
    if report.findings_not_listed > 0 {
        html.paragraph(&format!("{} more, which are not listed.", report.findings_not_listed));
    }
    if !report.silenced.is_empty() {
        html.paragraph("Whoever made the report silenced these warnings, with `--allow`.");
        finding_table(html, "Silenced warnings", &report.silenced);
    }
}

fn finding_table(html: &mut Html<'_>, about: &str, findings: &[FindingReport]) {
    let rows = findings.iter().map(|finding| {
        let mut lines = vec![finding.message.clone()];
        lines.extend(finding.help.clone());
        lines.extend(finding.place.as_ref().map(ToString::to_string));
        vec![Cell::Verdict(finding.severity), Cell::Code(&finding.code), Cell::Prose(lines)]
    });
    html.table(about, &["severity", "code", "what"], rows);
}
