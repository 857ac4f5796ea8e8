//! The verification of a log: a change that is made to a log that holds never holds, but for an
//! end that was cut between two lines. Whatever else there is, it ends in a verdict.
#![no_main]

use std::sync::{Arc, OnceLock};

use cxflowc::audit::{Action, AuditEntry, EntryContext, Log, Status, verify};
use libfuzzer_sys::fuzz_target;

/// A log that holds.
fn log() -> &'static [u8] {
    static LOG: OnceLock<Vec<u8>> = OnceLock::new();
    LOG.get_or_init(|| {
        let path = std::env::temp_dir().join(format!("cxflowc-fuzz-{}.jsonl", std::process::id()));
        let log = Log::open(&path).expect("a folder for temporary files");
        let time = "2026-08-02T10:15:00Z".parse::<jiff::Timestamp>().expect("a time");
        let context = Arc::new(EntryContext::default());
        for action in [Action::Validate, Action::Simulate, Action::Create, Action::Persist] {
            log.append(
                &AuditEntry::new(time, action, Status::Ok, Arc::clone(&context))
                    .flow("Recall")
                    .detail("in place"),
            )
            .expect("room for a line");
        }
        let bytes = std::fs::read(&path).expect("what was written");
        std::fs::remove_file(&path).expect("what was written");
        bytes
    })
}

fuzz_target!(|bytes: &[u8]| {
    // As it came.
    let _ = verify(bytes, None);
    // As a change of a log that holds: where, how many bytes less, and what instead.
    let [high, low, less, instead @ ..] = bytes else { return };
    let good = log();
    let head = verify(good, None).expect("memory can be read").head;
    let start = usize::from(u16::from_be_bytes([*high, *low])) % (good.len() + 1);
    let end = (start + usize::from(*less)).min(good.len());
    let changed = [&good[..start], instead, &good[end..]].concat();
    let verdict = verify(changed.as_slice(), None).expect("memory can be read");
    if changed != good && verdict.holds() {
        let is_cut = good.starts_with(&changed) && (changed.is_empty() || changed.ends_with(b"\n"));
        // The last line may have lost its end alone, and another log may stand there in its place.
        assert!(is_cut || verdict.lines < 4 || !verdict.repairs.is_empty(), "a change holds: {start} {end}");
        // Whoever has noted the head sees each of them.
        let with_head = verify(changed.as_slice(), Some(head)).expect("memory can be read");
        assert!(!with_head.holds(), "a change holds although the head is known");
    }
});
