//! SARIF 2.1.0 (OASIS standard, 27 March 2020): one log for a whole run.

use serde_json::{Map, Value, json};

use crate::diagnostics::{Cause, Code, Diagnostic, Mend, Page, Severity, codes};
use crate::source::{FileId, Sources, Span};

/// A log in the making.
#[derive(Default)]
pub struct Sarif {
    results: Vec<Value>,
}

impl Sarif {
    /// Adds a finding.
    pub fn add(&mut self, sources: &Sources, diagnostic: &Diagnostic) {
        let mut text = diagnostic.message.clone();
        for more in diagnostic.help.iter().chain(&diagnostic.notes) {
            text.push('\n');
            text.push_str(more);
        }
        let mut result = Map::new();
        result.insert("ruleId".into(), json!(diagnostic.code.id));
        if let Some(index) = codes::all().position(|code| code == diagnostic.code) {
            result.insert("ruleIndex".into(), json!(index));
        }
        result.insert("level".into(), json!(diagnostic.severity.word()));
        result.insert("message".into(), json!({ "text": text }));
        if let Some(span) = diagnostic.span {
            result.insert("locations".into(), json!([location(sources, span, &diagnostic.label)]));
        }
        if !diagnostic.labels.is_empty() {
            let related = diagnostic.labels.iter().enumerate().map(|(index, label)| {
                let mut location = location(sources, label.span, &label.text);
                location.insert("id".into(), json!(index + 1));
                Value::Object(location)
            });
            result.insert("relatedLocations".into(), Value::Array(related.collect()));
        }
        if !diagnostic.mends.is_empty() {
            let fixes = diagnostic.mends.iter().map(|mend| fix(sources, mend));
            result.insert("fixes".into(), Value::Array(fixes.collect()));
        }
        self.results.push(Value::Object(result));
    }

    /// The log's text.
    pub fn finish(self) -> String {
        let rules: Vec<Value> = codes::all().map(rule).collect();
        let log = json!({
            "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "cxflowc",
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                } },
                "columnKind": "unicodeCodePoints",
                "results": self.results,
            }],
        });
        format!("{log:#}\n")
    }
}

fn rule(code: &Code) -> Value {
    let level = match code.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    json!({
        "id": code.id,
        "name": code.name,
        "shortDescription": { "text": code.name },
        "fullDescription": { "text": code.what },
        "help": { "text": help(code) },
        "defaultConfiguration": { "level": level },
    })
}

fn help(code: &Code) -> String {
    let mut text = format!("{}\n\n{}", code.what, code.why);
    if let Page::Platform { causes } = code.page {
        for Cause { sign, remedy } in causes {
            super::put(&mut text, format_args!("\n\n{sign}: {remedy}"));
        }
    }
    text
}

fn location(sources: &Sources, span: Span, label: &str) -> Map<String, Value> {
    let source = sources.get(span.file);
    let mut location = Map::new();
    location.insert(
        "physicalLocation".into(),
        json!({
            "artifactLocation": { "uri": uri(source.name()) },
            "region": region(sources, span),
        }),
    );
    if !label.is_empty() {
        location.insert("message".into(), json!({ "text": label }));
    }
    location
}

/// A mend as a `fix` (section 3.55): the replacements of each file.
fn fix(sources: &Sources, mend: &Mend) -> Value {
    let mut files: Vec<FileId> = mend.edits.iter().map(|edit| edit.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let changes = files.into_iter().map(|file| {
        let edits = mend.edits.iter().filter(|edit| edit.span.file == file);
        let replacements = edits.map(|edit| {
            json!({
                "deletedRegion": region(sources, edit.span),
                "insertedContent": { "text": edit.text },
            })
        });
        json!({
            "artifactLocation": { "uri": uri(sources.get(file).name()) },
            "replacements": replacements.collect::<Vec<_>>(),
        })
    });
    json!({ "description": { "text": mend.title }, "artifactChanges": changes.collect::<Vec<_>>() })
}

fn region(sources: &Sources, span: Span) -> Value {
    let source = sources.get(span.file);
    let start = source.position(span.start as usize);
    let end = source.position(span.end as usize);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

/// A file's name as a URI reference (RFC 3986, section 4.1): relative names stay relative.
fn uri(name: &str) -> String {
    let name = name.replace('\\', "/");
    let mut out = String::new();
    // A first segment with a colon would be taken for a scheme (section 4.2).
    if name.split('/').next().is_some_and(|first| first.contains(':')) {
        out.push_str("./");
    }
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z'
            | b'a'..=b'z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'/'
            | b':'
            | b'@'
            | b'+'
            | b','
            | b'=' => {
                out.push(char::from(byte));
            }
            _ => super::put(&mut out, format_args!("%{byte:02X}")),
        }
    }
    out
}
