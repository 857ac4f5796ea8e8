//! What a selector picks on a path.

use cxflowc::flow::policy::{Op, Selector};
use cxflowc::flow::{
    Action, Directive, DispositionId, EventKind, Flow, Kind, Node, NodeId, Transition, TransitionId,
};

use crate::walks::{Occurrence, Point, Walk, ways};

/// What a selector picks on a walk. Where something is forbidden before or after something else, a kind
/// picks the action that makes the node one besides.
pub fn occurrences(flow: &Flow, selector: &Selector, walk: &Walk, with_actions: bool) -> Vec<Occurrence> {
    let mut all = Vec::new();
    for term in terms(selector, with_actions) {
        for (number, &point) in walk.points.iter().enumerate() {
            let here = Occurrence { begin: number, end: number };
            let one = match point {
                Point::Taken(transition, alternative) => {
                    picks_alternative(flow, &term, transition, alternative).then_some(here)
                }
                Point::Step(node, step) => match picks_node(flow, &term, node) {
                    Some(true) if step == 0 => {
                        let steps = flow.nodes[node].actions.len().max(1);
                        Some(Occurrence { begin: number, end: number + steps - 1 })
                    }
                    Some(_) => None,
                    None => picks_step(flow, &term, node, step).then_some(here),
                },
            };
            all.extend(one.filter(|one| !all.contains(one)));
        }
    }
    all.sort_by_key(|one: &Occurrence| (one.begin, one.end));
    all
}

/// Whether a selector picks a transition that is taken in a way.
pub fn picks_way(flow: &Flow, selector: &Selector, transition: TransitionId, way: usize) -> bool {
    terms(selector, false).iter().any(|term| picks_alternative(flow, term, transition, way))
}

/// An atom, or what it does not pick.
#[derive(Clone)]
enum Literal {
    Is(Op),
    IsNot(Op),
    /// The action that makes a node one of a kind.
    ActionOf(Kind),
}

/// A selector as alternatives, each a list of what has to be so at once.
fn terms(selector: &Selector, with_actions: bool) -> Vec<Vec<Literal>> {
    type Terms = Vec<Vec<Literal>>;
    let both = |one: &Terms, other: &Terms| -> Terms {
        one.iter().flat_map(|left| other.iter().map(move |right| [&left[..], &right[..]].concat())).collect()
    };
    let either = |one: &Terms, other: &Terms| -> Terms { [&one[..], &other[..]].concat() };
    let mut stack: Vec<(Terms, Terms)> = Vec::new();
    for op in &selector.0 {
        let value = match op {
            Op::Not => {
                let (is, is_not) = stack.pop().unwrap();
                (is_not, is)
            }
            Op::And | Op::Or => {
                let (right, left) = (stack.pop().unwrap(), stack.pop().unwrap());
                if *op == Op::And {
                    (both(&left.0, &right.0), either(&left.1, &right.1))
                } else {
                    (either(&left.0, &right.0), both(&left.1, &right.1))
                }
            }
            Op::Kind(kind) if with_actions && action_of(*kind).is_some() => (
                vec![vec![Literal::Is(op.clone())], vec![Literal::ActionOf(*kind)]],
                vec![vec![Literal::IsNot(op.clone())]],
            ),
            atom => (vec![vec![Literal::Is(atom.clone())]], vec![vec![Literal::IsNot(atom.clone())]]),
        };
        stack.push(value);
    }
    assert_eq!(stack.len(), 1, "{selector:?}");
    stack.pop().unwrap().0
}

fn action_of(kind: Kind) -> Option<Directive> {
    match kind {
        Kind::Collect => Some(Directive::Collect),
        Kind::Agent => Some(Directive::Route),
        Kind::Callback => Some(Directive::Schedule),
        Kind::Voicemail => Some(Directive::Record),
        Kind::Disconnect => Some(Directive::Disconnect),
        Kind::Answer | Kind::Play | Kind::Disclosure | Kind::Decide => None,
    }
}

/// Whether a node counts as a kind: a disclosure has to be heard, whoever a call is handed over to by
/// `node … ends` counts as an agent, and so does what routes it. A declared kind counts as what it is declared
/// `as`.
fn counts_as(row: &Node, kind: Kind) -> bool {
    let own = action_of(kind);
    own.is_some() && row.actions.iter().any(|action| Some(&action.directive) == own.as_ref())
        || is_declared_as(row, kind)
}

/// Whether a selector names a condition that no branch of its node takes, which is an error of its own.
pub fn names_untaken(flow: &Flow, selector: &Selector) -> bool {
    selector.0.iter().any(|op| {
        let Op::Taken(node, events) = op else { return false };
        let is_taken = |row: &Transition| {
            let alternatives = flow.alternatives(row);
            let outcomes = flow.outcomes_behind(row);
            events.iter().any(|event| {
                alternatives.iter().any(|one| one.event == *event)
                    || row.is_unconditional() && outcomes.contains(&flow.events[*event].word())
            })
        };
        !flow.transitions.rows().iter().any(|row| row.from == *node && is_taken(row))
    })
}

/// Whether a step says or plays something: by its words or recording, or as the own action of a kind that does.
fn is_heard(row: &Node, action: &Action) -> bool {
    let is_own = matches!(&action.directive, Directive::Other(word) if &**word == "tts");
    row.type_.word() == "tts" && is_own || has_words(action)
}

/// Whether an action has words or a recording to be heard.
fn has_words(action: &Action) -> bool {
    let words = action.text.as_ref().and_then(|text| text.value.as_deref()).unwrap_or_default();
    let plays = matches!(action.directive, Directive::Play | Directive::Collect);
    plays && (action.media.is_some() || !words.is_empty())
}

