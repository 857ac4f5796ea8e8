//! What is highlighted in a picture: a path, the nodes of a finding, or what keeps or breaks a rule.

use rustc_hash::FxHashSet;

use super::findings::NodePlaces;
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{list_of, quote};
use crate::flow::policy::Demand;
use crate::flow::{Flow, NodeId, Transition};
use crate::simulate::{Events, StuckReason, Walker, named};
use crate::source::Span;
use crate::spelling::display_id;
use crate::{Compiled, RuleVerdict, codes, policy};

/// How many names a message lists.
const LISTED: usize = 12;

/// One thing that is highlighted.
#[derive(Debug, Clone)]
pub struct Highlight {
    /// What was asked for, and what it is: `house/disclosed: holds`.
    pub what: String,
    /// The nodes of the path, in order.
    pub path: Vec<NodeId>,
    /// Nodes that are on no path.
    pub others: Vec<NodeId>,
}

/// Why nothing can be highlighted, and what could be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighlightError {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
}

fn nothing<T>(message: impl Into<String>, help: impl Into<String>) -> Result<T, HighlightError> {
    Err(HighlightError { message: message.into(), help: help.into() })
}

/// Finds what somebody wants to be highlighted: a code, `POLICY/RULE`, a path `start -> menu`, one node, or
/// events as `simulate --keys` takes them.
///
/// # Errors
///
/// What there is instead.
pub fn find(compiled: &Compiled, places: &NodePlaces, what: &str) -> Result<Highlight, HighlightError> {
    let flow = &compiled.flow;
    let what = what.trim();
    let is_node = |name: &str| flow.nodes.rows().iter().any(|node| *node.id == *name);
    if is_node(&unquoted(what)) {
        return path(flow, what);
    }
    if let Ok(code) = codes::find(what)
        && !what.bytes().all(|byte| byte.is_ascii_digit())
    {
        return findings(compiled, places, code.id);
    }
    if looks_like_code(what) {
        let near = codes::find(what).err().unwrap_or_default();
        let near: Vec<String> = near.iter().map(|name| quote(name)).collect();
        let help = match near.as_slice() {
            [] => "`cxflowc explain` lists the codes".to_owned(),
            near => format!("did you mean {}?", list_of(near, "or")),
        };
        return nothing(format!("there is no code {}", quote(what)), help);
    }
    if split_path(what).len() > 1 {
        return path(flow, what);
    }
    if let Some((policy, rule)) = what.split_once('/') {
        return rule_highlight(compiled, policy.trim(), rule.trim());
    }
    match Events::of_flow(what, flow) {
        Ok(events) if !events.0.is_empty() => call(flow, what, &events),
        _ => {
            let rules = rules(compiled);
            let ids = flow.nodes.rows().iter().map(|node| &*node.id);
            let names = ids.chain(codes::all().map(|one| one.name)).chain(rules.iter().map(String::as_str));
            let names: Vec<&str> = names.collect();
            let near = did_you_mean(what, names.iter().copied());
            let help = near.unwrap_or_else(|| {
                "write a path as in `start > menu`, keys as in `1,timeout`, a code as in `CX401`, or `POLICY/RULE`"
                    .to_owned()
            });
            nothing(format!("{} is no node, path, keys, code or rule of this flow", quote(what)), help)
        }
    }
}

