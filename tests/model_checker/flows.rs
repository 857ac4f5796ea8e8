//! Random flows of one to three hundred nodes, as data and as text.

use std::fmt::Write;

use proptest::prelude::RngExt;
use proptest::test_runner::TestRng;

/// Tags of nodes and of steps.
pub const TAGS: [&str; 6] = ["gate", "early", "some", "step", "closing", "one"];

/// How calls of a flow can come back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ways {
    /// Never.
    Onward,
    /// As often as they like. Such a flow has findings, and its rules are decided all the same.
    Round,
    /// As often as an `again` allows.
    Again,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Answer,
    Play,
    Disclosure,
    Collect,
    Agent,
    Callback,
    Voicemail,
    Disconnect,
    /// A declared one, without steps.
    Lookup,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Play => "play",
            Self::Disclosure => "disclosure",
            Self::Collect => "collect",
            Self::Agent => "agent",
            Self::Callback => "callback",
            Self::Voicemail => "voicemail",
            Self::Disconnect => "disconnect",
            Self::Lookup => "lookup",
        }
    }

    pub fn ends(self) -> bool {
        matches!(self, Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect)
    }

    /// The action that no other kind has.
    pub fn action(self) -> Option<&'static str> {
        match self {
            Self::Collect => Some("collect \"Press a key.\""),
            Self::Agent => Some("route \"q\""),
            Self::Callback => Some("schedule \"q\""),
            Self::Voicemail => Some("record \"m\""),
            Self::Disconnect => Some("disconnect"),
            Self::Answer | Self::Play | Self::Disclosure | Self::Lookup => None,
        }
    }
}

#[derive(Debug, Clone)]
pub struct Flow {
    pub nodes: Vec<Node>,
    /// The bounds, in the order of their numbers.
    pub most: Vec<u32>,
}

#[derive(Debug, Clone)]
pub struct Node {
    pub kind: Kind,
    pub tag: Option<&'static str>,
    pub steps: Vec<Step>,
    pub branches: Vec<Branch>,
}

#[derive(Debug, Clone)]
pub struct Step {
    /// Whether it is the action that no other kind has.
    pub own: bool,
    pub tag: Option<&'static str>,
}

#[derive(Debug, Clone)]
pub struct Branch {
    /// What it is taken for; none for a plain arrow.
    pub words: Vec<&'static str>,
    /// The outcomes that a plain arrow stands for.
    pub behind: Vec<&'static str>,
    pub to: usize,
    /// The number of its bound, and where it leads when that is spent.
    pub again: Option<(usize, usize)>,
}

impl Branch {
    fn on(words: &[&'static str], to: usize) -> Self {
        Self { words: words.to_vec(), behind: Vec::new(), to, again: None }
    }

    fn arrow(behind: &[&'static str], to: usize) -> Self {
        Self { words: Vec::new(), behind: behind.to_vec(), to, again: None }
    }

    /// The events for which a call can take it, one for each way; one without a word for a mere arrow.
    pub fn ways(&self) -> Vec<Option<&'static str>> {
        let words = if self.words.is_empty() { &self.behind } else { &self.words };
        if words.is_empty() { vec![None] } else { words.iter().copied().map(Some).collect() }
    }
}

/// Draws what may follow a node.
struct Targets<'r> {
    rng: &'r mut TestRng,
    len: usize,
    /// Every so many nodes there is one that few paths pass by.
    stage: usize,
    at: usize,
    /// Whether all ends of the flow bear their tag, and all nodes that few paths pass by.
    are_all_tagged: bool,
    /// How many nodes of a hundred can fail, and how many end the call.
    fails: u32,
    ends: u32,
}

impl Targets<'_> {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_range(0..100) < percent
    }

    fn on(&mut self) -> usize {
        let last = self.len - 1;
        let gate = ((self.at / self.stage + 1) * self.stage).min(last);
        match self.rng.random_range(0..100) {
            0 if self.stage.is_multiple_of(2) => self.rng.random_range(self.at + 1..=last),
            0..45 => self.at + 1,
            _ => self.rng.random_range(self.at + 1..=gate),
        }
    }
}

