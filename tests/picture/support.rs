//! Drawing a flow in one line.

use std::fmt::Write;

use cxflowc::picture::{DrawOptions, HighlightError, Picture, PictureFormat};

/// A flow in some format, with these highlighted.
pub fn highlighted(text: &str, format: &str, what: &[&str], options: &DrawOptions) -> String {
    let compiled = cxflowc::compile("call.cxflow", text);
    let picture = Picture::new(&compiled, what, str::to_owned).unwrap();
    (PictureFormat::named(format).unwrap().draw)(&picture, options)
}

/// A flow in some format, at a terminal of 80 columns.
pub fn drawn(text: &str, format: &str) -> String {
    drawn_from("call.cxflow", text, format)
}

/// The same from a file of this name.
pub fn drawn_from(file: &str, text: &str, format: &str) -> String {
    let compiled = cxflowc::compile(file, text);
    let picture = Picture::new(&compiled, &[], str::to_owned).unwrap();
    let options = DrawOptions { columns: 80, ..DrawOptions::default() };
    (PictureFormat::named(format).unwrap().draw)(&picture, &options)
}

/// Why something cannot be highlighted.
pub fn refused(text: &str, what: &str) -> HighlightError {
    let compiled = cxflowc::compile("call.cxflow", text);
    Picture::new(&compiled, &[what], str::to_owned).err().unwrap()
}

/// The lines below the head of a tree, without the finding that most short flows have.
pub fn tree(text: &str) -> String {
    let drawn = drawn(text, "text");
    let lines = drawn.split_once("\n\n").unwrap().1.split_inclusive('\n');
    lines.filter(|line| !line.contains("CX302 missing-disclosure")).collect()
}

/// Compares lines with a text that is indented in the test.
#[track_caller]
pub fn assert_lines(found: &str, expected: &str) {
    let lines: Vec<&str> = expected.trim().lines().collect();
    // The first line is trimmed.
    let rest = lines.iter().skip(1).filter(|line| !line.trim().is_empty());
    let margin = rest.map(|line| line.len() - line.trim_start().len()).min().unwrap_or(0);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let line = line.get(if at == 0 { 0 } else { margin }..).unwrap_or_default();
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    assert_eq!(found, text, "found:\n{found}\nexpected:\n{text}");
}

/// The texts of all elements with this name, each with what is in it.
pub fn texts_of(svg: &str, element: &str) -> Vec<String> {
    let document = roxmltree::Document::parse(svg).unwrap();
    let found = document.descendants().filter(|node| node.has_tag_name(element));
    found.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}
