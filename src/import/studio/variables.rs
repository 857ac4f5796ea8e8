//! Which names of a script are variables of its flow, how the flow spells them, and what sets them.
//!
//! A tenant's action may set any variable, and its script does not say which. Where a text has a name that nothing in the
//! script sets on the way, the action before it is taken to set it. If there is none, the value is there before the call,
//! and the name is that of a contact field.

use rustc_hash::{FxHashMap, FxHashSet};

use super::draft::{Draft, Line, Word};
use super::heard;
use super::model::{Action, Script};
use super::nodes::{Nodes, is_unknown};
use super::phrases::Statement;
use super::text::Written;
use crate::emit::studio::actions;
use crate::emit::studio::names::{renamed, variable};
use crate::flow::{Flow, NodeId, VariableId};
use crate::graph::unknown_reads;
use crate::table::Table;

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
    /// What the phrases of a script say of them.
    pub fn of(phrases: &[Option<Statement>]) -> Self {
        let mut names = FxHashMap::default();
        let mut add = |name: &str| {
            if name.contains(['.', '-']) {
                names.insert(variable(name), name.to_owned());
            }
        };
        for statement in phrases.iter().flatten() {
            let of_steps = statement.steps.iter().flat_map(heard::texts_of);
            let of_repeat = statement.repeat.iter().flat_map(heard::texts_of_repeat);
            for text in of_steps
                .chain(of_repeat)
                .filter(|text| text.placeholders)
                .filter_map(|text| text.value.as_deref())
            {
                for (at, _) in text.match_indices('{') {
                    let name = text.get(at + 1..).and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
                    name.into_iter().for_each(&mut add);
                }
            }
            let inputs = statement.steps.iter().filter_map(|step| step.input.as_ref()?.into.as_ref());
            inputs.for_each(|into| add(&into.name));
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

    /// What an action that is kept is taken to set.
    pub fn taken_to_be_set(&self, action: usize) -> &[String] {
        self.sets.get(&action).map(Vec::as_slice).unwrap_or_default()
    }

    /// All that kept actions are taken to set.
    pub fn all_taken(&self) -> impl Iterator<Item = &String> {
        self.sets.values().flatten()
    }

    /// Learns from what the flow reads before anything in it has set it; the actions to keep for that. `None` if there
    /// is nothing to learn.
    pub fn learn(
        &mut self,
        script: &Script,
        nodes: &Nodes,
        written: &Written,
        flow: &Flow,
    ) -> Option<Vec<usize>> {
        let mut readers: FxHashMap<VariableId, Vec<NodeId>> = FxHashMap::default();
        for read in unknown_reads(flow, |id| flow.variables[id].is_set_on_calls()) {
            if let Some(&node) = read.path.last() {
                readers.entry(read.variable).or_default().push(node);
            }
        }
        let mut readers: Vec<_> = readers.into_iter().collect();
        readers.sort_by_key(|(variable, _)| *variable);
        let ways = Ways::of(flow, nodes, written);
        let (mut is_news, mut more) = (false, Vec::new());
        for (variable, nodes_that_read) in readers {
            let name = &*flow.variables[variable].name;
            let before = ways.setters(script, variable, &nodes_that_read);
            if before.is_given || before.kept.is_empty() && before.inside.is_empty() {
                is_news |= self.give(script, name, &mut more);
                continue;
            }
            more.extend(before.inside);
            for action in before.kept {
                is_news |= self.take_to_set(script, nodes, action, name);
            }
        }
        (is_news || !more.is_empty()).then_some(more)
    }

    /// Takes an action to set a variable, and all that are of its kind.
    fn take_to_set(&mut self, script: &Script, nodes: &Nodes, action: usize, name: &str) -> bool {
        let called = |index: usize| script.actions.get(index).map(|one| one.name.as_str());
        let alike = nodes.drafts.iter().filter_map(|draft| match draft.word {
            Word::Kept(index) if called(index) == called(action) => Some(index),
            _ => None,
        });
        let mut is_news = false;
        for index in alike {
            let sets = self.sets.entry(index).or_default();
            if !sets.iter().any(|own| own == name) {
                sets.push(name.to_owned());
                sets.sort_unstable();
                is_news = true;
            }
        }
        is_news
    }

    /// Takes the value of a name to be there before the call: what sets it is kept.
    fn give(&mut self, script: &Script, name: &str, more: &mut Vec<usize>) -> bool {
        let in_script = variable(name);
        if !self.given.insert(in_script.clone()) {
            return false;
        }
        self.names.remove(&in_script);
        self.sets.values_mut().for_each(|sets| sets.retain(|own| own != name));
        let sets_it = |(_, action): &(usize, &Action)| assigns(action).any(|own| own == in_script);
        more.extend(script.actions.iter().enumerate().filter(sets_it).map(|(index, _)| index));
        true
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

/// What may set a variable on the ways to some nodes.
#[derive(Default)]
struct Setters {
    /// Actions that are kept.
    kept: Vec<usize>,
    /// Actions that are steps of nodes.
    inside: Vec<usize>,
    /// Whether some way has none.
    is_given: bool,
}

/// The ways between the nodes of a flow, backwards.
struct Ways<'w> {
    flow: &'w Flow,
    /// The node of the script that each node of the flow is.
    drafts: Table<NodeId, Option<&'w Draft>>,
    before: Table<NodeId, Vec<NodeId>>,
}

impl<'w> Ways<'w> {
    fn of(flow: &'w Flow, nodes: &'w Nodes, written: &Written) -> Self {
        let mut drafts = Table::filled(None, flow.nodes.len());
        let by_id: FxHashMap<&str, &Draft> =
            written.ids.iter().map(String::as_str).zip(&nodes.drafts).collect();
        for (node, row) in flow.nodes.iter() {
            drafts[node] = by_id.get(row.id.as_str()).copied();
        }
        let mut before: Table<NodeId, Vec<NodeId>> = Table::filled(Vec::new(), flow.nodes.len());
        for transition in flow.transitions.rows() {
            if let Some(to) = transition.to {
                before[to].push(transition.from);
            }
        }
        Self { flow, drafts, before }
    }

    /// The actions next before some nodes that may set a variable.
    fn setters(&self, script: &Script, variable: VariableId, readers: &[NodeId]) -> Setters {
        let mut found = Setters::default();
        let mut is_seen = Table::filled(false, self.flow.nodes.len());
        let mut open = readers.to_vec();
        while let Some(at) = open.pop() {
            found.is_given |= self.flow.entry == Some(at);
            for &from in &self.before[at] {
                if std::mem::replace(&mut is_seen[from], true) {
                    continue;
                }
                if self.flow.nodes[from].assignments().any(|(_, set)| set.variable == variable) {
                    continue;
                }
                match self.drafts[from].and_then(|draft| may_set(script, draft)) {
                    Some(May::Kept(action)) => found.kept.push(action),
                    Some(May::Inside(action)) => found.inside.push(action),
                    None => open.push(from),
                }
            }
        }
        found
    }
}

/// An action of a node that may set variables.
enum May {
    Kept(usize),
    Inside(usize),
}

fn may_set(script: &Script, draft: &Draft) -> Option<May> {
    // Nobody knows what a tenant's own action sets, and a snippet may say it in other words.
    let may = |index: &usize| {
        script.actions.get(*index).is_some_and(|one| is_unknown(one) || one.is(&actions::SNIPPET))
    };
    let inside = draft.lines.iter().find_map(|line| match line {
        Line::Action(index) => Some(*index).filter(may),
        _ => None,
    });
    match draft.word {
        Word::Kept(index) => Some(index).filter(may).map(May::Kept),
        Word::Generic(Some(index)) => Some(index).filter(may).map(May::Inside),
        _ => None,
    }
    .or(inside.map(May::Inside))
}
