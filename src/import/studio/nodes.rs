//! From actions to nodes: which actions one node stands for, and what it does.

use rustc_hash::{FxHashMap, FxHashSet};

use super::decide;
use super::draft::{Again, Draft, Exit, Line, On, SetTo, Word};
use super::heard;
use super::model::{Action, Script};
use super::phrases::Statement;
use super::prompts::{self, Prompt};
use crate::emit::studio::actions;
use crate::emit::studio::sequence::Piece;
use crate::emit::studio::{AnswerBy, StudioSettings};
use crate::flow::{Directive, Kind, MOST_AGAIN, Speaker};
use crate::spelling::is_name;

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
    /// The action that chooses the voice of the whole script.
    pub voice: Option<usize>,
}

/// What a reading goes by.
#[derive(Clone, Copy)]
pub struct Reading<'s> {
    pub script: &'s Script,
    pub settings: &'s StudioSettings,
    pub phrases: &'s [Option<Statement>],
    /// How the phrases spell the variables of the script.
    pub names: &'s FxHashMap<String, String>,
    pub kept: &'s [bool],
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
        nodes: Nodes { drafts: Vec::new(), heads: vec![None; count], agains: vec![None; count], entry: None, voice: None },
    };
    reader.read();
    reader.nodes
}

struct Reader<'s> {
    reading: Reading<'s>,
    prompts: Vec<Prompt>,
    /// The prompt that begins with an action.
    prompt_at: Vec<Option<usize>>,
    /// The prompt that an action belongs to.
    member_of: Vec<Option<usize>>,
    is_used: Vec<bool>,
    nodes: Nodes,
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
        self.nodes.drafts.sort_by_key(|draft| draft.actions.first().copied());
        for (number, draft) in self.nodes.drafts.iter().enumerate() {
            let first = draft.actions.first().copied();
            if let Some(head) = first.and_then(|first| self.nodes.heads.get_mut(first)) {
                *head = Some(number);
            }
        }
    }

    fn action(&self, index: usize) -> Option<&'s Action> {
        self.reading.script.actions.get(index)
    }

    fn is_kept(&self, index: usize) -> bool {
        self.reading.kept.get(index).copied().unwrap_or(true)
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
        if let Some(voice) = voice {
            self.use_all(&[voice]);
            self.nodes.voice = Some(voice);
            self.nodes.entry = self.action(voice).and_then(Action::leads_on);
        } else {
            self.nodes.entry = first;
        }
    }

    /// The action that goes on with the node that an action belongs to.
    fn next(&self, index: usize) -> Option<usize> {
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
            None if is_unknown(next) && next.leads_on().is_none() => {
                word.is_some_and(|word| Kind::from_word(word).is_none())
            }
            None => {
                is_link(next)
                    || [&actions::REQAGENT, &actions::RUNSCRIPT, &actions::HANGUP].iter().any(|facts| next.is(facts))
            }
        };
        let base = base(action);
        (may_follow && !base.is_empty() && base == self::base(next) && next.from.iter().all(is_inside)).then_some(to)
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

    /// Actions that follow each other in one node.
    fn chain(&self, first: usize) -> Option<Draft> {
        let mut all = vec![first];
        while let Some(next) = all.last().and_then(|&last| self.next(last)) {
            all.push(next);
        }
        let action = self.action(first)?;
        if all.len() == 1 && (is_unknown(action) || action.is(&actions::TTSVOICE)) {
            return None;
        }
        let mut chain = Chain { reader: self, lines: Vec::new(), speaker: None, word: None, tags: Vec::new(), is_choice_open: false };
        let mut draft = Draft {
            actions: Vec::new(),
            word: Word::Kind(Kind::Play),
            label: base(action).to_owned(),
            tags: Vec::new(),
            lines: Vec::new(),
            exits: Vec::new(),
        };
        let mut ended = None;
        for (number, &index) in all.iter().enumerate() {
            draft.actions.push(index);
            let action = self.action(index)?;
            let is_last = number + 1 == all.len();
            let own = is_last
                && chain.word.is_some_and(|word| Kind::from_word(word).is_none())
                && (is_unknown(action) || chain.word.is_some_and(|word| may_be_own(word, action, &draft.label)));
            if let Some(prompt) = self.prompt_at.get(index).copied().flatten().filter(|_| !own) {
                let prompt = self.prompts.get(prompt)?;
                chain.prompt(prompt, &mut draft)?;
                ended = Some(Word::Kind(Kind::Collect));
                break;
            }
            match action.name.as_str() {
                _ if own => {
                    let is_generic = chain.word == Some("node");
                    ended = Some(if is_generic { Word::Generic(Some(index)) } else { Word::Kept(index) });
                    if is_generic {
                        chain.lines.push(Line::Action(index));
                        draft.exits.push(Exit { on: On::Always, to: action.leads_on()? });
                    } else {
                        draft.exits = kept_exits(action);
                    }
                }
                "PLAY" => chain.play(index, "")?,
                "TTSVOICE" => chain.choose(action)?,
                "SNIPPET" => chain.sum(action)?,
                "ASSIGN" if all.get(number + 1).is_some_and(|&next| self.takes_queue(next)) && action.property("Variable") == "queue" => {}
                "ASSIGN" => chain.set(action)?,
                "REQAGENT" => {
                    let music = action.leads_on()?;
                    let plays = self.action(music).filter(|one| one.is(&actions::MUSIC) && !self.is_kept(music))?;
                    let is_own = |from: &usize| *from == music || *from == index;
                    if plays.leads_on() != Some(music) || !plays.from.iter().all(is_own) {
                        return None;
                    }
                    draft.actions.push(music);
                    chain.hand_over(Directive::Route, action.property("Skill"));
                    ended = Some(Word::Kind(Kind::Agent));
                }
                "RUNSCRIPT" => {
                    let (kind, directive) = self.hands_over(index)?;
                    let before = number.checked_sub(1).and_then(|before| self.action(*all.get(before)?));
                    let queue = before.filter(|one| one.is(&actions::ASSIGN) && one.property("Variable") == "queue");
                    chain.hand_over(directive, queue.map_or("", |one| one.property("Value")));
                    ended = Some(Word::Kind(kind));
                }
                "HANGUP" => {
                    let ends = action.label.strip_suffix(" ends") == Some(&draft.label) && !draft.label.is_empty();
                    ended = Some(match chain.word.filter(|_| ends) {
                        Some("voicemail") => Word::Kind(Kind::Voicemail),
                        _ => Word::Kind(Kind::Disconnect),
                    });
                }
                _ if is_unknown(action) => chain.lines.push(Line::Action(index)),
                _ => return None,
            }
        }
        if chain.is_choice_open {
            return None;
        }
        draft.word = match ended {
            Some(word) => word,
            None => {
                let last = all.last().and_then(|&last| self.action(last))?;
                if !last.branches.is_empty() {
                    draft.exits.push(Exit { on: On::Always, to: last.leads_on()? });
                }
                let heard = chain.lines.iter().any(|line| matches!(line, Line::Step(_) | Line::Set(..)));
                match chain.word {
                    Some("disclosure") => Word::Kind(Kind::Disclosure),
                    Some("node") => Word::Generic(None),
                    _ if heard => Word::Kind(Kind::Play),
                    _ => Word::Generic(all.last().copied()),
                }
            }
        };
        draft.lines = chain.lines;
        draft.tags = chain.tags;
        Some(draft)
    }

    /// Whether an action hands a call over to a script that takes the variable `queue`.
    fn takes_queue(&self, index: usize) -> bool {
        self.hands_over(index).is_some()
    }

    /// The kind of node that a RUNSCRIPT of the settings stands for.
    fn hands_over(&self, index: usize) -> Option<(Kind, Directive)> {
        let action = self.action(index).filter(|one| one.is(&actions::RUNSCRIPT) && one.branches.is_empty())?;
        let settings = self.reading.settings;
        let is_it = |own: &Option<String>| own.as_ref().is_some_and(|own| own.replace('/', "\\") == action.property("Script"));
        match (is_it(&settings.callback), is_it(&settings.voicemail)) {
            (true, _) => Some((Kind::Callback, Directive::Schedule)),
            (_, true) => Some((Kind::Voicemail, Directive::Record)),
            _ => None,
        }
    }

    /// An `answer` by the action that listens.
    fn answer(&self, index: usize) -> Option<Draft> {
        let (settings, action) = (self.reading.settings, self.action(index)?);
        if settings.answer != AnswerBy::Detection {
            return None;
        }
        let outcome = |label: &str| {
            settings.answer_branches.iter().filter(|(_, own)| own == label).map(|(word, _)| word.clone()).collect()
        };
        let mut exits = Vec::new();
        for branch in &action.branches {
            let words: Vec<String> = match &branch.when {
                crate::emit::studio::script::When::Named(label, _) => outcome(label),
                _ => settings.answer_branches.iter().filter(|(_, own)| own.eq_ignore_ascii_case("default")).map(|(word, _)| word.clone()).collect(),
            };
            let is_default = branch.when == crate::emit::studio::script::When::Default;
            let on = match words.as_slice() {
                [] if is_default => On::Always,
                [] => return None,
                _ => On::Events(words),
            };
            exits.push(Exit { on, to: branch.to });
        }
        Some(Draft { actions: vec![index], word: Word::Kind(Kind::Answer), label: action.label.clone(), tags: Vec::new(), lines: Vec::new(), exits })
    }

    /// An `answer` by the events of the dialer, which only begins a script.
    fn answer_by_events(&self, index: usize) -> Option<Draft> {
        let action = self.action(index)?;
        if self.reading.settings.answer != AnswerBy::Events || self.nodes.entry != Some(index) || action.leads_on() != Some(index) {
            return None;
        }
        let mut draft = Draft { actions: vec![index], word: Word::Kind(Kind::Answer), label: action.label.clone(), tags: Vec::new(), lines: Vec::new(), exits: Vec::new() };
        for (facts, word) in [(&actions::ONANSWER, "human"), (&actions::ONMACHINE, "machine")] {
            let mut events = self.reading.script.actions.iter().enumerate().filter(|(at, one)| one.is(facts) && !self.is_kept(*at));
            let (event, second) = (events.next(), events.next());
            if let (Some((at, event)), None) = (event, second) {
                draft.actions.push(at);
                draft.exits.push(Exit { on: On::Events(vec![word.to_owned()]), to: event.leads_on()? });
            }
        }
        (!draft.exits.is_empty()).then_some(draft)
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
        for (index, action) in script.actions.iter().enumerate() {
            if self.is_used(index) || self.is_kept(index) || !action.is(&actions::LOOP) || action.branches.len() != 2 {
                continue;
            }
            let ways = action.named_to("Repeat").zip(action.named_to("Finished"));
            let most = action.property("Repeat").parse::<u32>().ok().filter(|most| (1..=MOST_AGAIN).contains(most));
            let has_node = leading.contains_key(&index);
            // What is not a node yet is one of a declared kind.
            let is_node = |to: usize| is_head.contains(&to) || !self.is_used(to) && !script.actions.get(to).is_some_and(|one| one.is(&actions::LOOP));
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
            tags: Vec::new(),
            lines: Vec::new(),
            exits: kept_exits(action),
        });
    }
}

