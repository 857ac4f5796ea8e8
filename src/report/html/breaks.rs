//! Where the lines of a text may break: long names at their separators, dates and arrows nowhere.

use crate::picture::markup;

/// A word that is longer may break.
const LONG: usize = 20;
/// So many letters of a long part of such a word stay together.
const PIECE: usize = 16;

/// Writes a text as [`markup::escape`] does, with the places where its lines may break, and with those words kept
/// whole that a browser would break at a hyphen. It stands between tags, not in an attribute.
pub fn escape(text: &str, out: &mut String) {
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        let space = part.get(word.len()..).unwrap_or_default();
        if is_whole(word) {
            out.push_str("<span class=\"whole\">");
            markup::escape(word, out);
            out.push_str("</span>");
        } else if word.chars().nth(LONG).is_some() {
            breakable(word, out);
        } else {
            markup::escape(word, out);
        }
        out.push_str(space);
    }
}

/// An arrow, an option such as `--as-is`, or a date, with the signs around it.
fn is_whole(word: &str) -> bool {
    const LONGEST: usize = 14;
    let is_of_date = |one: char| one.is_ascii_digit() || "-.,;:()".contains(one);
    word.len() <= LONGEST
        && word.contains('-')
        && (word.starts_with('-')
            || (word.chars().all(is_of_date) && word.contains(|one: char| one.is_ascii_digit())))
}

/// Breaks behind the separators of a name, and within a part of it that is long by itself.
fn breakable(word: &str, out: &mut String) {
    let parts = word.split_inclusive(['/', '_', '.']);
    for (number, part) in parts.enumerate() {
        // Two separators in a row stay together, as in `https://`.
        if number > 0 && part.chars().count() > 1 {
            out.push_str("<wbr>");
        }
        let is_long = part.chars().count() > LONG;
        for (at, letter) in part.chars().enumerate() {
            // Letters of other scripts may be joined to each other.
            if is_long && at > 0 && at % PIECE == 0 && letter < '\u{250}' {
                out.push_str("<wbr>");
            }
            markup::escape(letter.encode_utf8(&mut [0; 4]), out);
        }
    }
}
