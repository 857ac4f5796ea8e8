//! The selectors of rules, with their names bound.

use super::node_names::NodeUser;
use super::uses::NameTarget;
use super::values::ValueSource;
use super::{Resolver, ScopeId};
use crate::flow::policy::{NodeCondition, Op, PickedKind, PickedName, Selector};
use crate::flow::{Kind, VariableId};
use crate::syntax::ast::{self, Name, SelectorOp};

impl Resolver<'_> {
    pub(super) fn selector(&mut self, scope: ScopeId, written: &ast::Selector) -> Selector {
        // A misspelt name in a rule does not make a node reachable.
        let assumed = self.flow.assumed_reachable.len();
        let ops = written.ops.iter().map(|op| self.selector_op(scope, op)).collect();
        self.flow.assumed_reachable.truncate(assumed);
        Selector(ops)
    }

    fn selector_op(&mut self, scope: ScopeId, op: &SelectorOp) -> Op {
        match op {
            SelectorOp::Kind(kind) => Op::Kind(*kind),
            SelectorOp::Tag(span) => Op::Tag(self.sources.text(*span).into()),
            SelectorOp::Set(name) => self.picked_variable(scope, *name),
            SelectorOp::With(name) => {
                self.note_picked(*name, PickedKind::Field, None);
                Op::With(self.name(*name).as_ref().into())
            }
            SelectorOp::Disposition(name) => {
                self.record_disposition_use(*name);
                self.note_picked(*name, PickedKind::Disposition, None);
                Op::Disposition(self.name(*name).as_ref().into())
            }
            SelectorOp::Declared(name) => self.picked_kind(*name),
            SelectorOp::Heard => Op::Heard,
            SelectorOp::Key => Op::Key,
            SelectorOp::Any => Op::Any,
            SelectorOp::Language(text) => self.asked_language(scope, *text).map_or(Op::Nothing, Op::Language),
            SelectorOp::Not => Op::Not,
            SelectorOp::And => Op::And,
            SelectorOp::Or => Op::Or,
            SelectorOp::Node(name) => {
                self.node_named(scope, *name, NodeUser::Rule).map_or(Op::Nothing, Op::Node)
            }
            SelectorOp::Taken(name, condition) => {
                let node = self.node_named(scope, *name, NodeUser::Rule);
                let read = self.condition(condition);
                let events = read.alternatives.iter().map(|alternative| alternative.event).collect();
                let Some(node) = node else { return Op::Nothing };
                self.flow.asked.push(NodeCondition { node, raw: read.raw, alternatives: read.alternatives });
                Op::Taken(node, events)
            }
        }
    }

    /// The variable of a `set NAME`, as the policy's file sees it. Whether there is one depends on the flow that the
    /// policy applies to, as it does with a tag.
    fn picked_variable(&mut self, scope: ScopeId, name: Name) -> Op {
        let text = self.name(name);
        let value = self.lookup(scope, &text);
        let variable = value.and_then(|value| match self.values[value].source {
            ValueSource::Variable(_, id) => Some(id),
            _ => None,
        });
        if let Some(value) = value {
            self.values[value].used = true;
            self.record_value_use(name.span, value);
        }
        self.note_picked(name, PickedKind::Variable { is_value: value.is_some() }, variable);
        Op::Set(text.as_ref().into(), variable)
    }

    /// The declared kind of a `kind WORD`. Whether there is one depends on the flow that the policy applies to.
    fn picked_kind(&mut self, name: Name) -> Op {
        let text: Box<str> = self.name(name).as_ref().into();
        let kind = self.kinds.get(&text).copied();
        match kind {
            Some(kind) => self.record_use(NameTarget::Kind, name.span, self.flow.kinds[kind].span),
            None => {
                let kind = PickedKind::Kind { is_own: Kind::from_word(&text).is_some() };
                self.note_picked(name, kind, None);
            }
        }
        Op::Declared(text, kind)
    }

    fn note_picked(&mut self, name: Name, kind: PickedKind, variable: Option<VariableId>) {
        let text = self.name(name).as_ref().into();
        self.flow.picked.push(PickedName { kind, name: text, variable, span: name.span });
    }
}
