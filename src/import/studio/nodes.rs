//! From actions to nodes: which actions one node stands for, and what it does.

use rustc_hash::{FxHashMap, FxHashSet};

use super::decide;
use super::draft::{Again, Draft, Exit, On, Word};
use super::heard;
use super::model::Action;
use super::prompts::{self, Prompt};
use super::reading::Reading;
use super::voices;
use crate::emit::studio::markup::assigned;
use crate::emit::studio::{StudioVoice, actions};
use crate::flow::{Constant, Kind, MOST_AGAIN, Speaker, Tag};

/// The nodes that the actions of a script become. Those that are `kept` are nodes of declared kinds.
pub struct Nodes {
    /// The nodes, in the order of their first actions.
    pub drafts: Vec<Draft>,
    /// The node that begins with an action.
    pub heads: Vec<Option<usize>>,
    /// The bounds of ways, by their actions.
    pub agains: Vec<Option<Again>>,
    /// The action where the call begins.
    pub entry: Option<usize>,
}

/// Reads the nodes of a script.
pub fn read(reading: Reading<'_>) -> Nodes {
    let prompts = prompts::find(reading.script, reading.kept);
    let count = reading.script.actions.len();
    let mut reader = Reader {
        reading,
        prompt_at: vec![None; count],
        member_of: vec![None; count],
        prompts,
        is_used: vec![false; count],
        voice: None,
        nodes: Nodes { drafts: Vec::new(), heads: vec![None; count], agains: vec![None; count], entry: None },
    };
    reader.read();
    reader.nodes
}

pub(super) struct Reader<'s> {
    pub reading: Reading<'s>,
    pub prompts: Vec<Prompt>,
    /// The prompt that begins with an action.
    pub prompt_at: Vec<Option<usize>>,
    /// The prompt that an action belongs to.
    member_of: Vec<Option<usize>>,
    is_used: Vec<bool>,
    /// The voice of the whole script, and how a line says it.
    pub voice: Option<(StudioVoice, Option<Speaker>)>,
    pub nodes: Nodes,
}

impl<'s> Reader<'s> {
    fn read(&mut self) {
        for (number, prompt) in self.prompts.iter().enumerate() {
            if let Some(at) = self.prompt_at.get_mut(prompt.entry) {
                *at = Some(number);
            }
            for &member in &prompt.members {
                if let Some(of) = self.member_of.get_mut(member) {
                    *of = Some(number);
                }
            }
        }
        let script = self.reading.script;
        self.begin();
        let mut is_next = vec![false; script.actions.len()];
        for index in 0..script.actions.len() {
            if let Some(next) = self.next(index).and_then(|next| is_next.get_mut(next)) {
                *next = true;
            }
        }
        for index in 0..script.actions.len() {
            let is_inside = is_next.get(index).copied().unwrap_or(true);
            if !is_inside && !self.is_used(index) {
                self.node(index);
            }
        }
        self.agains();
        // Whatever is left stands for itself.
        for index in 0..script.actions.len() {
            if !self.is_used(index) {
                self.keep(index);
            }
        }
        let texts = compared_with_texts(&self.nodes.drafts);
        for line in self.nodes.drafts.iter_mut().flat_map(|draft| &mut draft.lines) {
            line.set_as_text(&texts);
        }
        self.nodes.drafts.sort_by_key(|draft| draft.actions.first().copied());
        for (number, draft) in self.nodes.drafts.iter().enumerate() {
            let first = draft.actions.first().copied();
            if let Some(head) = first.and_then(|first| self.nodes.heads.get_mut(first)) {
                *head = Some(number);
            }
        }
    }

