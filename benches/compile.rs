//! How fast: `cargo bench`. Compare the figures of one run with each other; the bare pest parse of
//! the same text is the yardstick.

#![allow(clippy::disallowed_methods, reason = "a bench runs the command on a file of its own")]

mod flows;

use std::process::{Command, Stdio};

use cxflowc::diagnostics::render::{Human, human};
use cxflowc::syntax::grammar::{Grammar, Rule};
use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use pest::Parser;

/// The command's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const NODES: &[usize] = &[50, 200_000, 1_000_000];

fn main() {
    divan::main();
}

/// What pest alone takes: the same grammar, the same text, no tree.
#[divan::bench(args = NODES, sample_count = 10)]
fn bare_pest_parse(bencher: Bencher<'_, '_>, nodes: usize) {
    let text = flows::tree(nodes);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Grammar::parse(Rule::file, black_box(&text)).map(|pairs| pairs.len()));
}

/// Text to payload: everything that `build` does but the files.
#[divan::bench(args = NODES, sample_count = 10)]
fn build(bencher: Bencher<'_, '_>, nodes: usize) {
    let text = flows::tree(nodes);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let compiled = cxflowc::compile("tree.cxflow", black_box(&text).as_str());
        assert!(compiled.is_complete());
        cxflowc::emit::flows::write(&compiled.flow, false, std::io::sink())
    });
}

/// The same with a variable in the text of each menu, and with 1,000 transitions that lead back.
#[divan::bench(sample_count = 10)]
fn build_200_000_with_values(bencher: Bencher<'_, '_>) {
    let text = flows::tree_with_values(200_000, 1_000);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        let compiled = cxflowc::compile("tree.cxflow", black_box(&text).as_str());
        assert!(compiled.is_complete());
        cxflowc::emit::flows::write(&compiled.flow, false, std::io::sink())
    });
}

/// A hundred rules of all forms, each decided over all paths.
#[divan::bench(args = [50, 200_000], sample_count = 10)]
fn judge_100_rules(bencher: Bencher<'_, '_>, nodes: usize) {
    let compiled = cxflowc::compile("layers.cxflow", flows::layers(nodes) + &flows::policy(100));
    assert_eq!(compiled.judged.len(), 104, "{:?}", compiled.diagnostics.iter().next());
    bencher.bench(|| {
        cxflowc::policy::judge(black_box(&compiled.flow), None, cxflowc::speech::Voice::default()).len()
    });
}

/// Ten thousand findings as people see them.
#[divan::bench(sample_count = 10)]
fn render_10_000_errors(bencher: Bencher<'_, '_>) {
    let compiled = cxflowc::compile("broken.cxflow", flows::broken(10_000));
    assert!(compiled.diagnostics.iter().count() >= 10_000);
    bencher.bench(|| {
        compiled
            .diagnostics
            .iter()
            .map(|one| human(&compiled.sources, one, Human::default()).len())
            .sum::<usize>()
    });
}

/// A whole process for a flow of everyday size.
#[divan::bench]
fn process_50_nodes(bencher: Bencher<'_, '_>) {
    let folder = std::env::temp_dir();
    let path = folder.join(format!("cxflowc-bench-{}.cxflow", std::process::id()));
    if std::fs::write(&path, flows::tree(50)).is_err() {
        return;
    }
    bencher.bench(|| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.arg("build").arg(&path).args(["-o", "-"]).stdout(Stdio::null()).stderr(Stdio::null()).status()
    });
    let _ = std::fs::remove_file(&path);
}
