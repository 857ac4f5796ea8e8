//! Properties of attestations: they change what is known of obligations, and nothing else.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::Path;

use cxflowc::policy::obligations;
use cxflowc::spelling::display_id;
use cxflowc::{Compiled, RuleVerdict, compile_with};

#[allow(dead_code, reason = "this suite does not look at what the fixtures expect")]
mod cases;

use cases::{Case, ROOT, cases, fixture_files, options};

fn compiled(case: &Case) -> Compiled {
    let mut options = options(&case.settings);
    // Whatever the flow itself attests ends on some day.
    options.as_of = None;
    compile_with(case.root(), case, &options)
}

fn payload(compiled: &Compiled) -> Vec<u8> {
    let mut payload = Vec::new();
    cxflowc::emit::flows::write(&compiled.flow, true, &mut payload).unwrap();
    payload
}

/// The flow with an attestation of each of its open obligations, and how many these are.
fn attested(case: &Case, compiled: &Compiled) -> (Case, usize) {
    let open = obligations(&compiled.flow, &compiled.judged).into_iter();
    let open = open.filter(|one| *one.verdict == RuleVerdict::Obligation && !one.is_attested);
    let lines: Vec<String> = open
        .map(|one| {
            let (policy, rule) = (display_id(&one.policy.name), display_id(&one.rule.name));
            format!("\nattest {policy}/{rule} because \"report 7\" by \"k.roe\" until 2027-03-31")
        })
        .collect();
    let mut with = case.clone();
    let root = with.files.get_mut(Path::new(ROOT)).unwrap();
    *root = format!("{}{}\n", root.trim_end(), lines.concat());
    (with, lines.len())
}

#[test]
fn an_attestation_changes_nothing_but_its_obligation() {
    let mut attested_rules = 0;
    for path in fixture_files() {
        for case in cases(&std::fs::read_to_string(path).unwrap()) {
            let before = compiled(&case);
            if !before.is_complete() || before.flow.is_library() {
                continue;
            }
            let (with, count) = attested(&case, &before);
            if count == 0 {
                continue;
            }
            let after = compiled(&with);
            attested_rules += count;
            assert_eq!(payload(&before), payload(&after), "{}", case.title);
            assert_eq!(before.judged.len(), after.judged.len(), "{}", case.title);
            for (was, is) in before.judged.iter().zip(&after.judged) {
                assert_eq!(was.verdict, is.verdict, "{}", case.title);
                assert_eq!(is.is_attested(), is.verdict == RuleVerdict::Obligation, "{}", case.title);
            }
            let open = obligations(&after.flow, &after.judged);
            let open = open.iter().filter(|one| *one.verdict == RuleVerdict::Obligation);
            assert!(open.clone().all(|one| one.is_attested), "{}", case.title);
        }
    }
    assert!(attested_rules > 100, "only {attested_rules} obligations were attested");
}
