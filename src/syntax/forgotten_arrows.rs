//! Lines such as `notice bye`, whose arrow is forgotten: both words name nodes of the file.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::ast::{Ast, Declaration, Name};
use super::broken_lines::UnreadLine;
use super::codes;
use super::grammar::Rule;
use super::line::reads;
use super::text;
use super::text_lines::{code, line_at};
use super::tokens::{Kind, Token, tokens};
use super::words::{self, LineContext};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::source::{FileId, Source, Span};

/// The longest line that is considered, in bytes.
const LONGEST: usize = 1 << 10;

/// A line that names two nodes without an arrow.
struct ForgottenArrow {
    /// The line's code.
    line: Span,
    /// The end of the first name.
    end: usize,
    names: Vec<Name>,
    /// The line as it was meant.
    meant: String,
}

/// Words the findings of lines that lack an arrow anew, and makes transitions of what they declare.
pub fn explain(source: &Source, file: FileId, unread: &[UnreadLine], ast: &mut Ast, found: &mut Diagnostics) {
    let possible: Vec<ForgottenArrow> =
        unread.iter().filter_map(|line| forgotten(source.text(), file, line)).collect();
    if possible.is_empty() {
        return;
    }
    let nodes = declared(source, ast);
    let text = |name: &Name| text::name(source.slice(name.span.range()));
    let is_node = |arrow: &ForgottenArrow, name: &Name| {
        nodes
            .get(text(name).as_ref())
            .is_some_and(|spans| spans.iter().any(|span| !arrow.line.contains(*span)))
    };
    let both = |arrow: &ForgottenArrow| {
        arrow.names.len() > 1 && arrow.names.iter().take(2).all(|name| is_node(arrow, name))
    };
    let arrows: FxHashMap<u32, ForgottenArrow> =
        possible.into_iter().filter(both).map(|arrow| (arrow.line.start, arrow)).collect();
    if arrows.is_empty() {
        return;
    }
    let is_of = |span: Span| arrows.contains_key(&span.start);
    found.retain(|finding| !finding.span.is_some_and(is_of));
    let mut all: Vec<&ForgottenArrow> = arrows.values().collect();
    all.sort_unstable_by_key(|arrow| arrow.line.start);
    all.into_iter().for_each(|arrow| found.push(finding(file, arrow)));
    let mut seen: FxHashSet<u32> = FxHashSet::default();
    ast.items.retain_mut(|item| match arrows.get(&item.span.start) {
        None => true,
        Some(arrow) => {
            item.declaration = Declaration::Broken(arrow.names.clone());
            seen.insert(item.span.start)
        }
    });
}

fn finding(file: FileId, arrow: &ForgottenArrow) -> Diagnostic {
    let names: Vec<Span> = arrow.names.iter().take(2).map(|name| name.span).collect();
    let second = names.last().copied().unwrap_or(arrow.line);
    let fix = Fix::new("Write `->`", Span::new(file, arrow.end, arrow.end), " ->");
    Diagnostic::new(&codes::SYNTAX, second, "an arrow is missing between two nodes")
        .here("`->` is missing before this")
        .help(format!("write `{}`", arrow.meant))
        .fix(Some(fix))
}

/// The names of the file's nodes and of what else an arrow may lead to, with their places.
fn declared<'t>(source: &'t Source, ast: &Ast) -> FxHashMap<Cow<'t, str>, Vec<Span>> {
    let mut names: FxHashMap<Cow<'t, str>, Vec<Span>> = FxHashMap::default();
    for item in &ast.items {
        let name = match &item.declaration {
            Declaration::Node(node) => Some(node.name),
            Declaration::Exit(name) => Some(*name),
            Declaration::Include(include) => include.prefix,
            _ => None,
        };
        if let Some(name) = name {
            names.entry(text::name(source.slice(name.span.range()))).or_default().push(name.span);
        }
    }
    names
}

/// A broken line that is a transition with an arrow behind its first name.
fn forgotten(text: &str, file: FileId, unread: &UnreadLine) -> Option<ForgottenArrow> {
    let line = line_at(text, unread.at);
    if unread.place != LineContext::File || line.len() > LONGEST {
        return None;
    }
    let line = code(text, unread.at..line.end);
    let written = text.get(line.clone())?;
    let all = tokens(written);
    let is_name = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Quoted);
    let first = all.first().filter(is_name)?;
    all.get(1).filter(is_name)?;
    // Other declarations have near misses of their own.
    let is_own = |word: &str| words::DECLARATIONS.contains(&word) || matches!(word, "disposition" | "on");
    if is_own(first.text) {
        return None;
    }
    let (before, behind) = written.split_at_checked(first.range.end)?;
    let meant = format!("{before} ->{behind}");
    if !reads(Rule::declaration_line, &meant) {
        return None;
    }
    let names = all
        .iter()
        .take_while(|token| !matches!(token.text, "on" | "again" | "disposition"))
        .filter(is_name)
        .map(|token| Name {
            span: Span::new(file, line.start + token.range.start, line.start + token.range.end),
            quoted: token.kind == Kind::Quoted,
        });
    Some(ForgottenArrow {
        line: Span::new(file, line.start, line.end),
        end: line.start + first.range.end,
        names: names.collect(),
        meant,
    })
}
