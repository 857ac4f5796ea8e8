//! Nodes as text of the language.

use std::ops::Range;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::counts_as::counts_as;
use super::draft::{Draft, Exit, Field, Line, On, SetTo, Word};
use super::kinds::{Kinds, directive_of, type_of};
use super::library::{self, Libraries, is_lookup};
use super::model::Script;
use super::names::{Names, ids};
use super::nodes::Nodes;
use super::shared::{Shared, shared};
use super::tenant::Needed;
use super::variables::Variables;
use crate::emit::studio::{StudioSettings, phrase};
use crate::flow::{Action, Constant, Directive, Kind, Speaker};
use crate::import::shape;
use crate::source::{FileId, Span};
use crate::spelling::{display_id, display_string};
use crate::table::Id;

/// The text of a flow before its layout, and what its nodes are called.
pub struct Written {
    pub text: String,
    /// The name of each node.
    pub ids: Vec<String>,
    /// The word of each node's kind, if it is declared.
    pub kinds: Vec<Option<String>>,
    /// Where each node stands in the text.
    pub places: Vec<Range<usize>>,
    /// The nodes whose kind a library declares, each with its action.
    pub shared: Vec<(usize, usize)>,
    /// The kinds of libraries that rules take for something else than the action of their nodes, with its name.
    pub not_taken: Vec<(String, String, Kind)>,
}

impl Written {
    /// The node at a place of the text; `None` if the place is in none, or in another file.
    pub fn node_at(&self, span: Span) -> Option<usize> {
        let at = span.start as usize;
        // The places are in order.
        let number = self.places.partition_point(|place| place.end <= at);
        let place = self.places.get(number).filter(|_| span.file == FileId::from_index(0))?;
        (place.start <= at).then_some(number)
    }
}

/// Writes nodes. Actions that are `own` are nodes of no library's kind.
pub fn write(
    needed: &Needed,
    script: &Script,
    nodes: &mut Nodes,
    variables: &Variables,
    (libraries, own): (&Libraries<'_>, &[bool]),
) -> Written {
    let speaker = hoist(&mut nodes.drafts);
    let ids = ids(script, &nodes.drafts);
    let names = Names::of(script, &nodes.drafts, variables);
    let mut writer = Writer {
        script,
        nodes,
        ids: &ids,
        names: &names,
        out: String::new(),
        kinds: Kinds::beside(libraries),
        libraries,
        settings: &needed.settings,
        own,
        shared: Vec::new(),
    };
    let every = writer.everys();
    let mut body = String::new();
    let mut kinds = Vec::new();
    let mut places = Vec::new();
    for number in 0..writer.nodes.drafts.len() {
        kinds.push(writer.node(number, &every));
        let start = body.len();
        body.push_str(&std::mem::take(&mut writer.out));
        places.push(start..body.len());
    }
    body.push('\n');
    writer.arrows();
    body.push_str(&std::mem::take(&mut writer.out));
    for line in &every.lines {
        body.push_str(line);
        body.push('\n');
    }
    let mut text = format!("flow {}\n", phrase::string(&needed.name, false));
    if let Some(speaker) = speaker {
        let parts = [("language", &speaker.language), ("voice", &speaker.voice)];
        let parts = parts
            .iter()
            .filter_map(|(word, value)| Some(format!("{word} {}", display_string(value.as_deref()?))));
        text.push_str(&format!("{}\n", parts.collect::<Vec<_>>().join(" ")));
    }
    if let Some(entry) = writer.nodes.entry.and_then(|entry| writer.id(entry)) {
        text.push_str(&format!("entry {entry}\n"));
    }
    if writer.kinds.uses_library {
        text.push_str(&format!("include {}\n", display_string(library::NAME)));
    }
    text.push('\n');
    for (word, all) in [("contact", &names.contacts), ("var", &names.variables)] {
        let all = all.iter().filter(|name| !libraries.folder.declares(name));
        all.for_each(|name| text.push_str(&format!("{word} {name}\n")));
    }
    text.push('\n');
    writer.kinds.declarations.iter().for_each(|kind| text.push_str(kind));
    text.push('\n');
    for place in &mut places {
        *place = place.start + text.len()..place.end + text.len();
    }
    text.push_str(&body);
    let (shared, not_taken) = (writer.shared, writer.kinds.not_taken);
    Written { text, ids, kinds, places, shared, not_taken }
}

/// What all that is heard is spoken in is declared once: the most frequent language, if everything has one.
fn hoist(drafts: &mut [Draft]) -> Option<Arc<Speaker>> {
    let mut counts: FxHashMap<Arc<Speaker>, usize> = FxHashMap::default();
    let mut most: Option<Arc<Speaker>> = None;
    for step in drafts.iter().flat_map(|draft| &draft.lines).filter_map(heard) {
        let speaker = step.speaker.as_ref()?;
        let count = counts.entry(Arc::clone(speaker)).or_default();
        *count += 1;
        let count = *count;
        if most.as_ref().is_none_or(|most| counts.get(most).is_some_and(|least| *least < count)) {
            most = Some(Arc::clone(speaker));
        }
    }
    let most = most?;
    for line in drafts.iter_mut().flat_map(|draft| &mut draft.lines) {
        if let Line::Step(step) = line
            && step.speaker.as_ref() == Some(&most)
        {
            step.speaker = None;
        }
    }
    Some(most)
}

/// A step that is heard.
fn heard(line: &Line) -> Option<&Action> {
    match line {
        Line::Step(step) if matches!(step.directive, Directive::Play | Directive::Collect) => Some(step),
        _ => None,
    }
}

/// Ways that several nodes share with one bound.
#[derive(Default)]
struct Everys {
    lines: Vec<String>,
    /// The actions that bound them.
    loops: FxHashSet<usize>,
}

struct Writer<'w> {
    script: &'w Script,
    nodes: &'w Nodes,
    ids: &'w [String],
    names: &'w Names<'w>,
    out: String,
    kinds: Kinds<'w>,
    libraries: &'w Libraries<'w>,
    settings: &'w StudioSettings,
    own: &'w [bool],
    shared: Vec<(usize, usize)>,
}

