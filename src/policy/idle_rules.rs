//! Rules that can never have an effect on any flow.

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use super::codes::IDLE_RULE;
use crate::diagnostics::{Diagnostic, Diagnostics, Severity, counted};
use crate::flow::policy::{Demand, Form, Op, Policy, Rule, Selector, StartAfter};
use crate::flow::{Flow, Kind};
use crate::spelling::is_blank;

/// Reports the rules of a policy that can never have an effect.
pub fn report(flow: &Flow, policy: &Policy, on: Option<Date>, diagnostics: &mut Diagnostics) {
    // If no rule of the policy is in force, another finding says when one is.
    let on = on.filter(|on| {
        let is_in_force = |rule: &Rule| {
            rule.from.is_none_or(|from| from <= *on) && rule.until.is_none_or(|until| until >= *on)
        };
        flow.is_library() || policy.rules.iter().any(is_in_force)
    });
    super::never_met::report(policy, diagnostics);
    for rule in &policy.rules {
        let name = format!("`{}/{}`", policy.name, rule.name);
        if let (Some(from), Some(until)) = (rule.from, rule.until)
            && until < from
        {
            if let Some(after) = &rule.from_after {
                report_late_start(flow, after, (from, until), rule, &name, diagnostics);
                continue;
            }
            diagnostics.push(
                Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} is never in force"))
                    .here(format!("ends on {until}, before it begins on {from}"))
                    .help("write the first day behind `from` and the last one behind `until`"),
            );
            continue;
        }
        report_far_off(rule, &name, on, diagnostics);
        super::idle_limits::report(flow, policy, rule, diagnostics);
        match &rule.demand {
            Demand::Oblige(duty) if is_blank(duty) || !duty.chars().any(char::is_alphanumeric) => diagnostics
                .push(
                    Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} obliges to nothing"))
                        .here("no words")
                        .help("write the duty in words, as in `oblige \"Honour the national list.\"`"),
                ),
            Demand::Paths(form) => report_impossible(flow, rule, form, &name, diagnostics),
            Demand::Oblige(_) | Demand::Fact(_) => {}
        }
    }
}

/// Reports a rule that counts from a day which the flow states, and is over before it begins.
fn report_late_start(
    flow: &Flow,
    after: &StartAfter,
    (from, until): (Date, Date),
    rule: &Rule,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    let days = counted(usize::try_from(after.days).unwrap_or(usize::MAX), "day");
    let finding = Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} is never in force in this flow"))
        .severity(Severity::Warning)
        .here(format!("ends on {until}, before it begins on {from}"))
        .help("check the day that the fact states, and the last day behind `until`");
    let fact = flow.facts.iter().find(|fact| fact.name == after.fact);
    diagnostics.push(match fact {
        Some(fact) => finding.label(fact.span, format!("it begins {days} after this")),
        None => finding,
    });
}

/// A rule that begins or ended more than this many years from the day of the run probably has a typo in its
/// date.
const FAR_OFF: i16 = 5;

fn report_far_off(rule: &Rule, name: &str, on: Option<Date>, diagnostics: &mut Diagnostics) {
    let Some(on) = on else { return };
    let years = |from: Date, to: Date| to.year() - from.year();
    let problem = match (rule.from, rule.until) {
        (Some(from), _) if years(on, from) > FAR_OFF => format!("{name} is not in force until {from}"),
        (_, Some(until)) if years(until, on) > FAR_OFF => {
            format!("{name} has not been in force since {until}")
        }
        _ => return,
    };
    diagnostics.push(
        Diagnostic::new(&IDLE_RULE, rule.span, problem)
            .severity(Severity::Warning)
            .here(format!("more than {FAR_OFF} years from {on}"))
            .help("check the year"),
    );
}

/// Whether a rule is about something that cannot exist.
pub fn is_impossible(flow: &Flow, rule: &Rule) -> bool {
    match &rule.demand {
        Demand::Paths(form) => impossible(flow, rule, form).is_some(),
        Demand::Oblige(_) | Demand::Fact(_) => false,
    }
}

/// The first part of a rule that cannot exist.
fn impossible<'f>(flow: &Flow, rule: &Rule, form: &'f Form<Selector>) -> Option<&'f Selector> {
    form.selectors().find(|selector| !can_pick(flow, rule, selector))
}

fn report_impossible(
    flow: &Flow,
    rule: &Rule,
    form: &Form<Selector>,
    name: &str,
    diagnostics: &mut Diagnostics,
) {
    let Some(of) = impossible(flow, rule, form) else { return };
    let words = super::wording::selector(flow, of);
    diagnostics.push(
        Diagnostic::new(&IDLE_RULE, rule.span, format!("{name} is about `{words}`, which cannot exist"))
            .here("picks nothing in any flow")
            .help("use `|` for either of two; `&` picks only what is both"),
    );
}

