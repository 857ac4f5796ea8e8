//! The tags that rules look for, beside those that a flow has.

use rustc_hash::FxHashSet;

use super::{RuleVerdict, Vacuous, VacuousKind};
use crate::flow::policy::{Demand, Op, Rule, Selector};
use crate::flow::{Flow, Kind};

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

/// The tags that nodes and steps bear.
pub fn tags_in_use(flow: &Flow) -> impl Iterator<Item = &str> {
    let nodes = flow.nodes.rows().iter();
    let tags = nodes.flat_map(|node| node.tags.iter().chain(node.actions.iter().flat_map(|one| &one.tags)));
    tags.map(|tag| &*tag.name)
}
