//! What the command line takes.

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{
    NonEmptyStringValueParser, PathBufValueParser, PossibleValue, PossibleValuesParser, TypedValueParser,
};
use clap::{Args, Parser, Subcommand, ValueEnum};

mod diff;
pub mod duration;
mod fmt;
mod graph;
mod import;
mod look;
mod merge;
mod messages;
mod platform;
mod policy;
mod preview;
mod prompts;
mod report;
mod simulate;
mod studio;

pub use diff::{DiffArgs, DiffFormat};
pub use fmt::FmtArgs;
pub use graph::{GraphArgs, Theme};
pub use import::ImportArgs;
pub use look::{Color, Look};
pub use merge::MergeArgs;
pub use messages::{Format, MaxFindings, MessageArgs};
pub use platform::*;
pub use policy::*;
pub use preview::PreviewArgs;
pub use prompts::{PromptsArgs, PromptsFormat};
pub use report::{ReportArgs, ReportFormat};
pub use simulate::SimulateArgs;
pub use studio::*;

use crate::cli::args::duration::{duration, durations};
use crate::cli::source_files::input::Allowed;
use crate::cli::verb::new::{Ci, Template};
use crate::emit;
use crate::emulator::Faults;

/// Compile call flows: text under version control, checked on every path, to CXone JSON.
#[derive(Debug, Parser)]
#[command(name = "cxflowc", version, about, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub look: Look,
}

