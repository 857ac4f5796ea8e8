//! One source: whatever it is, it ends in findings with places, and the same ones each time.
#![no_main]

use cxflowc::source::{Source, Sources};
use cxflowc_fuzz::{Memory, compiled, payload};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let sources = || {
        let mut sources = Sources::default();
        sources.add(Source::new("a.cxflow", "a.cxflow", bytes.to_vec()));
        sources
    };
    let (once, again) = (compiled(sources(), &Memory::default()), compiled(sources(), &Memory::default()));
    assert_eq!(payload(&once), payload(&again));
    let said = |compiled: &cxflowc::Compiled| {
        compiled.diagnostics.iter().map(|one| (one.code.id, one.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(said(&once), said(&again));
    // Something is said of everything that is not a flow.
    assert!(once.is_complete() || once.flow.is_library() || !said(&once).is_empty());
});