impl Writer<'_> {
    /// The name of the node that begins with an action, as text.
    fn id(&self, action: usize) -> Option<String> {
        let number = self.nodes.heads.get(action).copied().flatten()?;
        self.ids.get(number).map(|id| display_id(id))
    }

    /// Where a way leads, with its bound.
    fn target(&self, action: usize) -> Option<String> {
        match self.nodes.agains.get(action).copied().flatten() {
            Some(again) => {
                let (to, otherwise) = (self.id(again.to)?, self.id(again.otherwise)?);
                Some(format!("{to} again {} else {otherwise}", again.most))
            }
            None => self.id(action),
        }
    }

    /// The bounds that several nodes of one kind share.
    fn everys(&self) -> Everys {
        let mut everys = Everys::default();
        for Shared { action, users, alike } in shared(self.nodes) {
            let (Some((kind, events)), Some(target)) = (alike, self.target(action)) else { continue };
            let others = self
                .nodes
                .drafts
                .iter()
                .enumerate()
                .filter(|(number, draft)| draft.word == Word::Kind(kind) && !users.contains(number));
            let others: Vec<String> = others
                .filter_map(|(number, _)| Some(format!("={}", display_id(self.ids.get(number)?))))
                .collect();
            let except =
                if others.is_empty() { String::new() } else { format!(" except {}", others.join(" | ")) };
            everys.lines.push(format!("every {}{except} on {} -> {target}", kind.word(), events.join(" | ")));
            everys.loops.insert(action);
        }
        everys
    }

    /// Writes a node; the word of its declared kind, if it has one.
    fn node(&mut self, number: usize, every: &Everys) -> Option<String> {
        let draft = self.nodes.drafts.get(number)?;
        let own_id = self.ids.get(number)?;
        let id = display_id(own_id);
        let mut declared = None;
        let mut fields: Vec<(String, Field)> = Vec::new();
        let mut kind = None;
        let mut ways: Option<Vec<On>> = None;
        let head = match draft.word {
            Word::Kind(own) => {
                kind = Some(own);
                format!("{} {id}", own.word())
            }
            Word::Generic(action) => {
                let name = action
                    .and_then(|action| self.script.actions.get(action))
                    .map_or("script", |one| &one.name);
                let ends = if draft.exits.is_empty() { " ends" } else { "" };
                format!("node {id} type {}{ends}", display_string(&type_of(name)))
            }
            Word::Kept(index) => {
                let action = self.script.actions.get(index)?;
                let may_share = !self.own.get(index).copied().unwrap_or(true);
                let is_labelled = *own_id == action.label;
                let sets = self.names.set_by(index, action);
                let taken_for = counts_as(self.script, self.settings, index);
                let node = self.kinds.node((index, action), taken_for, is_labelled, sets, may_share);
                fields = node.fields;
                // What the library of the compiler has for a script that looks somebody up is no action that is kept.
                let is_lookup = is_lookup(action) && self.libraries.includes(&node.word);
                declared = Some(node.word.clone()).filter(|_| !is_lookup);
                ways = node.ways;
                if ways.is_some() {
                    self.shared.push((number, index));
                }
                format!("{} {id}", node.word)
            }
        };
        self.out.push_str(&head);
        let mut lines = draft.lines.as_slice();
        let steps = lines.iter().filter(|line| !matches!(line, Line::Repeat(..))).count();
        if let [Line::Step(step), rest @ ..] = lines
            && steps == 1
            && phrase::is_header(kind, step)
        {
            self.out.push_str(&phrase::arguments(step));
            self.retries(step);
            lines = rest;
        }
        draft.tags.iter().for_each(|tag| self.out.push_str(&format!(" @{}", tag.name)));
        for (number, (name, value)) in fields.iter().enumerate() {
            let value = match value {
                Field::Text(text) => self.names.property(name, text),
                Field::Plain(literal) => literal.clone(),
                // Names and values, one after another.
                Field::List(all) => {
                    let pairs = all.chunks(2).filter_map(|pair| pair.split_first());
                    let texts = pairs.flat_map(|(name, value)| {
                        let value = value.iter().map(|value| self.names.property(name, value));
                        std::iter::once(self.names.string(name)).chain(value)
                    });
                    format!("[{}]", texts.collect::<Vec<_>>().join(", "))
                }
            };
            self.out.push_str(&format!("{} {name} = {value}", if number == 0 { " with" } else { "," }));
        }
        let exits: Vec<&Exit> = draft.exits.iter().filter(|exit| !every.loops.contains(&exit.to)).collect();
        let exits = match exits.as_slice() {
            [only] if only.on == On::Always => &[],
            all => all,
        };
        if !lines.is_empty() || !exits.is_empty() {
            self.out.push_str(" {\n");
            lines.iter().for_each(|line| self.line(line));
            for (at, exit) in exits.iter().enumerate() {
                let on = ways.as_ref().and_then(|ways| ways.get(at)).unwrap_or(&exit.on);
                self.exit(on, exit.to);
            }
            self.out.push('}');
        }
        self.out.push('\n');
        declared
    }

    fn retries(&mut self, step: &Action) {
        if let Some(count) = step.retries.and_then(|retries| retries.count) {
            self.out.push_str(&format!(" retries {count}"));
        }
    }

    fn line(&mut self, line: &Line) {
        self.out.push_str("  ");
        match line {
            Line::Step(step) => {
                self.out.push_str(&phrase::step(step));
                self.retries(step);
            }
            Line::Repeat(word, repeat) => self.out.push_str(&phrase::of_repeat(word, repeat)),
            Line::Set(name, value) => {
                let value = match value {
                    SetTo::Number(number) => number.to_string(),
                    SetTo::Text(text) => self.names.string(text),
                    SetTo::Copy(name, None) => name.clone(),
                    SetTo::Copy(name, Some(add)) if *add < 0 => format!("{name} - {}", add.unsigned_abs()),
                    SetTo::Copy(name, Some(add)) => format!("{name} + {add}"),
                };
                self.out.push_str(&format!("set {name} = {value}"));
            }
            Line::Action(index) => {
                let Some(action) = self.script.actions.get(*index) else { return };
                self.out.push_str(&format!("action {}", display_string(&directive_of(&action.name))));
                for (number, (name, value)) in action.properties.iter().enumerate() {
                    let value = self.names.property(name, value);
                    self.out
                        .push_str(&format!("{} {name} = {value}", if number == 0 { " with" } else { "," }));
                }
            }
        }
        self.out.push('\n');
    }

    fn exit(&mut self, on: &On, to: usize) {
        let Some(target) = self.target(to) else { return };
        let when = match on {
            On::Always => String::new(),
            On::Else => "else ".to_owned(),
            On::Events(events) => format!("on {} ", events.join(" | ")),
            On::When(name, comparator, values) => {
                let values: Vec<String> = values
                    .iter()
                    .map(|value| match value {
                        Constant::Text(text) => phrase::string(text, false),
                        Constant::Number(number) => number.to_string(),
                    })
                    .collect();
                format!("when {name} {} {} ", comparator.word(), values.join(" | "))
            }
        };
        self.out.push_str(&format!("  {when}-> {target}\n"));
    }

    /// The nodes that only lead on, as chains, and those with a bound, each on a line.
    fn arrows(&mut self) {
        let leads = |draft: &Draft| match draft.exits.as_slice() {
            [only] if only.on == On::Always => Some(only.to),
            _ => None,
        };
        let next: Vec<Option<usize>> = self
            .nodes
            .drafts
            .iter()
            .map(|draft| leads(draft).and_then(|to| self.nodes.heads.get(to).copied().flatten()))
            .collect();
        for chain in shape::chains_of(&next) {
            let ids: Vec<String> =
                chain.iter().filter_map(|&number| self.ids.get(number).map(|id| display_id(id))).collect();
            self.out.push_str(&ids.join(" -> "));
            self.out.push('\n');
        }
        for (draft, id) in self.nodes.drafts.iter().zip(self.ids) {
            if let Some(to) =
                leads(draft).filter(|&to| self.nodes.agains.get(to).is_some_and(Option::is_some))
                && let Some(target) = self.target(to)
            {
                self.out.push_str(&format!("{} -> {target}\n", display_id(id)));
            }
        }
    }
}
