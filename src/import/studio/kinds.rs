//! Actions that are kept: the kinds that are declared for them, and what their nodes say.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Field, On};
use super::fit::{Fitting, Wanted, fit};
use super::library::Libraries;
use super::model::Action;
use crate::condition::ALWAYS;
use crate::emit::studio::actions;
use crate::emit::studio::kept;
use crate::emit::studio::script::When;
use crate::flow::{Kind, PARTS_OF_ACTIONS, is_key};
use crate::import::libraries::LibraryKind;
use crate::spelling::{display_string, is_name};
use crate::syntax::words::is_of_language;

/// The kinds of the actions that are kept, each declared once.
#[derive(Debug)]
pub struct Kinds<'l> {
    /// What libraries declare already.
    libraries: &'l Libraries<'l>,
    words: FxHashSet<String>,
    known: FxHashMap<Shape, String>,
    /// The declarations, in order.
    pub declarations: Vec<String>,
    /// Whether some of them are those of the library.
    pub uses_library: bool,
    /// The kinds of libraries that rules take for something else than the action of their nodes, with its name.
    pub not_taken: Vec<(String, String, Kind)>,
}

/// What nodes of one kind have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Shape {
    name: String,
    ends: bool,
    fields: Vec<String>,
    outcomes: Vec<String>,
    sets: Vec<String>,
    /// What rules take it for.
    taken_for: Option<Kind>,
}

/// How a node says an action that is kept.
pub struct KeptNode {
    /// The word of its kind.
    pub word: String,
    /// What it sets.
    pub fields: Vec<(String, Field)>,
    /// When its branches are taken, in their order, where a library declares the kind.
    pub ways: Option<Vec<On>>,
}

impl<'l> Kinds<'l> {
    /// The kinds of a script beside those of libraries.
    pub fn beside(libraries: &'l Libraries<'l>) -> Self {
        Self {
            libraries,
            words: libraries.kinds().map(|kind| kind.declared.word.to_string()).collect(),
            known: FxHashMap::default(),
            declarations: Vec::new(),
            uses_library: false,
            not_taken: Vec::new(),
        }
    }

    /// The node of an action. `is_labelled` if it has the label as its name. `sets` are the variables that it sets.
    /// `may_share` if its kind may be one of a library.
    pub fn node(
        &mut self,
        (index, action): (usize, &Action),
        taken_for: Option<Kind>,
        is_labelled: bool,
        sets: Vec<String>,
        may_share: bool,
    ) -> KeptNode {
        let mut fields: Vec<(String, Field)> = Vec::new();
        if action.name.to_uppercase() != action.name {
            fields.push((kept::NAME.to_owned(), Field::Text(action.name.clone())));
        }
        if !is_labelled {
            fields.push((kept::LABEL.to_owned(), Field::Text(action.label.clone())));
        }
        let repeats = action.leads_on() == Some(index);
        if repeats {
            fields.push((kept::DEFAULT.to_owned(), Field::Text(kept::ITSELF.to_owned())));
        }
        if are_fields(action) {
            fields.extend(
                action.properties.iter().map(|(name, value)| (name.clone(), Field::Text(value.clone()))),
            );
        } else {
            let all = action.properties.iter().flat_map(|(name, value)| [name.clone(), value.clone()]);
            fields.push((kept::PROPERTIES.to_owned(), Field::List(all.collect())));
        }
        let wanted = Wanted { action, fields: &fields, sets: &sets, taken_for };
        let libraries = self.libraries;
        let shared = || libraries.kinds().filter(|_| may_share);
        // A kind that rules take for the same comes first.
        let is_taken = |kind: &&LibraryKind| taken_for.is_none() || kind.declared.taken_for == taken_for;
        let first = shared().filter(is_taken).find_map(|kind| fit(kind, &wanted));
        let other = || {
            let fitting = shared().find_map(|kind| fit(kind, &wanted))?;
            Some((fitting, taken_for.map(|kind| (action.name.clone(), kind))))
        };
        if let Some((Fitting { word, fields, ways }, not_taken)) =
            first.map(|first| (first, None)).or_else(other)
        {
            self.not_taken.extend(not_taken.map(|(name, kind)| (word.clone(), name, kind)));
            self.uses_library |= libraries.includes(&word);
            return KeptNode { word, fields, ways: Some(ways) };
        }
        let shape = Shape {
            name: action.name.clone(),
            ends: action.branches.is_empty() || repeats,
            fields: fields.iter().map(|(name, _)| name.clone()).collect(),
            outcomes: declared_outcomes(action),
            taken_for,
            sets,
        };
        if let Some(word) = self.known.get(&shape) {
            return KeptNode { word: word.clone(), fields, ways: None };
        }
        let word = self.word(&shape.name);
        self.declare(&word, &shape);
        self.known.insert(shape, word.clone());
        KeptNode { word, fields, ways: None }
    }

