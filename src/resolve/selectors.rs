//! The selectors of rules, with their names bound.

use super::node_names::NodeUser;
use super::{Resolver, ScopeId};
use crate::flow::policy::{NodeCondition, Op, Selector};
use crate::syntax::ast::{self, SelectorOp};

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
}
