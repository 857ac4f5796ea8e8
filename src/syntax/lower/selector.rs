//! Lowers selectors from infix to postfix order.

use pest::iterators::Pair;

use super::Lower;
use super::declaration::is_name;
use super::postfix::{Operator, Parenthesized, Token, postfix};
use crate::syntax::ast::{Selector, SelectorOp};
use crate::syntax::grammar::Rule;

/// What a selector is called where its parentheses do not match, and how it is written.
const SELECTOR: Parenthesized = Parenthesized {
    what: "selector",
    example: "(agent | callback) & @sales",
    simpler: "or pick the nodes by a tag: `@tag`",
};

impl From<Operator> for SelectorOp {
    fn from(operator: Operator) -> Self {
        match operator {
            Operator::Not => Self::Not,
            Operator::And => Self::And,
            Operator::Or => Self::Or,
        }
    }
}

impl Lower<'_> {
    /// A selector. `None` if its parentheses do not match, which is reported.
    pub(super) fn selector(&mut self, pair: Pair<'_, Rule>) -> Option<Selector> {
        let span = self.trimmed(&pair);
        let tokens: Vec<Token<SelectorOp>> =
            pair.into_inner().filter_map(|inner| self.selector_token(inner)).collect();
        match postfix(tokens) {
            Ok(ops) => Some(Selector { span, ops }),
            Err(fault) => {
                self.report_parenthesis(&fault, span, &SELECTOR);
                None
            }
        }
    }

    fn selector_token(&mut self, pair: Pair<'_, Rule>) -> Option<Token<SelectorOp>> {
        Some(match pair.as_rule() {
            Rule::kind => Token::Operand(SelectorOp::Kind(self.kind(&pair)?)),
            Rule::any => Token::Operand(SelectorOp::Any),
            Rule::heard | Rule::heard_in => {
                let text = pair.into_inner().find(|inner| inner.as_rule() == Rule::string);
                Token::Operand(match text {
                    Some(text) => SelectorOp::Language(self.text(&text)),
                    None => SelectorOp::Heard,
                })
            }
            Rule::pressed => Token::Operand(SelectorOp::Key),
            Rule::tag => Token::Operand(SelectorOp::Tag(self.tag(&pair))),
            Rule::picked => Token::Operand(self.picked(pair)?),
            rule @ (Rule::picked_set | Rule::picked_field | Rule::picked_disposition | Rule::picked_kind) => {
                let name = pair.into_inner().find(|inner| inner.as_rule() == Rule::name)?;
                let name = self.name(&name);
                Token::Operand(match rule {
                    Rule::picked_set => SelectorOp::Set(name),
                    Rule::picked_field => SelectorOp::With(name),
                    Rule::picked_kind => SelectorOp::Declared(name),
                    _ => SelectorOp::Disposition(name),
                })
            }
            Rule::kw_not => Token::Not,
            Rule::and => Token::And,
            Rule::bar | Rule::kw_or => Token::Or,
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

#[cfg(test)]
mod tests {
    use super::super::postfix::DEEPEST;
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
            SelectorOp::Heard => "heard".to_owned(),
            SelectorOp::Key => "key".to_owned(),
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
