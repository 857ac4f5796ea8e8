//! How much room a text takes, without fonts, and how it is shown where there is less.
//!
//! The widths are those of Arial and Helvetica, which Liberation Sans and Arimo share, with room to
//! spare for fonts that run wider. All numbers are whole, so that every machine comes to the same picture.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::spelling::is_invisible;

/// The widths of ASCII from the blank to the tilde, in thousandths of the font size.
const LATIN: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, // blank to /
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, // 0 to ?
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, // @ to O
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, // P to _
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, // ` to o
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584, // p to ~
];
/// What other letters take at most, wide ones aside.
const LETTER: u32 = 700;
/// East Asian letters, and signs that are drawn as wide as they.
const WIDE: u32 = 1000;
/// Fonts that run wider than the table, in percent of it.
const SPARE: u32 = 106;

/// Signs that belong to what is before them.
const CLOSING: &str = "，。、；：？！）】》」』”’…,.;:?!)]}%";

/// What stands for what is cut off.
const CUT: char = '…';

fn thousandths(character: char) -> u32 {
    let at = (character as usize).checked_sub(0x20);
    if let Some(&width) = at.and_then(|at| LATIN.get(at)) {
        return u32::from(width);
    }
    match character.width() {
        Some(0) | None => 0,
        Some(1) if !matches!(character, '…' | '→' | '—') => LETTER,
        _ => WIDE,
    }
}

/// How wide a text is at a font size, in the same unit.
///
/// ```
/// use cxflowc::picture::measure::width;
/// assert!(width("iii", 12) < width("mmm", 12));
/// assert!(width("你好", 12) >= 24);
/// ```
pub fn width(text: &str, size: u32) -> u32 {
    let sum = text.chars().fold(0_u32, |sum, one| sum.saturating_add(thousandths(one)));
    scaled(sum, size)
}

fn scaled(thousandths: u32, size: u32) -> u32 {
    let wide = u64::from(thousandths) * u64::from(size) * u64::from(SPARE);
    u32::try_from(wide.div_ceil(100_000)).unwrap_or(u32::MAX)
}

/// How many columns of a terminal a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// Takes out of a text what may not be shown, such as secrets.
pub type Mask = fn(&str) -> String;

/// A text on one line, with what nobody sees written out, so that it cannot speak to what shows it.
///
/// ```
/// use cxflowc::picture::measure::visible;
/// assert_eq!(visible("a\n b\u{202e}c"), "a b\\u{202e}c");
/// ```
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' | ' ' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            _ if is_invisible(character) || is_no_character(character) => {
                out.extend(character.escape_unicode());
            }
            _ => out.push(character),
        }
    }
    out.trim().to_owned()
}

/// What XML may not hold.
fn is_no_character(character: char) -> bool {
    (character as u32) & 0xFFFE == 0xFFFE
}

/// A text that fits into some room, cut where it does not.
pub fn cut(text: &str, size: u32, room: u32) -> String {
    wrap(text, size, room, 1).pop().unwrap_or_default()
}

/// The lines of a text: at most so many, the last one cut where more is left. A word longer than a line
/// is broken.
///
/// ```
/// use cxflowc::picture::measure::wrap;
/// assert_eq!(wrap("Press 1 for sales", 12, 60, 3), ["Press 1", "for sales"]);
/// assert_eq!(wrap("Press 1 for sales", 12, 60, 1), ["Press 1 …"]);
/// assert_eq!(wrap("请按一，谢谢", 12, 39, 2), ["请按", "一，…"]);
/// ```
pub fn wrap(text: &str, size: u32, room: u32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if width_is_within(rest, size, room) {
            lines.push(rest.to_owned());
            break;
        }
        if lines.len() + 1 >= most {
            lines.push(cut_off(rest, size, room));
            break;
        }
        let fits = fitting(rest, size, room);
        let (line, after) = rest.split_at_checked(fits).unwrap_or((rest, ""));
        // A line ends with a word, unless that leaves most of it empty.
        let word = if after.starts_with(' ') { Some(line.len()) } else { line.rfind(' ') };
        let end = word.filter(|&end| end * 3 > line.len()).unwrap_or_else(|| break_before(line, after));
        let (line, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        lines.push(line.trim_end().to_owned());
        rest = after.trim_start();
    }
    lines
}

/// Where a line without blanks is broken: a sign that closes something does not begin the next line.
fn break_before(line: &str, after: &str) -> usize {
    let is_closing = |one: char| CLOSING.contains(one);
    let (mut end, mut next) = (line.len(), after.chars().next());
    for (at, character) in line.char_indices().rev().take(3) {
        if !next.is_some_and(is_closing) {
            break;
        }
        (end, next) = (at, Some(character));
    }
    if end == 0 || next.is_some_and(is_closing) { line.len() } else { end }
}

fn width_is_within(text: &str, size: u32, room: u32) -> bool {
    fitting(text, size, room) == text.len()
}

/// How many bytes of a text fit, at least one character's.
fn fitting(text: &str, size: u32, room: u32) -> usize {
    let mut sum = 0_u32;
    for (at, character) in text.char_indices() {
        sum = sum.saturating_add(thousandths(character));
        if scaled(sum, size) > room && at > 0 {
            return at;
        }
    }
    text.len()
}

/// The beginning of a text that does not fit, with the sign for what is missing.
fn cut_off(text: &str, size: u32, room: u32) -> String {
    let room = room.saturating_sub(scaled(thousandths(CUT), size));
    let fits = fitting(text, size, room);
    let mut out = text.get(..fits).unwrap_or(text).to_owned();
    out.push(CUT);
    out
}

/// The same in columns of a terminal.
pub fn cut_to_columns(text: &str, room: usize) -> String {
    if columns(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut taken = 1;
    for character in text.chars() {
        taken += character.width().unwrap_or(0);
        if taken > room {
            break;
        }
        out.push(character);
    }
    out.push(CUT);
    out
}

/// Whether a text is read from right to left: its first letter says so.
pub fn reads_from_the_right(text: &str) -> bool {
    let is_from_the_right = |one: char| {
        matches!(one, '\u{590}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
            | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
    };
    text.chars().find(|one| one.is_alphabetic()).is_some_and(is_from_the_right)
}
