//! Pictures of a flow, in several formats, from what the compiler knows of it.
//!
//! A flow is drawn as a tree from left to right: each node once, below the node from which a call first
//! comes to it. What leads to a node that is drawn elsewhere is a row in the box, `3 → hang_up`, and no
//! line, so that lines do not cross. Nothing here reads a file, the clock or a font.

mod branches;
mod columns;
mod content;
mod dot;
mod findings;
mod highlight;
mod kinds;
mod layout;
pub mod markup;
pub mod measure;
mod mermaid;
mod near;
mod node_box;
mod outlines;
mod pages;
mod paper;
mod style;
mod svg;
mod text;
mod tree;

pub use branches::{Branch, Target, branches};
pub use findings::{NodeFindings, NodePlaces};
pub use highlight::{Highlight, HighlightError};
pub use layout::{Edge, Layout, PlacedBox};
pub use style::{Theme, contrasts};
pub use tree::FlowTree;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::Compiled;
use crate::diagnostics::{Severity, counted};
use crate::flow::{Flow, NodeId};
use measure::Mask;
use pages::Pages;

/// A format that pictures are drawn in.
#[derive(Debug)]
pub struct PictureFormat {
    /// Its name.
    pub name: &'static str,
    /// The endings of its files.
    pub endings: &'static [&'static str],
    /// What it is for.
    pub about: &'static str,
    /// Draws a picture.
    pub draw: fn(&Picture<'_>, &DrawOptions) -> String,
}

/// Every format, in the order in which they are listed.
pub const FORMATS: &[PictureFormat] = &[text::FORMAT, svg::FORMAT, mermaid::FORMAT, dot::FORMAT];

/// The style sheet of [`Picture::write_sheets`], for the elements of the class `drawn`.
pub fn style_sheet() -> String {
    style::sheet(Theme::Auto)
}

impl PictureFormat {
    /// The format of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.name == name)
    }

    /// The format that is printed in a terminal.
    pub fn of_terminals() -> &'static Self {
        &text::FORMAT
    }

    /// The format of the files with this ending.
    pub fn of_ending(ending: &str) -> Option<&'static Self> {
        FORMATS.iter().find(|format| format.endings.iter().any(|one| one.eq_ignore_ascii_case(ending)))
    }
}

/// How a picture looks, as far as that can be chosen.
#[derive(Debug, Clone, Copy)]
pub struct DrawOptions {
    /// Dark on light or light on dark.
    pub theme: Theme,
    /// Whether lines are drawn with the signs of ASCII alone, where they are drawn with signs.
    pub ascii: bool,
    /// How many columns there are.
    pub columns: usize,
}

impl Default for DrawOptions {
    fn default() -> Self {
        Self { theme: Theme::Auto, ascii: false, columns: 100 }
    }
}

/// A flow that is to be drawn.
pub struct Picture<'c> {
    compiled: &'c Compiled,
    mask: Mask,
    tree: FlowTree,
    pages: Pages,
    findings: NodeFindings<'c>,
    highlights: Vec<Highlight>,
    /// The highlighted nodes, each with its place on the first path that it is on.
    highlighted: FxHashMap<NodeId, Option<usize>>,
    /// The highlighted edges between two nodes.
    edges: FxHashSet<(NodeId, NodeId)>,
}

impl<'c> Picture<'c> {
    /// Makes a picture of a flow, in which these are highlighted: paths, keys, codes and rules. All texts
    /// go through `mask` before they are measured.
    ///
    /// # Errors
    ///
    /// What of it is not there, and what is.
    ///
    /// ```
    /// use cxflowc::picture::{PictureFormat, DrawOptions, Picture};
    ///
    /// let compiled = cxflowc::compile("a.cxflow", "flow \"A\"\nentry bye\ndisconnect bye\n");
    /// let picture = Picture::new(&compiled, &["bye"], str::to_owned).unwrap();
    /// let text = (PictureFormat::named("text").unwrap().draw)(&picture, &DrawOptions::default());
    /// assert!(text.contains("bye"));
    /// assert_eq!(Picture::new(&compiled, &["by"], str::to_owned).err().unwrap().help, "did you mean `bye`?");
    /// ```
    pub fn new(compiled: &'c Compiled, highlighted: &[&str], mask: Mask) -> Result<Self, HighlightError> {
        let flow = &compiled.flow;
        let places = NodePlaces::of(compiled);
        let highlights = highlighted.iter().map(|what| highlight::find(compiled, &places, what));
        let highlights: Vec<Highlight> = highlights.collect::<Result<_, _>>()?;
        let tree = FlowTree::of(flow, &compiled.sources, mask);
        let mut picture = Self {
            compiled,
            mask,
            pages: Pages::of(flow, &tree),
            findings: NodeFindings::of(compiled, &places),
            tree,
            highlighted: FxHashMap::default(),
            edges: FxHashSet::default(),
            highlights,
        };
        for mark in &picture.highlights {
            for (number, &node) in mark.path.iter().enumerate() {
                let step = (mark.path.len() > 1).then_some(number + 1);
                picture.highlighted.entry(node).or_insert(step);
            }
            for &node in &mark.others {
                picture.highlighted.entry(node).or_insert(None);
            }
            picture.edges.extend(mark.path.windows(2).filter_map(|pair| match pair {
                [from, to] => Some((*from, *to)),
                _ => None,
            }));
        }
        Ok(picture)
    }

