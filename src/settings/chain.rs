//! Combines the settings files of several folders, from the top down.

use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{EMPTY_SETTING, LOOSENED};
use super::environment::{TokenAuth, in_variable};
use super::environments::{alike, report_similar_names};
use super::keys::{self, Key, Merge, Section};
use super::misnamed::{self, Misnamed};
use super::read::read;
use super::setting::{Setting, SettingId, Value};
use super::{Environment, Guard, NAME, Paths, value};
use crate::bundled::BASELINE;
use crate::check::Platform;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, Severity, quote};
use crate::emit::Target;
use crate::emit::flows::Flows;
use crate::emit::studio::{AnswerBy, Studio, StudioSettings};
use crate::media::WavFormat;
use crate::resolve::{Files, ReadRefusal};
use crate::source::{FileId, Sources, Span};
use crate::speech::{Rate, Voice, language_of};
use crate::spelling::duration;

/// The largest file that is read, in bytes.
const MAX_BYTES: usize = 1 << 20;
/// How many folders may have settings for one flow.
const MAX_FOLDERS: usize = 128;

/// The settings of a flow: those of its folder and of the folders above it.
#[derive(Debug, Default)]
pub struct Settings {
    /// The files, the uppermost first.
    files: Vec<FileId>,
    /// The settings that count, in the order of the files.
    settings: Vec<Setting>,
    environments: Vec<(String, Span)>,
    /// The files without any setting.
    empty: Vec<FileId>,
    broken: bool,
}

/// Why settings could not be read, for a reason other than their content.
#[derive(Debug)]
pub struct SettingsReadError {
    /// What happened.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// The name and path of the file, if the error is about one.
    pub file: Option<(String, PathBuf)>,
}

