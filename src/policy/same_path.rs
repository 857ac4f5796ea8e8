//! A rule of the house and one of the bundled baseline that one path breaks in the same way: one finding, which names both.

use rustc_hash::FxHashMap;

use super::codes::{POLICY_VIOLATION, UNDISCLOSED_PATH};
use crate::diagnostics::Diagnostics;
use crate::source::Span;

/// Joins them. The message of a rule of the house begins with its name, which ends with `: `.
pub fn join(diagnostics: &mut Diagnostics) {
    let mut of_baseline: FxHashMap<(Span, String), bool> = FxHashMap::default();
    for found in diagnostics.iter().filter(|found| found.code == &UNDISCLOSED_PATH) {
        if let Some(span) = found.span {
            of_baseline.insert((span, found.message.to_string()), false);
        }
    }
    if of_baseline.is_empty() {
        return;
    }
    for found in diagnostics.iter_mut().filter(|found| found.code == &POLICY_VIOLATION) {
        let Some((span, (_, said))) = found.span.zip(found.message.split_once(": ")) else { continue };
        if let Some(is_joined) = of_baseline.get_mut(&(span, said.to_owned())) {
            *is_joined = true;
            found.notes.push(
                "the path breaks the rule `baseline/disclosed_first`, too, which only warns".to_owned(),
            );
        }
    }
    diagnostics.retain(|found| {
        let key = || Some((found.span?, found.message.to_string()));
        found.code != &UNDISCLOSED_PATH
            || !key().and_then(|key| of_baseline.get(&key)).is_some_and(|one| *one)
    });
}
