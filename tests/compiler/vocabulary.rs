//! The words of the language, where they stand a second time: in the grammars of the parser and of the
//! editors. They come from `src/flow/vocabulary.rs` and `src/syntax/words.rs`.
//!
//! `UPDATE=1 cargo test --test vocabulary` adds to each list in a grammar what it lacks and takes out
//! what is no word of the language any more. The order of a list stays. After that run
//! `tree-sitter generate` in `editors/tree-sitter-cxflow`.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::sync::Once;

use cxflowc::flow::{Kind, Outcome, Verb};
use cxflowc::syntax::words::{CLAUSES, DECLARATIONS, EXPECTS, FORMS, OPTIONS};

/// A file that has the language's words once more.
struct Grammar {
    path: &'static str,
    /// What a comment begins with.
    comment: &'static str,
    /// The lists whose words it tells apart by other means, or not at all.
    without: &'static [&'static str],
}

const GRAMMARS: &[Grammar] = &[
    // An outcome is any name there.
    Grammar { path: "grammar/cxflow.pest", comment: "//", without: &["outcomes", "forms of rules"] },
    Grammar { path: "editors/tree-sitter-cxflow/grammar.js", comment: "//", without: &["outcomes"] },
    // Kinds and verbs have nodes of their own.
    Grammar {
        path: "editors/tree-sitter-cxflow/queries/highlights.scm",
        comment: ";",
        without: &["kinds", "verbs", "outcomes"],
    },
    Grammar { path: "editors/vscode/syntaxes/cxflow.tmLanguage.json", comment: "//", without: &[] },
    Grammar { path: "editors/sublime/cxflow.sublime-syntax", comment: "#", without: &[] },
    Grammar {
        path: "editors/vim/syntax/cxflow.vim",
        comment: "\"",
        without: &["outcomes", "forms of rules"],
    },
    // What `define` looks for, which is no grammar but has the kinds.
    Grammar {
        path: "editors/vim/ftplugin/cxflow.vim",
        comment: "\"",
        without: &["verbs", "outcomes", "forms of rules"],
    },
    Grammar { path: "editors/emacs/cxflow-mode.el", comment: ";", without: &[] },
];

/// What stands between two words of one list.
const SEPARATORS: &[&str] =
    &["|", "\\|", "\\\\|", "\\\\\\|", "\" \"", "\", \"", "', '", "\" | \"", "\"\n  \"", "',\n  '"];

/// Words that stand together wherever they stand.
struct List {
    name: &'static str,
    words: Vec<&'static str>,
}

fn lists() -> Vec<List> {
    vec![
        List { name: "kinds", words: Kind::ALL.iter().map(|kind| kind.word()).collect() },
        // `action` names its directive, so that some grammars have it apart.
        List {
            name: "verbs",
            words: Verb::ALL.iter().filter(|verb| **verb != Verb::Any).map(|verb| verb.word()).collect(),
        },
        List { name: "outcomes", words: Outcome::ALL.iter().map(|outcome| outcome.word()).collect() },
        List { name: "forms of rules", words: FORMS.to_vec() },
    ]
}

/// Every word of the language.
fn all_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = lists().into_iter().flat_map(|list| list.words).collect();
    words.extend(DECLARATIONS.iter().chain(OPTIONS).chain(CLAUSES).chain([&EXPECTS]));
    words.extend(["action", "on", "ends", "type", "as", "with", "except", "at", "because", "by"]);
    words.extend(["key", "keys", "depth", "path", "not", "any"]);
    words.sort_unstable();
    words.dedup();
    words
}

/// Words next to each other in a text, with the same between each two.
#[derive(Debug)]
struct Run<'a> {
    words: Vec<&'a str>,
    separator: &'a str,
    start: usize,
    end: usize,
}

/// The words of a text, each with its place. Behind a backslash the first letter is a sign of a pattern, as
/// in `\bends`.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.split(move |c| !is_letter(c)).filter_map(move |word| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        let skipped = usize::from(text[..start].ends_with('\\'));
        word.get(skipped..).filter(|word| !word.is_empty()).map(|word| (start + skipped, word))
    })
}

fn runs(text: &str) -> Vec<Run<'_>> {
    let mut runs: Vec<Run> = Vec::new();
    for (start, word) in words(text) {
        let end = start + word.len();
        if let Some(last) = runs.last_mut() {
            let between = &text[last.end..start];
            let goes_on =
                if last.words.len() == 1 { SEPARATORS.contains(&between) } else { last.separator == between };
            if goes_on {
                (last.separator, last.end) = (between, end);
                last.words.push(word);
                continue;
            }
        }
        runs.push(Run { words: vec![word], separator: "", start, end });
    }
    runs.retain(|run| run.words.len() > 1);
    runs
}

