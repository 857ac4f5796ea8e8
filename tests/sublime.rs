//! The syntax for Sublime Text and bat, in syntect, which is what bat reads it with.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test"
)]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use syntect::parsing::{ParseState, Scope, ScopeStack, SyntaxDefinition, SyntaxSet, SyntaxSetBuilder};

const SYNTAX: &str = include_str!("../editors/sublime/cxflow.sublime-syntax");
/// The cases of the grammar for VS Code: both call the same things by the same names.
const CASES: &str = include_str!("../editors/vscode/test/cases.cxflow");

/// A piece of a line, and what it is called.
struct Token {
    range: std::ops::Range<usize>,
    scopes: Vec<String>,
}

/// Built once, since its patterns are compiled as they are first used.
static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(|| {
    let mut builder = SyntaxSetBuilder::new();
    builder.add(SyntaxDefinition::load_from_str(SYNTAX, true, None).unwrap());
    builder.build()
});

/// The tokens of each line.
fn tokens(text: &str) -> Vec<Vec<Token>> {
    let mut state = ParseState::new(SYNTAXES.find_syntax_by_extension("cxflow").unwrap());
    let mut stack = ScopeStack::new();
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let mut tokens = Vec::new();
        let mut from = 0;
        for (at, op) in state.parse_line(line, &SYNTAXES).unwrap() {
            tokens.extend((at > from).then(|| token(from..at, &stack)));
            stack.apply(&op).unwrap();
            from = at;
        }
        tokens.extend((line.len() > from).then(|| token(from..line.len(), &stack)));
        lines.push(tokens);
    }
    lines
}

fn token(range: std::ops::Range<usize>, stack: &ScopeStack) -> Token {
    let own = |scope: &&Scope| scope.build_string() != "source.cxflow";
    Token { range, scopes: stack.as_slice().iter().filter(own).map(|scope| scope.build_string()).collect() }
}

fn flows() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = ["examples", "examples/library", "src/bundled", "src/bundled/libraries"]
        .map(|folder| root.join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "cxflow"));
    assert!(files.len() > 12, "{files:?}");
    files
}

#[test]
fn every_word_of_what_compiles_has_a_colour() {
    for path in flows() {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, (line, tokens)) in text.split_inclusive('\n').zip(tokens(&text)).enumerate() {
            for token in tokens {
                let piece = &line[token.range.clone()];
                let place = format!("{}:{}: {piece:?} is {:?}", path.display(), number + 1, token.scopes);
                assert!(!token.scopes.iter().any(|scope| scope.starts_with("invalid")), "{place}");
                let coloured = token.scopes.iter().any(|scope| !scope.starts_with("meta."));
                assert!(piece.trim().is_empty() || coloured, "{place}");
            }
        }
    }
}

#[test]
fn the_annotated_cases_are_coloured_as_they_say() {
    let is_note = |line: &str| line.starts_with("//: ");
    let flow: String =
        CASES.lines().map(|line| if is_note(line) { "\n".into() } else { format!("{line}\n") }).collect();
    let tokens = tokens(&flow);
    let lines: Vec<&str> = CASES.lines().collect();
    let (mut above, mut from, mut notes) = (0, 0, 0);
    for (number, line) in lines.iter().enumerate() {
        let Some(note) = line.strip_prefix("//: ") else {
            (above, from) = (number, 0);
            continue;
        };
        let (word, wanted) = note.rsplit_once(' ').unwrap();
        let at =
            from + lines[above][from..].find(word).unwrap_or_else(|| panic!("{}: no {word}", number + 1));
        let inside =
            tokens[above].iter().filter(|one| one.range.start < at + word.len() && at < one.range.end);
        for token in inside {
            let fits = |scope: &String| *scope == wanted || scope.starts_with(&format!("{wanted}."));
            assert!(token.scopes.iter().any(fits), "{}: {word} is {:?}", number + 1, token.scopes);
        }
        from = at + word.len();
        notes += 1;
    }
    assert!(notes > 200, "{notes}");
}

#[test]
fn a_condition_about_facts_goes_on_in_the_next_line() {
    let text = "policy house when country = \"uk\" or // the first
    country in (\"ie\",
      // or the other
      \"fr\") {
  sales: forbid agent when purpose = \"sales\" and
      voice = \"live\" // the last
  or: require callback or // the next
      voicemail before agent
}
";
    let all = tokens(text);
    let lines: Vec<&str> = text.lines().collect();
    for (number, word, wanted) in [
        (0, "or", "keyword.operator.logical.cxflow"),
        (0, "// the first", "comment.line.double-slash.cxflow"),
        (1, "country", "variable.other.constant.cxflow"),
        (2, "// or", "comment.line.double-slash.cxflow"),
        (3, "fr", "string.quoted.double.cxflow"),
        (3, "{", "punctuation.section.block.begin.cxflow"),
        (4, "sales", "variable.other.property.rule.cxflow"),
        (4, "and", "keyword.operator.logical.cxflow"),
        (5, "voice", "variable.other.constant.cxflow"),
        (6, "or", "variable.other.property.rule.cxflow"),
        (7, "voicemail", "storage.type.kind.cxflow"),
        (8, "}", "punctuation.section.block.end.cxflow"),
    ] {
        let at = lines[number].find(word).unwrap_or_else(|| panic!("{}: no {word}", number + 1));
        let token = all[number].iter().find(|token| token.range.contains(&at)).unwrap();
        assert!(token.scopes.contains(&wanted.to_owned()), "{}: {word} is {:?}", number + 1, token.scopes);
    }
}

