//! A script as the Admin API takes it: `{header, actions, properties, branches}`, each by the ids of actions.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::flow::NodeId;

/// A script of Studio.
#[derive(Debug)]
pub struct Script {
    /// Its name with its folder.
    pub name: String,
    /// The number of the business unit.
    pub business_unit: u64,
    /// What it is for.
    pub purpose: Purpose,
    /// Its actions; the id of each is its index and one.
    pub actions: Vec<Action>,
}

/// What a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To take calls.
    General,
    /// To decide whether a call is placed.
    Suppression,
}

/// An action of a script.
#[derive(Debug)]
pub struct Action {
    /// The name of what it does: `PLAY`.
    pub name: Cow<'static, str>,
    /// Its id in the library of actions.
    pub library_id: String,
    /// What people read below it: the name of its node.
    pub label: String,
    /// The node that it carries out. `None` for the beginning.
    pub node: Option<NodeId>,
    /// Its properties in order.
    pub properties: Vec<(Cow<'static, str>, String)>,
    /// What follows.
    pub branches: Vec<Branch>,
    /// Its place on the canvas.
    pub place: (u32, u32),
}

/// A branch of an action.
#[derive(Debug)]
pub struct Branch {
    /// The index of the action that follows.
    pub to: usize,
    /// When it is taken.
    pub when: When,
}

/// When a branch is taken.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum When {
    /// Whenever no other one is.
    Default,
    /// On this value: a key, or a value of a variable.
    Case(String),
    /// On an outcome of the action, which has this index.
    Named(Cow<'static, str>, u32),
}

/// The id of the action with an index.
pub fn id(index: usize) -> usize {
    index + 1
}

impl Serialize for Script {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(4))?;
        object.serialize_entry("header", &Header::of(self))?;
        object.serialize_entry("actions", &ById(&self.actions, ActionObject::of))?;
        object.serialize_entry(
            "properties",
            &ById(&self.actions, |_, action| Properties(&action.properties)),
        )?;
        let with_branches = Branches(&self.actions);
        object.serialize_entry("branches", &with_branches)?;
        object.end()
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Header<'a> {
    script_name: &'a str,
    media_type: u32,
    media_type_name: &'static str,
    purpose_type: &'static str,
    variable_redaction: &'static str,
    next_action_id: usize,
    bus_no: u64,
    status: &'static str,
}

impl<'a> Header<'a> {
    fn of(script: &'a Script) -> Self {
        Self {
            script_name: &script.name,
            // A phone script.
            media_type: 4,
            media_type_name: "call",
            purpose_type: match script.purpose {
                Purpose::General => "General",
                Purpose::Suppression => "Suppression",
            },
            variable_redaction: "",
            next_action_id: id(script.actions.len()),
            bus_no: script.business_unit,
            status: "Active",
        }
    }
}

/// An object with a member for each action, under its id.
struct ById<'a, T>(&'a [Action], fn(usize, &'a Action) -> T);

impl<T: Serialize> Serialize for ById<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(actions, member) = self;
        serializer.collect_map(
            actions.iter().enumerate().map(|(index, action)| (id(index).to_string(), member(index, action))),
        )
    }
}

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct ActionObject<'a> {
    action_id: usize,
    library_id: &'a str,
    name: &'a str,
    version: u32,
    label: &'a str,
    // The vendor's own test code sends these two as texts.
    dependency_order: String,
    impl_type: &'static str,
    x: u32,
    y: u32,
    xws: u32,
    yws: u32,
}

impl<'a> ActionObject<'a> {
    fn of(index: usize, action: &'a Action) -> Self {
        let (x, y) = action.place;
        Self {
            action_id: id(index),
            library_id: &action.library_id,
            name: &action.name,
            version: 1,
            label: &action.label,
            dependency_order: index.to_string(),
            impl_type: "0",
            x,
            y,
            xws: x,
            yws: y,
        }
    }
}

struct Properties<'a>(&'a [(Cow<'static, str>, String)]);

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Property<'a> {
            name: &'a str,
            value: &'a str,
        }
        serializer.collect_map(
            self.0
                .iter()
                .enumerate()
                .map(|(position, (name, value))| (position.to_string(), Property { name, value })),
        )
    }
}

struct Branches<'a>(&'a [Action]);

impl Serialize for Branches<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let with_branches = self.0.iter().enumerate().filter(|(_, action)| !action.branches.is_empty());
        serializer.collect_map(with_branches.map(|(index, action)| {
            (id(index).to_string(), action.branches.iter().map(BranchObject::of).collect::<Vec<_>>())
        }))
    }
}

#[derive(serde::Serialize)]
struct BranchObject<'a> {
    to: usize,
    label: &'a str,
    r#type: &'static str,
    index: u32,
}

impl<'a> BranchObject<'a> {
    fn of(branch: &'a Branch) -> Self {
        let (label, type_, index) = match &branch.when {
            When::Default => ("", "default", 0),
            When::Case(value) => (value.as_str(), "case", 0),
            When::Named(name, index) => (name.as_ref(), "branch", *index),
        };
        Self { to: id(branch.to), label, r#type: type_, index }
    }
}
