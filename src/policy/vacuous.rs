//! Why a rule has nothing to check in a flow.

use fixedbitset::FixedBitSet;
use jiff::civil::Date;

use super::path_graph::PathGraph;
use super::selection::{Index, OccurrenceRange, Selection};
use super::wording::selector;
use crate::flow::Flow;
use crate::flow::policy::fact_value;
use crate::flow::policy::{Selector, Value};

/// Why a rule has nothing to say of a flow.
#[derive(Debug, Clone, PartialEq)]
pub enum Vacuous {
    /// Its `when` is not met.
    Fact {
        /// The fact that it depends on.
        fact: Box<str>,
        /// What the flow states.
        value: Option<Value>,
    },
    /// It is not in force yet.
    From(Date),
    /// It is no longer in force.
    Until(Date),
    /// Nothing in the flow is what it speaks of.
    Absent(Selector),
    /// No call comes to what it speaks of.
    Unreached(Selector),
    /// The rule excepts all that it would speak of.
    Excepted(Selector),
    /// No prompt is repeated.
    NoRetries,
    /// No path has the one after the other that a time is measured between.
    NoneBetween,
    /// The same, and paths have them the other way round.
    OtherWayRound,
    /// What has to come before or after something is part of the same step everywhere.
    WithinOneStep(Selector),
}

/// The kinds of reasons, as people count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VacuousKind {
    /// The flow is none that the rule is for: a fact or a date says so.
    DoesNotApply,
    /// The rule is for the flow, and what it speaks of does not occur.
    NothingToSpeakOf,
    /// One step does all that the rule wants to be in order.
    WithinOneStep,
}

impl VacuousKind {
    /// Every kind, in the order in which they are counted.
    pub const ALL: &[VacuousKind] = &[Self::DoesNotApply, Self::NothingToSpeakOf, Self::WithinOneStep];

    /// How it is said of one rule.
    pub fn words(self) -> &'static str {
        match self {
            Self::DoesNotApply => "does not apply",
            Self::NothingToSpeakOf => "nothing to speak of",
            Self::WithinOneStep => "kept within one step",
        }
    }

    /// How it is said of several rules.
    pub fn words_of_several(self) -> &'static str {
        match self {
            Self::DoesNotApply => "do not apply",
            Self::NothingToSpeakOf | Self::WithinOneStep => self.words(),
        }
    }
}

impl Vacuous {
    /// What kind of reason it is.
    pub fn kind(&self) -> VacuousKind {
        match self {
            Self::Fact { .. } | Self::From(_) | Self::Until(_) => VacuousKind::DoesNotApply,
            Self::Absent(_)
            | Self::Unreached(_)
            | Self::Excepted(_)
            | Self::NoRetries
            | Self::NoneBetween
            | Self::OtherWayRound => VacuousKind::NothingToSpeakOf,
            Self::WithinOneStep(_) => VacuousKind::WithinOneStep,
        }
    }

    /// What the rule speaks of and is not there, as the language writes it.
    pub fn selector(&self, flow: &Flow) -> Option<String> {
        match self {
            Self::Absent(of) | Self::Unreached(of) | Self::Excepted(of) | Self::WithinOneStep(of) => {
                Some(selector(flow, of))
            }
            _ => None,
        }
    }

    /// The reason with its kind, one sentence without a full stop.
    pub fn in_words(&self, flow: &Flow) -> String {
        let of = self.selector(flow).unwrap_or_default();
        let why = match self {
            Self::Fact { fact, value } => {
                format!("`{fact}` is {}", value.as_ref().map(fact_value).unwrap_or_default())
            }
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

/// Why a selector picks nothing that a call comes to. `required` is what the rule wants with it.
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

/// Why there is no stretch of a path from the one to the other.
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

/// Whether a step that a call comes to, or an alternative of a transition, belongs to both.
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
            let mut alternatives = graph.flow.transitions[id].alternatives();
            alternatives.any(|number| one.takes_alternative(number) && other.takes_alternative(number))
        }
    })
}
