//! A script as it was read: actions by their order, with branches both ways.

use std::ops::Range;

use crate::emit::studio::actions::{self, ActionFacts};
use crate::emit::studio::script::When;

/// A script.
#[derive(Debug)]
pub struct Script {
    /// Its name with its folder.
    pub path: String,
    /// The number of the business unit; 0 if there is none.
    pub business_unit: u64,
    /// Its actions in the order of their ids.
    pub actions: Vec<Action>,
    /// The index of the BEGIN.
    pub begin: usize,
    /// Whether it declares what a script for suppression declares by itself, which is none of these actions.
    pub declares_contact: bool,
}

/// An action.
#[derive(Debug)]
pub struct Action {
    /// Its key.
    pub id: String,
    /// Where it stands.
    pub place: Range<usize>,
    /// What it does: `PLAY`.
    pub name: String,
    /// Its id in the library of actions.
    pub library_id: String,
    /// What people read below it.
    pub label: String,
    /// Its properties in order.
    pub properties: Vec<(String, String)>,
    /// What follows.
    pub branches: Vec<Branch>,
    /// The actions that lead here, one for each branch.
    pub from: Vec<usize>,
}

/// A branch of an action.
#[derive(Debug)]
pub struct Branch {
    /// The index of the action that follows.
    pub to: usize,
    /// When it is taken.
    pub when: When,
}

impl Action {
    /// Whether it is an action that is known.
    pub fn is(&self, facts: &ActionFacts) -> bool {
        self.name == facts.name
    }

    /// Whether its cases are keys.
    pub fn takes_keys(&self) -> bool {
        self.is(&actions::MENU)
    }

    /// The value of a property; empty if it has none.
    pub fn property(&self, name: &str) -> &str {
        self.properties.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// Where its default branch leads.
    pub fn default_to(&self) -> Option<usize> {
        self.branches.iter().find(|branch| branch.when == When::Default).map(|branch| branch.to)
    }

    /// Where a named branch leads.
    pub fn named_to(&self, name: &str) -> Option<usize> {
        let is_it = |branch: &&Branch| matches!(&branch.when, When::Named(own, _) if own == name);
        self.branches.iter().find(is_it).map(|branch| branch.to)
    }

    /// Its cases, in order.
    pub fn cases(&self) -> impl Iterator<Item = (&str, usize)> {
        self.branches.iter().filter_map(|branch| match &branch.when {
            When::Case(label) => Some((label.as_str(), branch.to)),
            _ => None,
        })
    }

    /// `ASSIGN a = b + 1` of a snippet: what is set, what is added to, and what is added.
    pub fn sum(&self) -> Option<(&str, &str, i64)> {
        let words: Vec<&str> = self.property("Data").split(' ').collect();
        let ["ASSIGN", name, "=", of, sign, add] = words.as_slice() else { return None };
        let add: i64 = add.parse().ok()?;
        let add = match *sign {
            "+" => add,
            "-" => add.checked_neg()?,
            _ => return None,
        };
        Some((name, of, add))
    }

    /// Where it leads if that is its only branch.
    pub fn leads_on(&self) -> Option<usize> {
        match self.branches.as_slice() {
            [only] if only.when == When::Default => Some(only.to),
            _ => None,
        }
    }
}
