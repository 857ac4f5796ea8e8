//! Submits one payload: records it in the lock, sends it, and follows its job until it is in place.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::OnceCell;
use tokio::time::Instant;

use super::artifact::Artifact;
use super::plan::{self, Choice, Plan, PlannedSend};
use super::run_log::{self, RunLog, milliseconds};
use crate::audit::{Action, EntryContext, Hash};
use crate::cli::Failure;
use crate::cli::deployment::flow_lock::{FlowLock, InPlace, Pending, Record, Sent, now};
use crate::cli::deployment::reached::{HandoverListener, StageTracker, SubmissionStage};
use crate::cli::files::temporary::RunTurn;
use crate::cxone::answer::{Job, JobState};
use crate::cxone::studio::StudioClient;
use crate::cxone::{Client, Deadline, Problem, Progress, ProgressListener, codes};
use crate::metrics::Stage;

/// How a submission ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// The flow is in place.
    InPlace { flow_id: String, job: String },
    /// The script is saved, with what the platform's syntax check warns of.
    Saved { script_id: String, warnings: Option<Problem> },
    /// It was in place before, and nothing was sent.
    Unchanged { flow_id: String, since: String },
    /// A flow that the platform already had is recorded as the one in place.
    Adopted {
        flow_id: String,
        /// Whether it is this version; `None` if unknown.
        is_this: Option<bool>,
    },
    /// The platform did not accept it.
    Failed(Problem),
    /// The sign-in failed, so no flow of the run can be submitted.
    SignInFailed(Problem),
    /// The user interrupted the command.
    Interrupted,
}

/// The platform of a run.
pub enum Service {
    /// The API of flows.
    Flows(Client),
    /// A tenant's API of scripts.
    Studio(StudioClient),
}

/// What all submissions of a run share.
pub struct Run {
    /// The platform.
    pub service: Service,
    /// The result of the run's first sign-in, which holds for all flows.
    pub signed_in: OnceCell<Result<(), Problem>>,
    /// The user's choices for unclear states.
    pub choice: Choice,
    /// The time limit of one submission.
    pub timeout: Duration,
    /// The log of the run.
    pub run_log: Arc<RunLog>,
}

/// One artifact being submitted, with its state.
pub struct Submission {
    /// The artifact to submit.
    pub artifact: Artifact,
    /// The lock that records it; `None` for the local emulator.
    pub lock: Option<FlowLock>,
    /// The common context of its lines in the audit log.
    pub context: Arc<EntryContext>,
    /// The stage that it has reached, for interruptions.
    pub reached: StageTracker,
    /// What this run recorded in the lock, until it is known whether it was sent.
    pub recorded: Mutex<Option<PendingNote>>,
    /// Keeps other runs from submitting the flow at the same time.
    pub turn: Mutex<Option<RunTurn>>,
    /// Whether its result was reported.
    pub is_reported: Mutex<bool>,
}

/// A payload that was recorded as pending but may not have been sent.
pub struct PendingNote {
    pub(super) key: String,
    /// What was pending before it.
    pub(super) before: Option<Pending>,
}

impl Run {
    /// Submits one payload.
    pub async fn deliver(
        &self,
        submission: &Submission,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let ending = match (&self.service, &submission.artifact.script) {
            (Service::Flows(client), _) => self.deliver_in_turn(client, submission, listener).await,
            (Service::Studio(client), Some(head)) => self.save(client, submission, head, listener).await,
            // Sources are prepared so that this cannot be.
            (Service::Studio(_), None) => Err(not_a_script(submission)),
        };
        submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        ending
    }