/// The exits of an action that is kept: one that only leads on has an arrow.
fn kept_exits(action: &Action) -> Vec<Exit> {
    if let Some(to) = action.leads_on() {
        return vec![Exit { on: On::Always, to }];
    }
    let names = super::kinds::outcomes(action);
    let branches = action.branches.iter().zip(names);
    branches.map(|(branch, name)| Exit { on: On::Events(vec![name]), to: branch.to }).collect()
}

/// What a chain of actions does.
struct Chain<'r, 's> {
    reader: &'r Reader<'s>,
    lines: Vec<Line>,
    /// The language that was chosen last.
    speaker: Option<Speaker>,
    /// Whether nothing was spoken since then.
    is_choice_open: bool,
    /// The word of the node in its phrases.
    word: Option<&'s str>,
    tags: Vec<crate::flow::Tag>,
}

impl<'s> Chain<'_, 's> {
    /// What an action plays. `word` is that of a further attempt.
    fn play(&mut self, index: usize, word: &'static str) -> Option<()> {
        let reading = &self.reader.reading;
        let action = self.reader.action(index)?;
        let written = action.property("Sequence");
        let statement = reading.phrases.get(index).and_then(Option::as_ref);
        let is_repeat = !word.is_empty();
        let statement = statement.filter(|one| if is_repeat { one.word == word } else { one.repeat.is_none() });
        if let Some(statement) = statement.filter(|_| !is_repeat) {
            // The kind and the tags of the node are not about its words.
            self.word = Some(self.word.unwrap_or(&statement.word));
            if self.tags.is_empty() {
                self.tags.clone_from(&statement.tags);
            }
        }
        self.is_choice_open = false;
        if let Some(statement) = statement.filter(|one| heard::says(one, written, &reading.settings.prompts)) {
            match &statement.repeat {
                Some(repeat) => self.lines.push(Line::Repeat(word, Box::new(repeat.clone()))),
                None => self.lines.extend(statement.steps.iter().map(|step| Line::Step(Box::new(step.clone())))),
            }
            return Some(());
        }
        let pieces: Vec<Piece> = heard::segments(written)?.into_iter().map(|piece| self.named(piece)).collect();
        if is_repeat {
            self.lines.push(Line::Repeat(word, Box::new(heard::repeat(&pieces)?)));
            return Some(());
        }
        for mut step in heard::steps(&pieces) {
            if step.text.is_some() {
                step.speaker = self.speaker.clone().map(std::sync::Arc::new);
            }
            self.lines.push(Line::Step(Box::new(step)));
        }
        Some(())
    }

    /// A piece with the variable's name as phrases spell it.
    fn named(&self, piece: Piece) -> Piece {
        match piece {
            Piece::Variable(name) => Piece::Variable(self.name(&name)),
            other => other,
        }
    }

    fn name(&self, name: &str) -> String {
        self.reader.reading.names.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// The voice that an action chooses.
    fn choose(&mut self, action: &Action) -> Option<()> {
        let settings = self.reader.reading.settings;
        let (language, _) = settings.voices.iter().find(|(_, voice)| {
            voice.vendor == action.property("vendor") && voice.name == action.property("voicename")
        })?;
        let speaker = Speaker { language: Some(language.as_str().into()), voice: None };
        self.speaker = (language != "default").then_some(speaker);
        self.is_choice_open = true;
        Some(())
    }

    fn set(&mut self, action: &Action) -> Option<()> {
        let name = self.name(action.property("Variable"));
        let value = action.property("Value");
        let number = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
        let copied = value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(|name| self.name(name));
        let to = match (number, copied.filter(|name| is_name(name))) {
            (Some(number), _) => SetTo::Number(number),
            (None, Some(copied)) => SetTo::Copy(copied, None),
            (None, None) => SetTo::Text(self.with_names(value)),
        };
        self.lines.push(is_name(&name).then_some(Line::Set(name, to))?);
        Some(())
    }

    /// A text whose placeholders have the names of the phrases.
    fn with_names(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            out.push('{');
            rest = after;
            if let Some((name, _)) = after.split_once('}')
                && let Some(own) = self.reader.reading.names.get(name)
            {
                out.push_str(own);
                rest = after.get(name.len()..).unwrap_or_default();
            }
        }
        out + rest
    }

    /// `ASSIGN a = b + 1`
    fn sum(&mut self, action: &Action) -> Option<()> {
        let words: Vec<&str> = action.property("Data").split(' ').collect();
        let ["ASSIGN", name, "=", of, sign, add] = words.as_slice() else { return None };
        let add: i64 = add.parse().ok()?;
        let add = match *sign {
            "+" => add,
            "-" => add.checked_neg()?,
            _ => return None,
        };
        let (name, of) = (self.name(name), self.name(of));
        self.lines.push((is_name(&name) && is_name(&of)).then_some(Line::Set(name, SetTo::Copy(of, Some(add))))?);
        Some(())
    }

    /// Hands the call over to a queue, a mailbox or nobody in particular.
    fn hand_over(&mut self, directive: Directive, queue: &str) {
        let mut step = heard::step(directive);
        if !queue.is_empty() {
            step.text = Some(heard::text(queue.to_owned(), true));
        }
        self.lines.push(Line::Step(Box::new(step)));
    }

    /// A prompt for keys, with its further attempts.
    fn prompt(&mut self, prompt: &Prompt, draft: &mut Draft) -> Option<()> {
        draft.actions.extend(prompt.members.iter().filter(|&&member| member != prompt.entry));
        let takes = self.reader.action(prompt.attempt.takes)?;
        let is_menu = takes.is(&actions::MENU);
        let before = self.lines.len();
        if is_menu || prompt.attempt.first != prompt.attempt.takes {
            self.play(prompt.attempt.first, "")?;
        }
        // The last thing that is heard is the prompt itself.
        let heard = match self.lines.pop() {
            Some(Line::Step(step)) if self.lines.len() >= before => step,
            _ => return None,
        };
        let mut asks = *heard;
        asks.directive = Directive::Collect;
        let spoken = asks.input.take();
        asks.input = super::input::read(takes, spoken.as_deref(), prompt.into.as_deref().map(|name| self.name(name)));
        let count = (prompt.retries > 0).then_some(prompt.retries);
        asks.retries = count.map(|count| crate::flow::Retries { count: Some(count), span: heard::nowhere() });
        self.lines.push(Line::Step(Box::new(asks)));
        for (word, attempt) in [("retry", prompt.retry), ("silence", prompt.silence)] {
            if let Some(attempt) = attempt {
                self.play(attempt.first, word)?;
            }
        }
        let mut exits: Vec<Exit> = Vec::new();
        if is_menu {
            for (key, to) in takes.cases() {
                if !crate::flow::is_key(key) {
                    return None;
                }
                self.add_exit(&mut exits, key, to);
            }
        } else if let Some(to) = prompt.entered {
            self.add_exit(&mut exits, "entered", to);
        }
        for (word, to) in [("timeout", prompt.silent), ("invalid", prompt.wrong)] {
            // A branch that is not there is taken by the default one.
            if let Some(to) = to.or(prompt.wrong) {
                self.add_exit(&mut exits, word, to);
            }
        }
        draft.exits = exits;
        Some(())
    }

    /// Adds an event to the exit before it that leads to the same node, if both are of one sort. All that is bounded
    /// together is one exit.
    fn add_exit(&self, exits: &mut Vec<Exit>, event: &str, to: usize) {
        let is_outcome = |event: &str| !crate::flow::is_key(event);
        let is_bounded = self.reader.action(to).is_some_and(|one| one.is(&actions::LOOP));
        let count = exits.len();
        let fits = exits.iter_mut().enumerate().find(|(number, exit)| {
            let On::Events(events) = &exit.on else { return false };
            let is_alike = events.last().is_some_and(|last| is_outcome(last) == is_outcome(event));
            exit.to == to && (is_bounded || number + 1 == count && is_alike)
        });
        match fits {
            Some((_, Exit { on: On::Events(events), .. })) => events.push(event.to_owned()),
            _ => exits.push(Exit { on: On::Events(vec![event.to_owned()]), to }),
        }
    }
}

/// Whether an action is one of those that the flow's own scripts have.
fn is_unknown(action: &Action) -> bool {
    actions::ALL.iter().all(|facts| !action.is(facts))
}

/// Whether an action may be that of a declared kind, behind what a node of the kind says.
fn may_be_own(word: &str, action: &Action, label: &str) -> bool {
    let is_step = [&actions::PLAY, &actions::TTSVOICE].iter().any(|facts| action.is(facts));
    Kind::from_word(word).is_none() && word != "node" && action.label == label && !is_step
}

/// Whether an action may stand before others in one node.
fn is_link(action: &Action) -> bool {
    let known = [&actions::PLAY, &actions::ASSIGN, &actions::SNIPPET, &actions::TTSVOICE];
    known.iter().any(|facts| action.is(facts)) || is_unknown(action) && action.leads_on().is_some()
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
