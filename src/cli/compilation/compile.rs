//! Compiles sources for every verb: reads them, applies settings, and collects findings.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use tokio::time::Instant;

use crate::bundled::lock::PolicyLock;
use crate::cli::Failure;
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::{CompileJob, HeldCompiled};
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

/// What a verb needs from compiling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A payload: every param must be set.
    Build,
    /// A payload, with the errors CX2xx to CX4xx as warnings.
    BuildAsIs,
    /// Only the findings.
    Check,
    /// Only the findings, with the errors CX2xx to CX4xx as warnings.
    CheckAsIs,
}

/// How a source is compiled, according to the command line and the settings that apply to it.
pub struct SourceSettings {
    pub options: Options,
    /// The environment of `--env`.
    pub environment: Option<Environment>,
    /// Why the environment is missing: a library, which is not built or sent, needs none, and some verbs compare flows
    /// that are not named.
    pub no_environment: Option<Failure>,
    /// The settings from files.
    pub settings: Settings,
}

/// The options from the command line alone.
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

/// Adds the settings that apply to a source to the options of the command line. The settings files are added
/// to the sources, of which the flow is the first, and their errors to the findings.
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
            Err(failure)
                if args.env_if_there
                    || sources.iter().next().is_some_and(|(_, root)| !declares_flow(root.text())) =>
            {
                (None, Some(failure))
            }
            Err(failure) => return Err(failure),
        },
        None => (None, None),
    };
    if let Some(environment) = &environment {
        options.deny_warnings |= environment.deny_warnings;
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
    let target = args.target.as_deref().or(environment.as_ref().and_then(|one| one.target.as_deref()));
    let of_environment = environment.as_ref().map(|environment| environment.name.as_str());
    options.target = settings.target(target.unwrap_or_default(), of_environment);
    options.settings.wait = settings.wait(&crate::settings::keys::WAIT);
    options.settings.between = settings.wait(&crate::settings::keys::BETWEEN);
    if let Some(days) = settings.number(&crate::settings::keys::LONGEST_WAIVER) {
        options.longest_waiver = LongestWaiver(days);
    }
    options.voice = settings.voice();
    for (policy, span) in config::policies(&settings, sources, input) {
        options.settings.policy_places.entry(policy.clone()).or_insert(span);
        options.settings.policies.push(policy);
    }
    for (library, span) in config::libraries(&settings, sources, input) {
        options.settings.library_places.entry(library.clone()).or_insert(span);
        options.settings.libraries.push(library);
    }
    options.settings.policies.extend(args.policy.iter().map(|name| policy_choice(name)));
    options.settings.are_broken = settings.are_broken();
    let lock = config::policy_lock::load(files, input, lookups, sources, diagnostics)?;
    let lock = if args.unlocked { lock.map(PolicyLock::after_update) } else { lock };
    options.settings.lock = lock.map(Arc::new);
    Ok(SourceSettings { options, environment, no_environment, settings })
}

/// Today's date according to the machine's clock.
pub fn today() -> Date {
    jiff::Zoned::now().date()
}

/// Compiles every source, in parallel if there are several. The result for a source that cannot be read is
/// its failure.
pub fn compile_all(
    selected: &Selected,
    args: &CompileArgs,
    purpose: Purpose,
) -> Result<Vec<Result<CompileJob, Failure>>, Failure> {
    let base = base_options(args, purpose)?;
    if let Some((name, _)) = args.set.iter().find(|(_, value)| secrets::mask().is_held_by(value)) {
        return Err(Failure::new(format!("--set {name}: the value contains a secret of this process"))
            .help("it would end up in the payload, which everybody can read; set another value"));
    }
    for (index, (name, value)) in args.set.iter().enumerate() {
        let earlier = args.set.iter().take(index).find(|(other, _)| other == name);
        if earlier.is_some_and(|(_, other)| other != value) {
            return Err(Failure::new(format!("--set {name} is given twice, with different values"))
                .help("remove one of them"));
        }
    }
    let compiled = compile_each(&selected.inputs, args, &base);
    let mut jobs = with_environment(compiled, args);
    check_settings(args, &mut jobs, &base)?;
    stray_settings::report(&selected.stray_settings, &mut jobs, args, &base)?;
    shared_files::drop_contradicted_findings(&mut jobs, args, |others| {
        // These are compiled by themselves: the params of this run may not be theirs.
        let args = CompileArgs { set: Vec::new(), env: None, ..args.clone() };
        let compiled = compile_each(others, &args, &base);
        compiled.into_iter().map(|compiled| compiled.map(|(job, _)| job)).collect()
    });
    Ok(jobs)
}

/// A compiled source, and why it lacks the environment of the run, if it does.
type CompiledSource = Result<(CompileJob, Option<Failure>), Failure>;

