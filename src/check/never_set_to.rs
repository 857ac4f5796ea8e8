//! A variable is compared with a value that nothing gives it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Rule};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, list_of, quote};
use crate::flow::{Comparator, Comparison, Constant, FieldValue, NewValue, VariableId};
use crate::source::Span;
use crate::spelling::display_string;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX225",
    area: Area::Branching,
    name: "never-set-to",
    severity: Severity::Warning,
    what: "A `when` compares a variable with a value that no `set` gives it, or asks for what none of its values is, as `starts \"ES\"` and `> 100` may.",
    why: "No call takes this branch as it is written: the value is misspelt, here or where it is set, or has other capitals. Texts are compared character by character. The finding comes only where each `set` of the variable gives a text or a number as it stands, or the value of a variable of which all values are known.",
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
struct Values<'f> {
    /// The texts as they are written.
    exact: FxHashSet<&'f str>,
    /// The first in small letters, and where it is set.
    folded: FxHashMap<String, (&'f str, Span)>,
    numbers: FxHashSet<i64>,
    /// Where the first value is set.
    first: Option<Span>,
    /// Whether something else sets the variable, too.
    is_open: bool,
    /// The variables whose values it is given as they are.
    copied: Vec<VariableId>,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // What cannot be read may set a variable, too.
    if flow.comparisons.is_empty() || !flow.complete || flow.nodes.rows().iter().any(|node| node.broken) {
        return;
    }
    let values = values(context);
    let mut with_copies: FxHashMap<VariableId, Values<'_>> = FxHashMap::default();
    for compared in flow.comparisons.rows() {
        let own = &values[compared.variable];
        let known = match own.copied.is_empty() {
            true => own,
            false => with_copies
                .entry(compared.variable)
                .or_insert_with(|| with_copied(context, &values, compared.variable)),
        };
        if known.is_open || !flow.variables[compared.variable].is_set_on_calls() {
            continue;
        }
        let name = quote(&flow.variables[compared.variable].name);
        if compared.comparator != Comparator::Equal
            && let Some(found) = known.excluded(&name, compared)
        {
            diagnostics.push(found);
            continue;
        }
        if !matches!(compared.comparator, Comparator::Equal | Comparator::NotEqual) {
            continue;
        }
        let here = if compared.comparator == Comparator::Equal { "never so" } else { "so on every call" };
        for (value, &span) in compared.values.iter().zip(&compared.value_spans) {
            let is_plain = !context.sources.text(span).contains("${");
            known
                .fault(&name, value, span, is_plain)
                .into_iter()
                .for_each(|found| diagnostics.push(found.here(here)));
        }
    }
}

