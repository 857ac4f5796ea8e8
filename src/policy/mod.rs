//! Policies: what they demand is decided over all paths, and what breaks a rule is shown as one.
//!
//! A path is a sequence of transitions from the entry. It is *complete* where it stops at a node
//! that ends the call, whether or not that node has outcome branches, which other paths go on by.
//! A policy sees a path as **points** in a row: each action of each node, in order (a node without
//! any is one), and between two nodes the transition taken.
//!
//! A selector picks **occurrences** on a path, each a run of points:
//! - a kind, `=NODE` and a tag of a node: all steps of that node, as one occurrence;
//! - a tag of an action: that step; `any`: each step;
//! - `=NODE on CONDITION`: the point of one of the node's transitions with one of these alternatives;
//! - `|`, `&` and `not` combine what is picked of each node. A node's kind, its name, its own tags
//!   and the tags that none of its actions bears decide for all of its steps at once: where they are
//!   enough to pick the node, it is one occurrence; where they are not, each step that fits is one.
//!   `not` picks steps, never transitions.
//!
//! One occurrence is before another if it is over before the other begins.

mod agent_calls;
mod ahead;
pub mod codes;
mod conflicts;
mod contradictions;
mod decisions;
mod double_decisions;
mod evaluator;
mod expects;
mod fact_order;
mod fact_standing;
mod facts;
mod far_facts;
mod findings;
mod header_tags;
mod idle_decisions;
mod idle_facts;
mod idle_limits;
mod idle_rules;
mod idle_tags;
mod idle_times;
mod instances;
mod judge;
mod kept_by;
mod limits;
mod looked_for;
mod measured;
mod mismatch;
mod missing_tags;
mod misspelt_facts;
mod misspelt_tags;
mod names;
mod needed;
mod never_met;
mod obligations;
mod open_time;
mod order;
mod path_graph;
mod reason;
mod refined;
mod reported;
mod retries;
mod rule_doc;
mod same_path;
mod search;
mod sees_nothing;
mod selection;
mod selection_index;
mod short_lasts;
mod spoken_tags;
mod step_time;
mod time;
mod unknown_names;
mod unquoted;
mod vacuous;
mod violation;
mod weak_reasons;
mod witness;
mod wording;

pub use decisions::{LongestWaiver, counts};
pub(crate) use decisions::{names_nobody, says_nothing};
pub use fact_standing::FactStanding;
pub use findings::{report, report_withheld};
pub use judge::judge;
pub use measured::measured_steps;
pub use missing_tags::{MissingTag, missing_tags};
pub use misspelt_tags::{KnownTags, of_flow as misspelt_tags};
pub use needed::needed;
pub use obligations::{Obligation, obligations};
pub use reason::reason;
pub use rule_doc::{RuleDoc, STATUSES, comment_on};
pub use short_lasts::report as report_short_lasts;
pub use spoken_tags::{is_wordless, is_wordless_node, spoken_tags};
pub use step_time::{spoken as spoken_time, spoken_text as spoken_text_time};
pub use vacuous::{Vacuous, VacuousKind};
pub use violation::paragraphs;
pub use witness::{Witness, witness};
pub use wording::{meanings, selector_with_names};

use rustc_hash::FxHashSet;

use crate::flow::{Flow, NodeId, TransitionId};
use crate::source::Span;
use crate::speech::TimeBounds;

/// The nodes at which a rule is waived.
type Waived = FxHashSet<NodeId>;

/// A rule with its verdict.
///
/// ```
/// let text = "flow \"A\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\" }\n\
///             notice -> bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("a.cxflow", text);
/// for judged in &compiled.judged {
///     let policy = &compiled.flow.policies[judged.policy];
///     println!("{}/{}: {}", policy.name, policy.rules[judged.rule].name, judged.verdict.word());
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct JudgedRule {
    /// The policy, as an index into the flow's.
    pub policy: usize,
    /// The rule, as an index into the policy's.
    pub rule: usize,
    /// The verdict on it.
    pub verdict: RuleVerdict,
    /// The waivers that cover something that breaks it, as indices into the flow's.
    pub waivers: Vec<usize>,
    /// The attestations of it that count, as indices into the flow's. Only an obligation has any.
    pub attestations: Vec<usize>,
    /// What breaks it despite the waivers.
    pub left: Option<Violation>,
    /// What is missing to decide it, if it is not waived.
    pub open: Option<MissingFact>,
}

impl JudgedRule {
    /// Whether waivers cover everything that breaks it, or that it cannot be decided.
    pub fn is_waived(&self) -> bool {
        !self.waivers.is_empty() && self.left.is_none() && self.open.is_none()
    }

    /// Whether somebody attests that this obligation is met.
    pub fn is_attested(&self) -> bool {
        !self.attestations.is_empty()
    }

