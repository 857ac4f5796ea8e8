//! One payload's way: noted in the lock, handed over, followed until it is in place.

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
use crate::cxone::{Client, Deadline, Problem, Progress, ProgressListener, codes};
use crate::metrics::Stage;

/// How a submission ended.
#[derive(Debug, Clone)]
pub enum Ending {
    /// The flow is in place.
    InPlace { flow_id: String, job: String },
    /// It was in place before, and nothing was sent.
    Unchanged { flow_id: String, since: String },
    /// A flow that the platform had already is now known as what is in place.
    Adopted {
        flow_id: String,
        /// Whether it is this version, as far as that is known.
        is_this: Option<bool>,
    },
    /// The platform did not take it.
    Failed(Problem),
    /// None of the run's flows gets as far as the platform.
    SignInFailed(Problem),
    /// Somebody ended the command first.
    Interrupted,
}

/// What all submissions of a run share.
pub struct Run {
    /// The platform.
    pub client: Client,
    /// How the first sign-in of the run went: what keeps one flow out keeps them all out.
    pub signed_in: OnceCell<Result<(), Problem>>,
    /// What is done about what is not known.
    pub choice: Choice,
    /// How long one submission may take.
    pub timeout: Duration,
    /// What stays of it.
    pub run_log: Arc<RunLog>,
}

/// One artifact on its way, with what is its own.
pub struct Submission {
    /// What is handed over.
    pub artifact: Artifact,
    /// Where it is noted; nowhere for the local emulator.
    pub lock: Option<FlowLock>,
    /// What its lines in the audit log have in common.
    pub context: Arc<EntryContext>,
    /// How far it got, for whoever ends the command.
    pub reached: StageTracker,
    /// What this run noted in the lock, until it is known whether it was sent.
    pub noted: Mutex<Option<PendingNote>>,
    /// Keeps other runs from handing it over at the same time.
    pub turn: Mutex<Option<RunTurn>>,
    /// Whether its end was told.
    pub told: Mutex<bool>,
}

/// A payload that was noted as pending and may not have been sent.
pub struct PendingNote {
    key: String,
    /// What was pending before.
    before: Option<Pending>,
}

impl Run {
    /// Hands one payload over.
    pub async fn deliver(
        &self,
        submission: &Submission,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let ending = self.deliver_in_turn(submission, listener).await;
        submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        ending
    }

    async fn deliver_in_turn(
        &self,
        submission: &Submission,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let deadline = Deadline::after(self.timeout);
        let mut signed_in = false;
        loop {
            // Nothing is noted before the platform has let this client in.
            let plan = match &submission.lock {
                Some(lock) if signed_in => {
                    if let Some(problem) = takes_turn(submission, lock, deadline, listener).await? {
                        return Ok(Ending::Failed(problem));
                    }
                    lock.change(|record| self.plan(record, &submission.artifact))?
                }
                Some(lock) => self.plan(&mut lock.read()?, &submission.artifact),
                None => Plan::Send(PlannedSend::new(&Pending::new(&submission.artifact.print, now()))),
            };
            // What fails before there is an answer fails what was to be done next.
            let (next, hash) = match &plan {
                Plan::Nothing(there) => {
                    let InPlace { flow_id, since, .. } = there.clone();
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
                    self.note(submission, next, &Err(problem.clone()), began.elapsed(), hash)?;
                    return Ok(Ending::SignInFailed(problem));
                }
                signed_in = true;
                // While that took, another run may have noted something.
                continue;
            }
            match plan {
                Plan::Nothing(_) | Plan::Ask(_) => {}
                Plan::Earlier(pending) => {
                    // The job may take long, and others can see it.
                    submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
                    // How it ended decides what is to be done now.
                    if let Some(ending) = self.earlier(submission, &pending, deadline, listener).await? {
                        return Ok(ending);
                    }
                }
                Plan::Send(order) => return self.carry_out(submission, order, deadline, listener).await,
            }
        }
    }

    fn plan(&self, record: &mut Record, artifact: &Artifact) -> Plan {
        plan::plan(record, self.client.tenant().name(), artifact, self.choice)
    }

