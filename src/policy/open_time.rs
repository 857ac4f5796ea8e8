//! Which steps must be measured to decide a `limit`.

use super::path_graph::PathGraph;
use super::step_time::{StepTime, down, holds, up, why};
use super::{MissingFact, OpenStep};
use crate::diagnostics::{list_of, quote};
use crate::flow::{Action, Directive};
use crate::speech::TimeBounds;
use crate::spelling::display_duration;
use crate::spelling::display_id;

/// How many steps are listed.
const LISTED: usize = 50;
/// How many nodes a sentence names.
const NAMED: usize = 4;

/// Which of the undecided steps to measure; `longest` is the time of the longest path, of what `way` says, and
/// `most` is the limit.
pub fn missing(
    graph: &PathGraph<'_>,
    times: &[StepTime],
    mut open: Vec<usize>,
    way: &str,
    (longest, most): (TimeBounds, u64),
) -> MissingFact {
    let bounds = |step: usize| times.get(step).copied().unwrap_or_default().bounds;
    // The steps with the widest bounds come first; of steps without an upper bound, those with the greatest
    // lower one.
    open.sort_by_key(|&step| {
        (core::cmp::Reverse(bounds(step).open()), core::cmp::Reverse(bounds(step).least), step)
    });
    let mut steps: Vec<OpenStep> = Vec::new();
    let mut remedies: Vec<String> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    let held = open.iter().copied().find(|&step| holds(graph, step));
    // Instances of one file share the places of their steps.
    open.retain(|&step| graph.action(step).is_some_and(|action| seen.insert(action.span)));
    for &step in open.iter().take(LISTED) {
        let Some(action) = graph.action(step) else { continue };
        let why = why(graph.source, action, times.get(step).copied().unwrap_or_default());
        let node = graph.node_of(step);
        remedies.push(of_header(graph, step, action).unwrap_or(why.remedy));
        steps.push(OpenStep { node, span: action.span, bounds: bounds(step), what: why.label });
    }
    let unknown: Vec<usize> = open.iter().copied().filter(|&step| bounds(step).is_unbounded()).collect();
    let what = match unknown.as_slice() {
        [] => format!(
            "{way} it is estimated to take {} to {}, and the limit is {}",
            down(longest.least),
            up(longest.most),
            display_duration(most)
        ),
        several => {
            format!("nothing says how long {}", what_is_unknown(graph, several))
        }
    };
    let remedy = match (remedies.as_slice(), steps.as_slice()) {
        ([], _) => String::new(),
        ([one], _) => one.clone(),
        (_, steps) => {
            let mut nodes: Vec<String> = Vec::new();
            for step in steps {
                let node = quote(&display_id(&graph.source.nodes[graph.source_node(step.node)].id));
                if !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
            let more = nodes.len().saturating_sub(NAMED);
            nodes.truncate(NAMED);
            if more > 0 {
                nodes.push(format!("{more} more"));
            }
            format!(
                "measure these and give each a `lasts`; the first ones matter most: {}",
                list_of(&nodes, "and")
            )
        }
    };
    let remedy = match held {
        None => remedy,
        Some(_) => {
            let held = format!(
                "until it is known who answered, the target may hold the call for {}, which no `lasts` changes: the limit must leave that time",
                display_duration(graph.source.detection)
            );
            if remedy.is_empty() { held } else { format!("{remedy}; {held}") }
        }
    };
    let held = held.map(|step| graph.source.nodes[graph.source_node(graph.node_of(step))].kind_span);
    let span = steps.first().map(|step| step.span).or(held);
    MissingFact { what, remedy, span, more_steps: open.len().saturating_sub(steps.len()), steps }
}

/// What to write where the action is that of a node of a declared kind, whose first line takes it.
fn of_header(graph: &PathGraph<'_>, step: usize, action: &Action) -> Option<String> {
    let node = &graph.source.nodes[graph.source_node(graph.node_of(step))];
    let is_own = matches!(action.directive, Directive::Other(_))
        && action.span.file == node.name_span.file
        && action.span.start <= node.name_span.end;
    let word = &graph.source.kinds[node.declared_kind().filter(|_| is_own)?].word;
    let name = display_id(&node.id);
    Some(format!(
        "write how long it takes in the node's first line, as in `{word} {name} lasts 2s`, before a `with`"
    ))
}

/// `` `menu` waits for a key ``, or `3 steps take: those of …`.
fn what_is_unknown(graph: &PathGraph<'_>, steps: &[usize]) -> String {
    let id = |step: usize| quote(&display_id(&graph.source.nodes[graph.source_node(graph.node_of(step))].id));
    if let [step] = *steps {
        let action = graph.action(step);
        return match action.map(|action| &action.directive) {
            Some(Directive::Collect) => format!("{} waits for a key", id(step)),
            Some(Directive::Play) if action.is_some_and(|action| !action.is_recorded()) => {
                format!("the `say` of {} takes", id(step))
            }
            directive => format!("the `{}` of {} takes", directive.map_or("", Directive::word), id(step)),
        };
    }
    let mut nodes: Vec<String> = Vec::new();
    for &step in steps {
        if nodes.last() != Some(&id(step)) && nodes.len() <= NAMED {
            nodes.push(id(step));
        }
    }
    nodes.dedup();
    let shown = if nodes.len() > NAMED {
        nodes.truncate(NAMED);
        nodes.join(", ") + " and others"
    } else {
        list_of(&nodes, "and")
    };
    format!("{} steps take, at {shown}", steps.len())
}
