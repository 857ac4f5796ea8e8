//! The names in lines that do not parse.

use std::ops::Range;

use super::Lower;
use crate::diagnostics::suggest::nearest;
use crate::flow::Kind;
use crate::spelling::is_name;
use crate::syntax::ast::{Binding, Contact, Declaration, Name, Param};
use crate::syntax::near_miss;
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words::{self, LineContext};
use thin_vec::ThinVec;

impl Lower<'_> {
    /// The name of a rule that does not parse: the word before its `:`, or else the first one that begins no rule.
    pub(super) fn lost_rule(&self, range: Range<usize>) -> Option<Name> {
        if self.diagnostics.is_full() {
            return None;
        }
        let tokens = tokens(self.first_line(range.clone()));
        let colon = tokens.iter().position(|token| token.is(":")).and_then(|colon| colon.checked_sub(1));
        let is_own = |token: &&Token<'_>| !words::FORMS.contains(&token.text) && token.text != words::EXPECTS;
        let named = colon.and_then(|name| tokens.get(name));
        let token = named.or_else(|| tokens.iter().take(2).find(is_own))?;
        self.name_in(range.start, token)
    }

    /// The name that a token of a line is, without the quotes around it.
    pub(super) fn name_in(&self, line: usize, token: &Token<'_>) -> Option<Name> {
        let at = |range: Range<usize>| self.span(line + range.start..line + range.end);
        match token.kind {
            TokenKind::Word => Some(Name { span: at(token.range.clone()), quoted: false }),
            TokenKind::Quoted => Some(Name { span: at(token.range.clone()), quoted: true }),
            TokenKind::String => {
                let name = token.text.strip_prefix('"')?.strip_suffix('"')?;
                let inside = token.range.start + 1..token.range.end - 1;
                is_name(name).then(|| Name { span: at(inside), quoted: false })
            }
            _ => None,
        }
    }

    /// Whether a line above names the flow.
    pub(super) fn has_flow(&self) -> bool {
        self.ast.items.iter().any(|item| matches!(item.declaration, Declaration::Flow(_)))
    }

    /// What `contact a, b` and `var text a` declare beside the name that comes first.
    pub(super) fn further_names(&self, line: usize, tokens: &[Token<'_>]) -> Vec<Declaration> {
        let [first, second, comma, rest @ ..] = tokens else { return Vec::new() };
        let is_typed = second.kind == TokenKind::Word
            && comma.kind == TokenKind::Word
            && !words::OPTIONS.contains(&comma.text);
        let typed = self.name_in(line, comma).filter(|_| is_typed);
        if let Some(name) = typed {
            return match first.text {
                "contact" => vec![Declaration::Contact(Contact { name, options: ThinVec::new() })],
                "var" => vec![Declaration::Var(Contact { name, options: ThinVec::new() })],
                "param" => vec![Declaration::Param(Param { name, default: None, broken: true })],
                "let" if second.is("var") => {
                    vec![Declaration::Var(Contact { name, options: ThinVec::new() })]
                }
                "let" => vec![Declaration::Let(Binding { name, value: None })],
                _ => Vec::new(),
            };
        }
        if !comma.is(",") || !tokens.iter().skip(2).step_by(2).all(|sign| sign.is(",")) {
            return Vec::new();
        }
        let names = rest.iter().step_by(2).filter_map(|token| self.name_in(line, token));
        let declare = |name: Name| {
            Some(match first.text {
                "contact" => Declaration::Contact(Contact { name, options: ThinVec::new() }),
                "var" => Declaration::Var(Contact { name, options: ThinVec::new() }),
                "param" => Declaration::Param(Param { name, default: None, broken: true }),
                "exit" => Declaration::Exit(name),
                _ => return None,
            })
        };
        names.filter_map(declare).collect()
    }
}

/// The name of the node in `on 1 -> play thanks { … }`.
pub(super) fn node_behind_arrow<'t>(tokens: &'t [Token<'t>]) -> Option<&'t Token<'t>> {
    tokens.windows(3).find_map(|three| match three {
        [arrow, kind, name] if arrow.is("->") && Kind::from_word(kind.text).is_some() => {
            Some(name).filter(|name| matches!(name.kind, TokenKind::Word | TokenKind::Quoted))
        }
        _ => None,
    })
}

/// The name before `: if …`, `= switch …` or `= … ? … : …`.
pub(super) fn branching_node<'t>(tokens: &'t [Token<'t>]) -> Option<&'t Token<'t>> {
    let [name, sign, first, rest @ ..] = tokens else { return None };
    let is_named = matches!(name.kind, TokenKind::Word | TokenKind::Quoted) && near_miss::is_sign(sign);
    let branches = matches!(first.text, "if" | "switch" | "case" | "match" | "when" | "decide")
        || rest.iter().any(|token| token.is("?"));
    Some(name).filter(|_| is_named && branches)
}

/// Whether the arrows of a line are those of an `include`, which follow its path.
pub(super) fn binds_exits(meant: Option<&str>, second: Option<&Token<'_>>) -> bool {
    meant == Some("include") && second.is_some_and(|second| second.kind == TokenKind::String)
}

/// A line that may declare one of these words.
pub(super) fn ambiguous(names: Vec<Name>) -> Declaration {
    if names.is_empty() { Declaration::Broken(names) } else { Declaration::Ambiguous(names) }
}

/// The tokens of a line as intended: the first word is not repeated, and a keyword comes before the name that it
/// declares.
pub(super) fn in_order(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    // A keyword between quotes.
    if let Some(first) = tokens.first_mut()
        && let Some(inside) = first.text.strip_prefix('"').and_then(|text| text.strip_suffix('"'))
        && near_miss::meant(inside, LineContext::File) == Some(inside)
    {
        (first.kind, first.text) = (TokenKind::Word, inside);
    }
    let is_own = |token: &Token<'_>| near_miss::meant(token.text, LineContext::File) == Some(token.text);
    // `evry collect on timeout -> bye`
    let is_typo = |token: &Token<'_>| {
        let near = near_miss::meant(token.text, LineContext::File);
        near.is_some_and(|near| nearest(token.text, [near]).is_some())
    };
    let is_of_block =
        |token: &Token<'_>| words::FORMS.contains(&token.text) || words::STATEMENTS.contains(&token.text);
    if let [first, second, rest @ ..] = tokens.as_slice()
        && first.kind != TokenKind::Signs
    {
        let lacks_arrow = rest.first().is_none_or(|third| !third.is("->"));
        if first.kind == TokenKind::Word && first.text == second.text {
            tokens.remove(0);
        } else if is_own(first) && second.is(",") {
            tokens.remove(1);
        } else if is_own(second) && !is_own(first) && lacks_arrow && !is_of_block(first) && !is_typo(first) {
            tokens.swap(0, 1);
        }
    }
    tokens
}
