//! The cases of `tests/fixtures/*.cxflow`, read; how they are written stands in `tests/compiler/fixtures.rs`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cxflowc::Options;
use cxflowc::codes;
use cxflowc::emit::studio::{Studio, StudioSettings, StudioVoice};
use cxflowc::resolve::{Files, PolicyChoice, same_name_respelled};
use cxflowc::source::Source;

/// A flow with the files beside it, and what the compiler is to say.
#[derive(Clone)]
pub struct Case {
    pub title: String,
    pub settings: String,
    pub files: BTreeMap<PathBuf, String>,
    pub expected: String,
}

impl Case {
    /// The flow itself, with the line breaks that the settings ask for.
    pub fn root(&self) -> Source {
        let mut text = self.files[Path::new(ROOT)].clone();
        if self.settings.contains("crlf") {
            text = text.replace('\n', "\r\n");
        }
        if self.settings.contains("no-final-newline") {
            text.truncate(text.trim_end().len());
        }
        Source::new(ROOT, ROOT, text.into_bytes())
    }
}

impl Case {
    /// Whether files are found whatever the capitals and the normal form of their names are.
    fn any_spelling(&self) -> bool {
        self.settings.contains("any-spelling")
    }
}

impl Files for Case {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.files
            .get(&self.identity(path))
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        let inside = self.files.keys().filter_map(|path| path.strip_prefix(folder).ok());
        let mut names: Vec<String> = inside
            .filter_map(|path| {
                let text = path.to_str()?;
                Some(text.split_once('/').map_or(text.to_owned(), |(first, _)| format!("{first}/")))
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        let folder = self.identity(path.parent()?);
        let names = self.list(&folder);
        let found = same_name_respelled(names.iter().map(String::as_str), path.file_name()?.to_str()?);
        found.filter(|_| self.any_spelling()).map(str::to_owned)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        if !self.any_spelling() {
            return path.to_path_buf();
        }
        let mut real = PathBuf::new();
        for part in path {
            let names = self.list(&real);
            let part = part.to_str().unwrap_or_default();
            real.push(same_name_respelled(names.iter().map(String::as_str), part).unwrap_or(part));
        }
        real
    }
}

pub const ROOT: &str = "main.cxflow";

pub fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut file = PathBuf::from(ROOT);
    for line in text.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("//=== ") {
            file = ROOT.into();
            let files = BTreeMap::from([(file.clone(), String::new())]);
            cases.push(Case {
                title: title.trim().to_owned(),
                settings: String::new(),
                files,
                expected: String::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        if let Some(settings) = line.strip_prefix("//: ") {
            case.settings = settings.trim().to_owned();
        } else if let Some(name) = line.strip_prefix("//--- ") {
            file = name.trim().into();
            case.files.insert(file.clone(), String::new());
        } else if line.starts_with("//=>") {
            case.expected.push_str(line);
        } else if case.expected.is_empty() {
            case.files.get_mut(&file).unwrap().push_str(line);
        }
    }
    cases
}

pub fn options(settings: &str) -> Options {
    let mut options = Options::default();
    let mut words = settings.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--set" => {
                let (name, value) = words.next().unwrap().split_once('=').unwrap();
                options.settings.params.insert(name.to_owned(), value.to_owned());
            }
            "--build" => options.settings.params_required = true,
            "--as-is" => options.as_is = true,
            "--deny-warnings" => options.deny_warnings = true,
            "--allow" => options.allow.push(codes::find(words.next().unwrap()).unwrap()),
            "--platform-type" => options.platform.types.push(words.next().unwrap().to_owned()),
            "--platform-directive" => options.platform.directives.push(words.next().unwrap().to_owned()),
            "--platform-condition" => options.platform.conditions.push(words.next().unwrap().to_owned()),
            "--as-of" => options.as_of = Some(words.next().unwrap().parse().unwrap()),
            "--longest-waiver" => {
                options.longest_waiver =
                    cxflowc::policy::LongestWaiver(words.next().unwrap().parse().unwrap());
            }
            "--target-studio" => options.target = Arc::new(Studio::default()),
            "--target-tenant" => options.target = Arc::new(tenant()),
            "--policy" => options.settings.policies.push(policy(words.next().unwrap())),
            "any-spelling" | "payload" | "crlf" | "no-final-newline" | "verdicts" | "all-verdicts" => {}
            _ => panic!("unknown setting {word}"),
        }
    }
    options
}

/// Scripts for a tenant whose settings have all that any flow needs.
pub fn tenant() -> Studio {
    let own = |pairs: &[(&str, &str)]| {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    };
    let voice = |language: &str, name: &str| {
        (language.to_owned(), StudioVoice { vendor: "polly".to_owned(), name: name.to_owned() })
    };
    let id = "00000000-0000-4000-8000-000000000001";
    Studio(StudioSettings {
        business_unit: 4608,
        folder: "Campaigns".to_owned(),
        prompts: "Prompts".to_owned(),
        voices: vec![voice("default", "Joanna"), voice("en", "Joanna"), voice("es", "Lupe")],
        library_ids: own(&[("CAPTURE", id), ("PLAYWITHCPA", id), ("ONMACHINE", id), ("HOURS", id)]),
        answer_branches: own(&[
            ("human", "Human"),
            ("machine", "Machine"),
            ("unknown", "default"),
            ("failed", "Failed"),
        ]),
        hours: own(&[("office", "Office"), ("office_hours", "Office"), ("help_desk", "Help desk")]),
        callback: Some("Callback".to_owned()),
        voicemail: Some("Voicemail".to_owned()),
        ..StudioSettings::default()
    })
}

fn policy(text: &str) -> PolicyChoice {
    if text.ends_with(".cxflow") { PolicyChoice::File(text.into()) } else { PolicyChoice::Name(text.into()) }
}

pub fn fixture_files() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures");
    let folder = Path::new(folder);
    let folders = [folder.to_path_buf(), folder.join("policies"), folder.join("from_the_field")];
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).into_iter().flatten());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cxflow"));
    files.sort();
    assert!(!files.is_empty());
    files
}
