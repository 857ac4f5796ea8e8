//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use anstream::ColorChoice;
use rustc_hash::FxHashSet;

use crate::cli::Failure;
use crate::cli::args::{Color, Look};
use crate::cli::console::locale;
use crate::cli::console::safe;
use crate::cli::console::secrets;
use crate::cli::process::closed;
use crate::diagnostics::render::Human;

/// The maximum width of a finding, in columns.
const MAX_FINDING_WIDTH: usize = 120;
/// The maximum width of a result, in columns.
const MAX_RESULT_WIDTH: usize = 100;

/// Standard output and standard error, with the options for output.
#[derive(Clone)]
pub struct Terminal {
    /// Whether to print no closing lines.
    pub quiet: bool,
    /// Whether to show notes.
    pub verbose: bool,
    color: ColorChoice,
    /// Whether a result was printed.
    has_result: Arc<AtomicBool>,
    /// The first error that kept a result from being printed.
    lost: Arc<OnceLock<io::Error>>,
    /// The closing lines of the last round and of this one, if a verb runs in rounds.
    rounds: Option<Arc<Mutex<RoundLines>>>,
}

/// Closing lines: those of the last round are not printed again.
#[derive(Default)]
struct RoundLines {
    last: FxHashSet<String>,
    this: FxHashSet<String>,
}

impl Terminal {
    pub fn new(look: &Look) -> Self {
        let color = match look.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self {
            quiet: look.quiet,
            verbose: look.verbose,
            color,
            has_result: Arc::default(),
            lost: Arc::default(),
            rounds: None,
        }
    }

    /// Prints a result. If that fails, [`lost_result`](Self::lost_result) returns the failure, which decides
    /// the exit status.
    pub fn result(&self, text: &str) {
        self.put_result(&secrets::mask().text(text));
    }

    /// Prints a result whose texts are masked, and whose own words may be those of a secret.
    pub fn masked_result(&self, text: &str) {
        self.put_result(text);
    }

    /// Prints a secret that the user asked for.
    pub fn secret(&self, text: &str) {
        self.put_result(text);
    }

    fn put_result(&self, text: &str) {
        self.has_result.store(true, Ordering::Relaxed);
        let mut out = anstream::AutoStream::new(std::io::stdout().lock(), self.of(&std::io::stdout()));
        let written = out.write_all(safe::result(text).as_bytes()).and_then(|()| out.flush());
        if let Err(error) = ignore_closed_pipe(written) {
            let _ = self.lost.set(error);
        }
    }

    /// Whether a result was printed.
    pub fn has_result(&self) -> bool {
        self.has_result.load(Ordering::Relaxed)
    }

    /// The failure of printing a result, if there was one.
    pub fn lost_result(&self) -> Option<Failure> {
        self.lost.get().map(unprintable)
    }

    /// Prints to standard error.
    pub fn error(&self, text: &str) {
        self.put_error(&safe::result(text));
    }

    /// Prints workflow commands to standard error.
    pub fn commands(&self, text: &str) {
        self.put_error(&safe::commands(text));
    }

    fn put_error(&self, text: &str) {
        let mut out = anstream::AutoStream::new(std::io::stderr().lock(), self.of(&std::io::stderr()));
        let _ = out.write_all(secrets::mask().text(text).as_bytes()).and_then(|()| out.flush());
    }

    /// Prints a closing line, unless `--quiet` is set.
    pub fn closing(&self, line: &str) {
        let is_repeated = self.rounds.as_ref().is_some_and(|rounds| {
            let mut rounds = rounds.lock().unwrap_or_else(PoisonError::into_inner);
            rounds.this.insert(line.to_owned());
            rounds.last.contains(line)
        });
        if !is_repeated {
            self.state(line);
        }
    }

    /// Prints a closing line that takes a walk over the flow to say, unless `--quiet` is set: then nobody takes the walk.
    pub fn closing_of(&self, line: impl FnOnce() -> Option<String>) {
        if !self.quiet
            && let Some(line) = line()
        {
            self.closing(&line);
        }
    }

    /// Prints a line about the state of a verb that goes on, unless `--quiet` is set.
    pub fn state(&self, line: &str) {
        if !self.quiet {
            self.error(&format!("{}\n", words(line)));
        }
    }

    /// Begins a round, in which the closing lines of the last one are not repeated.
    pub fn begin_round(&mut self) {
        let rounds = self.rounds.get_or_insert_default();
        let mut rounds = rounds.lock().unwrap_or_else(PoisonError::into_inner);
        rounds.last = std::mem::take(&mut rounds.this);
    }

    /// Prints why a verb failed.
    pub fn failure(&self, message: &str, help: Option<&str>) {
        self.error(&format!("\u{1b}[31;1mcxflowc:\u{1b}[0m {}\n", words(message)));
        if let Some(help) = help {
            self.error(&format!("  help: {}\n", words(help)));
        }
    }

    /// Prints a warning.
    pub fn warning(&self, message: &str) {
        self.error(&format!("\u{1b}[33;1mcxflowc:\u{1b}[0m {}\n", words(message)));
    }

    fn of(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => anstream::AutoStream::choice(stream),
            chosen => chosen,
        }
    }

    /// Whether a person may be watching.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// The width for results, in columns: that of the terminal, limited to what reads well.
    pub fn result_width(&self) -> usize {
        let is_terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size_of(std::io::stdout()).filter(|_| is_terminal);
        width.map_or(MAX_RESULT_WIDTH, |(width, _)| usize::from(width.0)).clamp(40, MAX_RESULT_WIDTH)
    }

    /// The rendering of findings on standard error.
    pub fn human(&self) -> Human {
        let color = self.of(&std::io::stderr()) != ColorChoice::Never;
        let is_terminal = std::io::stderr().is_terminal();
        let width = terminal_size::terminal_size_of(std::io::stderr())
            .filter(|_| is_terminal)
            .map(|(width, _)| usize::from(width.0));
        let width = width.unwrap_or(Human::default().width).min(MAX_FINDING_WIDTH);
        Human { color, width, ascii: locale::is_ascii() }
    }
}

/// One line for people, with all secrets masked, even short ones.
fn words(line: &str) -> String {
    safe::one_line(&secrets::mask().words(line))
}

/// Prints a usage error with its colours. It comes before the output options are known.
pub fn usage_error(text: &str) {
    let _ = anstream::stderr().lock().write_all(secrets::mask().text(text).as_bytes());
}

/// Converts the result of printing to standard output. A closed pipe is not an error: its reader just stopped
/// reading.
pub fn printed(result: io::Result<()>) -> Result<(), Failure> {
    ignore_closed_pipe(result).map_err(|error| unprintable(&error))
}

fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    closed::check_output()?;
    result.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

/// The failure for standard output that cannot be written.
pub fn unprintable(error: &io::Error) -> Failure {
    Failure::new(format!("cannot write to standard output: {error}"))
}
