//! What a policy demands and expects, as the language writes it, with every value filled in.

use crate::diagnostics::Severity;
use crate::flow::policy::{Comparison, Demand, Expected, Expects, Form, Rule, Value, fact_value};
use crate::flow::policy::{FactCondition, FactOp};
use crate::flow::{Flow, NodeId};
use crate::policy::selector_with_names;
use crate::spelling::{display_duration, display_id, display_string};

/// A rule in one line, with what it depends on, and names for the nodes that it is about.
pub fn rule_text(
    flow: &Flow,
    rule: &Rule,
    when: Option<&FactCondition>,
    name: &dyn Fn(NodeId) -> String,
) -> String {
    let mut text = String::new();
    if rule.severity == Severity::Warning {
        text.push_str("warn ");
    }
    if rule.named {
        text.push_str(&format!("{}: ", display_id(&rule.name)));
    }
    text.push_str(&match &rule.demand {
        Demand::Paths(form) => form_text(&form.map(|selector| selector_with_names(flow, selector, name))),
        Demand::Fact(condition) => format!("require fact {}", condition_text(condition)),
        Demand::Oblige(duty) => format!("oblige {}", display_string(duty)),
    });
    if let Some(when) = when {
        text.push_str(&format!(" when {}", condition_text(when)));
    }
    for exempt in &rule.exempt {
        let because = display_string(&exempt.because);
        text.push_str(&format!(" exempt when {} because {because}", condition_text(&exempt.when)));
    }
    match (&rule.from_after, rule.from) {
        (Some(after), from) => {
            text.push_str(&format!(" from after {}", display_id(&after.fact)));
            if after.days > 0 {
                text.push_str(&format!(" + {}d", after.days));
            }
            text.push_str(&from.map(|from| format!(" ({from})")).unwrap_or_default());
        }
        (None, Some(from)) => text.push_str(&format!(" from {from}")),
        (None, None) => {}
    }
    if let Some(until) = rule.until {
        text.push_str(&format!(" until {until}"));
    }
    text
}

fn form_text(form: &Form<String>) -> String {
    let clause =
        |word: &str, of: &Option<String>| of.as_ref().map(|of| format!(" {word} {of}")).unwrap_or_default();
    match form {
        Form::Require(wanted) => format!("require {wanted}"),
        Form::OnEveryPath(wanted) => format!("require {wanted} on every path"),
        Form::Before { first, then, since, or_with } => {
            let or_with = if *or_with { " or with" } else { "" };
            format!("require {first} before{or_with} {then}{}", clause("since", since))
        }
        Form::After { later, earlier } => format!("require {later} after {earlier}"),
        Form::Reachable { goal, from, within } => {
            let within = within.map(|keys| format!(" within {keys} keys")).unwrap_or_default();
            format!("require {goal} reachable from {from}{within}")
        }
        Form::Forbid(forbidden) => format!("forbid {forbidden}"),
        Form::ForbidBefore { forbidden, then } => format!("forbid {forbidden} before {then}"),
        Form::ForbidAfter { forbidden, earlier } => format!("forbid {forbidden} after {earlier}"),
        Form::Retries(most) => format!("limit retries {most}"),
        Form::Depth(most) => format!("limit depth {most}"),
        Form::Count(most, counted) => format!("limit {most} {counted}"),
        Form::Time { most, from, to, extent } => {
            let from_word = if extent.from_start { "from start of" } else { "from" };
            let to_word = if extent.to_end { "to end of" } else { "to" };
            let must = if extent.must_occur { ", and must occur" } else { "" };
            format!(
                "limit {}{}{}{must}",
                display_duration(*most),
                clause(from_word, from),
                clause(to_word, to)
            )
        }
    }
}

/// A condition in infix order, with the parentheses that it needs.
pub fn condition_text(condition: &FactCondition) -> String {
    // How tightly each part binds: `or`, `and`, and what needs no parentheses.
    let mut stack: Vec<(String, u8)> = Vec::new();
    let grouped =
        |(text, binds): (String, u8), least: u8| if binds < least { format!("({text})") } else { text };
    for op in &condition.ops {
        let part = match op {
            FactOp::Compare(comparison) => (comparison_text(comparison), 3),
            FactOp::And | FactOp::Or => {
                let (word, binds) = if matches!(op, FactOp::And) { ("and", 2) } else { ("or", 1) };
                let Some((right, left)) = stack.pop().zip(stack.pop()) else { continue };
                (format!("{} {word} {}", grouped(left, binds), grouped(right, binds)), binds)
            }
        };
        stack.push(part);
    }
    stack.pop().map(|(text, _)| text).unwrap_or_default()
}

fn comparison_text(comparison: &Comparison) -> String {
    let fact = display_id(&comparison.fact);
    match &comparison.test {
        Some((operator, value)) => format!("{fact} {} {}", operator.sign(), fact_value(value)),
        None => fact,
    }
}

/// What is expected, as a name, and the values that it may have with its meaning.
pub fn expectation(expects: &Expects) -> (String, String) {
    let meaning = expects.meaning.as_deref().map(display_string);
    let (name, values) = match &expects.expected {
        Expected::Tag(tag) => (format!("@{tag}"), None),
        Expected::Fact { name, values } => {
            let values: Vec<String> = values.iter().map(fact_value).collect();
            let values = (!values.is_empty()).then(|| format!("= {}", values.join(" | ")));
            (format!("fact {}", display_id(name)), values)
        }
    };
    let said: Vec<String> = values.into_iter().chain(meaning).collect();
    (name, if said.is_empty() { "expected".to_owned() } else { said.join(" ") })
}

/// The value that a flow states for a fact.
pub fn stated<'a>(flow: &'a Flow, fact: &str) -> Option<&'a Value> {
    flow.facts.iter().find(|one| *one.name == *fact)?.value.as_ref()
}
