//! Why something could not be done on the platform.

use super::refusal::{Complaint, Refusal};
use crate::diagnostics::{Code, Diagnostic};

/// What went wrong, with its code, and what to do about it.
#[derive(Debug, Clone)]
pub struct Problem {
    /// CX901 to CX913.
    pub code: &'static Code,
    /// What happened, one sentence without a full stop.
    pub message: String,
    /// What to do about it.
    pub help: String,
    /// What the platform found wrong with the payload.
    pub complaints: Box<[Complaint]>,
    /// The job that goes on without us, if one does.
    pub job: Option<String>,
    /// Whether that job has come to its end after all, so that there is nothing to follow.
    pub has_ended: bool,
    /// What else the platform says, which was not understood.
    pub beside: Option<Box<str>>,
    /// Whether it is certain that the platform did not take what was to be created or changed. A request
    /// that only asks settles nothing.
    pub is_settled: bool,
    /// Whether the platform does not know what was asked for.
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

    /// With what the platform found wrong.
    pub fn with(mut self, complaints: Vec<Complaint>) -> Self {
        self.complaints = complaints.into();
        self
    }

    /// With what else a refusal says: nothing was taken.
    pub fn refused(mut self, refusal: Refusal) -> Self {
        self.beside = refusal.other_members().map(String::into_boxed_str);
        self.complaints = refusal.complaints.into();
        self.is_settled = true;
        self
    }

    /// With the job that goes on.
    pub fn job(mut self, id: &str) -> Self {
        self.job = Some(id.to_owned());
        self
    }

    /// What happened, with the platform's first reasons: for a log, which has one line for it.
    pub fn log_text(&self) -> String {
        /// How many are told.
        const MOST: usize = 3;
        let reasons: Vec<String> = self.complaints.iter().take(MOST).map(Complaint::with_subject).collect();
        if reasons.is_empty() {
            self.message.clone()
        } else {
            format!("{}: {}", self.message, reasons.join("; "))
        }
    }

    /// The problem as a finding that is about no place in a text.
    pub fn finding(&self) -> Diagnostic {
        let mut finding = Diagnostic::unplaced(self.code, self.message.clone()).help(self.help.clone());
        finding.notes.extend(self.beside.as_deref().map(str::to_owned));
        finding
    }
}
