//! What a tenant answers about scripts.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::cxone::answer::{json, named};
use crate::cxone::id;
use crate::cxone::response::Response;
use crate::cxone::wording::clean;

/// How many findings of one syntax check are kept.
const MAX_COMPLAINTS: usize = 1000;

/// What the syntax check found at an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptComplaint {
    /// The action's id; `0` for the whole script.
    pub action: String,
    /// The action's name: `PLAY`.
    pub action_type: String,
    /// What is wrong with it, in the platform's word: `action-not-available`.
    pub key: String,
}

/// What became of a script that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveAnswer {
    /// It is saved.
    Saved {
        /// Its master id, if the answer names it.
        id: Option<String>,
        /// What the syntax check warns of.
        warnings: Vec<ScriptComplaint>,
    },
    /// It is not saved.
    Rejected {
        /// The reason that does not belong to an action.
        reason: Option<String>,
        /// What the syntax check found.
        errors: Vec<ScriptComplaint>,
    },
    /// It is not saved, since somebody else has locked it.
    Locked(String),
}

/// Reads the answer to a save.
///
/// # Errors
///
/// Fails with the reason why it says nothing of a save.
pub fn saved(response: &Response) -> Result<SaveAnswer, String> {
    let value = json(&response.body)?;
    let results = named(&value, &["results"]);
    let result = match results {
        Some(Value::Array(list)) => list.first(),
        Some(result @ Value::Object(_)) => Some(result),
        _ => None,
    };
    let result = result.ok_or_else(|| "it has no `results`".to_owned())?;
    if let Some(holder) = holder(result) {
        return Ok(SaveAnswer::Locked(holder));
    }
    let code = named(result, &["errorcode"]);
    let details = code.and_then(|code| named(code, &["details"]));
    let is_saved = match named(result, &["success"]) {
        Some(Value::Bool(success)) => *success && response.status != 409,
        _ => response.status != 409,
    };
    let actions = details.and_then(|details| named(details, &["actions"])).and_then(Value::as_object);
    if is_saved {
        let id = named(result, &["masterid"]).and_then(id::of);
        return Ok(SaveAnswer::Saved { id, warnings: complaints(actions, &["warnings", "errors"]) });
    }
    let key = code.and_then(|code| named(code, &["key"])).and_then(Value::as_str);
    let reason = key.map(|key| clean(key, 200)).filter(|key| !key.is_empty());
    Ok(SaveAnswer::Rejected { reason, errors: complaints(actions, &["errors"]) })
}

/// Who has locked a script that was opened.
///
/// # Errors
///
/// Fails with the reason why the answer is no script.
pub fn lock_holder(body: &[u8]) -> Result<Option<String>, String> {
    let value = json(body)?;
    let header = named(&value, &["header"]).filter(|header| header.is_object());
    header.map(holder).ok_or_else(|| "it has no `header`".to_owned())
}

/// A script that was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedScript {
    /// The answer as it came.
    pub content: Vec<u8>,
    /// Who has locked it, if anybody has.
    pub holder: Option<String>,
}

/// Reads a script that was opened.
///
/// # Errors
///
/// Fails with the reason why the answer is no script.
pub fn opened(body: &[u8]) -> Result<OpenedScript, String> {
    Ok(OpenedScript { holder: lock_holder(body)?, content: body.to_vec() })
}

/// What stands in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name without the folder.
    pub name: String,
    /// Whether it is a folder itself.
    pub is_folder: bool,
}

/// Reads a page of a folder: its entries, and how many there were on the page before those without a name were left out.
///
/// # Errors
///
/// Fails with the reason why the answer is no list.
pub fn folder(body: &[u8]) -> Result<(Vec<FolderEntry>, usize), String> {
    let value = json(body)?;
    let list = named(&value, &["scriptlist"]).and_then(Value::as_array);
    let list = list.ok_or_else(|| "it has no `scriptList`".to_owned())?;
    let entry = |value: &Value| {
        let name = named(value, &["scriptname", "foldername", "name"])?.as_str()?;
        // The name may stand with its folder.
        let name = name.rsplit(['\\', '/']).next().unwrap_or(name);
        let is_folder = named(value, &["isfolder"]).is_some_and(|value| *value == Value::Bool(true));
        (!name.is_empty()).then(|| FolderEntry { name: name.to_owned(), is_folder })
    };
    Ok((list.iter().filter_map(entry).collect(), list.len()))
}

/// Who made the newest version of a script, and when. Empty where the answer does not say it.
///
/// # Errors
///
/// Fails with the reason why the answer is no list.
pub fn last_change(body: &[u8]) -> Result<(String, String), String> {
    let value = json(body)?;
    let versions = named(&value, &["versions"]).and_then(Value::as_array);
    let versions = versions.ok_or_else(|| "it has no `versions`".to_owned())?;
    let text = |version: &Value, name: &str| {
        named(version, &[name]).and_then(Value::as_str).map(|text| clean(text, 100)).unwrap_or_default()
    };
    let all = versions.iter().map(|version| (text(version, "modifydate"), text(version, "modifyuser")));
    Ok(all.max().map(|(date, user)| (user, date)).unwrap_or_default())
}

/// The name in `lockInfo`, which is empty if nobody has a lock.
fn holder(value: &Value) -> Option<String> {
    let lock = named(value, &["lockinfo"])?;
    let name = ["lockedname", "lockedid"].iter().find_map(|name| match named(lock, &[name])? {
        Value::String(text) => Some(clean(text, 200)).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()).filter(|number| number != "0"),
        _ => None,
    });
    name.filter(|name| !name.is_empty())
}

