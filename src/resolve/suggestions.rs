//! Suggestions for unknown names. Each index is built on first use, so that many unknown names among many known
//! ones stay cheap.

use rustc_hash::FxHashMap;

use super::values::ValueSource;
use super::{Resolver, Scope, ScopeId};
use crate::diagnostics::suggest::{Index, nearest};
use crate::flow::NodeId;
use crate::table::{Id, Table};

/// Names of one kind, with an index.
pub(super) struct NameIndex {
    names: Vec<String>,
    index: Index,
}

impl NameIndex {
    pub(super) fn new(names: Vec<String>) -> Self {
        Self { index: Index::new(names.iter().map(String::as_str)), names }
    }

    /// The nearest name and its distance.
    fn nearest(&self, word: &str) -> Option<(usize, &str)> {
        let (number, distance) = self.index.nearest(word)?;
        Some((distance, self.names.get(number)?))
    }
}

/// The indexes built so far.
#[derive(Default)]
pub(super) struct Suggestions {
    values: FxHashMap<ScopeId, NameIndex>,
    params: FxHashMap<ScopeId, NameIndex>,
    policies: Option<NameIndex>,
    rules: FxHashMap<Box<str>, NameIndex>,
    nodes: Option<NodesByScope>,
    node_names: FxHashMap<ScopeId, Index>,
}

/// The nodes of each scope and of the instances in it.
struct NodesByScope {
    nodes: Table<ScopeId, Vec<NodeId>>,
    /// The nodes by the part after any dot of their ids.
    by_end: FxHashMap<Box<str>, Vec<NodeId>>,
    /// The instances by their prefixes.
    by_prefix: FxHashMap<Box<str>, ScopeId>,
}

impl NodesByScope {
    /// The instance whose prefix a node's name begins with, and the rest of the name.
    fn instance_of<'n>(
        &self,
        scopes: &Table<ScopeId, Scope>,
        scope: ScopeId,
        name: &'n str,
    ) -> Option<(ScopeId, &'n str)> {
        let mut next = Some(scope);
        while let Some(id) = next {
            let row = &scopes[id];
            let ends = name
                .rmatch_indices('.')
                .filter_map(|(dot, _)| Some((name.get(..=dot)?, name.get(dot + 1..)?)));
            for (instance, own) in ends.take(SAME_END) {
                if let Some(&inner) = self.by_prefix.get(format!("{}{instance}", row.prefix).as_str()) {
                    return Some((inner, own));
                }
            }
            next = row.parent;
        }
        None
    }
}

/// How many instances are searched for a value that is named without its instance.
const MOST_INSTANCES: usize = 256;

/// How many nodes of the same name, and dots of one name, are considered.
const SAME_END: usize = 64;

