//! How calls are reported: each disposition with the paths that it reports, and where these pass it last.

use serde::Serialize;

use crate::Compiled;
use crate::flow::DispositionId;
use crate::graph::{DispositionShare, disposition_shares};
use crate::policy::paragraphs;
use crate::spelling::display_id;

/// A disposition.
#[derive(Debug, Serialize)]
pub struct DispositionReport {
    /// Its name. `None` for the paths that pass none.
    pub disposition: Option<String>,
    /// The doc comment above its declaration, by paragraphs.
    pub meaning: Vec<String>,
    /// How many paths it reports. `None` if the flow has a cycle or no entry.
    pub paths: Option<String>,
    /// The nodes and transitions at which paths pass it last: `stopped`, `menu on 9 -> stopped`.
    pub given: Vec<String>,
}

/// The declared dispositions in order, and last what is reported by none. Empty if none is declared.
pub fn of(compiled: &Compiled) -> Vec<DispositionReport> {
    let flow = &compiled.flow;
    if !flow.has_dispositions() {
        return Vec::new();
    }
    let meaning = |id: DispositionId| {
        let doc = flow.dispositions[id].doc.map(|doc| paragraphs(compiled.sources.text(doc)));
        doc.unwrap_or_default()
    };
    let Some(shares) = disposition_shares(flow) else {
        let rows = flow.dispositions.iter().filter(|(_, row)| row.declared);
        let unknown = rows.map(|(id, row)| DispositionReport {
            disposition: Some(row.name.to_string()),
            meaning: meaning(id),
            paths: None,
            given: Vec::new(),
        });
        return unknown.collect();
    };
    let report = |share: DispositionShare| {
        let nodes = share.nodes.iter().map(|&node| display_id(&flow.nodes[node].id));
        let transitions = share.transitions.iter().map(|&id| flow.written(&flow.transitions[id]));
        DispositionReport {
            disposition: share.disposition.map(|id| flow.disposition(id).to_owned()),
            meaning: share.disposition.map(meaning).unwrap_or_default(),
            paths: Some(share.paths.to_string()),
            given: nodes.chain(transitions).collect(),
        }
    };
    shares.into_iter().map(report).collect()
}