fn compile_each(inputs: &[Input], args: &CompileArgs, base: &Options) -> Vec<CompiledSource> {
    let as_of = args.as_of.unwrap_or_else(today);
    let lookups = Lookups::default();
    // In a folder of policies, each file would otherwise load all policies that the settings name.
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
        [input] => vec![compile((input, &true))],
        many => threads::run_on_many_threads(|| many.par_iter().zip(&is_first).map(compile).collect()),
    }
}

/// Compiles a text as what an input names, with the settings that lie there.
pub fn compile_text(input: &Input, source: Source, purpose: Purpose) -> Result<CompileJob, Failure> {
    compile_text_with(input, source, &CompileArgs::default(), purpose)
}

/// The same with the options of a command line.
pub fn compile_text_with(
    input: &Input,
    source: Source,
    args: &CompileArgs,
    purpose: Purpose,
) -> Result<CompileJob, Failure> {
    let base = Options { as_of: Some(today()), ..base_options(args, purpose)? };
    let files = input.files(&args.allowed_files())?;
    compile_one(input, source, &*files, args, &base, &Lookups::default(), true).map(|(job, _)| job)
}

/// Compiles a source once more, with other texts, in all else as it was compiled.
pub fn compile_again(
    job: &CompileJob,
    source: Source,
    files: &dyn Files,
    args: &CompileArgs,
    purpose: Purpose,
) -> Result<CompileJob, Failure> {
    let base = Options { as_of: Some(job.as_of), ..base_options(args, purpose)? };
    compile_one(&job.input, source, files, args, &base, &Lookups::default(), true).map(|(job, _)| job)
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
    let compiled = HeldCompiled::new(compiled);
    let SourceSettings { options, environment, no_environment, settings } = settings;
    let params = set_params(&options, &compiled);
    let as_of = options.as_of.unwrap_or_else(today);
    let job = CompileJob {
        input: input.clone(),
        environment,
        settings,
        lock: options.settings.lock,
        params,
        as_of,
        took: began.elapsed(),
        compiled,
    };
    Ok((job, no_environment))
}

/// Drops the sources that lack the environment of the run. Those that may lack it stay, unless no source has it:
/// then its name is a typo.
fn with_environment(compiled: Vec<CompiledSource>, args: &CompileArgs) -> Vec<Result<CompileJob, Failure>> {
    let has_some = compiled.iter().flatten().any(|(job, _)| job.environment.is_some());
    let is_unknown = args.env.is_some() && !has_some;
    let checked = compiled.into_iter().map(|compiled| match compiled? {
        (job, Some(failure)) if is_unknown => Err(failure.about_source(job.input.name(), job.input.path())),
        (job, _) => Ok(job),
    });
    checked.collect()
}

/// The folder of a source as written: sources in one folder have the same settings.
fn folder_of(input: &Input) -> (Option<&str>, Option<&Path>) {
    match input {
        Input::Disk(path) => (None, path.parent()),
        Input::Stdin => (None, None),
        Input::Git { revision, path } => (Some(revision), path.parent()),
    }
}

/// The values that were set from outside for the params that a flow declares.
fn set_params(options: &Options, compiled: &Compiled) -> BTreeMap<String, String> {
    let declared = compiled.flow.params.iter();
    declared.filter_map(|name| Some((name.clone(), options.settings.params.get(name)?.clone()))).collect()
}

/// Reports files that contain secrets of this process, so that no payload is built from them.
fn add_secrets(compiled: &mut Compiled) {
    let mask = secrets::mask();
    let mut found = mask.findings(&compiled.sources);
    if found.is_empty() && !mask.is_empty() && compiled.is_complete() {
        found.extend(in_payload(mask, compiled));
    }
    if !found.is_empty() {
        found.into_iter().for_each(|finding| compiled.diagnostics.push(finding));
        compiled.diagnostics.sort();
    }
}

/// A finding if the payload contains a secret that only values and texts together form.
fn in_payload(mask: &Mask, compiled: &Compiled) -> Option<Diagnostic> {
    let name = compiled.flow.name.as_ref()?;
    let mut payload = Vec::new();
    compiled.target.write(&compiled.flow, true, &mut payload).ok()?;
    mask.finding_in_payload(&String::from_utf8_lossy(&payload), name.span)
}

/// The code that `--allow` names.
pub fn allowed(name: &str) -> Result<&'static crate::diagnostics::Code, Failure> {
    codes::find(name).map_err(|near| {
        let failure = Failure::new(format!("--allow {name}: there is no diagnostic with that name"));
        let quoted: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
        match quoted.as_slice() {
            [_, ..] => failure.help(format!("did you mean {}?", list_of(&quoted, "or"))),
            [] => failure.help("`cxflowc explain` lists them"),
        }
    })
}

