//! Merging versions of flows that nobody wrote.
#![allow(clippy::unwrap_used, reason = "a test")]

use cxflowc::merge::{Merged, Versions};
use cxflowc::{Source, Sources};
use proptest::prelude::*;

fn merge(base: &str, ours: &str, theirs: &str) -> Merged {
    Versions { base, ours, theirs }.merge(7)
}

/// Lines from which versions of a flow are made, in the canonical layout of each.
const STATEMENTS: &[&str] = &[
    "play a \"a.wav\"\n",
    "play b \"b.wav\" { -> a }\n",
    "collect c \"Press 1.\" {\n  on 1 -> a\n  on 2 -> b\n}\n",
    "collect c \"Press 1.\" {\n  // A comment.\n  on 2 -> b\n  on 3 -> a\n}\n",
    "// A comment of its own.\nlet x = 1\n",
    "let x = 2 // Two.\n",
    "a -> b on 1\n",
    "a -> b\n",
    "a -> b\n",
    "every collect on timeout -> a\n",
    "test \"t\" on 1 -> a -> b\n",
    "policy p {\n  one: require any\n  require any\n}\n",
    "policy p { two: require any }\n",
    "waive p/one because \"x\" by \"y\" until 2030-01-01\n",
    "\n",
];

fn versions() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(STATEMENTS), 0..8).prop_map(|lines| lines.concat())
}

fn reads(text: &str) -> bool {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("", "", text.as_bytes().to_vec()));
    cxflowc::format(&sources, file).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn an_unchanged_side_gives_the_other(base in versions(), other in versions()) {
        for (ours, theirs) in [(&base, &other), (&other, &base), (&other, &other)] {
            let merged = merge(&base, ours, theirs);
            prop_assert_eq!(&merged.conflicts, &[]);
            prop_assert_eq!(statements(&merged.text), statements(&other));
        }
    }

    #[test]
    fn what_merges_without_a_conflict_reads(base in versions(), ours in versions(), theirs in versions()) {
        let merged = merge(&base, &ours, &theirs);
        prop_assert_eq!(merged.conflicts.is_empty(), reads(&merged.text), "{}", merged.text);
    }

    /// No text that both have, or that one has added, is lost.
    #[test]
    fn nothing_is_lost(base in versions(), ours in versions(), theirs in versions()) {
        let text = merge(&base, &ours, &theirs).text;
        for part in [ours, theirs].iter().flat_map(|text| text.split(['\n', '{', '}', ';'])) {
            let part = part.trim();
            prop_assert!(text.contains(part) || base.contains(part), "{part} is lost in\n{text}");
        }
    }
}

/// A text without its layout.
fn statements(text: &str) -> Vec<String> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("", "", text.as_bytes().to_vec()));
    let text = cxflowc::format(&sources, file).unwrap();
    text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}