    /// A word that no kind has yet.
    fn word(&mut self, name: &str) -> String {
        let plain: String = name
            .to_lowercase()
            .chars()
            .map(|one| if one.is_ascii_alphanumeric() { one } else { '_' })
            .collect();
        let mut word = plain.trim_matches('_').to_owned();
        if !is_name(&word) || is_of_language(&word) {
            word = if word.is_empty() { "action_of_tenant".to_owned() } else { format!("action_{word}") };
        }
        let mut unique = word.clone();
        let mut number = 1;
        while !self.words.insert(unique.clone()) {
            number += 1;
            unique = format!("{word}_{number}");
        }
        unique
    }

    fn declare(&mut self, word: &str, shape: &Shape) {
        let mut text = format!("kind {word} type {}", display_string(&type_of(&shape.name)));
        if shape.ends {
            text.push_str(" ends");
        }
        if let Some(kind) = shape.taken_for {
            text.push_str(&format!(" as {}", kind.word()));
        }
        if !shape.fields.is_empty() || !shape.outcomes.is_empty() || !shape.sets.is_empty() {
            text.push_str(" {\n");
            for field in &shape.fields {
                let type_ = if field == kept::PROPERTIES { "list of text" } else { "text" };
                text.push_str(&format!("  with {field}: {type_}\n"));
            }
            if !shape.outcomes.is_empty() {
                text.push_str(&format!("  outcome {}\n", shape.outcomes.join(", ")));
            }
            if !shape.sets.is_empty() {
                text.push_str(&format!("  sets {}\n", shape.sets.join(", ")));
            }
            text.push('}');
        }
        text.push('\n');
        self.declarations.push(text);
    }
}

/// The directive of an action in a flow, in small letters.
pub fn directive_of(name: &str) -> String {
    let small = name.to_lowercase();
    if small.to_uppercase() == name { small } else { name.to_owned() }
}

/// The type of an action in a flow: names of more than one word are written in small letters, as flows have them.
pub fn type_of(name: &str) -> String {
    let small = name.to_lowercase();
    if name.contains('_') && small.to_uppercase() == name { small } else { name.to_owned() }
}

/// Whether the properties of an action can be fields, and come out in their order.
fn are_fields(action: &Action) -> bool {
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let is_field =
        |name: &str| is_name(name) && !PARTS_OF_ACTIONS.contains(&name) && !name.starts_with("studio.");
    let known =
        actions::ALL.iter().find(|facts| action.is(facts)).map(|facts| facts.properties).unwrap_or_default();
    let names = || action.properties.iter().map(|(name, _)| name.as_str());
    names().all(|name| is_field(name) && seen.insert(name))
        && known.len() <= action.properties.len()
        && known.iter().zip(names()).all(|((known, _), name)| *known == name)
}

/// The outcomes that the branches of an action are, in the order of the branches.
pub fn outcomes(action: &Action) -> Vec<String> {
    let plain = plain_outcomes(action);
    let spelled = |when: &When| match when {
        When::Named(label, index) if plain.get(*index as usize).is_some_and(|own| own == label) => {
            label.to_string()
        }
        // Rules ask for keys.
        When::Case(label) if action.takes_keys() && is_key(label) => label.clone(),
        _ => kept::outcome(when),
    };
    action.branches.iter().map(|branch| spelled(&branch.when)).collect()
}

/// The same as a kind declares them.
fn declared_outcomes(action: &Action) -> Vec<String> {
    if action.leads_on().is_some() {
        return Vec::new();
    }
    let mut all = plain_outcomes(action);
    let plain: FxHashSet<String> = all.iter().cloned().collect();
    // A key needs no declaration.
    all.extend(outcomes(action).into_iter().filter(|one| !plain.contains(one) && !is_key(one)));
    all
}

/// The labels of the named branches that are names, as long as their indices are their numbers.
fn plain_outcomes(action: &Action) -> Vec<String> {
    let mut named: Vec<(u32, &str)> = action
        .branches
        .iter()
        .filter_map(|branch| match &branch.when {
            When::Named(label, index) => Some((*index, &**label)),
            _ => None,
        })
        .collect();
    named.sort_unstable();
    let mut plain: Vec<String> = Vec::new();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for (index, label) in named {
        let fits = is_name(label) && label != ALWAYS && kept::branch(label).is_none() && seen.insert(label);
        if !fits || index as usize != plain.len() {
            break;
        }
        plain.push(label.to_owned());
    }
    plain
}