#[test]
fn a_rule_goes_on_in_the_next_line_behind_its_words() {
    let text = "policy house {
  require @a before or // either
      // or the same
      with // what is heard
      heard or // by
      key
  limit 30s to end of =menu on 1 |
      heard, // never
      and
      must occur
  heard: forbid key
}
";
    let all = tokens(text);
    let lines: Vec<&str> = text.lines().collect();
    for (number, word, wanted) in [
        (1, "before", "keyword.other.cxflow"),
        (1, "or //", "keyword.operator.logical.cxflow"),
        (1, "// either", "comment.line.double-slash.cxflow"),
        (2, "// or", "comment.line.double-slash.cxflow"),
        (3, "with", "keyword.other.cxflow"),
        (4, "heard", "keyword.other.cxflow"),
        (4, "or //", "keyword.operator.logical.cxflow"),
        (5, "key", "keyword.other.cxflow"),
        (6, "1", "constant.numeric.key.cxflow"),
        (7, "heard", "keyword.other.cxflow"),
        (7, ",", "punctuation.separator.cxflow"),
        (8, "and", "keyword.operator.logical.cxflow"),
        (9, "must", "keyword.other.cxflow"),
        (9, "occur", "keyword.other.cxflow"),
        (10, "heard", "variable.other.property.rule.cxflow"),
        (10, "key", "keyword.other.cxflow"),
        (11, "}", "punctuation.section.block.end.cxflow"),
    ] {
        let at = lines[number].find(word).unwrap_or_else(|| panic!("{}: no {word}", number + 1));
        let token = all[number].iter().find(|token| token.range.contains(&at)).unwrap();
        assert!(token.scopes.contains(&wanted.to_owned()), "{}: {word} is {:?}", number + 1, token.scopes);
    }
}

#[test]
fn calling_times_go_on_in_the_next_line() {
    let text = "fact hours = mon..fri 9:00..13:00, // in the morning
    // and after noon
    14:00..20:00,
    sat, closed holidays // by agreement
fact closed = holidays 9:00..10:00 // no more
policy house {
  conflicts with // another
      us_regf because \"x\"
  sat: require fact hours within mon..fri 9:00..20:00, // or
      holidays,
      sun 9:00..13:00 and
      rings > 3 exempt when hours within sat 9:00..13:00 // why
  version 3 // the last
  sun: forbid agent when hours not within mon..fri 9:00..20:00,
      sat 9:00..13:00
  covers \"us-ca\", // the first
      // and the next
      \"us-wa\"
  forbid callback
}
sun -> sat
";
    let all = tokens(text);
    let lines: Vec<&str> = text.lines().collect();
    for (number, word, wanted) in [
        (0, "mon", "constant.language.weekday.cxflow"),
        (0, "// in", "comment.line.double-slash.cxflow"),
        (1, "// and", "comment.line.double-slash.cxflow"),
        (2, "14:00", "constant.numeric.time.cxflow"),
        (3, "sat", "constant.language.weekday.cxflow"),
        (3, "closed", "keyword.other.cxflow"),
        (3, "holidays", "constant.language.weekday.cxflow"),
        (4, "closed", "variable.other.constant.cxflow"),
        (4, "holidays", "constant.language.weekday.cxflow"),
        (5, "house", "entity.name.class.policy.cxflow"),
        (6, "conflicts", "keyword.control.rule.cxflow"),
        (6, "// another", "comment.line.double-slash.cxflow"),
        (7, "us_regf", "entity.name.class.policy.cxflow"),
        (7, "because", "keyword.other.cxflow"),
        (8, "sat", "variable.other.property.rule.cxflow"),
        (8, "within", "keyword.operator.comparison.cxflow"),
        (9, "holidays", "constant.language.weekday.cxflow"),
        (10, "sun", "constant.language.weekday.cxflow"),
        (10, "and", "keyword.operator.logical.cxflow"),
        (11, "rings", "variable.other.constant.cxflow"),
        (11, "exempt", "keyword.other.cxflow"),
        (11, "sat", "constant.language.weekday.cxflow"),
        (12, "version", "keyword.control.rule.cxflow"),
        (12, "3", "constant.numeric.cxflow"),
        (13, "sun", "variable.other.property.rule.cxflow"),
        (13, "not", "keyword.operator.logical.cxflow"),
        (14, "sat", "constant.language.weekday.cxflow"),
        (15, "covers", "keyword.control.rule.cxflow"),
        (15, "us-ca", "string.quoted.double.cxflow"),
        (15, ",", "punctuation.separator.cxflow"),
        (15, "// the", "comment.line.double-slash.cxflow"),
        (16, "// and", "comment.line.double-slash.cxflow"),
        (17, "us-wa", "string.quoted.double.cxflow"),
        (18, "callback", "storage.type.kind.cxflow"),
        (20, "sat", "entity.name.function.cxflow"),
    ] {
        let at = lines[number].find(word).unwrap_or_else(|| panic!("{}: no {word}", number + 1));
        let token = all[number].iter().find(|token| token.range.contains(&at)).unwrap();
        assert!(token.scopes.contains(&wanted.to_owned()), "{}: {word} is {:?}", number + 1, token.scopes);
    }
}

