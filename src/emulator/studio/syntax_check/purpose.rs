//! What a script is for: one for suppression decides before a call is placed.

use serde_json::Value;

use super::Report;
use crate::emulator::studio::content::Content;

/// The purpose of scripts that decide whether a call is placed.
const SUPPRESSION: &str = "Suppression";

/// Actions that do something to somebody who is on the line.
const WITH_A_CALL: [&str; 10] = [
    "PLAY",
    "MENU",
    "CAPTURE",
    "REQAGENT",
    "MUSIC",
    "HANGUP",
    "TTSVOICE",
    "ONANSWER",
    "ONMACHINE",
    "PLAYWITHCPA",
];

/// Actions that decide whether a call is placed.
const DECIDE: [&str; 3] = ["CHECKCALLSUP", "PERMITCALL", "SUPPRESSCALL"];

/// Whether a script is one for suppression.
pub fn is_suppression(content: &Content) -> bool {
    let header = content.fields.get("header");
    let purpose = header.and_then(|header| header.get("purposeType")).and_then(Value::as_str);
    purpose.is_some_and(|purpose| purpose.eq_ignore_ascii_case(SUPPRESSION))
}

/// Reports actions that do not belong into a script of its purpose.
pub fn check(content: &Content, report: &mut Report) {
    let (wrong, key) = match is_suppression(content) {
        true => (WITH_A_CALL.as_slice(), "action-needs-call"),
        false => (DECIDE.as_slice(), "action-needs-suppression"),
    };
    for (id, action) in content.part("actions") {
        let name = action.get("name").and_then(Value::as_str).unwrap_or_default();
        if wrong.contains(&name) {
            report.error(id, key);
        }
    }
}
