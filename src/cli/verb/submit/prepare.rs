//! Prepares a submission: compiles the sources, finds the platform, and checks the environment's guards.
//! Nothing is sent unless everything may be.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};
use tokio::time::Instant;

use super::artifact::{Artifact, flow_name};
use super::deliver::Submission;
use super::destination::Destination;
use super::rename;
use super::run_log::{self, RunLog};
use crate::audit::{Action, AuditEntry, EntryContext};
use crate::cli::args::SubmitArgs;
use crate::cli::compilation::compile::{
    Purpose, allowed, base_options, compile_all, no_flow, partition, print_failures, today,
};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, findings};
use crate::cli::config;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::deployment::guard;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::temporary;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, Failure};
use crate::compile::apply_severity_options;
use crate::diagnostics::Severity;
use crate::flow::Flow;
use crate::graph::Figures;
use crate::metrics::Stage;
use crate::settings::Environment;
use crate::source::Sources;

/// The submissions that are ready to be sent.
pub struct Submissions {
    pub submissions: Vec<Submission>,
    /// The platform or the emulator that takes them.
    pub destination: Destination,
    pub run_log: Arc<RunLog>,
}

/// The status of a run that sends nothing.
pub struct NotSent {
    pub status: ExitStatus,
    pub run_log: Arc<RunLog>,
}

/// The sources of a run, compiled or read.
struct PreparedSources {
    artifacts: Vec<Artifact>,
    /// The sources with errors.
    wanting: Vec<CompileJob>,
    /// The environment of `--env`.
    environment: Option<Environment>,
    /// Whether the settings have errors.
    broken: bool,
}

/// Prepares the submissions, or returns the status of a run that sends nothing.
pub fn prepare(
    args: &SubmitArgs,
    terminal: &Terminal,
    reporter: &mut Reporter<'_>,
) -> Result<Result<Submissions, NotSent>, Failure> {
    let began = Instant::now();
    let PreparedSources { artifacts, wanting, environment, broken } = match &args.artifact {
        Some(path) => approved(path, args, reporter)?,
        None => compiled(args, terminal, reporter)?,
    };
    let environment = environment.as_ref();
    check_as_of(args, environment)?;
    // If nothing will be sent, no destination is needed.
    let destination = match wanting.is_empty() && !artifacts.is_empty() {
        true => Some(Destination::of(&artifacts, args, environment)?),
        false => None,
    };
    // A run with the local emulator does not write to the environment's log.
    let log = args.audit.clone().or_else(|| environment.filter(|_| !args.emulate)?.audit.clone());
    let lock_of =
        |folder: &Path| (!args.emulate).then(|| FlowLock::within(folder, args.compile.env.as_deref()));
    let folders = artifacts.iter().map(|artifact| artifact.folder.clone());
    let folders = folders.chain(wanting.iter().map(|job| super::folder(&job.input)));
    let mut all_locks: Vec<FlowLock> = folders.filter_map(|folder| lock_of(&folder)).collect();
    all_locks.sort();
    all_locks.dedup();
    let outputs = outputs(args, log.as_deref());
    let checked = outputs
        .check()
        .and_then(|()| outputs.refuse_protected(&protected(args, &artifacts, &wanting, &all_locks)));
    if let Err(failure) = checked {
        reporter.forget_file();
        return Err(failure);
    }
    temporary::clear_beside(all_locks.iter().map(FlowLock::path));
    let run_log = Arc::new(RunLog::new(log.as_deref(), &all_locks, began)?);
    // The context is only needed for a log.
    let context = |input: &Input, job: Option<&CompileJob>| match run_log.has_log() {
        true => context(input, job, args).map(Arc::new),
        false => Ok(Arc::default()),
    };

    for job in &wanting {
        run_log.with_metrics(|metrics| metrics.build(false));
        run_log.record_time(Stage::Compile, job.took);
        let line = run_log::plain(&context(&job.input, Some(job))?, Action::Validate, false);
        let lock = lock_of(&super::folder(&job.input));
        run_log.write(&line.flow(flow_name(&job.compiled.flow)), lock.as_ref())?;
    }
    let mut submissions = Vec::new();
    for artifact in artifacts {
        let context = context(&artifact.input, artifact.job.as_ref())?;
        let lock = lock_of(&artifact.folder);
        // An approved artifact was not compiled, so nothing is logged about that.
        if let Some(job) = &artifact.job {
            run_log.with_metrics(|metrics| metrics.build(true));
            run_log.record_time(Stage::Compile, job.took);
            let lines = [
                run_log::entry(&context, Action::Validate, true, &artifact),
                simulate(&run_log, &context, &artifact, &job.compiled.flow),
            ];
            lines.iter().try_for_each(|line| run_log.write(line, lock.as_ref()))?;
        }
        submissions.push(Submission {
            artifact,
            lock,
            context,
            reached: StageTracker::default(),
            recorded: Mutex::default(),
            turn: Mutex::default(),
            is_reported: Mutex::default(),
        });
    }
    let Some(destination) = destination else {
        let status = if wanting.is_empty() && !broken { ExitStatus::Done } else { ExitStatus::Wanting };
        return Ok(Err(NotSent { status, run_log }));
    };
    check_distinct(&submissions)?;
    let guarded = environment.filter(|_| !args.emulate);
    let exempt: Vec<PathBuf> = log.into_iter().chain(args.metrics.clone()).collect();
    if let Some(environment) = guarded
        && !meets_guards(environment, &submissions, exempt, reporter)?
    {
        return Ok(Err(NotSent { status: ExitStatus::Wanting, run_log }));
    }
    // Finds locks that cannot be read or written before any flow is sent. `--adopt` sends nothing, and must
    // leave nothing behind if it is refused.
    for lock in locks(&submissions) {
        match &args.adopt {
            Some(_) => drop(lock.read()?),
            None => lock.change(|_| ())?,
        }
    }
    if !matches!(destination, Destination::Emulator { .. })
        && args.adopt.is_none()
        && !report_former(args, &submissions, &destination, reporter)?
    {
        return Ok(Err(NotSent { status: ExitStatus::Wanting, run_log }));
    }
    Ok(Ok(Submissions { submissions, destination, run_log }))
}

