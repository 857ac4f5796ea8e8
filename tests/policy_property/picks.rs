//! What a selector picks on a path.

use cxflowc::flow::policy::{Op, Selector};
use cxflowc::flow::{Action, Directive, Flow, Kind, Node, NodeId, TransitionId};

use crate::walks::{Occurrence, Point, Walk};

/// What a selector picks on a walk.
pub fn occurrences(flow: &Flow, selector: &Selector, walk: &Walk) -> Vec<Occurrence> {
    let mut all = Vec::new();
    for (number, &point) in walk.points.iter().enumerate() {
        let here = Occurrence { begin: number, end: number };
        match point {
            Point::Taken(transition) => {
                if picks_transition(flow, selector, transition) {
                    all.push(here);
                }
            }
            Point::Step(node, step) => match picks_node(flow, selector, node) {
                Some(true) if step == 0 => {
                    let steps = flow.nodes[node].actions.len().max(1);
                    all.push(Occurrence { begin: number, end: number + steps - 1 });
                }
                Some(_) => {}
                None => {
                    if picks_step(flow, selector, node, step) {
                        all.push(here);
                    }
                }
            },
        }
    }
    all
}

/// Goes through a selector in postfix order.
fn evaluate<T: Copy>(
    selector: &Selector,
    atom: impl Fn(&Op) -> T,
    not: impl Fn(T) -> T,
    and: impl Fn(T, T) -> T,
    or: impl Fn(T, T) -> T,
) -> T {
    let mut stack = Vec::new();
    for op in &selector.0 {
        let value = match op {
            Op::Not => not(stack.pop().unwrap()),
            Op::And | Op::Or => {
                let (right, left) = (stack.pop().unwrap(), stack.pop().unwrap());
                if *op == Op::And { and(left, right) } else { or(left, right) }
            }
            _ => atom(op),
        };
        stack.push(value);
    }
    assert_eq!(stack.len(), 1, "{selector:?}");
    stack[0]
}

/// Whether a node counts as a kind: a disclosure has to be heard, and whoever a call is handed over to
/// by `node … ends` counts as an agent.
fn counts_as(row: &Node, kind: Kind) -> bool {
    let is_one_of = |kinds: &[Kind]| kinds.iter().any(|&kind| row.is(kind));
    let is_heard = |action: &Action| {
        let words = action.text.as_ref().and_then(|text| text.value.as_deref()).unwrap_or_default();
        let plays = matches!(action.directive, Directive::Play | Directive::Collect);
        plays && (action.media.is_some() || !words.is_empty())
    };
    match kind {
        Kind::Disclosure => row.is(kind) && row.actions.iter().any(is_heard),
        Kind::Agent if row.generic && row.ends_call => {
            !is_one_of(&[Kind::Callback, Kind::Voicemail, Kind::Disconnect])
        }
        _ => row.is(kind),
    }
}

/// Whether a node's kind, name and tags decide that all of its steps or none are picked.
fn picks_node(flow: &Flow, selector: &Selector, node: NodeId) -> Option<bool> {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => Some(counts_as(row, *kind)),
        Op::Node(one) => Some(*one == node),
        Op::Tag(tag) if row.tags.iter().any(|one| one.name == *tag) => Some(true),
        // A tag that none of its actions bears leaves nothing open.
        Op::Tag(tag) => {
            let open = row.actions.iter().any(|action| action.tags.iter().any(|one| one.name == *tag));
            if open { None } else { Some(false) }
        }
        Op::Taken(..) => Some(false),
        _ => None,
    };
    let or = |a: Option<bool>, b: Option<bool>| match (a, b) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    };
    let not = |a: Option<bool>| a.map(|a| !a);
    evaluate(selector, atom, not, |a, b| not(or(not(a), not(b))), or)
}

fn picks_step(flow: &Flow, selector: &Selector, node: NodeId, step: usize) -> bool {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => counts_as(row, *kind),
        Op::Node(one) => *one == node,
        Op::Tag(tag) => {
            let of_step = row.actions.get(step).map_or(&[][..], |action| &action.tags);
            row.tags.iter().chain(of_step).any(|one| one.name == *tag)
        }
        Op::Any => true,
        _ => false,
    };
    evaluate(selector, atom, |a| !a, |a, b| a && b, |a, b| a || b)
}

fn picks_transition(flow: &Flow, selector: &Selector, transition: TransitionId) -> bool {
    let row = &flow.transitions[transition];
    let atom = |op: &Op| match op {
        Op::Taken(node, events) => {
            *node == row.from && flow.alternatives(row).iter().any(|one| events.contains(&one.event))
        }
        _ => false,
    };
    evaluate(selector, atom, |_| false, |a, b| a && b, |a, b| a || b)
}
