//! What nodes are called, and the names that they speak, set and compare.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, Line, On, SetTo, Word};
use super::heard;
use super::model::{Action, Script};
use super::variables::{Variables, assigns, inserted};
use crate::emit::studio::names::PHRASE;
use crate::spelling::is_name;

/// What the nodes are called: by their labels, each unlike all others.
pub fn ids(script: &Script, drafts: &[Draft]) -> Vec<String> {
    let labels: FxHashSet<&str> = drafts.iter().map(|draft| draft.label.as_str()).collect();
    let mut used: FxHashSet<String> = FxHashSet::default();
    let mut numbers: FxHashMap<String, usize> = FxHashMap::default();
    let mut ids = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let label = draft.label.as_str();
        let is_blank = crate::spelling::is_blank(label);
        if !is_blank && used.insert(label.to_owned()) {
            ids.push(label.to_owned());
            continue;
        }
        let name =
            draft.actions.first().and_then(|&first| script.actions.get(first)).map_or("", |one| &one.name);
        let stem = if is_blank {
            name.to_lowercase().replace(|one: char| !one.is_ascii_alphanumeric(), "_")
        } else {
            label.to_owned()
        };
        let number = numbers.entry(stem.clone()).or_insert(1);
        let id = loop {
            *number += 1;
            let id = if is_name(&stem) { format!("{stem}_{number}") } else { format!("{stem} {number}") };
            if !labels.contains(id.as_str()) && used.insert(id.clone()) {
                break id;
            }
        };
        ids.push(id);
    }
    ids
}

/// The contact fields and variables that the nodes name.
pub struct Names<'v> {
    /// The contact fields.
    pub contacts: Vec<String>,
    /// The variables, which something sets.
    pub variables: Vec<String>,
    all: FxHashSet<String>,
    known: &'v Variables,
}

impl<'v> Names<'v> {
    /// Those of some nodes.
    pub fn of(script: &Script, drafts: &[Draft], known: &'v Variables) -> Self {
        let mut names =
            Self { contacts: Vec::new(), variables: Vec::new(), all: FxHashSet::default(), known };
        let lines = || drafts.iter().flat_map(|draft| &draft.lines);
        for line in lines() {
            match line {
                Line::Set(name, _) => names.add(name, true),
                Line::Step(step) => {
                    let into = step.input.as_ref().and_then(|input| input.into.as_ref());
                    into.into_iter().for_each(|into| names.add(&into.name, true));
                }
                Line::Repeat(..) | Line::Action(_) => {}
            }
        }
        known.all_taken().for_each(|name| names.add(name, true));
        for line in lines() {
            match line {
                Line::Set(_, SetTo::Copy(name, _)) => names.add(name, false),
                Line::Set(_, SetTo::Text(text)) => names.add_inserted(text),
                Line::Step(step) => {
                    let all = heard::texts_of(step).filter(|text| text.placeholders);
                    all.filter_map(|text| text.value.as_deref()).for_each(|text| names.add_inserted(text));
                }
                Line::Repeat(_, one) => {
                    let all = heard::texts_of_repeat(one).filter(|text| text.placeholders);
                    all.filter_map(|text| text.value.as_deref()).for_each(|text| names.add_inserted(text));
                }
                Line::Action(index) => names.add_of_action(script, *index),
                Line::Set(_, SetTo::Number(_)) => {}
            }
        }
        for draft in drafts {
            if let Word::Kept(index) = draft.word {
                names.add_of_action(script, index);
            }
        }
        for exit in drafts.iter().flat_map(|draft| &draft.exits) {
            if let On::When(name, ..) = &exit.on {
                names.add(name, false);
            }
        }
        names
    }

    fn add(&mut self, name: &str, is_set: bool) {
        if self.all.insert(name.to_owned()) {
            let is_variable = is_set || self.known.is_spelled(name);
            let list = if is_variable { &mut self.variables } else { &mut self.contacts };
            list.push(name.to_owned());
        }
    }

    /// Those whose values an action has in its properties.
    fn add_of_action(&mut self, script: &Script, index: usize) {
        let properties = script.actions.get(index).map(|one| one.properties.as_slice()).unwrap_or_default();
        for (property, value) in properties {
            let known = self.known;
            inserted(value).for_each(|name| match property.as_str() {
                // Phrases have the names of the flow, and no contact field has such a name.
                PHRASE if name.contains(['.', '-']) && !known.is_spelled(name) => {}
                PHRASE => self.add(name, false),
                _ => self.add(known.spelled(name), false),
            });
        }
    }

    /// The variables of the flow that an action sets which is kept.
    pub fn set_by(&self, index: usize, action: &Action) -> Vec<String> {
        let assigned = assigns(action).map(|name| self.known.spelled(name));
        let taken = self.known.taken_to_be_set(index).iter().map(String::as_str);
        let is_own = |name: &&str| self.variables.iter().any(|own| own == name);
        let mut set: Vec<String> = assigned.chain(taken).filter(is_own).map(str::to_owned).collect();
        set.sort_unstable();
        set.dedup();
        set
    }

    fn add_inserted(&mut self, text: &str) {
        inserted(text).for_each(|name| self.add(name, false));
    }

    /// The value of a property of an action, with the names that the flow has for what it inserts.
    pub fn property(&self, name: &str, value: &str) -> String {
        match name {
            PHRASE => self.string(value),
            _ => self.string(&self.known.spelled_in(value)),
        }
    }

    /// A text whose braces around these names are placeholders.
    pub fn string(&self, text: &str) -> String {
        let mut out = String::from("\"");
        let mut rest = text;
        while let Some(at) = rest.find('{') {
            let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let name = after.get(1..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
            let name = name.filter(|name| is_name(name));
            crate::spelling::escape_into(&mut out, before);
            match name {
                Some(name) if self.all.contains(name) => {
                    out.push_str(&format!("${{{name}}}"));
                    rest = after.get(name.len() + 2..).unwrap_or_default();
                    continue;
                }
                Some(_) => out.push('\\'),
                None if before.ends_with('$') => out.push('\\'),
                None => {}
            }
            out.push('{');
            rest = after.get(1..).unwrap_or_default();
        }
        crate::spelling::escape_into(&mut out, rest);
        out.push('"');
        out
    }
}
