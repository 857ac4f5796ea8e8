//! Parses places in a payload as platforms write them: `/nodes/3/actions/0/text`, `nodes[3].text`, `["body",
//! "nodes", 3]`.

/// The part of a payload that a place is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadSpot {
    /// A node by its number, and the rest of the place.
    Node(usize, Vec<String>),
    /// A node by its id, possibly split at its dots, and the rest of the place.
    NodeId(Vec<String>),
    /// A transition, by its number.
    Transition(usize),
    /// The node where calls begin.
    Entry,
    /// The flow's name.
    Name,
    /// The flow's description.
    Description,
}

/// How many steps of a place are read.
const MAX_STEPS: usize = 32;

/// The spot that a place names.
///
/// ```
/// use cxflowc::cxone::place::{PayloadSpot, spot};
/// assert_eq!(spot("#/transitions/2/to_node"), Some(PayloadSpot::Transition(2)));
/// assert_eq!(spot("$.entry_node"), Some(PayloadSpot::Entry));
/// ```
pub fn spot(place: &str) -> Option<PayloadSpot> {
    of_steps(&steps(place))
}

/// The spot that steps lead to. Skips steps before the payload's own names, such as `body`.
pub fn of_steps(steps: &[String]) -> Option<PayloadSpot> {
    for (at, step) in steps.iter().enumerate() {
        let rest = steps.get(at + 1..).unwrap_or_default();
        let number = rest.first().and_then(|next| next.parse::<usize>().ok());
        let spot = match plain(step).as_str() {
            "nodes" | "node" => match number {
                Some(number) => PayloadSpot::Node(number, rest.get(1..).unwrap_or_default().to_vec()),
                None if rest.is_empty() => continue,
                None => PayloadSpot::NodeId(rest.to_vec()),
            },
            "transitions" | "transition" => PayloadSpot::Transition(number?),
            "entrynode" | "entry" => PayloadSpot::Entry,
            "name" if rest.is_empty() => PayloadSpot::Name,
            "description" if rest.is_empty() => PayloadSpot::Description,
            _ => continue,
        };
        return Some(spot);
    }
    (!steps.is_empty()).then(|| PayloadSpot::NodeId(steps.to_vec()))
}

/// A name in lower case without separators, which differ between styles.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).flat_map(char::to_lowercase).collect()
}

/// The steps of a place: a JSON pointer (RFC 6901), a JSONPath, or names with dots and brackets.
fn steps(place: &str) -> Vec<String> {
    let place = place.trim();
    let place = place.strip_prefix('#').unwrap_or(place);
    if place.starts_with('/') {
        let decoded = percent_decoded(place);
        let step = |step: &str| step.replace("~1", "/").replace("~0", "~");
        return decoded.split('/').skip(1).take(MAX_STEPS).map(step).collect();
    }
    let mut steps = Vec::new();
    let mut step = String::new();
    let mut quote = None;
    for c in place.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"' | '`', None) => quote = Some(c),
            ('.' | '[' | ']' | '/', None) => steps.extend(take_nonempty(&mut step)),
            _ => step.push(c),
        }
        if steps.len() >= MAX_STEPS {
            return steps;
        }
    }
    steps.extend(take_nonempty(&mut step));
    steps.retain(|step| step != "$");
    steps
}

fn take_nonempty(step: &mut String) -> Option<String> {
    let step = std::mem::take(step);
    (!step.is_empty()).then_some(step)
}

fn percent_decoded(text: &str) -> String {
    let mut pieces = text.split('%');
    let mut out = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        match piece.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                out.extend_from_slice(piece.get(2..).unwrap_or_default().as_bytes());
            }
            None => {
                out.push(b'%');
                out.extend_from_slice(piece.as_bytes());
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_every_style() {
        let node =
            |rest: &[&str]| Some(PayloadSpot::Node(3, rest.iter().map(|step| (*step).to_owned()).collect()));
        for place in [
            "/nodes/3/actions/0/text",
            "#/nodes/3/actions/0/text",
            "nodes[3].actions[0].text",
            "$.nodes[3].actions[0].text",
            "$['nodes'][3]['actions'][0]['text']",
            "body.nodes.3.actions.0.text",
            "payload/nodes/3/actions/0/text",
            "Nodes[3].actions[0].text",
        ] {
            assert_eq!(spot(place), node(&["actions", "0", "text"]), "{place}");
        }
        let id =
            |steps: &[&str]| Some(PayloadSpot::NodeId(steps.iter().map(|step| (*step).to_owned()).collect()));
        assert_eq!(spot("nodes.sales.queue"), id(&["sales", "queue"]));
        assert_eq!(spot("nodes['a.b']"), id(&["a.b"]));
        assert_eq!(spot("/nodes/a~1b%20c"), id(&["a/b c"]));
        assert_eq!(spot("sales"), id(&["sales"]));
        assert_eq!(spot("/transitions/12/to_node"), Some(PayloadSpot::Transition(12)));
        assert_eq!(spot("entryNode"), Some(PayloadSpot::Entry));
        assert_eq!(spot("body.name"), Some(PayloadSpot::Name));
        assert_eq!(spot("/description"), Some(PayloadSpot::Description));
        for nothing in ["", "#", "/", "$", "[]", "..", "transitions", "transitions[x]"] {
            assert!(
                !matches!(spot(nothing), Some(PayloadSpot::Node(..) | PayloadSpot::Transition(_))),
                "{nothing}"
            );
        }
    }
}
