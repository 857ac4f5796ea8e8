//! What `benches/compare` holds the compiler against, and the flows for it. Each is a process of its own:
//!
//! - `flow SHAPE NODES FILE` writes a flow of some shape;
//! - `parse FILE` reads it with the grammar alone, as a whole, and drops what pest made;
//! - `steps FILE` does so 64 lines at a time, as the compiler did before it read plain lines itself;
//! - `onepass FILE` writes the payload of a tree of menus and knows nothing but that shape: no names, no findings, no
//!   checks. No compiler is faster.

#![allow(clippy::disallowed_methods, reason = "a bench reads and writes files of its own")]

mod flows;

use std::env::args;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{Write, stdout};

use cxflowc::syntax::grammar::{Grammar, Rule};
use pest::Parser;

/// The command's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let all: Vec<String> = args().skip(1).collect();
    // `cargo bench` without a name runs this, too, with a word of its own.
    let words: Vec<&str> = all.iter().map(String::as_str).filter(|word| *word != "--bench").collect();
    match words[..] {
        ["flow", shape, nodes, file] => fs::write(file, flow(shape, nodes.parse()?)?)?,
        ["parse", file] => drop(Grammar::parse(Rule::file, &fs::read_to_string(file)?)),
        ["steps", file] => steps(&fs::read_to_string(file)?),
        ["onepass", file] => stdout().write_all(onepass(&fs::read_to_string(file)?).as_bytes())?,
        _ => println!("`benches/compare` runs this; see its first lines"),
    }
    Ok(())
}

fn flow(shape: &str, nodes: usize) -> Result<String, String> {
    match shape {
        "tree" => Ok(flows::tree(nodes)),
        "wide" => Ok(flows::wide(nodes)),
        "chain" => Ok(flows::chain(nodes)),
        "rules" => Ok(flows::layers(nodes) + &flows::policy(100)),
        _ => Err(format!("there is no shape `{shape}`: it is tree, wide, chain or rules")),
    }
}

fn steps(text: &str) {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let lines = rest.trim_start();
        at += rest.len() - lines.len();
        let Some(pair) = Grammar::parse(Rule::lines, lines).ok().and_then(|mut pairs| pairs.next()) else {
            return;
        };
        at += pair.as_span().end().max(1);
    }
}

/// The payload of [`flows::tree`], written while its text is read once.
fn onepass(text: &str) -> String {
    let mut nodes = String::with_capacity(text.len() * 3);
    let mut transitions = String::with_capacity(text.len() * 3);
    let (mut name, mut entry, mut from) = ("", "", "");
    for line in text.lines().map(str::trim_start) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let quoted = || rest.split('"').nth(1).unwrap_or_default();
        match word {
            "" | "///" | "}" => {}
            "flow" => name = quoted(),
            "entry" => entry = rest,
            "on" => {
                let (condition, to) = rest.split_once(" -> ").unwrap_or_default();
                let condition = match condition {
                    "timeout | invalid" => "timeout|invalid".to_owned(),
                    key => format!("input={key}"),
                };
                transition(&mut transitions, from, to, &condition);
            }
            "disclosure" | "disconnect" | "collect" | "agent" => {
                from = rest.split(' ').next().unwrap_or_default();
                let (directive, field) = match word {
                    "disclosure" => ("play", "media_url"),
                    "collect" => ("collect", "text"),
                    "agent" => ("route", "text"),
                    _ => ("disconnect", ""),
                };
                let comma = if nodes.is_empty() { "" } else { "," };
                put(
                    &mut nodes,
                    format_args!(
                        "{comma}\n    {{\n      \"id\": \"{from}\",\n      \"type\": \"{word}\",\n      \"actions\": [\n        {{\n          \"directive\": \"{directive}\""
                    ),
                );
                if !field.is_empty() {
                    put(&mut nodes, format_args!(",\n          \"{field}\": \"{}\"", quoted()));
                }
                if word == "collect" {
                    nodes.push_str(",\n          \"max_retries\": 2");
                }
                nodes.push_str("\n        }\n      ]\n    }");
            }
            _ => transition(&mut transitions, word, rest.trim_start_matches("-> "), "always"),
        }
    }
    format!(
        "{{\n  \"name\": \"{name}\",\n  \"description\": \"\",\n  \"nodes\": [{nodes}\n  ],\n  \"transitions\": [{transitions}\n  ],\n  \"entry_node\": \"{entry}\"\n}}\n"
    )
}

fn transition(out: &mut String, from: &str, to: &str, condition: &str) {
    let comma = if out.is_empty() { "" } else { "," };
    put(
        out,
        format_args!(
            "{comma}\n    {{\n      \"from_node\": \"{from}\",\n      \"to_node\": \"{to}\",\n      \"condition\": \"{condition}\"\n    }}"
        ),
    );
}

fn put(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = text.write_fmt(arguments);
}
