//! Policies that say that they conflict, where both apply and one of them is broken.

use super::JudgedRule;
use super::codes::POLICY_CONFLICT;
use crate::diagnostics::{Diagnostic, Diagnostics, list_of, quote};
use crate::flow::Flow;

/// How many broken rules a finding names.
const MOST_NAMED: usize = 4;

/// Reports two policies that apply, of which one says that it conflicts with the other, if a rule of either is broken.
/// A flow that keeps both has found its way.
pub fn report(flow: &Flow, judged: &[JudgedRule], diagnostics: &mut Diagnostics) {
    for (number, policy) in flow.policies.iter().enumerate() {
        for conflict in &policy.conflicts {
            let Some((other_number, other)) =
                flow.policies.iter().enumerate().find(|(_, other)| other.name == conflict.with)
            else {
                continue;
            };
            let of_both = |judged: &&JudgedRule| [number, other_number].contains(&judged.policy);
            let broken: Vec<String> = judged
                .iter()
                .filter(of_both)
                .filter(|judged| judged.left.is_some())
                .filter_map(|judged| {
                    let policy = flow.policies.get(judged.policy)?;
                    Some(format!("`{}/{}`", policy.name, policy.rules.get(judged.rule)?.name))
                })
                .collect();
            if broken.is_empty() {
                continue;
            }
            let more = broken.len().saturating_sub(MOST_NAMED);
            let mut named: Vec<String> = broken.into_iter().take(MOST_NAMED).collect();
            if more > 0 {
                named.push(format!("{more} more"));
            }
            let place = policy.place().or(other.place()).unwrap_or(conflict.span);
            let mut finding = Diagnostic::new(
                &POLICY_CONFLICT,
                place,
                format!("the policies {} and {} conflict", quote(&policy.name), quote(&other.name)),
            )
            .here("both apply")
            .help(&*conflict.because);
            if let Some(other_place) = other.place().filter(|other| *other != place) {
                finding = finding.label(other_place, "the other one");
            }
            finding.notes.push(format!("broken: {}", list_of(&named, "and")));
            diagnostics.push(finding);
        }
    }
}