    pub fn action(&self, index: usize) -> Option<&'s Action> {
        self.reading.script.actions.get(index)
    }

    pub fn is_kept(&self, index: usize) -> bool {
        self.reading.kept.get(index).copied().unwrap_or(true)
    }

    /// Whether some action is kept that chooses a voice.
    pub fn is_voice_kept(&self) -> bool {
        let Reading { script, kept, .. } = self.reading;
        kept.iter().zip(&script.actions).any(|(&is_kept, action)| is_kept && action.is(&actions::TTSVOICE))
    }

    fn is_used(&self, index: usize) -> bool {
        self.is_used.get(index).copied().unwrap_or(true)
    }

    fn use_all(&mut self, actions: &[usize]) {
        for &index in actions {
            if let Some(used) = self.is_used.get_mut(index) {
                *used = true;
            }
        }
    }

    /// The action BEGIN, and what chooses the voice of the whole script.
    fn begin(&mut self) {
        let script = self.reading.script;
        self.use_all(&[script.begin]);
        let first = script.actions.get(script.begin).and_then(Action::default_to);
        let voices = script.actions.iter().filter(|one| one.is(&actions::TTSVOICE)).count();
        let voice = first.filter(|&first| {
            let chosen = self.action(first).filter(|one| one.is(&actions::TTSVOICE) && voices == 1);
            !self.is_kept(first) && chosen.is_some_and(|one| one.from.len() == 1 && one.leads_on().is_some())
        });
        if let Some((action, chosen)) = voice.and_then(|voice| Some((voice, self.speaker(voice)?))) {
            self.use_all(&[action]);
            self.voice = Some(chosen);
            self.nodes.entry = self.action(action).and_then(Action::leads_on);
        } else {
            self.nodes.entry = first;
        }
    }

    /// The voice that an action chooses, and how a line says it.
    pub fn speaker(&self, index: usize) -> Option<(StudioVoice, Option<Speaker>)> {
        let Reading { script, settings, phrases, .. } = self.reading;
        let voice = voices::chosen(script.actions.get(index)?)?;
        let speaker = voices::speaker(
            settings,
            &voice,
            voices::spoken_as(script, phrases, index),
            self.is_voice_kept(),
        )?;
        Some((voice, speaker))
    }

    /// The action that goes on with the node that an action belongs to.
    pub fn next(&self, index: usize) -> Option<usize> {
        let action = self.action(index).filter(|_| !self.is_kept(index) && !self.is_used(index))?;
        if !is_link(action) || self.member_of.get(index).copied().flatten().is_some() {
            return None;
        }
        let to = action.leads_on()?;
        let next = self.action(to).filter(|_| !self.is_kept(to) && !self.is_used(to) && to != index)?;
        let prompt = self.prompt_at.get(to).copied().flatten();
        let is_inside = |from: &usize| {
            *from == index || prompt.is_some() && self.member_of.get(*from).copied().flatten() == prompt
        };
        let word = self.word_of(index);
        let may_follow = match prompt {
            _ if word.is_some_and(|word| may_be_own(word, next, base(action))) => true,
            Some(_) => true,
            None if self.member_of.get(to).copied().flatten().is_some() => false,
            // One node says both in one go.
            None if action.is(&actions::PLAY) && next.is(&actions::PLAY) => false,
            None if is_unknown(next) && next.leads_on().is_none() => {
                word.map_or(is_unknown(action), |word| Kind::from_word(word).is_none())
            }
            None => {
                is_link(next)
                    || [&actions::REQAGENT, &actions::RUNSCRIPT, &actions::HANGUP]
                        .iter()
                        .any(|facts| next.is(facts))
            }
        };
        let base = base(action);
        let is_own = base == self::base(next) || base == next.label;
        (may_follow && !base.is_empty() && is_own && next.from.iter().all(is_inside)).then_some(to)
    }

    /// The word of the node in the phrase of an action.
    fn word_of(&self, index: usize) -> Option<&'s str> {
        self.reading.phrases.get(index)?.as_ref().map(|statement| statement.word.as_str())
    }

    /// The node that begins with an action.
    fn node(&mut self, first: usize) {
        let Some(action) = self.action(first).filter(|_| !self.is_kept(first)) else { return };
        let prompt = self.prompt_at.get(first).copied().flatten();
        if self.member_of.get(first).copied().flatten().is_some() && prompt.is_none() {
            return;
        }
        let draft = match action.name.as_str() {
            "IF" | "CASE" => decide::read(&self.reading, first),
            "PLAYWITHCPA" => self.answer(first),
            "WAIT" => self.answer_by_events(first),
            _ => self.chain(first),
        };
        let Some(draft) = draft else { return };
        self.use_all(&draft.actions);
        self.nodes.drafts.push(draft);
    }

    /// The bounds of ways: each LOOP that one node leads to.
    fn agains(&mut self) {
        let mut leading: FxHashMap<usize, FxHashSet<usize>> = FxHashMap::default();
        let mut is_head: FxHashSet<usize> = FxHashSet::default();
        for (number, draft) in self.nodes.drafts.iter().enumerate() {
            is_head.extend(draft.actions.first());
            for exit in &draft.exits {
                leading.entry(exit.to).or_default().insert(number);
            }
        }
        let script = self.reading.script;
        // What is kept leads on as well.
        for (index, action) in script.actions.iter().enumerate() {
            if !self.is_used(index) && !action.is(&actions::LOOP) {
                for branch in &action.branches {
                    leading.entry(branch.to).or_default().insert(script.actions.len() + index);
                }
            }
        }
        for (index, action) in script.actions.iter().enumerate() {
            if self.is_used(index)
                || self.is_kept(index)
                || !action.is(&actions::LOOP)
                || action.branches.len() != 2
            {
                continue;
            }
            let ways = action.named_to("Repeat").zip(action.named_to("Finished"));
            let most =
                action.property("Repeat").parse::<u32>().ok().filter(|most| (1..=MOST_AGAIN).contains(most));
            let has_node = leading.contains_key(&index);
            // What is not a node yet is one of a declared kind.
            let is_node = |to: usize| {
                is_head.contains(&to)
                    || !self.is_used(to) && !script.actions.get(to).is_some_and(|one| one.is(&actions::LOOP))
            };
            if let (Some((to, otherwise)), Some(most), true) = (ways, most, has_node)
                && is_node(to)
                && is_node(otherwise)
            {
                if let Some(again) = self.nodes.agains.get_mut(index) {
                    *again = Some(Again { most, to, otherwise });
                }
                self.use_all(&[index]);
            }
        }
    }

    /// A node for an action as it is.
    fn keep(&mut self, index: usize) {
        let Some(action) = self.action(index) else { return };
        self.use_all(&[index]);
        self.nodes.drafts.push(Draft {
            actions: vec![index],
            word: Word::Kept(index),
            label: action.label.clone(),
            tags: self.tags_of_kept(index, action),
            lines: Vec::new(),
            exits: kept_exits(action, index),
        });
    }

    /// The tags of what an action plays that is kept, each once, where its phrase says the same.
    fn tags_of_kept(&self, index: usize, action: &Action) -> Vec<Tag> {
        let Reading { phrases, settings, variables, .. } = self.reading;
        let statement = phrases.get(index).and_then(Option::as_ref).filter(|one| {
            one.repeat.is_none()
                && variables.spells(one)
                && heard::says(one, action.property("Sequence"), &settings.prompts, |_, _| true)
        });
        let Some(statement) = statement else { return Vec::new() };
        let all = statement.tags.iter().chain(statement.steps.iter().flat_map(|step| &step.tags));
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        all.filter(|tag| seen.insert(&tag.name)).cloned().collect()
    }
}

