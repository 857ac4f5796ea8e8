//! Slips of the hand in the examples: each is found, or decides nothing.
//!
//! A slip changes, doubles, drops or swaps a letter, or its case, in one word of a file in
//! `examples/`: a keyword, a name, a tag, a fact or its value, a policy's or a param's name, a key, a
//! section or a policy of `cxflow.toml`. Other slips write a word in capitals, put it into the plural or
//! the singular, exchange `-` and `_`, drop a quote, or drop a tag or a line that states a fact or names
//! a policy. A slip is **found** if `cxflowc policy check` does not end with
//! status 0, or reports an error or warning. (The examples have none.) Where it is not found, every
//! rule of every policy has to come to the verdict that it came to before: then nothing that was
//! proven without the slip is lost with it.
//!
//! A flow does not need every tag that its policies speak of, so a tag that is dropped may make rules vacuous,
//! which `policy check` then says. The line `policies = …` of `cxflow.toml` is not dropped: without it
//! no policy is asked for.
//!
//! What is no slip: comments, spoken texts, queues, URLs and other strings, which say what their
//! author wants.
//!
//! `CXFLOW_SLIPS=10000 cargo test --test slips` tries more of them, `CXFLOW_SLIPS_SEED=7` others,
//! `CXFLOW_SLIPS_OF=plural` those of one kind.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};

use serde_json::Value;

#[path = "harness/mod.rs"]
mod harness;

use harness::Folder;

const SLIPS: u64 = 500;
const SEED: u64 = 11;
/// The kinds, and by how much fewer slips of each are tried.
const KINDS: [(Kind, u64); 6] = [
    (Kind::Letter, 1),
    (Kind::Case, 10),
    (Kind::Plural, 10),
    (Kind::Dash, 10),
    (Kind::Quote, 10),
    (Kind::Line, 10),
];

/// A kind of slip.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// A letter of a word.
    Letter,
    /// The case of a word.
    Case,
    /// A plural for a singular, or the other way round.
    Plural,
    /// `-` for `_`, or the other way round.
    Dash,
    /// A quote that is not there.
    Quote,
    /// A tag, or a line that states a fact or names a policy, that is not there.
    Line,
}

/// A file of the examples.
struct File {
    /// Seen from the folder.
    name: String,
    text: String,
    /// The words in which a hand may slip.
    words: Vec<Range<usize>>,
}

impl File {
    /// Where a slip of a kind can happen.
    fn sites(&self, kind: Kind) -> Vec<Range<usize>> {
        match kind {
            Kind::Letter | Kind::Case | Kind::Plural => self.words.clone(),
            Kind::Dash => {
                let in_words = self.words.iter().flat_map(|word| {
                    self.text[word.clone()].match_indices('_').map(|(at, _)| word.start + at)
                });
                let between = self
                    .words
                    .windows(2)
                    .filter(|two| &self.text[two[0].end..two[1].start] == "-")
                    .map(|two| two[0].end);
                in_words.chain(between).map(|at| at..at + 1).collect()
            }
            Kind::Quote => code(&self.text)
                .into_iter()
                .flat_map(|part| {
                    let quotes =
                        self.text[part.clone()].match_indices('"').map(move |(at, _)| part.start + at);
                    quotes.map(|at| at..at + 1).collect::<Vec<_>>()
                })
                .collect(),
            Kind::Line => self.lines(),
        }
    }

    /// Tags, and lines that state a fact or name a policy.
    fn lines(&self) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut start = 0;
        for line in self.text.split_inclusive('\n') {
            let first = line.split_whitespace().next().unwrap_or_default();
            if ["fact", "apply", "expects", "include"].contains(&first) {
                found.push(start..start + line.len());
            }
            start += line.len();
        }
        let is_tag = |word: &&Range<usize>| self.text[..word.start].ends_with('@');
        found.extend(self.words.iter().filter(is_tag).map(|word| {
            let rest = &self.text[word.end..];
            // A tag may have several words.
            let end =
                rest.find(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c))).unwrap_or(rest.len());
            word.start - 1..word.end + end
        }));
        found
    }
}

/// The parts of a flow or of settings that are no comments.
fn code(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim_start().starts_with("//") || line.trim_start().starts_with('#');
        if !is_comment {
            parts.push(start..start + line.len());
        }
        start += line.len();
    }
    parts
}

/// Numbers that look random and come again with the seed.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }
}

fn examples() -> Vec<File> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"));
    let mut names = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(root.join(&folder)).unwrap() {
            let entry = entry.unwrap();
            let name = folder.join(entry.file_name());
            if entry.file_type().unwrap().is_dir() {
                folders.push(name);
            } else if name.extension().is_some_and(|extension| extension == "cxflow" || extension == "toml") {
                names.push(name.to_str().unwrap().to_owned());
            }
        }
    }
    names.sort();
    let file = |name: String| {
        let text = std::fs::read_to_string(root.join(&name)).unwrap();
        let words = if name.ends_with(".toml") { words_of_settings(&text) } else { words_of_flow(&text) };
        File { name, text, words }
    };
    names.into_iter().map(file).collect()
}

