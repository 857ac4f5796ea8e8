//! Each branch of a `decide` must be able to take some value that those before it leave.

use super::compared_values::{ValueKind, fault, value_kinds};
use super::{Context, Rule};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::{Comparator, Comparison, Constant, Flow, Hours, Kind, NodeId, Transition, VariableId};
use crate::source::Span;
use crate::spelling::display_id;
use crate::table::Table;

pub static RULE: Rule = Rule { codes: &[&NEVER_TAKEN, &IDLE_ELSE], check };

static NEVER_TAKEN: Code = Code {
    id: "CX212",
    area: Area::Branching,
    name: "branch-never-taken",
    severity: Severity::Warning,
    what: "The branches of a `decide` before this one take every value for which it asks, or it asks whether hours are closed that never are.",
    why: "A `decide` takes the first branch that fits, so no call takes this one. Two lines are in the wrong order, or ask the same.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact balance lasts 3s
disclosure notice "https://cdn.example.com/notice.wav"
decide debt {
  when balance > 0 -> small
  when balance > 1000 -> large
  else -> bye
}
disconnect small { say "You owe ${balance}." }
agent large "collections"
disconnect bye
notice -> debt
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact balance lasts 3s
disclosure notice "https://cdn.example.com/notice.wav"
decide debt {
  when balance > 1000 -> large
  when balance > 0 -> small
  else -> bye
}
disconnect small { say "You owe ${balance}." }
agent large "collections"
disconnect bye
notice -> debt
"#,
        ),
    },
};

static IDLE_ELSE: Code = Code {
    id: "CX213",
    area: Area::Branching,
    name: "else-never-taken",
    severity: Severity::Note,
    what: "The `when` lines of a `decide` take every value that there is, and leave none for `else`.",
    why: "The `else` is needed, since every `decide` has one; but the node that it leads to is reached by no call, unless something else leads there.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact lang lasts 1s
disclosure notice "https://cdn.example.com/notice.wav"
decide language {
  when lang = "es" -> spanish
  when lang != "es" -> english
  else -> english
}
disconnect spanish { say "Adiós." }
disconnect english { say "Goodbye." }
notice -> language
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact lang lasts 1s
disclosure notice "https://cdn.example.com/notice.wav"
decide language {
  when lang = "es" -> spanish
  else -> english
}
disconnect spanish { say "Adiós." }
disconnect english { say "Goodbye." }
notice -> language
"#,
        ),
    },
};

/// The values of a variable that branches take: whole numbers, and texts that spell none.
#[derive(Debug, Default)]
struct Taken {
    /// Intervals of numbers, sorted, with gaps between them. Wider than any number, so that nothing overflows.
    numbers: Vec<(i128, i128)>,
    /// The texts that spell no number; with `all_but`, every one except these.
    texts: Vec<Box<str>>,
    all_but: bool,
    /// Texts as they are written that spell a number, such as `"05"`.
    spelled: Vec<Box<str>>,
    /// Beginnings and parts of texts.
    starts: Vec<Box<str>>,
    contains: Vec<Box<str>>,
}

const LEAST: i128 = i64::MIN as i128;
const MOST: i128 = i64::MAX as i128;

/// The numbers that a comparison with a number takes.
fn intervals(comparator: Comparator, number: i64) -> Vec<(i128, i128)> {
    let number = i128::from(number);
    let all = match comparator {
        Comparator::Equal => vec![(number, number)],
        Comparator::NotEqual => vec![(LEAST, number - 1), (number + 1, MOST)],
        Comparator::Less => vec![(LEAST, number - 1)],
        Comparator::AtMost => vec![(LEAST, number)],
        Comparator::More => vec![(number + 1, MOST)],
        Comparator::AtLeast => vec![(number, MOST)],
        Comparator::Starts | Comparator::Contains => Vec::new(),
    };
    all.into_iter().filter(|(least, most)| least <= most).collect()
}

impl Taken {
    fn of(kind: ValueKind) -> Self {
        match kind {
            // There is no text that it could be.
            ValueKind::Numbers(_) => Self { all_but: true, ..Self::default() },
            // An entry spells a number, unless that is too large to count with.
            ValueKind::Digits(_, _, most) if most < i64::MAX.ilog10() => {
                Self { all_but: true, ..Self::default() }
            }
            ValueKind::Digits(..) | ValueKind::Texts(_) | ValueKind::Unknown => Self::default(),
        }
    }

