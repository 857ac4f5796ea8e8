//! Where the lines of a text may break: long names at their separators, dates and arrows nowhere.

use crate::picture::markup;

/// A word that is longer may break anywhere.
const LONG: usize = 20;
/// So many letters of such a word stay together.
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
        } else if word.len() > LONG || word.contains(['/', '_']) {
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

fn breakable(word: &str, out: &mut String) {
    let is_long = word.chars().count() > LONG;
    let mut run = 0;
    let mut letters = word.chars().peekable();
    while let Some(letter) = letters.next() {
        markup::escape(letter.encode_utf8(&mut [0; 4]), out);
        // Letters of other scripts may be joined to each other.
        run = if letter < '\u{250}' { run + 1 } else { 0 };
        let is_separator = matches!(letter, '/' | '_');
        let goes_on = letters.peek().is_some_and(|next| *next < '\u{250}' && !matches!(next, '/' | '_'));
        if goes_on && (is_separator || is_long && run >= PIECE) {
            out.push_str("<wbr>");
            run = 0;
        }
    }
}
