//! Whether a flow can be called, judged by the platform and in its own words.
//!
//! It shares nothing with the compiler's checks except the table that is indexed by ids. Types, directives
//! and conditions that it does not know are accepted, since a tenant may know them.

use rustc_hash::FxHashMap;

use super::declared_types::{DeclaredType, check_fields};
use super::heard;
use super::payload::{Errors, Payload, measure};
use super::problem::{ErrorResponse, Finding, bounded};
use crate::table::{Table, id};

/// The most attempts that may follow the first.
const RETRIES: u32 = 3;
/// The shortest and the longest wait for a key, in milliseconds.
const LEAST_WAIT: u64 = 500;
const MOST_WAIT: u64 = 180_000;
/// The most digits of an entry.
const DIGITS: u32 = 32;
/// The most transitions of a path.
const DEPTH: u32 = 45;

/// A summary of an accepted payload.
pub struct PayloadReport {
    pub name: String,
    pub description: String,
    pub nodes: usize,
    pub transitions: usize,
    /// The errors with which its job fails.
    pub errors: Vec<Finding>,
}

/// Judges a payload, with the types that a library declares.
///
/// # Errors
///
/// `400` for invalid JSON, `422` for something that is not a payload.
pub fn judge(bytes: &[u8], types: &[DeclaredType]) -> Result<PayloadReport, ErrorResponse> {
    let payload: Payload<'_> = serde_json::from_slice(bytes).map_err(|error| {
        let reason = bounded(&error.to_string());
        if error.is_data() {
            ErrorResponse::refused("this is not a flow", vec![Finding::new("shape", reason)])
        } else {
            ErrorResponse::bad_request(format!("the body is not JSON: {reason}"))
        }
    })?;
    let mut errors = Errors::default();
    measure(&payload, &mut errors);
    check_fields(&payload, types, &mut errors);
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
    NodeIndex
}

/// The nodes and their targets, without unknown targets.
struct Graph<'a> {
    ids: Table<NodeIndex, &'a str>,
    out: Table<NodeIndex, Vec<NodeIndex>>,
    entry: Option<NodeIndex>,
}

/// Judges a flow of any size in linear time.
fn judge_flow(payload: &Payload<'_>, errors: &mut Errors) {
    let indices = indices(payload, errors);
    retries(payload, errors);
    repeats(payload, errors);
    settings(payload, errors);
    decisions(payload, errors);
    inputs(payload, errors);
    heard::judge(payload, errors);
    dispositions(payload, errors);
    let graph = graph(payload, &indices, errors);
    dead_ends(payload, &indices, errors);
    let on_cycles = cycles(&graph, errors);
    // Without an entry nothing is reached, so reporting each node is pointless.
    let Some(entry) = graph.entry else { return };
    let reached = reach(&graph, entry);
    for (index, _) in reached.iter().filter(|(_, reached)| !**reached) {
        let id = graph.ids[index];
        errors.add(|| Finding::new("unreachable_node", format!("no call reaches {}", bounded(id))).at(id));
    }
    let disclosed = payload.nodes.iter().any(|node| {
        node.r#type == "disclosure" && indices.get(&*node.id).is_some_and(|&index| reached[index])
    });
    if !disclosed {
        errors.add(|| Finding::new("no_disclosure", "no call hears a disclosure"));
    }
    if !on_cycles {
        depth(&graph, entry, errors);
    }
}

