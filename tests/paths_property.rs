//! Small random flows: what the compiler says about their paths matches plain enumeration.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cxflowc::diagnostics::Diagnostic;
use cxflowc::graph::{Count, Figures};
use cxflowc::{Compiled, compile};
use proptest::prelude::*;

const KINDS: [&str; 8] =
    ["answer", "play", "disclosure", "collect", "agent", "callback", "voicemail", "disconnect"];

/// A flow: each node's kind, and where its branches go; the call begins at the first.
#[derive(Debug, Clone)]
struct Model {
    kinds: Vec<&'static str>,
    targets: Vec<Vec<usize>>,
}

impl Model {
    fn len(&self) -> usize {
        self.kinds.len()
    }

    fn ends(&self, node: usize) -> bool {
        matches!(self.kinds[node], "agent" | "callback" | "voicemail" | "disconnect")
    }

    /// The flow's text. One of several branches is taken on a condition that nothing checks.
    fn text(&self) -> String {
        let mut text = String::from("flow \"Any\"\nentry n0\n");
        for (node, kind) in self.kinds.iter().enumerate() {
            let argument = if *kind == "disconnect" || *kind == "answer" {
                ""
            } else {
                "\"https://cdn.example.com/a.wav\""
            };
            writeln!(text, "{kind} n{node} {argument}").unwrap();
        }
        for (node, targets) in self.targets.iter().enumerate() {
            for (number, target) in targets.iter().enumerate() {
                writeln!(text, "n{node} -> n{target} on \"c{number}\"").unwrap();
            }
        }
        text
    }

    fn next(&self, node: usize) -> BTreeSet<usize> {
        self.targets[node].iter().copied().collect()
    }

    /// What one or more transitions lead to.
    fn reached_from(&self, start: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut open = self.next(start);
        while let Some(node) = open.pop_first() {
            if reached.insert(node) {
                open.extend(self.next(node));
            }
        }
        reached
    }

    fn is_reached(&self, node: usize) -> bool {
        node == 0 || self.reached_from(0).contains(&node)
    }

    fn has_cycle(&self) -> bool {
        (0..self.len()).any(|node| self.reached_from(node).contains(&node))
    }

    /// Every sequence of transitions from the entry, as its nodes, of a flow without cycles.
    fn walks(&self) -> Vec<Vec<usize>> {
        let mut walks = vec![vec![0]];
        let mut next = 0;
        while let Some(walk) = walks.get(next).cloned() {
            next += 1;
            for &target in &self.targets[*walk.last().unwrap()] {
                walks.push(walk.iter().copied().chain([target]).collect());
            }
        }
        walks
    }

    /// The nodes that need a disclosure and are reached without one, with how far the nearest is.
    fn undisclosed(&self) -> Option<(BTreeSet<usize>, usize)> {
        if !(0..self.len()).any(|node| self.kinds[node] == "disclosure" && self.is_reached(node)) {
            return None;
        }
        let mut level = BTreeSet::from([0]);
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let mut found = BTreeSet::new();
        let mut nearest = None;
        for depth in 0..=self.len() {
            for &node in &level {
                if matches!(self.kinds[node], "agent" | "callback" | "voicemail") && found.insert(node) {
                    nearest.get_or_insert(depth);
                }
            }
            seen.extend(&level);
            let passed = level.iter().filter(|&&node| self.kinds[node] != "disclosure");
            level = passed.flat_map(|&node| self.next(node)).filter(|node| !seen.contains(node)).collect();
        }
        nearest.map(|nearest| (found, nearest))
    }

    fn is_path(&self, path: &[usize]) -> bool {
        path.windows(2).all(|pair| self.targets[pair[0]].contains(&pair[1]))
    }
}

/// Nodes of any kind; with cycles the targets are any nodes, without later ones.
fn models(cycles: bool) -> impl Strategy<Value = Model> {
    (4usize..=9)
        .prop_flat_map(move |len| {
            let node = (0usize..KINDS.len(), prop::collection::vec(0usize..len, 0..4));
            prop::collection::vec(node, len)
        })
        .prop_map(move |nodes| {
            let len = nodes.len();
            let target = |node: usize, any: usize| {
                if cycles { Some(any) } else { (node + 1 < len).then(|| node + 1 + any % (len - node - 1)) }
            };
            let targets = nodes
                .iter()
                .enumerate()
                .map(|(node, (_, targets))| targets.iter().filter_map(|&any| target(node, any)).collect())
                .collect();
            Model { kinds: nodes.iter().map(|(kind, _)| KINDS[*kind]).collect(), targets }
        })
}

fn found<'a>(compiled: &'a Compiled, name: &str) -> Vec<&'a Diagnostic> {
    compiled.diagnostics.iter().filter(|one| one.code.name == name).collect()
}

/// The numbers of the nodes that a finding underlines and labels.
fn places(compiled: &Compiled, one: &Diagnostic) -> BTreeSet<usize> {
    let spans = one.span.into_iter().chain(one.labels.iter().map(|label| label.span));
    spans.map(|span| number(compiled.sources.text(span))).collect()
}

