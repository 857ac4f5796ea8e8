//! SVG: one file that loads nothing, with a part for each page and links between them.
//!
//! A large flow is one file and not one a page, so that nothing is lost when it is sent on, and links work
//! wherever it lies.

use std::fmt::Write;

use rustc_hash::FxHashSet;

use super::kinds::{Outline, STYLES, style_of};
use super::layout::{ENTRY_MARK, Edge, LABEL_PAD, Layout, PlacedBox, TIP, layout};
use super::markup::escaped;
use super::measure::{cut, reads_from_the_right, width, wrap};
use super::node_box::{BOX_WIDTH, ENTRY, LINE, LineKind, NodeBox, PAD, ROW, Row};
use super::outlines::{FOLD, head, inner_line, inner_line_on_head, outline, outline_class};
use super::paper::{Area, on_paper, parts};
use super::{DrawOptions, Picture, PictureFormat, content, style};
use crate::diagnostics::counted;
use crate::flow::NodeId;
use crate::spelling::is_name;
use crate::table::Id;

pub const FORMAT: PictureFormat =
    PictureFormat { name: "svg", endings: &["svg"], about: "A picture for browsers and for paper", draw };

/// The room around everything.
const EDGE: i32 = 24;
/// The least that a picture is wide, so that its title has room.
const NARROWEST: i32 = 640;
/// Between two pages.
const BETWEEN: i32 = 56;

/// A picture that is wider than the paper is printed as wide as the paper.
const ON_PAPER: &str = "@media print{svg:root{max-width:100%;height:auto}}";

/// What is being drawn.
struct Drawing<'p, 'c> {
    picture: &'p Picture<'c>,
    /// What is drawn, without its frame.
    body: String,
    /// How far down the next thing stands.
    y: i32,
    width: i32,
    /// Whether it is a part of an HTML page, whose script finds nodes by their numbers.
    is_sheet: bool,
}

fn draw(picture: &Picture<'_>, options: &DrawOptions) -> String {
    let layouts = picture.layouts();
    let width = layouts.iter().map(|layout| layout.width).max().unwrap_or(0).max(NARROWEST) + 2 * EDGE;
    let mut drawing = Drawing { picture, body: String::new(), y: EDGE, width, is_sheet: false };
    drawing.head();
    if picture.pages.are_numbered {
        drawing.index();
    }
    for (number, layout) in layouts.iter().enumerate() {
        drawing.page(number, layout);
    }
    drawing.legend();
    drawing.finish(options)
}

/// The pages as elements of an HTML page, each a sheet of its own with its parts for paper, and the legend. The
/// page's style sheet has to hold [`style::sheet`] for the class `drawn`, since what an element brings along would
/// count for the whole page.
pub fn sheets(picture: &Picture<'_>, out: &mut String) {
    for (number, page) in picture.pages.pages.iter().enumerate() {
        // One page at a time, since a large flow has many.
        let layout = layout(picture, page);
        let width = layout.width + 2 * EDGE;
        let mut drawing = Drawing { picture, body: String::new(), y: EDGE, width, is_sheet: true };
        let top = drawing.page(number, &layout);
        drawing.y -= BETWEEN;
        let name = picture.heading(number).unwrap_or_else(|| "The flow".to_owned());
        let boxes: Vec<Area> = layout.boxes.iter().map(|placed| area_of(placed, top)).collect();
        let parts = parts((width, drawing.y + EDGE), &boxes);
        drawing.cuts(&parts);
        let class = if parts.is_empty() { "sheet" } else { "sheet cut" };
        drawing.finish_sheet(out, class, &name);
        write_parts(out, number, &name, &parts);
    }
    let mut legend = Drawing { picture, body: String::new(), y: EDGE / 2, width: NARROWEST, is_sheet: true };
    legend.put(format_args!("<g class=\"drawn\">"));
    legend.legend();
    legend.put(format_args!("</g>"));
    legend.y -= EDGE;
    legend.finish_sheet(out, "legend", "The kinds of nodes");
}

impl Drawing<'_, '_> {
    fn put(&mut self, arguments: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(arguments);
    }

