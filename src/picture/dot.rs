//! DOT, for Graphviz and for what reads its files.

use std::fmt::Write;

use super::kinds::{Outline, style_of};
use super::measure::cut_to_columns;
use super::{DrawOptions, Picture, PictureFormat, Theme, content, mermaid};
use crate::table::Id;

pub const FORMAT: PictureFormat =
    PictureFormat { name: "dot", endings: &["dot", "gv"], about: "Text for Graphviz", draw };

/// How long a line of a label is, in columns.
const LONGEST: usize = 48;

fn draw(picture: &Picture<'_>, options: &DrawOptions) -> String {
    let (paper, ink) =
        if options.theme == Theme::Dark { ("#14171A", "#F2F2F2") } else { ("#FFFFFF", "#111111") };
    let mut out = String::new();
    let title = content::title(picture);
    let _ = writeln!(
        out,
        "digraph flow {{\n  graph [rankdir=LR, ordering=out, charset=\"UTF-8\", bgcolor=\"{paper}\", fontcolor=\"{ink}\", fontname=\"Helvetica\", labelloc=t, label={}];\n  node [shape=box, style=filled, fontname=\"Helvetica\", fontsize=11, color=\"{ink}\"];\n  edge [fontname=\"Helvetica-Bold\", fontsize=11, color=\"{ink}\", fontcolor=\"{ink}\"];",
        quoted([title.as_str()], "")
    );
    for &id in &picture.tree.order {
        let kind = style_of(&picture.flow().nodes[id]);
        let (shape, style) = match kind.outline {
            Outline::Plain | Outline::Double => ("box", "filled"),
            Outline::Pointed => ("cds", "filled"),
            Outline::Hexagon => ("hexagon", "filled"),
            Outline::CutCorners => ("box", "filled,diagonals"),
            Outline::Round => ("box", "filled,rounded"),
            Outline::RoundRight => ("component", "filled"),
            Outline::Folded => ("note", "filled"),
            Outline::HeavyRound => ("box", "filled,rounded,bold"),
            Outline::Broken => ("box", "filled,dashed"),
        };
        let lines = mermaid::label(picture, id);
        let lines: Vec<String> = lines.iter().map(|line| cut_to_columns(line, LONGEST)).collect();
        let mut more = String::new();
        if kind.outline == Outline::Double {
            more.push_str(", peripheries=2");
        }
        if picture.highlighted.contains_key(&id) {
            more.push_str(", penwidth=5");
        }
        if !picture.tree.reached[id] {
            more.push_str(", color=\"#808080\"");
        }
        let _ = writeln!(
            out,
            "  n{} [label={}, tooltip={}, shape=\"{shape}\", style=\"{style}\", fillcolor=\"{}\", fontcolor=\"{}\"{more}];",
            id.index(),
            quoted(lines.iter().map(String::as_str), "\\l"),
            quoted(content::whole(picture, id).lines(), "\\n"),
            kind.fill,
            kind.ink
        );
    }
    for &node in &picture.tree.order {
        for (branch, child) in picture.tree.children(node) {
            let label = cut_to_columns(&branch.label, LONGEST);
            let pen = if picture.is_highlighted(node, branch) { ", penwidth=5" } else { "" };
            let _ = writeln!(
                out,
                "  n{} -> n{} [label={}, tooltip={}{pen}];",
                node.index(),
                child.index(),
                quoted([label.as_str()], ""),
                quoted([branch.whole.as_str()], "")
            );
        }
    }
    out.push_str("}\n");
    out
}

/// A quoted text of several lines, each with its end. Graphviz reads entities of HTML in it.
fn quoted<'t>(lines: impl IntoIterator<Item = &'t str>, end: &str) -> String {
    let mut out = String::from("\"");
    for line in lines {
        for character in line.chars() {
            match character {
                '"' | '\\' => out.extend(['\\', character]),
                '&' => out.push_str("&amp;"),
                _ => out.push(character),
            }
        }
        out.push_str(end);
    }
    out.push('"');
    out
}
