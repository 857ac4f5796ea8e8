//! The verdicts of rules: how the summary counts them, and what the legend says of each.

use super::writer::{Cell, Html};
use crate::diagnostics::counted;
use crate::policy::VacuousKind;
use crate::report::{ObligationReport, Report};

/// What the summary says of the rules of a verdict.
struct Count {
    verdict: &'static str,
    /// In which way they have nothing to check, if they are vacuous.
    vacuous: Option<VacuousKind>,
    one: &'static str,
    several: &'static str,
    /// The section that says more.
    section: &'static str,
}

impl Count {
    const fn of(
        verdict: &'static str,
        one: &'static str,
        several: &'static str,
        section: &'static str,
    ) -> Self {
        Self { verdict, vacuous: None, one, several, section }
    }

    const fn of_vacuous(kind: VacuousKind, one: &'static str, several: &'static str) -> Self {
        Self { verdict: "vacuous", vacuous: Some(kind), one, several, section: "rules" }
    }
}

/// What is open comes first.
const COUNTS: &[Count] = &[
    Count::of("violated", "is broken", "are broken", "rules"),
    Count::of("unknown", "cannot be decided", "cannot be decided", "rules"),
    Count::of("withheld", "was not checked", "were not checked", "rules"),
    Count::of(
        "obligation",
        "is a duty that no flow can show, and nobody attests it",
        "are duties that no flow can show, and nobody attests them",
        "obligations",
    ),
    Count::of(
        "waived",
        "is broken, and somebody answers for it",
        "are broken, and somebody answers for them",
        "waivers",
    ),
    Count::of(
        "attested",
        "is a duty that somebody attests",
        "are duties that somebody attests",
        "obligations",
    ),
    Count::of("holds", "holds on every path", "hold on every path", "rules"),
    Count::of_vacuous(VacuousKind::WithinOneStep, "is kept within one step", "are kept within one step"),
    Count::of_vacuous(VacuousKind::NothingToCheck, "has nothing to check here", "have nothing to check here"),
    Count::of_vacuous(VacuousKind::Exempt, "exempts this flow", "exempt this flow"),
    Count::of_vacuous(VacuousKind::DoesNotApply, "does not apply", "do not apply"),
    Count::of("not in force", "is not in force on this day", "are not in force on this day", "rules"),
];

/// What each verdict means.
const LEGEND: &[(&str, &str)] = &[
    ("holds", "every path that a call can take keeps it"),
    ("violated", "a path or a fact breaks it; what shows it is said"),
    ("waived", "it is broken, and somebody answers for that, who is named"),
    ("unknown", "it cannot be decided; what would decide it is said"),
    ("withheld", "it was not checked, because what it depends on has errors"),
    ("obligation", "a duty that no flow can show, and nobody attests it"),
    ("attested", "a duty that no flow can show, and somebody attests it, who is named"),
    (
        "vacuous",
        "the flow cannot break it, for one of four reasons, which is said: it does not apply to this flow on this day; it exempts this flow; there is nothing to check, since what it is about does not occur; or it is kept within one step, which does everything that the rule asks for",
    ),
];

/// How many rules have each verdict.
pub fn counts(html: &mut Html, report: &Report) {
    html.markup("<ul class=\"counts\">\n");
    let is_undated = |duty: &&ObligationReport| duty.undated && duty.attestation.is_none();
    let undated_duties = report.obligations.iter().filter(is_undated).count();
    for Count { verdict, vacuous, one, several, section } in COUNTS {
        let kind = vacuous.map(VacuousKind::words);
        let rules = report.rules().filter(|(_, rule)| rule.verdict == *verdict && rule.vacuous == kind);
        // What begins on a day that nobody knows has a line of its own.
        let undated = if *verdict == "obligation" { undated_duties } else { 0 };
        line(html, rules.count().saturating_sub(undated), one, several, section);
    }
    let (one, several) = (
        "is a duty that begins on a day that is not known yet",
        "are duties that begin on days that are not known yet",
    );
    line(html, undated_duties, one, several, "obligations");
    let findings = report.waivers.iter().filter(|waiver| waiver.excuses_finding).count();
    if findings > 0 {
        let verb = if findings == 1 { "is" } else { "are" };
        html.markup("<li>");
        html.link(
            "waivers",
            &format!("{} {verb} waived, and somebody answers for it", counted(findings, "finding")),
        );
        html.markup("</li>\n");
    }
    html.markup("</ul>\n");
}

/// A line of the summary, if there are such rules.
fn line(html: &mut Html, count: usize, one: &str, several: &str, section: &'static str) {
    if count > 0 {
        html.markup("<li>");
        html.link(section, &format!("{} {}", counted(count, "rule"), if count == 1 { one } else { several }));
        html.markup("</li>\n");
    }
}

/// What the verdicts mean that a report has.
pub fn legend(html: &mut Html, report: &Report) {
    let known = LEGEND.iter().filter(|(verdict, _)| report.count(verdict) > 0);
    html.terms(known.map(|(verdict, meaning)| (*verdict, Cell::Text(meaning))));
}
