//! Problems with the platform.

use super::refusal::{Complaint, Refusal};
use crate::diagnostics::{Code, Diagnostic};

/// What went wrong, with its code, and what to do about it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// CX901 to CX913, CX920 to CX925.
    pub code: &'static Code,
    /// What happened, in one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// The platform's complaints about the payload.
    pub complaints: Box<[Complaint]>,
    /// The job that continues without us, if one does.
    pub job: Option<String>,
    /// Whether that job has ended after all, so that there is nothing to follow.
    pub has_ended: bool,
    /// Other parts of the answer, which were not understood.
    pub beside: Option<Box<str>>,
    /// Whether it is certain that the platform did not accept what was to be created or changed. A request
    /// that only reads settles nothing.
    pub is_settled: bool,
    /// Whether the platform does not know what was requested.
    pub is_absent: bool,
}

impl Problem {
    /// A problem without complaints about the payload.
    pub fn new(code: &'static Code, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            help: help.into(),
            complaints: Box::default(),
            job: None,
            has_ended: false,
            beside: None,
            is_settled: false,
            is_absent: false,
        }
    }

    /// Adds the platform's complaints.
    pub fn with(mut self, complaints: Vec<Complaint>) -> Self {
        self.complaints = complaints.into();
        self
    }

    /// Adds the rest of a refusal: nothing was accepted.
    pub fn refused(mut self, refusal: Refusal) -> Self {
        self.beside = refusal.other_members().map(String::into_boxed_str);
        self.complaints = refusal.complaints.into();
        self.is_settled = true;
        self
    }

    /// Adds the job that continues.
    pub fn job(mut self, id: &str) -> Self {
        self.job = Some(id.to_owned());
        self
    }

    /// The message with the platform's first reasons, on one line for a log.
    pub fn log_text(&self) -> String {
        /// How many reasons are included.
        const MAX_REASONS: usize = 3;
        let reasons: Vec<String> =
            self.complaints.iter().take(MAX_REASONS).map(Complaint::with_subject).collect();
        if reasons.is_empty() {
            self.message.clone()
        } else {
            format!("{}: {}", self.message, reasons.join("; "))
        }
    }

    /// The problem as a finding without a place in a text.
    pub fn finding(&self) -> Diagnostic {
        let mut finding = Diagnostic::unplaced(self.code, self.message.clone()).help(self.help.clone());
        finding.notes.extend(self.beside.as_deref().map(str::to_owned));
        finding
    }
}
