//! A flow of nested instances with exits is the same as the flow written without them: the same payload, the same
//! verdicts on the same paths, the same number of paths.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::HashMap;
use std::fmt::Write;
use std::io;
use std::path::{Path, PathBuf};

use cxflowc::{Compiled, Files, Options, RuleVerdict, Source, compile_with};

/// How many random flows are compared.
const FLOWS: u64 = 250;

/// A small generator, so that a failure can be had again by its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    fn one_in(&mut self, chances: usize) -> bool {
        self.below(chances) == 0
    }
}

/// Where a transition or an exit leads.
#[derive(Clone, Copy)]
enum Target {
    /// A node or an instance of the same file, by its number.
    Part(usize),
    /// An exit of the file. In a flow, one of its ends.
    Exit(usize),
}

enum Part {
    Node { kind: usize, tag: Option<usize>, targets: Vec<Target> },
    Instance { library: usize, bound: Vec<Target> },
}

/// A library, or a flow, whose exits are its ends.
struct File {
    parts: Vec<Part>,
    entry: usize,
    exits: usize,
    /// Whether a transition to an instance names its entry, too, by the number of the instance.
    exact: Vec<bool>,
}

const TAGS: [&str; 2] = [" @a", " @b"];
const CONDITIONS: [&str; 3] = ["on 1", "on 2 | 3", "on timeout | invalid"];

fn file(random: &mut Random, number: usize, libraries: usize, exits_of: &[usize]) -> File {
    let count = 1 + random.below(4);
    let exits = exits_of[number];
    let mut parts = Vec::new();
    for at in 0..count {
        // Later parts and exits, so that there is no cycle; now and then an earlier one.
        let target = |random: &mut Random| {
            if random.one_in(40) {
                return Target::Part(random.below(count));
            }
            let later = count - at - 1;
            match random.below(later + exits) {
                number if number < later => Target::Part(at + 1 + number),
                number => Target::Exit(number - later),
            }
        };
        let deeper = libraries - number - 1;
        parts.push(if deeper > 0 && random.one_in(2) {
            let library = number + 1 + random.below(deeper);
            let bound = (0..exits_of[library]).map(|_| target(random)).collect();
            Part::Instance { library, bound }
        } else {
            let kind = random.below(2);
            let targets = (0..if kind == 0 { 1 } else { 3 }).map(|_| target(random)).collect();
            let tag = (!random.one_in(3)).then(|| random.below(2));
            Part::Node { kind, tag, targets }
        });
    }
    let exact = (0..count).map(|_| random.one_in(2)).collect();
    File { parts, entry: if random.one_in(6) { random.below(count) } else { 0 }, exits, exact }
}

const POLICY: &str = "policy p {
  before: require @a before @b
  after: forbid @b after @a
  path: require @a on every path
  near: require @b reachable from collect within 1 key
  count: limit 2 collect
  depth: limit depth 5
  none: forbid agent
}
apply p
";

/// The node of a text, with its branches.
fn node(text: &mut String, name: &str, kind: usize, tag: Option<usize>, targets: &[String]) {
    let tag = tag.map_or("", |tag| TAGS[tag]);
    if kind == 0 {
        writeln!(text, "play {name} text \"Hello.\"{tag} {{ -> {} }}", targets[0]).unwrap();
        return;
    }
    writeln!(text, "collect {name} \"Please choose.\"{tag} {{").unwrap();
    for (condition, target) in CONDITIONS.iter().zip(targets) {
        writeln!(text, "  {condition} -> {target}").unwrap();
    }
    writeln!(text, "}}").unwrap();
}

fn ends(text: &mut String, exits: usize) {
    for exit in 0..exits {
        match exit {
            0 => writeln!(text, "agent x0 \"desk\"").unwrap(),
            exit => writeln!(text, "disconnect x{exit}").unwrap(),
        }
    }
}

/// A file as it is written with includes.
fn nested(files: &[File], number: usize) -> String {
    let file = &files[number];
    // A name may lead to the instance or to the node at which calls enter it.
    let entered = |mut library: usize| {
        let mut name = String::new();
        loop {
            let entry = files[library].entry;
            match &files[library].parts[entry] {
                Part::Node { .. } => return format!("{name}.n{entry}"),
                Part::Instance { library: inner, .. } => {
                    write!(name, ".n{entry}").unwrap();
                    library = *inner;
                }
            }
        }
    };
    let name = |target: &Target| match *target {
        Target::Exit(exit) => format!("x{exit}"),
        Target::Part(at) => match &file.parts[at] {
            Part::Instance { library, .. } if file.exact[at] => format!("n{at}{}", entered(*library)),
            _ => format!("n{at}"),
        },
    };
    let mut text = String::new();
    if number == 0 {
        text.push_str("flow \"A\"\n");
    } else {
        (0..file.exits).for_each(|exit| writeln!(text, "exit x{exit}").unwrap());
    }
    writeln!(text, "entry {}", name(&Target::Part(file.entry))).unwrap();
    for (at, part) in file.parts.iter().enumerate() {
        match part {
            Part::Node { kind, tag, targets } => {
                let targets: Vec<String> = targets.iter().map(name).collect();
                node(&mut text, &format!("n{at}"), *kind, *tag, &targets);
            }
            Part::Instance { library, bound } => {
                let bound: Vec<String> =
                    bound.iter().enumerate().map(|(exit, to)| format!("x{exit} -> {}", name(to))).collect();
                writeln!(text, "include \"{library}.cxflow\" as n{at} with {}", bound.join(", ")).unwrap();
            }
        }
    }
    if number == 0 {
        ends(&mut text, file.exits);
        text.push_str(POLICY);
    }
    text
}

