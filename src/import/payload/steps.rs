//! Reads what a node of a payload does.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::Reader;
use super::fields::ACTION;
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{DIGITS, EndKey, LARGEST_INTEGER, WAITS};
use crate::import::codes::NOT_IMPORTED;
use crate::import::graph::{SetTo, Step, StepField, StepRepeat, StepSet};
use crate::import::json::{JsonId, JsonKind};
use crate::spelling::is_name;

impl<'a> Reader<'_, 'a> {
    pub(super) fn steps(&mut self, actions: Option<JsonId>) -> Vec<Step<'a>> {
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
