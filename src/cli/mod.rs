//! The command line. `args` defines the arguments, `verb` has a file for each verb, and the other folders
//! hold what verbs share.
//!
//! Diagnostics go to standard error (`json` and `sarif` to standard output), results to standard output,
//! closing lines to standard error. Exit status 0: done, 1: the input has errors, 2: the command or the
//! machine failed, 3: the platform failed, 130: Ctrl-C.

mod args;
mod compilation;
mod config;
mod console;
mod deployment;
mod files;
mod git;
mod process;
mod source_files;
mod verb;

use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{AuditVerb, Cli, Verb};
use console::terminal::{self, Terminal};
use console::{safe, secrets};
pub use verb::explain::markdown as explain_markdown;
use verb::{
    audit, build, check, completions, diff, emulate, explain, fmt, graph, import, job, lsp, man, merge, new,
    policy, preview, prompts, report, simulate, status, studio, submit, test, webhook,
};

/// How a verb ended that could do its work. If a run has several, the highest wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ExitStatus {
    Done,
    /// The input has errors, or fails what the verb checks.
    Wanting,
    /// The platform could not be reached, refused, or failed.
    Platform,
    /// Ctrl-C.
    Interrupted,
}

/// Why a verb could not do its work: a wrong command, or a failure of the machine.
#[derive(Debug)]
struct Failure {
    message: String,
    help: Option<String>,
    /// The file that the message is about.
    file: Option<About>,
}

/// A file: its name in messages, and its path.
#[derive(Debug, Clone)]
struct About {
    name: String,
    path: PathBuf,
}

impl Failure {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None, file: None }
    }

    fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Names the file on this disk that the failure is about.
    fn about(self, path: &Path) -> Self {
        self.about_source(path.display().to_string(), path.to_path_buf())
    }

    /// Names the source that the failure is about, on this disk or at a revision, unless a file is named
    /// already.
    fn about_source(mut self, name: String, path: PathBuf) -> Self {
        self.file.get_or_insert(About { name, path });
        self
    }
}

type VerbResult = Result<ExitStatus, Failure>;

/// Makes a usage error safe to print. Clap quotes arguments verbatim, so control characters and secrets are
/// replaced first.
fn presentable(error: clap::Error, arguments: &[OsString]) -> clap::Error {
    // Even an invalid argument may contain a secret.
    let sanitize = |text: &str| safe::one_line(&secrets::mask().words(text));
    let safe: Vec<String> = arguments.iter().map(|argument| sanitize(&argument.to_string_lossy())).collect();
    if arguments.iter().zip(&safe).all(|(argument, safe)| argument.as_os_str() == safe.as_str()) {
        return error;
    }
    match Cli::try_parse_from(safe) {
        Err(error) => error,
        // The escaped arguments parse, for example if only a line break was wrong.
        Ok(_) => Cli::command().error(error.kind(), sanitize(&plain(&error))),
    }
}

/// Clap's message without colours, `error: ` and usage.
fn plain(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    text.split("\n\n").next().unwrap_or_default().to_owned()
}

/// Runs the command with its arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(answered) = completions::answer(&arguments) {
        return ExitCode::from(if answered.is_ok() { 0 } else { 2 });
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => {
            let error = presentable(error, &arguments);
            // If a usage error cannot be printed, there is no other way to report it.
            if error.use_stderr() {
                terminal::usage_error(&error.render().ansi().to_string());
            } else if let Err(failure) = terminal::printed(error.print()) {
                let _ = writeln!(std::io::stderr(), "cxflowc: {}", failure.message);
                return ExitCode::from(2);
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut terminal = Terminal::new(&cli.look);
    let outcome = match &cli.verb {
        Verb::Build(args) => build::run(args, &mut terminal),
        Verb::Check(args) => check::run(args, &mut terminal),
        Verb::Fmt(args) => fmt::run(args, &mut terminal),
        Verb::Test(args) => test::run(args, &mut terminal),
        Verb::Simulate(args) => simulate::run(args, &mut terminal),
        Verb::Graph(args) => graph::run(args, &mut terminal),
        Verb::Preview(args) => preview::run(args, &mut terminal),
        Verb::Diff(args) => diff::run(args, &mut terminal),
        Verb::Prompts(args) => prompts::run(args, &mut terminal),
        Verb::Report(args) => report::run(args, &mut terminal),
        Verb::Policy(verb) => policy::run(verb, &mut terminal),
        Verb::Audit(AuditVerb::Verify(args)) => audit::verify(args, &mut terminal),
        Verb::Submit(args) => submit::run(args, &mut terminal),
        Verb::Status(args) => status::run(args, &mut terminal),
        Verb::Job(args) => job::run(args, &mut terminal),
        Verb::Webhook(verb) => webhook::run(verb, &mut terminal),
        Verb::Emulate(args) => emulate::run(args, &mut terminal),
        Verb::Import(args) => import::run(args, &mut terminal),
        Verb::Studio(verb) => studio::run(verb, &mut terminal),
        Verb::Merge(args) => merge::run(args, &mut terminal),
        Verb::Explain(args) => explain::run(args, &mut terminal),
        Verb::New(args) => new::run(args, &mut terminal),
        Verb::Lsp(args) => lsp::run(args, &mut terminal),
        Verb::Completions(args) => completions::run(args, &mut terminal),
        Verb::Man(args) => man::run(args, &mut terminal),
    };
    let report = |failure: &Failure| terminal.failure(&failure.message, failure.help.as_deref());
    if let Err(failure) = &outcome {
        report(failure);
    }
    // A result that could not be written is a failure, even if the work succeeded.
    let lost = terminal.lost_result();
    lost.iter().for_each(report);
    if lost.is_some() {
        return ExitCode::from(2);
    }
    match outcome {
        Ok(ExitStatus::Done) => ExitCode::SUCCESS,
        Ok(ExitStatus::Wanting) => ExitCode::from(1),
        Ok(ExitStatus::Platform) => ExitCode::from(3),
        Ok(ExitStatus::Interrupted) => ExitCode::from(130),
        Err(_) => ExitCode::from(2),
    }
}
