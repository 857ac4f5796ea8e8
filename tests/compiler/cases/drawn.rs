//! Scripts that people draw in Studio, and what comes of reading them.

use std::path::Path;
use std::sync::Arc;

use cxflowc::emit::studio::{Studio, StudioSettings, StudioVoice, actions};
use cxflowc::import::{Imported, import_for};
use cxflowc::{Compiled, Diagnostics, Options, Severity, Source, Sources, compile_with};
use serde_json::{Value, json};

struct NoFiles;

impl cxflowc::Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

pub fn compiled(text: &str, settings: &StudioSettings) -> Compiled {
    let mut options = Options::default();
    options.target = Arc::new(Studio(settings.clone()));
    options.as_is = true;
    compile_with(Source::new("a.cxflow", "a.cxflow", text.into()), &NoFiles, &options)
}

pub fn written(flow: &Compiled) -> String {
    let mut out = Vec::new();
    flow.target.write(&flow.flow, false, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub fn read(script: &str, settings: &StudioSettings) -> (Option<Imported>, Vec<String>) {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("s.json", "s.json", script.as_bytes().to_vec()));
    let mut diagnostics = Diagnostics::default();
    let imported = import_for(&sources, file, settings, &mut diagnostics);
    (imported, diagnostics.iter().map(|one| format!("{}: {}", one.code.id, one.message)).collect())
}

/// A script, an action a line: `2 MENU Main Sequence="%Press 1." ClearDigits=False : case 1 -> 3, Timeout 2 -> 4, -> 5`.
/// In properties `'` stands for a quotation mark, and `_` for a blank in labels.
pub fn drawn(lines: &str) -> Value {
    let mut script = json!({
        "header": { "scriptName": "Team\\Welcome", "mediaType": 4, "busNo": 4608, "status": "Active" },
        "actions": {}, "properties": {}, "branches": {},
    });
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (what, ways) = line.split_once(" : ").unwrap_or((line.trim_end_matches(':'), ""));
        let mut words = what.splitn(4, ' ');
        let [id, name, label] = [0; 3].map(|_| words.next().unwrap_or_default().trim());
        let facts = actions::ALL.iter().find(|facts| facts.name == name);
        let library_id =
            facts.and_then(|facts| facts.library_id).unwrap_or("11111111-0000-4000-8000-000000000001");
        script["actions"][id] = json!({ "actionId": id, "libraryId": library_id, "name": name, "version": 1, "label": label.replace('_', " ") });
        let mut properties: Vec<(String, String)> = facts
            .map(|facts| facts.properties)
            .unwrap_or_default()
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        for pair in words.next().unwrap_or_default().split(';').filter(|pair| !pair.trim().is_empty()) {
            let (name, value) = pair.split_once('=').unwrap();
            let value = value.replace('\'', "\"");
            match properties.iter_mut().find(|(own, _)| own == name.trim()) {
                Some(own) => own.1 = value,
                None => properties.push((name.trim().to_owned(), value)),
            }
        }
        for (at, (name, value)) in properties.iter().enumerate() {
            script["properties"][id][at.to_string()] = json!({ "name": name, "value": value });
        }
        let branches: Vec<Value> = ways
            .split(',')
            .filter(|way| !way.trim().is_empty())
            .map(|way| {
                let (when, to) = way.split_once("->").unwrap();
                let words: Vec<&str> = when.split_whitespace().collect();
                let (type_, label, index) = match words.as_slice() {
                    [] => ("default", "", 0),
                    ["case", key] => ("case", *key, 0),
                    [label, index] => ("branch", *label, index.parse().unwrap()),
                    other => panic!("{other:?}"),
                };
                json!({ "to": to.trim(), "label": label, "type": type_, "index": index })
            })
            .collect();
        if !branches.is_empty() {
            script["branches"][id] = json!(branches);
        }
    }
    script
}

/// What came of a script.
pub struct Read {
    pub text: String,
    pub found: Vec<String>,
    pub lines: Vec<String>,
}

impl Read {
    pub fn kept(&self) -> Vec<&str> {
        let kept = self.found.iter().filter_map(|one| one.strip_prefix("CX614: the action "));
        kept.filter_map(|one| one.split_once(" is kept")).map(|(name, _)| name).collect()
    }

    pub fn lost(&self) -> Vec<&String> {
        self.found.iter().filter(|one| one.starts_with("CX615")).collect()
    }
}

/// Reads a script. Its flow builds, and gives the same script but for what was said.
pub fn through(script: &Value, settings: &StudioSettings) -> Read {
    let (imported, found) = read(&script.to_string(), settings);
    let imported = imported.unwrap_or_else(|| panic!("{found:?}"));
    let again = compiled(&imported.text, &imported.needed);
    let errors: Vec<String> = again
        .diagnostics
        .iter()
        .filter(|one| one.severity == Severity::Error)
        .map(|one| format!("{}: {}", one.code.id, one.message))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{}", imported.text);
    if found.iter().all(|one| !one.starts_with("CX615")) {
        let plain = |text: &str| cxflowc::import::studio::canonical(&without_phrases(text)).unwrap();
        assert_eq!(plain(&script.to_string()), plain(&written(&again)), "{found:#?}\n{}", imported.text);
    }
    // Read with what it asks for, nothing more is asked for.
    let (second, _) = read(&script.to_string(), &imported.needed);
    let second = second.unwrap();
    assert_eq!((&second.text, second.settings.len()), (&imported.text, 0), "{:?}", second.settings);
    Read { text: imported.text, found, lines: imported.settings }
}

fn without_phrases(script: &str) -> String {
    let mut script: Value = serde_json::from_str(script).unwrap();
    for properties in script["properties"].as_object_mut().unwrap().values_mut() {
        for property in properties.as_object_mut().unwrap().values_mut() {
            if property["name"] == "Phrase" {
                property["value"] = json!("");
            }
        }
    }
    script.to_string()
}

pub fn team() -> StudioSettings {
    StudioSettings { business_unit: 4608, folder: "Team".to_owned(), ..StudioSettings::default() }
}

pub fn with_voices(voices: &[(&str, &str)]) -> StudioSettings {
    let voice = |name: &str| StudioVoice { vendor: "polly".to_owned(), name: name.to_owned() };
    let voices = voices.iter().map(|(language, name)| ((*language).to_owned(), voice(name))).collect();
    StudioSettings { voices, ..team() }
}
