//! The tags that nodes and steps have lost or got, apart from what is said.

use rustc_hash::{FxHashMap, FxHashSet};

use super::pairs::Pairs;
use super::scripts::untagged_script;
use super::steps::untagged_text;
use crate::flow::{Flow, Node, Tag};

/// The tags that something no longer has, or has now that was there without it. A tag that comes with a new step or a
/// new node is not among them.
pub fn relabelled<'a>(old: &'a Flow, new: &'a Flow, pairs: &Pairs) -> FxHashSet<&'a str> {
    let mut relabelled = FxHashSet::default();
    for (id, before) in old.nodes.iter() {
        let (had, steps_had) = (header_tags(before), step_tags(before));
        match pairs.after(id).map(|after| &new.nodes[after]) {
            Some(after) => {
                relabelled.extend(had.symmetric_difference(&header_tags(after)));
                relabelled.extend(lost(&steps_had, &step_tags(after)));
                relabelled.extend(newly_tagged(before, after));
            }
            None => {
                relabelled.extend(had);
                relabelled.extend(steps_had.into_keys());
            }
        }
    }
    relabelled
}

fn header_tags(node: &Node) -> FxHashSet<&str> {
    node.tags.iter().map(|tag| &*tag.name).collect()
}

/// How many steps of a node have each tag.
fn step_tags(node: &Node) -> FxHashMap<&str, usize> {
    let mut counts = FxHashMap::default();
    for tag in steps(node).flat_map(|(_, tags)| tags) {
        *counts.entry(&*tag.name).or_default() += 1;
    }
    counts
}

fn lost<'a>(had: &FxHashMap<&'a str, usize>, has: &FxHashMap<&str, usize>) -> Vec<&'a str> {
    let is_less = |(tag, count): &(&&'a str, &usize)| has.get(**tag).copied().unwrap_or_default() < **count;
    had.iter().filter(is_less).map(|(tag, _)| *tag).collect()
}

/// The tags of steps that were there without them.
fn newly_tagged<'a>(before: &Node, after: &'a Node) -> Vec<&'a str> {
    let mut bare: FxHashMap<String, FxHashSet<&str>> = FxHashMap::default();
    for (text, step) in steps(before) {
        bare.entry(text).or_default().extend(step.iter().map(|tag| &*tag.name));
    }
    let mut tags = Vec::new();
    for (text, step) in steps(after) {
        if let Some(had) = bare.get(&text) {
            tags.extend(step.iter().map(|tag| &*tag.name).filter(|tag| !had.contains(tag)));
        }
    }
    tags
}

/// The steps of a node and the lines of its agent, each without its tags, and these.
fn steps(node: &Node) -> impl Iterator<Item = (String, &[Tag])> {
    let actions = node.actions.iter().map(|step| (untagged_text(step), &*step.tags));
    actions.chain(node.scripts.iter().map(|script| (untagged_script(script), &*script.tags)))
}
