//! `waive near …` where a policy has a rule `near`: which policies have it.

use super::Resolver;
use super::policies::Policies;
use crate::diagnostics::{list_of, quote};
use crate::flow::decision::DecisionKind;
use crate::flow::policy::Demand;
use crate::syntax::codes::SYNTAX;
use crate::syntax::rule_to_name;

/// How many policies are named.
const NAMED: usize = 3;

impl Resolver<'_> {
    /// Says of waivers and attestations that name only a rule which policies have it.
    pub(super) fn explain_rules_without_policy(&mut self, policies: &Policies) {
        for finding in self.diagnostics.iter_mut().filter(|finding| finding.code.id == SYNTAX.id) {
            let kinds = [DecisionKind::Waiver, DecisionKind::Attestation];
            let Some(kind) = kinds.into_iter().find(|&kind| finding.message == rule_to_name(kind)) else {
                continue;
            };
            let Some(name) = finding.span.map(|span| self.sources.text(span)) else { continue };
            if policies.list.iter().any(|known| *known.policy.name == *name) {
                continue;
            }
            let has_rule = policies.list.iter().filter(|known| {
                known.policy.rules.iter().any(|rule| {
                    let is_meant = kind == DecisionKind::Waiver || matches!(rule.demand, Demand::Oblige(_));
                    rule.named && is_meant && *rule.name == *name
                })
            });
            let full: Vec<String> =
                has_rule.map(|known| quote(&format!("{}/{name}", known.policy.name))).take(NAMED).collect();
            let is_fact =
                kind == DecisionKind::Attestation && self.flow.facts.iter().any(|fact| *fact.name == *name);
            if is_fact && full.is_empty() {
                let help = format!(
                    "`{name}` is a fact, and what proves it stands behind its value: `fact {name} = VALUE because \"PROOF\" by \"WHO\" until 2027-03-31`"
                );
                finding.help = Some(help);
            }
            if !full.is_empty() {
                finding.help = Some(format!("did you mean {}?", list_of(&full, "or")));
            }
        }
    }
}
