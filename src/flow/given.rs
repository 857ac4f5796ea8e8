//! Which texts and numbers depend on params that are set from outside their file: by `--set`, `cxflow.toml` or
//! an include's `with`.

use rustc_hash::FxHashMap;

use super::Node;
use crate::diagnostics::GivenParam;
use crate::source::Span;

/// The params behind each text or number, by its place, for each instance of the file.
#[derive(Debug, Default)]
pub struct GivenTexts(FxHashMap<Span, Vec<OfInstance>>);

/// The params behind a text or number in one instance of its file.
#[derive(Debug)]
struct OfInstance {
    /// The prefix of the instance's nodes: empty, or `es.`.
    prefix: Box<str>,
    given: Vec<GivenParam>,
}

impl GivenTexts {
    /// Adds the params behind the text or number at a place, in the instance of a prefix.
    pub fn add(&mut self, prefix: &str, place: Span, given: Vec<GivenParam>) {
        if !given.is_empty() {
            self.0.entry(place).or_default().push(OfInstance { prefix: prefix.into(), given });
        }
    }

    /// The params behind the text or number at a place, in the instance of a node.
    pub fn of(&self, node: &Node, place: Span) -> Vec<GivenParam> {
        let all = self.0.get(&place).map(Vec::as_slice).unwrap_or_default();
        // A nested instance has the longer prefix.
        let own = all.iter().filter(|instance| node.id.starts_with(&*instance.prefix));
        let innermost = own.max_by_key(|instance| instance.prefix.len());
        innermost.map(|instance| instance.given.clone()).unwrap_or_default()
    }
}