fn number(name: &str) -> usize {
    name.trim_matches('`').strip_prefix('n').unwrap().parse().unwrap()
}

/// The path in a message: `… : n0 -> n3`.
fn path(one: &Diagnostic) -> Vec<usize> {
    one.message.rsplit(": ").next().unwrap().split(" -> ").map(number).collect()
}

/// What holds with cycles and without.
fn check(model: &Model) -> Compiled {
    let compiled = compile("any.cxflow", model.text());
    let all = || 0..model.len();

    let dead_ends: BTreeSet<usize> =
        found(&compiled, "dead-end").into_iter().flat_map(|one| places(&compiled, one)).collect();
    assert_eq!(
        dead_ends,
        all().filter(|&node| !model.ends(node) && model.targets[node].is_empty()).collect(),
        "dead ends"
    );

    // At most six followers of each are labelled, and fewer than nine nodes can be lost.
    let lost: BTreeSet<usize> = all().filter(|&node| !model.is_reached(node)).collect();
    let unreachable = found(&compiled, "unreachable-node");
    let told: BTreeSet<usize> = unreachable.iter().flat_map(|one| places(&compiled, one)).collect();
    if unreachable.iter().all(|one| one.labels.iter().all(|label| !label.text.contains("more"))) {
        assert_eq!(told, lost, "unreachable nodes");
    }
    for one in &unreachable {
        let first = number(compiled.sources.text(one.span.unwrap()));
        let leads_here = |node: usize| lost.contains(&node) && model.reached_from(node).contains(&first);
        assert!(lost.contains(&first));
        assert!(
            lost.iter().all(|&node| !leads_here(node) || model.reached_from(first).contains(&node)),
            "n{first} is behind another lost node"
        );
    }

    let knots: BTreeSet<BTreeSet<usize>> = all()
        .filter(|&node| model.reached_from(node).contains(&node))
        .map(|node| {
            all()
                .filter(|&other| {
                    model.reached_from(node).contains(&other) && model.reached_from(other).contains(&node)
                })
                .collect()
        })
        .collect();
    let cycles = found(&compiled, "cycle");
    let mut told: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for one in &cycles {
        let cycle = path(one);
        assert!(
            model.is_path(&cycle) && cycle.len() > 1 && cycle.first() == cycle.last(),
            "{cycle:?} is no cycle"
        );
        let mut knot: BTreeSet<usize> = cycle.iter().copied().collect();
        assert_eq!(knot.len(), cycle.len() - 1, "{cycle:?} comes to a node twice");
        let shortest = knots
            .iter()
            .find(|knot| knot.contains(&cycle[0]))
            .unwrap()
            .iter()
            .map(|&node| shortest_cycle(model, node))
            .min()
            .unwrap();
        assert_eq!(cycle.len() - 1, shortest, "there is a shorter cycle");
        for note in &one.notes {
            knot.extend(note.rsplit(": ").next().unwrap().split(", ").map(number));
        }
        told.insert(knot);
    }
    assert_eq!((cycles.len(), told), (knots.len(), knots), "knots");

    let undisclosed = found(&compiled, "undisclosed-path");
    match model.undisclosed() {
        None => assert!(undisclosed.is_empty()),
        Some((nodes, nearest)) => {
            let path = path(undisclosed[0]);
            let last = path.last().unwrap();
            assert_eq!((undisclosed.len(), path[0], path.len() - 1), (1, 0, nearest));
            assert!(model.is_path(&path) && nodes.contains(last));
            assert!(path.iter().rev().skip(1).all(|&node| model.kinds[node] != "disclosure"));
            if nodes.len() <= 6 {
                assert_eq!(places(&compiled, undisclosed[0]), nodes);
            }
        }
    }
    let disclosed = all().any(|node| model.kinds[node] == "disclosure" && model.is_reached(node));
    assert_eq!(found(&compiled, "missing-disclosure").is_empty(), disclosed);
    compiled
}

fn shortest_cycle(model: &Model, start: usize) -> usize {
    let mut level = BTreeSet::from([start]);
    (1..=model.len())
        .find(|_| {
            level = level.iter().flat_map(|&node| model.next(node)).collect();
            level.contains(&start)
        })
        .unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn flows_without_cycles(model in models(false)) {
        let compiled = check(&model);
        let walks = model.walks();
        let paths = walks.iter().filter(|walk| model.ends(*walk.last().unwrap())).count();
        let deepest = walks.iter().map(|walk| walk.len() - 1).max().unwrap();
        let figures = Figures::of(&compiled.flow);
        prop_assert_eq!(figures.paths, Some((Count::Exact(paths as u128), deepest)));
        prop_assert_eq!((figures.nodes, figures.transitions), (model.len(), model.targets.iter().map(Vec::len).sum()));
    }

    #[test]
    fn flows_with_any_transitions(model in models(true)) {
        let compiled = check(&model);
        prop_assert_eq!(Figures::of(&compiled.flow).paths.is_none(), model.has_cycle());
    }
}
