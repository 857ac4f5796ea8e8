//! `cxflowc status`

mod remote;
mod script;

use serde_json::json;

use self::remote::{PlatformQuery, Remote};
use self::script::{Beside, ScriptQuery};
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
use crate::cxone;
use crate::source::Sources;

/// What is asked of platforms and of tenants.
#[derive(Default)]
struct Queries {
    platform: PlatformQuery,
    studio: ScriptQuery,
}

/// How a source compares with the lock's entry for its flow.
enum LockComparison<'a> {
    InPlace(&'a LockedFlow),
    Changed(&'a LockedFlow),
    Pending(&'a LockedFlow),
    /// It was in place last, but another submission was begun since.
    Overtaken(&'a LockedFlow),
    /// The platform accepted a payload, but its result is unknown.
    Unknown(&'a LockedFlow),
    /// Its source was submitted under another name.
    Renamed(&'a LockedFlow),
    /// It was not submitted there; the entries are those of other platforms.
    Never(Vec<&'a LockedFlow>),
}

impl<'a> LockComparison<'a> {
    /// The lock's entry.
    fn entry(&self) -> Option<&'a LockedFlow> {
        match self {
            Self::InPlace(entry)
            | Self::Changed(entry)
            | Self::Pending(entry)
            | Self::Overtaken(entry)
            | Self::Unknown(entry)
            | Self::Renamed(entry) => Some(entry),
            Self::Never(_) => None,
        }
    }
}

pub fn run(args: &StatusArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    if args.remote {
        signals::end(EndSignals::Saying("interrupted before anything was sent"));
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
    let mut query = args.remote.then(Queries::default);
    for job in jobs {
        let reported = job.and_then(|job| {
            reporter.report(&job.compiled);
            report_status(job, args, query.as_mut(), terminal)
        });
        match reported {
            Ok(own) => status = status.max(own),
            Err(failure) => failures.push(failure),
        }
    }
    let problems = query.map(|query| [query.platform.problems, query.studio.problems].concat());
    for problem in problems.unwrap_or_default() {
        reporter.report_all(&Sources::default(), &[problem.finding()]);
    }
    reporter.conclude(status, failures)
}

fn report_status(
    job: CompileJob,
    args: &StatusArgs,
    mut query: Option<&mut Queries>,
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
    let lock = FlowLock::within(&folder(&job.input), args.compile.env.as_deref());
    let record = lock.read()?;
    let artifact = Artifact::of(job)?;
    let account = AccountArgs { base: args.base.clone(), client_id: args.client_id.clone() };
    let (mut tenant, mut studio) = (None, None);
    match (&query, &artifact.script) {
        (Some(_), Some(_)) => {
            let version = artifact.api_version.as_deref();
            studio = Some(connection::studio_tenant(&account, environment.as_ref(), version, "")?);
        }
        (Some(_), None) => tenant = Some(connection::tenant(&account, environment.as_ref(), "")?),
        (None, _) => {}
    }
    let of_studio = studio.as_ref().zip(artifact.script.as_ref());
    let platform = match (&tenant, of_studio) {
        (Some(tenant), _) => Some(tenant.name().to_owned()),
        (None, Some((studio, head))) => Some(studio.name(head.business_unit)),
        (None, None) => {
            let base = connection::known_platform(&args.base, environment.as_ref())?;
            base.map(|base| match &artifact.script {
                Some(head) => cxone::studio::name(&base, head.business_unit),
                None => base,
            })
        }
    };
    let hash = artifact.print.sha256.to_string();
    let mut entries: Vec<&LockedFlow> = record
        .everywhere(&artifact.flow)
        .filter(|entry| platform.as_ref().is_none_or(|platform| *platform == entry.platform))
        .collect();
    entries.sort_by(|a, b| a.platform.cmp(&b.platform));
    let mut comparisons: Vec<LockComparison<'_>> =
        entries.into_iter().map(|entry| compare(entry, &artifact.print)).collect();
    if comparisons.is_empty() && artifact.file != "<stdin>" {
        let of_source = record.of_source_everywhere(&artifact.file);
        let on_platform =
            |entry: &&LockedFlow| platform.as_ref().is_none_or(|platform| *platform == entry.platform);
        let known = of_source.filter(on_platform);
        comparisons.extend(known.filter(|entry| entry.in_place.is_some()).map(LockComparison::Renamed));
    }
    if comparisons.is_empty() {
        comparisons.push(LockComparison::Never(record.everywhere(&artifact.flow).collect()));
    }
    let mut status = ExitStatus::Done;
    for comparison in comparisons {
        if !matches!(comparison, LockComparison::InPlace(_)) {
            status = status.max(ExitStatus::Wanting);
        }
        let timeout = args.time.timeout;
        let (remote, beside) = match (&mut query, comparison.entry()) {
            (Some(query), Some(entry)) => match (&tenant, of_studio) {
                (Some(tenant), _) => (query.platform.ask(tenant, entry, timeout)?, Beside::default()),
                (None, Some((studio, head))) => {
                    let asked = query.studio.ask(studio, &head.path, entry, timeout)?;
                    (
                        asked.as_ref().map(|(remote, _)| *remote),
                        asked.map(|(_, beside)| beside).unwrap_or_default(),
                    )
                }
                (None, None) => (None, Beside::default()),
            },
            _ => (None, Beside::default()),
        };
        if let Some(remote) = &remote {
            status = status.max(remote.status());
        }
        let line = match args.format {
            ResultFormat::Text => {
                let more =
                    remote.map(|remote| format!("; {}{}", remote.text(), beside.text())).unwrap_or_default();
                format!("{}{more}", text(&name, &comparison))
            }
            ResultFormat::Json => json(&artifact, &hash, &comparison, remote.as_ref(), &beside),
        };
        terminal.result(&format!("{line}\n"));
    }
    Ok(status)
}

fn compare<'a>(entry: &'a LockedFlow, print: &Fingerprint) -> LockComparison<'a> {
    let is_in_place =
        |in_place: &InPlace| print.matches(&in_place.payload_sha256, in_place.canonical_sha256.as_deref());
    let is_sent =
        |pending: &Pending| print.matches(&pending.payload_sha256, pending.canonical_sha256.as_deref());
    match (&entry.in_place, &entry.pending) {
        (_, Some(pending)) if pending.is_unknown() => LockComparison::Unknown(entry),
        (Some(in_place), Some(pending)) if is_in_place(in_place) && !is_sent(pending) => {
            LockComparison::Overtaken(entry)
        }
        (Some(in_place), _) if is_in_place(in_place) => LockComparison::InPlace(entry),
        (_, Some(pending)) if is_sent(pending) => LockComparison::Pending(entry),
        (Some(_), _) => LockComparison::Changed(entry),
        (None, Some(_)) => LockComparison::Changed(entry),
        (None, None) => LockComparison::Never(Vec::new()),
    }
}

fn text(name: &str, comparison: &LockComparison<'_>) -> String {
    match comparison {
        LockComparison::InPlace(entry) => match &entry.in_place {
            Some(in_place) => {
                format!(
                    "{name}: in place as {} since {} on {}",
                    in_place.flow_id, in_place.since, entry.platform
                )
            }
            None => format!("{name}: in place on {}", entry.platform),
        },
        LockComparison::Changed(LockedFlow { in_place: Some(in_place), platform, .. }) => {
            format!(
                "{name}: differs from {}, in place since {} on {platform}",
                in_place.flow_id, in_place.since
            )
        }
        LockComparison::Changed(entry) => format!(
            "{name}: differs from what was last sent to {}, which is not known to be in place",
            entry.platform
        ),
        LockComparison::Pending(entry) => {
            let job = pending_job(entry);
            format!("{name}: submission to {} unfinished{job}; run submit again to resume", entry.platform)
        }
        LockComparison::Overtaken(entry) => {
            let flow = entry.in_place.as_ref().map(|in_place| in_place.flow_id.as_str()).unwrap_or_default();
            format!(
                "{name}: was in place as {flow}, but another submission to {} was begun since{}; run submit again to be sure",
                entry.platform,
                pending_job(entry)
            )
        }
        LockComparison::Unknown(entry) => format!(
            "{name}: sent to {} at {}, result unknown{}; `cxflowc explain CX911` says what to do",
            entry.platform,
            entry.pending.as_ref().map(|pending| pending.since.as_str()).unwrap_or_default(),
            pending_job(entry)
        ),
        LockComparison::Renamed(entry) => {
            let flow = entry.in_place.as_ref().map(|in_place| in_place.flow_id.as_str()).unwrap_or_default();
            format!(
                "{name}: never submitted under this name; as \"{}\" in place as {flow} on {}, and `submit --rename` carries that over",
                entry.name, entry.platform
            )
        }
        LockComparison::Never(elsewhere) => {
            let others: Vec<&str> = elsewhere.iter().map(|entry| entry.platform.as_str()).collect();
            match others.as_slice() {
                [] => format!("{name}: never submitted"),
                others => format!("{name}: never submitted there, only to {}", others.join(", ")),
            }
        }
    }
}

fn pending_job(entry: &LockedFlow) -> String {
    let job = entry.pending.as_ref().and_then(|pending| pending.job.as_deref());
    job.map(|job| format!(" (job {job})")).unwrap_or_default()
}

fn json(
    artifact: &Artifact,
    hash: &str,
    comparison: &LockComparison<'_>,
    remote: Option<&Remote>,
    beside: &Beside,
) -> String {
    let word = match comparison {
        LockComparison::InPlace(_) => "in_place",
        LockComparison::Changed(_) => "changed",
        LockComparison::Pending(_) => "pending",
        LockComparison::Overtaken(_) => "overtaken",
        LockComparison::Unknown(_) => "unknown",
        LockComparison::Renamed(_) => "renamed",
        LockComparison::Never(_) => "never",
    };
    let entry = comparison.entry();
    let in_place = entry.and_then(|entry| entry.in_place.as_ref());
    let pending = entry.and_then(|entry| entry.pending.as_ref());
    let mut line = json!({
        "file": artifact.name,
        "flow": artifact.flow,
        "status": word,
        "platform": entry.map(|entry| &entry.platform),
        "flow_id": in_place.map(|in_place| &in_place.flow_id),
        "since": in_place.map(|in_place| &in_place.since),
        "payload_sha256": hash,
        "submitted_sha256": in_place.map(|in_place| &in_place.payload_sha256).filter(|hash| !hash.is_empty()),
        "job": pending.and_then(|pending| pending.job.as_ref()),
        "remote": remote.map(Remote::word),
    });
    // Only a tenant's scripts have these.
    for (name, value) in [("saved_by", &beside.saved_by), ("locked_by", &beside.locked_by)] {
        if let (Some(value), Some(line)) = (value, line.as_object_mut()) {
            line.insert(name.to_owned(), value.as_str().into());
        }
    }
    line.to_string()
}