/// The names that are compared with texts that spell no number.
fn compared_with_texts(drafts: &[Draft]) -> FxHashSet<String> {
    let exits = drafts.iter().flat_map(|draft| &draft.exits);
    let compared = exits.filter_map(|exit| match &exit.on {
        On::When(name, _, values) => Some((name, values)),
        _ => None,
    });
    let is_text = |value: &Constant| matches!(value, Constant::Text(text) if text.parse::<i64>().is_err());
    compared.filter(|(_, values)| values.iter().any(is_text)).map(|(name, _)| name.clone()).collect()
}

/// The exits of an action that is kept: one that only leads on has an arrow, and one that leads to itself ends a call.
pub fn kept_exits(action: &Action, index: usize) -> Vec<Exit> {
    match action.leads_on() {
        Some(to) if to == index => return Vec::new(),
        Some(to) => return vec![Exit { on: On::Always, to }],
        None => {}
    }
    let names = super::kinds::outcomes(action);
    let branches = action.branches.iter().zip(names);
    branches.map(|(branch, name)| Exit { on: On::Events(vec![name]), to: branch.to }).collect()
}

/// Whether an action is one of those that the flow's own scripts have.
pub fn is_unknown(action: &Action) -> bool {
    actions::ALL.iter().all(|facts| !action.is(facts))
}

/// Whether an action may be that of a declared kind, behind what a node of the kind says.
pub fn may_be_own(word: &str, action: &Action, label: &str) -> bool {
    let is_step = [&actions::PLAY, &actions::TTSVOICE].iter().any(|facts| action.is(facts));
    Kind::from_word(word).is_none() && word != "node" && action.label == label && !is_step
}

/// Whether an action may stand before others in one node.
fn is_link(action: &Action) -> bool {
    let known = [&actions::PLAY, &actions::ASSIGN, &actions::TTSVOICE];
    known.iter().any(|facts| action.is(facts))
        || is_unknown(action) && action.leads_on().is_some()
        // Any other snippet is kept, and what follows it is not its node.
        || action.is(&actions::SNIPPET)
            && (action.sum().is_some() || assigned(action.property("Data")).is_some())
}

/// The name of the node that an action belongs to, by its label.
pub fn base(action: &Action) -> &str {
    let label = action.label.as_str();
    let ends: &[&str] = match action.name.as_str() {
        "TTSVOICE" => &[" voice"],
        "CAPTURE" => &[" digits"],
        "HANGUP" => &[" ends"],
        "ASSIGN" => &[" first attempt"],
        _ => &[],
    };
    let set = match action.name.as_str() {
        "ASSIGN" => Some(action.property("Variable")),
        "SNIPPET" => action.property("Data").split(' ').nth(1),
        _ => None,
    };
    let sets = set.and_then(|name| label.strip_suffix(name)?.strip_suffix(" sets "));
    sets.or_else(|| ends.iter().find_map(|end| label.strip_suffix(end))).unwrap_or(label)
}
