//! The kinds of the library `cxone` for scripts that look up whom not to call.

use super::model::{Action, Script};
use crate::emit::studio::actions::{self, ActionFacts};

/// The name of the library.
pub const NAME: &str = "cxone";

/// The words that it declares.
pub const WORDS: [&str; 11] = [
    "music",
    "assign",
    "capture",
    "pause",
    "tts_voice",
    "queue_callback",
    "query_callback",
    "record_call",
    "check_suppression",
    "permit_call",
    "suppress_call",
];

/// An action that has a kind there, with its word, its outcomes and what its fields are otherwise.
type LibraryKind =
    (&'static ActionFacts, &'static str, &'static [&'static str], &'static [(&'static str, &'static str)]);

const KINDS: [LibraryKind; 3] = [
    (&actions::CHECKCALLSUP, "check_suppression", &["Found", "NotFound", "Error"], &[]),
    (&actions::PERMITCALL, "permit_call", &[], &[]),
    (&actions::SUPPRESSCALL, "suppress_call", &[], &[("Disposition", "Default")]),
];

/// Whether a script has such an action.
pub fn is_for(script: &Script) -> bool {
    script.actions.iter().any(|action| KINDS.iter().any(|(facts, ..)| action.is(facts)))
}

/// The word and the fields of a node for an action with these outcomes, if the library says all of it.
pub fn node<'a>(action: &'a Action, own: &[String]) -> Option<(&'static str, Vec<&'a (String, String)>)> {
    let (facts, word, known, usual) = KINDS.into_iter().find(|(facts, ..)| action.is(facts))?;
    let names = facts.properties.iter().map(|(name, _)| *name);
    let has_usual_properties = names.eq(action.properties.iter().map(|(name, _)| name.as_str()));
    let has_usual_branches =
        own.iter().all(|one| known.contains(&one.as_str())) && own.is_empty() == known.is_empty();
    if !has_usual_properties || !has_usual_branches {
        return None;
    }
    let is_usual = |(name, value): &&(String, String)| usual.contains(&(name.as_str(), value.as_str()));
    Some((word, action.properties.iter().filter(|one| !is_usual(one)).collect()))
}
