//! Which findings are about which node.

use rustc_hash::FxHashMap;

use crate::Compiled;
use crate::diagnostics::{Diagnostic, Severity};
use crate::flow::NodeId;
use crate::source::{FileId, Span};
use crate::table::Table;

/// The errors and warnings of a flow, by node.
pub struct NodeFindings<'c> {
    /// Those that are at each node, in the order of the places.
    pub at: Table<NodeId, Vec<&'c Diagnostic>>,
    /// Those that are about no node.
    pub elsewhere: Vec<&'c Diagnostic>,
}

/// Where nodes are written.
pub struct NodePlaces {
    /// In each file the nodes by where they begin, each with where it ends.
    files: FxHashMap<FileId, Vec<(u32, u32, NodeId)>>,
}

impl<'c> NodeFindings<'c> {
    /// Puts the findings of a flow beside its nodes.
    pub fn of(compiled: &'c Compiled, places: &NodePlaces) -> Self {
        let mut at: Table<NodeId, Vec<&Diagnostic>> = Table::filled(Vec::new(), compiled.flow.nodes.len());
        let mut elsewhere = Vec::new();
        for one in compiled.diagnostics.iter().filter(|one| one.severity <= Severity::Warning) {
            let nodes = one.span.map(|span| places.at(span)).unwrap_or_default();
            if nodes.is_empty() {
                elsewhere.push(one);
            }
            for node in nodes {
                at[node].push(one);
            }
        }
        Self { at, elsewhere }
    }
}

impl NodePlaces {
    /// Notes where the nodes and the branches of a flow are written.
    pub fn of(compiled: &Compiled) -> Self {
        let flow = &compiled.flow;
        let mut files: FxHashMap<FileId, Vec<(u32, u32, NodeId)>> = FxHashMap::default();
        let mut add = |span: Span, end: u32, node| {
            files.entry(span.file).or_default().push((span.start, end, node));
        };
        for (id, node) in flow.nodes.iter() {
            let begins = node.kind_span;
            let said = node.scripts.iter().map(|script| script.span);
            let parts = node.actions.iter().map(|action| action.span).chain(said);
            let tags = node.tags.iter().map(|tag| tag.span);
            let ends = parts.chain(tags).chain([node.name_span]).filter(|span| span.file == begins.file);
            add(begins, ends.map(|span| span.end).max().unwrap_or(begins.end), id);
            // Branches may stand on lines of their own, far from the node.
            for transition in flow.out(id) {
                add(transition.span, transition.span.end, id);
                for alternative in flow.alternatives(transition).iter().take(100) {
                    add(alternative.span, alternative.span.end, id);
                }
            }
        }
        for places in files.values_mut() {
            places.sort_unstable();
            places.dedup();
        }
        Self { files }
    }

    /// The nodes that a place is about: several where a file is included more than once.
    pub fn at(&self, span: Span) -> Vec<NodeId> {
        let Some(places) = self.files.get(&span.file) else { return Vec::new() };
        let after = places.partition_point(|&(start, _, _)| start <= span.start);
        let before = places.get(..after).unwrap_or_default();
        // What begins last is the innermost.
        let mut found: Vec<NodeId> = Vec::new();
        let mut begins = None;
        for &(start, end, node) in before.iter().rev() {
            if begins.is_some_and(|begins| begins != start) {
                break;
            }
            // An empty place where a node begins is not about the node, such as the beginning of a file.
            let is_within = span.start < end.max(start + 1);
            if is_within && (span.start > start || span.end > span.start) {
                begins = Some(start);
                found.push(node);
            } else if span.start.saturating_sub(start) > 10_000 {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}
