//! Works the bounds of `again` into a flow, so that its paths are those of calls.

use rustc_hash::FxHashSet;

use super::components;
use super::unroll::{Counted, largest_cycle, most_in_payload, unroll};
use crate::flow::{AgainArm, AgainId, Flow, NodeId, TooManyCopies, Transition};
use crate::table::Table;

/// How many copies of nodes a small flow may have where calls are followed: enough for ten `again`s that a call may
/// take in any order.
pub const COPIES: usize = 20_000;

/// Takes the bounds off transitions that no call comes back to, and works the others into [`Flow::of_calls`] where that
/// takes at most so many copies in a small flow. Where it takes more, [`Flow::has_open_bounds`].
///
/// ```
/// use cxflowc::graph::{COPIES, work_bounds_in};
///
/// let text = "flow \"A\"\nentry menu\n\
///             collect menu \"Press 1.\" { on 1 -> menu again 2 else bye; on timeout | invalid -> bye }\n\
///             disconnect bye\n";
/// let mut flow = cxflowc::compile("a.cxflow", text).flow;
/// work_bounds_in(&mut flow, COPIES);
/// assert_eq!(flow.of_calls().nodes.len(), 4, "menu, menu~2, menu~3, bye");
/// work_bounds_in(&mut flow, 1);
/// assert!(flow.has_open_bounds());
/// ```
pub fn work_bounds_in(flow: &mut Flow, copies: usize) {
    (flow.unrolled, flow.too_many_copies, flow.copies) = (None, None, copies);
    if flow.agains.is_empty() {
        return;
    }
    let cycle_of = cycle_of(flow);
    drop_idle_bounds(flow, &cycle_of);
    let in_payload = most_in_payload(flow.nodes.len());
    match unroll(flow, &cycle_of, Counted::All, copies) {
        Ok(unrolled) => {
            if unrolled.flow().nodes.len() > in_payload {
                let largest = largest_cycle(&unrolled, &cycle_of);
                flow.too_many_copies = Some(too_many(flow, &cycle_of, largest, in_payload));
            }
            flow.unrolled = Some(Box::new(unrolled));
        }
        Err(largest) => flow.too_many_copies = Some(too_many(flow, &cycle_of, largest, in_payload)),
    }
}

/// For each node the number of the cycles that it is on, if it is on any.
pub(super) type Cycles = Table<NodeId, Option<u32>>;

/// On which cycle each node is.
pub(super) fn cycle_of(flow: &Flow) -> Cycles {
    let mut cycle_of = Table::filled(None, flow.nodes.len());
    let circular = components(flow, |_| true, |_| true).into_iter().filter(|component| component.circular);
    for (number, component) in circular.enumerate() {
        for node in component.nodes {
            cycle_of[node] = u32::try_from(number).ok();
        }
    }
    cycle_of
}

/// Makes a bounded transition that is on no cycle a plain one, without its `else`.
fn drop_idle_bounds(flow: &mut Flow, cycle_of: &Cycles) {
    let leads_back = |transition: &Transition| {
        let cycle = cycle_of[transition.from];
        transition.to.is_none_or(|to| cycle.is_some() && cycle_of[to] == cycle)
    };
    let mut bounds: Table<AgainId, bool> = Table::filled(false, flow.agains.len());
    let mut kept: Vec<Transition> = Vec::with_capacity(flow.transitions.len());
    for transition in flow.transitions.rows() {
        let mut transition = *transition;
        match transition.again {
            Some(AgainArm::Back(again)) if leads_back(&transition) => bounds[again] = true,
            Some(AgainArm::Back(_)) => transition.again = None,
            // It follows its other way, which has just lost its bound.
            Some(AgainArm::Else(again)) => {
                let is_bounded = kept.last().is_some_and(|back| back.again == Some(AgainArm::Back(again)));
                if !is_bounded {
                    continue;
                }
            }
            None => {}
        }
        kept.push(transition);
    }
    flow.idle_agains = flow.agains.ids().filter(|&again| !bounds[again]).collect();
    if kept.len() != flow.transitions.len() {
        flow.set_transitions(kept);
    }
}

/// The `again`s of the cycle with the most copies, those with the largest numbers first.
fn too_many(flow: &Flow, cycle_of: &Cycles, largest: Option<u32>, most: usize) -> TooManyCopies {
    let mut seen = FxHashSet::default();
    let of_cycle = flow.transitions.rows().iter().filter(|one| cycle_of[one.from] == largest);
    let mut agains: Vec<AgainId> = of_cycle
        .filter_map(|one| one.again)
        .map(AgainArm::again)
        .filter(|&again| seen.insert(again))
        .collect();
    agains.sort_by_key(|&again| std::cmp::Reverse(flow.agains[again].most));
    TooManyCopies { most, agains }
}
