//! `cxflowc diff`

mod renames;
mod versions;

use serde_json::json;

use crate::cli::args::{DiffArgs, DiffFormat};
use crate::cli::compilation::compile::{Purpose, compile_all, partition, print_failures};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::figures;
use crate::cli::console::safe::{self, shell_word};
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::input::Input;
use crate::cli::source_files::sources::{Selected, SourceLocation};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::compile::Compiled;
use crate::diagnostics::{Severity, counted};
use crate::diff::{
    FindingChange, FlowComment, FlowDiff, Version, comment, compare, findings_of, introduced, text_with,
};

/// The two versions of a flow; one may be missing.
#[derive(Debug)]
struct Pair<T> {
    before: Option<T>,
    after: Option<T>,
}

impl<T> Default for Pair<T> {
    fn default() -> Self {
        Self { before: None, after: None }
    }
}

pub fn run(args: &DiffArgs, terminal: &mut Terminal) -> VerbResult {
    let inputs = versions::versions(args, terminal)?;
    let each = inputs.iter().flat_map(|pair| pair.before.iter().chain(&pair.after));
    each.clone().try_for_each(is_no_payload)?;
    let all = each.cloned().collect();
    // Both versions are compiled together: a param may be declared by only one of them.
    let selected = Selected { inputs: all, stray_settings: Vec::new() };
    let (jobs, failures) = partition(compile_all(&selected, &args.compile, Purpose::Check)?);
    if let Some(failure) = print_failures(failures, terminal) {
        return Err(failure);
    }
    let mut jobs = jobs.into_iter();
    let mut job = |input: &Option<Input>| input.as_ref().and_then(|_| jobs.next());
    let mut pairs: Vec<Pair<CompileJob>> = Vec::new();
    for pair in &inputs {
        pairs.push(Pair { before: job(&pair.before), after: job(&pair.after) });
    }
    let mut shown: Vec<FlowChanges> = Vec::new();
    for pair in renames::join(pairs) {
        for job in pair.before.iter().chain(&pair.after) {
            warn_if_incomplete(job, terminal);
        }
        let Some(changes) = FlowChanges::of(&pair) else { continue };
        if !changes.have_changed {
            terminal.closing(&format!("{}{}: no changes", changes.other_file(), changes.name()));
        }
        shown.push(changes);
    }
    let have_changed = print(&shown, args.format, terminal);
    Ok(if have_changed && args.exit_code { ExitStatus::Wanting } else { ExitStatus::Done })
}

/// What was shown of the changes between two flows.
#[derive(Debug, Default)]
pub struct Shown {
    /// Whether there are any.
    pub have_changed: bool,
    /// The nodes that both have and what has changed of each.
    pub details: Vec<(String, String)>,
}

/// Prints the changes between two flows that are called so. Both were read from scripts, so that
/// findings have the places and severities that they have in `own`, from which the second script was written.
pub fn show_pair(
    (before, after): (CompileJob, CompileJob),
    [name, other]: [Option<String>; 2],
    own: &Compiled,
    format: DiffFormat,
    terminal: &Terminal,
) -> Shown {
    let pair = Pair { before: Some(before), after: Some(after) };
    let Some(mut changes) = FlowChanges::of(&pair) else { return Shown::default() };
    if let Some(diff) = &mut changes.diff {
        place_findings(diff, own);
    }
    let changes = FlowChanges { before: name, after: other, of_two_files: true, ..changes };
    if !changes.have_changed {
        terminal.closing(&format!("{}{}: no changes", changes.other_file(), changes.name()));
    }
    let nodes = changes.diff.iter().flat_map(|diff| &diff.nodes);
    let details = nodes.flat_map(|node| {
        let name = node.before.as_ref().and(node.after.clone());
        name.into_iter().flat_map(|name| node.details.iter().map(move |one| (name.clone(), one.what.clone())))
    });
    let details = details.collect();
    Shown { have_changed: print(&[changes], format, terminal), details }
}

/// Gives new findings the places that they have in a flow. No file of the user has those of what was read alone.
fn place_findings(diff: &mut FlowDiff, own: &Compiled) {
    let mut of_flow = findings_of(own);
    for finding in &mut diff.findings {
        finding.at = None;
        let is_it = |one: &FindingChange| {
            finding.is_new && one.code == finding.code && one.message == finding.message
        };
        if let Some(at) = of_flow.iter().position(is_it) {
            *finding = of_flow.remove(at);
        }
    }
}

