//! Tags that mark spoken words: they count only where something is said.

use rustc_hash::FxHashSet;

use crate::flow::policy::Rule;
use crate::flow::{Action, Directive, Flow, Kind, Node, Tag};
use thin_vec::ThinVec;

/// Tags of the bundled policies for words that the called party must hear, whichever policy asks for them.
/// Tags that only bring duties, such as `@sales`, are not included: they must count everywhere.
const SPOKEN: &[&str] = &[
    "abandon-message",
    "agent-name",
    "ai-notice",
    "ai-notice-end",
    "any-representative",
    "business-name",
    "call-purpose",
    "callback-request",
    "calling-number",
    "charity-name",
    "contact-number",
    "date-time",
    "dnc-offer",
    "donation-choices",
    "donation-purpose",
    "employer-name",
    "goods-nature",
    "human-contact",
    "identity",
    "identity-again",
    "machine-message",
    "mailing-address",
    "material-terms",
    "mini-miranda",
    "no-purchase-necessary",
    "optout-confirmation",
    "optout-instructions",
    "optout-tollfree",
    "recording-notice",
    "recording-purpose",
    "recording-reminder",
    "removed-one-year",
    "reply-times",
    "sales-purpose",
    "telemarketing-purposes",
    "tpmo-disclaimer",
];

/// More such tags, which only count as words for bundled policies: other policies may use them for
/// something else.
const SPOKEN_FOR_BUNDLED: &[&str] = &["address", "freephone", "info"];

/// The tags that mark words in a flow: those that a rule of its policies asks for.
pub fn spoken_tags(flow: &Flow) -> FxHashSet<&str> {
    let mut tags = FxHashSet::default();
    for policy in &flow.policies {
        let is_spoken =
            |tag: &&str| SPOKEN.contains(tag) || policy.bundled && SPOKEN_FOR_BUNDLED.contains(tag);
        tags.extend(policy.rules.iter().flat_map(Rule::tags).filter(is_spoken));
    }
    tags
}

/// Whether a step has no words: nothing is heard, and the call is not handed to an agent.
pub fn is_wordless(action: &Action) -> bool {
    !action.is_heard() && action.directive != Directive::Route
}

/// Whether a node has no words. A broken node may have some.
pub fn is_wordless_node(node: &Node) -> bool {
    !node.is_heard()
        && node.actions.iter().all(is_wordless)
        && !node.counts_as().any(|kind| kind == Kind::Agent)
}

/// Whether a node has words of its agent that stand nowhere but in tags: an agent says what its `route` is tagged with, and
/// what the header is tagged with, unless something else is heard at the node.
pub fn is_said_by_agent(node: &Node, spoken: &FxHashSet<&str>) -> bool {
    let is_spoken = |tag: &Tag| spoken.contains(&*tag.name);
    node.counts_as().any(|kind| kind == Kind::Agent)
        && (has_header_of_agent(node) && node.tags.iter().any(is_spoken)
            || silent_actions(node).flat_map(|action| &action.tags).any(is_spoken))
}

/// A node at which no agent takes the call: without what its agent says.
pub fn without_agent(node: &Node, spoken: &FxHashSet<&str>) -> Node {
    let mut without = Node { scripts: ThinVec::new(), ..node.clone() };
    if is_said_by_agent(node, spoken) {
        let is_left = |tag: &Tag| !spoken.contains(&*tag.name);
        if has_header_of_agent(node) {
            without.tags.retain(is_left);
        }
        for (action, of_node) in without.actions.iter_mut().zip(&node.actions) {
            if !node.is_heard_at(of_node) {
                action.tags.retain(is_left);
            }
        }
    }
    without
}

/// Whether what the header of an agent's node is tagged with can only be what the agent says.
fn has_header_of_agent(node: &Node) -> bool {
    silent_actions(node).count() == node.actions.len()
}

/// The actions at which the flow itself says nothing.
fn silent_actions(node: &Node) -> impl Iterator<Item = &Action> {
    node.actions.iter().filter(|action| !node.is_heard_at(action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundled;

    /// Tags for actions, for what the other side does, and for what brings duties.
    const NOT_SPOKEN: &[&str] = &[
        "ai-agent",
        "ai-introduced",
        "appointment",
        "bank-account",
        "benefits",
        "card-pin",
        "cloned-voice",
        "cvv",
        "debt",
        "donation-ask",
        "end-request",
        "greeting",
        "heard-yes",
        "live-intro",
        "machine-only",
        "optout",
        "optout-record",
        "pan",
        "pause",
        "phi",
        "prize",
        "record-decline",
        "record-start",
        "recording-agreed",
        "resume",
        "sales",
        "takes-message",
        "verified",
    ];

    #[test]
    fn every_tag_of_a_bundled_policy_is_classified() {
        let lines = bundled::ALL.iter().flat_map(|policy| policy.text.lines());
        let tags = lines.filter_map(|line| line.trim_start().strip_prefix("expects @")?.split(' ').next());
        let expected: std::collections::BTreeSet<&str> = tags.collect();
        let listed = SPOKEN.iter().chain(SPOKEN_FOR_BUNDLED).chain(NOT_SPOKEN).copied();
        let mut listed: Vec<&str> = listed.collect();
        listed.sort_unstable();
        assert_eq!(expected.into_iter().collect::<Vec<_>>(), listed);
    }
}
