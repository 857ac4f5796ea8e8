//! Whether a flow can be called: the platform's own judgement, in its own words.
//!
//! It shares nothing with the compiler's checks but the table that is indexed by ids. Types,
//! directives and conditions that it does not know are taken: a tenant may know them.

use rustc_hash::FxHashMap;

use super::payload::{Errors, Payload, measure};
use super::problem::{ErrorResponse, Finding, bounded};
use crate::table::{Table, id};

/// The most attempts that may follow a called party's first.
const RETRIES: u32 = 3;
/// The most transitions of a path.
const DEPTH: u32 = 45;

/// What there is to know of a payload that was taken.
pub struct PayloadReport {
    pub name: String,
    pub description: String,
    pub nodes: usize,
    pub transitions: usize,
    /// What lets its job fail.
    pub errors: Vec<Finding>,
}

/// Judges a payload.
///
/// # Errors
///
/// `400` for what is no JSON, `422` for what is no payload.
pub fn judge(bytes: &[u8]) -> Result<PayloadReport, ErrorResponse> {
    let payload: Payload<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let what = bounded(&error.to_string());
        if error.is_data() {
            ErrorResponse::refused("this is not a flow", vec![Finding::new("shape", what)])
        } else {
            ErrorResponse::bad_request(format!("the body is not JSON: {what}"))
        }
    })?;
    let mut errors = Errors::default();
    measure(&payload, &mut errors);
    let errors = errors.into_findings();
    if !errors.is_empty() {
        return Err(ErrorResponse::refused("this is not a flow that can be accepted", errors));
    }
    let mut errors = Errors::default();
    judge_flow(&payload, &mut errors);
    Ok(PayloadReport {
        nodes: payload.nodes.len(),
        transitions: payload.transitions.len(),
        name: payload.name.into_owned(),
        description: payload.description.into_owned(),
        errors: errors.into_findings(),
    })
}

id! {
    /// A node of a payload.
    Spot
}

/// The nodes and where they lead, without what leads nowhere.
struct Graph<'a> {
    ids: Table<Spot, &'a str>,
    out: Table<Spot, Vec<Spot>>,
    entry: Option<Spot>,
}

/// Judges a flow of any size in linear time.
fn judge_flow(payload: &Payload<'_>, errors: &mut Errors) {
    let spots = spots(payload, errors);
    retries(payload, errors);
    let graph = graph(payload, &spots, errors);
    dead_ends(payload, &spots, errors);
    let on_cycles = cycles(&graph, errors);
    // Without an entry nothing is reached, which need not be said of each node.
    let Some(entry) = graph.entry else { return };
    let reached = reach(&graph, entry);
    for (spot, _) in reached.iter().filter(|(_, reached)| !**reached) {
        let id = graph.ids[spot];
        errors.add(|| Finding::new("unreachable_node", format!("no call reaches {}", bounded(id))).at(id));
    }
    let disclosed = payload
        .nodes
        .iter()
        .any(|node| node.r#type == "disclosure" && spots.get(&*node.id).is_some_and(|&spot| reached[spot]));
    if !disclosed {
        errors.add(|| Finding::new("no_disclosure", "no call hears a disclosure"));
    }
    if !on_cycles {
        depth(&graph, entry, errors);
    }
}

/// The nodes by id; of those that share one the first.
fn spots<'a>(payload: &'a Payload<'_>, errors: &mut Errors) -> FxHashMap<&'a str, Spot> {
    use crate::table::Id;
    let mut spots = FxHashMap::default();
    let mut next = 0;
    for node in &payload.nodes {
        let id = &*node.id;
        if spots.contains_key(id) {
            errors.add(|| {
                Finding::new("duplicate_id", format!("two nodes have the id {}", bounded(id))).at(id)
            });
            continue;
        }
        spots.insert(id, Spot::from_index(next));
        next += 1;
    }
    spots
}

fn retries(payload: &Payload<'_>, errors: &mut Errors) {
    for node in &payload.nodes {
        for action in node.actions.iter().filter(|action| action.max_retries > RETRIES) {
            errors.add(|| {
                let message =
                    format!("max_retries is {}, but at most {RETRIES} is allowed", action.max_retries);
                Finding::new("too_many_retries", message).at(&node.id)
            });
        }
    }
}

fn graph<'a>(payload: &'a Payload<'_>, spots: &FxHashMap<&'a str, Spot>, errors: &mut Errors) -> Graph<'a> {
    let mut ids: Table<Spot, &str> = Table::filled("", spots.len());
    for (&id, &spot) in spots {
        ids[spot] = id;
    }
    let mut out: Table<Spot, Vec<Spot>> = Table::filled(Vec::new(), spots.len());
    let entry = spots.get(&*payload.entry_node).copied();
    if entry.is_none() {
        let named = bounded(&payload.entry_node);
        errors.add(|| {
            Finding::new("unknown_node", format!("entry_node is {named}, but there is no such node"))
        });
    }
    for transition in &payload.transitions {
        let (from, to) = (&*transition.from_node, &*transition.to_node);
        match (spots.get(from), spots.get(to)) {
            (Some(&from), Some(&to)) => out[from].push(to),
            (known, _) => {
                let missing = if known.is_some() { to } else { from };
                let message = format!(
                    "a transition leads from {} to {}, but there is no node {}",
                    bounded(from),
                    bounded(to),
                    bounded(missing)
                );
                let finding = Finding::new("unknown_node", message);
                errors.add(|| if known.is_some() { finding.at(from) } else { finding });
            }
        }
    }
    Graph { ids, out, entry }
}

