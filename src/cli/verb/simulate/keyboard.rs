//! `--interactive`: steps through a call, one line for each event.
//!
//! The call is shown on standard error; standard output has the finished calls, as tests.

use std::io::{self, BufRead, IsTerminal, Read};

use rustc_hash::FxHashSet;

use super::{Subject, keys};
use crate::cli::args::ResultFormat;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::quote;
use crate::flow::{Constant, Directive, NodeId, VariableId};
use crate::simulate::{
    Call, CallInput, CallState, Events, Reaction, accepted, action, as_test, choices, instead, named,
    refused_entry, said, script, typed_value,
};
use crate::spelling::display_id;

/// The maximum length of a line, in bytes.
const MAX_LINE: u64 = 4096;

/// How many calls are remembered to avoid printing them twice.
const MAX_PRINTED: usize = 10_000;

const BOLD: &str = "\u{1b}[1m";
const PLAIN: &str = "\u{1b}[0m";

pub fn run(
    subject: &Subject<'_>,
    given: &[(VariableId, Constant)],
    format: ResultFormat,
    terminal: &Terminal,
) -> VerbResult {
    let Some(call) = Call::with(subject.flow, given) else { return Ok(ExitStatus::Wanting) };
    let is_terminal = io::stdin().is_terminal();
    let mut keyboard =
        Keyboard { subject, given, format, terminal, is_terminal, call, printed: FxHashSet::default() };
    keyboard.begin();
    let mut input = io::stdin().lock();
    loop {
        if is_terminal {
            terminal.error("> ");
        }
        let line =
            line(&mut input).map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
        let Some(line) = line else {
            // Silence ends a call that may end here.
            keyboard.leave(true);
            return Ok(ExitStatus::Done);
        };
        let line = line.trim();
        if !is_terminal {
            terminal.error(&format!("> {}\n", if line.is_empty() { String::new() } else { shown(line) }));
        }
        if keyboard.handle(line) == Next::Leave {
            return Ok(ExitStatus::Done);
        }
    }
}

/// A line with control characters escaped.
fn shown(line: &str) -> String {
    let quoted = quote(line);
    quoted.trim_matches('`').to_owned()
}

/// Reads a line; a line longer than any event is cut, so that it cannot match one. `None` at the end.
fn line(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    let mut is_complete = bytes.ends_with(b"\n");
    if !is_complete && bytes.len() as u64 == MAX_LINE {
        bytes.extend_from_slice("…".as_bytes());
    }
    while !is_complete {
        let mut rest = Vec::new();
        let read = input.by_ref().take(MAX_LINE).read_until(b'\n', &mut rest)?;
        is_complete = read == 0 || rest.ends_with(b"\n");
    }
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

#[derive(Debug, PartialEq, Eq)]
enum Next {
    GoOn,
    Leave,
}

struct Keyboard<'a> {
    subject: &'a Subject<'a>,
    /// What is known from the beginning of each call.
    given: &'a [(VariableId, Constant)],
    format: ResultFormat,
    terminal: &'a Terminal,
    is_terminal: bool,
    call: Call<'a>,
    /// The calls that were printed to standard output.
    printed: FxHashSet<String>,
}