    /// Whether all that a comparison takes with one of its values is taken.
    fn covers(&self, comparator: Comparator, value: &Constant) -> bool {
        match value {
            Constant::Number(number) => {
                let own = intervals(comparator, *number);
                own.iter().all(|&own| self.has_numbers(own))
                    && (comparator != Comparator::NotEqual || self.has_all_texts())
            }
            Constant::Text(text) => match comparator {
                Comparator::Equal => self.has_text(text),
                Comparator::NotEqual => {
                    let others = self.texts.iter().all(|one| !self.all_but || one == text);
                    self.all_but && others && self.has_numbers((LEAST, MOST))
                }
                Comparator::Starts => {
                    self.is_everything()
                        || self.starts.iter().any(|own| text.starts_with(&**own))
                        || self.contains.iter().any(|own| text.contains(&**own))
                }
                Comparator::Contains => {
                    self.is_everything() || self.contains.iter().any(|own| text.contains(&**own))
                }
                // Already reported.
                _ => false,
            },
        }
    }

    fn has_numbers(&self, (least, most): (i128, i128)) -> bool {
        self.numbers.iter().any(|&(from, to)| from <= least && most <= to)
    }

    fn has_all_texts(&self) -> bool {
        self.all_but && self.texts.is_empty()
    }

    fn has_text(&self, text: &str) -> bool {
        let by_part = self.starts.iter().any(|own| text.starts_with(&**own))
            || self.contains.iter().any(|own| text.contains(&**own));
        by_part
            || match text.parse::<i64>() {
                Ok(number) => {
                    self.has_numbers((number.into(), number.into()))
                        || self.spelled.iter().any(|own| **own == *text)
                }
                Err(_) => self.texts.iter().any(|own| **own == *text) != self.all_but,
            }
    }

    fn is_everything(&self) -> bool {
        self.has_all_texts() && self.has_numbers((LEAST, MOST))
    }

    fn add(&mut self, comparator: Comparator, value: &Constant) {
        match value {
            Constant::Number(number) => {
                self.numbers.extend(intervals(comparator, *number));
                if comparator == Comparator::NotEqual {
                    (self.all_but, self.texts) = (true, Vec::new());
                }
            }
            Constant::Text(text) => match (comparator, text.parse::<i64>()) {
                (Comparator::Equal, Ok(_)) => self.spelled.push(text.clone()),
                (Comparator::Equal, Err(_)) if self.all_but => self.texts.retain(|one| one != text),
                (Comparator::Equal, Err(_)) => self.texts.push(text.clone()),
                (Comparator::NotEqual, spelled) => {
                    let is_left = spelled.is_err() && !self.has_text(text);
                    (self.all_but, self.texts) = (true, is_left.then(|| text.clone()).into_iter().collect());
                    match spelled {
                        // Another spelling of the number is unequal, too, but that is not worth counting.
                        Ok(number) => self.numbers.extend(intervals(Comparator::NotEqual, number)),
                        Err(_) => self.numbers.push((LEAST, MOST)),
                    }
                }
                (Comparator::Starts, _) => self.starts.push(text.clone()),
                (Comparator::Contains, _) => self.contains.push(text.clone()),
                _ => {}
            },
        }
        self.join_numbers();
    }

    fn join_numbers(&mut self) {
        self.numbers.sort_unstable();
        let mut joined: Vec<(i128, i128)> = Vec::with_capacity(self.numbers.len());
        for &(least, most) in &self.numbers {
            match joined.last_mut() {
                Some(last) if least <= last.1 + 1 => last.1 = last.1.max(most),
                _ => joined.push((least, most)),
            }
        }
        self.numbers = joined;
    }
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if flow.comparisons.is_empty() {
        return;
    }
    let kinds = value_kinds(flow);
    for (id, _) in flow.nodes.iter().filter(|(_, node)| node.is(Kind::Decide) && !node.broken) {
        check_node(context, id, &kinds, diagnostics);
    }
}

