//! The list of all settings: their names, sections and values.

use std::hash::{Hash, Hasher};

use toml::de::DeValue;

use super::value::{self, ValueCheck, YEAR};
use crate::diagnostics::suggest::nearest;
use crate::speech::Rate;

/// A section of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// The lines above the first `[section]`.
    Top,
    /// `[platform]`
    Platform,
    /// `[defaults]`
    Defaults,
    /// `[studio]`, or `[env.NAME.studio]` for one environment.
    Studio,
    /// `[env.NAME]`
    Environment,
    /// `[env.NAME.paths]`
    Paths,
    /// `[env.NAME.params]`, whose keys are the flows' own names.
    Params,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 7] = [
        Self::Top,
        Self::Platform,
        Self::Defaults,
        Self::Studio,
        Self::Environment,
        Self::Paths,
        Self::Params,
    ];

    /// The header of a section of an environment, or of the placeholder `NAME` if none is given.
    pub fn header(self, environment: Option<&str>) -> String {
        format!("[{}]", self.path(environment))
    }

    /// The header without brackets; empty for the top.
    pub fn path(self, environment: Option<&str>) -> String {
        let name = key(environment.unwrap_or("NAME"));
        match self {
            Self::Top => String::new(),
            Self::Platform => "platform".to_owned(),
            Self::Defaults => "defaults".to_owned(),
            Self::Studio if environment.is_none() => "studio".to_owned(),
            Self::Studio => format!("env.{name}.studio"),
            Self::Environment => format!("env.{name}"),
            Self::Paths => format!("env.{name}.paths"),
            Self::Params => format!("env.{name}.params"),
        }
    }

    /// The whole name of one of its keys: `env.prod.audit`.
    pub fn name_of(self, environment: Option<&str>, name: &str) -> String {
        match self.path(environment) {
            path if path.is_empty() => key(name),
            path => format!("{path}.{}", key(name)),
        }
    }

    /// The sections inside this one, with the word that names each.
    pub fn inner(self) -> &'static [(&'static str, Self)] {
        match self {
            Self::Top => &[
                ("platform", Self::Platform),
                ("defaults", Self::Defaults),
                ("studio", Self::Studio),
                ("env", Self::Environment),
            ],
            Self::Environment => {
                &[("params", Self::Params), ("paths", Self::Paths), ("studio", Self::Studio)]
            }
            Self::Platform | Self::Defaults | Self::Studio | Self::Paths | Self::Params => &[],
        }
    }

    /// Its keys.
    pub fn keys(self) -> impl Iterator<Item = &'static Key> {
        ALL.iter().copied().filter(move |key| key.section == self)
    }
}

/// The setting that a key among params was probably meant to be. A short word is more likely a param of
/// some flow, unless it is exactly a setting's name.
pub fn not_a_param(name: &str) -> Option<&'static Key> {
    const LONG: usize = 7;
    let keys =
        || ALL.iter().copied().filter(|key| matches!(key.section, Section::Top | Section::Environment));
    let exact = keys().find(|key| key.name == name);
    exact.or_else(|| {
        let long = keys().map(|key| key.name).filter(|name| name.len() >= LONG);
        let near = nearest(name, long).filter(|_| name.len() >= LONG)?;
        keys().find(|key| key.name == near)
    })
}

/// A key as TOML writes it, in quotes if necessary.
pub fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        return name.to_owned();
    }
    crate::spelling::toml_string(name)
}

/// The version of the language that this compiler supports.
pub const LANGUAGE: i64 = 1;

/// The type of a setting's value.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// `true` or `false`.
    Flag,
    /// A whole number within these bounds.
    Number(i64, i64),
    /// The version of the language. The compiler supports only one.
    Version,
    /// A time in days, as in `"90 days"`, `"6 months"` or `"1 year"`. A value above this bound does not
    /// limit anything.
    Days(i64),
    /// A text.
    Text(ValueCheck),
    /// A list of texts.
    Texts(ValueCheck),
}

impl Kind {
    /// Whether a value has the type for this kind, or nearly that type.
    pub fn takes(self, value: &DeValue<'_>) -> bool {
        match value {
            DeValue::Boolean(_) => matches!(self, Self::Flag),
            DeValue::Integer(_) | DeValue::Float(_) => matches!(self, Self::Number(..) | Self::Version),
            DeValue::String(_) => matches!(self, Self::Days(_) | Self::Text(_) | Self::Texts(_)),
            DeValue::Array(_) => matches!(self, Self::Texts(_)),
            DeValue::Datetime(_) | DeValue::Table(_) => false,
        }
    }
}

