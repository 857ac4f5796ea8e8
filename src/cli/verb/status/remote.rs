//! `--remote`: whether the platform has what the lock says.

use std::time::Duration;

use crate::cli::console::secrets;
use crate::cli::deployment::fingerprint::{Fingerprint, canonical};
use crate::cli::deployment::flow_lock::LockedFlow;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cli::{ExitStatus, Failure};
use crate::cxone::{Client, Deadline, FlowLookup, Problem, Tenant};

/// What the platform says of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remote {
    /// It has what was submitted.
    Same,
    /// It has something else.
    Differs,
    /// It has the flow, and does not show what it is.
    There,
    /// It has no such flow.
    Absent,
    /// It does not show flows.
    NotShown,
    /// It did not say.
    Unanswered,
    /// Somebody ended the command first.
    Interrupted,
}

impl Remote {
    pub fn text(self) -> &'static str {
        match self {
            Self::Same => "the platform has it",
            Self::Differs => "the platform has another version, which did not come from here",
            Self::There => "the platform has the flow, and does not show which version",
            Self::Absent => "the platform does not have it any more",
            Self::NotShown => "the platform does not show its flows",
            Self::Unanswered => "the platform did not say",
            Self::Interrupted => "interrupted before the platform said",
        }
    }

    pub fn word(&self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Differs => "differs",
            Self::There => "there",
            Self::Absent => "absent",
            Self::NotShown => "not_shown",
            Self::Unanswered => "unanswered",
            Self::Interrupted => "interrupted",
        }
    }

    pub fn status(self) -> ExitStatus {
        match self {
            Self::Same | Self::There | Self::NotShown => ExitStatus::Done,
            Self::Differs | Self::Absent => ExitStatus::Wanting,
            Self::Unanswered => ExitStatus::Platform,
            Self::Interrupted => ExitStatus::Interrupted,
        }
    }
}

/// Asks the platform, and keeps what went wrong.
#[derive(Default)]
pub struct PlatformQuery {
    /// One client for all flows, which share its token.
    client: Option<Client>,
    pub problems: Vec<Problem>,
    /// Whether somebody ended the command.
    is_cut: bool,
}

impl PlatformQuery {
    /// What the platform says of an entry; nothing where the lock knows of no flow.
    pub fn ask(
        &mut self,
        tenant: &Tenant,
        entry: &LockedFlow,
        timeout: Duration,
    ) -> Result<Option<Remote>, Failure> {
        let Some(there) = &entry.in_place else { return Ok(None) };
        if self.is_cut {
            return Ok(Some(Remote::Interrupted));
        }
        // What failed for one flow, such as a sign-in, is not tried again for each.
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
        let ended = runtime::run(1, client.flow(&there.flow_id, Deadline::after(timeout), &()))?;
        self.is_cut = matches!(ended, WorkEnd::Interrupted);
        Ok(Some(match ended {
            WorkEnd::Interrupted => Remote::Interrupted,
            WorkEnd::Done(Err(problem)) => self.failed(problem),
            WorkEnd::Done(Ok(FlowLookup::Absent)) => Remote::Absent,
            WorkEnd::Done(Ok(FlowLookup::NotShown)) => Remote::NotShown,
            WorkEnd::Done(Ok(FlowLookup::Shown(None))) => Remote::There,
            WorkEnd::Done(Ok(FlowLookup::Shown(Some(payload)))) => {
                let is_same = match &there.canonical_sha256 {
                    Some(known) => canonical(payload).to_string() == *known,
                    // An older lock knows the hash of bytes alone.
                    None => Fingerprint::of(payload.to_string().as_bytes()).is(&there.payload_sha256, None),
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
