//! What a script says whatever its ids and places on the canvas are: two scripts with the same text are the same.

use std::collections::VecDeque;

use super::document;
use super::model::{Action, Script};
use crate::diagnostics::Diagnostics;
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
