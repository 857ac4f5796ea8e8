//! Annotations of GitHub Actions (workflow commands `::error`, `::warning`, `::notice`).

use super::{FileLocations, put, shown};
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::Sources;

/// One finding as one annotation. A finding without a place is at the flow's file, if there is one.
pub fn github(sources: &Sources, diagnostic: &Diagnostic, places: FileLocations<'_>) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut out = String::new();
    put(&mut out, format_args!("::{command} "));
    if let Some(span) = diagnostic.span {
        let source = sources.get(span.file);
        let start = source.position(span.start as usize);
        let end = source.position(span.end as usize);
        put(&mut out, format_args!("file={},line={},", property(&places(source).path()), start.line));
        // GitHub refuses columns for a place that spans several lines.
        if end.line == start.line {
            put(&mut out, format_args!("col={},endColumn={},", start.column, end.column));
        } else {
            put(&mut out, format_args!("endLine={},", end.line));
        }
    }
    if let (None, Some((_, root))) = (diagnostic.span, sources.iter().next()) {
        put(&mut out, format_args!("file={},line=1,", property(&places(root).path())));
    }
    let help = diagnostic.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let notes: String = diagnostic.notes.iter().map(|note| format!("\nnote: {note}")).collect();
    let message = format!("{}{help}{notes}", diagnostic.message);
    put(&mut out, format_args!("title={}::{}\n", property(&diagnostic.code.to_string()), data(&message)));
    out
}

fn data(text: &str) -> String {
    let lines: Vec<String> = text.replace('%', "%25").split('\n').map(shown).collect();
    lines.join("%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
