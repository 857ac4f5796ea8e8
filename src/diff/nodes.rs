//! The nodes that are new, gone, renamed or changed.

use super::pairs::Pairs;
use super::transitions::exit_of;
use super::{Detail, NodeChange, scripts, steps};
use crate::flow::{Flow, Node, NodeId, ScalarType};
use crate::spelling::{display_duration, display_id};

/// The changed nodes in the order of the new version; those that are gone come last.
pub fn changes(old: &Flow, new: &Flow, pairs: &Pairs) -> Vec<NodeChange> {
    let there = new.nodes.ids().filter_map(|id| match pairs.before(id) {
        Some(before) => changed(old, before, new, id),
        None => Some(one_sided(new, id, true)),
    });
    let gone = old.nodes.ids().filter(|&id| pairs.after(id).is_none());
    there.chain(gone.map(|id| one_sided(old, id, false))).collect()
}

fn changed(old_flow: &Flow, old: NodeId, new_flow: &Flow, new: NodeId) -> Option<NodeChange> {
    let (old_sets, new_sets) = (sets(old_flow, old), sets(new_flow, new));
    let (old, new) = (&old_flow.nodes[old], &new_flow.nodes[new]);
    let mut details = Vec::new();
    let kind = |node: &Node| node.type_.word().to_owned();
    let mut add = |what: &str, before: Option<String>, after: Option<String>| {
        if before != after {
            details.push(Detail { what: what.to_owned(), before, after });
        }
    };
    add("kind", Some(kind(old)), Some(kind(new)));
    let counts_as = |node: &Node| node.taken_for().map(|kind| kind.word().to_owned());
    add("counts as", counts_as(old), counts_as(new));
    let ends = |node: &Node| node.ends_call.then(|| "ends the call".to_owned());
    if old.kind().is_none() || new.kind().is_none() {
        add("end", ends(old), ends(new));
    }
    let disposition =
        |flow: &Flow, node: &Node| node.disposition.map(|given| flow.disposition(given.id).to_owned());
    add("disposition", disposition(old_flow, old), disposition(new_flow, new));
    let has = |node: &Node, tag: &str| node.tags.iter().any(|one| &*one.name == tag);
    for tag in old.tags.iter().filter(|tag| !has(new, &tag.name)) {
        add("tag", Some(format!("@{}", tag.name)), None);
    }
    for tag in new.tags.iter().filter(|tag| !has(old, &tag.name)) {
        add("tag", None, Some(format!("@{}", tag.name)));
    }
    details.extend(steps::changes(&old.actions, &new.actions).into_iter().map(|detail| Detail {
        before: detail.before.map(|value| of_type(old_flow, old, &detail.what, value)),
        after: detail.after.map(|value| of_type(new_flow, new, &detail.what, value)),
        what: detail.what,
    }));
    details.extend(scripts::changes(&old.scripts, &new.scripts));
    let sets_of = |value: &String| Some(value.clone());
    let gone = old_sets.iter().filter(|one| !new_sets.contains(one));
    details.extend(gone.map(|one| Detail { what: "sets".to_owned(), before: sets_of(one), after: None }));
    let added = new_sets.iter().filter(|one| !old_sets.contains(one));
    details.extend(added.map(|one| Detail { what: "sets".to_owned(), before: None, after: sets_of(one) }));
    (old.id != new.id || !details.is_empty()).then(|| NodeChange {
        before: Some(display_id(&old.id)),
        after: Some(display_id(&new.id)),
        kind: kind(new),
        details,
    })
}

/// The value of a part of a node, where that is a declared field, as its type writes it: `3s` for 3000.
fn of_type(flow: &Flow, node: &Node, what: &str, value: String) -> String {
    let field = node.declared_kind().and_then(|kind| flow.kinds[kind].field(what));
    let is_duration = field
        .and_then(|field| field.type_.as_ref())
        .is_some_and(|type_| type_.scalar == ScalarType::Duration && !type_.is_list);
    match value.parse() {
        Ok(milliseconds) if is_duration => display_duration(milliseconds),
        _ => value,
    }
}

/// What the declared kind of a node sets.
fn sets(flow: &Flow, id: NodeId) -> Vec<String> {
    flow.kind_sets_of(id).map(|set| flow.set_words(set)).collect()
}

/// A node that one version has, with all of it.
fn one_sided(flow: &Flow, id: NodeId, is_new: bool) -> NodeChange {
    let node = &flow.nodes[id];
    let one = |what: &str, value: String| match is_new {
        true => Detail { what: what.to_owned(), before: None, after: Some(value) },
        false => Detail { what: what.to_owned(), before: Some(value), after: None },
    };
    let mut details: Vec<Detail> = node.tags.iter().map(|tag| one("tag", format!("@{}", tag.name))).collect();
    let disposition = node.disposition.map(|given| flow.disposition(given.id).to_owned());
    details.extend(disposition.map(|name| one("disposition", name)));
    details.extend(steps::whole(&node.actions, is_new).into_iter().map(|detail| Detail {
        before: detail.before.map(|value| of_type(flow, node, &detail.what, value)),
        after: detail.after.map(|value| of_type(flow, node, &detail.what, value)),
        what: detail.what,
    }));
    details.extend(scripts::whole(&node.scripts, is_new));
    details.extend(sets(flow, id).into_iter().map(|value| one("sets", value)));
    details.extend(flow.out(id).iter().map(|transition| one("transition", exit_of(flow, transition))));
    let name = Some(display_id(&node.id));
    let (before, after) = if is_new { (None, name) } else { (name, None) };
    NodeChange { before, after, kind: node.type_.word().to_owned(), details }
}
