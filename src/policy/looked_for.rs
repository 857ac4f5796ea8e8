//! Compares the tags that rules look for with those that a flow has.

use rustc_hash::FxHashSet;

use super::{RuleVerdict, Vacuous, VacuousKind};
use crate::flow::policy::{Demand, Op, Rule, Selector};
use crate::flow::{Flow, Kind, KindId, Node, Script, VariableId};
use crate::speech::is_within;

/// The tags and kinds of a flow, which decide whether a rule lacks a tag.
pub struct LookedFor<'f> {
    present_tags: FxHashSet<&'f str>,
    /// The variables that something sets, the fields that a step sends, and the dispositions that something gives.
    set: FxHashSet<VariableId>,
    fields: FxHashSet<&'f str>,
    dispositions: FxHashSet<&'f str>,
    kinds: FxHashSet<Kind>,
    declared_kinds: FxHashSet<KindId>,
    languages: FxHashSet<&'f str>,
}

impl<'f> LookedFor<'f> {
    /// Collects them.
    pub fn of(flow: &'f Flow) -> Self {
        let kinds = flow.nodes.rows().iter().flat_map(|node| node.counts_as()).collect();
        let actions = || flow.nodes.rows().iter().flat_map(|node| &node.actions);
        let heard = actions().filter(|action| action.is_heard());
        let by_steps = actions().filter_map(|action| Some(action.set.as_ref()?.variable));
        let by_nodes = flow.nodes.ids().flat_map(|node| flow.sets_of(node)).map(|set| set.variable);
        let of_nodes = flow.nodes.rows().iter().filter_map(|node| Some(node.disposition?.id));
        let of_transitions = flow.transitions.rows().iter().filter_map(|transition| transition.disposition);
        Self {
            present_tags: tags_in_use(flow).collect(),
            set: by_steps.chain(by_nodes).collect(),
            fields: actions().flat_map(|action| &action.fields).map(|field| &*field.name).collect(),
            dispositions: of_nodes.chain(of_transitions).map(|id| flow.disposition(id)).collect(),
            kinds,
            declared_kinds: flow.nodes.rows().iter().filter_map(Node::declared_kind).collect(),
            languages: heard
                .filter_map(|action| action.language())
                .chain(flow.nodes.rows().iter().flat_map(|node| &node.scripts).filter_map(Script::language))
                .collect(),
        }
    }

    /// Whether the flow has what an atom other than a tag picks.
    fn has_atom(&self, op: &Op) -> bool {
        match op {
            Op::Kind(kind) => self.kinds.contains(kind),
            Op::Declared(_, kind) => kind.is_some_and(|kind| self.declared_kinds.contains(&kind)),
            Op::Set(_, variable) => variable.is_some_and(|variable| self.set.contains(&variable)),
            Op::With(name) => self.fields.contains(&**name),
            Op::Disposition(name) => self.dispositions.contains(&**name),
            Op::Language(language) => self.is_heard_in(language),
            _ => true,
        }
    }

    /// Whether a node or step has a tag.
    pub fn has(&self, tag: &str) -> bool {
        self.present_tags.contains(tag)
    }

    /// Whether something is heard in a language or in a variety of it.
    fn is_heard_in(&self, language: &str) -> bool {
        self.languages.iter().any(|own| is_within(own, language))
    }

    /// The tags without which a rule checks nothing, or less than it says, each once.
    pub fn missing<'v>(&self, rule: &'v Rule, verdict: &'v RuleVerdict) -> Vec<&'v str> {
        let absent = match verdict {
            RuleVerdict::Obligation | RuleVerdict::Withheld(_) => return Vec::new(),
            RuleVerdict::Vacuous(why) if why.kind() == VacuousKind::DoesNotApply => return Vec::new(),
            RuleVerdict::Vacuous(Vacuous::Absent(of)) => self.missing_in(of),
            _ => Vec::new(),
        };
        let Demand::Paths(form) = &rule.demand else { return absent };
        let of_form =
            form.kept_without().filter(|of| !self.is_possible(of)).flat_map(|of| self.missing_in(of));
        let mut seen = FxHashSet::default();
        absent.into_iter().chain(of_form).filter(|name| seen.insert(*name)).collect()
    }

    /// Whether a rule forbids only things for which the flow has no tag.
    pub fn forbids_nothing(&self, rule: &Rule) -> bool {
        let Demand::Paths(form) = &rule.demand else { return false };
        form.forbidden().is_some_and(|of| !self.is_possible(of) && !self.missing_in(of).is_empty())
    }

    /// Whether the flow has every tag and kind that a selector needs to pick something, not necessarily in
    /// one place.
    fn is_possible(&self, selector: &Selector) -> bool {
        let mut stack: Vec<bool> = Vec::with_capacity(4);
        for op in &selector.0 {
            let part = match op {
                Op::Tag(name) => self.present_tags.contains(&**name),
                Op::Kind(_)
                | Op::Declared(..)
                | Op::Set(..)
                | Op::With(_)
                | Op::Disposition(_)
                | Op::Language(_) => self.has_atom(op),
                // An unknown name is already reported.
                Op::Node(_) | Op::Taken(..) | Op::Heard | Op::Key | Op::Any | Op::Nothing => true,
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

    /// The missing tags with which a selector might pick something. Operands that lack something other than
    /// a tag, such as a voicemail, contribute nothing, nor does anything joined to them by `&`.
    fn missing_in<'v>(&self, selector: &'v Selector) -> Vec<&'v str> {
        // For each operand its missing tags, or nothing if no tag would help.
        let mut stack: Vec<Option<Vec<&str>>> = Vec::with_capacity(4);
        for op in &selector.0 {
            let part = match op {
                Op::Tag(name) if self.present_tags.contains(&**name) => Some(Vec::new()),
                Op::Tag(name) => Some(vec![&**name]),
                Op::Kind(_)
                | Op::Declared(..)
                | Op::Set(..)
                | Op::With(_)
                | Op::Disposition(_)
                | Op::Language(_) => self.has_atom(op).then(Vec::new),
                Op::Node(_) | Op::Taken(..) | Op::Heard | Op::Key | Op::Any => Some(Vec::new()),
                Op::Nothing => None,
                // An exception needs no tag.
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

/// Appends the shorter list to the longer one.
fn joined<'v>(mut left: Vec<&'v str>, mut right: Vec<&'v str>) -> Vec<&'v str> {
    if left.len() < right.len() {
        std::mem::swap(&mut left, &mut right);
    }
    left.append(&mut right);
    left
}

/// The tags of all nodes and steps.
pub fn tags_in_use(flow: &Flow) -> impl Iterator<Item = &str> {
    let nodes = flow.nodes.rows().iter();
    let tags = nodes.flat_map(|node| node.all_tags());
    tags.map(|tag| &*tag.name)
}
