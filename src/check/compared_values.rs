//! What is compared must fit: numbers with numbers, texts with texts.

use rustc_hash::{FxHashMap, FxHashSet};

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
    /// Only what called parties enter: so many digits, from the fewest to the most.
    Digits(Span, u32, u32),
}

/// What each variable is set to. A step that adds to its own value leaves it what it was.
pub(super) fn value_kinds(flow: &Flow) -> Table<VariableId, ValueKind> {
    let mut kinds: Table<VariableId, Option<ValueKind>> = Table::filled(None, flow.variables.len());
    let mut counted: Vec<(VariableId, Span)> = Vec::new();
    let mut copies = Copies::default();
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let span = set.span;
            if matches!(set.value, NewValue::Copy { of, add: Some(_) } if of == set.variable) {
                counted.push((set.variable, span));
                continue;
            }
            if let NewValue::Copy { of, add: None } = set.value {
                copies.add(set.variable, of, span);
                continue;
            }
            let kind = match &set.value {
                NewValue::Number(_) | NewValue::Copy { add: Some(_), .. } => ValueKind::Numbers(span),
                NewValue::Text(text) => match text.value.as_deref().filter(|_| !text.placeholders) {
                    Some(value) if value.parse::<i64>().is_err() => ValueKind::Texts(span),
                    _ => ValueKind::Unknown,
                },
                NewValue::Copy { .. } | NewValue::Unknown => ValueKind::Unknown,
            };
            add_kind(&mut kinds[set.variable], kind);
        }
        let entered = node.actions.iter().filter_map(|action| action.input.as_deref());
        let entered: Vec<_> =
            entered.filter_map(|input| Some((input.into.as_ref()?, input.digits?))).collect();
        for set in node.sets.map_or(&[][..], |sets| flow.node_sets(sets)) {
            let digits = entered.iter().find(|(into, _)| into.span == set.span).map(|(_, digits)| digits);
            let kind =
                digits.and_then(|digits| Some(ValueKind::Digits(set.span, digits.least?, digits.most?)));
            add_kind(&mut kinds[set.variable], kind.unwrap_or(ValueKind::Unknown));
        }
    }
    copies.carry(flow, &mut kinds);
    for (variable, span) in counted {
        if !matches!(kinds[variable], Some(ValueKind::Texts(_))) {
            add_kind(&mut kinds[variable], ValueKind::Numbers(span));
        }
    }
    copies.carry(flow, &mut kinds);
    let rows = flow.variables.iter().map(|(id, variable)| match kinds[id] {
        Some(kind) if variable.is_set_on_calls() => kind,
        _ => ValueKind::Unknown,
    });
    Table::from_rows(rows.collect())
}

/// The variables that are given the value of another one as it is, by that one, with the places.
#[derive(Default)]
struct Copies(FxHashMap<VariableId, Vec<(VariableId, Span)>>);

impl Copies {
    fn add(&mut self, variable: VariableId, of: VariableId, span: Span) {
        if variable != of {
            self.0.entry(of).or_default().push((variable, span));
        }
    }

    /// Adds what is known of each variable to what is known of its copies. Each variable is looked at as often as more is
    /// known of it, which is a few times.
    fn carry(&self, flow: &Flow, kinds: &mut Table<VariableId, Option<ValueKind>>) {
        let mut changed: Vec<VariableId> = self.0.keys().copied().collect();
        changed.sort_unstable();
        while let Some(of) = changed.pop() {
            let kind = match flow.variables[of].is_set_on_calls() {
                true => kinds[of],
                false => Some(ValueKind::Unknown),
            };
            let Some(kind) = kind else { continue };
            for &(variable, span) in self.0.get(&of).into_iter().flatten() {
                let own = match kind {
                    ValueKind::Numbers(_) => ValueKind::Numbers(span),
                    ValueKind::Texts(_) => ValueKind::Texts(span),
                    other => other,
                };
                let before = kinds[variable];
                add_kind(&mut kinds[variable], own);
                if kinds[variable] != before {
                    changed.push(variable);
                }
            }
        }
    }
}

