//! Completes the values of arguments that clap cannot complete by itself.

use std::ffi::OsStr;
use std::path::Path;

use clap::{Arg, Command, CommandFactory};
use clap_complete::engine::{
    ArgValueCandidates, ArgValueCompleter, CompletionCandidate, PathCompleter, ValueCompleter,
};

use crate::bundled;
use crate::cli::args::Cli;
use crate::cli::config;
use crate::cli::config::lost_settings::Lookups;
use crate::cli::source_files::input::{Allowed, Input};
use crate::codes;
use crate::diagnostics::{Diagnostics, Severity};
use crate::source::Sources;

/// Adds a completer to each argument that needs one.
pub fn add(command: Command) -> Command {
    let command = command.mut_args(add_to);
    command.mut_subcommands(add)
}

fn add_to(arg: Arg) -> Arg {
    match arg.get_id().as_str() {
        "files" | "file" => arg.add(ArgValueCompleter::new(flow_files())),
        "env" => arg.add(ArgValueCandidates::new(environments)),
        "policy" | "source_or_name" => arg.add(ArgValueCompleter::new(policies)),
        "allow" => arg.add(ArgValueCandidates::new(|| code_words(&[Severity::Warning]))),
        "verb" => arg.add(ArgValueCandidates::new(verbs)),
        "code" => arg.add(ArgValueCandidates::new(explained)),
        "out_dir" => arg.add(ArgValueCompleter::new(PathCompleter::dir())),
        "output" | "message_file" | "artifact" | "audit" | "metrics" | "path" => {
            arg.add(ArgValueCompleter::new(PathCompleter::any()))
        }
        _ => arg,
    }
}

/// Folders and `.cxflow` files.
fn flow_files() -> PathCompleter {
    PathCompleter::any().filter(|path| path.is_dir() || path.extension().is_some_and(|end| end == "cxflow"))
}

/// The verbs, for `man`.
fn verbs() -> Vec<CompletionCandidate> {
    Cli::command().get_subcommands().map(|verb| CompletionCandidate::new(verb.get_name())).collect()
}

/// The environments in the settings that apply to the working folder.
fn environments() -> Vec<CompletionCandidate> {
    let input = Input::Stdin;
    let Ok(files) = input.files(&Allowed::default()) else { return Vec::new() };
    let settings = config::load(
        &*files,
        &input,
        &Lookups::default(),
        &mut Sources::default(),
        &mut Diagnostics::default(),
    );
    let Ok(settings) = settings else { return Vec::new() };
    settings.environments().map(CompletionCandidate::new).collect()
}

/// The policies that come with the compiler, and files.
fn policies(typed: &OsStr) -> Vec<CompletionCandidate> {
    let text = typed.to_string_lossy();
    let named = bundled::ALL.iter().filter(|policy| policy.name.starts_with(&*text));
    let mut all: Vec<CompletionCandidate> =
        named.map(|policy| CompletionCandidate::new(policy.name)).collect();
    // Once a policy's name is begun, files are not offered.
    if all.is_empty() || text.is_empty() || Path::new(typed).components().count() > 1 {
        all.extend(flow_files().complete(typed));
    }
    all
}

/// The ids and names of the codes with these severities, each described by the other.
fn code_words(severities: &[Severity]) -> Vec<CompletionCandidate> {
    let candidate =
        |word: &'static str, help: &'static str| CompletionCandidate::new(word).help(Some(help.into()));
    let codes: Vec<_> = codes::all().filter(|code| severities.contains(&code.severity)).collect();
    let ids = codes.iter().map(|code| candidate(code.id, code.name));
    ids.chain(codes.iter().map(|code| candidate(code.name, code.id))).collect()
}

/// The codes that `explain` takes.
fn explained() -> Vec<CompletionCandidate> {
    code_words(&[Severity::Error, Severity::Warning, Severity::Note])
}
