//! `cxflowc status`

use serde_json::json;

use super::args::{ResultFormat, StatusArgs};
use super::compile::{Job, Purpose, compile_all};
use super::connection;
use super::flow_lock::{Entry, FlowLock};
use super::report::{Reporter, findings};
use super::sources::{self, Parts};
use super::submit::{Parcel, folder};
use super::terminal::Terminal;
use super::{Outcome, Status};

/// How a source compares with what the lock says of its flow.
enum Standing<'a> {
    InPlace(&'a Entry),
    Changed(&'a Entry),
    Pending(&'a Entry),
    /// It is what was in place last, and something else was begun since.
    Overtaken(&'a Entry),
    Never,
}

pub fn run(args: &StatusArgs, terminal: &mut Terminal) -> Outcome {
    let compiled = sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal)
        .and_then(|inputs| compile_all(&inputs, &args.compile, Purpose::Build));
    let jobs = match compiled {
        Ok(jobs) => jobs,
        Err(failure) => return Reporter::stopped(&args.messages, terminal, true, &args.files, failure),
    };
    let mut reporter = Reporter::new(&args.messages, terminal, true, jobs.len() > 1);
    let mut status = Status::Done;
    let mut failures = Vec::new();
    for job in jobs {
        let told = job.and_then(|job| {
            reporter.report(&job.compiled);
            tell(job, args, terminal)
        });
        match told {
            Ok(one) => status = status.max(one),
            Err(failure) => failures.push(failure),
        }
    }
    reporter.conclude(status, failures)
}

fn tell(job: Job, args: &StatusArgs, terminal: &Terminal) -> Outcome {
    let name = job.input.name();
    if job.compiled.diagnostics.has_errors() {
        let found = findings(&job.compiled).unwrap_or_default();
        terminal.closing(&format!("{name}: {found}"));
        return Ok(Status::Wanting);
    }
    if !job.compiled.is_complete() {
        terminal.closing(&format!("{name}: a library, nothing to submit"));
        return Ok(Status::Done);
    }
    let platform = connection::known_platform(&args.base, job.environment.as_ref())?;
    let lock = FlowLock::within(&folder(&job.input), args.compile.env.as_deref());
    let record = lock.read()?;
    let parcel = Parcel::of(job)?;
    let hash = parcel.sha256.to_string();
    let mut entries: Vec<&Entry> = record
        .everywhere(&parcel.flow)
        .filter(|entry| platform.as_ref().is_none_or(|platform| *platform == entry.platform))
        .collect();
    entries.sort_by(|a, b| a.platform.cmp(&b.platform));
    let mut standings: Vec<Standing<'_>> = entries.into_iter().map(|entry| standing(entry, &hash)).collect();
    if standings.is_empty() {
        standings.push(Standing::Never);
    }
    let mut status = Status::Done;
    for standing in standings {
        if !matches!(standing, Standing::InPlace(_)) {
            status = Status::Wanting;
        }
        let line = match args.format {
            ResultFormat::Text => text(&name, &standing),
            ResultFormat::Json => json(&parcel, &hash, &standing),
        };
        terminal.result(&format!("{line}\n"));
    }
    Ok(status)
}

fn standing<'a>(entry: &'a Entry, hash: &str) -> Standing<'a> {
    let is_this = |payload: &str| payload == hash;
    match (&entry.in_place, &entry.pending) {
        (Some(there), Some(pending))
            if is_this(&there.payload_sha256) && !is_this(&pending.payload_sha256) =>
        {
            Standing::Overtaken(entry)
        }
        (Some(there), _) if is_this(&there.payload_sha256) => Standing::InPlace(entry),
        (_, Some(pending)) if is_this(&pending.payload_sha256) => Standing::Pending(entry),
        (Some(_), _) => Standing::Changed(entry),
        (None, Some(_)) => Standing::Changed(entry),
        (None, None) => Standing::Never,
    }
}

fn text(name: &str, standing: &Standing<'_>) -> String {
    match standing {
        Standing::InPlace(entry) => match &entry.in_place {
            Some(there) => {
                format!("{name}: in place as {} since {} on {}", there.flow_id, there.since, entry.platform)
            }
            None => format!("{name}: in place on {}", entry.platform),
        },
        Standing::Changed(Entry { in_place: Some(there), platform, .. }) => {
            format!("{name}: differs from {}, in place since {} on {platform}", there.flow_id, there.since)
        }
        Standing::Changed(entry) => format!(
            "{name}: differs from what was last sent to {}, which is not known to be in place",
            entry.platform
        ),
        Standing::Pending(entry) => {
            let job = pending_job(entry);
            format!(
                "{name}: begun on {}, not known to be in place{job}; submit it again to continue",
                entry.platform
            )
        }
        Standing::Overtaken(entry) => {
            let flow = entry.in_place.as_ref().map(|there| there.flow_id.as_str()).unwrap_or_default();
            format!(
                "{name}: was in place as {flow}, and something else was begun on {} since{}; submit it again to be sure",
                entry.platform,
                pending_job(entry)
            )
        }
        Standing::Never => format!("{name}: never submitted"),
    }
}

fn pending_job(entry: &Entry) -> String {
    let job = entry.pending.as_ref().and_then(|pending| pending.job.as_deref());
    job.map(|job| format!(" (job {job})")).unwrap_or_default()
}

fn json(parcel: &Parcel, hash: &str, standing: &Standing<'_>) -> String {
    let (word, entry) = match standing {
        Standing::InPlace(entry) => ("in_place", Some(*entry)),
        Standing::Changed(entry) => ("changed", Some(*entry)),
        Standing::Pending(entry) => ("pending", Some(*entry)),
        Standing::Overtaken(entry) => ("overtaken", Some(*entry)),
        Standing::Never => ("never", None),
    };
    let there = entry.and_then(|entry| entry.in_place.as_ref());
    let pending = entry.and_then(|entry| entry.pending.as_ref());
    json!({
        "file": parcel.name,
        "flow": parcel.flow,
        "status": word,
        "platform": entry.map(|entry| &entry.platform),
        "flow_id": there.map(|there| &there.flow_id),
        "since": there.map(|there| &there.since),
        "payload_sha256": hash,
        "submitted_sha256": there.map(|there| &there.payload_sha256),
        "job": pending.and_then(|pending| pending.job.as_ref()),
    })
    .to_string()
}