impl Values<'_> {
    /// The finding for a value that is none of these, at its place.
    fn fault(&self, name: &str, value: &Constant, span: Span, is_plain: bool) -> Option<Diagnostic> {
        let first = self.first?;
        let none = |written: &str| {
            let message = format!("{name} is never {written}: nothing sets it to that");
            Diagnostic::new(&CODE, span, message).label(first, "set here")
        };
        let value = match value {
            // Whether a number is compared with texts is said elsewhere.
            Constant::Number(number) => {
                let is_fault = self.exact.is_empty() && !self.numbers.contains(number);
                let found = is_fault.then(|| none(&number.to_string()));
                return found.map(|found| found.help(format!("it is set to {}", self.in_words())));
            }
            Constant::Text(value) => value,
        };
        let is_number = value.parse().is_ok_and(|number: i64| self.numbers.contains(&number));
        if self.exact.contains(&**value) || self.exact.is_empty() || is_number {
            return None;
        }
        if let Some(&(meant, set)) = self.folded.get(&value.to_lowercase()) {
            let written = display_string(meant);
            let message = format!("{name} is never {}: it is set to {written}", display_string(value));
            let found = Diagnostic::new(&CODE, span, message).label(set, "set here");
            return Some(
                found
                    .help(format!("write `{written}`: texts are compared with their capitals"))
                    .fix(is_plain.then(|| Fix::write(span, written))),
            );
        }
        let help = match nearest(value, self.exact.iter().copied()) {
            Some(near) => format!("did you mean `{}`?", display_string(near)),
            None => format!("it is set to {}", self.in_words()),
        };
        Some(none(&display_string(value)).help(help))
    }

    /// The finding for a comparison that none of these values fits: `starts "ES"`, `> 100`, `!= "yes"`.
    fn excluded(&self, name: &str, compared: &Comparison) -> Option<Diagnostic> {
        let first = self.first?;
        let (orders, has_number) = match compared.comparator {
            Comparator::Equal => return None,
            Comparator::NotEqual => (false, false),
            Comparator::Starts | Comparator::Contains => {
                (false, compared.values.iter().any(|value| matches!(value, Constant::Number(_))))
            }
            Comparator::Less | Comparator::AtMost | Comparator::More | Comparator::AtLeast => (true, false),
        };
        // What is no number is reported where it is compared with one.
        if has_number || orders && self.exact.iter().any(|text| text.parse::<i64>().is_err()) {
            return None;
        }
        let texts = self.exact.iter().map(|text| Constant::Text((*text).into()));
        let mut values = texts.chain(self.numbers.iter().map(|number| Constant::Number(*number)));
        if values.any(|value| compared.holds(&value)) {
            return None;
        }
        let written: Vec<String> = compared
            .values
            .iter()
            .map(|value| match value {
                Constant::Number(number) => number.to_string(),
                Constant::Text(text) => display_string(text),
            })
            .collect();
        let asked = format!("{} {}", compared.comparator.word(), written.join(" | "));
        let message = format!("this is never so: no value that a `set` gives {name} fits `{asked}`");
        Some(
            Diagnostic::new(&CODE, compared.span, message)
                .here("never so")
                .label(first, "set here")
                .help(format!("it is set to {}", self.in_words())),
        )
    }

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

/// The values of a variable with those of the variables whose values it is given. A long row of these is not followed to
/// its end.
fn with_copied<'f>(
    context: &Context<'_>,
    all: &Table<VariableId, Values<'f>>,
    variable: VariableId,
) -> Values<'f> {
    const MOST: usize = 16;
    let mut known = all[variable].clone();
    let mut followed = vec![variable];
    let mut next = 0;
    while let Some(&of) = followed.get(next) {
        next += 1;
        for &copied in &all[of].copied {
            if followed.contains(&copied) {
                continue;
            }
            let other = &all[copied];
            known.is_open |= other.is_open
                || other.first.is_none()
                || followed.len() == MOST
                || !context.flow.variables[copied].is_set_on_calls();
            if known.is_open {
                return known;
            }
            known.exact.extend(&other.exact);
            known.numbers.extend(&other.numbers);
            for (text, value) in &other.folded {
                known.folded.entry(text.clone()).or_insert(*value);
            }
            followed.push(copied);
        }
    }
    known
}

/// The values to which each variable is set.
fn values<'f>(context: &Context<'f>) -> Table<VariableId, Values<'f>> {
    let flow = context.flow;
    let by_name: FxHashMap<&str, VariableId> =
        flow.variables.iter().map(|(id, variable)| (&*variable.name, id)).collect();
    // What a param gives may be another value elsewhere.
    let is_literal = |span: Span| {
        let written = context.sources.text(span);
        let value = written.split_once('=').map_or("", |(_, value)| value.trim());
        value.parse::<i64>().is_ok() || value.starts_with('"') && !value.contains("${")
    };
    let mut all: Table<VariableId, Values<'_>> = Table::filled(Values::default(), flow.variables.len());
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            let values = &mut all[set.variable];
            values.first.get_or_insert(set.span);
            if let NewValue::Copy { of, add: None } = set.value {
                values.copied.push(of);
                continue;
            }
            values.is_open |= !is_literal(set.span);
            match &set.value {
                NewValue::Number(number) => {
                    values.numbers.insert(*number);
                }
                NewValue::Text(text) => match text.value.as_deref().filter(|_| !text.placeholders) {
                    Some(value) => {
                        values.exact.insert(value);
                        values.folded.entry(value.to_lowercase()).or_insert((value, set.span));
                    }
                    None => values.is_open = true,
                },
                NewValue::Copy { .. } | NewValue::Unknown => values.is_open = true,
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