/// What a run has to be, if it is a list of the language and is not right as it is.
fn fixed(run: &Run, lists: &[List], known: &[&str]) -> Option<String> {
    let has = |list: &List| list.words.iter().filter(|word| run.words.contains(word)).count();
    let meant: Vec<&List> = lists.iter().filter(|list| has(list) * 2 > list.words.len()).collect();
    if meant.is_empty() {
        return None;
    }
    let mut words: Vec<&str> = run.words.iter().copied().filter(|word| known.contains(word)).collect();
    for list in meant {
        let missing: Vec<&str> = list.words.iter().copied().filter(|word| !words.contains(word)).collect();
        // Behind the last word of the list, before those of others.
        let at = words.iter().rposition(|word| list.words.contains(word)).map_or(words.len(), |at| at + 1);
        words.splice(at..at, missing);
    }
    (words != run.words).then(|| words.join(run.separator))
}

/// A grammar with its lists as they have to be.
fn update(text: &str, lists: &[List], known: &[&str]) -> String {
    let mut out = String::new();
    let mut done = 0;
    for run in runs(text) {
        if let Some(fixed) = fixed(&run, lists, known) {
            out.push_str(&text[done..run.start]);
            out.push_str(&fixed);
            done = run.end;
        }
    }
    out + &text[done..]
}

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &str) -> String {
    // No test looks at what another one is writing.
    static UPDATED: Once = Once::new();
    UPDATED.call_once(|| {
        for Grammar { path, .. } in GRAMMARS.iter().filter(|_| std::env::var_os("UPDATE").is_some()) {
            let text = std::fs::read_to_string(file(path)).unwrap();
            std::fs::write(file(path), update(&text, &lists(), &all_words())).unwrap();
        }
    });
    std::fs::read_to_string(file(path)).unwrap()
}

/// The lines that are no comments.
fn without_comments(text: &str, comment: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with(comment))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn the_lists_of_every_grammar_are_those_of_the_table() {
    let is_wrong = |text: &str| update(text, &lists(), &all_words()) != text;
    let wrong: Vec<&str> = GRAMMARS.iter().map(|one| one.path).filter(|path| is_wrong(&read(path))).collect();
    assert!(
        wrong.is_empty(),
        "other words than the table: run UPDATE=1 cargo test --test vocabulary\n{wrong:#?}"
    );
}

/// The lists that a grammar has, so that none gets lost as a whole.
#[test]
fn every_grammar_has_its_lists() {
    let lists = lists();
    for Grammar { path, without, .. } in GRAMMARS {
        let text = read(path);
        let runs = runs(&text);
        let has = |list: &List| runs.iter().any(|run| list.words.iter().all(|word| run.words.contains(word)));
        let missing: Vec<&str> = lists.iter().filter(|list| !has(list)).map(|list| list.name).collect();
        assert_eq!(&missing, without, "{path}");
    }
}

/// Words that stand in no list, too.
#[test]
fn every_grammar_knows_every_word() {
    for Grammar { path, comment, without } in GRAMMARS.iter().filter(|one| !one.path.contains("ftplugin")) {
        let text = without_comments(&read(path), comment);
        let there: Vec<&str> = words(&text).map(|(_, word)| word).collect();
        // `key` may be a part of `keys?`.
        let apart = |word: &&str| {
            *word == "key"
                || lists().iter().any(|list| without.contains(&list.name) && list.words.contains(word))
        };
        let missing: Vec<&str> =
            all_words().into_iter().filter(|word| !there.contains(word) && !apart(word)).collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?}");
    }
}

/// That the tests above see a word that is missing, whichever it is.
#[test]
fn a_word_that_is_taken_out_of_any_list_is_put_back() {
    let (lists, known) = (lists(), all_words());
    let mut tried = 0;
    for Grammar { path, .. } in GRAMMARS {
        let text = read(path);
        for run in runs(&text) {
            for list in lists.iter().filter(|list| list.words.iter().all(|word| run.words.contains(word))) {
                for word in &list.words {
                    let left: Vec<&str> = run.words.iter().copied().filter(|one| one != word).collect();
                    let broken =
                        format!("{}{}{}", &text[..run.start], left.join(run.separator), &text[run.end..]);
                    let updated = update(&broken, &lists, &known);
                    assert_ne!(updated, broken, "{path}: nobody misses `{word}` in {:?}", run.words);
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 250, "{tried}");
}

/// A kind that is in the table alone is in every list of kinds after an update, and one that is not in the
/// table any more is in none.
#[test]
fn a_new_kind_comes_into_every_grammar() {
    let (mut lists, mut known) = (lists(), all_words());
    lists[0].words.push("transfer");
    known.push("transfer");
    let with_kinds = GRAMMARS.iter().filter(|one| !one.without.contains(&"kinds"));
    for Grammar { path, .. } in with_kinds {
        let text = read(path);
        let count = |text: &str, word: &str| {
            let has_kinds = |run: &&Run| run.words.contains(&"voicemail") && run.words.contains(&"callback");
            let runs = runs(text);
            (
                runs.iter().filter(has_kinds).count(),
                runs.iter().filter(|run| run.words.contains(&word)).count(),
            )
        };
        let updated = update(&text, &lists, &known);
        let (kinds, with) = count(&updated, "transfer");
        assert!(kinds > 0 && kinds == with, "{path}: {with} of {kinds} lists have the new kind");
        let back = update(&updated, &self::lists(), &all_words());
        assert!(back == text, "{path}: the kind does not go away again");
    }
}
