//! `--watch`: runs a verb again whenever something that it has read changes.

use std::path::{Path, PathBuf};

use crate::cli::console::terminal::Terminal;
use crate::cli::files::changes::wait_for_change;
use crate::cli::files::{disk, read_log};
use crate::cli::process::unread;
use crate::cli::source_files::input::Input;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::counted;
use crate::resolve::ReadRefusal;

/// Runs `round` now and after each change, until a signal ends the process, a result cannot be printed, or
/// nobody reads the results. A first round that cannot be done ends it as well.
pub fn run(
    arguments: &[PathBuf],
    terminal: &mut Terminal,
    mut round: impl FnMut(&mut Terminal) -> VerbResult,
) -> VerbResult {
    arguments.iter().try_for_each(|argument| can_change(argument, "--watch"))?;
    read_log::start();
    let mut is_first = true;
    loop {
        terminal.begin_round();
        let ended = round(terminal);
        if terminal.lost_result().is_some() {
            return ended;
        }
        if terminal.has_result() {
            unread::end_when_unread();
        }
        let log = read_log::take();
        let state = match ended {
            Ok(ExitStatus::Done) => "no errors",
            Ok(_) => "errors",
            // The command may be wrong, which no change of a file would mend.
            Err(failure) if is_first => return Err(failure),
            Err(failure) => {
                terminal.failure(&failure.message, failure.help.as_deref());
                "not done"
            }
        };
        let time = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
        let watched = counted(log.readable(), "file");
        let hint = if is_first { format!("; watching {watched}, Ctrl-C ends it") } else { String::new() };
        terminal.state(&format!("{time}: {state}{hint}"));
        is_first = false;
        wait_for_change(&log);
    }
}

/// Refuses what never changes, or can be read only once. `user` is the option or verb that follows it.
pub fn can_change(argument: &Path, user: &str) -> Result<(), Failure> {
    let input = Input::from_argument(argument);
    let why = match &input {
        Input::Git { .. } => format!("{} is at a git revision, which does not change", input.name()),
        input if input.is_handed_over() => "standard input can be read only once".to_owned(),
        _ => match disk::open_to_read(argument).err().and_then(|error| ReadRefusal::of(&error)) {
            Some(ReadRefusal::NotRegular(kind)) => format!("{} is {kind}", input.name()),
            _ => return Ok(()),
        },
    };
    Err(Failure::new(format!("{user} follows files on this disk, and {why}"))
        .help("name a file on this disk"))
}