/// Reads the settings of some folders, the uppermost first. A missing file is skipped.
///
/// # Errors
///
/// If an existing file cannot be read: it is not known what it requires, and the law may demand its
/// policies.
pub fn load(
    files: &dyn Files,
    folders: &[PathBuf],
    misnamed: &Misnamed,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Settings, SettingsReadError> {
    if folders.len() > MAX_FOLDERS {
        return Err(SettingsReadError {
            message: format!(
                "the flow is {} folders deep, and settings are read from at most {MAX_FOLDERS} folders",
                folders.len()
            ),
            help: Some("move the flow to a folder nearer to the repository's top".to_owned()),
            file: None,
        });
    }
    let errors = diagnostics.count(Severity::Error);
    let mut settings = Settings::default();
    for folder in folders {
        let path = folder.join(NAME);
        let name = files.name(&path);
        match files.read(&path) {
            Ok(bytes) if bytes.len() > MAX_BYTES => {
                let message = format!("{name} is larger than 1 MiB");
                return Err(SettingsReadError { message, help: None, file: Some((name, path)) });
            }
            Ok(bytes) => {
                let before = diagnostics.count(Severity::Error);
                let (file, found) = read(name, &path, bytes, sources, diagnostics);
                settings.files.push(file);
                if found.is_empty() && diagnostics.count(Severity::Error) == before {
                    settings.empty.push(file);
                }
                misnamed::report_beside(files, folder, misnamed, sources, diagnostics);
                for (name, span) in found.environments {
                    settings.add_environment(name, span, diagnostics);
                }
                settings.add(found.settings, sources, diagnostics);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                misnamed::report(files, folder, misnamed, sources, diagnostics);
            }
            Err(error) => {
                let mut help =
                    "its settings apply to the flows below it, so nothing is done until it can be read"
                        .to_owned();
                if ReadRefusal::of(&error) == Some(ReadRefusal::Outside) {
                    help.push_str(
                        "; move it into the repository, or allow its folder with `--allow-outside DIR`",
                    );
                }
                return Err(SettingsReadError {
                    message: format!("cannot read {name}: {}", crate::resolve::why(&error)),
                    help: Some(help),
                    file: Some((name, path)),
                });
            }
        }
    }
    let has_address = |name: &str| settings.text(&keys::BASE_URL, name).is_some();
    report_similar_names(&settings.environments, has_address, diagnostics);
    settings.broken = diagnostics.count(Severity::Error) > errors;
    Ok(settings)
}

impl Settings {
    /// The files, the uppermost first.
    pub fn files(&self) -> &[FileId] {
        &self.files
    }

    /// The files without any setting.
    pub fn empty_files(&self) -> &[FileId] {
        &self.empty
    }

    /// Whether something is wrong with them, so that settings may be missing.
    pub fn are_broken(&self) -> bool {
        self.broken
    }

    /// The settings that count.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.settings.iter()
    }

    /// Adds the settings of the next lower file. A file has each setting at most once.
    fn add(&mut self, settings: Vec<Setting>, sources: &Sources, diagnostics: &mut Diagnostics) {
        let mut above: FxHashMap<SettingId, Vec<usize>> = FxHashMap::default();
        for (index, setting) in self.settings.iter().enumerate() {
            above.entry(setting.place.clone()).or_default().push(index);
        }
        let mut replaced: FxHashSet<usize> = FxHashSet::default();
        let mut added: Vec<Setting> = Vec::with_capacity(settings.len());
        for setting in settings {
            if let Some(above) = self.stricter(&setting) {
                diagnostics.push(loosened(&setting, above));
                continue;
            }
            if is_empty_list(&setting, sources) {
                self.report_empty(&setting, sources, diagnostics);
            } else {
                self.report_only_less(&setting, sources, diagnostics);
            }
            let merge = match &setting.place {
                SettingId::Key(key, _) => key.merge,
                SettingId::Param(..) => Merge::Nearest,
            };
            let earlier = above.get(&setting.place).into_iter().flatten().copied();
            replaced.extend(earlier.filter(|&index| {
                let is_replaced = |above| merge != Merge::Adds || self.may_be_replaced(above);
                self.settings.get(index).is_some_and(is_replaced)
            }));
            added.push(setting);
        }
        let mut index = 0;
        self.settings.retain(|_| {
            index += 1;
            !replaced.contains(&(index - 1))
        });
        self.settings.append(&mut added);
    }

    /// The setting of an upper file that overrules a looser one.
    fn stricter(&self, setting: &Setting) -> Option<&Setting> {
        let SettingId::Key(key, _) = &setting.place else { return None };
        if matches!(key.merge, Merge::Nearest | Merge::Adds) {
            return None;
        }
        let above = self.settings.iter().find(|other| other.place == setting.place)?;
        let is_looser = match key.merge {
            Merge::Nearest | Merge::Adds => false,
            Merge::Smallest => {
                matches!((&above.value, &setting.value), (Value::Number(above), Value::Number(own)) if own > above)
            }
            Merge::Uppermost => true,
        };
        (is_looser && !self.may_be_replaced(above)).then_some(above)
    }

    /// Whether the file of a setting lets lower files replace it.
    fn may_be_replaced(&self, setting: &Setting) -> bool {
        let SettingId::Key(_, environment) = &setting.place else { return true };
        self.settings.iter().any(|other| {
            let SettingId::Key(key, of) = &other.place else { return false };
            let covers = *key == &keys::OVERRIDABLE || (*key == &keys::ENV_OVERRIDABLE && of == environment);
            covers && other.value == Value::Flag(true) && other.key.file == setting.key.file
        })
    }

    /// Reports an empty list that does nothing, or that removes settings of an upper file.
    fn report_empty(&self, setting: &Setting, sources: &Sources, diagnostics: &mut Diagnostics) {
        let SettingId::Key(key, environment) = &setting.place else { return };
        let full = key.section.name_of(environment.as_deref(), key.name);
        let above: Vec<&Setting> =
            self.settings.iter().filter(|other| other.place == setting.place).collect();
        let (removed, kept): (Vec<&Setting>, Vec<&Setting>) =
            above.into_iter().partition(|other| key.merge != Merge::Adds || self.may_be_replaced(other));
        let labelled = |mut diagnostic: Diagnostic, list: &[&Setting], text: &str| {
            for other in list {
                diagnostic = diagnostic.label(other.key, text);
            }
            diagnostic
        };
        let warn =
            |message: String| Diagnostic::new(&EMPTY_SETTING, setting.key, message).here("an empty list");
        let out = Fix::take_out("Take it out", sources, setting.key.to(setting.span));
        let diagnostic = match (removed.is_empty(), kept.is_empty()) {
            // What a tenant supports may differ between folders.
            (false, _) if key.merge == Merge::Nearest => return,
            (false, _) => labelled(
                warn(format!("{} is empty, and removes what the files above set", quote(&full))),
                &removed,
                "this no longer counts",
            )
            .help("name what should count instead; if nothing should count, give `--allow empty-setting`"),
            (true, false) => labelled(
                warn(format!("{} is empty, and removes nothing", quote(&full))),
                &kept,
                "this still counts",
            )
            .help(
                "take it out; a file can only remove settings of a file above that says `overridable = true`",
            )
            .fix(out),
            (true, true) => warn(format!("{} is empty, and does nothing", quote(&full)))
                .help(format!("write `{} = {}`, or take it out", key.name, key.example))
                .fix(out),
        };
        diagnostics.push(diagnostic);
    }

    /// Reports a list that removes some settings of an upper file and adds nothing.
    fn report_only_less(&self, setting: &Setting, sources: &Sources, diagnostics: &mut Diagnostics) {
        let (SettingId::Key(key, environment), Value::Texts(texts)) = (&setting.place, &setting.value) else {
            return;
        };
        if key.merge != Merge::Adds {
            return;
        }
        let target = |(text, span): &(String, Span)| match text.contains('/') || text.ends_with(".cxflow") {
            true => plain(&folder(sources, span.file).join(text)),
            false => PathBuf::from(text),
        };
        let own: FxHashSet<PathBuf> = texts.iter().map(target).collect();
        let mut above: FxHashSet<PathBuf> = FxHashSet::default();
        let mut removed: Vec<Span> = Vec::new();
        for above_setting in self.settings.iter().filter(|other| other.place == setting.place) {
            let Value::Texts(texts) = &above_setting.value else { continue };
            let is_replaced = self.may_be_replaced(above_setting);
            for text in texts {
                let named = target(text);
                if is_replaced && !own.contains(&named) {
                    removed.push(text.1);
                }
                above.insert(named);
            }
        }
        // The baseline applies everywhere.
        above.insert(PathBuf::from(BASELINE));
        let Some((first, others)) = removed.split_first().filter(|_| own.is_subset(&above)) else { return };
        let full = key.section.name_of(environment.as_deref(), key.name);
        let message = format!("{} removes some of what the files above set, and adds nothing", quote(&full));
        diagnostics.push(
            Diagnostic::new(&EMPTY_SETTING, setting.key, message)
                .here("sets less than the files above")
                .label(*first, "this no longer counts")
                .label_each(others, 5, "nor does this")
                .help("name what should count instead; if less should count, give `--allow empty-setting`"),
        );
    }

    fn add_environment(&mut self, name: String, span: Span, diagnostics: &mut Diagnostics) {
        if self.environments.iter().any(|(other, _)| *other == name) {
            return;
        }
        let similar = self
            .environments
            .iter()
            .find(|(other, first)| first.file != span.file && in_variable(other) == in_variable(&name));
        if let Some((other, first)) = similar {
            diagnostics.push(alike(&name, span, other, *first));
        }
        self.environments.push((name, span));
    }

    /// The names of the environments.
    pub fn environments(&self) -> impl Iterator<Item = &str> {
        self.environments.iter().map(|(name, _)| name.as_str())
    }

    /// The setting of a key at the top or in `[platform]`.
    pub fn value(&self, key: &'static Key) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.place == SettingId::Key(key, None))
    }

    /// The value of a key that is a whole number or a number of days.
    pub fn number(&self, key: &'static Key) -> Option<i64> {
        match self.value(key)?.value {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The texts of a key from all files that count, with their places.
    pub fn texts(&self, key: &'static Key, environment: Option<&str>) -> Vec<(&str, Span)> {
        let of_key = self.settings.iter().filter(|setting| {
            matches!(&setting.place, SettingId::Key(other, of) if *other == key && of.as_deref() == environment)
        });
        of_key
            .flat_map(|setting| match &setting.value {
                Value::Texts(texts) => texts.iter().map(|(text, span)| (text.as_str(), *span)).collect(),
                Value::Text(text) => vec![(text.as_str(), setting.span)],
                Value::Flag(_) | Value::Number(_) => Vec::new(),
            })
            .collect()
    }

    fn text(&self, key: &'static Key, environment: &str) -> Option<String> {
        self.texts(key, Some(environment)).first().map(|(text, _)| (*text).to_owned())
    }

    fn flag(&self, key: &'static Key, environment: &str) -> bool {
        self.settings.iter().any(|setting| {
            matches!(&setting.place, SettingId::Key(other, of) if *other == key && of.as_deref() == Some(environment))
                && setting.value == Value::Flag(true)
        })
    }

    /// The policies that apply to every flow here, each with the place where it is named and the folder to
    /// which its path is relative.
    pub fn policies<'s>(&'s self, sources: &'s Sources) -> impl Iterator<Item = (&'s str, Span, &'s Path)> {
        self.texts(&keys::POLICIES, None)
            .into_iter()
            .map(|(text, span)| (text, span, folder(sources, span.file)))
    }

    /// The libraries of kinds that every flow here knows, each with the place where it is named and the folder to
    /// which its path is relative.
    pub fn libraries<'s>(&'s self, sources: &'s Sources) -> impl Iterator<Item = (&'s str, Span, &'s Path)> {
        self.texts(&keys::LIBRARY, None)
            .into_iter()
            .map(|(text, span)| (text, span, folder(sources, span.file)))
    }

    /// The audit logs of all environments, each with the place where it is named and the folder to which
    /// its path is relative.
    pub fn audits<'s>(&'s self, sources: &'s Sources) -> impl Iterator<Item = (&'s str, Span, &'s Path)> {
        self.settings.iter().filter_map(|setting| match (&setting.place, &setting.value) {
            (SettingId::Key(key, _), Value::Text(path)) if *key == &keys::AUDIT => {
                Some((path.as_str(), setting.span, folder(sources, setting.span.file)))
            }
            _ => None,
        })
    }

    /// What the tenant's platform supports.
    pub fn platform(&self) -> Platform {
        let list = |key| self.texts(key, None).into_iter().map(|(text, _)| text.to_owned()).collect();
        Platform {
            types: list(&keys::TYPES),
            directives: list(&keys::DIRECTIVES),
            conditions: list(&keys::CONDITIONS),
            fields: list(&keys::FIELDS),
        }
    }

    /// The target with this name, with its settings: those of the environment come before those of `[studio]`.
    pub fn target(&self, name: &str, environment: Option<&str>) -> Arc<dyn Target> {
        match name {
            "studio" => Arc::new(Studio(self.studio(environment))),
            _ => Arc::new(Flows),
        }
    }

    /// The version of the tenant's API: that of the environment, or else that of `[studio]`.
    pub fn api_version(&self, environment: Option<&str>) -> Option<String> {
        let own = environment.and_then(|name| self.text(&keys::API_VERSION, name));
        let all = || self.texts(&keys::API_VERSION, None).first().map(|(text, _)| (*text).to_owned());
        own.or_else(all).map(|version| version.trim().to_owned())
    }

    /// What is said of a tenant's scripts.
    pub fn studio(&self, environment: Option<&str>) -> StudioSettings {
        let usual = StudioSettings::default();
        let texts = |key: &'static Key| {
            let own = environment.map(|name| self.texts(key, Some(name))).unwrap_or_default();
            if own.is_empty() { self.texts(key, None) } else { own }
        };
        let text = |key: &'static Key| texts(key).first().map(|(text, _)| text.trim().to_owned());
        let pairs = |key: &'static Key| {
            let texts = texts(key).into_iter().filter_map(|(text, _)| value::pair(text));
            texts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        let unit = |environment: Option<&str>| {
            self.settings.iter().find_map(|setting| match (&setting.place, &setting.value) {
                (SettingId::Key(key, of), Value::Number(number))
                    if *key == &keys::BUSINESS_UNIT && of.as_deref() == environment =>
                {
                    u64::try_from(*number).ok()
                }
                _ => None,
            })
        };
        StudioSettings {
            business_unit: environment.and_then(|name| unit(Some(name))).or_else(|| unit(None)).unwrap_or(0),
            folder: text(&keys::SCRIPT_FOLDER).unwrap_or(usual.folder),
            prompts: text(&keys::PROMPT_FOLDER).unwrap_or(usual.prompts),
            music: text(&keys::MUSIC).unwrap_or(usual.music),
            voices: texts(&keys::VOICES)
                .into_iter()
                .filter_map(|(text, _)| value::voice_of_studio(text))
                .collect(),
            library_ids: pairs(&keys::LIBRARY_IDS),
            answer: text(&keys::ANSWER_BY)
                .and_then(|word| AnswerBy::ALL.into_iter().find(|answer| answer.word() == word))
                .unwrap_or(usual.answer),
            answer_branches: pairs(&keys::ANSWER_BRANCHES),
            hours: pairs(&keys::HOURS_PROFILES),
            callback: text(&keys::CALLBACK_SCRIPT),
            voicemail: text(&keys::VOICEMAIL_SCRIPT),
        }
    }

    /// How long a prompt for keys waits, in milliseconds: for the first key, if `key` says that, or for each after it.
    pub fn wait(&self, key: &'static Key) -> Option<u64> {
        let texts = self.texts(key, None);
        texts.first().and_then(|(text, _)| duration(text))
    }

    /// How fast texts are spoken, and in which languages.
    pub fn voice(&self) -> Voice {
        let words = self.number(&keys::WORDS_PER_MINUTE).and_then(|words| u16::try_from(words).ok());
        let languages = self.texts(&keys::LANGUAGES, None);
        let languages = languages.into_iter().filter_map(|(code, _)| language_of(code));
        Voice::of(words.and_then(Rate::new).unwrap_or_default(), languages)
    }

    /// The formats of recordings that the platform takes.
    pub fn wav_formats(&self) -> Vec<WavFormat> {
        let formats = self.texts(&keys::WAV_FORMATS, None);
        let named: Vec<WavFormat> =
            formats.into_iter().filter_map(|(format, _)| WavFormat::parse(format)).collect();
        if named.is_empty() { vec![WavFormat::DOCUMENTED] } else { named }
    }

    /// The params of an environment.
    pub fn params<'s>(&'s self, environment: &'s str) -> impl Iterator<Item = (&'s str, &'s Setting)> {
        self.settings.iter().filter_map(move |setting| match &setting.place {
            SettingId::Param(of, name) if of == environment => Some((name.as_str(), setting)),
            _ => None,
        })
    }

    /// An environment, if any file names it.
    pub fn environment(&self, name: &str, sources: &Sources) -> Option<Environment> {
        if !self.environments().any(|known| known == name) {
            return None;
        }
        let mut require: Vec<Guard> = Vec::new();
        for (word, _) in self.texts(&keys::REQUIRE, Some(name)) {
            // Other words are already reported.
            if let Ok(guard) = Guard::parse(word)
                && !require.contains(&guard)
            {
                require.push(guard);
            }
        }
        let audit = self
            .texts(&keys::AUDIT, Some(name))
            .first()
            .map(|(path, span)| folder(sources, span.file).join(path));
        let scopes = self.settings.iter().any(|setting| {
            matches!(&setting.place, SettingId::Key(key, of) if *key == &keys::SCOPES && of.as_deref() == Some(name))
        });
        let text_of = |value: &Value| match value {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        Some(Environment {
            name: name.to_owned(),
            params: self
                .params(name)
                .map(|(name, setting)| (name.to_owned(), text_of(&setting.value)))
                .collect(),
            target: self.text(&keys::TARGET, name),
            base_url: self.text(&keys::BASE_URL, name),
            webhook_url: self.text(&keys::WEBHOOK_URL, name),
            audit,
            require,
            update: self.text(&keys::UPDATE, name),
            scopes: scopes.then(|| {
                self.texts(&keys::SCOPES, Some(name)).into_iter().map(|(text, _)| text.to_owned()).collect()
            }),
            token_auth: self
                .text(&keys::TOKEN_AUTH, name)
                .and_then(|word| TokenAuth::of(&word))
                .unwrap_or_default(),
            allow_as_of: self.flag(&keys::ALLOW_AS_OF, name),
            deny_warnings: self.flag(&keys::DENY_WARNINGS, name),
            paths: Paths {
                token: self.text(&keys::TOKEN_PATH, name),
                flows: self.text(&keys::FLOWS_PATH, name),
                jobs: self.text(&keys::JOBS_PATH, name),
                subscriptions: self.text(&keys::SUBSCRIPTIONS_PATH, name),
            },
        })
    }

    /// The settings of one section, in the order of the files.
    pub(super) fn of_section<'s>(
        &'s self,
        section: Section,
        environment: Option<&'s str>,
    ) -> impl Iterator<Item = &'s Setting> {
        self.settings.iter().filter(move |setting| match &setting.place {
            SettingId::Key(key, of) => key.section == section && of.as_deref() == environment,
            SettingId::Param(of, _) => section == Section::Params && Some(of.as_str()) == environment,
        })
    }
}

