//! What stands at the top of the page, and what a signature needs.

use super::writer::{Cell, Html};
use crate::diagnostics::counted;
use crate::report::{FindingReport, Report};

/// The flow's name and whether the report can be signed, in a few lines.
pub fn summary(html: &mut Html, report: &Report) {
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
    let errors = report.findings.iter().filter(|finding| finding.severity == "error").count();
    if identity.complete {
        html.markup("<p class=\"state\">");
    } else {
        html.markup("<p class=\"state broken\">");
    }
    html.text(&state(report, errors));
    html.markup("</p>\n");
    html.markup("<ul class=\"counts\">\n");
    for (verdict, one, several) in COUNTS {
        let count = report.count(verdict);
        if count > 0 {
            html.markup("<li>");
            html.text(&format!("{} {}", counted(count, "rule"), if count == 1 { one } else { several }));
            html.markup("</li>\n");
        }
    }
    html.markup("</ul>\n");
}

/// What the summary says about each verdict.
const COUNTS: &[(&str, &str, &str)] = &[
    ("holds", "holds on every path", "hold on every path"),
    ("violated", "is broken", "are broken"),
    ("waived", "is broken, and somebody answers for it", "are broken, and somebody answers for it"),
    ("unknown", "cannot be decided", "cannot be decided"),
    ("withheld", "was not checked", "were not checked"),
    ("obligation", "is a duty that no flow can show", "are duties that no flow can show"),
    ("attested", "is a duty that somebody attests", "are duties that somebody attests"),
    ("vacuous", "has nothing to check here", "have nothing to check here"),
    ("not in force", "is not in force on this day", "are not in force on this day"),
];

fn state(report: &Report, errors: usize) -> String {
    if !report.identity.complete {
        let errors = if errors == 0 { "no flow to build".to_owned() } else { counted(errors, "error") };
        return format!(
            "This cannot be signed: it has {errors}. What follows may be wrong where the flow is."
        );
    }
    let open = report.count("unknown") + report.count("withheld");
    let broken = |severity: &str| {
        let rules = report.rules().filter(|(_, rule)| rule.verdict == "violated");
        rules.filter(|(_, rule)| rule.severity == severity).count()
    };
    let (errors, warnings) = (broken("error"), broken("warning"));
    let mut sentences = Vec::new();
    if errors > 0 {
        sentences.push(format!("{} broken, and only --as-is lets that pass.", are(errors)));
    }
    if warnings > 0 {
        sentences.push(format!("{} broken, which the policies call a warning.", are(warnings)));
    }
    if errors + warnings == 0 {
        sentences.push("No rule is broken without a waiver.".to_owned());
    }
    if open > 0 {
        sentences.push(format!("{} not decided.", are(open)));
    } else {
        sentences.push("Every rule is decided.".to_owned());
    }
    sentences.join(" ")
}

fn are(count: usize) -> String {
    format!("{} {}", counted(count, "rule"), if count == 1 { "is" } else { "are" })
}

/// Files, hashes, environment, params.
pub fn made_of(html: &mut Html, report: &Report) {
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
pub fn findings(html: &mut Html, report: &Report) {
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

fn finding_table(html: &mut Html, about: &str, findings: &[FindingReport]) {
    let rows = findings.iter().map(|finding| {
        let mut lines = vec![finding.message.clone()];
        lines.extend(finding.help.clone());
        lines.extend(finding.place.as_ref().map(ToString::to_string));
        vec![Cell::Verdict(finding.severity), Cell::Code(&finding.code), Cell::Prose(lines)]
    });
    html.table(about, &["severity", "code", "what"], rows);
}

/// The lines to be filled in by hand.
pub fn signature(html: &mut Html) {
    html.paragraph(
        "By signing, a person says that this report was read, that the obligations above have owners, and that what rests on memory and on estimates was looked at. The report is not legal advice.",
    );
    html.markup("<dl class=\"signature\">\n<dt>Name</dt><dd></dd>\n<dt>Role</dt><dd></dd>\n<dt>Date</dt><dd></dd>\n<dt>Signature</dt><dd></dd>\n</dl>\n");
}
