//! The platform's syntax check, in the emulator's own words.
//!
//! It is written from what public sources say of scripts, and knows nothing of what writes them. Of the keys of
//! its findings, only `action-not-available` is the platform's own.

mod action;
mod branches;
mod properties;
mod purpose;
mod reach;
mod report;
mod sequence;

use std::collections::HashMap;

use serde_json::Value;

use super::content::Content;
use super::library::{Library, LibraryAction};

pub use report::Report;

/// The id under which findings about the whole script stand.
const WHOLE: &str = "0";

/// A checked script; what it names has still to be looked up.
pub struct Check {
    report: Report,
    skills: Vec<Mention>,
    prompts: Vec<Mention>,
}

/// A name in an action.
struct Mention {
    action: String,
    name: String,
}

impl Check {
    /// The report, with warnings for skills and prompts that do not exist.
    pub fn with(
        mut self,
        skill_exists: impl Fn(&str) -> bool,
        prompt_exists: impl Fn(&str) -> bool,
    ) -> Report {
        for Mention { action, name } in &self.skills {
            if !skill_exists(name) {
                self.report.warn(action, "skill-not-found");
            }
        }
        for Mention { action, name } in &self.prompts {
            if !prompt_exists(name) {
                self.report.warn(action, "prompt-not-found");
            }
        }
        self.report
    }
}

/// Checks a script in linear time.
pub fn check(content: &Content, library: &Library) -> Check {
    let mut check = Check { report: Report::default(), skills: Vec::new(), prompts: Vec::new() };
    let mut known: HashMap<&str, Option<&LibraryAction>> = HashMap::new();
    for (id, action) in content.part("actions") {
        let name = action.get("name").and_then(Value::as_str).unwrap_or_default();
        check.report.name(id, name);
        known.insert(id, action::check(id, action, library, &mut check.report));
    }
    let begins = content.part("actions").filter(|(_, action)| is_begin(action));
    let mut begins = begins.map(|(id, _)| id);
    if begins.next().is_none() {
        check.report.error(WHOLE, "begin-missing");
    }
    begins.for_each(|id| check.report.error(id, "begin-duplicate"));
    for (id, own) in content.part("properties") {
        match known.get(id.as_str()) {
            Some(action) => properties::check(id, own, *action, &mut check),
            None => check.report.error(id, "properties-of-no-action"),
        }
    }
    for (id, action) in &known {
        let is_bare = !content.part_has("properties", id);
        if is_bare && action.is_some_and(|action| action.required > 0) {
            check.report.error(id, "properties-missing");
        }
    }
    for (id, own) in content.part("branches") {
        match known.get(id.as_str()) {
            Some(action) => branches::check(id, own, *action, &known, &mut check.report),
            None => check.report.error(id, "branches-of-no-action"),
        }
    }
    reach::check(content, &known, &mut check.report);
    purpose::check(content, &mut check.report);
    check
}

fn is_begin(action: &Value) -> bool {
    action.get("name").and_then(Value::as_str) == Some("BEGIN")
}
