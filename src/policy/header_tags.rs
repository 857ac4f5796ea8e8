//! Tags in the header of a node, where a rule requires an order between them and the tags of its steps.

use rustc_hash::FxHashMap;

use super::codes::HEADER_TAG;
use super::{JudgedRule, RuleVerdict, VacuousKind};
use crate::diagnostics::{Diagnostic, Diagnostics, list_of, quote};
use crate::flow::policy::{Demand, Form, Op, Selector};
use crate::flow::{Directive, Flow, Kind, Node, NodeId, Tag};
use crate::source::Span;
use crate::spelling::display_id;

/// How to move a tag out of a header.
pub fn remedy(tag: &str) -> String {
    format!("write `@{tag}` after the step that it is about")
}

/// What a tag in the header of a node means, as one sentence without a full stop.
pub fn meaning(node: &Node, tag: &str) -> String {
    format!(
        "`@{tag}` is in the header of {}, so it means the whole node, and no step of the node comes before or after it",
        quote(&display_id(&node.id))
    )
}

/// The tag in a node's header that a rule orders relative to one of the node's steps. In a node with one
/// step, header and step mean the same.
pub fn beside_a_step<'n>(form: &Form<Selector>, node: &'n Node) -> Option<&'n Tag> {
    if node.step_count() < 2 {
        return None;
    }
    let (one, other) = ordered(form)?;
    // A `forbid` also looks at each step that it names by `any` or by its kind.
    let forbids = matches!(form, Form::ForbidBefore { .. } | Form::ForbidAfter { .. });
    let in_header = |of: &Selector| {
        let tags = tags(of);
        node.tags.iter().find(|tag| tags.contains(&tag.name))
    };
    let on_step = |of: &Selector| picks_a_step(of, node, forbids);
    in_header(one).filter(|_| on_step(other)).or_else(|| in_header(other).filter(|_| on_step(one)))
}

/// Whether a selector picks single steps of a node: by a tag, or, if `also` is set, by `any` or by the
/// action that makes the node one of its kind.
fn picks_a_step(of: &Selector, node: &Node, by_kind_too: bool) -> bool {
    of.without_exceptions().0.iter().any(|op| match op {
        Op::Tag(name) => steps_bear(node, name),
        Op::Any => by_kind_too,
        Op::Kind(kind) => by_kind_too && node.is(*kind) && has_action_of(*kind, node),
        _ => false,
    })
}

fn steps_bear(node: &Node, name: &str) -> bool {
    let is_it = |tag: &Tag| *tag.name == *name;
    node.actions.iter().flat_map(|action| &action.tags).any(is_it) || agent_says(node, name)
}

/// Whether the agent of a node says what has a tag.
fn agent_says(node: &Node, name: &str) -> bool {
    node.scripts
        .iter()
        .filter(|script| script.is_heard())
        .flat_map(|script| &script.tags)
        .any(|tag| *tag.name == *name)
}

fn has_action_of(kind: Kind, node: &Node) -> bool {
    let directive = kind.directive().filter(|directive| **directive != Directive::Play);
    directive.is_some_and(|directive| node.actions.iter().any(|action| action.directive == *directive))
}

/// The kind by which a rule means a whole node, and the tag of one of that node's own steps that the rule
/// wants to come first.
pub fn whole_by_kind<'f>(form: &'f Form<Selector>, node: &Node) -> Option<(Kind, &'f str)> {
    let Form::Before { first, then, .. } = form else { return None };
    // With `not` or `&` the rule may mean a single step of the node.
    if node.step_count() < 2 || then.0.iter().any(|op| matches!(op, Op::Not | Op::And)) {
        return None;
    }
    let by_kind = then.0.iter().find_map(|op| match op {
        Op::Kind(kind) if node.counts_as().any(|own_kind| own_kind == *kind) => Some(*kind),
        _ => None,
    })?;
    let first = first.0.iter().find_map(|op| match op {
        Op::Tag(name) => Some(&**name).filter(|_| steps_bear(node, name)),
        _ => None,
    })?;
    Some((by_kind, first))
}

