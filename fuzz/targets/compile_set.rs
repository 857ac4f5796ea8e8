//! A source and what it includes: `a.cxflow`, and after lines of `=== NAME` other files.
#![no_main]

use cxflowc::source::{Source, Sources};
use cxflowc_fuzz::{Memory, compiled, payload, pieces};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let all = pieces(text);
    let mut files = Memory::default();
    for (name, text) in all.iter().skip(1) {
        files.0.insert(name.trim().into(), text.as_bytes().to_vec());
    }
    let root = text.split("\n=== ").next().unwrap_or_default();
    let mut sources = Sources::default();
    sources.add(Source::new("a.cxflow", "a.cxflow", root.as_bytes().to_vec()));
    let done = compiled(sources, &files);
    payload(&done);
});
