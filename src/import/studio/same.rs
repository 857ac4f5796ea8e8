//! What a script says whatever its ids and places on the canvas are: two scripts with the same text are the same.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::document;
use super::model::{Action, Script};
use crate::diagnostics::{Diagnostics, counted, list_of, quote};
use crate::emit::studio::actions;
use crate::emit::studio::script::When;
use crate::import::json::Document;
use crate::source::FileId;
use crate::table::Id;

/// The text of a script. `None` if it is none.
pub fn canonical(text: &str) -> Option<String> {
    let document = Document::read(text).ok()?;
    if !document::is_script(&document) {
        return None;
    }
    let mut diagnostics = Diagnostics::default();
    let script = document::read(&document, FileId::from_index(0), &mut diagnostics)?;
    let order = order(&script);
    let mut numbers = vec![0; script.actions.len()];
    for (number, &index) in order.iter().enumerate() {
        if let Some(own) = numbers.get_mut(index) {
            *own = number;
        }
    }
    let mut out = format!("{:?} {}\n", script.path, script.business_unit);
    for action in order.iter().filter_map(|&index| script.actions.get(index)) {
        out.push_str(&words(action));
        for branch in in_order(action) {
            let to = numbers.get(branch.to).copied().unwrap_or_default();
            out.push_str(&format!(" {} {to};", key(&branch.when)));
        }
        out.push('\n');
    }
    // What no flow says counts as well, wherever it stands.
    let mut others: Vec<String> = diagnostics.iter().map(|one| one.message.to_string()).collect();
    others.sort_unstable();
    out.push_str(&others.join("\n"));
    Some(out)
}

