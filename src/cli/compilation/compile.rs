//! What every verb does that compiles: sources read, settings applied, findings in order.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::path::Path;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use tokio::time::Instant;

use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::config::lost_settings::Lookups;
use crate::cli::config::stray_settings;
use crate::cli::config::{self, policy_choice};
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::process::threads;
use crate::cli::source_files::declared::DeclaredNames;
use crate::cli::source_files::input::Input;
use crate::cli::source_files::shared_files;
use crate::cli::source_files::sources::Selected;
use crate::codes;
use crate::compile::apply_severity_options;
use crate::cxone::Mask;
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, list_of};
use crate::policy::LongestWaiver;
use crate::resolve::codes::UNSET_PARAM;
use crate::resolve::{Files, declares_flow};
use crate::settings::{DeclaredParams, Environment, OutsideName, Settings, report_unknown_params};
use crate::source::{Source, Sources, Span};
use crate::{Compiled, Options, compile_sources};

/// What a verb compiles for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For a payload: every param has to be set.
    Build,
    /// For a payload, with the errors of CX2xx to CX4xx as warnings.
    BuildAsIs,
    /// For the findings alone.
    Check,
    /// For the findings alone, with the errors of CX2xx to CX4xx as warnings.
    CheckAsIs,
}

/// How a source is compiled: what the command line says and what lies beside the source.
pub struct SourceSettings {
    pub options: Options,
    /// What `--env` names.
    pub environment: Option<Environment>,
    /// Why it is not there: a library, which is not built or sent, needs none.
    pub no_environment: Option<Failure>,
    /// What the files say.
    pub settings: Settings,
}

/// What the command line alone says.
pub fn base_options(args: &CompileArgs, purpose: Purpose) -> Result<Options, Failure> {
    let allow = args.allow.iter().map(|name| allowed(name)).collect::<Result<Vec<_>, _>>()?;
    let mut options = Options {
        as_of: args.as_of,
        as_is: matches!(purpose, Purpose::BuildAsIs | Purpose::CheckAsIs),
        deny_warnings: !args.deny.is_empty(),
        allow,
        ..Options::default()
    };
    options.settings.params_required = matches!(purpose, Purpose::Build | Purpose::BuildAsIs);
    Ok(options)
}

