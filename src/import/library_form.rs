//! Blocks of a payload that are nodes of a library's kind: whether its type, its fields and its outcomes say all of a block.

use super::graph::{Block, Step, StepField};
use super::libraries::{Library, LibraryKind};
use crate::condition::ALWAYS;
use crate::flow::{FieldType, FieldValue, Kind, ScalarType};
use crate::spelling::display_duration;

/// How a node of a library's kind says a block.
pub struct KindForm<'g, 'a> {
    /// The word of the kind.
    pub word: &'g str,
    /// What the node sets.
    pub fields: Vec<(&'g str, Shown<'g, 'a>)>,
}

/// A value as a node sets it.
pub enum Shown<'g, 'a> {
    /// As it is sent.
    Sent(&'g StepField<'a>),
    /// As the type of its field writes it: `8s`.
    Literal(String),
}

/// The form of a block as a node of a library's kind, if one says all of it.
pub fn form<'g, 'a>(library: &'g Library, block: &'g Block<'a>) -> Option<KindForm<'g, 'a>> {
    let [step] = block.steps.as_slice() else { return None };
    if Kind::from_word(&block.type_).is_some() || step.directive != block.type_ || !sends_only_fields(step) {
        return None;
    }
    library.kinds.iter().find_map(|kind| {
        let declared = &kind.declared;
        let is_it = declared.type_.as_deref() == Some(&*block.type_) && has_exits(kind, block);
        let fields = fields(kind, step).filter(|_| is_it)?;
        Some(KindForm { word: &declared.word, fields })
    })
}

/// Whether a step has nothing but fields.
fn sends_only_fields(step: &Step<'_>) -> bool {
    let is_silent = !step.says_something() && step.repeats.iter().all(|one| one.is_empty());
    let is_plain = !step.is_about_keys() && step.end.is_empty() && step.into.is_empty();
    is_silent && is_plain && step.set.is_none() && step.language.is_empty() && step.voice.is_empty()
}

/// Whether the exits of a block are the outcomes of a kind.
fn has_exits(kind: &LibraryKind, block: &Block<'_>) -> bool {
    let declared = &kind.declared;
    let exits = || block.exits.iter().filter(|exit| exit.condition != ALWAYS);
    let is_known = exits().flat_map(|exit| exit.condition.split('|')).all(|part| declared.has_outcome(part));
    let leads_always = exits().count() < block.exits.len();
    let takes = |outcome: &str| exits().any(|exit| exit.condition.split('|').any(|part| part == outcome));
    is_known
        && match declared.ends_call {
            true => !leads_always,
            false => leads_always || declared.outcomes.iter().all(|(outcome, _)| takes(outcome)),
        }
}

/// What a node sets so that just the fields of a step are sent.
fn fields<'g, 'a>(kind: &'g LibraryKind, step: &'g Step<'a>) -> Option<Vec<(&'g str, Shown<'g, 'a>)>> {
    let declared = &kind.declared.fields;
    if !declared.iter().map(|field| &*field.name).eq(step.fields.iter().map(|(name, _)| &**name)) {
        return None;
    }
    let mut said = Vec::new();
    for (field, (_, value)) in declared.iter().zip(&step.fields) {
        let shown = shown(value, field.type_.as_ref()?)?;
        if !field.default.as_ref().is_some_and(|usual| is_same(usual, value)) {
            said.push((&*field.name, shown));
        }
    }
    Some(said)
}

fn is_same(usual: &FieldValue, value: &StepField<'_>) -> bool {
    match (usual, value) {
        (FieldValue::Text(usual), StepField::Text(text)) => **usual == **text,
        (FieldValue::Integer(usual), StepField::Number(number)) => usual == number,
        (FieldValue::Bool(usual), StepField::Bool(value)) => usual == value,
        _ => false,
    }
}

/// A value as a field of this type has it.
fn shown<'g, 'a>(value: &'g StepField<'a>, type_: &FieldType) -> Option<Shown<'g, 'a>> {
    let takes_texts = !matches!(type_.scalar, ScalarType::Integer | ScalarType::Duration | ScalarType::Bool);
    let fits = |value: &StepField<'_>| match value {
        // A text that only a call knows fits each type.
        StepField::Text(text) => takes_texts || text.starts_with('{'),
        StepField::Number(_) => type_.scalar == ScalarType::Integer,
        StepField::Bool(_) => type_.scalar == ScalarType::Bool,
        StepField::List(_) => false,
    };
    match value {
        StepField::List(all) => (type_.is_list && all.iter().all(fits)).then_some(Shown::Sent(value)),
        StepField::Number(number) if type_.scalar == ScalarType::Duration && !type_.is_list => {
            Some(Shown::Literal(display_duration(*number)))
        }
        value => (!type_.is_list && fits(value)).then_some(Shown::Sent(value)),
    }
}
