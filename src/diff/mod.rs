//! What changed between two versions of a flow, by what calls do and what is promised of them.
//!
//! Layout, comments and the order of declarations are no change. Nodes are matched by name, and where
//! the names differ by what they do.

mod compliance;
mod decisions;
mod demands;
mod findings;
mod includes;
mod likeness;
mod lines;
mod markdown;
mod nodes;
mod pairs;
mod scripts;
mod steps;
mod tag_changes;
mod text;
mod transitions;
mod verdicts;
mod ways;
mod words;

use serde::Serialize;

pub use findings::of as findings_of;
pub use likeness::likeness;
pub use lines::Piece;
pub use markdown::{FlowComment, comment, markdown};
pub use text::{text, text_with};

use crate::compile::Compiled;
use crate::graph::Figures;

/// One version of a flow.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// What came of compiling it.
    pub compiled: &'a Compiled,
    /// The settings that count for it: full name and value, as TOML writes them.
    pub settings: &'a [(String, String)],
}

/// What a change does to what is promised of the flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Less is checked, or less is kept.
    Weaker,
    /// Somebody has to look whether it is weaker.
    Changed,
    /// More is checked, or more is kept.
    Stricter,
}

/// A change in what is promised of a flow: a policy, a rule, what a policy expects, a waiver, an attestation, a fact or its evidence, a tag, tagged words, a
/// setting, an include or a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ComplianceChange {
    /// What it does.
    pub effect: Effect,
    /// What has changed: `policy`, `rule`, `expects`, `waiver`, `attestation`, `evidence`, `fact`, `tag`, `words`, `setting`,
    /// `include`, `test`.
    pub subject: &'static str,
    /// Which one: `us_tsr`, `baseline/retries at menu`, `@optout at menu`.
    pub name: String,
    /// What it was; `None` where it was not there.
    pub before: Option<String>,
    /// What it is; `None` where it is gone.
    pub after: Option<String>,
}

/// A rule whose verdict has changed, or that is broken at more nodes than before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerdictChange {
    /// What it does.
    pub effect: Effect,
    /// `POLICY/RULE`
    pub rule: String,
    /// The verdict before, as `policy check` words it; `not checked` of a rule that is new.
    pub before: String,
    /// The verdict now.
    pub after: String,
    /// The nodes at which the rule is broken and was not before, if it was broken already.
    pub also_at: Vec<String>,
    /// A path of this version that breaks the rule.
    pub path: Option<String>,
}

/// What has become of a node.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeChange {
    /// Its name before; `None` where it is new.
    pub before: Option<String>,
    /// Its name now; `None` where it is gone.
    pub after: Option<String>,
    /// Its kind, now or before it went.
    pub kind: String,
    /// What has changed of it; of a node that is new or gone all that it has.
    pub details: Vec<Detail>,
}

/// Something that has changed of a node or of the flow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Detail {
    /// What it is: `name`, `kind`, `say`, `play`, `retries`, `tag`, `transition`.
    pub what: String,
    /// What it was; `None` where it was not there.
    pub before: Option<String>,
    /// What it is; `None` where it is gone.
    pub after: Option<String>,
}

/// Where a node that both versions have leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TransitionChange {
    /// The node's name now.
    pub from: String,
    /// On what; `None` where nothing is asked.
    pub on: Option<String>,
    /// On what a call went there before; `None` unless only that has changed.
    pub on_before: Option<String>,
    /// Where it led; `None` where it led nowhere.
    pub before: Option<String>,
    /// Where it leads; `None` where it leads nowhere.
    pub after: Option<String>,
    /// A shortest call that takes it: of this version, or of the one before where it is gone.
    pub path: Option<String>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What it was.
    pub before: String,
    /// What it is.
    pub after: String,
}

/// A finding that only one version has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingChange {
    /// Whether this version has it; otherwise the one before had it.
    pub is_new: bool,
    /// `error`, `warning` or `note`
    pub severity: &'static str,
    /// Its code.
    pub code: &'static str,
    /// What it says.
    pub message: String,
    /// The file and line that it is at.
    pub at: Option<String>,
}

/// What changed between two versions of a flow.
///
/// ```
/// use cxflowc::diff::{Version, compare, text};
///
/// let old = "flow \"A\"\nentry a\ndisclosure a { say \"This is Lakeside.\" }\na -> bye\ndisconnect bye\n";
/// let new = old.replace("Lakeside", "Seaside").replace("bye", "goodbye");
/// let (old, new) = (cxflowc::compile("a.cxflow", old), cxflowc::compile("a.cxflow", new));
/// let version = |compiled| Version { compiled, settings: &[] };
/// let diff = compare(version(&old), version(&new));
/// assert_eq!(diff.nodes[1].before.as_deref(), Some("bye"));
/// assert!(text(&diff).contains("This is [-Lakeside-]{+Seaside+}."));
/// ```
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct FlowDiff {
    /// Changes in what is promised, what is weaker first.
    pub compliance: Vec<ComplianceChange>,
    /// The rules whose verdicts have changed, what is weaker first.
    pub verdicts: Vec<VerdictChange>,
    /// Name, description and entry.
    pub flow: Vec<Detail>,
    /// The nodes that are new, gone, renamed or changed, in the order of this version.
    pub nodes: Vec<NodeChange>,
    /// Where nodes of both versions lead to.
    pub transitions: Vec<TransitionChange>,
    /// How many paths there are, where that has changed.
    pub paths: Option<Change>,
    /// The findings that only one version has, except those that say what the verdicts say.
    pub findings: Vec<FindingChange>,
}