/// Reports names in settings that no given file declares, since they are typos.
fn check_settings(
    args: &CompileArgs,
    jobs: &mut [Result<CompileJob, Failure>],
    base: &Options,
) -> Result<(), Failure> {
    // It is unknown what unreadable files declare.
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
    // A missing file may declare any param.
    let lacks_files = jobs.iter().flatten().any(|job| job.compiled.flow.lacks_files);
    for (name, _) in &args.set {
        if lacks_files || names.binary_search(&name.as_str()).is_ok() {
            continue;
        }
        let failure = Failure::new(format!("--set {name}: no file declares a param with that name"));
        return Err(match (declared.instance_of(name), did_you_mean(name, names.iter().copied())) {
            (_, Some(suggestion)) => failure.help(suggestion),
            (Some(instance), None) => failure.help(instance.params_in_words()),
            (None, None) if names.is_empty() => {
                failure.help(format!("declare it in the flow: `param {name}`"))
            }
            (None, None) => failure.help(format!("the params are {}", names.join(", "))),
        });
    }
    // Nor is it known what broken lines declare.
    if jobs.iter().flatten().any(|job| !job.compiled.flow.complete) {
        return Ok(());
    }
    let mut elsewhere = DeclaredNames::new(&args.allow_outside);
    for job in jobs.iter_mut().flatten() {
        add_unknown_params(job, &declared, &mut elsewhere, args, base);
    }
    Ok(())
}

/// Adds the findings about unknown params to the flow that the settings apply to.
fn add_unknown_params(
    job: &mut CompileJob,
    declared: &DeclaredParams<'_>,
    elsewhere: &mut DeclaredNames<'_>,
    args: &CompileArgs,
    options: &Options,
) {
    let mut found = Diagnostics::default();
    let is_set = |name: &str| args.set.iter().any(|(key, _)| key == name);
    let is_elsewhere = |name: OutsideName<'_>| match name {
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

/// Removes findings about unset params that are caused by typos of their names in the run's environment. The
/// finding about the typo then gets the severity of those removed.
fn drop_caused(job: &mut CompileJob, found: &mut Diagnostics) {
    let Some(environment) = &job.environment else { return };
    let keys: FxHashSet<Span> =
        job.settings.params(&environment.name).map(|(_, setting)| setting.key).collect();
    let compiled = &mut *job.compiled;
    let sources = &compiled.sources;
    for typo in found.iter_mut().filter(|finding| finding.span.is_some_and(|span| keys.contains(&span))) {
        let Some(intended) = typo.fixes.first().and_then(|fix| fix.edits.first()) else { continue };
        let intended = intended.text.trim_matches('"');
        let own = intended.rsplit_once('.').map_or(intended, |(_, own)| own);
        // A param of several instances may be unset in another instance as well.
        let instances = usize::from(own != intended);
        let mut severity = typo.severity;
        compiled.diagnostics.retain(|finding| {
            let is_caused = finding.code.id == UNSET_PARAM.id
                && finding.labels.len() == instances
                && finding.span.is_some_and(|span| sources.text(span).trim_matches('`') == own);
            if is_caused && finding.severity == Severity::Error {
                severity = Severity::Error;
            }
            !is_caused
        });
        typo.severity = severity;
    }
}

/// The failure if no source declares a flow although one is needed. `so` says what follows from that.
pub fn no_flow(inputs: &[Input], consequence: &str) -> Failure {
    let name = inputs.first().map(Input::name).unwrap_or_default();
    let message = match inputs.len() {
        0 | 1 => format!("{name} declares no flow, so {consequence}"),
        several => format!("none of the {several} files declares a flow, so {consequence}"),
    };
    Failure::new(message).help("a flow begins with `flow \"NAME\"`: is that line missing?")
}

/// Separates compiled sources from failures.
pub fn partition(results: Vec<Result<CompileJob, Failure>>) -> (Vec<CompileJob>, Vec<Failure>) {
    let mut failures = Vec::new();
    let jobs = results.into_iter().filter_map(|job| job.map_err(|failure| failures.push(failure)).ok());
    (jobs.collect(), failures)
}

/// Prints all failures except the last, which is returned to end the command with.
pub fn print_failures(failures: Vec<Failure>, terminal: &Terminal) -> Option<Failure> {
    let mut failures = each_once(failures);
    let last = failures.pop();
    for failure in failures {
        terminal.failure(&failure.message, failure.help.as_deref());
    }
    last
}

/// The failures without those that say the same as an earlier one, such as what git answers for each file.
pub fn each_once(failures: Vec<Failure>) -> Vec<Failure> {
    let mut known = FxHashSet::default();
    failures.into_iter().filter(|one| known.insert((one.message.clone(), one.help.clone()))).collect()
}
