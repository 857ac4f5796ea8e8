//! Misspelt tags: tags of the flow that no policy knows, and tags of rules that nothing in the flow has, if
//! they are one typo away from another tag.

use rustc_hash::{FxHashMap, FxHashSet};
use strsim::osa_distance;

use super::codes::EXPECTS_MISMATCH;
use super::looked_for::tags_in_use;
use crate::diagnostics::suggest::{Index, is_one_typo};
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::flow::policy::{Policy, Rule, known_tags};
use crate::flow::{Flow, Tag};
use crate::source::Span;

/// The first occurrence of each tag of the flow that no policy knows and that is one typo away from a known
/// one, with that one.
pub fn of_flow(flow: &Flow) -> Vec<(&Tag, &str)> {
    let known = Candidates::new(flow.policies.iter().flat_map(known_tags));
    if known.names.is_empty() {
        return Vec::new();
    }
    let known_names: FxHashSet<&str> = known.names.iter().copied().collect();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    let tags = flow.nodes.rows().iter();
    let tags = tags.flat_map(|node| node.all_tags());
    let unknown = tags.filter(|tag| !known_names.contains(&*tag.name) && seen.insert(&tag.name));
    unknown.filter_map(|tag| Some((tag, known.typo_of(&tag.name)?))).collect()
}

/// Reports the tags of rules that nothing has and that are one typo away from one that another policy
/// expects or that the flow has. Returns the tags that are reported, here or as typos in the flow.
pub fn report<'a>(flow: &'a Flow, diagnostics: &mut Diagnostics) -> FxHashSet<&'a str> {
    let mut reported: FxHashSet<&str> = of_flow(flow).into_iter().map(|(_, near)| near).collect();
    // An unreadable line may have the tag.
    if !flow.complete {
        return reported;
    }
    let present: FxHashSet<&str> = tags_in_use(flow).collect();
    // Each expected tag with the place of the first policy that expects it, which instances of that policy
    // share.
    let mut expected: FxHashMap<&str, Span> = FxHashMap::default();
    for policy in &flow.policies {
        for (name, _) in policy.expected_tags() {
            expected.entry(name).or_insert(policy.span);
        }
    }
    // A tag that one policy expects and another one uses is not misspelt.
    let tags = flow.policies.iter().flat_map(|policy| known_tags(policy).map(|name| (policy.span, name)));
    let shared: FxHashSet<&str> = tags
        .filter(|(span, name)| expected.get(name).is_some_and(|by| by != span))
        .map(|(_, name)| name)
        .collect();
    let known: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    let of_flow = Candidates::new(known.iter().copied().filter(|name| present.contains(name)));
    let of_policies = Candidates::new(expected.keys().copied());
    let own = flow.policies.iter().filter(|policy| !policy.bundled);
    for (policy, rule) in own.flat_map(|policy| policy.rules.iter().map(move |rule| (policy, rule))) {
        for tag in rule.tags() {
            // A tag that the policy itself should expect is reported by `mismatch`.
            let is_mismatch = !policy.expects.is_empty() && !expected.contains_key(tag);
            if present.contains(tag) || shared.contains(tag) || is_mismatch || reported.contains(tag) {
                continue;
            }
            // A policy that lists what it expects is believed.
            let of_policies = || if policy.expects.is_empty() { of_policies.typo_of(tag) } else { None };
            let Some(near) = of_flow.typo_of(tag).or_else(of_policies) else { continue };
            reported.insert(tag);
            diagnostics.push(misspelt(policy, rule, tag, near));
        }
    }
    reported
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

    /// Whether no policy knows any tag.
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

    /// The known tag that a word equals or is one typo away from.
    pub fn meant(&self, word: &str) -> Option<&'a str> {
        self.get(word).or_else(|| self.0.typo_of(word))
    }
}

/// Tags that others may be typos of.
struct Candidates<'a> {
    /// Sorted, so that the answer is always the same.
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

    /// The candidate that a tag is one typo away from.
    fn typo_of(&self, tag: &str) -> Option<&'a str> {
        let near = *self.names.get(self.index.nearest(tag)?.0)?;
        let without_digits = |text: &str| text.replace(|letter: char| letter.is_numeric(), "");
        let is_typo = || osa_distance(near, tag) == 1 && without_digits(near) != without_digits(tag);
        (near != tag && (is_typo() || is_one_typo(tag, near))).then_some(near)
    }
}
