//! Verdicts by facts and days, whatever the paths are.

use cxflowc::compile;
use cxflowc::flow::decision::{Subject, Waiver};
use cxflowc::flow::policy::{Demand, Form, Op, Operator, Rule, Selector, Value};
use cxflowc::policy::{RuleVerdict, Violation, judge};
use cxflowc::speech::Voice;
use jiff::civil::{Date, date};

use crate::support::{comparison, fact, policy, rule, waiver};

/// Facts `rings = 20s`, `tries = 3`, `dialer = "predictive"`, `checked = 2026-03-01`.
fn verdict(rule: Rule, on: Option<Date>) -> RuleVerdict {
    let mut flow = compile("any.cxflow", "flow \"Any\"\nentry bye\ndisconnect bye\n").flow;
    flow.policies = vec![policy(vec![rule])];
    flow.facts = vec![
        fact("rings", Value::Duration(20_000)),
        fact("tries", Value::Integer(3)),
        fact("dialer", Value::Text("predictive".into())),
        fact("checked", Value::Date(date(2026, 3, 1))),
    ];
    let mut judged = judge(&flow, on, Voice::default());
    assert_eq!(judged.len(), 1);
    judged.remove(0).verdict
}

/// What becomes of `require fact FACT [OP VALUE]`.
fn required(fact: &str, test: Option<(Operator, Value)>) -> RuleVerdict {
    verdict(rule(Demand::Fact(comparison(fact, test))), None)
}

/// What becomes of a rule that holds, `when FACT OP VALUE`.
fn when(fact: &str, operator: Operator, value: Value) -> RuleVerdict {
    let holds = rule(Demand::Paths(Form::Depth(9)));
    verdict(Rule { when: Some(comparison(fact, Some((operator, value)))), ..holds }, None)
}

