//! Lowers selectors from infix to postfix order.

use pest::iterators::Pair;

use super::Lower;
use super::declaration::is_name;
use crate::diagnostics::{Diagnostic, Fix};
use crate::source::Span;
use crate::syntax::ast::{Selector, SelectorOp};
use crate::syntax::codes;
use crate::syntax::grammar::Rule;

/// How deeply parentheses may nest.
const DEEPEST: usize = 128;

/// A token of a selector.
enum Token {
    Pick(SelectorOp),
    Not,
    And,
    Or,
    Open(Span),
    Close(Span),
}

/// An operator or parenthesis that waits for its right operand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Waiting {
    Open(Span),
    Or,
    And,
    Not,
}

impl Waiting {
    /// Its precedence.
    fn precedence(self) -> u8 {
        match self {
            Self::Open(_) => 0,
            Self::Or => 1,
            Self::And => 2,
            Self::Not => 3,
        }
    }
}

/// A mistake in parentheses, and its place.
#[derive(Debug, PartialEq, Eq)]
enum ParenthesisFault {
    Unopened(Span),
    Unclosed(Span),
    TooDeep(Span),
}

impl Lower<'_> {
    /// A selector. `None` if its parentheses do not match, which is reported.
    pub(super) fn selector(&mut self, pair: Pair<'_, Rule>) -> Option<Selector> {
        let span = self.trimmed(&pair);
        let text = self.source.slice(span.range());
        // If a part of the selector may be meant, it is unclear where the group ends.
        let one_group = text.starts_with('(') && text.matches('(').count() == 1;
        let tokens: Vec<Token> = pair.into_inner().filter_map(|inner| self.selector_token(inner)).collect();
        let fault = match postfix(tokens) {
            Ok(ops) => return Some(Selector { span, ops }),
            Err(fault) => fault,
        };
        self.broken_rule(match fault {
            ParenthesisFault::Unopened(at) => Diagnostic::new(&codes::SYNTAX, at, "this `)` closes nothing")
                .here("no `(` before it")
                .help("take it out, or open the group with `(`"),
            ParenthesisFault::Unclosed(at) => Diagnostic::new(&codes::SYNTAX, at, "this `(` has no `)`")
                .here("opened here")
                .label(Span { start: span.end, ..span }, "the selector ends here")
                .help("close it with `)`, as in `(agent | callback) & @sales`")
                .fix(one_group.then(|| Fix::new("Close the group", span.after(), ")"))),
            ParenthesisFault::TooDeep(at) => Diagnostic::new(
                &codes::TOO_LARGE,
                at,
                format!("this selector nests parentheses deeper than {DEEPEST}"),
            )
            .here("one too many")
            .help("take out the parentheses that group nothing, or pick the nodes by a tag: `@tag`"),
        });
        None
    }

    fn selector_token(&mut self, pair: Pair<'_, Rule>) -> Option<Token> {
        Some(match pair.as_rule() {
            Rule::kind => Token::Pick(SelectorOp::Kind(self.kind(&pair)?)),
            Rule::any => Token::Pick(SelectorOp::Any),
            Rule::heard_in => {
                let text = pair.into_inner().find(|inner| inner.as_rule() == Rule::string)?;
                Token::Pick(SelectorOp::Language(self.text(&text)))
            }
            Rule::tag => Token::Pick(SelectorOp::Tag(self.tag(&pair))),
            Rule::picked => Token::Pick(self.picked(pair)?),
            rule @ (Rule::picked_set | Rule::picked_field | Rule::picked_disposition | Rule::picked_kind) => {
                let name = pair.into_inner().find(|inner| inner.as_rule() == Rule::name)?;
                let name = self.name(&name);
                Token::Pick(match rule {
                    Rule::picked_set => SelectorOp::Set(name),
                    Rule::picked_field => SelectorOp::With(name),
                    Rule::picked_kind => SelectorOp::Declared(name),
                    _ => SelectorOp::Disposition(name),
                })
            }
            Rule::kw_not => Token::Not,
            Rule::and => Token::And,
            Rule::bar => Token::Or,
            Rule::opening => Token::Open(self.at(&pair)),
            Rule::closing => Token::Close(self.at(&pair)),
            _ => return None,
        })
    }

    /// `=NODE` or `=NODE on CONDITION`.
    fn picked(&mut self, pair: Pair<'_, Rule>) -> Option<SelectorOp> {
        let mut node = None;
        let mut condition = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                rule if is_name(rule) => node = Some(self.name(&inner)),
                Rule::pick_condition => condition = Some(self.condition(inner)),
                _ => {}
            }
        }
        Some(match condition {
            Some(condition) => SelectorOp::Taken(node?, condition),
            None => SelectorOp::Node(node?),
        })
    }
}

/// The operations in postfix order. The grammar makes sure that there is a `|` or a `&` between two operands; only
/// parentheses may not match.
fn postfix(tokens: impl IntoIterator<Item = Token>) -> Result<Vec<SelectorOp>, ParenthesisFault> {
    let mut ops = Vec::new();
    let mut waiting: Vec<Waiting> = Vec::new();
    let mut depth = 0;
    for token in tokens {
        match token {
            Token::Pick(op) => ops.push(op),
            Token::Not => waiting.push(Waiting::Not),
            Token::And => {
                settle(&mut ops, &mut waiting, Waiting::And.precedence());
                waiting.push(Waiting::And);
            }
            Token::Or => {
                settle(&mut ops, &mut waiting, Waiting::Or.precedence());
                waiting.push(Waiting::Or);
            }
            Token::Open(at) => {
                depth += 1;
                if depth > DEEPEST {
                    return Err(ParenthesisFault::TooDeep(at));
                }
                waiting.push(Waiting::Open(at));
            }
            Token::Close(at) => {
                settle(&mut ops, &mut waiting, Waiting::Or.precedence());
                // Only the `(` may be left.
                if waiting.pop().is_none() {
                    return Err(ParenthesisFault::Unopened(at));
                }
                depth -= 1;
            }
        }
    }
    settle(&mut ops, &mut waiting, Waiting::Or.precedence());
    match waiting.pop() {
        Some(Waiting::Open(at)) => Err(ParenthesisFault::Unclosed(at)),
        _ => Ok(ops),
    }
}

