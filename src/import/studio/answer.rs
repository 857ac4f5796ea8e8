//! An `answer`: the action that listens, or the events of the dialer.

use super::draft::{Draft, Exit, On, Word};
use super::nodes::Reader;
use crate::emit::studio::AnswerBy;
use crate::emit::studio::actions;
use crate::emit::studio::script::When;
use crate::flow::Kind;

impl Reader<'_> {
    /// An `answer` by the action that listens.
    pub fn answer(&self, index: usize) -> Option<Draft> {
        let (settings, action) = (self.reading.settings, self.action(index)?);
        if settings.answer != AnswerBy::Detection {
            return None;
        }
        let outcome = |label: &str| {
            settings
                .answer_branches
                .iter()
                .filter(|(_, own)| own == label)
                .map(|(word, _)| word.clone())
                .collect()
        };
        let mut exits: Vec<Exit> = Vec::new();
        for branch in &action.branches {
            let words: Vec<String> = match &branch.when {
                When::Named(label, _) => outcome(label),
                _ => settings
                    .answer_branches
                    .iter()
                    .filter(|(_, own)| own.eq_ignore_ascii_case("default"))
                    .map(|(word, _)| word.clone())
                    .collect(),
            };
            let is_default = branch.when == When::Default;
            let on = match words.as_slice() {
                [] if is_default => On::Always,
                [] => return None,
                _ => On::Events(words),
            };
            match (exits.last_mut(), on) {
                (Some(Exit { on: On::Events(events), to }), On::Events(mut words)) if *to == branch.to => {
                    events.append(&mut words);
                }
                (_, on) => exits.push(Exit { on, to: branch.to }),
            }
        }
        Some(Draft {
            actions: vec![index],
            word: Word::Kind(Kind::Answer),
            label: action.label.clone(),
            tags: Vec::new(),
            lines: Vec::new(),
            exits,
        })
    }

    /// An `answer` by the events of the dialer, which only begins a script.
    pub fn answer_by_events(&self, index: usize) -> Option<Draft> {
        let action = self.action(index)?;
        if self.reading.settings.answer != AnswerBy::Events
            || self.nodes.entry != Some(index)
            || action.leads_on() != Some(index)
        {
            return None;
        }
        let mut draft = Draft {
            actions: vec![index],
            word: Word::Kind(Kind::Answer),
            label: action.label.clone(),
            tags: Vec::new(),
            lines: Vec::new(),
            exits: Vec::new(),
        };
        for (facts, word) in [(&actions::ONANSWER, "human"), (&actions::ONMACHINE, "machine")] {
            let mut events = self
                .reading
                .script
                .actions
                .iter()
                .enumerate()
                .filter(|(at, one)| one.is(facts) && !self.is_kept(*at));
            let (event, second) = (events.next(), events.next());
            if let (Some((at, event)), None) = (event, second) {
                draft.actions.push(at);
                draft.exits.push(Exit { on: On::Events(vec![word.to_owned()]), to: event.leads_on()? });
            }
        }
        (!draft.exits.is_empty()).then_some(draft)
    }
}
