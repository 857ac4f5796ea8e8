//! Payloads in a folder whose settings name libraries of kinds.

use super::graph::Graph;
use super::libraries::{Folder, Library};
use super::text;
use crate::Options;
use crate::diagnostics::Severity;

/// A graph as text, with nodes of the folder's kinds where its payload is the same with them.
pub fn write(graph: &Graph<'_>, folder: &Folder<'_>, library: &Library) -> String {
    let plain = text::write(graph, library, false);
    if library.kinds.is_empty() {
        return plain;
    }
    let with_kinds = text::write(graph, library, true);
    let built = |text: &str| {
        let compiled = folder.compile(text, Options::default());
        let mut payload = Vec::new();
        crate::emit::flows::write(&compiled.flow, true, &mut payload).ok()?;
        Some((payload, compiled.diagnostics.count(Severity::Error)))
    };
    match (built(&plain), built(&with_kinds)) {
        (Some((plain_payload, most)), Some((payload, errors)))
            if payload == plain_payload && errors <= most =>
        {
            with_kinds
        }
        _ => plain,
    }
}
