//! `cxflow/picture`, the picture of the flow as it stands in the editor.

use serde_json::{Value, json};

use crate::editor::Editor;

const FLOW: &str = "flow \"F\"\nentry start\ninclude \"part.cxflow\" as es\n\ndisclosure start {\n  say \"Hi.\"\n  -> es.menu\n}\n\ndisconnect bye\n";
const PART: &str = "collect menu \"Press 1\" {\n  on 1 | timeout | invalid -> bye\n}\n";

fn editor() -> Editor {
    let mut editor = Editor::new(&[("a.cxflow", FLOW), ("part.cxflow", PART)]);
    editor.open("a.cxflow");
    editor
}

fn picture(editor: &mut Editor, name: &str, more: Value) -> Result<Value, String> {
    let mut params = json!({ "textDocument": { "uri": editor.uri(name) } });
    params.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    editor.try_ask("cxflow/picture", params)
}

fn node<'p>(picture: &'p Value, id: &str) -> &'p Value {
    picture["nodes"].as_array().unwrap().iter().find(|node| node["id"] == id).unwrap()
}

#[test]
fn each_node_has_its_element_and_its_place() {
    let mut editor = editor();
    let picture = picture(&mut editor, "a.cxflow", json!({})).unwrap();
    let svg = roxmltree::Document::parse(picture["svg"].as_str().unwrap()).unwrap();
    for node in picture["nodes"].as_array().unwrap() {
        let element = node["element"].as_str().unwrap();
        assert!(svg.descendants().any(|one| one.attribute("id") == Some(element)), "{element}");
    }
    assert_eq!(picture["nodes"].as_array().unwrap().len(), 3);
    let start = node(&picture, "start");
    assert_eq!(editor.piece("a.cxflow", &start["selectionRange"]), "start");
    let whole = editor.piece("a.cxflow", &start["range"]);
    assert!(whole.starts_with("disclosure start {") && whole.ends_with('}'), "{whole}");
    assert_eq!(node(&picture, "es.menu")["uri"], editor.uri("part.cxflow"));
}

#[test]
fn what_is_typed_is_drawn_before_it_is_saved_even_with_errors() {
    let mut editor = editor();
    editor.edit("a.cxflow", "disconnect bye", "disconnect farewell");
    let picture = picture(&mut editor, "a.cxflow", json!({})).unwrap();
    assert!(picture["svg"].as_str().unwrap().contains("farewell"), "{picture}");
    assert_eq!(node(&picture, "farewell")["element"], "node-farewell");
}

#[test]
fn a_part_shows_the_picture_of_its_flow() {
    let mut editor = editor();
    editor.open("part.cxflow");
    let picture = picture(&mut editor, "part.cxflow", json!({})).unwrap();
    assert_eq!(picture["uri"], editor.uri("a.cxflow"));
    node(&picture, "start");
}

#[test]
fn theme_and_highlights_are_those_of_graph() {
    let mut editor = editor();
    let mut draw = |more: Value| picture(&mut editor, "a.cxflow", more);
    let (light, dark) =
        (draw(json!({ "theme": "light" })).unwrap(), draw(json!({ "theme": "dark" })).unwrap());
    assert_ne!(light["svg"], dark["svg"]);
    let marked = draw(json!({ "highlight": ["start > es.menu"] })).unwrap();
    assert!(marked["svg"].as_str().unwrap().contains("the path start -&gt; es.menu"), "{marked}");
    let refused = draw(json!({ "highlight": ["strat"] })).unwrap_err();
    assert!(refused.contains("did you mean `start`?"), "{refused}");
    assert!(draw(json!({ "theme": "sepia" })).unwrap_err().contains("sepia"));
}
