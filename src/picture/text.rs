//! A tree for a terminal, or for a comment where no pictures are shown.

use std::fmt::Write;

use super::measure::{columns, cut_to_columns};
use super::{Branch, DrawOptions, Picture, PictureFormat, content};
use crate::diagnostics::Severity;
use crate::flow::NodeId;

pub const FORMAT: PictureFormat =
    PictureFormat { name: "text", endings: &["txt"], about: "A tree for a terminal", draw };

/// However narrow the terminal is and however deep the tree, so much of a line is shown.
const LEAST: usize = 24;

/// The signs that lines are drawn with.
struct Signs {
    fork: &'static str,
    last: &'static str,
    pass: &'static str,
    none: &'static str,
    /// From a condition to a node that is drawn here.
    here: &'static str,
    arrow: &'static str,
    error: &'static str,
    warning: &'static str,
    mark: &'static str,
}

const UNICODE: Signs = Signs {
    fork: "├─ ",
    last: "└─ ",
    pass: "│  ",
    none: "   ",
    here: "─ ",
    arrow: "→ ",
    error: "✖ ",
    warning: "▲ ",
    mark: "▶ ",
};

const ASCII: Signs = Signs {
    fork: "|- ",
    last: "`- ",
    pass: "|  ",
    none: "   ",
    here: "- ",
    arrow: "-> ",
    error: "x ",
    warning: "! ",
    mark: "* ",
};

struct TreeWriter<'p, 'c> {
    picture: &'p Picture<'c>,
    signs: &'static Signs,
    ascii: bool,
    columns: usize,
    out: String,
}

fn draw(picture: &Picture<'_>, options: &DrawOptions) -> String {
    let signs = if options.ascii { &ASCII } else { &UNICODE };
    let mut tree =
        TreeWriter { picture, signs, ascii: options.ascii, columns: options.columns, out: String::new() };
    tree.line("", &content::title(picture));
    tree.line("", &picture.summary());
    for remark in picture.remarks() {
        tree.line(signs.error, &remark);
    }
    for mark in &picture.highlights {
        tree.line(signs.mark, &picture.shown(&mark.what));
    }
    for (number, page) in picture.pages.pages.iter().enumerate() {
        tree.out.push('\n');
        if let Some(heading) = picture.heading(number) {
            tree.line("", &heading);
        }
        for &root in &page.roots {
            tree.tree(root);
        }
    }
    tree.out
}

/// What is still to be written: a node with what stands before it and below it, or a branch of its own.
enum Piece<'p> {
    Node { node: NodeId, first: String, rest: String, on: String },
    Row { before: String, from: NodeId, branch: &'p Branch },
}

impl<'p> TreeWriter<'p, '_> {
    fn tree(&mut self, root: NodeId) {
        let on = String::new();
        let mut stack = vec![Piece::Node { node: root, first: String::new(), rest: String::new(), on }];
        while let Some(piece) = stack.pop() {
            match piece {
                Piece::Row { before, from, branch } => self.row(&before, from, branch),
                Piece::Node { node, first, rest, on } => {
                    self.node(node, &first, &rest, &on);
                    if self.is_elsewhere(node, root) {
                        continue;
                    }
                    let branches = self.branches(node, &rest);
                    stack.extend(branches.into_iter().rev());
                }
            }
        }
    }

    /// Whether what is behind a node is on a page of its own.
    fn is_elsewhere(&self, node: NodeId, root: NodeId) -> bool {
        node != root && self.picture.pages.begins(node)
    }

    fn branches(&self, node: NodeId, rest: &str) -> Vec<Piece<'p>> {
        let picture = self.picture;
        // What follows without a choice stands below, and no further in.
        if let Some(next) = picture.tree.only_child(node) {
            let (first, rest) = (format!("{rest}{}", self.signs.arrow), rest.to_owned());
            return vec![Piece::Node { node: next, first, rest, on: String::new() }];
        }
        let branches = &picture.tree.branches[node];
        let piece = |(at, branch): (usize, &'p Branch)| {
            let is_last = at + 1 == branches.len();
            let (sign, pass) =
                if is_last { (self.signs.last, self.signs.none) } else { (self.signs.fork, self.signs.pass) };
            let before = format!("{rest}{sign}");
            match picture.tree.child(node, branch) {
                Some(child) => {
                    let mark = if picture.is_highlighted(node, branch) { self.signs.mark } else { "" };
                    let on = match branch.label.as_str() {
                        "" => mark.to_owned(),
                        label => format!("{mark}[{}] {}", self.plain(label), self.signs.here),
                    };
                    Piece::Node { node: child, first: before, rest: format!("{rest}{pass}"), on }
                }
                None => Piece::Row { before, from: node, branch },
            }
        };
        branches.iter().enumerate().map(piece).collect()
    }

    fn row(&mut self, before: &str, from: NodeId, branch: &Branch) {
        let (label, target) = content::row(self.picture, from, branch);
        let mark = if self.picture.is_highlighted(from, branch) { self.signs.mark } else { "" };
        let on = if label.is_empty() { String::new() } else { format!("[{}] ", self.plain(&label)) };
        let arrow = self.signs.arrow;
        self.line(before, &format!("{mark}{on}{arrow}{target}"));
    }

    fn node(&mut self, id: NodeId, first: &str, rest: &str, on: &str) {
        let picture = self.picture;
        let mark = match picture.highlighted.get(&id) {
            Some(Some(step)) => format!("{}{step}. ", self.signs.mark),
            Some(None) => self.signs.mark.to_owned(),
            None => String::new(),
        };
        let mut said = vec![content::kind_word(picture, id)];
        said.extend(content::speakers(picture, id));
        said.extend(content::disposition(picture, id));
        said.extend(Some(content::tags(picture, id)).filter(|tags| !tags.is_empty()));
        said.extend(content::library(picture, id).map(|library| format!("({library})")));
        if !first.is_empty() && picture.pages.begins(id) {
            said.push(format!("{}page {}", self.signs.arrow, picture.pages.of[id] + 1));
        }
        let steps = content::steps(picture, id);
        // A text that is read from the right would turn the line around, and so comes last.
        let mut text = format!("{on}{mark}{} {}", content::name(picture, id), said.join(" "));
        if let [first_step, more @ ..] = steps.as_slice() {
            text.push_str("  ");
            text.push_str(&self.plain(&first_step.text));
            if !more.is_empty() {
                let _ = write!(text, "  +{}", more.len());
            }
        }
        self.line(first, &text);
        let is_end = picture.tree.branches[id].is_empty();
        let below = format!("{rest}{}", if is_end { self.signs.none } else { self.signs.pass });
        for one in &picture.findings.at[id] {
            let sign = if one.severity == Severity::Error { self.signs.error } else { self.signs.warning };
            self.line(&below, &format!("{sign}{}", content::finding(picture, one)));
        }
    }

    /// A text without the signs that a plain terminal does not have.
    fn plain(&self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        text.replace('–', "-")
            .replace(['“', '”'], "\"")
            .replace('♪', "~")
            .replace('…', "...")
            .replace('·', "-")
    }

    fn line(&mut self, before: &str, text: &str) {
        let room = self.columns.saturating_sub(columns(before)).max(LEAST);
        let text = cut_to_columns(&self.plain(text), room);
        let text = if self.ascii { text.replace('…', "~") } else { text };
        self.out.push_str(before);
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }
}
