//! What a policy expects, its rules, and the facts by which these bind a flow.

use jiff::ToSpan;
use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::{NameTarget, Resolver, ScopeId};
use crate::diagnostics::{Diagnostic, Severity};
use crate::flow::policy::{Comparison, Demand, Exempt, Expected, Expects, Rule, StartAfter, Value};
use crate::flow::policy::{FactCondition, FactOp, Operator};
use crate::source::Span;
use crate::syntax::ast::{self, Name};
use crate::syntax::codes::SYNTAX;

impl Resolver<'_> {
    /// What a policy expects of a flow. Reports what it expects twice.
    pub(super) fn expects(&mut self, scope: ScopeId, policy: &ast::Policy) -> Vec<Expects> {
        let mut expects: Vec<Expects> = Vec::with_capacity(policy.expects.len());
        let mut first: FxHashMap<(&str, Box<str>), Span> = FxHashMap::default();
        for written in &policy.expects {
            let (kind, name) = match &written.expected {
                ast::Expected::Fact(name, _) => ("fact", *name),
                ast::Expected::Tag(span) => ("tag", Name { span: *span, quoted: false }),
            };
            let text: Box<str> = self.name(name).as_ref().into();
            let expected = match &written.expected {
                ast::Expected::Fact(name, values) => {
                    self.record_use(NameTarget::Fact, name.span, name.span);
                    let values =
                        values.iter().filter_map(|value| self.fact_value(scope, value, BuiltText::Rule));
                    Expected::Fact { name: text.clone(), values: values.collect() }
                }
                ast::Expected::Tag(_) => Expected::Tag(text.clone()),
            };
            if let Some(&first) = first.get(&(kind, text.clone())) {
                self.report_duplicate(kind, name, first);
                continue;
            }
            first.insert((kind, text), name.span);
            let meaning = written.meaning.and_then(|meaning| self.text_not_sent(scope, meaning));
            expects.push(Expects { expected, meaning, span: written.span });
        }
        expects
    }

    /// The rules of a policy. `when` is what all of them depend on.
    pub(super) fn rules(
        &mut self,
        scope: ScopeId,
        policy: &ast::Policy,
        when: Option<&FactCondition>,
    ) -> Vec<Rule> {
        let mut rules: Vec<Rule> = Vec::with_capacity(policy.rules.len());
        let mut first: FxHashMap<Box<str>, Span> = FxHashMap::default();
        let mut unnamed = 0;
        for written in &policy.rules {
            let name: Box<str> = match written.name {
                Some(name) => self.name(name).as_ref().into(),
                None => {
                    unnamed += 1;
                    format!("rule-{unnamed}").into()
                }
            };
            if let Some(&first) = first.get(&name) {
                let again = written.name.unwrap_or(Name { span: written.span, quoted: false });
                self.report_duplicate("rule", again, first);
                continue;
            }
            first.insert(name.clone(), written.name.map_or(written.span, |name| name.span));
            if let Some(name) = written.name {
                self.record_use(NameTarget::Rule, name.span, written.span);
            }
            let rule = self.rule(scope, name, written, when);
            rules.push(rule);
        }
        rules
    }

    fn rule(
        &mut self,
        scope: ScopeId,
        name: Box<str>,
        written: &ast::Rule,
        of_policy: Option<&FactCondition>,
    ) -> Rule {
        let demand = match &written.demand {
            ast::Demand::Paths(form) => Demand::Paths(form.map(|selector| self.selector(scope, selector))),
            ast::Demand::Fact(condition) => {
                let condition = self.fact_condition(scope, condition);
                self.check_required_times(&condition);
                Demand::Fact(condition)
            }
            ast::Demand::Oblige(text) => {
                // An unknown duty is already reported, and must not look empty.
                let duty = self.built_text(scope, *text, BuiltText::Duty);
                Demand::Oblige(duty.unwrap_or_else(|| self.sources.text(text.span).into()))
            }
        };
        let own = written.when.as_ref().map(|own| self.fact_condition(scope, own));
        let when = match (of_policy.cloned(), own) {
            (Some(of_policy), Some(own)) => Some(of_policy.and(own)),
            (of_policy, own) => of_policy.or(own),
        };
        let exempt = written.exempt.iter().map(|exempt| self.exempt(scope, exempt)).collect();
        let (from, from_after) = self.start(written.from.as_ref());
        Rule {
            name,
            named: written.name.is_some(),
            doc: written.doc,
            span: written.span,
            severity: if written.warn { Severity::Warning } else { Severity::Error },
            demand,
            when,
            exempt,
            from,
            from_after,
            until: written.until.and_then(|span| self.date(span)),
        }
    }

    fn exempt(&mut self, scope: ScopeId, written: &ast::Exempt) -> Exempt {
        let when = self.fact_condition(scope, &written.when);
        // An unknown reason is already reported.
        let because = self.built_text(scope, written.because, BuiltText::Reason);
        if because.as_deref().is_some_and(|because| because.trim().is_empty()) {
            self.report_empty(
                written.because.span,
                "this `exempt` gives no reason",
                "name the law or the agreement that excepts these flows: reports show it",
            );
        }
        let because_span = written.because.span;
        Exempt {
            when,
            because: because.unwrap_or_else(|| self.sources.text(because_span).into()),
            because_span,
        }
    }

    /// Reports a `require fact HOURS not within …`, which one time outside would keep: whoever writes it wants no time to
    /// be inside.
    fn check_required_times(&mut self, condition: &FactCondition) {
        let not_within = |comparison: &&Comparison| matches!(comparison.test, Some((Operator::NotWithin, _)));
        for comparison in condition.comparisons().filter(not_within) {
            self.diagnostics.push(
                Diagnostic::new(&SYNTAX, comparison.span, "`not within` asks only whether some time is outside")
                    .here("one time outside is enough for this")
                    .help("write the times that are allowed, as in `require fact hours within mon..sat 8:00..21:00`"),
            );
        }
    }

    /// The day on which a rule comes into force, and the fact that it is counted from.
    fn start(&mut self, written: Option<&ast::Start>) -> (Option<Date>, Option<StartAfter>) {
        match written {
            None => (None, None),
            Some(ast::Start::Date(span)) => (self.date(*span), None),
            Some(ast::Start::After(name, days)) => {
                let fact: Box<str> = self.name(*name).as_ref().into();
                let declared = self.fact_places.get(&fact).copied().unwrap_or(name.span);
                self.record_use(NameTarget::Fact, name.span, declared);
                let stated = self.flow.facts.iter().find(|stated| stated.name == fact);
                let date = match stated.and_then(|stated| stated.value.as_ref()) {
                    Some(Value::Date(date)) => date.checked_add(i64::from(*days).days()).ok(),
                    _ => None,
                };
                (date, Some(StartAfter { fact, days: *days, span: name.span }))
            }
        }
    }

    /// A condition about facts, with each `not` worked into its comparisons.
    pub(super) fn fact_condition(&mut self, scope: ScopeId, written: &ast::FactCondition) -> FactCondition {
        // The ops of each operand so far.
        let mut operands: Vec<Vec<FactOp>> = Vec::new();
        for op in &written.ops {
            match op {
                ast::FactOp::Compare(comparison) => {
                    operands.push(vec![FactOp::Compare(self.comparison(scope, comparison))]);
                }
                ast::FactOp::Not => {
                    for op in operands.last_mut().into_iter().flatten() {
                        op.negate();
                    }
                }
                ast::FactOp::And | ast::FactOp::Or => {
                    let Some(right) = operands.pop() else { continue };
                    let Some(left) = operands.last_mut() else { continue };
                    left.extend(right);
                    left.push(if matches!(op, ast::FactOp::And) { FactOp::And } else { FactOp::Or });
                }
            }
        }
        FactCondition { ops: operands.pop().unwrap_or_default(), span: written.span }
    }

    fn comparison(&mut self, scope: ScopeId, written: &ast::Comparison) -> Comparison {
        let test = written
            .test
            .as_ref()
            .and_then(|(operator, value)| Some((*operator, self.fact_value(scope, value, BuiltText::Rule)?)));
        let name = self.name(written.fact);
        if let Some(&declared) = self.fact_places.get(name.as_ref()) {
            self.record_use(NameTarget::Fact, written.fact.span, declared);
        }
        Comparison { fact: self.name(written.fact).as_ref().into(), test, span: written.span }
    }
}
