//! The findings that only one version has.

use rustc_hash::FxHashMap;

use super::FindingChange;
use crate::compile::Compiled;
use crate::diagnostics::Code;
use crate::policy::codes;

/// The codes of broken and undecided rules, which the verdicts show.
static OF_VERDICTS: [&Code; 6] = [
    &codes::POLICY_VIOLATION,
    &codes::MISSING_DISCLOSURE,
    &codes::TOO_MANY_RETRIES,
    &codes::TOO_DEEP,
    &codes::UNDISCLOSED_PATH,
    &codes::POLICY_UNKNOWN,
];

/// The findings that are new, and then those that are gone.
pub fn changes(before: &Compiled, after: &Compiled) -> Vec<FindingChange> {
    let (old, new) = (shown(before, false), shown(after, true));
    let mut changes = without(&new, &old);
    changes.extend(without(&old, &new));
    changes
}

/// The findings of one version, as those of the new one.
pub fn of(compiled: &Compiled) -> Vec<FindingChange> {
    shown(compiled, true)
}

fn shown(compiled: &Compiled, are_new: bool) -> Vec<FindingChange> {
    let found = compiled.diagnostics.iter().filter(|one| !OF_VERDICTS.contains(&one.code));
    let change = found.map(|one| FindingChange {
        is_new: are_new,
        severity: one.severity.word(),
        code: one.code.id,
        message: one.message.clone(),
        at: one.span.map(|span| {
            let line = compiled.sources.position(span).line;
            format!("{}:{line}", compiled.sources.get(span.file).name())
        }),
    });
    change.collect()
}

/// The findings of one version without those that the other has as well, wherever it has them.
fn without(these: &[FindingChange], others: &[FindingChange]) -> Vec<FindingChange> {
    let key = |one: &'_ FindingChange| (one.severity, one.code, one.message.clone());
    let mut there: FxHashMap<_, usize> = FxHashMap::default();
    for other in others {
        *there.entry(key(other)).or_default() += 1;
    }
    let mut left = Vec::new();
    for one in these {
        match there.get_mut(&key(one)) {
            Some(count) if *count > 0 => *count -= 1,
            _ => left.push(one.clone()),
        }
    }
    left
}
