//! What an outline leaves out in a long file, so that it stays small enough to be sent with each key.

use serde_json::{Value, json};

use crate::editor::Editor;

/// A flow of so many menus.
fn flow(nodes: usize) -> String {
    let nodes = (0..nodes)
        .map(|node| format!("collect n{node} \"Press 1\" {{ on 1 -> n0; on timeout | invalid -> bye }}\n"));
    format!("entry n0\ndisconnect bye\n{}", nodes.collect::<String>())
}

fn outline(nodes: usize) -> Vec<Value> {
    let mut editor = Editor::of(&flow(nodes));
    let params = json!({ "textDocument": { "uri": editor.uri("a.cxflow") } });
    editor.ask("textDocument/documentSymbol", params).as_array().unwrap().clone()
}

#[test]
fn the_ways_out_of_nodes_stand_only_in_the_outline_of_a_file_that_is_not_long() {
    let all = outline(999);
    assert_eq!(all.len(), 1000);
    assert_eq!(all[1]["children"].as_array().unwrap().len(), 2, "{}", all[1]);
    let long = outline(1000);
    assert_eq!(long.len(), 1001);
    assert!(long.iter().all(|symbol| symbol.get("children").is_none()));
    assert_eq!(long[1000]["name"], "n999");
}

#[test]
fn an_outline_has_an_end() {
    let outline = outline(10_500);
    assert_eq!(outline.len(), 10_000);
    assert_eq!(outline[9999]["name"], "n9998");
}
