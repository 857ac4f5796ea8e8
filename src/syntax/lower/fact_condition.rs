//! Lowers conditions about facts from infix to postfix order.

use pest::iterators::Pair;

use super::Lower;
use super::postfix::{Operator, Parenthesized, Token, postfix};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::policy::Operator as Sign;
use crate::source::Span;
use crate::syntax::ast::{Comparison, FactCondition, FactOp, Literal, Name};
use crate::syntax::codes;
use crate::syntax::grammar::Rule;

/// What a condition is called where its parentheses do not match, and how it is written.
const CONDITION: Parenthesized = Parenthesized {
    what: "condition",
    example: "(purpose = \"sales\" or purpose = \"charity\") and voice != \"live\"",
    simpler: "or write a rule for each case",
};

impl From<Operator> for FactOp {
    fn from(operator: Operator) -> Self {
        match operator {
            Operator::Not => Self::Not,
            Operator::And => Self::And,
            Operator::Or => Self::Or,
        }
    }
}

impl Lower<'_> {
    /// What follows `when` or `require fact`. `None` if it is invalid, which is reported.
    pub(super) fn fact_condition(&mut self, pair: Pair<'_, Rule>) -> Option<FactCondition> {
        let inner =
            pair.into_inner().find(|inner| matches!(inner.as_rule(), Rule::fact_condition | Rule::name))?;
        let span = self.trimmed(&inner);
        if inner.as_rule() == Rule::name {
            let fact = self.name(&inner);
            return Some(FactCondition {
                span,
                ops: vec![FactOp::Compare(Comparison { span, fact, test: None })],
            });
        }
        let mut tokens = Vec::new();
        for token in inner.into_inner() {
            tokens.push(match token.as_rule() {
                Rule::kw_not => Token::Not,
                Rule::kw_and => Token::And,
                Rule::kw_or => Token::Or,
                Rule::opening => Token::Open(self.at(&token)),
                Rule::closing => Token::Close(self.at(&token)),
                _ => {
                    self.compared(token, &mut tokens)?;
                    continue;
                }
            });
        }
        match postfix(tokens) {
            Ok(ops) => Some(FactCondition { span, ops }),
            Err(fault) => {
                self.report_parenthesis(&fault, span, &CONDITION);
                None
            }
        }
    }

    /// `FACT OP VALUE`, `FACT = VALUE | VALUE`, `FACT in (VALUE, VALUE)`. `None` if the operator does not fit the values,
    /// which is reported.
    fn compared(&mut self, pair: Pair<'_, Rule>, tokens: &mut Vec<Token<FactOp>>) -> Option<()> {
        let span = self.trimmed(&pair);
        let is_among = pair.as_rule() == Rule::fact_among;
        let (mut fact, mut operator, mut is_negated) = (None, None, false);
        let mut values: Vec<Literal> = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => fact = Some(self.name(&inner)),
                Rule::kw_within => operator = Some((Sign::Within, self.at(&inner))),
                Rule::operator => {
                    operator = Sign::from_sign(inner.as_str()).map(|sign| (sign, self.at(&inner)));
                }
                Rule::kw_in => operator = Some((Sign::Equal, self.at(&inner))),
                Rule::kw_not => is_negated = true,
                _ => values.extend(self.literal(&inner)),
            }
        }
        let fact = fact?;
        let (sign, at) = operator.unwrap_or((Sign::Equal, fact.span));
        let whole = Span { start: at.start, ..span };
        let is_plain = is_among && !is_negated && values.len() == 1;
        self.check_sign(sign, at, &values, is_among.then_some((whole, is_plain)))?;
        if values.len() > 1 && sign != Sign::Equal {
            self.report_several(fact, (sign, at), &values, span);
            return None;
        }
        if is_negated {
            tokens.push(Token::Not);
        }
        // One operand, whatever binds more tightly than `or`.
        tokens.push(Token::Open(span));
        for (number, value) in values.into_iter().enumerate() {
            if number > 0 {
                tokens.push(Token::Or);
            }
            let test = Some((sign, value));
            let span = if is_among { span } else { Span { start: fact.span.start, ..span } };
            tokens.push(Token::Operand(FactOp::Compare(Comparison { span, fact, test })));
        }
        tokens.push(Token::Close(span));
        Some(())
    }

    /// Reports a text that is compared by size.
    /// `among` is the list with its `in`, and whether it has one value and no `not` before it.
    fn check_sign(
        &mut self,
        sign: Sign,
        at: Span,
        values: &[Literal],
        among: Option<(Span, bool)>,
    ) -> Option<()> {
        let has_times = values.iter().any(|value| matches!(value, Literal::Times(_)));
        let has_text = values.iter().any(|value| matches!(value, Literal::Text(_)));
        if has_times && sign != Sign::Within {
            let only = values.first().and_then(|value| match value {
                Literal::Times(times) => Some(times.span),
                _ => None,
            });
            let only = only.zip(among.filter(|(_, is_plain)| *is_plain).map(|(whole, _)| whole));
            self.report_compared_times(sign, at, among.is_some(), only);
            return None;
        }
        if !has_text || matches!(sign, Sign::Equal | Sign::NotEqual) {
            return Some(());
        }
        let written = quote(sign.sign());
        let diagnostic = Diagnostic::new(
            &codes::SYNTAX,
            at,
            format!("{written} compares only numbers, durations and dates"),
        )
        .here("texts cannot be compared with this")
        .help("compare a text with `=` or `!=`");
        self.broken_rule(diagnostic);
        None
    }

    /// Reports `hours = mon..fri 9:00..17:00`: whether times are allowed is asked by `within`.
    /// `only` is the one value of a list, and the list with its `in`.
    fn report_compared_times(&mut self, sign: Sign, at: Span, is_among: bool, only: Option<(Span, Span)>) {
        let instead = match sign {
            Sign::Equal | Sign::AtMost | Sign::Less if !is_among => Some("within"),
            _ => None,
        };
        let text = self.source.text();
        let blank = |is_there: bool| if is_there { "" } else { " " };
        let before = blank(text.get(..at.range().start).is_some_and(|text| text.ends_with([' ', '\t'])));
        let after = blank(text.get(at.range().end..).is_some_and(|text| text.starts_with([' ', '\t'])));
        let written = quote(if is_among { "in" } else { sign.sign() });
        let diagnostic =
            Diagnostic::new(&codes::SYNTAX, at, format!("{written} does not compare days and times"))
                .here("times follow")
                .help("write `within`, as in `hours within mon..fri 9:00..20:00`, or `not within`")
                .fix(instead.map(|word| {
                    Fix::new("Ask whether they are within these times", at, format!("{before}{word}{after}"))
                }));
        let of_list = only.map(|(times, whole)| {
            let within = format!("within {}", self.source.slice(times.range()));
            Fix::new("Ask whether they are within these times", whole, within)
        });
        self.broken_rule(diagnostic.fix(of_list));
    }

    /// Reports `purpose != "sales" | "charity"`, which can be read in two ways, and `rings > 3 | 4`.
    fn report_several(&mut self, fact: Name, (sign, at): (Sign, Span), values: &[Literal], span: Span) {
        let text = |span: Span| self.source.slice(span.range());
        let message = format!("{} compares with one value", quote(sign.sign()));
        let diagnostic = Diagnostic::new(&codes::SYNTAX, at, message).here("several values follow");
        let whole = text(span);
        let listed =
            whole.get((at.end - span.start) as usize..).map(|listed| listed.trim().replace(" | ", ", "));
        let instead = listed
            .filter(|_| sign == Sign::NotEqual)
            .map(|listed| format!("{} not in ({listed})", text(fact.span)));
        let diagnostic = match instead {
            Some(instead) => diagnostic
                .help(format!("write `{instead}` for none of them"))
                .fix(Some(Fix::new("Say that it is none of them", span, instead))),
            None => diagnostic.help(format!(
                "write one comparison for each of the {} values, with `or` between them",
                values.len()
            )),
        };
        self.broken_rule(diagnostic);
    }
}