    /// A text that begins at `x`; one that is read from the right ends at `x + room`.
    fn text(&mut self, x: i32, y: i32, room: i32, class: &str, text: &str) {
        let is_from_the_right = reads_from_the_right(text);
        let x = if is_from_the_right { x + room } else { x };
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\""));
        if !class.is_empty() {
            self.body.extend([" class=\"", class, "\""]);
        }
        if is_from_the_right {
            self.body.push_str(" direction=\"rtl\"");
        }
        self.put(format_args!(">{}</text>", escaped(text)));
    }

    fn room(&self) -> i32 {
        self.width - 2 * EDGE
    }

    fn head(&mut self) {
        let room = u32::try_from(self.room()).unwrap_or(0);
        self.y += 16;
        let title = cut(&content::title(self.picture), 20, room * 100 / 108);
        self.text(EDGE, self.y, self.room(), "title", &title);
        self.y += 22;
        self.text(EDGE, self.y, self.room(), "faint", &cut(&self.picture.summary(), 12, room));
        let description = self.picture.flow().description.as_ref().and_then(|text| text.value.as_deref());
        for line in
            wrap(&description.map(|text| self.picture.shown(text)).unwrap_or_default(), 12, room.min(900), 2)
        {
            self.y += 18;
            self.text(EDGE, self.y, self.room(), "", &line);
        }
        for remark in self.picture.remarks() {
            for line in wrap(&format!("✖ {remark}"), 12, room, 3) {
                self.y += 18;
                self.text(EDGE, self.y, self.room(), "error", &line);
            }
        }
        for mark in &self.picture.highlights {
            self.y += 20;
            let what =
                cut(&format!("Highlighted: {}", self.picture.shown(&mark.what)), 12, room.saturating_sub(24));
            let (x, y) = (EDGE, self.y - 11);
            self.put(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"14\" height=\"14\" rx=\"3\" class=\"highlight\"/>"
            ));
            self.text(EDGE + 22, self.y, self.room() - 22, "", &what);
        }
        self.y += 28;
    }

    /// Links to the pages.
    fn index(&mut self) {
        const ENTRY: i32 = 230;
        let count = self.picture.page_count();
        let across = usize::try_from(self.room() / ENTRY).unwrap_or(1).max(1);
        let down = count.div_ceil(across);
        self.put(format_args!("<g id=\"pages\">"));
        self.text(EDGE, self.y, self.room(), "heading", &format!("{count} pages"));
        self.y += 22;
        for number in 0..count {
            let heading = self.picture.heading(number).unwrap_or_default();
            let place = |at: usize| i32::try_from(at).unwrap_or(0);
            let (x, y) = (EDGE + place(number / down) * ENTRY, self.y + place(number % down) * 18);
            let shown = cut(&heading, 12, ENTRY.unsigned_abs() - 14);
            self.put(format_args!("<a href=\"#page-{}\"><title>{}</title>", number + 1, escaped(&heading)));
            self.text(x, y, ENTRY - 14, "", &shown);
            self.put(format_args!("</a>"));
        }
        self.put(format_args!("</g>"));
        self.y += i32::try_from(down).unwrap_or(0) * 18 + BETWEEN / 2;
    }

    /// Draws a page, and gives how far down its boxes begin.
    fn page(&mut self, number: usize, layout: &Layout<'_>) -> i32 {
        let has_numbers = self.picture.pages.are_numbered;
        // The styles of a part are found within what it shows again.
        let class = if self.is_sheet { " class=\"drawn\"" } else { "" };
        self.put(format_args!("<g id=\"page-{}\"{class}>", number + 1));
        if let Some(heading) = self.picture.heading(number) {
            let (y, right) = (self.y - 6, self.width - EDGE);
            if has_numbers {
                self.put(format_args!("<path class=\"rule\" d=\"M{EDGE} {y}H{right}\" stroke-width=\"1\"/>"));
            }
            self.y += 16;
            self.text(EDGE, self.y, self.room(), "heading", &heading);
            if has_numbers {
                self.y += 18;
                self.back(number);
            }
            self.y += 16;
        }
        let top = self.y;
        self.put(format_args!("<g transform=\"translate({EDGE} {top})\">"));
        for edge in layout.edges.iter().filter(|edge| self.picture.is_highlighted(edge.from, edge.branch)) {
            self.put(format_args!("<path class=\"halo\" d=\"{}\"/>", path_of(edge)));
        }
        for edge in &layout.edges {
            self.edge(edge);
        }
        for placed in &layout.boxes {
            if self.picture.flow().entry == Some(placed.node) {
                self.entry(placed);
            }
            self.node_box(placed);
        }
        // A highlighted box would cover them.
        for edge in &layout.edges {
            self.edge_end(edge);
        }
        self.put(format_args!("</g></g>\n"));
        self.y += layout.height + BETWEEN;
        top
    }

    /// The parts for paper, with their numbers.
    fn cuts(&mut self, parts: &[Area]) {
        if parts.is_empty() {
            return;
        }
        self.put(format_args!("<g class=\"cuts\" aria-hidden=\"true\">"));
        for (number, Area { x, y, width, height }) in parts.iter().enumerate() {
            self.put(format_args!("<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"));
            let (number, size) = (number + 1, width.min(height) / 4);
            let (x, y) = (x + width / 2, y + height / 2 + size / 3);
            self.put(format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\">{number}</text>"));
        }
        self.put(format_args!("</g>"));
    }

    /// Links back to the node that leads to this page, and to the index.
    fn back(&mut self, number: usize) {
        let from = self.picture.pages.pages.get(number).and_then(|page| page.from);
        let mut x = EDGE;
        if let Some(from) = from {
            let page = self.picture.pages.of[from] + 1;
            let text = cut(&format!("from {} (page {page})", content::name(self.picture, from)), 12, 400);
            self.link(x, &id_of(self.picture, from), &text);
            x += i32::try_from(width(&text, 12)).unwrap_or(0) + 24;
        }
        self.link(x, "pages", "all pages");
    }

    fn link(&mut self, x: i32, to: &str, text: &str) {
        self.put(format_args!("<a href=\"#{to}\">"));
        self.text(x, self.y, 0, "", text);
        self.put(format_args!("</a>"));
    }

    fn edge(&mut self, edge: &Edge<'_>) {
        let highlighted =
            if self.picture.is_highlighted(edge.from, edge.branch) { " highlighted" } else { "" };
        self.put(format_args!("<path class=\"edge{highlighted}\" d=\"{}\"/>", path_of(edge)));
    }

    /// The arrow's head and the label.
    fn edge_end(&mut self, edge: &Edge<'_>) {
        let (x, y) = edge.end;
        if edge.is_step {
            let (left, right, above) = (x - 5, x + 5, y - TIP);
            self.put(format_args!("<path class=\"tip\" d=\"M{x} {y}L{left} {above}H{right}Z\"/>"));
            self.label(edge, x + LABEL_PAD, (edge.start.1 + y) / 2);
        } else {
            let (back, above, below) = (x - TIP, y - 5, y + 5);
            self.put(format_args!("<path class=\"tip\" d=\"M{x} {y}L{back} {above}V{below}Z\"/>"));
            self.label(edge, x - TIP - edge.label_width, y);
        }
    }

    /// The mark of where calls begin.
    fn entry(&mut self, placed: &PlacedBox) {
        let (x, y) = (placed.x, placed.y + ENTRY);
        const RADIUS: i32 = 5;
        let (dot, back, above, below) = (x - ENTRY_MARK + RADIUS, x - TIP, y - 5, y + 5);
        self.put(format_args!(
            "<g><title>Calls begin here</title><circle class=\"tip\" cx=\"{dot}\" cy=\"{y}\" r=\"{RADIUS}\"/>\
             <path class=\"edge\" d=\"M{dot} {y}H{back}\"/>\
             <path class=\"tip\" d=\"M{x} {y}L{back} {above}V{below}Z\"/></g>"
        ));
    }

    /// A label with its left side and its middle.
    fn label(&mut self, edge: &Edge<'_>, left: i32, middle: i32) {
        let (wide, top) = (edge.label_width, middle - 9);
        if edge.label.is_empty() {
            return;
        }
        self.put(format_args!("<g><title>{}</title>", escaped(&edge.branch.whole)));
        self.put(format_args!(
            "<rect class=\"label\" x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"18\"/>"
        ));
        self.text(left + LABEL_PAD, middle + 4, wide - 2 * LABEL_PAD, "key", &edge.label);
        self.put(format_args!("</g>"));
    }

    fn node_box(&mut self, placed: &PlacedBox) {
        let PlacedBox { node: id, x, y, is_connector, content: ref node_box } = *placed;
        let picture = self.picture;
        let style = style_of(&picture.flow().nodes[id]);
        let step = picture.highlighted.get(&id);
        let highlighted = if step.is_some() { " highlighted" } else { "" };
        let unreached = if picture.tree.reached[id] { "" } else { " unreached" };
        self.body.push_str("<g");
        // Links lead to the node itself, not to the box that stands for its page.
        if !is_connector {
            self.put(format_args!(" id=\"{}\"", id_of(picture, id)));
        }
        if self.is_sheet {
            self.put(format_args!(" data-node=\"{}\"", id.index()));
        }
        self.put(format_args!(
            " class=\"node {}{highlighted}{unreached}\" transform=\"translate({x} {y})\"><title>{}</title>",
            style.class,
            escaped(&content::whole(picture, id))
        ));
        let height = node_box.height;
        let outline = outline(style.outline, (BOX_WIDTH, height));
        if step.is_some() {
            self.put(format_args!("<path class=\"halo\" d=\"{outline}\"/>"));
        }
        let class = outline_class(style.outline);
        self.put(format_args!("<path class=\"{class}\" d=\"{outline}\"/>"));
        self.put(format_args!("<path class=\"head\" d=\"{}\"/>", head(style.outline, height)));
        if let Some(inner) = inner_line(style.outline, (BOX_WIDTH, height)) {
            self.put(format_args!("<path class=\"inner\" d=\"{inner}\"/>"));
        }
        if let Some(inner) = inner_line_on_head(style.outline, (BOX_WIDTH, height)) {
            self.put(format_args!("<path class=\"inner inner-ink\" d=\"{inner}\"/>"));
        }
        // Over the name's colour, which else would cover the inner half of it.
        self.put(format_args!("<path class=\"{class}\" fill-opacity=\"0\" d=\"{outline}\"/>"));
        let kind_width = i32::try_from(width(&node_box.kind, 11)).unwrap_or(0);
        let fold = if style.outline == Outline::Folded { FOLD - 4 } else { 0 };
        self.text(PAD, 18, BOX_WIDTH - 2 * PAD - kind_width - 8 - fold, "name head-ink", &node_box.name);
        self.text(BOX_WIDTH - PAD - kind_width - fold, 18, kind_width, "kind head-ink", &node_box.kind);
        for (at, line) in node_box.lines.iter().enumerate() {
            let y = NodeBox::lines_at() + i32::try_from(at).unwrap_or(0) * LINE + 12;
            self.text(PAD, y, BOX_WIDTH - 2 * PAD, class_of(line.kind), &line.text);
        }
        if !node_box.rows.is_empty() && !node_box.lines.is_empty() {
            let (y, right) = (node_box.rows_at() - 5, BOX_WIDTH - PAD);
            self.put(format_args!("<path class=\"rule\" stroke-width=\"0.75\" d=\"M{PAD} {y}H{right}\"/>"));
        }
        for (at, row) in node_box.rows.iter().enumerate() {
            self.row(node_box.rows_at() + i32::try_from(at).unwrap_or(0) * ROW, row, is_connector);
        }
        if let Some(Some(step)) = step {
            self.put(format_args!("<circle class=\"highlight\" cx=\"0\" cy=\"0\" r=\"11\"/>"));
            self.put(format_args!(
                "<text class=\"key on-halo\" y=\"4\" text-anchor=\"middle\">{step}</text>"
            ));
        }
        self.put(format_args!("</g>\n"));
    }

    fn row(&mut self, top: i32, row: &Row, is_connector: bool) {
        let y = top + 13;
        if row.is_highlighted {
            let (x, width) = (PAD - 5, BOX_WIDTH - 2 * PAD + 10);
            self.put(format_args!(
                "<rect class=\"highlight\" x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\" rx=\"3\"/>"
            ));
        }
        let ink = if row.is_highlighted { " on-halo" } else { "" };
        let mut x = PAD;
        self.put(format_args!("<g><title>{}</title>", escaped(&row.whole)));
        if !row.label.is_empty() {
            let wide = i32::try_from(width(&row.label, 12) * 108 / 100).unwrap_or(0);
            self.text(x, y, wide, &format!("key{ink}"), &row.label);
            x += wide + 4;
        }
        self.text(x, y, 0, ink.trim_start(), "→");
        x += i32::try_from(width("→", 12)).unwrap_or(0) + 4;
        let wide = i32::try_from(width(&row.target, 12)).unwrap_or(0);
        match row.to {
            Some(to) => {
                let to = if is_connector {
                    format!("page-{}", self.picture.pages.of[to] + 1)
                } else {
                    id_of(self.picture, to)
                };
                self.put(format_args!("<a href=\"#{to}\">"));
                self.text(x, y, wide, ink.trim_start(), &row.target);
                self.put(format_args!("</a>"));
            }
            None => self.text(x, y, wide, if row.is_highlighted { "on-halo" } else { "error" }, &row.target),
        }
        self.put(format_args!("</g>"));
    }

    /// The kinds that occur, with their looks.
    fn legend(&mut self) {
        const ENTRY: i32 = 120;
        let nodes = self.picture.flow().nodes.rows();
        let used: FxHashSet<&str> = nodes.iter().map(|node| style_of(node).class).collect();
        let (mut x, mut y) = (EDGE, self.y);
        for (_, style) in STYLES.iter().filter(|(_, style)| used.contains(style.class)) {
            if x + ENTRY > self.width - EDGE {
                (x, y) = (EDGE, y + 30);
            }
            let word = if style.class == "other" { "other types" } else { style.class };
            let (shape, class) = (outline(style.outline, (28, 20)), outline_class(style.outline));
            self.put(format_args!("<g class=\"{}\" transform=\"translate({x} {y})\">", style.class));
            self.put(format_args!(
                "<path class=\"{class}\" d=\"{shape}\"/><path class=\"head\" d=\"{shape}\"/>"
            ));
            if let Some(inner) = inner_line(style.outline, (28, 20)) {
                self.put(format_args!("<path class=\"inner inner-ink\" d=\"{inner}\"/>"));
            }
            self.put(format_args!("<path class=\"{class}\" fill-opacity=\"0\" d=\"{shape}\"/></g>"));
            self.text(x + 36, y + 15, 80, "small", word);
            x += ENTRY;
        }
        self.y = y + 30;
    }

    fn finish_sheet(self, out: &mut String, class: &str, name: &str) {
        let (width, height, name) = (self.width, self.y + EDGE, escaped(name));
        let _ = writeln!(
            out,
            "<svg class=\"{class}\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"group\" aria-label=\"{name}\">\n{}</svg>",
            self.body
        );
    }

    fn finish(self, options: &DrawOptions) -> String {
        let (width, height) = (self.width, self.y + EDGE);
        let title = content::title(self.picture);
        let nodes = counted(self.picture.flow().nodes.len(), "node");
        let counts: Vec<String> = [nodes].into_iter().chain(self.picture.finding_counts()).collect();
        let about = format!("Picture of the call flow {title}: {}.", counts.join(", "));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-labelledby=\"title about\">\n\
             <title id=\"title\">{}</title>\n<desc id=\"about\">{}</desc>\n<style>{}{ON_PAPER}</style>\n\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n{}</svg>\n",
            escaped(&title),
            escaped(&about),
            style::sheet(options.theme),
            self.body
        )
    }
}

