//! Completion: the grammar says which words and names can come next, the flow says which names exist.

mod context;
mod elsewhere;
mod expected;
mod item;
mod kinds;
mod names;
mod typed;
mod words;

use gen_lsp_types::{
    CompletionItem, CompletionItemKind as Shown, CompletionList, CompletionParams, CompletionResponse,
};

use context::{CursorLine, CursorSpot, spot};
use elsewhere::elsewhere;
use item::{Item, Rank};
use names::Declared;
use typed::Typed;

use super::analysis::Analysis;
use super::request_error::RequestError;
use super::session::Session;
use crate::flow::{DeclaredKind, Kind, NodeId, Script, Verb};
use crate::source::{FileId, Span};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Token, tokens};
use crate::syntax::words::LineContext;

/// The completions at a place.
pub fn complete(
    session: &mut Session<'_>,
    params: CompletionParams,
) -> Result<Option<CompletionResponse>, RequestError> {
    let client = session.client;
    let at = &params.text_document_position_params;
    let elsewhere = elsewhere(session, at);
    let Some((flow, file, offset)) = session.place(at) else { return Ok(None) };
    let text = flow.text(file);
    let typed_from = |start: usize| Typed::new(text.get(start..offset).unwrap_or_default());
    let (start, items) = match spot(text, offset) {
        CursorSpot::Comment => return Ok(None),
        CursorSpot::Text { before, text } if before.trim() == "include" => {
            (offset - text.len(), names::paths(flow, file, elsewhere.files))
        }
        CursorSpot::Text { before, text }
            if inserted(text).is_none() && compared_fact(&tokens(before)).is_some() =>
        {
            let words = tokens(before);
            let values = compared_fact(&words).map(|fact| names::fact_values(flow, fact));
            (offset - text.len() - 1, values.unwrap_or_default())
        }
        CursorSpot::Text { before, text } => in_text(flow, file, before, text, offset),
        CursorSpot::Line(line) => {
            let typed = typed_from(line.word.start);
            let context = StatementContext {
                flow,
                file,
                params: &elsewhere.params,
                waivable: &elsewhere.waivable,
                line: &line,
                typed,
            };
            (line.word.start, context.items())
        }
    };
    let range = flow.range(Span::new(file, start, offset));
    // Another letter, such as a `-` before an arrow, may change the list even if it is complete.
    let (items, is_incomplete) = typed_from(start).best(items);
    let shown = |(index, item): (usize, Item)| item.shown(range, client.snippets, index);
    let items: Vec<CompletionItem> = items.into_iter().enumerate().map(shown).collect();
    let list = CompletionList { is_incomplete, items, ..Default::default() };
    Ok(Some(CompletionResponse::CompletionList(list)))
}

/// The typed part of a name that a string inserts.
fn inserted(text: &str) -> Option<&str> {
    let (_, name) = text.rsplit_once("${")?;
    Some(name).filter(|name| !name.contains(['}', '\n']))
}

/// The completions in a string: values where one is inserted, otherwise what the statement names.
fn in_text(flow: &Analysis, file: FileId, before: &str, text: &str, offset: usize) -> (usize, Vec<Item>) {
    if let Some(name) = inserted(text) {
        let typed = name.trim_start();
        return (offset - typed.len(), names::values(flow, file));
    }
    let words = tokens(before);
    let names_queue = |token: &Token<'_>| {
        let of_verb = || Verb::from_word(token.text).filter(|verb| *verb != Verb::Script)?.kind();
        Kind::from_word(token.text).or_else(of_verb).is_some_and(|kind| kind.facts().names_queue)
    };
    let actions = || flow.compiled.flow.nodes.rows().iter().flat_map(|node| &node.actions);
    let last = words.last().map_or("", |token| token.text);
    let items = match words.first() {
        _ if last == "language" => {
            let nodes = flow.compiled.flow.nodes.rows().iter();
            let of_agents = nodes.flat_map(|node| &node.scripts).filter_map(Script::language);
            words::languages(actions().filter_map(|action| action.language()).chain(of_agents))
        }
        _ if last == "voice" => names::voices(&flow.compiled.flow),
        _ if matches!(last, "prompt" | "ssml") => Vec::new(),
        Some(first) if names_queue(first) => names::queues(flow),
        _ => Vec::new(),
    };
    (offset - text.len(), items)
}

/// The options of a `collect` alone.
const OF_COLLECT: [&str; 6] = ["retries", "wait", "between", "digits", "end", "into"];

/// The options that nothing has which an agent says.
const NOT_OF_SCRIPT: [&str; 8] = ["media", "text", "lasts", "voice", "prompt", "ssml", "disposition", "with"];

