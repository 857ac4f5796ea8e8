//! What is to be submitted, and whether it may be: sources compiled, the platform known, the
//! environment's guards kept. Nothing is sent unless all of it may be.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustc_hash::{FxHashMap, FxHashSet};
use tokio::time::Instant;

use super::artifact::{Artifact, flow_name};
use super::deliver::Submission;
use super::rename;
use super::run_log::{self, RunLog};
use crate::audit::{Action, AuditEntry, EntryContext};
use crate::cli::args::SubmitArgs;
use crate::cli::compilation::compile::{
    Purpose, all_failures, allowed, base_options, compile_all, no_flow, sorted, today,
};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, findings};
use crate::cli::config;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::connection;
use crate::cli::deployment::flow_lock::FlowLock;
use crate::cli::deployment::guard;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::temporary;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, Failure};
use crate::compile::apply_severity_options;
use crate::cxone::{Tenant, Webhook};
use crate::diagnostics::Severity;
use crate::flow::Flow;
use crate::graph::Figures;
use crate::metrics::Stage;
use crate::settings::Environment;
use crate::source::Sources;

/// What is ready to be sent.
pub struct Submissions {
    pub submissions: Vec<Submission>,
    /// Who takes it.
    pub side: Destination,
    pub run_log: Arc<RunLog>,
}

/// Why nothing is to be sent.
pub struct NotSent {
    pub status: ExitStatus,
    pub run_log: Arc<RunLog>,
}

/// Who takes what is submitted.
pub enum Destination {
    /// A platform, and who it is to tell of changes.
    Platform { tenant: Box<Tenant>, webhook: Option<Webhook> },
    /// An emulator in this process.
    Emulator,
}

/// Sources on their way to become artifacts.
struct SortedSources {
    artifacts: Vec<Artifact>,
    /// Those with errors.
    wanting: Vec<CompileJob>,
    /// What `--env` names.
    environment: Option<Environment>,
    /// Whether the settings have errors.
    broken: bool,
}

/// Makes everything ready; or says how the input was found wanting.
pub fn make(
    args: &SubmitArgs,
    terminal: &Terminal,
    reporter: &mut Reporter<'_>,
) -> Result<Result<Submissions, NotSent>, Failure> {
    let began = Instant::now();
    let SortedSources { artifacts, wanting, environment, broken } = match &args.artifact {
        Some(path) => approved(path, args, reporter)?,
        None => compiled(args, terminal, reporter)?,
    };
    let environment = environment.as_ref();
    as_of_is_allowed(args, environment)?;
    // Where nothing will be sent, nobody has to take it.
    let side = match wanting.is_empty() && !artifacts.is_empty() {
        true => Some(side(args, environment)?),
        false => None,
    };
    // A run against the local emulator leaves nothing in the log of the environment that it stands for.
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
        .and_then(|()| outputs.refuse_protected(&kept(args, &artifacts, &wanting, &all_locks)));
    if let Err(failure) = checked {
        reporter.forget_file();
        return Err(failure);
    }
    temporary::clear_beside(all_locks.iter().map(FlowLock::path));
    let run_log = Arc::new(RunLog::new(log.as_deref(), &all_locks, began)?);
    // Without a log nobody asks for it.
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
        // Of approved bytes nothing was compiled, and nothing is claimed.
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
            noted: Mutex::default(),
            turn: Mutex::default(),
            told: Mutex::default(),
        });
    }
    let Some(side) = side else {
        let status = if wanting.is_empty() && !broken { ExitStatus::Done } else { ExitStatus::Wanting };
        return Ok(Err(NotSent { status, run_log }));
    };
    distinct(&submissions)?;
    let guarded = environment.filter(|_| !args.emulate);
    let exempt: Vec<PathBuf> = log.into_iter().chain(args.metrics.clone()).collect();
    if let Some(environment) = guarded
        && !keeps_guards(environment, &submissions, exempt, reporter)?
    {
        return Ok(Err(NotSent { status: ExitStatus::Wanting, run_log }));
    }
    // One that cannot be read or written shows here, before any flow is sent. `--adopt` sends none, and where
    // it is refused it leaves nothing behind.
    for lock in locks(&submissions) {
        match &args.adopt {
            Some(_) => drop(lock.read()?),
            None => lock.change(|_| ())?,
        }
    }
    if let (Destination::Platform { tenant, .. }, None) = (&side, &args.adopt)
        && !tells_former(args, &submissions, tenant, reporter)?
    {
        return Ok(Err(NotSent { status: ExitStatus::Wanting, run_log }));
    }
    Ok(Ok(Submissions { submissions, side, run_log }))
}

/// What a submission writes besides its locks.
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

/// What no output may replace.
fn kept(
    args: &SubmitArgs,
    artifacts: &[Artifact],
    wanting: &[CompileJob],
    locks: &[FlowLock],
) -> Vec<ProtectedFile> {
    let jobs = artifacts.iter().filter_map(|artifact| artifact.job.as_ref()).chain(wanting);
    let mut kept = ProtectedFile::of_jobs(jobs);
    kept.extend(locks.iter().map(|lock| ProtectedFile::new("a lock file", lock.path())));
    kept.extend(args.artifact.iter().map(|path| ProtectedFile::new("the artifact", path)));
    kept
}

