//! Texts that mean something to what shows a picture come out as texts.

use cxflowc::Compiled;
use cxflowc::picture::measure::{cut_to_columns, visible};
use cxflowc::picture::{DrawOptions, Picture, PictureFormat};
use cxflowc::spelling::{display_id, display_string};
use proptest::prelude::*;

const NASTY: [&str; 40] = [
    "<script>alert(1)</script>",
    "</text></svg><img src=x onerror=alert(1)>",
    "]]>",
    "<!--",
    "<![CDATA[",
    "&amp;",
    "&#60;",
    "&nosuch;",
    "\"",
    "'",
    "\\",
    "\\n",
    "\\l",
    "`",
    "javascript:alert(1)",
    "\u{202E}",
    "\u{2066}",
    "\u{200B}",
    "\u{0}",
    "\u{1B}[2J",
    "\u{FFFE}",
    "\u{FFFF}",
    "\u{7F}",
    "\u{85}",
    "#1;",
    "#35;",
    "#quot;",
    "end",
    "subgraph",
    "%%{init: {}}%%",
    "n0 --> n1",
    "\n  click n0 href \"https://x.example\"",
    "|\"]",
    "```",
    "**bold** _it_",
    "1. list",
    "- list",
    "مرحبا بالعالم",
    "请按一",
    "}; digraph x {",
];

fn texts() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop::sample::select(&NASTY[..]).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => Just("long ".repeat(200)),
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

fn node_names() -> impl Strategy<Value = String> {
    texts().prop_filter("a name is not blank", |name| !visible(name).is_empty())
}

/// A flow with these texts at all places that have texts, or `None` if the language has no such texts.
fn flow(name: &str, node: &str, prompt: &str, condition: &str) -> Option<Compiled> {
    let id = display_id(node);
    let [name, prompt, condition] = [name, prompt, condition].map(display_string);
    let text = format!(
        "flow {name}\ndescription {prompt}\nentry {id}\ncollect {id} {prompt} {{\n  on {condition} -> bye\n  on 1 -> {id}\n  on 2 -> missing\n}}\nnode bye type {condition} ends {{ action {name} text {prompt} }}\n"
    );
    let compiled = cxflowc::compile("call.cxflow", &*text);
    let is_whole = compiled.flow.nodes.len() == 2 && compiled.flow.transitions.len() == 3;
    is_whole.then_some(compiled)
}

/// Whether a text is there as it is, or as the source spells it.
fn is_in(said: &str, value: &str) -> bool {
    said.contains(&visible(value)) || said.contains(&visible(&display_string(value)))
}

/// The values of the texts that the flow has, after all insertions.
fn values(compiled: &Compiled) -> Vec<String> {
    let flow = &compiled.flow;
    let actions = flow.nodes.rows().iter().flat_map(|node| &node.actions);
    let texts = actions.filter_map(|action| action.text.as_ref()).chain(&flow.name);
    let mut values: Vec<String> = texts.filter_map(|text| text.value.as_deref()).map(str::to_owned).collect();
    values.extend(flow.nodes.rows().iter().map(|node| display_id(&node.id)));
    values
}

fn drawn(compiled: &Compiled, format: &str) -> String {
    let picture = Picture::new(compiled, &[], str::to_owned).unwrap();
    (PictureFormat::named(format).unwrap().draw)(&picture, &DrawOptions::default())
}

const ELEMENTS: [&str; 11] =
    ["svg", "title", "desc", "style", "rect", "g", "path", "text", "a", "circle", "tspan"];

