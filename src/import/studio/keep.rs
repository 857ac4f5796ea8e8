//! Which actions are kept next: those of nodes that no line can say or that come out otherwise, and no others where that
//! can be helped.

use super::draft::Word;
use super::model::Script;
use super::nodes::Nodes;
use super::proof::Difference;
use super::shared::shared;
use super::text::Written;
use crate::diagnostics::{Diagnostics, Severity};
use crate::emit::studio::actions;
use crate::emit::studio::codes::TENANT_VALUE;

/// A reading of a script, of which some actions are kept.
pub struct Round<'r> {
    pub script: &'r Script,
    pub nodes: &'r Nodes,
    pub kept: &'r [bool],
}

impl Round<'_> {
    /// The node that each action belongs to.
    fn owners(&self) -> Vec<Option<usize>> {
        let mut owners = vec![None; self.script.actions.len()];
        for (number, draft) in self.nodes.drafts.iter().enumerate() {
            for &action in &draft.actions {
                if let Some(owner) = owners.get_mut(action) {
                    *owner = Some(number);
                }
            }
        }
        owners
    }

    fn is_kept(&self, action: usize) -> bool {
        self.kept.get(action).copied().unwrap_or(true)
    }

    /// The whole nodes of some actions, as far as they are not kept yet.
    fn nodes_of(&self, actions: impl IntoIterator<Item = usize>) -> Vec<usize> {
        let owners = self.owners();
        let mut all = Vec::new();
        for action in actions {
            let draft = owners.get(action).copied().flatten().and_then(|owner| self.nodes.drafts.get(owner));
            match draft {
                Some(draft) => all.extend(&draft.actions),
                None => all.push(action),
            }
        }
        all.retain(|&one| one != self.script.begin && !self.is_kept(one));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The actions of nodes into whose middle something leads, and the bounds that no line can say.
    pub fn strays(&self) -> Vec<usize> {
        let nodes = self.nodes;
        let owners = self.owners();
        let mut strays = Vec::new();
        let mut is_node = |to: usize| {
            if nodes.heads.get(to).is_some_and(Option::is_some)
                || nodes.agains.get(to).is_some_and(Option::is_some)
            {
                return;
            }
            let owner = owners.get(to).copied().flatten().and_then(|owner| nodes.drafts.get(owner));
            strays.extend(owner.map_or_else(|| vec![to], |owner| owner.actions.clone()));
        };
        nodes.entry.into_iter().for_each(&mut is_node);
        nodes.drafts.iter().flat_map(|draft| &draft.exits).for_each(|exit| is_node(exit.to));
        for again in nodes.agains.iter().flatten() {
            is_node(again.to);
            is_node(again.otherwise);
        }
        if let Some(entry) = nodes.entry.filter(|&entry| nodes.agains.get(entry).is_some_and(Option::is_some))
        {
            strays.push(entry);
        }
        for (index, again) in nodes.agains.iter().enumerate() {
            let leads_to_bound = again.is_some_and(|again| {
                [again.to, again.otherwise].iter().any(|&to| nodes.heads.get(to).is_none_or(Option::is_none))
            });
            if leads_to_bound {
                strays.push(index);
            }
        }
        // One count for several ways is that of an `every`, or else of no line.
        strays.extend(shared(nodes).iter().filter(|one| one.alike.is_none()).map(|one| one.action));
        // What is kept chooses a voice for others as well.
        let of_kept = nodes.drafts.iter().filter_map(|draft| match draft.word {
            Word::Kept(index) => Some(index),
            _ => None,
        });
        strays.extend(
            of_kept.filter(|&index| {
                self.script.actions.get(index).is_some_and(|one| one.is(&actions::TTSVOICE))
            }),
        );
        strays.retain(|&one| !self.is_kept(one));
        strays
    }

    /// The actions of the nodes that come out otherwise.
    pub fn differing(&self, difference: &Difference) -> Vec<usize> {
        self.nodes_of(difference.actions.iter().copied())
    }

    /// The actions of the nodes whose lines have errors.
    pub fn broken(&self, written: &Written, diagnostics: &Diagnostics) -> Vec<usize> {
        let errors = diagnostics
            .iter()
            .filter(|one| one.severity == Severity::Error && *one.code != TENANT_VALUE)
            // What sets a variable is found in another way.
            .filter(|one| one.code.id != "CX209");
        let broken = errors.filter_map(|one| written.node_at(one.span?));
        self.nodes_of(broken.filter_map(|number| self.nodes.drafts.get(number)?.actions.first().copied()))
    }

    /// The actions that come out otherwise, or have an error, as nodes of a library's kind.
    pub fn unfit(&self, written: &Written, difference: &Difference, diagnostics: &Diagnostics) -> Vec<usize> {
        let errors =
            diagnostics.iter().filter(|one| one.severity == Severity::Error && *one.code != TENANT_VALUE);
        let broken: Vec<usize> = errors.filter_map(|one| written.node_at(one.span?)).collect();
        let is_unfit =
            |node: usize, action: usize| difference.actions.contains(&action) || broken.contains(&node);
        let shared = written.shared.iter().filter(|&&(node, action)| is_unfit(node, action));
        shared.map(|&(_, action)| action).collect()
    }

    /// What leads to or from actions that are kept and come out otherwise all the same; in the end everything.
    pub fn around(&self, difference: &Difference) -> Vec<usize> {
        let near = difference
            .actions
            .iter()
            .filter_map(|&one| self.script.actions.get(one))
            .flat_map(|one| one.from.iter().copied().chain(one.branches.iter().map(|branch| branch.to)));
        let near = self.nodes_of(near);
        match near.is_empty() {
            true => self.nodes_of(0..self.script.actions.len()),
            false => near,
        }
    }
}
