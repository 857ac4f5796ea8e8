//! Works the bounds of `again` into a flow, so that its paths are those of calls.

use rustc_hash::FxHashSet;

use super::cycles::{Cycles, cycle_of};
use super::unroll::{Counted, largest_cycle, unroll};
use crate::flow::{AgainArm, AgainId, Flow, Transition};
use crate::table::Table;

/// How many nodes a flow of so many nodes may have with its bounds worked in: 20 copies of each, or enough for ten
/// `again`s that a call may take in any order.
pub fn most_copies(nodes: usize) -> usize {
    nodes.saturating_mul(COPIES_PER_NODE).max(COPIES).min(nodes.saturating_add(FURTHER_COPIES))
}

const COPIES_PER_NODE: usize = 20;
const COPIES: usize = 20_000;
/// A large flow has only so many more than its nodes.
const FURTHER_COPIES: usize = 500_000;

/// Takes the bounds off transitions that no call comes back to, and works the others into [`Flow::of_calls`] where that
/// takes no more nodes than `most`. Where it takes more, [`Flow::has_open_bounds`].
///
/// ```
/// use cxflowc::graph::work_bounds_in;
///
/// let text = "flow \"A\"\nentry menu\n\
///             collect menu \"Press 1.\" { on 1 -> menu again 2 else bye; on timeout | invalid -> bye }\n\
///             disconnect bye\n";
/// let mut flow = cxflowc::compile("a.cxflow", text).flow;
/// assert_eq!(flow.of_calls().nodes.len(), 4, "menu, menu~2, menu~3, bye");
/// work_bounds_in(&mut flow, 3);
/// assert!(flow.has_open_bounds());
/// ```
pub fn work_bounds_in(flow: &mut Flow, most: usize) {
    (flow.unrolled, flow.most_copies) = (None, most);
    if flow.agains.is_empty() {
        return;
    }
    let cycle_of = cycle_of(flow);
    drop_idle_bounds(flow, &cycle_of);
    let largest = match unroll(flow, &cycle_of, Counted::All, most) {
        Ok(unrolled) => {
            let largest = largest_cycle(&unrolled, &cycle_of);
            flow.unrolled = Some(Box::new(unrolled));
            largest
        }
        Err(largest) => largest,
    };
    flow.most_copied = agains_of(flow, &cycle_of, largest);
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

/// The `again`s of a cycle, those with the largest numbers first.
fn agains_of(flow: &Flow, cycle_of: &Cycles, cycle: Option<u32>) -> Vec<AgainId> {
    let mut seen = FxHashSet::default();
    let of_cycle = flow.transitions.rows().iter().filter(|one| cycle_of[one.from] == cycle);
    let mut agains: Vec<AgainId> = of_cycle
        .filter_map(|one| one.again)
        .map(AgainArm::again)
        .filter(|&again| seen.insert(again))
        .collect();
    agains.sort_by_key(|&again| std::cmp::Reverse(flow.agains[again].most));
    agains
}