impl FlowDiff {
    /// Whether nothing has changed.
    pub fn is_empty(&self) -> bool {
        self.compliance.is_empty()
            && self.verdicts.is_empty()
            && self.flow.is_empty()
            && self.nodes.is_empty()
            && self.transitions.is_empty()
            && self.findings.is_empty()
    }

    /// Whether something promises less than before.
    pub fn is_weaker(&self) -> bool {
        let effects = self.compliance.iter().map(|one| one.effect);
        effects.chain(self.verdicts.iter().map(|one| one.effect)).any(|effect| effect == Effect::Weaker)
    }
}

/// Compares two versions of a flow.
pub fn compare(before: Version<'_>, after: Version<'_>) -> FlowDiff {
    let (old, new) = (&before.compiled.flow, &after.compiled.flow);
    let pairs = pairs::Pairs::of(old, new);
    let paths = |compiled: &Compiled| match Figures::of(&compiled.flow).paths {
        Some((count, _)) => count.to_string(),
        None => "no end of them".to_owned(),
    };
    let paths = Change { before: paths(before.compiled), after: paths(after.compiled) };
    let mut diff = FlowDiff {
        compliance: compliance::changes(before, after, &pairs),
        verdicts: verdicts::changes(before, after, &pairs),
        flow: header(before.compiled, after.compiled, &pairs),
        nodes: nodes::changes(old, new, &pairs),
        transitions: transitions::changes(old, new, &pairs),
        paths: None,
        findings: findings::changes(before.compiled, after.compiled),
    };
    // The same branch in two lines makes two paths, and changes nothing.
    if paths.before != paths.after
        && !(diff.nodes.is_empty() && diff.transitions.is_empty() && diff.flow.is_empty())
    {
        diff.paths = Some(paths);
    }
    diff
}

/// What a flow that is new allows or breaks: its waivers, and the rules that it does not keep.
pub fn introduced(flow: &Compiled) -> FlowDiff {
    FlowDiff {
        compliance: compliance::introduced(flow),
        verdicts: verdicts::introduced(flow),
        ..FlowDiff::default()
    }
}

/// What has changed of the flow as a whole.
fn header(before: &Compiled, after: &Compiled, pairs: &pairs::Pairs) -> Vec<Detail> {
    let (old, new) = (&before.flow, &after.flow);
    let text = |text: &Option<crate::flow::Text>| Some(text.as_ref()?.value.as_deref()?.to_owned());
    let mut details = vec![
        Detail { what: "name".to_owned(), before: text(&old.name), after: text(&new.name) },
        Detail {
            what: "description".to_owned(),
            before: text(&old.description),
            after: text(&new.description),
        },
    ];
    if old.entry.and_then(|entry| pairs.after(entry)) != new.entry || old.entry.is_none() {
        let id = |flow: &crate::flow::Flow| Some(crate::spelling::display_id(&flow.nodes[flow.entry?].id));
        details.push(Detail { what: "entry".to_owned(), before: id(old), after: id(new) });
    }
    details.extend(hours(old, new));
    let dispositions = |flow: &crate::flow::Flow| {
        let declared = flow.dispositions.rows().iter().filter(|row| row.declared);
        let names: Vec<&str> = declared.map(|row| &*row.name).collect();
        (!names.is_empty()).then(|| names.join(", "))
    };
    details.push(Detail {
        what: "dispositions".to_owned(),
        before: dispositions(old),
        after: dispositions(new),
    });
    details.extend(times(old, new));
    details.retain(|one| one.before != one.after);
    details
}

/// How long the values of contact fields and variables take to speak in both versions, by their names.
fn times(old: &crate::flow::Flow, new: &crate::flow::Flow) -> Vec<Detail> {
    let lasts = |flow: &crate::flow::Flow, name: &str| {
        flow.contact_times.get(name).map(|&time| crate::spelling::display_duration(time))
    };
    let mut names: Vec<&str> =
        old.contact_times.keys().chain(new.contact_times.keys()).map(|name| &**name).collect();
    names.sort_unstable();
    names.dedup();
    let detail = |name: &str| Detail {
        what: format!("lasts of {name}"),
        before: lasts(old, name),
        after: lasts(new, name),
    };
    names.into_iter().map(detail).collect()
}

/// The opening hours of both versions, by their names.
fn hours(old: &crate::flow::Flow, new: &crate::flow::Flow) -> Vec<Detail> {
    let words = |flow: &crate::flow::Flow, name: &str| {
        flow.hours.rows().iter().find(|hours| &*hours.name == name).map(ToString::to_string)
    };
    let mut names: Vec<&str> =
        old.hours.rows().iter().chain(new.hours.rows()).map(|hours| &*hours.name).collect();
    names.sort_unstable();
    names.dedup();
    let detail = |name: &str| Detail {
        what: format!("hours {name}"),
        before: words(old, name),
        after: words(new, name),
    };
    names.into_iter().map(detail).collect()
}
