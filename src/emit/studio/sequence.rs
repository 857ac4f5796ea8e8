//! Sequences: what a PLAY or a MENU plays, as quoted segments one after another.
//!
//! `"%Your balance is" "${balance}" "Prompts\thanks.wav"`: a text begins with `%`, a variable is a segment of its own,
//! and anything else is a recording (the vendor's documentation of PLAY).

use super::actions::SEGMENT;
use super::names::{value_of, variable};
use crate::flow::Text;
use crate::spelling::is_name;

/// A piece of what is played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A text, without quotation marks.
    Text(String),
    /// A variable whose value is spoken.
    Variable(String),
    /// A recording of the tenant, by its path.
    Recording(String),
}

/// The pieces of a text. With `placeholders`, `{name}` stands for a variable.
pub fn pieces(text: &str, placeholders: bool) -> Vec<Piece> {
    let mut found = Vec::new();
    let (mut rest, mut from) = (text, 0);
    while let Some(at) = rest.get(from..).and_then(|rest| rest.find('{')).filter(|_| placeholders) {
        let (before, after) = rest.split_at_checked(from + at).unwrap_or((rest, ""));
        let insertion = after.get(1..).and_then(|after| after.split_once('}'));
        match insertion.filter(|(name, _)| is_name(name)) {
            Some((name, after)) => {
                add_text(before, &mut found);
                found.push(Piece::Variable(variable(name)));
                (rest, from) = (after, 0);
            }
            // A brace like any other sign.
            None => from += at + 1,
        }
    }
    add_text(rest, &mut found);
    found
}

/// Adds a text with single spaces between its words, cut where a segment would be too long.
fn add_text(text: &str, found: &mut Vec<Piece>) {
    let mut segment = String::new();
    let mut length = 0;
    let mut add = |segment: String| {
        if segment.chars().any(is_heard) {
            found.push(Piece::Text(segment));
        }
    };
    for word in text.split_whitespace() {
        let characters: Vec<char> = word.chars().collect();
        // No word of a language is as long as that.
        for part in characters.chunks(SEGMENT - 1) {
            let space = usize::from(!segment.is_empty());
            if length + space + part.len() >= SEGMENT {
                add(std::mem::take(&mut segment));
                length = 0;
            }
            if !segment.is_empty() {
                segment.push(' ');
                length += 1;
            }
            segment.extend(part);
            length += part.len();
        }
    }
    add(segment);
}

/// Whether a character is spoken by itself: a sign such as `%` is, and a full stop behind a variable is not.
fn is_heard(one: char) -> bool {
    let is_mark = matches!(one, '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '"' | '`' | '-' | '_')
        || matches!(one, '(' | ')' | '[' | ']' | '{' | '}' | '¡' | '¿' | '«' | '»' | '·')
        // Dashes, quotation marks, dots and invisible characters, and the marks of Chinese and Japanese.
        || matches!(one, '\u{2000}'..='\u{202f}' | '\u{2039}' | '\u{203a}' | '\u{2060}' | '\u{feff}')
        || matches!(one, '\u{3000}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
        || matches!(one, '\u{ff01}' | '\u{ff08}' | '\u{ff09}' | '\u{ff0c}' | '\u{ff0e}' | '\u{ff1a}' | '\u{ff1b}' | '\u{ff1f}');
    !is_mark && !one.is_whitespace() && !one.is_control()
}

/// The value of the property `Sequence`.
pub fn sequence(pieces: &[Piece]) -> String {
    let segments: Vec<String> = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => format!("\"%{text}\""),
            Piece::Variable(name) => format!("\"${{{name}}}\""),
            Piece::Recording(path) => format!("\"{path}\""),
        })
        .collect();
    segments.join(" ")
}

