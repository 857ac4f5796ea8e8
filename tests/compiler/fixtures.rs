//! Flows, and what the compiler says of them: `tests/fixtures/*.cxflow`.
//!
//! A file holds many small cases:
//!
//! ```text
//! //=== what the case shows
//! //: --set queue=sales --as-is --build --allow unused --deny-warnings --platform-type answer payload
//! //: --policy us_tsr --as-of 2026-08-02 verdicts
//! //: any-spelling (files are found whatever the capitals and the normal form of their names are)
//! the flow's text
//! //--- menus.cxflow
//! the text of a file beside it
//! //=> what comes back, of the flow's tests too: each finding with its place, the text it underlines, its labels, help and fixes
//! ```
//!
//! With `verdicts` what comes back begins with what became of each rule but those of `baseline`
//! (`all-verdicts`: of those too). A title says which of them the case is about: `house/disclosed violated`.
//!
//! Each case is a test, named after its file, its title and the codes that it expects:
//! `cargo test --test fixtures dead-end` runs those that have these words in the name.
//! With `UPDATE=1` before it the command writes the `//=>` lines of the same cases anew; read the
//! difference before you commit it.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use cxflowc::bundled::{self, BASELINE};
use cxflowc::codes;
use cxflowc::diagnostics::{Page, Severity};
use cxflowc::flow::policy::Demand;
use cxflowc::policy::{JudgedRule, RuleVerdict, Violation};
use cxflowc::source::Span;
use cxflowc::{Compiled, compile_with};
use libtest_mimic::{Arguments, Failed, Trial};
use similar::TextDiff;

mod cases;

#[path = "../harness/updated.rs"]
mod updated;

use cases::{Case, ROOT, cases, fixture_files, options};

/// What became of each rule.
fn verdicts(compiled: &Compiled, baseline: bool) -> Vec<(String, &'static str, String)> {
    let of = |one: &JudgedRule| {
        let policy = &compiled.flow.policies[one.policy];
        let name = format!("{}/{}", policy.name, policy.rules[one.rule].name);
        let path = |violation: &Violation| {
            let path = violation.path.as_ref().map(|path| compiled.flow.path(&path.nodes));
            let found = violation.found.map(|found| format!("{found}, "));
            path.map(|path| format!("{}{path}", found.unwrap_or_default()))
        };
        let detail = match &one.verdict {
            RuleVerdict::Holds { estimated } => estimated.then(|| "by estimated times".to_owned()),
            RuleVerdict::Vacuous(why) => Some(why.in_words(&compiled.flow)),
            RuleVerdict::Violated(violation) => path(violation),
            RuleVerdict::Unknown(missing) => Some(missing.what.clone()),
            RuleVerdict::Obligation => one.is_attested().then(|| "attested".to_owned()),
            RuleVerdict::Withheld(why) => Some((*why).to_owned()),
            other => panic!("a new verdict, `{}`, says nothing here yet", other.word()),
        };
        (policy.name.as_ref() != BASELINE || baseline).then(|| {
            (name, one.verdict.word(), detail.map(|detail| format!(": {detail}")).unwrap_or_default())
        })
    };
    compiled.judged.iter().filter_map(of).collect()
}

/// The rules that a title names, each with its verdict.
fn announced(title: &str) -> Vec<(String, String)> {
    const WORDS: [&str; 6] = ["holds", "vacuous", "violated", "unknown", "obligation", "withheld"];
    let words: Vec<&str> = title.split([' ', ',', ':']).filter(|word| !word.is_empty()).collect();
    let pairs = words.windows(2).filter(|pair| pair[0].contains('/') && WORDS.contains(&pair[1]));
    pairs.map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect()
}

/// The verdicts that a title names and that the flow does not show.
fn not_shown(case: &Case) -> Vec<String> {
    if !case.settings.contains("verdicts") {
        return Vec::new();
    }
    let compiled = compile_with(case.root(), case, &options(&case.settings));
    let verdicts = verdicts(&compiled, true);
    let is_shown = |(rule, word): &(String, String)| {
        verdicts.iter().any(|(name, found, _)| name == rule && *found == *word)
    };
    let missing = announced(&case.title).into_iter().filter(|one| !is_shown(one));
    missing.map(|(rule, word)| format!("{rule} {word}")).collect()
}

