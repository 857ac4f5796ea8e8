//! Policies: the verdicts of rules match plain enumeration of every path.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod completions;
mod conditions;
mod contradictions;
mod expected;
mod facts;
mod models;
mod oracle;
mod picks;
mod support;
mod walks;

use std::cell::Cell;
use std::collections::HashMap;

use cxflowc::compile;
use cxflowc::flow::policy::{Demand, Form, Op, Selector};
use cxflowc::flow::{AgainArm, AgainId, Flow, NodeId, TransitionId};
use cxflowc::graph::work_bounds_in;
use cxflowc::policy::{RuleVerdict, judge};
use cxflowc::speech::Voice;
use cxflowc::table::Id;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

use expected::Expected;
use models::{Model, Picked, forms, models, selectors};
use oracle::Oracle;
use picks::names_untaken;
use support::{policy, rule, waiver};

const SELECTORS: usize = 6;

/// Waivers: of which rule, and at which node if not everywhere.
type Waived = Vec<(Index, Option<Index>)>;

/// Whether what becomes of each rule is what is expected.
fn check(
    model: &Model,
    picked: &[Picked],
    forms: &[Form<usize>],
    waived: &Waived,
) -> Result<(), TestCaseError> {
    let text = model.text();
    let mut flow = compile("any.cxflow", &*text).flow;
    let selectors: Vec<Selector> = picked.iter().map(|one| one.selector(&flow)).collect();
    let form = |form: &Form<usize>| form.map(|&number| selectors[number].clone());
    flow.policies = vec![policy(forms.iter().map(|one| rule(Demand::Paths(form(one)))).collect())];
    let node = |any: &Index| NodeId::from_index(any.index(flow.nodes.len()));
    let waived: Vec<(usize, Option<NodeId>)> =
        waived.iter().map(|(rule, at)| (rule.index(forms.len()), at.as_ref().map(node))).collect();
    flow.waivers = waived.iter().map(|&(rule, node)| waiver(rule, node)).collect();
    let Some(oracle) = Oracle::new(&flow, &selectors) else { return Ok(()) };
    let judged = judge(&flow, None, Voice::default());
    let numbers: Vec<(usize, usize)> = judged.iter().map(|one| (one.policy, one.rule)).collect();
    prop_assert_eq!(numbers, (0..forms.len()).map(|rule| (0, rule)).collect::<Vec<_>>());
    for (number, (one, judged)) in forms.iter().zip(&judged).enumerate() {
        if form(one).selectors().any(|selector| names_untaken(&flow, selector)) {
            prop_assert!(matches!(judged.verdict, RuleVerdict::Withheld(_)), "{text}{:?}", judged.verdict);
            continue;
        }
        let expected = oracle.judge(one, &[]);
        prop_assert!(
            expected.is(&judged.verdict),
            "{text}{:#?}\nexpected {expected:?}\nbut it is {:?}\n{:?}",
            form(one),
            judged.verdict,
            flow.events
        );
        // A waiver of what is not broken, or not there, has no effect. What is not decided is
        // broken nowhere in particular.
        let at = expected.at();
        let everywhere = matches!(expected, Expected::Violated { .. } | Expected::Unknown);
        let live = || {
            let of_rule = waived.iter().enumerate().filter(|(_, waiver)| waiver.0 == number);
            of_rule.filter(|(_, waiver)| waiver.1.map_or(everywhere, |node| at.contains(&node)))
        };
        let numbers: Vec<usize> = live().map(|(waiver, _)| waiver).collect();
        prop_assert_eq!(&judged.waivers, &numbers, "{:?}\n{:?}", form(one), judged);
        let nodes: Option<Vec<NodeId>> = live().map(|(_, waiver)| waiver.1).collect();
        let left = match &nodes {
            // It is waived everywhere.
            None => Expected::NOTHING,
            Some(nodes) if at.iter().all(|node| nodes.contains(node)) => Expected::NOTHING,
            Some(nodes) => oracle.judge(one, nodes),
        };
        prop_assert!(
            left.is_left(judged.left.as_ref()),
            "{text}{:#?}\nwaived at {nodes:?}\nexpected {left:?}\nbut it is {:?}",
            form(one),
            judged.left
        );
    }
    Ok(())
}

/// Whether a call takes these transitions, as far as each `again` allows.
fn keeps_bounds(flow: &Flow, path: &[TransitionId]) -> bool {
    let mut taken: HashMap<AgainId, u32> = HashMap::new();
    let joined =
        path.windows(2).all(|two| flow.transitions[two[0]].to == Some(flow.transitions[two[1]].from));
    joined
        && path.iter().filter_map(|&id| flow.transitions[id].again).all(|arm| {
            let (again, is_back) = match arm {
                AgainArm::Back(again) => (again, true),
                AgainArm::Else(again) => (again, false),
            };
            let times = taken.entry(again).or_default();
            let is_allowed = is_back == (*times < flow.agains[again].most);
            *times += u32::from(is_back);
            is_allowed
        })
}