/// How a setting that occurs in the files of several folders is combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The nearest one counts.
    Nearest,
    /// A lower file adds to the upper ones, and removes nothing unless they are `overridable`.
    Adds,
    /// The smallest number counts, since a larger one is looser, unless the upper files are `overridable`.
    Smallest,
    /// The uppermost one counts, unless its file is `overridable`.
    Uppermost,
}

/// A setting.
#[derive(Debug)]
pub struct Key {
    /// Its section.
    pub section: Section,
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub kind: Kind,
    /// How the values of several files are combined.
    pub merge: Merge,
    /// An example value, as the file writes it.
    pub example: &'static str,
    /// What it is for, for the documentation.
    pub what: &'static str,
    /// What people write instead of its name.
    pub instead_of: &'static [&'static str],
    /// Whether a list of one text may be written without its brackets.
    pub may_be_one: bool,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        (self.section, self.name) == (other.section, other.name)
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.section, self.name).hash(state);
    }
}

impl Key {
    const fn adds(mut self) -> Self {
        self.merge = Merge::Adds;
        self
    }

    const fn smallest(mut self) -> Self {
        self.merge = Merge::Smallest;
        self
    }

    const fn uppermost(mut self) -> Self {
        self.merge = Merge::Uppermost;
        self
    }

    const fn or_one(mut self) -> Self {
        self.may_be_one = true;
        self
    }

    const fn instead_of(mut self, words: &'static [&'static str]) -> Self {
        self.instead_of = words;
        self
    }
}

const fn at(
    section: Section,
    name: &'static str,
    kind: Kind,
    example: &'static str,
    what: &'static str,
) -> Key {
    Key { section, name, kind, merge: Merge::Nearest, example, what, instead_of: &[], may_be_one: false }
}