    /// Follows the job of an earlier payload. Nothing if it ended, and the flow can go its way.
    async fn earlier(
        &self,
        submission: &Submission,
        pending: &Pending,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Ending>, Failure> {
        let (key, Some(id)) = (&pending.idempotency_key, pending.job.as_deref()) else { return Ok(None) };
        listener.on_progress(&Progress::Notes(&format!(
            "waits for job {id} of an earlier version; --give-up-pending does not wait for it"
        )));
        let began = Instant::now();
        let ended = match self.client.job(id, deadline, listener).await {
            Ok(job) => self.client.follow(job, deadline, listener).await,
            Err(problem) => Err(problem),
        };
        let took = began.elapsed();
        self.run_log.record_time(Stage::Job, took);
        let hash = pending.payload_sha256.parse().ok();
        self.note(submission, Action::Persist, &ended, took, hash)?;
        match ended {
            Ok(Job { flow_id, .. }) => {
                let there = pending.in_place(&flow_id.unwrap_or_default(), now());
                self.entry(submission, key, |pending, in_place| {
                    *pending = None;
                    *in_place = Some(there);
                })?;
                Ok(None)
            }
            Err(problem) if *problem.code == codes::JOB_FAILED => {
                self.entry(submission, key, |pending, _| *pending = None)?;
                Ok(None)
            }
            Err(problem) if problem.is_absent => {
                self.unknown(submission, key, plan::unknown_job_problem(id)).map(Some)
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

    async fn sign_in(&self, deadline: Deadline, listener: &dyn ProgressListener) -> Result<(), Problem> {
        let began = Instant::now();
        let signed_in = self.signed_in.get_or_init(|| self.client.sign_in(deadline, listener)).await.clone();
        self.run_log.record_time(Stage::Token, began.elapsed());
        signed_in
    }

    /// Sends a payload, or follows the job that an earlier run left.
    async fn carry_out(
        &self,
        submission: &Submission,
        order: PlannedSend,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let PlannedSend { key, job: left, replaces, note, .. } = &order;
        if let Some(note) = note {
            listener.on_progress(&Progress::Notes(note));
        }
        let began = Instant::now();
        let hash = Some(submission.artifact.print.sha256);
        match left {
            Some(job) => submission.reached.advance_to(SubmissionStage::Job(job.clone())),
            None if !order.is_new => submission.reached.advance_to(SubmissionStage::Unanswered),
            None => {
                let noted = PendingNote { key: key.clone(), before: order.before.clone() };
                *submission.noted.lock().unwrap_or_else(PoisonError::into_inner) = Some(noted);
            }
        }
        let job = match self.resume(left.as_deref(), deadline, listener).await {
            Ok(Some(job)) => job,
            Ok(None) => {
                let began = Instant::now();
                let replaces = replaces.as_deref();
                submission.reached.advance_to(SubmissionStage::UnderWay);
                let sent_before = !order.is_new;
                let listener = HandoverListener { listener, reached: &submission.reached, sent_before };
                let payload = &submission.artifact.payload;
                let created = self.client.create(payload, key, replaces, deadline, &listener).await;
                if let Err(problem) = &created {
                    let nothing = problem.is_settled && order.is_new;
                    submission.reached.advance_to(if nothing {
                        SubmissionStage::Nothing
                    } else {
                        SubmissionStage::Unanswered
                    });
                }
                let took = began.elapsed();
                self.run_log.record_time(Stage::Create, took);
                // The lock comes first: where the log cannot be written, the next run must not send it again.
                match &created {
                    Ok(job) => self.handed_over(submission, key, job)?,
                    Err(problem) if *problem.code == codes::SENT_UNKNOWN => {
                        self.pending(submission, key, |pending| pending.state = Some(Sent::Unknown))?;
                    }
                    Err(_) => {}
                }
                self.note(submission, Action::Create, &created, took, hash)?;
                match created {
                    Ok(job) => job,
                    Err(problem) => return self.not_created(submission, &order, problem),
                }
            }
            Err(problem) => {
                self.note(submission, Action::Persist, &Err(problem.clone()), began.elapsed(), hash)?;
                return self.not_in_place(submission, &order, problem);
            }
        };
        self.handed_over(submission, key, &job)?;
        let began = Instant::now();
        let ended = self.client.follow(job, deadline, listener).await;
        let took = began.elapsed();
        self.run_log.record_time(Stage::Job, took);
        self.note(submission, Action::Persist, &ended, took, hash)?;
        match ended {
            Ok(Job { id, flow_id, .. }) => {
                let flow_id = flow_id.unwrap_or_default();
                self.in_place(submission, key, &flow_id)?;
                Ok(Ending::InPlace { flow_id, job: id })
            }
            Err(problem) => self.not_in_place(submission, &order, problem),
        }
    }

    /// Notes the job of a payload, for the next run and for whoever ends this one.
    fn handed_over(&self, submission: &Submission, key: &str, job: &Job) -> Result<(), Failure> {
        submission.reached.advance_to(SubmissionStage::Job(job.id.clone()));
        self.pending(submission, key, |pending| pending.job = Some(job.id.clone()))?;
        // From here on others find the job.
        submission.turn.lock().unwrap_or_else(PoisonError::into_inner).take();
        Ok(())
    }

    /// The job that an earlier run left. Nothing where the payload is to be sent: there is no job,
    /// or its flow is not to be had and somebody chose to send it again.
    async fn resume(
        &self,
        job: Option<&str>,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Job>, Problem> {
        let Some(id) = job else { return Ok(None) };
        let again = self.choice.send_again;
        match self.client.job(id, deadline, listener).await {
            Ok(job) if again && job.state() == JobState::Completed && job.flow_id.is_none() => Ok(None),
            Ok(job) => Ok(Some(job)),
            // The flow may be in place all the same.
            Err(problem) if problem.is_absent && again => Ok(None),
            Err(problem) if problem.is_absent => {
                Err(Problem { is_absent: true, ..plan::unknown_job_problem(id) })
            }
            Err(problem) => Err(problem.job(id)),
        }
    }

    /// Writes a line about a step.
    fn note(
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

    /// Notes where the command ended before there was an answer: that the payload is not pending, or, where
    /// it was sent, a line in the audit log.
    pub fn note_interruption(&self, submission: &Submission) -> Result<(), Failure> {
        let noted = submission.noted.lock().unwrap_or_else(PoisonError::into_inner).take();
        match submission.reached.now() {
            SubmissionStage::UnderWay | SubmissionStage::Unanswered => {}
            SubmissionStage::Job(_) => return Ok(()),
            SubmissionStage::Nothing => {
                let Some(PendingNote { key, before }) = noted else { return Ok(()) };
                return self.entry(submission, &key, |pending, _| *pending = before);
            }
        }
        let entry = run_log::entry(&submission.context, Action::Create, false, &submission.artifact)
            .detail("interrupted before the platform answered".to_owned());
        self.run_log.write(&entry, submission.lock.as_ref())
    }

    /// A payload that no job is known of. What the platform certainly did not take is not pending any more.
    fn not_created(
        &self,
        submission: &Submission,
        order: &PlannedSend,
        problem: Problem,
    ) -> Result<Ending, Failure> {
        let key = &order.key;
        if *problem.code == codes::SENT_UNKNOWN {
            return self.unknown(submission, key, problem);
        }
        // What was sent before, and not answered, may have been taken then: a refusal of the second try may
        // just say that there is such a flow.
        if problem.is_settled && order.is_new {
            self.entry(submission, key, |pending, _| pending.clone_from(&order.before))?;
        }
        Ok(Ending::Failed(problem))
    }

    /// A payload that was taken and has a job. Only the end of that job takes it back: whatever else is
    /// answered to a question about the job says nothing of the payload.
    fn not_in_place(
        &self,
        submission: &Submission,
        order: &PlannedSend,
        problem: Problem,
    ) -> Result<Ending, Failure> {
        let key = &order.key;
        if *problem.code == codes::SENT_UNKNOWN {
            return self.unknown(submission, key, problem);
        }
        if *problem.code == codes::JOB_FAILED {
            self.entry(submission, key, |pending, _| pending.clone_from(&order.before))?;
        }
        Ok(Ending::Failed(problem))
    }

    /// Notes that nobody knows what became of a payload that was taken.
    fn unknown(&self, submission: &Submission, key: &str, problem: Problem) -> Result<Ending, Failure> {
        self.pending(submission, key, |pending| pending.state = Some(Sent::Unknown))?;
        Ok(Ending::Failed(problem))
    }

    fn in_place(&self, submission: &Submission, key: &str, flow_id: &str) -> Result<(), Failure> {
        self.entry(submission, key, |pending, in_place| {
            let there = pending.take().map(|pending| pending.in_place(flow_id, now()));
            *in_place = there.or(in_place.take());
        })
    }

    fn pending(
        &self,
        submission: &Submission,
        key: &str,
        change: impl FnOnce(&mut Pending),
    ) -> Result<(), Failure> {
        self.entry(submission, key, |pending, _| {
            if let Some(pending) = pending {
                change(pending);
            }
        })
    }

    /// Changes the lock's entry, unless another run has begun something else since.
    fn entry(
        &self,
        submission: &Submission,
        key: &str,
        change: impl FnOnce(&mut Option<Pending>, &mut Option<InPlace>),
    ) -> Result<(), Failure> {
        let Some(lock) = &submission.lock else { return Ok(()) };
        lock.change(|record| {
            let Some(entry) = record.entry(self.client.tenant().name(), &submission.artifact.flow) else {
                return;
            };
            if entry.pending.as_ref().is_some_and(|pending| pending.idempotency_key == key) {
                change(&mut entry.pending, &mut entry.in_place);
            }
        })
    }
}

/// Waits until no other run hands the same flow over: what it notes decides what is to be done. The problem,
/// where the time is up before that.
async fn takes_turn(
    submission: &Submission,
    lock: &FlowLock,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Option<Problem>, Failure> {
    let mut is_told = false;
    loop {
        if submission.turn.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(None);
        }
        if let Some(turn) = lock.turn(&submission.artifact.flow)? {
            *submission.turn.lock().unwrap_or_else(PoisonError::into_inner) = Some(turn);
            return Ok(None);
        }
        if !is_told {
            listener.on_progress(&Progress::Notes("waits for another run that hands this flow over"));
            is_told = true;
        }
        if !deadline.wait(Duration::from_millis(50)).await {
            return Ok(Some(Problem::new(
                &codes::CONFLICT,
                "another run hands this flow over, and its end was waited for in vain: nothing was sent",
                "run the same command again once the other one has ended",
            )));
        }
    }
}