/// Adds what something sets a variable to.
fn add_kind(known: &mut Option<ValueKind>, kind: ValueKind) {
    *known = Some(match (*known, kind) {
        (None, kind) => kind,
        (Some(ValueKind::Numbers(first)), ValueKind::Numbers(_)) => ValueKind::Numbers(first),
        (Some(ValueKind::Texts(first)), ValueKind::Texts(_)) => ValueKind::Texts(first),
        (Some(ValueKind::Digits(first, least, most)), ValueKind::Digits(_, fewer, more)) => {
            ValueKind::Digits(first, least.min(fewer), most.max(more))
        }
        _ => ValueKind::Unknown,
    });
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if flow.variables.is_empty() {
        return;
    }
    let kinds = value_kinds(flow);
    let added = added_to_texts(flow, &kinds);
    for compared in flow.comparisons.rows() {
        // Whether it is to be a number, the sum says first.
        if added.contains(&compared.variable) {
            continue;
        }
        fault(context, compared, kinds[compared.variable])
            .into_iter()
            .for_each(|found| diagnostics.push(found));
    }
    for test in &flow.tests {
        for ((variable, value), span) in test.with.iter().zip(&test.with_spans) {
            let kind = kinds[*variable];
            check_known(context, *variable, value, *span, kind)
                .into_iter()
                .for_each(|found| diagnostics.push(found));
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

/// The variables that are set to only texts, and to which something is added, which is reported.
fn added_to_texts(flow: &Flow, kinds: &Table<VariableId, ValueKind>) -> FxHashSet<VariableId> {
    let sets = flow.nodes.rows().iter().flat_map(|node| node.assignments());
    let added = sets.filter_map(|(_, set)| match set.value {
        NewValue::Copy { of, add: Some(_) } => Some(of),
        _ => None,
    });
    added.filter(|&of| matches!(kinds[of], ValueKind::Texts(_))).collect()
}

/// What is wrong with a comparison, in itself or with the values that its variable has.
pub(super) fn fault(context: &Context<'_>, compared: &Comparison, kind: ValueKind) -> Option<Diagnostic> {
    check_values(context, compared)
        .or_else(|| check_digits(context, compared, kind))
        .or_else(|| check_kind(context, compared, kind))
}

/// A comparison of a text with a number, or the other way round.
fn check_kind(context: &Context<'_>, compared: &Comparison, kind: ValueKind) -> Option<Diagnostic> {
    let wrong =
        compared.values.iter().zip(&compared.value_spans).find_map(|(value, span)| match (kind, value) {
            (ValueKind::Texts(set), Constant::Number(_)) => {
                Some((*span, set, "a number", "only texts", "a text in quotes"))
            }
            (ValueKind::Numbers(set), Constant::Text(_)) if value.number().is_none() => {
                Some((*span, set, "a text", "only whole numbers", "a whole number"))
            }
            _ => None,
        });
    let (span, set, written, kind, meant) = wrong?;
    let name = quote(&context.flow.variables[compared.variable].name);
    Some(
        Diagnostic::new(&VALUE_TYPE, span, format!("{name} is set to {kind}, and this is {written}"))
            .here("never so")
            .label(set, "set here")
            .help(format!("compare it with {meant}")),
    )
}

/// A comparison with what no called party can enter.
fn check_digits(context: &Context<'_>, compared: &Comparison, kind: ValueKind) -> Option<Diagnostic> {
    let ValueKind::Digits(entered, least, most) = kind else { return None };
    let can_be = |value: &Constant| may_be_entered(compared.comparator, value, least, most);
    let index = compared.values.iter().position(|value| !can_be(value))?;
    let span = compared.value_spans.get(index).copied().unwrap_or(compared.span);
    let name = quote(&context.flow.variables[compared.variable].name);
    let digits = digits_in_words(least, most);
    let label = if compared.comparator == Comparator::NotEqual { "so on every call" } else { "never so" };
    Some(
        Diagnostic::new(
            &VALUE_TYPE,
            span,
            format!("{name} is {digits} that are entered, which this never is"),
        )
        .here(label)
        .label(entered, "entered here")
        .help("compare it with what can be entered, or change `digits`"),
    )
}

fn digits_in_words(least: u32, most: u32) -> String {
    match (least, most) {
        (1, 1) => "one digit".to_owned(),
        (least, most) if least == most => format!("{least} digits"),
        _ => format!("{least} to {most} digits"),
    }
}

/// A value on a test's call that no called party can enter.
fn check_known(
    context: &Context<'_>,
    variable: VariableId,
    value: &Constant,
    span: Span,
    kind: ValueKind,
) -> Option<Diagnostic> {
    let ValueKind::Digits(entered, least, most) = kind else { return None };
    if may_be_entered(Comparator::Equal, value, least, most) {
        return None;
    }
    let name = quote(&context.flow.variables[variable].name);
    let digits = digits_in_words(least, most);
    Some(
        Diagnostic::new(
            &VALUE_TYPE,
            span,
            format!("{name} is {digits} that are entered, and on no call what the test says"),
        )
        .here("nobody can enter this")
        .label(entered, "entered here")
        .help("write what can be entered, or change `digits`"),
    )
}

/// Whether a comparison is so of some entry with this many digits. Of `!=`, whether it is not so of some entry.
fn may_be_entered(comparator: Comparator, value: &Constant, least: u32, most: u32) -> bool {
    let largest = 10_i128.checked_pow(most).map_or(i128::MAX, |power| power - 1);
    match value {
        Constant::Number(number) => {
            let number = i128::from(*number);
            match comparator {
                Comparator::Equal | Comparator::NotEqual => (0..=largest).contains(&number),
                Comparator::Less => number > 0,
                Comparator::AtMost => number >= 0,
                Comparator::More => number < largest,
                Comparator::AtLeast => number <= largest,
                // Already reported.
                Comparator::Starts | Comparator::Contains => true,
            }
        }
        Constant::Text(text) => {
            let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
            match comparator {
                Comparator::Equal | Comparator::NotEqual => {
                    is_digits && (least as usize..=most as usize).contains(&text.len())
                }
                _ => is_digits && text.len() <= most as usize,
            }
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
