//! Policies and their rules.

use super::writer::{Cell, Html};
use super::{call, verdicts};
use crate::diagnostics::list_of;
use crate::report::{PolicyReport, Report, RuleReport};

/// Which policies apply, and which that come with the compiler nobody has applied.
pub fn covered(html: &mut Html<'_>, report: &Report) {
    let rows = report.policies.iter().map(|policy| {
        let origin = if policy.bundled { "comes with the compiler" } else { "yours" };
        vec![
            Cell::Code(&policy.name),
            Cell::Text(policy.title.as_deref().unwrap_or_default()),
            Cell::Text(origin),
            Cell::Lines(places(&policy.places)),
            Cell::Lines(edition(policy)),
            Cell::Code(&policy.sha256),
        ]
    });
    if !report.policies.iter().any(|policy| policy.bundled && policy.name != crate::bundled::BASELINE) {
        html.paragraph("None of the policies that come with the compiler and contain law applies, so that nothing here says anything of any law, unless a policy of yours does.");
    }
    let mut covered: Vec<String> =
        report.policies.iter().flat_map(|policy| policy.places.iter().cloned()).collect();
    covered.sort_unstable();
    covered.dedup();
    if !covered.is_empty() {
        html.paragraph(&format!(
            "Policies apply that are for calls to {}. Which places the campaign calls is not in the flow: hold the list that is called against these, and against the policies below that nobody has applied.",
            list_of(&covered, "and")
        ));
    }
    html.table(
        "Policies that apply",
        &["policy", "title", "from", "calls to", "version and review", "SHA-256 of its file"],
        rows,
    );
    let described = || report.policies.iter().filter(|policy| !policy.about.is_empty());
    if described().next().is_some() {
        let rows =
            described().map(|policy| vec![Cell::Code(&policy.name), Cell::Prose(policy.about.clone())]);
        html.table(
            "What these policies say of themselves",
            &["policy", "what it is for, and what is left out"],
            rows,
        );
    }
    if report.not_applied.is_empty() {
        return html.paragraph("All policies that come with the compiler apply.");
    }
    html.paragraph("These policies come with the compiler, and nobody has applied them to this flow, so nothing here says anything about them. Whether their law binds the campaign is not decided here. Others may be needed that the compiler does not have.");
    let rows = report.not_applied.iter().map(|policy| {
        vec![
            Cell::Code(policy.name),
            Cell::Text(&policy.title),
            Cell::Lines(places(&policy.places)),
            Cell::Text(&policy.about),
        ]
    });
    html.table("Policies that nobody has applied", &["policy", "title", "calls to", "what it is for"], rows);
}

/// The codes of places on one line.
fn places(codes: &[String]) -> Vec<String> {
    if codes.is_empty() { Vec::new() } else { vec![codes.join(", ")] }
}

/// Which edition a policy is, who has read it, how old the law in it is, and what it says that it conflicts with.
fn edition(policy: &PolicyReport) -> Vec<String> {
    let version = policy.version.map(|version| format!("version {version}"));
    let nobody = policy.reviews.is_empty().then(|| "reviewed by nobody yet".to_owned());
    let reviews = policy.reviews.iter().map(|review| format!("reviewed by {review}"));
    let conflicts = policy.conflicts.iter().map(|conflict| format!("conflicts with {conflict}"));
    let collected = policy.collected.iter().map(|collected| format!("collected {collected}"));
    let edition = version.into_iter().chain(policy.locked.clone());
    edition.chain(nobody).chain(reviews).chain(collected).chain(conflicts).collect()
}

/// Each rule with its source and its verdict.
pub fn rules(html: &mut Html<'_>, report: &Report) {
    if report.policies.is_empty() {
        return html.paragraph("No rule was judged: a library has no calls.");
    }
    verdicts::legend(html, report);
    for policy in &report.policies {
        html.markup("<h3>");
        html.text(policy.title.as_deref().unwrap_or(&policy.name));
        html.markup(" ");
        html.element("code", &policy.name);
        html.markup("</h3>\n");
        let rows = policy.rules.iter().map(|rule| {
            vec![
                Cell::Verdict(rule.verdict),
                Cell::Code(&rule.name),
                must_hold(rule),
                Cell::Prose(source(rule)),
                Cell::Prose(why(rule)),
            ]
        });
        let heads = ["verdict", "rule", "what must hold", "where that comes from", "what shows it"];
        html.table(&format!("Rules of {}", policy.name), &heads, rows);
    }
}