fn check_node(
    context: &Context<'_>,
    id: NodeId,
    kinds: &Table<VariableId, ValueKind>,
    diagnostics: &mut Diagnostics,
) {
    let flow = context.flow;
    let mut taken: FxHashMap<VariableId, Taken> = FxHashMap::default();
    let mut arms: Vec<&Comparison> = Vec::new();
    // What takes every value of its variable.
    let mut whole: Option<VariableId> = None;
    for transition in flow.branches(id) {
        if let Some(hours) = always_open(flow, transition) {
            if !context.is_waived(&NEVER_TAKEN, id) {
                diagnostics.push(never_closed(flow, hours, transition));
            }
            continue;
        }
        let Some((_, compared)) = flow.comparison(transition) else {
            if let (Some(variable), true) = (whole, transition.is_unconditional()) {
                diagnostics.push(idle_else(flow, id, variable, transition.span));
            }
            continue;
        };
        // What is wrong with the comparison is reported elsewhere, and what it was to ask is unknown.
        if fault(context, compared, kinds[compared.variable]).is_some() {
            continue;
        }
        let own = taken.entry(compared.variable).or_insert_with(|| Taken::of(kinds[compared.variable]));
        let is_taken = compared.values.iter().all(|value| own.covers(compared.comparator, value));
        if (is_taken || whole.is_some()) && !context.is_waived(&NEVER_TAKEN, id) {
            diagnostics.push(never_taken(flow, compared, &arms));
        } else if let Some(idle) =
            partly_taken(own, compared).filter(|_| !context.is_waived(&NEVER_TAKEN, id))
        {
            diagnostics.push(idle);
        }
        compared.values.iter().for_each(|value| own.add(compared.comparator, value));
        if own.is_everything() {
            whole = whole.or(Some(compared.variable));
        }
        arms.push(compared);
    }
}

/// The finding for the values of a comparison that are taken before: by other branches, or in this one.
fn partly_taken(taken: &Taken, compared: &Comparison) -> Option<Diagnostic> {
    if compared.comparator != Comparator::Equal {
        return None;
    }
    let mut seen: FxHashSet<&Constant> = FxHashSet::default();
    let placed = compared.values.iter().zip(&compared.value_spans);
    let mut idle = placed.filter(|(value, _)| !seen.insert(value) || taken.covers(Comparator::Equal, value));
    let (value, span) = idle.next()?;
    let others: Vec<Span> = idle.map(|(_, span)| *span).collect();
    Some(
        Diagnostic::new(&NEVER_TAKEN, *span, format!("{value} is taken before it comes to this"))
            .here("never taken")
            .label_each(&others, 5, "never taken, either")
            .help("take it out here, or where it is taken first"),
    )
}

/// The hours that are always open, if a branch asks whether they are closed.
fn always_open<'f>(flow: &'f Flow, transition: &Transition) -> Option<&'f Hours> {
    let (_, compared) = flow.comparison(transition)?;
    let (_, hours) = flow.hours_of(compared.variable)?;
    let is_never_so = compared.comparator == Comparator::NotEqual && hours.is_constant() == Some(true);
    (is_never_so && !hours.broken).then_some(hours)
}

fn never_closed(flow: &Flow, hours: &Hours, transition: &Transition) -> Diagnostic {
    let name = quote(&hours.name);
    let span = flow.comparison(transition).map_or(transition.span, |(_, compared)| compared.span);
    Diagnostic::new(
        &NEVER_TAKEN,
        span,
        format!("no call takes this branch: the hours {name} are always open"),
    )
    .here("never taken")
    .label(hours.span, "open at every time")
    .help("take the branch out, or correct the hours")
}

/// Whether no number is less than the least or more than the most with which a comparison asks.
fn is_beyond_numbers(compared: &Comparison) -> bool {
    compared.values.iter().all(|value| {
        matches!(value, Constant::Number(number) if intervals(compared.comparator, *number).is_empty())
    })
}