    fn flow(&self) -> &'c Flow {
        &self.compiled.flow
    }

    /// A text as it is shown: without what may not be shown, on one line.
    fn shown(&self, text: &str) -> String {
        measure::visible(&(self.mask)(text))
    }

    /// Whether this edge is highlighted.
    fn is_highlighted(&self, from: NodeId, branch: &Branch) -> bool {
        branch.node().is_some_and(|to| self.edges.contains(&(from, to)))
    }

    /// The layout of each page.
    pub fn layouts(&self) -> Vec<Layout<'_>> {
        self.pages.pages.iter().map(|page| layout::layout(self, page)).collect()
    }

    /// The id of a node's box in the SVG.
    pub fn element_id(&self, node: NodeId) -> String {
        svg::id_of(self, node)
    }

    /// How many pages it has.
    pub fn page_count(&self) -> usize {
        self.pages.pages.len()
    }

    /// Writes its pages for an HTML page that has the [`style_sheet`]: an SVG element for each and one for the
    /// legend. Each node has its number as `data-node`. A page that is too large for paper is followed by its
    /// parts, as elements of the class `part`, which are for print alone.
    pub fn write_sheets(&self, out: &mut String) {
        svg::sheets(self, out);
    }

    /// The headings of its numbered pages, the first of `page-1`. None if it is one picture.
    pub fn page_headings(&self) -> Vec<String> {
        let pages = if self.pages.are_numbered { self.page_count() } else { 0 };
        (0..pages).filter_map(|number| self.heading(number)).collect()
    }

    /// What stands below the title: how large the flow is, and what was found.
    fn summary(&self) -> String {
        let flow = self.flow();
        let mut parts = vec![
            content::file(self),
            counted(flow.nodes.len(), "node"),
            counted(flow.transitions.len(), "transition"),
        ];
        parts.extend(self.finding_counts());
        parts.join(" · ")
    }

    /// How many errors and warnings there are, if any.
    fn finding_counts(&self) -> impl Iterator<Item = String> {
        let severities = [(Severity::Error, "error"), (Severity::Warning, "warning")].into_iter();
        let counts = severities.map(|(severity, word)| (self.compiled.diagnostics.count(severity), word));
        counts.filter(|&(count, _)| count > 0).map(|(count, word)| counted(count, word))
    }

    /// The findings that are about no node, a few of them.
    fn remarks(&self) -> Vec<String> {
        const SHOWN: usize = 5;
        let mut remarks: Vec<String> = Vec::new();
        let elsewhere = &self.findings.elsewhere;
        remarks.extend(elsewhere.iter().take(SHOWN).map(|one| content::finding(self, one)));
        if elsewhere.len() > SHOWN {
            remarks.push(format!("… and {} more findings at no node", elsewhere.len() - SHOWN));
        }
        remarks
    }

    /// The heading of a page, if there are several or no call reaches it.
    fn heading(&self, number: usize) -> Option<String> {
        let page = self.pages.pages.get(number)?;
        let root = *page.roots.first()?;
        let count = counted(page.nodes.len(), "node");
        let is_unreached = self.flow().entry.is_some() && !self.tree.reached[root];
        let name = if is_unreached { "No call comes here".to_owned() } else { content::name(self, root) };
        match self.pages.are_numbered {
            true => Some(format!("{}. {name} · {count}", number + 1)),
            false => is_unreached.then(|| format!("{name} · {count}")),
        }
    }
}
