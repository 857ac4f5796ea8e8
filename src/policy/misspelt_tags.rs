//! Tags that are one typo apart: those of the flow that no policy knows, and those of rules that nothing in
//! the flow has.

use rustc_hash::{FxHashMap, FxHashSet};
use strsim::osa_distance;

use super::codes::EXPECTS_MISMATCH;
use super::looked_for::tags_in_use;
use crate::diagnostics::suggest::{Index, is_one_typo};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::policy::{Policy, Rule, known_tags};
use crate::flow::{Flow, Tag};
use crate::source::Span;

/// The first of each of the flow's tags that no policy knows and that is one slip away from one that some
/// policy knows, with that one.
pub fn of_flow(flow: &Flow) -> Vec<(&Tag, &str)> {
    let known = Candidates::new(flow.policies.iter().flat_map(known_tags));
    if known.names.is_empty() {
        return Vec::new();
    }
    let wanted: FxHashSet<&str> = known.names.iter().copied().collect();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let tags = flow.nodes.rows().iter();
    let tags = tags.flat_map(|node| node.tags.iter().chain(node.actions.iter().flat_map(|one| &one.tags)));
    let unknown = tags.filter(|tag| !wanted.contains(&*tag.name) && seen.insert(&tag.name));
    unknown.filter_map(|tag| Some((tag, known.slip_of(&tag.name)?))).collect()
}

/// Reports the tags of rules that nothing has and that are one slip away from one that another policy
/// expects, or that the flow has. Returns the tags that are told of, here or where the flow has a slip of
/// them.
pub fn report<'a>(flow: &'a Flow, diagnostics: &mut Diagnostics) -> FxHashSet<&'a str> {
    let mut told: FxHashSet<&str> = of_flow(flow).into_iter().map(|(_, near)| near).collect();
    // A line that cannot be read may have the tag.
    if !flow.complete {
        return told;
    }
    let borne: FxHashSet<&str> = tags_in_use(flow).collect();
    // By the place of the first policy that expects it: instances of one policy are one.
    let mut expected: FxHashMap<&str, Span> = FxHashMap::default();
    for policy in &flow.policies {
        for (name, _) in policy.expected_tags() {
            expected.entry(name).or_insert(policy.span);
        }
    }
    // What one policy expects and another one goes by is no slip.
    let tags = flow.policies.iter().flat_map(|policy| known_tags(policy).map(|name| (policy.span, name)));
    let shared: FxHashSet<&str> = tags
        .filter(|(span, name)| expected.get(name).is_some_and(|by| by != span))
        .map(|(_, name)| name)
        .collect();
    let known: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    let of_flow = Candidates::new(known.iter().copied().filter(|name| borne.contains(name)));
    let of_policies = Candidates::new(expected.keys().copied());
    let own = flow.policies.iter().filter(|policy| !policy.bundled);
    for (policy, rule) in own.flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule))) {
        for tag in rule.tags() {
            // Of a tag that the policy should expect, another finding tells.
            let is_told = !policy.expects.is_empty() && !expected.contains_key(tag);
            if borne.contains(tag) || shared.contains(tag) || is_told || told.contains(tag) {
                continue;
            }
            // A policy that says what it expects means that.
            let of_policies = || if policy.expects.is_empty() { of_policies.slip_of(tag) } else { None };
            let Some(near) = of_flow.slip_of(tag).or_else(of_policies) else { continue };
            told.insert(tag);
            diagnostics.push(misspelt(policy, rule, tag, near));
        }
    }
    told
}

fn misspelt(policy: &Policy, rule: &Rule, tag: &str, near: &str) -> Diagnostic {
    let message = format!("{}/{} uses the tag `@{tag}`, which nothing has", policy.name, rule.name);
    Diagnostic::new(&EXPECTS_MISMATCH, rule.span, message).help(format!("did you mean `@{near}`?"))
}

/// The tags that the policies of a flow know.
pub struct KnownTags<'a>(Candidates<'a>);

impl<'a> KnownTags<'a> {
    /// Those of the policies that apply.
    pub fn of(flow: &'a Flow) -> Self {
        Self(Candidates::new(flow.policies.iter().flat_map(known_tags)))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.names.is_empty()
    }

    /// Whether a tag is among them.
    pub fn has(&self, tag: &str) -> bool {
        self.get(tag).is_some()
    }

    /// A tag, if it is among them.
    pub fn get(&self, tag: &str) -> Option<&'a str> {
        let at = self.0.names.binary_search(&tag).ok()?;
        self.0.names.get(at).copied()
    }

    /// The one that a word is, or is one slip away from.
    pub fn meant(&self, word: &str) -> Option<&'a str> {
        self.get(word).or_else(|| self.0.slip_of(word))
    }
}

/// Tags that others may be slips of.
struct Candidates<'a> {
    /// In the alphabet's order, so that the answer is always the same.
    names: Vec<&'a str>,
    index: Index,
}

impl<'a> Candidates<'a> {
    fn new(names: impl Iterator<Item = &'a str>) -> Self {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        Self { index: Index::new(names.iter().copied()), names }
    }

    /// The one that a tag is one slip away from.
    fn slip_of(&self, tag: &str) -> Option<&'a str> {
        let near = *self.names.get(self.index.nearest(tag)?.0)?;
        let without_digits = |text: &str| text.replace(|letter: char| letter.is_numeric(), "");
        let is_slip = || osa_distance(near, tag) == 1 && without_digits(near) != without_digits(tag);
        (near != tag && (is_slip() || is_one_typo(tag, near))).then_some(near)
    }
}
