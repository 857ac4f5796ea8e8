//! Tags that only policies speak of which do not apply, as an `apply` line leaves them behind that was
//! taken out.

use rustc_hash::FxHashSet;

use super::codes::IDLE_TAG;
use super::misspelt_tags;
use crate::bundled;
use crate::diagnostics::{Diagnostic, Diagnostics, Unless, list_of};
use crate::flow::policy::known_tags;
use crate::flow::{Flow, Tag};
use crate::table::Id;

/// A tag that more policies expect, such as `@identity`, tells nobody which of them was meant.
const MOST_POLICIES: usize = 2;
/// How many tags a message names.
const SHOWN: usize = 4;

/// Reports the tags that only bundled policies expect which do not apply: all of the flow's own file
/// together, and all of the files that other flows may use as well.
pub fn report(flow: &Flow, diagnostics: &mut Diagnostics) {
    // A line that can not be read may be the `apply`.
    if !flow.complete || flow.is_library() || flow.lacks_policies {
        return;
    }
    let mut told: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    told.extend(misspelt_tags::of_flow(flow).into_iter().map(|(tag, _)| &*tag.name));
    report_of(flow, &mut told, true, diagnostics);
    report_of(flow, &mut told, false, diagnostics);
}

fn report_of<'f>(flow: &'f Flow, told: &mut FxHashSet<&'f str>, is_own: bool, diagnostics: &mut Diagnostics) {
    let tags = flow.nodes.rows().iter();
    let tags = tags.flat_map(|node| node.tags.iter().chain(node.actions.iter().flat_map(|one| &one.tags)));
    let of_files = tags.filter(|tag| (tag.span.file.index() == 0) == is_own);
    let idle: Vec<(&Tag, &[&str])> = of_files
        .map(|tag| (tag, bundled::expecting(&format!("@{}", tag.name))))
        .filter(|(tag, policies)| (1..=MOST_POLICIES).contains(&policies.len()) && told.insert(&tag.name))
        .collect();
    let [(first, of_first), others @ ..] = idle.as_slice() else { return };
    // A policy that expects all of them was meant; else each of those that expect the first.
    let of_all = of_first.iter().filter(|name| others.iter().all(|(_, policies)| policies.contains(name)));
    let mut policies: Vec<String> = of_all.map(|name| format!("`{name}`")).collect();
    if policies.is_empty() {
        policies = idle.iter().flat_map(|(_, policies)| *policies).map(|name| format!("`{name}`")).collect();
        let mut seen = FxHashSet::default();
        policies.retain(|name| seen.insert(name.clone()));
    }
    let mut names: Vec<String> = idle.iter().take(SHOWN).map(|(tag, _)| format!("`@{}`", tag.name)).collect();
    match idle.len() - names.len() {
        0 => {}
        more => names.push(format!("{more} more")),
    }
    let (tags, are) = if idle.len() == 1 { ("the tag", "is") } else { ("the tags", "are") };
    let do_not = match policies.len() {
        1 => "which does not apply",
        2 => "neither of which applies",
        _ => "none of which applies",
    };
    let message = format!(
        "{tags} {} {are} only expected by {}, {do_not}",
        list_of(&names, "and"),
        list_of(&policies, "and")
    );
    let help = match policies.as_slice() {
        [one] => format!("write `apply {}`, or take {tags} out", one.trim_matches('`')),
        _ => format!("apply the one that you mean, or take {tags} out"),
    };
    let places: Vec<_> = others.iter().map(|(tag, _)| tag.span).collect();
    diagnostics.push(
        Diagnostic::new(&IDLE_TAG, first.span, message)
            .here("no rule looks for this")
            .label_each(&places, 5, "nor for this")
            .help(help)
            .unless(Unless::Needed),
    );
}
