//! Small random flows with variables. What the compiler says about variables that are used before they are set is
//! compared with an enumeration of all calls, and where a simulated call goes with a plain interpreter. Neither knows
//! anything of the compiler.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::fmt::Write;

use cxflowc::compile;
use cxflowc::flow::{Constant, Flow};
use cxflowc::graph::{unknown_reads, work_bounds_in};
use cxflowc::simulate::{Events, StuckReason, Walker};

/// How many random flows each property is tried on.
const FLOWS: u64 = 1000;

/// The names: two contact fields, then variables.
const NAMES: [&str; 5] = ["c0", "c1", "v0", "v1", "v2"];
/// How many of them are contact fields.
const CONTACTS: usize = 2;

/// Random numbers, the same for the same seed.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % most
    }

    fn is(&mut self, in_ten: usize) -> bool {
        self.below(10) < in_ten
    }

    fn variable(&mut self) -> usize {
        CONTACTS + self.below(NAMES.len() - CONTACTS)
    }
}

/// A step of a node.
#[derive(Debug, Clone, Copy)]
enum Step {
    Say(usize),
    Set(usize, i64),
    Copy(usize, usize),
    Add(usize, usize, i64),
}

/// What a call must do or be for a branch.
#[derive(Debug, Clone, Copy)]
enum Asked {
    Nothing,
    Event(&'static str),
    /// Any outcome of the declared kind.
    AnyOutcome,
    Compared(usize, &'static str, i64),
}

/// A branch: what it asks, where it goes, and how often it may be taken and where the call goes from then on.
type Branch = (Asked, usize, Option<(usize, usize)>);

#[derive(Debug)]
struct Node {
    kind: &'static str,
    steps: Vec<Step>,
    branches: Vec<Branch>,
}

/// Nodes, and for each variable the outcomes of the declared kind `look` that set it.
#[derive(Debug)]
struct Model(Vec<Node>, Vec<Vec<&'static str>>);

/// The events with which a call goes on at a `collect`.
const EVENTS: [&str; 2] = ["1", "timeout"];
/// The outcomes of the declared kind `look`.
const OUTCOMES: [&str; 2] = ["timeout", "failed"];

impl Model {
    /// A flow; `with_arrows` lets plain arrows stand beside the outcomes of a `look`.
    fn random(random: &mut Random, with_arrows: bool) -> Self {
        let count = 3 + random.below(5);
        let last = count - 1;
        let mut nodes = Vec::new();
        for number in 0..count {
            let kind = if number == last {
                "disconnect"
            } else {
                ["play", "collect", "decide", "look"][random.below(4)]
            };
            let mut steps = Vec::new();
            if kind != "decide" {
                for _ in 0..random.below(4) {
                    steps.push(match random.below(6) {
                        0 | 1 => Step::Say(random.below(NAMES.len())),
                        2 | 3 => Step::Set(random.variable(), random.below(4) as i64 - 1),
                        4 => Step::Copy(random.variable(), random.below(NAMES.len())),
                        _ => Step::Add(
                            random.variable(),
                            random.below(NAMES.len()),
                            random.below(3) as i64 - 1,
                        ),
                    });
                }
            }
            let mut asked: Vec<Asked> = match kind {
                "collect" => EVENTS.map(Asked::Event).to_vec(),
                "look" => match random.below(if with_arrows { 4 } else { 2 }) {
                    0 => OUTCOMES.map(Asked::Event).to_vec(),
                    1 => vec![Asked::AnyOutcome],
                    2 => vec![Asked::Event(OUTCOMES[random.below(2)]), Asked::Nothing],
                    _ => vec![Asked::Nothing],
                },
                "decide" => (0..1 + random.below(3))
                    .map(|_| {
                        let sign = ["=", "!=", "<", "<=", ">", ">="][random.below(6)];
                        Asked::Compared(random.below(NAMES.len()), sign, random.below(4) as i64 - 1)
                    })
                    .collect(),
                _ => Vec::new(),
            };
            if matches!(kind, "play" | "decide") {
                asked.push(Asked::Nothing);
            }
            let branches = asked.into_iter().map(|asked| {
                let ahead = |random: &mut Random| number + 1 + random.below(last - number);
                if random.is(2) {
                    let otherwise = ahead(random);
                    (asked, random.below(number + 1), Some((1 + random.below(2), otherwise)))
                } else {
                    (asked, ahead(random), None)
                }
            });
            nodes.push(Node { kind, steps, branches: branches.collect() });
        }
        let sets = NAMES.iter().enumerate().map(|(name, _)| {
            let is_set = |random: &mut Random| name >= CONTACTS && random.is(5);
            OUTCOMES.into_iter().filter(|_| is_set(random)).collect()
        });
        let sets = sets.collect();
        Self(nodes, sets)
    }

    fn text(&self) -> String {
        let mut text = String::from("flow \"Any\"\nentry n0\n");
        for (number, name) in NAMES.iter().enumerate() {
            writeln!(text, "{} {name} lasts 1s", if number < CONTACTS { "contact" } else { "var" }).unwrap();
        }
        text.push_str("kind look type \"look\" {\noutcome timeout, failed\n");
        for (name, outcomes) in self.1.iter().enumerate() {
            match outcomes.as_slice() {
                [] => {}
                [_, _] if name % 2 == 0 => writeln!(text, "sets {}", NAMES[name]).unwrap(),
                some => writeln!(text, "sets {} on {}", NAMES[name], some.join(" | ")).unwrap(),
            }
        }
        text.push_str("}\n");
        for (number, node) in self.0.iter().enumerate() {
            writeln!(text, "{} n{number} {{", node.kind).unwrap();
            for step in &node.steps {
                match *step {
                    Step::Say(name) => writeln!(text, "say \"It is ${{{}}}.\"", NAMES[name]),
                    Step::Set(name, value) => writeln!(text, "set {} = {value}", NAMES[name]),
                    Step::Copy(name, of) => writeln!(text, "set {} = {}", NAMES[name], NAMES[of]),
                    Step::Add(name, of, add) if add < 0 => {
                        writeln!(text, "set {} = {} - {}", NAMES[name], NAMES[of], -add)
                    }
                    Step::Add(name, of, add) => writeln!(text, "set {} = {} + {add}", NAMES[name], NAMES[of]),
                }
                .unwrap();
            }
            if node.kind == "collect" {
                text.push_str("collect \"Press 1.\"\n");
            }
            for (asked, to, again) in &node.branches {
                let asked = match asked {
                    Asked::Nothing if node.kind == "decide" => "else ".to_owned(),
                    Asked::Nothing => String::new(),
                    Asked::AnyOutcome => "on timeout | failed ".to_owned(),
                    Asked::Event("timeout") if node.kind == "collect" => "on timeout | invalid ".to_owned(),
                    Asked::Event(event) => format!("on {event} "),
                    Asked::Compared(name, sign, value) => format!("when {} {sign} {value} ", NAMES[*name]),
                };
                let again = again.map(|(most, otherwise)| format!(" again {most} else n{otherwise}"));
                writeln!(text, "{asked}-> n{to}{}", again.unwrap_or_default()).unwrap();
            }
            text.push_str("}\n");
        }
        text
    }

    /// The variables that a node has set on every call that takes a branch.
    fn set_behind(&self, node: &Node, asked: Asked) -> Vec<usize> {
        let named = |outcome: &&str| {
            node.branches.iter().any(|one| matches!(one.0, Asked::Event(word) if word == *outcome))
        };
        let outcomes: Vec<&str> = match asked {
            _ if node.kind != "look" => return Vec::new(),
            Asked::Event(word) => vec![word],
            Asked::Nothing => OUTCOMES.into_iter().filter(|outcome| !named(outcome)).collect(),
            _ => OUTCOMES.to_vec(),
        };
        let is_set = |name: &usize| outcomes.iter().all(|outcome| self.1[*name].contains(outcome));
        (CONTACTS..NAMES.len()).filter(is_set).collect()
    }

    /// Whether a call may take a branch since a step of its node failed. A plain arrow is taken in all cases that no
    /// other branch names.
    fn stands_for_failed(&self, node: &Node, asked: Asked) -> bool {
        let is_named = || node.branches.iter().any(|one| matches!(one.0, Asked::Event("failed")));
        match asked {
            _ if node.kind != "look" => false,
            Asked::Event(word) => word == "failed",
            Asked::Nothing => !is_named(),
            _ => true,
        }
    }

    /// Whether any step or any node of the declared kind sets a variable.
    fn sets(&self, variable: usize) -> bool {
        if !self.1[variable].is_empty() && self.0.iter().any(|node| node.kind == "look") {
            return true;
        }
        self.0.iter().flat_map(|node| &node.steps).any(|step| {
            matches!(*step, Step::Set(name, _) | Step::Copy(name, _) | Step::Add(name, ..) if name == variable)
        })
    }

    /// The nodes at which some call reads a variable that nothing has set and that it has not read before, by
    /// following every call.
    fn unknown_reads(&self) -> BTreeSet<(usize, usize)> {
        let mut found = BTreeSet::new();
        let mut seen = BTreeSet::new();
        // A node, how often each branch was taken, and the variables that were read or set.
        let mut open = vec![(0, vec![0; self.0.len() * 4], BTreeSet::new())];
        while let Some((number, times, mut touched)) = open.pop() {
            if !seen.insert((number, times.clone(), touched.clone())) {
                continue;
            }
            let read = |name: usize, touched: &mut BTreeSet<usize>, found: &mut BTreeSet<(usize, usize)>| {
                if name >= CONTACTS && touched.insert(name) {
                    found.insert((name, number));
                }
            };
            // A step that speaks may fail, and then those behind it are not done.
            let mut if_failed = None;
            for step in &self.0[number].steps {
                match *step {
                    Step::Say(name) => {
                        read(name, &mut touched, &mut found);
                        if_failed.get_or_insert_with(|| touched.clone());
                    }
                    Step::Set(name, _) => _ = touched.insert(name),
                    Step::Copy(name, of) | Step::Add(name, of, _) => {
                        read(of, &mut touched, &mut found);
                        touched.insert(name);
                    }
                }
            }
            for (index, (asked, to, again)) in self.0[number].branches.iter().enumerate() {
                if let Asked::Compared(name, ..) = asked {
                    read(*name, &mut touched, &mut found);
                }
                let (to, times) = taken((*to, *again), number * 4 + index, &times);
                let has_failed = self.stands_for_failed(&self.0[number], *asked);
                let mut behind = match &if_failed {
                    Some(touched) if has_failed => touched.clone(),
                    _ => touched.clone(),
                };
                behind.extend(self.set_behind(&self.0[number], *asked));
                open.push((to, times, behind));
            }
        }
        found
    }

    /// Where a call goes, or the name of what it needs to know at the end of its path.
    fn interpret(&self, given: &[Option<i64>], events: &[&str]) -> (Vec<usize>, Option<usize>) {
        let mut values: Vec<Result<i64, usize>> =
            given.iter().enumerate().map(|(name, value)| value.ok_or(name)).collect();
        let mut times = vec![0; self.0.len() * 4];
        let mut events = events.iter();
        let mut path = vec![0];
        loop {
            let number = *path.last().unwrap();
            for step in &self.0[number].steps {
                match *step {
                    Step::Say(_) => {}
                    Step::Set(name, value) => values[name] = Ok(value),
                    Step::Copy(name, of) => values[name] = values[of],
                    Step::Add(name, of, add) => values[name] = values[of].map(|value| value + add),
                }
            }
            let mut event = None;
            let mut next = None;
            for (index, (asked, to, again)) in self.0[number].branches.iter().enumerate() {
                let is_so = match *asked {
                    Asked::Nothing => true,
                    Asked::Event(wanted) => {
                        event = event.or_else(|| events.next());
                        event.is_some_and(|event| *event == wanted)
                    }
                    Asked::AnyOutcome => {
                        event = event.or_else(|| events.next());
                        event.is_some_and(|event| OUTCOMES.contains(event))
                    }
                    Asked::Compared(name, sign, wanted) => {
                        let value = match values[name] {
                            Ok(value) => value,
                            Err(name) => return (path, Some(name)),
                        };
                        match sign {
                            "=" => value == wanted,
                            "!=" => value != wanted,
                            "<" => value < wanted,
                            "<=" => value <= wanted,
                            ">" => value > wanted,
                            _ => value >= wanted,
                        }
                    }
                };
                if is_so {
                    next = Some((index, *to, *again));
                    break;
                }
            }
            let Some((index, to, again)) = next else { return (path, None) };
            let (to, after) = taken((to, again), number * 4 + index, &times);
            times = after;
            if let ("look", Some(event)) = (self.0[number].kind, event) {
                let is_set = |name: &usize| self.1[*name].contains(event);
                for name in (CONTACTS..NAMES.len()).filter(is_set) {
                    values[name] = given[name].ok_or(name);
                }
            }
            path.push(to);
        }
    }
}

/// Where a branch goes that was taken so many times before, and how often it is taken then.
fn taken(
    (to, again): (usize, Option<(usize, usize)>),
    branch: usize,
    times: &[usize],
) -> (usize, Vec<usize>) {
    let mut times = times.to_vec();
    match again {
        Some((most, otherwise)) if times[branch] >= most => (otherwise, times),
        Some(_) => {
            times[branch] += 1;
            (to, times)
        }
        None => (to, times),
    }
}

/// What the compiler finds: the variable and the node of each use, and the path to it.
fn reported(text: &str) -> Vec<(usize, usize, Vec<usize>)> {
    let compiled = compile("any.cxflow", text);
    let found = compiled.diagnostics.iter().filter(|one| one.code.id == "CX209");
    let of_finding = |message: &str| {
        let name = message.split('`').nth(1).unwrap();
        let path = message.rsplit("on the path ").next().unwrap();
        let path: Vec<usize> = path.split(" -> ").map(|node| node[1..].parse().unwrap()).collect();
        let variable = NAMES.iter().position(|known| *known == name).unwrap();
        (variable, *path.last().unwrap(), path)
    };
    found.map(|one| of_finding(&one.message)).collect()
}

#[test]
fn finds_what_an_enumeration_of_calls_finds() {
    let mut count = 0;
    for seed in 1..=FLOWS {
        let model = Model::random(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1), true);
        let text = model.text();
        let found = reported(&text);
        let expected: BTreeSet<(usize, usize)> =
            model.unknown_reads().into_iter().filter(|(variable, _)| model.sets(*variable)).collect();
        let places: BTreeSet<(usize, usize)> =
            found.iter().map(|(variable, node, _)| (*variable, *node)).collect();
        assert_eq!(places, expected, "seed {seed}\n{text}");
        for (variable, node, path) in &found {
            let touches = |number: usize| {
                let Node { kind, steps, .. } = &model.0[number];
                // A call that leaves the node by `failed` has not come to those behind the one that failed.
                let first = steps.iter().position(|step| matches!(step, Step::Say(_)));
                let done = first.filter(|_| *kind == "look").map_or(steps.len(), |first| first + 1);
                steps.iter().take(done).any(|step| match *step {
                    Step::Say(name) | Step::Set(name, _) => name == *variable,
                    Step::Copy(name, of) | Step::Add(name, of, _) => name == *variable || of == *variable,
                })
            };
            let (_, before) = path.split_last().unwrap();
            assert!(!before.iter().any(|&number| touches(number)), "seed {seed}: n{node}, {path:?}\n{text}");
            let leads = |pair: &[usize]| {
                model.0[pair[0]].branches.iter().any(|(_, to, again)| {
                    *to == pair[1] || again.is_some_and(|(_, otherwise)| otherwise == pair[1])
                })
            };
            assert!(path[0] == 0 && path.windows(2).all(leads), "seed {seed}: {path:?}\n{text}");
        }
        count += found.len();
    }
    assert!(count > FLOWS as usize / 2, "only {count}");
}

#[test]
fn overlooks_nothing_where_not_each_way_back_is_counted() {
    let (mut right, mut more) = (0, 0);
    for seed in 1..=FLOWS {
        let model = Model::random(&mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1), true);
        let text = model.text();
        let mut flow = compile("any.cxflow", &*text).flow;
        work_bounds_in(&mut flow, seed as usize % 30);
        if !flow.has_open_bounds() {
            continue;
        }
        let expected: BTreeSet<(usize, usize)> =
            model.unknown_reads().into_iter().filter(|(variable, _)| model.sets(*variable)).collect();
        let number = |name: &str| name[1..].parse::<usize>().unwrap();
        let variable = |name: &str| NAMES.iter().position(|known| *known == name);
        let found: BTreeSet<(usize, usize)> = unknown_reads(&flow, |_| true)
            .iter()
            .filter_map(|one| {
                let variable =
                    variable(&flow.variables[one.variable].name).filter(|&name| model.sets(name))?;
                Some((variable, number(&flow.nodes[*one.path.last().unwrap()].id)))
            })
            .collect();
        assert!(found.is_superset(&expected), "seed {seed}: {found:?} is less than {expected:?}\n{text}");
        (right, more) = (right + expected.len(), more + (found.len() - expected.len()));
    }
    assert!(right > 100 && more * 4 < right, "{right} are right, {more} are not");
}

/// What the compiler's simulation says of a call: its path, and what it needs to know.
fn simulated(flow: &Flow, given: &[Option<i64>], events: &[&str]) -> (Vec<usize>, Option<usize>) {
    let id = |name: usize| flow.variables.iter().find(|(_, known)| &*known.name == NAMES[name]);
    let given: Vec<_> = given
        .iter()
        .enumerate()
        .filter_map(|(name, value)| Some((id(name)?.0, Constant::Number((*value)?))))
        .collect();
    let events: Events = events.join(",").parse().unwrap();
    let walk = Walker::new(flow).walk_with(&given, &events.0);
    let path = walk.path.iter().map(|&node| flow.nodes[node].id[1..].parse().unwrap()).collect();
    let asks = match walk.stuck(events.0.len()) {
        Some(StuckReason::Asks(variable)) => {
            NAMES.iter().position(|name| **name == *flow.variables[variable].name)
        }
        _ => None,
    };
    (path, asks)
}

#[test]
fn goes_where_a_plain_interpreter_goes() {
    let mut asked = 0;
    for seed in 1..=FLOWS {
        let mut random = Random(seed.wrapping_mul(0xD134_2543_DE82_EF95) | 1);
        let model = Model::random(&mut random, false);
        let text = model.text();
        let flow = compile("any.cxflow", text.as_str()).flow;
        for _ in 0..8 {
            let given: Vec<Option<i64>> =
                NAMES.iter().map(|_| random.is(8).then(|| random.below(4) as i64 - 1)).collect();
            let events: Vec<&str> =
                (0..random.below(8)).map(|_| ["1", "timeout", "failed"][random.below(3)]).collect();
            let expected = model.interpret(&given, &events);
            asked += usize::from(expected.1.is_some());
            assert_eq!(
                simulated(&flow, &given, &events),
                expected,
                "seed {seed}, {given:?}, {events:?}\n{text}"
            );
        }
    }
    assert!(asked > FLOWS as usize / 2, "only {asked}");
}
