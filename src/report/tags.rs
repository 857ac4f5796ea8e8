//! The words behind each tag.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::flow::policy::{Expected, known_tags};
use crate::policy::meanings;
use crate::simulate::{action, script};

/// A tag, and what bears it.
#[derive(Debug, Serialize)]
pub struct TagReport {
    /// Its name, without `@`.
    pub name: String,
    /// What it means, each with the policies that say so.
    pub meaning: Vec<String>,
    /// The steps that bear it, in the order of the nodes.
    pub steps: Vec<TaggedStep>,
}

/// A step that bears a tag.
#[derive(Debug, Serialize)]
pub struct TaggedStep {
    /// Its node.
    pub node: String,
    /// Whether the whole node bears the tag.
    pub whole_node: bool,
    /// What it says or does, as it is written.
    pub words: String,
    /// Where it is written.
    pub place: Place,
}

/// The tags that the policies know and something bears, in the order of the policies, and then all others.
pub fn of(compiled: &Compiled) -> Vec<TagReport> {
    let flow = &compiled.flow;
    let mut tags: Vec<TagReport> = Vec::new();
    let mut places: FxHashMap<String, usize> = FxHashMap::default();
    let mut place_of = |tags: &mut Vec<TagReport>, name: &str| {
        *places.entry(name.to_owned()).or_insert_with(|| {
            let meaning = meanings(flow, &Expected::Tag(name.into()));
            tags.push(TagReport { name: name.to_owned(), meaning, steps: Vec::new() });
            tags.len() - 1
        })
    };
    let mut seen: FxHashSet<usize> = FxHashSet::default();
    for name in flow.policies.iter().flat_map(known_tags) {
        place_of(&mut tags, name);
    }
    for node in flow.nodes.rows() {
        let actions = node.actions.iter().map(|step| (&step.tags, action(step), step.span));
        let said = node.scripts.iter().map(|line| (&line.tags, script(line), line.span));
        for (tags_of_step, words, span) in actions.chain(said) {
            seen.clear();
            let of_node = node.tags.iter().map(|tag| (tag, true));
            for (tag, whole_node) in of_node.chain(tags_of_step.iter().map(|tag| (tag, false))) {
                let at = place_of(&mut tags, &tag.name);
                // Two contact fields in a text may have the same tag.
                if !seen.insert(at) {
                    continue;
                }
                let tagged = TaggedStep {
                    node: node.id.to_string(),
                    whole_node,
                    words: words.clone(),
                    place: Place::of(compiled, span),
                };
                if let Some(tag) = tags.get_mut(at) {
                    tag.steps.push(tagged);
                }
            }
        }
    }
    tags.retain(|tag| !tag.steps.is_empty());
    tags
}
