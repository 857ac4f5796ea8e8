//! What a selector picks on a path.

use cxflowc::flow::policy::{Op, Selector};
use cxflowc::flow::{
    Action, Directive, DispositionId, EventKind, Flow, Kind, Node, NodeId, Script, Tag, Transition,
    TransitionId,
};

use crate::walks::{Occurrence, Point, Walk, own_steps, ways};

/// Which occurrences a selector picks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picks {
    /// Nodes as a whole, and steps.
    Nodes,
    /// Where something is forbidden before or after something else, a kind picks the action that makes the node one
    /// besides, with what the agent says.
    NodesAndActions,
    /// Where something must come with it, an agent who does not take the call is no agent, and a node of which nothing is
    /// heard then is not there.
    TakenNodes,
}

/// A visit to a node: its node, whether the agent says something, and what it counts as.
#[derive(Clone, Copy)]
struct Visit<'f> {
    row: &'f Node,
    node: NodeId,
    is_said: bool,
    picks: Picks,
}

impl Visit<'_> {
    /// Whether no agent takes the call.
    fn is_untaken(self) -> bool {
        self.picks == Picks::TakenNodes && !self.row.scripts.is_empty() && !self.is_said
    }

    /// The same of a node of which nothing is heard then.
    fn is_nothing(self) -> bool {
        self.is_untaken() && !self.row.actions.iter().any(|action| is_heard(self.row, action))
    }

    /// What the agent says.
    fn scripts(&self) -> &[Script] {
        if self.is_said { &self.row.scripts } else { &[] }
    }

    /// The tags of a step, without those of the node.
    fn tags_of(&self, step: usize) -> &[Tag] {
        match self.row.actions.get(step) {
            Some(action) => &action.tags,
            None => step.checked_sub(own_steps(self.row)).map_or(&[], |line| &self.row.scripts[line].tags),
        }
    }

    /// What it counts as for something that is not picked.
    fn plain(self) -> Self {
        Self { picks: Picks::Nodes, ..self }
    }
}

/// What a selector picks on a walk.
pub fn occurrences(flow: &Flow, selector: &Selector, walk: &Walk, picks: Picks) -> Vec<Occurrence> {
    let mut all = Vec::new();
    for term in terms(selector, picks == Picks::NodesAndActions) {
        for (number, &point) in walk.points.iter().enumerate() {
            let here = Occurrence { begin: number, end: number };
            let one = match point {
                Point::Taken(transition, alternative) => {
                    picks_alternative(flow, &term, transition, alternative).then_some(here)
                }
                Point::Step(node, step) => {
                    let is_said = walk.is_said(flow, number);
                    let visit = Visit { row: &flow.nodes[node], node, is_said, picks };
                    let onward = Occurrence { begin: number, end: walk.end_of_visit(number) };
                    match picks_node(flow, &term, visit) {
                        Some(true) if step == 0 => Some(onward),
                        Some(_) => None,
                        None => picks_step(flow, &term, visit, step).then(|| {
                            let of_action = term.iter().any(|one| matches!(one, Literal::ActionOf(_)));
                            if of_action && is_said { onward } else { here }
                        }),
                    }
                }
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
        "queue" => return kind == Kind::Agent,
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
fn picks_node(flow: &Flow, term: &[Literal], visit: Visit<'_>) -> Option<bool> {
    let row = visit.row;
    let atom = |op: &Op, visit: Visit<'_>| match op {
        Op::Kind(Kind::Agent) | Op::Declared(..) if visit.is_untaken() => Some(false),
        Op::Kind(kind) => Some(counts_as(row, *kind)),
        Op::Declared(_, kind) => Some(kind.is_some() && row.declared_kind() == *kind),
        Op::Node(one) => Some(*one == visit.node && !visit.is_nothing()),
        Op::Tag(tag) if !visit.is_nothing() && row.tags.iter().any(|one| one.name == *tag) => Some(true),
        // A tag that none of its steps bears leaves nothing open.
        Op::Tag(tag) => {
            let of_actions = row.actions.iter().flat_map(|action| &action.tags);
            let mut of_steps = of_actions.chain(visit.scripts().iter().flat_map(|script| &script.tags));
            if of_steps.any(|one| one.name == *tag) { None } else { Some(false) }
        }
        Op::Set(..) | Op::With(_) => {
            // What none of its actions has leaves nothing open.
            if row.actions.iter().any(|action| has(op, action)) { None } else { Some(false) }
        }
        Op::Disposition(name) => Some(gives(flow, row.disposition.map(|given| given.id), name)),
        Op::Heard => {
            let is_heard = row.actions.iter().any(|action| is_heard(row, action));
            if is_heard || visit.scripts().iter().any(has_line) { None } else { Some(false) }
        }
        Op::Taken(..) | Op::Key | Op::Nothing => Some(false),
        _ => None,
    };
    let of = |literal: &Literal| match literal {
        Literal::Is(op) => atom(op, visit),
        Literal::IsNot(op) => atom(op, visit.plain()).map(|is| !is),
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

/// Whether a line of an agent has words.
fn has_line(script: &Script) -> bool {
    script.text.value.as_deref().is_some_and(|text| !text.is_empty())
}

fn picks_step(flow: &Flow, term: &[Literal], visit: Visit<'_>, step: usize) -> bool {
    let row = visit.row;
    let atom = |op: &Op, visit: Visit<'_>| match op {
        Op::Kind(Kind::Agent) | Op::Declared(..) if visit.is_untaken() => false,
        Op::Kind(kind) => counts_as(row, *kind),
        Op::Declared(_, kind) => kind.is_some() && row.declared_kind() == *kind,
        Op::Node(one) => *one == visit.node && !visit.is_nothing(),
        Op::Tag(tag) => {
            let of_node = if visit.is_nothing() { &[][..] } else { &row.tags };
            of_node.iter().chain(visit.tags_of(step)).any(|one| one.name == *tag)
        }
        Op::Set(..) | Op::With(_) => row.actions.get(step).is_some_and(|action| has(op, action)),
        Op::Disposition(name) => gives(flow, row.disposition.map(|given| given.id), name),
        Op::Heard => match row.actions.get(step) {
            Some(action) => is_heard(row, action),
            None => step.checked_sub(own_steps(row)).is_some_and(|line| has_line(&row.scripts[line])),
        },
        Op::Any => true,
        _ => false,
    };
    term.iter().all(|literal| match literal {
        Literal::Is(op) => atom(op, visit),
        Literal::IsNot(op) => !atom(op, visit.plain()),
        Literal::ActionOf(kind) => {
            let directive = row.actions.get(step).map(|action| &action.directive);
            // What a declared kind does, and what hands the call over.
            let is_other = directive.is_some_and(|own| matches!(own, Directive::Other(_)));
            let gives_kind = match row.type_.word() {
                "dial" => *kind == Kind::Voicemail && directive.is_some_and(|own| own.word() == "dial"),
                "queue" => *kind == Kind::Agent && directive.is_some_and(|own| own.word() == "queue"),
                _ => *kind == Kind::Agent && is_other && is_declared_as(row, *kind) && row.generic,
            };
            counts_as(row, *kind)
                && directive.is_some()
                && (directive == action_of(*kind).as_ref() || gives_kind)
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
