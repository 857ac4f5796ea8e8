//! What a tenant of the emulator has at the start.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

/// The number of the business unit, unless the options name another.
pub const BUSINESS_UNIT: u64 = 700_001;

/// The numbers of the versions of the API that have been seen, and that the tenant knows unless the options name others.
pub const API_VERSIONS: RangeInclusive<u32> = 20..=34;

/// What the tenant has at the start: scripts, skills, prompts, actions, users.
#[derive(Debug, Clone)]
pub struct StudioOptions {
    /// The number of the business unit.
    pub business_unit: u64,
    /// Scripts in place, each the first version of its name.
    pub scripts: Vec<StudioScript>,
    /// Skills.
    pub skills: Vec<StudioSkill>,
    /// Prompts.
    pub prompts: Vec<StudioPrompt>,
    /// Actions that this tenant knows beside those that every tenant has. One with the library id of such an
    /// action replaces it.
    pub actions: Vec<StudioAction>,
    /// Library ids of actions that the tenant has no licence for.
    pub unlicensed: Vec<String>,
    /// Users beside the one with the emulator's own credentials.
    pub users: Vec<StudioUser>,
    /// The numbers of the versions of the API that it knows.
    pub api_versions: RangeInclusive<u32>,
    /// Library ids of actions that it does not have, although public sources describe them.
    pub absent_actions: Vec<String>,
    /// Resources of the Admin API, such as `/scripts/search`, that answer everybody with this status instead.
    pub refused: Vec<(String, u16)>,
    /// Paths of scripts that somebody else locks as soon as they are saved for the first time.
    pub locked: Vec<String>,
}

impl StudioOptions {
    /// A tenant that has nothing.
    pub fn empty() -> Self {
        Self {
            business_unit: BUSINESS_UNIT,
            scripts: Vec::new(),
            skills: Vec::new(),
            prompts: Vec::new(),
            actions: Vec::new(),
            unlicensed: Vec::new(),
            users: Vec::new(),
            api_versions: API_VERSIONS,
            absent_actions: Vec::new(),
            refused: Vec::new(),
            locked: Vec::new(),
        }
    }
}

/// A script that is in place at the start. It is not checked.
#[derive(Debug, Clone)]
pub struct StudioScript {
    /// `{header, actions, properties, branches}`; its path is `header.scriptName`.
    pub content: Value,
    /// The user who has locked it.
    pub locked_by: Option<String>,
}

/// A skill.
#[derive(Debug, Clone)]
pub struct StudioSkill {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// What differs from a usual skill in `GET /skills/{skillId}`.
    pub fields: Map<String, Value>,
    /// What differs from a usual skill in `GET /skills/{skillId}/parameters`; the fields of its groups are merged.
    pub parameters: Map<String, Value>,
}

impl StudioSkill {
    /// A usual skill.
    pub fn new(id: u64, name: impl Into<String>) -> Self {
        Self { id, name: name.into(), fields: Map::new(), parameters: Map::new() }
    }
}

/// A file that scripts play.
#[derive(Debug, Clone)]
pub struct StudioPrompt {
    /// Its path, with backslashes between folders.
    pub name: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// An action of the tenant's library.
#[derive(Debug, Clone)]
pub struct StudioAction {
    /// Its name, such as `VOICEMAIL`.
    pub name: String,
    /// Its library id.
    pub library_id: String,
    /// The names of its properties in order; without them, any are accepted.
    pub properties: Option<Vec<String>>,
    /// The names of its branches in the order of their indices; without them, any are accepted.
    pub branches: Option<Vec<String>>,
    /// Whether it may have branches for cases.
    pub takes_cases: bool,
    /// Whether a call can begin at it, as at `ONANSWER`.
    pub begins: bool,
}

/// Somebody who signs in with an access key.
#[derive(Debug, Clone)]
pub struct StudioUser {
    /// The name, which histories and locks show.
    pub name: String,
    /// The access key's id.
    pub access_key_id: String,
    /// The access key's secret.
    pub access_key_secret: secrecy::SecretString,
}
