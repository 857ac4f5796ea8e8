//! Lowers declared kinds, and the fields that nodes and actions set.

use pest::Parser;
use pest::iterators::Pair;

use super::Lower;
use super::broken::farthest;
use super::declaration::is_name;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::Span;
use crate::syntax::ast::{
    Declaration, Field, FieldDeclaration, FieldType, FieldTypeName, FieldValue, KindDeclaration, Name,
    Scalar, SetsLine,
};
use crate::syntax::codes;
use crate::syntax::continued;
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind as TokenKind, Token, tokens};
use crate::syntax::words::{self, LineContext};
use thin_vec::ThinVec;

/// The lines of a declared kind.
const KIND_LINE: BlockLine = BlockLine {
    rule: Rule::kind_line,
    first: "`with NAME: TYPE`, `outcome NAME` or `sets NAME`",
    form: "a kind has fields, `with NAME: TYPE`, outcomes, `outcome NAME, NAME`, and variables that it sets, `sets NAME`",
    meant: meant_field,
    help: super::kind_fields::help,
};

/// What the lines of a block are, for the finding about one that does not parse.
pub(super) struct BlockLine {
    /// Their rule in the grammar.
    pub rule: Rule,
    /// What a line begins with.
    pub first: &'static str,
    /// The help where it is not known what is meant.
    pub form: &'static str,
    /// What a line was meant to be.
    pub meant: fn(&str, &[Token<'_>]) -> Option<String>,
    /// What to write where that alone does not tell it, by the line and the block around it.
    pub help: fn(&str, &str) -> Option<String>,
}

/// What the block of a declared kind says.
#[derive(Default)]
struct KindLines {
    fields: Vec<FieldDeclaration>,
    outcomes: Vec<Name>,
    sets: Vec<SetsLine>,
    /// Whether any of it did not parse.
    broken: bool,
}

impl Lower<'_> {
    /// Whether the kind of a node or of an `every` is declared, or whether that is not known yet.
    pub(super) fn is_declared(&self, line: &Pair<'_, Rule>) -> bool {
        let word = line.clone().into_inner().find(|inner| inner.as_rule() == Rule::declared_kind);
        word.is_some_and(|word| self.kinds.has(word.as_str()))
    }

    /// Reads a line about an undeclared kind as the broken line that it is.
    pub(super) fn undeclared(&mut self, node: &Pair<'_, Rule>) {
        let base = self.base;
        let mut rest = node.as_str();
        let mut at = base + node.as_span().start();
        while let Some(lines) =
            Grammar::parse(Rule::built_in_lines, rest).ok().and_then(|mut pairs| pairs.next())
        {
            let length = lines.as_span().end();
            self.lines(at, lines);
            rest = rest.get(length.max(1)..).unwrap_or_default();
            at += length.max(1);
        }
        self.base = base;
    }

    pub(super) fn kind_declaration(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let (mut name, mut type_, mut taken_for) = (None, None, None);
        let mut ends = false;
        let mut lines = KindLines::default();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name if name.is_none() => name = Some(self.name(&inner)),
                Rule::name => taken_for = Some(self.name(&inner)),
                Rule::string => type_ = Some(self.text(&inner)),
                Rule::ends => ends = true,
                Rule::kind_block => lines = self.kind_block(inner),
                _ => {}
            }
        }
        let KindLines { fields, outcomes, sets, broken } = lines;
        let kind = KindDeclaration { name: name?, type_, ends, taken_for, fields, outcomes, sets, broken };
        Some(Declaration::Kind(Box::new(kind)))
    }

    fn kind_block(&mut self, pair: Pair<'_, Rule>) -> KindLines {
        let mut lines = KindLines::default();
        let mut open = self.at(&pair);
        let mut first = None;
        let mut previous = Span { end: open.start, ..open };
        let mut over_lines = false;
        for inner in pair.into_inner() {
            let span = self.at(&inner);
            over_lines |= self.source.slice(previous.range().end..span.range().start).contains('\n');
            previous = span;
            self.continued(&inner);
            match inner.as_rule() {
                Rule::open => open = span,
                Rule::close if over_lines => self.check_open(open, first, span),
                Rule::comment => self.comment(self.trimmed(&inner)),
                Rule::doc_comment => self.doc_comment(self.trimmed(&inner)),
                Rule::kind_field => {
                    first.get_or_insert(span);
                    lines.fields.extend(self.kind_field(inner));
                }
                Rule::kind_outcomes => {
                    first.get_or_insert(span);
                    let names = inner.into_inner().filter(|inner| is_name(inner.as_rule()));
                    lines.outcomes.extend(names.map(|name| self.name(&name)));
                }
                Rule::kind_sets => {
                    first.get_or_insert(span);
                    lines.sets.push(self.kind_sets(inner));
                }
                Rule::broken_field => {
                    lines.broken = true;
                    self.broken_block_line(&inner, &KIND_LINE);
                }
                Rule::stray => {
                    lines.broken = true;
                    self.report_stray(&inner, open);
                }
                Rule::unclosed => {
                    lines.broken = true;
                    self.report_unclosed(open, span, "line");
                }
                _ => {}
            }
        }
        lines
    }

    fn kind_sets(&mut self, pair: Pair<'_, Rule>) -> SetsLine {
        let mut line = SetsLine { span: self.trimmed(&pair), variables: Vec::new(), outcomes: Vec::new() };
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => line.variables.push(self.name(&inner)),
                Rule::sets_on => {
                    let names = inner.into_inner().filter(|inner| inner.as_rule() == Rule::name);
                    line.outcomes.extend(names.map(|name| self.name(&name)));
                }
                _ => {}
            }
        }
        line
    }

    fn kind_field(&mut self, pair: Pair<'_, Rule>) -> Option<FieldDeclaration> {
        let span = self.trimmed(&pair);
        let doc = self.doc_above(span);
        let (mut name, mut type_, mut default) = (None, None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name if name.is_none() => name = Some(self.name(&inner)),
                Rule::field_type => type_ = self.field_type(inner),
                _ => default = default.or_else(|| self.field_value(inner)),
            }
        }
        Some(FieldDeclaration { span, doc, name: name?, type_: type_?, default })
    }

    fn field_type(&mut self, pair: Pair<'_, Rule>) -> Option<FieldType> {
        let span = self.trimmed(&pair);
        let mut is_list = false;
        let mut word = None;
        let mut choice = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::kw_list => is_list = true,
                Rule::name => word = Some(self.name(&inner)),
                Rule::string => choice.push(self.text(&inner)),
                _ => {}
            }
        }
        let name = match word {
            Some(word) => FieldTypeName::Word(word),
            None => FieldTypeName::Choice(choice),
        };
        Some(FieldType { span, is_list, name })
    }

    /// The fields of a `with`.
    pub(super) fn fields(&mut self, pair: Pair<'_, Rule>) -> ThinVec<Field> {
        let fields = pair.into_inner().filter(|inner| inner.as_rule() == Rule::field);
        fields.filter_map(|field| self.field(field)).collect()
    }

    fn field(&mut self, pair: Pair<'_, Rule>) -> Option<Field> {
        let span = self.trimmed(&pair);
        let (mut name, mut value) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name if name.is_none() => name = Some(self.name(&inner)),
                _ => value = value.or_else(|| self.field_value(inner)),
            }
        }
        Some(Field { span, name: name?, value: value? })
    }

    /// The value of a field. `None` if the pair is a sign.
    fn field_value(&mut self, pair: Pair<'_, Rule>) -> Option<FieldValue> {
        if pair.as_rule() != Rule::list {
            return self.scalar(&pair).map(FieldValue::Scalar);
        }
        let span = self.trimmed(&pair);
        let values = pair.into_inner().filter_map(|inner| self.scalar(&inner)).collect();
        Some(FieldValue::List(span, values))
    }

    fn scalar(&mut self, pair: &Pair<'_, Rule>) -> Option<Scalar> {
        Some(match pair.as_rule() {
            Rule::string => Scalar::Text(self.text(pair)),
            Rule::integer => Scalar::Integer(self.at(pair)),
            Rule::duration => Scalar::Duration(self.at(pair), self.milliseconds(pair)),
            Rule::name => Scalar::Name(self.name(pair)),
            _ => return None,
        })
    }

    /// Reports a line of a block that does not parse.
    pub(super) fn broken_block_line(&mut self, pair: &Pair<'_, Rule>, kind: &BlockLine) {
        self.ast.broken = true;
        let range = self.at(pair).range();
        let written = self.written(range.clone());
        let continued = continued::end(self.source.text(), &written);
        let (diagnostic, end) = match self.lacks_indentation(&written, kind.rule) {
            Some((diagnostic, end)) => (diagnostic, continued.max(end)),
            None => (self.worded_block_line(range.start, self.whole_line(range), kind), continued),
        };
        self.report(diagnostic);
        self.reported_to = self.reported_to.max(end + 1);
    }

    /// The text of the block around a place, between its braces.
    fn block_around(&self, at: usize) -> &str {
        let text = self.source.text();
        let begin = text.get(..at).and_then(|before| before.rfind('{')).map_or(at, |open| open + 1);
        let end = text.get(at..).and_then(|behind| behind.find('}')).map_or(text.len(), |close| at + close);
        text.get(begin..end).unwrap_or_default()
    }

    fn worded_block_line(&self, start: usize, line: &str, kind: &BlockLine) -> Diagnostic {
        let tokens = tokens(line);
        let (at, expected) = farthest(kind.rule, line);
        let found = tokens.iter().find(|token| token.range.end > at);
        let end = tokens.iter().map(|token| token.range.end).filter(|&end| end <= at).max().unwrap_or(at);
        let range = found.map_or(end..end, |token| token.range.clone());
        let span = self.span(start + range.start..start + range.end);
        let expected = match at {
            0 => kind.first.to_owned(),
            _ => words::expected(&expected, LineContext::Policy, false),
        };
        let message = match found {
            Some(token) => format!("expected {expected}, found {}", quote(token.text)),
            None => format!("expected {expected}, but the line ends here"),
        };
        let meant = (kind.meant)(line, &tokens).filter(|meant| reads(kind.rule, meant));
        let whole = self.span(start..start + line.len());
        let help = match &meant {
            Some(meant) => format!("write `{meant}`"),
            None => (kind.help)(line, self.block_around(start)).unwrap_or_else(|| kind.form.to_owned()),
        };
        Diagnostic::new(&codes::SYNTAX, span, message)
            .here(format!("expected {}", words::shortest(&expected)))
            .help(help)
            .fix(meant.map(|meant| Fix::write(whole, meant)))
    }
}

