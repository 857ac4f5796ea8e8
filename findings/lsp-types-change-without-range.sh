#!/usr/bin/env bash
# gen-lsp-types 0.11.0 (crates.io): an edit whose numbers are written as `1.0` replaces the whole document.
#
# A change of a document either has a range or is the whole new text. The crate reads both as an untagged
# enum without a look at the fields: a change whose range it cannot read is taken for the second kind, and
# the range is dropped without an error. `1.0` is the integer 1 in JSON, and some JSON writers spell it so.
# A server that trusts the type puts the few letters that were typed in place of the document.
#
# Seen: with `1` a partial change, with `1.0` a change of the whole document with the text "x".
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
mkdir src
cat > Cargo.toml <<'T'
[package]
name = "change-without-range"
version = "0.0.0"
edition = "2021"

[dependencies]
gen-lsp-types = "=0.11.0"
serde_json = "1"
T
cat > src/main.rs <<'R'
use gen_lsp_types::TextDocumentContentChangeEvent;

fn main() {
    for line in ["1", "1.0"] {
        let place = format!(r#"{{"line":{line},"character":0}}"#);
        let change = format!(r#"{{"range":{{"start":{place},"end":{place}}},"text":"x"}}"#);
        let read: TextDocumentContentChangeEvent = serde_json::from_str(&change).unwrap();
        println!("{line}: {read:?}");
    }
}
R
cargo run --quiet | tee out.txt

grep -q '^1: .*Partial' out.txt || { echo 'CHANGED: a change with a range is called otherwise'; exit 1; }
grep -q '^1\.0: .*Whole' out.txt || { echo 'CHANGED: the range is read, or refused'; exit 1; }
echo 'as described'