/// The files that a submission writes besides its locks.
pub fn outputs(args: &SubmitArgs, log: Option<&Path>) -> Outputs {
    let mut outputs = Outputs::default();
    let name = if args.audit.is_some() { "--audit" } else { "the environment's `audit`" };
    if let Some(log) = log {
        outputs.add(name, log, OutputUse::Log);
    }
    outputs.add_some("--metrics", args.metrics.as_ref(), OutputUse::Replaced);
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs
}

/// The files that no output may replace.
fn protected(
    args: &SubmitArgs,
    artifacts: &[Artifact],
    wanting: &[CompileJob],
    locks: &[FlowLock],
) -> Vec<ProtectedFile> {
    let jobs = artifacts.iter().filter_map(|artifact| artifact.job.as_ref()).chain(wanting);
    let mut protected = ProtectedFile::of_jobs(jobs);
    protected.extend(locks.iter().map(|lock| ProtectedFile::new("a lock file", lock.path())));
    protected.extend(args.artifact.iter().map(|path| ProtectedFile::new("the artifact", path)));
    protected
}

/// The locks of the submissions, without duplicates.
pub fn locks<'a>(submissions: impl IntoIterator<Item = &'a Submission>) -> Vec<&'a FlowLock> {
    let mut locks: Vec<&FlowLock> =
        submissions.into_iter().filter_map(|submission| submission.lock.as_ref()).collect();
    locks.sort();
    locks.dedup();
    locks
}

