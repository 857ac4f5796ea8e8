//! The texts and numbers that params from outside their file make: by `--set`, `cxflow.toml` or an
//! include's `with`.

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
    /// What the instance's nodes begin with: empty, or `es.`.
    prefix: Box<str>,
    given: Vec<GivenParam>,
}

impl GivenTexts {
    /// Notes the params behind what is written there, in the instance of this prefix.
    pub fn note(&mut self, prefix: &str, place: Span, given: Vec<GivenParam>) {
        if !given.is_empty() {
            self.0.entry(place).or_default().push(OfInstance { prefix: prefix.into(), given });
        }
    }

    /// The params behind what is written there, in the instance that a node is of.
    pub fn of(&self, node: &Node, place: Span) -> Vec<GivenParam> {
        let all = self.0.get(&place).map(Vec::as_slice).unwrap_or_default();
        // An instance in an instance has the longer prefix.
        let own = all.iter().filter(|one| node.id.starts_with(&*one.prefix));
        own.max_by_key(|one| one.prefix.len()).map(|one| one.given.clone()).unwrap_or_default()
    }
}
