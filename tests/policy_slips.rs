//! A typo of one letter in what policies use is found: in a fact, its value, a tag or a policy's name,
//! wherever an example has one.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use cxflowc::resolve::{Files, PolicyChoice};
use cxflowc::source::Source;
use cxflowc::speech::{Rate, Voice, language_of};
use cxflowc::{Options, compile_with};

/// How many slips of a flow are tried at most.
const SLIPS: usize = 150;

/// The files of the repository, one of them with another text.
struct Slipped {
    path: PathBuf,
    text: String,
}

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))
}

impl Files for Slipped {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        if path == self.path { Ok(self.text.clone().into_bytes()) } else { read(path) }
    }
}

/// How many findings a flow has, with the policies of its folder.
fn findings(flow: &Path, slipped: &Slipped) -> usize {
    let mut options = Options::default();
    options.settings.policies = vec![PolicyChoice::File("examples/policies/house.cxflow".into())];
    // The languages of `examples/cxflow.toml`.
    options.voice = Voice::of(Rate::default(), ["en", "es"].map(|code| language_of(code).unwrap()));
    let text = slipped.read(flow).unwrap();
    let source = Source::new(flow.to_str().unwrap(), flow, text);
    // What the tenant's platform takes is a note here.
    let compiled = compile_with(source, slipped, &options);
    let shown =
        |one: &&cxflowc::diagnostics::Diagnostic| one.severity != cxflowc::diagnostics::Severity::Note;
    compiled.diagnostics.iter().filter(shown).count()
}

/// Where a text has a fact's name, its value, a tag or a policy's name.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let code = line.find("//").map_or(line, |comment| &line[..comment]);
        let begins: Vec<&str> = code.split_whitespace().collect();
        match begins.as_slice() {
            ["fact", name, "=", ..] => {
                words.push(at(start, code, name));
                // What proves it is for people alone.
                let value = code.split(" because ").next().unwrap_or_default();
                if let Some(quoted) = value.split('"').nth(1) {
                    words.push(at(start, code, quoted));
                }
            }
            ["apply", name, ..] => words.push(at(start, code, name)),
            _ => {}
        }
        let tags = code.match_indices('@').filter(|(place, _)| code[..*place].matches('"').count() % 2 == 0);
        for (place, _) in tags {
            let rest = &code[place + 1..];
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
            words.push(start + place + 1..start + place + 1 + end);
        }
        start += line.len();
    }
    words
}

fn at(start: usize, line: &str, word: &str) -> Range<usize> {
    let place = start + line.find(word).unwrap();
    place..place + word.len()
}

/// A word with one letter changed, doubled or dropped.
fn slips(word: &str) -> BTreeSet<String> {
    let mut slips = BTreeSet::new();
    for (place, letter) in word.char_indices().filter(|(_, letter)| letter.is_ascii_alphabetic()) {
        let (before, after) = (&word[..place], &word[place + 1..]);
        let other = if letter == 'x' { 'y' } else { 'x' };
        slips.insert(format!("{before}{other}{after}"));
        slips.insert(format!("{before}{letter}{letter}{after}"));
        let dropped = format!("{before}{after}");
        // What is left has to be a word still.
        if dropped.starts_with(|c: char| c.is_ascii_alphabetic()) {
            slips.insert(dropped);
        }
    }
    slips.remove(word);
    slips
}

#[test]
fn a_slip_in_what_policies_go_by_is_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let mut flows: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| Path::new("examples").join(entry.unwrap().file_name()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "cxflow"))
        .collect();
    flows.sort();
    let mut tried = 0;
    let mut unseen = Vec::new();
    for flow in flows {
        let text = String::from_utf8(read(&flow).unwrap()).unwrap();
        let unchanged = findings(&flow, &Slipped { path: flow.clone(), text: text.clone() });
        let mut all: BTreeSet<(usize, usize, String)> = BTreeSet::new();
        // What no policy speaks of and no field's text says is for people alone.
        let is_meant = |word: &Range<usize>| {
            let line = text[..word.start].rfind('\n').map_or(0, |end| end + 1);
            !text[line..].starts_with("contact ")
        };
        for word in words(&text).into_iter().filter(is_meant) {
            let slips = slips(&text[word.clone()]);
            all.extend(slips.into_iter().map(|slip| (word.start, word.end, slip)));
        }
        // Of a large flow, slips that are spread over all of it.
        for (start, end, slip) in all.iter().step_by(all.len().div_ceil(SLIPS).max(1)) {
            let word = &text[*start..*end];
            let slipped = format!("{}{slip}{}", &text[..*start], &text[*end..]);
            let found = findings(&flow, &Slipped { path: flow.clone(), text: slipped });
            tried += 1;
            if found <= unchanged {
                unseen.push(format!("{}: `{word}` as `{slip}`", flow.display()));
            }
        }
    }
    assert!(unseen.is_empty(), "of {tried} slips {} were not found:\n{}", unseen.len(), unseen.join("\n"));
    assert!(tried > 1000, "{tried}");
}
