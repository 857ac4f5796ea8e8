//! What the branches of a `decide` compare.

use super::asked_hours::asked_words;
use super::conditions::Read;
use super::variables::ValueUser;
use super::{Resolver, ScopeId, codes};
use crate::condition::{INPUT, comparison};
use crate::diagnostics::Diagnostic;
use crate::flow::{Alternative, Comparison, Constant, EventKind};
use crate::syntax::ast::{Arm, When};

impl Resolver<'_> {
    /// What makes a transition the arm of a `decide`; `None` for `else`.
    pub(super) fn arm(&mut self, scope: ScopeId, arm: &Arm) -> Option<Read> {
        let comparison = match arm {
            Arm::When(when) => self.compared(scope, when),
            Arm::Hours(asked) => self.asked(scope, asked),
            Arm::Else(_) => return None,
        };
        let broken = comparison.is_none();
        let event = match comparison {
            Some(compared) => {
                let name = self.flow.variables[compared.variable].name.clone();
                let (word, raw) = match self.flow.hours_of(compared.variable) {
                    Some((_, hours)) => asked_words(hours, &compared),
                    None => comparison_words(&name, &compared),
                };
                let id = self.flow.comparisons.push(compared);
                crate::flow::Event::new(EventKind::Comparison(id), &word, &raw)
            }
            // What is broken is already reported.
            None => crate::flow::Event::new(EventKind::Raw, "when", "when"),
        };
        let event = self.conditions.events.push(event);
        let alternatives = vec![Alternative { event, span: arm.span() }];
        Some(Read { alternatives, raw: broken, broken })
    }

    fn compared(&mut self, scope: ScopeId, when: &When) -> Option<Comparison> {
        let variable = self.compared_variable(scope, when.name, ValueUser::When);
        let mut values = Vec::with_capacity(when.values.len());
        for &value in &when.values {
            let constant = self.constant(value);
            values.extend(constant.filter(|constant| self.comparable(constant, value.span())));
        }
        let variable = variable?;
        if self.flow.variables[variable].name.as_ref() == INPUT
            && values.iter().any(|one| one.number().is_some())
        {
            self.diagnostics.push(
                Diagnostic::new(
                    &codes::MISUSED_VALUE,
                    when.name.span,
                    format!("the platform calls the pressed key `{INPUT}`"),
                )
                .here("the comparison would be taken for a key")
                .help("give the variable or the contact field another name"),
            );
            return None;
        }
        (values.len() == when.values.len()).then_some(Comparison {
            variable,
            comparator: when.comparator,
            values,
            value_spans: when.values.iter().map(|value| value.span()).collect(),
            span: when.span,
            name_span: when.name.span,
        })
    }
}

/// A comparison as the language and as the platform write it.
fn comparison_words(name: &str, compared: &Comparison) -> (String, String) {
    let values: Vec<String> = compared.values.iter().map(Constant::to_string).collect();
    let word = format!("{name} {} {}", compared.comparator.word(), values.join(" | "));
    let raw: Vec<String> =
        compared.values.iter().map(|value| comparison(name, compared.comparator, value)).collect();
    (word, raw.join("|"))
}