/// Adds what lies beside a source to what the command line says. The files are added to the sources,
/// of which the flow is the first, and what is wrong with them to the findings.
pub fn settings_of(
    files: &dyn Files,
    input: &Input,
    args: &CompileArgs,
    base: &Options,
    lookups: &Lookups,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<SourceSettings, Failure> {
    let settings = config::load(files, input, lookups, sources, diagnostics)?;
    let mut options = base.clone();
    let (environment, no_environment) = match &args.env {
        Some(env) => match config::environment(&settings, sources, input, env) {
            Ok(environment) => (environment, None),
            Err(failure) if sources.iter().next().is_some_and(|(_, root)| !declares_flow(root.text())) => {
                (None, Some(failure))
            }
            Err(failure) => return Err(failure),
        },
        None => (None, None),
    };
    if let Some(environment) = &environment {
        options.settings.params.extend(environment.params.iter().cloned());
        let places =
            settings.params(&environment.name).map(|(name, setting)| (name.to_owned(), setting.span));
        options.settings.param_places.extend(places);
    }
    for (name, value) in &args.set {
        options.settings.params.insert(name.clone(), value.clone());
        options.settings.param_places.remove(name);
    }
    options.platform = settings.platform();
    if let Some(days) = settings.number(&crate::settings::keys::LONGEST_WAIVER) {
        options.longest_waiver = LongestWaiver(days);
    }
    options.voice = settings.voice();
    for (policy, span) in config::policies(&settings, sources, input) {
        options.settings.policy_places.entry(policy.clone()).or_insert(span);
        options.settings.policies.push(policy);
    }
    options.settings.policies.extend(args.policy.iter().map(|name| policy_choice(name)));
    options.settings.are_broken = settings.are_broken();
    Ok(SourceSettings { options, environment, no_environment, settings })
}

/// The day on the machine's clock.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Compiles every source, in parallel where there are several. A source that cannot be read has
/// its failure in its place.
pub fn compile_all(
    selected: &Selected,
    args: &CompileArgs,
    purpose: Purpose,
) -> Result<Vec<Result<CompileJob, Failure>>, Failure> {
    let base = base_options(args, purpose)?;
    if let Some((name, _)) = args.set.iter().find(|(_, value)| secrets::mask().is_held_by(value)) {
        return Err(Failure::new(format!("--set {name}: the value holds a secret of this process"))
            .help("it would be in the payload, which everybody can read; set something else"));
    }
    for (index, (name, value)) in args.set.iter().enumerate() {
        let earlier = args.set.iter().take(index).find(|(other, _)| other == name);
        if earlier.is_some_and(|(_, other)| other != value) {
            return Err(Failure::new(format!("--set {name} is given twice, with two values"))
                .help("leave one of them out"));
        }
    }
    let compiled = compile_each(&selected.inputs, args, &base);
    let mut jobs = with_environment(compiled, args);
    check_settings(args, &mut jobs, &base)?;
    stray_settings::report(&selected.stray_settings, &mut jobs, args, &base)?;
    shared_files::drop_contradicted_findings(&mut jobs, args, |others| {
        // These are looked at as they are by themselves: a param of this run may not be theirs.
        let args = CompileArgs { set: Vec::new(), env: None, ..args.clone() };
        let compiled = compile_each(others, &args, &base);
        compiled.into_iter().map(|compiled| compiled.map(|(job, _)| job)).collect()
    });
    Ok(jobs)
}

/// A source that was compiled, and why it lacks the environment of the run, if it does.
type CompiledSource = Result<(CompileJob, Option<Failure>), Failure>;

fn compile_each(inputs: &[Input], args: &CompileArgs, base: &Options) -> Vec<CompiledSource> {
    let as_of = args.as_of.unwrap_or_else(today);
    let lookups = Lookups::default();
    // Of a folder of policies each file would load all that the settings name.
    let mut folders = FxHashSet::default();
    let is_first: Vec<bool> = inputs.iter().map(|input| folders.insert(folder_of(input))).collect();
    let base = Options { as_of: Some(as_of), ..base.clone() };
    let compile_one = |input: &Input, is_first: bool| -> CompiledSource {
        let began = Instant::now();
        let files = input.files(&args.allowed_files())?;
        let source = input.read(&*files)?;
        let (mut job, no_environment) = compile_one(input, source, &*files, args, &base, &lookups, is_first)?;
        job.took = began.elapsed();
        Ok((job, no_environment))
    };
    let compile = |(input, &is_first): (&Input, &bool)| {
        compile_one(input, is_first).map_err(|failure| failure.about_source(input.name(), input.path()))
    };
    match inputs {
        [one] => vec![compile((one, &true))],
        many => threads::run_on_many_threads(|| many.par_iter().zip(&is_first).map(compile).collect()),
    }
}

/// Compiles a text as what an input names, with the settings that lie there.
pub fn compile_text(input: &Input, source: Source, purpose: Purpose) -> Result<CompileJob, Failure> {
    let args = CompileArgs::default();
    let base = Options { as_of: Some(today()), ..base_options(&args, purpose)? };
    let files = input.files(&args.allowed_files())?;
    compile_one(input, source, &*files, &args, &base, &Lookups::default(), true).map(|(job, _)| job)
}

fn compile_one(
    input: &Input,
    source: Source,
    files: &dyn Files,
    args: &CompileArgs,
    base: &Options,
    lookups: &Lookups,
    is_first: bool,
) -> CompiledSource {
    let began = Instant::now();
    let mut sources = Sources::default();
    sources.add(source);
    let mut diagnostics = Diagnostics::default();
    let mut settings = settings_of(files, input, args, base, lookups, &mut sources, &mut diagnostics)?;
    settings.options.settings.libraries_load_none = !is_first;
    let mut compiled = compile_sources(sources, diagnostics, files, &settings.options);
    add_secrets(&mut compiled);
    let compiled = ManuallyDrop::new(compiled);
    let SourceSettings { options, environment, no_environment, settings } = settings;
    let params = set_params(&options, &compiled);
    let as_of = options.as_of.unwrap_or_else(today);
    let job = CompileJob {
        input: input.clone(),
        environment,
        settings,
        params,
        as_of,
        took: began.elapsed(),
        compiled,
    };
    Ok((job, no_environment))
}

/// The sources without those that lack the environment of the run. A library may lack it, unless nothing
/// else has it: then its name is a slip.
fn with_environment(compiled: Vec<CompiledSource>, args: &CompileArgs) -> Vec<Result<CompileJob, Failure>> {
    let has_some = compiled.iter().flatten().any(|(job, _)| job.environment.is_some());
    let is_lost = args.env.is_some() && !has_some;
    let checked = compiled.into_iter().map(|compiled| match compiled? {
        (job, Some(failure)) if is_lost => Err(failure.about_source(job.input.name(), job.input.path())),
        (job, _) => Ok(job),
    });
    checked.collect()
}

/// The folder that a source is in, as it is written: those of one folder have the same settings.
fn folder_of(input: &Input) -> (Option<&str>, Option<&Path>) {
    match input {
        Input::Disk(path) => (None, path.parent()),
        Input::Stdin => (None, None),
        Input::Git { revision, path } => (Some(revision), path.parent()),
    }
}

/// What was set from outside of the params that a flow declares.
fn set_params(options: &Options, compiled: &Compiled) -> BTreeMap<String, String> {
    let declared = compiled.flow.params.iter();
    declared.filter_map(|name| Some((name.clone(), options.settings.params.get(name)?.clone()))).collect()
}

/// Adds that files hold secrets of this process, so that nothing is made of them.
fn add_secrets(compiled: &mut Compiled) {
    let mask = secrets::mask();
    let mut found = mask.findings(&compiled.sources);
    if found.is_empty() && !mask.is_empty() && compiled.is_complete() {
        found.extend(in_payload(mask, compiled));
    }
    if !found.is_empty() {
        found.into_iter().for_each(|one| compiled.diagnostics.push(one));
        compiled.diagnostics.sort();
    }
}

/// A finding where the payload holds a secret that values and texts come to only together.
fn in_payload(mask: &Mask, compiled: &Compiled) -> Option<Diagnostic> {
    let name = compiled.flow.name.as_ref()?;
    let mut payload = Vec::new();
    crate::emit::cxone::write(&compiled.flow, true, &mut payload).ok()?;
    mask.finding_in_payload(&String::from_utf8_lossy(&payload), name.span)
}

/// A code that `--allow` names.
pub fn allowed(name: &str) -> Result<&'static crate::diagnostics::Code, Failure> {
    codes::find(name).map_err(|near| {
        let failure = Failure::new(format!("--allow {name}: there is no diagnostic of that name"));
        let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        match quoted.as_slice() {
            [_, ..] => failure.help(format!("did you mean {}?", list_of(&quoted, "or"))),
            [] => failure.help("`cxflowc explain` lists them"),
        }
    })
}

