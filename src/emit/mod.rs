//! What flows are written as: a target each.
//!
//! A target says what of a flow it cannot say, and writes the rest. A new one is a file or a folder here, a line in
//! [`ALL`], and an arm in `Settings::target`, which gives it its settings.

pub mod flows;
pub mod studio;

use std::fmt::Debug;
use std::io::{self, Write};

use crate::diagnostics::Diagnostics;
use crate::flow::{Flow, NodeId, VariableId};

/// What is known of a target without its settings.
#[derive(Debug, PartialEq, Eq)]
pub struct TargetFacts {
    /// Its name on the command line and in settings.
    pub name: &'static str,
    /// What it writes.
    pub about: &'static str,
    /// Whether `[platform]` says which words the platform takes.
    pub has_platform_words: bool,
    /// How long a call may be held until it is known whether a person or a machine answered, in milliseconds.
    pub detection: u64,
}

/// Something that flows are written as, with its settings.
pub trait Target: Debug + Send + Sync {
    /// What is known of it.
    fn facts(&self) -> &'static TargetFacts;

    /// Reports what it cannot say of a flow, each at its place.
    fn check(&self, flow: &Flow, diagnostics: &mut Diagnostics);

    /// Writes a flow without errors: with indentation, or on one line if `compact`.
    ///
    /// # Errors
    ///
    /// Those of `out`.
    fn write(&self, flow: &Flow, compact: bool, out: &mut dyn Write) -> io::Result<()>;

    /// Whether somebody is on the line. What a target makes of a flow may run before a call is placed, and then no policy
    /// applies to it: policies are about calls.
    fn takes_calls(&self, _flow: &Flow) -> bool {
        true
    }

    /// The nodes that begin by themselves when something happens, though nothing leads to them.
    fn begins(&self, _flow: &Flow) -> Vec<NodeId> {
        Vec::new()
    }

    /// The variables that parts of what it writes read, though no step of the flow does.
    fn reads(&self, _flow: &Flow) -> Vec<VariableId> {
        Vec::new()
    }

    /// The ids by which a platform may name a part of what it writes for a flow, each with the node that the part
    /// belongs to. None if a platform names the nodes themselves.
    fn node_ids(&self, _flow: &Flow) -> Vec<(String, NodeId)> {
        Vec::new()
    }
}

/// Every target, the default first.
pub const ALL: &[&TargetFacts] = &[&flows::FACTS, &studio::FACTS];