/// The words of a piece of text that begins at an offset, numbers left out.
fn words(text: &str, offset: usize, into: &mut Vec<Range<usize>>) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = 0;
    while let Some(begin) = text[rest..].find(is_part).map(|at| rest + at) {
        let end = text[begin..].find(|c| !is_part(c)).map_or(text.len(), |at| begin + at);
        if text[begin..end].starts_with(|c: char| c.is_ascii_alphabetic()) {
            into.push(offset + begin..offset + end);
        }
        rest = end;
    }
}

/// The words outside comments and strings, and those of the values of facts.
fn words_of_flow(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let line = text[..at].rsplit('\n').next().unwrap();
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(inside) = rest.strip_prefix("\"\"\"") {
            inside.find("\"\"\"").map_or(rest.len(), |end| end + 6)
        } else if let Some(inside) = rest.strip_prefix('"') {
            let mut escaped = false;
            let close = inside.find(|c| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            });
            let end = close.map_or(rest.len(), |end| end + 2);
            if is_value_of_fact(line) {
                words(&rest[..end], at, &mut found);
            }
            end
        } else {
            // A single `/` is as good as any other sign.
            let end = rest.find(['"', '/']).map_or(rest.len(), |end| end.max(1));
            words(&rest[..end], at, &mut found);
            end
        };
        at += end;
    }
    found
}

/// Whether a string behind this is what a fact is or is compared with.
fn is_value_of_fact(before: &str) -> bool {
    let Some(before) = before.trim_end().strip_suffix('=') else { return false };
    let words: Vec<&str> = before.split_whitespace().collect();
    matches!(words[..], [.., "fact" | "when", _] | [.., "fact" | "when", _, "!"])
}

/// Keys and sections, and the policies.
fn words_of_settings(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split(['=', '#']).next().unwrap();
        let whole = line.starts_with("policies");
        words(if whole { line } else { key }, offset, &mut found);
        offset += line.len();
    }
    found
}

/// What a hand writes instead.
fn slip(kind: Kind, written: &str, random: &mut Random) -> String {
    match kind {
        Kind::Letter => slip_of_letter(written, random),
        Kind::Case => {
            let (first, rest) = written.split_at(1);
            let cases = [
                written.to_ascii_uppercase(),
                written.to_ascii_lowercase(),
                first.to_ascii_uppercase() + rest,
                first.to_ascii_uppercase() + &rest.to_ascii_lowercase(),
            ];
            let others: Vec<String> = cases.into_iter().filter(|one| one != written).collect();
            others[random.next(others.len())].clone()
        }
        Kind::Plural => match written.strip_suffix('s') {
            Some(singular) if !singular.is_empty() => singular.to_owned(),
            _ => format!("{written}s"),
        },
        Kind::Dash if written == "_" => "-".to_owned(),
        Kind::Dash => "_".to_owned(),
        Kind::Quote | Kind::Line => String::new(),
    }
}

/// A word with a slip in one letter.
fn slip_of_letter(word: &str, random: &mut Random) -> String {
    let letters: Vec<char> = word.chars().collect();
    loop {
        let mut slipped = letters.clone();
        let at = random.next(letters.len());
        match random.next(6) {
            0 => slipped[at] = char::from(b'a' + random.next(26) as u8),
            1 => slipped.insert(at, letters[at]),
            2 => drop(slipped.remove(at)),
            3 if at + 1 < letters.len() => slipped.swap(at, at + 1),
            4 => {
                slipped[at] = if letters[at].is_uppercase() {
                    letters[at].to_ascii_lowercase()
                } else {
                    letters[at].to_ascii_uppercase()
                }
            }
            _ => slipped.insert(at, char::from(b'a' + random.next(26) as u8)),
        }
        if slipped != letters && !slipped.is_empty() {
            return slipped.into_iter().collect();
        }
    }
}

/// What `policy check` says.
#[derive(Default)]
struct Said {
    found: bool,
    /// For each flow its policies with their rules' verdicts. Those that come with the compiler go by
    /// their names, others by their order, since their own names may be what slipped.
    verdicts: BTreeMap<String, Vec<String>>,
    all: String,
}

fn check(folder: &Folder, flows: &[&str]) -> Said {
    let options = "--format json --message-format json --as-of 2026-11-27";
    let run = folder.command(&format!("policy check {options}")).args(flows).run();
    let warned = run.err.lines().filter(|line| line.starts_with('{')).any(|line| {
        let message: Value = serde_json::from_str(line).unwrap();
        message["severity"] != "note"
    });
    let mut verdicts = BTreeMap::new();
    for flow in run.lines() {
        let mut of_flow = Vec::new();
        for policy in flow["policies"].as_array().unwrap() {
            let mut said = String::new();
            if policy["bundled"] == true {
                said.push_str(policy["name"].as_str().unwrap());
            }
            for rule in policy["rules"].as_array().unwrap() {
                write!(said, " {}:{}", rule["severity"].as_str().unwrap(), rule["verdict"].as_str().unwrap())
                    .unwrap();
            }
            of_flow.push(said);
        }
        verdicts.insert(flow["file"].as_str().unwrap().to_owned(), of_flow);
    }
    Said { found: warned || run.status != Some(0), verdicts, all: run.all() }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).map_or(default, |text| text.parse().unwrap())
}

