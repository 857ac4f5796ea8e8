//! One caller's path: what happens on the call is given, and this is where it leads.

use crate::diagnostics::list_of;
use crate::flow::{Event, Flow, NodeId, Transition, TransitionId, display_id};

use super::in_words;

/// A path through a flow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// The nodes that the call passed, the entry first.
    pub path: Vec<NodeId>,
    /// The transitions that it took, one between each two nodes.
    pub taken: Vec<Taken>,
}

/// A transition that a call took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// The transition.
    pub transition: TransitionId,
    /// The number of the event that it was taken on; `None` where it is unconditional.
    pub event: Option<usize>,
}

impl Walk {
    /// How many events were used.
    pub fn used(&self) -> usize {
        self.taken.iter().filter(|taken| taken.event.is_some()).count()
    }

    /// The node where it ended, or where it is stuck.
    pub fn last(&self) -> Option<NodeId> {
        self.path.last().copied()
    }
}

/// A call whose events do not fit the flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stuck {
    /// How it went until then; its last node is where it is stuck.
    pub walk: Walk,
    /// Why it did not go on.
    pub why: Why,
}

/// Why a call did not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The flow has no entry.
    NoEntry,
    /// No branch of the node takes the next event.
    NotTaken,
    /// The node branches, and no event is left.
    Unanswered,
    /// The call ends at the node, and events are left.
    LeftOver,
    /// Nothing leads on from a node that does not end the call.
    DeadEnd,
    /// The call goes round in a circle in which nothing is asked.
    Circle,
}

impl Why {
    /// A word for it, for machines.
    pub fn word(self) -> &'static str {
        match self {
            Self::NoEntry => "no-entry",
            Self::NotTaken => "not-taken",
            Self::Unanswered => "unanswered",
            Self::LeftOver => "left-over",
            Self::DeadEnd => "dead-end",
            Self::Circle => "circle",
        }
    }
}

impl Stuck {
    /// What happened, in one sentence, and what the node takes. `events` are those of the walk.
    pub fn in_words(&self, flow: &Flow, events: &[Event]) -> (String, String) {
        let Some(node) = self.walk.last() else {
            return ("the flow has no entry".to_owned(), "name one: `entry NODE`".to_owned());
        };
        let id = quoted_id(flow, node);
        let used = self.walk.used();
        let next = events.get(used).map(Event::display).unwrap_or_default();
        let place = if events.len() > 1 {
            format!(", event {} of {}", used + 1, events.len())
        } else {
            String::new()
        };
        let takes = accepted_in_words(flow, node);
        let ends = if flow.nodes[node].ends_call { ", or nothing: the call ends there" } else { "" };
        match self.why {
            Why::NoEntry => ("the flow has no entry".to_owned(), "name one: `entry NODE`".to_owned()),
            Why::NotTaken => {
                (format!("no branch of {id} takes `{next}`{place}"), format!("{id} takes {takes}{ends}"))
            }
            Why::Unanswered => (
                format!("at {id} something has to happen, and no event is left"),
                format!("{id} takes {takes}"),
            ),
            Why::LeftOver => (
                format!("the call ends at {id}, and `{next}` is left{place}"),
                format!("{id} takes nothing; leave out what comes after"),
            ),
            Why::DeadEnd => (format!("nothing leads on from {id}"), "give it a transition".to_owned()),
            Why::Circle => (
                format!("from {id} on the call goes round in a circle"),
                "lead one of its transitions elsewhere".to_owned(),
            ),
        }
    }
}

/// A node's id in backticks, as messages show it.
fn quoted_id(flow: &Flow, node: NodeId) -> String {
    let id = display_id(&flow.nodes[node].id);
    if id.starts_with('`') { id } else { format!("`{id}`") }
}

