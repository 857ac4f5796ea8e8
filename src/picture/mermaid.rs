//! Mermaid, which many hosts of source code draw.
//!
//! Nodes are numbered, since many names do not parse as ids, and all signs of a label but a few are
//! written as numbers, so that none of them means anything.

use std::fmt::Write;

use super::kinds::{Outline, STYLES, style_of};
use super::measure::cut_to_columns;
use super::{Branch, DrawOptions, Picture, PictureFormat, Theme, content};
use crate::flow::NodeId;
use crate::table::Id;

pub const FORMAT: PictureFormat = PictureFormat {
    name: "mermaid",
    endings: &["mmd", "mermaid"],
    about: "Text that hosts of source code draw, such as GitHub and GitLab",
    draw,
};

/// How long a line of a label is, in columns.
const LONGEST: usize = 60;
/// How many steps and rows are shown of a node.
const STEPS: usize = 3;
const ROWS: usize = 12;

fn draw(picture: &Picture<'_>, options: &DrawOptions) -> String {
    let mut out = String::new();
    // A quoted text of JSON is one of YAML.
    let _ = writeln!(out, "---\ntitle: {}\n---", serde_json::Value::from(content::title(picture)));
    if options.theme == Theme::Dark {
        out.push_str("%%{init: {\"theme\": \"dark\"}}%%\n");
    }
    out.push_str("flowchart LR\n");
    let order = &picture.tree.order;
    for &node in order {
        put_node(&mut out, picture, node);
    }
    let mut lines = 0_usize;
    let mut highlighted = Vec::new();
    for &node in order {
        for (branch, child) in picture.tree.children(node) {
            let label = match branch.label.as_str() {
                "" => String::new(),
                label => format!("|\"{}\"|", escape(&cut_to_columns(label, LONGEST))),
            };
            let _ = writeln!(out, "  n{} -->{label} n{}", node.index(), child.index());
            if picture.is_highlighted(node, branch) {
                highlighted.push(lines.to_string());
            }
            lines += 1;
        }
    }
    for (_, style) in &STYLES {
        let line = match style.outline {
            Outline::Broken => ",stroke-dasharray:5 3",
            Outline::HeavyRound => ",stroke-width:4px",
            _ => "",
        };
        let _ = writeln!(
            out,
            "  classDef {} fill:{},color:{},stroke:#333333{line}",
            class(style.class),
            style.fill,
            style.ink
        );
    }
    out.push_str(
        "  classDef highlighted stroke:#000000,stroke-width:5px\n  classDef unreached stroke-dasharray:2 3\n",
    );
    for (name, nodes) in classes(picture) {
        if !nodes.is_empty() {
            let _ = writeln!(out, "  class {} {name}", nodes.join(","));
        }
    }
    if !highlighted.is_empty() {
        let _ = writeln!(out, "  linkStyle {} stroke-width:5px", highlighted.join(","));
    }
    out
}

/// Some words of the language mean something to Mermaid.
fn class(name: &str) -> String {
    format!("kind_{name}")
}

fn classes(picture: &Picture<'_>) -> Vec<(String, Vec<String>)> {
    let order = &picture.tree.order;
    let nodes = |is: &dyn Fn(NodeId) -> bool| {
        order.iter().filter(|&&node| is(node)).map(|node| format!("n{}", node.index())).collect()
    };
    let flow = picture.flow();
    let mut classes: Vec<(String, Vec<String>)> = STYLES
        .iter()
        .map(|(_, style)| {
            (class(style.class), nodes(&|node| style_of(&flow.nodes[node]).class == style.class))
        })
        .collect();
    classes.push(("highlighted".to_owned(), nodes(&|node| picture.highlighted.contains_key(&node))));
    classes.push(("unreached".to_owned(), nodes(&|node| !picture.tree.reached[node])));
    classes
}

fn put_node(out: &mut String, picture: &Picture<'_>, id: NodeId) {
    let node = &picture.flow().nodes[id];
    let lines = label(picture, id);
    let label: Vec<String> = lines.iter().map(|line| escape(&cut_to_columns(line, LONGEST))).collect();
    let (open, close) = match style_of(node).outline {
        Outline::Plain | Outline::Broken => ("[", "]"),
        Outline::Pointed => ("[/", "/]"),
        Outline::Hexagon => ("{", "}"),
        Outline::Double => ("[[", "]]"),
        Outline::CutCorners => ("{{", "}}"),
        Outline::Round => ("(", ")"),
        Outline::RoundRight => ("[\\", "\\]"),
        Outline::Folded => (">", "]"),
        Outline::HeavyRound => ("([", "])"),
    };
    let _ = writeln!(out, "  n{}{open}\"{}\"{close}", id.index(), label.join("<br/>"));
}

/// What a node's box says, a line each.
pub fn label(picture: &Picture<'_>, id: NodeId) -> Vec<String> {
    let mut lines = vec![format!("{} · {}", content::name(picture, id), content::kind_word(picture, id))];
    lines.extend(content::steps(picture, id).into_iter().take(STEPS).map(|step| step.text));
    lines.extend(content::speakers(picture, id));
    lines.extend(content::disposition(picture, id));
    lines.extend(Some(content::tags(picture, id)).filter(|tags| !tags.is_empty()));
    lines.extend(content::library(picture, id));
    lines.extend(picture.findings.at[id].iter().take(STEPS).map(|one| content::signed_finding(picture, one)));
    let is_row = |branch: &&Branch| picture.tree.child(id, branch).is_none();
    let rows = picture.tree.branches[id].iter().filter(is_row);
    lines.extend(rows.take(ROWS).map(|branch| {
        let (label, target) = content::row(picture, id, branch);
        let mark = if picture.is_highlighted(id, branch) { "▶ " } else { "" };
        format!("{mark}{label} → {target}").trim_start().to_owned()
    }));
    lines
}

/// A label's text: letters and digits as they are, signs by their numbers.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() && character != ',' {
            let _ = write!(out, "#{};", character as u32);
        } else {
            out.push(character);
        }
    }
    if out.is_empty() { " ".to_owned() } else { out }
}
