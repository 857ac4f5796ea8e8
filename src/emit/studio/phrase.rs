//! The property `Phrase` of a PLAY or a MENU: what is heard, as the language writes it, on one line.
//!
//! The platform does not use the property, and people read it. A script has no other place for what it does not say:
//! the kind of a node, tags, whole addresses of recordings, languages. Whoever reads scripts finds them there:
//! `disclosure { say "This is Lakeside Bank." @legal; play "https://cdn.example.com/a.wav" }`.

use crate::flow::{Action, Directive, EndKey, Kind, Repeat, Tag, Text};
use crate::spelling::{display_duration, escape_into, is_name};

/// A node as the language writes it, without its name: its word, its tags, and some of its steps.
pub fn of_node(word: &str, kind: Option<Kind>, tags: &[Tag], steps: &[&Action]) -> String {
    let mut out = word.to_owned();
    match steps {
        [only] if is_header(kind, only) => {
            out.push_str(&arguments(only));
            add_tags(&mut out, tags);
        }
        _ => {
            add_tags(&mut out, tags);
            let steps: Vec<String> = steps.iter().map(|action| step(action)).collect();
            out.push_str(&format!(" {{ {} }}", steps.join("; ")));
        }
    }
    out
}

/// Whether a step can stand in the header of a node of a kind: tags would become the node's there.
pub fn is_header(kind: Option<Kind>, action: &Action) -> bool {
    let speaks = action.directive == Directive::Play && action.media.is_none() && action.prompt.is_none();
    // The language of a header is that of the whole node.
    action.tags.is_empty()
        && action.speaker.is_none()
        && !speaks
        && kind.and_then(Kind::directive) == Some(&action.directive)
}

/// A step of a node, as a line of its block.
pub fn step(action: &Action) -> String {
    let is_play = action.directive == Directive::Play;
    let mut out = match is_play && action.media.is_none() && action.prompt.is_none() {
        true => "say".to_owned(),
        false => action.directive.word().to_owned(),
    };
    out.push_str(&arguments(action));
    add_tags(&mut out, &action.tags);
    out
}

/// What is said at a further attempt, as a line of a block.
pub fn of_repeat(word: &str, repeat: &Repeat) -> String {
    let mut out = word.to_owned();
    match &repeat.ssml {
        Some(ssml) => argument(&mut out, "ssml", Some(&ssml.markup)),
        None => argument(&mut out, "", repeat.text.as_ref()),
    }
    argument(&mut out, "media", repeat.media.as_ref());
    argument(&mut out, "prompt", repeat.prompt.as_ref());
    out
}

/// The arguments and the options of a step that plays or collects, without its tags.
pub fn arguments(action: &Action) -> String {
    let mut out = String::new();
    if action.directive == Directive::Play && (action.media.is_some() || action.prompt.is_some()) {
        argument(&mut out, "", action.media.as_ref());
        argument(&mut out, "prompt", action.prompt.as_ref());
        spoken(&mut out, "text", action);
    } else {
        spoken(&mut out, "", action);
        argument(&mut out, "media", action.media.as_ref());
        argument(&mut out, "prompt", action.prompt.as_ref());
    }
    if let Some(speaker) = &action.speaker {
        for (word, value) in [("language", &speaker.language), ("voice", &speaker.voice)] {
            if let Some(value) = value {
                out.push_str(&format!(" {word} {}", string(value, false)));
            }
        }
    }
    if let Some(lasts) = action.lasts {
        out.push_str(&format!(" lasts {}", display_duration(lasts)));
    }
    let Some(input) = action.input.as_deref() else { return out };
    if let Some((least, most)) = input.digits.and_then(|digits| Some((digits.least?, digits.most?))) {
        let range = if least == most { least.to_string() } else { format!("{least}..{most}") };
        out.push_str(&format!(" digits {range}"));
    }
    if let Some(end) = input.end.as_ref().and_then(EndKey::valid) {
        out.push_str(&format!(" end {}", string(end, false)));
    }
    if let Some(into) = &input.into {
        out.push_str(&format!(" into {}", into.name));
    }
    for (word, wait) in [("wait", input.wait), ("between", input.between)] {
        if let Some(wait) = wait {
            out.push_str(&format!(" {word} {}", display_duration(wait.milliseconds)));
        }
    }
    out
}

/// The text of an action, or its markup.
fn spoken(out: &mut String, word: &str, action: &Action) {
    match &action.ssml {
        Some(ssml) => argument(out, "ssml", Some(&ssml.markup)),
        None => argument(out, word, action.text.as_ref()),
    }
}

fn argument(out: &mut String, word: &str, text: Option<&Text>) {
    let Some(text) = text else { return };
    let value = text.value.as_deref().unwrap_or_default();
    if !word.is_empty() {
        out.push(' ');
        out.push_str(word);
    }
    out.push(' ');
    out.push_str(&string(value, text.placeholders));
}

fn add_tags(out: &mut String, tags: &[Tag]) {
    for (number, tag) in tags.iter().enumerate() {
        // A tag that comes with several variables is one.
        if tags.iter().take(number).all(|before| before.name != tag.name) {
            out.push_str(&format!(" @{}", tag.name));
        }
    }
}

/// A text as a string of the language. With `placeholders`, `{name}` is written as `${name}`; any other brace around a
/// name has an escape.
pub fn string(text: &str, placeholders: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        escape_into(&mut out, before);
        let name = after.split_once('}').map(|(name, _)| name).filter(|name| is_name(name));
        match name {
            Some(name) if placeholders => {
                out.push_str(&format!("${{{name}}}"));
                rest = after.get(name.len() + 1..).unwrap_or_default();
                continue;
            }
            Some(_) => out.push('\\'),
            // `${` begins an insertion in any case.
            None if before.ends_with('$') => out.push('\\'),
            None => {}
        }
        out.push('{');
        rest = after;
    }
    escape_into(&mut out, rest);
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_insertions_and_other_braces_have_escapes() {
        assert_eq!(string("You owe {balance}.", true), r#""You owe ${balance}.""#);
        assert_eq!(string("a {b} {", false), r#""a \{b} {""#);
        assert_eq!(string("{\"a\": 1} $", true), r#""{\"a\": 1} $""#);
        assert_eq!(string("a\nb", false), r#""a\nb""#);
        assert_eq!(string("$\\{x", false), r#""$\\{x""#);
    }
}
