//! Prompts for keys: a MENU with a case for each key, or a CAPTURE for digits, and what happens when nobody presses one.

use super::actions::{self, ActionFacts};
use super::build::{Builder, Chain, To};
use super::codes::{SAID_IN_PART, WHOLE_SECONDS};
use super::names::{MARKUP, OF_RETRY, OF_SILENCE, variable};
use super::phrase;
use super::script::When;
use super::sequence::{Piece, sequence};
use crate::diagnostics::{Diagnostic, counted, list_of};
use crate::flow::{Action, EndKey, EventKind, Input, NodeId, Outcome, Repeat, Wait};

/// The variable that holds which of the two failures happened last.
pub const FAILURE: &str = "cxflow_failure";
/// The variable that holds what was entered last.
pub const ENTRY: &str = "cxflow_entry";
/// The value of that variable after no key.
pub const SILENT: &str = "timeout";
/// The value of that variable after a wrong key.
pub const WRONG: &str = "invalid";

/// The variable that holds the key that was pressed at a MENU.
pub const CHOICE: &str = "MENUCHOICE";
/// How the names of the script's own variables begin.
pub const OWN: &str = "cxflow_";
/// How the names of the variables begin that count attempts.
pub const ATTEMPTS: &str = "cxflow_attempts_";

/// One attempt: the action that a call comes to, and the one that takes the keys.
#[derive(Clone, Copy)]
struct Attempt {
    first: usize,
    takes: usize,
}

/// What is heard at an attempt.
struct Heard {
    pieces: Vec<Piece>,
    /// The same as the language writes it.
    phrase: String,
}

/// Where a call goes that presses no key, and one that presses a wrong one.
#[derive(Clone, Copy)]
struct Failures {
    silent: Option<To>,
    wrong: Option<To>,
}

impl<'a> Builder<'a> {
    /// A prompt for keys, and everything that follows it.
    pub(super) fn collect(&mut self, chain: &mut Chain<'a>, action: &'a Action) {
        let node = chain.node;
        let change = self.voices.before(action).cloned();
        if let Some(voice) = change {
            self.play_pending(chain);
            let label = format!("{} voice", chain.label);
            let chosen = self.add_voice(&voice, label, Some(node), Some(action.span));
            self.follow(chain, chosen);
        }
        let retries = action.retries.and_then(|retries| retries.count).unwrap_or(0);
        self.report_voiceless(action);
        self.keep_markup(chain, action.ssml.as_deref(), MARKUP);
        for (verb, repeat) in action.repeats() {
            self.keep_markup(chain, repeat.ssml.as_deref(), markup_of(verb.word()));
        }
        // What is said before the prompt is heard once.
        if retries > 0 {
            self.play_pending(chain);
        }
        // A count of LOOP is known to go on, and not to begin anew when a call comes back.
        let counter = (retries > 0 && self.comes_back[node]).then(|| counter_of(&chain.label));
        if let Some(counter) = &counter {
            let set = [("Variable", counter.clone()), ("Value", "0".to_owned())];
            let reset =
                self.add(&actions::ASSIGN, format!("{} first attempt", chain.label), Some(node), &set, None);
            self.follow(chain, reset);
        }
        let mut said = self.take_pending(chain);
        said.pieces.append(&mut self.said(action));
        said.steps.push(action);
        self.report_input(action);
        let heard = Heard { phrase: self.phrase(node, &said.steps), pieces: said.pieces };
        let first = self.attempt(chain, &chain.label.clone(), action, &heard);
        self.follow(chain, first.first);
        self.taken(node, action, first.takes);
        let last =
            Failures { silent: self.on(node, Outcome::Timeout), wrong: self.on(node, Outcome::Invalid) };
        let known = [Outcome::Timeout, Outcome::Invalid, Outcome::Entered];
        self.other_branches(node, &known);
        if retries == 0 {
            self.failed(action, first.takes, last);
            return;
        }
        self.retry(chain, action, retries, counter.as_deref(), first, last);
    }

