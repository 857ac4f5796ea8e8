//! Recordings whose path a sequence cannot have, and addresses that would be one recording.

use super::build::Builder;
use super::codes::{NOT_SAID, RECORDING};
use super::sequence::recording;
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::Text;

impl<'a> Builder<'a> {
    /// Reports what no sequence can say of a recording, and two addresses with one path.
    pub(super) fn report_recordings(&mut self, media: Option<&'a Text>, prompt: Option<&'a Text>) {
        if let Some(media) = media
            && let Some(url) = media.value.as_deref()
        {
            let path = recording(url, &self.settings.prompts);
            let names_file = path != recording("", &self.settings.prompts) && !path.is_empty();
            if !names_file {
                self.findings.push(
                    Diagnostic::new(&RECORDING, media.span, "this address names no file, so that no recording of the tenant has its path")
                        .here("the path is what stands behind the host")
                        .help("write the address of the file, or name the tenant's recording as in `play prompt \"PATH\"`"),
                );
            }
            let is_other = |first: &&&Text| first.value.as_deref() != Some(url);
            if let Some(first) = self.recordings.get(&path).filter(is_other).filter(|_| names_file) {
                let other = first.value.as_deref().unwrap_or_default();
                let message = format!(
                    "{} and {} are both the recording {} of the tenant",
                    quote(other),
                    quote(url),
                    quote(&path)
                );
                self.findings.push(
                    Diagnostic::new(&RECORDING, media.span, message)
                        .here("the same path")
                        .label(first.span, "has this path already")
                        .help("give the files different paths behind the host: a tenant has neither hosts nor what stands behind `?`"),
                );
            }
            self.recordings.entry(path.clone()).or_insert(media);
            self.report_path(media, &path);
        }
        if let Some(prompt) = prompt {
            self.report_path(prompt, prompt.value.as_deref().unwrap_or_default());
        }
    }

    /// Reports a path that would end its segment, or be spoken.
    fn report_path(&mut self, text: &Text, path: &str) {
        let (message, help) = if path.contains('"') {
            ("a quotation mark ends the name of a recording in a script of Studio", "rename the recording")
        } else if path.starts_with('%') {
            (
                "a script of Studio speaks what begins with `%`, and plays no recording of this name",
                "rename the recording, or name its folder before it",
            )
        } else {
            return;
        };
        self.findings.push(
            Diagnostic::new(&NOT_SAID, text.span, message).here("not in a script of Studio").help(help),
        );
    }
}
