//! What is not known, and what becomes of verdicts when it is: a verdict that was given stays, whichever facts are stated
//! and however long a step lasts.
//!
//! A `require fact` is not among the rules: it is broken where its fact is not stated, and is kept once it is.

use std::cell::Cell;
use std::fmt::Write;

use cxflowc::compile;
use cxflowc::flow::policy::{Demand, Extent, Form, Selector};
use cxflowc::flow::{Action, Directive, Flow, NodeId};
use cxflowc::policy::{RuleVerdict, judge};
use cxflowc::speech::{Voice, bounds};
use cxflowc::table::Id;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use crate::SELECTORS;
use crate::conditions::{Condition, FACTS, VALUES, conditions};
use crate::models::{Model, Picked, forms, models, selectors};

/// How much longer than at least a step lasts whose time has no upper bound, at most, in milliseconds.
const LONGER: u32 = 6000;

/// A rule, and on what it depends.
type Dependent = (Form<usize>, Option<Condition>);

/// Which facts are stated, and how.
type Stated = [Option<usize>; 4];

/// A flow, what its rules select, the rules, the condition of their policy, the facts, and completions: whether all becomes
/// known, and what is drawn for it.
type Case = (Model, Vec<Picked>, Vec<Dependent>, Option<Condition>, Stated, Vec<(bool, [u32; 32])>);

/// What becomes of the rules of a policy, each on its own condition and all on another.
fn verdicts(
    model: &Model,
    stated: &Stated,
    picked: &[Picked],
    rules: &[Dependent],
    of_policy: Option<&Condition>,
) -> (Flow, Vec<RuleVerdict>) {
    let when = |condition: Option<&Condition>| {
        condition.map(|one| format!(" when {}", one.text(false))).unwrap_or_default()
    };
    let mut text = model.text();
    for (fact, value) in stated.iter().enumerate() {
        value
            .iter()
            .for_each(|value| writeln!(text, "fact {} = \"{}\"", FACTS[fact], VALUES[*value]).unwrap());
    }
    writeln!(text, "policy own \"Own\"{} {{", when(of_policy)).unwrap();
    for (_, condition) in rules {
        writeln!(text, "  forbid any{}", when(condition.as_ref())).unwrap();
    }
    text.push_str("}\napply own\n");
    let mut flow = compile("any.cxflow", &*text).flow;
    let selectors: Vec<Selector> = picked.iter().map(|one| one.selector(&flow)).collect();
    flow.policies.retain(|policy| &*policy.name == "own");
    assert_eq!(flow.policies[0].rules.len(), rules.len(), "{text}");
    for (rule, (form, _)) in flow.policies[0].rules.iter_mut().zip(rules) {
        rule.demand = Demand::Paths(form.map(|&number| selectors[number].clone()));
    }
    let judged = judge(&flow, None, Voice::default());
    assert_eq!(judged.len(), rules.len());
    (flow, judged.into_iter().map(|one| one.verdict).collect())
}

/// How long an action may last that does not say it.
fn may_last(action: &Action, drawn: u32) -> Option<u32> {
    let is_collect = action.directive == Directive::Collect;
    let is_spoken = is_collect || action.directive == Directive::Play;
    if matches!(
        action.directive,
        Directive::Route | Directive::Schedule | Directive::Record | Directive::Disconnect
    ) {
        return None;
    }
    let (least, most) = match &action.text {
        // What a text takes is estimated; a prompt waits for a key besides.
        Some(text) if is_spoken && action.media.is_none() => {
            let heard = bounds(text.value.as_ref().unwrap(), Voice::default());
            let least = u32::try_from(heard.least).unwrap();
            (least, if is_collect { least + LONGER } else { u32::try_from(heard.most).unwrap() })
        }
        _ => (0, LONGER),
    };
    Some(match drawn % 4 {
        0 => least,
        1 => most,
        _ => least + (drawn / 4) % (most - least + 1),
    })
}