impl Flow {
    pub fn draw(ways: Ways, len: usize, rng: &mut TestRng) -> Self {
        let stage = rng.random_range(4..=40);
        let mut nodes: Vec<Node> = Vec::with_capacity(len);
        let are_all_tagged = rng.random_bool(0.5);
        let fails = [0, 2, 25][rng.random_range(0..3)];
        let ends = [2, 14][rng.random_range(0..2)];
        let mut targets = Targets { rng, len, stage, at: 0, are_all_tagged, fails, ends };
        for at in 0..len {
            targets.at = at;
            nodes.push(targets.node());
        }
        let mut flow = Self { nodes, most: Vec::new() };
        flow.lead_back(ways, targets.rng);
        flow
    }

    /// Lets some keys, time-outs and arrows lead back.
    fn lead_back(&mut self, ways: Ways, rng: &mut TestRng) {
        let count = match ways {
            Ways::Onward => return,
            Ways::Round => rng.random_range(1..=8),
            Ways::Again => rng.random_range(1..=4),
        };
        let leads_on = |branch: &Branch| branch.words.first().is_none_or(|word| *word != "failed");
        for _ in 0..count {
            let at = rng.random_range(1..self.nodes.len() - 1);
            let near = at.saturating_sub(if rng.random_bool(0.2) { 150 } else { 25 });
            let to = rng.random_range(near..=at);
            let most = rng.random_range(1..=2);
            let number = self.most.len();
            let node = &mut self.nodes[at];
            // One that ends the call stays as it is.
            if node.kind.ends() {
                continue;
            }
            let Some(branch) =
                node.branches.iter_mut().rev().find(|one| one.again.is_none() && leads_on(one))
            else {
                continue;
            };
            let otherwise = std::mem::replace(&mut branch.to, to);
            if ways == Ways::Again {
                branch.again = Some((number, otherwise));
                self.most.push(most);
            }
        }
    }

    /// Whether a path leads to each node.
    pub fn reached(&self) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut open = vec![0];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut reached[at], true) {
                let targets = |one: &Branch| [Some(one.to), one.again.map(|(_, otherwise)| otherwise)];
                open.extend(self.nodes[at].branches.iter().flat_map(targets).flatten());
            }
        }
        reached
    }

    /// The flow's text, without policies.
    pub fn text(&self) -> String {
        let mut text =
            "flow \"Any\"\nentry n0\nkind lookup type \"web\" { outcome found, missing, failed }\n"
                .to_owned();
        for (at, node) in self.nodes.iter().enumerate() {
            write!(text, "{} n{at}", node.kind.word()).unwrap();
            node.tag.iter().for_each(|tag| write!(text, " @{tag}").unwrap());
            text.push_str(" {\n");
            for step in &node.steps {
                let own = if step.own { node.kind.action() } else { None };
                write!(text, "  {}", own.unwrap_or("say \"Hello.\"")).unwrap();
                step.tag.iter().for_each(|tag| write!(text, " @{tag}").unwrap());
                text.push('\n');
            }
            for branch in &node.branches {
                text.push_str("  ");
                if !branch.words.is_empty() {
                    write!(text, "on {} ", branch.words.join(" | ")).unwrap();
                }
                write!(text, "-> n{}", branch.to).unwrap();
                if let Some((number, otherwise)) = branch.again {
                    write!(text, " again {} else n{otherwise}", self.most[number]).unwrap();
                }
                text.push('\n');
            }
            text.push_str("}\n");
        }
        text
    }
}

