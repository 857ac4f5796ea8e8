//! Flows of any size: a tree of ten-way menus with agents as its leaves, about 70 bytes a node.

#![allow(dead_code, reason = "each bench uses some of these")]

use std::fmt::Write;

/// A flow of `nodes` nodes that builds clean.
pub fn tree(nodes: usize) -> String {
    let mut text = String::with_capacity(nodes * 75);
    text.push_str("flow \"Tree of menus\"\nentry notice\n\n");
    text.push_str(
        "disclosure notice \"https://cdn.example.com/notice.wav\"\ndisconnect goodbye\nnotice -> n0\n\n",
    );
    let menus = nodes.saturating_sub(2);
    for node in 0..menus {
        let children = node * 10 + 1..(node * 10 + 11).min(menus);
        if children.is_empty() {
            put(&mut text, format_args!("agent n{node} \"queue_{node}\"\n"));
            continue;
        }
        put(&mut text, format_args!("\n/// Menu {node}.\ncollect n{node} \"Press"));
        for key in 0..children.len() {
            put(&mut text, format_args!("{} {key} for department {key}", if key == 0 { "" } else { "," }));
        }
        text.push_str("\" retries 2 {\n");
        for (key, child) in children.enumerate() {
            put(&mut text, format_args!("  on {key} -> n{child}\n"));
        }
        text.push_str("  on timeout | invalid -> goodbye\n}\n");
    }
    text
}

/// A flow with `errors` findings of several kinds, each on lines of its own.
pub fn broken(errors: usize) -> String {
    let mut text = tree(1_000);
    for index in 0..errors {
        match index % 5 {
            0 => put(&mut text, format_args!("agent x{index} queue_{index}\n")),
            1 => put(&mut text, format_args!("n0 => n{index}\n")),
            2 => put(&mut text, format_args!("play x{index} \"file_{index}.wav\" {{ -> goodbye }}\n")),
            3 => put(&mut text, format_args!("goodbye -> missing_{index} on failed\n")),
            _ => put(&mut text, format_args!("play y{index} {{ say \"unclosed {index} }}\n")),
        }
    }
    text
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
