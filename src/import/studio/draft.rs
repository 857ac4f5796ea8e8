//! Nodes before they have names: which actions they stand for, what they do, and where they lead.

use rustc_hash::FxHashSet;

use crate::flow::{Action, Comparator, Constant, Kind, Tag};

/// What becomes a node.
#[derive(Debug)]
pub struct Draft {
    /// The actions that it stands for; a call comes to the first of them.
    pub actions: Vec<usize>,
    /// What it is.
    pub word: Word,
    /// What it is called, before that is made unlike all others.
    pub label: String,
    /// The tags of the whole node.
    pub tags: Vec<Tag>,
    /// What it does, in order.
    pub lines: Vec<Line>,
    /// Where it leads, in order.
    pub exits: Vec<Exit>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A kind of the language.
    Kind(Kind),
    /// `node … type`, with the action that has the type.
    Generic(Option<usize>),
    /// An action that is kept, as a node of a declared kind.
    Kept(usize),
}

/// What a node does.
#[derive(Debug)]
pub enum Line {
    /// A step.
    Step(Box<Action>),
    /// What is said at a further attempt.
    Repeat(&'static str, Box<crate::flow::Repeat>),
    /// `set NAME = VALUE`
    Set(String, SetTo),
    /// `action "WORD"` for an action that the language does not know.
    Action(usize),
}

impl Line {
    /// Sets the variables of these names to texts: a script does not tell the number 5 from the text `"5"`.
    pub fn set_as_text(&mut self, names: &FxHashSet<String>) {
        if let Self::Set(name, to) = self
            && let SetTo::Number(number) = to
            && names.contains(name)
        {
            *to = SetTo::Text(number.to_string());
        }
    }
}

/// What a variable is set to.
#[derive(Debug)]
pub enum SetTo {
    /// A whole number.
    Number(i64),
    /// A text, perhaps with placeholders.
    Text(String),
    /// The value of a name, with a number added to it.
    Copy(String, Option<i64>),
}

/// Where a node leads.
#[derive(Debug)]
pub struct Exit {
    /// When.
    pub on: On,
    /// The action that follows, or the LOOP that bounds the way.
    pub to: usize,
}

/// When a node leads there.
#[derive(Debug, Clone, PartialEq)]
pub enum On {
    /// Whenever nothing else is so.
    Always,
    /// On these keys and outcomes.
    Events(Vec<String>),
    /// If a comparison is so.
    When(String, Comparator, Vec<Constant>),
    /// If none is.
    Else,
}

/// A way that a call takes a limited number of times.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// How often.
    pub most: u32,
    /// The actions that follow, and that follow from then on.
    pub to: usize,
    pub otherwise: usize,
}

/// A field of a node.
#[derive(Debug)]
pub enum Field {
    /// A text.
    Text(String),
    /// Several.
    List(Vec<String>),
    /// A literal as it is written: `8s`.
    Plain(String),
}
