//! A file that was meant to be `cxflow.toml` but has another name, so that nothing reads it.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;
use strsim::damerau_levenshtein;
use toml::de::DeTable;

use super::codes::MISNAMED;
use super::keys::Section;
use super::{NAME, mask};
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::Files;
use crate::source::{Source, Sources, Span};

/// The names in each folder that are `cxflow.toml` or nearly so. Each folder is read only once in a run,
/// since it may contain a thousand flows.
#[derive(Debug, Default)]
pub struct Misnamed(Mutex<FxHashMap<PathBuf, Vec<String>>>);

impl Misnamed {
    /// Forgets all folders, so that each is read again when needed.
    pub fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn in_folder(&self, files: &dyn Files, folder: &Path) -> Vec<String> {
        // A folder has a different identity in each revision.
        let place = files.identity(folder);
        let cache = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = cache().get(&place).cloned();
        found.unwrap_or_else(|| {
            let mut names = files.list(folder);
            names.retain(|name| name == NAME || is_typo(name) || is_of_other_format(name));
            cache().insert(place, names.clone());
            names
        })
    }
}

/// Reports the files of a folder without settings whose names are typos of `cxflow.toml`.
pub fn report(
    files: &dyn Files,
    folder: &Path,
    misnamed: &Misnamed,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    for name in misnamed.in_folder(files, folder).into_iter().filter(|name| name != NAME) {
        let path = folder.join(&name);
        let bytes = files.read(&path).unwrap_or_default();
        let source = Source::new(files.name(&path), &path, bytes);
        // On a case-insensitive disk, this file is read.
        let by_case = name.eq_ignore_ascii_case(NAME);
        let by_format = is_of_other_format(&name);
        let holds = if by_format { names_a_setting } else { holds_settings };
        if !by_case && !holds(source.text()) {
            continue;
        }
        let shown = mask::masked(source.text(), &mask::secrets(source.text())).into_owned();
        let called = source.name().to_owned();
        let file = sources.add(Source::new(called.clone(), &path, shown.into_bytes()));
        let why = match (by_case, by_format) {
            (true, _) => "its name is capitalised differently",
            (false, true) => "settings are written in TOML",
            (false, false) => "its name is different",
        };
        let help = match by_format {
            true => format!("write the settings into `{NAME}`, in TOML, and delete this file"),
            false => format!("rename it to `{NAME}`, or to something less similar"),
        };
        diagnostics.push(
            Diagnostic::new(
                &MISNAMED,
                Span::new(file, 0, 0),
                format!("nothing reads {}: {why}", quote(&called)),
            )
            .here("its settings apply to no flow")
            .help(help),
        );
    }
}

/// Reports files beside the settings whose names differ from theirs only in case: a case-insensitive disk
/// has only one of them, and which one is a matter of chance.
pub fn report_beside(
    files: &dyn Files,
    folder: &Path,
    misnamed: &Misnamed,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) {
    let names = misnamed.in_folder(files, folder);
    // On a case-insensitive disk, the other name is that of the settings themselves.
    if !names.iter().any(|name| name == NAME) {
        return;
    }
    for name in names.iter().filter(|name| *name != NAME && name.eq_ignore_ascii_case(NAME)) {
        let path = folder.join(name);
        let called = files.name(&path);
        let file = sources.add(Source::new(called.clone(), &path, Vec::new()));
        let message = format!("nothing reads {}: `{NAME}` is beside it", quote(&called));
        diagnostics.push(
            Diagnostic::new(&MISNAMED, Span::new(file, 0, 0), message)
                .here("its settings apply to no flow")
                .help(format!(
                    "move what should count into `{NAME}`, and delete this file: a case-insensitive disk can hold only one of them"
                )),
        );
    }
}

/// The endings of settings files in other formats.
const OTHER_FORMATS: [&str; 7] = ["yaml", "yml", "json", "json5", "jsonc", "ini", "conf"];

/// Whether a name is that of the settings, with the ending of another format.
fn is_of_other_format(name: &str) -> bool {
    let plain = name.trim_start_matches('.').to_lowercase();
    let format = ["cxflow.", "cxflowc."].iter().find_map(|stem| plain.strip_prefix(stem));
    format.is_some_and(|format| OTHER_FORMATS.contains(&format))
}

