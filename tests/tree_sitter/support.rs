//! One text, read twice.

use cxflowc::diagnostics::Diagnostics;
use cxflowc::source::{Source, Sources};
use cxflowc::syntax::grammar::{Grammar, Rule};
use pest::Parser as _;
use tree_sitter::{Node, Parser, Tree};

use super::{of_compiler, of_grammar};

/// What a text says: its declarations and statements in order, and its comments without
/// the blanks and the `\r` at their ends.
#[derive(Debug, Default, PartialEq)]
pub struct Outline {
    pub lines: Vec<String>,
    pub comments: Vec<String>,
}

/// What the compiler reads, or the codes of what it finds wrong.
pub fn compiled(text: &str) -> Result<Outline, Vec<&'static str>> {
    let mut sources = Sources::default();
    let file = sources.add(Source::new("a.cxflow", "a.cxflow", text.as_bytes().to_vec()));
    let mut diagnostics = Diagnostics::default();
    let ast = cxflowc::syntax::parse(&sources, file, &mut diagnostics);
    let codes: Vec<&str> = diagnostics.iter().map(|one| one.code.id).collect();
    assert!(!ast.broken || !codes.is_empty(), "broken without a finding: {text}");
    if codes.is_empty() { Ok(of_compiler::outline(&sources, &ast)) } else { Err(codes) }
}

pub fn parse(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_cxflow::LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

/// The innermost nodes of a tree that have something wrong, with their places. What is missing may be
/// a token that is in no tree, like `_never`: then the node around it is the one.
pub fn errors(tree: &Tree) -> Vec<String> {
    let mut errors = Vec::new();
    let mut waiting = vec![tree.root_node()];
    while let Some(node) = waiting.pop().filter(Node::has_error) {
        let wrong: Vec<Node> = node.children(&mut node.walk()).filter(Node::has_error).collect();
        if node.is_error() || node.is_missing() || wrong.is_empty() {
            errors.push(format!("{node} at {}", node.start_position()));
        }
        waiting.extend(wrong);
    }
    errors
}

/// Whether the text is one on which both are to agree.
pub fn comparable(text: &str) -> bool {
    let odd = text.replace("\r\n", "\n").contains(['\r', '\0']);
    let also_a_node = |line: &str| {
        let mut words = line.split([' ', '\t']).filter(|word| !word.is_empty());
        let verb = words.next().filter(|verb| line.starts_with(verb));
        let option = words.next().unwrap_or_default();
        matches!(verb, Some("play" | "collect" | "disconnect"))
            && ["media", "text", "retries", "lasts"].iter().any(|word| option.starts_with(word))
    };
    // A misspelt `decide` on one line: the compiler says so, and the grammar takes it for a declared kind.
    let also_a_decide = |line: &str| {
        let inside = line.split_once('{').map(|(_, inside)| inside.trim_start()).unwrap_or_default();
        line.split_whitespace().next() != Some("decide")
            && ["when", "else"].iter().any(|word| inside.starts_with(word))
    };
    // `entry -> menu` joins two nodes, unless no node is called `entry`: the compiler looks, the grammar cannot.
    let also_an_entry = |statement: &str| {
        statement.trim_start().strip_prefix("entry").is_some_and(|rest| rest.trim_start().starts_with("->"))
    };
    !odd && !text.lines().any(|line| also_a_node(line) || also_a_decide(line))
        && !text.split(['\n', ';', '{']).any(also_an_entry)
        && !has_odd_every(text)
}

/// Whether an `every` names a word that is no kind: behind it, the grammar takes any word for a declared kind, and the
/// compiler only those that begin nothing else.
pub fn has_odd_every(text: &str) -> bool {
    let is_kind = |word: &str| {
        Grammar::parse(Rule::kind, word).is_ok() || Grammar::parse(Rule::declared_kind, word).is_ok()
    };
    text.split(['\n', ';']).any(|statement| {
        let mut words = statement.split_whitespace();
        words.next() == Some("every") && words.next().is_some_and(|word| !is_kind(word))
    })
}

/// Whether both say the same of a text; the reason why not.
pub fn agree(text: &str) -> Result<Reading, String> {
    let tree = parse(text);
    let errors = errors(&tree);
    assert_eq!(tree.root_node().has_error(), !errors.is_empty(), "{text}");
    match (compiled(text), errors.first()) {
        (Ok(_), Some(error)) => Err(format!("the compiler takes it, the grammar does not: {error}")),
        // A merge conflict inside a text is text to the grammar.
        // How deep a continued line is indented, and how long a duration may be, is the compiler's to say.
        (Err(codes), None) if codes.iter().all(|code| matches!(*code, "CX005" | "CX006" | "CX007")) => {
            Ok(Reading::Refused)
        }
        (Err(codes), None) => Err(format!("the grammar takes it, the compiler does not: {codes:?}")),
        (Err(_), Some(_)) => Ok(Reading::Refused),
        (Ok(expected), None) => {
            let found = of_grammar::outline(text, &tree);
            if found == expected {
                Ok(Reading::Taken)
            } else {
                Err(format!("they differ:\n{expected:#?}\n{found:#?}\n{}", tree.root_node()))
            }
        }
    }
}

/// What both think of a text.
pub enum Reading {
    Taken,
    Refused,
}

#[track_caller]
pub fn agreed(title: &str, text: &str) -> Reading {
    agree(text).unwrap_or_else(|why| panic!("{title}: {why}\nin:\n{text}"))
}
