//! A `decide`: a CASE, or IFs that ask one after another.

use super::draft::{Draft, Exit, On, Word};
use super::model::Action;
use super::question::question;
use super::reading::Reading;
use crate::emit::studio::actions;
use crate::emit::studio::script::When;
use crate::flow::{Comparator, Constant, Kind};
use crate::spelling::is_name;

/// The `decide` that begins with an action.
pub fn read(reading: &Reading<'_>, first: usize) -> Option<Draft> {
    let action = reading.script.actions.get(first)?;
    let draft = |actions: Vec<usize>, exits: Vec<Exit>| Draft {
        actions,
        word: Word::Kind(Kind::Decide),
        label: action.label.clone(),
        tags: Vec::new(),
        lines: Vec::new(),
        exits,
    };
    let mut exits: Vec<Exit> = Vec::new();
    if action.is(&actions::CASE) {
        let name = name_of(reading, action.property("Variable"))?;
        for (value, to) in action.cases() {
            add_arm(&mut exits, &name, Comparator::Equal, Constant::Text(value.into()), to);
        }
        exits.push(Exit { on: On::Else, to: action.default_to()? });
        return Some(draft(vec![first], exits));
    }
    let mut asked = vec![first];
    let mut at = first;
    loop {
        let action = reading.script.actions.get(at)?;
        let (name, comparator, value) = question(action.property("Expression"))?;
        let name = name_of(reading, name)?;
        let (is_so, is_not) = (action.named_to("True")?, action.named_to("False")?);
        // What is unequal is asked for by its opposite, whose branch comes first then.
        let begins_with_false = matches!(action.branches.first(), Some(one) if matches!(&one.when, When::Named(own, _) if own == "False"));
        let is_unequal = comparator == Comparator::Equal && begins_with_false;
        let (to, other) = if is_unequal { (is_not, is_so) } else { (is_so, is_not) };
        let comparator = if is_unequal { Comparator::NotEqual } else { comparator };
        add_arm(&mut exits, &name, comparator, value, to);
        match next(reading, action, at, other) {
            Some(next) => {
                asked.push(next);
                at = next;
            }
            None => {
                exits.push(Exit { on: On::Else, to: other });
                return Some(draft(asked, exits));
            }
        }
    }
}

/// The next question of the same node.
fn next(reading: &Reading<'_>, action: &Action, at: usize, to: usize) -> Option<usize> {
    let next = reading.script.actions.get(to).filter(|_| !reading.kept.get(to).copied().unwrap_or(true))?;
    let is_own = next.is(&actions::IF) && next.label == action.label && !next.label.is_empty();
    (is_own
        && to != at
        && to > at
        && next.from.iter().all(|&from| from == at)
        && question(next.property("Expression")).is_some())
    .then_some(to)
}

fn add_arm(exits: &mut Vec<Exit>, name: &str, comparator: Comparator, value: Constant, to: usize) {
    if let Some(Exit { on: On::When(last, Comparator::Equal, values), to: last_to }) = exits.last_mut()
        && last == name
        && comparator == Comparator::Equal
        && *last_to == to
    {
        values.push(value);
        return;
    }
    exits.push(Exit { on: On::When(name.to_owned(), comparator, vec![value]), to });
}

/// A name as the phrases spell it.
fn name_of(reading: &Reading<'_>, name: &str) -> Option<String> {
    let own = reading.variables.spelled(name);
    is_name(own).then(|| own.to_owned())
}
