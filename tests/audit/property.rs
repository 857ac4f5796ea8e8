//! Any entries, any crashes.

use std::sync::Arc;

use cxflowc::audit::{AuditEntry, EntryContext, Hash, Policy};
use proptest::prelude::*;
use serde_json::Value;

use super::support::*;

fn any_entry() -> impl Strategy<Value = AuditEntry> {
    let text = || any::<Option<String>>();
    let lists = (
        proptest::collection::vec(any::<String>(), 0..4),
        proptest::collection::vec(any::<String>(), 0..4),
        proptest::collection::vec((any::<String>(), any::<[u8; 32]>()), 0..4),
    );
    (any::<String>(), text(), text(), text(), text(), any::<u64>(), lists).prop_map(
        |(actor, commit, flow, job, detail, figure, (waivers, attestations, policies))| {
            let policies = policies
                .into_iter()
                .map(|(name, sha256)| Policy { name, sha256: Hash::from(sha256) })
                .collect();
            let context = EntryContext { actor, commit, policies, waivers, attestations, ..context() };
            AuditEntry { flow, job, detail, context: Arc::new(context), ..entry(0) }.metric("figure", figure)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Each write may end anywhere; nothing that was there is lost, and the next append makes the log whole.
    #[test]
    fn any_entries_and_any_crashes_make_a_log_that_holds(
        writes in proptest::collection::vec((any_entry(), proptest::option::of(any::<prop::sample::Index>())), 1..8),
        last in any_entry(),
    ) {
        let folder = LogFolder::new();
        let mut whole: Vec<Option<String>> = Vec::new();
        for (entry, crash) in writes {
            let before = folder.path().metadata().map_or(0, |log| log.len() as usize);
            folder.log().append(&entry).unwrap();
            let after = folder.bytes();
            match crash.map(|crash| before + crash.index(after.len() - before + 1)) {
                Some(end) if end + 1 < after.len() => folder.write(&after[..end]),
                Some(end) => { folder.write(&after[..end]); whole.push(entry.flow); }
                None => whole.push(entry.flow),
            }
            prop_assert!(after.len() >= before);
        }
        let bytes = folder.bytes();
        let appended = folder.log().append(&last).unwrap();
        whole.push(last.flow);
        prop_assert!(folder.bytes().starts_with(&bytes));
        let verdict = folder.holds();
        prop_assert_eq!(verdict.head, appended.head);
        let said: Vec<Value> = lines(&folder.bytes())
            .iter()
            .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
            .filter(|line| line["action"] != "repair")
            .map(|line| line["flow"].clone())
            .collect();
        let whole: Vec<Value> = whole
            .into_iter()
            .map(|flow| flow.map_or(Value::Null, Value::from))
            .collect();
        prop_assert_eq!(said, whole);
    }

    #[test]
    fn any_bytes_can_be_checked_and_appended_to(bytes in any::<Vec<u8>>(), begins in any::<bool>()) {
        let folder = LogFolder::of(u64::from(begins));
        let before = [if begins { folder.bytes() } else { Vec::new() }, bytes.clone()].concat();
        prop_assert_eq!(check(&before).holds(), bytes.is_empty());
        folder.write(&before);
        match folder.log().append(&entry(1)) {
            Ok(_) => { folder.holds(); }
            Err(_) => prop_assert_eq!(folder.bytes(), before),
        }
    }
}
