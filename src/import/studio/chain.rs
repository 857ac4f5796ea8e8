//! Actions that follow each other and make one node: what they play, set and ask, and where they hand the call over.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::counts_as::handed_over;
use super::draft::{Draft, Exit, Line, On, SetTo, Word};
use super::exits::Exits;
use super::heard;
use super::model::Action;
use super::nodes::{Reader, base, is_unknown, kept_exits, may_be_own};
use super::prompts::Prompt;
use crate::emit::studio::markup::{assigned, of_script};
use crate::emit::studio::sequence::Piece;
use crate::emit::studio::{StudioVoice, actions, voice_of};
use crate::flow::{Directive, Kind, Speaker, Text, is_key};
use crate::spelling::is_name;

/// How many actions at the end of a node are left to themselves, if with them it is none.
const LAST: usize = 3;

impl<'s> Reader<'s> {
    /// Actions that follow each other in one node.
    pub fn chain(&self, first: usize) -> Option<Draft> {
        let mut all = vec![first];
        while let Some(next) = all.last().and_then(|&last| self.next(last)) {
            all.push(next);
        }
        // Where the last ones are none of the node's, those before them may be one.
        (0..=LAST.min(all.len() - 1)).find_map(|less| self.chain_of(all.get(..all.len() - less)?))
    }

