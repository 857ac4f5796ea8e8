//! Small random flows: each path, written down as a test, passes, and any other expectation fails. The
//! paths come from an enumeration that knows nothing of the compiler.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cxflowc::compile;
use cxflowc::diagnostics::Area;
use cxflowc::simulate::run_tests;
use proptest::prelude::*;

/// A branch: what takes it, nothing for an unconditional one, where it goes, and how often it may be taken and where
/// the call goes from then on.
type Branch = (Vec<&'static str>, usize, Option<(usize, usize)>);

/// More ways than these take too long.
const MOST: usize = 400;

#[derive(Debug, Clone)]
struct Model {
    kinds: Vec<&'static str>,
    branches: Vec<Vec<Branch>>,
}

/// A way through: what happens, the nodes, and the branches taken.
#[derive(Debug, Clone)]
struct Way {
    events: Vec<&'static str>,
    nodes: Vec<usize>,
    /// The node and the number of each branch, and whether it was its `else`.
    taken: Vec<(usize, usize, bool)>,
    /// For each of these, whether something happened.
    said: Vec<bool>,
}

impl Model {
    fn ends(&self, node: usize) -> bool {
        matches!(self.kinds[node], "agent" | "disconnect")
    }

    fn text(&self) -> String {
        let mut text = String::from("flow \"Any\"\nentry n0\n");
        text.push_str("kind lookup type \"web\" { outcome found, missing, broken }\n");
        for (node, kind) in self.kinds.iter().enumerate() {
            writeln!(text, "{kind} n{node} {{").unwrap();
            for (events, to, again) in &self.branches[node] {
                let on =
                    if events.is_empty() { String::new() } else { format!("on {} ", events.join(" | ")) };
                let again = again.map(|(most, otherwise)| format!(" again {most} else n{otherwise}"));
                writeln!(text, "{on}-> n{to}{}", again.unwrap_or_default()).unwrap();
            }
            text.push_str("}\n");
        }
        text
    }

    /// The branch for all other cases: at a lookup an unconditional one, elsewhere one beside others.
    fn other(&self, node: usize) -> Option<usize> {
        let has_others = self.kinds[node] == "lookup" || self.branches[node].len() > 1;
        self.branches[node].iter().position(|(events, ..)| has_others && events.is_empty())
    }

    /// The outcomes that a node can have and that only its branch for all other cases takes.
    fn other_outcomes(&self, node: usize) -> Vec<&'static str> {
        let all: &[&str] = match self.kinds[node] {
            "lookup" => &["found", "missing", "broken"],
            "answer" => &["human", "machine", "unknown", "failed"],
            _ => &["failed"],
        };
        let is_taken =
            |outcome: &&&str| self.branches[node].iter().any(|(events, ..)| events.contains(*outcome));
        all.iter().filter(|outcome| !is_taken(outcome)).copied().collect()
    }

    /// Whether a test can say this way: what happens next at a node that it leaves in all other cases is nothing
    /// that the node would take.
    fn can_be_said(&self, way: &Way) -> bool {
        let mut next = way.events.iter().copied();
        way.taken.iter().zip(&way.said).all(|(&(node, number, _), &said)| {
            if said {
                return next.next().is_some();
            }
            let takes = |event: &&str| {
                let is_here = |(events, ..): &Branch| events.contains(event);
                self.branches[node].iter().any(is_here) || self.other_outcomes(node).contains(event)
            };
            self.other(node) != Some(number) || !next.clone().next().is_some_and(|event| takes(&event))
        })
    }

    /// Whether some transitions lead from a node to another.
    fn leads_to(&self, from: usize, to: usize) -> bool {
        let mut reached = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(node) = open.pop() {
            for (_, next, again) in &self.branches[node] {
                let nexts = [Some(*next), again.map(|(_, otherwise)| otherwise)];
                open.extend(nexts.into_iter().flatten().filter(|&next| reached.insert(next)));
            }
        }
        reached.contains(&to)
    }

    /// Every way from the entry to an end, by every alternative of every branch; none where there are too many.
    fn ways(&self) -> Option<Vec<Way>> {
        let mut open = vec![Way { events: Vec::new(), nodes: vec![0], taken: Vec::new(), said: Vec::new() }];
        let mut ways = Vec::new();
        while let Some(way) = open.pop() {
            let node = *way.nodes.last().unwrap();
            if self.ends(node) {
                ways.push(way.clone());
            }
            for (number, (events, to, again)) in self.branches[node].iter().enumerate() {
                let times = way.taken.iter().filter(|&&one| one == (node, number, false)).count();
                let (to, is_else) = match again {
                    Some((most, otherwise)) if times >= *most => (otherwise, true),
                    _ => (to, false),
                };
                let mut next = way.clone();
                next.nodes.push(*to);
                next.taken.push((node, number, is_else));
                let others =
                    if self.other(node) == Some(number) { self.other_outcomes(node) } else { Vec::new() };
                for event in events.iter().chain(&others) {
                    let mut next = next.clone();
                    next.events.push(event);
                    next.said.push(true);
                    open.push(next);
                }
                if events.is_empty() {
                    next.said.push(false);
                    open.push(next);
                }
            }
            if ways.len() > MOST || open.len() > 50 * MOST {
                return None;
            }
        }
        Some(ways)
    }
}