fn looks_like_code(text: &str) -> bool {
    let rest = text.strip_prefix("CX").or_else(|| text.strip_prefix("cx"));
    rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The nodes of the findings with a code.
fn findings(compiled: &Compiled, places: &NodePlaces, code: &str) -> Result<Highlight, HighlightError> {
    let found: Vec<_> = compiled.diagnostics.iter().filter(|one| one.code.id == code).collect();
    if found.is_empty() {
        let mut there: Vec<&str> = compiled.diagnostics.iter().map(|one| one.code.id).collect();
        there.sort_unstable();
        there.dedup();
        let there: Vec<String> = there.into_iter().map(quote).collect();
        let help = match there.as_slice() {
            [] => "the flow has no findings".to_owned(),
            there => format!("the flow has findings with {}", list_of(there, "and")),
        };
        return nothing(format!("the flow has no finding with the code {code}"), help);
    }
    let mut nodes: Vec<NodeId> =
        found.iter().flat_map(|one| one.places()).flat_map(|span| places.at(span)).collect();
    // What is waived is reported at its waiver, which is at no node.
    let spans = found.iter().filter_map(|one| one.span);
    nodes.extend(spans.flat_map(|span| waived_at(compiled, span)));
    nodes.sort_unstable();
    nodes.dedup();
    if nodes.is_empty() {
        return nothing(
            format!("the findings with the code {code} are at no node"),
            "the picture lists them above the nodes",
        );
    }
    let count = if found.len() == 1 { "1 finding".to_owned() } else { format!("{} findings", found.len()) };
    let name = found.first().map_or("", |one| one.code.name);
    Ok(Highlight { what: format!("{code} {name}: {count}"), path: Vec::new(), others: nodes })
}

/// The nodes at which a rule is broken whose waiver is at this place.
fn waived_at(compiled: &Compiled, place: Span) -> Vec<NodeId> {
    let waivers = compiled.flow.waivers.iter().enumerate();
    let number =
        waivers.into_iter().find_map(|(number, waiver)| waiver.span.contains(place).then_some(number));
    let judged = number.and_then(|number| compiled.judged.iter().find(|one| one.waivers.contains(&number)));
    judged.and_then(|judged| judged.violation()).map_or_else(Vec::new, |violation| violation.at.clone())
}

/// All rules, as `POLICY/RULE`.
fn rules(compiled: &Compiled) -> Vec<String> {
    let rules = compiled
        .flow
        .policies
        .iter()
        .flat_map(|policy| policy.rules.iter().map(move |rule| format!("{}/{}", policy.name, rule.name)));
    rules.collect()
}

/// The path that breaks a rule, or one on which it is kept.
fn rule_highlight(compiled: &Compiled, policy: &str, rule: &str) -> Result<Highlight, HighlightError> {
    let flow = &compiled.flow;
    let Some((policy_number, found)) = flow.policies.iter().enumerate().find(|(_, one)| *one.name == *policy)
    else {
        let names: Vec<&str> = flow.policies.iter().map(|one| &*one.name).collect();
        let help = did_you_mean(policy, names.iter().copied())
            .unwrap_or_else(|| format!("the policies are {}", listed(&names)));
        return nothing(format!("no policy {} applies to this flow", quote(policy)), help);
    };
    let Some((rule_number, rule)) = found.rules.iter().enumerate().find(|(_, one)| *one.name == *rule) else {
        let names: Vec<&str> = found.rules.iter().map(|one| &*one.name).collect();
        let help = did_you_mean(rule, names.iter().copied())
            .unwrap_or_else(|| format!("its rules are {}", listed(&names)));
        return nothing(format!("the policy {} has no rule {}", quote(policy), quote(rule)), help);
    };
    let name = format!("{}/{}", found.name, rule.name);
    let judged = compiled.judged.iter().find(|one| one.policy == policy_number && one.rule == rule_number);
    let Some(judged) = judged else {
        return nothing(format!("{name} was not looked at"), "correct the errors of the flow first");
    };
    let form = match &rule.demand {
        Demand::Paths(form) => Some(form),
        Demand::Fact(_) | Demand::Oblige(_) => None,
    };
    let (path, others) = match (judged.violation(), &judged.verdict) {
        (Some(violation), _) => {
            (violation.path.as_ref().map(|path| path.nodes.clone()).unwrap_or_default(), violation.at.clone())
        }
        (None, RuleVerdict::Holds { .. } | RuleVerdict::Unknown(_)) => (
            form.and_then(|form| policy::witness(flow, form)).map(|witness| witness.path).unwrap_or_default(),
            Vec::new(),
        ),
        (None, _) => (Vec::new(), Vec::new()),
    };
    let verdict = judged.word();
    if path.is_empty() && others.is_empty() {
        return nothing(
            format!("no one path shows that {name} is {}", quote(verdict)),
            "it is about the whole flow, or about nothing that a call comes to; `cxflowc policy check` says more",
        );
    }
    Ok(Highlight { what: format!("{name}: {verdict}"), path, others })
}

fn listed(names: &[&str]) -> String {
    let mut words: Vec<String> = names.iter().take(LISTED).map(|name| quote(name)).collect();
    if names.len() > LISTED {
        words.push(format!("{} more", names.len() - LISTED));
    }
    list_of(&words, "and")
}

/// The path of a call.
fn call(flow: &Flow, what: &str, events: &Events) -> Result<Highlight, HighlightError> {
    let walk = Walker::new(flow).walk(&events.0);
    match walk.stuck(events.0.len()) {
        Some(why @ (StuckReason::NoEntry | StuckReason::NotTaken | StuckReason::LeftOver)) => {
            let (message, help) = why.in_words(flow, &walk, events.0.get(walk.used));
            nothing(format!("the call {message}"), help)
        }
        // A call that goes on is highlighted as far as it is told.
        _ => Ok(Highlight { what: format!("the call {what}"), path: walk.path, others: Vec::new() }),
    }
}

/// A path of nodes, each of which leads to the next one.
fn path(flow: &Flow, what: &str) -> Result<Highlight, HighlightError> {
    let mut path: Vec<NodeId> = Vec::new();
    for PathPart { condition, name } in split_path(what) {
        let Some((node, _)) = flow.nodes.iter().find(|(_, node)| *node.id == *name) else {
            let ids: Vec<&str> = flow.nodes.rows().iter().map(|node| &*node.id).collect();
            let help = did_you_mean(&name, ids.iter().copied())
                .unwrap_or_else(|| format!("the nodes are {}", listed(&ids)));
            return nothing(format!("there is no node {}", quote(&name)), help);
        };
        if let Some(&before) = path.last()
            && !flow.targets(before).any(|to| to == node)
        {
            let mut seen = FxHashSet::default();
            let next: Vec<String> = flow
                .targets(before)
                .filter(|&to| seen.insert(to))
                .map(|to| display_id(&flow.nodes[to].id))
                .collect();
            let next: Vec<&str> = next.iter().map(String::as_str).collect();
            let before = named(flow, before);
            let help = match next.as_slice() {
                [] => format!("nothing leads on from {before}"),
                next => format!("from {before} calls go to {}", listed(next)),
            };
            return nothing(format!("no branch leads from {before} to {}", named(flow, node)), help);
        }
        if let (Some(&before), Some(condition)) = (path.last(), condition) {
            takes(flow, before, node, &condition)?;
        }
        path.push(node);
    }
    Ok(Highlight { what: format!("the path {}", flow.path(&path)), path, others: Vec::new() })
}

/// Checks that a branch from one node to the next takes what a path says.
fn takes(flow: &Flow, from: NodeId, to: NodeId, condition: &str) -> Result<(), HighlightError> {
    let pieces = |condition: &str| -> Vec<String> {
        condition.split('|').map(|piece| piece.trim().to_owned()).collect()
    };
    let wanted = pieces(condition);
    let is_taken = |transition: &Transition| {
        let written = pieces(&flow.written_condition(transition).unwrap_or_default());
        let words = || flow.alternatives(transition).iter().map(|one| flow.events[one.event].display());
        wanted.iter().all(|piece| written.contains(piece) || words().any(|word| word == *piece))
    };
    let between: Vec<&Transition> =
        flow.out(from).iter().filter(|transition| transition.to == Some(to)).collect();
    if between.iter().any(|transition| is_taken(transition)) {
        return Ok(());
    }
    let conditions: Vec<String> = between
        .iter()
        .take(LISTED)
        .map(|transition| match flow.written_condition(transition) {
            Some(condition) => format!("on {condition}"),
            None => "without a condition".to_owned(),
        })
        .collect();
    let conditions: Vec<&str> = conditions.iter().map(String::as_str).collect();
    let (from, to) = (named(flow, from), named(flow, to));
    nothing(
        format!("no branch leads from {from} to {to} on {}", quote(condition)),
        format!("calls go from {from} to {to} {}", list_of(&conditions, "and")),
    )
}

/// A node of a path as it is written, with the condition on which the path comes to it.
struct PathPart {
    condition: Option<String>,
    name: String,
}

/// The parts of a path: `start > menu`, `start -> menu -(1)-> sales`, names in backticks too.
fn split_path(text: &str) -> Vec<PathPart> {
    let mut parts = Vec::new();
    let mut name = String::new();
    // The condition before the name that is being read, and the one after it.
    let (mut condition, mut next_condition): (Option<String>, Option<String>) = (None, None);
    let mut characters = text.chars().peekable();
    let (mut is_quoted, mut in_condition) = (false, false);
    while let Some(character) = characters.next() {
        match character {
            '\\' if is_quoted => {
                name.push(character);
                name.extend(characters.next());
            }
            '`' if !in_condition => {
                is_quoted = !is_quoted;
                name.push(character);
            }
            '-' if !is_quoted && !in_condition && characters.peek() == Some(&'(') => {
                characters.next();
                in_condition = true;
                next_condition = Some(String::new());
            }
            ')' if in_condition && characters.peek() == Some(&'-') => in_condition = false,
            '-' if !is_quoted && characters.peek() == Some(&'>') => {}
            '>' if !is_quoted && !in_condition => {
                parts.push(PathPart { condition, name: unquoted(&std::mem::take(&mut name)) });
                condition = next_condition.take();
            }
            _ if in_condition => next_condition.get_or_insert_default().push(character),
            _ => name.push(character),
        }
    }
    parts.push(PathPart { condition, name: unquoted(&name) });
    parts
}

/// A name without the backticks and backslashes of the source.
fn unquoted(name: &str) -> String {
    let name = name.trim();
    let Some(inside) = name.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else {
        return name.to_owned();
    };
    let mut out = String::new();
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        out.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    out
}
