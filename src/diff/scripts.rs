//! What has changed of what an agent says.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::Detail;
use super::steps::{in_one_line, of_parts, one_sided};
use crate::flow::Script;
use crate::spelling::display_string;

/// The parts of a line, each with its word in the language.
fn parts(script: &Script) -> Vec<(String, String)> {
    let text = script.text.value.as_deref().map_or_else(|| "…".to_owned(), display_string);
    let mut parts = vec![("script".to_owned(), text)];
    parts.extend(script.language().map(|language| ("language".to_owned(), display_string(language))));
    for (number, tag) in script.tags.iter().enumerate() {
        // A tag that comes with several variables is one.
        if script.tags.iter().take(number).all(|before| before.name != tag.name) {
            parts.push(("tag".to_owned(), format!("@{}", tag.name)));
        }
    }
    parts
}

/// A line, by which it is told from others.
pub fn script_text(script: &Script) -> String {
    in_one_line(parts(script).into_iter())
}

/// A line without its tags.
pub fn untagged_script(script: &Script) -> String {
    in_one_line(parts(script).into_iter().filter(|(what, _)| what != "tag"))
}

/// All parts of an agent's lines, as they were or as they are.
pub fn whole(scripts: &[Script], are_new: bool) -> Vec<Detail> {
    one_sided(scripts.iter().flat_map(parts), are_new)
}

/// What has changed: those in the same place compared part by part.
pub fn changes(old: &[Script], new: &[Script]) -> Vec<Detail> {
    let texts = |scripts: &[Script]| scripts.iter().map(script_text).collect::<Vec<_>>();
    let mut details = Vec::new();
    for change in capture_diff_slices(Algorithm::Myers, &texts(old), &texts(new)) {
        if matches!(change, DiffOp::Equal { .. }) {
            continue;
        }
        let old = old.get(change.old_range()).unwrap_or_default();
        let new = new.get(change.new_range()).unwrap_or_default();
        let both = old.len().min(new.len());
        for (before, after) in old.iter().zip(new) {
            details.extend(of_parts(parts(before), parts(after)));
        }
        details.extend(whole(old.get(both..).unwrap_or_default(), false));
        details.extend(whole(new.get(both..).unwrap_or_default(), true));
    }
    details
}