impl Keyboard<'_> {
    /// Shows the beginning of a call.
    fn begin(&mut self) {
        self.show(0);
        if self.is_terminal && self.call.state() == CallState::Waits {
            self.terminal.closing(if self.call.collects() {
                "type a key, Enter for silence, or help"
            } else {
                "type an outcome, or help"
            });
        }
    }

    fn handle(&mut self, line: &str) -> Next {
        match line {
            "quit" | "exit" => {
                self.leave(false);
                return Next::Leave;
            }
            "" if !self.call.state().is_open() && !self.asks() => return Next::Leave,
            "help" | "?" => self.help(),
            "restart" => {
                if let Some(call) = Call::with(self.subject.flow, self.given) {
                    self.call = call;
                    self.begin();
                }
            }
            "back" => match self.call.back() {
                true => self.show(self.call.walk().path.len() - 1),
                false => self.say("the call began here"),
            },
            value if self.asks() => self.give(&CallInput::Value(typed_value(value))),
            "" => self.give(&CallInput::Silence),
            event => match Events::of_flow(event, self.subject.flow) {
                Err(error) => self.say(&format!("{error}; `help` lists what you can type")),
                Ok(events) => self.give_all(events),
            },
        }
        Next::GoOn
    }

    /// Whether the call asks for the value of a variable or a contact field.
    fn asks(&self) -> bool {
        matches!(self.call.state(), CallState::Asks(_))
    }

    /// Gives several events of a line in turn, up to the first that is not accepted.
    fn give_all(&mut self, events: Events) {
        for event in events.0 {
            if !self.call.state().is_open() {
                self.say(&format!(
                    "{}, and {} was not used",
                    self.over(),
                    quote(&self.subject.flow.display_event(&event))
                ));
                return;
            }
            self.give(&CallInput::Event(event));
        }
    }

    fn give(&mut self, given: &CallInput) {
        let before = self.call.walk().path.len();
        let here = self.call.here();
        match self.call.give(given) {
            Reaction::Moved => self.show(before),
            Reaction::Ended => self.report_end(),
            Reaction::Again { attempt, of, .. } => {
                let failed = self.what_failed(here, given);
                self.say_again(here, &failed, matches!(given, CallInput::Silence), attempt, of);
            }
            Reaction::LastFailed { outcome, of } => {
                let of = if of == 1 {
                    "the only attempt".to_owned()
                } else {
                    format!("the last of {of} attempts")
                };
                let failed = self.what_failed(here, given);
                self.say(&format!("{failed}, at {of}: {}", outcome.word()));
                self.show(before);
            }
            Reaction::NotTaken if self.asks() => self.show(before),
            Reaction::NotTaken if !self.call.state().is_open() => {
                self.say(&format!("{}; `back`, `restart` or `quit`", self.over()));
            }
            Reaction::NotTaken => {
                let id = self.id(here);
                self.say(&match given {
                    CallInput::Silence => {
                        format!(
                            "Enter means silence, but {id} does not wait for a key: type {}",
                            choices(self.subject.flow, here)
                        )
                    }
                    CallInput::Value(_) => format!("{id} asks for no value"),
                    CallInput::Event(event) => {
                        let instead = instead(self.subject.flow, here, event);
                        format!(
                            "{id} does not take {}: {instead}",
                            quote(&self.subject.flow.display_event(event))
                        )
                    }
                });
            }
        }
    }

    /// Shows the nodes of the call's path from this index on.
    fn show(&mut self, from: usize) {
        let flow = self.subject.flow;
        for &node in self.call.walk().path.get(from..).unwrap_or_default() {
            let kind = flow.word_of(node);
            self.say(&format!("{BOLD}{}{PLAIN} ({kind})", display_id(self.subject.id(node))));
            for step in &flow.nodes[node].actions {
                self.say(&format!("  {}", action(step)));
            }
            for line in &flow.nodes[node].scripts {
                self.say(&format!("  {}", script(line)));
            }
        }
        match self.call.state() {
            CallState::Ended => self.report_end(),
            CallState::MayEnd => {
                let here = self.call.here();
                self.say(&format!("the call may end here (Enter) or go on: {}", self.takes(here)));
            }
            CallState::MayGoOn => {
                let here = self.call.here();
                self.say(&format!("the call may go on (Enter), or there happens: {}", self.takes(here)));
            }
            CallState::DeadEnd | CallState::Cycle | CallState::NoEntry => self.say(&self.over()),
            CallState::Asks(variable) => self.ask(variable),
            // A menu's prompt says what it accepts.
            CallState::Waits if !self.call.collects() => {
                self.say(&format!("what happens? {}", choices(self.subject.flow, self.call.here())));
            }
            CallState::Waits => {}
        }
    }

    /// Asks for the value of a variable or a contact field.
    fn ask(&self, variable: VariableId) {
        if self.subject.flow.hours_of(variable).is_some() {
            self.say("when is the call made? type a time such as 2026-12-24T18:00");
            return;
        }
        let name = quote(&self.subject.flow.variables[variable].name);
        self.say(&format!("what is {name}? type a whole number or a text"));
    }

    /// Says that an attempt of a node failed, without a key or with a wrong one, and what is heard at the next one.
    fn say_again(&self, node: NodeId, failed: &str, is_silent: bool, attempt: u64, of: u64) {
        let actions = &self.subject.flow.nodes[node].actions;
        let steps = actions.iter().filter(|step| step.directive == Directive::Collect).map(|step| {
            let repeat = step.repeats.as_deref().and_then(|repeats| repeats.after(is_silent));
            (repeat.is_some(), repeat.map_or_else(|| action(step), |(verb, repeat)| said(verb, repeat)))
        });
        let steps: Vec<(bool, String)> = steps.collect();
        let next = match steps.iter().any(|(is_repeat, _)| *is_repeat) {
            true => format!("at attempt {attempt} of {of} this is heard"),
            false => format!("the prompt plays again, {attempt} of {of}"),
        };
        self.say(&format!("{failed}; {next}"));
        steps.iter().for_each(|(_, words)| self.say(&format!("  {words}")));
    }

    fn help(&self) {
        let here = self.call.here();
        match self.call.state() {
            CallState::Ended | CallState::DeadEnd | CallState::Cycle | CallState::NoEntry => {
                self.say(&self.over())
            }
            CallState::Asks(variable) => self.ask(variable),
            CallState::MayEnd => {
                self.say(&format!("{} takes {}; Enter: the call ends here", self.id(here), self.takes(here)));
            }
            CallState::MayGoOn => {
                self.say(&format!("{} takes {}; Enter: the call goes on", self.id(here), self.takes(here)));
            }
            CallState::Waits => self.say(&format!("{} takes {}", self.id(here), self.takes(here))),
        }
        if self.call.collects() && self.call.state() == CallState::Waits {
            let of = self.call.attempts();
            let says_more = self.subject.flow.nodes[here].actions.iter().any(|step| step.repeats.is_some());
            let attempts = match of {
                1 => "the prompt plays once".to_owned(),
                _ if says_more => format!("there are {of} attempts at most"),
                _ => format!("the prompt plays {of} times at most"),
            };
            self.say(&format!(
                "Enter means silence, any other key is wrong: {attempts}, then comes timeout or invalid"
            ));
        }
        self.say("back undoes the last line, restart begins a new call, quit leaves");
    }

    /// Reports where the call ended, and prints it once.
    fn report_end(&mut self) {
        let Self { subject, call, .. } = self;
        let test = as_test(subject.flow, call.walk(), call.events());
        let flow = self.subject.flow;
        let reported = self.call.walk().disposition(flow);
        let reported =
            reported.map_or_else(String::new, |id| format!(", reported as {}", flow.disposition(id)));
        self.terminal.closing(&format!("the call ends at {}{reported}", self.id(self.call.here())));
        // Limits the memory of a long session; a call may then be printed again.
        if self.printed.len() >= MAX_PRINTED {
            self.printed.clear();
        }
        if self.printed.insert(test.clone()) {
            self.terminal.result(&match self.format {
                ResultFormat::Text => format!("{test}\n"),
                ResultFormat::Json => {
                    let call = &self.call;
                    format!("{}\n", keys::json(self.subject, call.walk(), call.events()))
                }
            });
        }
        if self.is_terminal {
            self.terminal.closing("Enter to leave, or back or restart");
        }
    }

    /// Ends the session. `silence` first ends a call that may end here.
    fn leave(&mut self, silence: bool) {
        match self.call.state() {
            CallState::MayEnd if silence => self.give(&CallInput::Silence),
            CallState::Waits | CallState::MayEnd | CallState::MayGoOn | CallState::Asks(_) => {
                self.terminal
                    .closing(&format!("you left the call at {}, before its end", self.id(self.call.here())));
            }
            CallState::Ended | CallState::DeadEnd | CallState::Cycle | CallState::NoEntry => {}
        }
    }

    /// Why the call cannot continue.
    fn over(&self) -> String {
        let (flow, walk, events) = (self.subject.flow, self.call.walk(), self.call.events());
        match walk.stuck(events.len()) {
            Some(reason) => format!("the call {}", reason.in_words(flow, walk, None).0),
            None => "the call is over".to_owned(),
        }
    }

    fn takes(&self, node: NodeId) -> String {
        accepted(self.subject.flow, node)
    }

    /// Why an attempt at the prompt of a node failed.
    fn what_failed(&self, node: NodeId, given: &CallInput) -> String {
        match given {
            CallInput::Silence | CallInput::Value(_) => "no key".to_owned(),
            CallInput::Event(event) => refused_entry(self.subject.flow, node, event)
                .unwrap_or_else(|| format!("`{}` is a wrong key", event.display())),
        }
    }

    fn id(&self, node: NodeId) -> String {
        named(self.subject.flow, node)
    }

    fn say(&self, line: &str) {
        self.terminal.error(&format!("{line}\n"));
    }
}
