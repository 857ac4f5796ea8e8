//! The names in lines that do not parse.

use std::ops::Range;

use super::Lower;
use crate::flow::Kind;
use crate::spelling::is_name;
use crate::syntax::ast::{Binding, Contact, Declaration, Name, Param};
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words;

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
                "contact" => vec![Declaration::Contact(Contact { name, options: Vec::new() })],
                "var" => vec![Declaration::Var(Contact { name, options: Vec::new() })],
                "param" => vec![Declaration::Param(Param { name, default: None, broken: true })],
                "let" if second.is("var") => {
                    vec![Declaration::Var(Contact { name, options: Vec::new() })]
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
                "contact" => Declaration::Contact(Contact { name, options: Vec::new() }),
                "var" => Declaration::Var(Contact { name, options: Vec::new() }),
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
