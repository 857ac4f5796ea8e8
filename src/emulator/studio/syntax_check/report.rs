//! What the check found, by action.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// What was found at one action.
#[derive(Default)]
struct Findings {
    action_type: String,
    errors: Vec<String>,
    warnings: Vec<String>,
}

/// Actions by number, then by id.
type Place = (u64, String);

/// What the check found.
#[derive(Default)]
pub struct Report {
    types: BTreeMap<Place, String>,
    found: BTreeMap<Place, Findings>,
    errors: usize,
    warnings: usize,
}

fn place(id: &str) -> Place {
    (id.parse().unwrap_or(u64::MAX), id.to_owned())
}

impl Report {
    /// Says what an action is called.
    pub fn name(&mut self, id: &str, name: &str) {
        self.types.insert(place(id), name.to_owned());
    }

    fn at(&mut self, id: &str) -> &mut Findings {
        let place = place(id);
        let action_type = self.types.get(&place).cloned().unwrap_or_default();
        self.found.entry(place).or_insert_with(|| Findings { action_type, ..Findings::default() })
    }

    pub fn error(&mut self, id: &str, key: impl Into<String>) {
        self.errors += 1;
        self.at(id).errors.push(key.into());
    }

    pub fn warn(&mut self, id: &str, key: impl Into<String>) {
        self.warnings += 1;
        self.at(id).warnings.push(key.into());
    }

    pub fn errors(&self) -> usize {
        self.errors
    }

    pub fn warnings(&self) -> usize {
        self.warnings
    }

    /// `{totalErrors, totalWarnings, actions}`
    pub fn details(&self) -> Value {
        let keys = |keys: &[String]| keys.iter().map(|key| json!({ "key": key })).collect::<Vec<_>>();
        let actions: Map<String, Value> = self
            .found
            .iter()
            .map(|((_, id), found)| {
                let findings = json!({
                    "actionType": found.action_type,
                    "errors": keys(&found.errors),
                    "warnings": keys(&found.warnings),
                });
                (id.clone(), findings)
            })
            .collect();
        json!({ "totalErrors": self.errors, "totalWarnings": self.warnings, "actions": actions })
    }
}
