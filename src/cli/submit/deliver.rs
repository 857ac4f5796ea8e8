//! One payload's way: noted in the lock, handed over, followed until it is in place.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::parcel::Parcel;
use super::trail::{self, Trail, milliseconds};
use crate::audit::{Action, Context};
use crate::cli::Failure;
use crate::cli::flow_lock::{FlowLock, InPlace, Pending, Record};
use crate::cxone::answer::Job;
use crate::cxone::{Client, Deadline, Hears, Problem, codes};
use crate::metrics::Stage;

/// How a submission ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// The flow is in place.
    InPlace { flow_id: String, job: String },
    /// It was in place before, and nothing was sent.
    Unchanged { flow_id: String, since: String },
    /// The platform did not take it.
    Failed(Problem),
    /// None of the run's flows gets as far as the platform.
    Barred(Problem),
    /// Somebody ended the command first.
    Interrupted { job: Option<String> },
}

/// What all submissions of a run share.
pub struct Run {
    /// The platform.
    pub client: Client,
    /// How the first sign-in of the run went: what keeps one flow out keeps them all out.
    pub signed_in: OnceCell<Result<(), Problem>>,
    /// Whether unchanged flows are sent as well.
    pub force: bool,
    /// How long one submission may take.
    pub timeout: std::time::Duration,
    /// What stays of it.
    pub trail: Arc<Trail>,
}

/// One parcel, with what is its own.
pub struct Shipment {
    /// What is handed over.
    pub parcel: Parcel,
    /// Where it is noted; nowhere for a rehearsal.
    pub lock: Option<FlowLock>,
    /// What its lines in the audit log have in common.
    pub context: Arc<Context>,
    /// The job, once there is one, for whoever ends the command.
    pub job: Mutex<Option<String>>,
    /// Whether its end was told.
    pub told: Mutex<bool>,
}

/// What the lock asks for.
enum Plan {
    Nothing(InPlace),
    Send { key: String, job: Option<String>, replaces: Option<String> },
}

impl Run {
    /// Hands one payload over.
    pub async fn deliver(&self, shipment: &Shipment, hears: &dyn Hears) -> Result<Ending, Failure> {
        let plan = match &shipment.lock {
            Some(lock) => lock.change(|record| self.plan(record, &shipment.parcel))?,
            None => {
                Plan::Send { key: new_pending(&shipment.parcel).idempotency_key, job: None, replaces: None }
            }
        };
        let (key, job, replaces) = match plan {
            Plan::Nothing(there) => {
                return Ok(Ending::Unchanged { flow_id: there.flow_id, since: there.since });
            }
            Plan::Send { key, job, replaces } => (key, job, replaces),
        };
        let deadline = Deadline::after(self.timeout);
        let began = Instant::now();
        let signed_in = self.signed_in.get_or_init(|| self.client.sign_in(deadline, hears)).await.clone();
        let is_barred = signed_in.is_err();
        self.trail.took(Stage::Token, began.elapsed());
        // What fails before there is an answer fails what was to be done next.
        let next = if job.is_some() { Action::Persist } else { Action::Create };
        let resumed = match signed_in {
            Ok(()) => self.resume(job, deadline, hears).await,
            Err(problem) => Err(problem),
        };
        let job = match resumed {
            Ok(Some(job)) => job,
            Ok(None) => {
                let began = Instant::now();
                let replaces = replaces.as_deref();
                let created =
                    self.client.create(&shipment.parcel.payload, &key, replaces, deadline, hears).await;
                let took = began.elapsed();
                self.trail.took(Stage::Create, took);
                self.note(shipment, Action::Create, &created, took)?;
                match created {
                    Ok(job) => job,
                    Err(problem) => return self.failed(shipment, &key, problem),
                }
            }
            Err(problem) => {
                let failed = Err(problem.clone());
                self.note(shipment, next, &failed, began.elapsed())?;
                if is_barred {
                    return Ok(Ending::Barred(problem));
                }
                return self.failed(shipment, &key, problem);
            }
        };
        *shipment.job.lock().unwrap_or_else(PoisonError::into_inner) = Some(job.id.clone());
        self.pending(shipment, &key, |pending| pending.job = Some(job.id.clone()))?;
        let began = Instant::now();
        let ended = self.client.follow(job, deadline, hears).await;
        let took = began.elapsed();
        self.trail.took(Stage::Job, took);
        self.note(shipment, Action::Persist, &ended, took)?;
        match ended {
            Ok(Job { id, flow_id, .. }) => {
                let flow_id = flow_id.unwrap_or_default();
                self.in_place(shipment, &key, &flow_id)?;
                Ok(Ending::InPlace { flow_id, job: id })
            }
            Err(problem) => self.failed(shipment, &key, problem),
        }
    }

