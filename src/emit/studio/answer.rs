//! An `answer`: the action that listens for machines, or the events of the dialer.

use rustc_hash::FxHashMap;

use super::actions;
use super::build::{Builder, To};
use super::script::When;
use super::settings::AnswerBy;
use crate::diagnostics::{list_of, quote};
use crate::flow::{NodeId, Outcome};
use crate::spelling::display_id;

impl Builder<'_> {
    /// Who answered: by the action that listens, or by the events of the dialer.
    pub(super) fn answer(&mut self, id: NodeId) {
        match self.settings.answer {
            AnswerBy::Detection => self.answer_by_detection(id),
            AnswerBy::Events => self.answer_by_events(id),
        }
    }

    fn answer_by_detection(&mut self, id: NodeId) {
        let node = &self.flow.nodes[id];
        let listen = self.add(&actions::PLAYWITHCPA, node.id.to_string(), Some(id), &[], None);
        let flow = self.flow;
        let mut unknown = Vec::new();
        let mut led: FxHashMap<String, (To, String)> = FxHashMap::default();
        for transition in flow.branches(id) {
            let Some(to) = self.target(transition) else { continue };
            if transition.is_unconditional() {
                self.lead(listen, to, When::Default);
            }
            for alternative in flow.alternatives(transition) {
                let word = flow.events[alternative.event].word().to_owned();
                let Some(label) = self.settings.answer_branch(&word).map(str::to_owned) else {
                    unknown.push(word);
                    continue;
                };
                let (other, first) = led.entry(label.clone()).or_insert_with(|| (to, word.clone()));
                if *other != to {
                    let message = format!(
                        "{} and {} are both the branch {} of PLAYWITHCPA, and lead to different nodes",
                        quote(first),
                        quote(&word),
                        quote(&label)
                    );
                    self.not_said(
                        alternative.span,
                        message,
                        "lead both to one node, or give each a branch of its own in `answer_branches` under `[studio]`",
                    );
                } else if label.eq_ignore_ascii_case("default") {
                    self.lead(listen, to, When::Default);
                } else {
                    // Several outcomes may be one branch.
                    let number = self.settings.answer_branches.iter().position(|(_, own)| *own == label);
                    let number = u32::try_from(number.unwrap_or(0)).unwrap_or(0);
                    self.lead(listen, to, When::Named(label.into(), number));
                }
            }
        }
        let has_no_id = self.settings.library_id(&actions::PLAYWITHCPA).is_none();
        let mut lacking = Vec::new();
        let mut lines = Vec::new();
        if has_no_id {
            lacking.push("the library id of the action PLAYWITHCPA".to_owned());
            lines.push(
                "`library_ids = [\"PLAYWITHCPA=ID\"]` with the `libraryId` that a script of the tenant has"
                    .to_owned(),
            );
        }
        if !unknown.is_empty() {
            let shown: Vec<String> = unknown.iter().map(|word| quote(word)).collect();
            let of = if has_no_id { "its branches" } else { "the branches of PLAYWITHCPA" };
            lacking.push(format!("{of} for {}", list_of(&shown, "and")));
            let branches: Vec<String> = unknown
                .iter()
                .map(|word| format!("\"{word}={}\"", if word == "unknown" { "default" } else { "BRANCH" }))
                .collect();
            lines.push(format!("`answer_branches = [{}]`", branches.join(", ")));
        }
        if !lacking.is_empty() {
            let (verb, nor) =
                if lacking.len() > 1 || !unknown.is_empty() { ("are", "and") } else { ("is", "and") };
            self.lacks(
                format!("{} {verb} in no public source", list_of(&lacking, nor)),
                format!(
                    "write {} under `[studio]` in `cxflow.toml`, or take `answer = \"events\"`",
                    list_of(&lines, "and")
                ),
                node.kind_span,
            );
        }
    }

    fn answer_by_events(&mut self, id: NodeId) {
        let node = &self.flow.nodes[id];
        if self.flow.entry != Some(id) {
            self.not_said(
                node.kind_span,
                format!(
                    "{} is not the first node, and the events of the dialer begin a script",
                    quote(&display_id(&node.id))
                ),
                "begin the flow with the `answer`, or take `answer = \"detection\"` under `[studio]`",
            );
        }
        // The script waits until the dialer says who answered.
        let wait = [("Seconds", "60".to_owned())];
        let waiting = self.add(&actions::WAIT, node.id.to_string(), Some(id), &wait, None);
        self.lead(waiting, To::Action(waiting), When::Default);
        for (outcome, facts) in
            [(Outcome::Human, &actions::ONANSWER), (Outcome::Machine, &actions::ONMACHINE)]
        {
            let label = format!("{} {}", node.id, outcome.word());
            if let Some(to) = self.on(id, outcome) {
                let event = self.add(facts, label, Some(id), &[], Some(node.kind_span));
                self.lead(event, to, When::Default);
            }
        }
        // No event says that it is not known who answered. Where that leads like an outcome that is told, nothing is lost.
        let unknown = self.on(id, Outcome::Unknown);
        let is_alike = [Outcome::Human, Outcome::Machine].iter().any(|one| self.on(id, *one) == unknown);
        match unknown.is_some() && is_alike {
            true => self.other_branches(id, &[Outcome::Human, Outcome::Machine, Outcome::Unknown]),
            false => self.other_branches(id, &[Outcome::Human, Outcome::Machine]),
        }
    }
}
