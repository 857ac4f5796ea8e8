//! Where a call is handed over: to an agent, or to a script of the tenant.

use super::actions;
use super::build::{Builder, Chain, To};
use super::names::value_of;
use super::script::When;
use crate::flow;

impl Builder<'_> {
    /// Asks for an agent, and plays music until there is one.
    pub(super) fn route(&mut self, chain: &mut Chain<'_>, action: &flow::Action) {
        let skill = value_of(action.text.as_ref());
        let request =
            self.add(&actions::REQAGENT, chain.label.clone(), Some(chain.node), &[("Skill", skill)], None);
        self.follow(chain, request);
        let set = [("MusicFile", self.settings.music.clone())];
        let music = self.add(&actions::MUSIC, format!("{} waits", chain.label), Some(chain.node), &set, None);
        self.lead(request, To::Action(music), When::Default);
        self.lead(music, To::Action(music), When::Default);
        self.other_branches(chain.node, &[]);
    }

    /// Runs a script of the tenant that takes the call over.
    pub(super) fn hand_over(
        &mut self,
        chain: &mut Chain<'_>,
        action: &flow::Action,
        key: &'static str,
        script: Option<String>,
    ) {
        self.play_pending(chain);
        if script.is_none() {
            self.lacks(
                format!("no action of Studio for a {key} is known from a public source"),
                format!("name a script of the tenant that does it: `{key} = \"FOLDER/SCRIPT\"` under `[studio]` in `cxflow.toml`"),
                action.span,
            );
        }
        // What the script needs to know: the queue or the mailbox.
        let queue = value_of(action.text.as_ref());
        if !queue.is_empty() {
            let set = [("Variable", "queue".to_owned()), ("Value", queue)];
            let label = format!("{} sets queue", chain.label);
            let assign = self.add(&actions::ASSIGN, label, Some(chain.node), &set, None);
            self.follow(chain, assign);
        }
        let set = [("Script", script.unwrap_or_default().replace('/', "\\"))];
        let run = self.add(&actions::RUNSCRIPT, chain.label.clone(), Some(chain.node), &set, None);
        self.follow(chain, run);
        self.other_branches(chain.node, &[]);
    }
}
