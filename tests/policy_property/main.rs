//! Policies: what becomes of a rule is what going through every path by hand says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test")]

mod facts;
mod models;
mod oracle;
mod support;

use cxflowc::compile;
use cxflowc::flow::policy::{Demand, Form, Selector};
use cxflowc::policy::{Verdict, judge};
use proptest::prelude::*;

use models::{Model, Picked, forms, models, selectors};
use oracle::Oracle;
use support::{policy, rule};

const SELECTORS: usize = 6;

/// Whether what becomes of each rule is what is expected, and how many came to what.
fn check(model: &Model, picked: &[Picked], forms: &[Form<usize>]) -> Result<[usize; 4], TestCaseError> {
    let mut tally = [0; 4];
    let text = model.text();
    let mut flow = compile("any.cxflow", &*text).flow;
    let selectors: Vec<Selector> = picked.iter().map(|one| one.selector(&flow)).collect();
    let rules: Vec<_> =
        forms.iter().map(|form| rule(Demand::Paths(form.map(|&number| selectors[number].clone())))).collect();
    flow.policies = vec![policy(rules.clone())];
    let Some(oracle) = Oracle::new(&flow, &selectors) else { return Ok(tally) };
    let judged = judge(&flow, None);
    let numbers: Vec<(usize, usize)> = judged.iter().map(|one| (one.policy, one.rule)).collect();
    prop_assert_eq!(numbers, (0..rules.len()).map(|rule| (0, rule)).collect::<Vec<_>>());
    for ((form, rule), judged) in forms.iter().zip(&rules).zip(&judged) {
        let expected = oracle.judge(form);
        prop_assert!(
            expected.is(&judged.verdict),
            "{text}{:#?}\nexpected {expected:?}\nbut it is {:?}\n{:?}",
            rule.demand,
            judged.verdict,
            flow.events
        );
        match &judged.verdict {
            Verdict::Holds { .. } => tally[0] += 1,
            Verdict::Vacuous(_) => tally[1] += 1,
            Verdict::Violated(_) => tally[2] += 1,
            _ => tally[3] += 1,
        }
    }
    Ok(tally)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_about_paths(
        model in models(),
        picked in prop::collection::vec(selectors(), SELECTORS),
        forms in prop::collection::vec(forms(SELECTORS), 1..200),
    ) {
        check(&model, &picked, &forms)?;
    }
}
