//! The formatter: twice is once, and a formatted flow is the same flow.
#![no_main]

use cxflowc::Unformatted;
use cxflowc::source::{Source, Sources};
use cxflowc_fuzz::{Memory, compiled, payload};
use libfuzzer_sys::fuzz_target;

fn sources(text: &[u8]) -> Sources {
    let mut sources = Sources::default();
    sources.add(Source::new("a.cxflow", "a.cxflow", text.to_vec()));
    sources
}

fn formatted(text: &[u8]) -> Option<String> {
    let all = sources(text);
    let file = all.iter().next().map(|(file, _)| file)?;
    match cxflowc::format(&all, file) {
        Ok(text) => Some(text),
        Err(Unformatted::Errors(_)) => None,
        Err(Unformatted::Differs(at)) => panic!("the formatted text means something else from {at:?} on"),
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some(once) = formatted(bytes) else { return };
    let again = formatted(once.as_bytes()).expect("what was formatted can be read");
    assert_eq!(once, again, "twice is not once");
    let (before, after) = (
        compiled(sources(bytes), &Memory::default()),
        compiled(sources(once.as_bytes()), &Memory::default()),
    );
    assert_eq!(payload(&before), payload(&after), "a formatted flow is another flow");
});
