//! One spelling for each variable: a flow takes `Name` and `name` for two, and a script may take them for one.

use rustc_hash::FxHashMap;

use super::model::{Action, Script};
use super::question::question;
use super::variables::{assigns, inserted};
use crate::emit::studio::actions;
use crate::emit::studio::keys::{CHOICE, OWN};
use crate::emit::studio::names::renamed;

/// A variable that a script spells in several ways.
#[derive(Debug)]
pub struct Spelling {
    /// How the flow spells it.
    pub name: String,
    /// The other ways.
    pub others: Vec<String>,
    /// The first action that has one of them.
    pub at: usize,
}

impl Spelling {
    /// The other ways, each with the one of the flow.
    pub fn pairs(&self) -> impl Iterator<Item = (String, String)> {
        self.others.iter().map(|other| (other.clone(), self.name.clone()))
    }
}

/// Gives each variable of a script one spelling: that of the script's own variables, or else the most frequent one. What
/// a snippet says beside what it inserts stays as it is.
pub fn unite(script: &mut Script) -> Vec<Spelling> {
    let mut uses: FxHashMap<String, Vec<Use>> = FxHashMap::default();
    for (index, action) in script.actions.iter().enumerate() {
        for name in names(action) {
            let all = uses.entry(name.to_lowercase()).or_default();
            match all.iter_mut().find(|one| one.name == name) {
                Some(one) => one.count += 1,
                None => all.push(Use { name: name.to_owned(), count: 1, first: index }),
            }
        }
    }
    let mut spellings: Vec<Spelling> =
        uses.into_values().filter(|all| all.len() > 1).filter_map(one_of).collect();
    spellings.sort_by_key(|one| (one.at, one.name.clone()));
    let mut new: FxHashMap<&str, &str> = FxHashMap::default();
    for one in &spellings {
        new.extend(one.others.iter().map(|other| (other.as_str(), one.name.as_str())));
    }
    if !new.is_empty() {
        script.actions.iter_mut().for_each(|action| rename(action, &new));
    }
    spellings
}

/// A way in which a name is spelled.
struct Use {
    name: String,
    count: usize,
    first: usize,
}

/// The spelling that stays.
fn one_of(mut all: Vec<Use>) -> Option<Spelling> {
    let is_own = |one: &Use| one.name == CHOICE || one.name == "queue" || one.name.starts_with(OWN);
    // The first of the most frequent ones.
    all.sort_by_key(|one| (!is_own(one), std::cmp::Reverse(one.count), one.first));
    let (taken, others) = all.split_first()?;
    Some(Spelling {
        name: taken.name.clone(),
        at: others.iter().map(|one| one.first).min()?,
        others: others.iter().map(|one| one.name.clone()).collect(),
    })
}

/// The names of variables in an action.
fn names(action: &Action) -> Vec<&str> {
    let mut all: Vec<&str> = assigns(action).collect();
    all.extend(action.sum().map(|(_, of, _)| of));
    if action.is(&actions::CASE) {
        all.push(action.property("Variable"));
    }
    if action.is(&actions::IF) {
        all.extend(question(action.property("Expression")).map(|(name, ..)| name));
    }
    all.extend(action.properties.iter().flat_map(|(_, value)| inserted(value)));
    all.retain(|name| !name.is_empty());
    all
}

/// Gives the variables of an action their new names.
fn rename(action: &mut Action, new: &FxHashMap<&str, &str>) {
    let of = |name: &str| new.get(name).map(|name| (*name).to_owned());
    let has_variable = [&actions::ASSIGN, &actions::CAPTURE, &actions::MENU, &actions::CASE]
        .iter()
        .any(|one| action.is(one));
    let (is_question, is_snippet) = (action.is(&actions::IF), action.is(&actions::SNIPPET));
    let sum = action.sum().map(|(name, from, _)| (name.to_owned(), from.to_owned()));
    for (property, value) in &mut action.properties {
        let plain = match property.as_str() {
            "Variable" if has_variable => of(value),
            "Expression" if is_question => question(value)
                .and_then(|(name, ..)| Some(format!("{}{}", of(name)?, value.strip_prefix(name)?))),
            "Data" if is_snippet => sum.as_ref().map(|(name, from)| {
                let words = value.split(' ').enumerate().map(|(at, word)| match at {
                    1 => of(name).unwrap_or_else(|| word.to_owned()),
                    3 => of(from).unwrap_or_else(|| word.to_owned()),
                    _ => word.to_owned(),
                });
                words.collect::<Vec<_>>().join(" ")
            }),
            _ => None,
        };
        *value = plain.unwrap_or_else(|| renamed(value, of));
    }
}