/// The place of a box on its sheet.
fn area_of(placed: &PlacedBox, top: i32) -> Area {
    Area { x: EDGE + placed.x, y: top + placed.y, width: BOX_WIDTH, height: placed.content.height }
}

/// The parts of a sheet for paper, which show the sheet's drawing again.
fn write_parts(out: &mut String, number: usize, name: &str, parts: &[Area]) {
    let (page, count, name) = (number + 1, parts.len(), escaped(name));
    for (number, Area { x, y, width, height }) in parts.iter().enumerate() {
        let (wide, high, number) = (on_paper(*width), on_paper(*height), number + 1);
        let _ = writeln!(
            out,
            "<figure class=\"part\"><figcaption><bdi>{name}</bdi>: part {number} of {count}</figcaption>\n\
             <svg width=\"{wide}\" height=\"{high}\" viewBox=\"{x} {y} {width} {height}\" aria-hidden=\"true\"><use href=\"#page-{page}\"/></svg></figure>"
        );
    }
}

fn class_of(kind: LineKind) -> &'static str {
    match kind {
        LineKind::Prompt => "",
        LineKind::Step => "faint",
        LineKind::Tags => "tags",
        LineKind::Library => "small faint",
        LineKind::Error => "error",
        LineKind::Warning => "warning",
    }
}

/// The id of a node's box: by its name, so that links to it last, unless that has a secret in it.
pub fn id_of(picture: &Picture<'_>, node: NodeId) -> String {
    let id = &*picture.flow().nodes[node].id;
    if is_name(id) && picture.shown(id) == id {
        format!("node-{id}")
    } else {
        format!("node-{}", node.index())
    }
}

fn path_of(edge: &Edge<'_>) -> String {
    let ((x, y), (to_x, to_y)) = (edge.start, edge.end);
    if edge.is_step {
        return format!("M{x} {y}V{}", to_y - TIP + 1);
    }
    let (turn, end) = ((x + edge.label_at) / 2, to_x - TIP + 1);
    format!("M{x} {y}C{turn} {y} {turn} {to_y} {} {to_y}H{end}", edge.label_at)
}
