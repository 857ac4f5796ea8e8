//! What rules do not see of actions that are kept, although somebody may count on it.

use super::counts_as::{handed_over, plays};
use super::draft::Word;
use super::model::{Action, Script};
use super::nodes::Nodes;
use super::text::Written;
use crate::diagnostics::{list_of, quote};
use crate::emit::studio::{StudioSettings, actions};
use crate::flow::Kind;

/// How many actions are named.
const SHOWN: usize = 3;

/// What rules do not see, each in a line.
pub fn unseen(script: &Script, nodes: &Nodes, written: &Written, settings: &StudioSettings) -> Vec<String> {
    let kept: Vec<(usize, &Action)> = nodes
        .drafts
        .iter()
        .filter_map(|draft| match draft.word {
            Word::Kept(index) => Some((index, script.actions.get(index)?)),
            _ => None,
        })
        .collect();
    let named = |is_meant: &dyn Fn(&Action) -> bool| -> Option<String> {
        let mut names = kept.iter().filter(|(_, action)| is_meant(action)).map(|(_, action)| name(action));
        let mut shown: Vec<String> = names.by_ref().take(SHOWN).collect();
        let more = names.count();
        if more > 0 {
            shown.push(format!("{more} more"));
        }
        (!shown.is_empty()).then(|| list_of(&shown, "and"))
    };
    let mut lines = Vec::new();
    let has_other_branches = |action: &Action| {
        let is_other = |word: &String| !crate::flow::is_key(word);
        action.is(&actions::MENU) && super::kinds::outcomes(action).iter().any(is_other)
    };
    if let Some(names) = named(&has_other_branches) {
        lines.push(format!(
            "for rules, {names} is a `collect` whose cases are keys; the other branches are outcomes of its own, and neither `timeout` nor `invalid`"
        ));
    }
    if let Some(names) = named(&|action| action.is(&actions::PLAYWITHCPA) && plays(action)) {
        lines.push(format!("for rules, {names} is an `answer`: `heard` does not pick what it plays"));
    }
    let has_languages = settings.voices.len() > 1
        || script.actions.iter().filter(|one| one.is(&actions::TTSVOICE)).count() > 1;
    let is_heard = |action: &Action| {
        [&actions::PLAY, &actions::MENU].iter().any(|facts| action.is(facts)) && plays(action)
    };
    if let Some(names) = named(&is_heard).filter(|_| has_languages) {
        lines.push(format!("rules see that {names} is heard, and not in which language"));
    }
    let leads_on = |action: &Action| !action.branches.is_empty() && handed_over(settings, action).is_some();
    for (kind, setting) in [(Kind::Callback, "callback"), (Kind::Voicemail, "voicemail")] {
        let is_it = |action: &Action| {
            action.is(&actions::RUNSCRIPT) && leads_on(action) && handed_over(settings, action) == Some(kind)
        };
        if let Some(names) = named(&is_it) {
            lines.push(format!(
                "{names} runs the script that `{setting}` under `[studio]` names, and leads on: a `{setting}` ends the call, so that the action is kept, and rules take it for one"
            ));
        }
    }
    // A tenant's own event begins a way by itself.
    let is_event = |action: &Action| action.from.is_empty() && action.name.starts_with("ON");
    let entry = nodes.entry.and_then(|entry| script.actions.get(entry)).map(|one| one.id.as_str());
    if let Some(names) = named(&|action| is_event(action) && entry != Some(action.id.as_str())) {
        lines.push(format!("rules are about ways from BEGIN, and see nothing of those from {names}"));
    }
    let mut not_taken = written.not_taken.clone();
    not_taken.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
    not_taken.dedup();
    for (word, action, kind) in &not_taken {
        let kind = kind.word();
        lines.push(format!(
            "rules do not take {action} as {} of a library for `{kind}`: write `as {kind}` behind the type in the library",
            quote(word),
        ));
    }
    lines
}

/// How a line calls an action.
fn name(action: &Action) -> String {
    let label = if action.label.is_empty() { String::new() } else { format!(" {}", quote(&action.label)) };
    format!("{}{label}", action.name)
}
