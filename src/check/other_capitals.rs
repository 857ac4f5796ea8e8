//! A variable that is set to few texts is compared with one that differs from them only in capitals.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote};
use crate::flow::{Comparator, Constant, Flow, NewValue, VariableId};
use crate::source::Span;
use crate::spelling::display_string;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX225",
    area: Area::Branching,
    name: "other-capitals",
    severity: Severity::Warning,
    what: "A `when` compares a variable with a text that no `set` gives it, and that differs only in capitals from one that a `set` does give.",
    why: "Texts are compared character by character, so no call takes this branch as it is written. The finding comes only where each `set` of the variable gives a text or a number as it stands, so that all its values are known.",
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

/// The texts to which a variable is set.
#[derive(Debug, Clone, Default)]
struct Texts<'f> {
    /// As they are written.
    exact: FxHashSet<&'f str>,
    /// The first in small letters, and where it is set.
    folded: FxHashMap<String, (&'f str, Span)>,
    /// Whether something else sets the variable, too.
    is_open: bool,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // What cannot be read may set a variable, too.
    if flow.comparisons.is_empty() || !flow.complete || flow.nodes.rows().iter().any(|node| node.broken) {
        return;
    }
    let texts = texts(flow);
    for compared in flow.comparisons.rows() {
        let known = &texts[compared.variable];
        let is_whole = matches!(compared.comparator, Comparator::Equal | Comparator::NotEqual);
        if !is_whole || known.is_open || !flow.variables[compared.variable].is_set_on_calls() {
            continue;
        }
        for (value, &span) in compared.values.iter().zip(&compared.value_spans) {
            let Constant::Text(value) = value else { continue };
            if known.exact.contains(&**value) {
                continue;
            }
            let Some(&(meant, set)) = known.folded.get(&value.to_lowercase()) else { continue };
            let name = quote(&flow.variables[compared.variable].name);
            let written = display_string(meant);
            let is_plain = !context.sources.text(span).contains("${");
            diagnostics.push(
                Diagnostic::new(
                    &CODE,
                    span,
                    format!("{name} is never {}: it is set to {written}", display_string(value)),
                )
                .here(if compared.comparator == Comparator::Equal { "never so" } else { "so on every call" })
                .label(set, "set here")
                .help(format!("write `{written}`: texts are compared with their capitals"))
                .fix(is_plain.then(|| Fix::write(span, written))),
            );
        }
    }
}

/// The texts to which each variable is set.
fn texts(flow: &Flow) -> Table<VariableId, Texts<'_>> {
    let mut all: Table<VariableId, Texts<'_>> = Table::filled(Texts::default(), flow.variables.len());
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let texts = &mut all[set.variable];
            match &set.value {
                NewValue::Number(_) => {}
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
        for set in node.sets.map_or(&[][..], |sets| flow.node_sets(sets)) {
            all[set.variable].is_open = true;
        }
    }
    all
}