#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Compile flows and write their payloads
    #[command(
        after_help = "Writes NAME.json beside each source, or to the place that -o or --out-dir names. For a file with errors nothing is written, and an older output stays as it is.\n\nExit status: 0 done, 1 a file has errors, 2 the command or the machine.",
        mut_arg("message_format", |format| format.visible_alias("format"))
    )]
    Build(BuildArgs),
    /// Report everything that is wrong, and write nothing
    #[command(
        after_help = "Exit status: 0 no errors, 1 a file has errors, 2 the command or the machine.",
        mut_arg("message_format", |format| format.visible_alias("format"))
    )]
    Check(CheckArgs),
    /// Bring files into the canonical layout
    #[command(
        after_help = "Changes only white space and line breaks between words, and keeps comments. Leaves a file with syntax errors as it is.\n\nExit status: 0 done, 1 a file has syntax errors or, with --check, differs, 2 the command or the machine."
    )]
    Fmt(FmtArgs),
    /// Run the tests in flows, and say what they cover
    #[command(
        after_help = "Exit status: 0 all tests pass, 1 a test fails, a file has errors or too little is covered, 2 the command or the machine."
    )]
    Test(TestArgs),
    /// Count the paths of a flow and where they end, or follow them
    #[command(
        after_help = "Without --keys, --paths and --interactive it prints the flow's figures.\n\nExit status: 0 done, 1 the file has errors or the keys do not fit the flow, 2 the command or the machine."
    )]
    Simulate(SimulateArgs),
    /// Draw a flow: in the terminal, as SVG, Mermaid or DOT
    #[command(
        after_help = "A flow with errors is drawn as far as it goes, with the findings at their nodes.\n\nExit status: 0 done, 1 the file has errors, 2 the command or the machine."
    )]
    Graph(GraphArgs),
    /// Show a flow's report in the browser, and follow the file as it is saved
    #[command(
        after_help = "Prints the address of a page that only this machine can reach, and serves it until Ctrl-C. A flow with errors is shown as far as it goes.\n\nExit status: 2 the command or the machine, 130 after Ctrl-C."
    )]
    Preview(PreviewArgs),
    /// Show what has changed between two versions of a flow: compliance first, then nodes, transitions and words
    #[command(
        after_help = "Layout, comments and the order of declarations are no change. With one FILE, or with --base, the older version comes from git.\n\nExit status: 0 done, 1 something has changed and --exit-code is given, 2 the command or the machine."
    )]
    Diff(DiffArgs),
    /// Write out what is heard, for recording, translating and approving, and take the new words back
    #[command(
        after_help = "With --apply the new words of the columns new_text and new_media replace those in the source: all of them, or none if one cannot be placed.\n\nExit status: 0 done, 1 the file has errors or new words cannot be placed, 2 the command or the machine."
    )]
    Prompts(PromptsArgs),
    /// Write what counsel signs: what was made of what, what every rule says and why, and what is heard
    #[command(
        after_help = "The page loads nothing and sends nothing. A report on a flow with errors is written all the same and says that it cannot be signed.\n\nExit status: 0 no errors, 1 the flow has errors, 2 the command or the machine."
    )]
    Report(ReportArgs),
    /// List, show, check and update policies
    #[command(subcommand, arg_required_else_help = true)]
    Policy(PolicyVerb),
    /// Hand flows over to the platform and follow them until they are in place
    #[command(
        after_help = "Reads CXONE_BASE_URL, CXONE_CLIENT_ID, CXONE_CLIENT_SECRET, CXONE_WEBHOOK_URL and CXONE_WEBHOOK_SECRET; with --env prod, CXONE_PROD_CLIENT_ID and so on take precedence. Sends nothing unless every source compiles.\n\nWith --target studio it saves scripts in a tenant of CXone Studio, and reads CXONE_BASE_URL, CXONE_ACCESS_KEY_ID and CXONE_ACCESS_KEY_SECRET. Nothing of that was tried on a tenant, and the request that saves is in no published description; docs/studio.md says more.\n\nExit status: 0 all are in place, 1 a source has errors or a guard is not met, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Submit(SubmitArgs),
    /// Compare flows with the versions that were submitted
    #[command(after_help = "Exit status: 0 all are in place, 1 one differs, 2 the command or the machine.")]
    Status(StatusArgs),
    /// Show the state of a job on the platform, and follow it
    #[command(
        after_help = "Exit status: 0 it is running or completed, 2 the command or the machine, 3 the platform, 130 after Ctrl-C."
    )]
    Job(JobArgs),
    /// Manage the addresses that the platform tells when flows change
    #[command(subcommand, arg_required_else_help = true)]
    Webhook(WebhookVerb),
    /// Look after a tenant of CXone Studio: bring its scripts in, compare them with flows, and see what it knows
    #[command(subcommand, arg_required_else_help = true)]
    Studio(StudioVerb),
    /// Verify audit logs
    #[command(subcommand, arg_required_else_help = true)]
    Audit(AuditVerb),
    /// Serve the platform's API on this machine, for trial submissions
    #[command(
        after_help = "Prints the variables that `submit` reads as `export` lines. Listens on 127.0.0.1 only and keeps everything in memory.\n\nExit status: 0 after a request to terminate, 130 after Ctrl-C, 2 the command or the machine."
    )]
    Emulate(EmulateArgs),
    /// Write the flows that payloads could have been built from
    #[command(
        after_help = "Building what it writes gives the same payload, but for empty fields and the order of transitions. What is wrong with the flow is reported as `check` would, and the flow is written all the same. For a file that is no payload nothing is written.\n\nExit status: 0 no errors, 1 a payload or its flow has errors, 2 the command or the machine.",
        mut_arg("message_format", |format| format.visible_alias("format"))
    )]
    Import(ImportArgs),
    /// Merge two versions of a flow, statement by statement
    #[command(
        after_help = "Statements are told apart by what they declare: two branches, nodes or rules that are added at the same place are no conflict. What does not go together stands between conflict markers, as git writes them. docs/ci.md says how git uses it.\n\nExit status: 0 merged, 1 there are conflicts, 2 the command or the machine."
    )]
    Merge(MergeArgs),
    /// Explain a diagnostic, with an example that has it and one that does not
    Explain(ExplainArgs),
    /// Write a first flow, with its settings
    #[command(
        after_help = "Beside the flow it writes `cxflow.toml` and `.gitignore`. Existing files are not changed: the flow must be new, other files are left alone. If a file cannot be written, none is.\n\nExit status: 0, or 2 the command or the machine."
    )]
    New(NewArgs),
    /// Serve an editor, on standard input and output: the Language Server Protocol
    #[command(
        after_help = "Editors start it; docs/editors.md says how. If several flows include a file, it is checked in all of them.\n\nExit status: 0 if the editor shut it down, 1 if the editor left without doing so, 2 the command or the machine."
    )]
    Lsp(LspArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page of the command or of one verb
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// Write the payload here; `-` is standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "out_dir")]
    pub output: Option<PathBuf>,
    /// Write each payload into this folder
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Write to this file which files each payload is made of, as make and ninja read it
    #[arg(long, value_name = "PATH", value_parser = PathBufValueParser::new().try_map(messages::own_file))]
    pub depfile: Option<PathBuf>,
    /// Write the payload on one line
    #[arg(long)]
    pub compact: bool,
    /// Run again whenever a file that took part changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// Print the settings that apply to each flow, and the file that each comes from
    #[arg(long)]
    pub show_settings: bool,
    /// Run again whenever a file that took part changes, until Ctrl-C
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct TestArgs {
    /// Flows: files, folders for every flow below them, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Fail if the tests that pass cover less of the nodes or of the transitions
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min_coverage: Option<u8>,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: TestFormat,
}

/// How the results of tests are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// In words
    #[default]
    Text,
    /// One JSON object a line for each file
    Json,
    /// One JUnit XML document
    Junit,
}