/// A name that no given file declares is a slip, not a setting.
fn check_settings(
    args: &CompileArgs,
    jobs: &mut [Result<CompileJob, Failure>],
    base: &Options,
) -> Result<(), Failure> {
    // What a file that could not be read declares nobody knows.
    if jobs.iter().any(Result::is_err) {
        return Ok(());
    }
    let mut names: Vec<String> =
        jobs.iter().flatten().flat_map(|job| &job.compiled.flow.params).cloned().collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let instances: FxHashSet<String> = jobs
        .iter()
        .flatten()
        .flat_map(|job| job.compiled.flow.instances.values().flatten())
        .map(|name| name.to_string())
        .collect();
    let declared = DeclaredParams::new(&names, &instances);
    // A file that is not there may declare any param.
    let is_lost = jobs.iter().flatten().any(|job| job.compiled.flow.lacks_files);
    for (name, _) in &args.set {
        if is_lost || names.binary_search(&name.as_str()).is_ok() {
            continue;
        }
        let failure = Failure::new(format!("--set {name}: no file declares a param of that name"));
        return Err(match (declared.instance_of(name), did_you_mean(name, names.iter().copied())) {
            (_, Some(meant)) => failure.help(meant),
            (Some(of), None) => failure.help(of.params_in_words()),
            (None, None) if names.is_empty() => {
                failure.help(format!("declare it in the flow: `param {name}`"))
            }
            (None, None) => failure.help(format!("the params are {}", names.join(", "))),
        });
    }
    // What a line that cannot be read declares nobody knows either.
    if jobs.iter().flatten().any(|job| !job.compiled.flow.complete) {
        return Ok(());
    }
    let mut elsewhere = DeclaredNames::new(&args.allow_outside);
    for job in jobs.iter_mut().flatten() {
        add_unknown_params(job, &declared, &mut elsewhere, args, base);
    }
    Ok(())
}