/// What must hold.
fn must_hold(rule: &RuleReport) -> Cell<'_> {
    if rule.about.is_empty() { Cell::Rule(&rule.source) } else { Cell::Prose(rule.about.clone()) }
}

/// The law or document, its status and the evidence.
pub fn source(rule: &RuleReport) -> Vec<String> {
    let evidence = rule.evidence.as_ref().map(|evidence| format!("Evidence: {evidence}."));
    let mut lines: Vec<String> = rule.citation.iter().chain(&rule.status).cloned().chain(evidence).collect();
    if rule.severity == "warning" {
        lines.push("Breaking it is a warning.".to_owned());
    }
    lines
}

fn why(rule: &RuleReport) -> Vec<String> {
    let mut lines: Vec<String> = rule.reason.iter().cloned().collect();
    lines.extend(match (rule.verdict, &rule.path, &rule.place) {
        ("holds", Some(path), _) => Some(match &rule.kept_by {
            Some(node) => format!("kept by {node}, for instance on {path}"),
            None => format!("for instance on {path}"),
        }),
        ("holds", None, Some(fact)) => Some(format!("by the fact in {fact}")),
        ("holds", None, None) => Some("no path breaks it".to_owned()),
        (_, path, _) => path.clone(),
    });
    lines.extend(rule.remedy.clone());
    lines.extend(rule.decided_by.iter().map(|one| {
        let part = if one.decision == rule.verdict { "" } else { " in part" };
        format!("{}{part} by {} until {}: {}", one.decision, one.by, one.until, one.because)
    }));
    if rule.estimated {
        lines.push("by estimated times".to_owned());
    }
    lines.extend(rule.place.as_ref().filter(|_| rule.verdict != "holds").map(ToString::to_string));
    lines
}

/// Rules whose author wrote from memory.
pub fn memory(html: &mut Html<'_>, report: &Report) {
    let lead = "The authors of these rules wrote them, or a part of them, from memory. Hold them against the official text before you rely on them.";
    by_evidence(html, report, |rule| rule.from_memory, "Rules from memory", lead);
}

/// Rules whose author has seen only what others say of the law.
pub fn secondary(html: &mut Html<'_>, report: &Report) {
    let lead = "The authors of these rules saw them, or a part of them, only in what others say of the law: law firms, guides, newsletters. Hold them against the official text before you rely on them. What rests on memory as well is listed there.";
    by_evidence(html, report, RuleReport::is_secondary_only, "Rules from secondary sources", lead);
}

fn by_evidence(
    html: &mut Html<'_>,
    report: &Report,
    is_listed: impl Fn(&RuleReport) -> bool,
    caption: &str,
    lead: &str,
) {
    let rules = || report.rules().filter(|(_, rule)| is_listed(rule));
    if rules().next().is_none() {
        return html.paragraph("Nothing, by what the policies say of themselves.");
    }
    html.paragraph(lead);
    let rows =
        rules().map(|(policy, rule)| named(policy, rule, rule.evidence.as_deref().unwrap_or_default()));
    html.table(caption, &["verdict", "rule", "policy", "comes from", "evidence"], rows);
}

/// Rules that were decided by estimates.
pub fn estimates(html: &mut Html<'_>, report: &Report) {
    let rules = || report.rules().filter(|(_, rule)| rule.estimated);
    if rules().next().is_none() {
        return html.paragraph("No verdict.");
    }
    html.paragraph("How long a text takes is estimated where the flow does not say so with `lasts`. These verdicts depend on it.");
    let rows = rules().map(|(policy, rule)| {
        vec![
            Cell::Verdict(rule.verdict),
            Cell::Code(&rule.name),
            Cell::Code(&policy.name),
            must_hold(rule),
            Cell::Lines(why(rule)),
        ]
    });
    html.table(
        "Rules by estimated times",
        &["verdict", "rule", "policy", "what must hold", "what shows it"],
        rows,
    );
    html.paragraph("To be sure, measure what is heard here, and write what it takes after `lasts`.");
    call::estimated(html, report);
}

fn named<'r>(policy: &'r PolicyReport, rule: &'r RuleReport, last: &'r str) -> Vec<Cell<'r>> {
    vec![
        Cell::Verdict(rule.verdict),
        Cell::Code(&rule.name),
        Cell::Code(&policy.name),
        Cell::Text(rule.citation.as_deref().unwrap_or_default()),
        Cell::Prose(vec![last.to_owned()]),
    ]
}