    /// What happens at a further attempt, and after the last one.
    fn retry(
        &mut self,
        chain: &Chain<'_>,
        action: &'a Action,
        retries: u32,
        counter: Option<&str>,
        first: Attempt,
        last: Failures,
    ) {
        let (node, label) = (Some(chain.node), &chain.label);
        let repeats = action.repeats.as_deref();
        let silence = repeats.and_then(|repeats| repeats.silence.as_ref());
        let retry = repeats.and_then(|repeats| repeats.retry.as_ref());
        let must_know = silence.is_some() || last.silent != last.wrong;
        // The action that counts, with the branches for one more attempt and for none.
        let (counts, decides, more, over) = match counter {
            None => {
                let set = [("Repeat", retries.to_string())];
                let count = self.add(&actions::LOOP, format!("{label} attempts"), node, &set, None);
                (count, count, (&actions::LOOP, "Repeat"), (&actions::LOOP, "Finished"))
            }
            Some(counter) => {
                let data = [("Data", format!("ASSIGN {counter} = {counter} + 1"))];
                let count = self.add(&actions::SNIPPET, format!("{label} attempts"), node, &data, None);
                let asks = [("Expression", format!("{counter}>{retries}"))];
                let decide = self.add(&actions::IF, format!("{label} was the last"), node, &asks, None);
                self.lead(count, To::Action(decide), When::Default);
                (count, decide, (&actions::IF, "False"), (&actions::IF, "True"))
            }
        };
        let failures = if must_know {
            let note = |builder: &mut Self, word: &str| {
                let set = [("Variable", FAILURE.to_owned()), ("Value", word.to_owned())];
                let noted = builder.add(&actions::ASSIGN, format!("{label} {word}"), node, &set, None);
                builder.lead(noted, To::Action(counts), When::Default);
                Some(To::Action(noted))
            };
            Failures { silent: note(self, SILENT), wrong: note(self, WRONG) }
        } else {
            Failures { silent: Some(To::Action(counts)), wrong: Some(To::Action(counts)) }
        };
        self.failed(action, first.takes, failures);
        // After the last attempt.
        let after = if last.silent == last.wrong {
            last.silent
        } else {
            Some(self.by_failure(chain, "after the last", last))
        };
        if let Some(to) = after {
            self.lead_named(decides, over.0, over.1, to);
        }
        // For one more.
        let further = |builder: &mut Self, repeat: &'a Repeat, word: &str| {
            builder.report_fields(&repeat.fields);
            let markup = repeat.ssml.as_ref().map(|_| markup_of(word));
            let (media, prompt) = (repeat.media.as_ref(), repeat.prompt.as_ref());
            let said = builder.said_of(media, prompt, repeat.text.as_ref(), markup);
            let heard = Heard { phrase: phrase::of_repeat(word, repeat), pieces: said };
            let attempt = builder.attempt(chain, &format!("{label} {word}"), action, &heard);
            builder.taken(chain.node, action, attempt.takes);
            builder.failed(action, attempt.takes, failures);
            To::Action(attempt.first)
        };
        let wrong = retry.map_or(To::Action(first.first), |retry| further(self, retry, "retry"));
        let to = match silence {
            Some(silence) => {
                let silent = further(self, silence, "silence");
                self.by_failure(chain, "once more", Failures { silent: Some(silent), wrong: Some(wrong) })
            }
            None => wrong,
        };
        self.lead_named(decides, more.0, more.1, to);
    }

    /// An action that leads on by which failure happened last.
    fn by_failure(&mut self, chain: &Chain<'_>, what: &str, to: Failures) -> To {
        let asks = [("Expression", format!("{FAILURE}=\"{SILENT}\""))];
        let label = format!("{} {what}", chain.label);
        let decide = self.add(&actions::IF, label, Some(chain.node), &asks, None);
        for (name, to) in [("True", to.silent), ("False", to.wrong)] {
            if let Some(to) = to {
                self.lead_named(decide, &actions::IF, name, to);
            }
        }
        To::Action(decide)
    }

    /// One attempt: a MENU, or for digits a PLAY and a CAPTURE.
    fn attempt(&mut self, chain: &Chain<'_>, label: &str, action: &Action, said: &Heard) -> Attempt {
        let input = action.input.as_deref();
        let seconds = |wait: Option<Wait>| wait.map(|wait| wait.milliseconds.div_ceil(1000).to_string());
        let mut set: Vec<(&'static str, String)> = Vec::new();
        let wait = seconds(input.and_then(|input| input.wait)).map(|wait| ("Timeout", wait));
        let between = seconds(input.and_then(|input| input.between)).map(|time| ("InterDigitTimeout", time));
        set.extend(wait.into_iter().chain(between));
        let prompt = [("Sequence", sequence(&said.pieces)), ("Phrase", said.phrase.clone())];
        let Some(digits) = input.and_then(|input| input.digits) else {
            set.extend(prompt);
            let keys = self.keys_of(chain.node);
            let longest = keys.iter().map(String::len).max().unwrap_or(1);
            set.push(("MaxDigits", longest.to_string()));
            if keys.iter().any(|key| key.contains('#')) {
                set.push(("Terminator", String::new()));
            }
            let menu = self.add(&actions::MENU, label.to_owned(), Some(chain.node), &set, None);
            return Attempt { first: menu, takes: menu };
        };
        let mut first = None;
        if !said.pieces.is_empty() {
            let set = [prompt[0].clone(), prompt[1].clone(), ("DetectDTMF", "True".to_owned())];
            first = Some(self.add(&actions::PLAY, label.to_owned(), Some(chain.node), &set, None));
        }
        let end = input.and_then(|input| input.end.as_ref()).and_then(EndKey::valid);
        let most = u64::from(digits.most.unwrap_or(1)) + u64::from(end.is_some());
        set.push(("MaxDigits", most.to_string()));
        if let Some(end) = end {
            // With the dash the key is no part of the entry.
            set.push(("Terminator", format!("{end}-")));
        }
        set.push(("Variable", ENTRY.to_owned()));
        let label = format!("{label} digits");
        let takes = self.add(&actions::CAPTURE, label, Some(chain.node), &set, Some(action.span));
        if let Some(play) = first {
            self.lead(play, To::Action(takes), When::Default);
            self.lead_named(play, &actions::PLAY, "Digit", To::Action(takes));
        }
        Attempt { first: first.unwrap_or(takes), takes }
    }

    /// Where the keys lead that are taken.
    fn taken(&mut self, node: NodeId, action: &Action, takes: usize) {
        let flow = self.flow;
        if action.takes_digits() {
            let Some(to) = self.on(node, Outcome::Entered) else { return };
            let to = self.keep_entry(node, action, to);
            for name in entered_branches(action) {
                self.lead_named(takes, &actions::CAPTURE, name, to);
            }
            return;
        }
        for transition in flow.branches(node) {
            let Some(to) = self.target(transition) else { continue };
            for alternative in flow.alternatives(transition) {
                let event = &flow.events[alternative.event];
                if event.kind() == EventKind::Key {
                    self.lead(takes, to, When::Case(event.word().to_owned()));
                }
            }
        }
    }

    /// Gives the entry to the flow's variable: what was entered at an attempt that failed is not its value.
    fn keep_entry(&mut self, node: NodeId, action: &Action, to: To) -> To {
        let into = action.input.as_deref().and_then(|input| input.into.as_ref());
        let Some(into) = into else { return to };
        if let Some(&kept) = self.kept_entries.get(&node) {
            return To::Action(kept);
        }
        let set = [("Variable", variable(&into.name)), ("Value", format!("{{{ENTRY}}}"))];
        let label = format!("{} entered", self.flow.nodes[node].id);
        let kept = self.add(&actions::ASSIGN, label, Some(node), &set, None);
        self.lead(kept, to, When::Default);
        self.kept_entries.insert(node, kept);
        To::Action(kept)
    }

    /// Where a failed attempt leads.
    fn failed(&mut self, action: &Action, takes: usize, to: Failures) {
        let facts: &ActionFacts = if action.takes_digits() { &actions::CAPTURE } else { &actions::MENU };
        if let Some(silent) = to.silent {
            self.lead_named(takes, facts, "Timeout", silent);
        }
        if let Some(wrong) = to.wrong {
            self.lead(takes, wrong, When::Default);
            if action.takes_digits() && !entered_branches(action).contains(&"InterDigitTimeout") {
                self.lead_named(takes, facts, "InterDigitTimeout", wrong);
            }
        }
    }

    fn keys_of(&self, node: NodeId) -> Vec<String> {
        let alternatives = self.flow.branches(node).flat_map(|one| self.flow.alternatives(one));
        let events = alternatives.map(|alternative| &self.flow.events[alternative.event]);
        events.filter(|event| event.kind() == EventKind::Key).map(|event| event.word().to_owned()).collect()
    }

    /// Reports what Studio does with an entry in part, and times that it rounds.
    fn report_input(&mut self, action: &Action) {
        let Some(input) = action.input.as_deref() else { return };
        for wait in [input.wait, input.between].into_iter().flatten() {
            if wait.milliseconds % 1000 != 0 {
                let span = wait.span.unwrap_or(action.span);
                let seconds =
                    counted(usize::try_from(wait.milliseconds.div_ceil(1000)).unwrap_or(1), "second");
                self.findings.push(
                    Diagnostic::new(&WHOLE_SECONDS, span, format!("Studio waits for {seconds}"))
                        .here("rounded up"),
                );
            }
        }
        let Some(digits) = input.digits else { return };
        let (least, most) = (digits.least.unwrap_or(1), digits.most.unwrap_or(1));
        let end = input.end.as_ref().and_then(EndKey::valid);
        let fewer = ((least != most || input.end.is_some()) && least > 1)
            .then(|| format!("fewer than {}", counted(least as usize, "digit")));
        // MaxDigits counts the key that ends the entry, whether or not it comes.
        let more = end.map(|end| format!("{} without `{end}`", counted(most as usize + 1, "digit")));
        let others: Vec<String> = fewer.into_iter().chain(more).collect();
        if !others.is_empty() {
            self.findings.push(
                Diagnostic::new(
                    &SAID_IN_PART,
                    digits.span,
                    format!("Studio takes an entry of {} as well", list_of(&others, "or")),
                )
                .here("in part")
                .help(match input.end.is_some() {
                    true => "check the number where the entry is looked up, or take a fixed number of digits without `end`; `--allow in-part-in-target` says that it is meant",
                    false => "check the number where the entry is looked up, or take a fixed number of digits",
                }),
            );
        }
    }
}

/// The branches of a CAPTURE that mean that something was entered: for a fixed number of digits only that they are
/// all there.
fn entered_branches(action: &Action) -> &'static [&'static str] {
    let is_fixed =
        |input: &Input| input.end.is_none() && input.digits.is_some_and(|digits| digits.least == digits.most);
    match action.input.as_deref().is_some_and(is_fixed) {
        true => &["MaxDigits"],
        false => &["Terminator", "MaxDigits", "InterDigitTimeout"],
    }
}

/// The variable that holds the markup of what is said after a failure.
fn markup_of(word: &str) -> &'static str {
    if word == "retry" { OF_RETRY } else { OF_SILENCE }
}

/// The variable that counts the attempts at a node.
fn counter_of(node: &str) -> String {
    let name: String = node.chars().map(|one| if one.is_alphanumeric() { one } else { '_' }).collect();
    format!("{ATTEMPTS}{name}")
}