const HOLDS: RuleVerdict = RuleVerdict::Holds { estimated: false };
/// A fact's name with a value that is smaller than its own, one that is as large and one that is larger.
fn comparables() -> [(&'static str, [Value; 3]); 3] {
    [
        ("rings", [19_999, 20_000, 20_001].map(Value::Duration)),
        ("tries", [2, 3, 4].map(Value::Integer)),
        ("checked", [date(2026, 2, 28), date(2026, 3, 1), date(2027, 1, 1)].map(Value::Date)),
    ]
}

/// Whether the operator holds between a fact and each of those three.
const OPERATORS: [(Operator, [bool; 3]); 6] = [
    (Operator::Equal, [false, true, false]),
    (Operator::NotEqual, [true, false, true]),
    (Operator::Less, [false, false, true]),
    (Operator::AtMost, [false, true, true]),
    (Operator::More, [true, false, false]),
    (Operator::AtLeast, [true, true, false]),
];

#[test]
fn a_fact_compares() {
    for (fact, values) in comparables() {
        for (operator, holds) in OPERATORS {
            for (value, holds) in values.clone().into_iter().zip(holds) {
                let told = required(fact, Some((operator, value.clone())));
                let expected = if holds { HOLDS } else { RuleVerdict::Violated(Violation::default()) };
                assert_eq!(told, expected, "{fact} {} {value:?}", operator.sign());
                let told = when(fact, operator, value.clone());
                assert_eq!(told == HOLDS, holds, "{fact} {} {value:?}", operator.sign());
                assert_eq!(
                    matches!(told, RuleVerdict::Vacuous(_)),
                    !holds,
                    "{fact} {} {value:?}",
                    operator.sign()
                );
            }
        }
    }
}

#[test]
fn a_text_is_another_or_not() {
    let text = |text: &str| Value::Text(text.into());
    assert_eq!(required("dialer", Some((Operator::Equal, text("predictive")))), HOLDS);
    assert_eq!(required("dialer", Some((Operator::NotEqual, text("preview")))), HOLDS);
    assert_eq!(
        required("dialer", Some((Operator::Equal, text("Predictive")))),
        RuleVerdict::Violated(Violation::default())
    );
    assert_eq!(
        required("dialer", Some((Operator::NotEqual, text("predictive")))),
        RuleVerdict::Violated(Violation::default())
    );
}

#[test]
fn a_fact_is_stated_or_not() {
    assert_eq!(required("rings", None), HOLDS);
    assert_eq!(required("dialer", None), HOLDS);
    assert_eq!(required("bells", None), RuleVerdict::Violated(Violation::default()));
    assert_eq!(
        required("bells", Some((Operator::Equal, Value::Integer(0)))),
        RuleVerdict::Violated(Violation::default())
    );
    assert!(matches!(when("bells", Operator::Equal, Value::Integer(0)), RuleVerdict::Unknown(_)));
    assert!(matches!(when("bells", Operator::NotEqual, Value::Integer(0)), RuleVerdict::Unknown(_)));
}

#[test]
fn values_of_different_types_do_not_compare() {
    for (operator, _) in OPERATORS {
        for value in [Value::Integer(20_000), Value::Text("20s".into()), Value::Date(date(2026, 3, 1))] {
            let told = required("rings", Some((operator, value.clone())));
            assert_eq!(told, RuleVerdict::Violated(Violation::default()), "{operator:?} {value:?}");
            assert!(matches!(when("rings", operator, value), RuleVerdict::Unknown(_)));
        }
    }
}

#[test]
fn a_rule_is_in_force_from_its_first_to_its_last_day() {
    let (first, last) = (date(2026, 3, 1), date(2026, 3, 31));
    let nothing = || rule(Demand::Paths(Form::Require(Selector(vec![Op::Tag("nowhere".into())]))));
    let between = |rule: Rule| Rule { from: Some(first), until: Some(last), ..rule };
    let applies = |rule: Rule, on: Date| match verdict(rule, Some(on)) {
        RuleVerdict::Violated(_) | RuleVerdict::Obligation => true,
        RuleVerdict::Vacuous(_) => false,
        other => panic!("{other:?}"),
    };
    let days = [
        (date(2026, 2, 28), false),
        (first, true),
        (date(2026, 3, 15), true),
        (last, true),
        (date(2026, 4, 1), false),
    ];
    for (day, in_force) in days {
        assert_eq!(applies(between(nothing()), day), in_force, "{day}");
        assert_eq!(applies(between(rule(Demand::Oblige("to count".into()))), day), in_force, "{day}");
        let stated = rule(Demand::Fact(comparison("bells", None)));
        assert_eq!(applies(between(stated), day), in_force, "{day}");
        assert_eq!(applies(Rule { from: Some(first), ..nothing() }, day), day >= first, "{day}");
        assert_eq!(applies(Rule { until: Some(last), ..nothing() }, day), day <= last, "{day}");
    }
}

#[test]
fn a_duty_is_one() {
    assert_eq!(verdict(rule(Demand::Oblige("to count".into())), None), RuleVerdict::Obligation);
    let preview = Some((Operator::Equal, Value::Text("preview".into())));
    let other_dialer =
        Rule { when: Some(comparison("dialer", preview)), ..rule(Demand::Oblige("to".into())) };
    assert!(matches!(verdict(other_dialer, None), RuleVerdict::Vacuous(_)));
}

#[test]
fn a_waiver_lets_pass_until_its_last_day_and_only_of_its_own_policy() {
    let until = date(2026, 3, 31);
    let lets_pass = |policy_name: &str, on: Option<Date>| {
        let mut flow = compile("any.cxflow", "flow \"Any\"\nentry bye\ndisconnect bye\n").flow;
        let nothing = Form::Require(Selector(vec![Op::Tag("nowhere".into())]));
        flow.policies = vec![policy(vec![rule(Demand::Paths(nothing))])];
        let subject = Subject::Rule { policy: policy_name.into(), rule: "rule-0".into() };
        flow.waivers = vec![Waiver { subject, until, ..waiver(0, None) }];
        let judged = judge(&flow, on, Voice::default());
        assert!(matches!(judged[0].verdict, RuleVerdict::Violated(_)), "what is waived stays violated");
        assert_eq!(judged[0].left.is_none(), judged[0].waivers == [0]);
        judged[0].left.is_none()
    };
    assert!(lets_pass("any", Some(date(2026, 3, 30))));
    assert!(lets_pass("any", Some(until)));
    assert!(!lets_pass("any", Some(date(2026, 4, 1))));
    assert!(lets_pass("any", None), "no day: all are in force");
    assert!(!lets_pass("other", Some(until)));
}
