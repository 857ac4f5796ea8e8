//! While one line is being typed, the others keep their meaning.

use std::collections::BTreeSet;

use tree_sitter::Tree;

use super::every_file::files;
use super::support::{errors, parse};

/// What is one line each, with where it stands in the tree: a node, rule or statement by its text.
fn statements(text: &str, tree: &Tree) -> BTreeSet<String> {
    const WHOLE: [&str; 38] = [
        "flow",
        "description",
        "entry",
        "exit",
        "let",
        "param",
        "contact",
        "var",
        "hours",
        "dispositions",
        "weekly",
        "open_day",
        "closed_day",
        "open_yearly",
        "closed_yearly",
        "include",
        "transition",
        "every",
        "test",
        "fact",
        "apply",
        "waive",
        "attest",
        "branch",
        "arm",
        "otherwise",
        "set",
        "action",
        "generic_action",
        "rule",
        "node",
        "generic_node",
        "declared_node",
        "kind_declaration",
        "kind_field",
        "kind_outcomes",
        "kind_sets",
        "policy",
    ];
    let mut found = BTreeSet::new();
    let mut waiting = vec![tree.root_node()];
    while let Some(node) = waiting.pop() {
        if node.is_named() && WHOLE.contains(&node.kind()) && !node.has_error() {
            found.insert(format!("{} {}", node.kind(), &text[node.byte_range()]));
        }
        waiting.extend(node.children(&mut node.walk()));
    }
    found
}

/// A line that is none of one statement: it opens or closes a block or a text.
fn spans_lines(line: &str) -> bool {
    line.is_empty() || line.starts_with("//") || line.ends_with(['{', '}']) || line.contains("\"\"\"")
}

#[test]
fn a_line_that_is_being_typed_leaves_the_others_what_they_are() {
    let (mut typed_lines, mut beside) = (0, 0);
    for (title, text) in files("examples", "cxflow").into_iter().chain(files("src/bundled", "cxflow")) {
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let end = start + line.len();
            let without = format!("{}\n{}", &text[..start], &text[end..]);
            let expected = statements(&without, &parse(&without));
            let content = line.trim_end();
            // In a text of several lines there is no statement.
            let in_text = text[..start].matches("\"\"\"").count() % 2 == 1;
            let ends = content.char_indices().map(|(at, _)| at).filter(|at| at % 7 == number % 7);
            // What is typed in one line of a statement that has several changes the others.
            let goes_on =
                |line: &str| [",", "|", "&", "with"].iter().any(|sign| line.trim_end().ends_with(sign));
            let is_comment = |line: &&str| line.trim_start().starts_with("//");
            let before = text[..start].lines().rev().find(|line| !is_comment(line)).unwrap_or_default();
            let is_part = goes_on(content) || goes_on(before);
            for cut in ends.filter(|_| !in_text && !is_part && !spans_lines(content.trim_start())) {
                // By its last word it goes on in the next line, which any name may begin.
                if content[..cut].trim_end().ends_with("conflicts with") {
                    continue;
                }
                let typed = format!("{}{}\n{}", &text[..start], &content[..cut], &text[end..]);
                let tree = parse(&typed);
                let found = statements(&typed, &tree);
                // What stands around the line has the error in it.
                let missing = expected.difference(&found).filter(|one| !one.contains("{\n"));
                let missing: Vec<&String> = missing.collect();
                // A line that wants more may take the next one for it, and no further one.
                let next = text[end..]
                    .lines()
                    .map(str::trim)
                    .find(|line| !line.is_empty() && !line.starts_with("//"));
                // Of a statement of several lines this is its first one.
                let of_next = |one: &&String| {
                    let first = one.split_once(' ').unwrap().1.lines().next().unwrap();
                    next.unwrap_or_default().contains(first)
                };
                assert!(missing.iter().all(of_next), "{title}: {}: {missing:#?}", &content[..cut]);
                typed_lines += 1;
                beside += usize::from(!missing.is_empty());
            }
            start = end;
        }
    }
    assert!(typed_lines > 2000, "{typed_lines}");
    // A word that begins a line may be a declared kind, which wants the name of its node.
    assert!(beside * 8 < typed_lines, "{beside} of {typed_lines} take the next line with them");
}

/// What is wrong in a line, with what the lines around it stay.
#[test]
fn a_broken_line_is_the_only_one() {
    let lines = [
        "hello => notice",
        "play b https://cdn.example.com/b.wav",
        "let x = ",
        "let x = \"Lakeside",
        "let x = \"${\"",
        "let x = \"\\q\"",
        "colect b \"Press 1\"",
        "collect b Press 1 retries",
        "a ->",
        "-> a",
        "a -> b -> c on 1",
        "entry",
        "exit",
        "entry a b",
        "play `menu 1",
        "every collect on timeout",
        "every",
        "test \"x\" on 1 -> ",
        "disconnect e.",
        "}",
        "?!",
        "“quoted”",
        "waive house/near because",
        "waive CX201 at",
        "attest house/rate",
        "fact consent = 1 because",
        "fact consent = 1 by \"k.roe\"",
        "include \"a.cxflow\" as",
    ];
    let around = [
        ("flow \"A\"\nentry a\n", "\ndisconnect bye\na -> bye\n", 4),
        ("a -> b\nplay a {\n  say \"x\"\n}\n", "\nplay b {\n  -> c\n}\ntest \"x\" -> b\n", 6),
    ];
    for (before, after, count) in around {
        for line in lines {
            let text = format!("{before}{line}{after}");
            let tree = parse(&text);
            assert!(!errors(&tree).is_empty(), "{line}");
            let without = format!("{before}\n{after}");
            let expected = statements(&without, &parse(&without));
            assert_eq!(expected.len(), count, "{expected:?}");
            let found = statements(&text, &tree);
            let missing: Vec<&String> = expected.difference(&found).collect();
            assert!(missing.is_empty(), "{line}: {missing:?}\n{}", tree.root_node());
        }
    }
}

/// What the parser makes up for a mistake may be a token that no tree shows.
#[test]
fn a_mistake_without_a_node_is_found() {
    let conditions =
        ["before| agent", "after | agent", "1 | before | 2", "not| any", "when | 1", "1 | any |", "since"];
    for condition in conditions {
        for rule in ["require =menu on", "forbid @x before =menu on", "limit depth 1 from =menu on"] {
            let text = format!("policy p {{\n{rule} {condition}\n}}\n");
            let tree = parse(&text);
            assert_eq!(
                tree.root_node().has_error(),
                !errors(&tree).is_empty(),
                "{text}\n{}",
                tree.root_node()
            );
        }
    }
}
