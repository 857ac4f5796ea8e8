//! Which nodes lead to a node, and to which it leads.

use gen_lsp_types::{
    CallHierarchyIncomingCall, CallHierarchyIncomingCallsParams, CallHierarchyItem,
    CallHierarchyOutgoingCall, CallHierarchyOutgoingCallsParams, CallHierarchyPrepareParams, Range,
    SymbolKind,
};
use serde_json::json;

use super::analysis::Analysis;
use super::request_error::RequestError;
use super::session::Session;
use crate::flow::{NodeId, Transition};

/// The node at a place.
pub fn prepare(
    session: &mut Session<'_>,
    params: CallHierarchyPrepareParams,
) -> Result<Option<Vec<CallHierarchyItem>>, RequestError> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let items: Vec<_> = flow.nodes_at(file, offset).into_iter().filter_map(|node| item(flow, node)).collect();
    Ok((!items.is_empty()).then_some(items))
}

/// The nodes with a transition to a node, and where that is written.
pub fn incoming(
    session: &mut Session<'_>,
    params: CallHierarchyIncomingCallsParams,
) -> Result<Option<Vec<CallHierarchyIncomingCall>>, RequestError> {
    let Some((flow, node)) = node_of(session, &params.item) else { return Ok(None) };
    let transitions = flow.compiled.flow.transitions.rows();
    let edges = transitions
        .iter()
        .filter(|transition| transition.to == Some(node))
        .map(|transition| (transition.from, transition));
    let calls = grouped(edges).into_iter().filter_map(|(from, transitions)| {
        let from_ranges = ranges(flow, from, &transitions);
        Some(CallHierarchyIncomingCall { from: item(flow, from)?, from_ranges })
    });
    Ok(Some(calls.collect()))
}

/// The nodes that a node's transitions go to, and where that is written.
pub fn outgoing(
    session: &mut Session<'_>,
    params: CallHierarchyOutgoingCallsParams,
) -> Result<Option<Vec<CallHierarchyOutgoingCall>>, RequestError> {
    let Some((flow, node)) = node_of(session, &params.item) else { return Ok(None) };
    let out = flow.compiled.flow.out(node).iter();
    let edges = out.filter_map(|transition| Some((transition.to?, transition)));
    let calls = grouped(edges).into_iter().filter_map(|(to, transitions)| {
        let from_ranges = ranges(flow, node, &transitions);
        Some(CallHierarchyOutgoingCall { to: item(flow, to)?, from_ranges })
    });
    Ok(Some(calls.collect()))
}

/// The transitions grouped by the node at their other end, in order of first appearance.
fn grouped<'f>(edges: impl Iterator<Item = (NodeId, &'f Transition)>) -> Vec<(NodeId, Vec<&'f Transition>)> {
    let mut groups: Vec<(NodeId, Vec<&Transition>)> = Vec::new();
    let mut places = rustc_hash::FxHashMap::default();
    for (node, transition) in edges {
        let place = *places.entry(node).or_insert(groups.len());
        match groups.get_mut(place) {
            Some((_, group)) => group.push(transition),
            None => groups.push((node, vec![transition])),
        }
    }
    groups
}

/// Where transitions are written in the file of the node that they leave.
fn ranges(flow: &Analysis, from: NodeId, transitions: &[&Transition]) -> Vec<Range> {
    let Some(from) = flow.compiled.flow.nodes.find(from) else { return Vec::new() };
    let here =
        transitions.iter().map(|transition| transition.span).filter(|span| span.file == from.name_span.file);
    let ranges: Vec<Range> = here.map(|span| flow.range(span)).collect();
    if ranges.is_empty() { vec![flow.range(from.name_span)] } else { ranges }
}

fn item(flow: &Analysis, node: NodeId) -> Option<CallHierarchyItem> {
    let row = flow.compiled.flow.nodes.find(node)?;
    let location = flow.location(row.name_span)?;
    let whole = flow.declaration_around(row.name_span);
    Some(CallHierarchyItem {
        name: row.id.to_string(),
        kind: SymbolKind::Function,
        tags: None,
        detail: Some(row.type_.word().to_owned()),
        uri: location.uri,
        range: whole.map_or(location.range, |span| flow.range(span)),
        selection_range: location.range,
        data: Some(json!({ "root": flow.root, "node": row.id.as_str() })),
    })
}

/// The node of an item, if it still exists.
fn node_of<'s>(session: &'s mut Session<'_>, item: &CallHierarchyItem) -> Option<(&'s Analysis, NodeId)> {
    let data = item.data.as_ref()?;
    let root = std::path::Path::new(data.get("root")?.as_str()?);
    let id = data.get("node")?.as_str()?;
    let flow = session.workspace.flow(root)?;
    let (node, _) = flow.compiled.flow.nodes.iter().find(|(_, node)| node.id == id)?;
    Some((flow, node))
}
