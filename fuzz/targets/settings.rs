//! `cxflow.toml`: whatever it is, it ends in settings and findings with places.
#![no_main]

use cxflowc::diagnostics::Diagnostics;
use cxflowc::settings;
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
    let Ok(read) = read else { return };
    read.platform();
    read.voice();
    for name in read.environments() {
        read.environment(name, &sources);
        read.params(name).count();
    }
});
