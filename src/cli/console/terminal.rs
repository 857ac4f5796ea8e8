//! The two streams.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, OnceLock};

use anstream::ColorChoice;

use crate::cli::Failure;
use crate::cli::args::{Color, Look};
use crate::cli::console::locale;
use crate::cli::console::safe;
use crate::cli::console::secrets;
use crate::cli::process::closed;
use crate::diagnostics::render::Human;

/// How wide a finding is at most, in columns.
const WIDEST: usize = 120;
/// How wide a result is at most, in columns.
const RESULT_WIDTH: usize = 100;

/// Standard output and standard error, and how they look.
#[derive(Clone)]
pub struct Terminal {
    /// Whether to print no closing lines.
    pub quiet: bool,
    /// Whether to show notes.
    pub verbose: bool,
    color: ColorChoice,
    /// Why a result could not be printed, once one could not.
    lost: Arc<OnceLock<io::Error>>,
}

impl Terminal {
    pub fn new(look: &Look) -> Self {
        let color = match look.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        Self { quiet: look.quiet, verbose: look.verbose, color, lost: Arc::default() }
    }

    /// Prints a result. Where it cannot be printed, [`lost_result`](Self::lost_result) says so, and
    /// the command ends with that.
    pub fn result(&self, text: &str) {
        self.put_result(&secrets::mask().text(text));
    }

    /// Prints a secret that somebody asked for.
    pub fn secret(&self, text: &str) {
        self.put_result(text);
    }

    fn put_result(&self, text: &str) {
        let mut out = anstream::AutoStream::new(std::io::stdout().lock(), self.of(&std::io::stdout()));
        let printed = out.write_all(safe::result(text).as_bytes()).and_then(|()| out.flush());
        if let Err(error) = readable(printed) {
            let _ = self.lost.set(error);
        }
    }

    /// That a result could not be printed, if that happened.
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

    /// Prints a closing line, unless none is wanted.
    pub fn closing(&self, line: &str) {
        if !self.quiet {
            self.error(&format!("{}\n", words(line)));
        }
    }

    /// Says why the work could not be done.
    pub fn failure(&self, message: &str, help: Option<&str>) {
        self.error(&format!("\u{1b}[31;1mcxflowc:\u{1b}[0m {}\n", words(message)));
        if let Some(help) = help {
            self.error(&format!("  help: {}\n", words(help)));
        }
    }

    /// Says what is odd, and goes on.
    pub fn warning(&self, message: &str) {
        self.error(&format!("\u{1b}[33;1mcxflowc:\u{1b}[0m {}\n", words(message)));
    }

    fn of(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        match self.color {
            ColorChoice::Auto => anstream::AutoStream::choice(stream),
            chosen => chosen,
        }
    }

    /// Whether people watch what goes on.
    pub fn shows_progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// How wide a result may be, in columns: as wide as the terminal, within what reads well.
    pub fn result_width(&self) -> usize {
        let is_terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size_of(std::io::stdout()).filter(|_| is_terminal);
        width.map_or(RESULT_WIDTH, |(width, _)| usize::from(width.0)).clamp(40, RESULT_WIDTH)
    }

    /// How findings on standard error look.
    pub fn human(&self) -> Human {
        let color = self.of(&std::io::stderr()) != ColorChoice::Never;
        let is_terminal = std::io::stderr().is_terminal();
        let width = terminal_size::terminal_size_of(std::io::stderr())
            .filter(|_| is_terminal)
            .map(|(width, _)| usize::from(width.0));
        let width = width.unwrap_or(Human::default().width).min(WIDEST);
        Human { color, width, ascii: locale::is_ascii() }
    }
}

/// A line for people, without any secret, short ones included.
fn words(line: &str) -> String {
    safe::one_line(&secrets::mask().words(line))
}

/// Prints what is wrong with the command line, with its colours. It is the one message that comes before
/// anything says how output looks.
pub fn usage_error(text: &str) {
    let _ = anstream::stderr().lock().write_all(secrets::mask().text(text).as_bytes());
}

/// What became of something printed on standard output. A pipe that its reader closed is no error: nobody
/// reads on.
pub fn printed(result: io::Result<()>) -> Result<(), Failure> {
    readable(result).map_err(|error| unprintable(&error))
}

fn readable(result: io::Result<()>) -> io::Result<()> {
    closed::check_output()?;
    result.or_else(|error| match error.kind() {
        io::ErrorKind::BrokenPipe => Ok(()),
        _ => Err(error),
    })
}

/// That standard output cannot be written, and why.
pub fn unprintable(error: &io::Error) -> Failure {
    Failure::new(format!("cannot write to standard output: {error}"))
}