fn is_declared_as(row: &Node, kind: Kind) -> bool {
    let is_one_of = |kinds: &[Kind]| kinds.iter().any(|&kind| row.is(kind));
    match row.type_.word() {
        "dial" => return kind == Kind::Voicemail,
        "tts" => return kind == Kind::Disclosure,
        _ => {}
    }
    match kind {
        Kind::Disclosure => row.is(kind) && row.actions.iter().any(has_words),
        Kind::Agent if row.generic && row.ends_call => {
            !is_one_of(&[Kind::Callback, Kind::Voicemail, Kind::Disconnect])
        }
        _ => row.is(kind),
    }
}

/// Whether a node's kind, name and tags decide that all of its steps or none are picked.
fn picks_node(flow: &Flow, term: &[Literal], node: NodeId) -> Option<bool> {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => Some(counts_as(row, *kind)),
        Op::Declared(_, kind) => Some(kind.is_some() && row.declared_kind() == *kind),
        Op::Node(one) => Some(*one == node),
        Op::Tag(tag) if row.tags.iter().any(|one| one.name == *tag) => Some(true),
        // A tag that none of its actions bears leaves nothing open.
        Op::Tag(tag) => {
            let open = row.actions.iter().any(|action| action.tags.iter().any(|one| one.name == *tag));
            if open { None } else { Some(false) }
        }
        Op::Set(..) | Op::With(_) => {
            // What none of its actions has leaves nothing open.
            if row.actions.iter().any(|action| has(op, action)) { None } else { Some(false) }
        }
        Op::Disposition(name) => Some(gives(flow, row.disposition.map(|given| given.id), name)),
        Op::Heard => {
            if row.actions.iter().any(|action| is_heard(row, action)) {
                None
            } else {
                Some(false)
            }
        }
        Op::Taken(..) | Op::Key | Op::Nothing => Some(false),
        _ => None,
    };
    let of = |literal: &Literal| match literal {
        Literal::Is(op) => atom(op),
        Literal::IsNot(op) => atom(op).map(|is| !is),
        Literal::ActionOf(_) => None,
    };
    let all: Vec<Option<bool>> = term.iter().map(of).collect();
    if all.contains(&Some(false)) {
        Some(false)
    } else if all.contains(&None) {
        None
    } else {
        Some(true)
    }
}

fn picks_step(flow: &Flow, term: &[Literal], node: NodeId, step: usize) -> bool {
    let row = &flow.nodes[node];
    let atom = |op: &Op| match op {
        Op::Kind(kind) => counts_as(row, *kind),
        Op::Declared(_, kind) => kind.is_some() && row.declared_kind() == *kind,
        Op::Node(one) => *one == node,
        Op::Tag(tag) => {
            let of_step = row.actions.get(step).map_or(&[][..], |action| &action.tags);
            row.tags.iter().chain(of_step).any(|one| one.name == *tag)
        }
        Op::Set(..) | Op::With(_) => row.actions.get(step).is_some_and(|action| has(op, action)),
        Op::Disposition(name) => gives(flow, row.disposition.map(|given| given.id), name),
        Op::Heard => row.actions.get(step).is_some_and(|action| is_heard(row, action)),
        Op::Any => true,
        _ => false,
    };
    term.iter().all(|literal| match literal {
        Literal::Is(op) => atom(op),
        Literal::IsNot(op) => !atom(op),
        Literal::ActionOf(kind) => {
            let directive = row.actions.get(step).map(|action| &action.directive);
            // What a declared kind does, and what hands the call over.
            let is_other = directive.is_some_and(|own| matches!(own, Directive::Other(_)));
            let gives_kind = match row.type_.word() {
                "dial" => *kind == Kind::Voicemail && directive.is_some_and(|own| own.word() == "dial"),
                _ => *kind == Kind::Agent && is_other && is_declared_as(row, *kind) && row.generic,
            };
            counts_as(row, *kind) && (directive == action_of(*kind).as_ref() || gives_kind)
        }
    })
}

fn picks_alternative(flow: &Flow, term: &[Literal], transition: TransitionId, alternative: usize) -> bool {
    let row = &flow.transitions[transition];
    let ways = ways(flow, row);
    let word = ways.get(alternative).map(String::as_str);
    let event = flow.alternatives(row).get(alternative).map(|one| one.event);
    // Neither a node nor the lack of something is ever a transition.
    term.iter().all(|literal| match literal {
        Literal::Is(Op::Taken(node, events)) => {
            let of_arrow =
                || row.is_unconditional() && events.iter().any(|&one| word == Some(flow.events[one].word()));
            *node == row.from && (event.is_some_and(|event| events.contains(&event)) || of_arrow())
        }
        Literal::Is(Op::Key) => event.is_some_and(|event| flow.events[event].kind() == EventKind::Key),
        Literal::Is(Op::Disposition(name)) => gives(flow, row.disposition, name),
        Literal::Is(Op::Set(name, _)) => {
            let is_set: &[&str] = if &**name == "v" { &["found"] } else { &["found", "missing"] };
            let of_lookup = flow.nodes[row.from].type_.word() == "web";
            of_lookup && word.is_some_and(|outcome| is_set.contains(&outcome))
        }
        _ => false,
    })
}

/// Whether an action sets a variable or has a field.
fn has(op: &Op, action: &Action) -> bool {
    match op {
        Op::Set(_, variable) => {
            action.set.as_ref().is_some_and(|set| variable.is_some_and(|variable| set.variable == variable))
        }
        Op::With(name) => action.sends(name),
        _ => false,
    }
}

fn gives(flow: &Flow, disposition: Option<DispositionId>, name: &str) -> bool {
    disposition.is_some_and(|id| flow.disposition(id) == name)
}
