//! The comments above a policy: what it is for, and the tags and facts that it expects.
//!
//! ```text
//! // Calls to the United States.
//! //
//! // It is no legal advice.
//! //
//! // Tags
//! //   @identity       who calls
//! //
//! // Facts
//! //   consent = "express"    what is on record
//!
//! policy …
//! ```

use crate::source::{Source, Span};
use crate::syntax::ast::Item;

/// What the comments say.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The prose, a text for each paragraph and for each line that begins after a full stop; an
    /// empty one stands between paragraphs.
    pub about: Vec<String>,
    /// The tags that it goes by; `None` without a list.
    pub tags: Option<Vec<Expected>>,
    /// The facts that it asks for; `None` without a list.
    pub facts: Option<Vec<Expected>>,
}

/// A tag or a fact, and what it means.
#[derive(Debug, PartialEq, Eq)]
pub struct Expected {
    /// `@identity`, or `consent = "express"`
    pub name: String,
    pub meaning: String,
}

/// Names without a meaning, each once.
pub fn named(names: impl Iterator<Item = String>) -> Vec<Expected> {
    let mut out: Vec<Expected> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for name in names {
        if seen.insert(name.clone()) {
            out.push(Expected { name, meaning: String::new() });
        }
    }
    out
}

/// Reads the run of `//` lines above a policy; blank lines may stand between the two.
pub fn above(source: &Source, comments: &[Span], policy: &Item) -> Head {
    let begin = policy.doc.map_or(policy.span.start, |doc| doc.start);
    let before = comments.partition_point(|comment| comment.start < begin);
    let mut lines: Vec<&str> = Vec::new();
    let mut next = begin as usize;
    for comment in comments.get(..before).unwrap_or_default().iter().rev() {
        let between = source.slice(comment.end as usize..next);
        let breaks = between.matches('\n').count();
        let is_apart = !between.trim().is_empty() || (!lines.is_empty() && breaks != 1);
        let text = source.slice(comment.range());
        if is_apart || text.starts_with("///") || !stands_alone(source, *comment) {
            break;
        }
        lines.push(text.trim_start_matches("//").trim_end());
        next = comment.start as usize;
    }
    lines.reverse();
    read(&lines)
}

/// Whether nothing stands before a comment on its line.
fn stands_alone(source: &Source, comment: Span) -> bool {
    let before = source.slice(0..comment.start as usize);
    before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{FEFF}').trim().is_empty()
}

fn read(lines: &[&str]) -> Head {
    enum Part {
        About,
        Tags,
        Facts,
    }
    let mut head = Head::default();
    let mut part = Part::About;
    for line in lines {
        let list = match (line.trim(), &part) {
            ("Tags", _) => {
                head.tags = Some(Vec::new());
                part = Part::Tags;
                continue;
            }
            ("Facts", _) => {
                head.facts = Some(Vec::new());
                part = Part::Facts;
                continue;
            }
            ("", Part::Tags | Part::Facts) => {
                part = Part::About;
                continue;
            }
            (text, Part::About) => {
                add_prose(&mut head.about, text);
                continue;
            }
            (_, Part::Tags) => &mut head.tags,
            (_, Part::Facts) => &mut head.facts,
        };
        // `(none)` is no entry.
        if let Some(list) = list
            && !line.trim().starts_with('(')
        {
            let (name, meaning) = line.trim().split_once("  ").unwrap_or((line.trim(), ""));
            list.push(Expected { name: name.to_owned(), meaning: meaning.trim().to_owned() });
        }
    }
    while head.about.last().is_some_and(String::is_empty) {
        head.about.pop();
    }
    head
}

/// What a doc comment says, as the prose of a head.
pub fn prose(comment: &str) -> Vec<String> {
    let mut out = Vec::new();
    for line in comment.lines() {
        add_prose(&mut out, line.trim().trim_start_matches('/').trim());
    }
    out
}

fn add_prose(about: &mut Vec<String>, text: &str) {
    match about.last_mut() {
        None if text.is_empty() => {}
        Some(last) if text.is_empty() && last.is_empty() => {}
        Some(last) if !text.is_empty() && !last.is_empty() && !last.ends_with('.') => {
            last.push(' ');
            last.push_str(text);
        }
        _ => about.push(text.to_owned()),
    }
}
