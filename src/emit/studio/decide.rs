//! A `decide`: a CASE where every arm asks for texts of one variable, and otherwise an IF for each value. Opening hours are
//! those of a profile of the tenant, which HOURS asks.

use super::actions::{self, ActionFacts};
use super::build::{Builder, To};
use super::codes::HOURS_OF_TENANT;
use super::names::variable;
use super::script::When;
use crate::diagnostics::{Diagnostic, list_of, quote};
use crate::flow::{Comparator, Comparison, Constant, Flow, HoursId, NodeId, Transition, VariableId};
use crate::source::Span;

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
        if let Some(name) = case_variable(flow, &arms) {
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
        // Questions of one kind in a row have the same label, as a script is read by its labels.
        let (mut group, mut last_asks_hours) = (0, None);
        // The branch that leads to the next question.
        let mut open: Option<(usize, When)> = None;
        for (comparison, transition) in &arms {
            let is_negated = comparison.comparator == Comparator::NotEqual;
            for value in &comparison.values {
                let asks_hours = flow.variables[comparison.variable].hours.is_some();
                group += usize::from(asks_hours || last_asks_hours != Some(false));
                last_asks_hours = Some(asks_hours);
                let label = if group > 1 { format!("{label} {group}") } else { label.clone() };
                let (question, ways) = self.question(label, id, comparison, value);
                if let Some((before, branch)) = open {
                    self.lead(before, To::Action(question), branch);
                }
                let [is_so, is_not] = ways;
                let (fits, other) = if is_negated { (is_not, is_so) } else { (is_so, is_not) };
                if let Some(to) = self.target(transition) {
                    self.lead(question, to, fits);
                }
                open = Some((question, other));
            }
        }
        if let Some((last, branch)) = open
            && let Some(to) = otherwise.and_then(|transition| self.target(transition))
        {
            self.lead(last, to, branch);
        }
    }

    /// The action that asks one thing, with its branches for yes and for no.
    fn question(
        &mut self,
        label: String,
        id: NodeId,
        comparison: &Comparison,
        value: &Constant,
    ) -> (usize, [When; 2]) {
        let compared = &self.flow.variables[comparison.variable];
        if compared.hours.is_some() {
            let profile = self.settings.profile(&compared.name).unwrap_or_default().to_owned();
            let question = self.add(&actions::HOURS, label, Some(id), &[("Profile", profile)], None);
            // Whatever else the profile says, such as a holiday, nobody is there then.
            return (question, [named(&actions::HOURS, "OnOpen"), When::Default]);
        }
        let asks = [("Expression", expression(&variable(&compared.name), comparison.comparator, value))];
        let question = self.add(&actions::IF, label, Some(id), &asks, None);
        (question, [named(&actions::IF, "True"), named(&actions::IF, "False")])
    }

    /// Reports what is not known of the profile that stands for opening hours, and that it is not in the flow.
    fn report_hours(&mut self, hours: HoursId, asked: Span) {
        let (name, declared) = (self.flow.hours[hours].name.to_string(), self.flow.hours[hours].span);
        let mut lacking = Vec::new();
        let mut lines = Vec::new();
        if self.settings.library_id(&actions::HOURS).is_none() {
            lacking.push("the library id of the action HOURS");
            lines.push(
                "`library_ids = [\"HOURS=ID\"]` with the `libraryId` that a script of the tenant has"
                    .to_owned(),
            );
        }
        if self.settings.profile(&name).is_none() {
            lacking.push("the tenant's profile");
            lines.push(format!("`hours = [\"{name}=PROFILE\"]`"));
        }
        if !lacking.is_empty() {
            let lacking: Vec<String> = lacking.into_iter().map(str::to_owned).collect();
            self.lacks(
                format!(
                    "a script asks a profile of the tenant for the opening hours {}, and {} {} not known",
                    quote(&name),
                    list_of(&lacking, "and"),
                    if lacking.len() > 1 { "are" } else { "is" }
                ),
                format!("write {} under `[studio]` in `cxflow.toml`", list_of(&lines, "and")),
                asked,
            );
        } else if let Some(profile) = self.settings.profile(&name) {
            let message = format!(
                "in a script of Studio, {} are open when the tenant's profile {} says so",
                quote(&name),
                quote(profile)
            );
            self.findings.push(
                Diagnostic::new(&HOURS_OF_TENANT, declared, message)
                    .here("not in the script")
                    .help("keep the profile as this table is: tests and rules reckon with the table"),
            );
        }
    }

    fn report_comparison(&mut self, comparison: &Comparison) {
        let compared = &self.flow.variables[comparison.variable];
        if let Some(hours) = compared.hours {
            self.report_hours(hours, comparison.span);
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

/// A branch of an action by its name.
fn named(facts: &ActionFacts, name: &'static str) -> When {
    When::Named(name.into(), facts.branch(name).unwrap_or(0))
}

/// The variable that all arms compare with texts by `=`, if a CASE says the same.
fn case_variable(flow: &Flow, arms: &[(&Comparison, &Transition)]) -> Option<VariableId> {
    let (first, _) = arms.first()?;
    let values: usize = arms.iter().map(|(comparison, _)| comparison.values.len()).sum();
    let is_case = arms.iter().all(|(comparison, _)| {
        let is_text = |value: &Constant| matches!(value, Constant::Text(_));
        comparison.variable == first.variable
            && flow.variables[first.variable].hours.is_none()
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
