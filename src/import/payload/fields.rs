//! The fields that the objects of a payload have, and their values.

use std::borrow::Cow;

use super::Reader;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic, list_of, quote};
use crate::import::codes::{NO_PAYLOAD, NOT_IMPORTED};
use crate::import::json::{JsonId, JsonKind};
use crate::source::Span;
use crate::spelling::is_name;

/// A field of an object.
#[derive(Clone, Copy)]
pub(super) struct Field {
    pub(super) name: &'static str,
    required: bool,
}

const fn required(name: &'static str) -> Field {
    Field { name, required: true }
}

const fn optional(name: &'static str) -> Field {
    Field { name, required: false }
}

pub(super) const PAYLOAD: [Field; 7] = [
    required("name"),
    optional("description"),
    optional("language"),
    optional("voice"),
    required("nodes"),
    required("transitions"),
    required("entry_node"),
];
pub(super) const NODE: [Field; 4] =
    [required("id"), required("type"), optional("disposition"), required("actions")];
pub(super) const ACTION: [Field; 25] = [
    required("directive"),
    optional("media_url"),
    optional("prompt_id"),
    optional("text"),
    optional("ssml"),
    optional("language"),
    optional("voice"),
    optional("max_retries"),
    optional("retry_media_url"),
    optional("retry_prompt_id"),
    optional("retry_text"),
    optional("retry_ssml"),
    optional("silence_media_url"),
    optional("silence_prompt_id"),
    optional("silence_text"),
    optional("silence_ssml"),
    optional("variable"),
    optional("value"),
    optional("add"),
    optional("wait_ms"),
    optional("between_ms"),
    optional("min_digits"),
    optional("max_digits"),
    optional("end_key"),
    optional("into_variable"),
];
pub(super) const TRANSITION: [Field; 4] =
    [required("from_node"), required("to_node"), required("condition"), optional("disposition")];

