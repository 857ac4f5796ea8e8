//! Whatever the flow: boxes and lines do not run into each other, and nothing is left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use cxflowc::flow::NodeId;
use cxflowc::picture::{Edge, Layout, Picture, PlacedBox};
use cxflowc::table::Id;
use proptest::prelude::*;

const KINDS: [&str; 6] = ["collect", "collect", "play", "agent", "callback", "disconnect"];
const CONDITIONS: [&str; 6] =
    ["on 1 ", "on 2 | 3 ", "on timeout ", "on \"a condition of the platform\" ", "", "on busy "];

type Model = Vec<(usize, usize, Vec<(usize, usize)>)>;

/// Any flow, with cycles and with nodes that nothing leads to.
fn flows(nodes: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    let branch = (0..CONDITIONS.len(), any::<usize>());
    let node = (0..KINDS.len(), 0usize..4, prop::collection::vec(branch, 0..5));
    prop::collection::vec(node, nodes).prop_map(|model| text(&model))
}

fn text(model: &Model) -> String {
    let mut text = String::from("flow \"Any\"\nentry n0\n");
    for (at, (kind, says, branches)) in model.iter().enumerate() {
        writeln!(text, "{} n{at} {{", KINDS[*kind]).unwrap();
        for _ in 0..*says {
            writeln!(text, "  say \"A prompt of this node that takes more than a line of its box\"").unwrap();
        }
        for (condition, to) in branches {
            // Most branches lead on, not far.
            let to = if to % 4 == 0 { to / 4 % model.len() } else { (at + 1 + to % 5).min(model.len() - 1) };
            writeln!(text, "  {}-> n{to}", CONDITIONS[*condition]).unwrap();
        }
        text.push_str("}\n");
    }
    text
}

const WIDTH: i32 = 240;

fn bottom(one: &PlacedBox) -> i32 {
    one.y + one.content.height
}

fn overlap(one: &PlacedBox, other: &PlacedBox) -> bool {
    one.x < other.x + WIDTH && other.x < one.x + WIDTH && one.y < bottom(other) && other.y < bottom(one)
}

fn check_boxes(layout: &Layout<'_>, text: &str) {
    for (at, one) in layout.boxes.iter().enumerate() {
        assert!(one.x >= 0 && one.y >= 0, "{text}");
        assert!(one.x + WIDTH <= layout.width && bottom(one) <= layout.height, "{text}");
        for other in &layout.boxes[at + 1..] {
            assert!(!overlap(one, other), "{} and {}\n{text}", one.content.name, other.content.name);
        }
    }
}

fn check_ends(layout: &Layout<'_>, boxes: &BTreeMap<usize, &PlacedBox>, text: &str) {
    let mut entries: Vec<(i32, i32)> = Vec::new();
    for edge in &layout.edges {
        let (from, to) = (boxes[&edge.from.index()], boxes[&edge.branch.node().unwrap().index()]);
        if edge.is_step {
            assert_eq!((edge.start.1, edge.end.1), (bottom(from), to.y), "{text}");
            assert_eq!((edge.start.0, from.x), (edge.end.0, to.x), "{text}");
        } else {
            assert_eq!((edge.start.0, edge.end.0), (from.x + WIDTH, to.x), "{text}");
            assert!((from.y..bottom(from)).contains(&edge.start.1), "{text}");
            assert!((to.y..bottom(to)).contains(&edge.end.1), "{text}");
            assert!(edge.start.0 < edge.label_at && edge.label_at < edge.end.0, "{text}");
            entries.push(edge.end);
        }
    }
    entries.sort_unstable();
    // Labels stand beside each other's lines, and are 18 high.
    for pair in entries.windows(2) {
        assert!(pair[0].0 != pair[1].0 || pair[1].1 - pair[0].1 >= 18, "{pair:?}\n{text}");
    }
}

fn check_lines(edges: &[Edge<'_>], text: &str) {
    let lines: Vec<&Edge<'_>> = edges.iter().filter(|edge| !edge.is_step).collect();
    for (at, one) in lines.iter().enumerate() {
        for other in lines[at + 1..].iter().filter(|other| other.start.0 == one.start.0) {
            let (start, end) = (one.start.1 - other.start.1, one.end.1 - other.end.1);
            assert!(start.signum() * end.signum() >= 0, "lines cross: {one:?} {other:?}\n{text}");
        }
    }
}

fn check(text: &str) {
    let compiled = cxflowc::compile("any.cxflow", text);
    let picture = Picture::new(&compiled, &[], str::to_owned).unwrap();
    let layouts = picture.layouts();
    let mut seen: BTreeMap<usize, usize> = BTreeMap::new();
    let mut branches: BTreeMap<usize, usize> = BTreeMap::new();
    for layout in &layouts {
        let boxes = layout.boxes.iter().map(|one| (one.node.index(), one)).collect();
        check_boxes(layout, text);
        check_ends(layout, &boxes, text);
        check_lines(&layout.edges, text);
        for one in layout.boxes.iter().filter(|one| !one.is_connector) {
            *seen.entry(one.node.index()).or_default() += 1;
            *branches.entry(one.node.index()).or_default() += one.content.rows.len();
        }
        for edge in &layout.edges {
            *branches.entry(edge.from.index()).or_default() += 1;
        }
    }
    let flow = &compiled.flow;
    assert_eq!(seen, flow.nodes.ids().map(|node| (node.index(), 1)).collect(), "each node once\n{text}");
    let targets = |node: NodeId| {
        let mut targets: Vec<Option<NodeId>> =
            flow.out(node).iter().map(|transition| transition.to).collect();
        targets.sort();
        targets.dedup();
        targets.len()
    };
    let expected = flow.nodes.ids().map(|node| (node.index(), targets(node))).collect();
    assert_eq!(branches, expected, "each branch once, as a line or as a row\n{text}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn drawn_parts_do_not_overlap_and_none_is_missing(text in flows(1..40)) {
        check(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nor_where_there_are_pages(text in flows(100..300)) {
        check(&text);
    }
}