/// What comes back, as the fixtures write it.
fn answer(case: &Case) -> String {
    let compiled = compile_with(case.root(), case, &options(&case.settings));
    let mut out = String::new();
    if case.settings.contains("verdicts") {
        for (rule, word, detail) in &verdicts(&compiled, case.settings.contains("all-verdicts")) {
            writeln!(out, "//=> {rule}: {word}{detail}").unwrap();
        }
    }
    let tests = compiled.run_tests();
    let tested = tests.iter().flat_map(|run| run.findings());
    for one in compiled.diagnostics.iter().chain(tested) {
        // What goes beyond the platform matters to the fixtures that are about it.
        if one.severity == Severity::Note && one.code.id == "CX406" && !case.title.contains("platform") {
            continue;
        }
        let place_of = one.span.map_or_else(|| "nowhere".to_owned(), |span| place(&compiled, span));
        writeln!(out, "//=> {}[{}] {place_of}: {}", one.severity, one.code, one.message).unwrap();
        if !one.label.is_empty() {
            writeln!(out, "//=>   here: {}", one.label).unwrap();
        }
        for label in &one.labels {
            writeln!(out, "//=>   label {}: {}", place(&compiled, label.span), label.text).unwrap();
        }
        if let Some(help) = &one.help {
            writeln!(out, "//=>   help: {help}").unwrap();
        }
        for note in &one.notes {
            writeln!(out, "//=>   note: {note}").unwrap();
        }
        for fix in &one.fixes {
            writeln!(out, "//=>   fix: {}", fix.title).unwrap();
        }
    }
    if case.settings.contains("payload") && compiled.is_complete() {
        let mut payload = Vec::new();
        cxflowc::emit::flows::write(&compiled.flow, true, &mut payload).unwrap();
        let payload: serde_json::Value = serde_json::from_slice(&payload).unwrap();
        for node in payload["nodes"].as_array().unwrap() {
            let actions: Vec<String> = node["actions"].as_array().unwrap().iter().map(fields).collect();
            let reported = reported(node);
            let type_ = node["type"].as_str().unwrap();
            writeln!(out, "//=> {type_} {}{reported} [{}]", node["id"], actions.join(", ")).unwrap();
        }
        for one in payload["transitions"].as_array().unwrap() {
            let text = |field: &str| one[field].as_str().unwrap().to_owned();
            let condition = text("condition") + &reported(one);
            writeln!(out, "//=> {} -> {} on {condition}", text("from_node"), text("to_node")).unwrap();
        }
    }
    if out.is_empty() {
        out.push_str("//=> nothing\n");
    }
    out
}

/// What a call is reported as.
fn reported(object: &serde_json::Value) -> String {
    object["disposition"].as_str().map(|name| format!(" disposition {name}")).unwrap_or_default()
}

/// The fields of an action: `play media_url="…"`, first those that the language knows.
fn fields(action: &serde_json::Value) -> String {
    const KNOWN: [&str; 4] = ["directive", "media_url", "text", "max_retries"];
    let mut out = action["directive"].as_str().unwrap().to_owned();
    let others = action.as_object().unwrap().keys().map(String::as_str).filter(|name| !KNOWN.contains(name));
    for field in KNOWN.into_iter().skip(1).chain(others) {
        if let Some(value) = action.get(field) {
            write!(out, " {field}={value}").unwrap();
        }
    }
    out
}

/// Line and column, and the text that is underlined.
fn place(compiled: &Compiled, span: Span) -> String {
    let at = compiled.sources.position(span);
    let file = compiled.sources.get(span.file).name();
    let file = if file == ROOT { String::new() } else { format!("{file}:") };
    let text: String = compiled.sources.text(span).chars().take(40).collect();
    format!(
        "{file}{}:{} `{}`",
        at.line,
        at.column,
        text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'")
    )
}

/// What cases that ran have to have, by file and by the case's number in it.
type Updates = Mutex<BTreeMap<PathBuf, BTreeMap<usize, String>>>;