    /// What is to be done, noted before anything is sent: whatever breaks from here on, a rerun
    /// repeats the same order and not another.
    fn plan(&self, record: &mut Record, parcel: &Parcel) -> Plan {
        let hash = parcel.sha256.to_string();
        let Some(entry) = record.entry(self.client.tenant().name(), &parcel.flow) else {
            return Plan::Send { key: new_pending(parcel).idempotency_key, job: None, replaces: None };
        };
        let same = entry.in_place.as_ref().filter(|there| there.payload_sha256 == hash);
        // Another payload that was sent since may be in place by now, so that this one is sent again.
        let overtaken = entry.pending.as_ref().is_some_and(|pending| pending.payload_sha256 != hash);
        if let (Some(there), false) = (same, self.force || overtaken) {
            return Plan::Nothing(there.clone());
        }
        parcel.file.clone_into(&mut entry.source);
        let replaces = entry.in_place.as_ref().map(|there| there.flow_id.clone());
        let pending = match entry.pending.take() {
            Some(pending) if pending.payload_sha256 == hash => pending,
            _ => new_pending(parcel),
        };
        let plan = Plan::Send { key: pending.idempotency_key.clone(), job: pending.job.clone(), replaces };
        entry.pending = Some(pending);
        plan
    }

    /// The job that an earlier run left, unless the platform knows nothing of it.
    async fn resume(
        &self,
        job: Option<String>,
        deadline: Deadline,
        hears: &dyn Hears,
    ) -> Result<Option<Job>, Problem> {
        let Some(id) = job else { return Ok(None) };
        match self.client.job(&id, deadline, hears).await {
            Ok(mut job) => {
                job.id = id;
                Ok(Some(job))
            }
            Err(problem) if *problem.code == codes::UNEXPECTED_ANSWER => Ok(None),
            Err(problem) => Err(problem.job(&id)),
        }
    }

    /// Writes a line about a step.
    fn note(
        &self,
        shipment: &Shipment,
        action: Action,
        ended: &Result<Job, Problem>,
        took: std::time::Duration,
    ) -> Result<(), Failure> {
        let mut entry = trail::entry(&shipment.context, action, ended.is_ok(), &shipment.parcel)
            .metric("latency_ms", milliseconds(took));
        match ended {
            Ok(job) => {
                entry = entry.job(job.id.clone());
                entry.flow_id.clone_from(&job.flow_id);
            }
            Err(problem) => {
                entry = entry.code(problem.code.id).detail(problem.message.clone());
                entry.job.clone_from(&problem.job);
            }
        }
        self.trail.write(&entry, shipment.lock.as_ref())
    }

    /// What the platform refused for good is not pending any more; everything else is.
    fn failed(&self, shipment: &Shipment, key: &str, problem: Problem) -> Result<Ending, Failure> {
        if *problem.code == codes::PAYLOAD_REFUSED || *problem.code == codes::JOB_FAILED {
            self.entry(shipment, key, |pending, _| *pending = None)?;
        }
        Ok(Ending::Failed(problem))
    }

    fn in_place(&self, shipment: &Shipment, key: &str, flow_id: &str) -> Result<(), Failure> {
        let there = InPlace {
            flow_id: flow_id.to_owned(),
            payload_sha256: shipment.parcel.sha256.to_string(),
            since: now(),
        };
        self.entry(shipment, key, |pending, in_place| {
            *pending = None;
            *in_place = Some(there);
        })
    }

    fn pending(
        &self,
        shipment: &Shipment,
        key: &str,
        change: impl FnOnce(&mut Pending),
    ) -> Result<(), Failure> {
        self.entry(shipment, key, |pending, _| {
            if let Some(pending) = pending {
                change(pending);
            }
        })
    }

    /// Changes the lock's entry, unless another run has begun something else since.
    fn entry(
        &self,
        shipment: &Shipment,
        key: &str,
        change: impl FnOnce(&mut Option<Pending>, &mut Option<InPlace>),
    ) -> Result<(), Failure> {
        let Some(lock) = &shipment.lock else { return Ok(()) };
        lock.change(|record| {
            let Some(entry) = record.entry(self.client.tenant().name(), &shipment.parcel.flow) else {
                return;
            };
            if entry.pending.as_ref().is_some_and(|pending| pending.idempotency_key == key) {
                change(&mut entry.pending, &mut entry.in_place);
            }
        })
    }
}

fn new_pending(parcel: &Parcel) -> Pending {
    Pending::new(&parcel.sha256.to_string(), now())
}

/// The time as locks write it: RFC 3339, UTC, whole seconds.
pub fn now() -> String {
    format!("{:.0}", Timestamp::now())
}