/// Reports a setting that is looser than that of an upper file.
fn loosened(setting: &Setting, above: &Setting) -> Diagnostic {
    let name = match &setting.place {
        SettingId::Key(key, environment) => key.section.name_of(environment.as_deref(), key.name),
        SettingId::Param(_, name) => name.clone(),
    };
    let message = format!("{} does nothing here: what the file above says counts", quote(&name));
    Diagnostic::new(&LOOSENED, setting.key, message)
        .here("would loosen the setting")
        .label(above.key, "this counts")
        .help("take it out, or write `overridable = true` into the file above")
}

/// Whether a setting is an empty list that should have elements. If wrong elements were dropped, they are
/// already reported.
fn is_empty_list(setting: &Setting, sources: &Sources) -> bool {
    let is_empty = matches!((&setting.place, &setting.value), (SettingId::Key(key, _), Value::Texts(texts)) if texts.is_empty() && **key != keys::SCOPES);
    let is_blank = |line: &str| {
        let line = line.split('#').next().unwrap_or_default();
        line.chars().all(|c| c.is_whitespace() || matches!(c, '[' | ']' | ','))
    };
    is_empty && sources.text(setting.span).lines().all(is_blank)
}

/// A path without `.` and `..`, as far as the text of the path allows.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some_and(|name| name != "..") => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The folder to which a file's paths are relative.
fn folder(sources: &Sources, file: FileId) -> &Path {
    sources.get(file).path().parent().unwrap_or(Path::new(""))
}