/// Whether a name is a typo of `cxflow.toml`. Backup files of editors are not.
fn is_typo(name: &str) -> bool {
    if name == NAME || name.ends_with(['~', '/']) || name.starts_with(['#', '~']) {
        return false;
    }
    let plain = name.trim().trim_start_matches('.').to_lowercase();
    let plain = plain.strip_suffix(".txt").unwrap_or(&plain);
    // The length rules out most names cheaply, and a folder may hold thousands.
    plain.chars().count().abs_diff(NAME.len()) <= 1 && damerau_levenshtein(plain, NAME) <= 1
}

/// Whether a text has a key or section that only settings have, or is not valid TOML.
fn holds_settings(text: &str) -> bool {
    let (table, errors) = DeTable::parse_recoverable(text);
    let words = Section::Top.keys().map(|key| key.name);
    let mut words = words.chain(Section::Top.inner().iter().map(|(word, _)| *word));
    !errors.is_empty() || words.any(|word| table.get_ref().keys().any(|key| key.get_ref() == word))
}

/// Whether a line in another format sets a top-level key or section of the settings: after blanks, quotes
/// or a bracket, and before a colon, an equals sign or a bracket.
fn names_a_setting(text: &str) -> bool {
    let words = Section::Top.keys().map(|key| key.name);
    let words: Vec<&str> = words.chain(Section::Top.inner().iter().map(|(word, _)| *word)).collect();
    // An object may be on one line.
    text.split(['\n', ',', '{']).any(|piece| {
        let piece = piece.trim_start_matches(|c: char| c.is_whitespace() || "\"'[\u{FEFF}".contains(c));
        let end = piece.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(piece.len());
        let (word, after) = piece.split_at(end);
        let after = after.trim_start_matches(|c: char| c == ' ' || "\"'".contains(c));
        words.contains(&word) && after.starts_with([':', '=', ']', '.'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_in_other_formats_are_told_from_other_files() {
        for name in
            ["cxflow.yaml", "cxflow.yml", ".cxflow.yaml", "CXFLOW.JSON", "cxflow.json5", "cxflowc.ini"]
        {
            assert!(is_of_other_format(name), "{name}");
        }
        for name in
            ["cxflow.cxflow", "cxflow.md", "flow.yaml", "cxflow.schema.json", "cxflow", "my-cxflow.yml"]
        {
            assert!(!is_of_other_format(name), "{name}");
        }
        for text in [
            "policies: [us_tsr]\n",
            "# ours\npolicies:\n  - us_tsr\n",
            "{\"policies\": [\"us_tsr\"]}",
            "{\n  \"env\": {}\n}",
            "[env]\n",
            "policies = us_tsr\n",
            "'platform':\n",
        ] {
            assert!(names_a_setting(text), "{text}");
        }
        for text in
            ["", "{\"flow\": {\"nodes\": []}}", "name: policies\n", "# policies of the house\n", "other: 1\n"]
        {
            assert!(!names_a_setting(text), "{text}");
        }
    }

    #[test]
    fn typos_of_the_name_are_told_from_other_names() {
        for typo in [
            "Cxflow.toml",
            "CXFLOW.TOML",
            "cxflow.TOML",
            ".cxflow.toml",
            "cxflow.toml.txt",
            "cxflows.toml",
            "cxflow.tml",
            "xcflow.toml",
            "cxflow .toml",
            "cxflow.toml ",
            "cflow.toml",
            "cxfow.toml",
            "cxflow_toml",
            "cxflow-toml",
            "cxflowtoml",
            "cxflowc.toml",
            "\u{441}xflow.toml",
        ] {
            assert!(is_typo(typo), "{typo}");
        }
        for other in [
            "cxflow.toml",
            "cxflow.toml~",
            "cxflow.toml.bak",
            "cxflow.toml/",
            "cx.toml",
            "Cargo.toml",
            "flow.json",
            "cxflow.json",
        ] {
            assert!(!is_typo(other), "{other}");
        }
    }
}