/// The nodes by id; the first of duplicate ids.
fn indices<'a>(payload: &'a Payload<'_>, errors: &mut Errors) -> FxHashMap<&'a str, NodeIndex> {
    use crate::table::Id;
    let mut indices = FxHashMap::default();
    let mut next = 0;
    for node in &payload.nodes {
        let id = &*node.id;
        if indices.contains_key(id) {
            errors.add(|| {
                Finding::new("duplicate_id", format!("two nodes have the id {}", bounded(id))).at(id)
            });
            continue;
        }
        indices.insert(id, NodeIndex::from_index(next));
        next += 1;
    }
    indices
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

/// What is said at further attempts is said by a prompt for keys that has some, and is not empty.
fn repeats(payload: &Payload<'_>, errors: &mut Errors) {
    for node in &payload.nodes {
        for action in &node.actions {
            let mut said = action.repeats.iter().filter_map(|(name, text)| Some((*name, text.as_deref()?)));
            let is_heard = action.directive == "collect" && action.max_retries > 0;
            if let Some((name, text)) = said.find(|(_, text)| !is_heard || text.is_empty()) {
                let message = match text.is_empty() {
                    true => format!("{name} is empty"),
                    false => format!("{name} is never heard: only a collect with max_retries says it"),
                };
                errors.add(|| Finding::new("bad_retry", message).at(&node.id));
            }
        }
    }
}

/// A `set` has a variable and a value.
fn settings(payload: &Payload<'_>, errors: &mut Errors) {
    for node in &payload.nodes {
        for action in node.actions.iter().filter(|action| action.directive == "set") {
            let is_text = action.value.as_ref().is_some_and(|value| value.is_string());
            let message = if action.variable.is_empty() {
                "a set names no variable"
            } else if !is_text && !action.value.as_ref().is_some_and(|value| value.is_i64()) {
                "the value of a set is neither a text nor a whole number"
            } else if action.add.is_some() && !is_text {
                "a set adds to a number instead of a variable"
            } else {
                continue;
            };
            errors.add(|| Finding::new("bad_set", message.to_owned()).at(&node.id));
        }
    }
}

/// Reports waits and digits that no call can have.
fn inputs(payload: &Payload<'_>, errors: &mut Errors) {
    for node in &payload.nodes {
        for action in &node.actions {
            for (field, wait) in [("wait_ms", action.wait_ms), ("between_ms", action.between_ms)] {
                if let Some(wait) = wait.filter(|wait| !(LEAST_WAIT..=MOST_WAIT).contains(wait)) {
                    let message = format!("{field} is {wait}, but {LEAST_WAIT} to {MOST_WAIT} is allowed");
                    errors.add(|| Finding::new("bad_wait", message).at(&node.id));
                }
            }
            let (least, most) = (action.min_digits, action.max_digits);
            let fits = match (least, most) {
                (Some(least), Some(most)) => least > 0 && least <= most && most <= DIGITS,
                (None, None) => true,
                _ => false,
            };
            if !fits {
                let said =
                    |number: Option<u32>| number.map_or("nothing".to_owned(), |number| number.to_string());
                let message = format!(
                    "min_digits is {} and max_digits {}, but both are needed, from 1 to {DIGITS}",
                    said(least),
                    said(most)
                );
                errors.add(|| Finding::new("bad_digits", message).at(&node.id));
            }
            if let Some(end) = action.end_key.as_deref()
                && (!matches!(end, "#" | "*") || most.is_none())
            {
                let message = format!("end_key is {}, but only # or * end digits", bounded(end));
                errors.add(|| Finding::new("bad_end_key", message).at(&node.id));
            }
            if let Some(variable) = action.into_variable.as_deref()
                && (variable.is_empty() || most.is_none())
            {
                let message =
                    format!("into_variable is {}, but nothing is entered into it", bounded(variable));
                errors.add(|| Finding::new("bad_into_variable", message).at(&node.id));
            }
        }
    }
}

/// A call is reported by a word, so that reports can be read by it.
fn dispositions(payload: &Payload<'_>, errors: &mut Errors) {
    let of_nodes = payload.nodes.iter().map(|node| (&node.id, &node.disposition));
    let of_transitions = payload.transitions.iter().map(|one| (&one.from_node, &one.disposition));
    for (node, disposition) in of_nodes.chain(of_transitions) {
        let Some(word) = disposition.as_deref().filter(|word| !is_word(word)) else { continue };
        errors.add(|| {
            let message = format!("the disposition {} is not a word", bounded(word));
            Finding::new("bad_disposition", message).at(node)
        });
    }
}

/// Whether a text has only letters, digits, `_`, `-` and `.`.
fn is_word(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// A `decide` compares, in order, and last comes `always`.
fn decisions(payload: &Payload<'_>, errors: &mut Errors) {
    let types: FxHashMap<&str, &str> = payload.nodes.iter().map(|node| (&*node.id, &*node.r#type)).collect();
    if !types.values().any(|&one| one == "decide") {
        return;
    }
    // Whether each one has already come to its `always`.
    let mut decided: FxHashMap<&str, bool> = FxHashMap::default();
    for transition in &payload.transitions {
        let from = &*transition.from_node;
        if types.get(from) != Some(&"decide") {
            continue;
        }
        let is_done = decided.entry(from).or_default();
        let condition = &*transition.condition;
        if std::mem::replace(is_done, *is_done || condition == "always") {
            errors.add(|| {
                let message = format!("{} asks {} after always", bounded(from), bounded(condition));
                Finding::new("bad_decide", message).at(from)
            });
        } else if condition != "always" && !condition.split('|').all(is_comparison) && !is_hours(condition) {
            errors.add(|| {
                let message =
                    format!("{} asks {}, which compares nothing", bounded(from), bounded(condition));
                Finding::new("bad_decide", message).at(from)
            });
        }
    }
    for node in &payload.nodes {
        if decided.get(&*node.id) == Some(&false) {
            let message = format!("{} has no always", bounded(&node.id));
            errors.add(|| Finding::new("bad_decide", message).at(&node.id));
        }
    }
}

/// Whether a condition asks for opening hours: `open office (America/New_York; mon 09:00-17:00; 12-25 closed)`.
fn is_hours(condition: &str) -> bool {
    let asks = condition.strip_prefix("open ").or_else(|| condition.strip_prefix("closed "));
    let Some((name, rest)) = asks.and_then(|asks| asks.split_once(" (")) else { return false };
    let Some(table) = rest.strip_suffix(')') else { return false };
    let mut parts = table.split("; ");
    let has_zone = parts.next().is_some_and(|zone| zone == "UTC" || zone.contains('/'));
    let is_clock = |clock: &str| {
        let read = clock.split_once(':').map(|(hour, minute)| (hour.parse::<u8>(), minute.parse::<u8>()));
        clock.len() == 5 && matches!(read, Some((Ok(0..24), Ok(0..60)) | (Ok(24), Ok(0))))
    };
    let is_window = |window: &str| {
        window.split_once('-').is_some_and(|(from, to)| from < to && is_clock(from) && is_clock(to))
    };
    let is_day = |part: &str| {
        let Some((day, windows)) = part.split_once(' ') else { return false };
        let is_weekday = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].contains(&day);
        let is_date = day.parse::<jiff::civil::Date>().is_ok();
        // A day of each year: one of a leap year.
        let is_yearly = day.len() == 5 && format!("2000-{day}").parse::<jiff::civil::Date>().is_ok();
        let is_special = is_date || is_yearly;
        (is_weekday || is_special) && (windows.split(' ').all(is_window) || is_special && windows == "closed")
    };
    let days: Vec<&str> = parts.collect();
    !name.is_empty() && !name.contains(' ') && has_zone && !days.is_empty() && days.into_iter().all(is_day)
}

/// Whether a part of a condition is a name, a comparator and a value: `balance>100`, `lang="es"`.
fn is_comparison(part: &str) -> bool {
    let signs = [" starts ", " contains ", "!=", "<=", ">=", "=", "<", ">"];
    let Some((name, value)) = signs.iter().find_map(|sign| part.split_once(sign)) else { return false };
    let is_text = value.len() > 1 && value.starts_with('"') && value.ends_with('"');
    !name.is_empty() && !name.contains([' ', '"']) && (is_text || value.parse::<i64>().is_ok())
}

fn graph<'a>(
    payload: &'a Payload<'_>,
    indices: &FxHashMap<&'a str, NodeIndex>,
    errors: &mut Errors,
) -> Graph<'a> {
    let mut ids: Table<NodeIndex, &str> = Table::filled("", indices.len());
    for (&id, &index) in indices {
        ids[index] = id;
    }
    let mut out: Table<NodeIndex, Vec<NodeIndex>> = Table::filled(Vec::new(), indices.len());
    let entry = indices.get(&*payload.entry_node).copied();
    if entry.is_none() {
        let named = bounded(&payload.entry_node);
        errors.add(|| {
            Finding::new("unknown_node", format!("entry_node is {named}, but there is no such node"))
        });
    }
    for transition in &payload.transitions {
        let (from, to) = (&*transition.from_node, &*transition.to_node);
        match (indices.get(from), indices.get(to)) {
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

/// Reports nodes at which the call should continue, but that have no transition.
fn dead_ends(payload: &Payload<'_>, indices: &FxHashMap<&str, NodeIndex>, errors: &mut Errors) {
    let mut leads_on: Table<NodeIndex, bool> = Table::filled(false, indices.len());
    // A transition to a missing node is already reported.
    for transition in &payload.transitions {
        if let Some(&from) = indices.get(&*transition.from_node) {
            leads_on[from] = true;
        }
    }
    for node in &payload.nodes {
        let goes_on = matches!(&*node.r#type, "answer" | "play" | "disclosure" | "collect" | "decide");
        if goes_on && indices.get(&*node.id).is_some_and(|&index| !leads_on[index]) {
            errors.add(|| {
                let message = format!("the call stops at {}: no transition leads on", bounded(&node.id));
                Finding::new("dead_end", message).at(&node.id)
            });
        }
    }
}

/// Reports cycles, and returns whether there are any.
///
/// Nodes that no cycle leads to or from are removed from both ends. Each remaining node leads to a
/// remaining one, so following any path ends in a cycle.
fn cycles(graph: &Graph<'_>, errors: &mut Errors) -> bool {
    let into = reversed(graph);
    let mut remaining: Table<NodeIndex, bool> = Table::filled(true, graph.ids.len());
    remove_sources(&graph.out, &into, &mut remaining);
    remove_sources(&into, &graph.out, &mut remaining);

    // The walk in which a node was first visited.
    let mut walk: Table<NodeIndex, u32> = Table::filled(0, graph.ids.len());
    let mut number = 0;
    let mut found = false;
    for start in graph.ids.ids().filter(|&index| remaining[index]) {
        number += 1;
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(index) = at.filter(|&index| walk[index] == 0) {
            walk[index] = number;
            path.push(index);
            at = graph.out[index].iter().copied().find(|&to| remaining[to]);
        }
        // A node of an earlier walk leads to a cycle that is already reported.
        let Some(repeated) = at.filter(|&index| walk[index] == number) else { continue };
        let cycle: Vec<NodeIndex> = path.into_iter().skip_while(|&index| index != repeated).collect();
        if cycle.is_empty() {
            continue;
        }
        found = true;
        errors.add(|| {
            let shown: Vec<String> = cycle.iter().take(10).map(|&index| bounded(graph.ids[index])).collect();
            let more = if cycle.len() > shown.len() { ", …" } else { "" };
            let message = format!("these nodes form a cycle: {}{more}", shown.join(", "));
            Finding::new("cycle", message).at(graph.ids[repeated])
        });
    }
    found
}

fn reversed(graph: &Graph<'_>) -> Table<NodeIndex, Vec<NodeIndex>> {
    let mut into: Table<NodeIndex, Vec<NodeIndex>> = Table::filled(Vec::new(), graph.ids.len());
    for (from, targets) in graph.out.iter() {
        for &to in targets {
            into[to].push(from);
        }
    }
    into
}

/// Repeatedly removes nodes that no remaining node leads to.
fn remove_sources(
    out: &Table<NodeIndex, Vec<NodeIndex>>,
    into: &Table<NodeIndex, Vec<NodeIndex>>,
    remaining: &mut Table<NodeIndex, bool>,
) {
    let mut leading: Table<NodeIndex, usize> = Table::filled(0, out.len());
    for (index, from) in into.iter() {
        leading[index] = from.iter().filter(|&&from| remaining[from]).count();
    }
    let mut free: Vec<NodeIndex> =
        out.ids().filter(|&index| remaining[index] && leading[index] == 0).collect();
    while let Some(index) = free.pop() {
        remaining[index] = false;
        for &to in &out[index] {
            leading[to] = leading[to].saturating_sub(1);
            if remaining[to] && leading[to] == 0 {
                free.push(to);
            }
        }
    }
}

fn reach(graph: &Graph<'_>, entry: NodeIndex) -> Table<NodeIndex, bool> {
    let mut reached: Table<NodeIndex, bool> = Table::filled(false, graph.ids.len());
    reached[entry] = true;
    let mut open = vec![entry];
    while let Some(index) = open.pop() {
        for &to in &graph.out[index] {
            if !reached[to] {
                reached[to] = true;
                open.push(to);
            }
        }
    }
    reached
}

/// Reports the longest path, if it is too long. There are no cycles.
fn depth(graph: &Graph<'_>, entry: NodeIndex, errors: &mut Errors) {
    let into = reversed(graph);
    let mut leading: Table<NodeIndex, usize> = Table::filled(0, graph.ids.len());
    for (index, from) in into.iter() {
        leading[index] = from.len();
    }
    // The most transitions from the entry to each node; `None` for unreachable nodes.
    let mut depths: Table<NodeIndex, Option<u32>> = Table::filled(None, graph.ids.len());
    depths[entry] = Some(0);
    let mut free: Vec<NodeIndex> = graph.ids.ids().filter(|&index| leading[index] == 0).collect();
    while let Some(index) = free.pop() {
        let further = depths[index].map(|depth| depth.saturating_add(1));
        for &to in &graph.out[index] {
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
        .filter_map(|index| depths[index].map(|depth| (depth, index)))
        .max_by_key(|(depth, _)| *depth);
    if let Some((depth, index)) = deepest.filter(|(depth, _)| *depth > DEPTH) {
        let id = graph.ids[index];
        errors.add(|| {
            let message = format!(
                "{} is {depth} transitions from the entry, but at most {DEPTH} are allowed",
                bounded(id)
            );
            Finding::new("too_deep", message).at(id)
        });
    }
}
