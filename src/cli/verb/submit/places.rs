//! Where in a source the things are that the platform speaks of.

use crate::cxone::place::{PayloadSpot, spot};
use crate::flow::{Flow, Node, Text};
use crate::source::Span;

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// Where.
    pub span: Span,
    /// What is there, for the label.
    pub what: &'static str,
    /// The node that it is, or is in.
    pub node: Option<String>,
}

/// The place of a node that is named by its id.
pub fn named(flow: &Flow, id: &str) -> Option<SourcePlace> {
    match flow.nodes.rows().iter().find(|node| &*node.id == id) {
        Some(node) => Some(of_node(node)),
        // A number in place of an id.
        None => at(flow, id).filter(|place| place.node.is_some()),
    }
}

/// The place of what a path in the payload leads to.
pub fn at(flow: &Flow, path: &str) -> Option<SourcePlace> {
    let of_text = |text: Option<&Text>, what| Some(SourcePlace { span: text?.span, what, node: None });
    match spot(path)? {
        PayloadSpot::Node(number, rest) => Some(within(flow.nodes.rows().get(number)?, &rest)),
        PayloadSpot::NodeId(steps) => {
            // Ids may have dots, which are no steps.
            (1..=steps.len()).rev().find_map(|length| {
                let (id, rest) = steps.split_at_checked(length)?;
                let id = id.join(".");
                let node = flow.nodes.rows().iter().find(|node| *node.id == *id)?;
                Some(within(node, rest))
            })
        }
        PayloadSpot::Transition(number) => {
            let transition = flow.transitions.rows().get(number)?;
            let node = flow.nodes[transition.from].id.to_string();
            Some(SourcePlace {
                span: transition.span,
                what: "the platform names this transition",
                node: Some(node),
            })
        }
        PayloadSpot::Entry => {
            let entry = &flow.nodes[flow.entry?];
            Some(SourcePlace { what: "the platform names the entry", ..of_node(entry) })
        }
        PayloadSpot::Name => of_text(flow.name.as_ref(), "the platform names the flow's name"),
        PayloadSpot::Description => {
            of_text(flow.description.as_ref(), "the platform names the flow's description")
        }
    }
}

fn of_node(node: &Node) -> SourcePlace {
    SourcePlace {
        span: node.name_span,
        what: "the platform names this node",
        node: Some(node.id.to_string()),
    }
}

/// The place of what steps inside a node lead to: `actions`, a number, a field.
fn within(node: &Node, steps: &[String]) -> SourcePlace {
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    let (number, field) = match steps.as_slice() {
        ["actions", number] => (number, ""),
        ["actions", number, field, ..] => (number, *field),
        _ => return of_node(node),
    };
    let Some(action) = number.parse::<usize>().ok().and_then(|number| node.actions.get(number)) else {
        return of_node(node);
    };
    let (span, what) = match field {
        "text" => (action.text.as_ref().map(|text| text.span), "the platform names this text"),
        "media_url" => (action.media.as_ref().map(|media| media.span), "the platform names this address"),
        "max_retries" => (action.retries.map(|retries| retries.span), "the platform names these retries"),
        _ => (None, ""),
    };
    match span {
        Some(span) => SourcePlace { span, what, ..of_node(node) },
        None => SourcePlace { span: action.span, what: "the platform names this action", ..of_node(node) },
    }
}
