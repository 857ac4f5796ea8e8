//! What the documentation shows is true: its flows compile, their payloads are those that are
//! shown, and the options are those of the command.
//!
//! A fence says what its block is:
//!
//! - `` ```cxflow `` is a whole flow without errors and warnings. It may include the files that
//!   the same page has shown above it.
//! - `` ```cxflow holds `` is such a flow, and each rule of its own policies holds of something, or obliges.
//! - `` ```cxflow fragment `` is part of one: each line parses.
//! - `` ```cxflow wrong CX204 `` is a flow with that one finding.
//! - `` ```cxflow file menu.cxflow `` is a file that flows further down include: each line parses.
//! - `` ```diff wrong CX301 `` changes the flow above it so that it has these findings.
//! - `` ```text `` directly after such a change is what `check -q` says of it, and `` ```text short `` the same with
//!   `--message-format short`.
//! - `` ```json `` directly after a flow is its payload, or a part of it; white space aside.
//! - `` ```toml `` is a `cxflow.toml`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use cxflowc::bundled::BASELINE;
use cxflowc::diagnostics::Severity;
use cxflowc::policy::{JudgedRule, RuleVerdict};
use cxflowc::resolve::Files;
use cxflowc::source::Source;
use cxflowc::{Compiled, Options, compile_with};

#[path = "../harness/mod.rs"]
mod harness;

mod blocks;
mod recipes;

use blocks::{Block, blocks};
use harness::{Folder, verbs_of};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The files that a page has shown.
#[derive(Default)]
struct Shown(BTreeMap<PathBuf, String>);

impl Files for Shown {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0
            .get(path)
            .map(|text| text.clone().into_bytes())
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    }
}

/// What is in a folder of the repository.
fn entries(folder: &str) -> Vec<PathBuf> {
    let folder = std::fs::read_dir(Path::new(ROOT).join(folder)).unwrap();
    folder.map(|entry| entry.unwrap().path()).collect()
}

/// The pages that people write. `docs/diagnostics.md` is made by the compiler and has its own test.
fn pages() -> Vec<PathBuf> {
    let mut pages = entries("docs");
    pages.extend(entries("docs/recipes"));
    pages.extend(["README.md", "SECURITY.md"].map(|name| Path::new(ROOT).join(name)));
    pages.retain(|path| {
        path.exists()
            && path.extension().is_some_and(|extension| extension == "md")
            && !path.ends_with("diagnostics.md")
    });
    pages.sort();
    assert!(pages.len() >= 3, "{pages:?}");
    pages
}

fn compile(block: &Block, shown: &Shown) -> Compiled {
    compile_with(
        Source::new(&*block.place, "page.cxflow", block.text.clone().into_bytes()),
        shown,
        &Options::default(),
    )
}

/// The codes of what is more than a note.
fn codes(compiled: &Compiled) -> Vec<&'static str> {
    compiled.diagnostics.iter().filter(|one| one.severity != Severity::Note).map(|one| one.code.id).collect()
}

fn messages(compiled: &Compiled) -> String {
    compiled
        .diagnostics
        .iter()
        .map(|one| {
            cxflowc::diagnostics::render::short(
                &compiled.sources,
                one,
                cxflowc::source::ColumnUnit::default(),
            )
        })
        .collect()
}

fn parses(block: &Block) {
    let compiled = compile(block, &Shown::default());
    let unreadable = codes(&compiled).iter().any(|code| code.starts_with("CX0"));
    assert!(!unreadable, "{} does not parse:\n{}", block.place, messages(&compiled));
}

/// Whether each rule of the policies that a page shows holds of something that occurs.
fn all_holds(block: &Block, compiled: &Compiled) {
    let own = |one: &&JudgedRule| compiled.flow.policies[one.policy].name.as_ref() != BASELINE;
    let mut count = 0;
    for one in compiled.judged.iter().filter(own) {
        count += 1;
        let policy = &compiled.flow.policies[one.policy];
        let name = format!("{}: {}/{}", block.place, policy.name, policy.rules[one.rule].name);
        assert!(
            matches!(one.verdict, RuleVerdict::Holds { .. } | RuleVerdict::Obligation),
            "{name}: {:?}",
            one.verdict
        );
    }
    assert!(count > 0, "{}: no rule applies", block.place);
}