impl Resolver<'_> {
    /// The let, param or contact field in a scope or an including one that is nearest to a word.
    pub(super) fn nearest_value(&mut self, scope: ScopeId, word: &str) -> Option<String> {
        if let Some(name) = self.value_of_instance(scope, word) {
            return Some(name);
        }
        let mut best: Option<(usize, String)> = None;
        let mut next = Some(scope);
        while let Some(id) = next {
            let row = &self.scopes[id];
            let names = self.suggestions.values.entry(id).or_insert_with(|| {
                let mut names: Vec<String> = row.values.keys().map(|name| name.to_string()).collect();
                names.sort_unstable();
                NameIndex::new(names)
            });
            if let Some((distance, name)) = names.nearest(word) {
                let found = (distance, name.to_owned());
                if best.as_ref().is_none_or(|best| found < *best) {
                    best = Some(found);
                }
            }
            next = row.parent;
        }
        best.map(|(_, name)| name)
    }

    /// The same among the values of some sources.
    pub(super) fn nearest_value_for(
        &mut self,
        scope: ScopeId,
        word: &str,
        fits: impl Fn(&ValueSource) -> bool,
    ) -> Option<String> {
        let near = self.nearest_value(scope, word)?;
        if self.lookup(scope, &near).is_none_or(|id| fits(&self.values[id].source)) {
            return Some(near);
        }
        let mut next = Some(scope);
        while let Some(id) = next {
            let row = &self.scopes[id];
            let names = row.values.iter().filter(|&(_, &value)| fits(&self.values[value].source));
            let mut names: Vec<&str> = names.map(|(name, _)| &**name).take(MOST_INSTANCES).collect();
            names.sort_unstable();
            if let Some(near) = nearest(word, names) {
                return Some(near.to_owned());
            }
            next = row.parent;
        }
        None
    }

    /// The name of an instance's value that is named without the instance: `es.due` for `due`.
    fn value_of_instance(&self, scope: ScopeId, word: &str) -> Option<String> {
        let own = self.scopes[scope].prefix.as_str();
        let has_variable =
            |row: &Scope| row.values.get(word).is_some_and(|&value| self.values[value].word() == "var");
        let mut inner = self.scopes.ids().take(MOST_INSTANCES).filter(|&id| {
            let row = &self.scopes[id];
            row.parent == Some(scope) && row.prefix.len() > own.len() && has_variable(row)
        });
        let (first, None) = (inner.next()?, inner.next()) else { return None };
        Some(format!("{}{word}", self.scopes[first].prefix.strip_prefix(own)?))
    }

    /// The params that an instance's file declares, sorted.
    pub(super) fn params_of(&mut self, scope: ScopeId) -> &[String] {
        &self.params_index(scope).names
    }

    /// The param of an instance that is nearest to a word.
    pub(super) fn nearest_param(&mut self, scope: ScopeId, word: &str) -> Option<String> {
        self.params_index(scope).nearest(word).map(|(_, name)| name.to_owned())
    }

    fn params_index(&mut self, scope: ScopeId) -> &NameIndex {
        let (row, values) = (&self.scopes[scope], &self.values);
        self.suggestions.params.entry(scope).or_insert_with(|| {
            let params = row.values.iter().filter(|&(_, &id)| values[id].word() == "param");
            let mut names: Vec<String> = params.map(|(name, _)| name.to_string()).collect();
            names.sort_unstable();
            NameIndex::new(names)
        })
    }

    /// The policy that is nearest to a word. `names` lists all policies.
    pub(super) fn nearest_policy_of(
        &mut self,
        word: &str,
        names: impl FnOnce() -> Vec<String>,
    ) -> Option<String> {
        let policies = self.suggestions.policies.get_or_insert_with(|| NameIndex::new(names()));
        policies.nearest(word).map(|(_, name)| name.to_owned())
    }

    /// The rule of a policy that is nearest to a word. `names` lists all its rules.
    pub(super) fn nearest_rule_of(
        &mut self,
        policy: &str,
        word: &str,
        names: impl FnOnce() -> Vec<String>,
    ) -> Option<String> {
        let rules = self.suggestions.rules.entry(policy.into()).or_insert_with(|| NameIndex::new(names()));
        rules.nearest(word).map(|(_, name)| name.to_owned())
    }

    /// The node that an unknown name may have meant.
    pub(super) fn nearest_node(&mut self, scope: ScopeId, name: &str) -> Option<NodeId> {
        if self.suggestions.nodes.is_none() {
            self.suggestions.nodes = Some(self.nodes_by_scope());
        }
        let by_scope = self.suggestions.nodes.as_ref()?;
        // The name may lack the prefix of an instance.
        let prefix = self.scopes[scope].prefix.as_str();
        let inside = by_scope.by_end.get(name).into_iter().flatten().take(SAME_END);
        if let Some(node) = inside.copied().find(|&node| self.flow.nodes[node].id.starts_with(prefix)) {
            return self.node_ids.get(&self.flow.nodes[node].id).copied();
        }
        let mut best: Option<(usize, NodeId)> = None;
        // With an instance's prefix, only its own nodes count: a shared prefix is not a similarity.
        let inside = by_scope.instance_of(&self.scopes, scope, name);
        let (name, is_inside) = match inside {
            Some((_, own)) => (own, true),
            None => (name, false),
        };
        let mut next = Some(inside.map_or(scope, |(id, _)| id));
        while let Some(id) = next {
            let row = &self.scopes[id];
            let nodes = by_scope.nodes.rows().get(id.index())?;
            let index = self.suggestions.node_names.entry(id).or_insert_with(|| {
                Index::new(nodes.iter().map(|&node| {
                    let id = self.flow.nodes[node].id.as_str();
                    id.strip_prefix(row.prefix.as_str()).unwrap_or(id)
                }))
            });
            if let Some((number, distance)) = index.nearest(name)
                && let Some(&node) = nodes.get(number)
                && best.is_none_or(|(least, _)| distance < least)
            {
                best = Some((distance, node));
            }
            next = row.parent.filter(|_| !is_inside);
        }
        // If several nodes have the same name, the first counts.
        best.and_then(|(_, node)| self.node_ids.get(&self.flow.nodes[node].id).copied())
    }

    fn nodes_by_scope(&self) -> NodesByScope {
        let mut nodes: Table<ScopeId, Vec<NodeId>> = Table::filled(Vec::new(), self.scopes.len());
        let mut by_end: FxHashMap<Box<str>, Vec<NodeId>> = FxHashMap::default();
        for (node, &scope) in self.node_scopes.iter() {
            let mut next = Some(scope);
            while let Some(id) = next {
                nodes[id].push(node);
                next = self.scopes[id].parent;
            }
            let id = self.flow.nodes[node].id.as_str();
            for (dot, _) in id.match_indices('.').take(SAME_END) {
                let end = id.get(dot + 1..).unwrap_or_default();
                let same = by_end.entry(end.into()).or_default();
                if same.len() < SAME_END {
                    same.push(node);
                }
            }
        }
        let by_prefix = self.scopes.iter().map(|(id, scope)| (scope.prefix.as_str().into(), id)).collect();
        NodesByScope { nodes, by_end, by_prefix }
    }
}
