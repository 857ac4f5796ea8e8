//! A graph as text of the language.

use std::borrow::Cow;

use super::fields::{Fields, Mark, TextUse};
use super::graph::{Block, Exit, Graph, SetTo, Step, StepField};
use super::libraries::Library;
use super::library_form::{KindForm, Shown, form};
use super::shape::{self, NodeForm, named};
use crate::condition::{ALWAYS, event};
use crate::flow::{Directive, EventKind, Kind, Outcome};
use crate::spelling::{
    display_duration, display_id, display_string, escape_into, is_blank_character, is_name,
};

/// How wide a chain gets.
const WIDTH: usize = 100;
/// How many keys a range has at least, and at most.
const RANGE: std::ops::RangeInclusive<usize> = 3..=1000;

/// Writes a flow. With `takes_kinds`, nodes have the kinds of libraries where these say all of them.
pub fn write(graph: &Graph<'_>, library: &Library, takes_kinds: bool) -> String {
    let fields = Fields::of(graph);
    let mut writer = Writer { out: String::new(), fields, left_in_ranges: 1_000_000 };
    writer.flow(graph, library, takes_kinds);
    writer.out
}

struct Writer {
    out: String,
    fields: Fields,
    /// How many keys ranges may still stand for.
    left_in_ranges: usize,
}

impl Writer {
    fn flow(&mut self, graph: &Graph<'_>, library: &Library, takes_kinds: bool) {
        self.out.push_str("flow ");
        self.string(&graph.name, TextUse::Built, "");
        if !graph.description.is_empty() {
            self.out.push_str("\ndescription ");
            self.string(&graph.description, TextUse::Built, "");
        }
        let speaker = [("language", &graph.language), ("voice", &graph.voice)];
        let mut before = "\n";
        for (word, value) in speaker.into_iter().filter(|(_, value)| !value.is_empty()) {
            self.words(&[before, word, " "]);
            self.string(value, TextUse::Built, "");
            before = " ";
        }
        if let Some(entry) = graph.blocks.get(graph.entry) {
            self.out.push_str("\nentry ");
            self.out.push_str(&display_id(&entry.id));
        }
        self.out.push_str("\n\n");
        let is_own = |name: &&str| !library.declares(name);
        let contacts = self.fields.contacts().filter(is_own);
        let contacts: Vec<String> = contacts.map(|name| format!("contact {name}\n")).collect();
        self.out.extend(contacts);
        let variables = self.fields.variables().iter().map(|name| &**name);
        let variables: Vec<String> = variables.filter(is_own).map(|name| format!("var {name}\n")).collect();
        self.out.extend(variables);
        for hours in super::hours::declared(graph) {
            self.words(&["hours ", &hours.name, " in ", &display_string(&hours.zone_name), " {\n"]);
            hours.lines().iter().for_each(|line| self.words(&["  ", line, "\n"]));
            self.out.push_str("}\n");
        }
        let dispositions = graph.dispositions();
        if !dispositions.is_empty() {
            self.words(&["dispositions ", &dispositions.join(", "), "\n"]);
        }
        self.out.push('\n');
        for block in &graph.blocks {
            match takes_kinds.then(|| form(library, block)).flatten() {
                Some(form) => self.of_library(graph, block, &form),
                None => self.node(graph, block),
            }
        }
        self.out.push('\n');
        shape::chains(graph).iter().for_each(|chain| self.chain(graph, chain));
    }

    /// A node of a kind that a library declares.
    fn of_library(&mut self, graph: &Graph<'_>, block: &Block<'_>, form: &KindForm<'_, '_>) {
        self.words(&[form.word, " ", &display_id(&block.id)]);
        self.disposition(&block.disposition);
        for (number, (name, value)) in form.fields.iter().enumerate() {
            self.words(&[if number == 0 { " with " } else { ", " }, name, " = "]);
            match value {
                Shown::Sent(value) => self.field(value, "  "),
                Shown::Literal(literal) => self.out.push_str(literal),
            }
        }
        if shape::leads_on(block).is_none() && !block.exits.is_empty() {
            self.out.push_str(" {");
            block.exits.iter().for_each(|exit| self.branch(graph, None, block, exit));
            self.out.push_str("\n}");
        }
        self.out.push('\n');
    }

