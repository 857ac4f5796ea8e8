//! `cxflowc completions`, and the answers to the scripts that it prints.
//!
//! A script does not contain the options: on each completion it runs `CXFLOWC_COMPLETE=SHELL cxflowc --
//! WORDS…`, and [`answer`] prints the candidates. So scripts never become outdated, and can complete names
//! from `cxflow.toml`.

mod bash;
mod unquoted;
mod values;

use std::ffi::OsString;

use clap::CommandFactory;
use clap_complete::CompleteEnv;
use clap_complete::env::{Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};

use unquoted::Unquoted;

use crate::cli::args::{Cli, CompletionsArgs};
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, Failure, VerbResult};

/// The variable that marks a script's request.
const VARIABLE: &str = "CXFLOWC_COMPLETE";

const SHELLS: Shells<'static> = Shells(&[&bash::Bash, &Elvish, &Unquoted(Fish), &Powershell, &Unquoted(Zsh)]);

pub fn run(args: &CompletionsArgs, terminal: &mut Terminal) -> VerbResult {
    let mut script = Vec::new();
    let written = SHELLS.completer(&args.shell.to_string()).map(|shell: &dyn EnvCompleter| {
        shell.write_registration(VARIABLE, "cxflowc", "cxflowc", "cxflowc", &mut script)
    });
    match written {
        Some(Ok(())) => {
            terminal.result(&String::from_utf8_lossy(&script));
            Ok(ExitStatus::Done)
        }
        _ => Err(Failure::new(format!("cannot make a completion script for {}", args.shell))),
    }
}

/// Answers a completion script; `None` if this is a normal run.
#[expect(clippy::disallowed_methods, reason = "paths are completed relative to the working folder")]
pub fn answer(arguments: &[OsString]) -> Option<Result<(), clap::Error>> {
    let folder = std::env::current_dir().ok();
    let shells = CompleteEnv::with_factory(|| values::add(Cli::command())).var(VARIABLE).shells(SHELLS);
    match shells.try_complete(arguments.iter().cloned(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(Ok(())),
        Err(error) => Some(Err(error)),
    }
}
