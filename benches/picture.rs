//! How long a picture takes: `cargo bench --bench picture`. Compare it with `check` of the same flow.

mod flows;

use cxflowc::picture::{DrawOptions, FORMATS, Picture, PictureFormat};
use divan::{Bencher, black_box};

const NODES: [usize; 3] = [50, 500, 5_000];

fn main() {
    divan::main();
}

/// Text to findings.
#[divan::bench(args = NODES)]
fn check(bencher: Bencher<'_, '_>, nodes: usize) {
    let text = flows::tree(nodes);
    bencher.bench(|| cxflowc::compile("tree.cxflow", black_box(&text).as_str()).is_complete());
}

fn pictures() -> impl Iterator<Item = (&'static str, usize)> {
    FORMATS.iter().flat_map(|format| NODES.map(|nodes| (format.name, nodes)))
}

/// From the compiled flow to the file, in every format.
#[divan::bench(args = pictures())]
fn draw(bencher: Bencher<'_, '_>, (format, nodes): (&'static str, usize)) {
    let compiled = cxflowc::compile("tree.cxflow", flows::tree(nodes));
    let Some(format) = PictureFormat::named(format) else { return };
    bencher.bench(|| {
        Picture::new(black_box(&compiled), &[], str::to_owned)
            .map(|picture| (format.draw)(&picture, &DrawOptions::default()).len())
    });
}