/// The arguments of every verb that compiles.
#[derive(Debug, Clone, Default, Args)]
pub struct CompileArgs {
    /// Set a param; write PREFIX.NAME for a param of an instance
    #[arg(long, value_name = "NAME=VALUE", value_parser = setting)]
    pub set: Vec<(String, String)>,
    /// Use the params and the platform of this environment in cxflow.toml
    #[arg(long, value_name = "NAME", value_parser = NonEmptyStringValueParser::new())]
    pub env: Option<String>,
    /// Write flows as this instead of what the environment says, or `flows`
    #[arg(long, value_name = "TARGET", value_parser = PossibleValuesParser::new(targets()))]
    pub target: Option<String>,
    /// Apply this policy as well: the name of a policy, or the path of a file to apply all its policies
    #[arg(long, value_name = "NAME|PATH")]
    pub policy: Vec<String>,
    /// Let the flows read this folder as well as their repository
    #[arg(long, value_name = "DIR", value_parser = PathBufValueParser::new().try_map(folder))]
    pub allow_outside: Vec<PathBuf>,
    /// Apply the dates of rules, waivers and attestations as of this day instead of today
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<jiff::civil::Date>,
    /// Turn warnings into errors
    #[arg(long, value_enum, value_name = "WHAT")]
    pub deny: Vec<Deny>,
    /// Silence a warning, by name or code
    #[arg(long, value_name = "NAME")]
    pub allow: Vec<String>,
    /// Whether the texts of this compiler count, whatever the lock of policies says
    #[arg(skip)]
    pub unlocked: bool,
    /// Whether flows without the environment are compiled without it, as long as another one has it
    #[arg(skip)]
    pub env_if_there: bool,
}

impl CompileArgs {
    /// The files that the command line allows flows to read.
    pub fn allowed_files(&self) -> Allowed<'_> {
        Allowed { folders: &self.allow_outside, policies: &self.policy }
    }
}

/// The targets, each with what it is.
fn targets() -> impl Iterator<Item = PossibleValue> {
    emit::ALL.iter().map(|target| PossibleValue::new(target.name).help(target.about))
}

/// Accepts the path of an existing folder.
fn folder(path: PathBuf) -> Result<PathBuf, String> {
    match std::fs::metadata(&path) {
        Ok(metadata) if metadata.is_dir() => Ok(path),
        Ok(_) => Err("it is not a folder".to_owned()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err("there is no such folder".to_owned())
        }
        Err(error) => Err(error.to_string()),
    }
}

