//! Tags that are used only by policies that do not apply, often after an `apply` line was removed.

use rustc_hash::{FxHashMap, FxHashSet};

use super::codes::IDLE_TAG;
use super::misspelt_tags;
use crate::bundled::lock;
use crate::diagnostics::{Diagnostic, Diagnostics, Unless, list_of};
use crate::flow::policy::known_tags;
use crate::flow::{Flow, Tag};
use crate::table::Id;

/// If more policies than this expect a tag, such as `@identity`, it does not show which one was meant.
const MOST_POLICIES: usize = 2;
/// How many tags a message names.
const SHOWN: usize = 4;

/// Reports the tags that are expected only by bundled policies that do not apply: one finding for the
/// flow's own file, and in an included file one for each set of policies, since another flow may need some
/// of these tags and not others.
pub fn report(flow: &Flow, diagnostics: &mut Diagnostics) {
    // An unreadable line may be the `apply`.
    if !flow.complete || flow.is_library() || flow.lacks_policies {
        return;
    }
    let mut excluded: FxHashSet<&str> = flow.policies.iter().flat_map(known_tags).collect();
    excluded.extend(misspelt_tags::of_flow(flow).into_iter().map(|(tag, _)| &*tag.name));
    let tags = || flow.nodes.rows().iter().flat_map(|node| node.all_tags());
    let mut known: FxHashMap<&str, Vec<&str>> = FxHashMap::default();
    for tag in tags().filter(|tag| !excluded.contains(&*tag.name)) {
        let expecting = || lock::expecting(&format!("@{}", tag.name), flow.lock.as_deref());
        known.entry(&tag.name).or_insert_with(expecting);
    }
    known.retain(|_, policies| (1..=MOST_POLICIES).contains(&policies.len()));
    let mut idle: Vec<(&Tag, &[&str])> =
        tags().filter_map(|tag| Some((tag, known.get(&*tag.name)?.as_slice()))).collect();
    let key = |(tag, policies): &(&Tag, &[&str])| {
        let file = tag.span.file;
        (file, (file.index() != 0).then(|| policies.to_vec().join(",")))
    };
    idle.sort_by_key(key);
    idle.retain(|(tag, _)| excluded.insert(&tag.name));
    idle.chunk_by(|one, next| key(one) == key(next)).for_each(|together| report_of(together, diagnostics));
}

fn report_of(idle: &[(&Tag, &[&str])], diagnostics: &mut Diagnostics) {
    let [(first, of_first), others @ ..] = idle else { return };
    // Names the policies that expect all of the tags; if there are none, those that expect any.
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