/// Prints changes; whether there are any.
fn print(shown: &[FlowChanges], format: DiffFormat, terminal: &Terminal) -> bool {
    match format {
        DiffFormat::Json => shown.iter().for_each(|changes| terminal.result(&changes.json())),
        DiffFormat::Text => {
            let texts: Vec<String> = shown.iter().filter_map(FlowChanges::text).collect();
            terminal.result(&texts.join("\n"));
        }
        DiffFormat::Markdown => {
            let comments: Vec<FlowComment<'_>> = shown.iter().filter_map(FlowChanges::comment).collect();
            terminal.result(&comment(&comments));
        }
    }
    shown.iter().any(|changes| changes.have_changed)
}

/// Whether two versions are different files, and not one at two times.
fn has_other_path(before: &CompileJob, after: &CompileJob) -> bool {
    let place = |job: &CompileJob| SourceLocation::of(&job.input).map(|at| at.path);
    let is_at_revision = |job: &CompileJob| matches!(job.input, Input::Git { .. });
    match is_at_revision(before) == is_at_revision(after) {
        true => place(before) != place(after),
        // One path starts at the repository's top and the other one at the disk's.
        false => place(before)
            .zip(place(after))
            .is_none_or(|(before, after)| !after.ends_with(&before) && !before.ends_with(&after)),
    }
}

/// Refuses a payload: flows are compared.
fn is_no_payload(input: &Input) -> Result<(), Failure> {
    let is_payload = input.path().extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json"));
    if !is_payload {
        return Ok(());
    }
    let name = input.name();
    Err(Failure::new(format!("{name} is a payload, and `diff` compares flows")).help(format!(
        "make it a flow with `cxflowc import {} -o FLOW`, and compare that",
        shell_word(&name)
    )))
}

/// Warns that a version with findings that hide parts of it is only compared in part.
fn warn_if_incomplete(job: &CompileJob, terminal: &Terminal) {
    if !job.compiled.flow.complete {
        let found = job.compiled.diagnostics.iter().count();
        let name = job.input.name();
        terminal.warning(&format!(
            "{name} has {}; what cannot be read is not compared: see `cxflowc check {}`",
            counted(found, "finding"),
            shell_word(&name)
        ));
    }
}

/// What has changed of a flow.
struct FlowChanges {
    before: Option<String>,
    after: Option<String>,
    /// Of a flow that is gone there is nothing to say.
    diff: Option<FlowDiff>,
    have_changed: bool,
    /// Whether the two versions are different files, and not one at two times.
    of_two_files: bool,
    /// What is known of a flow that is new: its size, unless it cannot be read.
    introduced: String,
    /// How many errors keep the new version from being built.
    errors: usize,
}

impl FlowChanges {
    /// The changes from one version to the other; `None` for a library that only one side has.
    fn of(pair: &Pair<CompileJob>) -> Option<Self> {
        let name = |job: &Option<CompileJob>| job.as_ref().map(|job| job.input.name());
        let (before, after) = (name(&pair.before), name(&pair.after));
        let (diff, of_new) = match (&pair.before, &pair.after) {
            (Some(before), Some(after)) => {
                let settings = (before.settings.named(), after.settings.named());
                (Some(compare(version(before, &settings.0), version(after, &settings.1))), String::new())
            }
            (None, Some(job)) if !job.compiled.flow.has_flow && !job.compiled.flow.complete => {
                (Some(introduced(&job.compiled)), "is new, and cannot be read as a whole".to_owned())
            }
            (Some(job), None) | (None, Some(job)) if job.compiled.flow.is_library() => return None,
            (None, Some(job)) => {
                (Some(introduced(&job.compiled)), format!("is new: {}", figures(&job.compiled)))
            }
            (Some(_), None) => (None, String::new()),
            (None, None) => return None,
        };
        let is_error = |one: &&crate::diagnostics::Diagnostic| one.severity == Severity::Error;
        // A file that other flows include is never built by itself.
        let built =
            pair.after.as_ref().filter(|job| job.compiled.flow.has_flow || job.compiled.flow.has_entry);
        let errors = built.map_or(0, |job| job.compiled.diagnostics.iter().filter(is_error).count());
        let is_one_sided = before.is_none() || after.is_none();
        let have_changed = is_one_sided || diff.as_ref().is_some_and(|diff| !diff.is_empty());
        let of_two_files = matches!((&pair.before, &pair.after), (Some(before), Some(after)) if has_other_path(before, after));
        Some(Self { before, after, diff, have_changed, of_two_files, introduced: of_new, errors })
    }

