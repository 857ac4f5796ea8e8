//! What has changed of the steps of a node.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Detail;
use crate::flow::{Action, Directive, Field, FieldValue, Input};
use crate::spelling::{display_duration, display_string};

/// The parts of a step, each with its word in the language.
fn parts(action: &Action) -> Vec<(String, String)> {
    let text =
        |text: &crate::flow::Text| text.value.as_deref().map_or_else(|| "…".to_owned(), display_string);
    let value = |field: &Field| field.value.as_ref().map_or_else(|| "…".to_owned(), FieldValue::to_string);
    let mut parts = Vec::new();
    let word = action.directive.word();
    if let Some(media) = &action.media {
        parts.push((word.to_owned(), text(media)));
    }
    if let Some(prompt) = &action.prompt {
        parts.push(("prompt".to_owned(), text(prompt)));
    }
    if let Some(ssml) = &action.ssml {
        parts.push(("ssml".to_owned(), text(&ssml.markup)));
    } else if let Some(spoken) = &action.text {
        let word = if action.directive == Directive::Play { "say" } else { word };
        parts.push((word.to_owned(), text(spoken)));
    }
    if let Some(set) = &action.set {
        parts.push((word.to_owned(), set.words.to_string()));
    }
    if parts.is_empty() {
        parts.push((word.to_owned(), String::new()));
    }
    if let Some(count) = action.retries.and_then(|retries| retries.count) {
        parts.push(("retries".to_owned(), count.to_string()));
    }
    for (verb, repeat) in action.repeats() {
        let mut said = vec![verb.word().to_owned()];
        said.extend(repeat.media.as_ref().map(|media| format!("media {}", text(media))));
        said.extend(repeat.prompt.as_ref().map(|prompt| format!("prompt {}", text(prompt))));
        match &repeat.ssml {
            Some(ssml) => said.push(format!("ssml {}", text(&ssml.markup))),
            None => said.extend(repeat.text.as_ref().map(text)),
        }
        said.extend(repeat.lasts.map(|lasts| format!("lasts {}", display_duration(lasts))));
        said.extend(repeat.fields.iter().map(|field| format!("with {} = {}", field.name, value(field))));
        let word = said.remove(0);
        parts.push((word, said.join(" ")));
    }
    if let Some(speaker) = action.speaker.as_deref().filter(|_| action.has_prompt()) {
        for (word, value) in [("language", &speaker.language), ("voice", &speaker.voice)] {
            parts.extend(value.as_deref().map(|value| (word.to_owned(), display_string(value))));
        }
    }
    parts.extend(action.input.as_deref().map(input_parts).unwrap_or_default());
    if let Some(lasts) = action.lasts {
        parts.push(("lasts".to_owned(), display_duration(lasts)));
    }
    parts.extend(action.fields.iter().map(|field| (field.name.to_string(), value(field))));
    for (number, tag) in action.tags.iter().enumerate() {
        // A tag that comes with several variables is one.
        if action.tags.iter().take(number).all(|before| before.name != tag.name) {
            parts.push(("tag".to_owned(), format!("@{}", tag.name)));
        }
    }
    parts
}

/// What is said about the keys that a prompt takes.
fn input_parts(input: &Input) -> Vec<(String, String)> {
    let number = |number: Option<u32>| number.map_or_else(|| "…".to_owned(), |number| number.to_string());
    let mut parts = Vec::new();
    if let Some(digits) = input.digits {
        let (least, most) = (number(digits.least), number(digits.most));
        parts.push(("digits".to_owned(), if least == most { least } else { format!("{least}..{most}") }));
    }
    if let Some(end) = &input.end {
        let key = end.key.as_deref().map_or_else(|| "…".to_owned(), display_string);
        parts.push(("end".to_owned(), key));
    }
    if let Some(into) = &input.into {
        parts.push(("into".to_owned(), into.name.to_string()));
    }
    for (word, wait) in [("wait", input.wait), ("between", input.between)] {
        parts.extend(wait.map(|wait| (word.to_owned(), display_duration(wait.milliseconds))));
    }
    parts
}

/// A step in one line, by which it is told from others.
pub fn step_text(action: &Action) -> String {
    in_one_line(parts(action).into_iter())
}

/// A step in one line, without its tags.
pub fn untagged_text(action: &Action) -> String {
    in_one_line(parts(action).into_iter().filter(|(what, _)| what != "tag"))
}

/// Parts in one line.
pub fn in_one_line(parts: impl Iterator<Item = (String, String)>) -> String {
    parts.map(|(what, value)| format!("{what} {value}")).collect::<Vec<_>>().join(" ")
}

/// All parts of a node's steps, as they were or as they are.
pub fn whole(actions: &[Action], are_new: bool) -> Vec<Detail> {
    one_sided(actions.iter().flat_map(parts), are_new)
}

/// Parts, as they were or as they are.
pub fn one_sided(parts: impl Iterator<Item = (String, String)>, are_new: bool) -> Vec<Detail> {
    let one_side = |(what, value): (String, String)| match are_new {
        true => Detail { what, before: None, after: Some(value) },
        false => Detail { what, before: Some(value), after: None },
    };
    parts.map(one_side).collect()
}

/// What has changed: steps in order, those of one kind beside each other compared part by part.
pub fn changes(old: &[Action], new: &[Action]) -> Vec<Detail> {
    let texts = |actions: &[Action]| actions.iter().map(step_text).collect::<Vec<_>>();
    let (old_texts, new_texts) = (texts(old), texts(new));
    if old_texts == new_texts {
        return Vec::new();
    }
    let mut details = Vec::new();
    for change in capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts) {
        if matches!(change, DiffOp::Equal { .. }) {
            continue;
        }
        let old = old.get(change.old_range()).unwrap_or_default();
        let mut new = new.get(change.new_range()).unwrap_or_default();
        for step in old {
            // Its next one of the same kind, with those that come before it as new ones.
            match new.iter().position(|other| other.directive == step.directive) {
                Some(at) => {
                    let (before, rest) = new.split_at(at);
                    details.extend(whole(before, true));
                    if let Some((same, rest)) = rest.split_first() {
                        details.extend(of_parts(parts(step), parts(same)));
                        new = rest;
                    }
                }
                None => details.extend(whole(std::slice::from_ref(step), false)),
            }
        }
        details.extend(whole(new, true));
    }
    details
}

/// What has changed of one step, by its parts.
pub fn of_parts(old: Vec<(String, String)>, mut new: Vec<(String, String)>) -> Vec<Detail> {
    let mut details = Vec::new();
    for (what, value) in old {
        let same = new.iter().position(|(other, after)| *other == what && (what != "tag" || *after == value));
        let after = same.map(|at| new.remove(at).1);
        if after.as_ref() != Some(&value) {
            details.push(Detail { what, before: Some(value), after });
        }
    }
    details.extend(new.into_iter().map(|(what, value)| Detail { what, before: None, after: Some(value) }));
    details
}
