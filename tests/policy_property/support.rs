//! Rules and policies, built as data.

use cxflowc::diagnostics::Severity;
use cxflowc::flow::NodeId;
use cxflowc::flow::decision::{Subject, Waiver};
use cxflowc::flow::policy::{Comparison, Demand, Fact, Operator, Policy, Rule, Value};
use cxflowc::flow::policy::{FactCondition, FactOp};
use cxflowc::source::{FileId, Span};
use cxflowc::table::Id;
use jiff::civil::Date;

fn nowhere() -> Span {
    Span::new(FileId::from_index(0), 0, 0)
}

/// A waiver of a rule of the only policy, at a node or everywhere.
pub fn waiver(rule: usize, node: Option<NodeId>) -> Waiver {
    Waiver {
        subject: Subject::Rule { policy: "any".into(), rule: format!("rule-{rule}").into() },
        subject_span: nowhere(),
        node,
        because: "it is known".into(),
        because_span: nowhere(),
        by: "j.lee".into(),
        until: Date::MAX,
        until_span: nowhere(),
        span: nowhere(),
    }
}

/// A rule that always is in force.
pub fn rule(demand: Demand) -> Rule {
    Rule {
        name: "rule".into(),
        named: true,
        doc: None,
        span: nowhere(),
        severity: Severity::Error,
        demand,
        when: None,
        exempt: Vec::new(),
        from: None,
        from_after: None,
        until: None,
    }
}

/// The policy `any`, its rules numbered.
pub fn policy(mut rules: Vec<Rule>) -> Policy {
    for (number, rule) in rules.iter_mut().enumerate() {
        rule.name = format!("rule-{number}").into();
    }
    Policy {
        name: "any".into(),
        title: None,
        doc: None,
        name_span: nowhere(),
        span: nowhere(),
        locked: None,
        bundled: false,
        applied_at: None,
        named_at: None,
        when: None,
        version: None,
        covers: Vec::new(),
        covers_lines: Vec::new(),
        covers_by: Vec::new(),
        reviews: Vec::new(),
        conflicts: Vec::new(),
        expects: Vec::new(),
        rules,
    }
}

pub fn fact(name: &str, value: Value) -> Fact {
    Fact {
        name: name.into(),
        value: Some(value),
        is_refused: false,
        value_span: None,
        known_elsewhere: Vec::new(),
        shared: false,
        doc: None,
        span: nowhere(),
        evidence: None,
    }
}

/// `FACT`, or `FACT OP VALUE`
pub fn comparison(fact: &str, test: Option<(Operator, Value)>) -> FactCondition {
    let comparison = Comparison { fact: fact.into(), test, span: nowhere() };
    FactCondition { ops: vec![FactOp::Compare(comparison)], span: nowhere() }
}
