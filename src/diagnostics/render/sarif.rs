//! SARIF 2.1.0 (OASIS standard, 27 March 2020): one log for a whole run.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use super::place::uri;
use super::{FileLocation, FileLocations};
use crate::diagnostics::{Cause, Code, Diagnostic, Fix, Page, Severity};
use crate::source::{ColumnUnit, FileId, Sources, Span};

/// The name of the root in a log (section 3.14.14).
const ROOT: &str = "%SRCROOT%";

/// A log that is being written.
pub struct Sarif {
    /// All codes, in the order of the rules.
    codes: Vec<&'static Code>,
    results: Vec<Value>,
    /// Messages about sources that could not be checked.
    notifications: Vec<Value>,
    /// The codes of warnings that were found but silenced.
    silenced: Vec<&'static Code>,
    /// The file at which a finding without a place is shown.
    first: Option<Value>,
}

impl Sarif {
    /// A log whose rules are these codes.
    pub fn new(codes: Vec<&'static Code>) -> Self {
        Self { codes, results: Vec::new(), notifications: Vec::new(), silenced: Vec::new(), first: None }
    }

    /// Adds a finding.
    pub fn add(&mut self, sources: &Sources, diagnostic: &Diagnostic, places: FileLocations<'_>) {
        let mut text = sentence(&diagnostic.message);
        for more in diagnostic.help.iter().chain(&diagnostic.notes) {
            text.push('\n');
            text.push_str(&sentence(more));
        }
        let mut result = Map::new();
        result.insert("ruleId".into(), json!(diagnostic.code.id));
        if let Some(index) = self.codes.iter().position(|code| *code == diagnostic.code) {
            result.insert("ruleIndex".into(), json!(index));
        }
        result.insert("level".into(), json!(diagnostic.severity.word()));
        result.insert("message".into(), json!({ "text": text }));
        if let Some((_, root)) = sources.iter().next() {
            self.first = Some(artifact(&places(root)));
        }
        let own = match diagnostic.span {
            Some(span) => location(sources, span, &diagnostic.label, places),
            // Readers refuse a result without a location, so a finding without a place is at the flow's
            // first line, or at the settings if there is no flow.
            None => {
                let settings = || artifact(&FileLocation::Inside(PathBuf::from("cxflow.toml")));
                let artifact = self.first.clone().unwrap_or_else(settings);
                let physical = json!({ "artifactLocation": artifact, "region": { "startLine": 1 } });
                Map::from_iter([("physicalLocation".to_owned(), physical)])
            }
        };
        result.insert("locations".into(), json!([own]));
        if !diagnostic.labels.is_empty() {
            let related = diagnostic.labels.iter().enumerate().map(|(index, label)| {
                let mut location = location(sources, label.span, &label.text, places);
                location.insert("id".into(), json!(index + 1));
                Value::Object(location)
            });
            result.insert("relatedLocations".into(), Value::Array(related.collect()));
        }
        if !diagnostic.fixes.is_empty() {
            let fixes = diagnostic.fixes.iter().map(|fix| sarif_fix(sources, fix, places));
            result.insert("fixes".into(), Value::Array(fixes.collect()));
        }
        self.results.push(Value::Object(result));
    }

    /// Records that a warning of this code was found but silenced. It is not a result, since readers show suppressed
    /// results as open ones.
    pub fn add_silenced(&mut self, code: &'static Code) {
        if !self.silenced.contains(&code) {
            self.silenced.push(code);
        }
    }

    /// Records why something could not be checked, such as a source that cannot be read, with its file.
    pub fn add_failure(&mut self, message: &str, place: Option<&FileLocation>) {
        let mut notification = json!({ "level": "error", "message": { "text": sentence(message) } });
        if let Some(place) = place {
            let physical = json!({ "artifactLocation": artifact(place) });
            put(&mut notification, "locations", json!([{ "physicalLocation": physical }]));
        }
        self.notifications.push(notification);
    }

