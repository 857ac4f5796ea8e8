//! One JSON object per line, for programs.

use serde::Serialize;

use crate::diagnostics::{Diagnostic, Fix, Label};
use crate::source::{Sources, Span};

#[derive(Serialize)]
struct Object<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    help: Option<&'a str>,
    file: Option<&'a str>,
    span: Option<Offsets>,
    line: Option<usize>,
    column: Option<usize>,
    labels: Vec<JsonRange<'a>>,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Offer<'a>>,
}

#[derive(Serialize)]
struct Offer<'a> {
    title: &'a str,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Replacement<'a> {
    file: &'a str,
    span: Offsets,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonRange<'a> {
    message: &'a str,
    file: &'a str,
    span: Offsets,
    line: usize,
    column: usize,
}

/// Byte offsets, the end exclusive.
#[derive(Serialize)]
struct Offsets {
    start: u32,
    end: u32,
}

impl From<Span> for Offsets {
    fn from(span: Span) -> Self {
        Self { start: span.start, end: span.end }
    }
}

/// One finding as one line of JSON. The first label is that of the primary place, if there is one.
///
/// ```
/// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect by\n");
/// let finding = compiled.diagnostics.iter().next().unwrap();
/// let line = cxflowc::finding_to_json(&compiled.sources, finding);
/// assert!(line.starts_with(r#"{"code":"CX103""#), "{line}");
/// ```
pub fn json(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let place = |span: Span, message| {
        let position = sources.position(span);
        JsonRange {
            message,
            file: sources.get(span.file).name(),
            span: span.into(),
            line: position.line,
            column: position.column,
        }
    };
    let mut labels: Vec<JsonRange<'_>> =
        diagnostic.span.iter().map(|&span| place(span, diagnostic.label.as_str())).collect();
    labels.extend(diagnostic.labels.iter().map(|Label { span, text }| place(*span, text)));
    let position = diagnostic.span.map(|span| sources.position(span));
    let object = Object {
        code: diagnostic.code.id,
        name: diagnostic.code.name,
        severity: diagnostic.severity.word(),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
        file: diagnostic.span.map(|span| sources.get(span.file).name()),
        span: diagnostic.span.map(Offsets::from),
        line: position.map(|position| position.line),
        column: position.map(|position| position.column),
        labels,
        notes: &diagnostic.notes,
        fixes: diagnostic.fixes.iter().map(|fix| offer(sources, fix)).collect(),
    };
    // Strings and numbers cannot fail to serialize.
    let mut line = serde_json::to_string(&object).unwrap_or_default();
    line.push('\n');
    line
}

fn offer<'a>(sources: &'a Sources, fix: &'a Fix) -> Offer<'a> {
    let edits = fix.edits.iter().map(|edit| Replacement {
        file: sources.get(edit.span.file).name(),
        span: edit.span.into(),
        text: &edit.text,
    });
    Offer { title: &fix.title, edits: edits.collect() }
}
