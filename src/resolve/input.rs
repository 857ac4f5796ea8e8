//! What nodes say about keys: how long a call waits for them, how many digits are entered, and what these become.

use super::placeholders::Reader;
use super::{Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{Action, Digits, Directive, EndKey, EntryVariable, Input, NodeId, NodeSet, Outcome, Wait};
use crate::source::Span;
use crate::syntax::ast::{self, Opt, OptionKind};

impl Resolver<'_> {
    /// In `collect menu wait 5s { say "…"; collect "…" }`, the options apply to the prompt.
    pub(super) fn set_header_input(&mut self, scope: ScopeId, own: &mut Action, node: &ast::Node) {
        for option in &node.options {
            self.set_input(scope, own, option);
        }
    }

    /// Sets what an option says about keys, unless another one has said so.
    pub(super) fn set_input(&mut self, scope: ScopeId, action: &mut Action, option: &Opt) {
        let wait = |milliseconds| Wait { milliseconds, span: Some(option.span) };
        let input = || Box::<Input>::default();
        match option.kind {
            OptionKind::Wait(time) => {
                action.input.get_or_insert_with(input).wait.get_or_insert(wait(time));
            }
            OptionKind::Between(time) => {
                action.input.get_or_insert_with(input).between.get_or_insert(wait(time));
            }
            OptionKind::Digits(ast::Number::Other(number), None) if self.reports_dashed_range(number) => {
                action.input.get_or_insert_with(input).digits.get_or_insert(Digits {
                    least: None,
                    most: None,
                    span: option.span,
                });
            }
            OptionKind::Digits(least, most) if !action.takes_digits() => {
                self.record_number_givers(scope, option.span, least);
                let least = self.number(scope, least);
                let most = match most {
                    Some(most) => {
                        self.record_number_givers(scope, option.span, most);
                        self.number(scope, most)
                    }
                    None => least,
                };
                action.input.get_or_insert_with(input).digits =
                    Some(Digits { least, most, span: option.span });
            }
            OptionKind::End(text) if action.input.as_ref().is_none_or(|input| input.end.is_none()) => {
                let text = self.text_for(scope, text, Reader::Directive, &mut action.tags);
                action.input.get_or_insert_with(input).end =
                    Some(EndKey { key: text.value, span: text.span });
            }
            OptionKind::Into(name) if action.input.as_ref().is_none_or(|input| input.into.is_none()) => {
                let variable = self.set_variable(scope, name);
                let full = match variable {
                    Some(variable) => self.flow.variables[variable].name.clone(),
                    None => self.name(name).as_ref().into(),
                };
                action.input.get_or_insert_with(input).into =
                    Some(EntryVariable { variable, name: full, span: name.span });
            }
            _ => {}
        }
    }

    /// Records the variables that the entry at a node becomes. One that is unknown may be any.
    pub(super) fn set_entered(&mut self, node: NodeId, actions: &[Action]) {
        let takes_keys = |action: &&Action| {
            matches!(action.directive, Directive::Collect | Directive::Other(_))
                && self.flow.nodes[node].declared.is_none()
        };
        let inputs = actions.iter().filter(takes_keys).filter_map(|action| action.input.as_deref());
        let entered: Vec<(&EntryVariable, bool)> =
            inputs.filter_map(|input| Some((input.into.as_ref()?, input.digits.is_some()))).collect();
        let set = |(one, has_digits): &(&EntryVariable, bool)| {
            // Without digits it should be another option's, which is reported.
            let outcomes = if *has_digits { vec![Outcome::Entered.word().into()] } else { Vec::new() };
            Some(NodeSet { variable: one.variable?, outcomes, span: one.span })
        };
        let sets: Vec<NodeSet> = entered.iter().filter_map(set).collect();
        self.flow.nodes[node].broken |= sets.len() < entered.len();
        if !sets.is_empty() {
            self.flow.nodes[node].sets = Some(self.flow.node_sets.push(sets));
        }
    }

    /// Reports `digits 4-6`. Returns whether it is that.
    fn reports_dashed_range(&mut self, number: Span) -> bool {
        let written = self.sources.text(number);
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let Some((least, most)) = written.split_once('-') else { return false };
        if !is_number(least) || !is_number(most) {
            return false;
        }
        let meant = format!("{least}..{most}");
        self.diagnostics.push(
            Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                number,
                format!("{} is not a range of numbers", quote(written)),
            )
            .here("expected a number or a range here")
            .help(format!("write `{meant}`"))
            .fix(Fix::write(number, meant)),
        );
        true
    }

    /// Adds the times that the settings give prompts for keys that have none of their own.
    pub(super) fn set_default_waits(&mut self, action: &mut Action) {
        let wait = |milliseconds| Wait { milliseconds, span: None };
        let (first, between) = (self.settings.wait.map(wait), self.settings.between.map(wait));
        if action.directive != Directive::Collect || first.is_none() && between.is_none() {
            return;
        }
        let input = action.input.get_or_insert_with(Box::default);
        input.wait = input.wait.or(first);
        input.between = input.between.or(between);
    }
}
