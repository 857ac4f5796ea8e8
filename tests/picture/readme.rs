//! The picture in the README is what the command draws.

use std::path::Path;

use super::support::drawn_from;
use super::updated;

/// `UPDATE=1 cargo test --test picture readme` draws it again.
#[test]
fn the_picture_in_the_readme_is_the_flow_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let flow = std::fs::read_to_string(root.join("examples/checkup.cxflow")).unwrap();
    let drawn = drawn_from("examples/checkup.cxflow", &flow, "svg");
    let path = root.join("docs/images/checkup.svg");
    if updated::is_wanted() {
        updated::write(&path, &drawn);
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        there == drawn,
        "docs/images/checkup.svg is out of date: run `UPDATE=1 cargo test --test picture readme`"
    );
}