    fn chain_of(&self, all: &[usize]) -> Option<Draft> {
        let action = self.action(*all.first()?)?;
        if all.len() == 1 && (is_unknown(action) || action.is(&actions::TTSVOICE)) {
            return None;
        }
        let mut chain = Chain {
            reader: self,
            lines: Vec::new(),
            voice: self.voice.clone(),
            word: None,
            tags: Vec::new(),
            is_choice_open: false,
            markups: FxHashMap::default(),
        };
        let mut draft = Draft {
            actions: Vec::new(),
            word: Word::Kind(Kind::Play),
            // What ends a call behind something else has a label of its own.
            label: if action.is(&actions::HANGUP) { action.label.as_str() } else { base(action) }.to_owned(),
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
                && match chain.word {
                    Some(word) => {
                        Kind::from_word(word).is_none()
                            && (is_unknown(action) || may_be_own(word, action, &draft.label))
                    }
                    // A node of a declared kind does something of its own after other steps.
                    None => number > 0 && (is_unknown(action) || self.is_other_script(action, index)),
                };
            if let Some(prompt) = self.prompt_at.get(index).copied().flatten().filter(|_| !own) {
                let prompt = self.prompts.get(prompt)?;
                chain.prompt(prompt, &mut draft)?;
                ended = Some(Word::Kind(Kind::Collect));
                break;
            }
            match action.name.as_str() {
                _ if own => {
                    let is_generic = chain.word == Some("node") && action.leads_on().is_some();
                    ended = Some(if is_generic { Word::Generic(Some(index)) } else { Word::Kept(index) });
                    if is_generic {
                        chain.lines.push(Line::Action(index));
                        draft.exits.push(Exit { on: On::Always, to: action.leads_on()? });
                    } else {
                        draft.exits = kept_exits(action, index);
                    }
                }
                "PLAY" => chain.play(index, "")?,
                "TTSVOICE" => chain.choose(index)?,
                "SNIPPET" => match assigned(action.property("Data")) {
                    Some((name, markup)) => drop(chain.markups.insert(name, markup)),
                    None => chain.sum(action)?,
                },
                "ASSIGN"
                    if all.get(number + 1).is_some_and(|&next| self.takes_queue(next))
                        && action.property("Variable") == "queue" => {}
                "ASSIGN" => chain.set(action)?,
                "REQAGENT" => {
                    let music = action.leads_on()?;
                    let plays =
                        self.action(music).filter(|one| one.is(&actions::MUSIC) && !self.is_kept(music))?;
                    // Several agents may share it: each comes out with its own.
                    let waits = |from: &usize| {
                        *from == music || self.action(*from).is_some_and(|one| one.is(&actions::REQAGENT))
                    };
                    if plays.leads_on() != Some(music) || !plays.from.iter().all(waits) {
                        return None;
                    }
                    draft.actions.push(music);
                    chain.hand_over(Directive::Route, action.property("Skill"));
                    ended = Some(Word::Kind(Kind::Agent));
                }
                "RUNSCRIPT" => {
                    let (kind, directive) = self.hands_over(index)?;
                    let before = number.checked_sub(1).and_then(|before| self.action(*all.get(before)?));
                    let queue =
                        before.filter(|one| one.is(&actions::ASSIGN) && one.property("Variable") == "queue");
                    chain.hand_over(directive, queue.map_or("", |one| one.property("Value")));
                    ended = Some(Word::Kind(kind));
                }
                "HANGUP" => {
                    let ends =
                        action.label.strip_suffix(" ends") == Some(&draft.label) && !draft.label.is_empty();
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

    /// Whether an action hands a call over to a script that the settings do not name.
    fn is_other_script(&self, action: &Action, index: usize) -> bool {
        action.is(&actions::RUNSCRIPT) && self.hands_over(index).is_none()
    }

    /// The kind of node that a RUNSCRIPT of the settings stands for.
    fn hands_over(&self, index: usize) -> Option<(Kind, Directive)> {
        let action =
            self.action(index).filter(|one| one.is(&actions::RUNSCRIPT) && one.branches.is_empty())?;
        let kind = handed_over(self.reading.settings, action)?;
        Some((kind, kind.directive()?.clone()))
    }
}

/// What a chain of actions does.
struct Chain<'r, 's> {
    reader: &'r Reader<'s>,
    lines: Vec<Line>,
    /// The voice that was chosen last, and how a line says it.
    voice: Option<(StudioVoice, Option<Speaker>)>,
    /// Whether nothing was spoken since then.
    is_choice_open: bool,
    /// The word of the node in its phrases.
    word: Option<&'s str>,
    tags: Vec<crate::flow::Tag>,
    /// The markup that variables hold.
    markups: FxHashMap<&'static str, String>,
}

impl<'s> Chain<'_, 's> {
    /// What an action plays. `word` is that of a further attempt.
    fn play(&mut self, index: usize, word: &'static str) -> Option<()> {
        let reading = &self.reader.reading;
        let action = self.reader.action(index)?;
        let written = action.property("Sequence");
        let statement = reading.phrases.get(index).and_then(Option::as_ref);
        let is_repeat = !word.is_empty();
        let statement =
            statement.filter(|one| if is_repeat { one.word == word } else { one.repeat.is_none() });
        if let Some(statement) = statement.filter(|_| !is_repeat) {
            // The kind and the tags of the node are not about its words.
            self.word = Some(self.word.unwrap_or(&statement.word));
            if self.tags.is_empty() {
                self.tags.clone_from(&statement.tags);
            }
        }
        // The names of a flow that this one cannot have are in no step of it.
        let statement = statement.filter(|one| reading.variables.spells(one));
        self.is_choice_open = false;
        let holds = |name: &str, markup: &Text| {
            self.markups.get(name).is_some_and(|held| of_script(markup).as_ref() == Some(held))
        };
        if let Some(statement) =
            statement.filter(|one| heard::says(one, written, &reading.settings.prompts, holds))
        {
            match &statement.repeat {
                Some(repeat) => self.lines.push(Line::Repeat(word, Box::new(repeat.clone()))),
                None => {
                    for step in &statement.steps {
                        self.push_spoken(step.clone(), true);
                    }
                }
            }
            return Some(());
        }
        let pieces: Vec<Piece> =
            heard::segments(written)?.into_iter().map(|piece| self.named(piece)).collect();
        let markups: FxHashMap<&str, String> =
            self.markups.iter().map(|(name, markup)| (*name, self.with_names(markup))).collect();
        let markup_of = |name: &str| markups.get(name).map(String::as_str);
        if is_repeat {
            self.lines.push(Line::Repeat(word, Box::new(heard::repeat(&pieces, markup_of)?)));
            return Some(());
        }
        // What nobody has changed is what the phrase says.
        let segments = heard::segments(written)?;
        let same = statement.map(|one| (one, heard::same_steps(one, &segments, &reading.settings.prompts)));
        let (mut first, mut last, mut changed) = (&[][..], &[][..], 0..pieces.len());
        if let Some((statement, same)) = same {
            first = statement.steps.get(..same.before).unwrap_or_default();
            last = statement.steps.get(statement.steps.len() - same.after..).unwrap_or_default();
            changed = same.changed;
        }
        for step in first {
            self.push_spoken(step.clone(), true);
        }
        for step in heard::steps_with(pieces.get(changed).unwrap_or_default(), markup_of) {
            self.push_spoken(step, false);
        }
        for step in last {
            self.push_spoken(step.clone(), true);
        }
        Some(())
    }

    /// A piece with the variable's name as phrases spell it.
    fn named(&self, piece: Piece) -> Piece {
        match piece {
            Piece::Variable(name) => Piece::Variable(self.name(&name)),
            Piece::Recording(path) => Piece::Recording(self.with_names(&path)),
            other @ Piece::Text(_) => other,
        }
    }

    fn name(&self, name: &str) -> String {
        self.reader.reading.variables.spelled(name).to_owned()
    }

    /// The voice that an action chooses.
    fn choose(&mut self, index: usize) -> Option<()> {
        self.voice = Some(self.reader.speaker(index)?);
        self.is_choice_open = true;
        Some(())
    }

    /// Adds a step with the voice that was chosen.
    fn push_spoken(&mut self, mut step: crate::flow::Action, is_of_phrase: bool) {
        self.let_speak(&mut step, is_of_phrase);
        self.lines.push(Line::Step(Box::new(step)));
    }

    /// Gives a step the voice that was chosen, in the words of its phrase where these say the same.
    fn let_speak(&self, step: &mut crate::flow::Action, is_of_phrase: bool) {
        // A recording is heard as it is.
        if step.texts().next().is_some() || step.ssml.is_some() {
            self.choose_speaker(step, is_of_phrase);
        }
    }

    fn choose_speaker(&self, step: &mut crate::flow::Action, is_of_phrase: bool) {
        let Some((voice, speaker)) = &self.voice else {
            // Nobody knows what an action that is kept has chosen.
            if self.reader.is_voice_kept() {
                step.speaker = None;
            }
            return;
        };
        let settings = self.reader.reading.settings;
        let says = match step.speaker.as_deref() {
            Some(own) => voice_of(own, settings).as_ref() == Some(voice),
            None => is_of_phrase && !self.reader.is_voice_kept() && settings.default_voice() == Some(voice),
        };
        if !says {
            step.speaker = speaker.clone().map(Arc::new);
        }
    }

    fn set(&mut self, action: &Action) -> Option<()> {
        let name = self.name(action.property("Variable"));
        let value = action.property("Value");
        let number = value.parse::<i64>().ok().filter(|number| number.to_string() == value);
        let copied =
            value.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(|name| self.name(name));
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
        self.reader.reading.variables.spelled_in(text)
    }

    /// `ASSIGN a = b + 1`
    fn sum(&mut self, action: &Action) -> Option<()> {
        let (name, of, add) = action.sum()?;
        let (name, of) = (self.name(name), self.name(of));
        self.lines
            .push((is_name(&name) && is_name(&of)).then_some(Line::Set(name, SetTo::Copy(of, Some(add))))?);
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
        // What the phrase says counts where the properties agree with it, whatever the words are.
        let phrase = self.reader.reading.phrases.get(prompt.attempt.first).and_then(Option::as_ref);
        // What is said at further attempts may be a text.
        if prompt.retry.is_some() || prompt.silence.is_some() {
            self.choose_speaker(&mut asks, phrase.is_some());
        }
        let spoken = asks.input.take().or_else(|| phrase?.steps.last()?.input.clone());
        asks.input =
            super::input::read(takes, spoken.as_deref(), prompt.into.as_deref().map(|name| self.name(name)));
        let count = (prompt.retries > 0).then_some(prompt.retries);
        asks.retries = count.map(|count| crate::flow::Retries { count: Some(count), span: heard::nowhere() });
        self.lines.push(Line::Step(Box::new(asks)));
        for (word, attempt) in [("retry", prompt.retry), ("silence", prompt.silence)] {
            if let Some(attempt) = attempt {
                self.play(attempt.first, word)?;
            }
        }
        let mut exits = Exits::default();
        if is_menu {
            for (key, to) in takes.cases() {
                if !is_key(key) {
                    return None;
                }
                exits.add(key, to, self.is_bounded(to));
            }
        } else if let Some(to) = prompt.entered {
            exits.add("entered", to, self.is_bounded(to));
        }
        for (word, to) in [("timeout", prompt.silent), ("invalid", prompt.wrong)] {
            // A branch that is not there is taken by the default one.
            if let Some(to) = to.or(prompt.wrong) {
                exits.add(word, to, self.is_bounded(to));
            }
        }
        draft.exits = exits.in_order_of_bounds();
        Some(())
    }

    /// Whether a way leads to what bounds it.
    fn is_bounded(&self, to: usize) -> bool {
        self.reader.action(to).is_some_and(|one| one.is(&actions::LOOP))
    }
}
