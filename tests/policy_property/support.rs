//! Rules and policies, built as data.

use cxflowc::diagnostics::Severity;
use cxflowc::flow::policy::{Comparison, Demand, Fact, Operator, Policy, Rule, Value};
use cxflowc::source::{FileId, Span};
use cxflowc::table::Id;

fn nowhere() -> Span {
    Span::new(FileId::from_index(0), 0, 0)
}

/// A rule that always is in force.
pub fn rule(demand: Demand) -> Rule {
    Rule {
        name: "rule".into(),
        doc: None,
        span: nowhere(),
        severity: Severity::Error,
        demand,
        when: None,
        from: None,
        until: None,
    }
}

pub fn policy(rules: Vec<Rule>) -> Policy {
    Policy {
        name: "any".into(),
        title: None,
        doc: None,
        span: nowhere(),
        bundled: false,
        applied_at: None,
        rules,
    }
}

pub fn fact(name: &str, value: Value) -> Fact {
    Fact { name: name.into(), value: Some(value), doc: None, span: nowhere() }
}

/// `FACT`, or `FACT OP VALUE`
pub fn comparison(fact: &str, test: Option<(Operator, Value)>) -> Comparison {
    Comparison { fact: fact.into(), test, span: nowhere() }
}
