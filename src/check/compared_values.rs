//! What is compared must fit: numbers with numbers, texts with texts.

use super::{Context, Rule};
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, quote};
use crate::flow::{Comparator, Comparison, Constant, Flow, NewValue, VariableId};
use crate::resolve::codes::VALUE_TYPE;
use crate::source::Span;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[], check };

/// What a variable is set to, as far as the flow shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueKind {
    /// Nothing sets it, or something whose value only a call knows.
    Unknown,
    /// Only whole numbers.
    Numbers(Span),
    /// Only texts that spell no number.
    Texts(Span),
}

/// What each variable is set to.
pub(super) fn value_kinds(flow: &Flow) -> Table<VariableId, ValueKind> {
    let mut kinds: Table<VariableId, Option<ValueKind>> = Table::filled(None, flow.variables.len());
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let span = set.span;
            let kind = match &set.value {
                NewValue::Number(_) | NewValue::Copy { add: Some(_), .. } => ValueKind::Numbers(span),
                NewValue::Text(text) => match text.value.as_deref().filter(|_| !text.placeholders) {
                    Some(value) if value.parse::<i64>().is_err() => ValueKind::Texts(span),
                    _ => ValueKind::Unknown,
                },
                NewValue::Copy { add: None, .. } | NewValue::Unknown => ValueKind::Unknown,
            };
            let known = &mut kinds[set.variable];
            *known = Some(match (*known, kind) {
                (None, kind) => kind,
                (Some(ValueKind::Numbers(first)), ValueKind::Numbers(_)) => ValueKind::Numbers(first),
                (Some(ValueKind::Texts(first)), ValueKind::Texts(_)) => ValueKind::Texts(first),
                _ => ValueKind::Unknown,
            });
        }
    }
    let rows = flow.variables.iter().map(|(id, variable)| match kinds[id] {
        Some(kind) if variable.is_set_on_calls() => kind,
        _ => ValueKind::Unknown,
    });
    Table::from_rows(rows.collect())
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if flow.variables.is_empty() {
        return;
    }
    let kinds = value_kinds(flow);
    for compared in flow.comparisons.rows() {
        let name = &flow.variables[compared.variable].name;
        if let Some(finding) = check_values(context, compared) {
            diagnostics.push(finding);
            continue;
        }
        let wrong = compared.values.iter().zip(&compared.value_spans).find_map(|(value, span)| {
            match (kinds[compared.variable], value) {
                (ValueKind::Texts(set), Constant::Number(_)) => {
                    Some((*span, set, "a number", "only texts", "a text in quotes"))
                }
                (ValueKind::Numbers(set), Constant::Text(_)) if value.number().is_none() => {
                    Some((*span, set, "a text", "only whole numbers", "a whole number"))
                }
                _ => None,
            }
        });
        if let Some((span, set, written, kind, meant)) = wrong {
            diagnostics.push(
                Diagnostic::new(
                    &VALUE_TYPE,
                    span,
                    format!("{} is set to {kind}, and this is {written}", quote(name)),
                )
                .here("never so")
                .label(set, "set here")
                .help(format!("compare it with {meant}")),
            );
        }
    }
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let NewValue::Copy { of, add: Some(_) } = set.value else { continue };
            let ValueKind::Texts(text) = kinds[of] else { continue };
            let name = quote(&flow.variables[of].name);
            diagnostics.push(
                Diagnostic::new(
                    &VALUE_TYPE,
                    set.span,
                    format!("nothing can be added to {name}, which is set to only texts"),
                )
                .here("not a number")
                .label(text, "set here")
                .help("set it to a whole number first, as in `set NAME = 0`"),
            );
        }
    }
}

/// What does not fit in a comparison by itself.
fn check_values(context: &Context<'_>, compared: &Comparison) -> Option<Diagnostic> {
    let word = compared.comparator.word();
    let of = |index: usize| compared.value_spans.get(index).copied().unwrap_or(compared.span);
    if compared.comparator == Comparator::NotEqual && compared.values.len() > 1 {
        let first = of(1);
        return Some(
            Diagnostic::new(&VALUE_TYPE, first, "`!=` takes one value: every value is unequal to one of two")
                .here("a second value")
                .help("ask the other way round: write a `when` with `=` and these values before it"),
        );
    }
    let index = compared.values.iter().position(|value| match value {
        Constant::Text(_) => compared.comparator.needs_number(),
        Constant::Number(_) => compared.comparator.needs_text(),
    })?;
    let (value, span) = (compared.values.get(index)?, of(index));
    let written = context.sources.text(span);
    Some(match value {
        Constant::Text(_) => {
            let digits = value.number().map(|number| number.to_string());
            let help = match &digits {
                Some(digits) => format!("write `{digits}` without quotes"),
                None => {
                    "write a whole number, or compare the text with `=`, `starts` or `contains`".to_owned()
                }
            };
            Diagnostic::new(&VALUE_TYPE, span, format!("`{word}` compares numbers, and {written} is a text"))
                .here("expected a number here")
                .help(help)
                .fix(digits.map(|digits| Fix::write(span, digits)))
        }
        Constant::Number(_) => Diagnostic::new(
            &VALUE_TYPE,
            span,
            format!("`{word}` looks into a text, and {written} is a number"),
        )
        .here("expected a text here")
        .help(format!("write `\"{written}\"`"))
        .fix(Fix::write(span, format!("\"{written}\""))),
    })
}
