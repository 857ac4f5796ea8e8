//! The facts whose mistake is already reported.

use rustc_hash::FxHashSet;

use crate::diagnostics::Severity;

/// The facts whose mistake is already reported, so that no rule reports it again.
#[derive(Debug, Default)]
pub struct Reported<'a> {
    /// No rule that depends on it is reported as undecided.
    pub undecided: FxHashSet<&'a str>,
    /// No rule that requires it is reported as broken: the finding is an error.
    pub broken: FxHashSet<&'a str>,
}

impl<'a> Reported<'a> {
    /// Notes a fact and how much its finding matters.
    pub fn add(&mut self, fact: &'a str, severity: Severity) {
        self.undecided.insert(fact);
        if severity == Severity::Error {
            self.broken.insert(fact);
        }
    }
}
