//! Which names of a script are variables of its flow, how the flow spells them, and what sets them.

use rustc_hash::{FxHashMap, FxHashSet};

use super::heard;
use super::model::{Action, Script};
use super::phrases::Statement;
use crate::emit::studio::actions;
use crate::emit::studio::names::{PHRASE, renamed, variable};
use crate::spelling::is_name;

/// What is known of the variables of a script.
#[derive(Debug, Default)]
pub struct Variables {
    /// The names as phrases spell them, by those of the script.
    names: FxHashMap<String, String>,
    /// The variables that actions which are kept are taken to set, by the action.
    sets: FxHashMap<usize, Vec<String>>,
    /// The names whose values are there before the call.
    given: FxHashSet<String>,
}

impl Variables {
    /// What the phrases of a script say of them, and how the flow spells what a script spells in other ways as well.
    pub fn of(
        script: &Script,
        phrases: &[Option<Statement>],
        spellings: impl Iterator<Item = (String, String)>,
    ) -> Self {
        // A snippet may still have other spellings.
        let mut names: FxHashMap<String, String> = spellings.collect();
        let mut add = |name: &str| {
            if name.contains(['.', '-']) {
                names.insert(variable(name), name.to_owned());
            }
        };
        for statement in phrases.iter().flatten() {
            inserted_by(statement).for_each(&mut add);
            let inputs = statement.steps.iter().filter_map(|step| step.input.as_ref()?.into.as_ref());
            inputs.for_each(|into| add(&into.name));
        }
        // Where the script itself has such a name, it is the part of an object.
        let properties = script.actions.iter().flat_map(|one| &one.properties);
        for (_, value) in properties.filter(|(property, _)| property != PHRASE) {
            for name in inserted(value).filter(|name| name.contains('.')) {
                if names.get(&variable(name)).is_some_and(|own| own == name) {
                    names.remove(&variable(name));
                }
            }
        }
        Self { names, ..Self::default() }
    }

    /// A name of the script as the flow spells it.
    pub fn spelled<'n>(&'n self, name: &'n str) -> &'n str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// A text in which what is inserted has the names that the flow has for it.
    pub fn spelled_in(&self, text: &str) -> String {
        renamed(text, |name| self.names.get(name).cloned())
    }

    /// Whether a name is that of a variable whatever else the flow does: no contact field has a dot or a hyphen.
    pub fn is_spelled(&self, name: &str) -> bool {
        name.contains(['.', '-']) && self.names.get(&variable(name)).is_some_and(|own| own == name)
    }

    /// Whether the flow can have the names that a statement has.
    pub fn spells(&self, statement: &Statement) -> bool {
        inserted_by(statement).all(|name| !name.contains(['.', '-']) || self.is_spelled(name))
    }

    /// What an action that is kept is taken to set.
    pub fn taken_to_be_set(&self, action: usize) -> &[String] {
        self.sets.get(&action).map(Vec::as_slice).unwrap_or_default()
    }

    /// All that kept actions are taken to set.
    pub fn all_taken(&self) -> impl Iterator<Item = &String> {
        self.sets.values().flatten()
    }

    /// Takes some actions to set a variable. Whether that is new.
    pub fn take_to_set(&mut self, actions: impl IntoIterator<Item = usize>, name: &str) -> bool {
        let mut is_news = false;
        for action in actions {
            let sets = self.sets.entry(action).or_default();
            if !sets.iter().any(|own| own == name) {
                sets.push(name.to_owned());
                sets.sort_unstable();
                is_news = true;
            }
        }
        is_news
    }

    /// Takes the value of a name to be there before the call. The actions that assign it, which are kept then; `None` if
    /// that is nothing new.
    pub fn give(&mut self, script: &Script, name: &str) -> Option<Vec<usize>> {
        let in_script = variable(name);
        if !self.given.insert(in_script.clone()) {
            return None;
        }
        self.names.remove(&in_script);
        self.sets.values_mut().for_each(|sets| sets.retain(|own| own != name));
        // A MENU puts a key into its own variable.
        let sets_it = |(_, action): &(usize, &Action)| {
            !action.is(&actions::MENU) && assigns(action).any(|own| own.eq_ignore_ascii_case(&in_script))
        };
        Some(script.actions.iter().enumerate().filter(sets_it).map(|(index, _)| index).collect())
    }
}

/// The variables that an action assigns by its properties.
pub fn assigns(action: &Action) -> impl Iterator<Item = &str> {
    let lines = action.property("Data").lines().filter(|_| action.is(&actions::SNIPPET));
    let in_lines = lines.filter_map(|line| {
        let line = line.trim_start();
        line.strip_prefix("ASSIGN ").unwrap_or(line).split_once('=').map(|(name, _)| name.trim())
    });
    let takes = [&actions::ASSIGN, &actions::CAPTURE, &actions::MENU];
    let own = Some(action.property("Variable"))
        .filter(|name| !name.is_empty() && takes.iter().any(|facts| action.is(facts)));
    own.into_iter().chain(in_lines)
}

/// The names that a text inserts.
pub fn inserted(text: &str) -> impl Iterator<Item = &str> {
    let at = |(at, _): (usize, &str)| Some(text.get(at + 1..)?.split_once('}')?.0);
    text.match_indices('{').filter_map(at).filter(|name| is_name(name))
}

/// The names that the texts of a statement insert.
fn inserted_by(statement: &Statement) -> impl Iterator<Item = &str> {
    let of_steps = statement.steps.iter().flat_map(heard::texts_of);
    let of_repeat = statement.repeat.iter().flat_map(heard::texts_of_repeat);
    let texts = of_steps.chain(of_repeat).filter(|text| text.placeholders);
    texts.filter_map(|text| text.value.as_deref()).flat_map(inserted)
}