    fn node(&mut self, graph: &Graph<'_>, block: &Block<'_>) {
        let form = NodeForm::of(block);
        let id = display_id(&block.id);
        match form.kind {
            Some(kind) => self.words(&[kind.word(), " ", &id]),
            None => {
                self.words(&["node ", &id, " type "]);
                self.string(&block.type_, TextUse::Built, "");
                if form.ends {
                    self.out.push_str(" ends");
                }
            }
        }
        if let Some(step) = form.header {
            self.header(form.kind, step);
        }
        self.disposition(&block.disposition);
        if let Some(step) = form.header {
            self.sent(&step.fields, "  ");
        }
        let exits: &[Exit<'_>] = if shape::leads_on(block).is_some() { &[] } else { &block.exits };
        let has_repeats = |step: &Step<'_>| step.repeats().next().is_some();
        match (form.steps, exits) {
            ([], []) if !form.header.is_some_and(has_repeats) => {}
            ([one], []) if !has_long_text(one) && !has_repeats(one) => {
                self.out.push_str(" { ");
                self.action(one);
                self.out.push_str(" }");
            }
            _ => {
                self.out.push_str(" {");
                form.header.into_iter().for_each(|step| self.repeats(step));
                for step in form.steps {
                    self.out.push_str("\n  ");
                    self.action(step);
                    self.repeats(step);
                }
                for exit in exits {
                    self.branch(graph, form.kind, block, exit);
                }
                self.out.push_str("\n}");
            }
        }
        self.out.push('\n');
    }

    /// The argument and the options that are a node's only step, without its fields.
    fn header(&mut self, kind: Option<Kind>, step: &Step<'_>) {
        let plays = matches!(kind, Some(Kind::Play | Kind::Disclosure));
        self.arguments(step, plays, "  ");
    }

    /// What is said at further attempts of a step, each on a line.
    fn repeats(&mut self, step: &Step<'_>) {
        for (word, repeat) in step.repeats() {
            self.words(&["\n  ", word]);
            if !repeat.text.is_empty() {
                self.out.push(' ');
                self.string(&repeat.text, TextUse::Spoken, "    ");
            }
            self.option("media", &repeat.media, TextUse::Spoken, "    ");
            self.option("prompt", &repeat.prompt, TextUse::Spoken, "    ");
            self.option("ssml", &repeat.ssml, TextUse::Spoken, "    ");
            self.sent(&repeat.fields, "    ");
        }
    }

    fn action(&mut self, step: &Step<'_>) {
        const INDENT: &str = "    ";
        if let Some(set) = &step.set {
            self.words(&["set ", &set.variable, " = "]);
            match &set.value {
                SetTo::Number(number) => self.out.push_str(&number.to_string()),
                SetTo::Sum(name, add) if *add < 0 => {
                    self.words(&[name, " - ", &add.unsigned_abs().to_string()]);
                }
                SetTo::Sum(name, add) => self.words(&[name, " + ", &add.to_string()]),
                SetTo::Text(text) => self.string(text, TextUse::Spoken, INDENT),
            }
            return;
        }
        let plays = match named(&step.directive) {
            None => {
                self.out.push_str("action ");
                self.string(&step.directive, TextUse::Built, INDENT);
                self.option("media", &step.media, TextUse::Data, INDENT);
                self.option("prompt", &step.prompt, TextUse::Data, INDENT);
                self.option("text", &step.text, TextUse::Data, INDENT);
                self.option("ssml", &step.ssml, TextUse::Data, INDENT);
                self.of_keys(step);
                self.sent(&step.fields, INDENT);
                return;
            }
            Some(Directive::Play) => {
                let speaks = !step.is_recorded() && step.says_something();
                self.out.push_str(if speaks { "say" } else { "play" });
                !speaks
            }
            Some(directive) => {
                self.out.push_str(directive.word());
                false
            }
        };
        self.arguments(step, plays, INDENT);
        self.sent(&step.fields, INDENT);
    }

    /// The argument and the options of a verb: the recording first where it `plays`, and else the text.
    fn arguments(&mut self, step: &Step<'_>, plays: bool, indent: &str) {
        let (first, name, second) =
            if plays { (&step.media, "text", &step.text) } else { (&step.text, "media", &step.media) };
        if !first.is_empty() {
            self.out.push(' ');
            self.string(first, TextUse::Spoken, indent);
        }
        self.option(name, second, TextUse::Spoken, indent);
        self.option("prompt", &step.prompt, TextUse::Spoken, indent);
        self.option("ssml", &step.ssml, TextUse::Spoken, indent);
        self.option("language", &step.language, TextUse::Built, indent);
        self.option("voice", &step.voice, TextUse::Built, indent);
        self.of_keys(step);
    }

    /// The fields that only the platform knows.
    fn sent(&mut self, fields: &[(Cow<'_, str>, StepField<'_>)], indent: &str) {
        for (number, (name, value)) in fields.iter().enumerate() {
            self.words(&[if number == 0 { " with " } else { ", " }, name, " = "]);
            self.field(value, indent);
        }
    }

    fn field(&mut self, value: &StepField<'_>, indent: &str) {
        match value {
            StepField::Text(text) => self.string(text, TextUse::Data, indent),
            StepField::Number(number) => self.out.push_str(&number.to_string()),
            StepField::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            StepField::List(values) => {
                self.out.push('[');
                for (number, value) in values.iter().enumerate() {
                    self.out.push_str(if number == 0 { "" } else { ", " });
                    self.field(value, indent);
                }
                self.out.push(']');
            }
        }
    }

    fn option(&mut self, name: &str, text: &str, use_: TextUse, indent: &str) {
        if !text.is_empty() {
            self.words(&[" ", name, " "]);
            self.string(text, use_, indent);
        }
    }

    /// The options of a prompt for keys.
    fn of_keys(&mut self, step: &Step<'_>) {
        match step.digits {
            Some((least, most)) if least == most => self.words(&[" digits ", &least.to_string()]),
            Some((least, most)) => {
                self.words(&[" digits ", &least.to_string(), "..", &most.to_string()]);
            }
            None => {}
        }
        if !step.end.is_empty() {
            self.words(&[" end ", &display_string(&step.end)]);
        }
        if !step.into.is_empty() {
            self.words(&[" into ", &step.into]);
        }
        for (word, wait) in ["wait", "between"].into_iter().zip(step.waits) {
            if let Some(wait) = wait {
                self.words(&[" ", word, " ", &display_duration(wait)]);
            }
        }
        if step.retries > 0 {
            self.words(&[" retries ", &step.retries.to_string()]);
        }
    }

    fn branch(&mut self, graph: &Graph<'_>, kind: Option<Kind>, block: &Block<'_>, exit: &Exit<'_>) {
        let Some(to) = graph.blocks.get(exit.to) else { return };
        self.out.push_str("\n  ");
        if kind == Some(Kind::Decide) {
            match shape::arm(&exit.condition) {
                Some((_, arm)) => self.words(&["when ", &arm, " "]),
                None => self.out.push_str("else "),
            }
        } else if exit.condition != ALWAYS {
            self.out.push_str("on ");
            if kind.is_some_and(|kind| kind != Kind::Collect) && has_early_always(block) {
                self.out.push_str(&display_string(&exit.condition));
            } else {
                let takes_digits = block.steps.iter().any(|step| step.digits.is_some());
                self.condition(kind, takes_digits, &exit.condition);
            }
            self.out.push(' ');
        }
        self.words(&["-> ", &display_id(&to.id)]);
        self.disposition(&exit.disposition);
    }

    fn disposition(&mut self, name: &str) {
        if !name.is_empty() {
            self.words(&[" disposition ", name]);
        }
    }

    /// A condition in the language's words, or quoted where it has none for part of it.
    fn condition(&mut self, kind: Option<Kind>, takes_digits: bool, condition: &str) {
        // A prompt takes digits, or the keys that branches name.
        let fits = |is_entered: bool| kind != Some(Kind::Collect) || takes_digits == is_entered;
        let mut words: Vec<&str> = Vec::new();
        let mut keys: Vec<bool> = Vec::new();
        for piece in condition.split('|') {
            let event = event(piece);
            let (word, has_word) = match event.kind() {
                EventKind::Key => (piece.strip_prefix(crate::condition::KEY).unwrap_or(piece), fits(false)),
                EventKind::Outcome(Outcome::Entered) if !fits(true) => (piece, false),
                EventKind::Outcome(outcome) => {
                    (piece, kind.is_none_or(|kind| kind.outcomes().contains(&outcome)))
                }
                EventKind::Declared | EventKind::Raw | EventKind::Comparison(_) => {
                    (piece, kind.is_none() && is_name(piece))
                }
            };
            if !has_word {
                self.out.push_str(&display_string(condition));
                return;
            }
            words.push(word);
            keys.push(event.kind() == EventKind::Key);
        }
        let mut at = 0;
        while let Some(&first) = words.get(at) {
            if at > 0 {
                self.out.push_str(" | ");
            }
            self.out.push_str(first);
            let of_keys = keys.iter().skip(at).take_while(|key| **key).count();
            let length = run(words.iter().skip(at).take(of_keys).copied().take(*RANGE.end()));
            if RANGE.contains(&length) && length <= self.left_in_ranges {
                self.left_in_ranges -= length;
                self.words(&["..", words.get(at + length - 1).copied().unwrap_or(first)]);
                at += length;
            } else {
                at += 1;
            }
        }
    }

    /// Nodes that lead on unconditionally, on as many lines as they take.
    fn chain(&mut self, graph: &Graph<'_>, chain: &[usize]) {
        let mut width = 0;
        let mut last = String::new();
        for (index, &block) in chain.iter().enumerate() {
            let Some(block) = graph.blocks.get(block) else { return };
            let id = display_id(&block.id);
            let length = id.chars().count();
            // A line has two nodes at least, and a new one begins with the last node of the one before.
            if index > 1 && width + length + 4 > WIDTH && !last.is_empty() {
                self.words(&["\n", &last]);
                width = last.chars().count();
            }
            if index > 0 {
                self.out.push_str(" -> ");
                width += 4;
            }
            self.out.push_str(&id);
            width += length;
            last = id;
        }
        self.out.push('\n');
    }

    /// A string; of several lines, with this indentation, where it reads well.
    fn string(&mut self, text: &str, use_: TextUse, indent: &str) {
        let marks = self.fields.marks(text, use_);
        if use_ == TextUse::Built || !is_long(text) {
            self.out.push('"');
            self.marked(text, &marks, None);
            self.out.push('"');
        } else {
            self.words(&["\"\"\"\n", indent]);
            self.marked(text, &marks, Some(indent));
            self.words(&["\n", indent, "\"\"\""]);
        }
    }

    fn marked(&mut self, text: &str, marks: &[Mark], indent: Option<&str>) {
        let mut done = 0;
        for mark in marks {
            let (start, end) = match mark {
                Mark::Field(range) => (range.start, range.end),
                Mark::Brace(at) => (*at, at + 1),
            };
            self.escaped(text.get(done..start).unwrap_or_default(), indent);
            self.out.push(if matches!(mark, Mark::Field(_)) { '$' } else { '\\' });
            self.out.push_str(text.get(start..end).unwrap_or_default());
            done = end;
        }
        self.escaped(text.get(done..).unwrap_or_default(), indent);
    }

    fn escaped(&mut self, text: &str, indent: Option<&str>) {
        let Some(indent) = indent else {
            escape_into(&mut self.out, text);
            return;
        };
        for (index, line) in text.split('\n').enumerate() {
            if index > 0 {
                self.words(&["\n", indent]);
            }
            escape_into(&mut self.out, line);
        }
    }

    fn words(&mut self, words: &[&str]) {
        words.iter().for_each(|word| self.out.push_str(word));
    }
}

/// Whether a text of a step takes several lines.
fn has_long_text(step: &Step<'_>) -> bool {
    is_long(&step.text)
        || is_long(&step.media)
        || is_long(&step.ssml)
        || step.fields.iter().flat_map(|(_, value)| value.texts()).any(is_long)
}

/// Whether a text is written on several lines: each of them has to begin and end with what one sees.
fn is_long(text: &str) -> bool {
    text.contains('\n')
        && text.split('\n').all(|line| {
            !line.starts_with(is_blank_character) && !line.ends_with(is_blank_character) && !line.is_empty()
        })
}

/// How many of these keys a range stands for that begins with the first.
fn run<'k>(mut keys: impl Iterator<Item = &'k str>) -> usize {
    let Some(first) = keys.next() else { return 0 };
    let Some(mut number) = as_number(first) else { return 1 };
    let is_padded = first.starts_with('0') && first.len() > 1;
    let width = if is_padded { first.len() } else { 0 };
    let mut length = 1;
    for key in keys {
        number += 1;
        if key != format!("{number:0width$}") || (is_padded && key.len() != width) {
            break;
        }
        length += 1;
    }
    length
}

/// The number of a key that has digits alone, and not too many of them.
fn as_number(key: &str) -> Option<u64> {
    key.parse().ok().filter(|_| key.len() < 19 && key.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether a block has an unconditional transition before others. In the language's words it would come last in the
/// payload; only the order of quoted conditions is kept.
fn has_early_always(block: &Block<'_>) -> bool {
    let is_always = |exit: &Exit<'_>| exit.condition == ALWAYS;
    block.exits.iter().any(is_always) && !block.exits.last().is_some_and(is_always)
}
