//! Saves one script: looks whether somebody has locked it, records it in the lock file, and saves it. A save has no job.
//! It carries the whole script under its name, so one without an answer is simply sent again.

use std::sync::PoisonError;
use std::time::Duration;

use rustc_hash::FxHashMap;
use tokio::time::Instant;

use super::deliver::{Ending, PendingNote, Run, Submission, wait_for_turn};
use super::plan::{self, Choice, Plan, PlannedSend};
use super::run_log::{self, milliseconds};
use super::script::ScriptHead;
use crate::audit::Action;
use crate::cli::Failure;
use crate::cli::console::safe::shell_word;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::deployment::flow_lock::{Pending, Record, now};
use crate::cli::deployment::reached::{HandoverListener, SubmissionStage};
use crate::cxone::refusal::Complaint;
use crate::cxone::studio::{SaveAnswer, ScriptComplaint, StudioClient};
use crate::cxone::{Deadline, Problem, Progress, ProgressListener, clean, codes};
use crate::diagnostics::list_of;
use crate::metrics::Stage;

impl Run {
    /// Saves one script.
    pub(super) async fn save(
        &self,
        client: &StudioClient,
        submission: &Submission,
        head: &ScriptHead,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let deadline = Deadline::after(self.timeout);
        // What was saved last is known without asking.
        if let Some(lock) = &submission.lock
            && let Plan::Nothing(in_place) = self.plan_save(&mut lock.read()?, submission)
        {
            return Ok(unchanged(in_place.flow_id, in_place.since));
        }
        let began = Instant::now();
        let log = |ended: &Result<String, Problem>| self.log_save(submission, ended, began.elapsed());
        if let Err(problem) = self.sign_in(deadline, listener).await {
            log(&Err(problem.clone()))?;
            return Ok(Ending::SignInFailed(problem));
        }
        // A rehearsal, which has no lock, is for whatever tenant the script is for.
        let is_rehearsal = submission.lock.is_none();
        if let Some(problem) = other_business_unit(head, client.business_unit()).filter(|_| !is_rehearsal) {
            log(&Err(problem.clone()))?;
            return Ok(Ending::Failed(problem));
        }
        if is_rehearsal && head.business_unit == 0 {
            listener.on_progress(&Progress::Note(
                "`business_unit` under `[studio]` is not set: a tenant refuses the script, and says which number to write",
            ));
        }
        // Another run may be saving the same script, or have saved it meanwhile.
        if let Some(lock) = &submission.lock {
            if let Some(problem) = wait_for_turn(submission, lock, deadline, listener).await? {
                return Ok(Ending::Failed(problem));
            }
            if let Plan::Nothing(in_place) = self.plan_save(&mut lock.read()?, submission) {
                return Ok(unchanged(in_place.flow_id, in_place.since));
            }
        }
        if let Some(problem) = self.in_the_way(client, submission, &head.path, deadline, listener).await? {
            log(&Err(problem.clone()))?;
            return Ok(Ending::Failed(problem));
        }
        let plan = match &submission.lock {
            Some(lock) => lock.change(|record| self.plan_save(record, submission))?,
            None => Plan::Send(PlannedSend::new(&Pending::new(&submission.artifact.print, now()))),
        };
        match plan {
            Plan::Send(planned) => {
                self.send_script(client, submission, &planned, head, deadline, listener).await
            }
            Plan::Nothing(in_place) => Ok(unchanged(in_place.flow_id, in_place.since)),
            Plan::Ask(problem) => Ok(Ending::Failed(problem)),
            Plan::Earlier(_) => Ok(Ending::Failed(with_a_job())),
        }
    }

