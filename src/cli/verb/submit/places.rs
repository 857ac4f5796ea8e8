//! Maps what the platform complains about to places in the source.

use crate::check::{heard_fields, input_fields, repeat_fields};
use crate::cxone::place::{PayloadSpot, spot};
use crate::flow::{Flow, Node, NodeId, Text, TransitionId};
use crate::source::Span;
use crate::table::Id;

/// A place in a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourcePlace {
    /// The place's range.
    pub span: Span,
    /// The text of the label.
    pub label: &'static str,
    /// The id of the node at or around this place.
    pub node: Option<String>,
}

/// The place of a node by its id.
pub fn named(flow: &Flow, id: &str) -> Option<SourcePlace> {
    match source_node(flow, |node| &*node.id == id) {
        Some(node) => Some(of_node(node)),
        // The platform may give a number instead of an id.
        None => at(flow, id).filter(|place| place.node.is_some()),
    }
}

/// The place for a path in the payload.
pub fn at(flow: &Flow, path: &str) -> Option<SourcePlace> {
    let of_text = |text: Option<&Text>, label| Some(SourcePlace { span: text?.span, label, node: None });
    match spot(path)? {
        PayloadSpot::Node(number, rest) => {
            let copy = NodeId::from_index(number);
            flow.of_calls().nodes.find(copy)?;
            Some(within(flow, &flow.nodes[flow.source_node(copy)], &rest))
        }
        PayloadSpot::NodeId(steps) => {
            // Ids may contain dots, which do not separate steps.
            (1..=steps.len()).rev().find_map(|length| {
                let (id, rest) = steps.split_at_checked(length)?;
                let id = id.join(".");
                let node = source_node(flow, |node| *node.id == *id)?;
                Some(within(flow, node, rest))
            })
        }
        PayloadSpot::Transition(number) => {
            let copy = TransitionId::from_index(number);
            flow.of_calls().transitions.find(copy)?;
            let transition = &flow.transitions[flow.source_transition(copy)];
            let node = flow.nodes[transition.from].id.to_string();
            Some(SourcePlace {
                span: transition.span,
                label: "the platform names this transition",
                node: Some(node),
            })
        }
        PayloadSpot::Entry => {
            let entry = &flow.nodes[flow.entry?];
            Some(SourcePlace { label: "the platform names the entry", ..of_node(entry) })
        }
        PayloadSpot::Name => of_text(flow.name.as_ref(), "the platform names the flow's name"),
        PayloadSpot::Description => {
            of_text(flow.description.as_ref(), "the platform names the flow's description")
        }
    }
}

/// The node that the payload has under an id, where a node may have copies.
fn source_node(flow: &Flow, is_it: impl Fn(&Node) -> bool) -> Option<&Node> {
    let (copy, _) = flow.of_calls().nodes.iter().find(|(_, node)| is_it(node))?;
    Some(&flow.nodes[flow.source_node(copy)])
}

fn of_node(node: &Node) -> SourcePlace {
    SourcePlace {
        span: node.name_span,
        label: "the platform names this node",
        node: Some(node.id.to_string()),
    }
}

/// The place for steps inside a node: `actions`, a number, a field.
fn within(flow: &Flow, node: &Node, steps: &[String]) -> SourcePlace {
    let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
    if let (["disposition"], Some(given)) = (steps.as_slice(), node.disposition) {
        return SourcePlace {
            span: given.span,
            label: "the platform names this disposition",
            ..of_node(node)
        };
    }
    let (number, field) = match steps.as_slice() {
        ["actions", number] => (number, ""),
        ["actions", number, field, ..] => (number, *field),
        _ => return of_node(node),
    };
    let Some(action) = number.parse::<usize>().ok().and_then(|number| node.actions.get(number)) else {
        return of_node(node);
    };
    let (span, label) = match field {
        "text" => (action.text.as_ref().map(|text| text.span), "the platform names this text"),
        "media_url" => (action.media.as_ref().map(|media| media.span), "the platform names this address"),
        "max_retries" => (action.retries.map(|retries| retries.span), "the platform names these retries"),
        _ => {
            let fields = action.input.as_deref().map(input_fields).unwrap_or_default();
            let said = repeat_fields(action).into_iter().chain(heard_fields(flow, action));
            let mut all = fields.into_iter().chain(said.map(|(name, span)| (name, Some(span))));
            let span = all.find(|(name, _)| *name == field).and_then(|(_, span)| span);
            (span, "the platform names this option")
        }
    };
    match span {
        Some(span) => SourcePlace { span, label, ..of_node(node) },
        None => SourcePlace { span: action.span, label: "the platform names this action", ..of_node(node) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_copy_is_said_of_its_node() {
        let text = "flow \"Menu\"\nentry menu\ncollect menu \"Press 1, or star.\" {\n  on 1 -> bye\n  \
                    on * -> menu again 2 else bye\n  on timeout | invalid -> bye\n}\ndisconnect bye\n";
        let flow = crate::compile("menu.cxflow", text).flow;
        let shown = |place: Option<SourcePlace>| {
            let place = place.unwrap();
            (text.get(place.span.range()).unwrap_or_default().to_owned(), place.node.unwrap_or_default())
        };
        let menu = ("menu".to_owned(), "menu".to_owned());
        assert_eq!(shown(named(&flow, "menu~2")), menu);
        assert_eq!(shown(named(&flow, "menu~3")), menu);
        assert_eq!(named(&flow, "menu~4"), None);
        assert_eq!(shown(at(&flow, "nodes[2]")), menu);
        assert_eq!(shown(at(&flow, "nodes[3].actions[0].text")).0, "\"Press 1, or star.\"");
        assert_eq!(at(&flow, "nodes[4]"), None);
        // Those of `menu`, of `menu~2` and of `menu~3`, three each.
        assert_eq!(shown(at(&flow, "transitions[4]")), menu);
        assert_eq!(shown(at(&flow, "transitions[7]")), ("bye".to_owned(), "menu".to_owned()));
        assert_eq!(at(&flow, "transitions[9]"), None);
    }
}