fn never_taken(flow: &Flow, compared: &Comparison, before: &[&Comparison]) -> Diagnostic {
    if is_beyond_numbers(compared) {
        let (which, limit) =
            if compared.comparator == Comparator::Less { ("less", LEAST) } else { ("more", MOST) };
        return Diagnostic::new(
            &NEVER_TAKEN,
            compared.span,
            format!("no call takes this branch: no number is {which} than {limit}"),
        )
        .here("never taken")
        .help("compare with a number that a value can pass, or take the branch out");
    }
    let of_same = || before.iter().filter(|one| one.variable == compared.variable);
    let is_same = |one: &&&Comparison| one.comparator == compared.comparator && one.values == compared.values;
    let name = quote(&flow.variables[compared.variable].name);
    let (message, labelled): (String, Vec<Span>) = match of_same().find(is_same) {
        Some(same) => ("an earlier line asks the same".to_owned(), vec![same.span]),
        None => (
            format!("no call takes this branch: those before it take all these values of {name}"),
            of_same().map(|one| one.span).collect(),
        ),
    };
    let help = match labelled.len() {
        0 | 1 => "move it above that line, or take it out",
        _ => "move it above those lines, or take it out",
    };
    Diagnostic::new(&NEVER_TAKEN, compared.span, message)
        .here("never taken")
        .label_each(&labelled, 5, "asked before")
        .help(help)
}

fn idle_else(flow: &Flow, id: NodeId, variable: VariableId, span: Span) -> Diagnostic {
    let name = match flow.hours_of(variable) {
        Some((_, hours)) => format!("state of {}", quote(&hours.name)),
        None => format!("value of {}", quote(&flow.variables[variable].name)),
    };
    let node = display_id(&flow.nodes[id].id);
    Diagnostic::new(&IDLE_ELSE, span, format!("the `when` lines of `{node}` take every {name}"))
        .here("no call goes this way")
        .help("take the last `when` out, so that `else` takes what it takes")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: [Constant; 4] =
        [Constant::Number(-1), Constant::Number(0), Constant::Number(1), Constant::Number(7)];

    /// Every comparison with a few numbers and texts.
    fn comparisons() -> Vec<(Comparator, Constant)> {
        let texts = ["", "a", "ab", "b", "1", "01"].map(|text| Constant::Text(text.into()));
        let constants: Vec<Constant> = VALUES.iter().cloned().chain(texts).collect();
        let fits = |comparator: Comparator, value: &Constant| match value {
            Constant::Number(_) => !comparator.needs_text(),
            Constant::Text(_) => !comparator.needs_number(),
        };
        let all =
            Comparator::ALL.iter().flat_map(|&one| constants.iter().map(move |value| (one, value.clone())));
        all.filter(|(comparator, value)| fits(*comparator, value)).collect()
    }

    /// Whether a comparison is true of a text, by its definition.
    fn holds(comparator: Comparator, wanted: &Constant, value: &Constant) -> bool {
        let id = <VariableId as crate::table::Id>::from_index(0);
        let span = Span::new(<crate::source::FileId as crate::table::Id>::from_index(0), 0, 0);
        let compared = Comparison {
            variable: id,
            comparator,
            values: vec![wanted.clone()],
            value_spans: vec![span],
            span,
            name_span: span,
        };
        compared.holds(value)
    }

    /// A comparison that counts as covered is true of no value that the others leave.
    #[test]
    fn what_is_covered_is_taken() {
        let texts =
            ["", "a", "b", "ab", "ba", "abc", "c", "1", "01", "-1", "0", "7", "8", "-2", "001", "xa1"];
        let values: Vec<Constant> = texts.iter().map(|text| Constant::Text((*text).into())).collect();
        let all = comparisons();
        let mut covered = 0;
        for (first, second) in all.iter().flat_map(|first| all.iter().map(move |second| (first, second))) {
            let mut taken = Taken::default();
            taken.add(first.0, &first.1);
            taken.add(second.0, &second.1);
            let is_left =
                |value: &&Constant| !holds(first.0, &first.1, value) && !holds(second.0, &second.1, value);
            for (comparator, value) in &all {
                if taken.covers(*comparator, value) {
                    covered += 1;
                    let missed = values.iter().filter(is_left).find(|left| holds(*comparator, value, left));
                    assert!(
                        missed.is_none(),
                        "{first:?}, then {second:?}: {missed:?} is left for {comparator:?} {value}"
                    );
                }
            }
            if taken.is_everything() {
                assert!(!values.iter().any(|value| is_left(&value)), "{first:?}, then {second:?}");
            }
        }
        assert!(covered > 1000, "only {covered}");
    }
}
