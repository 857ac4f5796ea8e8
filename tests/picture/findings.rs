//! A flow with errors: what is there, and what is wrong with it.

use super::support::{assert_lines, drawn, texts_of, tree};

const BROKEN: &str = "flow \"Call\"\nentry menu\ncollect menu \"Press 1\" {\n  on 1 -> desk\n  on 2 -> nowhere\n}\nagent desk \"queue\"\n";

#[test]
fn findings_stand_at_their_nodes() {
    assert_lines(
        &tree(BROKEN),
        "
        menu collect  “Press 1”
        │  ✖ CX205 unhandled-outcome: `menu` does not handle `timeout` and `invalid`
        │  ▲ CX402 key-not-offered: the prompt of `menu` does not offer `2`, which a br…
        │  ✖ CX103 unknown-node: a transition names `nowhere`, but there is no such node
        ├─ [1] ─ desk agent  queue queue
        │     ▲ CX305 undisclosed-path: `desk` is reached without `disclosure` before i…
        └─ [2] → nowhere (not declared)
        ",
    );
    let texts = texts_of(&drawn(BROKEN, "svg"), "text");
    assert!(texts.iter().any(|text| text.starts_with("✖ CX103 unknown-node")), "{texts:?}");
}

#[test]
fn findings_at_no_node_stand_above_the_picture() {
    let text = drawn("flow \"Call\"\ndisconnect bye\n", "text");
    assert!(text.contains("\n✖ CX102 missing-entry: the flow has no entry\n"), "{text}");
}

#[test]
fn the_description_counts_them_for_a_reader_of_the_screen() {
    let about = texts_of(&drawn(BROKEN, "svg"), "desc");
    assert_eq!(about, ["Picture of the call flow Call: 2 nodes, 2 errors, 2 warnings."]);
}
