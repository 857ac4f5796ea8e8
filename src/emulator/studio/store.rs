//! The tenant's data, in memory.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;

use hyper::body::Bytes;
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Map, Value, json};
use tokio::time::Instant;

use super::library::Library;
use super::options::StudioOptions;
use super::skill::StoredSkill;
use crate::emulator::bounded_store::BoundedStore;
use crate::emulator::limits::EmulatorLimits;

/// How many versions of a script are kept.
pub const MOST_VERSIONS: usize = 100;

/// Somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub name: String,
    pub id: u64,
}

/// A user with the key that opens.
pub struct KeyHolder {
    pub user: Arc<User>,
    pub key_id: String,
    pub key_secret: SecretString,
}

/// What a token stands for.
#[derive(Clone)]
pub struct Session {
    pub user: Arc<User>,
    pub expires: Instant,
}

/// Who has locked a script.
#[derive(Clone)]
pub struct ScriptLock {
    pub name: String,
    pub id: u64,
    pub date: Timestamp,
}

/// A script: its versions, the oldest first.
pub struct StoredScript {
    pub master_id: u64,
    pub created: Timestamp,
    pub lock: Option<ScriptLock>,
    pub versions: VecDeque<ScriptVersion>,
}

/// A version of a script.
#[derive(Clone)]
pub struct ScriptVersion {
    pub script_id: u64,
    pub modified: Timestamp,
    pub user: String,
    /// `{header, actions, properties, branches}`
    pub content: Bytes,
    pub media_type: u64,
    pub status: String,
}

impl StoredScript {
    pub fn bytes(&self) -> usize {
        self.versions.iter().map(|version| version.content.len()).sum()
    }

    /// The version in force.
    pub fn newest(&self) -> Option<&ScriptVersion> {
        self.versions.back()
    }

    /// `lockInfo` as headers show it: empty texts without a lock.
    pub fn lock_info(&self) -> Value {
        match &self.lock {
            Some(lock) => json!({
                "lockedName": lock.name, "lockedId": lock.id.to_string(), "lockedDate": lock.date.to_string(),
            }),
            None => json!({ "lockedName": "", "lockedId": "", "lockedDate": "" }),
        }
    }

    /// Whether somebody else has locked it.
    pub fn is_locked_against(&self, user: &User) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.name != user.name)
    }
}

/// A file.
pub struct StoredFile {
    pub content: Bytes,
}

/// The tenant's data.
pub struct StudioStore {
    pub tokens: BoundedStore<Session>,
    pub refresh_tokens: BoundedStore<Arc<User>>,
    /// By path.
    pub scripts: BoundedStore<StoredScript>,
    /// By path.
    pub files: BoundedStore<StoredFile>,
    pub skills: BTreeMap<u64, StoredSkill>,
    pub library: Arc<Library>,
    pub users: Vec<KeyHolder>,
    /// The number of the business unit.
    pub business_unit: u64,
    /// The scripts that somebody else locks once they are there.
    locked: Vec<String>,
    /// The most bytes of all versions of a script.
    kept: usize,
    last_number: u64,
}

/// The number of the first user; scripts have numbers of their own.
const FIRST_USER: u64 = 5001;
const FIRST_SCRIPT: u64 = 100_000;
/// Somebody who never signs in.
const OTHER_USER: &str = "jo.smith";

