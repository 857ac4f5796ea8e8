//! Small random flows: each path, written down as a test, passes, and any other expectation fails. The
//! paths come from an enumeration that knows nothing of the compiler.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cxflowc::compile;
use cxflowc::diagnostics::Area;
use cxflowc::simulate::run_tests;
use proptest::prelude::*;

/// A branch: what takes it, nothing for an unconditional one, and where it goes.
type Branch = (Vec<&'static str>, usize);

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
    taken: Vec<(usize, usize)>,
}

impl Model {
    fn ends(&self, node: usize) -> bool {
        matches!(self.kinds[node], "agent" | "disconnect")
    }

    fn text(&self) -> String {
        let mut text = String::from("flow \"Any\"\nentry n0\n");
        for (node, kind) in self.kinds.iter().enumerate() {
            writeln!(text, "{kind} n{node} {{").unwrap();
            for (events, to) in &self.branches[node] {
                let on =
                    if events.is_empty() { String::new() } else { format!("on {} ", events.join(" | ")) };
                writeln!(text, "{on}-> n{to}").unwrap();
            }
            text.push_str("}\n");
        }
        text
    }

    /// Every way from the entry to an end, by every alternative of every branch.
    fn ways(&self) -> Vec<Way> {
        let mut open = vec![Way { events: Vec::new(), nodes: vec![0], taken: Vec::new() }];
        let mut ways = Vec::new();
        while let Some(way) = open.pop() {
            let node = *way.nodes.last().unwrap();
            if self.ends(node) {
                ways.push(way.clone());
            }
            for (number, (events, to)) in self.branches[node].iter().enumerate() {
                let mut next = way.clone();
                next.nodes.push(*to);
                next.taken.push((node, number));
                if events.is_empty() {
                    open.push(next);
                    continue;
                }
                for event in events {
                    let mut next = next.clone();
                    next.events.push(event);
                    open.push(next);
                }
            }
        }
        ways
    }
}

fn models() -> impl Strategy<Value = Model> {
    let node = (0usize..5, prop::collection::vec(any::<prop::sample::Index>(), 4), any::<u8>());
    prop::collection::vec(node, 2..=5).prop_map(|nodes| {
        let len = nodes.len() + 1;
        let (mut kinds, mut branches) = (Vec::new(), Vec::new());
        for (at, (kind, targets, bits)) in nodes.into_iter().enumerate() {
            let to = |number: usize| at + 1 + targets[number].index(len - at - 1);
            let some = |bit: u8| bits >> bit & 1 == 1;
            let (kind, of_node): (_, Vec<Branch>) = match kind {
                0 => ("play", vec![(vec![], to(0))]),
                1 => ("answer", vec![(vec!["human"], to(0)), (vec!["machine", "unknown"], to(1))]),
                2 if some(0) => ("agent", vec![(vec!["busy", "no_answer"], to(0)), (vec!["failed"], to(1))]),
                2 => ("agent", vec![]),
                _ => {
                    let mut of_node = vec![(vec!["timeout", "invalid"], to(0)), (vec!["1"], to(1))];
                    if some(0) {
                        of_node.push((vec!["42"], to(2)));
                    }
                    if some(1) {
                        of_node.push((vec!["*"], to(3)));
                    }
                    ("collect", of_node)
                }
            };
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
    fn each_way_passes_and_what_is_none_does_not(model in models(), bits in any::<u64>()) {
        let mut text = model.text();
        let mut expected = Vec::new();
        let ways = model.ways();
        for way in &ways {
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
            if before.len() > 1 {
                let back: Vec<usize> = before.iter().rev().copied().chain([last]).collect();
                add(&way.events, &back, Some("CX501"));
            }
            // Something that happens nowhere, at the end and at the beginning.
            add(&[&way.events[..], &["7"]].concat(), &way.nodes, Some("CX502"));
            add(&[&["7"][..], &way.events].concat(), &way.nodes, Some("CX502"));
            // Something that does not happen any more.
            if let Some((_, fewer)) = way.events.split_last() {
                let waits = way.taken.iter().rev().find(|&&(node, number)| !model.branches[node][number].0.is_empty()).unwrap().0;
                add(fewer, &way.nodes, Some(if model.ends(waits) { "CX501" } else { "CX502" }));
            }
        }
        prop_assert_eq!(codes(&text), expected, "{}", text);
    }

    #[test]
    fn a_passing_test_covers_its_path(model in models(), bits in any::<u64>()) {
        let mut text = model.text();
        let ways = model.ways();
        let (mut nodes, mut taken) = (BTreeSet::new(), BTreeSet::new());
        for (number, way) in ways.iter().enumerate() {
            if bits >> (number % 64) & 1 == 1 {
                text.push_str(&test(number, &way.events, &way.nodes));
                nodes.extend(&way.nodes);
                taken.extend(&way.taken);
            } else {
                // One that fails covers nothing.
                text.push_str(&test(number, &way.events, &[0, 0]));
            }
        }
        let compiled = compile("any.cxflow", &*text);
        let coverage = run_tests(&compiled.flow).coverage;
        let all: BTreeSet<usize> = ways.iter().flat_map(|way| &way.nodes).copied().collect();
        let all_taken: BTreeSet<(usize, usize)> = ways.iter().flat_map(|way| &way.taken).copied().collect();
        prop_assert_eq!((coverage.nodes.reachable, coverage.nodes.covered()), (all.len(), nodes.len()));
        let uncovered: BTreeSet<String> =
            coverage.nodes.uncovered.iter().map(|&node| compiled.flow.nodes[node].id.to_string()).collect();
        prop_assert_eq!(uncovered, all.difference(&nodes).map(|node| format!("n{node}")).collect());
        // The same branch said twice is one transition.
        let spelt = |taken: &BTreeSet<(usize, usize)>| -> BTreeSet<String> {
            taken.iter().map(|&(node, number)| {
                let (events, to) = &model.branches[node][number];
                let on = if events.is_empty() { String::new() } else { format!(" on {}", events.join(" | ")) };
                format!("n{node}{on} -> n{to}")
            }).collect()
        };
        let uncovered: BTreeSet<String> = coverage.transitions.uncovered.iter()
            .map(|&one| compiled.flow.written(&compiled.flow.transitions[one])).collect();
        prop_assert_eq!(uncovered, &spelt(&all_taken) - &spelt(&taken));
        prop_assert_eq!(coverage.transitions.reachable, all_taken.len());
    }
}
