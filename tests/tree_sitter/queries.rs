//! The queries: that they can be used, and what is coloured how.

use std::collections::BTreeMap;

use tree_sitter::{Language, Query, QueryCursor, StreamingIterator};

use super::every_file::texts;
use super::support::parse;

fn query(text: &str) -> Query {
    Query::new(&Language::from(tree_sitter_cxflow::LANGUAGE), text).unwrap()
}

/// What a query captures: the capture's name and the text, in order.
fn captured(query_text: &str, text: &str) -> Vec<(String, String)> {
    let query = query(query_text);
    let tree = parse(text);
    let mut cursor = QueryCursor::new();
    let mut captures = cursor.captures(&query, tree.root_node(), text.as_bytes());
    let mut found = Vec::new();
    while let Some((one, index)) = captures.next() {
        let capture = one.captures()[*index];
        let name = query.capture_names()[capture.index as usize];
        found.push((name.to_owned(), text[capture.node.byte_range()].to_owned()));
    }
    found
}

#[track_caller]
fn coloured(text: &str, expected: &[(&str, &str)]) {
    let found = captured(tree_sitter_cxflow::HIGHLIGHTS_QUERY, text);
    let found: Vec<(&str, &str)> = found.iter().map(|(name, text)| (text.as_str(), name.as_str())).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn every_query_is_one() {
    for text in [
        tree_sitter_cxflow::HIGHLIGHTS_QUERY,
        tree_sitter_cxflow::FOLDS_QUERY,
        tree_sitter_cxflow::INDENTS_QUERY,
        tree_sitter_cxflow::LOCALS_QUERY,
        tree_sitter_cxflow::INJECTIONS_QUERY,
        tree_sitter_cxflow::TAGS_QUERY,
        // Those of one editor alone.
        include_str!("../../editors/zed/languages/cxflow/outline.scm"),
        include_str!("../../editors/zed/languages/cxflow/brackets.scm"),
    ] {
        assert!(query(text).pattern_count() > 0, "{text}");
    }
}

/// Which of two patterns wins is not the same in every editor, so that no node has two.
#[test]
fn a_node_has_at_most_one_colour() {
    let query = query(tree_sitter_cxflow::HIGHLIGHTS_QUERY);
    for (title, text) in texts() {
        let tree = parse(&text);
        let mut names: BTreeMap<usize, &str> = BTreeMap::new();
        let mut cursor = QueryCursor::new();
        let mut captures = cursor.captures(&query, tree.root_node(), text.as_bytes());
        while let Some((one, index)) = captures.next() {
            let capture = one.captures()[*index];
            let name = query.capture_names()[capture.index as usize];
            let before = names.insert(capture.node.id(), name);
            assert_eq!(before, None, "{title}: {} is {name}, too", &text[capture.node.byte_range()]);
        }
    }
}

/// Every word, name and value of a flow has a colour.
#[test]
fn every_token_has_a_colour() {
    for (title, text) in texts() {
        let tree = parse(&text);
        if tree.root_node().has_error() {
            continue;
        }
        let found = captured(tree_sitter_cxflow::HIGHLIGHTS_QUERY, &text);
        let coloured: String = found.iter().map(|(_, text)| text.as_str()).collect();
        let count = |text: &str| {
            text.chars().filter(|character| !character.is_whitespace() && *character != ';').count()
        };
        assert!(
            count(&coloured) >= count(text.trim_start_matches('\u{FEFF}')),
            "{title}:\n{text}\n{found:?}"
        );
    }
}

#[test]
fn words_are_coloured_by_what_they_are() {
    coloured("entry on", &[("entry", "keyword"), ("on", "function")]);
    coloured(
        "entry -> disclosure on timeout",
        &[
            ("entry", "function"),
            ("->", "operator"),
            ("disclosure", "function"),
            ("on", "keyword"),
            ("timeout", "constant.builtin"),
        ],
    );
    coloured(
        "collect text text \"x\" retries most @menu { on 1..3 | \"raw\" -> say; say \"a\" }",
        &[
            ("collect", "type.builtin"),
            ("text", "function"),
            ("text", "keyword.modifier"),
            ("\"x\"", "string"),
            ("retries", "keyword.modifier"),
            ("most", "variable"),
            ("@menu", "attribute"),
            ("{", "punctuation.bracket"),
            ("on", "keyword"),
            ("1", "constant.numeric"),
            ("..", "operator"),
            ("3", "constant.numeric"),
            ("|", "operator"),
            ("\"raw\"", "string"),
            ("->", "operator"),
            ("say", "function"),
            (";", "punctuation.delimiter"),
            ("say", "function.builtin"),
            ("\"a\"", "string"),
            ("}", "punctuation.bracket"),
        ],
    );
}

#[test]
fn insertions_and_escapes_in_texts_are_coloured() {
    coloured(
        "let a = \"${ cdn }\\n // $5\" // behind\n/// doc",
        &[
            ("let", "keyword"),
            ("a", "variable"),
            ("=", "operator"),
            ("\"${ cdn }\\n // $5\"", "string"),
            ("${ ", "punctuation.special"),
            ("cdn", "variable"),
            ("}", "punctuation.special"),
            ("\\n", "constant.character.escape"),
            ("// behind", "comment"),
            ("/// doc", "comment.documentation"),
        ],
    );
}

#[test]
fn rules_are_coloured() {
    coloured(
        "policy house { warn near: require not =on on 1 before agent until 2026-01-01 }",
        &[
            ("policy", "keyword"),
            ("house", "type"),
            ("{", "punctuation.bracket"),
            ("warn", "keyword"),
            ("near", "label"),
            (":", "punctuation.delimiter"),
            ("require", "keyword"),
            ("not", "keyword.operator"),
            ("=", "operator"),
            ("on", "function"),
            ("on", "keyword"),
            ("1", "constant.numeric"),
            ("before", "keyword"),
            ("agent", "type.builtin"),
            ("until", "keyword"),
            ("2026-01-01", "constant.numeric"),
            ("}", "punctuation.bracket"),
        ],
    );
}

#[test]
fn conditions_about_facts_are_coloured() {
    coloured(
        "policy p when not in = 1 { require fact a not in (\"x\") or b = 2 and c = 3 }",
        &[
            ("policy", "keyword"),
            ("p", "type"),
            ("when", "keyword"),
            ("not", "keyword.operator"),
            ("in", "constant"),
            ("=", "operator"),
            ("1", "constant.numeric"),
            ("{", "punctuation.bracket"),
            ("require", "keyword"),
            ("fact", "keyword"),
            ("a", "constant"),
            ("not", "keyword.operator"),
            ("in", "keyword.operator"),
            ("(", "punctuation.bracket"),
            ("\"x\"", "string"),
            (")", "punctuation.bracket"),
            ("or", "keyword.operator"),
            ("b", "constant"),
            ("=", "operator"),
            ("2", "constant.numeric"),
            ("and", "keyword.operator"),
            ("c", "constant"),
            ("=", "operator"),
            ("3", "constant.numeric"),
            ("}", "punctuation.bracket"),
        ],
    );
}

#[test]
fn words_of_rules_are_coloured_and_names_like_them_are_not() {
    coloured(
        "policy heard { limit 3s from start of =start on key | key to end of heard in \"es\", and must occur }",
        &[
            ("policy", "keyword"),
            ("heard", "type"),
            ("{", "punctuation.bracket"),
            ("limit", "keyword"),
            ("3s", "constant.numeric"),
            ("from", "keyword"),
            ("start", "keyword"),
            ("of", "keyword"),
            ("=", "operator"),
            ("start", "function"),
            ("on", "keyword"),
            ("key", "constant.builtin"),
            ("|", "operator"),
            ("key", "keyword"),
            ("to", "keyword"),
            ("end", "keyword"),
            ("of", "keyword"),
            ("heard", "keyword"),
            ("in", "keyword"),
            ("\"es\"", "string"),
            (",", "punctuation.delimiter"),
            ("and", "keyword.operator"),
            ("must", "keyword"),
            ("occur", "keyword"),
            ("}", "punctuation.bracket"),
        ],
    );
    coloured(
        "policy p { key: require @a before or with heard }; collect end end \"#\"; heard -> must",
        &[
            ("policy", "keyword"),
            ("p", "type"),
            ("{", "punctuation.bracket"),
            ("key", "label"),
            (":", "punctuation.delimiter"),
            ("require", "keyword"),
            ("@a", "attribute"),
            ("before", "keyword"),
            ("or", "keyword.operator"),
            ("with", "keyword"),
            ("heard", "keyword"),
            ("}", "punctuation.bracket"),
            (";", "punctuation.delimiter"),
            ("collect", "type.builtin"),
            ("end", "function"),
            ("end", "keyword.modifier"),
            ("\"#\"", "string"),
            (";", "punctuation.delimiter"),
            ("heard", "function"),
            ("->", "operator"),
            ("must", "function"),
        ],
    );
}

#[test]
fn what_policies_say_of_days_and_of_themselves_is_coloured() {
    coloured(
        "policy p { version 3; exempt: require fact hours not within sat, holidays 9:00..10:00, \
         closed holidays exempt when a = 1 because \"x\" from after b + 30d }",
        &[
            ("policy", "keyword"),
            ("p", "type"),
            ("{", "punctuation.bracket"),
            ("version", "keyword"),
            ("3", "constant.numeric"),
            (";", "punctuation.delimiter"),
            ("exempt", "label"),
            (":", "punctuation.delimiter"),
            ("require", "keyword"),
            ("fact", "keyword"),
            ("hours", "constant"),
            ("not", "keyword.operator"),
            ("within", "keyword.operator"),
            ("sat", "constant.builtin"),
            (",", "punctuation.delimiter"),
            ("holidays", "constant.builtin"),
            ("9:00", "constant.numeric"),
            ("..", "operator"),
            ("10:00", "constant.numeric"),
            (",", "punctuation.delimiter"),
            ("closed", "keyword"),
            ("holidays", "constant.builtin"),
            ("exempt", "keyword"),
            ("when", "keyword"),
            ("a", "constant"),
            ("=", "operator"),
            ("1", "constant.numeric"),
            ("because", "keyword"),
            ("\"x\"", "string"),
            ("from", "keyword"),
            ("after", "keyword"),
            ("b", "constant"),
            ("+", "operator"),
            ("30d", "constant.numeric"),
            ("}", "punctuation.bracket"),
        ],
    );
    coloured(
        "policy after { covers \"us-ca\", \"us-wa\"; covers: require fact covers; \
         reviewed by \"N.N.\" on 2027-01-15; conflicts with version because \"x\"; \
         version: require @a after =exempt on holidays }; holidays -> after -> covers",
        &[
            ("policy", "keyword"),
            ("after", "type"),
            ("{", "punctuation.bracket"),
            ("covers", "keyword"),
            ("\"us-ca\"", "string"),
            (",", "punctuation.delimiter"),
            ("\"us-wa\"", "string"),
            (";", "punctuation.delimiter"),
            ("covers", "label"),
            (":", "punctuation.delimiter"),
            ("require", "keyword"),
            ("fact", "keyword"),
            ("covers", "constant"),
            (";", "punctuation.delimiter"),
            ("reviewed", "keyword"),
            ("by", "keyword"),
            ("\"N.N.\"", "string"),
            ("on", "keyword"),
            ("2027-01-15", "constant.numeric"),
            (";", "punctuation.delimiter"),
            ("conflicts", "keyword"),
            ("with", "keyword"),
            ("version", "type"),
            ("because", "keyword"),
            ("\"x\"", "string"),
            (";", "punctuation.delimiter"),
            ("version", "label"),
            (":", "punctuation.delimiter"),
            ("require", "keyword"),
            ("@a", "attribute"),
            ("after", "keyword"),
            ("=", "operator"),
            ("exempt", "function"),
            ("on", "keyword"),
            ("holidays", "constant.builtin"),
            ("}", "punctuation.bracket"),
            (";", "punctuation.delimiter"),
            ("holidays", "function"),
            ("->", "operator"),
            ("after", "function"),
            ("->", "operator"),
            ("covers", "function"),
        ],
    );
}

#[test]
fn blocks_texts_and_runs_of_comments_fold() {
    let text = "// a\n// b\nplay a {\n  say \"\"\"\n    x\n    \"\"\"\n}\npolicy p {\n}\nkind k type \"k\" {\n  outcome a\n}\n";
    let folds = captured(tree_sitter_cxflow::FOLDS_QUERY, text);
    let texts: Vec<&str> = folds.iter().map(|(_, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        [
            "// a",
            "// b",
            "{\n  say \"\"\"\n    x\n    \"\"\"\n}",
            "\"\"\"\n    x\n    \"\"\"",
            "{\n}",
            "{\n  outcome a\n}"
        ]
    );
}

#[test]
fn a_block_indents_and_its_brace_does_not() {
    let text = "play a {\n  say \"x\"\n}\npolicy p {\n}\n";
    let found = captured(tree_sitter_cxflow::INDENTS_QUERY, text);
    for block in ["{\n  say \"x\"\n}", "{\n}"] {
        for name in ["indent.begin", "indent"] {
            assert!(found.contains(&(name.to_owned(), block.to_owned())), "{name}: {found:?}");
        }
    }
    for name in ["indent.branch", "indent.end", "outdent", "end"] {
        let braces = found.iter().filter(|(found, text)| found == name && text == "}");
        assert_eq!(braces.count(), 2, "{name}: {found:?}");
    }
}

#[test]
fn declarations_are_tagged() {
    let text = "/// The end.\ndisconnect bye\nlet brand = \"x\"\na -> bye\nkind quota type \"q\"\nquota members\nexit found\nvar tier\n";
    let tags = captured(tree_sitter_cxflow::TAGS_QUERY, text);
    for expected in [
        ("doc", "/// The end."),
        ("definition.function", "disconnect bye"),
        ("name", "bye"),
        ("definition.constant", "let brand = \"x\""),
        ("reference.call", "bye"),
        ("definition.class", "kind quota type \"q\""),
        ("definition.function", "quota members"),
        ("reference.class", "quota"),
        ("definition.function", "exit found"),
        ("definition.constant", "var tier"),
    ] {
        assert!(
            tags.iter().any(|(name, text)| (name.as_str(), text.as_str()) == expected),
            "{expected:?}: {tags:?}"
        );
    }
}

#[test]
fn the_outline_of_zed_has_every_declaration() {
    let outline = include_str!("../../editors/zed/languages/cxflow/outline.scm");
    let text = "play a\nkind quota type \"q\"\nquota members\nexit found\nvar tier\ncontact debt\nlet b = 1\nparam c\npolicy p { near: oblige \"x\" }\ntest \"t\" -> a\n";
    let found = captured(outline, text);
    let names: Vec<&str> =
        found.iter().filter(|(name, _)| name == "name").map(|(_, text)| text.as_str()).collect();
    assert_eq!(names, ["a", "quota", "members", "found", "tier", "debt", "b", "c", "p", "near", "\"t\""]);
}

#[test]
fn brackets_of_lists_and_blocks_are_pairs_in_zed() {
    let brackets = include_str!("../../editors/zed/languages/cxflow/brackets.scm");
    let found = captured(brackets, "node a type \"x\" with list = [1, 2] { -> b }");
    for bracket in ["[", "{"] {
        assert!(found.contains(&("open".to_owned(), bracket.to_owned())), "{found:?}");
    }
}