/// Whether what a dropped tag changes is only that rules become vacuous: a flow
/// may well be without the step that a tag marks.
fn is_said_to_be_vacuous(before: &[String], after: &[String]) -> bool {
    let rules = |said: &[String]| said.join(" ").split(' ').map(str::to_owned).collect::<Vec<_>>();
    let (before, after) = (rules(before), rules(after));
    let mut pairs = before.iter().zip(&after);
    before.len() == after.len() && pairs.all(|(before, after)| before == after || after.ends_with(":vacuous"))
}

/// The examples in a folder of their own, and what `policy check` says of them.
struct Tried {
    files: Vec<File>,
    folder: Folder,
    before: Said,
}

impl Tried {
    fn new() -> Self {
        let files = examples();
        let folder = Folder::new();
        for file in &files {
            folder.write(&file.name, &file.text);
        }
        let mut tried = Self { files, folder, before: Said::default() };
        tried.before = check(&tried.folder, &tried.flows());
        assert!(!tried.before.found, "the examples have findings:\n{}", tried.before.all);
        tried
    }

    /// The flows that are no library.
    fn flows(&self) -> Vec<&str> {
        let names = self.files.iter().map(|file| &*file.name);
        names.filter(|name| name.ends_with(".cxflow") && !name.contains('/')).collect()
    }

    /// Tries slips of a kind.
    fn try_slips(&self, kind: Kind, slips: u64, seed: u64) {
        let flows = self.flows();
        let sites: Vec<(&File, Range<usize>)> = self
            .files
            .iter()
            .flat_map(|file| file.sites(kind).into_iter().map(move |site| (file, site)))
            .collect();
        assert!(sites.len() >= 30 && flows.len() >= 7, "{kind:?}: {} sites in {flows:?}", sites.len());
        let mut random = Random(seed);
        let mut holes = Vec::new();
        let mut silent = 0;
        for _ in 0..slips {
            let (file, site) = &sites[random.next(sites.len())];
            let written = &file.text[site.clone()];
            let slipped = slip(kind, written, &mut random);
            let text = format!("{}{slipped}{}", &file.text[..site.start], &file.text[site.end..]);
            self.folder.write(&file.name, text);
            // What others include, and settings, may matter to every flow.
            let concerned = if flows.contains(&&*file.name) { vec![&*file.name] } else { flows.clone() };
            let after = check(&self.folder, &concerned);
            if !after.found {
                silent += 1;
                let is_tag = kind == Kind::Line && written.starts_with('@');
                let lost: Vec<&str> = concerned
                    .into_iter()
                    .filter(|flow| match (self.before.verdicts.get(*flow), after.verdicts.get(*flow)) {
                        (Some(before), Some(after)) if is_tag => !is_said_to_be_vacuous(before, after),
                        (before, after) => before != after,
                    })
                    .collect();
                if !lost.is_empty() {
                    let line = file.text[..site.start].matches('\n').count() + 1;
                    holes.push(format!("{}:{line}: `{written}` -> `{slipped}` changes {lost:?}", file.name));
                }
            }
            self.folder.write(&file.name, &file.text);
        }
        holes.sort();
        holes.dedup();
        println!("{kind:?}: {slips} slips, seed {seed}: {silent} decide nothing, {} holes", holes.len());
        assert!(
            holes.is_empty(),
            "{} slips change a verdict without a finding ({kind:?}, of {slips}; CXFLOW_SLIPS_SEED={seed}):\n{}",
            holes.len(),
            holes.join("\n")
        );
    }
}

#[test]
fn a_slip_is_found_or_decides_nothing() {
    let (slips, seed) = (number("CXFLOW_SLIPS", SLIPS), number("CXFLOW_SLIPS_SEED", SEED));
    let tried = Tried::new();
    let only = std::env::var("CXFLOW_SLIPS_OF").ok();
    for (kind, share) in KINDS {
        if only.as_ref().is_none_or(|only| format!("{kind:?}").eq_ignore_ascii_case(only)) {
            let slips = if only.is_some() { slips } else { slips.div_ceil(share) };
            tried.try_slips(kind, slips, seed);
        }
    }
}

#[test]
fn words_are_those_that_mean_something_to_the_compiler() {
    let text = "fact a = \"b c\" // d\nsay \"e\" @f # / g\nx: limit 2 h when i = \"j\"\nlet k = \"\"\"\nl\n\"\"\"\nm";
    let words: Vec<&str> = words_of_flow(text).into_iter().map(|range| &text[range]).collect();
    let expected =
        ["fact", "a", "b", "c", "say", "f", "g", "x", "limit", "h", "when", "i", "j", "let", "k", "m"];
    assert_eq!(words, expected);
    let text = "# a\npolicies = [\"b\"]\n[env.c.params]\nd = \"e\"\n";
    let words: Vec<&str> = words_of_settings(text).into_iter().map(|range| &text[range]).collect();
    assert_eq!(words, ["policies", "b", "env", "c", "params", "d"]);
}