/// Adds what is wrong with params to the flow beside whose settings it is.
fn add_unknown_params(
    job: &mut CompileJob,
    declared: &DeclaredParams<'_>,
    elsewhere: &mut DeclaredNames<'_>,
    args: &CompileArgs,
    options: &Options,
) {
    let mut found = Diagnostics::default();
    let is_set = |name: &str| args.set.iter().any(|(one, _)| one == name);
    let is_elsewhere = |what: OutsideName<'_>| match what {
        OutsideName::Name(name) => elsewhere.may_declare(&job.input, name),
        OutsideName::OwnParam(name) => elsewhere.may_declare_own_param(&job.input, name),
    };
    report_unknown_params(&job.settings, declared, is_set, is_elsewhere, &mut found);
    drop_caused(job, &mut found);
    let silenced = apply_severity_options(&mut found, options);
    job.compiled.silenced.append(silenced);
    if found.iter().next().is_some() {
        job.compiled.diagnostics.append(found);
        job.compiled.diagnostics.sort();
    }
}

/// Takes out the findings of params that are not set because the environment of the run has a slip of
/// their names. The slip is then as grave as they were.
fn drop_caused(job: &mut CompileJob, found: &mut Diagnostics) {
    let Some(environment) = &job.environment else { return };
    let keys: FxHashSet<Span> = job.settings.params(&environment.name).map(|(_, one)| one.key).collect();
    let compiled = &mut *job.compiled;
    let sources = &compiled.sources;
    for slip in found.iter_mut().filter(|one| one.span.is_some_and(|span| keys.contains(&span))) {
        let Some(meant) = slip.fixes.first().and_then(|fix| fix.edits.first()) else { continue };
        let meant = meant.text.trim_matches('"');
        let own = meant.rsplit_once('.').map_or(meant, |(_, own)| own);
        // The param of several instances may lack its value in another one, too.
        let instances = usize::from(own != meant);
        let mut severity = slip.severity;
        compiled.diagnostics.retain(|one| {
            let is_caused = one.code.id == UNSET_PARAM.id
                && one.labels.len() == instances
                && one.span.is_some_and(|span| sources.text(span).trim_matches('`') == own);
            if is_caused && one.severity == Severity::Error {
                severity = Severity::Error;
            }
            !is_caused
        });
        slip.severity = severity;
    }
}

/// That no source declares a flow, where a flow was asked for.
pub fn no_flow(inputs: &[Input], so: &str) -> Failure {
    let name = inputs.first().map(Input::name).unwrap_or_default();
    let said = match inputs.len() {
        0 | 1 => format!("{name} declares no flow, so {so}"),
        several => format!("none of the {several} files declares a flow, so {so}"),
    };
    Failure::new(said).help("a flow begins with `flow \"NAME\"`: is that line missing?")
}

/// What was compiled, and what could not be read.
pub fn sorted(results: Vec<Result<CompileJob, Failure>>) -> (Vec<CompileJob>, Vec<Failure>) {
    let mut failures = Vec::new();
    let jobs = results.into_iter().filter_map(|job| job.map_err(|failure| failures.push(failure)).ok());
    (jobs.collect(), failures)
}

/// Prints all failures but the last, which ends the command.
pub fn all_failures(mut failures: Vec<Failure>, terminal: &Terminal) -> Option<Failure> {
    let last = failures.pop();
    for failure in failures {
        terminal.failure(&failure.message, failure.help.as_deref());
    }
    last
}
