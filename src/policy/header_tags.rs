//! Tags in the header of a node, where a rule wants an order between them and the tags of its steps.

use rustc_hash::FxHashMap;

use super::codes::HEADER_TAG;
use super::{Judged, VacuousKind, Verdict};
use crate::diagnostics::{Diagnostic, Diagnostics, list_of, quote};
use crate::flow::policy::{Demand, Form, Op, Selector};
use crate::flow::{Flow, Node, NodeId, Tag, display_id};
use crate::source::Span;

/// What to do about a tag in a header.
pub fn remedy(tag: &str) -> String {
    format!("write `@{tag}` after the step that it is about")
}

/// What a tag in the header of a node means, one sentence without a full stop.
pub fn meaning(node: &Node, tag: &str) -> String {
    format!(
        "`@{tag}` is in the header of {}, so it means the whole node, and no step of the node comes before or after it",
        quote(&display_id(&node.id))
    )
}

/// The tag in the header of a node that a rule puts in an order with a tag of one of its steps.
pub fn beside_a_step<'n>(form: &Form<Selector>, node: &'n Node) -> Option<&'n Tag> {
    let (one, other) = ordered(form)?;
    let (one, other) = (tags(one), tags(other));
    let in_header = |tags: &[Box<str>]| node.tags.iter().find(|tag| tags.contains(&tag.name));
    let on_step = |tags: &[Box<str>]| {
        let of_steps = node.actions.iter().flat_map(|action| &action.tags);
        of_steps.into_iter().any(|tag| tags.contains(&tag.name))
    };
    in_header(&one).filter(|_| on_step(&other)).or_else(|| in_header(&other).filter(|_| on_step(&one)))
}

/// Reports the rules that look away from a node since a tag is in its header. What breaks a rule has a
/// finding of its own, which says the same.
pub fn report(flow: &Flow, judged: &[Judged], diagnostics: &mut Diagnostics) {
    let tagged = by_header_tag(flow);
    if tagged.is_empty() {
        return;
    }
    let mut found: Vec<(NodeId, &Tag, Vec<String>)> = Vec::new();
    let mut seen: FxHashMap<Span, usize> = FxHashMap::default();
    for one in judged {
        let Some(policy) = flow.policies.get(one.policy) else { continue };
        let Some(rule) = policy.rules.get(one.rule) else { continue };
        let Demand::Paths(form) = &rule.demand else { continue };
        if !may_look_away(form, &one.verdict) {
            continue;
        }
        let nodes = rule.tags().filter_map(|tag| tagged.get(tag)).flatten();
        for &id in nodes {
            let Some(tag) = beside_a_step(form, &flow.nodes[id]) else { continue };
            let name = format!("`{}/{}`", policy.name, rule.name);
            // The instances of a file have the tag in one place.
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
        let (verb, of) = if rules.len() == 1 { ("looks", "rule is") } else { ("look", "rules are") };
        let message = format!(
            "{} {verb} past what {} does: `@{}` is in its header",
            if rules.len() == 1 { "a rule".to_owned() } else { format!("{} rules", rules.len()) },
            quote(&display_id(&flow.nodes[node].id)),
            tag.name
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

/// The nodes that have tags in the header and behind steps, by those of the header.
fn by_header_tag(flow: &Flow) -> FxHashMap<&str, Vec<NodeId>> {
    let mut by_tag: FxHashMap<&str, Vec<NodeId>> = FxHashMap::default();
    for (id, node) in flow.nodes.iter() {
        if node.actions.iter().any(|action| !action.tags.is_empty()) {
            for tag in &node.tags {
                by_tag.entry(&tag.name).or_default().push(id);
            }
        }
    }
    by_tag
}

/// Whether a rule may keep silent of a node that has both of its tags. A `require` that holds found its
/// tag elsewhere.
fn may_look_away(form: &Form<Selector>, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Vacuous(why) => why.kind() != VacuousKind::DoesNotApply,
        Verdict::Holds { .. } => {
            matches!(form, Form::ForbidBefore { .. } | Form::ForbidAfter { .. } | Form::Time { .. })
        }
        _ => false,
    }
}

/// What a rule puts in an order.
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

/// The tags that a selector picks, without those that it excepts.
fn tags(of: &Selector) -> Vec<Box<str>> {
    let of = of.without_exceptions();
    of.0.into_iter().filter_map(|op| if let Op::Tag(name) = op { Some(name) } else { None }).collect()
}
