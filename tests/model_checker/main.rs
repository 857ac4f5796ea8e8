//! Policies: SPIN, a model checker that nobody here wrote, comes to the same verdicts.
//!
//! Flows are drawn as data. `flows.rs` writes them in our language, for the compiler, and `promela.rs` in SPIN's: nothing
//! that the compiler found out goes into the model. Rules are drawn likewise, and written as rules and as claims.
//!
//! What SPIN does not decide here, plain enumeration does in `policy_property`: `limit depth`, `limit retries` and limits
//! of time, which are no temporal logic; `reachable` where calls come back a counted number of times, since it asks what
//! could be done from a state; selectors with `not`.
//!
//! `CXFLOW_SPIN_FLOWS=100 cargo test --test model_checker` tries more flows, `CXFLOW_SPIN_NODES=120` flows of that size.
//! `CXFLOW_SPIN_KEEP=FOLDER` writes the last ones there, for `benches/spin`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

mod flows;
mod promela;
mod rules;
mod selectors;
mod spin;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use cxflowc::compile;
use proptest::prelude::RngExt;
use proptest::test_runner::{Config, TestRng, TestRunner};

use flows::{Flow, Ways};
use promela::Program;
use rules::{Question, Rule};
use selectors::Selector;
use spin::Verifier;

/// How many flows of each sort are tried, and how many rules on each.
const FLOWS: usize = 4;
const RULES: usize = 24;
/// How many selectors are drawn of each of three sorts.
const GROUP: usize = 3;

/// The numbers of a question's claims in a program.
enum Asked {
    Broken(usize),
    Kept(usize),
    KeptIf(usize, usize),
    BrokenWherever(Vec<(usize, usize)>),
}

impl Asked {
    fn of(program: &mut Program<'_>, question: &Question) -> Self {
        match question {
            Question::Broken(claim) => Self::Broken(program.claim(claim)),
            Question::Kept(claim) => Self::Kept(program.claim(claim)),
            Question::KeptIf(nothing, claim) => Self::KeptIf(program.claim(nothing), program.claim(claim)),
            Question::BrokenWherever(pairs) => Self::BrokenWherever(
                pairs.iter().map(|(nothing, claim)| (program.claim(nothing), program.claim(claim))).collect(),
            ),
        }
    }

    /// The verdict, as the compiler calls it.
    fn verdict(&self, keeps: &mut impl FnMut(usize) -> bool) -> &'static str {
        let holds = match self {
            Self::Broken(claim) => !keeps(*claim),
            Self::Kept(claim) => keeps(*claim),
            Self::KeptIf(nothing, _) if keeps(*nothing) => return "vacuous",
            Self::KeptIf(_, claim) => keeps(*claim),
            Self::BrokenWherever(pairs) => {
                let live: Vec<usize> =
                    pairs.iter().filter(|(nothing, _)| !keeps(*nothing)).map(|(_, claim)| *claim).collect();
                if live.is_empty() {
                    return "vacuous";
                }
                live.into_iter().all(|claim| !keeps(claim))
            }
        };
        if holds { "holds" } else { "violated" }
    }
}

