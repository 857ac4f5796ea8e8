//! Turns a file's text into settings with their places, and findings.

use toml::de::{DeTable, DeValue};

use super::codes::BAD_SETTING;
use super::keys::Section;
use super::reader::{Reader, TableEntry};
use super::setting::FileSettings;
use super::{hidden, mask, misplaced, syntax};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::source::{FileId, Source, Sources, Span};

/// Reads a file and adds it to the sources, with secrets masked.
pub fn read(
    name: String,
    path: &std::path::Path,
    bytes: Vec<u8>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> (FileId, FileSettings) {
    let source = Source::new(name, path, bytes);
    let text = source.text().to_owned();
    let not_utf8 = source.not_utf8();
    let secrets = mask::secrets(&text);
    let shown = match secrets.is_empty() {
        true => source,
        false => Source::new(source.name(), path, mask::masked(&text, &secrets).into_owned().into_bytes()),
    };
    let file = sources.add(shown);
    if let Some(found) = not_utf8 {
        diagnostics.push(syntax::no_text(file, found));
        return (file, FileSettings::default());
    }
    if crate::syntax::is_lfs_pointer(&text) {
        diagnostics.push(
            Diagnostic::new(&BAD_SETTING, Span::new(file, 0, 0), "this is a Git LFS pointer: the settings themselves have not been fetched")
                .here("a pointer, not the file")
                .help("fetch the file with `git lfs pull`; a git revision only has the pointer, so it is better to keep settings out of Git LFS"),
        );
        return (file, FileSettings::default());
    }
    hidden::report(file, &text, diagnostics);
    // After an unfinished merge, reading continues with one side.
    let text = crate::syntax::without_conflicts(file, &text, diagnostics).unwrap_or(text);
    let (table, errors) = DeTable::parse_recoverable(&text);
    let mut reader = Reader { file, sources, diagnostics, found: FileSettings::default() };
    let broken = syntax::report(&mut reader, &errors);
    // After a missing quote or bracket, the rest cannot be trusted.
    if !broken {
        reader.table(Section::Top, None, table.get_ref());
        reader.report_confusable_environments();
    }
    let found = reader.found;
    (file, found)
}

impl Reader<'_> {
    /// Reads a section. Sections nest three deep.
    pub(super) fn table(&mut self, section: Section, environment: Option<&str>, table: &DeTable<'_>) {
        let mut unknown: Vec<TableEntry<'_>> = Vec::new();
        for entry in self.entries(table) {
            let inner = section.inner().iter().find(|(name, _)| *name == entry.key);
            let key = section.keys().find(|key| key.name == entry.key);
            match (inner, key) {
                (Some(&(_, Section::Environment)), _) => self.environments(&entry),
                (Some(&(_, Section::Params)), _) => self.params(environment.unwrap_or_default(), &entry),
                (Some(&(name, inner)), _) => match entry.value.get_ref() {
                    DeValue::Table(table) => self.table(inner, environment, table),
                    _ => self.report_no_section(&inner.path(environment), name, &entry),
                },
                (None, Some(key)) => self.key(key, environment, &entry),
                (None, None) => unknown.push(entry),
            }
        }
        misplaced::report_all(self, section, environment, table, &unknown);
    }

    fn report_no_section(&mut self, path: &str, name: &str, entry: &TableEntry<'_>) {
        self.diagnostics.push(
            Diagnostic::new(&BAD_SETTING, entry.span, format!("`{path}` is a section"))
                .here("not a section")
                .help(format!("write `[{path}]` above its settings, or `{name} = {{ … }}`")),
        );
    }
}
