//! The contact fields of a foreign flow: which of its placeholders become insertions.

use std::ops::Range;

use rustc_hash::FxHashSet;

use super::graph::{Graph, SetTo, Step, StepRepeat};
use super::shape::{NodeForm, arm, named};
use crate::flow::Kind;
use crate::resolve::{Form, candidates, is_json, plain, spelled_values};
use crate::spelling::is_name;

/// What reads a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextUse {
    /// The platform and a voice, during the call.
    Spoken,
    /// A directive that only the platform knows.
    Data,
    /// The platform, before any call.
    Built,
}

impl TextUse {
    /// Of a step's text and recording.
    pub fn of(step: &Step<'_>) -> Self {
        if named(&step.directive).is_some() || step.set.is_some() { Self::Spoken } else { Self::Data }
    }
}

/// A piece of a text that is not written as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// `{name}`, written as an insertion.
    Field(Range<usize>),
    /// A brace that begins no insertion, written with an escape.
    Brace(usize),
}

/// The contact fields that are declared.
#[derive(Debug, Default)]
pub struct Fields {
    names: Vec<Box<str>>,
    /// The same, to look them up.
    exact: FxHashSet<Box<str>>,
    /// The variables that steps set, in order.
    variables: Vec<Box<str>>,
    /// Without what people write differently: names that differ in nothing else are one field.
    plain: FxHashSet<Box<str>>,
}

impl Fields {
    /// The fields that the steps of a flow speak, in their order.
    pub fn of(graph: &Graph<'_>) -> Self {
        let mut fields = Self::default();
        fields.add_compared(graph);
        for step in graph.blocks.iter().flat_map(|block| &block.steps) {
            let value = step.set.as_ref().and_then(|set| match &set.value {
                SetTo::Text(text) => Some(text),
                SetTo::Number(_) | SetTo::Sum(..) => None,
            });
            let repeats = step.repeats.iter().flat_map(StepRepeat::texts);
            let own = [&step.media, &step.prompt, &step.text, &step.ssml];
            for text in own.into_iter().chain(repeats).chain(value) {
                if !text.contains('{') || (TextUse::of(step) == TextUse::Data && is_json(text)) {
                    continue;
                }
                each_field(text, |name, _| fields.add(name));
            }
            let of_repeats = step.repeats.iter().flat_map(|one| &one.fields);
            let sent = step.fields.iter().chain(of_repeats).flat_map(|(_, value)| value.texts());
            for text in sent.filter(|text| text.contains('{') && !is_json(text)) {
                each_field(text, |name, _| fields.add(name));
            }
        }
        let built = [&graph.name, &graph.description, &graph.language, &graph.voice].into_iter();
        let types = graph.blocks.iter().map(|block| &block.type_);
        let steps = || graph.blocks.iter().flat_map(|block| &block.steps);
        let directives = steps().flat_map(|step| [&step.directive, &step.language, &step.voice]);
        if !fields.names.is_empty() {
            built.chain(types).chain(directives).for_each(|text| fields.drop_named_in(text));
            let Self { names, exact, plain: left, .. } = &mut fields;
            names.retain(|name| left.contains(plain(name).as_ref()) || !exact.remove(name));
        }
        fields
    }

    /// Adds what steps set and sum up, and what blocks compare.
    fn add_compared(&mut self, graph: &Graph<'_>) {
        let mut set: FxHashSet<&str> = FxHashSet::default();
        for step in graph.blocks.iter().flat_map(|block| &block.steps) {
            let entered = Some(&*step.into).filter(|name| !name.is_empty());
            for variable in step.set.as_ref().map(|own| &*own.variable).into_iter().chain(entered) {
                if set.insert(variable) {
                    self.variables.push(variable.into());
                }
                self.add(variable);
            }
            let Some(own) = &step.set else { continue };
            if let SetTo::Sum(name, _) = &own.value {
                self.add(name);
            }
        }
        let deciding = graph.blocks.iter().filter(|block| NodeForm::of(block).kind == Some(Kind::Decide));
        let compared = deciding.flat_map(|block| &block.exits).filter_map(|exit| arm(&exit.condition));
        compared.filter_map(|(name, _)| name).for_each(|name| self.add(name));
    }

    fn add(&mut self, name: &str) {
        if self.exact.insert(name.into()) {
            self.plain.insert(plain(name).as_ref().into());
            self.names.push(name.into());
        }
    }

    /// The contact fields.
    pub fn contacts(&self) -> impl Iterator<Item = &str> {
        self.names.iter().filter(|name| !self.variables.contains(name)).map(|name| &**name)
    }

    /// The variables.
    pub fn variables(&self) -> &[Box<str>] {
        &self.variables
    }

    /// The pieces of a text that are not written as they are, in order.
    pub fn marks(&self, text: &str, use_: TextUse) -> Vec<Mark> {
        let mut marks = Vec::new();
        if !text.contains('{') {
            return marks;
        }
        let is_data = use_ == TextUse::Data && is_json(text);
        for spelling in spelled_values(text, !self.names.is_empty(), |name| self.holds(name)) {
            let name = spelling.name;
            let is_field = spelling.form == Form::Placeholder
                && text.get(spelling.range.clone()).is_some_and(|all| all.len() == name.len() + 2);
            let opens = text.as_bytes().get(spelling.brace) == Some(&b'{');
            match use_ {
                TextUse::Built if opens => marks.push(Mark::Brace(spelling.brace)),
                TextUse::Built => {}
                _ if is_field && self.exact.contains(name) => {
                    marks.push(Mark::Field(spelling.range));
                }
                // The language has no name for such a field.
                _ if spelling.form == Form::Placeholder && !is_data => {
                    marks.push(Mark::Brace(spelling.brace));
                }
                _ => {}
            }
        }
        marks
    }

    /// Leaves out what a text has between signs that is read before any call, as in `<name>`: a declared field has
    /// no place there, and no escape says that it is none.
    fn drop_named_in(&mut self, text: &str) {
        let found: Vec<String> = spelled_values(text, true, |name| self.holds(name))
            .into_iter()
            .filter(|one| text.as_bytes().get(one.brace) != Some(&b'{'))
            .flat_map(|one| candidates(one.name).map(|name| plain(name).into_owned()).collect::<Vec<_>>())
            .collect();
        for name in found {
            self.plain.remove(name.as_str());
        }
    }

    /// Whether a field or a variable has this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.exact.contains(name)
    }

    fn holds(&self, name: &str) -> bool {
        self.plain.contains(plain(name).as_ref())
    }
}

/// Finds every `{name}` that can be declared.
fn each_field(text: &str, mut visit: impl FnMut(&str, Range<usize>)) {
    for spelling in spelled_values(text, false, |_| false) {
        let is_exact = spelling.range.len() == spelling.name.len() + 2;
        if spelling.form == Form::Placeholder && is_exact && is_name(spelling.name) {
            visit(spelling.name, spelling.range);
        }
    }
}