/// Walks a flow as one caller does.
///
/// From the entry, unconditional transitions are followed. Wherever a node branches the next event
/// is taken: a key entry, an outcome, or what only the platform knows. A node that ends the call and
/// branches ends it where no event is left. Nothing is guessed: a key that no branch takes is an
/// error, never `invalid`.
///
/// Linear in the transitions of the path, whatever the flow, and without recursion.
///
/// # Errors
///
/// Where the events do not fit: none left at a node that branches, one that no branch takes, some
/// left where the call ended; and where the flow itself leads nowhere or round in circles.
///
/// ```
/// use cxflowc::simulate::{Events, Why, walk};
///
/// let text = r#"flow "Two ways"
/// entry menu
/// collect menu "Press 1 for sales" { on 1 -> sales; on timeout | invalid -> bye }
/// agent sales "q" { on busy -> bye }
/// disconnect bye
/// "#;
/// let flow = cxflowc::compile("two.cxflow", text).flow;
/// let events = |text: &str| text.parse::<Events>().unwrap().0;
///
/// let call = walk(&flow, &events("1, busy")).unwrap();
/// assert_eq!(flow.path(&call.path), "menu -> sales -> bye");
/// assert_eq!(flow.path(&walk(&flow, &events("1")).unwrap().path), "menu -> sales");
///
/// let stuck = walk(&flow, &events("3")).unwrap_err();
/// assert_eq!(stuck.why, Why::NotTaken);
/// ```
pub fn walk(flow: &Flow, events: &[Event]) -> Result<Walk, Stuck> {
    let mut walk = Walk::default();
    let stuck = |walk, why| Err(Stuck { walk, why });
    let Some(mut node) = flow.entry else { return stuck(walk, Why::NoEntry) };
    walk.path.push(node);
    let mut used = 0;
    // How many transitions in a row were unconditional: more than there are nodes is a circle.
    let mut followed = 0;
    loop {
        let (transition, to, event) = match way_on(flow, node) {
            WayOn::Follow(_, _) if followed > flow.nodes.len() => return stuck(walk, Why::Circle),
            WayOn::Follow(transition, to) => {
                followed += 1;
                (transition, to, None)
            }
            WayOn::Nowhere => return stuck(walk, Why::DeadEnd),
            WayOn::End if used < events.len() => return stuck(walk, Why::LeftOver),
            WayOn::End => return Ok(walk),
            WayOn::Branches => match events.get(used) {
                None if flow.nodes[node].ends_call => return Ok(walk),
                None => return stuck(walk, Why::Unanswered),
                Some(event) => {
                    let Some((transition, to)) = takes(flow, node, event) else {
                        return stuck(walk, Why::NotTaken);
                    };
                    used += 1;
                    followed = 0;
                    (transition, to, Some(used - 1))
                }
            },
        };
        walk.taken.push(Taken { transition, event });
        walk.path.push(to);
        node = to;
    }
}

/// How a call goes on at a node.
pub(super) enum WayOn {
    /// By this unconditional transition.
    Follow(TransitionId, NodeId),
    /// By what happens next.
    Branches,
    /// Not: it has ended.
    End,
    /// Not, though it has not ended.
    Nowhere,
}

pub(super) fn way_on(flow: &Flow, node: NodeId) -> WayOn {
    let unconditional = flow.out_with_ids(node).find(|(_, transition)| transition.is_unconditional());
    match unconditional {
        Some((id, Transition { to: Some(to), .. })) => WayOn::Follow(id, *to),
        Some((_, Transition { to: None, .. })) => WayOn::Nowhere,
        None if !flow.out(node).is_empty() => WayOn::Branches,
        None if flow.nodes[node].ends_call => WayOn::End,
        None => WayOn::Nowhere,
    }
}

/// The branch of a node that takes an event, and where it goes. An event that joins several, as the
/// quoted condition `"a|b"` does, is taken by the branch that takes them all.
pub fn takes(flow: &Flow, node: NodeId, event: &Event) -> Option<(TransitionId, NodeId)> {
    let takes = |transition: &Transition| {
        event.payload.split('|').all(|piece| {
            flow.alternatives(transition).iter().any(|one| *flow.events[one.event].payload == *piece)
        })
    };
    flow.out_with_ids(node)
        .find(|(_, transition)| !transition.is_unconditional() && takes(transition))
        .and_then(|(id, transition)| Some((id, transition.to?)))
}

/// What the branches of a node take, as the language writes it, in their order.
pub fn accepted(flow: &Flow, node: NodeId) -> Vec<String> {
    let branches = flow.out(node).iter().flat_map(|transition| flow.alternatives(transition));
    in_words(branches.map(|one| &flow.events[one.event]))
}

/// The same as a sentence says it, and of very many the first ones: `1, 2 or timeout`.
pub fn accepted_in_words(flow: &Flow, node: NodeId) -> String {
    const SHOWN: usize = 20;
    let mut words = accepted(flow, node);
    if words.len() > SHOWN {
        let more = words.len() - SHOWN;
        words.truncate(SHOWN);
        words.push(format!("{more} more"));
        return list_of(&words, "and");
    }
    if words.is_empty() { "nothing".to_owned() } else { list_of(&words, "or") }
}