/// Nodes of which it is known that the call goes on, and that say nothing of where to.
fn dead_ends(payload: &Payload<'_>, spots: &FxHashMap<&str, Spot>, errors: &mut Errors) {
    let mut leads_on: Table<Spot, bool> = Table::filled(false, spots.len());
    // A transition to a node that is not there has its error already.
    for transition in &payload.transitions {
        if let Some(&from) = spots.get(&*transition.from_node) {
            leads_on[from] = true;
        }
    }
    for node in &payload.nodes {
        let goes_on = matches!(&*node.r#type, "answer" | "play" | "disclosure" | "collect");
        if goes_on && spots.get(&*node.id).is_some_and(|&spot| !leads_on[spot]) {
            errors.add(|| {
                let message = format!("the call stops at {}: no transition leads on", bounded(&node.id));
                Finding::new("dead_end", message).at(&node.id)
            });
        }
    }
}

/// Tells of cycles, and whether there are any.
///
/// Nodes that no cycle leads to or from are taken away from both ends; each that is left leads to
/// one that is left, so that following any way ends in a cycle.
fn cycles(graph: &Graph<'_>, errors: &mut Errors) -> bool {
    let into = reversed(graph);
    let mut left: Table<Spot, bool> = Table::filled(true, graph.ids.len());
    take_away(&graph.out, &into, &mut left);
    take_away(&into, &graph.out, &mut left);

    // The walk on which a node was met first.
    let mut walk: Table<Spot, u32> = Table::filled(0, graph.ids.len());
    let mut number = 0;
    let mut found = false;
    for start in graph.ids.ids().filter(|&spot| left[spot]) {
        number += 1;
        let mut way = Vec::new();
        let mut at = Some(start);
        while let Some(spot) = at.filter(|&spot| walk[spot] == 0) {
            walk[spot] = number;
            way.push(spot);
            at = graph.out[spot].iter().copied().find(|&to| left[to]);
        }
        // A node of an earlier walk is on a way to a cycle that was told of.
        let Some(met) = at.filter(|&spot| walk[spot] == number) else { continue };
        let cycle: Vec<Spot> = way.into_iter().skip_while(|&spot| spot != met).collect();
        if cycle.is_empty() {
            continue;
        }
        found = true;
        errors.add(|| {
            let shown: Vec<String> = cycle.iter().take(10).map(|&spot| bounded(graph.ids[spot])).collect();
            let more = if cycle.len() > shown.len() { ", …" } else { "" };
            let message = format!("a call can go round a cycle: {}{more}", shown.join(", "));
            Finding::new("circle", message).at(graph.ids[met])
        });
    }
    found
}

fn reversed(graph: &Graph<'_>) -> Table<Spot, Vec<Spot>> {
    let mut into: Table<Spot, Vec<Spot>> = Table::filled(Vec::new(), graph.ids.len());
    for (from, targets) in graph.out.iter() {
        for &to in targets {
            into[to].push(from);
        }
    }
    into
}

/// Takes nodes away, again and again, that nothing leads to of what is left.
fn take_away(out: &Table<Spot, Vec<Spot>>, into: &Table<Spot, Vec<Spot>>, left: &mut Table<Spot, bool>) {
    let mut leading: Table<Spot, usize> = Table::filled(0, out.len());
    for (spot, from) in into.iter() {
        leading[spot] = from.iter().filter(|&&from| left[from]).count();
    }
    let mut free: Vec<Spot> = out.ids().filter(|&spot| left[spot] && leading[spot] == 0).collect();
    while let Some(spot) = free.pop() {
        left[spot] = false;
        for &to in &out[spot] {
            leading[to] = leading[to].saturating_sub(1);
            if left[to] && leading[to] == 0 {
                free.push(to);
            }
        }
    }
}

fn reach(graph: &Graph<'_>, entry: Spot) -> Table<Spot, bool> {
    let mut reached: Table<Spot, bool> = Table::filled(false, graph.ids.len());
    reached[entry] = true;
    let mut open = vec![entry];
    while let Some(spot) = open.pop() {
        for &to in &graph.out[spot] {
            if !reached[to] {
                reached[to] = true;
                open.push(to);
            }
        }
    }
    reached
}

/// Tells of the longest path, if it is too long. There are no cycles.
fn depth(graph: &Graph<'_>, entry: Spot, errors: &mut Errors) {
    let into = reversed(graph);
    let mut leading: Table<Spot, usize> = Table::filled(0, graph.ids.len());
    for (spot, from) in into.iter() {
        leading[spot] = from.len();
    }
    // How many transitions from the entry on, at most; nothing for what the entry does not reach.
    let mut depths: Table<Spot, Option<u32>> = Table::filled(None, graph.ids.len());
    depths[entry] = Some(0);
    let mut free: Vec<Spot> = graph.ids.ids().filter(|&spot| leading[spot] == 0).collect();
    while let Some(spot) = free.pop() {
        let further = depths[spot].map(|depth| depth.saturating_add(1));
        for &to in &graph.out[spot] {
            depths[to] = depths[to].max(further);
            leading[to] = leading[to].saturating_sub(1);
            if leading[to] == 0 {
                free.push(to);
            }
        }
    }
    let deepest = graph
        .ids
        .ids()
        .filter_map(|spot| depths[spot].map(|depth| (depth, spot)))
        .max_by_key(|(depth, _)| *depth);
    if let Some((depth, spot)) = deepest.filter(|(depth, _)| *depth > DEPTH) {
        let id = graph.ids[spot];
        errors.add(|| {
            let message = format!(
                "{} is {depth} transitions from the entry, but at most {DEPTH} are allowed",
                bounded(id)
            );
            Finding::new("too_deep", message).at(id)
        });
    }
}