/// The arguments of verbs that can import flows that are already live.
#[derive(Debug, Clone, Args)]
pub struct LiveFlowArgs {
    /// Turn the errors CX2xx to CX4xx into warnings, to import a flow that is already live
    #[arg(long)]
    pub as_is: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    Warnings,
}

#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// Verify that a log is unchanged since it was written
    #[command(
        after_help = "Exit status: 0 it holds, 1 it does not, or no line has the head, 2 the command or the machine."
    )]
    Verify(AuditVerifyArgs),
}

#[derive(Debug, Args)]
pub struct AuditVerifyArgs {
    /// The log
    pub path: PathBuf,
    /// A head that was noted down: a line of the log must have it, or the end was cut off
    #[arg(long, value_name = "SHA256")]
    pub head: Option<crate::audit::Hash>,
    /// Take the head from this lock file, which notes the line that was appended last
    #[arg(long, value_name = "PATH", conflicts_with = "head")]
    pub lock: Option<PathBuf>,
    /// How the verdict is printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ResultFormat {
    /// In words
    #[default]
    Text,
    /// One JSON object
    Json,
}

#[derive(Debug, Args)]
pub struct EmulateArgs {
    /// The port; 0 means any free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    /// What goes wrong and how often: a status from 400 to 599, reset, cut, html or hang, each with its share of the requests, as in 429:0.2,502:0.1,reset:0.05
    #[arg(long, value_name = "FAULT:SHARE,…")]
    pub fault: Option<Faults>,
    /// How long each request is delayed: 50ms, or 50ms..400ms
    #[arg(long, value_name = "TIME", value_parser = durations)]
    pub latency: Option<RangeInclusive<Duration>>,
    /// How long a job takes
    #[arg(long, value_name = "TIME", value_parser = duration, default_value = "1500ms")]
    pub job_time: Duration,
    /// How long a token stays valid
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "1h")]
    pub token_life: Duration,
    /// Send events to other machines as well, by https; without it only to this one
    #[arg(long)]
    pub deliver_anywhere: bool,
    /// Check nodes of the kinds that this library declares: a bundled one, such as cxone, or a file; may be repeated
    #[arg(long, value_name = "NAME|FILE")]
    pub library: Vec<String>,
    /// Once this script is saved, show it as locked by somebody else; may be repeated
    #[arg(long, value_name = "SCRIPT")]
    pub locked: Vec<String>,
    /// Repeat the faults, ids and credentials of every run with this number
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code or a name, such as CX201 or dead-end; without one, the list
    pub code: Option<String>,
}

#[derive(Debug, Args)]
pub struct NewArgs {
    /// The flow's name; writes NAME.cxflow
    pub name: PathBuf,
    /// What the flow is for
    #[arg(long, value_enum, default_value_t, value_name = "TEMPLATE")]
    pub template: Template,
    /// Also write a file for CI that checks and tests all flows
    #[arg(long, value_enum, value_name = "WHERE")]
    pub ci: Option<Ci>,
}

#[derive(Debug, Args)]
pub struct LspArgs {
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Use standard input and output, as is the default; some editors pass this
    #[arg(long, hide = true)]
    pub stdio: bool,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// A verb, such as build or audit verify
    pub verb: Vec<String>,
}

fn percent(text: &str) -> Result<u8, String> {
    match text.strip_suffix('%').unwrap_or(text).parse() {
        Ok(number @ 0..=100) => Ok(number),
        _ => Err("write a whole number from 0 to 100".to_owned()),
    }
}

fn date(text: &str) -> Result<jiff::civil::Date, String> {
    const FORM: &str = "write a date, as in 2026-08-02";
    let has_form = text.split('-').map(str::len).eq([4, 2, 2])
        && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit());
    text.parse().map_err(|_| match has_form {
        true => format!("it is not a day of the calendar: {FORM}"),
        false => FORM.to_owned(),
    })
}

fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, as in --set queue=sales".to_owned()),
    }
}