/// The flow with times for its steps: for all of them, or for some.
fn timed(model: &Model, flow: &Flow, drawn: &[u32], all: bool) -> Model {
    model.timed(|at, number| {
        let drawn = drawn[(at * 5 + number.unwrap_or(4)) % drawn.len()];
        if !all && drawn.is_multiple_of(3) {
            return None;
        }
        let node = &flow.nodes[NodeId::from_index(at)];
        let is_own =
            |one: &&Action| node.declared_kind().is_some() && matches!(one.directive, Directive::Other(_));
        // A variable that is set before a step is an action of its own.
        let mut written = node.actions.iter().filter(|one| !is_own(one) && one.directive != Directive::Set);
        let action = match number {
            Some(number) => written.nth(number)?,
            None => node.actions.iter().find(is_own)?,
        };
        may_last(action, drawn / 3)
    })
}

/// Limits of time, to the millisecond.
fn limits() -> impl Strategy<Value = Form<usize>> {
    let perhaps = || prop::option::weighted(0.6, 0..SELECTORS);
    (0..8000_u64, perhaps(), perhaps(), prop::array::uniform3(any::<bool>())).prop_map(
        |(most, from, to, of)| {
            let [from_start, to_end, must_occur] = of;
            Form::Time { most, from, to, extent: Extent { from_start, to_end, must_occur } }
        },
    )
}

/// How many verdicts stayed, and how many of those that were open became one of both.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    stayed: usize,
    holds: usize,
    violated: usize,
}

#[test]
fn a_verdict_that_was_given_stays_whatever_becomes_known() {
    let config = ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() };
    let tally = Cell::new(Tally::default());
    let any = (
        // What a text takes is estimated, so that limits may hold that depend on it.
        prop_oneof![models(true), models(true).prop_map(|model| model.spoken())],
        prop::collection::vec(selectors(), SELECTORS),
        prop::collection::vec(
            (prop_oneof![forms(SELECTORS), limits()], prop::option::weighted(0.4, conditions())),
            1..80,
        ),
        prop::option::weighted(0.2, conditions()),
        prop::array::uniform4(prop::option::weighted(0.4, 0..3_usize)),
        prop::collection::vec((any::<bool>(), prop::array::uniform32(any::<u32>())), 1..5),
    );
    let run = |(model, picked, rules, of_policy, stated, completions): Case| {
        let (flow, before) = verdicts(&model, &stated, &picked, &rules, of_policy.as_ref());
        for (all, drawn) in completions {
            let model = timed(&model, &flow, &drawn, all);
            let mut stated = stated;
            for (fact, value) in stated.iter_mut().enumerate().filter(|(_, value)| value.is_none()) {
                *value =
                    [Some(0), Some(1), Some(2), None][drawn[fact] as usize / 7 % if all { 3 } else { 4 }];
            }
            let (_, after) = verdicts(&model, &stated, &picked, &rules, of_policy.as_ref());
            for ((rule, before), after) in rules.iter().zip(&before).zip(&after) {
                let stays = match (before, after) {
                    (RuleVerdict::Unknown(_), RuleVerdict::Unknown(_)) => !all,
                    (RuleVerdict::Unknown(_), _) => true,
                    (RuleVerdict::Violated(before), RuleVerdict::Violated(after)) => {
                        // What is reckoned with more knowledge only grows.
                        before.at.iter().all(|node| after.at.contains(node))
                            && (before.found.is_none() == after.found.is_none()
                                && before.found <= after.found)
                    }
                    _ => before.word() == after.word(),
                };
                prop_assert!(
                    stays,
                    "{rule:#?}\nwith {stated:?} in\n{}\nbefore {before:?}\nafter {after:?}",
                    model.text()
                );
                let mut all = tally.get();
                match (before, after) {
                    (RuleVerdict::Unknown(_), RuleVerdict::Holds { .. }) => all.holds += 1,
                    (RuleVerdict::Unknown(_), RuleVerdict::Violated(_)) => all.violated += 1,
                    (RuleVerdict::Unknown(_), _) => {}
                    _ => all.stayed += 1,
                }
                tally.set(all);
            }
        }
        Ok(())
    };
    TestRunner::new(config).run(&any, run).unwrap_or_else(|wrong| panic!("{wrong}"));
    let Tally { stayed, holds, violated } = tally.get();
    assert!(stayed > 1000 && holds > 300 && violated > 300, "{:?}", tally.get());
}