fn main() {
    let mut arguments = Arguments::from_args();
    // A dot for each of some thousand cases, unless some are asked for.
    arguments.quiet |= arguments.filter.is_none();
    let updates = updated::is_wanted().then(|| Arc::new(Updates::default()));
    let mut trials = vec![
        Trial::test("every code has a fixture", || fail_on(codes_without_fixture())),
        Trial::test("every bundled rule has its fixtures", || fail_on(bundled_rules_without_fixture())),
    ];
    for path in fixture_files() {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, case) in cases(&text).into_iter().enumerate() {
            let (path, updates) = (path.clone(), updates.clone());
            trials
                .push(Trial::test(name(&path, &case), move || run(&path, number, &case, updates.as_deref())));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    if let Some(updates) = updates {
        updates.lock().unwrap().iter().for_each(|(path, answers)| rewrite(path, answers));
    }
    conclusion.exit();
}

/// `paths: a node without a way out (dead-end)`
fn name(path: &Path, case: &Case) -> String {
    let file = path.file_stem().unwrap().to_string_lossy();
    let codes: BTreeSet<&str> = case
        .expected
        .lines()
        .filter_map(|line| line.strip_prefix("//=> ")?.split_once("] ")?.0.split_once('['))
        .filter_map(|(_, code)| Some(code.split_once(' ')?.1))
        .collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let codes = if codes.is_empty() { String::new() } else { format!(" ({})", codes.join(", ")) };
    format!("{file}: {}{codes}", case.title)
}

/// Compares what the compiler says with what the case expects, or keeps it for the update.
fn run(path: &Path, number: usize, case: &Case, updates: Option<&Updates>) -> Result<(), Failed> {
    let found = answer(case);
    if let Some(updates) = updates {
        updates.lock().unwrap().entry(path.to_owned()).or_default().insert(number, found);
        return Ok(());
    }
    let not_shown = not_shown(case);
    if !not_shown.is_empty() {
        return Err(format!(
            "the title names what the flow does not show: {}\n{found}",
            not_shown.join(", ")
        )
        .into());
    }
    if found == case.expected {
        return Ok(());
    }
    let diff = TextDiff::from_lines(&case.expected, &found);
    Err(diff.unified_diff().context_radius(2).header("expected", "found").to_string().into())
}

/// Writes answers into a file, and leaves its other cases as they are.
fn rewrite(path: &Path, answers: &BTreeMap<usize, String>) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut updated = text.split("//=== ").next().unwrap().to_owned();
    for (number, case) in cases(&text).iter().enumerate() {
        writeln!(updated, "//=== {}", case.title).unwrap();
        if !case.settings.is_empty() {
            writeln!(updated, "//: {}", case.settings).unwrap();
        }
        updated.push_str(&case.files[Path::new(ROOT)]);
        for (name, text) in case.files.iter().filter(|(name, _)| name.as_path() != Path::new(ROOT)) {
            write!(updated, "//--- {}\n{text}", name.display()).unwrap();
        }
        writeln!(updated, "{}", answers.get(&number).unwrap_or(&case.expected)).unwrap();
    }
    updated::write(path, &(updated.trim_end().to_owned() + "\n"));
}

/// Fails if there is anything.
fn fail_on(missing: Vec<String>) -> Result<(), Failed> {
    if missing.is_empty() { Ok(()) } else { Err(format!("missing:\n{}", missing.join("\n")).into()) }
}

/// A rule that is switched off, or never written about, fails here.
fn codes_without_fixture() -> Vec<String> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let all: String = fixture_files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for code in codes::all() {
        if all.contains(&format!("[{code}] ")) {
            seen.insert(code.id);
        }
    }
    // Bytes that are no text cannot stand in a fixture: `tests/bad_input/encoding.rs` has them.
    seen.insert("CX004");
    codes::all()
        .filter(|code| matches!(code.page, Page::Flows { .. }) && !seen.contains(code.id))
        .map(|code| code.to_string())
        .collect()
}

/// A bundled rule that no flow keeps, or none breaks, is one that nobody has tried.
fn bundled_rules_without_fixture() -> Vec<String> {
    let all: Vec<String> =
        fixture_files().iter().map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let titles = all.iter().flat_map(|text| cases(text)).filter(|case| case.settings.contains("verdicts"));
    let shown: BTreeSet<(String, String)> = titles.flat_map(|case| announced(&case.title)).collect();
    let mut missing = Vec::new();
    for policy in bundled::ALL {
        let text = format!("flow \"A\"\nentry a\ndisconnect a\napply {}\n", policy.name);
        let compiled = cxflowc::compile(ROOT, text);
        let applied = compiled.flow.policies.iter().find(|one| &*one.name == policy.name).unwrap();
        for rule in &applied.rules {
            let words: &[&str] = match rule.demand {
                Demand::Oblige(_) => &["obligation"],
                _ => &["holds", "violated"],
            };
            let name = format!("{}/{}", policy.name, rule.name);
            let lacks = words.iter().filter(|word| !shown.contains(&(name.clone(), (**word).to_owned())));
            missing.extend(lacks.map(|word| format!("{name} {word}")));
        }
    }
    missing
}