/// Selectors with more distinct parts than this are not checked.
const MOST_PARTS: usize = 10;

/// Whether some step or transition could match a selector: tries all combinations of the selector's parts.
fn can_pick(flow: &Flow, rule: &Rule, selector: &Selector) -> bool {
    // An unknown name is already reported.
    if selector.0.contains(&Op::Nothing) {
        return true;
    }
    let mut parts: Vec<&Op> = Vec::new();
    let mut seen: FxHashSet<&Op> = FxHashSet::default();
    for op in &selector.0 {
        let is_part = matches!(
            op,
            Op::Kind(_)
                | Op::Declared(..)
                | Op::Node(_)
                | Op::Tag(_)
                | Op::Language(_)
                | Op::Heard
                | Op::Key
                | Op::Taken(..)
                | Op::Set(..)
                | Op::With(_)
                | Op::Disposition(_)
        );
        if is_part && seen.insert(op) {
            parts.push(op);
        }
    }
    if parts.len() > MOST_PARTS {
        return true;
    }
    (0_u32..1 << parts.len()).any(|chosen| {
        let is_chosen =
            |op: &Op| parts.iter().position(|part| *part == op).is_some_and(|at| chosen & (1 << at) != 0);
        may_be(&parts, &is_chosen)
            && nodes_fit(flow, rule, &parts, &is_chosen)
            && picks(
                selector,
                &is_chosen,
                parts.iter().any(|op| matches!(op, Op::Taken(..) | Op::Key) && is_chosen(op)),
            )
    })
}

/// Whether a step or a transition can be exactly what is chosen.
fn may_be(parts: &[&Op], is_chosen: &impl Fn(&Op) -> bool) -> bool {
    let chosen = || parts.iter().copied().filter(|op| is_chosen(op));
    let taken = chosen().filter(|op| matches!(op, Op::Taken(..) | Op::Key)).count();
    if taken > 0 {
        // A transition has neither a kind nor a tag nor a field, and leaves one node.
        let other = chosen().filter(|op| matches!(op, Op::Set(..) | Op::Disposition(_))).count();
        let mut nodes =
            chosen().filter_map(|op| if let Op::Taken(node, _) = op { Some(*node) } else { None });
        let first = nodes.next();
        return chosen().count() == taken + other && nodes.all(|node| Some(node) == first);
    }
    let kinds: Vec<Kind> =
        chosen().filter_map(|op| if let Op::Kind(kind) = op { Some(*kind) } else { None }).collect();
    let nodes = chosen().filter(|op| matches!(op, Op::Node(_))).count();
    // A node that hands the call over counts as an agent besides its own kind.
    let kinds_fit = match kinds.as_slice() {
        [] | [_] => true,
        [one, other] => {
            let may_be_agent = |kind: &Kind| !kind.ends_call();
            (*one == Kind::Agent && may_be_agent(other)) || (*other == Kind::Agent && may_be_agent(one))
        }
        _ => false,
    };
    kinds_fit && nodes <= 1
}

/// Whether the chosen node is of the chosen kinds. Another flow may have a different node of that name,
/// unless the rule and the node are in the same file.
fn nodes_fit(flow: &Flow, rule: &Rule, parts: &[&Op], is_chosen: &impl Fn(&Op) -> bool) -> bool {
    let node = parts.iter().find_map(|op| match op {
        Op::Node(id) if is_chosen(op) => Some(&flow.nodes[*id]),
        _ => None,
    });
    let Some((node, own)) = node.and_then(|node| Some((node, node.kind()?))) else { return true };
    if node.generic || node.broken || node.name_span.file != rule.span.file {
        return true;
    }
    parts.iter().all(|op| match op {
        Op::Kind(kind) if *kind == own => is_chosen(op),
        // A node that hands the call over also counts as an agent.
        Op::Kind(Kind::Agent) if !own.ends_call() => true,
        Op::Kind(_) => !is_chosen(op),
        _ => true,
    })
}

/// Whether a selector picks something that is exactly what is chosen.
fn picks(selector: &Selector, is_chosen: &impl Fn(&Op) -> bool, is_transition: bool) -> bool {
    let mut stack: Vec<bool> = Vec::with_capacity(4);
    for op in &selector.0 {
        let value = match op {
            // `not` picks steps, never transitions.
            Op::Not => stack.pop().is_some_and(|operand| !operand && !is_transition),
            Op::And => stack.pop().zip(stack.pop()).is_some_and(|(one, other)| one && other),
            Op::Or => stack.pop().zip(stack.pop()).is_some_and(|(one, other)| one || other),
            Op::Any => !is_transition,
            atom => is_chosen(atom),
        };
        stack.push(value);
    }
    stack.pop().unwrap_or(true)
}
