//! The format of an output: the one that is named, or that of the file name's ending.

use std::path::Path;

use crate::cli::Failure;
use crate::diagnostics::{list_of, quote};

/// The formats that a verb writes.
pub struct OutputFormats<'a, F> {
    /// What is written, in the words of a message: `the picture has`.
    pub subject: &'a str,
    /// Every format with its name.
    pub names: &'a [(&'a str, F)],
    /// The format on standard output.
    pub printed: F,
    /// The format of the files with an ending.
    pub of_ending: fn(&str) -> Option<F>,
    /// How to come to a format for print, such as PDF, which is not written.
    pub for_print: Option<&'a str>,
}

impl<F: Copy + PartialEq> OutputFormats<'_, F> {
    /// The format that is named, else that of the output's ending, else that of standard output.
    ///
    /// # Errors
    ///
    /// Fails if none is named and the ending is that of none.
    pub fn choose(&self, named: Option<F>, target: Option<&Path>) -> Result<F, Failure> {
        let Some(path) = target else { return Ok(named.unwrap_or(self.printed)) };
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        named.or_else(|| (self.of_ending)(&ending)).ok_or_else(|| self.unknown(path, &ending))
    }

    /// Fails if the output's ending is that of another format than the one that is named.
    pub fn refuse_contradiction(&self, named: Option<F>, target: Option<&Path>) -> Result<(), Failure> {
        let Some((named, path)) = named.zip(target) else { return Ok(()) };
        let ending = path.extension().unwrap_or_default().to_string_lossy();
        match (self.of_ending)(&ending) {
            Some(of_ending) if of_ending != named => Err(Failure::new(format!(
                "the name {} is that of {}, but --format asks for {}",
                path.display(),
                self.name_of(of_ending),
                self.name_of(named)
            ))
            .help("leave out --format, or give the output another ending")),
            _ => Ok(()),
        }
    }

    fn name_of(&self, format: F) -> String {
        let name = self.names.iter().find(|(_, other)| *other == format);
        name.map_or_else(String::new, |(name, _)| quote(name))
    }

    fn unknown(&self, path: &Path, ending: &str) -> Failure {
        let names: Vec<String> = self.names.iter().map(|(name, _)| quote(name)).collect();
        let is_for_print = ["pdf", "png", "jpg", "jpeg"].iter().any(|one| one.eq_ignore_ascii_case(ending));
        let mut help = format!("name the format with --format: {}", list_of(&names, "or"));
        if let Some(way) = self.for_print.filter(|_| is_for_print) {
            help.push_str(&format!("; {way}"));
        }
        let message = format!("the name {} does not say which format {}", path.display(), self.subject);
        Failure::new(message).help(help)
    }
}