/// JSON without the white space between its parts.
fn tight(json: &str) -> String {
    let (mut inside, mut escaped) = (false, false);
    json.chars()
        .filter(|&character| {
            if inside {
                inside = escaped || character != '"';
                escaped = !escaped && character == '\\';
                return true;
            }
            inside = character == '"';
            !character.is_whitespace()
        })
        .collect()
}

fn payload(compiled: &Compiled) -> String {
    let mut payload = Vec::new();
    cxflowc::emit::flows::write(&compiled.flow, true, &mut payload).unwrap();
    String::from_utf8(payload).unwrap()
}

#[test]
fn the_flows_of_the_pages_compile() {
    let mut flows = 0;
    for page in pages() {
        let mut shown = Shown::default();
        for block in blocks(&page) {
            let words: Vec<&str> = block.fence.split_whitespace().collect();
            match words.as_slice() {
                ["cxflow"] | ["cxflow", "holds"] => {
                    flows += 1;
                    let compiled = compile(&block, &shown);
                    assert!(
                        codes(&compiled).is_empty() && compiled.is_complete(),
                        "{}:\n{}",
                        block.place,
                        messages(&compiled)
                    );
                    if words.len() > 1 {
                        all_holds(&block, &compiled);
                    }
                }
                ["cxflow", "fragment"] => parses(&block),
                ["cxflow", "wrong", expected @ ..] => {
                    let compiled = compile(&block, &shown);
                    assert_eq!(codes(&compiled), expected, "{}:\n{}", block.place, messages(&compiled));
                }
                ["cxflow", "file", name] => {
                    parses(&block);
                    shown.0.insert(name.into(), block.text);
                }
                ["cxflow", ..] => panic!("{}: no such fence: {}", block.place, block.fence),
                _ => {}
            }
        }
    }
    assert!(flows > 10, "only {flows} flows found");
}

#[test]
fn the_payloads_of_the_pages_are_those_of_their_flows() {
    let mut compared = 0;
    for page in pages() {
        let mut shown = Shown::default();
        let mut flow: Option<String> = None;
        for block in blocks(&page) {
            if let Some(name) = block.fence.strip_prefix("cxflow file ") {
                shown.0.insert(name.into(), block.text.clone());
            }
            match (block.fence.as_str(), flow.take()) {
                ("json", Some(payload)) if block.follows => {
                    compared += 1;
                    assert!(payload.contains(&tight(&block.text)), "{}: not in {payload}", block.place);
                }
                ("cxflow", _) => flow = Some(payload(&compile(&block, &shown))),
                _ => {}
            }
        }
    }
    assert!(compared >= 2, "only {compared} payloads found");
}

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(ROOT).join(name)).unwrap()
}

/// What a text has that looks like a long option.
fn long_options(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_lowercase() || c == '-';
    let words = text.split(|c: char| !is_part(c));
    let words = words.filter(|word| word.starts_with("--") && word.len() > 3 && !word.starts_with("---"));
    words.map(str::to_owned).collect()
}

/// The help of the command, of its verbs and of theirs. Every verb that has none of its own has to
/// be on the page.
fn helps(above: &[String], page: &str) -> String {
    let mut help = Folder::new().command("").args(above).arg("--help").run().exits(0).out;
    let verbs = verbs_of(&help);
    assert!(!above.is_empty() || verbs.len() > 5, "{verbs:?}");
    if verbs.is_empty() {
        let name = above.join(" ");
        assert!(page.contains(&format!("`{name} ")), "docs/cli.md does not list `{name}`");
    }
    for verb in verbs {
        help.push_str(&helps(&[above, &[verb]].concat(), page));
    }
    help
}

