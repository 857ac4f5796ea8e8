//! `cxflowc studio rollback`: opens an earlier version of a script and saves it again.

use std::path::Path;
use std::sync::Arc;

use hyper::body::Bytes;
use serde_json::{Value, json};

use super::history;
use crate::audit::{Action, AuditEntry, EntryContext, Hash};
use crate::cli::args::{ResultFormat, StudioRollbackArgs};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::deployment::flow_lock::{InPlace, LockedFlow, now};
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::{HandoverListener, StageTracker, SubmissionStage};
use crate::cli::deployment::studio::StudioContext;
use crate::cli::files::outputs::{OutputUse, Outputs};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::verb::submit::{RunLog, context, plain};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::studio::{SaveAnswer, ScriptComplaint, ScriptVersion, StudioClient};
use crate::cxone::{Deadline, Problem, clean, codes};
use crate::diagnostics::Diagnostic;

pub fn run(args: &StudioRollbackArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted before anything was sent"));
    let tenant = match StudioContext::new(&args.common, terminal)? {
        Ok(tenant) => tenant,
        Err(status) => return Ok(status),
    };
    let of_environment = || tenant.environment.as_ref().and_then(|environment| environment.audit.clone());
    let log = args.audit.clone().or_else(of_environment).filter(|_| !args.dry_run);
    let mut outputs = Outputs::default();
    let name = if args.audit.is_some() { "--audit" } else { "the environment's `audit`" };
    outputs.add_some(name, log.as_ref(), OutputUse::Log);
    outputs.add_some("--message-file", args.common.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    let locks = std::slice::from_ref(&tenant.lock);
    let trail = RunLog::new(log.as_deref(), locks, tokio::time::Instant::now())?;
    let audit = match trail.has_log() {
        true => Arc::new(context(Path::new("."), "HEAD", args.common.env.as_deref())?),
        false => Arc::default(),
    };
    let reached = StageTracker::default();
    let rollback = Rollback { args, tenant: &tenant, trail: &trail, audit, reached: &reached, terminal };
    let outcome = platform::run(terminal, &args.common.messages, &reached, rollback.carry_out(), |problem| {
        vec![finding(problem)]
    });
    if let Ok(ExitStatus::Interrupted) = outcome {
        let known = match reached.now() {
            SubmissionStage::Nothing => "nothing was saved",
            _ => "it is not known whether the version was saved",
        };
        terminal.error(&format!("interrupted; {known}: `cxflowc studio history` lists the versions\n"));
    }
    trail.print_repaired_tear(terminal);
    trail.print_log_head(terminal);
    outcome
}

/// A problem with everything that the syntax check found.
fn finding(problem: &Problem) -> Diagnostic {
    let mut finding = problem.finding();
    finding.notes.extend(problem.complaints.iter().map(|complaint| complaint.message.clone()));
    finding
}

/// One rollback.
struct Rollback<'a> {
    args: &'a StudioRollbackArgs,
    tenant: &'a StudioContext,
    trail: &'a RunLog,
    audit: Arc<EntryContext>,
    reached: &'a StageTracker,
    terminal: &'a Terminal,
}

/// A version that is to be saved again.
struct Chosen {
    version: ScriptVersion,
    script: Bytes,
    is_newest: bool,
}