/// Adds the waiting operators whose precedence is at least `precedence`.
fn settle(ops: &mut Vec<SelectorOp>, waiting: &mut Vec<Waiting>, precedence: u8) {
    while let Some(last) = waiting.pop_if(|last| last.precedence() >= precedence) {
        match last {
            Waiting::Not => ops.push(SelectorOp::Not),
            Waiting::And => ops.push(SelectorOp::And),
            Waiting::Or => ops.push(SelectorOp::Or),
            Waiting::Open(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Diagnostics;
    use crate::flow::policy::Form;
    use crate::source::Sources;
    use crate::syntax::ast::{Ast, Declaration, Demand, Rule};

    fn parse(text: &str) -> (Sources, Ast, Diagnostics) {
        let mut sources = Sources::default();
        let file = sources.add(crate::source::Source::new("a", "a", text.as_bytes().to_vec()));
        let mut diagnostics = Diagnostics::default();
        let ast = crate::syntax::parse(&sources, file, &mut diagnostics);
        (sources, ast, diagnostics)
    }

    fn postfix_of(selector: &str) -> String {
        let (sources, ast, diagnostics) = parse(&format!("policy p {{ forbid {selector} }}\n"));
        assert_eq!(
            diagnostics.iter().map(|finding| &*finding.message).collect::<Vec<_>>(),
            Vec::<&str>::new()
        );
        let Declaration::Policy(policy) = &ast.items[0].declaration else { panic!() };
        let Rule { demand: Demand::Paths(Form::Forbid(selector)), .. } = &policy.rules[0] else { panic!() };
        let words = selector.ops.iter().map(|op| match op {
            SelectorOp::Kind(kind) => kind.word().to_owned(),
            SelectorOp::Node(name) => format!("={}", sources.text(name.span)),
            SelectorOp::Tag(tag) => format!("@{}", sources.text(*tag)),
            SelectorOp::Taken(name, condition) => {
                format!("={}[{}]", sources.text(name.span), sources.text(condition.span))
            }
            SelectorOp::Set(name) => format!("set:{}", sources.text(name.span)),
            SelectorOp::With(name) => format!("with:{}", sources.text(name.span)),
            SelectorOp::Disposition(name) => format!("disposition:{}", sources.text(name.span)),
            SelectorOp::Declared(name) => format!("kind:{}", sources.text(name.span)),
            SelectorOp::Any => "any".to_owned(),
            SelectorOp::Language(text) => format!("language {}", sources.text(text.span)),
            SelectorOp::Not => "!".to_owned(),
            SelectorOp::And => "&".to_owned(),
            SelectorOp::Or => "|".to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn not_binds_tightest_then_and_then_or() {
        for (written, expected) in [
            ("agent", "agent"),
            ("agent | callback", "agent callback |"),
            ("@a | @b & @c", "@a @b @c & |"),
            ("@a & @b | @c", "@a @b & @c |"),
            ("not @a & @b", "@a ! @b &"),
            ("@a & not @b | not @c", "@a @b ! & @c ! |"),
            ("not not @a", "@a ! !"),
            ("not (@a | @b) & @c", "@a @b | ! @c &"),
            ("not not (not @a)", "@a ! ! !"),
            ("(@a | @b) & (@c | @d)", "@a @b | @c @d | &"),
            ("((@a))", "@a"),
            ("@a | @b | @c", "@a @b | @c |"),
            ("any & not agent", "any agent ! &"),
        ] {
            assert_eq!(postfix_of(written), expected, "{written}");
        }
    }

    #[test]
    fn gives_a_condition_its_own_alternatives() {
        for (written, expected) in [
            ("=menu on 1", "=menu[1]"),
            ("=menu on 1 | 2..4 | timeout | agent", "=menu[1 | 2..4 | timeout] agent |"),
            ("=menu on 1 | =other on timeout | any", "=menu[1] =other[timeout] | any |"),
            ("=menu on 1 | not @b | (@c)", "=menu[1] @b ! | @c |"),
            ("=menu on \"x|y\" & @a", "=menu[\"x|y\"] @a &"),
            ("(=menu on 1 | 2) & @a", "=menu[1 | 2] @a &"),
            ("=`menu 1` | =es.menu", "=`menu 1` =es.menu |"),
            ("=menu on 1 | set card | with timeout", "=menu[1] set:card | with:timeout |"),
            ("=menu on 1 | disposition NO & @a", "=menu[1] disposition:NO @a & |"),
            ("=menu on set | timeout", "=menu[set | timeout]"),
            ("not set card & with disposition", "set:card ! with:disposition &"),
        ] {
            assert_eq!(postfix_of(written), expected, "{written}");
        }
    }

    fn nested(depth: usize) -> Vec<&'static str> {
        let text = format!("policy p {{ forbid {}@a{} }}\n", "(".repeat(depth), ")".repeat(depth));
        parse(&text).2.iter().map(|finding| finding.code.id).collect()
    }

    #[test]
    fn limits_the_depth_of_parentheses() {
        assert_eq!(nested(DEEPEST), Vec::<&str>::new());
        assert_eq!(nested(DEEPEST + 1), ["CX005"]);
    }
}
