//! Small random flows, as text, and random rules about them, as data.

use std::fmt::Write;

use cxflowc::flow::policy::{Extent, Form, Op, Selector};
use cxflowc::flow::{EventId, Flow, Kind, NodeId};
use cxflowc::table::{Id, Table};
use proptest::prelude::*;

const TAGS: [&str; 3] = ["a", "b", "c"];
const VARIABLES: [&str; 2] = ["v", "w"];
const FIELDS: [&str; 2] = ["f", "g"];
const DISPOSITIONS: [&str; 2] = ["D", "E"];

/// What a node is declared as; those without `ends` are generic only by their `type`.
const KINDS: [&str; 19] = [
    "play",
    "disclosure",
    "collect",
    "collect",
    "agent",
    "agent",
    "agent",
    "callback",
    "voicemail",
    "disconnect",
    "answer",
    "node type \"X\"",
    "node type \"X\" ends",
    "node type \"agent\"",
    "node type \"collect\"",
    "lookup",
    "transfer",
    "speak",
    "desk",
];

/// The kinds that a flow declares.
const DECLARED: &str = "dispositions D, E
var v
var w
kind lookup type \"web\" {
  sets v on found
  sets w on found | missing
  outcome found, missing, failed
}
kind transfer type \"dial\" ends as voicemail { outcome busy, lost }
kind speak type \"tts\" as disclosure
kind desk type \"queue\" as agent { outcome done, busy, failed }
";

const CONDITIONS: [&str; 20] = [
    "",
    "",
    "",
    "1",
    "2",
    "1 | 2",
    "1 | timeout",
    "timeout | invalid",
    "invalid",
    "busy",
    "busy | no_answer",
    "failed",
    "human",
    "machine | unknown",
    "found",
    "missing | lost",
    "done",
    "done | busy",
    "\"c\"",
    "\"busy|input=2\"",
];

/// A flow of which every transition without a bound goes to a later node; the call begins at the first.
#[derive(Debug, Clone)]
pub struct Model(Vec<Node>);

/// What an agent says: above how many actions, in how many words, and with which tags.
type Script = (usize, usize, Vec<&'static str>);
/// A condition, where it leads, and with which disposition.
type Branch = (&'static str, usize, Option<&'static str>);
/// A condition, where it leads how often and where then, and with which dispositions.
type Bound = (&'static str, usize, u32, usize, [Option<&'static str>; 2]);
/// What a node is made of.
type Drawn = (
    &'static str,
    Vec<&'static str>,
    Vec<Action>,
    Vec<Script>,
    Vec<Branch>,
    Vec<Bound>,
    bool,
    Option<&'static str>,
);

#[derive(Debug, Clone)]
struct Node {
    kind: &'static str,
    /// How long what a declared kind does takes.
    lasts: Option<u32>,
    tags: Vec<&'static str>,
    actions: Vec<Action>,
    /// What an agent says: above how many actions, in how many words, and with which tags.
    scripts: Vec<Script>,
    branches: Vec<Branch>,
    disposition: Option<&'static str>,
    /// What leads back, or on, a few times.
    bounded: Vec<Bounded>,
}

