//! What follows an action, and which ones a call reaches.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Report;
use super::branches::target;
use super::purpose::is_suppression;
use crate::emulator::studio::content::Content;
use crate::emulator::studio::library::LibraryAction;

/// Actions after which a call goes on by a branch.
const GO_ON: [&str; 2] = ["BEGIN", "PLAY"];
/// The action whose callers wait on its default branch.
const WAITS: &str = "REQAGENT";

/// Reports actions that nothing follows or nothing reaches.
pub fn check<'a>(
    content: &'a Content,
    known: &HashMap<&'a str, Option<&LibraryAction>>,
    report: &mut Report,
) {
    let branches: HashMap<&str, &Vec<Value>> =
        content.part("branches").filter_map(|(id, own)| Some((id.as_str(), own.as_array()?))).collect();
    let mut seen = HashSet::new();
    let mut open = Vec::new();
    for (id, _) in content.part("actions") {
        let action = known.get(id.as_str()).copied().flatten();
        let own = branches.get(id.as_str()).copied();
        if action.is_some_and(|action| GO_ON.contains(&&*action.name)) && own.is_none_or(Vec::is_empty) {
            report.error(id, "branch-missing");
        }
        let is_default = |branch: &Value| branch.get("type").is_some_and(|kind| kind == "default");
        if action.is_some_and(|action| action.name == WAITS)
            && !own.is_some_and(|own| own.iter().any(is_default))
        {
            report.warn(id, "branch-default-not-wired");
        }
        if action.is_some_and(|action| action.begins) && seen.insert(id.clone()) {
            open.push(id.clone());
        }
    }
    // Without a beginning nothing is reached, so reporting each action is pointless.
    if open.is_empty() {
        return;
    }
    while let Some(id) = open.pop() {
        for branch in branches.get(id.as_str()).into_iter().flat_map(|own| own.iter()) {
            if let Some(to) = target(branch)
                && seen.insert(to.clone())
            {
                open.push(to);
            }
        }
    }
    // In scripts for suppression a snippet declares what the platform knows of the contact, and nothing leads to it.
    let declares = |id: &str| {
        let action = known.get(id).copied().flatten();
        is_suppression(content) && action.is_some_and(|action| action.name == "SNIPPET")
    };
    for (id, _) in content.part("actions").filter(|(id, _)| !seen.contains(*id)) {
        if !declares(id) {
            report.warn(id, "action-unreachable");
        }
    }
}
