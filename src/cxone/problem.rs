//! Why something could not be done on the platform.

use super::answer::Complaint;
use crate::diagnostics::{Code, Diagnostic};

/// What went wrong, with its code, and what to do about it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// CX901 to CX910.
    pub code: &'static Code,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// What the platform found wrong with the payload.
    pub complaints: Vec<Complaint>,
    /// The job that goes on without us, if one does.
    pub job: Option<String>,
}

impl Problem {
    /// A problem without complaints about the payload.
    pub fn new(code: &'static Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: help.into(), complaints: Vec::new(), job: None }
    }

    /// With what the platform found wrong.
    pub fn with(mut self, complaints: Vec<Complaint>) -> Self {
        self.complaints = complaints;
        self
    }

    /// With the job that goes on.
    pub fn job(mut self, id: &str) -> Self {
        self.job = Some(id.to_owned());
        self
    }

    /// The problem as a finding that is about no place in a text.
    pub fn finding(&self) -> Diagnostic {
        Diagnostic::unplaced(self.code, self.message.clone()).help(self.help.clone())
    }
}
