//! The page of a report: its frame, the picture and what the script walks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test"
)]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cxflowc::Compiled;
use cxflowc::report::page;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const FLOW: &str = r#"flow "Reminder"
entry notice
disclosure notice @greeting { say "This is Lakeside." @who }
collect menu "Press 1 or 2." retries 1 {
  on 1..2 -> desk
  on timeout | invalid -> bye
}
agent desk "front" { on busy -> bye }
disconnect bye
notice -> menu
"#;

/// The element's content, which is text to the end of the page's script elements.
fn content<'h>(html: &'h str, begins: &str) -> &'h str {
    let at = html.find(begins).unwrap_or_else(|| panic!("{begins} is not in {html}")) + begins.len();
    let rest = &html[at..];
    &rest[..rest.find("</").unwrap()]
}

/// The picture with its walk, where nothing is secret.
fn picture(compiled: &Compiled) -> String {
    let mut out = String::new();
    page::picture(compiled, str::to_owned, &mut out);
    out
}

fn walk(text: &str) -> Value {
    let html = picture(&cxflowc::compile("a.cxflow", text));
    serde_json::from_str(content(&html, "<script type=\"application/json\" id=\"walk-data\">")).unwrap()
}

fn node<'w>(walk: &'w Value, name: &str) -> &'w Value {
    walk["nodes"].as_array().unwrap().iter().find(|node| node["name"] == name).unwrap()
}

#[test]
fn the_walk_has_what_is_heard_and_where_each_event_leads() {
    let walk = walk(FLOW);
    let number =
        |name: &str| walk["nodes"].as_array().unwrap().iter().position(|node| node["name"] == name).unwrap();
    assert_eq!(walk["entry"], number("notice"));
    let notice = node(&walk, "notice");
    assert_eq!((&notice["next"], &notice["exits"][0]["to"]), (&json!(0), &json!(number("menu"))));
    assert_eq!(notice["tags"], json!(["greeting"]));
    assert_eq!(
        notice["steps"],
        json!([{ "heard": true, "words": "This is Lakeside.", "media": null, "tags": ["who"] }])
    );
    assert_eq!(notice["place"], "a.cxflow:3");
    let menu = node(&walk, "menu");
    assert_eq!((&menu["state"], &menu["attempts"]), (&json!("waits"), &json!(2)));
    assert_eq!(
        menu["exits"],
        json!([
            { "on": "1..2", "to": number("desk"), "events": [
                { "word": "1", "about": "", "key": true },
                { "word": "2", "about": "", "key": true },
            ] },
            { "on": "timeout | invalid", "to": number("bye"), "events": [
                { "word": "timeout", "about": "no key in time", "key": false },
                { "word": "invalid", "about": "a wrong key", "key": false },
            ] },
        ])
    );
    let desk = node(&walk, "desk");
    assert_eq!((&desk["state"], &desk["steps"][0]["heard"]), (&json!("may end"), &json!(false)));
    assert_eq!(node(&walk, "bye")["state"], "ended");
}

#[test]
fn a_way_back_has_its_bound_and_then_its_else() {
    let text = "flow \"A\"\nentry a\ncollect a \"Press 1\" { on 1 -> b; on timeout | invalid -> bye }\n\
                play b { say \"Hm\"; -> a again 2 else bye }\ndisconnect bye\n";
    let walk = walk(text);
    assert_eq!(
        walk["nodes"].as_array().unwrap().len(),
        3,
        "a node is there once, however often calls come to it"
    );
    let b = node(&walk, "b");
    assert_eq!(b["next"], 0);
    assert_eq!(
        b["exits"],
        json!([
            { "on": "again 2", "events": [], "to": 0, "bound": { "again": 0, "most": 2 } },
            { "on": "else", "events": [], "to": 2 },
        ])
    );
}

