//! `import`: a payload comes back from its flow, and every finding has a place in the file.
#![no_main]

use cxflowc::diagnostics::{Area, Diagnostics};
use cxflowc::import::import;
use cxflowc::source::{Source, Sources};
use cxflowc_fuzz::{Memory, compiled, lies_within};
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/harness/canonical_payload.rs"]
mod canonical_payload;

fuzz_target!(|bytes: &[u8]| {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.json", "a.json", bytes.to_vec()));
    let mut found = Diagnostics::default();
    let text = import(&sources, file, &mut found);
    found.iter().for_each(|one| lies_within(one, &sources));
    assert_eq!(text.is_none(), found.has_errors());
    let Some(text) = text else { return };

    let mut flow = Sources::default();
    let file = flow.add(Source::new("a.cxflow", "a.cxflow", text.clone().into()));
    assert_eq!(cxflowc::format(&flow, file).expect("the text can be read"), text, "it is not laid out");
    let compiled = compiled(flow, &Memory::default());
    let broken = compiled.diagnostics.iter().find(|one| one.code.area == Area::Syntax);
    assert!(broken.is_none(), "{broken:?}\n{text}");
    // What is nested too deeply for it stands in fields that are not imported.
    let source = sources.iter().next().map_or("", |(_, source)| source.text());
    let Ok(payload) = serde_json::from_str(source.trim_start_matches('\u{FEFF}')) else { return };
    let mut built = Vec::new();
    cxflowc::write_payload(&compiled.flow, true, &mut built).expect("memory takes everything");
    assert_eq!(String::from_utf8_lossy(&built), canonical_payload::canonical(&payload), "{text}");
});
