//! The layout of policies on a terminal.

use textwrap::{Options, WordSplitter};

use crate::diagnostics::render::shown;

pub const BOLD: &str = "\u{1b}[1m";
pub const DIM: &str = "\u{1b}[2m";
pub const RED: &str = "\u{1b}[31m";
pub const GREEN: &str = "\u{1b}[32m";
pub const YELLOW: &str = "\u{1b}[33m";
pub const CYAN: &str = "\u{1b}[36m";
pub const PLAIN: &str = "\u{1b}[0m";

/// Wraps text to at most `width` columns, indented by `indent` columns, with control characters escaped.
/// Words, which may be ids, stay whole.
pub fn lines(text: &str, indent: usize, width: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let options = Options::new(width)
        .initial_indent(&space)
        .subsequent_indent(&space)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(&shown(text), options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// Like [`lines`], as one text with line ends, in a colour.
pub fn block(text: &str, indent: usize, width: usize, color: &str) -> String {
    let end = if color.is_empty() { "" } else { PLAIN };
    lines(text, indent, width).iter().map(|line| format!("{color}{line}{end}\n")).collect()
}

/// Two columns: a name, and a text beside it that begins at `column`.
pub fn entry(name: &str, text: &str, column: usize, width: usize) -> String {
    let name = format!("  {}", shown(name));
    let name_width = name.chars().count();
    if text.is_empty() {
        return format!("{name}\n");
    }
    let text = block(text, column, width, "");
    match text.get(name_width..) {
        // The name replaces the indent of the first line.
        Some(rest) if name_width < column => name + rest,
        _ => format!("{name}\n{text}"),
    }
}

/// The width of the widest text, in columns.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| shown(text).chars().count()).max().unwrap_or_default()
}
