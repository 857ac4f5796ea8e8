//! The changes in sections and lines, which each format then writes in its own way.

use super::words::{Run, runs};
use super::{ComplianceChange, Detail, Effect, FlowDiff, NodeChange, TransitionChange, VerdictChange};
use crate::spelling::is_invisible;

/// A part of the changes.
#[derive(Debug)]
pub struct Section {
    /// What it holds.
    pub title: &'static str,
    /// What its changes do to what is promised of the flow; `None` if they are about something else.
    pub effect: Option<Effect>,
    /// The changes.
    pub items: Vec<Item>,
}

/// What has become of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has changed.
    Changed,
}

/// A change.
#[derive(Debug)]
pub struct Item {
    /// What has become of it.
    pub mark: Mark,
    /// The line.
    pub line: Vec<Piece>,
    /// Further lines about it.
    pub details: Vec<(Mark, Vec<Piece>)>,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// The compiler's own words.
    Plain(String),
    /// Something of the flow.
    Quoted(String),
    /// Something of the flow of which words have changed.
    Words(Vec<WordRun>),
}

/// A run of words of a flow's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordRun {
    /// What has become of the words; `None` where both versions have them.
    pub mark: Option<Mark>,
    /// The words.
    pub text: String,
}

/// How many nodes are named in one line.
const NAMED: usize = 10;

/// The changes in order: first what weakens compliance.
pub fn sections(diff: &FlowDiff) -> Vec<Section> {
    let by_effect = |title, effect| {
        let verdicts = diff.verdicts.iter().filter(move |one| one.effect == effect).map(verdict);
        let promises = diff.compliance.iter().filter(move |one| one.effect == effect).map(promise);
        Section { title, effect: Some(effect), items: verdicts.chain(promises).collect() }
    };
    let other = |title, items| Section { title, effect: None, items };
    let paths = diff.paths.iter().map(|paths| Item {
        mark: Mark::Changed,
        line: vec![changed_words(&paths.before, &paths.after)],
        details: Vec::new(),
    });
    let mut sections = vec![
        by_effect("Weakens compliance", Effect::Weaker),
        by_effect("May change compliance", Effect::Changed),
        by_effect("Strengthens compliance", Effect::Stricter),
        other("Flow", diff.flow.iter().map(header).collect()),
        other("Nodes", diff.nodes.iter().filter_map(|change| node(change, &diff.compliance)).collect()),
        other("Transitions", diff.transitions.iter().map(transition).collect()),
        other("Number of paths", paths.collect()),
        other("Findings", diff.findings.iter().map(finding).collect()),
    ];
    sections.retain(|section| !section.items.is_empty());
    sections
}

fn verdict(change: &VerdictChange) -> Item {
    let path = change.path.iter().map(|path| {
        (Mark::Changed, vec![Piece::Plain("breaks it: ".to_owned()), Piece::Quoted(visible(path))])
    });
    let mut line = vec![
        Piece::Plain("rule ".to_owned()),
        Piece::Quoted(visible(&change.rule)),
        Piece::Plain(": ".to_owned()),
    ];
    match change.before == change.after {
        true => line.push(Piece::Plain(change.after.clone())),
        false => line.push(replaced(&change.before, &change.after)),
    }
    for (index, node) in change.also_at.iter().take(NAMED).enumerate() {
        line.push(Piece::Plain(if index == 0 { ", also at " } else { ", " }.to_owned()));
        line.push(Piece::Quoted(visible(node)));
    }
    if let Some(more) = change.also_at.len().checked_sub(NAMED).filter(|&more| more > 0) {
        line.push(Piece::Plain(format!(" and {more} more")));
    }
    Item { mark: Mark::Changed, line, details: path.collect() }
}

fn promise(change: &ComplianceChange) -> Item {
    // Of these the name says all.
    let is_named = matches!(change.subject, "policy" | "tag" | "include");
    let mut line = vec![Piece::Plain(format!("{} ", change.subject)), Piece::Quoted(visible(&change.name))];
    let mark = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            line.extend([Piece::Plain(": ".to_owned()), changed_words(before, after)]);
            Mark::Changed
        }
        (before, after) => {
            if let Some(value) = after.as_ref().or(before.as_ref()).filter(|_| !is_named) {
                line.extend([Piece::Plain(": ".to_owned()), Piece::Quoted(visible(value))]);
            }
            if after.is_some() { Mark::Added } else { Mark::Removed }
        }
    };
    Item { mark, line, details: Vec::new() }
}

fn header(detail: &Detail) -> Item {
    let (mark, line) = of_detail(detail);
    Item { mark, line, details: Vec::new() }
}

