//! Which form of the language a block takes, and which transitions become chains.

use super::graph::{Block, Exit, Graph, Step};
use crate::condition::{ALWAYS, comparison, read_comparison, read_hours};
use crate::flow::{CLOSED, Comparator, Constant, Directive, Kind, OPEN, Outcome, Verb};

/// The form of a node.
#[derive(Debug)]
pub struct NodeForm<'g, 'a> {
    /// Its kind; none where it is written as `node … type`.
    pub kind: Option<Kind>,
    /// Whether it says `ends`.
    pub ends: bool,
    /// The step that its header says.
    pub header: Option<&'g Step<'a>>,
    /// The steps that its block says.
    pub steps: &'g [Step<'a>],
}

impl<'g, 'a> NodeForm<'g, 'a> {
    /// The form of a block. What the kind of its type may not do is written as `node … type`, which may do anything.
    pub fn of(block: &'g Block<'a>) -> Self {
        let word = Kind::from_word(&block.type_);
        let steps = block.steps.as_slice();
        let fits = |kind: &Kind| may_do(*kind, steps) && (*kind != Kind::Decide || decides(block));
        let Some(kind) = word.filter(fits) else {
            // A call that nothing leads on ends, or one that is led on only where something fails.
            let ends = word.is_none() && block.exits.iter().all(is_of_failure);
            return Self { kind: None, ends, header: None, steps };
        };
        let plain = |header, steps| Self { kind: Some(kind), ends: false, header, steps };
        match (kind, steps) {
            // The language adds it.
            (Kind::Disconnect, [before @ .., last])
                if named(&last.directive) == Some(&Directive::Disconnect) && last.fields.is_empty() =>
            {
                plain(None, before)
            }
            // A node that speaks without a recording says so in its block.
            (Kind::Play | Kind::Disclosure, [one]) if one.is_recorded() && is_own(kind, one) => {
                plain(Some(one), &[])
            }
            (Kind::Collect, [one]) => plain(Some(one), &[]),
            (Kind::Agent | Kind::Callback | Kind::Voicemail, [one])
                if is_own(kind, one) && !one.text.is_empty() =>
            {
                plain(Some(one), &[])
            }
            _ => plain(None, steps),
        }
    }
}

/// Whether an exit is taken only where something fails.
fn is_of_failure(exit: &Exit<'_>) -> bool {
    let failures = [Outcome::Busy, Outcome::NoAnswer, Outcome::Failed];
    exit.condition.split('|').all(|part| failures.iter().any(|failure| failure.word() == part))
}

/// The directive of a word that the language has a verb for.
pub fn named(word: &str) -> Option<&'static Directive> {
    Directive::named().find(|directive| directive.word() == word)
}

fn is_own(kind: Kind, step: &Step<'_>) -> bool {
    named(&step.directive).is_some_and(|directive| kind.directive() == Some(directive))
}

/// Whether the language lets a kind have just these steps.
fn may_do(kind: Kind, steps: &[Step<'_>]) -> bool {
    if matches!(kind, Kind::Answer | Kind::Decide) {
        return steps.is_empty();
    }
    // A node that only sets variables is written as one that plays nothing.
    if kind == Kind::Play && !steps.is_empty() && steps.iter().all(|step| step.set.is_some()) {
        return true;
    }
    let mut plays = false;
    let mut own = false;
    for step in steps {
        let says_something = step.says_something();
        let fits = match named(&step.directive) {
            None if step.set.is_some() => !own,
            None => true,
            Some(Directive::Play) => {
                plays = true;
                says_something && !step.is_about_keys() && !own
            }
            Some(_) if !is_own(kind, step) || own => false,
            Some(directive) => {
                own = true;
                says_something == (*directive != Directive::Disconnect)
                    && (!step.is_about_keys() || *directive == Directive::Collect)
            }
        };
        if !fits {
            return false;
        }
    }
    match kind {
        Kind::Voicemail => own || plays,
        _ if Verb::of_kind(kind).is_some() => own,
        _ => plays,
    }
}

/// Whether the exits of a block are what a `decide` has: comparisons and hours, and last what is left.
fn decides(block: &Block<'_>) -> bool {
    if block.has_unclear_hours {
        return false;
    }
    let Some((last, arms)) = block.exits.split_last() else { return false };
    last.condition == ALWAYS && !arms.is_empty() && arms.iter().all(|exit| arm(&exit.condition).is_some())
}

/// A comparison as the language writes it, and the name that it compares, which hours have not. `None` if the language has
/// no words for it.
pub fn arm(condition: &str) -> Option<(Option<&str>, String)> {
    if let Some((is_open, hours)) = read_hours(condition) {
        return Some((None, format!("{} {}", if is_open { OPEN } else { CLOSED }, hours.name)));
    }
    let mut name: Option<(&str, Comparator)> = None;
    let mut values: Vec<String> = Vec::new();
    for part in condition.split('|') {
        let (own, comparator, value) = read_comparison(part)?;
        // It is written back in just one way.
        if comparison(own, comparator, &value) != part || name.is_some_and(|name| name != (own, comparator)) {
            return None;
        }
        let fits = match value {
            Constant::Number(_) => !comparator.needs_text(),
            Constant::Text(_) => !comparator.needs_number(),
        };
        if !fits || comparator == Comparator::NotEqual && !values.is_empty() {
            return None;
        }
        name = Some((own, comparator));
        values.push(value.to_string());
    }
    let (name, comparator) = name?;
    Some((Some(name), format!("{name} {} {}", comparator.word(), values.join(" | "))))
}

/// Whether a block leads on unconditionally and in no other way.
pub fn leads_on(block: &Block<'_>) -> Option<usize> {
    match block.exits.as_slice() {
        // A chain has no place for what the call is reported as.
        [exit] if exit.condition == ALWAYS && exit.disposition.is_empty() => Some(exit.to),
        _ => None,
    }
}

/// The chains of blocks that lead on unconditionally, as indices. Each such transition is in one chain.
pub fn chains(graph: &Graph<'_>) -> Vec<Vec<usize>> {
    chains_of(&graph.blocks.iter().map(leads_on).collect::<Vec<_>>())
}

/// The chains of what leads on, each as the index of what comes next.
pub fn chains_of(next: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut is_led_to = vec![false; next.len()];
    for &to in next.iter().flatten() {
        if let Some(led) = is_led_to.get_mut(to) {
            *led = true;
        }
    }
    let mut is_done = vec![false; next.len()];
    let mut chains = Vec::new();
    // What nothing leads to begins a chain; what is left then forms cycles.
    for in_cycles in [false, true] {
        for start in 0..next.len() {
            if !in_cycles && is_led_to.get(start).copied().unwrap_or(true) {
                continue;
            }
            let mut chain = vec![start];
            let mut at = start;
            while let (Some(Some(to)), Some(done)) = (next.get(at), is_done.get_mut(at))
                && !*done
            {
                *done = true;
                chain.push(*to);
                at = *to;
            }
            if chain.len() > 1 {
                chains.push(chain);
            }
        }
    }
    chains.sort_by_key(|chain| chain.first().copied());
    chains
}
