//! Whether a report can be signed.

use serde::Serialize;

use super::{FactReport, Report};
use crate::diagnostics::{counted, list_of};
use crate::resolve::codes::WEAK_WAIVER;

/// Whether a report can be signed, and what there is to say about that.
#[derive(Debug)]
pub enum Readiness {
    /// Nobody can answer for it. Why, as one sentence without a full stop.
    Refused(String),
    /// Something is open. What, each without a full stop.
    Open(Vec<String>),
    /// Nothing is open. This many rules are broken and waived.
    Ready {
        /// How many.
        waived: usize,
        /// How many rules begin on a day that nobody knows yet.
        undated: usize,
        /// Whether there are obligations, which then are all attested.
        has_obligations: bool,
        /// Whether rules use facts, for all of which somebody then vouches.
        has_facts: bool,
    },
}

impl Readiness {
    /// Of a report.
    pub fn of(report: &Report) -> Self {
        let identity = &report.identity;
        let errors = report.findings.iter().filter(|finding| finding.severity == "error").count();
        if !identity.complete {
            let errors = if errors == 0 { "no flow to build".to_owned() } else { counted(errors, "error") };
            return Self::Refused(format!("it has {errors}"));
        }
        let broken = |severity: &str| {
            let rules = report.rules().filter(|(_, rule)| rule.verdict == "violated");
            rules.filter(|(_, rule)| rule.severity == severity).count()
        };
        let (errors, warnings) = (broken("error"), broken("warning"));
        if errors > 0 {
            return Self::Refused(format!("{} broken, and only --as-is lets that pass", are(errors)));
        }
        let undecided = report.count("unknown") + report.count("withheld");
        let failed = report.tests.iter().flat_map(|run| &run.tests).filter(|test| !test.passed).count();
        let mut open = Vec::new();
        if warnings > 0 {
            open.push(format!("{} broken, which its policy calls a warning", are(warnings)));
        }
        if undecided > 0 {
            open.push(format!("{} not decided", are(undecided)));
        }
        let duties = report.obligations.iter().filter(|one| !one.undated).count();
        match report.open_duties() {
            0 => {}
            all if all == duties => open.push(format!("nobody attests {}", the_obligations(duties))),
            some => open.push(format!("nobody attests {some} of {}", counted(duties, "obligation"))),
        }
        match report.open_facts() {
            0 => {}
            some => open.push(format!("nobody vouches for {} that rules use", counted(some, "fact"))),
        }
        let weak = report.findings.iter().filter(|finding| finding.code.starts_with(WEAK_WAIVER.id)).count();
        if weak > 0 {
            let verb = if weak == 1 { "says" } else { "say" };
            open.push(format!(
                "{} {verb} that what somebody answers for lasts too long or gives no reason",
                counted(weak, "finding")
            ));
        }
        if failed > 0 {
            open.push(format!(
                "{} of the flow {}",
                counted(failed, "test"),
                if failed == 1 { "fails" } else { "fail" }
            ));
        }
        if open.is_empty() {
            let has_facts = report.facts.iter().any(FactReport::is_used);
            let waived = report.count("waived");
            let undated = report.changes.iter().filter(|change| change.is_day_unknown()).count();
            return Self::Ready { waived, undated, has_obligations: duties > 0, has_facts };
        }
        Self::Open(open)
    }

    /// Begins the paragraph that says it. The style sheet gives its class a colour.
    pub fn opening_tag(&self) -> &'static str {
        match self {
            Self::Refused(_) => "<p class=\"state broken\">",
            Self::Open(_) | Self::Ready { waived: 1.., .. } | Self::Ready { undated: 1.., .. } => {
                "<p class=\"state open\">"
            }
            Self::Ready { .. } => "<p class=\"state\">",
        }
    }

    /// It in words.
    pub fn in_words(&self) -> String {
        match self {
            Self::Refused(why) => {
                format!("This cannot be signed: {why}. What this page says of those places may be wrong.")
            }
            Self::Open(what) => format!("This is not ready to be signed: {}.", what.join("; ")),
            Self::Ready { waived, undated, has_obligations, has_facts } => {
                let mut sentences = match undated {
                    0 => vec!["every rule is decided".to_owned()],
                    some => vec![
                        format!(
                            "{} on a day that is not known yet",
                            if *some == 1 {
                                "1 rule begins".to_owned()
                            } else {
                                format!("{some} rules begin")
                            }
                        ),
                        "every other rule is decided".to_owned(),
                    ],
                };
                sentences.push(match waived {
                    0 => "none is broken".to_owned(),
                    waived => format!("{} broken and waived", are(*waived)),
                });
                if *has_obligations {
                    sentences.push("every obligation is attested".to_owned());
                }
                if *has_facts {
                    sentences.push("somebody vouches for every fact that rules use".to_owned());
                }
                format!("This can be signed: {}.", list_of(&sentences, "and"))
            }
        }
    }
}

/// Whether a report can be signed, for programs.
#[derive(Debug, Default, Serialize)]
pub struct Signable {
    /// `ready`, `open` or `refused`.
    pub state: &'static str,
    /// What is open, or why it is refused.
    pub open: Vec<String>,
}

impl From<Readiness> for Signable {
    fn from(readiness: Readiness) -> Self {
        match readiness {
            Readiness::Refused(why) => Self { state: "refused", open: vec![why] },
            Readiness::Open(open) => Self { state: "open", open },
            Readiness::Ready { .. } => Self { state: "ready", open: Vec::new() },
        }
    }
}

fn are(count: usize) -> String {
    format!("{} {}", counted(count, "rule"), if count == 1 { "is" } else { "are" })
}

fn the_obligations(count: usize) -> String {
    if count == 1 {
        "the only obligation".to_owned()
    } else {
        format!("any of {}", counted(count, "obligation"))
    }
}
