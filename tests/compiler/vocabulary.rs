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
use cxflowc::syntax::words::{CLAUSES, DECLARATION_FACTS, DECLARATIONS, EXPECTS, FORMS, OPTIONS};

#[path = "../harness/updated.rs"]
mod updated;

/// A file that has the language's words once more.
struct Grammar {
    path: &'static str,
    /// What a comment begins with.
    comment: &'static str,
    /// The lists whose words it tells apart by other means, or not at all.
    without: &'static [&'static str],
    /// Whether its lists of declarations are only words that may be names, too. Each has a rule besides.
    looks_ahead: bool,
}

/// The lists of declarations that look alike, by what comes after the word.
const BEFORE_TEXT: &str = "declarations before a text";
const BEFORE_NAME: &str = "declarations before a name";

const GRAMMARS: &[Grammar] = &[
    // An outcome is any name there.
    Grammar { path: "grammar/cxflow.pest", comment: "//", without: &["outcomes"], looks_ahead: false },
    Grammar {
        path: "editors/tree-sitter-cxflow/grammar.js",
        comment: "//",
        without: &["outcomes"],
        looks_ahead: true,
    },
    // Kinds and verbs have nodes of their own, and `include` has another colour.
    Grammar {
        path: "editors/tree-sitter-cxflow/queries/highlights.scm",
        comment: ";",
        without: &["kinds", "verbs", "outcomes", BEFORE_TEXT],
        looks_ahead: false,
    },
    Grammar {
        path: "editors/vscode/syntaxes/cxflow.tmLanguage.json",
        comment: "//",
        without: &["outcomes"],
        looks_ahead: false,
    },
    Grammar {
        path: "editors/sublime/cxflow.sublime-syntax",
        comment: "#",
        without: &["outcomes"],
        looks_ahead: false,
    },
    Grammar {
        path: "editors/vim/syntax/cxflow.vim",
        comment: "\"",
        without: &["outcomes"],
        looks_ahead: false,
    },
    // What `define` looks for, which is no grammar but has the kinds.
    Grammar {
        path: "editors/vim/ftplugin/cxflow.vim",
        comment: "\"",
        without: &["verbs", "outcomes", "forms of rules", BEFORE_TEXT, BEFORE_NAME],
        looks_ahead: false,
    },
    Grammar {
        path: "editors/emacs/cxflow-mode.el",
        comment: ";",
        without: &["outcomes"],
        looks_ahead: false,
    },
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
        List { name: BEFORE_TEXT, words: declarations_before(|next| next.starts_with('"')) },
        List {
            name: BEFORE_NAME,
            words: declarations_before(|next| matches!(next, "NAME" | "NODE") || next.starts_with("POLICY")),
        },
    ]
}