    /// The log's text. `root` is the absolute path that other paths are relative to.
    pub fn finish(&mut self, root: &Path) -> String {
        let rules: Vec<Value> = self.codes.iter().map(|code| rule(code)).collect();
        let mut invocation = if self.notifications.is_empty() {
            json!({ "executionSuccessful": true })
        } else {
            json!({ "executionSuccessful": false, "toolExecutionNotifications": self.notifications })
        };
        if !self.silenced.is_empty() {
            let rule_override = |code: &Code| {
                let index = self.codes.iter().position(|other| *other == code);
                json!({ "descriptor": { "id": code.id, "index": index }, "configuration": { "enabled": false } })
            };
            let overrides: Vec<Value> = self.silenced.iter().map(|code| rule_override(code)).collect();
            if let Some(invocation) = invocation.as_object_mut() {
                invocation.insert("ruleConfigurationOverrides".into(), json!(overrides));
            }
        }
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "cxflowc",
                    "fullName": concat!("cxflowc ", env!("CARGO_PKG_VERSION")),
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "informationUri": "https://docs.rs/cxflowc",
                    "rules": rules,
                } },
                "automationDetails": { "id": "cxflowc/" },
                "invocations": [invocation],
                "originalUriBaseIds": { ROOT: { "uri": format!("{}/", uri(root).trim_end_matches('/')) } },
                "columnKind": "utf16CodeUnits",
                "results": std::mem::take(&mut self.results),
            }],
        });
        format!("{log:#}\n")
    }
}

fn put(object: &mut Value, key: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(key.to_owned(), value);
    }
}

/// A text that ends like a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
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
    if let Page::Causes { causes } = code.page {
        for Cause { sign, remedy } in causes {
            super::put(&mut text, format_args!("\n\n{sign}: {remedy}"));
        }
    }
    text
}

fn location(sources: &Sources, span: Span, label: &str, places: FileLocations<'_>) -> Map<String, Value> {
    let mut location = Map::new();
    match places(sources.get(span.file)) {
        // Readers cannot open it, but its name says which policy it is.
        FileLocation::Bundled(name) => {
            location
                .insert("logicalLocations".into(), json!([{ "fullyQualifiedName": name, "kind": "module" }]));
        }
        place => {
            let physical = json!({ "artifactLocation": artifact(&place), "region": region(sources, span) });
            location.insert("physicalLocation".into(), physical);
        }
    }
    if !label.is_empty() {
        location.insert("message".into(), json!({ "text": sentence(label) }));
    }
    location
}

fn artifact(place: &FileLocation) -> Value {
    match place {
        FileLocation::Inside(path) => json!({ "uri": uri(path), "uriBaseId": ROOT }),
        FileLocation::Outside(path) => json!({ "uri": uri(path) }),
        FileLocation::Bundled(name) => json!({ "uri": uri(Path::new(name)) }),
    }
}

/// A `fix` object (section 3.55): the replacements in each file.
fn sarif_fix(sources: &Sources, fix: &Fix, places: FileLocations<'_>) -> Value {
    let mut files: Vec<FileId> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let changes = files.into_iter().map(|file| {
        let edits = fix.edits.iter().filter(|edit| edit.span.file == file);
        let replacements = edits.map(|edit| {
            json!({
                "deletedRegion": region(sources, edit.span),
                "insertedContent": { "text": edit.text },
            })
        });
        json!({
            "artifactLocation": artifact(&places(sources.get(file))),
            "replacements": replacements.collect::<Vec<_>>(),
        })
    });
    json!({ "description": { "text": sentence(&fix.title) }, "artifactChanges": changes.collect::<Vec<_>>() })
}

fn region(sources: &Sources, span: Span) -> Value {
    let source = sources.get(span.file);
    let start = source.position_in(span.start as usize, ColumnUnit::Utf16);
    let end = source.position_in(span.end as usize, ColumnUnit::Utf16);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}