impl Targets<'_> {
    fn node(&mut self) -> Node {
        let is_gate = self.at.is_multiple_of(self.stage);
        let kind = match (self.at, self.rng.random_range(0..100)) {
            (0, 0..50) => Kind::Answer,
            (at, _) if at + 1 == self.len => Kind::Disconnect,
            (_, 0..30) => Kind::Play,
            (_, 30..45) => Kind::Disclosure,
            (_, 45..78) => Kind::Collect,
            (_, 78..86) => Kind::Lookup,
            (_, any) if is_gate || any >= 86 + self.ends => Kind::Disclosure,
            _ => [Kind::Agent, Kind::Agent, Kind::Callback, Kind::Voicemail, Kind::Disconnect]
                [self.rng.random_range(0..5)],
        };
        let tag = self.tag(kind, is_gate, true);
        let says = match kind {
            Kind::Answer | Kind::Lookup => 0,
            Kind::Play | Kind::Disclosure => self.rng.random_range(1..=3),
            _ => self.rng.random_range(0..=2),
        };
        let mut steps: Vec<Step> =
            (0..says).map(|_| Step { own: false, tag: self.tag(kind, is_gate, false) }).collect();
        if kind.action().is_some() {
            let tag = if self.chance(20) { self.tag(kind, is_gate, false) } else { None };
            steps.push(Step { own: true, tag });
        }
        if let Some(step) = steps.first_mut().filter(|_| self.are_all_tagged && kind != Kind::Lookup) {
            let tag = if kind.ends() { Some("closing") } else { is_gate.then_some("gate") };
            step.tag = tag.or(step.tag);
        }
        Node { kind, tag, steps, branches: self.branches(kind) }
    }

    fn tag(&mut self, kind: Kind, is_gate: bool, of_node: bool) -> Option<&'static str> {
        let drawn = self.rng.random_range(0..300);
        // A tag in the header stands for all steps of the node, which only some rules care about.
        match drawn {
            0..110 if is_gate && !of_node => Some("gate"),
            110..160 if is_gate && of_node => Some("gate"),
            0..60 if self.at < 12 => Some("early"),
            0..150 if kind.ends() => Some("closing"),
            200..212 if of_node => Some("some"),
            220..250 if !of_node => Some("step"),
            299 => Some("one"),
            _ => None,
        }
    }

    fn branches(&mut self, kind: Kind) -> Vec<Branch> {
        if self.at + 1 == self.len {
            return Vec::new();
        }
        let mut branches = Vec::new();
        match kind {
            Kind::Disconnect => {}
            Kind::Answer if self.chance(50) => {
                branches.push(Branch::on(&["human"], self.on()));
                branches.push(Branch::arrow(&["machine", "unknown", "failed"], self.on()));
            }
            Kind::Answer => {
                branches.push(Branch::on(&["human"], self.on()));
                branches.push(Branch::on(&["machine", "unknown"], self.on()));
                branches.push(Branch::on(&["failed"], self.on()));
            }
            Kind::Play | Kind::Disclosure => {
                branches.push(Branch::arrow(&[], self.on()));
                if self.chance(self.fails) {
                    branches.push(Branch::on(&["failed"], self.on()));
                }
            }
            Kind::Collect => {
                branches.push(Branch::on(&["1"], self.on()));
                if self.chance(50) {
                    branches.push(Branch::on(&["2", "3"], self.on()));
                }
                if self.chance(self.fails) {
                    branches.push(Branch::on(&["failed"], self.on()));
                }
                match self.rng.random_range(0..3) {
                    0 => branches.push(Branch::on(&["4", "timeout", "invalid"], self.on())),
                    1 => branches.push(Branch::on(&["timeout", "invalid"], self.on())),
                    _ => {
                        branches.push(Branch::on(&["invalid"], self.on()));
                        branches.push(Branch::on(&["timeout"], self.on()));
                    }
                }
            }
            Kind::Lookup if self.chance(20) => {
                branches.push(Branch::arrow(&["found", "missing", "failed"], self.on()));
            }
            Kind::Lookup => {
                branches.push(Branch::on(&["found"], self.on()));
                branches.push(Branch::arrow(&["missing", "failed"], self.on()));
            }
            Kind::Agent | Kind::Callback | Kind::Voicemail => {
                if self.chance(40) {
                    branches.push(Branch::on(&["busy", "no_answer"], self.on()));
                }
                if self.chance(self.fails) {
                    branches.push(Branch::on(&["failed"], self.on()));
                }
            }
        }
        branches
    }
}
