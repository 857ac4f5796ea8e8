//! Whether nodes come out as the actions that they were read from.

use rustc_hash::FxHashMap;

use super::draft::{Draft, Word};
use super::model::{Action, Script};
use super::nodes::Nodes;
use crate::emit::studio::actions;
use crate::emit::studio::script::{self as written, When};
use crate::flow::Flow;

/// What a script that was written again has otherwise.
#[derive(Debug, Default)]
pub struct Difference {
    /// The actions that are not the same.
    pub actions: Vec<usize>,
    /// The actions that come out the same but for the label, with the new one.
    pub labels: Vec<(usize, String)>,
    /// The actions that have a branch `Timeout` now, which leads where the default one did.
    pub wired: Vec<usize>,
    /// The actions that come out more than once, each for an agent that shares it.
    pub doubled: Vec<usize>,
    /// Whether a voice is chosen at the beginning now, since the settings name one.
    pub chooses_voice: bool,
}

/// Compares a script with what its nodes come out as.
pub fn compare(
    script: &Script,
    nodes: &Nodes,
    ids: &[String],
    flow: &Flow,
    again: &written::Script,
) -> Difference {
    let mut heads: FxHashMap<&str, usize> = FxHashMap::default();
    for (index, action) in again.actions.iter().enumerate() {
        if let Some(node) = action.node.and_then(|node| flow.nodes.find(node)) {
            heads.entry(node.id.as_str()).or_insert(index);
        }
    }
    let mut pairs = Pairs {
        script,
        again,
        read: vec![None; script.actions.len()],
        written: vec![None; again.actions.len()],
        is_kept: vec![false; script.actions.len()],
        stack: Vec::new(),
        found: Difference::default(),
    };
    let mut of_id: FxHashMap<&str, &Draft> = FxHashMap::default();
    for (draft, id) in nodes.drafts.iter().zip(ids) {
        of_id.insert(id, draft);
        if let Word::Kept(index) = draft.word
            && let Some(kept) = pairs.is_kept.get_mut(index)
        {
            *kept = true;
        }
        if let (Some(&first), Some(&head)) = (draft.actions.first(), heads.get(id.as_str())) {
            pairs.meet(first, head, first);
        }
    }
    pairs.meet(script.begin, 0, script.begin);
    pairs.walk();
    // Events begin by themselves.
    for index in 0..again.actions.len() {
        let action =
            again.actions.get(index).filter(|_| pairs.written.get(index).is_some_and(Option::is_none));
        let Some(action) = action.filter(|one| {
            [&actions::ONANSWER, &actions::ONMACHINE].iter().any(|facts| facts.name == one.name)
        }) else {
            continue;
        };
        let draft =
            action.node.and_then(|node| flow.nodes.find(node)).and_then(|node| of_id.get(node.id.as_str()));
        let own = draft.and_then(|draft| {
            draft
                .actions
                .iter()
                .copied()
                .find(|&one| script.actions.get(one).is_some_and(|one| one.name == action.name))
        });
        if let Some(own) = own {
            pairs.meet(own, index, own);
            pairs.walk();
        }
    }
    for (index, pair) in pairs.read.iter().enumerate() {
        if pair.is_none() {
            pairs.found.actions.push(index);
        }
    }
    for (action, pair) in again.actions.iter().zip(&pairs.written) {
        let declares = action.name == actions::SNIPPET.name && script.declares_contact;
        if action.node.is_none() && pair.is_none() && !declares {
            pairs.found.actions.push(script.begin);
        }
        let node = action.node.filter(|_| pair.is_none()).and_then(|node| flow.nodes.find(node));
        pairs.found.actions.extend(
            node.and_then(|node| of_id.get(node.id.as_str())).into_iter().flat_map(|draft| &draft.actions),
        );
    }
    pairs.found.doubled.sort_unstable();
    pairs.found.doubled.dedup();
    pairs.found.actions.sort_unstable();
    pairs.found.actions.dedup();
    pairs.found
}

/// Actions that were read and written again, one beside the other.
struct Pairs<'p> {
    script: &'p Script,
    again: &'p written::Script,
    read: Vec<Option<usize>>,
    written: Vec<Option<usize>>,
    is_kept: Vec<bool>,
    stack: Vec<(usize, usize)>,
    found: Difference,
}

