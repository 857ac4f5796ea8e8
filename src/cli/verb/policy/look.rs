//! How policies look on a terminal.

use textwrap::{Options, WordSplitter};

use crate::diagnostics::render::shown;

pub const BOLD: &str = "\u{1b}[1m";
pub const DIM: &str = "\u{1b}[2m";
pub const RED: &str = "\u{1b}[31m";
pub const GREEN: &str = "\u{1b}[32m";
pub const YELLOW: &str = "\u{1b}[33m";
pub const CYAN: &str = "\u{1b}[36m";
pub const PLAIN: &str = "\u{1b}[0m";

/// Lines of at most `width` columns, all of them `indent` columns in, with control characters
/// escaped. Words stay whole: they may be ids.
pub fn lines(text: &str, indent: usize, width: usize) -> Vec<String> {
    let space = " ".repeat(indent);
    let options = Options::new(width)
        .initial_indent(&space)
        .subsequent_indent(&space)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::wrap(&shown(text), options).into_iter().map(std::borrow::Cow::into_owned).collect()
}

/// The same as one text, each line with its end, in a colour.
pub fn block(text: &str, indent: usize, width: usize, color: &str) -> String {
    let end = if color.is_empty() { "" } else { PLAIN };
    lines(text, indent, width).iter().map(|line| format!("{color}{line}{end}\n")).collect()
}

/// Two columns: what is named, and what is said of it beside it. `column` is where that begins.
pub fn entry(name: &str, said: &str, column: usize, width: usize) -> String {
    let name = format!("  {}", shown(name));
    let wide = name.chars().count();
    if said.is_empty() {
        return format!("{name}\n");
    }
    let text = block(said, column, width, "");
    match text.get(wide..) {
        // The first line's indent makes room for the name.
        Some(rest) if wide < column => name + rest,
        _ => format!("{name}\n{text}"),
    }
}

/// How many columns the widest of some texts takes.
pub fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> usize {
    texts.into_iter().map(|text| shown(text).chars().count()).max().unwrap_or_default()
}
