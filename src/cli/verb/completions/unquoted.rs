//! Shells that hand over words as they were typed, with backslashes and quotation marks.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap_complete::env::EnvCompleter;

use super::bash::words;

/// A shell whose words are taken for what they stand for. It puts quotation marks around answers itself.
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

/// What a word stands for; one that is no text, or several words, stays as it is.
fn unquoted(word: OsString) -> OsString {
    match word.to_str().map(words).as_deref() {
        Some([one]) => OsString::from(&one.value),
        _ => word,
    }
}