/// Declares the keys and a list of them.
macro_rules! keys {
    ($($constant:ident = $key:expr;)*) => {
        $(#[doc = "The setting itself."] pub static $constant: Key = $key;)*
        /// Every setting, in the order of the documentation.
        pub static ALL: &[&Key] = &[$(&$constant),*];
    };
}

use Kind::{Days, Flag, Number, Text, Texts, Version};
use Section::{Defaults, Environment, Paths, Platform, Studio, Top};

// A new setting is a line here; `UPDATE=1 cargo test --test cli settings` writes it into docs/cli.md.
keys! {
    LANGUAGE_VERSION = at(Top, "language_version", Version, "1",
        "the version of the language that the flows are written in; [what it promises](language.md#from-version-to-version)")
        .instead_of(&["version", "language", "language_level", "edition", "cxflow"]);
    POLICIES = at(Top, "policies", Texts(value::any), r#"["us_tsr", "policies/house.cxflow"]"#,
        "the policies that apply to every flow here, as with `--policy`; paths are relative to this file's folder")
        .adds().instead_of(&["policy", "apply", "applies", "laws"]);
    OVERRIDABLE = at(Top, "overridable", Flag, "true",
        "lets the files of folders below replace this file's `policies`, `languages` and `require`, instead of adding to them, and loosen its `longest_waiver`, `words_per_minute` and `audit`");
    LONGEST_WAIVER = at(Top, "longest_waiver", Days(5 * YEAR), r#""90 days""#,
        "how far away the last day of a waiver, an attestation or the evidence of a fact may be without a warning; a year by default. More than 5 years is a warning")
        .smallest().instead_of(&["waiver", "max_waiver", "waiver_limit", "waivers"]);
    WORDS_PER_MINUTE = at(Top, "words_per_minute", Number(Rate::MIN as i64, Rate::MAX as i64), "150",
        "how fast the platform's voice speaks English prose, from 60 to 400 words a minute: the basis for [estimated times](language.md#how-time-is-reckoned)")
        .smallest().instead_of(&["wpm", "words_a_minute", "speed", "rate", "speech_rate", "speaking_rate"]);
    LANGUAGES = at(Top, "languages", Texts(value::language), r#"["en", "es"]"#,
        "the languages that texts are spoken in, of `en`, `es`, `fr`, `de`, `it`, `pt`, `nl` and `pl`: their [times](language.md#how-time-is-reckoned) are then estimated more closely. Without it, texts may be in any language")
        .adds().instead_of(&["language", "lang", "langs", "locale", "locales"]);

    TYPES = at(Platform, "types", Texts(value::any), r#"["answer"]"#,
        "node types that the tenant takes beyond the platform's description")
        .instead_of(&["type", "node_types", "nodes"]);
    DIRECTIVES = at(Platform, "directives", Texts(value::any), r#"["record"]"#,
        "directives that it takes").instead_of(&["directive", "actions"]);
    CONDITIONS = at(Platform, "conditions", Texts(value::any), r#"["human", "machine"]"#,
        "conditions that it takes").instead_of(&["condition", "outcomes"]);
    WAV_FORMATS = at(Platform, "wav_formats", Texts(value::wav_format), r#"["mulaw 8000 8 mono", "pcm 8000 16 mono"]"#,
        "the formats of recordings that it takes, for `prompts --check-media`: encoding (`pcm`, `float`, `alaw` or `mulaw`), samples a second, bits a sample, `mono` or `stereo`. Without it, only `mulaw 8000 8 mono`, which the platform's documentation names")
        .instead_of(&["formats", "wav_format", "media_formats", "audio_formats", "recordings", "media"]);

    LIBRARY = at(Platform, "library", Texts(value::any), r#"["cxone", "kinds.cxflow"]"#,
        "the files whose [kinds](language.md#libraries-of-kinds) every flow here knows, and the bundled library `cxone`; paths are relative to this file's folder. A single one may be written without brackets")
        .or_one().instead_of(&["libraries", "kinds", "kind", "include", "includes", "vocabulary"]);

    FIELDS = at(Platform, "fields", Texts(value::any), r#"["wait_ms", "between_ms"]"#,
        "fields of an action that it takes").instead_of(&["field", "options"]);

    WAIT = at(Defaults, "wait", Text(value::wait), r#""5s""#,
        "how long a `collect` without [`wait`](language.md#how-long-it-waits) waits for the first key: from 500ms to 3min")
        .instead_of(&["timeout", "first_key", "no_input", "input_timeout"]);
    BETWEEN = at(Defaults, "between", Text(value::wait), r#""3s""#,
        "how long a `collect` without [`between`](language.md#how-long-it-waits) waits for each key after that")
        .instead_of(&["inter_digit", "interdigit", "inter_digit_timeout", "inter_key"]);

    BUSINESS_UNIT = at(Studio, "business_unit", Number(1, 9_999_999_999), "4608",
        "the number of the business unit, which stands in the head of each script (`busNo`)")
        .instead_of(&["bus_no", "busno", "bu", "business_unit_id"]);
    API_VERSION = at(Studio, "api_version", Text(value::api_version), r#""v34.0""#,
        "the version of the tenant's API, which is `v34.0` by default; the variable `CXONE_API_VERSION` comes before it. `cxflowc studio doctor` says which versions the tenant knows")
        .instead_of(&["api", "admin_api", "admin_api_version", "studio_version"]);
    SCRIPT_FOLDER = at(Studio, "folder", Text(value::any), r#""Campaigns""#,
        "the folder of the scripts; each has the name of its flow")
        .instead_of(&["script_folder", "scripts", "path"]);
    PROMPT_FOLDER = at(Studio, "prompts", Text(value::any), r#""Prompts""#,
        "the folder of the recordings. Below it each has the path of its address: `https://cdn.example.com/es/hi.wav` is `Prompts\\es\\hi.wav`")
        .instead_of(&["prompt_folder", "recordings", "files"]);
    MUSIC = at(Studio, "music", Text(value::any), r#""Autumn-Breezes.wav""#,
        "what is heard while a call waits for an agent").instead_of(&["music_file", "hold_music", "hold"]);
    VOICES = at(Studio, "voices", Texts(value::studio_voice), r#"["en=polly:Joanna", "es-US=polly:Lupe"]"#,
        "the voices of text to speech: a language or `default`, `=`, who makes the voice, `:`, its name there")
        .or_one().instead_of(&["voice", "tts", "tts_voices"]);
    LIBRARY_IDS = at(Studio, "library_ids", Texts(value::library_id), r#"["CAPTURE=3f0c2f5e-7c1b-4b53-9d3a-0a4f6d1c2b7e"]"#,
        "the library ids of actions that the tenant knows otherwise than [the table](studio.md#actions) says, or that no public source has")
        .or_one().instead_of(&["libraries", "library", "ids", "actions"]);
    ANSWER_BY = at(Studio, "answer", Text(value::answer_by), r#""events""#,
        "how an `answer` learns who answered: `detection` by the action that listens on agentless calls (PLAYWITHCPA), which is the default; `events` by those of the dialer (ONANSWER, ONMACHINE)")
        .instead_of(&["amd", "cpa", "answer_by", "detection"]);
    ANSWER_BRANCHES = at(Studio, "answer_branches", Texts(value::answer_branch), r#"["human=Voice", "machine=Machine", "unknown=default"]"#,
        "what the tenant calls the branches of PLAYWITHCPA for each outcome of an `answer`; `default` is the default branch")
        .instead_of(&["branches", "cpa_branches"]);
    HOURS_PROFILES = at(Studio, "hours", Texts(value::hours_profile), r#"["office_hours=Lakeside weekdays"]"#,
        "the tenant's profile for each `hours` of a flow: the name in the flow, `=`, the name of the profile")
        .or_one().instead_of(&["profiles", "profile", "opening_hours", "hours_of_operation"]);
    CALLBACK_SCRIPT = at(Studio, "callback", Text(value::any), r#""Common/Callback""#,
        "the script of the tenant that books a callback; the variable `queue` says for whom")
        .instead_of(&["callback_script"]);
    VOICEMAIL_SCRIPT = at(Studio, "voicemail", Text(value::any), r#""Common/Voicemail""#,
        "the script of the tenant that takes a message; the variable `queue` says for whom")
        .instead_of(&["voicemail_script", "mailbox"]);

    TARGET = at(Environment, "target", Text(value::target), r#""studio""#,
        "what flows are written as for this environment, as with `--target`: `flows`, which is the default, or `studio`")
        .instead_of(&["targets", "format", "output"]);
    BASE_URL = at(Environment, "base_url", Text(value::address), r#""https://api.example.com""#,
        "the platform's address").instead_of(&["url", "address", "host", "base", "endpoint"]);
    WEBHOOK_URL = at(Environment, "webhook_url", Text(value::address), r#""https://hooks.example.com/cxone""#,
        "the address that is told of changes to flows").instead_of(&["webhook", "hook", "hook_url"]);
    AUDIT = at(Environment, "audit", Text(value::audit), r#""audit/prod.jsonl""#,
        "the audit log, a file of the repository, relative to the folder of `cxflow.toml`").uppermost().instead_of(&["audit_log", "log", "audit_path"]);
    REQUIRE = at(Environment, "require", Texts(value::guard), r#"["clean", "branch:main"]"#,
        "what must hold before a flow is submitted: a list of the guards below")
        .adds().instead_of(&["requires", "required", "guards", "guard", "requirements"]);
    UPDATE = at(Environment, "update", Text(value::update), r#""PUT /api/flows/{flow_id}""#,
        "the method and path that change a flow in place, if the tenant can do so; without it a flow is always created");
    SCOPES = at(Environment, "scopes", Texts(value::scope), r#"["flow:write", "flow:read", "flow:validate"]"#,
        "the scopes to request a token for, if not the usual five").instead_of(&["scope"]);
    TOKEN_AUTH = at(Environment, "token_auth", Text(value::token_auth), r#""basic-raw""#,
        "how the client identifies itself when it requests a token: `basic`, the header with both parts encoded (RFC 6749, section 2.3.1), which is the default; `basic-raw`, the header with both parts as they are; `post`, in the form")
        .instead_of(&["auth", "token_authentication", "token_endpoint_auth_method", "auth_method", "client_auth"]);
    ALLOW_AS_OF = at(Environment, "allow_as_of", Flag, "true",
        "lets `submit --as-of` judge flows as of another day than today; the audit log then notes the day")
        .uppermost().instead_of(&["as_of", "allow_as_of_day"]);
    DENY_WARNINGS = at(Environment, "deny_warnings", Flag, "true",
        "makes warnings errors for this environment, as `--deny warnings` does: what is open in a trial run must be settled before it goes live")
        .uppermost().instead_of(&["deny", "warnings", "strict", "warnings_as_errors"]);
    ENV_OVERRIDABLE = at(Environment, "overridable", Flag, "true",
        "the same as `overridable` at the top, for the `require` and `audit` of this environment alone");

    TOKEN_PATH = at(Paths, "token", Text(value::token_path), r#""/api/oauth2/token""#,
        "where tokens come from: a path, or an `https` address on another host");
    FLOWS_PATH = at(Paths, "flows", Text(value::path), r#""/api/flows""#,
        "where flows are created").instead_of(&["flow"]);
    JOBS_PATH = at(Paths, "jobs", Text(value::job_path), r#""/api/jobs/{id}""#,
        "where a job is polled; `{id}` stands for the job's id").instead_of(&["job"]);
    SUBSCRIPTIONS_PATH = at(Paths, "subscriptions", Text(value::path), r#""/api/events/subscriptions""#,
        "where subscriptions to events are made").instead_of(&["subscription", "events"]);
}

/// The tables of `docs/cli.md`: each section with its keys.
pub fn markdown() -> String {
    let mut out = String::new();
    for section in Section::ALL {
        let head = match section {
            Section::Top => "At the top, above the first `[section]`:".to_owned(),
            Section::Params => continue,
            _ => format!("`{}`:", section.header(None)),
        };
        out.push_str(&format!("{head}\n\n| key | value | is |\n|---|---|---|\n"));
        for key in section.keys() {
            let example = key.example.replace('|', "\\|");
            out.push_str(&format!("| `{}` | `{example}` | {} |\n", key.name, key.what));
        }
        out.push('\n');
    }
    out
}
