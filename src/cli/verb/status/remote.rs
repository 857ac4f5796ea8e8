//! `--remote`: compares the lock with what the platform has.

use std::time::Duration;

use crate::cli::console::secrets;
use crate::cli::deployment::fingerprint::{Fingerprint, canonical};
use crate::cli::deployment::flow_lock::LockedFlow;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cli::{ExitStatus, Failure};
use crate::cxone::{Client, Deadline, FlowLookup, Problem, Tenant};

/// The platform's state of a flow, compared with the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// It has what was submitted.
    Same,
    /// It has something else.
    Differs,
    /// It has the flow, but does not show its contents.
    Present,
    /// It has no such flow.
    Absent,
    /// It does not show flows.
    NotShown,
    /// It did not answer.
    Unanswered,
    /// Somebody ended the command first.
    Interrupted,
}

impl Remote {
    pub fn text(self) -> &'static str {
        match self {
            Self::Same => "the platform has it",
            Self::Differs => "the platform has another version, which was not submitted from here",
            Self::Present => "the platform has the flow, but does not show which version",
            Self::Absent => "the platform no longer has it",
            Self::NotShown => "the platform does not show its flows",
            Self::Unanswered => "the platform did not answer",
            Self::Interrupted => "interrupted before the platform answered",
        }
    }

    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::Present => "there",
            Self::Absent => "absent",
            Self::NotShown => "not_shown",
            Self::Unanswered => "unanswered",
            Self::Interrupted => "interrupted",
        }
    }

    pub fn status(self) -> ExitStatus {
        match self {
            Self::Same | Self::Present | Self::NotShown => ExitStatus::Done,
            Self::Differs | Self::Absent => ExitStatus::Wanting,
            Self::Unanswered => ExitStatus::Platform,
            Self::Interrupted => ExitStatus::Interrupted,
        }
    }
}

/// Queries the platform, and collects problems.
#[derive(Default)]
pub struct PlatformQuery {
    /// One client for all flows, which share its token.
    client: Option<Client>,
    pub problems: Vec<Problem>,
    /// Whether the user interrupted the command.
    is_interrupted: bool,
}

impl PlatformQuery {
    /// The platform's state of an entry; `None` if the lock has no flow in place.
    pub fn ask(
        &mut self,
        tenant: &Tenant,
        entry: &LockedFlow,
        timeout: Duration,
    ) -> Result<Option<Remote>, Failure> {
        let Some(in_place) = &entry.in_place else { return Ok(None) };
        if self.is_interrupted {
            return Ok(Some(Remote::Interrupted));
        }
        // A failure for one flow, such as a failed sign-in, is not repeated for each.
        if !self.problems.is_empty() {
            return Ok(Some(Remote::Unanswered));
        }
        if self.client.as_ref().is_none_or(|client| client.tenant().name() != tenant.name()) {
            match Client::new(tenant.clone(), &secrets::known_secrets()) {
                Ok(client) => self.client = Some(client),
                Err(problem) => return Ok(Some(self.failed(problem))),
            }
        }
        let Some(client) = &self.client else { return Ok(Some(Remote::Unanswered)) };
        let ended = runtime::run(1, client.flow(&in_place.flow_id, Deadline::after(timeout), &()))?;
        self.is_interrupted = matches!(ended, WorkEnd::Interrupted);
        Ok(Some(match ended {
            WorkEnd::Interrupted => Remote::Interrupted,
            WorkEnd::Done(Err(problem)) => self.failed(problem),
            WorkEnd::Done(Ok(FlowLookup::Absent)) => Remote::Absent,
            WorkEnd::Done(Ok(FlowLookup::NotShown)) => Remote::NotShown,
            WorkEnd::Done(Ok(FlowLookup::Shown(None))) => Remote::Present,
            WorkEnd::Done(Ok(FlowLookup::Shown(Some(payload)))) => {
                let is_same = match &in_place.canonical_sha256 {
                    Some(known) => canonical(payload).to_string() == *known,
                    // An older lock only has the hash of bytes.
                    None => Fingerprint::of(payload.to_string().as_bytes())
                        .matches(&in_place.payload_sha256, None),
                };
                if is_same { Remote::Same } else { Remote::Differs }
            }
        }))
    }

    fn failed(&mut self, problem: Problem) -> Remote {
        self.problems.push(problem);
        Remote::Unanswered
    }
}
