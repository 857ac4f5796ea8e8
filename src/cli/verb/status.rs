//! `cxflowc status`

mod remote;

use serde_json::json;

use self::remote::{PlatformQuery, Remote};
use crate::cli::args::{AccountArgs, ResultFormat, StatusArgs};
use crate::cli::compilation::compile::{Purpose, compile_all};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, findings};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cli::deployment::fingerprint::Fingerprint;
use crate::cli::deployment::flow_lock::{FlowLock, InPlace, LockedFlow, Pending};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::verb::submit::{Artifact, folder};
use crate::cli::{ExitStatus, VerbResult};
use crate::source::Sources;

/// How a source compares with what the lock says of its flow.
enum LockComparison<'a> {
    InPlace(&'a LockedFlow),
    Changed(&'a LockedFlow),
    Pending(&'a LockedFlow),
    /// It is what was in place last, and something else was begun since.
    Overtaken(&'a LockedFlow),
    /// The platform took something, and nobody knows what became of it.
    Unknown(&'a LockedFlow),
    /// Its source was submitted under another name.
    Renamed(&'a LockedFlow),
    Never,
}

impl<'a> LockComparison<'a> {
    /// What the lock says.
    fn entry(&self) -> Option<&'a LockedFlow> {
        match self {
            Self::InPlace(entry)
            | Self::Changed(entry)
            | Self::Pending(entry)
            | Self::Overtaken(entry)
            | Self::Unknown(entry)
            | Self::Renamed(entry) => Some(entry),
            Self::Never => None,
        }
    }
}

pub fn run(args: &StatusArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    if args.remote {
        signals::end(EndSignals::Saying("interrupted before the platform was asked"));
    }
    let compiled = sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal)
        .and_then(|selected| compile_all(&selected, &args.compile, Purpose::Build));
    let jobs = match compiled {
        Ok(jobs) => jobs,
        Err(failure) => return Reporter::stopped(&args.messages, terminal, true, &args.files, failure),
    };
    let mut reporter = Reporter::new(&args.messages, terminal, true, jobs.len() > 1);
    let mut status = ExitStatus::Done;
    let mut failures = Vec::new();
    let mut asks = args.remote.then(PlatformQuery::default);
    for job in jobs {
        let told = job.and_then(|job| {
            reporter.report(&job.compiled);
            tell(job, args, asks.as_mut(), terminal)
        });
        match told {
            Ok(one) => status = status.max(one),
            Err(failure) => failures.push(failure),
        }
    }
    for problem in asks.map(|asks| asks.problems).unwrap_or_default() {
        reporter.report_all(&Sources::default(), &[problem.finding()]);
    }
    reporter.conclude(status, failures)
}

fn tell(
    job: CompileJob,
    args: &StatusArgs,
    mut asks: Option<&mut PlatformQuery>,
    terminal: &Terminal,
) -> VerbResult {
    let name = job.input.name();
    if job.compiled.diagnostics.has_errors() {
        let found = findings(&job.compiled).unwrap_or_default();
        terminal.closing(&format!("{name}: {found}"));
        return Ok(ExitStatus::Wanting);
    }
    if !job.compiled.is_complete() {
        terminal.closing(&format!("{name}: a library, nothing to submit"));
        return Ok(ExitStatus::Done);
    }
    let environment = job.environment.clone();
    let tenant = match asks {
        Some(_) => {
            let account = AccountArgs { base: args.base.clone(), client_id: args.client_id.clone() };
            Some(connection::tenant(&account, environment.as_ref(), "")?)
        }
        None => None,
    };
    let platform = match &tenant {
        Some(tenant) => Some(tenant.name().to_owned()),
        None => connection::known_platform(&args.base, environment.as_ref())?,
    };
    let lock = FlowLock::within(&folder(&job.input), args.compile.env.as_deref());
    let record = lock.read()?;
    let parcel = Artifact::of(job)?;
    let hash = parcel.print.sha256.to_string();
    let mut entries: Vec<&LockedFlow> = record
        .everywhere(&parcel.flow)
        .filter(|entry| platform.as_ref().is_none_or(|platform| *platform == entry.platform))
        .collect();
    entries.sort_by(|a, b| a.platform.cmp(&b.platform));
    let mut standings: Vec<LockComparison<'_>> =
        entries.into_iter().map(|entry| standing(entry, &parcel.print)).collect();
    if standings.is_empty() && parcel.file != "<stdin>" {
        let of_source = record.of_source_everywhere(&parcel.file);
        let on_platform =
            |entry: &&LockedFlow| platform.as_ref().is_none_or(|platform| *platform == entry.platform);
        let known = of_source.filter(on_platform);
        standings.extend(known.filter(|entry| entry.in_place.is_some()).map(LockComparison::Renamed));
    }
    if standings.is_empty() {
        standings.push(LockComparison::Never);
    }
    let mut status = ExitStatus::Done;
    for standing in standings {
        if !matches!(standing, LockComparison::InPlace(_)) {
            status = status.max(ExitStatus::Wanting);
        }
        let remote = match (&mut asks, &tenant, standing.entry()) {
            (Some(asks), Some(tenant), Some(entry)) => asks.ask(tenant, entry, args.time.timeout)?,
            _ => None,
        };
        if let Some(remote) = &remote {
            status = status.max(remote.status());
        }
        let line = match args.format {
            ResultFormat::Text => {
                let more = remote.as_ref().map(|remote| format!("; {}", remote.text())).unwrap_or_default();
                format!("{}{more}", text(&name, &standing))
            }
            ResultFormat::Json => json(&parcel, &hash, &standing, remote.as_ref().map(Remote::word)),
        };
        terminal.result(&format!("{line}\n"));
    }
    Ok(status)
}

fn standing<'a>(entry: &'a LockedFlow, print: &Fingerprint) -> LockComparison<'a> {
    let is_there = |there: &InPlace| print.is(&there.payload_sha256, there.canonical_sha256.as_deref());
    let is_sent = |pending: &Pending| print.is(&pending.payload_sha256, pending.canonical_sha256.as_deref());
    match (&entry.in_place, &entry.pending) {
        (_, Some(pending)) if pending.is_unknown() => LockComparison::Unknown(entry),
        (Some(there), Some(pending)) if is_there(there) && !is_sent(pending) => {
            LockComparison::Overtaken(entry)
        }
        (Some(there), _) if is_there(there) => LockComparison::InPlace(entry),
        (_, Some(pending)) if is_sent(pending) => LockComparison::Pending(entry),
        (Some(_), _) => LockComparison::Changed(entry),
        (None, Some(_)) => LockComparison::Changed(entry),
        (None, None) => LockComparison::Never,
    }
}

fn text(name: &str, standing: &LockComparison<'_>) -> String {
    match standing {
        LockComparison::InPlace(entry) => match &entry.in_place {
            Some(there) => {
                format!("{name}: in place as {} since {} on {}", there.flow_id, there.since, entry.platform)
            }
            None => format!("{name}: in place on {}", entry.platform),
        },
        LockComparison::Changed(LockedFlow { in_place: Some(there), platform, .. }) => {
            format!("{name}: differs from {}, in place since {} on {platform}", there.flow_id, there.since)
        }
        LockComparison::Changed(entry) => format!(
            "{name}: differs from what was last sent to {}, which is not known to be in place",
            entry.platform
        ),
        LockComparison::Pending(entry) => {
            let job = pending_job(entry);
            format!(
                "{name}: begun on {}, not known to be in place{job}; submit it again to continue",
                entry.platform
            )
        }
        LockComparison::Overtaken(entry) => {
            let flow = entry.in_place.as_ref().map(|there| there.flow_id.as_str()).unwrap_or_default();
            format!(
                "{name}: was in place as {flow}, and something else was begun on {} since{}; submit it again to be sure",
                entry.platform,
                pending_job(entry)
            )
        }
        LockComparison::Unknown(entry) => format!(
            "{name}: sent to {} at {}, unknown what became of it{}; `cxflowc explain CX911` says what to do",
            entry.platform,
            entry.pending.as_ref().map(|pending| pending.since.as_str()).unwrap_or_default(),
            pending_job(entry)
        ),
        LockComparison::Renamed(entry) => {
            let flow = entry.in_place.as_ref().map(|there| there.flow_id.as_str()).unwrap_or_default();
            format!(
                "{name}: never submitted under this name; as \"{}\" in place as {flow} on {}, and `submit --rename` carries that over",
                entry.name, entry.platform
            )
        }
        LockComparison::Never => format!("{name}: never submitted"),
    }
}

fn pending_job(entry: &LockedFlow) -> String {
    let job = entry.pending.as_ref().and_then(|pending| pending.job.as_deref());
    job.map(|job| format!(" (job {job})")).unwrap_or_default()
}

fn json(parcel: &Artifact, hash: &str, standing: &LockComparison<'_>, remote: Option<&str>) -> String {
    let word = match standing {
        LockComparison::InPlace(_) => "in_place",
        LockComparison::Changed(_) => "changed",
        LockComparison::Pending(_) => "pending",
        LockComparison::Overtaken(_) => "overtaken",
        LockComparison::Unknown(_) => "unknown",
        LockComparison::Renamed(_) => "renamed",
        LockComparison::Never => "never",
    };
    let entry = standing.entry();
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
        "submitted_sha256": there.map(|there| &there.payload_sha256).filter(|hash| !hash.is_empty()),
        "job": pending.and_then(|pending| pending.job.as_ref()),
        "remote": remote,
    })
    .to_string()
}
