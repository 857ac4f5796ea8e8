//! The rules of policies.

use pest::iterators::Pair;

use super::Lower;
use super::node::milliseconds;
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::policy::{Form, Operator};
use crate::source::Span;
use crate::syntax::ast::{self, Comparison, Demand, Literal, Selector};
use crate::syntax::codes;
use crate::syntax::grammar::Rule;

impl Lower<'_> {
    /// A rule; `None` where it parses and means nothing all the same, which is reported.
    pub(super) fn rule(&mut self, pair: Pair<'_, Rule>) -> Option<ast::Rule> {
        let span = self.trimmed(&pair);
        let doc = self.doc_above(span);
        let (mut warn, mut name, mut demand, mut when) = (false, None, None, None);
        let (mut from, mut until) = (None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::warn => warn = true,
                Rule::name => name = Some(self.name(&inner)),
                Rule::colon => {}
                Rule::when => when = Some(self.comparison(inner)?),
                Rule::from => from = self.date(inner),
                Rule::until => until = self.date(inner),
                _ => demand = Some(self.demand(inner)?),
            }
        }
        Some(ast::Rule { span, doc, warn, name, demand: demand?, when, from, until })
    }

    fn date(&self, pair: Pair<'_, Rule>) -> Option<Span> {
        pair.into_inner().find(|inner| inner.as_rule() == Rule::date).map(|date| self.at(&date))
    }

    fn demand(&mut self, pair: Pair<'_, Rule>) -> Option<Demand> {
        let rule = pair.as_rule();
        Some(match rule {
            Rule::require_fact => Demand::Fact(self.comparison(pair)?),
            Rule::oblige => {
                let text = pair.into_inner().find(|inner| inner.as_rule() == Rule::string)?;
                Demand::Oblige(self.text(&text))
            }
            Rule::limit => Demand::Paths(self.limit(pair)?),
            _ => Demand::Paths(self.order(pair)?),
        })
    }

    /// `require …` and `forbid …`.
    fn order(&mut self, pair: Pair<'_, Rule>) -> Option<Form<Selector>> {
        let forbids = pair.as_rule() == Rule::forbid;
        let mut inner = pair.into_inner();
        let subject = self.selector(inner.find(|inner| inner.as_rule() == Rule::selector)?)?;
        let Some(clause) = inner.next() else {
            return Some(if forbids { Form::Forbid(subject) } else { Form::Require(subject) });
        };
        let rule = clause.as_rule();
        if rule == Rule::every_path {
            return Some(Form::OnEveryPath(subject));
        }
        let other = self.selector_of(clause)?;
        let further = inner.next();
        Some(match (rule, forbids) {
            (Rule::before, true) => Form::ForbidBefore { forbidden: subject, then: other },
            (Rule::before, false) => {
                let since = match further {
                    Some(since) => Some(self.selector_of(since)?),
                    None => None,
                };
                Form::Before { first: subject, then: other, since }
            }
            (Rule::after, true) => Form::ForbidAfter { forbidden: subject, earlier: other },
            (Rule::after, false) => Form::After { later: subject, earlier: other },
            (Rule::reachable, _) => {
                let number = further.and_then(|within| within.into_inner().find(is_integer));
                let within = number.map(|number| number.as_str().parse().unwrap_or(u32::MAX));
                Form::Reachable { goal: subject, from: other, within }
            }
            _ => return None,
        })
    }

    fn limit(&mut self, pair: Pair<'_, Rule>) -> Option<Form<Selector>> {
        let mut what = Rule::selector;
        let mut most = 0;
        let mut subject = None;
        let (mut from, mut to) = (None, None);
        for inner in pair.into_inner() {
            let rule = inner.as_rule();
            match rule {
                Rule::kw_retries | Rule::kw_depth => what = rule,
                // More than can be counted is more than any flow has.
                Rule::integer => most = inner.as_str().parse().unwrap_or(u64::MAX),
                Rule::duration => (what, most) = (rule, milliseconds(inner.as_str())),
                Rule::since_step => from = Some(self.selector_of(inner)?),
                Rule::to_step => to = Some(self.selector_of(inner)?),
                Rule::selector => subject = Some(self.selector(inner)?),
                _ => {}
            }
        }
        Some(match what {
            Rule::kw_retries => Form::Retries(most),
            Rule::kw_depth => Form::Depth(most),
            Rule::duration => Form::Time { most, from, to },
            _ => Form::Count(most, subject?),
        })
    }

    /// The selector of a part of a rule.
    fn selector_of(&mut self, pair: Pair<'_, Rule>) -> Option<Selector> {
        let selector = pair.into_inner().find(|inner| inner.as_rule() == Rule::selector)?;
        self.selector(selector)
    }

    /// `FACT OP VALUE`; `None` where the two do not compare, which is reported.
    fn comparison(&mut self, pair: Pair<'_, Rule>) -> Option<Comparison> {
        let whole = self.trimmed(&pair);
        let (mut fact, mut operator, mut value) = (None, None, None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => fact = Some(self.name(&inner)),
                Rule::operator => {
                    operator = Operator::from_sign(inner.as_str()).map(|sign| (sign, self.at(&inner)));
                }
                _ => value = self.literal(&inner).or(value),
            }
        }
        let fact = fact?;
        let span = self.span(fact.span.range().start..whole.range().end);
        let Some(((operator, sign), value)) = operator.zip(value) else {
            return Some(Comparison { span, fact, test: None });
        };
        if matches!(value, Literal::Text(_)) && !matches!(operator, Operator::Equal | Operator::NotEqual) {
            let written = quote(operator.sign());
            let diagnostic = Diagnostic::new(
                &codes::SYNTAX,
                sign,
                format!("{written} compares numbers, durations and dates"),
            )
            .here("no comparison of texts")
            .help("a text is the same or another: write `=` or `!=`");
            self.broken_rule(diagnostic);
            return None;
        }
        Some(Comparison { span, fact, test: Some((operator, value)) })
    }

    /// Reports a rule that parses and can not be.
    pub(super) fn broken_rule(&mut self, diagnostic: Diagnostic) {
        self.ast.broken = true;
        self.report(diagnostic);
    }
}

fn is_integer(pair: &Pair<'_, Rule>) -> bool {
    pair.as_rule() == Rule::integer
}
