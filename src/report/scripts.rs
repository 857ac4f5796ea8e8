//! What agents say, which the platform does not play.

use serde::Serialize;

use super::Place;
use crate::Compiled;
use crate::flow::Kind;

/// A line of an agent.
#[derive(Debug, Serialize)]
pub struct ScriptReport {
    /// The node.
    pub node: String,
    /// The words. `None` if they are not known.
    pub text: Option<String>,
    /// The language in which they are said, if it is declared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// The lines of all agents, in the order of the nodes.
pub fn of(compiled: &Compiled) -> Vec<ScriptReport> {
    let nodes = compiled.flow.nodes.rows().iter();
    let lines = nodes.flat_map(|node| node.scripts.iter().map(move |script| (node, script)));
    let report = lines.map(|(node, script)| ScriptReport {
        node: node.id.to_string(),
        text: script.text.value.as_deref().map(str::to_owned),
        language: script.language().map(str::to_owned),
        tags: script.tags.iter().map(|tag| tag.name.to_string()).collect(),
        place: Place::of(compiled, script.span),
    });
    report.collect()
}

/// The nodes in which a person talks to the called party, now or in a call back, and of which the flow does not have what
/// that person says.
pub fn unscripted(compiled: &Compiled) -> Vec<String> {
    let talks = [Kind::Agent, Kind::Callback];
    let nodes = compiled.flow.nodes.rows().iter().filter(|node| node.scripts.is_empty());
    let nodes = nodes.filter(|node| node.counts_as().any(|kind| talks.contains(&kind)));
    nodes.map(|node| node.id.to_string()).collect()
}
