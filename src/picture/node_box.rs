//! What stands in a box, line by line, and how high that makes it.

use rustc_hash::FxHashSet;

use super::content::Step;
use super::measure::{cut, width, wrap};
use super::{Branch, Picture, content};
use crate::diagnostics::{Severity, counted};
use crate::flow::NodeId;

/// How wide a box is.
pub const BOX_WIDTH: i32 = 240;
/// From a box's top to where the first line comes in.
pub const ENTRY: i32 = 13;
/// From one line into a box to the next.
pub const NEXT_ENTRY: i32 = 22;
/// Below the last line into a box.
const BELOW_ENTRIES: i32 = 8;
/// The room beside the texts of a box.
pub const PAD: i32 = 10;
/// How high the part with the name is.
pub const HEAD: i32 = 26;
/// How high a line is.
pub const LINE: i32 = 16;
/// How high a row with a branch is.
pub const ROW: i32 = 18;
/// Room above and below.
const MARGIN: i32 = 5;

/// How many lines of steps are shown: of the only one, of each of several, and of all.
const OF_ONLY_STEP: usize = 3;
const OF_STEP: usize = 2;
const OF_ALL: usize = 5;
/// How many findings are shown.
const FINDINGS: usize = 3;

/// What a line of a box is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineKind {
    /// A prompt's words.
    Prompt,
    /// Another step: a recording, a queue, a mailbox.
    Step,
    /// Tags.
    Tags,
    /// The library that the node comes from.
    Library,
    /// An error, or how many findings there are.
    Error,
    /// A warning.
    Warning,
}

/// A line of a box.
#[derive(Debug)]
pub struct BoxLine {
    /// Its text.
    pub text: String,
    /// What it is about.
    pub kind: LineKind,
}

/// A branch that is written in its box.
#[derive(Debug)]
pub struct Row {
    /// What leads there; may be empty.
    pub label: String,
    /// Where it goes, in words.
    pub target: String,
    /// All of it.
    pub whole: String,
    /// The node to go to.
    pub to: Option<NodeId>,
    /// Whether it is highlighted.
    pub is_highlighted: bool,
}

/// A box.
#[derive(Debug)]
pub struct NodeBox {
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: String,
    /// What is said.
    pub lines: Vec<BoxLine>,
    /// The branches that are no lines.
    pub rows: Vec<Row>,
    /// How high it is.
    pub height: i32,
}

/// The room for a text of a box.
fn room() -> u32 {
    u32::try_from(BOX_WIDTH - 2 * PAD).unwrap_or(0)
}

impl NodeBox {
    /// The box of a node. The branches in `lines`, by the nodes at their ends, are drawn as lines.
    pub fn of(picture: &Picture<'_>, id: NodeId, lines: &FxHashSet<(NodeId, NodeId)>) -> Self {
        let mut this = Self::named(picture, id);
        this.add_steps(&content::steps(picture, id));
        for line in content::speakers(picture, id).into_iter().chain(content::disposition(picture, id)) {
            this.add(cut(&line, 11, room()), LineKind::Step);
        }
        let tags = content::tags(picture, id);
        if !tags.is_empty() {
            this.add(cut(&tags, 11, room()), LineKind::Tags);
        }
        if let Some(library) = content::library(picture, id) {
            this.add(cut(&library, 11, room()), LineKind::Library);
        }
        let findings = &picture.findings.at[id];
        for one in findings.iter().take(FINDINGS) {
            let kind = match one.severity {
                Severity::Error => LineKind::Error,
                _ => LineKind::Warning,
            };
            for line in wrap(&content::signed_finding(picture, one), 12, room(), 3) {
                this.add(line, kind);
            }
        }
        if findings.len() > FINDINGS {
            this.add(format!("… {}", counted(findings.len() - FINDINGS, "more finding")), LineKind::Error);
        }
        for branch in &picture.tree.branches[id] {
            let is_line = picture.tree.child(id, branch).is_some()
                || branch.node().is_some_and(|to| lines.contains(&(id, to)));
            if !is_line {
                this.rows.push(row(picture, id, branch));
            }
        }
        this.measure();
        this
    }

