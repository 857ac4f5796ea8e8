//! Completion of declared kinds: their words, their fields and their outcomes, and the lines of their declarations.

use gen_lsp_types::CompletionItemKind as Shown;

use super::item::{Item, Rank};
use crate::flow::{DeclaredField, DeclaredKind, FieldType, Flow, NodeId, ScalarType};
use crate::lsp::analysis::Analysis;
use crate::policy::paragraphs;
use crate::source::{FileId, Span};
use crate::spelling::display_string;
use crate::syntax::tokens::{Token, tokens};

/// The declared kind of a word.
pub fn declared<'a>(flow: &'a Analysis, word: &str) -> Option<&'a DeclaredKind> {
    flow.compiled.flow.kinds.rows().iter().find(|kind| *kind.word == *word)
}

/// The words of the declared kinds, each with the fields that a node has to set and a branch for each outcome.
pub fn nodes(flow: &Analysis) -> impl Iterator<Item = Item> {
    flow.compiled.flow.kinds.rows().iter().map(|kind| {
        let about = about(flow, kind.doc);
        Item::snippet(Shown::Keyword, &*kind.word, snippet(kind)).detail("node").about(about)
    })
}

/// The words of the declared kinds.
pub fn words(flow: &Analysis) -> impl Iterator<Item = Item> {
    let kinds = flow.compiled.flow.kinds.rows().iter();
    kinds.map(|kind| Item::plain(Shown::Keyword, &*kind.word).about(about(flow, kind.doc)))
}

fn about(flow: &Analysis, doc: Option<Span>) -> String {
    doc.map(|doc| paragraphs(flow.written(doc)).join("\n\n")).unwrap_or_default()
}

/// `lookup ${1:name} with url = ${2:"https://example.com"} {…}`
fn snippet(kind: &DeclaredKind) -> String {
    let mut places = 2..;
    let mut place = |text: &str| {
        let text = text.replace(['$', '}'], "");
        format!("${{{}:{text}}}", places.next().unwrap_or(2))
    };
    let required = kind.fields.iter().filter(|field| field.is_required);
    let fields: Vec<String> =
        required.map(|field| format!("{} = {}", field.name, place(&example(field)))).collect();
    let with = if fields.is_empty() { String::new() } else { format!(" with {}", fields.join(", ")) };
    let branches: Vec<String> =
        kind.outcomes.iter().map(|(outcome, _)| format!("  on {outcome} -> {}\n", place("NODE"))).collect();
    let block = if branches.is_empty() { String::new() } else { format!(" {{\n{}}}", branches.concat()) };
    format!("{} ${{1:name}}{with}{block}", kind.word)
}

fn example(field: &DeclaredField) -> String {
    field.type_.as_ref().map_or_else(|| "\"\"".to_owned(), FieldType::example)
}

/// What follows in the header of a node of a declared kind, if that is a field or its value.
pub fn fields(kind: &DeclaredKind, words: &[Token<'_>]) -> Option<Vec<Item>> {
    // The name may be `with`, too.
    if !words.iter().skip(2).any(|word| word.is("with")) {
        return None;
    }
    let last = words.last()?;
    match last.text {
        "with" | "," => {
            let is_set = |name: &str| {
                let mut pairs = words.iter().zip(words.iter().skip(1));
                pairs.any(|(field, sign)| field.is(name) && sign.is("="))
            };
            let free = kind.fields.iter().filter(|field| !is_set(&field.name));
            let item = |field: &DeclaredField| {
                let text = format!("{} = ${{1:{}}}", field.name, example(field).replace(['$', '}'], ""));
                let about = field.type_.as_ref().map(FieldType::about).unwrap_or_default();
                let rank = if field.is_required { Rank::Wanted } else { Rank::Fits };
                Item::snippet(Shown::Field, &*field.name, text).detail("field").about(about).rank(rank)
            };
            Some(free.map(item).collect())
        }
        "=" => {
            let name = words.iter().rev().nth(1)?;
            let scalar = &kind.field(name.text)?.type_.as_ref()?.scalar;
            let values: Vec<String> = match scalar {
                ScalarType::Bool => vec!["true".to_owned(), "false".to_owned()],
                ScalarType::Choice(choices) => choices.iter().map(|choice| display_string(choice)).collect(),
                other => vec![other.example()],
            };
            Some(values.into_iter().map(|value| Item::plain(Shown::Value, value)).collect())
        }
        _ => None,
    }
}

/// The word before a node's fields, once the node has its name.
pub fn with(kind: &DeclaredKind, words: &[Token<'_>]) -> Option<Item> {
    let is_missing = words.len() > 1 && !kind.fields.is_empty() && !words.iter().any(|word| word.is("with"));
    is_missing.then(|| Item::plain(Shown::Keyword, "with").about("Its fields.").rank(Rank::Wanted))
}

/// The outcomes of a declared kind; those that the node does not handle yet come first.
pub fn outcomes(flow: &Flow, kind: &DeclaredKind, node: Option<NodeId>) -> Vec<Item> {
    let taken = node.into_iter().flat_map(|node| flow.out(node)).flat_map(|one| flow.alternatives(one));
    let taken: Vec<&str> = taken.map(|alternative| flow.events[alternative.event].word()).collect();
    let item = |outcome: &str| {
        let rank = if taken.contains(&outcome) { Rank::Possible } else { Rank::Wanted };
        Item::plain(Shown::EnumMember, outcome).detail("outcome").rank(rank)
    };
    kind.outcomes.iter().map(|(outcome, _)| item(outcome)).collect()
}

/// What follows in a line of a kind's declaration.
pub fn lines(flow: &Analysis, file: FileId, header: &str, words: &[Token<'_>]) -> Vec<Item> {
    let types = || {
        let named = ScalarType::NAMED
            .iter()
            .map(|one| Item::plain(Shown::Keyword, one.word()).about(format!("Takes {}.", one.about())));
        named.chain([Item::snippet(Shown::Keyword, "list of", "list of ${1:text}")])
    };
    match words {
        [] => vec![
            Item::snippet(Shown::Keyword, "with", "with ${1:field}: ${2:text}")
                .about("A field of its nodes."),
            Item::snippet(Shown::Keyword, "outcome", "outcome ${1:done}")
                .about("What may follow such a node."),
            Item::snippet(Shown::Keyword, "sets", "sets ${1:variable}")
                .about("The variables that such a node sets."),
        ],
        [first, .., last] if first.is("sets") && (last.is("on") || last.is("|")) => {
            let kind = tokens(header).get(1).and_then(|word| declared(flow, word.text));
            let named = |outcome: &str| words.iter().any(|word| word.is(outcome));
            let free = kind.map_or(&[][..], |kind| &kind.outcomes).iter().filter(|(word, _)| !named(word));
            free.map(|(word, _)| Item::plain(Shown::EnumMember, &**word).detail("outcome")).collect()
        }
        [first, ..]
            if first.is("sets") && words.last().is_some_and(|last| last.is("sets") || last.is(",")) =>
        {
            let mut variables = super::names::declared(flow, file, super::names::Declared::Variables);
            variables.retain(|item| !words.iter().any(|word| word.is(&item.label)));
            variables
        }
        [first, ..] if first.is("sets") && !words.iter().any(|word| word.is("on")) => {
            vec![Item::plain(Shown::Keyword, "on").about("The outcomes on which they are set.")]
        }
        [.., last] if last.is(":") || last.is("of") => types().collect(),
        _ => Vec::new(),
    }
}