impl Pairs<'_> {
    /// Puts two actions side by side. `from` is the action that leads to both.
    fn meet(&mut self, read: usize, written: usize, from: usize) {
        let (Some(own), Some(other)) = (self.read.get_mut(read), self.written.get_mut(written)) else {
            return;
        };
        match (*own, *other) {
            (None, None) => {
                (*own, *other) = (Some(written), Some(read));
                self.stack.push((read, written));
            }
            (Some(known), _) if known == written => {}
            (Some(known), None) if self.is_music_again(read, known, written) => {
                if let Some(other) = self.written.get_mut(written) {
                    *other = Some(read);
                }
                self.found.doubled.push(read);
            }
            _ => self.found.actions.push(from),
        }
    }

    /// Whether an action that was written is the music of a further agent, which agents of the script share.
    fn is_music_again(&self, read: usize, known: usize, written: usize) -> bool {
        let is_music = self
            .script
            .actions
            .get(read)
            .is_some_and(|one| one.is(&actions::MUSIC) && one.leads_on() == Some(read));
        let again = |index: usize| self.again.actions.get(index).map(|one| (&one.name, &one.properties));
        is_music && again(known) == again(written)
    }

    fn walk(&mut self) {
        while let Some((read, written)) = self.stack.pop() {
            if let (Some(action), Some(again)) =
                (self.script.actions.get(read), self.again.actions.get(written))
            {
                self.pair(read, action, again);
            }
        }
    }

    fn pair(&mut self, read: usize, action: &Action, again: &written::Action) {
        let is_kept = self.is_kept.get(read).copied().unwrap_or(false);
        let is_begin = read == self.script.begin;
        let mut is_same = action.name == again.name
            && action.library_id.eq_ignore_ascii_case(&again.library_id)
            && (is_begin || have_same_properties(action, again, is_kept));
        if action.label != again.label && !is_begin {
            if is_kept {
                is_same = false;
            } else {
                self.found.labels.push((read, again.label.clone()));
            }
        }
        let mut left: FxHashMap<&When, usize> =
            again.branches.iter().map(|branch| (&branch.when, branch.to)).collect();
        for branch in &action.branches {
            match left.remove(&branch.when) {
                Some(other) => {
                    let other = if is_begin { self.past_voice(branch.to, other) } else { other };
                    self.meet(branch.to, other, read);
                }
                None => is_same = false,
            }
        }
        for (when, other) in left {
            // A branch that is not wired is taken by the default one.
            let is_timeout = matches!(when, When::Named(label, _) if label == "Timeout") && !is_kept;
            match action.default_to().filter(|_| is_timeout) {
                Some(to) => {
                    self.meet(to, other, read);
                    self.found.wired.push(read);
                }
                None => is_same = false,
            }
        }
        if !is_same {
            self.found.actions.push(read);
        }
    }
}

impl Pairs<'_> {
    /// What comes behind the choice of a voice for the whole script, where the script that was read makes none.
    fn past_voice(&mut self, read: usize, written: usize) -> usize {
        let chooses = self
            .again
            .actions
            .get(written)
            .filter(|one| one.name == actions::TTSVOICE.name && one.node.is_none());
        let chose = self.script.actions.get(read).is_some_and(|one| one.is(&actions::TTSVOICE));
        let next = chooses.filter(|_| !chose).and_then(|one| one.branches.first()).map(|branch| branch.to);
        let Some(next) = next else { return written };
        if let Some(pair) = self.written.get_mut(written) {
            *pair = Some(self.script.begin);
        }
        self.found.chooses_voice = true;
        next
    }
}

/// Whether the properties are the same. The platform does not use phrases, and a flow writes its own.
fn have_same_properties(action: &Action, again: &written::Action, is_kept: bool) -> bool {
    action.properties.len() == again.properties.len()
        && action.properties.iter().zip(&again.properties).all(|((name, value), (other_name, other))| {
            name == other_name && (value == other || !is_kept && name == "Phrase")
        })
}
