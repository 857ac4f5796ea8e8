//! Lines that did not parse: what they still declare, and the finding that words them.

use std::ops::Range;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

use super::Lower;
use crate::diagnostics::Diagnostic;
use crate::flow::Kind;
use crate::source::Span;
use crate::syntax::ast::{Binding, Contact, Declaration, Item, Name, Node, NodeKind, Param};
use crate::syntax::codes;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::near_miss::{self, Broken};
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words::{self, Place};

/// How much of a broken line is read to word its error, in bytes.
const WORDED: usize = 1 << 20;

impl Lower<'_> {
    /// What a broken line still declares.
    pub(super) fn broken(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        self.ast.broken = true;
        let range = self.at(&pair).range();
        let block = pair.into_inner().find(|inner| inner.as_rule() == Rule::block);
        self.explain(range.clone(), Place::File);
        if block.as_ref().is_some_and(|block| self.at(block).range().start == range.start) {
            return self.block_alone(block?);
        }
        self.excuse_last(range.clone());
        let declaration = self.salvage(range, Place::File);
        match (declaration, block) {
            (Declaration::Node(mut node), Some(block)) => {
                node.block = Some(self.block(block).statements);
                Some(Declaration::Node(node))
            }
            (declaration, block) => {
                if let Some(block) = block {
                    self.unowned_block(block);
                }
                Some(declaration)
            }
        }
    }

    /// A block whose `{` begins a line: that of the node above, if that has none.
    fn block_alone(&mut self, block: Pair<'_, Rule>) -> Option<Declaration> {
        let lacks_block =
            |item: &Item| matches!(&item.declaration, Declaration::Node(node) if node.block.is_none());
        if !self.ast.items.last().is_some_and(lacks_block) {
            self.unowned_block(block);
            return None;
        }
        let statements = self.block(block).statements;
        if let Some(Item { declaration: Declaration::Node(node), .. }) = self.ast.items.last_mut() {
            node.block = Some(statements);
            node.broken = true;
        }
        None
    }

    /// A branch or an action below a node without a block is what the node lacks.
    fn excuse_last(&mut self, range: Range<usize>) {
        let line = self.source.slice(range);
        let word = line.get(..line.find([' ', '\t', '"']).unwrap_or(line.len()));
        let is_statement = word.is_some_and(|word| word == "->" || words::STATEMENTS.contains(&word));
        if let (true, Some(Item { declaration: Declaration::Node(node), .. })) =
            (is_statement, self.ast.items.last_mut())
        {
            node.broken |= node.block.is_none();
        }
    }

    /// Whose block this is nobody knows: what is in it goes with its first line.
    fn unowned_block(&mut self, block: Pair<'_, Rule>) {
        self.silent = true;
        self.block(block);
        self.silent = false;
    }

    /// Keeps what broken text inside or behind a block declares.
    fn keep(&mut self, range: Range<usize>, place: Place) {
        let declaration = self.salvage(range.clone(), place);
        self.ast.items.push(Item { span: self.span(range), doc: None, declaration });
    }

    /// What the words of a broken line declare, as far as anybody can tell: so that what speaks of
    /// it raises nothing.
    fn salvage(&self, range: Range<usize>, place: Place) -> Declaration {
        // Nobody reads on after so many findings.
        if self.diagnostics.is_full() {
            return Declaration::Broken(Vec::new());
        }
        let tokens = tokens(self.first_line(range.clone()));
        let name_of = |token: &Token<'_>| {
            let named = matches!(token.kind, TokenKind::Word | TokenKind::Quoted);
            named.then(|| Name {
                span: self.span(range.start + token.range.start..range.start + token.range.end),
                quoted: token.kind == TokenKind::Quoted,
            })
        };
        let is_arrow =
            |token: &Token<'_>| token.text.contains(['>', '→', '–', '—']) && token.kind != TokenKind::String;
        let names: Vec<Name> = tokens.iter().filter_map(name_of).collect();
        let (Some(first), second) = (tokens.first(), tokens.get(1)) else {
            return Declaration::Broken(names);
        };
        let meant = near_miss::meant(first.text, Place::File);
        let in_words = second.is_some_and(|second| matches!(second.text, "to" | "then" | "goes" | "goto"));
        let is_transition = second.is_some_and(is_arrow)
            || (meant != Some(first.text) && (in_words || tokens.iter().any(is_arrow)));
        if is_transition || first.kind != TokenKind::Word {
            return Declaration::Broken(names);
        }
        let name = second.and_then(name_of);
        let kind = meant.and_then(Kind::from_word);
        match (meant, name) {
            // A node in a block, or an action with a name.
            (_, Some(name)) if place == Place::Block && (kind.is_some() || meant == Some("node")) => {
                Declaration::Perhaps(name)
            }
            _ if place == Place::Block => Declaration::Broken(names),
            (Some("flow"), _) => Declaration::Flow(None),
            (Some("description"), _) => Declaration::Description(None),
            (Some("entry"), _) => Declaration::Entry(None),
            (Some("include"), _) => {
                let prefix = tokens.iter().skip_while(|token| !token.is("as")).nth(1).and_then(name_of);
                Declaration::LostInclude(prefix)
            }
            (Some("let"), Some(name)) => Declaration::Let(Binding { name, value: None }),
            (Some("param"), Some(name)) => Declaration::Param(Param { name, default: None, broken: true }),
            (Some("contact"), Some(name)) => Declaration::Contact(Contact { name, options: Vec::new() }),
            (None, Some(name)) => Declaration::Perhaps(name),
            (_, Some(name)) if kind.is_some() || meant == Some("node") => Declaration::Node(Box::new(Node {
                kind: kind.map(NodeKind::Kind),
                kind_span: self.span(range.start..range.start + first.range.end),
                name,
                argument: None,
                options: Vec::new(),
                block: None,
                broken: true,
            })),
            _ => Declaration::Broken(names),
        }
    }

    pub(super) fn broken_statement(&mut self, pair: &Pair<'_, Rule>) {
        self.ast.broken = true;
        let range = self.at(pair).range();
        self.explain(range.clone(), Place::Block);
        self.keep(range, Place::Block);
    }

    pub(super) fn report_stray(&mut self, pair: &Pair<'_, Rule>) {
        self.ast.broken = true;
        let span = self.trimmed(pair);
        let text = self.source.slice(span.range());
        let help = match text.get(..2) {
            None | Some("}}") => "take it out, or look for the block that was closed too early",
            Some("->" | "on") => "a branch stands in the block: put it before the `}`",
            Some(_) => "put it on a line of its own",
        };
        let diagnostic = Diagnostic::new(&codes::SYNTAX, span, "a block's `}` ends its line")
            .here("this stands after the `}`")
            .help(help);
        self.report(diagnostic);
        self.keep(span.range(), Place::File);
    }

    pub(super) fn report_unclosed(&mut self, open: Span, end: Span) {
        self.ast.broken = true;
        let before = self.source.slice(0..end.range().start);
        let end = before.trim_end().len().max(open.range().end);
        let diagnostic = Diagnostic::new(&codes::SYNTAX, self.span(end..end), "the block has no `}`")
            .here("`}` expected after this line")
            .label(open, "opened here")
            .help("write `}` on a line of its own after the block's last statement");
        self.report(diagnostic);
    }

    /// Reports what is wrong with a line, unless that line has its finding already.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        let start = diagnostic.span.range().start;
        if self.silent || start < self.reported_to {
            return;
        }
        self.reported_to = self.line_from(start).end + 1;
        self.diagnostics.push(diagnostic);
    }

    /// Words what is wrong with a line by asking the grammar for just that line.
    fn explain(&mut self, range: Range<usize>, place: Place) {
        if self.silent || range.start < self.reported_to {
            return;
        }
        if self.diagnostics.is_full() {
            self.diagnostics.count_only();
            return;
        }
        // A byte that is not UTF-8 has its finding; what it broke has the same cause.
        if self.source.not_utf8().is_some() && self.source.slice(range.clone()).contains('\u{1A}') {
            return;
        }
        let first_line = self.line_from(range.start);
        let diagnostic = self.word(range.start, self.first_line(range.clone()), place);
        self.report(diagnostic);
        // A `"""` string that is not closed takes further lines, and a missing `}`, with it.
        let end = if place == Place::Block { self.line_from(range.end).end } else { first_line.end };
        self.reported_to = self.reported_to.max(end + 1);
    }

    /// The line with which broken text begins, over several lines only as far as a `"""` string
    /// goes: a block's further lines speak for themselves.
    fn first_line(&self, range: Range<usize>) -> &str {
        let text = self.source.text();
        let whole = text.get(range.clone()).unwrap_or_default();
        let line = whole.split_once('\n').map_or(whole, |(line, _)| line);
        let line_end = range.start + line.len();
        let mut end = line_end;
        if line.contains("\"\"\"") {
            let all = text
                .get(range.start..boundary(text, range.end.min(range.start + WORDED)))
                .unwrap_or_default();
            let mut read = 0;
            for token in tokens(all) {
                if all.get(read..token.range.start).unwrap_or_default().contains('\n') {
                    break;
                }
                read = token.range.end;
            }
            end = range.start + read;
        }
        // `https://…` without quotes: what looks like a comment is none.
        let rest = text.get(end..).unwrap_or_default();
        if line.ends_with(':') && rest.starts_with("//") {
            end += rest.find(char::is_whitespace).unwrap_or(rest.len());
        }
        let start = range.start;
        text.get(start..boundary(text, end.min(start + WORDED))).unwrap_or_default().trim_end()
    }

    fn word(&self, start: usize, line: &str, place: Place) -> Diagnostic {
        let tokens = tokens(line);
        let place_at = |range: Range<usize>| self.span(start + range.start..start + range.end);
        if let Some(open) = tokens.iter().find(|token| token.kind == TokenKind::OpenString) {
            return unterminated(open.text, place_at(open.range.clone()));
        }
        let rule = if place == Place::File { Rule::declaration_line } else { Rule::statement_line };
        let (at, expected) = farthest(rule, line);
        let found = tokens.iter().find(|token| token.range.end > at);
        let broken = Broken { line, tokens: &tokens, at, found, place, expected: &expected };
        if let Some(mend) = near_miss::find(&broken) {
            return Diagnostic::new(&codes::SYNTAX, place_at(mend.range), mend.message)
                .here(mend.label)
                .help(mend.help);
        }
        let first = tokens.first().map(|token| token.text);
        // `entry` may begin a transition too, but who writes it means the declaration.
        let keyword = first.is_some_and(|first| near_miss::meant(first, place) == Some(first));
        let only_first =
            keyword && tokens.get(1).map(|second| &second.range) == found.map(|found| &found.range);
        let way = expected.contains(&Rule::arrow) || tokens.iter().any(|token| token.is("->"));
        let expected = words::expected(&expected, place, only_first);
        let diagnostic = match found {
            Some(token) => {
                let found = crate::diagnostics::quote(token.text);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(token.range.clone()),
                    format!("expected {expected}, found {found}"),
                )
            }
            None => {
                let end =
                    tokens.iter().map(|token| token.range.end).filter(|&end| end <= at).max().unwrap_or(at);
                Diagnostic::new(
                    &codes::SYNTAX,
                    place_at(end..end),
                    format!("expected {expected}, but the line ends here"),
                )
            }
        };
        let diagnostic = diagnostic.here(format!("expected {}", words::shortest(&expected)));
        let option = tokens
            .iter()
            .rev()
            .find(|token| token.range.end <= at)
            .and_then(|token| words::option_form(token.text));
        let arrow = way.then(|| words::arrow_form(place).to_owned());
        match option.or_else(|| words::form(first, place)).or(arrow) {
            Some(form) => diagnostic.help(form),
            None => diagnostic,
        }
    }
}