/// What two scripts have otherwise, action by action, as far as a flow may not show it: `are_shown` leaves out what a
/// flow always does, and `is_shown` what it does show of the action of a label.
pub fn differences(
    before: &str,
    after: &str,
    are_shown: bool,
    is_shown: impl Fn(&str, &str) -> bool,
) -> Vec<String> {
    let read = |text: &str| {
        let document = Document::read(text).ok()?;
        let mut diagnostics = Diagnostics::default();
        let script = document::read(&document, FileId::from_index(0), &mut diagnostics)?;
        let messages: BTreeSet<String> = diagnostics.iter().map(|one| one.message.to_string()).collect();
        Some((script, messages))
    };
    let (Some((before, said)), Some((after, said_after))) = (read(before), read(after)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if before.business_unit != after.business_unit {
        found.push(format!("the business unit is {}, then {}", before.business_unit, after.business_unit));
    }
    found.extend(said.difference(&said_after).map(|message| format!("before: {message}")));
    found.extend(said_after.difference(&said).map(|message| format!("after: {message}")));
    let (of_before, of_after) = (by_name(&before), by_name(&after));
    let names: BTreeSet<&(&str, &str)> = of_before.keys().chain(of_after.keys()).collect();
    for name in names {
        let own = of_before.get(name).cloned().unwrap_or_default();
        let other = of_after.get(name).cloned().unwrap_or_default();
        let shown = match name.1 {
            "" => format!("the action {}", name.0),
            label => format!("the action {} {}", name.0, quote(label)),
        };
        if own.len() != other.len() {
            if !are_shown {
                found.push(match (own.len(), other.len()) {
                    (1, 0) => format!("{shown} is there only before"),
                    (0, 1) => format!("{shown} is there only after"),
                    (before, after) => format!(
                        "{shown} is there {}, then {}",
                        counted(before, "time"),
                        counted(after, "time")
                    ),
                });
            }
            continue;
        }
        let mut differing: BTreeSet<&str> = BTreeSet::new();
        for (own, other) in own.iter().zip(&other) {
            differing.extend(differing_parts(own, other));
        }
        if are_shown {
            differing.retain(|name| !OF_FLOWS.contains(name));
        }
        differing.retain(|property| !is_shown(name.1, property));
        if !differing.is_empty() {
            let parts: Vec<String> = differing.into_iter().map(quote).collect();
            found.push(format!("{shown} has {} otherwise", list_of(&parts, "and")));
        }
    }
    found
}

/// The properties that flows show.
const OF_FLOWS: [&str; 8] =
    ["Sequence", "Phrase", "Variable", "Value", "Expression", "Skill", "Data", "Script"];

/// The actions of each name and label.
fn by_name(script: &Script) -> BTreeMap<(&str, &str), Vec<&Action>> {
    let mut all: BTreeMap<(&str, &str), Vec<&Action>> = BTreeMap::new();
    for action in order(script).into_iter().filter_map(|index| script.actions.get(index)) {
        // There is one BEGIN, whatever its label is.
        let label = if action.is(&actions::BEGIN) { "" } else { &action.label };
        all.entry((&action.name, label)).or_default().push(action);
    }
    all
}

/// The properties that two actions have otherwise, and the library id.
fn differing_parts<'a>(own: &'a Action, other: &'a Action) -> Vec<&'a str> {
    let mut found = Vec::new();
    if !own.library_id.eq_ignore_ascii_case(&other.library_id) {
        found.push("libraryId");
    }
    if own.label != other.label {
        found.push("label");
    }
    let is_in = |action: &Action, one: &(String, String)| action.properties.contains(one);
    let of_own = own.properties.iter().filter(|one| !is_in(other, one));
    let of_other = other.properties.iter().filter(|one| !is_in(own, one));
    found.extend(of_own.chain(of_other).map(|(name, _)| name.as_str()));
    found
}

/// The actions in the order in which a call may come to them; then those that nothing leads to, by what they say.
fn order(script: &Script) -> Vec<usize> {
    let mut order = Vec::with_capacity(script.actions.len());
    let mut is_found = vec![false; script.actions.len()];
    let mut all: Vec<(String, usize)> =
        script.actions.iter().enumerate().map(|(index, action)| (words(action), index)).collect();
    all.sort_unstable();
    let free =
        all.iter().filter(|(_, index)| script.actions.get(*index).is_some_and(|one| one.from.is_empty()));
    let roots: Vec<usize> = std::iter::once(script.begin)
        .chain(free.map(|(_, index)| *index))
        .chain(all.iter().map(|(_, index)| *index))
        .collect();
    for root in roots {
        let mut queue = VecDeque::from([root]);
        while let Some(index) = queue.pop_front() {
            if is_found.get_mut(index).is_none_or(|found| std::mem::replace(found, true)) {
                continue;
            }
            order.push(index);
            queue.extend(script.actions.get(index).into_iter().flat_map(in_order).map(|branch| branch.to));
        }
    }
    order
}

fn in_order(action: &Action) -> Vec<&super::model::Branch> {
    let mut branches: Vec<_> = action.branches.iter().collect();
    branches.sort_by_cached_key(|branch| key(&branch.when));
    branches
}

fn key(when: &When) -> String {
    match when {
        When::Default => "default".to_owned(),
        When::Case(label) => format!("case {label:?}"),
        When::Named(label, index) => format!("branch {index} {label:?}"),
    }
}

fn words(action: &Action) -> String {
    let Action { name, library_id, label, properties, .. } = action;
    format!("{name:?} {:?} {label:?} {properties:?}", library_id.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script(ids: [&str; 3], x: u32, label: &str) -> String {
        let [begin, play, end] = ids;
        format!(
            r#"{{"header": {{"scriptName": "A", "lockInfo": {{"lockedName": ""}}}},
            "actions": {{"{end}": {{"name": "HANGUP", "label": "bye"}}, "{begin}": {{"name": "BEGIN", "x": {x}}},
                "{play}": {{"name": "PLAY", "label": "{label}", "libraryId": "{label}"}}}},
            "branches": {{"{begin}": [{{"to": {play}, "type": "default", "label": "", "index": 0, "elbows": []}}],
                "{play}": [{{"to": {end}, "type": "default", "label": "", "index": 0}}]}}}}"#
        )
    }

    #[test]
    fn ids_and_places_say_nothing() {
        let first = canonical(&script(["1", "2", "3"], 10, "hi")).unwrap();
        assert_eq!(canonical(&script(["7", "30", "8"], 99, "hi")).unwrap(), first);
        let wrapped = format!(r#"{{"scriptContent": {}}}"#, script(["1", "2", "3"], 10, "hi"));
        assert_eq!(canonical(&wrapped).unwrap(), first);
        assert_ne!(canonical(&script(["1", "2", "3"], 10, "ho")).unwrap(), first);
        assert_eq!(canonical("{}"), None);
        assert_eq!(canonical("{"), None);
    }
}