#[test]
fn the_options_of_the_page_are_those_of_the_command() {
    let page = file("docs/cli.md");
    let helps = helps(&[], &page);
    assert!(helps.contains("cxflowc audit verify"), "the verbs of verbs are looked at, too");
    assert_eq!(long_options(&page), long_options(&helps), "the page's options, and the command's");
}

/// The messages that the page shows are those of this flow.
#[test]
fn the_messages_of_the_page_are_those_of_the_command() {
    let flow = "flow \"Survey\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\n\
                collect menu \"Press 1 to go on, 2 for no\" {\n  on 1 -> more\n  on 1..2 -> bye\n  on timeout | invalid -> bye\n}\n\
                play more \"https://cdn.example.com/more.wav\"\ndisconnect bye\nnotice -> menu\nmore -> bye\n";
    let folder = Folder::new().with("survey.cxflow", flow);
    let page = file("docs/cli.md");
    for format in ["human", "short", "json"] {
        let check = format!("check -q --allow key-not-offered --message-format {format} survey.cxflow");
        let said = folder.run(&check).all();
        assert!(page.contains(said.trim()), "docs/cli.md shows another {format} message:\n{said}");
    }
}

/// What the page shows of `test` is what it prints of the language page's flow, with a test less
/// and a wrong key.
#[test]
fn the_results_of_the_page_are_those_of_the_tests() {
    let folder = Folder::new();
    let blocks = blocks(&Path::new(ROOT).join("docs/language.md"));
    let flow = blocks.iter().find(|block| block.text.contains("flow \"Energy check\"")).unwrap();
    let run = |text: &str| {
        folder.write("energy_check.cxflow", text);
        folder.run("test energy_check.cxflow --min-coverage 90 --message-format short")
    };
    run(&flow.text).exits(0);
    let lines = flow.text.split_inclusive('\n').filter(|line| !line.contains("no adviser is free"));
    let run = run(&lines.collect::<String>().replace("on human, 9 ->", "on human, 8 ->"));
    let page = file("docs/cli.md");
    assert!(page.contains(&run.out), "docs/cli.md shows another result:\n{}", run.out);
    let closing = run.err.lines().last().unwrap();
    assert!(page.contains(closing), "docs/cli.md shows another closing line:\n{closing}");
}

/// What the page shows of `policy check` is what it prints of this flow.
#[test]
fn the_verdicts_of_the_page_are_those_of_the_command() {
    let flow = r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside Energy." }
collect menu "Press 1 to pay, 9 to stop these calls" retries 1 {
  on 1 -> card
  on 9 -> stop
  on timeout | invalid -> bye
}
collect card "Enter your card number" @pan { on "number" -> bye; on timeout | invalid -> bye }
play stop @optout { say "We will not call again." }
disconnect bye
notice -> menu
stop -> bye
policy house "House rules" {
  pause: require @pause before @pan
  warn near: require @optout reachable from collect within 1 key
  brief: limit 10s to =menu
  consent: forbid @pan when consent = "none"
  verified: require @verified before @debt
  rate: oblige "At most 3% of answered calls are abandoned in 30 days"
  list: oblige "The national list is honoured"
}
apply house
waive house/near at card because "the scale uses 9" by "j.lee" until 2027-03-31
attest house/list because "list import of May" by "k.roe" until 2027-03-31
"#;
    let folder = Folder::new().with("survey.cxflow", flow);
    let run = folder.run("policy check survey.cxflow --as-of 2026-08-02 --message-format short");
    let page = file("docs/cli.md");
    assert!(page.contains(run.out.trim_end()), "docs/cli.md shows another result:\n{}", run.out);
    let closing = run.err.lines().last().unwrap();
    assert!(page.contains(closing), "docs/cli.md shows another closing line:\n{closing}");
}

