//! The libraries whose kinds a flow can use: those of its folder, and the one of the compiler with the actions that look up
//! whom not to call.

use super::model::{Action, Script};
use crate::emit::studio::actions;
use crate::import::libraries::{Library, LibraryKind};

/// The name of the library that comes with the compiler.
pub const NAME: &str = "cxone";

/// What a flow can use.
#[derive(Debug)]
pub struct Libraries<'l> {
    /// The libraries of the folder.
    pub folder: &'l Library,
    /// The library that the flow may include.
    own: Option<Library>,
}

impl<'l> Libraries<'l> {
    /// Those for a script.
    pub fn of(folder: &'l Library, script: &Script) -> Self {
        let own = script.actions.iter().any(is_lookup).then(|| Library::bundled(NAME));
        // The folder's library may be the same.
        let is_apart = |own: &Library| own.kinds.iter().all(|kind| !folder.has_kind(&kind.declared.word));
        Self { folder, own: own.filter(is_apart) }
    }

    /// The kinds of the folder's libraries, and then those of the other.
    pub fn kinds(&self) -> impl Iterator<Item = &LibraryKind> {
        self.folder.kinds.iter().chain(self.own.iter().flat_map(|own| &own.kinds))
    }

    /// Whether a kind is one of the library that the flow may include.
    pub fn includes(&self, word: &str) -> bool {
        self.own.as_ref().is_some_and(|own| own.has_kind(word))
    }
}

/// Whether an action is one of those that look up whom not to call.
pub fn is_lookup(action: &Action) -> bool {
    [&actions::CHECKCALLSUP, &actions::PERMITCALL, &actions::SUPPRESSCALL]
        .iter()
        .any(|facts| action.is(facts))
}