/// What a recording or a text is played as. The text beside a recording is what the recording says, and is not spoken.
pub fn pieces_of(
    media: Option<&Text>,
    prompt: Option<&Text>,
    text: Option<&Text>,
    folder: &str,
) -> Vec<Piece> {
    let mut said = Vec::new();
    let url = value_of(media);
    if !url.is_empty() {
        said.push(Piece::Recording(recording(&url, folder)));
    }
    let id = value_of(prompt);
    if !id.is_empty() {
        said.push(Piece::Recording(id));
    }
    if let (Some(text), true) = (text, said.is_empty()) {
        said.extend(pieces(text.value.as_deref().unwrap_or_default(), text.placeholders));
    }
    said
}

/// The path of a recording by its address, below the tenant's folder of prompts: the address without its host.
pub fn recording(url: &str, folder: &str) -> String {
    let without_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = without_scheme.split_once('/').map_or(without_scheme, |(_, path)| path);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut parts: Vec<&str> = folder.split(['/', '\\']).collect();
    parts.extend(path.split('/'));
    parts.retain(|part| !part.is_empty());
    parts.join("\\")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        sequence(&pieces(text, true))
    }

    #[test]
    fn a_variable_is_a_segment_of_its_own() {
        assert_eq!(shown("You owe {balance} dollars."), r#""%You owe" "${balance}" "%dollars.""#);
        assert_eq!(shown("{name}, hello"), r#""${name}" "%, hello""#);
        assert_eq!(shown("{a}{b}"), r#""${a}" "${b}""#);
        assert_eq!(shown("Call {number}."), r#""%Call" "${number}""#);
        assert_eq!(sequence(&pieces("a {b}", false)), r#""%a {b}""#);
        assert_eq!(shown("{a} and {b c} and {d}"), r#""${a}" "%and {b c} and" "${d}""#);
        assert_eq!(shown("an { open brace"), r#""%an { open brace""#);
    }

    #[test]
    fn signs_beside_a_variable_are_heard_and_full_stops_are_not() {
        assert_eq!(shown("Your rate is {rate} %."), r#""%Your rate is" "${rate}" "%%.""#);
        assert_eq!(shown("{a} + {b} = {c} €"), r#""${a}" "%+" "${b}" "%=" "${c}" "%€""#);
        assert_eq!(shown("{a} ... {b} — {c}?!"), r#""${a}" "${b}" "${c}""#);
        assert_eq!(shown("♥"), r#""%♥""#);
        assert_eq!(shown("({a})"), r#""${a}""#);
    }

    #[test]
    fn no_segment_is_longer_for_marks_at_its_end() {
        for marks in [" - - - - -", " ....", " . . . . . . . . . . . . . . ."] {
            for length in 280..310 {
                let text = format!("{}{marks}", "a ".repeat(length / 2));
                for piece in pieces(&text, false) {
                    let Piece::Text(text) = piece else { panic!("{piece:?}") };
                    assert!(text.chars().count() < SEGMENT, "{text}");
                }
            }
        }
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        let text = "word ".repeat(200);
        let found = pieces(&text, false);
        assert!(found.len() > 3, "{}", found.len());
        for piece in &found {
            let Piece::Text(text) = piece else { panic!("{piece:?}") };
            assert!(text.chars().count() < SEGMENT && text.split(' ').all(|word| word == "word"), "{text}");
        }
        let words = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(found.iter().map(|piece| words(piece).split(' ').count()).sum::<usize>(), 200);
        let endless: Vec<String> = pieces(&"ü".repeat(1000), false).iter().map(words).collect();
        assert!(endless.iter().all(|one| one.chars().count() < SEGMENT));
        assert_eq!(endless.concat().chars().filter(|one| *one == 'ü').count(), 1000);
    }

    #[test]
    fn recordings_keep_their_path_below_the_folder() {
        assert_eq!(recording("https://cdn.example.com/es/hi.wav", "Prompts"), r"Prompts\es\hi.wav");
        assert_eq!(recording("https://cdn.example.com/hi.wav?v=2", ""), "hi.wav");
        assert_eq!(recording("https://cdn.example.com//a//b.wav", r"Q3\Audio\"), r"Q3\Audio\a\b.wav");
    }
}