/// The README's first screen: a flow that is an example, a change to it, and what the compiler really
/// says of the change.
#[test]
fn the_readme_shows_what_the_compiler_says() {
    let blocks = blocks(&Path::new(ROOT).join("README.md"));
    let at = blocks.iter().position(|block| block.fence == "cxflow").unwrap();
    let flow = file("examples/checkup.cxflow");
    // The example goes on with its tests.
    assert!(flow.starts_with(&blocks[at].text), "README.md shows another flow than examples/checkup.cxflow");

    let change = &blocks[at + 1];
    assert_eq!(change.fence, "diff");
    let line = |sign| change.text.lines().find_map(|line| line.strip_prefix(sign)).unwrap();
    assert_eq!(flow.matches(line('-')).count(), 1, "README.md changes a line that the flow does not have");
    // As in a clone, the settings beside the flow apply.
    let folder = Folder::new().with("examples/checkup.cxflow", flow.replace(line('-'), line('+')));
    for name in ["examples/cxflow.toml", "examples/policies/house.cxflow"] {
        folder.write(name, file(name));
    }
    assert_eq!(folder.run("check examples/checkup.cxflow").err.trim(), blocks[at + 2].text.trim());
}

/// Ids and times are others each time.
fn masked(text: &str) -> String {
    let mut out = String::new();
    for word in text.split_inclusive([' ', '/', '(', ')', ',', '\n']) {
        let (head, tail) = word.split_at(word.trim_end_matches([' ', '/', '(', ')', ',', '\n']).len());
        match head.split_once('-') {
            Some((what, id)) if id.len() == 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                out.push_str(what);
            }
            _ if tail == " " && head.parse::<u32>().is_ok_and(|number| number < 100) => out.push('0'),
            _ => out.push_str(head),
        }
        out.push_str(tail);
    }
    out
}

/// The README's rehearsal: what is asked, what is answered, what is in place.
#[test]
fn the_readme_shows_a_submission_as_it_goes() {
    let blocks = blocks(&Path::new(ROOT).join("README.md"));
    let at = blocks
        .iter()
        .position(|block| block.text.contains("submit --emulate examples/campaign.cxflow"))
        .unwrap();
    let run = Folder::command_in_repository("submit --emulate examples/campaign.cxflow").run();
    let requests: String =
        run.err.lines().filter(|line| line.contains("/api/")).map(|line| format!("{line}\n")).collect();
    // The command's last line has nothing but figures that are others each time.
    let without_figures = |line: &str| {
        let words = line.split_inclusive([' ', '(', ')', ',']);
        words.filter(|word| !word.starts_with(|c: char| c.is_ascii_digit())).collect::<String>()
    };
    let shown = &blocks[at + 1].text;
    let (shown, closing) = shown.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(masked(&(requests + run.out.trim_end())), masked(shown));
    // A stage that takes less than a millisecond is left out, so stages come and go.
    let before_stages = |line: &str| without_figures(line.split_once('(').unwrap().0);
    assert_eq!(before_stages(run.err.lines().last().unwrap()), before_stages(closing));
}

#[test]
fn the_settings_of_the_pages_are_read() {
    let mut read = 0;
    for page in pages() {
        for block in blocks(&page).into_iter().filter(|block| block.fence == "toml") {
            read += 1;
            let folder = Folder::new()
                .with("cxflow.toml", &block.text)
                .with("policies/house.cxflow", "policy house { quiet: forbid voicemail }\n")
                .with("kinds.cxflow", "kind lookup type \"web_service\"\n")
                .with("library.cxflow", "let a = \"a\"\n");
            let run = folder.run("check -q library.cxflow");
            assert!(run.status == Some(0) && run.err.is_empty(), "{}:\n{}", block.place, run.err);
        }
    }
    assert!(read > 0);
}

/// Links within a page and from one to another lead somewhere, also on the pages for contributors.
#[test]
fn links_lead_somewhere() {
    let root = Path::new(ROOT);
    let editors = std::fs::read_dir(root.join("editors")).unwrap();
    let mut all: Vec<PathBuf> = editors.map(|entry| entry.unwrap().path().join("README.md")).collect();
    all.extend(["CONTRIBUTING.md", "CHANGELOG.md", "findings/README.md"].map(|name| root.join(name)));
    all.retain(|page| page.exists());
    assert!(all.len() > 8, "{all:?}");
    all.extend(pages());
    for page in all {
        let text = std::fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") {
                continue;
            }
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let file = if file.is_empty() { page.clone() } else { page.parent().unwrap().join(file) };
            assert!(file.exists(), "{}: {target}", page.display());
            if !anchor.is_empty() {
                let headings = std::fs::read_to_string(&file).unwrap();
                let found =
                    headings.lines().filter(|line| line.starts_with('#')).any(|line| slug(line) == anchor);
                assert!(found, "{}: no heading for {target}", page.display());
            }
        }
    }
}

