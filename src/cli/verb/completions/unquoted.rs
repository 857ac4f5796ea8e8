//! Completion for shells that pass words as typed, with backslashes and quotation marks.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap_complete::env::EnvCompleter;

use super::bash::words;

/// A shell whose words are unquoted before completion. The shell quotes answers itself.
pub struct Unquoted<S>(pub S);

impl<S: EnvCompleter> EnvCompleter for Unquoted<S> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn is(&self, name: &str) -> bool {
        self.0.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        self.0.write_registration(variable, name, bin, completer, out)
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        self.0.write_complete(command, args.into_iter().map(unquoted).collect(), folder, out)
    }
}

/// The value of a word without quotes. Text that is not UTF-8, or is several words, is kept.
fn unquoted(word: OsString) -> OsString {
    match word.to_str().map(words).as_deref() {
        Some([word]) => OsString::from(&word.value),
        _ => word,
    }
}
