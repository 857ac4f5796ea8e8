//! The tables of docs/language.md have the words of the tables in `src`, all of them and no others.
//!
//! `UPDATE=1 cargo test -p compiler-tests --test language_page` writes the table of other tools' words.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test"
)]

use std::path::{Path, PathBuf};

use cxflowc::flow::{Kind, Outcome, Verb};
use cxflowc::syntax::foreign_words::{FOREIGN_WORDS, Meaning, Place};
use cxflowc::syntax::words::OPTIONS;

#[path = "../harness/updated.rs"]
mod updated;

fn page() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/language.md")
}

fn text() -> String {
    std::fs::read_to_string(page()).unwrap()
}

/// The rows of the table whose head begins with this cell.
fn rows(page: &str, head: &str) -> Vec<Vec<String>> {
    let head = format!("| {head} |");
    let lines = page.lines().skip_while(|line| !line.starts_with(&head)).skip(2);
    let rows: Vec<Vec<String>> = lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            // A bar that belongs to a cell has a backslash before it.
            let line = line.trim_matches('|').replace("\\|", "\0");
            line.split('|').map(|cell| cell.trim().replace('\0', "|")).collect()
        })
        .collect();
    assert!(!rows.is_empty(), "docs/language.md has no table that begins with `{head}`");
    rows
}

/// The first word in backquotes of each row's first cell.
fn first_words(rows: &[Vec<String>]) -> Vec<String> {
    let word = |cell: &str| {
        let code = cell.split('`').nth(1).unwrap_or_default();
        code.split([' ', '"']).next().unwrap_or_default().to_owned()
    };
    rows.iter().map(|row| word(&row[0])).collect()
}

fn sorted<T: Ord>(mut list: Vec<T>) -> Vec<T> {
    list.sort();
    list
}

/// What a page with one table says wrongly about the kinds.
fn wrong_kinds(page: &str) -> Result<(), String> {
    let rows = rows(page, "kind");
    let words = first_words(&rows);
    let known: Vec<String> =
        Kind::ALL.iter().map(|kind| kind.word().to_owned()).chain(["node".into()]).collect();
    if sorted(words.clone()) != sorted(known.clone()) {
        return Err(format!("the table of kinds has {words:?}, the compiler has {known:?}"));
    }
    for (word, row) in words.iter().zip(&rows) {
        let Some(kind) = Kind::from_word(word) else { continue };
        if (row[1] == "yes") != kind.ends_call() {
            return Err(format!("`{word}`: the table says {:?} of whether it ends the call", row[1]));
        }
        if (row[3] == "none") != kind.facts().argument.is_empty() {
            return Err(format!("`{word}`: the table says {:?} of its argument", row[3]));
        }
    }
    Ok(())
}

#[test]
fn the_table_of_kinds_has_every_kind_with_what_it_takes() {
    assert_eq!(wrong_kinds(&text()), Ok(()));
}

#[test]
fn a_kind_that_the_table_lacks_is_missed() {
    for kind in Kind::ALL {
        let row = format!("| [`{}`]", kind.word());
        let without: String =
            text().lines().filter(|line| !line.starts_with(&row)).map(|line| format!("{line}\n")).collect();
        assert!(wrong_kinds(&without).is_err(), "nobody misses `{}`", kind.word());
    }
}

#[test]
fn the_table_of_actions_has_every_action() {
    // `set` has a syntax of its own.
    let known = Verb::ALL.iter().map(|verb| verb.word().to_owned()).chain(["set".to_owned()]).collect();
    assert_eq!(sorted(first_words(&rows(&text(), "action"))), sorted(known));
}

#[test]
fn the_table_of_options_has_every_option() {
    let known = OPTIONS.iter().map(|word| (*word).to_owned()).chain(["@tag".to_owned()]).collect();
    assert_eq!(sorted(first_words(&rows(&text(), "option"))), sorted(known));
}

/// Of each outcome the row that names it names every kind that has it, or says that any node has.
#[test]
fn the_table_of_conditions_has_every_outcome_with_its_kinds() {
    let rows = rows(&text(), "condition");
    for outcome in Outcome::ALL {
        let word = format!("`{}`", outcome.word());
        let with: Vec<&Vec<String>> = rows.iter().filter(|row| row[0].contains(&word)).collect();
        assert!(!with.is_empty(), "the table of conditions lacks {word}");
        for kind in Kind::ALL.iter().filter(|kind| kind.outcomes().contains(outcome)) {
            let named = format!("`{}`", kind.word());
            let has = with.iter().any(|row| row[1].contains(&named) || row[1].contains("any node"));
            assert!(has, "the table of conditions does not say that {named} has {word}");
        }
    }
}

const BEGIN: &str =
    "<!-- other tools' words: written by UPDATE=1 cargo test -p compiler-tests --test language_page -->\n";
const END: &str = "<!-- end of other tools' words -->\n";

/// The table of other tools' words, as the page has it.
fn foreign_words() -> String {
    let mut table = "| in another tool | outside a block | in a block |\n|---|---|---|\n".to_owned();
    let meaning = |word: &str, place: Place| {
        let row = FOREIGN_WORDS
            .iter()
            .find(|(places, _, words)| places.contains(&place) && words.split(' ').any(|one| one == word));
        match row.map(|row| row.1) {
            Some(Meaning::Own(own)) => format!("`{own}`"),
            Some(Meaning::OutsideCall | Meaning::Service) => "a directive: `action \"…\"`".to_owned(),
            Some(Meaning::Branching | Meaning::Control) if place == Place::Declaration => {
                "`on … -> NODE`, `decide`".to_owned()
            }
            Some(Meaning::Branching | Meaning::Control) => "`on … -> NODE`".to_owned(),
            None => String::new(),
        }
    };
    let begins_line = |place: &Place| matches!(place, Place::Declaration | Place::Statement);
    let words = FOREIGN_WORDS.iter().filter(|(places, ..)| places.iter().any(begins_line));
    let mut rows: Vec<(String, String, Vec<&str>)> = Vec::new();
    for word in words.flat_map(|(_, _, words)| words.split(' ')) {
        let (outside, inside) = (meaning(word, Place::Declaration), meaning(word, Place::Statement));
        match rows.iter_mut().find(|row| row.0 == outside && row.1 == inside) {
            Some(row) if row.2.contains(&word) => {}
            Some(row) => row.2.push(word),
            None => rows.push((outside, inside, vec![word])),
        }
    }
    for (outside, inside, words) in rows {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        table += &format!("| {} | {outside} | {inside} |\n", words.join(" "));
    }
    table
}

#[test]
fn the_table_of_other_tools_words_is_that_of_the_compiler() {
    let page_text = text();
    let (before, rest) = page_text.split_once(BEGIN).expect("docs/language.md has no place for the table");
    let (between, after) = rest.split_once(END).expect("the table in docs/language.md has no end");
    if updated::is_wanted() {
        updated::write(&page(), &format!("{before}{BEGIN}{}{END}{after}", foreign_words()));
        return;
    }
    assert!(
        between == foreign_words(),
        "other words than src/syntax/foreign_words.rs: run UPDATE=1 cargo test -p compiler-tests --test language_page"
    );
}
