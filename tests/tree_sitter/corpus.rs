//! The cases of the grammar's own tests, `test/corpus/*.txt`, without tree-sitter's command.

use super::every_file::files;
use super::support::parse;

/// A case: its title, whether the text is to have an error, the text, and the tree that it comes to.
struct Case {
    title: String,
    error: bool,
    text: String,
    tree: String,
}

/// The cases of a file, which stand as tree-sitter's documentation says.
fn cases(text: &str) -> Vec<Case> {
    let is_rule = |line: &str, sign: char| line.len() >= 3 && line.chars().all(|character| character == sign);
    let mut lines = text.lines().peekable();
    let mut cases = Vec::new();
    while let Some(line) = lines.next() {
        if !is_rule(line, '=') {
            assert!(line.is_empty(), "{line}");
            continue;
        }
        let title = lines.next().unwrap().to_owned();
        let error = lines.next_if(|line| *line == ":error").is_some();
        assert!(is_rule(lines.next().unwrap(), '='), "{title}");
        let mut text = String::new();
        for line in lines.by_ref().take_while(|line| !is_rule(line, '-')) {
            text.extend([line, "\n"]);
        }
        let mut tree = String::new();
        while let Some(line) = lines.next_if(|line| !is_rule(line, '=')) {
            tree.extend([line.trim(), " "]);
        }
        cases.push(Case { title, error, text, tree: tree.trim().replace(" )", ")") });
    }
    cases
}

#[test]
fn every_case_comes_to_its_tree() {
    let files = files("editors/tree-sitter-cxflow/test/corpus", "txt");
    let mut wrong = String::new();
    let mut count = 0;
    for (file, text) in &files {
        for case in cases(text) {
            count += 1;
            let tree = parse(&case.text);
            let found = tree.root_node().to_sexp();
            if case.error && !tree.root_node().has_error() {
                wrong += &format!("{file}: {}: no error\n{found}\n", case.title);
            } else if !case.error && found != case.tree {
                wrong += &format!("{file}: {}:\nexpected {}\nfound    {found}\n", case.title, case.tree);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count > 40, "{count} cases in {} files", files.len());
}

/// What the compiler's tree can hold has a case, so that an editor's author finds it there.
#[test]
fn every_kind_of_node_has_a_case() {
    let types: serde_json::Value = serde_json::from_str(tree_sitter_cxflow::NODE_TYPES).unwrap();
    let corpus: String =
        files("editors/tree-sitter-cxflow/test/corpus", "txt").into_iter().map(|(_, text)| text).collect();
    let types = types.as_array().unwrap().iter();
    let named = types.filter(|one| one["named"] == true && one.get("subtypes").is_none());
    let missing: Vec<&str> = named
        .map(|one| one["type"].as_str().unwrap())
        .filter(|name| ![format!("({name})"), format!("({name}\n")].iter().any(|node| corpus.contains(node)))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}
