//! Flows of any size: a tree of ten-way menus with agents as its leaves, about 70 bytes a node.

#![allow(dead_code, reason = "each bench uses some of these")]

use std::fmt::Write;

/// A flow of `nodes` nodes that builds clean.
pub fn tree(nodes: usize) -> String {
    menus(nodes, 0)
}

/// The same with a variable in the text of each menu, and with as many of the last menus as `agains` says to which a
/// key leads back.
pub fn tree_with_values(nodes: usize, agains: usize) -> String {
    menus(nodes, agains.max(1))
}

/// How many variables a tree with values has.
const VARIABLES: usize = 100;

fn menus(nodes: usize, agains: usize) -> String {
    let mut text = String::with_capacity(nodes * 75);
    text.push_str("flow \"Tree of menus\"\nentry notice\n\n");
    let has_values = agains > 0;
    if has_values {
        for variable in 0..VARIABLES {
            put(&mut text, format_args!("var v{variable}\n"));
        }
    }
    text.push_str("disclosure notice \"https://cdn.example.com/notice.wav\"");
    if has_values {
        text.push_str(" {\n");
        for variable in 0..VARIABLES {
            put(&mut text, format_args!("  set v{variable} = {variable}\n"));
        }
        text.push('}');
    }
    text.push_str("\ndisconnect goodbye\nnotice -> n0\n\n");
    let mut agains = agains;
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
        if has_values {
            put(&mut text, format_args!(", ${{v{}}}", node % VARIABLES));
        }
        text.push_str("\" retries 2 {\n");
        let is_last = children.start * 10 + 1 >= menus;
        for (key, child) in children.enumerate() {
            put(&mut text, format_args!("  on {key} -> n{child}\n"));
        }
        if is_last && agains > 0 {
            agains -= 1;
            put(&mut text, format_args!("  on * -> n{node} again 1 else goodbye\n"));
        }
        text.push_str("  on timeout | invalid -> goodbye\n}\n");
    }
    text
}

/// A flow of `nodes` nodes in forty layers of menus and messages, so many paths that no one could
/// list them, with tags on some nodes and steps.
pub fn layers(nodes: usize) -> String {
    const LAYERS: usize = 40;
    let width = (nodes / LAYERS).max(1);
    let mut text = String::with_capacity(nodes * 130);
    text.push_str("flow \"Layers\"\nentry n0_0\n");
    for layer in 0..LAYERS {
        for at in 0..width {
            if layer + 1 == LAYERS {
                put(&mut text, format_args!("agent n{layer}_{at} \"q\" @sales\n"));
                continue;
            }
            let next = layer + 1;
            let [a, b, c] = [at * 7, at * 7 + 1, at * 13 + 5].map(|target| target % width);
            match at % 3 {
                0 => put(
                    &mut text,
                    format_args!(
                        "disclosure n{layer}_{at} {{ say \"This is Lakeside\" @identity; say \"Press nine to stop\" @offer; -> n{next}_{a} }}\n"
                    ),
                ),
                _ => put(
                    &mut text,
                    format_args!(
                        "collect n{layer}_{at} \"Press 1 or 2\" lasts 4s retries 1 @menu {{ on 1 -> n{next}_{a}; on 2 -> n{next}_{b}; on timeout | invalid -> n{next}_{c} }}\n"
                    ),
                ),
            }
        }
    }
    text
}

/// A policy of `rules` rules, of all forms in turn.
pub fn policy(rules: usize) -> String {
    let mut text = String::from("policy many \"Many rules\" {\n");
    for index in 0..rules {
        let rule = match index % 10 {
            0 => "require @identity before @sales",
            1 => "require disclosure before agent since @menu",
            2 => "require @sales after disclosure & not @missing",
            3 => "require agent | @sales reachable from collect within 3 keys",
            4 => "forbid @offer before @identity & collect",
            5 => "forbid disclosure & not @identity after agent",
            6 => "limit 39 collect | disclosure",
            7 => "limit 20min from @identity to agent",
            8 => "require any on every path",
            _ => "require @menu",
        };
        put(&mut text, format_args!("  warn r{index}: {rule}\n"));
    }
    text.push_str("}\napply many\n");
    text
}

/// One menu with `branches` branches, each with a key entry of its own, and their agent.
pub fn wide(branches: usize) -> String {
    let mut text = String::with_capacity(branches * 24);
    text.push_str(
        "flow \"One wide menu\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\"; -> menu }\n",
    );
    text.push_str("collect menu \"Enter your number\" {\n");
    for branch in 0..branches {
        put(&mut text, format_args!("  on {branch} -> sales\n"));
    }
    text.push_str("  on timeout | invalid -> sales\n}\nagent sales \"q\"\n");
    text
}

/// A chain of `nodes` messages.
pub fn chain(nodes: usize) -> String {
    let mut text = String::with_capacity(nodes * 50);
    text.push_str("flow \"Chain\"\nentry notice\ndisclosure notice { say \"This is Lakeside.\"; -> n0 }\n");
    for node in 0..nodes {
        put(&mut text, format_args!("play n{node} {{ say \"Message {node}\"; -> n{} }}\n", node + 1));
    }
    put(&mut text, format_args!("disconnect n{nodes}\n"));
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
