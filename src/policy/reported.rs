//! Facts whose mistakes are already reported.

use rustc_hash::FxHashSet;

use crate::diagnostics::Severity;

/// Facts that are already reported, so that no rule reports them again.
#[derive(Debug, Default)]
pub struct Reported<'a> {
    /// Rules that depend on these are not reported as undecided.
    pub undecided: FxHashSet<&'a str>,
    /// Rules that require these are not reported as broken, since the finding is an error.
    pub broken: FxHashSet<&'a str>,
    /// Facts that a rule misspells, so that these are not reported as stated in vain.
    pub meant: FxHashSet<&'a str>,
}

impl<'a> Reported<'a> {
    /// Records a fact and the severity of its finding.
    pub fn add(&mut self, fact: &'a str, severity: Severity) {
        self.undecided.insert(fact);
        if severity == Severity::Error {
            self.broken.insert(fact);
        }
    }
}
