//! Why a rule has nothing to check in a flow.

use fixedbitset::FixedBitSet;
use jiff::civil::Date;

use super::path_graph::PathGraph;
use super::selection::{OccurrenceRange, Selection};
use super::selection_index::Index;
use super::wording::selector;
use crate::diagnostics::list_of;
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Selector, Value};

/// Why a rule has nothing to check in a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Vacuous {
    /// Its `when` is not met by these facts, each with the value that the flow states.
    Facts(Vec<(Box<str>, Option<Value>)>),
    /// Facts of the flow exempt it, for this reason.
    Exempt(Box<str>),
    /// It is not in force yet.
    From(Date),
    /// It is no longer in force.
    Until(Date),
    /// Its subject does not occur in the flow.
    Absent(Selector),
    /// No call reaches its subject.
    Unreached(Selector),
    /// The rule excepts everything that would be its subject.
    Excepted(Selector),
    /// No prompt is repeated.
    NoRetries,
    /// No path contains both ends of the time that it measures, in this order.
    NoneBetween,
    /// As `NoneBetween`, but paths contain them in reverse order.
    OtherWayRound,
    /// What must come before or after the subject is part of the same step everywhere.
    WithinOneStep(Selector),
}

/// The kinds of reasons, by which summaries count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VacuousKind {
    /// The rule is not for this flow, because of a fact or a date.
    DoesNotApply,
    /// The rule exempts this flow, because of a fact.
    Exempt,
    /// The rule is for this flow, but its subject does not occur.
    NothingToCheck,
    /// One step does all that the rule wants to be in order.
    WithinOneStep,
}

impl VacuousKind {
    /// Every kind, in the order in which they are counted.
    pub const ALL: &[VacuousKind] =
        &[Self::DoesNotApply, Self::Exempt, Self::NothingToCheck, Self::WithinOneStep];

    /// The words for one rule.
    pub fn words(self) -> &'static str {
        match self {
            Self::DoesNotApply => "does not apply",
            Self::Exempt => "exempt",
            Self::NothingToCheck => "nothing to check",
            Self::WithinOneStep => "kept within one step",
        }
    }

    /// The words for several rules.
    pub fn words_of_several(self) -> &'static str {
        match self {
            Self::DoesNotApply => "do not apply",
            Self::Exempt | Self::NothingToCheck | Self::WithinOneStep => self.words(),
        }
    }
}

impl Vacuous {
    /// The kind of this reason.
    pub fn kind(&self) -> VacuousKind {
        match self {
            Self::Facts(_) | Self::From(_) | Self::Until(_) => VacuousKind::DoesNotApply,
            Self::Exempt(_) => VacuousKind::Exempt,
            Self::Absent(_)
            | Self::Unreached(_)
            | Self::Excepted(_)
            | Self::NoRetries
            | Self::NoneBetween
            | Self::OtherWayRound => VacuousKind::NothingToCheck,
            Self::WithinOneStep(_) => VacuousKind::WithinOneStep,
        }
    }

    /// The missing subject of the rule, as the language writes it.
    pub fn selector(&self, flow: &Flow) -> Option<String> {
        match self {
            Self::Absent(of) | Self::Unreached(of) | Self::Excepted(of) | Self::WithinOneStep(of) => {
                Some(selector(flow, of))
            }
            _ => None,
        }
    }

    /// The reason with its kind, as one sentence without a full stop.
    pub fn in_words(&self, flow: &Flow) -> String {
        let of = self.selector(flow).unwrap_or_default();
        let why = match self {
            Self::Facts(facts) => {
                let words: Vec<String> = facts
                    .iter()
                    .map(|(fact, value)| {
                        format!("`{fact}` is {}", value.as_ref().map(fact_value).unwrap_or_default())
                    })
                    .collect();
                list_of(&words, "and")
            }
            Self::Exempt(because) => because.to_string(),
            Self::From(date) => format!("in force from {date}"),
            Self::Until(date) => format!("in force until {date}"),
            Self::Absent(_) => format!("`{of}` occurs nowhere"),
            Self::Unreached(_) => format!("no call comes to `{of}`"),
            Self::Excepted(_) => format!("the rule excepts everything that `{of}` could be"),
            Self::NoRetries => "no prompt is repeated".to_owned(),
            Self::NoneBetween => "no path has both ends of what it measures".to_owned(),
            Self::OtherWayRound => "what it measures to comes before what it measures from".to_owned(),
            Self::WithinOneStep(_) => format!("no call comes to `{of}` by itself"),
        };
        format!("{}: {why}", self.kind().words())
    }
}

/// Why a selector picks nothing that a call reaches. `required` is what the rule requires together with it.
pub fn of_selector(
    graph: &PathGraph<'_>,
    index: &Index<'_>,
    of: &Selector,
    required: Option<&Selector>,
) -> Vacuous {
    let without = of.without_exceptions();
    let picked = index.pick(&without);
    let with = required.filter(|_| without != *of).map(|required| index.pick(required));
    if with.is_some_and(|with| share_a_step(graph, &picked, &with)) {
        return Vacuous::WithinOneStep(of.clone());
    }
    if index.pick(of).all(graph).next().is_some() {
        return Vacuous::Unreached(of.clone());
    }
    if without == *of {
        return Vacuous::Absent(of.clone());
    }
    match (picked.reached(graph).next(), picked.all(graph).next()) {
        (Some(_), _) => Vacuous::Excepted(of.clone()),
        (None, Some(_)) => Vacuous::Unreached(without),
        (None, None) => Vacuous::Absent(without),
    }
}

/// Why no path leads from one selector to the other.
pub fn of_time(
    graph: &PathGraph<'_>,
    index: &Index<'_>,
    from: Option<&Selector>,
    to: Option<&Selector>,
) -> Vacuous {
    for of in [from, to].into_iter().flatten() {
        if index.pick(of).reached(graph).next().is_none() {
            return of_selector(graph, index, of, None);
        }
    }
    match (from, to) {
        (Some(from), Some(to)) if share_a_step(graph, &index.pick(from), &index.pick(to)) => {
            Vacuous::WithinOneStep(to.clone())
        }
        _ => Vacuous::NoneBetween,
    }
}

/// Whether both selections have a reachable step, or an alternative of a transition, in common.
fn share_a_step(graph: &PathGraph<'_>, one: &Selection, other: &Selection) -> bool {
    let mut steps = FixedBitSet::with_capacity(graph.steps());
    for occurrence in other.reached(graph) {
        if let OccurrenceRange::Steps(first, last) = occurrence.extent {
            steps.insert_range(first..last + 1);
        }
    }
    one.reached(graph).any(|occurrence| match occurrence.extent {
        OccurrenceRange::Steps(first, last) => (first..=last).any(|step| steps.contains(step)),
        OccurrenceRange::Taken(id) => {
            let mut alternatives = graph.ways(id);
            alternatives.any(|number| one.takes_alternative(number) && other.takes_alternative(number))
        }
    })
}