/// A heading's anchor, as GitHub makes it.
fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    text.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

/// The words of a page that stand between backticks, by paragraph and row of a table.
fn quoted_by_paragraph(text: &str) -> Vec<Vec<&str>> {
    let outside = text.split("```").step_by(2);
    let paragraphs = outside.flat_map(|part| part.split("\n\n"));
    let parts = paragraphs.flat_map(|part| part.split("\n|"));
    parts.map(|part| part.split('`').skip(1).step_by(2).collect()).collect()
}

/// The files and folders that CONTRIBUTING.md names are there. A name may leave out `src` or `tests`, or the
/// folder of a name that stands before it in the same paragraph or row.
#[test]
fn the_paths_for_contributors_exist() {
    let ends = [".rs", ".toml", ".md", ".cxflow", ".pest", ".txt", ".yml", ".json"];
    let is_path = |word: &&str| {
        let is_one = word.contains('/') || ends.iter().any(|end| word.ends_with(end));
        // Everybody has a `cxflow.toml`.
        is_one && !word.contains(char::is_whitespace) && *word != "cxflow.toml"
    };
    let text = file("CONTRIBUTING.md");
    let mut missing = Vec::new();
    let mut found = 0;
    for words in quoted_by_paragraph(&text) {
        let mut folders = ["", "src", "tests"].map(|name| Path::new(ROOT).join(name)).to_vec();
        for word in words.into_iter().filter(is_path) {
            // In a name that stands for any, what is above it.
            let is_any = |part: &&str| part.starts_with("my_") || *part == "NAME";
            let parts: Vec<&str> = word.split('/').take_while(|part| !is_any(part)).collect();
            let place = folders.iter().map(|folder| folder.join(parts.join("/"))).find(|path| path.exists());
            let Some(place) = place else {
                missing.push(word);
                continue;
            };
            found += 1;
            folders.extend(place.parent().map(Path::to_owned));
            folders.push(place);
        }
    }
    assert!(missing.is_empty(), "CONTRIBUTING.md names {missing:?}");
    assert!(found > 100, "{found}");
}

/// The suites that have a file which `UPDATE=1` rewrites.
fn suites_that_update() -> BTreeSet<String> {
    let files = |folder: &Path| -> Vec<PathBuf> {
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect()
    };
    let tests = files(&Path::new(ROOT).join("tests"));
    let inner = tests.iter().filter(|path| path.is_dir()).flat_map(|folder| files(folder));
    let all: Vec<PathBuf> = tests.iter().cloned().chain(inner).collect();
    let asks = |path: &&PathBuf| {
        path.extension().is_some_and(|extension| extension == "rs")
            && std::fs::read_to_string(path).unwrap().contains(concat!("updated::", "is_wanted"))
    };
    let suite = |path: &PathBuf| {
        let folder = path.parent().unwrap();
        let is_own = folder.ends_with("tests") || folder.ends_with("compiler");
        let name = if is_own { path.file_stem() } else { folder.file_name() };
        name.unwrap().to_str().unwrap().to_owned()
    };
    all.iter().filter(asks).map(suite).collect()
}

#[test]
fn just_update_runs_every_suite_that_updates() {
    let justfile = file("justfile");
    let recipe = justfile.split("\nupdate:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let run: BTreeSet<&str> =
        recipe.split("--test ").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
    let suites = suites_that_update();
    assert!(suites.len() > 6, "{suites:?}");
    assert_eq!(suites.iter().map(String::as_str).collect::<BTreeSet<_>>(), run, "what `just update` runs");
}