fn side(args: &SubmitArgs, environment: Option<&Environment>) -> Result<Destination, Failure> {
    if args.emulate {
        if let Some(url) = &args.platform.webhook_url {
            connection::webhook_url(url, "--webhook-url")?;
        }
        return Ok(Destination::Emulator);
    }
    let otherwise = "; `cxflowc submit --emulate FILE` tries a flow without a platform";
    Ok(Destination::Platform {
        tenant: Box::new(connection::tenant(&args.platform.account, environment, otherwise)?),
        webhook: connection::webhook(args.platform.webhook_url.as_deref(), environment)?,
    })
}

/// The locks of what is sent, each once.
pub fn locks<'a>(submissions: impl IntoIterator<Item = &'a Submission>) -> Vec<&'a FlowLock> {
    let mut locks: Vec<&FlowLock> =
        submissions.into_iter().filter_map(|submission| submission.lock.as_ref()).collect();
    locks.sort();
    locks.dedup();
    locks
}

/// Compiles the sources and tells what is wrong with them.
fn compiled(
    args: &SubmitArgs,
    terminal: &Terminal,
    reporter: &mut Reporter<'_>,
) -> Result<SortedSources, Failure> {
    let selected = sources::find(&args.files, &args.compile, Parts::AreRefused, terminal)?;
    let (jobs, failures) = sorted(compile_all(&selected, &args.compile, Purpose::Build)?);
    if let Some(failure) = all_failures(failures, terminal) {
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
    Ok(SortedSources { artifacts, wanting, environment, broken: false })
}

/// Takes bytes that were approved.
fn approved(path: &Path, args: &SubmitArgs, reporter: &mut Reporter<'_>) -> Result<SortedSources, Failure> {
    let options = base_options(&args.compile, Purpose::Build)?;
    let artifact = Artifact::read(path, args.sha256.as_deref())?;
    let mut sorted =
        SortedSources { artifacts: Vec::new(), wanting: Vec::new(), environment: None, broken: false };
    if let Some(name) = &args.compile.env {
        let mut read = config::alone(&Disk, &artifact.input, name)?;
        apply_severity_options(&mut read.diagnostics, &options);
        reporter.report_all(&read.sources, read.diagnostics.iter());
        sorted.broken = read.diagnostics.has_errors();
        sorted.environment = read.environment;
    }
    // Nothing is sent under settings that may ask for more than could be read.
    if !sorted.broken {
        sorted.artifacts.push(artifact);
    }
    Ok(sorted)
}

/// What `--env` names. Sources in several folders may have several `cxflow.toml`.
fn common_environment(jobs: &[CompileJob]) -> Result<Option<Environment>, Failure> {
    // What is a library is not sent, and may have no environment at all.
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

/// Two sources for one flow would replace each other.
fn distinct(submissions: &[Submission]) -> Result<(), Failure> {
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

/// A submission is judged at today: rules begin and waivers end, and a day of one's choice would
/// get around both. An environment may allow it, and the local emulator sends nothing on.
fn as_of_is_allowed(args: &SubmitArgs, environment: Option<&Environment>) -> Result<(), Failure> {
    let today = today();
    match args.compile.as_of {
        Some(day) if day != today && !args.emulate && !environment.is_some_and(|one| one.allow_as_of) => {
            let section = environment.map_or("NAME", |environment| &environment.name);
            Err(Failure::new(format!("flows are submitted as of today, {today}, and --as-of says {day}")).help(
                format!(
                    "nothing was sent: leave --as-of out, or write `allow_as_of = true` under `[env.{section}]`, where it is seen"
                ),
            ))
        }
        _ => Ok(()),
    }
}

/// Tells which flows stay in place under old names. Whether warnings let the run go on.
fn tells_former(
    args: &SubmitArgs,
    submissions: &[Submission],
    tenant: &Tenant,
    reporter: &mut Reporter<'_>,
) -> Result<bool, Failure> {
    let mut findings = rename::former(submissions, tenant, args.rename)?;
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

/// Whether the environment's guards hold; what does not is told.
fn keeps_guards(
    environment: &Environment,
    submissions: &[Submission],
    mut exempt: Vec<PathBuf>,
    reporter: &mut Reporter<'_>,
) -> Result<bool, Failure> {
    exempt.extend(environment.audit.clone());
    exempt.extend(locks(submissions).into_iter().map(|lock| lock.path().to_path_buf()));
    // What is so of several flows is said once.
    let mut said: FxHashSet<String> = FxHashSet::default();
    for submission in submissions {
        let compiled = submission.artifact.job.as_ref().map(|job| &*job.compiled);
        let mut unmet =
            guard::unmet_guards(&environment.require, &submission.artifact.input, compiled, &exempt)?;
        unmet.retain(|one| said.insert(one.message.clone()));
        reporter.report_all(&Sources::default(), &unmet);
    }
    Ok(said.is_empty())
}

/// The line about what the paths look like.
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

/// What the lines about one source have in common. Of approved bytes nobody knows the policies.
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
            facts: run_log::facts(&job.compiled),
            params: run_log::params(job),
            settings: run_log::settings(job),
            as_of: args.compile.as_of.map(|day| day.to_string()),
            ..context
        },
        None => context,
    })
}