impl Rollback<'_> {
    async fn carry_out(&self) -> Result<Result<ExitStatus, Problem>, Failure> {
        let deadline = Deadline::after(self.args.common.time.timeout);
        let opened = async {
            let client = self.tenant.client()?;
            client.sign_in(deadline, &VerboseProgress { terminal: self.terminal }).await?;
            self.tenant.check_business_unit(&client)?;
            let chosen = self.choose(&client, deadline).await?;
            Ok((client, chosen))
        };
        let (client, chosen) = match opened.await {
            Ok(opened) => opened,
            Err(problem) => return self.failed(problem, None),
        };
        if chosen.is_newest {
            self.result(&chosen, "unchanged", None);
            return Ok(Ok(ExitStatus::Done));
        }
        if self.args.dry_run {
            self.show(&chosen);
            return Ok(Ok(ExitStatus::Done));
        }
        let listener = VerboseProgress { terminal: self.terminal };
        match client.lock_holder(&self.args.script, deadline, &listener).await {
            Ok(None) => self.save(&client, &chosen, deadline).await,
            Ok(Some(holder)) => self.failed(self.locked(&holder), Some(&chosen)),
            Err(problem) => self.failed(problem, Some(&chosen)),
        }
    }

    /// The version that is asked for, and its script.
    async fn choose(&self, client: &StudioClient, deadline: Deadline) -> Result<Chosen, Problem> {
        let path = &self.args.script;
        let listener = VerboseProgress { terminal: self.terminal };
        let versions = history::versions(client, path, deadline, &listener).await?;
        let position = match self.args.version {
            None => Some(1),
            Some(id) => versions.iter().position(|version| version.id == id),
        };
        let version = position.and_then(|position| versions.get(position)).ok_or_else(|| {
            let path = clean(path, 200);
            let message = match self.args.version {
                None => format!("{path} has one version only, so there is none before it"),
                Some(id) => format!("{path} has no version {id}"),
            };
            let help = "nothing was saved: `cxflowc studio history` lists the versions with their numbers";
            settled(Problem::new(&codes::studio::NO_SCRIPT, message, help))
        })?;
        let script = client.open_version(version.id, path, deadline, &listener).await?;
        Ok(Chosen { version: version.clone(), script, is_newest: position == Some(0) })
    }

    async fn save(
        &self,
        client: &StudioClient,
        chosen: &Chosen,
        deadline: Deadline,
    ) -> Result<Result<ExitStatus, Problem>, Failure> {
        let path = &self.args.script;
        let platform = self.tenant.platform(client);
        let lock = &self.tenant.lock;
        // Keeps a submission of the same flow away until it is known what is in place.
        let turn = if lock.exists() { Some(lock.turn(path)?) } else { None };
        if matches!(turn, Some(None)) {
            return Err(Failure::new(format!("another run is saving {}", clean(path, 200)))
                .help("wait until it ends, then look at `cxflowc studio history`"));
        }
        let before = self.forget_in_place(&platform)?;
        self.reached.advance_to(SubmissionStage::UnderWay);
        let listener = VerboseProgress { terminal: self.terminal };
        let listener = HandoverListener { listener: &listener, reached: self.reached, sent_before: false };
        let answer = client.save(&chosen.script, deadline, &listener).await;
        self.reached.advance_to(SubmissionStage::Unanswered);
        let (id, warnings) = match answer {
            Ok(SaveAnswer::Saved { id, warnings }) => (id.unwrap_or_else(|| path.clone()), warnings),
            refused => {
                let problem = match refused {
                    Ok(SaveAnswer::Rejected { reason, errors }) => self.rejected(reason, &errors),
                    Ok(SaveAnswer::Locked(holder)) => self.locked(&holder),
                    Ok(SaveAnswer::Saved { .. }) => self.rejected(None, &[]),
                    Err(problem) => problem,
                };
                // Only what was certainly not saved leaves the lock as it was.
                if problem.is_settled
                    && let Some(before) = before
                {
                    lock.change(|record| {
                        if let Some(entry) = record.entry(&platform, path) {
                            *entry = before;
                        }
                    })?;
                }
                return self.failed(problem, Some(chosen));
            }
        };
        if before.is_some() {
            let print = Fingerprint::of(&chosen.script);
            let in_place = InPlace {
                flow_id: id.clone(),
                payload_sha256: print.sha256.to_string(),
                canonical_sha256: Some(print.canonical.to_string()),
                since: now(),
            };
            lock.change(|record| {
                if let Some(entry) = record.entry(&platform, path) {
                    entry.in_place = Some(in_place);
                    entry.pending = None;
                }
            })?;
        }
        drop(turn);
        let entry = self.entry(true, Some(chosen)).flow_id(id.clone());
        self.trail.write(&entry, Some(lock).filter(|lock| lock.exists()))?;
        self.result(chosen, "saved", Some(&id));
        self.warn(&warnings);
        let path = lock.path().display();
        self.terminal.closing(&match before {
            Some(_) => format!("{path} has it as what is in place; `cxflowc status` shows whether the flow says the same"),
            None => format!("{path} has no entry for this script: `status` in the folder of its flow does not know of this"),
        });
        Ok(Ok(ExitStatus::Done))
    }

    /// Notes in the lock that it is not known what is in place, and returns the entry as it was.
    fn forget_in_place(&self, platform: &str) -> Result<Option<LockedFlow>, Failure> {
        let (lock, path) = (&self.tenant.lock, &self.args.script);
        if !lock.exists() || lock.read()?.flow(platform, path).is_none() {
            return Ok(None);
        }
        lock.change(|record| {
            let entry = record.entry(platform, path)?;
            let before = entry.clone();
            if let Some(in_place) = &mut entry.in_place {
                in_place.payload_sha256.clear();
                in_place.canonical_sha256 = None;
            }
            Some(before)
        })
    }

    fn failed(
        &self,
        problem: Problem,
        chosen: Option<&Chosen>,
    ) -> Result<Result<ExitStatus, Problem>, Failure> {
        if !self.args.dry_run {
            let detail = format!("{}: {}", self.intent(chosen), problem.log_text());
            let entry = self.entry(false, chosen).code(problem.code.id).detail(detail);
            self.trail.write(&entry, Some(&self.tenant.lock).filter(|lock| lock.exists()))?;
        }
        Ok(Err(problem))
    }

    /// What is done, in words for the log.
    fn intent(&self, chosen: Option<&Chosen>) -> String {
        match chosen.map(|chosen| chosen.version.id).or(self.args.version) {
            Some(id) => format!("rolled back to version {id}"),
            None => "rolled back to the version before".to_owned(),
        }
    }

    fn entry(&self, ok: bool, chosen: Option<&Chosen>) -> AuditEntry {
        let entry = plain(&self.audit, Action::Create, ok).flow(self.args.script.clone());
        let entry = entry.detail(self.intent(chosen));
        match chosen {
            Some(chosen) => entry.payload(Hash::of(&chosen.script)),
            None => entry,
        }
    }

    fn result(&self, chosen: &Chosen, status: &str, id: Option<&str>) {
        let Chosen { version, .. } = chosen;
        let path = &self.args.script;
        let line = match self.args.format {
            ResultFormat::Json => json!({
                "script": path,
                "status": status,
                "version": history::version_json(version),
                "flow_id": id,
            })
            .to_string(),
            ResultFormat::Text => match id {
                Some(id) => format!("{path}: {} is saved again ({id})", named(version)),
                None => format!("{path}: {} is the newest one, and nothing was saved", named(version)),
            },
        };
        self.terminal.result(&format!("{line}\n"));
    }

    /// Prints what would be saved.
    fn show(&self, chosen: &Chosen) {
        let script: Value = serde_json::from_slice(&chosen.script).unwrap_or_default();
        let text = match self.args.format {
            ResultFormat::Text => serde_json::to_string_pretty(&script).unwrap_or_default(),
            ResultFormat::Json => json!({
                "script": self.args.script,
                "status": "dry_run",
                "version": history::version_json(&chosen.version),
                "content": script,
            })
            .to_string(),
        };
        self.terminal.result(&format!("{text}\n"));
        let path = clean(&self.args.script, 200);
        self.terminal.closing(&format!("{path}: {} would be saved again", named(&chosen.version)));
    }

    fn warn(&self, warnings: &[ScriptComplaint]) {
        for warning in warnings {
            self.terminal.warning(&format!("the platform's syntax check: {}", about(warning)));
        }
    }

    fn locked(&self, holder: &str) -> Problem {
        let path = clean(&self.args.script, 200);
        let message = format!("{path} is locked by {}: nothing was saved", clean(holder, 200));
        settled(Problem::new(
            &codes::studio::LOCKED,
            message,
            "have it closed or unlocked in Studio, then try again",
        ))
    }

    fn rejected(&self, reason: Option<String>, errors: &[ScriptComplaint]) -> Problem {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let message = format!(
            "the platform's syntax check rejects the version of {}{reason}",
            clean(&self.args.script, 200)
        );
        let help = "nothing was saved; the actions may have changed since that version, or it is incomplete";
        let complaint = |error: &ScriptComplaint| crate::cxone::refusal::Complaint {
            message: about(error),
            ..Default::default()
        };
        settled(
            Problem::new(&codes::studio::REJECTED, message, help)
                .with(errors.iter().map(complaint).collect()),
        )
    }
}

/// A version in words: its number, when it was saved, and by whom.
fn named(version: &ScriptVersion) -> String {
    let of = version.modified.as_ref().map(|day| format!(" of {day}")).unwrap_or_default();
    let by = version.user.as_ref().map(|user| format!(" by {user}")).unwrap_or_default();
    format!("version {}{of}{by}", version.id)
}

/// What the syntax check found at an action.
fn about(found: &ScriptComplaint) -> String {
    let ScriptComplaint { action, action_type, key } = found;
    match (action.as_str(), action_type.as_str()) {
        ("0", _) => format!("{key}, of the whole script"),
        (id, "") => format!("{key}, at action {id}"),
        (id, name) => format!("{key}, at the action {name} ({id})"),
    }
}

fn settled(problem: Problem) -> Problem {
    Problem { is_settled: true, ..problem }
}
