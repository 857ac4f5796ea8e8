//! What the page's script needs to walk a call through the picture: nodes, what is heard there, and where each
//! key leads.

use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::diagnostics::render::shown;
use crate::flow::NodeId;
use crate::picture::measure::Mask;
use crate::simulate::action;

/// A flow to walk through.
#[derive(Debug, Serialize)]
struct Walk {
    /// Which node the call begins at.
    entry: Option<usize>,
    nodes: Vec<WalkNode>,
}

#[derive(Debug, Serialize)]
struct WalkNode {
    id: String,
    kind: String,
    /// Whether the call ends here.
    ends: bool,
    /// What it says and does, as it is written.
    steps: Vec<WalkStep>,
    exits: Vec<Exit>,
    place: String,
}

#[derive(Debug, Serialize)]
struct WalkStep {
    words: String,
    tags: Vec<String>,
}

/// Where a call goes on.
#[derive(Debug, Serialize)]
struct Exit {
    /// What happens, `1` or `timeout | invalid`; empty where the call goes on by itself.
    on: String,
    /// The keys that lead there.
    keys: Vec<String>,
    /// The number of the node.
    to: usize,
}

/// The flow as JSON that can stand in a script element: no `<` is in it.
pub fn json(compiled: &Compiled, mask: Mask) -> String {
    let flow = &compiled.flow;
    let text = |text: &str| shown(&mask(text));
    let number: fn(NodeId) -> usize = crate::table::Id::index;
    let nodes = flow.nodes.iter().map(|(id, node)| WalkNode {
        id: text(&node.id),
        kind: text(node.type_.word()),
        ends: node.ends_call,
        steps: node
            .actions
            .iter()
            .map(|step| WalkStep {
                words: text(&action(step)),
                tags: node.tags.iter().chain(&step.tags).map(|tag| text(&tag.name)).collect(),
            })
            .collect(),
        exits: flow
            .out(id)
            .iter()
            .filter_map(|transition| {
                let keys = flow.alternatives(transition).iter().map(|one| flow.events[one.event].word());
                Some(Exit {
                    on: text(&flow.written_condition(transition).unwrap_or_default()),
                    keys: keys.filter(|word| crate::flow::is_key(word)).map(str::to_owned).collect(),
                    to: number(transition.to?),
                })
            })
            .collect(),
        place: text(&Place::of(compiled, node.name_span).to_string()),
    });
    let walk = Walk { entry: flow.entry.map(number), nodes: nodes.collect() };
    serde_json::to_string(&walk).unwrap_or_default().replace('<', "\\u003c")
}
