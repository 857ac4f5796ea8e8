//! Small random flows: paths, shares and walks are what plain recursion over the same flow says.

use std::collections::BTreeMap;
use std::fmt::Write;

use cxflowc::flow::{Alternative, Event, Flow, NodeId};
use cxflowc::graph::{Count, Paths, ends};
use cxflowc::simulate::{
    Call, CallInput, Events, StuckReason, Walk, Walker, as_test, path_with_events, run_tests,
};
use cxflowc::table::Id;
use cxflowc::{Compiled, compile};
use proptest::prelude::*;

/// What can happen, as a flow and as `--keys` write it.
const EVENTS: [&str; 5] = ["1", "2", "timeout", "busy", "\"other\""];

#[derive(Debug, Clone)]
struct Node {
    ends: bool,
    /// Where it goes unconditionally, else its branches: each its events and where it goes.
    on: Option<usize>,
    branches: Vec<(Vec<&'static str>, usize)>,
}

/// A flow; the call begins at the first node.
#[derive(Debug, Clone)]
struct Model(Vec<Node>);

impl Model {
    fn text(&self) -> String {
        let mut text = String::from("flow \"Any\"\nentry n0\n");
        for (number, node) in self.0.iter().enumerate() {
            let ends = if node.ends { " ends" } else { "" };
            writeln!(text, "node n{number} type \"any\"{ends}").unwrap();
            if let Some(to) = node.on {
                writeln!(text, "n{number} -> n{to}").unwrap();
            }
            for (events, to) in &node.branches {
                // A quoted condition stands alone.
                writeln!(text, "n{number} -> n{to} on {}", events.join(" | ")).unwrap();
            }
        }
        text
    }

    /// Every path from a node, as it is written.
    fn paths(&self, node: usize) -> Vec<String> {
        let own = &self.0[node];
        let mut paths = Vec::new();
        if own.ends {
            paths.push(format!("n{node}"));
        }
        if let Some(to) = own.on {
            paths.extend(self.paths(to).iter().map(|rest| format!("n{node} -> {rest}")));
        }
        for (events, to) in &own.branches {
            let on = events.join(" | ");
            paths.extend(self.paths(*to).iter().map(|rest| format!("n{node} -({on})-> {rest}")));
        }
        paths
    }

