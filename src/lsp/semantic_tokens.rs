//! Semantic highlighting: tells, for example, whether `disclosure` is a kind or a node.

use gen_lsp_types::{
    SemanticToken, SemanticTokenModifiers as Modifier, SemanticTokenTypes as Type, SemanticTokens,
    SemanticTokensDeltaParams, SemanticTokensDeltaResponse, SemanticTokensLegend, SemanticTokensParams,
    SemanticTokensRangeParams, TextDocumentIdentifier, Uri,
};

use super::analysis::Analysis;
use super::request_error::RequestError;
use super::session::Session;
use crate::resolve::{NameTarget, Use};
use crate::source::{FileId, Span};
use crate::syntax::each_token;
use crate::syntax::grammar::Rule;

/// The types of tokens, in the order of the legend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TokenType {
    Keyword,
    Number,
    Outcome,
    Tag,
    Node,
    Value,
    Fact,
    Policy,
    Rule,
    Instance,
}

const TYPES: &[(TokenType, Type)] = &[
    (TokenType::Keyword, Type::Keyword),
    (TokenType::Number, Type::Number),
    (TokenType::Outcome, Type::EnumMember),
    (TokenType::Tag, Type::Decorator),
    (TokenType::Node, Type::Function),
    (TokenType::Value, Type::Parameter),
    (TokenType::Fact, Type::Variable),
    (TokenType::Policy, Type::Class),
    (TokenType::Rule, Type::Property),
    (TokenType::Instance, Type::Namespace),
];

/// The modifier bit of a declaration.
const DECLARATION: u32 = 1;

/// The legend: what the numbers of tokens mean.
pub fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.iter().map(|(_, name)| name.to_string()).collect(),
        token_modifiers: vec![Modifier::Declaration.to_string()],
    }
}

/// The tokens of a file.
pub fn tokens(
    session: &mut Session<'_>,
    params: SemanticTokensParams,
) -> Result<Option<SemanticTokens>, RequestError> {
    let uri = params.text_document.uri.clone();
    Ok(all(session, &params.text_document).map(|data| answer(session, uri, data)))
}

/// What has changed in a file's tokens since the last answer, or all of them if the editor means another.
pub fn change(
    session: &mut Session<'_>,
    params: SemanticTokensDeltaParams,
) -> Result<Option<SemanticTokensDeltaResponse>, RequestError> {
    let uri = params.text_document.uri.clone();
    let Some(data) = all(session, &params.text_document) else { return Ok(None) };
    Ok(Some(match session.tokens.change(uri.clone(), &params.previous_result_id, data) {
        Ok(delta) => delta.into(),
        Err(data) => answer(session, uri, data).into(),
    }))
}

/// The tokens that lie in a range, if only in part.
pub fn in_range(
    session: &mut Session<'_>,
    params: SemanticTokensRangeParams,
) -> Result<Option<SemanticTokens>, RequestError> {
    let Some((flow, file)) = session.flow(&params.text_document) else { return Ok(None) };
    let start = flow.offset(file, params.range.start);
    let end = flow.offset(file, params.range.end);
    let is_in = |span: Span| span.range().end > start && span.range().start < end;
    let words = words(flow, file).into_iter().filter(|(span, ..)| is_in(*span));
    Ok(Some(SemanticTokens { result_id: None, data: encoded(flow, words) }))
}

fn all(session: &mut Session<'_>, document: &TextDocumentIdentifier) -> Option<Vec<SemanticToken>> {
    let (flow, file) = session.flow(document)?;
    Some(encoded(flow, words(flow, file).into_iter()))
}

/// All tokens, kept for the next change if the document is open: only then is it known when to forget them.
fn answer(session: &mut Session<'_>, uri: Uri, data: Vec<SemanticToken>) -> SemanticTokens {
    let path = session.path(&uri);
    match session.workspace.documents.get_mut(&path, &uri) {
        Some(_) => session.tokens.keep(uri, data),
        None => SemanticTokens { result_id: None, data },
    }
}

/// Words as the protocol has them: each one's place is relative to the one before.
fn encoded(flow: &Analysis, words: impl Iterator<Item = (Span, TokenType, u32)>) -> Vec<SemanticToken> {
    let mut data = Vec::new();
    let (mut line, mut start) = (0, 0);
    for (span, word, modifiers) in words {
        let at = flow.range(span).start;
        let length = u32::try_from(flow.length(flow.written(span))).unwrap_or(u32::MAX);
        let delta_line = at.line - line;
        let delta_start = if delta_line == 0 { at.character - start } else { at.character };
        let token_type = TYPES.iter().position(|(kind, _)| *kind == word).unwrap_or_default();
        let token_type = u32::try_from(token_type).unwrap_or_default();
        data.push(SemanticToken {
            delta_line,
            delta_start,
            length,
            token_type,
            token_modifiers_bitset: modifiers,
        });
        (line, start) = (at.line, at.character);
    }
    data
}

/// The words in order, without overlaps.
fn words(flow: &Analysis, file: FileId) -> Vec<(Span, TokenType, u32)> {
    let mut words: Vec<(Span, TokenType, u32)> = Vec::new();
    each_token(flow.text(file), |rule, range| {
        let span = Span::new(file, range.start, range.end);
        words.extend(word(rule).map(|word| (span, word, 0)));
    });
    // In `es.menu` the instance is part of the node's name.
    let is_word = |usage: &&Use| usage.named != NameTarget::Instance || usage.span == usage.declared;
    let uses = flow.uses().filter(|usage| usage.span.file == file).filter(is_word);
    words.extend(uses.map(|usage| (usage.span, named(usage.named), modifiers(usage))));
    words.sort_unstable();
    let mut end = 0;
    words.retain(|(span, ..)| {
        let is_free = span.start >= end && span.end > span.start;
        end = if is_free { span.end } else { end };
        is_free
    });
    words
}

fn modifiers(one: &Use) -> u32 {
    let is_rule = one.named == NameTarget::Rule && one.declared.range().contains(&one.span.range().start);
    if one.span == one.declared || is_rule { DECLARATION } else { 0 }
}

fn named(named: NameTarget) -> TokenType {
    match named {
        NameTarget::Node | NameTarget::Exit => TokenType::Node,
        NameTarget::Kind => TokenType::Keyword,
        NameTarget::Value | NameTarget::Field => TokenType::Value,
        NameTarget::Disposition | NameTarget::Outcome => TokenType::Outcome,
        NameTarget::Fact => TokenType::Fact,
        NameTarget::Policy => TokenType::Policy,
        NameTarget::Rule => TokenType::Rule,
        NameTarget::Instance => TokenType::Instance,
        NameTarget::Tag => TokenType::Tag,
    }
}

fn word(rule: Rule) -> Option<TokenType> {
    Some(match rule {
        Rule::kind | Rule::verb | Rule::ends | Rule::any => TokenType::Keyword,
        Rule::integer
        | Rule::number
        | Rule::duration
        | Rule::date
        | Rule::moment
        | Rule::clock
        | Rule::key => TokenType::Number,
        Rule::outcome | Rule::weekday => TokenType::Outcome,
        Rule::tag => TokenType::Tag,
        // Every keyword is a rule of its own, named after it.
        _ if format!("{rule:?}").starts_with("kw_") => TokenType::Keyword,
        _ => return None,
    })
}
