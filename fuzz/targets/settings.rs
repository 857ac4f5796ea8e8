//! `cxflow.toml` and `policies.lock`: whatever they are, they end in settings, locked texts and findings with places.
#![no_main]

use cxflowc::bundled::lock::PolicyLock;
use cxflowc::diagnostics::Diagnostics;
use cxflowc::settings::{self, policy_lock};
use cxflowc::source::Sources;
use cxflowc_fuzz::{Memory, lies_within};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut files = Memory::default();
    // The same file in two folders, one below the other.
    files.0.insert("cxflow.toml".into(), bytes.to_vec());
    files.0.insert("flows/cxflow.toml".into(), bytes.to_vec());
    let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
    let folders = ["".into(), "flows".into()];
    let read = settings::load(&files, &folders, &settings::Misnamed::default(), &mut sources, &mut found);
    for finding in found.iter() {
        lies_within(finding, &sources);
    }
    lock(bytes);
    let Ok(read) = read else { return };
    read.platform();
    read.voice();
    for name in read.environments() {
        read.environment(name, &sources);
        read.params(name).count();
    }
});

/// The texts that are read of a lock are those that are read of it when it is written again.
fn lock(bytes: &[u8]) {
    let read = |bytes: &[u8]| {
        let (mut sources, mut found) = (Sources::default(), Diagnostics::default());
        let path = std::path::Path::new("policies.lock");
        let lock = policy_lock::read("policies.lock".into(), path, bytes.to_vec(), &mut sources, &mut found);
        for finding in found.iter() {
            lies_within(finding, &sources);
        }
        lock
    };
    let texts = |lock: &PolicyLock| -> Vec<(String, String)> {
        lock.policies.iter().map(|one| (one.name.clone(), one.text.clone())).collect()
    };
    let first = read(bytes);
    let policies = first.policies.iter().map(|one| (one.name.as_str(), one.text.as_str()));
    let again = read(policy_lock::written(policies).as_bytes());
    assert!(!again.is_broken);
    assert_eq!(texts(&first), texts(&again));
}