/// How often each form came to each verdict.
type Tally = BTreeMap<(String, &'static str), usize>;

/// Draws selectors, most of which pick something.
fn selectors(flow: &Flow, rng: &mut TestRng) -> Vec<Selector> {
    let reached = flow.reached();
    let mut of = |draw: fn(&Flow, &mut TestRng) -> Selector| {
        let mut one = draw(flow, rng);
        for _ in 0..3 {
            if !one.occurs(flow, &reached) {
                one = draw(flow, rng);
            }
        }
        one
    };
    let mut all = Vec::new();
    let sorts: [fn(&Flow, &mut TestRng) -> Selector; 3] =
        [Selector::draw_common, Selector::draw_early, Selector::draw];
    for draw in sorts {
        all.extend((0..GROUP).map(|_| of(draw)));
    }
    all[GROUP] = of(Selector::draw_again);
    all
}

/// Draws a flow with rules, and compares what becomes of each.
fn try_one(ways: Ways, rng: &mut TestRng, tally: &mut Tally) {
    let len = rng.random_range(100..=300);
    let flow = Flow::draw(ways, number("CXFLOW_SPIN_NODES").unwrap_or(len), rng);
    let selectors = selectors(&flow, rng);
    let rules: Vec<Rule> = (0..RULES).map(|_| Rule::draw(ways, &flow, &selectors, GROUP, rng)).collect();
    let mut text = flow.text();
    text.push_str("policy own \"Own\" {\n");
    for (number, rule) in rules.iter().enumerate() {
        writeln!(text, "  r{number}: {}", rule.text(&selectors)).unwrap();
    }
    text.push_str("}\napply own\n");

    let compiled = compile("any.cxflow", text.as_str());
    let broken: Vec<&str> =
        compiled.diagnostics.iter().filter(|one| one.code.id == "CX001").map(|one| &*one.message).collect();
    assert!(broken.is_empty(), "{text}\n{broken:?}");
    let own = |one: &&cxflowc::policy::JudgedRule| &*compiled.flow.policies[one.policy].name == "own";
    let judged: Vec<&'static str> =
        compiled.judged.iter().filter(own).map(|one| one.verdict.word()).collect();
    assert_eq!(judged.len(), rules.len());
    // Too many ways of a call are not all followed, and what is not certain is said to be unknown.
    let open = compiled.flow.has_open_bounds();

    let mut program = Program::new(&flow, &selectors);
    let questions: Vec<Asked> =
        rules.iter().map(|rule| Asked::of(&mut program, &rule.question(&flow, &selectors))).collect();
    let model = program.text();
    if let Some(folder) = std::env::var_os("CXFLOW_SPIN_KEEP") {
        let name = format!("{ways:?}").to_lowercase();
        let path = Path::new(&folder).join(name);
        fs::write(path.with_extension("cxflow"), &text).unwrap();
        fs::write(path.with_extension("pml"), &model).unwrap();
    }
    let verifier = Verifier::new(&model);
    let mut known: BTreeMap<usize, bool> = BTreeMap::new();
    let mut keeps = |claim: usize| *known.entry(claim).or_insert_with(|| verifier.keeps(claim));
    let mut wrong = String::new();
    for ((rule, asked), &judged) in rules.iter().zip(&questions).zip(&judged) {
        let expected = asked.verdict(&mut keeps);
        let form = format!("{rule:?}");
        let form = form.split([' ', '(']).next().unwrap_or_default().to_owned();
        *tally.entry((form, expected)).or_default() += 1;
        if judged != expected && !(open && judged == "unknown") {
            let rule = rule.text(&selectors);
            writeln!(wrong, "{rule}: SPIN says that it is {expected}, the compiler {judged}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{text}\n{wrong}");
}

fn number(variable: &str) -> Option<usize> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// Tries some flows, and sees to it that SPIN decides for both sides.
fn try_all(ways: Ways) {
    if !spin::is_here() {
        return;
    }
    let flows = number("CXFLOW_SPIN_FLOWS").unwrap_or(FLOWS);
    let mut runner = TestRunner::new(Config::default());
    let mut tally = Tally::new();
    for _ in 0..flows {
        let mut rng = runner.new_rng();
        // Every flow has its own, so that one more draw changes none of those after it.
        let _: u64 = runner.rng().random();
        try_one(ways, &mut rng, &mut tally);
    }
    println!("{ways:?}: {tally:?}");
    let all: usize = tally.values().sum();
    for verdict in ["holds", "violated"] {
        let count: usize = tally.iter().filter(|((_, one), _)| *one == verdict).map(|(_, count)| count).sum();
        assert!(count * 10 >= all, "only {count} of {all} rules are {verdict}: {tally:?}");
    }
}

#[test]
fn rules_on_flows_that_lead_onward() {
    try_all(Ways::Onward);
}

#[test]
fn rules_on_flows_with_circles() {
    try_all(Ways::Round);
}

#[test]
fn rules_on_flows_that_come_back_a_few_times() {
    try_all(Ways::Again);
}