/// A changed node; `None` where its tags and words are all, and stand among what is promised.
fn node(change: &NodeChange, compliance: &[ComplianceChange]) -> Option<Item> {
    let is_renamed = change.before != change.after;
    let mut details: Vec<&Detail> = change.details.iter().collect();
    if let (Some(_), Some(name)) = (&change.before, &change.after) {
        let has_words = compliance.iter().any(|one| one.subject == "words" && one.name == *name);
        // The words are those of all steps.
        details.retain(|one| one.what != "tag" && (!has_words || matches!(&*one.what, "kind" | "end")));
    }
    if details.is_empty() && !is_renamed {
        return None;
    }
    let mut line = vec![Piece::Plain(format!("{} ", change.kind))];
    let mark = match (&change.before, &change.after) {
        (Some(before), Some(after)) if before == after => {
            line.push(Piece::Quoted(visible(after)));
            Mark::Changed
        }
        (Some(before), Some(after)) => {
            line.extend([
                Piece::Quoted(visible(after)),
                Piece::Plain(", before ".to_owned()),
                Piece::Quoted(visible(before)),
            ]);
            Mark::Changed
        }
        (before, after) => {
            line.extend(after.as_ref().or(before.as_ref()).map(|name| Piece::Quoted(visible(name))));
            if after.is_some() { Mark::Added } else { Mark::Removed }
        }
    };
    Some(Item { mark, line, details: details.into_iter().map(of_detail).collect() })
}

fn transition(change: &TransitionChange) -> Item {
    let from = visible(&change.from);
    let on = change.on.as_ref().map(|on| format!(" on {}", visible(on))).unwrap_or_default();
    let mut line = vec![Piece::Quoted(format!("{from}{on} ->")), Piece::Plain(" ".to_owned())];
    let mark = match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            match change.on_before.as_ref().zip(change.on.as_ref()) {
                Some((was, on)) => {
                    line = vec![
                        Piece::Quoted(format!("{from} on")),
                        Piece::Plain(" ".to_owned()),
                        replaced(was, on),
                        Piece::Plain(" ".to_owned()),
                        Piece::Quoted(format!("-> {}", visible(after))),
                    ];
                }
                None => line.push(replaced(before, after)),
            }
            Mark::Changed
        }
        (before, after) => {
            line.extend(after.as_ref().or(before.as_ref()).map(|name| Piece::Quoted(visible(name))));
            if after.is_some() { Mark::Added } else { Mark::Removed }
        }
    };
    let path = change.path.iter();
    let details =
        path.map(|path| (mark, vec![Piece::Plain("for example ".to_owned()), Piece::Quoted(visible(path))]));
    Item { mark, line, details: details.collect() }
}

fn finding(change: &super::FindingChange) -> Item {
    let at = change.at.as_ref().map(|at| Piece::Plain(format!(" ({})", visible(at))));
    let mut line = vec![
        Piece::Plain(format!("{} {}: ", change.severity, change.code)),
        Piece::Quoted(visible(&change.message)),
    ];
    line.extend(at);
    let mark = if change.is_new { Mark::Added } else { Mark::Removed };
    Item { mark, line, details: Vec::new() }
}

fn of_detail(detail: &Detail) -> (Mark, Vec<Piece>) {
    let what = Piece::Plain(format!("{} ", detail.what));
    match (&detail.before, &detail.after) {
        (Some(before), Some(after)) => (Mark::Changed, vec![what, changed_words(before, after)]),
        (before, after) => {
            let value = after.as_ref().or(before.as_ref()).map(|value| visible(value)).unwrap_or_default();
            let mark = if after.is_some() { Mark::Added } else { Mark::Removed };
            (mark, vec![what, Piece::Quoted(value)])
        }
    }
}

/// A text whose words have changed.
fn changed_words(before: &str, after: &str) -> Piece {
    let run = |run: Run<'_>| match run {
        Run::Same(text) => WordRun { mark: None, text: visible(text) },
        Run::Removed(text) => WordRun { mark: Some(Mark::Removed), text: visible(text) },
        Run::Added(text) => WordRun { mark: Some(Mark::Added), text: visible(text) },
    };
    Piece::Words(runs(before, after).into_iter().map(run).collect())
}

/// Something that stands for something else now, as a whole.
fn replaced(before: &str, after: &str) -> Piece {
    let run = |mark, text: &str| WordRun { mark: Some(mark), text: visible(text) };
    Piece::Words(vec![run(Mark::Removed, before), run(Mark::Added, after)])
}

/// A text in one line in which nothing is hidden.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}