#[test]
fn every_keyword_of_the_language_is_known() {
    let grammar = include_str!("../grammar/cxflow.pest");
    let is_keyword =
        |line: &&str| ["kw_", "any ", "ends ", "kind ", "verb "].iter().any(|begin| line.starts_with(begin));
    let words: Vec<&str> = grammar
        .lines()
        .filter(is_keyword)
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|word| word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect();
    assert!(words.len() > 60, "{words:?}");
    let known: Vec<&str> = SYNTAX.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).collect();
    // A word boundary `\b` stands before the first word of many patterns.
    let is_known = |word: &&str| known.contains(word) || known.contains(&format!("b{word}").as_str());
    let missing: Vec<&&str> = words.iter().filter(|word| !is_known(word)).collect();
    assert_eq!(missing, [&""; 0]);
}

#[test]
fn a_line_that_is_broken_does_not_spoil_the_next() {
    for line in [
        "play a \"not closed",
        "collect m {",
        "on on on ->",
        "policy p {",
        "policy p when",
        "policy p when x = 1 and",
        "policy p { forbid agent when x in (1,",
        "policy p { require agent or",
        "policy p { require agent before or",
        "policy p { require agent before or with",
        "policy p { limit 2s to end",
        "policy p { limit 2s to agent, and",
        "policy p { forbid heard in",
        "fact hours = mon..",
        "fact hours = mon..fri 9:00..17:00,",
        "policy p when hours within",
        "policy p { require fact hours within mon..fri 9:00..13:00,",
        "policy p { forbid agent exempt when",
        "policy p { forbid agent exempt when a = 1 because",
        "policy p { forbid agent from after",
        "policy p { conflicts with",
        "policy p { reviewed by",
        "policy p { version",
        "policy p { covers",
        "policy p { covers \"us-ca",
        "policy p { covers \"us-ca\",",
        "policy p { expects fact hours = mon..fri 9:00..13:00 |",
        "let x = \"${y",
        "node x type",
        "`open",
        "kind k type \"t\" {",
        "kind k type \"t\" as",
        "quota q with a = [\"x\", y",
        "quota q {",
        "exit",
        "var",
        "decide d { when x =",
        "play p { set x =",
        "waive CX201 at",
        "include \"x\" as y with z",
        "hours o in \"x\" {",
        "hours o in \"x\" { mon..",
        "hours o in \"x\" { open 2026-12-2",
        "hours o in",
        "hours",
        "decide d { when open",
        "test \"x\" at",
        "test \"x\" at 2026-12-21T",
    ] {
        let text = format!("{line}\nagent desk \"front_desk\"\n");
        let below = &tokens(&text)[1];
        let name = below.iter().find(|token| token.range == (6..10)).unwrap_or_else(|| panic!("{line}"));
        assert!(
            name.scopes.contains(&"entity.name.function.node.cxflow".to_owned()),
            "{line}: {:?}",
            name.scopes
        );
    }
}

#[test]
fn a_node_of_a_declared_kind_ends_a_block_that_lacks_its_brace() {
    for line in ["collect m {", "kind k type \"t\" {", "hours o in \"x\" {", "policy p {", "decide d {"] {
        for node in ["quota full {", "quota full with a = 1"] {
            let tokens = tokens(&format!("{line}\n{node}\n"));
            let name =
                tokens[1].iter().find(|token| token.range == (6..10)).unwrap_or_else(|| panic!("{line}"));
            let name_of_node = "entity.name.function.node.cxflow".to_owned();
            assert!(name.scopes.contains(&name_of_node), "{line}: {:?}", name.scopes);
        }
    }
}
