//! Every flow of this repository: examples, policies, fixtures, pages.

use std::path::Path;

use cxflowc::codes;
use cxflowc::diagnostics::Page;

use super::support::{Reading, agreed, comparable, errors, has_odd_every, parse};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The files of a folder and of those in it whose names end so.
pub fn files(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut folders = vec![Path::new(ROOT).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                files.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The texts of the cases in a folder: `//===` and `//---` begin one, `//=> formatted` too, and
/// further lines that begin with `//=>` or `//: ` are no flow's.
fn cases(folder: &str) -> Vec<(String, String)> {
    let mut cases: Vec<(String, String)> = Vec::new();
    for (_, text) in files(folder, "cxflow") {
        let head = cases.len();
        for line in text.split_inclusive('\n') {
            if ["//=== ", "//--- ", "//=> formatted"].iter().any(|mark| line.starts_with(mark)) {
                cases.push((line.trim().to_owned(), String::new()));
            } else if cases.len() > head && !line.starts_with("//=>") && !line.starts_with("//: ") {
                cases.last_mut().unwrap().1.push_str(line);
            }
        }
    }
    // What editors show as a line break and the compiler does not has a finding of its own.
    cases.retain(|(_, text)| !text.replace("\r\n", "\n").contains('\r'));
    // A word that a text seems to end before is one to the grammar, and a slip to the compiler.
    cases.retain(|(title, _)| !(title.contains("quotes in") && title.contains("markup")));
    cases
}

/// What the pages of the codes show.
fn shown_by_codes() -> Vec<(String, String)> {
    let mut shown = Vec::new();
    for code in codes::all() {
        let Page::Flows { wrong, right } = code.page else { continue };
        for (example, title) in [(wrong, "wrong"), (right, "right")] {
            if let Ok(text) = std::str::from_utf8(example.bytes()) {
                shown.push((format!("{code}, {title}"), text.to_owned()));
            }
        }
    }
    shown
}

/// The blocks of the documentation that are in the language.
fn shown_by_pages() -> Vec<(String, String)> {
    let mut pages = files("docs", "md");
    let readme = std::fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    pages.push(("README.md".to_owned(), readme));
    let mut shown: Vec<(String, String)> = Vec::new();
    for (page, text) in pages {
        let mut fence = None;
        for (number, line) in text.lines().enumerate() {
            match (line.strip_prefix("```"), fence) {
                (Some(_), Some(_)) => fence = None,
                (Some(words), None) => {
                    fence = Some(words.starts_with("cxflow"));
                    shown.push((format!("{page}:{}", number + 1), String::new()));
                }
                (None, Some(true)) => shown.last_mut().unwrap().1.extend([line, "\n"]),
                (None, _) => {}
            }
        }
    }
    shown.retain(|(_, text)| !text.is_empty());
    shown
}

/// All of them.
pub fn texts() -> Vec<(String, String)> {
    let mut texts = files("examples", "cxflow");
    for more in [
        files("src/bundled", "cxflow"),
        cases("tests/fixtures"),
        cases("tests/format"),
        shown_by_codes(),
        shown_by_pages(),
    ] {
        texts.extend(more);
    }
    texts.retain(|(_, text)| comparable(text));
    texts
}

#[track_caller]
fn read(texts: &[(String, String)]) -> (usize, usize) {
    let (mut taken, mut refused) = (0, 0);
    for (title, text) in texts {
        let windows = text.replace("\r\n", "\n").replace('\n', "\r\n");
        for text in [text, text.trim_end(), &windows, &format!("\u{FEFF}{text}")] {
            match agreed(title, text) {
                Reading::Taken => taken += 1,
                Reading::Refused => refused += 1,
            }
        }
    }
    (taken / 4, refused / 4)
}

#[test]
fn the_examples_and_the_bundled_policies_parse() {
    for (folder, least) in [("examples", 9), ("src/bundled", 12)] {
        let texts = files(folder, "cxflow");
        assert!(texts.len() >= least, "{folder}: {}", texts.len());
        assert_eq!(read(&texts), (texts.len(), 0));
    }
}

/// The entry, and what other tools call it.
const ENTRIES: [&str; 7] = ["entry", "start", "begin", "root", "initial", "init", "main"];

#[test]
fn the_fixtures_parse_where_the_compiler_reads_them() {
    let mut cases = cases("tests/fixtures");
    // A kind may not be called like a statement, which the compiler says once: its nodes are none to it.
    // An arrow behind the entry leads from a node that there is not, which the compiler says as one slip.
    let has_entry_arrow = |text: &str| {
        text.lines().any(|line| {
            let mut words = line.split_whitespace();
            words.next().is_some_and(|word| ENTRIES.contains(&word)) && words.next() == Some("->")
        })
    };
    let is_odd = |text: &str| has_odd_every(text) || has_entry_arrow(text) || text.contains("\nkind set ");
    cases.retain(|(_, text)| !is_odd(text));
    let (taken, refused) = read(&cases);
    assert!(taken > 300 && refused > 100, "{taken} taken, {refused} refused");
}

#[test]
fn the_layouts_parse() {
    let (taken, refused) = read(&cases("tests/format"));
    assert!(taken > 50 && refused == 0, "{taken} taken, {refused} refused");
}

#[test]
fn the_right_examples_of_code_pages_parse() {
    let (taken, refused) = read(&shown_by_codes());
    assert!(taken > 80 && refused > 1, "{taken} taken, {refused} refused");
}

#[test]
fn the_examples_of_the_documentation_parse() {
    let (taken, _) = read(&shown_by_pages());
    assert!(taken > 50, "{taken} taken");
}

/// An editor reads while somebody types: a flow of any size is read in one go.
#[test]
fn a_very_long_file_parses() {
    let mut text = "flow \"A\"\nentry n0\n".to_owned();
    for number in 0..20_000 {
        text += &format!(
            "/// The {number}th.\ncollect n{number} \"Press 1, ${{name}}\" retries 2 @menu {{\n  on 1 -> n{}\n  \
             on timeout | invalid -> bye\n}}\n",
            number + 1
        );
    }
    text += "disconnect n20000\n";
    assert!(matches!(agreed("a long file", &text), Reading::Taken));
    // A mistake in the first line makes no other line one.
    let spoilt = text.replacen("flow", "flaw", 1);
    let errors = errors(&parse(&spoilt));
    let is_first_line = |error: &String| error.contains(" at (0, ");
    assert!(!errors.is_empty() && errors.iter().all(is_first_line), "{errors:?}");
}