/// The start of the character at a byte.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..4).filter_map(|back| at.checked_sub(back)).find(|&at| text.is_char_boundary(at)).unwrap_or_default()
}

/// How far the grammar got, and what it wanted there.
fn farthest(rule: Rule, line: &str) -> (usize, Vec<Rule>) {
    match Grammar::parse(rule, line) {
        Ok(pairs) => (pairs.as_str().len(), vec![Rule::end]),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            match error.variant {
                ErrorVariant::ParsingError { positives, .. } => {
                    (at, positives.into_iter().map(words::whole).collect())
                }
                ErrorVariant::CustomError { .. } => (at, Vec::new()),
            }
        }
    }
}

fn unterminated(text: &str, span: Span) -> Diagnostic {
    let long = text.starts_with("\"\"\"");
    let quote = if long { "\"\"\"" } else { "\"" };
    let length = quote.len() as u32;
    let opening = Span { end: (span.start + length).min(span.end), ..span };
    let diagnostic =
        Diagnostic::new(&codes::UNTERMINATED_STRING, opening, format!("the string has no closing `{quote}`"));
    if long {
        diagnostic.here("opened here").help("close it with `\"\"\"` on a line of its own")
    } else {
        diagnostic
            .here("opened here, and the line ends before it is closed")
            .help("close it with `\"`; a text over several lines stands between `\"\"\"`")
    }
}
