//! What rules select, and the steps and transitions of a flow that it picks.

use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;

use crate::flows::{Flow, Kind, Node, TAGS};

#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    Kind(Kind),
    Node(usize),
    Tag(&'static str),
    Tagged(Kind, &'static str),
    Taken(usize, Vec<&'static str>),
    Key,
    Heard,
    Any,
    Or(Box<Selector>, Box<Selector>),
}

const KINDS: [Kind; 6] =
    [Kind::Disclosure, Kind::Collect, Kind::Agent, Kind::Callback, Kind::Voicemail, Kind::Disconnect];

impl Selector {
    pub fn draw(flow: &Flow, rng: &mut TestRng) -> Self {
        match rng.random_range(0..100) {
            0..12 => Self::Or(Box::new(Self::one(flow, rng)), Box::new(Self::one(flow, rng))),
            _ => Self::one(flow, rng),
        }
    }

    /// One that many paths pass by.
    pub fn draw_common(flow: &Flow, rng: &mut TestRng) -> Self {
        let one = match rng.random_range(0..6) {
            0 => Self::Tag("gate"),
            1 => Self::Tag("early"),
            2 => Self::Tag("closing"),
            3 => Self::Kind(Kind::Disclosure),
            4 => Self::Kind(Kind::Collect),
            _ => Self::Tag("step"),
        };
        match rng.random_range(0..4) {
            0 => Self::Or(Box::new(one), Box::new(Self::one(flow, rng))),
            _ => one,
        }
    }

    /// A node that a call comes back to, if it does.
    pub fn draw_again(flow: &Flow, rng: &mut TestRng) -> Self {
        let bounded = flow.nodes.iter().flat_map(|node| &node.branches).filter(|one| one.again.is_some());
        let back: Vec<usize> = bounded.map(|one| one.to).collect();
        match back.len() {
            0 => Self::Node(rng.random_range(0..flow.nodes.len() / 8)),
            len => Self::Node(back[rng.random_range(0..len)]),
        }
    }

    /// One that occurs early and in few places.
    pub fn draw_early(flow: &Flow, rng: &mut TestRng) -> Self {
        let at = rng.random_range(0..flow.nodes.len() / 8);
        let words: Vec<&str> = flow.nodes[at].branches.iter().flat_map(|one| one.ways()).flatten().collect();
        match words.get(rng.random_range(0..6)) {
            Some(word) => Self::Taken(at, vec![word]),
            None => Self::Node(at),
        }
    }

    /// Whether it picks anything that some path leads to.
    pub fn occurs(&self, flow: &Flow, reached: &[bool]) -> bool {
        flow.nodes.iter().enumerate().filter(|(at, _)| reached[*at]).any(|(at, node)| {
            !self.at_node(flow, at, false).is_empty()
                || node
                    .branches
                    .iter()
                    .any(|branch| branch.ways().into_iter().any(|event| self.takes(at, event)))
        })
    }

    fn one(flow: &Flow, rng: &mut TestRng) -> Self {
        let tag = TAGS[rng.random_range(0..TAGS.len())];
        let kind = KINDS[rng.random_range(0..KINDS.len())];
        let len = flow.nodes.len();
        match rng.random_range(0..100) {
            0..35 => Self::Tag(tag),
            35..52 => Self::Kind(kind),
            52..60 => Self::Node(rng.random_range(0..(len / 10))),
            60..70 => Self::Node(rng.random_range(0..len)),
            70..78 => Self::Tagged(kind, tag),
            78..94 => Self::taken(flow, rng),
            94..96 => Self::Key,
            96..98 => Self::Heard,
            _ => Self::Any,
        }
    }

    /// One of the events of a node that has some, by its own branch or by an arrow that stands for it.
    fn taken(flow: &Flow, rng: &mut TestRng) -> Self {
        let len = flow.nodes.len();
        let first = rng.random_range(0..len);
        for at in (first..len).chain(0..first) {
            let words =
                |node: &Node| node.branches.iter().flat_map(|one| one.ways()).flatten().collect::<Vec<_>>();
            let mut words = words(&flow.nodes[at]);
            if words.is_empty() {
                continue;
            }
            let mut picked = vec![words.swap_remove(rng.random_range(0..words.len()))];
            if !words.is_empty() && rng.random_bool(0.3) {
                picked.push(words[rng.random_range(0..words.len())]);
            }
            return Self::Taken(at, picked);
        }
        Self::Key
    }

    pub fn text(&self) -> String {
        match self {
            Self::Kind(kind) => kind.word().to_owned(),
            Self::Node(at) => format!("=n{at}"),
            Self::Tag(tag) => format!("@{tag}"),
            Self::Tagged(kind, tag) => format!("{} & @{tag}", kind.word()),
            Self::Taken(at, words) => format!("(=n{at} on {})", words.join(" | ")),
            Self::Key => "key".to_owned(),
            Self::Heard => "heard".to_owned(),
            Self::Any => "any".to_owned(),
            Self::Or(one, other) => format!("({} | {})", one.text(), other.text()),
        }
    }

    /// The occurrences at a node, each with its first and its last step. With `actions`, a kind also picks the action
    /// that makes a node one of it.
    pub fn at_node(&self, flow: &Flow, at: usize, actions: bool) -> Vec<(usize, usize)> {
        let node = &flow.nodes[at];
        let steps = steps_of(node);
        let all = vec![(0, steps - 1)];
        let each = |picks: &dyn Fn(usize) -> bool| {
            (0..steps).filter(|step| picks(*step)).map(|step| (step, step)).collect::<Vec<_>>()
        };
        let bears = |tag: &str, step: usize| node.steps.get(step).is_some_and(|one| one.tag == Some(tag));
        let own = |step: usize| actions && node.steps.get(step).is_some_and(|one| one.own);
        let mut found = match self {
            Self::Kind(kind) if node.kind == *kind => [all, each(&own)].concat(),
            Self::Node(one) if *one == at => all,
            Self::Tag(tag) if node.tag == Some(*tag) => all,
            Self::Tag(tag) => each(&|step| bears(tag, step)),
            Self::Tagged(kind, tag) if node.kind == *kind => {
                if node.tag == Some(*tag) {
                    [all, each(&own)].concat()
                } else {
                    each(&|step| bears(tag, step))
                }
            }
            Self::Heard => {
                each(&|step| node.steps.get(step).is_some_and(|one| !one.own || node.kind == Kind::Collect))
            }
            Self::Any => each(&|_| true),
            Self::Or(one, other) => {
                [one.at_node(flow, at, actions), other.at_node(flow, at, actions)].concat()
            }
            _ => Vec::new(),
        };
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether it picks that a call leaves a node for an event.
    pub fn takes(&self, at: usize, event: Option<&str>) -> bool {
        match self {
            Self::Taken(node, words) => *node == at && event.is_some_and(|event| words.contains(&event)),
            Self::Key => event.is_some_and(is_key),
            Self::Or(one, other) => one.takes(at, event) || other.takes(at, event),
            _ => false,
        }
    }

    /// The occurrences in a flow, if all are of nodes and steps: each with its node, its first and its last step.
    pub fn of_nodes(&self, flow: &Flow) -> Option<Vec<(usize, usize)>> {
        match self {
            Self::Taken(..) | Self::Key | Self::Or(..) => None,
            _ => {
                let of = |at| self.at_node(flow, at, false).into_iter().map(move |(first, _)| (at, first));
                Some((0..flow.nodes.len()).flat_map(of).collect())
            }
        }
    }
}

pub fn is_key(event: &str) -> bool {
    event.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many steps a node has on a path: one without actions is one.
pub fn steps_of(node: &Node) -> usize {
    node.steps.len().max(1)
}
