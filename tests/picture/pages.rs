//! Large flows: pages with links between them.

use std::fmt::Write;

use super::support::{drawn, texts_of};

/// A flow of ten-way menus.
pub fn menus(nodes: usize) -> String {
    let mut text = String::from("flow \"Menus\"\nentry n0\ndisconnect bye\n");
    for node in 0..nodes {
        let below = node * 10 + 1..(node * 10 + 11).min(nodes);
        if below.is_empty() {
            writeln!(text, "agent n{node} \"q\"").unwrap();
            continue;
        }
        write!(text, "collect n{node} \"Press\" {{ on timeout | invalid -> bye").unwrap();
        below.enumerate().for_each(|(key, to)| write!(text, "; on {key} -> n{to}").unwrap());
        text.push_str(" }\n");
    }
    text
}

#[test]
fn up_to_eighty_nodes_are_one_page() {
    assert!(!drawn(&menus(79), "svg").contains("page-2"));
    assert!(drawn(&menus(80), "svg").contains("page-2"));
}

#[test]
fn all_links_lead_somewhere_within_the_file() {
    let svg = drawn(&menus(500), "svg");
    let document = roxmltree::Document::parse(&svg).unwrap();
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), ids.len(), "an id stands twice");
    let links: Vec<&str> = document.descendants().filter_map(|node| node.attribute("href")).collect();
    assert!(links.len() > 100, "{}", links.len());
    for link in links {
        let id = link.strip_prefix('#').unwrap();
        assert!(sorted.binary_search(&id).is_ok(), "{link}");
    }
    // Each node has its own place, that links and readers of the file find by its name.
    for node in 0..500 {
        assert!(sorted.binary_search(&&*format!("node-n{node}")).is_ok(), "{node}");
    }
}

#[test]
fn a_page_says_where_it_comes_from_and_what_it_begins_with() {
    let texts = texts_of(&drawn(&menus(500), "svg"), "text");
    for expected in ["1. n0 · 2 nodes", "from n0 (page 1)", "all pages", "bye (p. 1)"] {
        assert!(texts.iter().any(|text| text == expected), "{expected}: {texts:?}");
    }
}

#[test]
fn a_tree_has_the_same_pages() {
    let text = drawn(&menus(500), "text");
    assert!(text.contains("\n1. n0 · 2 nodes\n"), "{text}");
    assert!(text.contains("─ n1 collect → page 2  “Press”\n"), "{text}");
    assert!(text.contains("\n2. n1 · "), "{text}");
}

#[test]
fn a_chain_of_thousands_of_nodes_is_drawn() {
    let mut text = String::from("flow \"Chain\"\nentry n0\n");
    for node in 0..3_000 {
        writeln!(text, "play n{node} \"https://a.example/a.wav\"\nn{node} -> n{}", node + 1).unwrap();
    }
    text.push_str("disconnect n3000\n");
    for format in cxflowc::picture::FORMATS {
        assert!(drawn(&text, format.name).contains("n3000"), "{}", format.name);
    }
}
