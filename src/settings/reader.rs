//! What the parts of the reader share: the file's tables with their places, and the results.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::setting::{FileSettings, Setting, SettingId, Value};
use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Sources, Span};

/// A table's entry.
pub struct TableEntry<'t> {
    pub key: &'t str,
    pub span: Span,
    pub value: &'t Spanned<DeValue<'t>>,
}

/// A file that is being read, with its settings and findings so far.
pub struct Reader<'a> {
    pub file: FileId,
    pub sources: &'a Sources,
    pub diagnostics: &'a mut Diagnostics,
    pub found: FileSettings,
}

impl Reader<'_> {
    /// The place of a value.
    pub fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(self.file, range.start, range.end)
    }

    /// The entries of a table in the order of the file.
    pub fn entries<'t>(&self, table: &'t DeTable<'t>) -> Vec<TableEntry<'t>> {
        let entry = |(key, value): (&'t Spanned<toml::de::DeString<'t>>, &'t Spanned<DeValue<'t>>)| {
            TableEntry { key: key.get_ref(), span: self.span(key), value }
        };
        let mut entries: Vec<TableEntry<'t>> = table.iter().map(entry).collect();
        entries.sort_by_key(|entry| entry.span);
        entries
    }

    /// Adds a setting.
    pub fn add(&mut self, place: SettingId, value: Value, entry: &TableEntry<'_>) {
        let span = self.span(entry.value);
        self.found.settings.push(Setting { place, value, key: entry.span, span });
    }
}
