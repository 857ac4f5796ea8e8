//! The comments above a policy, which say what it is for.
//!
//! ```text
//! // Calls to the United States.
//! //
//! // It is not legal advice.
//!
//! policy …
//! ```

use crate::source::{Source, Span};
use crate::syntax::ast::Item;

/// The text of the `//` lines above a policy: an entry for each paragraph and for each line that begins after
/// a full stop, and an empty one between paragraphs. Blank lines may separate the comments from the policy.
pub fn above(source: &Source, comments: &[Span], policy: &Item) -> Vec<String> {
    let begin = policy.doc.map_or(policy.span.start, |doc| doc.start);
    let before = comments.partition_point(|comment| comment.start < begin);
    let mut lines: Vec<&str> = Vec::new();
    let mut next = begin as usize;
    for comment in comments.get(..before).unwrap_or_default().iter().rev() {
        let between = source.slice(comment.end as usize..next);
        let breaks = between.matches('\n').count();
        let is_apart = !between.trim().is_empty() || (!lines.is_empty() && breaks != 1);
        let text = source.slice(comment.range());
        if is_apart || text.starts_with("///") || !is_alone_on_line(source, *comment) {
            break;
        }
        lines.push(text.trim_start_matches("//").trim_end());
        next = comment.start as usize;
    }
    lines.reverse();
    to_prose(&lines)
}

/// Whether a comment is the first thing on its line.
fn is_alone_on_line(source: &Source, comment: Span) -> bool {
    let before = source.slice(0..comment.start as usize);
    before.rsplit('\n').next().unwrap_or_default().trim_start_matches('\u{FEFF}').trim().is_empty()
}

fn to_prose(lines: &[&str]) -> Vec<String> {
    let mut about = Vec::new();
    for line in lines {
        add_prose(&mut about, line.trim());
    }
    while about.last().is_some_and(String::is_empty) {
        about.pop();
    }
    about
}

/// The text of a doc comment, in the form of [`above`].
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