    /// Why a script cannot be saved over what the tenant has: somebody has locked it, changed it, or made it.
    async fn in_the_way(
        &self,
        client: &StudioClient,
        submission: &Submission,
        path: &str,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Option<Problem>, Failure> {
        let script = match client.open(path, deadline, listener).await {
            Ok(None) => return Ok(None),
            Ok(Some(script)) => script,
            Err(problem) => return Ok(Some(problem)),
        };
        if let Some(holder) = &script.holder {
            return Ok(Some(locked(path, holder)));
        }
        let Some(lock) = submission.lock.as_ref().filter(|_| !self.choice.overwrite) else { return Ok(None) };
        let there = Fingerprint::of(&script.content);
        let record = lock.read()?;
        let entry = record.flow(&self.platform(&submission.artifact), &submission.artifact.flow);
        let in_place = entry.and_then(|entry| entry.in_place.as_ref());
        let pending = entry.and_then(|entry| entry.pending.as_ref());
        let is_from_here = there.canonical == submission.artifact.print.canonical
            || in_place
                .is_some_and(|one| there.matches(&one.payload_sha256, one.canonical_sha256.as_deref()))
            || pending.is_some_and(|one| there.matches(&one.payload_sha256, one.canonical_sha256.as_deref()));
        if is_from_here {
            return Ok(None);
        }
        let changed = client.last_change(path, deadline, listener).await.ok();
        let by = match changed {
            Some((user, date)) if !user.is_empty() => {
                format!(", saved by {user} {date}").trim_end().to_owned()
            }
            _ => String::new(),
        };
        let file = &submission.artifact.file;
        Ok(Some(not_from_here(path, file, &by, in_place.is_some() || pending.is_some())))
    }

    /// A save without an answer leaves nothing to choose, since the next one replaces it.
    fn plan_save(&self, record: &mut Record, submission: &Submission) -> Plan {
        let choice = Choice { send_again: true, give_up_pending: true, ..self.choice };
        plan::plan(record, &self.platform(&submission.artifact), &submission.artifact, choice)
    }

    async fn send_script(
        &self,
        client: &StudioClient,
        submission: &Submission,
        planned: &PlannedSend,
        head: &ScriptHead,
        deadline: Deadline,
        listener: &dyn ProgressListener,
    ) -> Result<Ending, Failure> {
        let recorded = PendingNote { key: planned.key.clone(), before: planned.before.clone() };
        if planned.is_new {
            *submission.recorded.lock().unwrap_or_else(PoisonError::into_inner) = Some(recorded);
        }
        submission.reached.advance_to(SubmissionStage::UnderWay);
        let began = Instant::now();
        let sent_before = !planned.is_new;
        let listener = HandoverListener { listener, reached: &submission.reached, sent_before };
        let answer = client.save(&submission.artifact.payload, deadline, &listener).await;
        let took = began.elapsed();
        self.run_log.record_time(Stage::Create, took);
        let ended = match answer {
            Ok(SaveAnswer::Saved { id, warnings }) => {
                // The path names the script as well.
                Ok((id.unwrap_or_else(|| head.path.clone()), warnings))
            }
            Ok(SaveAnswer::Rejected { reason, errors }) => {
                Err(rejected(submission, &head.path, reason, &errors))
            }
            Ok(SaveAnswer::Locked(holder)) => Err(locked(&head.path, &holder)),
            Err(problem) => Err(problem),
        };
        // The lock file comes first: even if the log cannot be written, the next run must know what is in place.
        match &ended {
            Ok((id, _)) => {
                submission.reached.advance_to(SubmissionStage::Unanswered);
                self.record_in_place(submission, &planned.key, id)?;
            }
            Err(problem) if problem.is_settled => {
                if !sent_before {
                    submission.reached.advance_to(SubmissionStage::Nothing);
                }
                self.change_entry(submission, &planned.key, |pending, _| {
                    pending.clone_from(&planned.before)
                })?;
            }
            Err(_) => submission.reached.advance_to(SubmissionStage::Unanswered),
        }
        submission.recorded.lock().unwrap_or_else(PoisonError::into_inner).take();
        match ended {
            Ok((script_id, warnings)) => {
                self.log_save(submission, &Ok(script_id.clone()), took)?;
                let warnings = warned(submission, &head.path, &warnings);
                Ok(Ending::Saved { script_id, warnings })
            }
            Err(problem) => {
                self.log_save(submission, &Err(problem.clone()), took)?;
                Ok(Ending::Failed(problem))
            }
        }
    }

    fn log_save(
        &self,
        submission: &Submission,
        ended: &Result<String, Problem>,
        took: Duration,
    ) -> Result<(), Failure> {
        let entry = run_log::entry(&submission.context, Action::Create, ended.is_ok(), &submission.artifact)
            .metric("latency_ms", milliseconds(took));
        let entry = match ended {
            Ok(script_id) => entry.flow_id(script_id.clone()),
            Err(problem) => entry.code(problem.code.id).detail(problem.log_text()),
        };
        self.run_log.write(&entry, submission.lock.as_ref())
    }
}

fn unchanged(flow_id: String, since: String) -> Ending {
    Ending::Unchanged { flow_id, since }
}

/// The problem of a script that is for another tenant than the one of the credentials.
fn other_business_unit(head: &ScriptHead, own: Option<u64>) -> Option<Problem> {
    let wanted = head.business_unit;
    let (message, help) = match own {
        Some(own) if own == wanted => return None,
        // The tenant checks the number itself.
        None if wanted > 0 => return None,
        Some(own) if wanted == 0 => (
            "the script is for no business unit".to_owned(),
            format!("write `business_unit = {own}` under `[studio]` in cxflow.toml: that is the one that you signed in to"),
        ),
        Some(own) => (
            format!("the script is for business unit {wanted}, and the access key belongs to {own}"),
            format!("check the access key and the environment; if the tenant is the right one, write `business_unit = {own}` under `[studio]` in cxflow.toml"),
        ),
        None => (
            "the script is for no business unit, and the id token names none".to_owned(),
            "write the number as `business_unit` under `[studio]` in cxflow.toml: `GET /business-unit` of the tenant has it as `businessUnitId`".to_owned(),
        ),
    };
    Some(settled(Problem::new(&codes::studio::OTHER_BUSINESS_UNIT, message, help)))
}

/// The problem of a script for which the lock file has a job, which no save has.
fn with_a_job() -> Problem {
    let help = "remove `pending` from the script's entry in the lock file, then submit again";
    settled(Problem::new(
        &codes::CONFLICT,
        "the lock file has a job for this script, and saving a script has none",
        help,
    ))
}

/// The problem of a script that the tenant has from somebody else. `by` says whose it is, if that is known.
fn not_from_here(path: &str, file: &str, by: &str, was_submitted: bool) -> Problem {
    let path = clean(path, 200);
    let diff =
        format!("`cxflowc studio diff {} {}` shows what is different", shell_word(&path), shell_word(file));
    let (message, help) = match was_submitted {
        true => (
            format!(
                "{path} was changed on the tenant since it was submitted from here{by}: nothing was saved"
            ),
            format!(
                "{diff}; take the change into the flow, and submit with `--overwrite`, which saves over it"
            ),
        ),
        false => (
            format!(
                "the tenant has {path} already, and it was not submitted from here{by}: nothing was saved"
            ),
            format!(
                "give the flow another name, or set another `folder` under `[studio]` in cxflow.toml; {diff}, and `--overwrite` replaces the script"
            ),
        ),
    };
    settled(Problem::new(&codes::studio::NOT_FROM_HERE, message, help))
}

/// The problem of a script that somebody else has locked.
fn locked(path: &str, holder: &str) -> Problem {
    let message = format!("{} is locked by {}: nothing was saved", clean(path, 200), clean(holder, 200));
    let help = "have it closed or unlocked in Studio, then submit again";
    settled(Problem::new(&codes::studio::LOCKED, message, help))
}

/// The problem of a script that the syntax check rejects.
fn rejected(
    submission: &Submission,
    path: &str,
    reason: Option<String>,
    errors: &[ScriptComplaint],
) -> Problem {
    let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
    let message = format!("the platform's syntax check rejects {}{reason}", clean(path, 200));
    let problem = Problem::new(
        &codes::studio::REJECTED,
        message,
        "nothing was saved: `cxflowc explain CX920` says what the keys are about",
    );
    settled(problem.with(complaints(submission, errors)))
}

/// What the syntax check warns of in a script that is saved.
fn warned(submission: &Submission, path: &str, warnings: &[ScriptComplaint]) -> Option<Problem> {
    if warnings.is_empty() {
        return None;
    }
    let message = format!("the platform saved {}, and its syntax check warns", clean(path, 200));
    let is_of = |words: &[&str]| warnings.iter().any(|one| words.iter().any(|word| one.key.contains(word)));
    let mut advice = Vec::new();
    if is_of(&["skill"]) {
        advice.push("compare the queues of the flow with the tenant's skills");
    }
    if is_of(&["prompt", "file"]) {
        advice.push("`cxflowc studio prompts` compares the recordings with the tenant's, and uploads them");
    }
    if advice.is_empty() {
        advice.push("`cxflowc explain CX921` says what the keys are about");
    }
    let help = format!("the script is saved; {}", advice.join("; "));
    Some(Problem::new(&codes::studio::WARNED, message, help).with(complaints(submission, warnings)))
}

/// What was found at actions, as said of the nodes that they belong to: once for each node and key.
fn complaints(submission: &Submission, found: &[ScriptComplaint]) -> Vec<Complaint> {
    let nodes = submission.artifact.nodes_of_ids();
    let mut groups: Vec<(&str, Option<&String>, Vec<&ScriptComplaint>)> = Vec::new();
    let mut known: FxHashMap<(&str, &String), usize> = FxHashMap::default();
    for one in found {
        let node = nodes.get(&one.action);
        let next = groups.len();
        let at = node.map_or(next, |node| *known.entry((&one.key, node)).or_insert(next));
        match groups.get_mut(at) {
            Some((_, _, all)) => all.push(one),
            None => groups.push((&one.key, node, vec![one])),
        }
    }
    let complaint = |(key, node, all): (&str, Option<&String>, Vec<&ScriptComplaint>)| {
        let named = |one: &&ScriptComplaint| match one.action_type.as_str() {
            "" => one.action.clone(),
            name => format!("{name} ({})", one.action),
        };
        let message = match all.as_slice() {
            [only] if only.action == "0" => format!("{key}, of the whole script"),
            [only] if only.action_type.is_empty() => format!("{key}, at action {}", only.action),
            [only] => format!("{key}, at the action {}", named(only)),
            several => {
                let names: Vec<String> = several.iter().map(named).collect();
                format!("{key}, at the actions {}", list_of(&names, "and"))
            }
        };
        Complaint { code: None, message, node: node.cloned(), path: None }
    };
    groups.into_iter().map(complaint).collect()
}

fn settled(problem: Problem) -> Problem {
    Problem { is_settled: true, ..problem }
}
