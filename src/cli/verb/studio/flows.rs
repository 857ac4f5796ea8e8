//! The flows that a verb asks a tenant about, and what they name that only the tenant has.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use crate::cli::args::{CommonArgs, CompileArgs};
use crate::cli::compilation::compile::{Purpose, compile_all, partition, print_failures};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::verb::submit::ScriptAction;
use crate::cli::{ExitStatus, Failure};
use crate::diagnostics::Severity;
use crate::emit::studio::{self, codes};

/// Compiles the flows. What only the tenant knows may be missing in them: that is what the tenant is asked for.
pub fn compiled(
    files: &[PathBuf],
    set: &[(String, String)],
    common: &CommonArgs,
    terminal: &Terminal,
) -> Result<Result<Vec<CompileJob>, ExitStatus>, Failure> {
    if files.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    let compile = CompileArgs {
        set: set.to_vec(),
        env: common.env.clone(),
        target: Some(studio::FACTS.name.to_owned()),
        ..CompileArgs::default()
    };
    let selected = sources::find(files, &compile, Parts::StandForFlows, terminal)?;
    let (jobs, failures) = partition(compile_all(&selected, &compile, Purpose::Build)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let mut reporter = Reporter::new(&common.messages, terminal, true, jobs.len() > 1);
    let mut has_errors = false;
    for job in &jobs {
        let of_flow = || job.compiled.diagnostics.iter().filter(|found| *found.code != codes::TENANT_VALUE);
        has_errors |= of_flow().any(|found| found.severity == Severity::Error);
        reporter.report_all(&job.compiled.sources, of_flow());
    }
    reporter.finish()?;
    if has_errors {
        terminal.closing("the flows have errors, and the tenant was not asked");
        return Ok(Err(ExitStatus::Wanting));
    }
    let name = common.env.as_deref();
    let of = |job: &CompileJob| (job.settings.studio(name), job.settings.api_version(name));
    if let Some(first) = jobs.first()
        && let Some(other) = jobs.iter().find(|other| of(other) != of(first))
    {
        return Err(Failure::new(format!(
            "{} and {} have different settings for the tenant",
            first.input.name(),
            other.input.name()
        ))
        .help("the tenant was not asked: name the flows of one folder at a time"));
    }
    Ok(Ok(jobs))
}

/// What flows name that only the tenant has, each once.
#[derive(Debug, Default)]
pub struct Wanted {
    pub skills: Vec<String>,
    pub prompts: Vec<String>,
    /// The names of actions that only the tenant knows.
    pub actions: Vec<String>,
}

impl Wanted {
    /// The skills and the recordings that the scripts of the flows name.
    pub fn of(jobs: &[CompileJob]) -> Result<Self, Failure> {
        let (mut skills, mut prompts, mut actions) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for job in jobs.iter().filter(|job| !job.compiled.flow.is_library()) {
            let mut script = Vec::new();
            job.compiled.target.write(&job.compiled.flow, true, &mut script).map_err(|error| {
                Failure::new(format!("cannot build the script of {}: {error}", job.input.name()))
            })?;
            let script: Value = serde_json::from_slice(&script).unwrap_or_default();
            for action in ScriptAction::all(&script) {
                if !studio::actions::ALL.iter().any(|facts| facts.name == action.name) {
                    actions.insert(action.name.to_owned());
                }
                skills.extend(action.skill().map(str::to_owned));
                prompts.extend(action.prompts().map(str::to_owned));
            }
        }
        Ok(Self {
            skills: skills.into_iter().collect(),
            prompts: prompts.into_iter().collect(),
            actions: actions.into_iter().collect(),
        })
    }
}
