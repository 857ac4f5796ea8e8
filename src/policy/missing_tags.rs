//! The missing tags because of which rules check nothing, or less than they say.

use rustc_hash::{FxHashMap, FxHashSet};

use super::sees_nothing::tags_in_use;
use super::{JudgedRule, RuleVerdict, Vacuous, VacuousKind};
use crate::flow::policy::{Demand, Op, Policy, Rule, Selector};
use crate::flow::{Flow, Kind};

/// A tag that nothing in the flow has, and the rules that look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingTag<'f> {
    /// Its name.
    pub name: &'f str,
    /// The rules, each as an index into the flow's policies and one into the policy's rules.
    pub rules: Vec<(usize, usize)>,
}

impl MissingTag<'_> {
    /// The rules of one of the flow's policies that lack it. `number` is its index among them.
    pub fn rules_of<'p>(&self, number: usize, policy: &'p Policy) -> impl Iterator<Item = &'p Rule> {
        // They are in the order of the policies.
        let first = self.rules.partition_point(|(of, _)| *of < number);
        let own = self.rules.get(first..).unwrap_or_default().iter().take_while(move |(of, _)| *of == number);
        own.filter_map(|&(_, rule)| policy.rules.get(rule))
    }

    /// What a policy says that the tag means.
    pub fn meaning<'p>(&self, policy: &'p Policy) -> Option<&'p str> {
        policy.expected_tags().find(|(name, _)| *name == self.name)?.1.meaning.as_deref()
    }
}

/// The tags that nothing in the flow has and that rules look for: without them a rule has nothing to
/// speak of, finds nothing that it forbids, or never asks again for what is due `since` something. The
/// one that the first such rule lacks comes first.
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
    for one in judged {
        let Some(of) = flow.policies.get(one.policy).and_then(|policy| policy.rules.get(one.rule)) else {
            continue;
        };
        for name in looked_for.missing(of, &one.verdict) {
            let rule = (one.policy, one.rule);
            let place = *places.entry(name).or_insert(missing.len());
            match missing.get_mut(place) {
                Some(tag) => tag.rules.push(rule),
                None => missing.push(MissingTag { name, rules: vec![rule] }),
            }
        }
    }
    missing
}

/// What of the flow decides whether a tag is what a rule lacks.
pub struct LookedFor<'f> {
    borne: FxHashSet<&'f str>,
    kinds: FxHashSet<Kind>,
}

impl<'f> LookedFor<'f> {
    /// What a flow has.
    pub fn of(flow: &'f Flow) -> Self {
        let kinds = flow.nodes.rows().iter().flat_map(|node| node.counts_as()).collect();
        Self { borne: tags_in_use(flow).collect(), kinds }
    }

    /// Whether a node or step has a tag.
    pub fn has(&self, tag: &str) -> bool {
        self.borne.contains(tag)
    }

    /// The tags without which a rule says nothing, or less, each once.
    pub fn missing<'v>(&self, rule: &'v Rule, verdict: &'v RuleVerdict) -> Vec<&'v str> {
        let absent = match verdict {
            RuleVerdict::Obligation | RuleVerdict::Withheld(_) => return Vec::new(),
            RuleVerdict::Vacuous(why) if why.kind() == VacuousKind::DoesNotApply => return Vec::new(),
            RuleVerdict::Vacuous(Vacuous::Absent(of)) => self.wanted(of),
            _ => Vec::new(),
        };
        let Demand::Paths(form) = &rule.demand else { return absent };
        let of_form = form.kept_without().filter(|of| !self.is_possible(of)).flat_map(|of| self.wanted(of));
        let mut seen = FxHashSet::default();
        absent.into_iter().chain(of_form).filter(|name| seen.insert(*name)).collect()
    }

    /// Whether all that a rule forbids is what the flow has no tag for.
    pub fn forbids_nothing(&self, rule: &Rule) -> bool {
        let Demand::Paths(form) = &rule.demand else { return false };
        form.forbidden().is_some_and(|of| !self.is_possible(of) && !self.wanted(of).is_empty())
    }

    /// Whether the flow has all that a selector needs to pick something, wherever it is.
    fn is_possible(&self, selector: &Selector) -> bool {
        let mut stack: Vec<bool> = Vec::with_capacity(4);
        for op in &selector.0 {
            let part = match op {
                Op::Tag(name) => self.borne.contains(&**name),
                Op::Kind(kind) => self.kinds.contains(kind),
                // What names something unknown has its finding.
                Op::Node(_) | Op::Taken(..) | Op::Any | Op::Nothing => true,
                Op::Not => {
                    stack.pop();
                    true
                }
                Op::And => stack.pop().zip(stack.pop()).is_some_and(|(right, left)| left && right),
                Op::Or => stack.pop().zip(stack.pop()).is_some_and(|(right, left)| left || right),
            };
            stack.push(part);
        }
        stack.pop().unwrap_or(true)
    }

    /// The missing tags with which a selector might pick something. What the flow lacks besides tags,
    /// such as a voicemail, leaves out what is joined to it by `&`.
    fn wanted<'v>(&self, selector: &'v Selector) -> Vec<&'v str> {
        // Of each part the tags that are missing, or nothing where no tag would help.
        let mut stack: Vec<Option<Vec<&str>>> = Vec::with_capacity(4);
        for op in &selector.0 {
            let part = match op {
                Op::Tag(name) if self.borne.contains(&**name) => Some(Vec::new()),
                Op::Tag(name) => Some(vec![&**name]),
                Op::Kind(kind) => self.kinds.contains(kind).then(Vec::new),
                Op::Node(_) | Op::Taken(..) | Op::Any => Some(Vec::new()),
                Op::Nothing => None,
                // What it leaves out needs no tag.
                Op::Not => {
                    stack.pop();
                    Some(Vec::new())
                }
                Op::And | Op::Or => {
                    let (right, left) = (stack.pop().flatten(), stack.pop().flatten());
                    match (left, right) {
                        (Some(left), Some(right)) => Some(joined(left, right)),
                        (left, right) if *op == Op::Or => left.or(right),
                        _ => None,
                    }
                }
            };
            stack.push(part);
        }
        stack.pop().flatten().unwrap_or_default()
    }
}

/// Both lists, the shorter one behind the longer one.
fn joined<'v>(mut left: Vec<&'v str>, mut right: Vec<&'v str>) -> Vec<&'v str> {
    if left.len() < right.len() {
        std::mem::swap(&mut left, &mut right);
    }
    left.append(&mut right);
    left
}