    async fn deliver_in_turn(
        &self,
        client: &Client,
        submission: &Submission,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let deadline = Deadline::after(self.timeout);
        let mut signed_in = false;
        loop {
            // Nothing is recorded before the client has signed in.
            let plan = match &submission.lock {
                Some(lock) if signed_in => {
                    if let Some(problem) = wait_for_turn(submission, lock, deadline, listener).await? {
                        return Ok(Ending::Failed(problem));
                    }
                    lock.change(|record| self.plan(record, &submission.artifact))?
                }
                Some(lock) => self.plan(&mut lock.read()?, &submission.artifact),
                None => Plan::Send(PlannedSend::new(&Pending::new(&submission.artifact.print, now()))),
            };
            // A failure before the first answer is logged as a failure of the next action.
            let (next, hash) = match &plan {
                Plan::Nothing(in_place) => {
                    let InPlace { flow_id, since, .. } = in_place.clone();
                    return Ok(Ending::Unchanged { flow_id, since });
                }
                Plan::Ask(problem) => return Ok(Ending::Failed(problem.clone())),
                Plan::Earlier(pending) => (Action::Persist, pending.payload_sha256.parse().ok()),
                Plan::Send(PlannedSend { job: Some(_), .. }) => {
                    (Action::Persist, Some(submission.artifact.print.sha256))
                }
                Plan::Send(_) => (Action::Create, Some(submission.artifact.print.sha256)),
            };
            if !signed_in {
                let began = Instant::now();
                if let Err(problem) = self.sign_in(deadline, listener).await {
                    self.log_step(submission, next, &Err(problem.clone()), began.elapsed(), hash)?;
                    return Ok(Ending::SignInFailed(problem));
                }
                signed_in = true;
                // Another run may have changed the lock in the meantime.
                continue;
            }
            match plan {
                Plan::Nothing(_) | Plan::Ask(_) => {}
                Plan::Earlier(pending) => {
                    // The job may take long, and other runs can see it in the lock.
                    submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
                    // The next step depends on how it ended.
                    if let Some(ending) =
                        self.follow_earlier(client, submission, &pending, deadline, listener).await?
                    {
                        return Ok(ending);
                    }
                }
                Plan::Send(planned) => {
                    return self.carry_out(client, submission, planned, deadline, listener).await;
                }
            }
        }
    }

    fn plan(&self, record: &mut Record, artifact: &Artifact) -> Plan {
        plan::plan(record, &self.platform(artifact), artifact, self.choice)
    }

    /// The name in locks of the platform that takes an artifact.
    pub(super) fn platform(&self, artifact: &Artifact) -> String {
        match &self.service {
            Service::Flows(client) => client.tenant().name().to_owned(),
            Service::Studio(client) => {
                client.tenant().name(artifact.script.as_ref().map_or(0, |head| head.business_unit))
            }
        }
    }

