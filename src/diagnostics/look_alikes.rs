//! Names that look the same but have different characters: another Unicode normal form, an invisible character,
//! or a letter of another script.

use std::borrow::Cow;
use std::fmt::Write;

use unicode_normalization::UnicodeNormalization;

use super::Diagnostic;
use crate::source::Sources;
use crate::spelling::is_blank_character;

/// The longest text that is compared, in bytes.
const LONGEST: usize = 1000;
/// How many code points of a text are shown.
const SHOWN: usize = 6;

/// Letters that look like a Latin letter or a hyphen, with what they look like.
const LETTERS: &[(&str, &str)] = &[
    // Cyrillic
    (
        "\u{430}\u{435}\u{43E}\u{440}\u{441}\u{443}\u{445}\u{455}\u{456}\u{458}\u{4BB}\u{501}\u{51B}\u{51D}\u{4CF}",
        "aeopcyxsijhdqwl",
    ),
    (
        "\u{410}\u{412}\u{415}\u{41A}\u{41C}\u{41D}\u{41E}\u{420}\u{421}\u{422}\u{423}\u{425}\u{405}\u{406}\u{408}\u{51A}\u{51C}\u{4AE}",
        "ABEKMHOPCTYXSIJQWY",
    ),
    // Greek
    ("\u{3B1}\u{3B9}\u{3BA}\u{3BD}\u{3BF}\u{3C1}\u{3C5}\u{3F2}\u{3F3}", "aikvopucj"),
    (
        "\u{391}\u{392}\u{395}\u{396}\u{397}\u{399}\u{39A}\u{39C}\u{39D}\u{39F}\u{3A1}\u{3A4}\u{3A5}\u{3A7}\u{37F}",
        "ABEZHIKMNOPTYXJ",
    ),
    // Latin letters beyond ASCII, and hyphens
    ("\u{251}\u{131}\u{237}\u{261}\u{2010}\u{2011}\u{2212}", "aijg---"),
];

/// The skeleton of a text: texts that look the same have the same one.
pub fn skeleton(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let seen = |character: &char| *character == ' ' || !is_blank_character(*character);
    text.nfkd().filter(seen).map(|letter| latin(letter).unwrap_or(letter)).nfc().collect()
}

/// A skeleton that keeps signs apart that can be told apart: `2` and `²`.
pub fn strict_skeleton(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.into();
    }
    let mut seen = String::with_capacity(text.len());
    for character in text.nfd() {
        match character {
            ' ' => seen.push(' '),
            // A ligature looks like its letters.
            '\u{FB00}'..='\u{FB06}' => seen.extend(std::iter::once(character).nfkd()),
            _ if character.is_whitespace() => seen.push(' '),
            _ if is_blank_character(character) => {}
            _ => seen.push(latin(character).unwrap_or(character)),
        }
    }
    seen.nfc().collect()
}

/// A skeleton without case. A letter whose capital looks Latin counts as that Latin letter.
pub fn caseless_skeleton(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return text.to_ascii_lowercase().into();
    }
    let capital = |letter: char| {
        let mut upper = letter.to_uppercase();
        let only = upper.next().filter(|_| upper.next().is_none())?;
        latin(only).map(|latin| latin.to_ascii_lowercase())
    };
    let lower = text.to_lowercase();
    skeleton(&lower).nfd().map(|letter| capital(letter).unwrap_or(letter)).nfc().collect()
}

/// The name that a text looks like, if it is not a name itself.
///
/// ```
/// use cxflowc::diagnostics::look_alikes::as_name;
/// assert_eq!(as_name("b\u{443}e").as_deref(), Some("bye"));
/// assert_eq!(as_name("bye"), None);
/// assert_eq!(as_name("caf\u{E9}"), None);
/// ```
pub fn as_name(text: &str) -> Option<String> {
    let seen = skeleton(text);
    (!text.is_ascii() && crate::spelling::is_name(&seen)).then(|| seen.into_owned())
}

fn latin(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return None;
    }
    let found = |(letters, latin): &(&str, &str)| {
        letters.chars().zip(latin.chars()).find(|(other, _)| *other == letter).map(|(_, latin)| latin)
    };
    LETTERS.iter().find_map(found)
}

/// The characters in which two texts differ, if they look the same.
///
/// ```
/// use cxflowc::diagnostics::look_alikes::difference;
/// let found = difference("cafe\u{301}", "caf\u{E9}");
/// let expected = "the two look the same but have different characters: `U+0065 U+0301` here, `U+00E9` there";
/// assert_eq!(found.as_deref(), Some(expected));
/// assert_eq!(difference("cafe", "caf\u{E9}"), None);
/// ```
pub fn difference(here: &str, there: &str) -> Option<String> {
    if here == there || here.len().max(there.len()) > LONGEST || here.is_ascii() && there.is_ascii() {
        return None;
    }
    let seen = skeleton(here);
    if seen != skeleton(there) || !seen.contains(char::is_alphanumeric) {
        return None;
    }
    Some(code_points_of(here, there))
}

/// The characters in which two texts differ, by their code points.
pub fn code_points_of(here: &str, there: &str) -> String {
    let (here, there) = differing(here, there);
    let (here, there) = (code_points(&here), code_points(&there));
    format!(
        "the two look the same but have different characters: {} here, {} there",
        here.as_deref().unwrap_or("nothing"),
        there.as_deref().unwrap_or("nothing")
    )
}

/// The characters in which two texts differ: the pairs that differ if the texts have the same length, or else
/// everything from the first to the last difference.
fn differing(here: &str, there: &str) -> (String, String) {
    if here.chars().count() == there.chars().count() {
        return here.chars().zip(there.chars()).filter(|(a, b)| a != b).unzip();
    }
    let (here, there) = without_common_ends(here, there);
    (here.to_owned(), there.to_owned())
}
/// Two texts without their common beginning and their common end.
fn without_common_ends<'a>(here: &'a str, there: &'a str) -> (&'a str, &'a str) {
    let both = here.chars().zip(there.chars()).take_while(|(a, b)| a == b);
    let start: usize = both.map(|(letter, _)| letter.len_utf8()).sum();
    let (here, there) = (here.get(start..).unwrap_or_default(), there.get(start..).unwrap_or_default());
    let both = here.chars().rev().zip(there.chars().rev()).take_while(|(a, b)| a == b);
    let end: usize = both.map(|(letter, _)| letter.len_utf8()).sum();
    let without_end = |text: &'a str| text.get(..text.len() - end).unwrap_or_default();
    (without_end(here), without_end(there))
}

/// `` `U+0065 U+0301` ``
fn code_points(text: &str) -> Option<String> {
    let mut shown = String::new();
    for (number, character) in text.chars().enumerate() {
        let space = if number > 0 { " " } else { "" };
        if number == SHOWN {
            shown.push_str(" …");
            break;
        }
        let _ = write!(shown, "{space}U+{:04X}", u32::from(character));
    }
    (!shown.is_empty()).then(|| format!("`{shown}`"))
}

/// Adds a note about the differing characters to a finding whose fix writes something that looks the same.
pub fn explain(finding: &mut Diagnostic, sources: &Sources) {
    let mut edits = finding.fixes.iter().flat_map(|fix| &fix.edits);
    // Compare without the signs around a name, since `{name}` may become `${name}`.
    let name = |text: &str| text.trim_matches(|c| matches!(c, '$' | '{' | '}' | '"' | '`' | '@')).to_owned();
    let note = edits.find_map(|edit| difference(&name(sources.text(edit.span)), &name(&edit.text)));
    finding.notes.extend(note);
}
