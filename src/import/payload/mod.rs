//! The reader of the platform's payload, as `build` writes it and [payload.md](../../../docs/payload.md) describes it.

mod fields;
mod steps;

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{BAD_ID, NOT_IMPORTED};
use super::graph::{Block, Exit, Graph};
use super::json::{Document, JsonId, JsonKind};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::source::FileId;
use fields::{NODE, PAYLOAD, TRANSITION};

/// Reads a payload. Without errors there is a graph.
pub fn read<'a>(document: &Document<'a>, file: FileId, diagnostics: &mut Diagnostics) -> Option<Graph<'a>> {
    let mut reader = Reader { document, file, diagnostics, has_errors: false, lacks_id: false };
    let graph = reader.graph();
    graph.filter(|_| !reader.has_errors)
}

struct Reader<'r, 'a> {
    document: &'r Document<'a>,
    file: FileId,
    diagnostics: &'r mut Diagnostics,
    has_errors: bool,
    /// Whether a node has no id that could be read, so that transitions may mean it.
    lacks_id: bool,
}

impl<'a> Reader<'_, 'a> {
    fn graph(&mut self) -> Option<Graph<'a>> {
        let document = self.document;
        let [name, description, language, voice, nodes, transitions, entry] =
            self.fields(document.root(), "a payload", &PAYLOAD)?;
        let name = self.text(name, "the `name`");
        let description = self.text(description, "the `description`");
        let language = self.text(language, "the `language`");
        let voice = self.text(voice, "the `voice`");
        let mut indices: FxHashMap<Cow<'a, str>, (usize, JsonId)> = FxHashMap::default();
        let mut blocks = Vec::new();
        for node in self.list(nodes, "`nodes`") {
            let Some([id, type_, disposition, actions]) = self.fields(node, "a node", &NODE) else {
                self.lacks_id = true;
                continue;
            };
            let block = Block {
                id: self.text(id, "a node's `id`"),
                type_: self.text(type_, "a node's `type`"),
                disposition: self.disposition(disposition, "a node's `disposition`"),
                steps: self.steps(actions),
                exits: Vec::new(),
                has_unclear_hours: false,
            };
            match id.filter(|&id| document.kind(id) == JsonKind::String) {
                Some(id) => self.declare(id, blocks.len(), &mut indices),
                None => self.lacks_id = true,
            }
            blocks.push(block);
        }
        let entry = self.node(entry, "the entry", &indices);
        let mut seen: FxHashSet<(usize, usize, Cow<'a, str>, Cow<'a, str>)> = FxHashSet::default();
        for transition in self.list(transitions, "`transitions`") {
            let Some([from, to, condition, disposition]) =
                self.fields(transition, "a transition", &TRANSITION)
            else {
                continue;
            };
            let from = self.node(from, "a transition", &indices);
            let to = self.node(to, "a transition", &indices);
            let condition = self.text(condition, "a transition's `condition`");
            let disposition = self.disposition(disposition, "a transition's `disposition`");
            let (Some(from), Some(to)) = (from, to) else { continue };
            if !seen.insert((from, to, condition.clone(), disposition.clone())) {
                let text = "this transition stands twice in the payload, and is imported once";
                let found = Diagnostic::new(&NOT_IMPORTED, self.span(transition), text);
                self.report(found.here("the same nodes and the same condition as one before it"));
            } else if let Some(block) = blocks.get_mut(from) {
                block.exits.push(Exit { to, condition, disposition });
            }
        }
        Some(Graph { name, description, language, voice, entry: entry?, blocks })
    }

    fn declare(
        &mut self,
        place: JsonId,
        index: usize,
        indices: &mut FxHashMap<Cow<'a, str>, (usize, JsonId)>,
    ) {
        let id = self.document.string(place);
        if id.is_empty() {
            let found = self.error(&BAD_ID, place, "a node's id is empty".to_owned());
            self.report(found.here("nothing in it").help("give the node an id, and its transitions with it"));
        } else if let Some(&(_, first)) = indices.get(&id) {
            let found = self.error(&BAD_ID, place, format!("two nodes have the id {}", quote(&id)));
            let first = self.span(first);
            self.report(
                found
                    .here("again here")
                    .label(first, "first here")
                    .help("rename one of them, and its transitions with it"),
            );
        } else {
            indices.insert(id, (index, place));
        }
    }

    /// The node that a transition or the entry names.
    fn node(
        &mut self,
        value: Option<JsonId>,
        whose: &str,
        indices: &FxHashMap<Cow<'a, str>, (usize, JsonId)>,
    ) -> Option<usize> {
        let value = value?;
        if self.document.kind(value) != JsonKind::String {
            self.report_type(value, &format!("the node that {whose} names"), "a string");
            return None;
        }
        let id = self.document.string(value);
        if let Some(&(index, _)) = indices.get(&id) {
            return Some(index);
        }
        if self.lacks_id {
            return None;
        }
        let message = format!("{whose} names {}, but there is no such node", quote(&id));
        let found = self.error(&BAD_ID, value, message).here("no such node");
        // To look at all ids for each of many would take long.
        let near = if self.diagnostics.kept() < 100 {
            nearest(&id, indices.keys().map(AsRef::as_ref))
        } else {
            None
        };
        self.report(match near {
            Some(near) => found.help(format!("did you mean {}?", quote(near))),
            None => found,
        });
        None
    }
}
