//! Time limits that measure nothing on any path of a flow, although calls reach both of their ends.

use super::Vacuous;
use super::codes::IDLE_RULE;
use super::wording::selector;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, Unless};
use crate::flow::Flow;
use crate::flow::policy::{Demand, Form, Op, Policy, Rule, Selector};
use crate::table::Id;

/// Reports a limit with nothing between its ends, and says why.
pub fn report(flow: &Flow, policy: &Policy, rule: &Rule, why: &Vacuous, diagnostics: &mut Diagnostics) {
    let Demand::Paths(Form::Time { from: Some(from), to: Some(to), .. }) = &rule.demand else { return };
    let (begin, end) = (selector(flow, from), selector(flow, to));
    let (why, here, help) = match why {
        Vacuous::OtherWayRound => (
            format!("every `{end}` comes before the `{begin}`"),
            "the other way round",
            format!("did you mean `from {end} to {begin}`?"),
        ),
        Vacuous::WithinOneStep(_) if from == to => (
            format!("it begins and ends with the same `{begin}`"),
            "nothing lies between the two",
            "name what the time goes to, or leave `to` out to measure up to the call's end".to_owned(),
        ),
        // A rule of an included file may be for other flows that have both.
        Vacuous::NoneBetween if rule.span.file.index() == 0 || (is_of_nodes(from) && is_of_nodes(to)) => (
            format!("no path goes from `{begin}` to `{end}`"),
            "no call has both",
            "name two that come after each other on a path, or take the rule out".to_owned(),
        ),
        _ => return,
    };
    let message = format!("`{}/{}` measures nothing: {why}", policy.name, rule.name);
    diagnostics.push(
        Diagnostic::new(&IDLE_RULE, rule.span, message)
            .severity(Severity::Warning)
            .here(here)
            .help(help)
            .unless(Unless::Needed),
    );
}

/// Whether a selector consists of node names only.
fn is_of_nodes(selector: &Selector) -> bool {
    selector.0.iter().all(|op| matches!(op, Op::Node(_) | Op::Or))
}