#[derive(Debug, Clone)]
struct Bounded {
    condition: &'static str,
    to: usize,
    most: u32,
    otherwise: usize,
    dispositions: [Option<&'static str>; 2],
}

#[derive(Debug, Clone)]
struct Action {
    /// Which of those that the kind of node may have.
    which: usize,
    words: usize,
    lasts: Option<u32>,
    retries: Option<u32>,
    tags: Vec<&'static str>,
    field: Option<&'static str>,
    /// A variable that is set before it.
    set: Option<&'static str>,
}

impl Action {
    /// What nobody hears bears no tag, so that what is `tagged` says something.
    fn text(&self, kind: &str, tagged: bool) -> String {
        let words = self.words.max(usize::from(tagged || !self.tags.is_empty()));
        let words = ["Press", "1", "to  go", "on"].get(..words).unwrap().join(" ");
        let media = "\"https://cdn.example.com/a.wav\"";
        let mut text = match (kind, self.which % 6) {
            ("collect" | "node type \"collect\"", 0 | 1) => format!("collect \"{words}\""),
            ("collect" | "node type \"collect\"", 2) => format!("collect \"{words}\" media {media}"),
            ("agent" | "node type \"agent\"", 0..=2) => "route \"a queue\"".to_owned(),
            ("callback", 0..=2) => "schedule \"queue\"".to_owned(),
            ("voicemail", 0 | 1) => "record \"mailbox\"".to_owned(),
            ("disconnect", 0) => "disconnect".to_owned(),
            ("node type \"X\"" | "node type \"X\" ends", 0 | 1) => {
                format!("action \"beep\" text \"{words}\"")
            }
            ("node type \"X\"" | "node type \"X\" ends", 2) => format!("collect \"\" media {media}"),
            (_, 0 | 3) => format!("play {media}"),
            (_, 1 | 4) => format!("say \"{words}\""),
            _ => format!("play {media} text \"{words}\""),
        };
        if let Some(retries) = self.retries {
            write!(text, " retries {retries}").unwrap();
        }
        if let Some(lasts) = self.lasts {
            write!(text, " lasts {lasts}ms").unwrap();
        }
        self.tags.iter().for_each(|tag| write!(text, " @{tag}").unwrap());
        if let Some(field) = self.field {
            write!(text, " with {field} = 1").unwrap();
        }
        match self.set {
            Some(set) => format!("set {set} = 1; {text}"),
            None => text,
        }
    }
}

/// `disposition NAME`, or nothing.
fn given(disposition: Option<&str>) -> String {
    disposition.map(|name| format!(" disposition {name}")).unwrap_or_default()
}

impl Model {
    /// The flow's text.
    pub fn text(&self) -> String {
        let mut text = format!("flow \"Any\"\nentry n0\n{DECLARED}");
        for (at, node) in self.0.iter().enumerate() {
            let (kind, options) = node.kind.split_once(' ').unwrap_or((node.kind, ""));
            write!(text, "{kind} n{at} {options}").unwrap();
            node.lasts.iter().for_each(|lasts| write!(text, " lasts {lasts}ms").unwrap());
            node.tags.iter().for_each(|tag| write!(text, " @{tag}").unwrap());
            text.push_str(&given(node.disposition));
            text.push_str(" {\n");
            let has_agent =
                ["agent", "node type \"X\" ends", "node type \"agent\"", "desk"].contains(&node.kind);
            let script = |text: &mut String, above: usize| {
                for (_, words, tags) in node.scripts.iter().filter(|one| has_agent && one.0 == above) {
                    let words = ["", "Hello", "Hello again"][(*words).max(usize::from(!tags.is_empty())) % 3];
                    let tags: String = tags.iter().map(|tag| format!(" @{tag}")).collect();
                    writeln!(text, "  script \"{words}\"{tags}").unwrap();
                }
            };
            for (at, action) in node.actions.iter().enumerate().filter(|_| kind != "answer") {
                script(&mut text, node.actions.len() - at);
                writeln!(text, "  {}", action.text(node.kind, !node.tags.is_empty())).unwrap();
            }
            script(&mut text, 0);
            for (condition, to, disposition) in &node.branches {
                let on = if condition.is_empty() { String::new() } else { format!("on {condition} ") };
                writeln!(text, "  {on}-> n{to}{}", given(*disposition)).unwrap();
            }
            for Bounded { condition, to, most, otherwise, dispositions } in &node.bounded {
                let on = if condition.is_empty() { String::new() } else { format!("on {condition} ") };
                let [back, then] = dispositions.map(given);
                writeln!(text, "  {on}-> n{to}{back} again {most} else n{otherwise}{then}").unwrap();
            }
            text.push_str("}\n");
        }
        text
    }
}

impl Model {
    /// The same with texts in place of recordings.
    pub fn spoken(&self) -> Self {
        let mut spoken = self.clone();
        spoken.0.iter_mut().flat_map(|node| &mut node.actions).for_each(|action| action.which = 1);
        spoken
    }

    /// The same with times for actions that state none: what `time` says of a node's action, both by number, or of what its
    /// declared kind does.
    pub fn timed(&self, time: impl Fn(usize, Option<usize>) -> Option<u32>) -> Self {
        let mut timed = self.clone();
        for (at, node) in timed.0.iter_mut().enumerate() {
            if ["lookup", "transfer", "speak", "desk"].contains(&node.kind) {
                node.lasts = node.lasts.or_else(|| time(at, None));
            }
            for (number, action) in node.actions.iter_mut().enumerate() {
                action.lasts = action.lasts.or_else(|| time(at, Some(number)));
            }
        }
        timed
    }
}

fn tags() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        3 => Just(Vec::new()),
        3 => prop::sample::select(&TAGS[..]).prop_map(|tag| vec![tag]),
        1 => Just(vec!["a", "b"]),
    ]
}