fn models(bounds: bool) -> impl Strategy<Value = Model> {
    let node = (0usize..7, prop::collection::vec(any::<prop::sample::Index>(), 4), any::<u8>());
    prop::collection::vec(node, 2..=5).prop_map(move |nodes| {
        let len = nodes.len() + 1;
        let (mut kinds, mut branches): (_, Vec<Vec<Branch>>) = (Vec::new(), Vec::new());
        for (at, (kind, targets, bits)) in nodes.into_iter().enumerate() {
            let to = |number: usize| at + 1 + targets[number].index(len - at - 1);
            let some = |bit: u8| bits >> bit & 1 == 1;
            let on = |events: &[&'static str], number: usize| (events.to_vec(), to(number), None);
            let (kind, mut of_node): (_, Vec<Branch>) = match kind {
                0 if some(0) => ("play", vec![on(&[], 0)]),
                0 => ("play", vec![on(&["failed"], 0), on(&[], 1)]),
                5 if some(0) => ("lookup", vec![on(&["found"], 0), on(&["missing", "broken"], 1)]),
                5 if some(1) => ("lookup", vec![on(&["found"], 0), on(&[], 1)]),
                5 => ("lookup", vec![on(&[], 0)]),
                1 if some(0) => ("answer", vec![on(&["human"], 0), on(&[], 1)]),
                1 => ("answer", vec![on(&["human"], 0), on(&["machine", "unknown"], 1)]),
                2 if some(0) => ("agent", vec![on(&["busy", "no_answer"], 0), on(&["failed"], 1)]),
                2 => ("agent", vec![]),
                _ => {
                    let mut of_node = vec![on(&["timeout", "invalid"], 0), on(&["1"], 1)];
                    if some(0) {
                        of_node.push(on(&["42"], 2));
                    }
                    if some(1) {
                        of_node.push(on(&["*"], 3));
                    }
                    ("collect", of_node)
                }
            };
            // At most three lead back, so that there are not too many ways.
            let bounded = branches.iter().flatten().filter(|(_, _, again)| again.is_some()).count();
            if let Some(last) = of_node.last_mut().filter(|_| bounds && bounded < 3 && !some(2)) {
                last.2 = Some((1 + usize::from(some(3)), last.1));
                last.1 = targets[3].index(at + 1);
            }
            kinds.push(kind);
            branches.push(of_node);
        }
        kinds.push("disconnect");
        branches.push(Vec::new());
        Model { kinds, branches }
    })
}

/// `test "0" on 1, timeout -> n0 -> n3`
fn test(number: usize, events: &[&str], nodes: &[usize]) -> String {
    let on = if events.is_empty() { String::new() } else { format!(" on {}", events.join(", ")) };
    let nodes: String = nodes.iter().map(|node| format!(" -> n{node}")).collect();
    format!("test \"{number}\"{on}{nodes}\n")
}

/// The codes of a flow's tests, `None` for those that pass.
fn codes(text: &str) -> Vec<Option<&'static str>> {
    let compiled = compile("any.cxflow", text);
    assert!(compiled.diagnostics.iter().all(|one| one.code.area != Area::Syntax), "{text}");
    let run = run_tests(&compiled.flow);
    run.tests.iter().map(|one| one.finding.as_ref().map(|finding| finding.code.id)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn each_way_passes_and_what_is_none_does_not(model in prop_oneof![models(false), models(true)], bits in any::<u64>()) {
        let mut text = model.text();
        let mut expected = Vec::new();
        let Some(ways) = model.ways() else { return Ok(()) };
        for way in ways.iter().filter(|way| model.can_be_said(way)) {
            let mut add = |events: &[&str], nodes: &[usize], code: Option<&'static str>| {
                text.push_str(&test(expected.len(), events, nodes));
                expected.push(code);
            };
            let (&last, before) = way.nodes.split_last().unwrap();
            add(&way.events, &way.nodes, None);
            // Only some of the nodes.
            let some: Vec<usize> = before.iter().enumerate().filter(|(at, _)| bits >> (at % 64) & 1 == 1).map(|(_, &node)| node).collect();
            add(&way.events, &[some, vec![last]].concat(), None);
            // Another end, or a node on the way as the end.
            for other in (0..model.kinds.len()).filter(|&other| other != last) {
                add(&way.events, &[before, &[other]].concat(), Some("CX501"));
            }
            // A node that is not passed, in between.
            if let Some(other) = (0..model.kinds.len()).find(|node| !way.nodes.contains(node)) {
                add(&way.events, &[before, &[other, last]].concat(), Some("CX501"));
            }
            // The other way round.
            let back: Vec<usize> = before.iter().rev().copied().collect();
            if back != before {
                add(&way.events, &[&back[..], &[last]].concat(), Some("CX501"));
            }
            // Something that happens nowhere, at the end and at the beginning.
            add(&[&way.events[..], &["7"]].concat(), &way.nodes, Some("CX502"));
            add(&[&["7"][..], &way.events].concat(), &way.nodes, Some("CX502"));
            // Something that does not happen any more.
            let said = || way.taken.iter().zip(&way.said).rev().filter(|(_, said)| **said);
            let waits = said().map(|((node, ..), _)| *node).next();
            // Where there is a branch for all other cases, the call goes on by that.
            if let (Some((_, fewer)), Some(waits)) = (way.events.split_last(), waits.filter(|&node| model.other(node).is_none())) {
                add(fewer, &way.nodes, Some(if model.ends(waits) { "CX501" } else { "CX502" }));
            }
        }
        prop_assert_eq!(codes(&text), expected, "{}", text);
    }

    #[test]
    fn a_passing_test_covers_its_path(model in prop_oneof![models(false), models(true)], bits in any::<u64>()) {
        let mut text = model.text();
        let Some(ways) = model.ways() else { return Ok(()) };
        let (mut nodes, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for (number, way) in ways.iter().enumerate().filter(|(_, way)| model.can_be_said(way)) {
            if bits >> (number % 64) & 1 == 1 {
                text.push_str(&test(number, &way.events, &way.nodes));
                nodes.extend(&way.nodes);
                taken.extend(&way.taken);
            } else {
                // One that fails covers nothing: no call passes its last node so often.
                let too_often = vec![way.nodes.last().copied().unwrap_or_default(); way.nodes.len() + 1];
                text.push_str(&test(number, &way.events, &too_often));
            }
        }
        let compiled = compile("any.cxflow", &*text);
        let coverage = run_tests(&compiled.flow).coverage;
        let all: BTreeSet<usize> = ways.iter().flat_map(|way| &way.nodes).copied().collect();
        let all_taken: BTreeSet<(usize, usize, bool)> = ways.iter().flat_map(|way| &way.taken).copied().collect();
        prop_assert_eq!((coverage.nodes.reachable, coverage.nodes.covered()), (all.len(), nodes.len()));
        let uncovered: BTreeSet<String> =
            coverage.nodes.uncovered.iter().map(|&node| compiled.flow.nodes[node].id.to_string()).collect();
        prop_assert_eq!(uncovered, all.difference(&nodes).map(|node| format!("n{node}")).collect());
        // The same branch said twice is one transition.
        let spelt = |taken: &BTreeSet<(usize, usize, bool)>| -> BTreeSet<String> {
            taken.iter().map(|&(node, number, is_else)| {
                let (events, to, again) = &model.branches[node][number];
                let on = if events.is_empty() { String::new() } else { format!(" on {}", events.join(" | ")) };
                match again {
                    // One that leads nowhere back has no bound.
                    Some((most, _)) if !is_else && model.leads_to(*to, node) => format!("n{node}{on} -> n{to} again {most}"),
                    Some((_, otherwise)) if is_else => format!("n{node}{on} else -> n{otherwise}"),
                    _ => format!("n{node}{on} -> n{to}"),
                }
            }).collect()
        };
        let uncovered: BTreeSet<String> = coverage.transitions.uncovered.iter()
            .map(|&one| compiled.flow.written(&compiled.flow.transitions[one])).collect();
        prop_assert_eq!(uncovered, &spelt(&all_taken) - &spelt(&taken));
        prop_assert_eq!(coverage.transitions.reachable, all_taken.len());
    }
}
