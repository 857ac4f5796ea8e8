//! Small random flows: what the compiler says about their paths matches plain enumeration.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cxflowc::diagnostics::Diagnostic;
use cxflowc::graph::{Count, Figures, Paths, ends, longest_path, reachable};
use cxflowc::table::Id;
use cxflowc::{Compiled, compile};
use proptest::prelude::*;

const KINDS: [&str; 8] =
    ["answer", "play", "disclosure", "collect", "agent", "callback", "voicemail", "disconnect"];

/// A flow: each node's kind, and where its branches go; the call begins at the first.
#[derive(Debug, Clone)]
struct Model {
    kinds: Vec<&'static str>,
    targets: Vec<Vec<usize>>,
    /// Which branch of each node is the one for all other cases.
    others: Vec<Option<usize>>,
}

impl Model {
    fn len(&self) -> usize {
        self.kinds.len()
    }

    fn ends(&self, node: usize) -> bool {
        matches!(self.kinds[node], "agent" | "callback" | "voicemail" | "disconnect")
    }

    /// The flow's text. A branch is taken on a condition that nothing checks, or in all other cases.
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
                let is_other = self.others[node] == Some(number);
                let on = if is_other { String::new() } else { format!(" on \"c{number}\"") };
                writeln!(text, "n{node} -> n{target}{on}").unwrap();
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

    /// Where a node leads without being heard: a disclosure that fails takes the branch for all other cases, if it has one
    /// beside others.
    fn unheard(&self, node: usize) -> BTreeSet<usize> {
        if self.kinds[node] != "disclosure" {
            return self.next(node);
        }
        let other = self.others[node].and_then(|other| self.targets[node].get(other));
        other.filter(|_| self.targets[node].len() > 1).into_iter().copied().collect()
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
            let passed = level.iter().flat_map(|&node| self.unheard(node));
            level = passed.filter(|node| !seen.contains(node)).collect();
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
            let node = (0usize..KINDS.len(), prop::collection::vec(0usize..len, 0..4), 0usize..6);
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
                .map(|(node, (_, targets, _))| targets.iter().filter_map(|&any| target(node, any)).collect())
                .collect();
            let others = nodes.iter().map(|&(.., other)| Some(other).filter(|&other| other < 3)).collect();
            Model { kinds: nodes.iter().map(|(kind, ..)| KINDS[*kind]).collect(), targets, others }
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
            assert!(path.windows(2).all(|pair| model.unheard(pair[0]).contains(&pair[1])));
            if nodes.len() <= 6 {
                assert_eq!(places(&compiled, undisclosed[0]), nodes);
            }
        }
    }
    let disclosed = all().any(|node| model.kinds[node] == "disclosure" && model.is_reached(node));
    assert_eq!(found(&compiled, "missing-disclosure").is_empty(), disclosed);
    compiled
}

/// A transition that a call takes a limited number of times.
#[derive(Debug, Clone)]
struct Bounded {
    from: usize,
    to: usize,
    most: usize,
    otherwise: usize,
}

/// A flow with such transitions.
#[derive(Debug, Clone)]
struct BoundedModel {
    model: Model,
    bounded: Vec<Bounded>,
}

/// More walks than these take too long.
const MOST: usize = 20_000;

impl BoundedModel {
    fn text(&self) -> String {
        let mut text = self.model.text();
        for (number, Bounded { from, to, most, otherwise }) in self.bounded.iter().enumerate() {
            writeln!(text, "n{from} -> n{to} on \"b{number}\" again {most} else n{otherwise}").unwrap();
        }
        text
    }

    /// The flow with other transitions in place of the bounded ones.
    fn with(&self, targets: impl Fn(&Bounded) -> Vec<usize>) -> Model {
        let mut model = self.model.clone();
        for one in &self.bounded {
            model.targets[one.from].extend(targets(one));
        }
        model
    }

    /// Whether a call may come back to a bounded transition.
    fn leads_back(&self, one: &Bounded) -> bool {
        let all = self.with(|one| vec![one.to, one.otherwise]);
        one.to == one.from || all.reached_from(one.to).contains(&one.from)
    }

    /// Whether a call can go round without taking a transition that has a bound.
    fn has_unbounded_cycle(&self) -> bool {
        self.with(|one| vec![if self.leads_back(one) { one.otherwise } else { one.to }]).has_cycle()
    }

