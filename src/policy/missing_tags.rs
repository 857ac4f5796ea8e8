//! Missing tags that make rules check nothing, or less than they say.

use rustc_hash::FxHashMap;

use super::JudgedRule;
use super::looked_for::LookedFor;
use crate::flow::Flow;
use crate::flow::policy::{Policy, Rule};

/// A tag that nothing in the flow has, and the rules that look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTag<'f> {
    /// Its name.
    pub name: &'f str,
    /// The rules, each as an index into the flow's policies and one into the policy's rules.
    pub rules: Vec<(usize, usize)>,
}

impl MissingTag<'_> {
    /// The rules of one policy that lack it. `number` is the policy's index in the flow.
    pub fn rules_of<'p>(&self, number: usize, policy: &'p Policy) -> impl Iterator<Item = &'p Rule> {
        // The rules are sorted by policy.
        let first = self.rules.partition_point(|(of, _)| *of < number);
        let own = self.rules.get(first..).unwrap_or_default().iter().take_while(move |(of, _)| *of == number);
        own.filter_map(|&(_, rule)| policy.rules.get(rule))
    }

    /// The tag's meaning according to a policy.
    pub fn meaning<'p>(&self, policy: &'p Policy) -> Option<&'p str> {
        policy.expected_tags().find(|(name, _)| *name == self.name)?.1.meaning.as_deref()
    }
}

/// The tags that rules look for and nothing in the flow has. Without them a rule has no subject, finds
/// nothing that it forbids, or never requires again what is due `since` something. They are in the order of
/// the rules that lack them.
///
/// ```
/// use cxflowc::policy::{judge, missing_tags};
/// use cxflowc::speech::Voice;
///
/// let text = r#"flow "Arrears"
/// entry notice
/// disclosure notice { say "You owe 500 dollars."; -> bye }
/// disconnect bye
/// policy house "House rules" { private: require collect before @debt }
/// apply house
/// "#;
/// let flow = cxflowc::compile("arrears.cxflow", text).flow;
/// let judged = judge(&flow, None, Voice::default());
/// let missing = missing_tags(&flow, &judged);
/// assert_eq!(missing.iter().map(|tag| tag.name).collect::<Vec<_>>(), ["debt"]);
/// ```
pub fn missing_tags<'f>(flow: &'f Flow, judged: &'f [JudgedRule]) -> Vec<MissingTag<'f>> {
    let looked_for = LookedFor::of(flow);
    let mut missing: Vec<MissingTag<'f>> = Vec::new();
    let mut places: FxHashMap<&str, usize> = FxHashMap::default();
    for judged_rule in judged {
        let Some(of) =
            flow.policies.get(judged_rule.policy).and_then(|policy| policy.rules.get(judged_rule.rule))
        else {
            continue;
        };
        for name in looked_for.missing(of, &judged_rule.verdict) {
            let rule = (judged_rule.policy, judged_rule.rule);
            let place = *places.entry(name).or_insert(missing.len());
            match missing.get_mut(place) {
                Some(tag) => tag.rules.push(rule),
                None => missing.push(MissingTag { name, rules: vec![rule] }),
            }
        }
    }
    missing
}
