//! The reader of the platform's payload, as `build` writes it and [payload.md](../../docs/payload.md) describes it.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::{BAD_ID, NO_PAYLOAD, NOT_IMPORTED};
use super::graph::{Block, Exit, Graph, SetTo, Step, StepField, StepRepeat, StepSet};
use super::json::{Document, JsonId, JsonKind};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Code, Diagnostic, Diagnostics, list_of, quote};
use crate::flow::{DIGITS, EndKey, LARGEST_INTEGER, WAITS};
use crate::source::{FileId, Span};
use crate::spelling::is_name;

/// Reads a payload. Without errors there is a graph.
pub fn read<'a>(document: &Document<'a>, file: FileId, diagnostics: &mut Diagnostics) -> Option<Graph<'a>> {
    let mut reader = Reader { document, file, diagnostics, has_errors: false, lacks_id: false };
    let graph = reader.graph();
    graph.filter(|_| !reader.has_errors)
}

/// A field of an object.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    required: bool,
}

const fn required(name: &'static str) -> Field {
    Field { name, required: true }
}

const fn optional(name: &'static str) -> Field {
    Field { name, required: false }
}

const PAYLOAD: [Field; 7] = [
    required("name"),
    optional("description"),
    optional("language"),
    optional("voice"),
    required("nodes"),
    required("transitions"),
    required("entry_node"),
];
const NODE: [Field; 4] = [required("id"), required("type"), optional("disposition"), required("actions")];
const ACTION: [Field; 25] = [
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
const TRANSITION: [Field; 4] =
    [required("from_node"), required("to_node"), required("condition"), optional("disposition")];

struct Reader<'r, 'a> {
    document: &'r Document<'a>,
    file: FileId,
    diagnostics: &'r mut Diagnostics,
    has_errors: bool,
    /// Whether a node has no id that could be read, so that transitions may mean it.
    lacks_id: bool,
}

impl<'a> Reader<'_, 'a> {
    fn graph(&mut self) -> Option<Graph<'a>> {
        let document = self.document;
        let [name, description, language, voice, nodes, transitions, entry] =
            self.fields(document.root(), "a payload", &PAYLOAD)?;
        let name = self.text(name, "the `name`");
        let description = self.text(description, "the `description`");
        let language = self.text(language, "the `language`");
        let voice = self.text(voice, "the `voice`");
        let mut indices: FxHashMap<Cow<'a, str>, (usize, JsonId)> = FxHashMap::default();
        let mut blocks = Vec::new();
        for node in self.list(nodes, "`nodes`") {
            let Some([id, type_, disposition, actions]) = self.fields(node, "a node", &NODE) else {
                self.lacks_id = true;
                continue;
            };
            let block = Block {
                id: self.text(id, "a node's `id`"),
                type_: self.text(type_, "a node's `type`"),
                disposition: self.disposition(disposition, "a node's `disposition`"),
                steps: self.steps(actions),
                exits: Vec::new(),
                has_unclear_hours: false,
            };
            match id.filter(|&id| document.kind(id) == JsonKind::String) {
                Some(id) => self.declare(id, blocks.len(), &mut indices),
                None => self.lacks_id = true,
            }
            blocks.push(block);
        }
        let entry = self.node(entry, "the entry", &indices);
        let mut seen: FxHashSet<(usize, usize, Cow<'a, str>, Cow<'a, str>)> = FxHashSet::default();
        for transition in self.list(transitions, "`transitions`") {
            let Some([from, to, condition, disposition]) =
                self.fields(transition, "a transition", &TRANSITION)
            else {
                continue;
            };
            let from = self.node(from, "a transition", &indices);
            let to = self.node(to, "a transition", &indices);
            let condition = self.text(condition, "a transition's `condition`");
            let disposition = self.disposition(disposition, "a transition's `disposition`");
            let (Some(from), Some(to)) = (from, to) else { continue };
            if !seen.insert((from, to, condition.clone(), disposition.clone())) {
                let text = "this transition stands twice in the payload, and is imported once";
                let found = Diagnostic::new(&NOT_IMPORTED, self.span(transition), text);
                self.report(found.here("the same nodes and the same condition as one before it"));
            } else if let Some(block) = blocks.get_mut(from) {
                block.exits.push(Exit { to, condition, disposition });
            }
        }
        Some(Graph { name, description, language, voice, entry: entry?, blocks })
    }

    fn steps(&mut self, actions: Option<JsonId>) -> Vec<Step<'a>> {
        let mut steps = Vec::new();
        for action in self.list(actions, "a node's `actions`") {
            let sent = self.sent_fields(action);
            let Some(
                [
                    directive,
                    media,
                    prompt,
                    text,
                    ssml,
                    language,
                    voice,
                    retries,
                    retry_media,
                    retry_prompt,
                    retry_text,
                    retry_ssml,
                    silence_media,
                    silence_prompt,
                    silence_text,
                    silence_ssml,
                    variable,
                    value,
                    add,
                    wait,
                    between,
                    least,
                    most,
                    end,
                    into,
                ],
            ) = self
                .fields_but(action, "an action", &ACTION, |key| sent.iter().any(|(sent, _)| *sent == key))
            else {
                continue;
            };
            let is_set = directive.is_some_and(|directive| self.document.is(directive, "set"));
            let repeats = [
                [retry_media, retry_prompt, retry_text, retry_ssml],
                [silence_media, silence_prompt, silence_text, silence_ssml],
            ];
            let has_more =
                [media, prompt, text, ssml, language, voice, retries, wait, between, least, most, end, into]
                    .iter()
                    .chain(repeats.as_flattened())
                    .any(Option::is_some);
            let set = self.set(variable, value, add).filter(|_| is_set && !has_more && sent.is_empty());
            if set.is_none() {
                [variable, value, add].into_iter().flatten().for_each(|value| self.report_no_set(value));
            }
            let digits = self.digits(least, most);
            let most_retries = self.number(retries, "an action's `max_retries`").unwrap_or_default();
            let collects = directive.is_some_and(|directive| self.document.is(directive, "collect"));
            let mut repeats = self.repeats(repeats, collects && most_retries > 0);
            let mut fields: Vec<(Cow<'a, str>, StepField<'a>)> =
                sent.into_iter().map(|(key, value)| (self.document.string(key), value)).collect();
            take_repeat_fields(&mut fields, &mut repeats);
            steps.push(Step {
                directive: self.text(directive, "an action's `directive`"),
                media: self.text(media, "an action's `media_url`"),
                prompt: self.text(prompt, "an action's `prompt_id`"),
                text: self.text(text, "an action's `text`"),
                ssml: self.text(ssml, "an action's `ssml`"),
                language: self.text(language, "an action's `language`"),
                voice: self.text(voice, "an action's `voice`"),
                retries: most_retries,
                repeats,
                waits: [
                    self.wait(wait, "an action's `wait_ms`"),
                    self.wait(between, "an action's `between_ms`"),
                ],
                digits,
                end: self.end_key(end, digits.is_some()),
                into: self.entry_variable(into, digits.is_some()),
                set,
                fields,
            });
        }
        steps
    }

    /// The fields of an action that only the platform knows, with values that the language can write. Of those that
    /// stand twice only the first.
    fn sent_fields(&self, action: JsonId) -> Vec<(JsonId, StepField<'a>)> {
        let document = self.document;
        let is_set = document
            .members(action)
            .any(|(key, value)| document.is(key, "directive") && document.is(value, "set"));
        let is_prompt = document.members(action).any(|(key, value)| {
            document.is(key, "directive") && (document.is(value, "play") || document.is(value, "collect"))
        });
        // Other directives may have fields of these names.
        let is_own = |key: JsonId| {
            ACTION.iter().any(|field| {
                document.is(key, field.name)
                    && (is_set || !matches!(field.name, "variable" | "value" | "add"))
                    && (is_prompt || !matches!(field.name, "language" | "voice"))
            })
        };
        let mut names: FxHashSet<Cow<'a, str>> = FxHashSet::default();
        let mut sent = Vec::new();
        for (key, value) in document.members(action) {
            let name = document.string(key);
            if is_own(key) || !is_name(&name) {
                continue;
            }
            if let Some(value) = self.sent(value, true)
                && names.insert(name)
            {
                sent.push((key, value));
            }
        }
        sent
    }

    /// A value as a field has it. `None` if the language cannot write it.
    fn sent(&self, value: JsonId, may_be_list: bool) -> Option<StepField<'a>> {
        let document = self.document;
        Some(match document.kind(value) {
            JsonKind::String => StepField::Text(document.string(value)),
            JsonKind::Number => {
                let number = document.written(value).parse().ok();
                StepField::Number(number.filter(|number| *number <= LARGEST_INTEGER)?)
            }
            JsonKind::Array if may_be_list => {
                let values: Option<Vec<_>> =
                    document.elements(value).map(|one| self.sent(one, false)).collect();
                StepField::List(values?)
            }
            _ => match document.written(value) {
                "true" => StepField::Bool(true),
                "false" => StepField::Bool(false),
                _ => return None,
            },
        })
    }

    /// What a `set` sets. `None` if the language has no words for it.
    fn set(
        &self,
        variable: Option<JsonId>,
        value: Option<JsonId>,
        add: Option<JsonId>,
    ) -> Option<StepSet<'a>> {
        let (variable, value) = (self.document.string(variable?), value?);
        let whole = |value: JsonId| {
            let is_number = self.document.kind(value) == JsonKind::Number;
            self.document.written(value).parse::<i64>().ok().filter(|_| is_number)
        };
        let value = match (self.document.kind(value), add) {
            (JsonKind::Number, None) => SetTo::Number(whole(value)?),
            (JsonKind::String, None) => SetTo::Text(self.document.string(value)),
            (JsonKind::String, Some(add)) => {
                let text = self.document.string(value);
                let name = text.strip_prefix('{')?.strip_suffix('}').filter(|name| is_name(name))?;
                SetTo::Sum(name.into(), whole(add)?)
            }
            _ => return None,
        };
        is_name(&variable).then_some(StepSet { variable, value })
    }

    fn report_no_set(&mut self, value: JsonId) {
        if self.document.kind(value) != JsonKind::Null {
            let text = "the language has no words for what this action sets";
            let found = Diagnostic::new(&NOT_IMPORTED, self.span(value), text);
            self.report(found.here("not in the imported flow"));
        }
    }

    /// The values of an object's fields. What is missing, stands twice or is unknown has its finding, and so has
    /// what is no object.
    fn fields<const N: usize>(
        &mut self,
        object: JsonId,
        what: &str,
        known: &[Field; N],
    ) -> Option<[Option<JsonId>; N]> {
        self.fields_but(object, what, known, |_| false)
    }

    /// The same without the fields of keys that have been read already.
    fn fields_but<const N: usize>(
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
    fn report_twice(&mut self, what: &str, first: JsonId, again: JsonId) {
        let message = format!("{what} has {} twice", quote(&self.document.string(again)));
        let found = self.error(&NO_PAYLOAD, again, message);
        let earlier = self.span(first);
        self.report(found.here("again here").label(earlier, "first here"));
    }

    fn report_unknown(&mut self, key: JsonId, what: &str, known: &[Field], missing: &[&str]) {
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
    fn list(&mut self, list: Option<JsonId>, what: &str) -> Vec<JsonId> {
        let Some(list) = list else { return Vec::new() };
        if self.document.kind(list) != JsonKind::Array {
            self.report_type(list, what, "an array");
        }
        self.document.elements(list).collect()
    }

    /// The text of a field; none and `null` are an empty one where the field may be left out.
    fn text(&mut self, value: Option<JsonId>, what: &str) -> Cow<'a, str> {
        let Some(value) = value else { return Cow::Borrowed("") };
        if self.document.kind(value) != JsonKind::String && !self.is_left_out(value, what) {
            self.report_type(value, what, "a string");
        }
        self.document.string(value)
    }

    /// How long a key is awaited.
    fn wait(&mut self, value: Option<JsonId>, what: &str) -> Option<u64> {
        let number = u64::from(self.number(value, what)?);
        if !WAITS.contains(&number) {
            self.report_beyond(
                value?,
                format!("{what} is {number}, and the language has {} to {}", WAITS.start(), WAITS.end()),
            );
            return None;
        }
        Some(number)
    }

    /// How many digits are taken.
    fn digits(&mut self, least: Option<JsonId>, most: Option<JsonId>) -> Option<(u32, u32)> {
        let fewest = self.number(least, "an action's `min_digits`");
        let largest = self.number(most, "an action's `max_digits`");
        let place = least.or(most)?;
        match (fewest, largest) {
            (Some(fewest), Some(largest))
                if fewest <= largest && DIGITS.contains(&fewest) && DIGITS.contains(&largest) =>
            {
                Some((fewest, largest))
            }
            (None, None) => None,
            _ => {
                let message = format!(
                    "an action's `min_digits` and `max_digits` are no range of digits from {} to {}",
                    DIGITS.start(),
                    DIGITS.end()
                );
                self.report_beyond(place, message);
                None
            }
        }
    }

    /// What is said at further attempts, if there are any.
    fn repeats(&mut self, repeats: [[Option<JsonId>; 4]; 2], are_heard: bool) -> [StepRepeat<'a>; 2] {
        let place = repeats.as_flattened().iter().flatten().next().copied();
        let [[retry_media, retry_prompt, retry_text, retry_ssml], silence] = repeats;
        let [silence_media, silence_prompt, silence_text, silence_ssml] = silence;
        let read = [
            StepRepeat {
                media: self.text(retry_media, "an action's `retry_media_url`"),
                prompt: self.text(retry_prompt, "an action's `retry_prompt_id`"),
                text: self.text(retry_text, "an action's `retry_text`"),
                ssml: self.text(retry_ssml, "an action's `retry_ssml`"),
                fields: Vec::new(),
            },
            StepRepeat {
                media: self.text(silence_media, "an action's `silence_media_url`"),
                prompt: self.text(silence_prompt, "an action's `silence_prompt_id`"),
                text: self.text(silence_text, "an action's `silence_text`"),
                ssml: self.text(silence_ssml, "an action's `silence_ssml`"),
                fields: Vec::new(),
            },
        ];
        if let Some(place) = place.filter(|_| !are_heard && read.iter().any(|one| !one.is_empty())) {
            let message = "what an action says at further attempts is never heard: it collects nothing or has no `max_retries`";
            self.report_beyond(place, message.to_owned());
            return Default::default();
        }
        read
    }

    /// The key that ends digits.
    fn end_key(&mut self, value: Option<JsonId>, has_digits: bool) -> Cow<'a, str> {
        let key = self.text(value, "an action's `end_key`");
        if let Some(place) =
            value.filter(|_| !(key.is_empty() || has_digits && EndKey::KEYS.contains(&&*key)))
        {
            self.report_beyond(
                place,
                format!("an action's `end_key` is {}, which ends no digits", quote(&key)),
            );
            return Cow::Borrowed("");
        }
        key
    }

    /// What a call is reported as.
    fn disposition(&mut self, value: Option<JsonId>, what: &str) -> Cow<'a, str> {
        let name = self.text(value, what);
        if let Some(place) = value.filter(|_| !(name.is_empty() || is_name(&name))) {
            self.report_beyond(place, format!("{what} is {}, which is no name", quote(&name)));
            return Cow::Borrowed("");
        }
        name
    }

    /// The variable that an entry becomes.
    fn entry_variable(&mut self, value: Option<JsonId>, has_digits: bool) -> Cow<'a, str> {
        let name = self.text(value, "an action's `into_variable`");
        if let Some(place) = value.filter(|_| !(name.is_empty() || has_digits && is_name(&name))) {
            self.report_beyond(
                place,
                format!("an action's `into_variable` is {}, which is set to no entry", quote(&name)),
            );
            return Cow::Borrowed("");
        }
        name
    }

    /// Reports a value that the language has no words for.
    fn report_beyond(&mut self, place: JsonId, message: String) {
        let found = Diagnostic::new(&NOT_IMPORTED, self.span(place), message);
        self.report(found.here("not in the imported flow"));
    }

    /// A whole number. `None` if there is none, or no such one.
    fn number(&mut self, value: Option<JsonId>, what: &str) -> Option<u32> {
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
    fn is_left_out(&self, value: JsonId, what: &str) -> bool {
        let fields = PAYLOAD.iter().chain(&NODE).chain(&ACTION).chain(&TRANSITION);
        let optional = fields.filter(|field| !field.required);
        self.document.kind(value) == JsonKind::Null
            && optional.into_iter().any(|field| what.contains(&format!("`{}`", field.name)))
    }

    fn declare(
        &mut self,
        place: JsonId,
        index: usize,
        indices: &mut FxHashMap<Cow<'a, str>, (usize, JsonId)>,
    ) {
        let id = self.document.string(place);
        if id.is_empty() {
            let found = self.error(&BAD_ID, place, "a node's id is empty".to_owned());
            self.report(found.here("nothing in it").help("give the node an id, and its transitions with it"));
        } else if let Some(&(_, first)) = indices.get(&id) {
            let found = self.error(&BAD_ID, place, format!("two nodes have the id {}", quote(&id)));
            let first = self.span(first);
            self.report(
                found
                    .here("again here")
                    .label(first, "first here")
                    .help("rename one of them, and its transitions with it"),
            );
        } else {
            indices.insert(id, (index, place));
        }
    }

    /// The node that a transition or the entry names.
    fn node(
        &mut self,
        value: Option<JsonId>,
        whose: &str,
        indices: &FxHashMap<Cow<'a, str>, (usize, JsonId)>,
    ) -> Option<usize> {
        let value = value?;
        if self.document.kind(value) != JsonKind::String {
            self.report_type(value, &format!("the node that {whose} names"), "a string");
            return None;
        }
        let id = self.document.string(value);
        if let Some(&(index, _)) = indices.get(&id) {
            return Some(index);
        }
        if self.lacks_id {
            return None;
        }
        let message = format!("{whose} names {}, but there is no such node", quote(&id));
        let found = self.error(&BAD_ID, value, message).here("no such node");
        // To look at all ids for each of many would take long.
        let near = if self.diagnostics.kept() < 100 {
            nearest(&id, indices.keys().map(AsRef::as_ref))
        } else {
            None
        };
        self.report(match near {
            Some(near) => found.help(format!("did you mean {}?", quote(near))),
            None => found,
        });
        None
    }

    fn report_type(&mut self, value: JsonId, what: &str, expected: &str) {
        let kind = self.document.kind(value).words();
        let found = self.error(&NO_PAYLOAD, value, format!("{what} is {kind}, not {expected}"));
        self.report(found.here(format!("expected {expected} here")));
    }

    fn error(&mut self, code: &'static Code, value: JsonId, message: String) -> Diagnostic {
        self.has_errors = true;
        let span = self.span(value);
        Diagnostic::new(code, span, message)
    }

    fn report(&mut self, found: Diagnostic) {
        self.diagnostics.push(found);
    }

    /// Where a value stands; of an object or array only where it begins.
    fn span(&self, value: JsonId) -> Span {
        let place = self.document.place(value);
        match self.document.kind(value) {
            JsonKind::Object | JsonKind::Array => Span::new(self.file, place.start, place.start + 1),
            _ => Span::new(self.file, place.start, place.end),
        }
    }
}

/// Moves the fields of what is said at further attempts there. They come last, those of a `silence` behind those of a
/// `retry`; elsewhere such a name is one of the action's own.
fn take_repeat_fields<'a>(
    fields: &mut Vec<(Cow<'a, str>, StepField<'a>)>,
    repeats: &mut [StepRepeat<'a>; 2],
) {
    for (repeat, prefix) in repeats.iter_mut().zip(["retry_", "silence_"]).rev() {
        if repeat.is_empty() {
            continue;
        }
        let own = |name: &str| name.strip_prefix(prefix).filter(|name| is_name(name)).map(str::to_owned);
        while let Some(name) = fields.last().and_then(|(name, _)| own(name)) {
            let Some((_, value)) = fields.pop() else { return };
            repeat.fields.push((name.into(), value));
        }
        repeat.fields.reverse();
    }
}
