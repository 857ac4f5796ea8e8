//! The grammar has the words and signs of the language.

use std::collections::BTreeSet;

use tree_sitter::Language;

use super::support::{agree, parse};

/// What stands between quotes in the rules of the compiler's grammar that name words.
fn words_of_the_compiler() -> BTreeSet<String> {
    let grammar = include_str!("../../grammar/cxflow.pest");
    let names_words = |line: &&str| {
        let rule = line.split(' ').next().unwrap();
        rule.starts_with("kw_") || ["kind", "verb", "any", "ends", "weekday"].contains(&rule)
    };
    let is_token = |line: &&str| line.contains("= @{") || line.contains("= ${");
    let rules = grammar.lines().filter(names_words).filter(is_token);
    rules.flat_map(|line| line.split('"').skip(1).step_by(2)).map(str::to_owned).collect()
}

fn signs_of_the_compiler() -> BTreeSet<String> {
    let grammar = include_str!("../../grammar/cxflow.pest");
    let rules = [
        "arrow", "bar", "equals", "comma", "dots", "open", "close", "colon", "slash", "and", "opening",
        "closing",
    ];
    let of_rule = |line: &&str| rules.contains(&line.split(' ').next().unwrap());
    let first = |line: &str| line.split('"').nth(1).unwrap().to_owned();
    grammar.lines().filter(of_rule).map(first).collect()
}

/// The words that stand in the grammar as they are.
fn words_of_the_grammar() -> BTreeSet<String> {
    let language = Language::from(tree_sitter_cxflow::LANGUAGE);
    let kinds = 0..language.node_kind_count() as u16;
    let written =
        kinds.filter(|kind| language.node_kind_is_visible(*kind) && !language.node_kind_is_named(*kind));
    let words = written.filter_map(|kind| language.node_kind_for_id(kind)).map(str::to_owned);
    words.filter(|word| word.chars().all(|character| character.is_ascii_lowercase())).collect()
}

#[test]
fn the_words_are_the_same() {
    let words = words_of_the_compiler();
    assert!(words.len() > 50, "{words:?}");
    // `any` is all that a node of that name consists of.
    let mut known = words_of_the_grammar();
    known.insert("any".to_owned());
    assert_eq!(known, words);
}

#[test]
fn the_signs_are_known() {
    let language = Language::from(tree_sitter_cxflow::LANGUAGE);
    let signs = signs_of_the_compiler();
    assert!(signs.len() == 12, "{signs:?}");
    for sign in signs {
        assert!(language.id_for_node_kind(&sign, false) != 0, "{sign}");
    }
}

/// Each word of the language may name a node: where a node is due, and at the beginning of a line.
#[test]
fn every_word_may_name_a_node() {
    for word in words_of_the_compiler() {
        let text = format!(
            "entry {word}\nplay {word} {{ -> {word}; on {word} -> {word} }}\n{word} -> {word} on {word}\n\
             {word} -> a -> {word}\nevery play except ={word} on {word} -> {word}\ntest \"\" on {word} -> {word}\n\
             let {word} = \"${{{word}}}\"\npolicy {word} {{ {word}: forbid ={word} }}\n"
        );
        agree(&text).unwrap_or_else(|why| panic!("{word}: {why}"));
        let tree = parse(&text);
        assert!(!tree.root_node().has_error(), "{word}: {}", tree.root_node());
    }
}