impl<'a> Reader<'_, 'a> {
    /// The values of an object's fields. What is missing, stands twice or is unknown has its finding, and so has
    /// what is no object.
    pub(super) fn fields<const N: usize>(
        &mut self,
        object: JsonId,
        what: &str,
        known: &[Field; N],
    ) -> Option<[Option<JsonId>; N]> {
        self.fields_but(object, what, known, |_| false)
    }

    /// The same without the fields of keys that have been read already.
    pub(super) fn fields_but<const N: usize>(
        &mut self,
        object: JsonId,
        what: &str,
        known: &[Field; N],
        is_read: impl Fn(JsonId) -> bool,
    ) -> Option<[Option<JsonId>; N]> {
        let document = self.document;
        if document.kind(object) != JsonKind::Object {
            self.report_type(object, what, "an object");
            return None;
        }
        let mut values = [None; N];
        let mut firsts = [None; N];
        let mut unknown: Vec<JsonId> = Vec::new();
        for (key, value) in document.members(object).filter(|(key, _)| !is_read(*key)) {
            let mut places = known.iter().zip(&mut values).zip(&mut firsts);
            let Some(((_, place), first)) = places.find(|((field, _), _)| document.is(key, field.name))
            else {
                let name = document.string(key);
                let mut read = document.members(object).map(|(key, _)| key).filter(|key| is_read(*key));
                match read.find(|read| document.string(*read) == name) {
                    Some(first) => self.report_twice(what, first, key),
                    None => unknown.push(key),
                }
                continue;
            };
            match first {
                None => (*place, *first) = (Some(value), Some(key)),
                Some(first) => self.report_twice(what, *first, key),
            }
        }
        let missing: Vec<&str> = known
            .iter()
            .zip(&values)
            .filter(|(field, value)| field.required && value.is_none())
            .map(|(field, _)| field.name)
            .collect();
        for &key in &unknown {
            self.report_unknown(key, what, known, &missing);
        }
        if !missing.is_empty() {
            let quoted: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{what} lacks {}", list_of(&quoted, "and"));
            // All of a payload is no place that anybody could look at.
            let place = document.place(object);
            let span = Span::new(self.file, place.start, place.start + 1);
            let found = Diagnostic::new(&NO_PAYLOAD, span, message).here("begins here");
            let inside = unknown.iter().find(|&&key| document.is(key, "payload"));
            let found = match inside {
                Some(_) => {
                    found.help("import what stands in `payload`: `jq .payload FILE | cxflowc import -`")
                }
                None => found,
            };
            self.has_errors = true;
            self.report(found);
        }
        Some(values)
    }

    /// Reports a field that an object has twice.
    pub(super) fn report_twice(&mut self, what: &str, first: JsonId, again: JsonId) {
        let message = format!("{what} has {} twice", quote(&self.document.string(again)));
        let found = self.error(&NO_PAYLOAD, again, message);
        let earlier = self.span(first);
        self.report(found.here("again here").label(earlier, "first here"));
    }

    pub(super) fn report_unknown(&mut self, key: JsonId, what: &str, known: &[Field], missing: &[&str]) {
        let name = self.document.string(key);
        let message = format!("the language has no words for the field {} of {what}", quote(&name));
        let found = Diagnostic::new(&NOT_IMPORTED, self.span(key), message).here("not in the imported flow");
        let names = known.iter().map(|field| field.name);
        self.report(match nearest(&name, names) {
            Some(near) if missing.contains(&near) => found.help(format!("did you mean `{near}`?")),
            _ => found,
        });
    }

    /// The elements of a list.
    pub(super) fn list(&mut self, list: Option<JsonId>, what: &str) -> Vec<JsonId> {
        let Some(list) = list else { return Vec::new() };
        if self.document.kind(list) != JsonKind::Array {
            self.report_type(list, what, "an array");
        }
        self.document.elements(list).collect()
    }

    /// The text of a field; none and `null` are an empty one where the field may be left out.
    pub(super) fn text(&mut self, value: Option<JsonId>, what: &str) -> Cow<'a, str> {
        let Some(value) = value else { return Cow::Borrowed("") };
        if self.document.kind(value) != JsonKind::String && !self.is_left_out(value, what) {
            self.report_type(value, what, "a string");
        }
        self.document.string(value)
    }

    /// Reports a value that the language has no words for.
    pub(super) fn report_beyond(&mut self, place: JsonId, message: String) {
        let found = Diagnostic::new(&NOT_IMPORTED, self.span(place), message);
        self.report(found.here("not in the imported flow"));
    }

    /// A whole number. `None` if there is none, or no such one.
    pub(super) fn number(&mut self, value: Option<JsonId>, what: &str) -> Option<u32> {
        let value = value.filter(|&value| !self.is_left_out(value, what))?;
        if self.document.kind(value) != JsonKind::Number {
            self.report_type(value, what, "a number");
            return None;
        }
        let written = self.document.written(value);
        if let Ok(number) = written.parse() {
            return Some(number);
        }
        // `2.0` and `2e0` are whole as well.
        match written.parse::<f64>() {
            Ok(number) if number.trunc() == number && (0.0..=f64::from(u32::MAX)).contains(&number) => {
                Some(number as u32)
            }
            _ => {
                let message =
                    format!("{what} is {}, not a whole number from 0 to {}", quote(written), u32::MAX);
                let found = self.error(&NO_PAYLOAD, value, message);
                self.report(found.here("no such number"));
                None
            }
        }
    }

    /// Whether a field has `null` for no value, as it may if it may be left out.
    pub(super) fn is_left_out(&self, value: JsonId, what: &str) -> bool {
        let fields = PAYLOAD.iter().chain(&NODE).chain(&ACTION).chain(&TRANSITION);
        let optional = fields.filter(|field| !field.required);
        self.document.kind(value) == JsonKind::Null
            && optional.into_iter().any(|field| what.contains(&format!("`{}`", field.name)))
    }

    /// What a call is reported as.
    pub(super) fn disposition(&mut self, value: Option<JsonId>, what: &str) -> Cow<'a, str> {
        let name = self.text(value, what);
        if let Some(place) = value.filter(|_| !(name.is_empty() || is_name(&name))) {
            self.report_beyond(place, format!("{what} is {}, which is no name", quote(&name)));
            return Cow::Borrowed("");
        }
        name
    }

    pub(super) fn report_type(&mut self, value: JsonId, what: &str, expected: &str) {
        let kind = self.document.kind(value).words();
        let found = self.error(&NO_PAYLOAD, value, format!("{what} is {kind}, not {expected}"));
        self.report(found.here(format!("expected {expected} here")));
    }

    pub(super) fn error(&mut self, code: &'static Code, value: JsonId, message: String) -> Diagnostic {
        self.has_errors = true;
        let span = self.span(value);
        Diagnostic::new(code, span, message)
    }

    pub(super) fn report(&mut self, found: Diagnostic) {
        self.diagnostics.push(found);
    }

    /// Where a value stands; of an object or array only where it begins.
    pub(super) fn span(&self, value: JsonId) -> Span {
        let place = self.document.place(value);
        match self.document.kind(value) {
            JsonKind::Object | JsonKind::Array => Span::new(self.file, place.start, place.start + 1),
            _ => Span::new(self.file, place.start, place.end),
        }
    }
}