#[test]
fn a_flow_with_errors_has_a_walk_as_far_as_it_is_known() {
    let text = "flow \"A\"\nentry a\ncollect a \"Press 1\" { on 1 -> nowhere; on 2 -> dead; on timeout | invalid -> bye }\n\
                play dead { say \"Hm\" }\ndisconnect bye\n";
    let walk = walk(text);
    let a = node(&walk, "a");
    assert_eq!((&a["exits"][0]["to"], &a["exits"][0]["events"]), (&Value::Null, &json!([])));
    let findings: Vec<&str> =
        a["findings"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(findings.iter().any(|one| one.starts_with("error CX103: ")), "{findings:?}");
    assert_eq!(node(&walk, "dead")["state"], "dead end");
    assert_eq!(self::walk("flow \"A\"\n")["entry"], Value::Null);
}

#[test]
fn no_text_of_a_flow_becomes_markup() {
    for text in [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]> & \\\" ' <img src=x onerror=alert(1)>",
        "مرحبا \u{202e}abc",
        &"x<".repeat(500),
    ] {
        let text = format!(
            "flow \"{text}\"\nentry a\ncollect a \"{text}\" {{ on 1 -> b; on \"{text}\" -> b; on timeout | invalid -> b }}\ndisconnect b {{ say \"{text}\" }}\n"
        );
        let compiled = cxflowc::compile("a.cxflow", text.as_str());
        let html = picture(&compiled);
        assert_eq!(html.matches("<script").count(), 1, "{html}");
        assert_eq!(html.matches("</script>").count(), 1, "{html}");
        assert!(!html.contains("<img") && !html.contains("<!--") && !html.contains('\u{202e}'), "{html}");
        let json = content(&html, "id=\"walk-data\">");
        assert!(!json.contains('<'), "{json}");
        let walk: Value = serde_json::from_str(json).unwrap();
        assert_eq!(walk["nodes"].as_array().unwrap().len(), 2);
        assert_eq!(html, picture(&compiled));
    }
}

#[test]
fn what_is_masked_is_nowhere_on_the_page() {
    let compiled = cxflowc::compile("a.cxflow", FLOW.replace("Lakeside", "hunter2"));
    let mask = |text: &str| text.replace("hunter2", "***");
    assert!(picture(&compiled).contains("hunter2"));
    let html = page::document("hunter2", mask, |out| page::picture(&compiled, mask, out));
    assert!(!html.contains("hunter2") && html.contains("***"));
}

#[test]
fn a_page_allows_its_own_script_and_style_and_nothing_else() {
    let html = page::document("A & <b>", str::to_owned, |out| out.push_str("<main></main>"));
    assert!(html.contains("<title>A &amp; &lt;b&gt;</title>"), "{html}");
    let allowed = html.split_once("http-equiv=\"Content-Security-Policy\" content=\"").unwrap().1;
    let allowed = &allowed[..allowed.find('"').unwrap()];
    let hash = |begins: &str, ends: &str| {
        let text = html.split_once(begins).unwrap().1.split_once(ends).unwrap().0;
        format!("'sha256-{}'", BASE64_STANDARD.encode(Sha256::digest(text)))
    };
    let (script, style) = (hash("<script>", "</script>"), hash("<style>", "</style>"));
    assert_eq!(
        allowed,
        format!(
            "default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'; form-action 'none'"
        )
    );
    for loads in ["http://", "https://", "url(", "@import", " src=", "innerHTML", "style=\""] {
        assert!(!html.contains(loads), "{loads} is in {html}");
    }
}

#[test]
fn a_large_flow_has_a_list_of_its_pages() {
    let mut text = "flow \"Large\"\nentry menu\ncollect menu \"Press a key\" {\n".to_owned();
    for key in 0..10 {
        text += &format!("  on {key} -> m{key}\n");
    }
    text += "  on timeout | invalid -> bye\n}\ndisconnect bye\n";
    for menu in 0..10 {
        text += &format!("collect m{menu} \"Press a key\" {{\n");
        for key in 0..10 {
            text += &format!("  on {key} -> m{menu}k{key}\n");
        }
        text += "  on timeout | invalid -> bye\n}\n";
        for key in 0..10 {
            text += &format!("agent m{menu}k{key} \"queue\"\n");
        }
    }
    let html = picture(&cxflowc::compile("a.cxflow", text.as_str()));
    let pages = html.matches("<svg class=\"sheet\"").count();
    assert!(pages > 1);
    for page in 1..=pages {
        assert_eq!(html.matches(&format!("<a href=\"#page-{page}\"><bdi>")).count(), 1, "{page}");
        assert_eq!(html.matches(&format!("id=\"page-{page}\"")).count(), 1, "{page}");
    }
    assert_eq!(html.matches("id=\"pages\"").count(), 1);
    // Every node has one box of its own.
    for node in 0..112 {
        let boxes = html.split("<g id=\"node-").skip(1);
        let own =
            boxes.filter(|part| part.split_once('>').unwrap().0.contains(&format!("data-node=\"{node}\"")));
        assert_eq!(own.count(), 1, "{node}");
    }
}
