//! The waivers of policies.

use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::nodes::NodeUser;
use super::policies::Policies;
use super::{DeclRef, NameTarget, Resolver, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::policy::{Policy, Waiver};
use crate::resolve::codes::WEAK_WAIVER;
use crate::source::Span;
use crate::syntax::ast::{Declaration, Name};

impl Resolver<'_> {
    /// Adds what is waived.
    pub(super) fn add_waivers(&mut self, placed: &[DeclRef], policies: &Policies) {
        // Asked of every waiver, and built when the first one is met.
        let mut rules: FxHashMap<(&str, &str), (Span, bool)> = FxHashMap::default();
        for &placed in placed {
            let Some(item) = self.item(placed) else { continue };
            let Declaration::Waive(waive) = &item.declaration else { continue };
            let until = self.date(waive.until);
            let because = self.built_text(placed.scope, waive.because, BuiltText::Waiver);
            let by = self.built_text(placed.scope, waive.by, BuiltText::Waiver);
            let assumed = self.flow.assumed_reachable.len();
            let node = waive.node.map(|name| self.node_named(placed.scope, name, NodeUser::Waiver));
            self.flow.assumed_reachable.truncate(assumed);
            let rule = self.name(waive.rule);
            let Some(policy) =
                self.policy_named(placed.scope, waive.policy, policies).and_then(|index| policies.get(index))
            else {
                let meant = self.nearest_policy(&self.name(waive.policy), policies);
                self.flow.lost_waivers.extend(meant.map(|meant| (meant.into(), Some(rule.as_ref().into()))));
                continue;
            };
            if rules.is_empty() {
                for known in &policies.list {
                    let policy = &known.policy;
                    rules.extend(
                        policy.rules.iter().map(|one| ((&*policy.name, &*one.name), (one.span, one.named))),
                    );
                }
            }
            let Some(&(known, is_named)) = rules.get(&(&*policy.name, rule.as_ref())) else {
                let meant = self.report_unknown_rule(waive.rule, policy);
                self.flow.lost_waivers.push((policy.name.clone(), meant));
                continue;
            };
            self.note(NameTarget::Rule, waive.rule.span, known);
            if !is_named {
                let message = format!("`{rule}` of `{}` is the number of a rule without a name", policy.name);
                self.diagnostics.push(
                    Diagnostic::new(&WEAK_WAIVER, waive.rule.span, message)
                        .here("another rule, once one is written before it")
                        .help("name the rule, as in `NAME: require …`, and waive it by that name"),
                );
            }
            // Whatever is missing has its finding.
            let (Some(until), Some(because), Some(by), false) = (until, because, by, node == Some(None))
            else {
                self.flow.lost_waivers.push((policy.name.clone(), Some(rule.as_ref().into())));
                continue;
            };
            self.flow.waivers.push(Waiver {
                policy: policy.name.clone(),
                rule: rule.as_ref().into(),
                node: node.flatten(),
                because,
                because_span: waive.because.span,
                by,
                until,
                until_span: waive.until,
                span: item.span,
            });
        }
    }

    /// Reports a rule that its policy does not have, and returns the one that was perhaps meant.
    fn report_unknown_rule(&mut self, rule: Name, policy: &Policy) -> Option<Box<str>> {
        // A version of the policy that is not read may have it.
        if self.lost_include.plain {
            return None;
        }
        let text = self.name(rule);
        let names = || policy.rules.iter().map(|one| &*one.name);
        let near = self.nearest_rule_of(&policy.name, &text, || names().map(str::to_owned).collect());
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its rules are {}", rules_shown(names())),
        };
        let message = format!("the policy `{}` has no rule {}", policy.name, quote(&text));
        self.diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_POLICY, rule.span, message)
                .here("no such rule")
                .help(help)
                .fix(near.clone().map(|near| Fix::write(rule.span, near))),
        );
        near.map(Into::into)
    }
}

/// The names of rules, at a length that people read.
fn rules_shown<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const SHOWN: usize = 20;
    let more = names.len().saturating_sub(SHOWN);
    let first: Vec<&str> = names.take(SHOWN).collect();
    if more > 0 {
        format!("{} and {more} more", first.join(", "))
    } else {
        crate::diagnostics::list_of(&first, "and")
    }
}