/// A statement in a flow.
struct StatementContext<'a> {
    flow: &'a Analysis,
    /// The file of the statement.
    file: FileId,
    /// The params and the exits of the file that the line includes.
    params: &'a [Item],
    /// The codes that the flow has findings of and that the waiver of the line can excuse.
    waivable: &'a [Item],
    line: &'a CursorLine<'a>,
    /// The word that is being typed.
    typed: Typed<'a>,
}

impl StatementContext<'_> {
    fn items(&self) -> Vec<Item> {
        let words = tokens(self.line.before);
        let mut items: Vec<Item> = Vec::new();
        if self.line.is_tag {
            return names::tags(self.flow);
        }
        if self.line.place == LineContext::Block && self.line.header.starts_with("hours ") {
            return words::hours(self.line.before);
        }
        if self.line.place == LineContext::Block && self.line.header.starts_with("kind ") {
            return kinds::lines(self.flow, self.file, self.line.header, &words);
        }
        let declared = words.first().and_then(|first| kinds::declared(self.flow, first.text));
        let declared = declared.filter(|_| self.line.place == LineContext::File);
        if let Some(kind) = declared
            && let Some(items) = kinds::fields(kind, &words)
        {
            return items;
        }
        let is_declared = declared.is_some() || self.kind_of_every(&words).is_some();
        let rules = expected::expected(self.line.place, is_declared, self.line.before);
        let takes_no_keys = !is_declared && self.takes_no_keys(&words);
        items.extend(declared.and_then(|kind| kinds::with(kind, &words)));
        let is_script = self.line.place == LineContext::Block
            && words.len() > 1
            && words.first().is_some_and(|first| first.is(Verb::Script.word()));
        for &rule in &rules {
            for item in self.of_rule(rule, &rules, &words) {
                if items.iter().all(|known| known.label != item.label)
                    && !(takes_no_keys && OF_COLLECT.contains(&&*item.label))
                    && !(is_script && NOT_OF_SCRIPT.contains(&&*item.label))
                {
                    items.push(item);
                }
            }
        }
        items
    }

    /// Whether the options of the line belong to a node or an action that asks for no keys.
    fn takes_no_keys(&self, words: &[Token<'_>]) -> bool {
        let Some(first) = words.first().filter(|_| words.len() > 1) else { return false };
        match self.line.place {
            LineContext::File => Kind::from_word(first.text).is_some_and(|kind| kind != Kind::Collect),
            LineContext::Block => Verb::from_word(first.text).is_some_and(|verb| verb != Verb::Collect),
            LineContext::Policy => false,
        }
    }

    fn of_rule(&self, rule: Rule, all: &[Rule], words: &[Token<'_>]) -> Vec<Item> {
        match rule {
            Rule::declaration_line => {
                let nodes =
                    names::nodes(self.flow, self.typed).into_iter().map(|node| node.rank(Rank::Possible));
                kinds::nodes(self.flow).chain(words::declarations()).chain(nodes).collect()
            }
            Rule::statement_line => words::statements(self.kind()),
            Rule::policy_rule | Rule::rule_line => words::rules(),
            Rule::name | Rule::quoted_name | Rule::comparison | Rule::copy | Rule::known => self.names(words),
            Rule::asked_hours if names::declared(self.flow, self.file, Declared::Hours).is_empty() => {
                Vec::new()
            }
            Rule::asked_hours => {
                [Rule::kw_open, Rule::kw_closed].into_iter().filter_map(words::keyword).collect()
            }
            Rule::moment => {
                vec![
                    Item::snippet(Shown::Value, "TIME", "${1:2026-12-24T18:00}")
                        .detail("when the call is made"),
                ]
            }
            Rule::kind if words.first().is_some_and(|first| first.is("every")) => {
                words::kinds().chain(kinds::words(self.flow)).collect()
            }
            Rule::kind => words::kinds().collect(),
            Rule::tag => names::tags(self.flow),
            Rule::selector | Rule::exception => self.selector(rule == Rule::selector),
            // In a selector, `=` begins a node's name.
            Rule::equals if all.contains(&Rule::tag) => self.node_selectors(),
            Rule::condition | Rule::alternative | Rule::key | Rule::outcome | Rule::pick_condition => {
                self.conditions(words)
            }
            Rule::operator => words::operators().collect(),
            // `open` and `closed` ask for hours, unless a value is called so.
            Rule::comparator if self.asks_for_hours(words) => Vec::new(),
            Rule::comparator => words::comparators().collect(),
            Rule::string if all.contains(&Rule::duration) => {
                let fact = compared_fact(words).map(|fact| names::fact_values(self.flow, fact));
                let values = fact.unwrap_or_default();
                if values.is_empty() { vec![string(words)] } else { values }
            }
            Rule::string => vec![string(words)],
            Rule::date => {
                vec![Item::snippet(Shown::Value, "DATE", "${1:2027-01-31}").detail("year, month and day")]
            }
            // A transition could follow a single word, which could be a node's name, but nobody means that.
            Rule::arrow if all.len() > 1 && words.len() == 1 => Vec::new(),
            _ => words::keyword(rule).or_else(|| words::sign(rule)).into_iter().collect(),
        }
    }

    /// Whether the last word of an arm asks for hours, and is not the name of a value.
    fn asks_for_hours(&self, words: &[Token<'_>]) -> bool {
        let Some(last) = words.last().filter(|last| last.is("open") || last.is("closed")) else {
            return false;
        };
        !names::declared(self.flow, self.file, Declared::OfCalls).iter().any(|item| item.label == last.text)
    }

    /// The names that fit here.
    fn names(&self, words: &[Token<'_>]) -> Vec<Item> {
        let text = |index: usize| words.get(index).map_or("", |token| token.text);
        let last = words.last().map_or("", |token| token.text);
        let flow = self.flow;
        match (self.line.place, text(0), last) {
            (_, _, "retries" | "again" | "digits") => names::values(flow, self.file),
            (LineContext::Policy, _, "with") => names::fields(flow),
            (LineContext::Policy, _, "set") => names::declared(flow, self.file, Declared::Variables),
            (_, first, "disposition") if first != "disposition" => names::dispositions(flow),
            (LineContext::Policy, _, "kind") => kinds::words(flow).collect(),
            (LineContext::Policy, "disposition", "disposition") => names::dispositions(flow),
            (LineContext::File, "test", "=") if words.iter().any(|token| token.is("->")) => {
                names::dispositions(flow)
            }
            (LineContext::File, "dispositions", _) => names::missing_dispositions(flow),
            (LineContext::Block, "set", "set") => names::declared(flow, self.file, Declared::Variables),
            (LineContext::Block, "set", "=") => names::values(flow, self.file),
            (LineContext::Block, "when", "open" | "closed") if words.len() == 2 => {
                names::declared(flow, self.file, Declared::Hours)
            }
            (LineContext::Block, "when", "when") => names::declared(flow, self.file, Declared::OfCalls),
            (LineContext::File, "test", "with" | ",") => names::declared(flow, self.file, Declared::OfCalls),
            (LineContext::Policy, _, "when" | "fact") | (LineContext::File, "policy", "when") => {
                names::facts(flow)
            }
            (_, _, "and" | "or" | "not" | "(") if is_of_facts(words) => names::facts(flow),
            (LineContext::Policy, _, "warn") => Vec::new(),
            (LineContext::File, "fact", _) => names::facts(flow),
            (LineContext::File, "apply", _) => names::policies(flow),
            (LineContext::File, "waive", "waive") => {
                let mut names = self.waivable.to_vec();
                names.extend(names::policies(flow));
                names
            }
            (LineContext::File, "waive", "/") => names::rules_of(flow, text(1)),
            (LineContext::File, "attest", "attest") => names::obliging_policies(flow),
            (LineContext::File, "attest", "/") => names::obligations_of(flow, text(1)),
            (LineContext::File, "include", "with" | ",") => {
                let is_given = |name: &str| {
                    let mut pairs = words.iter().zip(words.iter().skip(1));
                    pairs.any(|(param, sign)| param.is(name) && matches!(sign.text, "=" | "->"))
                };
                self.params.iter().filter(|param| !is_given(&param.label)).cloned().collect()
            }
            (LineContext::File, "kind", "as") => words::kinds().collect(),
            (LineContext::File, "include", "->") => names::nodes(flow, self.typed),
            (
                LineContext::File,
                "let" | "kind" | "param" | "exit" | "contact" | "var" | "policy" | "include",
                _,
            ) => Vec::new(),
            (LineContext::File, first, _)
                if words.len() == 1
                    && (first == "node"
                        || Kind::from_word(first).is_some()
                        || kinds::declared(flow, first).is_some()) =>
            {
                names::missing_nodes(flow)
            }
            (LineContext::File, "entry", _) => {
                let mut nodes = names::nodes(flow, self.typed);
                nodes.extend(names::missing_nodes(flow));
                nodes
            }
            _ => names::nodes(flow, self.typed),
        }
    }

    fn selector(&self, of_rule: bool) -> Vec<Item> {
        let mut items = names::tags(self.flow);
        if of_rule {
            items.extend(words::kinds());
            items.push(Item::plain(Shown::Keyword, "any").about("Each step.").rank(Rank::Possible));
            items.push(Item::plain(Shown::Keyword, "not").rank(Rank::Possible));
            let words = ["set", "with", "disposition", "kind"].into_iter();
            items.extend(words.filter_map(words::selector_word));
        }
        items.extend(self.node_selectors());
        items
    }

    /// The nodes as selectors.
    fn node_selectors(&self) -> Vec<Item> {
        let nodes = names::nodes(self.flow, self.typed).into_iter();
        let node_selectors = |node: Item| {
            let sign = format!("={}", node.label);
            Item { label: sign.clone(), text: sign, ..node }.rank(Rank::Possible)
        };
        nodes.map(node_selectors).collect()
    }

    fn conditions(&self, words: &[Token<'_>]) -> Vec<Item> {
        let graph = &self.flow.compiled.flow;
        let called = |name: &str| names::node_called(graph, name);
        let text = |index: usize| words.get(index).map_or("", |token| token.text);
        let (kind, node): (Option<Kind>, Option<NodeId>) = match self.line.place {
            LineContext::Block => {
                let header = tokens(self.line.header);
                let name = header.get(1).map_or("", |token| token.text);
                (self.kind(), called(name))
            }
            LineContext::File if text(0) == "every" => (Kind::from_word(text(1)), None),
            LineContext::File if text(0) == "test" => (None, None),
            LineContext::File => (None, called(text(0))),
            LineContext::Policy => {
                let sign = words.iter().rposition(|token| token.is("="));
                (None, sign.and_then(|sign| called(text(sign + 1))))
            }
        };
        let of_node = node.and_then(|node| graph.nodes.find(node));
        let header = self.line.header.split_whitespace().next().unwrap_or_default();
        let declared = of_node
            .and_then(|node| node.declared_kind())
            .map(|kind| &graph.kinds[kind])
            .or_else(|| kinds::declared(self.flow, header))
            .or_else(|| self.kind_of_every(words));
        if let Some(declared) = declared {
            return kinds::outcomes(graph, declared, node);
        }
        let kind = kind.or_else(|| of_node.filter(|node| !node.generic).and_then(|node| node.kind()));
        let mut items = names::conditions(self.flow, kind, node);
        // What happens on a test's call may happen at a node of any kind.
        if self.line.place == LineContext::File && text(0) == "test" {
            for outcome in graph.kinds.rows().iter().flat_map(|kind| kinds::outcomes(graph, kind, None)) {
                if items.iter().all(|known| known.label != outcome.label) {
                    items.push(outcome);
                }
            }
        }
        items
    }

    /// The declared kind that an `every` is for.
    fn kind_of_every(&self, words: &[Token<'_>]) -> Option<&DeclaredKind> {
        let (LineContext::File, [every, kind, ..]) = (self.line.place, words) else { return None };
        every.is("every").then(|| kinds::declared(self.flow, kind.text))?
    }

    /// The kind of the node whose block the statement is in.
    fn kind(&self) -> Option<Kind> {
        Kind::from_word(self.line.header.split_whitespace().next()?)
    }
}

/// The fact whose value comes next: that of `fact purpose =` or `when purpose !=`.
fn compared_fact<'t>(words: &[Token<'t>]) -> Option<&'t str> {
    // These lines do not set facts.
    if words.first().is_some_and(|first| matches!(first.text, "let" | "param" | "include")) {
        return None;
    }
    let sign = words.iter().rposition(|token| matches!(token.text, "=" | "!=" | "in"))?;
    // What follows `because` and `by` is no value.
    if words.iter().skip(sign).any(|token| matches!(token.text, "because" | "by" | "until")) {
        return None;
    }
    let before = words.get(sign.checked_sub(1)?)?;
    // `purpose not in (`
    if before.is("not") { words.get(sign.checked_sub(2)?).map(|fact| fact.text) } else { Some(before.text) }
}

/// Whether what comes next is in a condition about facts: of a rule, or of a policy.
fn is_of_facts(words: &[Token<'_>]) -> bool {
    // The `when` of a `decide` asks for values of calls.
    let mut further = words.iter().skip(1);
    further.any(|token| matches!(token.text, "when" | "fact"))
}

/// A string with its most probable beginning.
fn string(words: &[Token<'_>]) -> Item {
    let first = words.first().map_or("", |token| token.text);
    match first {
        "play" | "disclosure" => {
            Item::snippet(Shown::Text, "\"https://…\"", "\"${1:https://}\"").detail("URL of the audio")
        }
        "include" => Item::snippet(Shown::File, "\"…\"", "\"${1:PATH}\"").detail("path of a file"),
        _ => Item::snippet(Shown::Text, "\"…\"", "\"${1}\""),
    }
}
