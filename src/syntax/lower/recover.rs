//! Recovers the declarations of broken lines, so that references to them are not reported.

use std::ops::Range;

use pest::iterators::Pair;

use super::Lower;
use super::foreign_blocks::is_control;
use super::lost_names::{ambiguous, binds_exits, branching_node, in_order, node_behind_arrow};
use crate::diagnostics::Fix;
use crate::flow::Kind;
use crate::source::Span;
use crate::syntax::ast::{
    About, Binding, Contact, Declaration, Fact, Hours, Item, KindDeclaration, Name, Nameless, Node, NodeKind,
    Param, Policy,
};
use crate::syntax::grammar::Rule;
use crate::syntax::near_miss;
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words::{self, LineContext};
use thin_vec::ThinVec;

impl Lower<'_> {
    /// The declaration that a broken line still makes.
    pub(super) fn broken(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        self.ast.broken = true;
        let range = self.at(&pair).range();
        let block = pair
            .into_inner()
            .find(|inner| matches!(inner.as_rule(), Rule::block | Rule::policy_block | Rule::hours_block));
        // The content of the block is reported separately, even on the same line.
        let header = match &block {
            Some(block) => range.start..self.at(block).range().start + 1,
            None => range.clone(),
        };
        let joined = block.as_ref().and_then(|block| self.joined(header.start, self.at(block)));
        if let Some(name) = self.node_of_hidden_kind(header.clone()) {
            if let Some(block) = block {
                self.unowned_block(block);
            }
            return Some(Declaration::Ambiguous(vec![name]));
        }
        let silent = self.silent;
        self.silent |= self.is_in_foreign_block(header.clone(), range.clone());
        let is_in_foreign_block = self.silent && !silent;
        self.explain_and_fix(header.clone(), LineContext::File, joined);
        self.silent = silent;
        if is_in_foreign_block
            && block.as_ref().is_some_and(|block| self.at(block).range().start == range.start)
        {
            self.unowned_block(block?);
            return None;
        }
        if block.as_ref().is_some_and(|block| self.at(block).range().start == range.start) {
            return self.block_alone(block?);
        }
        self.excuse_last(header.clone());
        self.excuse_above(header.clone());
        for declaration in self.possible(header.clone()) {
            self.ast.items.push(Item { span: self.span(header.clone()), doc: None, declaration });
        }
        let declaration = self.recover(header, LineContext::File);
        match (declaration, block) {
            (Declaration::Node(mut node), Some(block)) => {
                let kind = match node.kind {
                    Some(NodeKind::Kind(kind)) => Some(kind),
                    _ => None,
                };
                node.block = Some(self.block(block, kind).statements);
                Some(Declaration::Node(node))
            }
            (Declaration::Policy(mut policy), Some(block)) if block.as_rule() == Rule::policy_block => {
                let block = self.block(block, None);
                (policy.about, policy.expects, policy.rules) = (block.about, block.expects, block.rules);
                policy.lost_rules = block.lost_rules;
                Some(Declaration::Policy(policy))
            }
            (Declaration::Hours(mut hours), Some(block)) if block.as_rule() == Rule::hours_block => {
                (hours.lines, _) = self.hours_block(block);
                Some(Declaration::Hours(hours))
            }
            (declaration, block) => {
                if let Some(block) = block {
                    self.unowned_block(block);
                }
                Some(declaration)
            }
        }
    }

    /// A fix that moves a `{` at the beginning of a line to the end of the node's line above, if there is nothing
    /// between them.
    fn joined(&self, line: usize, block: Span) -> Option<Fix> {
        let above = self.ast.items.last().filter(|_| block.range().start == line)?;
        let gap = above.span.range().end..line;
        let lacks_block = matches!(&above.declaration, Declaration::Node(node) if node.block.is_none());
        let is_adjacent = lacks_block && self.source.slice(gap.clone()).trim().is_empty();
        is_adjacent.then(|| Fix::new("Put it at the end of the line above", self.span(gap), " "))
    }

    /// Lowers a block whose `{` begins a line, as that of the node above if it has none.
    fn block_alone(&mut self, block: Pair<'_, Rule>) -> Option<Declaration> {
        let lacks_block =
            |item: &Item| matches!(&item.declaration, Declaration::Node(node) if node.block.is_none());
        if !self.ast.items.last().is_some_and(lacks_block) {
            self.unowned_block(block);
            return None;
        }
        let statements = self.block(block, None).statements;
        if let Some(Item { declaration: Declaration::Node(node), .. }) = self.ast.items.last_mut() {
            node.block = Some(statements);
            node.broken = true;
        }
        None
    }

    /// Further declarations that a broken line may make.
    fn possible(&self, range: Range<usize>) -> Vec<Declaration> {
        let mut possible: Vec<Declaration> =
            self.unclear_name(range.clone()).map(Declaration::Ambiguous).into_iter().collect();
        let tokens = in_order(tokens(self.first_line(range.clone())));
        let Some((first, rest)) = tokens.split_first() else { return possible };
        let second = rest.first();
        let lacks_name =
            second.is_none_or(|second| !matches!(second.kind, TokenKind::Word | TokenKind::Quoted));
        possible.extend(self.further_names(range.start, &tokens));
        match near_miss::meant(first.text, LineContext::File) {
            Some("let" | "param" | "contact" | "var" | "hours") if lacks_name => {
                possible.push(Declaration::Nameless(Nameless::Value));
            }
            Some("hours") if second.is_some_and(|second| second.is("in")) => {
                possible.push(Declaration::Nameless(Nameless::Value));
            }
            Some("kind") if lacks_name || second.is_some_and(|second| second.is("type")) => {
                possible.push(Declaration::Nameless(Nameless::Kind));
            }
            Some("policy") if lacks_name => possible.push(Declaration::Nameless(Nameless::Policy)),
            _ if is_control(&tokens) => possible.push(Declaration::Ambiguous(Vec::new())),
            _ if !lacks_name && near_miss::is_jump(first.text) => {
                possible.push(Declaration::Nameless(Nameless::Chain));
            }
            Some("every") => possible.push(Declaration::Nameless(Nameless::Every)),
            // A single name, without the word before it.
            meant if meant != Some(first.text) && second.is_none() => match first.kind {
                TokenKind::Word | TokenKind::Quoted => possible.push(Declaration::Entry(None)),
                TokenKind::String => {
                    possible.extend([Declaration::Flow(None), Declaration::Description(None)]);
                }
                _ => {}
            },
            _ => {}
        }
        let is_doubled = |pair: &[Token<'_>]| pair.iter().all(|token| token.is("->"));
        if first.is("->") || tokens.windows(2).any(is_doubled) {
            possible.push(Declaration::Nameless(Nameless::Chain));
        }
        possible
    }

    /// The words of a header that may be the node's name, if there are several, or an empty list if there is none.
    fn unclear_name(&self, range: Range<usize>) -> Option<Vec<Name>> {
        let tokens = in_order(tokens(self.first_line(range.clone())));
        let first = tokens.first()?.text;
        let is_kind = |word: &str| Kind::from_word(word).is_some() || word == "node";
        let is_declared = || self.kinds.declared().is_some_and(|kinds| kinds.contains(first));
        if !near_miss::meant(first, LineContext::File).is_some_and(is_kind) && !is_declared() {
            return None;
        }
        // The first word may be the name of a node that a transition leaves.
        let is_arrow = |token: &Token<'_>| token.text.contains(['>', '→', '–', '—']);
        if tokens.get(1).is_some_and(|second| second.kind != TokenKind::String && is_arrow(second)) {
            return None;
        }
        let is_word = |token: &&Token<'_>| {
            let is_option =
                words::OPTIONS.contains(&token.text) || matches!(token.text, "type" | "ends" | "with");
            token.kind == TokenKind::Quoted || token.kind == TokenKind::Word && !is_option
        };
        let words: Vec<Name> = tokens
            .iter()
            .skip(1)
            .take_while(is_word)
            .map(|token| Name {
                span: self.span(range.start + token.range.start..range.start + token.range.end),
                quoted: token.kind == TokenKind::Quoted,
            })
            .collect();
        // `collect acc = ask "…"`: the name stands behind the sign.
        if let [_, _, sign, name, ..] = tokens.as_slice()
            && matches!(sign.text, "=" | ":=" | ":")
            && let (Some(name), [_]) = (self.name_in(range.start, name), words.as_slice())
        {
            return Some(words.into_iter().chain([name]).collect());
        }
        (words.len() != 1).then_some(words)
    }

    /// Marks the declaration above as broken if this line may belong to it: a text may be a param's default or a
    /// node's argument, and the rest of a node's line may be any part of it.
    fn excuse_above(&mut self, range: Range<usize>) {
        let is_text = self.source.slice(range.clone()).starts_with('"');
        let end = self.ast.items.last().map_or(0, |item| item.span.range().end);
        let is_beside = !self.source.slice(end..range.start).contains('\n');
        match self.ast.items.last_mut().map(|item| &mut item.declaration) {
            Some(Declaration::Param(param)) if is_text || is_beside => {
                param.broken |= param.default.is_none()
            }
            Some(Declaration::Node(node)) if is_text || is_beside => {
                node.broken |= is_beside || node.argument.is_none();
            }
            // The line may continue the include's `with`.
            Some(declaration) if is_beside => {
                if let Declaration::Include(include) = declaration
                    && !(include.with.is_empty() && include.exits.is_empty())
                {
                    *declaration = Declaration::LostInclude(include.prefix);
                }
            }
            _ => {}
        }
    }

    /// Marks the node above as broken if this line is a branch or an action that may belong to it.
    fn excuse_last(&mut self, range: Range<usize>) {
        let line = self.source.slice(range);
        let word = line.get(..line.find([' ', '\t', '"']).unwrap_or(line.len()));
        let is_statement = word.is_some_and(|word| word == "->" || words::STATEMENTS.contains(&word));
        let is_branch = matches!(word, Some("->" | "on"));
        self.excuse_next = is_branch;
        if let (true, Some(Item { declaration: Declaration::Node(node), .. })) =
            (is_statement, self.ast.items.last_mut())
        {
            // After a block, it may have been one of the block's statements.
            node.broken |= node.block.is_none() || is_branch;
        }
    }

    /// Reads a block that belongs to no known node, without reporting its lines: its first line is reported.
    fn unowned_block(&mut self, block: Pair<'_, Rule>) {
        self.silent = true;
        self.block(block, None);
        self.silent = false;
    }

    /// Keeps the declarations of broken text inside or after a block.
    pub(super) fn keep(&mut self, range: Range<usize>, place: LineContext) {
        let declaration = self.recover(range.clone(), place);
        if matches!(&declaration, Declaration::Broken(names) if names.is_empty()) {
            return;
        }
        self.ast.items.push(Item { span: self.span(range), doc: None, declaration });
    }

    /// The most likely declaration of a broken line, so that references to it are not reported.
    fn recover(&self, range: Range<usize>, place: LineContext) -> Declaration {
        // Further findings are not kept anyway.
        if self.diagnostics.is_full() {
            return Declaration::Broken(Vec::new());
        }
        let tokens = in_order(tokens(self.first_line(range.clone())));
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
        let is_hours = place == LineContext::File
            && near_miss::is_foreign_header(
                &tokens,
                self.opens_days(range.start..range.start + self.first_line(range.clone()).len()),
            );
        // The word of a declared kind may be that of another tool.
        let is_declared = self.kinds.declared().is_some_and(|kinds| kinds.contains(first.text));
        let meant = match is_hours {
            true => Some("hours"),
            false => near_miss::meant(first.text, LineContext::File).filter(|_| !is_declared),
        };
        let in_words = second.is_some_and(|second| matches!(second.text, "to" | "then" | "goes" | "goto"));
        let is_transition = second.is_some_and(is_arrow)
            || (meant != Some(first.text)
                && (in_words || !binds_exits(meant, second) && tokens.iter().any(is_arrow)));
        if place == LineContext::Block
            && let Some(name) = node_behind_arrow(&tokens)
        {
            return Declaration::Ambiguous(name_of(name).into_iter().collect());
        }
        // `find = lookup with …`, `count: play {`
        if let [name, sign, kind, ..] = tokens.as_slice()
            && near_miss::is_sign(sign)
            && meant != Some(name.text)
            && (Kind::from_word(kind.text).is_some()
                || self.kinds.declared().is_some_and(|kinds| kinds.contains(kind.text)))
        {
            return Declaration::Ambiguous(name_of(name).into_iter().collect());
        }
        // `sorts: if balance > 100 …`, `sorts = balance > 100 ? menu : bye`: a node in another language.
        if let Some(name) =
            branching_node(&tokens).filter(|_| place == LineContext::File && meant != Some(first.text))
        {
            return Declaration::Ambiguous(name_of(name).into_iter().collect());
        }
        if is_transition {
            // A node's name in quotes means the node.
            let in_quotes = tokens
                .iter()
                .filter(|token| token.kind == TokenKind::String)
                .filter_map(|token| self.name_in(range.start, token));
            return Declaration::Broken(names.iter().cloned().chain(in_quotes).collect());
        }
        if place == LineContext::File
            && first.kind == TokenKind::Word
            && meant != Some(first.text)
            && second.is_some_and(|second| second.is("="))
        {
            let name = Name { span: self.span(range.start..range.start + first.range.end), quoted: false };
            return Declaration::Let(Binding { name, value: None });
        }
        if first.kind != TokenKind::Word {
            return if place == LineContext::File { ambiguous(names) } else { Declaration::Broken(names) };
        }
        let name = second.and_then(name_of);
        let kind = meant.and_then(Kind::from_word);
        match (meant, name) {
            // A node inside a block, or an action with a name.
            (_, Some(name)) if place != LineContext::File && (kind.is_some() || meant == Some("node")) => {
                Declaration::Ambiguous(vec![name])
            }
            // A rule declares nothing.
            _ if place == LineContext::Policy => Declaration::Broken(Vec::new()),
            _ if place == LineContext::Block => Declaration::Broken(names),
            // A rule outside any policy.
            (None, _) if words::FORMS.contains(&first.text) => Declaration::Broken(Vec::new()),
            (Some("flow"), _) => Declaration::Flow(None),
            // Nothing depends on a test.
            (Some("test"), _) => Declaration::Broken(Vec::new()),
            (Some("description"), _) => Declaration::Description(None),
            (Some("entry"), _) => Declaration::Entry(None),
            // In a flow, which has no exits, it may be a node.
            (Some("exit"), Some(_)) if self.has_flow() => {
                Declaration::Ambiguous(names.into_iter().skip(1).collect())
            }
            // `exit "bye"`, `exit to bye`
            (Some("exit"), _) => {
                let all = tokens.iter().skip(1).filter_map(|token| self.name_in(range.start, token));
                let name = match tokens.as_slice() {
                    [_, word, name] if name.kind == TokenKind::Word && word.kind == TokenKind::Word => {
                        self.name_in(range.start, name)
                    }
                    [_, name, ..] => self.name_in(range.start, name),
                    _ => None,
                };
                match name.or_else(|| all.clone().next()) {
                    Some(name) => Declaration::Exit(name),
                    None => ambiguous(all.collect()),
                }
            }
            (Some("include"), _) => {
                let prefix = tokens.iter().skip_while(|token| !token.is("as")).nth(1).and_then(name_of);
                Declaration::LostInclude(prefix)
            }
            (Some("let"), Some(name)) => Declaration::Let(Binding { name, value: None }),
            (Some("param"), Some(name)) => Declaration::Param(Param { name, default: None, broken: true }),
            // The name of a fact has no backticks and only ASCII letters.
            (Some("fact"), Some(name)) if name.quoted || !self.source.slice(name.span.range()).is_ascii() => {
                Declaration::Broken(Vec::new())
            }
            (Some("fact"), Some(name)) => {
                Declaration::Fact(Box::new(Fact { name, value: None, evidence: None }))
            }
            (Some("policy"), Some(name)) => Declaration::Policy(Box::new(Policy {
                name,
                title: None,
                when: None,
                about: About::default(),
                expects: Vec::new(),
                rules: Vec::new(),
                lost_rules: Vec::new(),
            })),
            // The line may still use the policy that it names.
            (Some("apply" | "waive" | "attest"), _) => {
                Declaration::Broken(names.into_iter().skip(1).collect())
            }
            // `type "play" menu` is the header of a node rather than that of a kind.
            (Some("kind"), _)
                if first.text != "kind" && second.is_some_and(|second| second.kind == TokenKind::String) =>
            {
                ambiguous(names)
            }
            (Some("kind"), Some(name)) => Declaration::Kind(Box::new(KindDeclaration {
                name,
                type_: None,
                ends: false,
                taken_for: None,
                fields: Vec::new(),
                outcomes: Vec::new(),
                sets: Vec::new(),
                broken: true,
            })),
            (Some("hours"), Some(name)) => {
                Declaration::Hours(Box::new(Hours { name, zone: None, lines: Vec::new(), broken: true }))
            }
            (Some("dispositions"), _) => {
                let all = tokens.iter().skip(1).filter_map(|token| self.name_in(range.start, token));
                Declaration::Dispositions(all.collect())
            }
            (Some("contact"), Some(name)) => Declaration::Contact(Contact { name, options: ThinVec::new() }),
            (Some("var"), Some(name)) => Declaration::Var(Contact { name, options: ThinVec::new() }),
            (None, _) => ambiguous(names),
            (_, Some(name)) if kind.is_some() || meant == Some("node") => Declaration::Node(Box::new(Node {
                kind: kind.map(NodeKind::Kind),
                kind_span: self.span(range.start..range.start + first.range.end),
                name,
                argument: None,
                options: ThinVec::new(),
                fields: ThinVec::new(),
                block: None,
                broken: true,
            })),
            _ => Declaration::Broken(names),
        }
    }
}