    /// What is known of it, as a word: `waived`, `attested`, `unknown` where a part is open, or the verdict's word.
    pub fn word(&self) -> &'static str {
        match self {
            _ if self.is_waived() => "waived",
            _ if self.is_attested() => "attested",
            Self { open: Some(_), .. } => "unknown",
            _ => self.verdict.word(),
        }
    }

    /// What breaks it: the part that is not waived, or everything if all of it is waived.
    pub fn violation(&self) -> Option<&Violation> {
        match &self.verdict {
            RuleVerdict::Violated(all) => Some(self.left.as_ref().unwrap_or(all)),
            _ => None,
        }
    }

    /// Whether the verdict depends on estimated times.
    pub fn is_estimated(&self) -> bool {
        match &self.verdict {
            RuleVerdict::Holds { estimated } => *estimated,
            _ => self.violation().is_some_and(|violation| violation.estimated),
        }
    }
}

/// The verdict on a rule over every path of a flow.
///
/// ```
/// use cxflowc::RuleVerdict;
///
/// let text = "flow \"A\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\" }\n\
///             notice -> bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("a.cxflow", text);
/// let is_kept = |one: &RuleVerdict| matches!(one, RuleVerdict::Holds { .. } | RuleVerdict::Vacuous(_));
/// assert!(compiled.judged.iter().all(|one| is_kept(&one.verdict)));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum RuleVerdict {
    /// Every path keeps it.
    Holds {
        /// Whether this depends on estimated times.
        estimated: bool,
    },
    /// It has nothing to check in the flow, with the reason.
    Vacuous(Vacuous),
    /// Something breaks it.
    Violated(Violation),
    /// It cannot be decided from what the flow states.
    Unknown(MissingFact),
    /// A duty that the flow cannot show.
    Obligation,
    /// It was not checked, because the flow has other problems.
    Withheld(&'static str),
}

impl RuleVerdict {
    const HOLDS: RuleVerdict = RuleVerdict::Holds { estimated: false };

    /// The verdict as a word.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Holds { .. } => "holds",
            Self::Vacuous(_) => "vacuous",
            Self::Violated(_) => "violated",
            Self::Unknown(_) => "unknown",
            Self::Obligation => "obligation",
            Self::Withheld(_) => "withheld",
        }
    }
}

/// What is missing to decide a rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MissingFact {
    /// What is missing, as one sentence without a full stop.
    pub what: String,
    /// What to write.
    pub remedy: String,
    /// Where it is missing, if that is a place in the flow.
    pub span: Option<Span>,
    /// For a `limit`, the steps whose times leave it undecided, those with the most effect first.
    pub steps: Vec<OpenStep>,
    /// How many such steps are not listed.
    pub more_steps: usize,
}

/// A step whose time leaves a `limit` undecided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenStep {
    /// Its node.
    pub node: NodeId,
    /// Its action.
    pub span: Span,
    /// The bounds of how long it takes.
    pub bounds: TimeBounds,
    /// The label for its place.
    pub what: String,
}

/// What breaks a rule.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Violation {
    /// A path with the fewest transitions that breaks it; for a `limit`, one that reaches the maximum.
    /// `None` if no path is to blame, as for a fact or for something that occurs nowhere.
    pub path: Option<Path>,
    /// Where that path breaks it; for a `limit`, where the clock starts, or the first node that exceeds it.
    pub place: Option<PathElement>,
    /// The nodes at which it is broken, in order of declaration: where `then`, `earlier`, `from` or
    /// something forbidden occurs, or where a call ends without what every path needs. A rule about the
    /// whole flow is broken at the entry. A waiver names one of these.
    pub at: Vec<NodeId>,
    /// Whether the flow lacks what is required.
    pub absent: bool,
    /// Nodes that have what is required but that no call reaches.
    pub unreached: Vec<NodeId>,
    /// The number that was found, if the rule limits one: transitions, occurrences, retries or
    /// milliseconds. For an estimated time it is the lower bound.
    pub found: Option<u64>,
    /// Whether it depends on estimated times.
    pub estimated: bool,
    /// For a `limit` of time, the steps of the path that take the most time, the longest first.
    pub longest: Vec<TimedStep>,
}

/// A step that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimedStep {
    /// Its node.
    pub node: NodeId,
    /// How long it takes at least with all its tries, in milliseconds.
    pub least: u64,
    /// How often it is heard if nobody presses a key.
    pub tries: u64,
}

impl Violation {
    /// A violation at a place, without further details.
    fn at(place: PathElement, at: Vec<NodeId>) -> Self {
        Self { place: Some(place), at, ..Self::default() }
    }
}

/// A node, or a transition out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathElement {
    /// The node.
    pub node: NodeId,
    /// The transition, if it is one.
    pub transition: Option<TransitionId>,
}

/// A path from the entry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Path {
    /// The nodes, the entry first.
    pub nodes: Vec<NodeId>,
    /// The transitions between them.
    pub transitions: Vec<TransitionId>,
}

impl Path {
    /// Extends the path by a transition, and returns where it leads.
    fn take(&mut self, flow: &Flow, id: TransitionId) -> Option<NodeId> {
        let to = flow.transitions[id].to?;
        self.transitions.push(id);
        self.nodes.push(to);
        Some(to)
    }
}