    /// Where events lead from a node, or where and why they do not.
    fn walk(&self, node: usize, events: &[&str]) -> Result<Vec<usize>, (usize, StuckReason)> {
        let own = &self.0[node];
        let behind = |to: usize, rest: &[&str]| self.walk(to, rest).map(|path| [vec![node], path].concat());
        if let Some(to) = own.on {
            return behind(to, events);
        }
        match (events, own.branches.is_empty()) {
            ([], true) if own.ends => Ok(vec![node]),
            (_, true) if own.ends => Err((node, StuckReason::LeftOver)),
            (_, true) => Err((node, StuckReason::DeadEnd)),
            ([], false) if own.ends => Ok(vec![node]),
            ([], false) => Err((node, StuckReason::Unanswered)),
            ([event, rest @ ..], false) => match own.branches.iter().find(|(on, _)| on.contains(event)) {
                Some((_, to)) => behind(*to, rest),
                None => Err((node, StuckReason::NotTaken)),
            },
        }
    }
}

fn models() -> impl Strategy<Value = Model> {
    let branch = prop::option::of(0usize..9);
    let node = (any::<bool>(), 0u8..4, 0usize..9, prop::collection::vec(branch, EVENTS.len()), any::<bool>());
    prop::collection::vec(node, 2..8).prop_map(|nodes| {
        let len = nodes.len();
        let mut model = Vec::new();
        for (number, (ends, kind, on, branches, joined)) in nodes.into_iter().enumerate() {
            // Later nodes alone, so that there is no cycle.
            let later = |any: usize| (number + 1 < len).then(|| number + 1 + any % (len - number - 1));
            let on = if kind == 0 { later(on) } else { None };
            let mut own: Vec<(Vec<&'static str>, usize)> = Vec::new();
            for (event, to) in EVENTS.iter().zip(branches) {
                let Some(to) = to.and_then(later).filter(|_| on.is_none()) else { continue };
                match own.iter_mut().find(|(events, there)| {
                    joined && *there == to && !event.starts_with('"') && !events[0].starts_with('"')
                }) {
                    Some((events, _)) => events.push(event),
                    None => own.push((vec![event], to)),
                }
            }
            // An unconditional way out of an end is no flow, but nothing here minds.
            model.push(Node { ends: ends || number + 1 == len, on, branches: own });
        }
        Model(model)
    })
}

fn all_paths(flow: &Flow) -> Vec<String> {
    let mut paths = Paths::of(flow).unwrap();
    let entry = paths.entry();
    let mut written = Vec::new();
    while let Some(path) = paths.advance() {
        let steps = path.iter().map(|&(transition, to)| (flow.written_condition(transition), to));
        written.push(path_with_events(flow, entry, steps));
    }
    written
}

fn numbers(path: &[NodeId]) -> Vec<usize> {
    path.iter().map(|node| node.index()).collect()
}

/// A call that ends, written down, is a test that passes; with another end it does not.
fn is_a_test(model: &Model, walk: &Walk, events: &[Event]) -> Result<(), TestCaseError> {
    let test = as_test(&compile("any.cxflow", model.text()).flow, walk, events);
    let other = (walk.last().unwrap().index() + 1) % model.0.len();
    let wrong = test.replacen("test \"", "test \"not ", 1) + &format!(" -> n{other}");
    let with = |tests: &[&str]| compile("any.cxflow", format!("{}{}\n", model.text(), tests.join("\n")));
    let is_readable = |compiled: &Compiled| !compiled.diagnostics.iter().any(|one| one.code.id < "CX2");
    let tested = with(&[&test, &wrong]);
    prop_assert!(is_readable(&tested), "{}", test);
    let passed: Vec<bool> = run_tests(&tested.flow).tests.iter().map(|one| one.passed()).collect();
    prop_assert_eq!(passed, [true, false], "{}", test);
    // Where it stands already, it is given another name.
    let again = as_test(&tested.flow, walk, events);
    prop_assert!(is_readable(&with(&[&test, &wrong, &again])), "{}", again);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paths_and_shares(model in models()) {
        let flow = compile("any.cxflow", model.text()).flow;
        let expected = model.paths(0);
        prop_assert_eq!(&all_paths(&flow), &expected);
        let mut by_end: BTreeMap<&str, u128> = BTreeMap::new();
        for path in &expected {
            *by_end.entry(path.rsplit(' ').next().unwrap()).or_default() += 1;
        }
        let found = ends(&flow).unwrap();
        for end in &found {
            let count = by_end.remove(flow.nodes[end.node].id.as_str()).unwrap_or_default();
            prop_assert_eq!(end.paths, Count::Exact(count));
            let share = if expected.is_empty() { 0.0 } else { count as f64 / expected.len() as f64 };
            prop_assert!((end.share - share).abs() < 1e-12, "{} is not {share}", end.share);
        }
        prop_assert!(by_end.is_empty());
        prop_assert!(found.windows(2).all(|pair| pair[0].share >= pair[1].share));
    }

    #[test]
    fn walks(model in models(), events in prop::collection::vec(0..EVENTS.len(), 0..6)) {
        let flow = compile("any.cxflow", model.text()).flow;
        let words: Vec<&str> = events.iter().map(|&event| EVENTS[event]).collect();
        let given = words.join(",").parse::<Events>().unwrap().0;
        let walk = Walker::new(&flow).walk(&given);
        // Whatever came of it, the transitions join the nodes, and the events were used in order.
        prop_assert_eq!(walk.taken.len() + 1, walk.path.len());
        let mut used = given.iter();
        for (&taken, pair) in walk.taken.iter().zip(walk.path.windows(2)) {
            let transition = &flow.transitions[taken];
            prop_assert_eq!((transition.from, transition.to), (pair[0], Some(pair[1])));
            if !transition.is_unconditional() {
                let event = used.next().unwrap();
                let takes = |one: &Alternative| flow.events[one.event].raw() == event.raw();
                prop_assert!(flow.alternatives(transition).iter().any(takes));
            }
        }
        prop_assert_eq!(used.len(), given.len() - walk.used);
        let found = match walk.stuck(given.len()) {
            None => Ok(numbers(&walk.path)),
            Some(why) => Err((walk.last().unwrap().index(), why)),
        };
        prop_assert_eq!(&found, &model.walk(0, &words));
        // A walker who knows the flow already walks no other way.
        let mut walker = Walker::new(&flow);
        for end in 0..=given.len() {
            walker.walk(&given[..end]);
        }
        prop_assert_eq!(&walker.walk(&given), &walk);
        if found.is_ok() {
            is_a_test(&model, &walk, &given)?;
        }
    }

    /// A call at the keyboard goes where the same events lead, and back undoes each of them.
    #[test]
    fn calls_at_the_keyboard(model in models(), events in prop::collection::vec(0..EVENTS.len(), 0..6)) {
        let flow = compile("any.cxflow", model.text()).flow;
        let words: Vec<&str> = events.iter().map(|&event| EVENTS[event]).collect();
        let mut call = Call::new(&flow).unwrap();
        let mut states = vec![];
        for event in words.join(",").parse::<Events>().unwrap().0 {
            let state = (call.walk().clone(), call.events().len());
            call.give(&CallInput::Event(event));
            if call.walk().path != state.0.path {
                states.push(state);
            }
        }
        prop_assert_eq!(&Walker::new(&flow).walk(call.events()), call.walk());
        if call.walk().stuck(call.events().len()).is_none() {
            is_a_test(&model, call.walk(), call.events())?;
        }
        while let Some(state) = states.pop() {
            prop_assert!(call.back());
            prop_assert_eq!(state, (call.walk().clone(), call.events().len()));
        }
        prop_assert!(!call.back());
    }
}
