//! What counsel signs: what a flow was made of, what every rule says of it and why, and what is heard on its
//! paths. The report says what the compiler knows and how; it decides nothing anew.
//!
//! [`Report::of`] collects it, [`html`] lays it out as one page, and its JSON is the report itself. Nothing here
//! reads a file, the clock or the network.

mod changes;
mod dispositions;
mod facts;
mod hash;
mod hours;
pub mod html;
mod identity;
pub mod obligations;
pub mod page;
mod place;
mod policies;
mod readiness;
mod rules;
mod scripts;
mod shared_text;
pub mod sheet;
mod tags;
mod tests;
mod values;
mod waivers;
mod walk;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

pub use changes::Change;
pub use dispositions::DispositionReport;
pub use facts::{FactReport, MissingFactReport};
pub use hours::HoursReport;
pub use identity::{FindingReport, HashedFile, Identity};
pub use obligations::{AttestationReport, ObligationReport};
pub use place::Place;
pub use policies::{NotApplied, PolicyReport};
pub use readiness::{Readiness, Signable};
pub use rules::{DecisionReport, RuleReport};
pub use scripts::ScriptReport;
pub use shared_text::SharedText;
pub use sheet::{Sheet, SheetPath, SheetStep};
pub use tags::{TagReport, TaggedStep};
pub use tests::{TestReport, TestsReport};
pub use values::ValueReport;
pub use waivers::WaiverReport;

use crate::Compiled;
use crate::picture::measure::Mask;
use crate::prompts::{Prompt, prompts};
use crate::speech::Voice;

/// What a report needs to know beside the flow.
#[derive(Debug, Clone)]
pub struct ReportOptions {
    /// The day as of which rules and waivers were judged.
    pub as_of: Date,
    /// The environment, if one was named.
    pub environment: Option<String>,
    /// The params that were set from outside.
    pub params: BTreeMap<String, String>,
    /// How fast texts are spoken.
    pub voice: Voice,
    /// Takes secrets out of what is shown.
    pub mask: Mask,
}

/// The report on a flow. Its fields are those of its JSON.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What it is a report on.
    pub identity: Identity,
    /// Whether it can be signed.
    pub signable: Signable,
    /// The errors and warnings, in the order of their places.
    pub findings: Vec<FindingReport>,
    /// How many more there are than the compiler keeps.
    pub findings_not_listed: usize,
    /// The warnings that whoever made the report silenced.
    pub silenced: Vec<FindingReport>,
    /// The policies that apply, each with its rules.
    pub policies: Vec<PolicyReport>,
    /// The bundled policies that nobody has applied.
    pub not_applied: Vec<NotApplied>,
    /// What is stated about the campaign, each with who vouches for it.
    pub facts: Vec<FactReport>,
    /// What policies that apply ask about the campaign and nobody states.
    pub missing_facts: Vec<MissingFactReport>,
    /// The tags, each with the steps that bear it.
    pub tags: Vec<TagReport>,
    /// The duties that no flow can show, each with who attests that it is done.
    pub obligations: Vec<ObligationReport>,
    /// Who excused what, until when.
    pub waivers: Vec<WaiverReport>,
    /// What begins or ends within 90 days.
    pub changes: Vec<Change>,
    /// Everything that is heard.
    pub prompts: Vec<Prompt>,
    /// What agents say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<ScriptReport>,
    /// The nodes in which somebody talks, now or in a call back, and of which the flow does not have the words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unscripted: Vec<String>,
    /// The opening hours that calls are decided by.
    pub hours: Vec<HoursReport>,
    /// What is entered, set and sent, by node.
    pub values: Vec<ValueReport>,
    /// The results of the flow's tests. `None` for a flow with errors, whose tests do not run.
    pub tests: Option<TestsReport>,
    /// How calls are reported. Empty if the flow declares no dispositions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dispositions: Vec<DispositionReport>,
    /// Paths as calls, for those who dial.
    pub sheet: Sheet,
}

impl Report {
    /// Collects what is known of a flow.
    ///
    /// ```
    /// use cxflowc::report::{Report, ReportOptions};
    ///
    /// let text = "flow \"Hello\"\nentry a\ndisclosure a { say \"This is Lakeside.\" }\na -> bye\ndisconnect bye\n";
    /// let compiled = cxflowc::compile("hello.cxflow", text);
    /// let options = ReportOptions {
    ///     as_of: jiff::civil::date(2026, 11, 29),
    ///     environment: None,
    ///     params: Default::default(),
    ///     voice: Default::default(),
    ///     mask: str::to_owned,
    /// };
    /// let report = Report::of(&compiled, &options);
    /// assert!(report.identity.payload_sha256.is_some());
    /// assert_eq!(report.policies[0].rules[0].verdict, "holds");
    /// assert_eq!(report.policies[0].rules[0].path.as_deref(), Some("a"));
    /// ```
    pub fn of(compiled: &Compiled, options: &ReportOptions) -> Self {
        let policies = policies::of(compiled, options);
        let mut report = Self {
            identity: identity::of(compiled, options),
            signable: Signable::default(),
            findings: identity::findings(compiled, &compiled.diagnostics),
            findings_not_listed: compiled.diagnostics.dropped(),
            silenced: identity::findings(compiled, &compiled.silenced),
            not_applied: policies::not_applied(compiled),
            facts: facts::stated(compiled, options.as_of),
            missing_facts: facts::missing(compiled),
            tags: tags::of(compiled),
            obligations: obligations::of(compiled, options.as_of),
            waivers: waivers::of(compiled, options.as_of),
            changes: changes::of(compiled, options.as_of),
            policies,
            prompts: prompts(compiled, options.voice),
            scripts: scripts::of(compiled),
            unscripted: scripts::unscripted(compiled),
            hours: hours::of(compiled),
            values: values::of(compiled),
            tests: tests::of(compiled),
            dispositions: dispositions::of(compiled),
            sheet: sheet::of(compiled),
        };
        report.signable = Readiness::of(&report).into();
        report
    }

    /// Every rule with its policy.
    pub fn rules(&self) -> impl Iterator<Item = (&PolicyReport, &RuleReport)> {
        self.policies.iter().flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule)))
    }

    /// The rule of this name, as in `us_tsr/keep`.
    pub fn rule(&self, name: &str) -> Option<&RuleReport> {
        let (policy, rule) = name.rsplit_once('/')?;
        self.rules().find(|(of, one)| of.name == policy && one.name == rule).map(|(_, rule)| rule)
    }

    /// How many duties somebody has to attest, and nobody does.
    pub fn open_duties(&self) -> usize {
        self.obligations.iter().filter(|one| one.is_open()).count()
    }

    /// How many facts that rules use nobody vouches for.
    pub fn open_facts(&self) -> usize {
        self.facts.iter().filter(|fact| fact.is_open()).count()
    }

    /// How many rules have this verdict.
    pub fn count(&self, verdict: &str) -> usize {
        self.rules().filter(|(_, rule)| rule.verdict == verdict).count()
    }
}
