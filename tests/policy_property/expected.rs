//! The verdict that a rule should have, and whether the compiler gives it.

use cxflowc::flow::NodeId;
use cxflowc::policy::{Path, PathElement, RuleVerdict, VacuousKind, Violation};

/// What may be shown of what breaks a rule.
#[derive(Debug, PartialEq)]
pub struct Shown {
    pub path: Option<Path>,
    pub place: PathElement,
    pub estimated: bool,
}

/// What a rule comes to.
#[derive(Debug, PartialEq)]
pub enum Expected {
    Holds {
        estimated: bool,
    },
    Vacuous(VacuousKind),
    Unknown,
    Violated {
        at: Vec<NodeId>,
        found: Option<u64>,
        /// One of these is.
        shown: Vec<Shown>,
    },
}

impl Expected {
    pub const NOTHING: Expected = Expected::Vacuous(VacuousKind::NothingToCheck);
    pub const HOLDS: Expected = Expected::Holds { estimated: false };

    /// Whether a verdict is this one.
    pub fn is(&self, verdict: &RuleVerdict) -> bool {
        match (self, verdict) {
            (Self::Holds { estimated }, RuleVerdict::Holds { estimated: told }) => estimated == told,
            (Self::Vacuous(kind), RuleVerdict::Vacuous(why)) => *kind == why.kind(),
            (Self::Unknown, RuleVerdict::Unknown(missing)) => !missing.what.is_empty(),
            (Self::Violated { .. }, RuleVerdict::Violated(told)) => self.is_left(Some(told)),
            _ => false,
        }
    }

    /// Whether this is what breaks the rule, or nothing does.
    pub fn is_left(&self, left: Option<&Violation>) -> bool {
        match (self, left) {
            (Self::Violated { at, found, shown }, Some(told)) => {
                let is_told = |one: &Shown| {
                    (&one.path, Some(one.place), one.estimated) == (&told.path, told.place, told.estimated)
                };
                (at, found) == (&told.at, &told.found) && shown.iter().any(is_told)
            }
            (Self::Violated { .. }, None) => false,
            (_, left) => left.is_none(),
        }
    }

    /// Whether a limit is broken at least as far as is told.
    pub fn is_broken_as_far_as(&self, told: &Violation) -> bool {
        matches!(self, Self::Violated { found, .. } if told.found.is_some() && told.found <= *found)
    }

    /// The nodes at which the rule is broken.
    pub fn at(&self) -> &[NodeId] {
        match self {
            Self::Violated { at, .. } => at,
            _ => &[],
        }
    }
}
