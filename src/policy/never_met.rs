//! Conditions that no facts meet: `purpose = "sales" and purpose = "debt"`.

use std::cmp::Ordering;

use super::codes::IDLE_RULE;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::flow::policy::{Comparison, Demand, FactCondition, FactOp, Operator, Policy, Value, fact_value};
use crate::spelling::display_id;

/// Conditions with more ways to be met than this are not looked at.
const MOST_WAYS: usize = 64;

/// Reports conditions of a policy and of its rules that are never met: that of the policy once for all of its rules. What a
/// rule requires of facts is such a condition, too.
pub fn report(policy: &Policy, diagnostics: &mut Diagnostics) {
    if let Some((first, second)) = policy.when.as_ref().and_then(contradiction) {
        diagnostics.push(finding(&format!("no rule of {} ever applies", quote(&policy.name)), first, second));
        return;
    }
    for rule in &policy.rules {
        if let Demand::Fact(condition) = &rule.demand
            && let Some((first, second)) = contradiction(condition)
        {
            let name = quote(&format!("{}/{}", policy.name, rule.name));
            diagnostics.push(finding(&format!("no flow keeps {name}"), first, second));
        }
        if let Some((first, second)) = rule.when.as_ref().and_then(contradiction) {
            let name = quote(&format!("{}/{}", policy.name, rule.name));
            diagnostics.push(finding(&format!("{name} never applies"), first, second));
        }
    }
}

fn finding(what: &str, first: &Comparison, second: &Comparison) -> Diagnostic {
    let [one, other] = [first, second].map(|of| quote(&text(of)));
    Diagnostic::new(&IDLE_RULE, second.span, format!("{what}: {one} and {other} are never both so"))
        .here("never so with the other")
        .label(first.span, "the other")
        .help("write `or` between them if either is enough, or take one of them out")
}

fn text(comparison: &Comparison) -> String {
    let fact = display_id(&comparison.fact);
    if comparison.test.is_some() { format!("{fact} {}", test(comparison)) } else { fact }
}

/// What a comparison asks of its fact: `>= 15s`.
pub fn test(comparison: &Comparison) -> String {
    let test = comparison.test.as_ref();
    test.map(|(operator, value)| format!("{} {}", operator.sign(), fact_value(value))).unwrap_or_default()
}

/// Two comparisons that contradict each other, if each way to meet a condition has such; those of its first way.
pub fn contradiction(condition: &FactCondition) -> Option<(&Comparison, &Comparison)> {
    let mut stack: Vec<Vec<Vec<&Comparison>>> = Vec::new();
    for op in &condition.ops {
        let ways = match op {
            FactOp::Compare(comparison) => vec![vec![comparison]],
            FactOp::And | FactOp::Or => {
                let (right, mut left) = (stack.pop()?, stack.pop()?);
                if matches!(op, FactOp::Or) {
                    left.extend(right);
                    left
                } else {
                    let joined =
                        left.iter().flat_map(|one| right.iter().map(move |other| [&**one, other].concat()));
                    // One more tells that there are too many.
                    joined.take(MOST_WAYS + 1).collect()
                }
            }
        };
        if ways.len() > MOST_WAYS {
            return None;
        }
        stack.push(ways);
    }
    let ways = stack.pop()?;
    let mut found = None;
    for way in &ways {
        let of_way = way.iter().enumerate().find_map(|(at, &second)| {
            let first = way.iter().take(at).find(|first| contradict(first, second))?;
            Some((*first, second))
        })?;
        found = found.or(Some(of_way));
    }
    found
}

/// Whether two comparisons are never both so.
fn contradict(first: &Comparison, second: &Comparison) -> bool {
    let (Some((own, value)), Some((other, limit))) = (&first.test, &second.test) else { return false };
    if first.fact != second.fact {
        return false;
    }
    if let (Value::Times(value), Value::Times(limit)) = (value, limit) {
        return (*own, *other) == (Operator::Within, Operator::Within) && !value.meets(limit);
    }
    // The order of the two values; `None` for different kinds of values, which is reported otherwise.
    let Some(order) = compared(value, limit) else { return false };
    match (own, other) {
        (Operator::Equal, Operator::Equal) => order != Ordering::Equal,
        (Operator::Equal, Operator::NotEqual) | (Operator::NotEqual, Operator::Equal) => {
            order == Ordering::Equal
        }
        (Operator::NotEqual, _) | (_, Operator::NotEqual) => false,
        _ if is_lower(*own) && is_upper(*other) => is_empty((*own, value), (*other, limit), order),
        _ if is_upper(*own) && is_lower(*other) => is_empty((*other, limit), (*own, value), order.reverse()),
        _ => false,
    }
}

fn compared(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::Text(one), Value::Text(other)) => Some(one.cmp(other)),
        (Value::Integer(one), Value::Integer(other)) | (Value::Duration(one), Value::Duration(other)) => {
            Some(one.cmp(other))
        }
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        _ => None,
    }
}

fn is_lower(operator: Operator) -> bool {
    matches!(operator, Operator::Equal | Operator::More | Operator::AtLeast)
}

fn is_upper(operator: Operator) -> bool {
    matches!(operator, Operator::Equal | Operator::Less | Operator::AtMost)
}

/// Whether nothing is between a lower and an upper bound, of which the first has this order to the second.
fn is_empty((lower, least): (Operator, &Value), (upper, most): (Operator, &Value), order: Ordering) -> bool {
    let are_open = lower == Operator::More || upper == Operator::Less;
    // Numbers are whole, and so are days and milliseconds.
    let are_neighbours = match (least, most) {
        (Value::Integer(least), Value::Integer(most)) | (Value::Duration(least), Value::Duration(most)) => {
            most.checked_sub(*least) == Some(1)
        }
        (Value::Date(least), Value::Date(most)) => least.tomorrow().is_ok_and(|next| next == *most),
        _ => false,
    };
    let have_none_between = are_neighbours && lower == Operator::More && upper == Operator::Less;
    order == Ordering::Greater || order == Ordering::Equal && are_open || have_none_between
}