/// The declarations that have such a token after their word. `node` is written as kinds are.
fn declarations_before(is_meant: fn(&str) -> bool) -> Vec<&'static str> {
    let next = |form: &'static str| form.split([' ', '`']).nth(1).unwrap();
    let meant = DECLARATION_FACTS.iter().filter(|one| one.word != "node" && is_meant(next(one.form)));
    meant.map(|one| one.word).collect()
}

/// The lists that a grammar has.
fn lists_of(grammar: &Grammar, lists: Vec<List>) -> Vec<List> {
    lists.into_iter().filter(|list| !grammar.without.contains(&list.name)).collect()
}

/// Every word of the language.
fn all_words() -> Vec<&'static str> {
    let mut words: Vec<&str> = lists().into_iter().flat_map(|list| list.words).collect();
    words.extend(DECLARATIONS.iter().chain(OPTIONS).chain(CLAUSES).chain([&EXPECTS]));
    words.extend(["action", "on", "ends", "type", "as", "with", "except", "at", "because", "by"]);
    words.extend(["set", "when", "else", "outcome", "sets"]);
    words.extend(["key", "keys", "depth", "path", "not", "any"]);
    words.extend(["and", "or", "in", "of", "heard", "start", "must", "occur"]);
    words.extend(["holidays", "exempt", "version", "covers", "reviewed", "conflicts"]);
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
        for grammar in GRAMMARS.iter().filter(|_| updated::is_wanted()) {
            let path = file(grammar.path);
            let text = std::fs::read_to_string(&path).unwrap();
            updated::write(&path, &update(&text, &lists_of(grammar, lists()), &all_words()));
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
    let is_wrong = |grammar: &&Grammar| {
        let text = read(grammar.path);
        update(&text, &lists_of(grammar, lists()), &all_words()) != text
    };
    let wrong: Vec<&str> = GRAMMARS.iter().filter(is_wrong).map(|grammar| grammar.path).collect();
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

/// The text without its lists of declarations.
fn without_look_ahead(text: &str) -> String {
    let ahead: Vec<List> =
        lists().into_iter().filter(|list| [BEFORE_TEXT, BEFORE_NAME].contains(&list.name)).collect();
    let is_ahead =
        |run: &Run| ahead.iter().any(|list| list.words.iter().all(|word| run.words.contains(word)));
    let mut left = String::new();
    let mut done = 0;
    for run in runs(text).iter().filter(|run| is_ahead(run)) {
        left.push_str(&text[done..run.start]);
        done = run.end;
    }
    left + &text[done..]
}

/// Words that stand in no list, too.
#[test]
fn every_grammar_knows_every_word() {
    for Grammar { path, comment, without, looks_ahead } in
        GRAMMARS.iter().filter(|one| !one.path.contains("ftplugin"))
    {
        let mut text = without_comments(&read(path), comment);
        if *looks_ahead {
            text = without_look_ahead(&text);
        }
        let there: Vec<&str> = words(&text).map(|(_, word)| word).collect();
        // `key` may be a part of `keys?`.
        let apart = |word: &&str| {
            *word == "key"
                || lists().iter().any(|list| {
                    let is_declaration = [BEFORE_TEXT, BEFORE_NAME].contains(&list.name);
                    !is_declaration && without.contains(&list.name) && list.words.contains(word)
                })
        };
        let missing: Vec<&str> =
            all_words().into_iter().filter(|word| !there.contains(word) && !apart(word)).collect();
        assert!(missing.is_empty(), "{path} lacks {missing:?}");
    }
}

/// That the tests above see a word that is missing, whichever it is.
#[test]
fn a_word_that_is_taken_out_of_any_list_is_put_back() {
    let known = all_words();
    let mut tried = 0;
    for grammar @ Grammar { path, .. } in GRAMMARS {
        let text = read(path);
        let lists = lists_of(grammar, lists());
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

/// A word that is in the table alone is in every such list after an update, and one that is not in the table any
/// more is in none. `among` are two words that stand together only in lists of this name.
fn comes_into_every_grammar(name: &str, new: &'static str, among: [&str; 2]) {
    for grammar @ Grammar { path, .. } in GRAMMARS.iter().filter(|one| !one.without.contains(&name)) {
        let (mut lists, mut known) = (lists_of(grammar, lists()), all_words());
        lists.iter_mut().find(|list| list.name == name).unwrap().words.push(new);
        known.push(new);
        let text = read(path);
        let count = |text: &str| {
            let runs = runs(text);
            let with = |words: &[&str]| {
                runs.iter().filter(|run| words.iter().all(|word| run.words.contains(word))).count()
            };
            (with(&among), with(&[new]))
        };
        let updated = update(&text, &lists, &known);
        let (all, with) = count(&updated);
        assert!(all > 0 && all == with, "{path}: {with} of {all} lists have the new word");
        let back = update(&updated, &lists_of(grammar, self::lists()), &all_words());
        assert!(back == text, "{path}: the word does not go away again");
    }
}

#[test]
fn a_new_kind_comes_into_every_grammar() {
    comes_into_every_grammar("kinds", "transfer", ["voicemail", "callback"]);
}

#[test]
fn a_new_declaration_comes_into_every_list_of_declarations() {
    comes_into_every_grammar(BEFORE_NAME, "attain", ["contact", "apply"]);
    comes_into_every_grammar(BEFORE_TEXT, "attain", ["description", "test"]);
}
