//! How much memory: `cargo bench --bench memory`. Read `max alloc` beside the size of the text.

mod flows;

use divan::{AllocProfiler, Bencher, black_box};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    for &nodes in NODES {
        println!("{nodes} nodes: {:.1} MB of text", flows::tree(nodes).len() as f64 / 1e6);
    }
    divan::main();
}

const NODES: &[usize] = &[50, 200_000, 1_000_000];

/// Text to payload: everything that `build` does but the files. Time is not what this measures:
/// every allocation is counted.
#[divan::bench(args = NODES, sample_count = 1, sample_size = 1)]
fn build(bencher: Bencher<'_, '_>, nodes: usize) {
    bencher.with_inputs(|| flows::tree(nodes)).bench_values(|text| {
        let compiled = cxflowc::compile("tree.cxflow", black_box(text));
        let written = cxflowc::emit::flows::write(&compiled.flow, false, std::io::sink());
        (compiled, written)
    });
}