fn actions() -> impl Strategy<Value = Action> {
    let lasts = prop_oneof![1 => Just(None), 2 => (0u32..4).prop_map(|lasts| Some(lasts * 500))];
    let retries = prop_oneof![3 => Just(None), 1 => (0u32..4).prop_map(Some)];
    let set = prop_oneof![5 => Just(None), 1 => prop::sample::select(&VARIABLES[..]).prop_map(Some)];
    let field = prop_oneof![3 => Just(None), 1 => prop::sample::select(&FIELDS[..]).prop_map(Some)];
    (0usize..6, 0usize..4, lasts, retries, tags(), field, set).prop_map(
        |(which, words, lasts, retries, tags, field, set)| Action {
            which,
            words,
            lasts,
            retries,
            tags,
            field,
            set,
        },
    )
}

fn dispositions() -> impl Strategy<Value = Option<&'static str>> {
    prop_oneof![3 => Just(None), 1 => prop::sample::select(&DISPOSITIONS[..]).prop_map(Some)]
}

pub fn models(bounds: bool) -> impl Strategy<Value = Model> {
    let most = if bounds { 2 } else { 0 };
    let bounded = (
        prop::sample::select(&CONDITIONS[..]),
        0usize..100,
        1u32..=3,
        0usize..100,
        [dispositions(), dispositions()],
    );
    let node = (
        prop::sample::select(&KINDS[..]),
        tags(),
        prop::collection::vec(actions(), 0..=3),
        prop::collection::vec((0usize..=2, 0usize..3, tags()), 0..=2),
        prop::collection::vec((prop::sample::select(&CONDITIONS[..]), 0usize..100, dispositions()), 0..=3),
        prop_oneof![2 => Just(Vec::new()), 1 => prop::collection::vec(bounded, 0..=most)],
        prop_oneof![3 => Just(true), 1 => Just(false)],
        dispositions(),
    );
    // Where the last node hangs up, more paths are complete.
    (prop::collection::vec(node, 3..=8), any::<bool>()).prop_map(|(nodes, hangs_up)| {
        let len = nodes.len();
        let node = |(at, node): (usize, Drawn)| {
            let (kind, tags, actions, mut scripts, branches, bounded, near, disposition) = node;
            scripts.iter_mut().for_each(|script| script.0 = script.0.min(actions.len()));
            let later = len - at - 1;
            let to = |any: usize| at + 1 + any % if near { later.min(2) } else { later };
            let branches = branches
                .into_iter()
                .filter(|_| later > 0)
                .map(|(condition, any, disposition)| (condition, to(any), disposition));
            let bounded = bounded.into_iter().filter(|_| later > 0).map(
                |(condition, any, most, otherwise, dispositions)| {
                    // Mostly back, and now and then on.
                    let to = if any % 8 == 0 { to(any) } else { any % (at + 1) };
                    Bounded { condition, to, most, otherwise: at + 1 + otherwise % later, dispositions }
                },
            );
            let kind = if later == 0 && hangs_up { "disconnect" } else { kind };
            let (branches, bounded) = (branches.collect(), bounded.collect());
            Node { kind, lasts: None, tags, actions, scripts, branches, bounded, disposition }
        };
        Model(nodes.into_iter().enumerate().map(node).collect())
    })
}