/// Compiles the sources and reports their findings.
fn compiled(
    args: &SubmitArgs,
    terminal: &Terminal,
    reporter: &mut Reporter<'_>,
) -> Result<PreparedSources, Failure> {
    let selected = sources::find(&args.files, &args.compile, Parts::AreRefused, terminal)?;
    let (jobs, failures) = partition(compile_all(&selected, &args.compile, Purpose::Build)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let environment = common_environment(&jobs)?;
    let (mut artifacts, mut wanting) = (Vec::new(), Vec::new());
    for job in jobs {
        reporter.report(&job.compiled);
        let name = job.input.name();
        if job.compiled.diagnostics.has_errors() {
            let found = findings(&job.compiled).unwrap_or_default();
            terminal.closing(&format!("{name}: {found}; nothing submitted"));
            wanting.push(job);
        } else if job.compiled.is_complete() {
            artifacts.push(Artifact::of(job)?);
        } else {
            terminal.closing(&format!("{name}: a library, nothing to submit"));
        }
    }
    if artifacts.is_empty() && wanting.is_empty() {
        return Err(no_flow(&selected.inputs, "there is nothing to submit"));
    }
    Ok(PreparedSources { artifacts, wanting, environment, broken: false })
}

/// Reads an approved artifact.
fn approved(path: &Path, args: &SubmitArgs, reporter: &mut Reporter<'_>) -> Result<PreparedSources, Failure> {
    let options = base_options(&args.compile, Purpose::Build)?;
    let mut artifact = Artifact::read(path, args.sha256.as_deref())?;
    let mut prepared =
        PreparedSources { artifacts: Vec::new(), wanting: Vec::new(), environment: None, broken: false };
    let environment = args.compile.env.as_deref();
    // A script's tenant may have settings without an environment.
    if environment.is_some() || (artifact.script.is_some() && !args.emulate) {
        let mut read = config::without_flow(&Disk, &artifact.input, environment)?;
        apply_severity_options(&mut read.diagnostics, &options);
        reporter.report_all(&read.sources, read.diagnostics.iter());
        prepared.broken = read.diagnostics.has_errors();
        prepared.environment = read.environment;
        artifact.api_version = read.settings.api_version(environment);
    }
    // Nothing is sent if the settings are broken, since they may require more than could be read.
    if !prepared.broken {
        prepared.artifacts.push(artifact);
    }
    Ok(prepared)
}

/// The environment of `--env`. Sources in several folders may have different `cxflow.toml` files.
fn common_environment(jobs: &[CompileJob]) -> Result<Option<Environment>, Failure> {
    // A library is not sent, and may have no environment at all.
    let mut flows = jobs.iter().filter(|job| !job.compiled.flow.is_library());
    let Some(first) = flows.next().or(jobs.first()) else { return Ok(None) };
    for other in flows {
        if other.environment != first.environment {
            return Err(Failure::new(format!(
                "{} and {} have different settings for this environment",
                first.input.name(),
                other.input.name()
            ))
            .help("submit them one after the other"));
        }
    }
    Ok(first.environment.clone())
}

/// Refuses two sources for one flow, which would replace each other.
fn check_distinct(submissions: &[Submission]) -> Result<(), Failure> {
    let mut seen: FxHashMap<(&str, &Path), &str> = FxHashMap::default();
    for Submission { artifact, .. } in submissions {
        if let Some(other) = seen.insert((&artifact.flow, &artifact.folder), &artifact.name) {
            return Err(Failure::new(format!(
                "{other} and {} are both the flow \"{}\"",
                artifact.name, artifact.flow
            ))
            .help("nothing was sent: give each flow its own name"));
        }
    }
    Ok(())
}

/// Refuses `--as-of` with a day other than today: rules begin and waivers end, and another day would bypass
/// both. An environment may allow it, and so does the local emulator.
fn check_as_of(args: &SubmitArgs, environment: Option<&Environment>) -> Result<(), Failure> {
    let today = today();
    match args.compile.as_of {
        Some(day)
            if day != today
                && !args.emulate
                && !environment.is_some_and(|environment| environment.allow_as_of) =>
        {
            let section = environment.map_or("NAME", |environment| &environment.name);
            Err(Failure::new(format!("flows are submitted as of today, {today}, but --as-of says {day}")).help(
                format!(
                    "nothing was sent: leave --as-of out, or write `allow_as_of = true` under `[env.{section}]`, where reviewers see it"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Reports flows that stay in place under old names. Returns whether the run may continue.
fn report_former(
    args: &SubmitArgs,
    submissions: &[Submission],
    destination: &Destination,
    reporter: &mut Reporter<'_>,
) -> Result<bool, Failure> {
    let mut findings = rename::former(submissions, destination, args.rename)?;
    for name in &args.compile.allow {
        let silenced = allowed(name)?;
        findings.retain(|finding| finding.code != silenced);
    }
    let denied = !args.compile.deny.is_empty() && !findings.is_empty();
    if denied {
        findings = findings.into_iter().map(|finding| finding.severity(Severity::Error)).collect();
    }
    reporter.report_all(&Sources::default(), &findings);
    Ok(!denied)
}

/// Whether the environment's guards are met; reports those that are not.
fn meets_guards(
    environment: &Environment,
    submissions: &[Submission],
    mut exempt: Vec<PathBuf>,
    reporter: &mut Reporter<'_>,
) -> Result<bool, Failure> {
    exempt.extend(environment.audit.clone());
    exempt.extend(locks(submissions).into_iter().map(|lock| lock.path().to_path_buf()));
    // A finding about several flows is reported once.
    let mut reported: FxHashSet<String> = FxHashSet::default();
    for submission in submissions {
        let compiled = submission.artifact.job.as_ref().map(|job| &*job.compiled);
        let mut unmet =
            guard::unmet_guards(&environment.require, &submission.artifact.input, compiled, &exempt)?;
        unmet.retain(|finding| reported.insert(finding.message.clone()));
        reporter.report_all(&Sources::default(), &unmet);
    }
    Ok(reported.is_empty())
}

/// The log line about the flow's paths.
fn simulate(run_log: &RunLog, context: &Arc<EntryContext>, artifact: &Artifact, flow: &Flow) -> AuditEntry {
    let began = Instant::now();
    let Figures { nodes, transitions, paths } = Figures::of(flow);
    run_log.record_time(Stage::Simulate, began.elapsed());
    let mut line = run_log::entry(context, Action::Simulate, true, artifact)
        .metric("nodes", nodes as u64)
        .metric("transitions", transitions as u64);
    if let Some((count, deepest)) = paths {
        line = line.metric("deepest", deepest as u64).detail(format!("paths: {count}"));
    }
    line
}

/// The common context of the log lines about one source. The policies of an approved artifact are not known.
fn context(input: &Input, job: Option<&CompileJob>, args: &SubmitArgs) -> Result<EntryContext, Failure> {
    let revision = match input {
        Input::Git { revision, .. } => revision,
        Input::Disk(_) | Input::Stdin => "HEAD",
    };
    let environment = if args.emulate { Some("emulator") } else { args.compile.env.as_deref() };
    let context = run_log::context(&super::folder(input), revision, environment)?;
    Ok(match job {
        Some(job) => EntryContext {
            policies: run_log::policies(&job.compiled),
            waivers: run_log::waivers(&job.compiled),
            attestations: run_log::attestations(&job.compiled),
            facts: run_log::facts(&job.compiled),
            params: run_log::params(job),
            settings: run_log::settings(job),
            as_of: args.compile.as_of.map(|day| day.to_string()),
            ..context
        },
        None => context,
    })
}
