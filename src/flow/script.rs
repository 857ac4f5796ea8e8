//! What a live agent says. The platform does not play it, and nothing of it is sent.

use super::{Kind, Node, Script, Tag};

impl Script {
    /// Whether it has any words, which is assumed of an unknown text.
    pub fn is_heard(&self) -> bool {
        self.text.is_spoken()
    }

    /// The language in which it is said, if it is known.
    pub fn language(&self) -> Option<&str> {
        self.speaker.as_ref()?.language.as_deref()
    }
}

impl Node {
    /// Whether an agent may speak there: what policies count as an `agent`.
    pub fn has_agent(&self) -> bool {
        self.counts_as().any(|kind| kind == Kind::Agent)
    }

    /// Its tags, and those of its actions and of what its agent says.
    pub fn all_tags(&self) -> impl Iterator<Item = &Tag> {
        let of_actions = self.actions.iter().flat_map(|action| &action.tags);
        let of_scripts = self.scripts.iter().flat_map(|script| &script.tags);
        self.tags.iter().chain(of_actions).chain(of_scripts)
    }

    /// How many steps it has for policies: its actions, or itself without any, and then what its agent says.
    pub fn step_count(&self) -> usize {
        self.actions.len().max(1) + self.scripts.len()
    }

    /// The line of its agent that is one of these steps, by number.
    pub fn script_at(&self, step: usize) -> Option<&Script> {
        self.scripts.get(step.checked_sub(self.actions.len().max(1))?)
    }
}