    /// Follows the job of an earlier payload. `None` if it ended, so that the flow can be submitted.
    async fn follow_earlier(
        &self,
        client: &Client,
        submission: &Submission,
        pending: &Pending,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Ending>, Failure> {
        let (key, Some(id)) = (&pending.idempotency_key, pending.job.as_deref()) else { return Ok(None) };
        listener.on_progress(&Progress::Note(&format!(
            "waiting for job {id} of an earlier version; --give-up-pending does not wait for it"
        )));
        let began = Instant::now();
        let ended = match client.job(id, deadline, listener).await {
            Ok(job) => client.follow(job, deadline, listener).await,
            Err(problem) => Err(problem),
        };
        let took = began.elapsed();
        self.run_log.record_time(Stage::Job, took);
        let hash = pending.payload_sha256.parse().ok();
        self.log_step(submission, Action::Persist, &ended, took, hash)?;
        match ended {
            Ok(Job { flow_id, .. }) => {
                let completed = pending.in_place(&flow_id.unwrap_or_default(), now());
                self.change_entry(submission, key, |pending, in_place| {
                    *pending = None;
                    *in_place = Some(completed);
                })?;
                Ok(None)
            }
            Err(problem) if *problem.code == codes::JOB_FAILED => {
                self.change_entry(submission, key, |pending, _| *pending = None)?;
                Ok(None)
            }
            Err(problem) if problem.is_absent => {
                self.mark_unknown(submission, key, plan::unknown_job_problem(id)).map(Some)
            }
            Err(mut problem) => {
                problem.help = format!(
                    "{}; --give-up-pending submits without waiting for the job of the earlier version",
                    problem.help
                );
                Ok(Some(Ending::Failed(problem.job(id))))
            }
        }
    }

    pub(super) async fn sign_in(
        &self,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<(), Problem> {
        let began = Instant::now();
        let sign_in = || async {
            match &self.service {
                Service::Flows(client) => client.sign_in(deadline, listener).await,
                Service::Studio(client) => client.sign_in(deadline, listener).await,
            }
        };
        let signed_in = self.signed_in.get_or_init(sign_in).await.clone();
        self.run_log.record_time(Stage::Token, began.elapsed());
        signed_in
    }

    /// Sends a payload, or follows the job that an earlier run started.
    async fn carry_out(
        &self,
        client: &Client,
        submission: &Submission,
        planned: PlannedSend,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let PlannedSend { key, job: earlier_job, replaces, note, .. } = &planned;
        if let Some(note) = note {
            listener.on_progress(&Progress::Note(note));
        }
        let began = Instant::now();
        let hash = Some(submission.artifact.print.sha256);
        match earlier_job {
            Some(job) => submission.reached.advance_to(SubmissionStage::Job(job.clone())),
            None if !planned.is_new => submission.reached.advance_to(SubmissionStage::Unanswered),
            None => {
                let recorded = PendingNote { key: key.clone(), before: planned.before.clone() };
                *submission.recorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
            }
        }
        let job = match self.resume(client, earlier_job.as_deref(), deadline, listener).await {
            Ok(Some(job)) => job,
            Ok(None) => {
                let began = Instant::now();
                let replaces = replaces.as_deref();
                submission.reached.advance_to(SubmissionStage::UnderWay);
                let sent_before = !planned.is_new;
                let listener = HandoverListener { listener, reached: &submission.reached, sent_before };
                let payload = &submission.artifact.payload;
                let created = client.create(payload, key, replaces, deadline, &listener).await;
                if let Err(problem) = &created {
                    let is_unsent = problem.is_settled && planned.is_new;
                    submission.reached.advance_to(if is_unsent {
                        SubmissionStage::Nothing
                    } else {
                        SubmissionStage::Unanswered
                    });
                }
                let took = began.elapsed();
                self.run_log.record_time(Stage::Create, took);
                // The lock comes first: even if the log cannot be written, the next run must not send it
                // again.
                match &created {
                    Ok(job) => self.record_job(submission, key, job)?,
                    Err(problem) if *problem.code == codes::SENT_UNKNOWN => {
                        self.change_pending(submission, key, |pending| pending.state = Some(Sent::Unknown))?;
                    }
                    Err(_) => {}
                }
                self.log_step(submission, Action::Create, &created, took, hash)?;
                match created {
                    Ok(job) => job,
                    Err(problem) => return self.not_created(submission, &planned, problem),
                }
            }
            Err(problem) => {
                self.log_step(submission, Action::Persist, &Err(problem.clone()), began.elapsed(), hash)?;
                return self.not_persisted(submission, &planned, problem);
            }
        };
        self.record_job(submission, key, &job)?;
        let began = Instant::now();
        let ended = client.follow(job, deadline, listener).await;
        let took = began.elapsed();
        self.run_log.record_time(Stage::Job, took);
        self.log_step(submission, Action::Persist, &ended, took, hash)?;
        match ended {
            Ok(Job { id, flow_id, .. }) => {
                let flow_id = flow_id.unwrap_or_default();
                self.record_in_place(submission, key, &flow_id)?;
                Ok(Ending::InPlace { flow_id, job: id })
            }
            Err(problem) => self.not_persisted(submission, &planned, problem),
        }
    }

    /// Records the job of a payload in the lock and for interruptions.
    fn record_job(&self, submission: &Submission, key: &str, job: &Job) -> Result<(), Failure> {
        submission.reached.advance_to(SubmissionStage::Job(job.id.clone()));
        self.change_pending(submission, key, |pending| pending.job = Some(job.id.clone()))?;
        // From now on other runs find the job in the lock.
        submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }

    /// The job that an earlier run started. `None` if the payload must be sent: there is no job, or its flow
    /// cannot be found and the user chose to send again.
    async fn resume(
        &self,
        client: &Client,
        job: Option<&str>,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Job>, Problem> {
        let Some(id) = job else { return Ok(None) };
        let send_again = self.choice.send_again;
        match client.job(id, deadline, listener).await {
            Ok(job) if send_again && job.state() == JobState::Completed && job.flow_id.is_none() => Ok(None),
            Ok(job) => Ok(Some(job)),
            // The flow may be in place nonetheless.
            Err(problem) if problem.is_absent && send_again => Ok(None),
            Err(problem) if problem.is_absent => {
                Err(Problem { is_absent: true, ..plan::unknown_job_problem(id) })
            }
            Err(problem) => Err(problem.job(id)),
        }
    }

    /// Writes a line about a step to the audit log.
    fn log_step(
        &self,
        submission: &Submission,
        action: Action,
        ended: &Result<Job, Problem>,
        took: Duration,
        payload: Option<Hash>,
    ) -> Result<(), Failure> {
        let mut entry = run_log::entry(&submission.context, action, ended.is_ok(), &submission.artifact)
            .metric("latency_ms", milliseconds(took));
        entry.payload_sha256 = payload;
        match ended {
            Ok(job) => {
                entry = entry.job(job.id.clone());
                entry.flow_id.clone_from(&job.flow_id);
            }
            Err(problem) => {
                entry = entry.code(problem.code.id).detail(problem.log_text());
                entry.job.clone_from(&problem.job);
            }
        }
        self.run_log.write(&entry, submission.lock.as_ref())
    }

    /// Records an interruption before the answer: resets the pending entry or, if the payload was sent,
    /// writes a line to the audit log.
    pub fn record_interruption(&self, submission: &Submission) -> Result<(), Failure> {
        let recorded = submission.recorded.lock().unwrap_or_else(PoisonError::into_inner).take();
        match submission.reached.now() {
            SubmissionStage::UnderWay | SubmissionStage::Unanswered => {}
            SubmissionStage::Job(_) => return Ok(()),
            SubmissionStage::Nothing => {
                let Some(PendingNote { key, before }) = recorded else { return Ok(()) };
                return self.change_entry(submission, &key, |pending, _| *pending = before);
            }
        }
        let entry = run_log::entry(&submission.context, Action::Create, false, &submission.artifact)
            .detail("interrupted before the platform answered".to_owned());
        self.run_log.write(&entry, submission.lock.as_ref())
    }

    /// Handles a failure without a known job. If an earlier send was not answered, it may have been accepted: the
    /// refusal of a repetition may just mean that the flow exists already.
    fn not_created(
        &self,
        submission: &Submission,
        planned: &PlannedSend,
        problem: Problem,
    ) -> Result<Ending, Failure> {
        let is_refused = problem.is_settled && planned.is_new;
        self.not_in_place(submission, planned, problem, is_refused)
    }

    /// Handles a failure after a payload has a job. Any answer but that the job failed says nothing about the
    /// payload.
    fn not_persisted(
        &self,
        submission: &Submission,
        planned: &PlannedSend,
        problem: Problem,
    ) -> Result<Ending, Failure> {
        let is_refused = *problem.code == codes::JOB_FAILED;
        self.not_in_place(submission, planned, problem, is_refused)
    }

    /// Handles a failure. A payload that the platform has refused is no longer pending.
    fn not_in_place(
        &self,
        submission: &Submission,
        planned: &PlannedSend,
        problem: Problem,
        is_refused: bool,
    ) -> Result<Ending, Failure> {
        let key = &planned.key;
        if *problem.code == codes::SENT_UNKNOWN {
            return self.mark_unknown(submission, key, problem);
        }
        if is_refused {
            self.change_entry(submission, key, |pending, _| pending.clone_from(&planned.before))?;
        }
        Ok(Ending::Failed(problem))
    }

    /// Records that the result of an accepted payload is unknown.
    fn mark_unknown(&self, submission: &Submission, key: &str, problem: Problem) -> Result<Ending, Failure> {
        self.change_pending(submission, key, |pending| pending.state = Some(Sent::Unknown))?;
        Ok(Ending::Failed(problem))
    }

    pub(super) fn record_in_place(
        &self,
        submission: &Submission,
        key: &str,
        flow_id: &str,
    ) -> Result<(), Failure> {
        self.change_entry(submission, key, |pending, in_place| {
            let completed = pending.take().map(|pending| pending.in_place(flow_id, now()));
            *in_place = completed.or(in_place.take());
        })
    }

    fn change_pending(
        &self,
        submission: &Submission,
        key: &str,
        change: impl FnOnce(&mut Pending),
    ) -> Result<(), Failure> {
        self.change_entry(submission, key, |pending, _| {
            if let Some(pending) = pending {
                change(pending);
            }
        })
    }

    /// Changes the lock's entry, unless another run has begun a submission since.
    pub(super) fn change_entry(
        &self,
        submission: &Submission,
        key: &str,
        change: impl FnOnce(&mut Option<Pending>, &mut Option<InPlace>),
    ) -> Result<(), Failure> {
        let Some(lock) = &submission.lock else { return Ok(()) };
        let platform = self.platform(&submission.artifact);
        lock.change(|record| {
            let Some(entry) = record.entry(&platform, &submission.artifact.flow) else {
                return;
            };
            if entry.pending.as_ref().is_some_and(|pending| pending.idempotency_key == key) {
                change(&mut entry.pending, &mut entry.in_place);
            }
        })
    }
}

/// Waits until no other run submits the same flow, since its result decides what to do. Returns a problem if
/// the time is up before that.
pub(super) async fn wait_for_turn(
    submission: &Submission,
    lock: &FlowLock,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Option<Problem>, Failure> {
    let mut is_reported = false;
    loop {
        if submission.turn.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(None);
        }
        if let Some(turn) = lock.turn(&submission.artifact.flow)? {
            *submission.turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
            return Ok(None);
        }
        if !is_reported {
            listener.on_progress(&Progress::Note("waiting for another run that is submitting this flow"));
            is_reported = true;
        }
        if !deadline.wait(Duration::from_millis(50)).await {
            return Ok(Some(Problem::new(
                &codes::CONFLICT,
                "another run is submitting this flow and did not end in time: nothing was sent",
                "run the same command again once the other one has ended",
            )));
        }
    }
}

fn not_a_script(submission: &Submission) -> Failure {
    Failure::new(format!("{} is no script of the target `studio`", submission.artifact.name))
}