impl StudioStore {
    /// The data at the start, with the access key of the first user.
    ///
    /// # Errors
    ///
    /// If a script of the options has no name.
    pub fn new(
        options: &StudioOptions,
        limits: &EmulatorLimits,
        key_id: &str,
        key_secret: &SecretString,
    ) -> io::Result<Self> {
        let own = ("studio.user", key_id, key_secret);
        let others = options.users.iter();
        let others = others.map(|user| (&*user.name, &*user.access_key_id, &user.access_key_secret));
        let users = std::iter::once(own).chain(others).zip(FIRST_USER..);
        let users = users.map(|((name, key_id, key_secret), id)| KeyHolder {
            user: Arc::new(User { name: name.to_owned(), id }),
            key_id: key_id.to_owned(),
            key_secret: key_secret.clone(),
        });
        let mut store = Self {
            tokens: BoundedStore::new(limits.tokens, usize::MAX),
            refresh_tokens: BoundedStore::new(limits.tokens, usize::MAX),
            scripts: BoundedStore::new(limits.flows, limits.kept),
            files: BoundedStore::new(limits.flows, limits.kept),
            skills: options.skills.iter().map(|skill| (skill.id, StoredSkill::of(skill))).collect(),
            library: Arc::new(Library::of(options)),
            users: users.collect(),
            business_unit: options.business_unit,
            locked: options.locked.iter().map(|name| path(name)).collect(),
            kept: limits.kept,
            last_number: FIRST_SCRIPT,
        };
        for prompt in &options.prompts {
            let content = Bytes::from(prompt.content.clone());
            store.files.put(path(&prompt.name), content.len(), StoredFile { content });
        }
        for script in &options.scripts {
            let Value::Object(content) = &script.content else {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidInput,
                    "a script of the tenant is no object",
                ));
            };
            let name =
                content.get("header").and_then(|header| header.get("scriptName")).and_then(Value::as_str);
            let name = name.map(path).ok_or_else(|| {
                io::Error::new(io::ErrorKind::InvalidInput, "a script of the tenant has no header.scriptName")
            })?;
            store.save(&name, content.clone(), "studio.user");
            let id = store.users.iter().find(|holder| Some(&holder.user.name) == script.locked_by.as_ref());
            let id = id.map_or(FIRST_USER - 1, |holder| holder.user.id);
            if let Some(stored) = store.scripts.get_mut(&name) {
                let date = Timestamp::now();
                stored.lock = script.locked_by.clone().map(|name| ScriptLock { name, id, date });
            }
        }
        Ok(store)
    }

    /// A new number for a script or a token.
    pub fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Saves a script as the newest version of its name; its master id and the version's id.
    pub fn save(&mut self, path: &str, mut content: Map<String, Value>, user: &str) -> (u64, u64) {
        let old = self.scripts.remove(path);
        let master_id = old.as_ref().map_or_else(|| self.number(), |script| script.master_id);
        let script_id = self.number();
        let modified = Timestamp::now();
        let mut script = old.unwrap_or_else(|| StoredScript {
            master_id,
            created: modified,
            lock: self.locked.iter().any(|locked| locked == path).then(|| ScriptLock {
                name: OTHER_USER.to_owned(),
                id: FIRST_USER - 1,
                date: modified,
            }),
            versions: VecDeque::new(),
        });
        let (mut media_type, mut status) = (0, "Active".to_owned());
        if let Some(Value::Object(header)) = content.get_mut("header") {
            header.insert("scriptName".into(), path.into());
            header.insert("masterId".into(), master_id.into());
            header.insert("libraryId".into(), script_id.into());
            header.insert("busNo".into(), self.business_unit.into());
            media_type = header.get("mediaType").and_then(Value::as_u64).unwrap_or_default();
            let given = header.entry("status").or_insert_with(|| "Active".into());
            status = given.as_str().unwrap_or("Active").to_owned();
        }
        let content = Bytes::from(Value::Object(content).to_string());
        let user = user.to_owned();
        script.versions.push_back(ScriptVersion { script_id, modified, user, content, media_type, status });
        // The newest version stays, whatever its size.
        while script.versions.len() > MOST_VERSIONS
            || (script.versions.len() > 1 && script.bytes() > self.kept)
        {
            script.versions.pop_front();
        }
        self.scripts.put(path.to_owned(), script.bytes(), script);
        (master_id, script_id)
    }

    /// The script and the version with a number.
    pub fn version(&self, script_id: u64) -> Option<(&str, &StoredScript, &ScriptVersion)> {
        self.scripts.iter().find_map(|(path, script)| {
            let version = script.versions.iter().find(|version| version.script_id == script_id)?;
            Some((path, script, version))
        })
    }
}

/// A path as it is kept: with backslashes, and none at its ends.
pub fn path(text: &str) -> String {
    text.replace('/', r"\").trim_matches('\\').to_owned()
}
