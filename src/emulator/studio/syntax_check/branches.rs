//! The branches of an action: where they lead, and which ones it may have.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::Report;
use crate::emulator::studio::library::LibraryAction;

/// Checks the branches of an action.
pub fn check(
    id: &str,
    own: &Value,
    action: Option<&LibraryAction>,
    all: &HashMap<&str, Option<&LibraryAction>>,
    report: &mut Report,
) {
    let Some(own) = own.as_array() else {
        report.error(id, "branches-malformed");
        return;
    };
    let mut has_default = false;
    let mut labels = HashSet::new();
    for branch in own {
        let label = branch.get("label").and_then(Value::as_str);
        let kind = branch.get("type").and_then(Value::as_str);
        let index = branch.get("index").and_then(Value::as_u64);
        let (Some(label), Some(kind), Some(index)) = (label, kind, index) else {
            report.error(id, "branch-malformed");
            continue;
        };
        if target(branch).is_none_or(|to| !all.contains_key(to.as_str())) {
            report.error(id, "branch-target-missing");
        }
        match kind {
            "default" => {
                if has_default {
                    report.error(id, "branch-default-duplicate");
                }
                if !label.is_empty() {
                    report.error(id, "branch-default-labelled");
                }
                has_default = true;
            }
            "case" | "branch" => {
                if label.is_empty() {
                    report.error(id, format!("branch-{kind}-unlabelled"));
                    continue;
                }
                if !labels.insert((kind, label)) {
                    report.error(id, format!("branch-{kind}-duplicate"));
                }
                let Some(action) = action else { continue };
                match &action.branches {
                    _ if kind == "case" && action.takes_cases => {}
                    _ if kind == "case" => report.error(id, "branch-case-not-allowed"),
                    None => {}
                    Some(known) => match known.iter().find(|(name, _)| name == label) {
                        None => report.error(id, "branch-unknown"),
                        Some((_, known)) if *known != index => report.error(id, "branch-index"),
                        Some(_) => {}
                    },
                }
            }
            _ => report.error(id, "branch-type-unknown"),
        }
    }
}

/// The id of the action that a branch leads to.
pub fn target(branch: &Value) -> Option<String> {
    branch.get("to").and_then(Value::as_u64).map(|to| to.to_string())
}