/// The name of a part in a flow without includes.
fn flat_name(files: &[File], number: usize, prefix: &str, at: usize) -> String {
    match &files[number].parts[at] {
        Part::Node { .. } => format!("{prefix}n{at}"),
        Part::Instance { library, .. } => {
            flat_name(files, *library, &format!("{prefix}n{at}."), files[*library].entry)
        }
    }
}

/// The nodes of a file and of its instances, whose exits have these names.
fn flat(files: &[File], number: usize, prefix: &str, exits: &[String], text: &mut String) {
    let name = |target: &Target| match *target {
        Target::Exit(exit) => exits[exit].clone(),
        Target::Part(at) => flat_name(files, number, prefix, at),
    };
    for (at, part) in files[number].parts.iter().enumerate() {
        match part {
            Part::Node { kind, tag, targets } => {
                let targets: Vec<String> = targets.iter().map(name).collect();
                node(text, &format!("{prefix}n{at}"), *kind, *tag, &targets);
            }
            Part::Instance { library, bound } => {
                let bound: Vec<String> = bound.iter().map(name).collect();
                flat(files, *library, &format!("{prefix}n{at}."), &bound, text);
            }
        }
    }
}

struct Texts(HashMap<PathBuf, String>);

impl Files for Texts {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let text = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(text.clone().into_bytes())
    }
}

fn compiled(texts: &Texts) -> Compiled {
    let root = Path::new("0.cxflow");
    compile_with(Source::new("0.cxflow", root, texts.read(root).unwrap()), texts, &Options::default())
}

fn payload(compiled: &Compiled) -> String {
    let mut payload = Vec::new();
    cxflowc::emit::flows::write(&compiled.flow, true, &mut payload).unwrap();
    String::from_utf8(payload).unwrap()
}

/// What became of each rule, with the path that breaks it.
fn verdicts(compiled: &Compiled) -> Vec<(String, &'static str, String)> {
    let of = |one: &cxflowc::policy::JudgedRule| {
        let policy = &compiled.flow.policies[one.policy];
        let path = match &one.verdict {
            RuleVerdict::Violated(violation) => violation.path.as_ref(),
            _ => None,
        };
        let path = path.map(|path| compiled.flow.path(&path.nodes)).unwrap_or_default();
        (format!("{}/{}", policy.name, policy.rules[one.rule].name), one.verdict.word(), path)
    };
    compiled.judged.iter().map(of).collect()
}

/// The codes of what was found, without the warning about exits that nothing leads to.
fn codes(compiled: &Compiled) -> Vec<&'static str> {
    let mut codes: Vec<&str> = compiled.diagnostics.iter().map(|one| one.code.id).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.retain(|code| *code != "CX215");
    codes
}

#[test]
fn instances_with_exits_are_the_flow_written_flat() {
    let mut words: HashMap<&str, usize> = HashMap::new();
    for seed in 1..=FLOWS {
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let libraries = 1 + random.below(4);
        let exits_of: Vec<usize> = (0..libraries).map(|_| 1 + random.below(3)).collect();
        let files: Vec<File> =
            (0..libraries).map(|number| file(&mut random, number, libraries, &exits_of)).collect();
        let written = (0..libraries)
            .map(|number| (PathBuf::from(format!("{number}.cxflow")), nested(&files, number)))
            .collect();
        let written = Texts(written);
        let names: Vec<String> = (0..files[0].exits).map(|exit| format!("x{exit}")).collect();
        let mut text = format!("flow \"A\"\nentry {}\n", flat_name(&files, 0, "", files[0].entry));
        flat(&files, 0, "", &names, &mut text);
        ends(&mut text, files[0].exits);
        text.push_str(POLICY);
        let alone = Texts(HashMap::from([(PathBuf::from("0.cxflow"), text.clone())]));
        let (with, without) = (compiled(&written), compiled(&alone));
        let shown = || format!("seed {seed}\n{text}\n{:#?}\n{:#?}", written.0, with.diagnostics);
        assert_eq!(payload(&with), payload(&without), "{}", shown());
        assert_eq!(verdicts(&with), verdicts(&without), "{}", shown());
        assert_eq!(codes(&with), codes(&without), "{}", shown());
        verdicts(&with).iter().for_each(|(_, word, _)| *words.entry(word).or_default() += 1);
    }
    assert!(words["holds"] > 100 && words["violated"] > 100, "{words:?}");
}
