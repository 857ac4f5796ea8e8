//! What rules take an action for that is kept: the kind behind `as` in the declaration of its own kind.

use super::model::{Action, Script};
use crate::emit::studio::{StudioSettings, actions};
use crate::flow::Kind;

/// The kind of the language that an action that is kept counts as. Nothing is known of a tenant's own action.
pub fn counts_as(script: &Script, settings: &StudioSettings, index: usize) -> Option<Kind> {
    let action = script.actions.get(index)?;
    let is = |facts: &actions::ActionFacts| action.is(facts);
    if is(&actions::PLAY) {
        let discloses = action.property("Phrase").split(' ').next() == Some(Kind::Disclosure.word());
        return if discloses { Some(Kind::Disclosure) } else { plays(action).then_some(Kind::Play) };
    }
    if is(&actions::MUSIC) {
        // What a call hears while it waits for an agent is part of that.
        let waits = |&from: &usize| from == index || is_of(script, from, &actions::REQAGENT);
        return (!action.from.iter().all(waits)).then_some(Kind::Play);
    }
    match action.name.as_str() {
        "MENU" | "CAPTURE" => Some(Kind::Collect),
        "REQAGENT" => Some(Kind::Agent),
        "PLAYWITHCPA" => Some(Kind::Answer),
        "HANGUP" => Some(Kind::Disconnect),
        "RUNSCRIPT" => handed_over(settings, action),
        _ => None,
    }
}

/// Whether an action has something to play.
pub fn plays(action: &Action) -> bool {
    !action.property("Sequence").trim().is_empty()
}

/// What the script does that an action runs, if the settings name it.
pub fn handed_over(settings: &StudioSettings, action: &Action) -> Option<Kind> {
    let is_it = |own: &Option<String>| {
        own.as_ref().is_some_and(|own| own.replace('/', "\\") == action.property("Script"))
    };
    match (is_it(&settings.callback), is_it(&settings.voicemail)) {
        (true, _) => Some(Kind::Callback),
        (_, true) => Some(Kind::Voicemail),
        _ => None,
    }
}

fn is_of(script: &Script, index: usize, facts: &actions::ActionFacts) -> bool {
    script.actions.get(index).is_some_and(|one| one.is(facts))
}