/// Whether a word may be meant for `sets`.
fn is_sets(word: &str) -> bool {
    matches!(word, "sets" | "output" | "outputs" | "gives" | "stores" | "saves" | "fills")
        || nearest(word, ["sets"]).is_some()
}

/// What a broken `sets` was meant to be: `sets a b`, `sets a, b if found`, `sets a on found, missing`.
fn meant_sets(rest: &str) -> Option<String> {
    let rest = rest.trim_start_matches([':', '=']).trim().replace(['"', '$', '{', '}'], "");
    let rest = rest.strip_suffix(" on *").unwrap_or(&rest);
    if rest.ends_with(" on") {
        return None;
    }
    let words = |text: &str| -> Vec<String> {
        let text = text.replace(" and ", " ").replace(" or ", " ");
        let words = text.split([',', ' ', '|', '/']).map(str::trim).filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    let behind = [" on ", " if ", " when ", " behind ", " after ", " for "];
    let split = behind.iter().filter_map(|word| rest.split_once(word)).min_by_key(|(names, _)| names.len());
    let (names, outcomes) = split.unwrap_or((rest, ""));
    // `sets a on found, b on missing` is two lines.
    if behind.iter().any(|word| outcomes.contains(word)) {
        return None;
    }
    let names = words(names);
    let on = words(outcomes);
    let on = if on.is_empty() { String::new() } else { format!(" on {}", on.join(" | ")) };
    (!names.is_empty()).then(|| format!("sets {}{on}", names.join(", ")))
}

/// What a broken line of a declared kind was meant to be: `url: url`, `with url = url`, `outcomes a | b`.
fn meant_field(line: &str, tokens: &[Token<'_>]) -> Option<String> {
    let first = tokens.first().filter(|first| first.kind == TokenKind::Word)?;
    let rest = line.get(first.range.end..)?.trim();
    // `on found sets due`
    if matches!(first.text, "on" | "if" | "when" | "behind" | "after")
        && let Some(sets) = tokens.iter().find(|token| is_sets(token.text))
        && let Some((on, names)) = rest.split_once(sets.text)
    {
        return meant_sets(&format!("{} on {}", names.trim(), on.trim()));
    }
    let is_outcome = matches!(
        first.text,
        "outcome"
            | "outcomes"
            | "on"
            | "exit"
            | "exits"
            | "result"
            | "results"
            | "returns"
            | "event"
            | "events"
    ) || nearest(first.text, ["outcome"]).is_some();
    if is_outcome && tokens.iter().any(|token| matches!(token.kind, TokenKind::String | TokenKind::Quoted)) {
        return super::kind_outcomes::meant(tokens);
    }
    if is_outcome {
        let names = rest.trim_start_matches([':', '=']).replace(['|', ';', '/', ','], ", ");
        let mut names = format!(" {}", names.replace(" or ", ", "));
        // `not found` is one outcome.
        for first in ["not", "no", "opt", "opted", "timed", "hung", "too"] {
            names = names.replace(&format!(" {first} "), &format!(" {first}_"));
        }
        let names: Vec<&str> =
            names.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty()).collect();
        return Some(format!("outcome {}", names.join(", ")));
    }
    if is_sets(first.text)
        && let Some(meant) = meant_sets(rest).filter(|meant| reads(Rule::kind_line, meant))
    {
        return Some(meant);
    }
    let is_field = matches!(
        first.text,
        "with" | "field" | "param" | "input" | "let" | "property" | "attribute" | "arg" | "argument" | "set"
    ) || nearest(first.text, ["with"]).is_some();
    let field = if is_field { rest } else { line.trim() };
    let (name, type_) = match field.split_once(':') {
        Some((name, type_)) => (name.trim(), type_.trim()),
        // `with url = url`, `with url url`
        None if !is_field => return None,
        None => field
            .split_once(['=', ' '])
            .map(|(name, rest)| (name.trim(), rest.trim_start_matches(['=', ' '])))?,
    };
    let type_ = type_.strip_suffix([',', ';']).unwrap_or(type_);
    let type_ = super::kind_fields::meant_type(type_).unwrap_or_else(|| type_.to_owned());
    Some(format!("with {name}: {type_}"))
}