    /// Every sequence of transitions from the entry, as its nodes; none where there are too many.
    fn walks(&self) -> Option<Vec<Vec<usize>>> {
        let mut walks = vec![(vec![0], vec![0; self.bounded.len()])];
        let mut next = 0;
        while let Some((walk, times)) = walks.get(next).cloned() {
            next += 1;
            let node = *walk.last().unwrap();
            let with = |target: usize| walk.iter().copied().chain([target]).collect::<Vec<_>>();
            walks.extend(self.model.targets[node].iter().map(|&target| (with(target), times.clone())));
            for (number, one) in self.bounded.iter().enumerate().filter(|(_, one)| one.from == node) {
                let mut times = times.clone();
                let is_taken = times[number] < one.most;
                times[number] += usize::from(is_taken);
                walks.push((with(if is_taken { one.to } else { one.otherwise }), times));
            }
            if walks.len() > MOST {
                return None;
            }
        }
        Some(walks.into_iter().map(|(walk, _)| walk).collect())
    }
}

fn bounded_models() -> impl Strategy<Value = BoundedModel> {
    let any = 0usize..100;
    let bounded = prop::collection::vec((any.clone(), any.clone(), 1usize..=3, any, 0u8..6), 1..=4);
    (models(false), bounded).prop_map(|(model, bounded)| {
        let len = model.len();
        let bounded = bounded.into_iter().map(|(from, to, most, otherwise, which)| {
            // The last node leads nowhere.
            let from = from % (len - 1);
            let later = from + 1 + otherwise % (len - from - 1);
            Bounded {
                from,
                to: if which == 0 { to % len } else { to % (from + 1) },
                most,
                otherwise: if which == 1 { otherwise % len } else { later },
            }
        });
        BoundedModel { bounded: bounded.collect(), model }
    })
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
    fn flows_that_lead_back_a_limited_number_of_times(model in bounded_models()) {
        let compiled = compile("any.cxflow", model.text());
        let flow = &compiled.flow;
        // Where no call comes, a transition to the node is missing, which may be the one that leads back.
        let all = model.with(|one| match model.leads_back(one) {
            true => vec![one.to, one.otherwise],
            false => vec![one.to],
        });
        let is_idle = |one: &&Bounded| !model.leads_back(one) && all.is_reached(one.from);
        let idle = model.bounded.iter().filter(is_idle).count();
        prop_assert_eq!(found(&compiled, "idle-again").len(), idle);
        prop_assert_eq!(found(&compiled, "cycle").is_empty(), !model.has_unbounded_cycle());
        for one in found(&compiled, "cycle") {
            let cycle = path(one);
            let unbounded = model.with(|one| vec![if model.leads_back(one) { one.otherwise } else { one.to }]);
            prop_assert!(unbounded.is_path(&cycle) && cycle.first() == cycle.last());
        }
        if model.has_unbounded_cycle() {
            return Ok(());
        }
        let Some(walks) = model.walks() else { return Ok(()) };
        let deepest = walks.iter().map(|walk| walk.len() - 1).max().unwrap();
        let reached: BTreeSet<usize> = walks.iter().flatten().copied().collect();
        let mut complete: Vec<Vec<usize>> =
            walks.into_iter().filter(|walk| model.model.ends(*walk.last().unwrap())).collect();
        prop_assert_eq!(Figures::of(flow).paths, Some((Count::Exact(complete.len() as u128), deepest)));
        prop_assert_eq!(longest_path(flow).unwrap().len(), deepest + 1);
        let by_calls = reachable(flow, flow.entry);
        prop_assert_eq!(
            flow.nodes.ids().filter(|&node| by_calls[node]).map(Id::index).collect::<BTreeSet<_>>(), reached
        );
        for end in ends(flow).unwrap() {
            let count = complete.iter().filter(|walk| *walk.last().unwrap() == end.node.index()).count();
            prop_assert_eq!(end.paths, Count::Exact(count as u128));
        }
        let mut listed = Vec::new();
        let mut paths = Paths::of(flow).unwrap();
        while let Some(path) = paths.advance() {
            listed.push([0].into_iter().chain(path.iter().map(|(_, to)| to.index())).collect::<Vec<_>>());
        }
        listed.sort();
        complete.sort();
        prop_assert_eq!(listed, complete);
    }

    #[test]
    fn flows_with_any_transitions(model in models(true)) {
        let compiled = check(&model);
        prop_assert_eq!(Figures::of(&compiled.flow).paths.is_none(), model.has_cycle());
    }
}
