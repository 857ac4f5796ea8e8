//! The tenant of a rehearsal: it has what the scripts need that only a tenant has, so that what it finds is wrong with
//! the scripts and not with its stock.

use rustc_hash::FxHashSet;
use serde_json::Value;

use super::artifact::Artifact;
use super::script::{ScriptAction, ScriptHead};
use crate::emit::studio::actions;
use crate::emulator::{StudioAction, StudioOptions, StudioPrompt, StudioSkill};

/// The number of the first skill that is added.
const FIRST_SKILL: u64 = 9001;

/// A tenant for these artifacts: the usual one, with the business unit, the actions, the skills and the prompts of the
/// scripts among them.
pub fn tenant<'a>(artifacts: impl IntoIterator<Item = &'a Artifact>) -> StudioOptions {
    // Scripts that name no business unit are rehearsed for none: its number is the tenant's to tell.
    let mut options = StudioOptions { business_unit: 0, ..StudioOptions::default() };
    let mut seen: FxHashSet<String> = FxHashSet::default();
    for artifact in artifacts {
        let Some(ScriptHead { business_unit, .. }) = artifact.script else { continue };
        if options.business_unit == 0 {
            options.business_unit = business_unit;
        }
        let Ok(script) = serde_json::from_slice::<Value>(&artifact.payload) else { continue };
        for action in ScriptAction::all(&script) {
            if seen.insert(format!("action {} {}", action.name, action.library_id)) {
                add_action(&mut options, &action);
            }
            if let Some(skill) = action.skill().filter(|skill| seen.insert(format!("skill {skill}"))) {
                add_skill(&mut options, skill);
            }
            for prompt in action.prompts().filter(|prompt| seen.insert(format!("prompt {prompt}"))) {
                options.prompts.push(StudioPrompt { name: prompt.to_owned(), content: Vec::new() });
            }
        }
    }
    options
}

/// Adds an action that public sources do not describe, under the library id that the script has for it.
fn add_action(options: &mut StudioOptions, action: &ScriptAction<'_>) {
    let is_described = actions::ALL.iter().any(|known| {
        known.name == action.name
            && known.library_id.is_some_and(|id| id.eq_ignore_ascii_case(action.library_id))
    });
    if is_described {
        return;
    }
    if let Some(own) = options.actions.iter_mut().find(|own| own.name == action.name) {
        action.library_id.clone_into(&mut own.library_id);
        return;
    }
    options.actions.push(StudioAction {
        name: action.name.to_owned(),
        library_id: action.library_id.to_owned(),
        properties: None,
        branches: None,
        takes_cases: true,
        begins: false,
    });
}

fn add_skill(options: &mut StudioOptions, skill: &str) {
    if options.skills.iter().any(|own| own.name == skill) {
        return;
    }
    let last = options.skills.iter().map(|own| own.id).max().unwrap_or_default();
    options.skills.push(StudioSkill::new(FIRST_SKILL.max(last.saturating_add(1)), skill));
}