/// A selector before the flow is known.
#[derive(Debug, Clone)]
pub enum Picked {
    Kind(Kind),
    Node(usize),
    Tag(&'static str),
    Set(&'static str),
    With(&'static str),
    Disposition(&'static str),
    /// What happens at the node that a transition leaves: one of its conditions, or the other's.
    Taken(usize, Vec<usize>),
    Heard,
    Key,
    Any,
    Not(Box<Picked>),
    And(Box<Picked>, Box<Picked>),
    Or(Box<Picked>, Box<Picked>),
}

impl Picked {
    pub fn selector(&self, flow: &Flow) -> Selector {
        let mut ops = Vec::new();
        self.push(flow, &mut ops);
        Selector(ops)
    }

    fn push(&self, flow: &Flow, ops: &mut Vec<Op>) {
        let op = match self {
            Self::Kind(kind) => Op::Kind(*kind),
            Self::Node(any) => Op::Node(some(&flow.nodes, *any).unwrap()),
            Self::Tag(tag) => Op::Tag((*tag).into()),
            Self::Set(name) => {
                let variable = flow.variables.iter().find(|(_, variable)| *variable.name == **name);
                Op::Set((*name).into(), variable.map(|(id, _)| id))
            }
            Self::With(name) => Op::With((*name).into()),
            Self::Disposition(name) => Op::Disposition((*name).into()),
            Self::Taken(transition, events) => {
                match some(&flow.transitions, *transition).map(|transition| flow.transitions[transition]) {
                    Some(transition) => {
                        let own = flow.alternatives(&transition);
                        let event = |&any: &usize| match own.get(any % 4) {
                            Some(alternative) => Some(alternative.event),
                            None => some(&flow.events, any),
                        };
                        let events: Vec<EventId> = events.iter().filter_map(event).collect();
                        Op::Taken(transition.from, events)
                    }
                    None => Op::Taken(NodeId::from_index(0), Vec::new()),
                }
            }
            Self::Heard => Op::Heard,
            Self::Key => Op::Key,
            Self::Any => Op::Any,
            Self::Not(one) => {
                one.push(flow, ops);
                Op::Not
            }
            Self::And(one, other) | Self::Or(one, other) => {
                one.push(flow, ops);
                other.push(flow, ops);
                if matches!(self, Self::And(..)) { Op::And } else { Op::Or }
            }
        };
        ops.push(op);
    }
}

fn some<I: Id, T>(table: &Table<I, T>, any: usize) -> Option<I> {
    any.checked_rem(table.len()).map(I::from_index)
}

pub fn selectors() -> impl Strategy<Value = Picked> {
    let atom = prop_oneof![
        8 => prop::sample::select(&TAGS[..]).prop_map(Picked::Tag),
        6 => prop::sample::select(Kind::ALL).prop_map(Picked::Kind),
        5 => (0usize..100).prop_map(Picked::Node),
        5 => ((0usize..100), prop::collection::vec(0usize..100, 1..=2))
            .prop_map(|(transition, events)| Picked::Taken(transition, events)),
        3 => prop::sample::select(&VARIABLES[..]).prop_map(Picked::Set),
        3 => prop::sample::select(&FIELDS[..]).prop_map(Picked::With),
        4 => prop::sample::select(&DISPOSITIONS[..]).prop_map(Picked::Disposition),
        2 => Just(Picked::Heard),
        2 => Just(Picked::Key),
        2 => Just(Picked::Any),
    ];
    atom.prop_recursive(2, 4, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| Picked::Not(Box::new(one))),
            (inner.clone(), inner.clone())
                .prop_map(|(one, other)| Picked::And(Box::new(one), Box::new(other))),
            (inner.clone(), inner).prop_map(|(one, other)| Picked::Or(Box::new(one), Box::new(other))),
        ]
    })
}

fn extents() -> impl Strategy<Value = Extent> {
    (any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(from_start, to_end, must_occur)| Extent {
        from_start,
        to_end,
        must_occur,
    })
}

/// A form over selectors of a list, by number.
pub fn forms(selectors: usize) -> impl Strategy<Value = Form<usize>> {
    let one = || 0..selectors;
    let perhaps = || prop::option::of(0..selectors);
    prop_oneof![
        one().prop_map(Form::Require),
        one().prop_map(Form::OnEveryPath),
        (one(), one(), perhaps(), any::<bool>()).prop_map(|(first, then, since, or_with)| Form::Before {
            first,
            then,
            since,
            or_with
        }),
        (one(), one(), one(), any::<bool>()).prop_map(|(first, then, since, or_with)| Form::Before {
            first,
            then,
            since: Some(since),
            or_with
        }),
        (one(), one()).prop_map(|(later, earlier)| Form::After { later, earlier }),
        (one(), one(), prop::option::of(0u32..3)).prop_map(|(goal, from, within)| Form::Reachable {
            goal,
            from,
            within
        }),
        (one(), one(), prop::option::of(0u32..3)).prop_map(|(goal, from, within)| Form::Reachable {
            goal,
            from,
            within
        }),
        one().prop_map(Form::Forbid),
        (one(), one()).prop_map(|(forbidden, then)| Form::ForbidBefore { forbidden, then }),
        (one(), one()).prop_map(|(forbidden, earlier)| Form::ForbidAfter { forbidden, earlier }),
        (0u64..4).prop_map(Form::Retries),
        (0u64..6).prop_map(Form::Depth),
        (0u64..5, one()).prop_map(|(most, counted)| Form::Count(most, counted)),
        (0u64..5, one()).prop_map(|(most, counted)| Form::Count(most, counted)),
        ((0u64..12), perhaps(), perhaps(), extents()).prop_map(|(most, from, to, extent)| Form::Time {
            most: most * 400,
            from,
            to,
            extent
        }),
        ((0u64..12), one(), one(), extents()).prop_map(|(most, from, to, extent)| Form::Time {
            most: most * 400,
            from: Some(from),
            to: Some(to),
            extent
        }),
    ]
}
