//! A `decide`: a CASE where every arm asks for texts of one variable, and otherwise an IF for each value.

use super::actions;
use super::build::{Builder, To};
use super::names::variable;
use super::script::When;
use crate::diagnostics::quote;
use crate::flow::{Comparator, Comparison, Constant, NodeId, Transition, VariableId};

impl Builder<'_> {
    /// The actions that ask the arms one after another.
    pub(super) fn decide(&mut self, id: NodeId) {
        let flow = self.flow;
        let mut arms: Vec<(&Comparison, &Transition)> = Vec::new();
        let mut otherwise = None;
        for transition in flow.branches(id) {
            match flow.comparison(transition) {
                Some((_, comparison)) => arms.push((comparison, transition)),
                None => otherwise = Some(transition),
            }
        }
        let label = flow.nodes[id].id.to_string();
        for (comparison, _) in &arms {
            self.report_comparison(comparison);
        }
        if let Some(name) = case_variable(&arms) {
            let set = [("Variable", variable(&flow.variables[name].name))];
            let case = self.add(&actions::CASE, label, Some(id), &set, None);
            for (comparison, transition) in &arms {
                let Some(to) = self.target(transition) else { continue };
                for value in &comparison.values {
                    if let Constant::Text(text) = value {
                        self.lead(case, to, When::Case(text.to_string()));
                    }
                }
            }
            if let Some(to) = otherwise.and_then(|transition| self.target(transition)) {
                self.lead(case, to, When::Default);
            }
            return;
        }
        // The branch that leads to the next question.
        let mut open: Option<(usize, &'static str)> = None;
        for (comparison, transition) in &arms {
            let name = variable(&flow.variables[comparison.variable].name);
            for value in &comparison.values {
                let asks = [("Expression", expression(&name, comparison.comparator, value))];
                let question = self.add(&actions::IF, label.clone(), Some(id), &asks, None);
                if let Some((before, branch)) = open {
                    self.lead_named(before, &actions::IF, branch, To::Action(question));
                }
                let (fits, other) = match comparison.comparator {
                    Comparator::NotEqual => ("False", "True"),
                    _ => ("True", "False"),
                };
                if let Some(to) = self.target(transition) {
                    self.lead_named(question, &actions::IF, fits, to);
                }
                open = Some((question, other));
            }
        }
        if let Some((last, branch)) = open
            && let Some(to) = otherwise.and_then(|transition| self.target(transition))
        {
            self.lead_named(last, &actions::IF, branch, to);
        }
    }

    fn report_comparison(&mut self, comparison: &Comparison) {
        let compared = &self.flow.variables[comparison.variable];
        if compared.hours.is_some() {
            let name = quote(&compared.name);
            self.not_said(
                comparison.span,
                format!("a script of Studio does not know the opening hours {name}"),
                "keep the hours in a profile of the tenant, and ask it by a declared kind whose outcomes say the answer",
            );
        } else if comparison.comparator.needs_text() {
            self.not_said(
                comparison.span,
                format!(
                    "no public source shows how a script of Studio asks {}",
                    quote(comparison.comparator.word())
                ),
                "compare with whole values, or have a service decide and give the answer in a variable",
            );
        }
    }
}

/// The variable that all arms compare with texts by `=`, if a CASE says the same.
fn case_variable(arms: &[(&Comparison, &Transition)]) -> Option<VariableId> {
    let (first, _) = arms.first()?;
    let values: usize = arms.iter().map(|(comparison, _)| comparison.values.len()).sum();
    let is_case = arms.iter().all(|(comparison, _)| {
        let is_text = |value: &Constant| matches!(value, Constant::Text(_));
        comparison.variable == first.variable
            && comparison.comparator == Comparator::Equal
            && comparison.values.iter().all(is_text)
    });
    (is_case && values > 1).then_some(first.variable)
}

/// An expression of Studio. The documentation shows `=`, `>` and `<`; whole numbers need no more. What is unequal is
/// asked for by its opposite.
fn expression(name: &str, comparator: Comparator, value: &Constant) -> String {
    match value {
        Constant::Text(text) => format!("{name}=\"{text}\""),
        Constant::Number(number) => match comparator {
            Comparator::Less => format!("{name}<{number}"),
            Comparator::AtMost => format!("{name}<{}", number.saturating_add(1)),
            Comparator::More => format!("{name}>{number}"),
            Comparator::AtLeast => format!("{name}>{}", number.saturating_sub(1)),
            _ => format!("{name}={number}"),
        },
    }
}
