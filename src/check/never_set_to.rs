//! A variable is compared with a value that nothing gives it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Rule};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, list_of, quote};
use crate::flow::{Comparator, Constant, FieldValue, NewValue, VariableId};
use crate::source::Span;
use crate::spelling::display_string;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX225",
    area: Area::Branching,
    name: "never-set-to",
    severity: Severity::Warning,
    what: "A `when` compares a variable with a value that no `set` gives it.",
    why: "No call takes this branch as it is written: the value is misspelt, here or where it is set, or has other capitals. Texts are compared character by character. The finding comes only where each `set` of the variable gives a text or a number as it stands, so that all its values are known.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
var lang lasts 1s
disclosure notice { play "https://cdn.example.com/notice.wav"; set lang = "es" }
decide language {
  when lang = "ES" -> spanish
  else -> bye
}
disconnect spanish { say "Adiós." }
disconnect bye { say "Goodbye." }
notice -> language
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
var lang lasts 1s
disclosure notice { play "https://cdn.example.com/notice.wav"; set lang = "es" }
decide language {
  when lang = "es" -> spanish
  else -> bye
}
disconnect spanish { say "Adiós." }
disconnect bye { say "Goodbye." }
notice -> language
"#,
        ),
    },
};

/// So many values are listed in a message.
const SHOWN: usize = 4;

/// The values to which a variable is set.
#[derive(Debug, Clone, Default)]
struct Texts<'f> {
    /// As they are written.
    exact: FxHashSet<&'f str>,
    /// The first in small letters, and where it is set.
    folded: FxHashMap<String, (&'f str, Span)>,
    numbers: FxHashSet<i64>,
    /// Where the first value is set.
    first: Option<Span>,
    /// Whether something else sets the variable, too.
    is_open: bool,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // What cannot be read may set a variable, too.
    if flow.comparisons.is_empty() || !flow.complete || flow.nodes.rows().iter().any(|node| node.broken) {
        return;
    }
    let texts = texts(context);
    for compared in flow.comparisons.rows() {
        let known = &texts[compared.variable];
        let is_whole = matches!(compared.comparator, Comparator::Equal | Comparator::NotEqual);
        if !is_whole || known.is_open || !flow.variables[compared.variable].is_set_on_calls() {
            continue;
        }
        for (value, &span) in compared.values.iter().zip(&compared.value_spans) {
            let Some(first) = known.first else { continue };
            let name = quote(&flow.variables[compared.variable].name);
            let here = if compared.comparator == Comparator::Equal { "never so" } else { "so on every call" };
            let value = match value {
                Constant::Text(value) => value,
                // Whether a number is compared with texts is said elsewhere.
                Constant::Number(number) if !known.exact.is_empty() || known.numbers.contains(number) => {
                    continue;
                }
                Constant::Number(number) => {
                    diagnostics.push(
                        Diagnostic::new(
                            &CODE,
                            span,
                            format!("{name} is never {number}: nothing sets it to that"),
                        )
                        .here(here)
                        .label(first, "set here")
                        .help(format!("it is set to {}", known.in_words())),
                    );
                    continue;
                }
            };
            let is_number = value.parse().is_ok_and(|number: i64| known.numbers.contains(&number));
            if known.exact.contains(&**value) || known.exact.is_empty() || is_number {
                continue;
            }
            let Some(&(meant, set)) = known.folded.get(&value.to_lowercase()) else {
                let near = nearest(value, known.exact.iter().copied());
                let found = Diagnostic::new(
                    &CODE,
                    span,
                    format!("{name} is never {}: nothing sets it to that", display_string(value)),
                );
                let found = found.here(here).label(first, "set here");
                diagnostics.push(match near {
                    Some(near) => found.help(format!("did you mean `{}`?", display_string(near))),
                    None => found.help(format!("it is set to {}", known.in_words())),
                });
                continue;
            };
            let written = display_string(meant);
            let is_plain = !context.sources.text(span).contains("${");
            diagnostics.push(
                Diagnostic::new(
                    &CODE,
                    span,
                    format!("{name} is never {}: it is set to {written}", display_string(value)),
                )
                .here(here)
                .label(set, "set here")
                .help(format!("write `{written}`: texts are compared with their capitals"))
                .fix(is_plain.then(|| Fix::write(span, written))),
            );
        }
    }
}

impl Texts<'_> {
    /// A few of the values, in order.
    fn in_words(&self) -> String {
        let mut texts: Vec<&str> = self.exact.iter().copied().collect();
        texts.sort_unstable();
        let mut numbers: Vec<i64> = self.numbers.iter().copied().collect();
        numbers.sort_unstable();
        let written = numbers.iter().map(i64::to_string).chain(texts.into_iter().map(display_string));
        let mut written: Vec<String> = written.map(|value| format!("`{value}`")).collect();
        let more = written.len().saturating_sub(SHOWN);
        written.truncate(SHOWN);
        if more > 0 { format!("{} and {more} more", written.join(", ")) } else { list_of(&written, "and") }
    }
}

/// The texts to which each variable is set.
fn texts<'f>(context: &Context<'f>) -> Table<VariableId, Texts<'f>> {
    let flow = context.flow;
    let by_name: FxHashMap<&str, VariableId> =
        flow.variables.iter().map(|(id, variable)| (&*variable.name, id)).collect();
    // What a param gives may be another value elsewhere.
    let is_literal = |span: Span| {
        let written = context.sources.text(span);
        let value = written.split_once('=').map_or("", |(_, value)| value.trim());
        value.parse::<i64>().is_ok() || value.starts_with('"') && !value.contains("${")
    };
    let mut all: Table<VariableId, Texts<'_>> = Table::filled(Texts::default(), flow.variables.len());
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let texts = &mut all[set.variable];
            texts.first.get_or_insert(set.span);
            texts.is_open |= !is_literal(set.span);
            match &set.value {
                NewValue::Number(number) => {
                    texts.numbers.insert(*number);
                }
                NewValue::Text(text) => match text.value.as_deref().filter(|_| !text.placeholders) {
                    Some(value) => {
                        texts.exact.insert(value);
                        texts.folded.entry(value.to_lowercase()).or_insert((value, set.span));
                    }
                    None => texts.is_open = true,
                },
                NewValue::Copy { .. } | NewValue::Unknown => texts.is_open = true,
            }
        }
        // An action of the platform that sets a variable names it in a field.
        for field in node.actions.iter().flat_map(|action| &action.fields) {
            if let Some(FieldValue::Text(text)) = &field.value
                && let Some(&named) = by_name.get(&**text)
            {
                all[named].is_open = true;
            }
        }
        for set in node.sets.map_or(&[][..], |sets| flow.node_sets(sets)) {
            all[set.variable].is_open = true;
        }
    }
    all
}