    /// The box that stands for the page that begins with a node.
    pub fn connector(picture: &Picture<'_>, id: NodeId) -> Self {
        let mut this = Self::named(picture, id);
        let number = picture.pages.of[id];
        let nodes = picture.pages.pages.get(number).map_or(&[][..], |page| &page.nodes);
        let findings = nodes.iter().map(|&node| picture.findings.at[node].len()).sum();
        if findings > 0 {
            this.add(format!("▲ {} there", counted(findings, "finding")), LineKind::Error);
        }
        let target = format!("page {} · {}", number + 1, counted(nodes.len(), "node"));
        let (label, whole) = (String::new(), target.clone());
        this.rows.push(Row { label, target, whole, to: Some(id), is_highlighted: false });
        this.measure();
        this
    }

    fn add_steps(&mut self, steps: &[Step]) {
        let of_step = if steps.len() == 1 { OF_ONLY_STEP } else { OF_STEP };
        for (at, step) in steps.iter().enumerate() {
            let left = OF_ALL.saturating_sub(self.lines.len());
            if left == 0 || left == 1 && at + 1 < steps.len() {
                self.add(format!("… {}", counted(steps.len() - at, "more step")), LineKind::Step);
                break;
            }
            let kind = if step.is_prompt { LineKind::Prompt } else { LineKind::Step };
            for line in wrap(&step.text, 12, room(), of_step.min(left)) {
                self.add(line, kind);
            }
        }
    }

    fn named(picture: &Picture<'_>, id: NodeId) -> Self {
        let kind = cut(&content::kind_word(picture, id), 11, 90);
        let taken = width(&kind, 11) + 10;
        let name = cut(&content::name(picture, id), 13, room().saturating_sub(taken) * 100 / 108);
        Self { name, kind, lines: Vec::new(), rows: Vec::new(), height: HEAD }
    }

    fn add(&mut self, text: String, kind: LineKind) {
        self.lines.push(BoxLine { text, kind });
    }

    fn measure(&mut self) {
        let count = |number: usize| i32::try_from(number).unwrap_or(0);
        let lines = count(self.lines.len()) * LINE;
        let rows = count(self.rows.len()) * ROW;
        let margins =
            i32::from(!self.lines.is_empty()) * 2 * MARGIN + i32::from(!self.rows.is_empty()) * 2 * MARGIN;
        self.height = HEAD + lines + rows + margins;
    }

    /// Whether so many lines can come in, even if all rows should become lines.
    pub fn has_room_for(&self, lines: i32) -> bool {
        let rows = i32::try_from(self.rows.len()).unwrap_or(0) * ROW + 2 * MARGIN;
        ENTRY + (lines - 1) * NEXT_ENTRY + BELOW_ENTRIES <= self.height - rows
    }

    /// Where the first line begins, from the top of the box.
    pub fn lines_at() -> i32 {
        HEAD + MARGIN
    }

    /// Where the rows begin.
    pub fn rows_at(&self) -> i32 {
        let rows = i32::try_from(self.rows.len()).unwrap_or(0) * ROW;
        self.height - MARGIN - rows
    }
}

fn row(picture: &Picture<'_>, from: NodeId, branch: &Branch) -> Row {
    let (label, target) = content::row(picture, from, branch);
    let to = branch.node();
    let page = to
        .map(|to| picture.pages.of[to])
        .filter(|&page| picture.pages.are_numbered && page != picture.pages.of[from]);
    let page = page.map(|page| format!(" (p. {})", page + 1)).unwrap_or_default();
    let whole = match branch.whole.as_str() {
        "" => format!("→ {target}{page}"),
        on => format!("{on} → {target}{page}"),
    };
    // If both are too long, the label is cut first, down to two fifths of the room.
    let arrow = width("→  ", 12);
    let target_wants = width(&target, 12) + width(&page, 12);
    let label_room = room().saturating_sub(arrow + target_wants).max(room() * 2 / 5);
    let label = cut(&label, 12, label_room * 100 / 108);
    let taken = width(&label, 12) * 108 / 100 + arrow + width(&page, 12);
    let target = format!("{}{page}", cut(&target, 12, room().saturating_sub(taken)));
    Row { label, target, whole, to, is_highlighted: picture.is_highlighted(from, branch) }
}