/// Reports the rules that skip a node since a tag is in its header. A violation of such a rule already says
/// so.
pub fn report(flow: &Flow, judged: &[JudgedRule], diagnostics: &mut Diagnostics) {
    let tagged = by_header_tag(flow);
    if tagged.is_empty() {
        return;
    }
    let mut found: Vec<(NodeId, &Tag, Vec<String>)> = Vec::new();
    let mut seen: FxHashMap<Span, usize> = FxHashMap::default();
    for judged_rule in judged {
        let Some(policy) = flow.policies.get(judged_rule.policy) else { continue };
        let Some(rule) = policy.rules.get(judged_rule.rule) else { continue };
        let Demand::Paths(form) = &rule.demand else { continue };
        if !may_skip_node(form, &judged_rule.verdict) {
            continue;
        }
        let nodes = rule.tags().filter_map(|tag| tagged.get(tag)).flatten();
        for &id in nodes {
            let Some(tag) = beside_a_step(form, &flow.nodes[id]) else { continue };
            let name = format!("`{}/{}`", policy.name, rule.name);
            // Instances of a file share the tag's place.
            match seen.get(&tag.span).and_then(|&number| found.get_mut(number)) {
                Some((_, _, names)) if names.contains(&name) => {}
                Some((_, _, names)) => names.push(name),
                None => {
                    seen.insert(tag.span, found.len());
                    found.push((id, tag, vec![name]));
                }
            }
        }
    }
    for (node, tag, rules) in found {
        let of = if rules.len() == 1 { "rule is" } else { "rules are" };
        let message = format!(
            "`@{}` is in the header of {}, so {} cannot tell which of its steps comes first",
            tag.name,
            quote(&display_id(&flow.nodes[node].id)),
            if rules.len() == 1 { "a rule".to_owned() } else { format!("{} rules", rules.len()) },
        );
        diagnostics.push(
            Diagnostic::new(&HEADER_TAG, tag.span, message)
                .here("this means the whole node")
                .help(remedy(&tag.name))
                .note(meaning(&flow.nodes[node], &tag.name))
                .note(format!("the {of} {}", list_of(&rules, "and"))),
        );
    }
}

/// The nodes with several steps, by the tags in their headers.
fn by_header_tag(flow: &Flow) -> FxHashMap<&str, Vec<NodeId>> {
    let mut by_tag: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
    for (id, node) in flow.nodes.iter() {
        if node.step_count() > 1 {
            for tag in &node.tags {
                by_tag.entry(&tag.name).or_default().push(id);
            }
        }
    }
    by_tag
}

/// Whether a rule may skip a node that has both of its tags. A `require` that holds found its tag
/// elsewhere.
fn may_skip_node(form: &Form<Selector>, verdict: &RuleVerdict) -> bool {
    match verdict {
        RuleVerdict::Vacuous(why) => why.kind() != VacuousKind::DoesNotApply,
        RuleVerdict::Holds { .. } => {
            matches!(form, Form::ForbidBefore { .. } | Form::ForbidAfter { .. } | Form::Time { .. })
        }
        _ => false,
    }
}

/// The two selectors whose order a rule is about.
fn ordered(form: &Form<Selector>) -> Option<(&Selector, &Selector)> {
    match form {
        Form::Before { first, then, .. } => Some((first, then)),
        Form::After { later, earlier } => Some((later, earlier)),
        Form::Time { from: Some(from), to: Some(to), .. } => Some((from, to)),
        Form::ForbidBefore { forbidden, then } => Some((forbidden, then)),
        Form::ForbidAfter { forbidden, earlier } => Some((forbidden, earlier)),
        _ => None,
    }
}

/// The tags that a selector names, without its exceptions.
fn tags(of: &Selector) -> Vec<Box<str>> {
    let of = of.without_exceptions();
    of.0.into_iter().filter_map(|op| if let Op::Tag(name) = op { Some(name) } else { None }).collect()
}