    /// The name of the version that is there.
    fn name(&self) -> &str {
        self.after.as_deref().or(self.before.as_deref()).unwrap_or_default()
    }

    /// The name of the other file, if there is one, in front of this one's.
    fn other_file(&self) -> String {
        let before = self.before.as_deref().filter(|_| self.of_two_files);
        before.map(|before| format!("{before} -> ")).unwrap_or_default()
    }

    /// What has become of a flow that only one side has.
    fn fate(&self) -> Option<String> {
        match (&self.before, &self.after) {
            (None, _) => Some(self.introduced.clone()),
            (_, None) => Some("is gone".to_owned()),
            (Some(_), Some(_)) => None,
        }
    }

    /// Says that the new version does not build.
    fn remark(&self) -> Option<String> {
        let unchanged = if self.have_changed { "" } else { ", and nothing has changed" };
        (self.errors > 0).then(|| format!("does not build: {}{unchanged}", counted(self.errors, "error")))
    }

    /// The changes as text; `None` if there is nothing to say.
    fn text(&self) -> Option<String> {
        let name = safe::one_line(self.name());
        let head = match self.fate() {
            Some(fate) => format!("{name} {fate}\n"),
            None if self.have_changed => {
                format!("{} -> {name}\n", safe::one_line(self.before.as_deref().unwrap_or_default()))
            }
            None => String::new(),
        };
        let remark = self.remark().map(|remark| format!("{name} {remark}\n"));
        let changes =
            self.diff.as_ref().map(|diff| text_with(diff, &painted)).filter(|text| !text.is_empty());
        let changes = changes.map(|changes| format!("\n{changes}"));
        let text = [Some(head), remark, changes].into_iter().flatten().collect::<String>();
        (!text.is_empty()).then_some(text)
    }

    /// The changes as a part of a comment; `None` if there is nothing to say.
    fn comment(&self) -> Option<FlowComment<'_>> {
        let name = code(&safe::one_line(self.name()));
        let old = self.before.as_deref().filter(|_| self.of_two_files);
        let old = old.map(|old| format!("{} -> ", code(&safe::one_line(old)))).unwrap_or_default();
        let fate = self.fate().map(|fate| format!(" {fate}")).unwrap_or_default();
        let remark = self.remark().map(|remark| format!("This version **{}", remark.replacen(':', "**:", 1)));
        (self.have_changed || remark.is_some()).then(|| FlowComment {
            heading: format!("### {old}{name}{fate}\n"),
            remark,
            diff: self.diff.as_ref(),
        })
    }

    /// One line of JSON. The name of a version that is not there is `null`.
    fn json(&self) -> String {
        let weaker = self.diff.as_ref().is_some_and(FlowDiff::is_weaker);
        let builds = self.after.as_ref().map(|_| self.errors == 0);
        let (before, after, changes) = (&self.before, &self.after, &self.diff);
        let line = json!({
            "before": before, "after": after, "weaker": weaker, "builds": builds, "changes": changes,
        });
        format!("{line}\n")
    }
}

fn version<'a>(job: &'a CompileJob, settings: &'a [(String, String)]) -> Version<'a> {
    Version { compiled: &job.compiled, settings }
}

fn painted(sign: char, text: &str) -> String {
    let color = match sign {
        '+' => 32,
        '-' => 31,
        '~' => 33,
        _ => return text.to_owned(),
    };
    format!("\u{1b}[{color}m{text}\u{1b}[0m")
}

/// A file's name as Markdown code, in as many backticks as needed.
fn code(name: &str) -> String {
    let longest = name.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let blank = if longest > 0 { " " } else { "" };
    format!("{fence}{blank}{name}{blank}{fence}")
}