/// What stands under the given names of each action, in the order of the actions.
fn complaints(actions: Option<&Map<String, Value>>, lists: &[&str]) -> Vec<ScriptComplaint> {
    let actions: BTreeMap<(u64, &String), &Value> = actions
        .into_iter()
        .flatten()
        .map(|(id, found)| ((id.parse().unwrap_or(u64::MAX), id), found))
        .collect();
    let mut complaints = Vec::new();
    for ((_, id), found) in actions {
        let action_type = named(found, &["actiontype"]).and_then(Value::as_str).unwrap_or_default();
        let listed = lists.iter().filter_map(|list| named(found, &[list])?.as_array()).flatten();
        let keys = listed.filter_map(|entry| match entry {
            Value::String(key) => Some(key.as_str()),
            entry => named(entry, &["key", "localizationkey", "message"])?.as_str(),
        });
        complaints.extend(keys.map(|key| ScriptComplaint {
            action: clean(id, 40),
            action_type: clean(action_type, 60),
            key: clean(key, 200),
        }));
        if complaints.len() > MAX_COMPLAINTS {
            complaints.truncate(MAX_COMPLAINTS);
            break;
        }
    }
    complaints
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(status: u16, body: &Value) -> Result<SaveAnswer, String> {
        saved(&Response { status, body: body.to_string().into_bytes(), ..Response::default() })
    }

    fn complaint(action: &str, action_type: &str, key: &str) -> ScriptComplaint {
        let [action, action_type, key] = [action, action_type, key].map(str::to_owned);
        ScriptComplaint { action, action_type, key }
    }

    #[test]
    fn a_save_has_three_answers() {
        let details = json!({ "totalErrors": 1, "totalWarnings": 2, "actions": {
            "10": { "actionType": "REQAGENT", "errors": [], "warnings": [{ "key": "skill-not-found" }] },
            "2": { "actionType": "PLAY", "errors": [{ "key": "sequence-malformed" }], "warnings": [{ "key": "w" }] },
        }});
        let body = |success: bool| {
            json!({ "results": [{
                "success": success, "masterID": 100_002, "error_code": { "details": details },
            }]})
        };
        let clean = json!({ "results": [{ "success": true, "masterId": "77" }] });
        let saved = |id: &str, warnings: Vec<ScriptComplaint>| {
            Ok(SaveAnswer::Saved { id: Some(id.to_owned()), warnings })
        };
        assert_eq!(read(200, &clean), saved("77", Vec::new()));
        let play = complaint("2", "PLAY", "sequence-malformed");
        // What was saved although it has an error is at least worth a warning.
        assert_eq!(
            read(206, &body(true)),
            saved(
                "100002",
                vec![
                    complaint("2", "PLAY", "w"),
                    play.clone(),
                    complaint("10", "REQAGENT", "skill-not-found")
                ]
            )
        );
        let rejected = || Ok(SaveAnswer::Rejected { reason: None, errors: vec![play.clone()] });
        assert_eq!(read(409, &body(false)), rejected());
        // A success of another layer does not make it one.
        assert_eq!(read(409, &body(true)), rejected());
        assert_eq!(read(200, &body(false)), rejected());
    }

    #[test]
    fn a_lock_names_its_holder() {
        let lock = json!({ "lockedName": "ann", "lockedId": "5002", "lockedDate": "" });
        let result = json!({ "results": [{ "success": false, "lockInfo": lock, "error_code": { "key": "script-locked" } }] });
        assert_eq!(read(409, &result), Ok(SaveAnswer::Locked("ann".to_owned())));
        let script = |lock: Value| json!({ "header": { "scriptName": "a", "lockInfo": lock } }).to_string();
        let empty = json!({ "lockedName": "", "lockedId": "", "lockedDate": "" });
        for (lock, holder) in
            [(lock, Some("ann")), (empty, None), (json!(null), None), (json!({ "lockedId": 7 }), Some("7"))]
        {
            assert_eq!(lock_holder(script(lock.clone()).as_bytes()).unwrap().as_deref(), holder, "{lock}");
        }
    }

    #[test]
    fn a_folder_lists_scripts_and_folders() {
        let body = json!({ "totalRecords": 3, "scriptList": [
            { "isFolder": true, "scriptName": "Sub" }, { "isFolder": false, "scriptName": "Q3\\Reminder" }, {},
        ]});
        let entry = |name: &str, is_folder| FolderEntry { name: name.to_owned(), is_folder };
        let read = folder(body.to_string().as_bytes()).unwrap();
        assert_eq!(read, (vec![entry("Sub", true), entry("Reminder", false)], 3));
        assert!(folder(b"{}").is_err());
        let versions = json!({ "versions": [
            { "modifyDate": "2026-01-02", "modifyUser": "ann" }, { "modifyDate": "2026-01-03", "modifyUser": "bo" },
        ]});
        let last = last_change(versions.to_string().as_bytes()).unwrap();
        assert_eq!(last, ("bo".to_owned(), "2026-01-03".to_owned()));
    }

    #[test]
    fn what_says_nothing_of_a_save_is_no_answer() {
        for body in [json!({}), json!([]), json!({ "results": [] }), json!({ "results": "x" })] {
            assert!(read(200, &body).is_err(), "{body}");
        }
        assert!(lock_holder(b"{}").is_err() && lock_holder(b"<html>").is_err());
    }
}
