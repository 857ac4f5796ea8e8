//! Flows whose files have new names.

use super::Pair;
use crate::cli::compilation::compile_job::CompileJob;
use crate::diff::likeness;

/// How much two flows must have in common to be the same one, in percent, as git has it for files.
const LEAST: usize = 50;

/// How many pairs of flows are compared; beyond that only files with the same text are found again.
const MOST: usize = 10_000;

/// Joins the flows that are gone with those that are new and are the same ones under other names: first those whose
/// files are the same, then those that have most in common.
pub fn join(pairs: Vec<Pair<CompileJob>>) -> Vec<Pair<CompileJob>> {
    let is_flow = |job: &CompileJob| !job.compiled.flow.is_library();
    let at = |is_wanted: &dyn Fn(&Pair<CompileJob>) -> bool| -> Vec<usize> {
        pairs.iter().enumerate().filter(|(_, pair)| is_wanted(pair)).map(|(index, _)| index).collect()
    };
    let gone = at(&|pair| pair.after.is_none() && pair.before.as_ref().is_some_and(is_flow));
    let new = at(&|pair| pair.before.is_none() && pair.after.as_ref().is_some_and(is_flow));
    let before = |index: usize| pairs.get(index).and_then(|pair| pair.before.as_ref());
    let after = |index: usize| pairs.get(index).and_then(|pair| pair.after.as_ref());
    let has_few = gone.len().saturating_mul(new.len()) <= MOST;
    let mut found: Vec<(usize, usize, usize)> = Vec::new();
    for &one in &gone {
        for &other in &new {
            let Some((old, job)) = before(one).zip(after(other)) else { continue };
            let alike = match text(old) == text(job) {
                true => 101,
                false if has_few => likeness(&old.compiled.flow, &job.compiled.flow),
                false => 0,
            };
            if alike >= LEAST {
                found.push((alike, one, other));
            }
        }
    }
    // Of two that are equally alike, the ones in the order of their names.
    found.sort_by_key(|&(alike, one, other)| (std::cmp::Reverse(alike), one, other));
    let mut partners: Vec<Option<usize>> = vec![None; pairs.len()];
    for (_, one, other) in found {
        let is_free = |index: usize| partners.get(index).is_some_and(Option::is_none);
        if is_free(one) && is_free(other) {
            for (index, partner) in [(one, other), (other, one)] {
                if let Some(place) = partners.get_mut(index) {
                    *place = Some(partner);
                }
            }
        }
    }
    let mut pairs: Vec<Option<Pair<CompileJob>>> = pairs.into_iter().map(Some).collect();
    let mut take = |index: usize| pairs.get_mut(index).and_then(Option::take);
    let mut joined = Vec::new();
    for (index, partner) in partners.iter().enumerate() {
        // What was taken as a partner has its place already.
        let Some(pair) = take(index) else { continue };
        let other = partner.and_then(&mut take).unwrap_or_default();
        joined.push(Pair { before: pair.before.or(other.before), after: pair.after.or(other.after) });
    }
    joined
}

fn text(job: &CompileJob) -> Option<&str> {
    job.compiled.sources.iter().next().map(|(_, root)| root.text())
}