fn check_svg(compiled: &Compiled) {
    let svg = drawn(compiled, "svg");
    let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{error}\n{svg}"));
    let mut said = String::new();
    for node in document.descendants() {
        if node.is_element() {
            assert!(ELEMENTS.contains(&node.tag_name().name()), "{svg}");
        }
        assert!(!node.is_comment() && !node.is_pi(), "{svg}");
        for attribute in node.attributes() {
            assert!(!attribute.name().starts_with("on"), "{svg}");
            assert!(attribute.name() != "href" || attribute.value().starts_with('#'), "{svg}");
        }
        if matches!(node.tag_name().name(), "title" | "text") {
            said.push_str(node.text().unwrap_or_default());
            said.push('\n');
        }
    }
    for value in values(compiled) {
        assert!(is_in(&said, &value), "{value:?} in {said}");
    }
}

/// A label's text as Mermaid reads it.
fn unescaped(label: &str) -> String {
    let mut parts = label.split('#');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').unwrap();
        out.push(char::from_u32(number.parse().unwrap()).unwrap());
        out.push_str(rest);
    }
    out
}

fn check_mermaid(compiled: &Compiled) {
    let drawn = drawn(compiled, "mermaid");
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(
        lines.iter().filter(|line| line.starts_with("  n") && line.contains(" --> ")).count(),
        0,
        "{drawn}"
    );
    let boxes: Vec<&str> =
        lines.iter().filter(|line| line.starts_with("  n") && !line.contains(" -->")).copied().collect();
    assert_eq!(boxes.len(), 2, "{drawn}");
    let mut said = String::new();
    for one in boxes {
        let (_, label) = one.split_once('"').unwrap();
        let (label, _) = label.rsplit_once('"').unwrap();
        for line in label.split("<br/>") {
            let is_plain = |c: char| !c.is_ascii_punctuation() || matches!(c, ',' | '#' | ';');
            assert!(line.chars().all(is_plain), "{line}");
            said.push_str(&unescaped(line));
            said.push('\n');
        }
    }
    for node in compiled.flow.nodes.rows() {
        let name = visible(&display_id(&node.id));
        let begins: String = cut_to_columns(&name, 50).trim_end_matches('…').to_owned();
        assert!(said.contains(&begins), "{begins:?} in {said}");
    }
}

/// The texts of a file for Graphviz, read as its lexer reads them, and what is left without them.
fn quoted_texts(dot: &str) -> (Vec<String>, String) {
    let (mut texts, mut rest) = (Vec::new(), String::new());
    let mut characters = dot.chars();
    while let Some(character) = characters.next() {
        if character != '"' {
            rest.push(character);
            continue;
        }
        let mut text = String::new();
        loop {
            match characters.next().expect("a quoted text ends") {
                '"' => break,
                '\\' => match characters.next().unwrap() {
                    'l' | 'n' => text.push('\n'),
                    escaped => text.push(escaped),
                },
                other => text.push(other),
            }
        }
        texts.push(text.replace("&amp;", "&"));
    }
    (texts, rest)
}

fn check_dot(compiled: &Compiled) {
    let (texts, rest) = quoted_texts(&drawn(compiled, "dot"));
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c.is_whitespace() || "{}[]=,;->".contains(c);
    assert!(rest.chars().all(is_plain), "{rest}");
    let said = texts.join("\n");
    for value in values(compiled) {
        assert!(is_in(&said, &value), "{value:?} in {said}");
    }
}

fn check_text(compiled: &Compiled) {
    let drawn = drawn(compiled, "text");
    let is_shown = |c: char| c == '\n' || !cxflowc::spelling::is_invisible(c);
    assert!(drawn.chars().all(is_shown), "{drawn:?}");
    assert_eq!(drawn.lines().filter(|line| line.contains("the same again")).count(), 1, "{drawn}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_comes_out_as_text(
        name in texts(),
        node in node_names(),
        prompt in texts(),
        condition in texts(),
    ) {
        let compiled = flow(&name, &node, &prompt, &condition);
        prop_assume!(compiled.is_some());
        let compiled = compiled.unwrap();
        check_svg(&compiled);
        check_mermaid(&compiled);
        check_dot(&compiled);
        check_text(&compiled);
    }
}
