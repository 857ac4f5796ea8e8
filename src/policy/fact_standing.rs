//! Who vouches for the facts that a flow states.

use jiff::civil::Date;

use super::decisions::counts;
use crate::flow::Flow;
use crate::flow::policy::{Fact, Rule};

/// Whether somebody vouches for a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactStanding {
    /// Somebody does.
    Vouched,
    /// Somebody did, and the last day is over.
    Ended,
    /// Nobody does, or in words that say nothing, and a rule uses it.
    Open,
    /// Nobody does, or in words that say nothing, and no rule uses it.
    Unused,
}

impl FactStanding {
    /// Of a fact of a flow on a day.
    pub fn of(flow: &Flow, fact: &Fact, on: Option<Date>) -> Self {
        match &fact.evidence {
            Some(evidence) if evidence.has_ended(on) => Self::Ended,
            Some(evidence) if counts(evidence, on) => Self::Vouched,
            _ if is_used(flow, &fact.name) => Self::Open,
            _ => Self::Unused,
        }
    }

    /// It as a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Vouched => "vouched",
            Self::Ended => "ended",
            Self::Open => "open",
            Self::Unused => "unused",
        }
    }
}

/// Whether a rule of a policy that applies uses a fact.
fn is_used(flow: &Flow, fact: &str) -> bool {
    // In a library no rule is judged.
    let policies = flow.policies.iter().filter(|_| !flow.is_library());
    policies.flat_map(|policy| &policy.rules).flat_map(Rule::facts).any(|used| used == fact)
}