/// Whether no verdict is wrong where copies are so few that not each way back is counted. Returns how many rules are
/// decided, and how many are not.
fn check_uncounted(
    model: &Model,
    picked: &[Picked],
    forms: &[Form<usize>],
    copies: usize,
) -> Result<(usize, usize), TestCaseError> {
    let text = model.text();
    let mut flow = compile("any.cxflow", &*text).flow;
    work_bounds_in(&mut flow, copies);
    if !flow.has_open_bounds() {
        return Ok((0, 0));
    }
    let selectors: Vec<Selector> = picked.iter().map(|one| one.selector(&flow)).collect();
    let form = |form: &Form<usize>| form.map(|&number| selectors[number].clone());
    flow.policies = vec![policy(forms.iter().map(|one| rule(Demand::Paths(form(one)))).collect())];
    let Some(oracle) = Oracle::new(&flow, &selectors) else { return Ok((0, 0)) };
    let (mut decided, mut undecided) = (0, 0);
    for (one, judged) in forms.iter().zip(judge(&flow, None, Voice::default())) {
        if form(one).selectors().any(|selector| names_untaken(&flow, selector)) {
            prop_assert!(
                matches!(judged.verdict, RuleVerdict::Withheld(_) | RuleVerdict::Unknown(_)),
                "{text}{:?}",
                judged.verdict
            );
            continue;
        }
        let expected = oracle.judge(one, &[]);
        let is_right = match &judged.verdict {
            RuleVerdict::Holds { .. } => matches!(expected, Expected::Holds { .. } | Expected::Vacuous(_)),
            RuleVerdict::Vacuous(_) => matches!(expected, Expected::Vacuous(_)),
            // Some call is shown, not always the shortest, and some of the nodes.
            RuleVerdict::Violated(told) => {
                let is_limit = matches!(one, Form::Depth(_) | Form::Count(..) | Form::Time { .. })
                    // What must occur and does not has no measure.
                    && matches!(expected, Expected::Violated { found: Some(_), .. });
                let keeps_bounds =
                    told.path.as_ref().is_none_or(|path| keeps_bounds(&flow, &path.transitions));
                matches!(&expected, Expected::Violated { at, .. } if told.at.iter().all(|node| at.contains(node)))
                    && keeps_bounds
                    && (!is_limit || expected.is_broken_as_far_as(told))
            }
            RuleVerdict::Unknown(_) => true,
            _ => false,
        };
        prop_assert!(
            is_right,
            "{copies} copies\n{text}{:#?}\nexpected {expected:?}\nbut it is {:?}\n{:?}",
            form(one),
            judged.verdict,
            flow.events
        );
        let is_open = matches!(judged.verdict, RuleVerdict::Unknown(_)) && expected != Expected::Unknown;
        (decided, undecided) = (decided + usize::from(!is_open), undecided + usize::from(is_open));
    }
    Ok((decided, undecided))
}

#[test]
fn rules_where_not_each_way_back_is_counted() {
    let config = ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() };
    let all = Cell::new((0, 0));
    let any = (
        models(true),
        prop::collection::vec(selectors(), SELECTORS),
        prop::collection::vec(forms(SELECTORS), 1..100),
        1_usize..40,
    );
    let run = |(model, picked, forms, copies): (Model, Vec<Picked>, Vec<Form<usize>>, usize)| {
        let (decided, undecided) = check_uncounted(&model, &picked, &forms, copies)?;
        all.update(|(before, open)| (before + decided, open + undecided));
        Ok(())
    };
    TestRunner::new(config).run(&any, run).unwrap_or_else(|wrong| panic!("{wrong}"));
    let (decided, undecided) = all.get();
    assert!(decided > 1000 && decided > undecided, "{decided} are decided, {undecided} are not");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_about_paths(
        model in models(false),
        picked in prop::collection::vec(selectors(), SELECTORS),
        forms in prop::collection::vec(forms(SELECTORS), 1..200),
        waived in prop::collection::vec((any::<Index>(), prop::option::weighted(0.9, any::<Index>())), 0..60),
    ) {
        check(&model, &picked, &forms, &waived)?;
    }

    #[test]
    fn rules_about_paths_that_lead_back(
        model in models(true),
        picked in prop::collection::vec(selectors(), SELECTORS),
        forms in prop::collection::vec(forms(SELECTORS), 1..100),
        waived in prop::collection::vec((any::<Index>(), prop::option::weighted(0.9, any::<Index>())), 0..60),
    ) {
        check(&model, &picked, &forms, &waived)?;
    }
}

#[test]
fn a_transition_that_every_path_takes_comes_after_what_is_two_nodes_before() {
    let text = "flow \"Any\"\nentry n0\nplay n0 { -> n1 }\nplay n1 { on failed -> n2 }\ndisconnect n2\n";
    let mut flow = compile("any.cxflow", text).flow;
    let [n0, n1] = [0, 1].map(NodeId::from_index);
    let failed = flow.events.ids().next().unwrap();
    let after = Form::After {
        later: Selector(vec![Op::Taken(n1, vec![failed])]),
        earlier: Selector(vec![Op::Node(n0)]),
    };
    flow.policies = vec![policy(vec![rule(Demand::Paths(after))])];
    assert!(Expected::HOLDS.is(&judge(&flow, None, Voice::default())[0].verdict));
}
