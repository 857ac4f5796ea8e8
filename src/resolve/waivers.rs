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
    /// Adds the waivers of all files.
    pub(super) fn add_waivers(&mut self, decls: &[DeclRef], policies: &Policies) {
        // Used for every waiver, and built at the first one.
        let mut rules: FxHashMap<(&str, &str), (Span, bool)> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Waive(waive) = &item.declaration else { continue };
            let until = self.date(waive.until);
            let because = self.built_text(decl.scope, waive.because, BuiltText::Waiver);
            let by = self.built_text(decl.scope, waive.by, BuiltText::Waiver);
            let assumed = self.flow.assumed_reachable.len();
            let node = waive.node.map(|name| self.node_named(decl.scope, name, NodeUser::Waiver));
            self.flow.assumed_reachable.truncate(assumed);
            let rule = self.name(waive.rule);
            let Some(policy) =
                self.policy_named(decl.scope, waive.policy, policies).and_then(|index| policies.get(index))
            else {
                let meant = self.nearest_policy(&self.name(waive.policy), policies);
                self.flow.lost_waivers.extend(meant.map(|meant| (meant.into(), Some(rule.as_ref().into()))));
                continue;
            };
            if rules.is_empty() {
                for known in &policies.list {
                    let policy = &known.policy;
                    rules.extend(
                        policy
                            .rules
                            .iter()
                            .map(|rule| ((&*policy.name, &*rule.name), (rule.span, rule.named))),
                    );
                }
            }
            let Some(&(known, is_named)) = rules.get(&(&*policy.name, rule.as_ref())) else {
                let meant = self.report_unknown_rule(waive.rule, policy);
                self.flow.lost_waivers.push((policy.name.clone(), meant));
                continue;
            };
            self.record_use(NameTarget::Rule, waive.rule.span, known);
            if !is_named {
                let message = format!("`{rule}` of `{}` is the number of a rule without a name", policy.name);
                self.diagnostics.push(
                    Diagnostic::new(&WEAK_WAIVER, waive.rule.span, message)
                        .here("would be another rule after one is added before it")
                        .help("name the rule, as in `NAME: require …`, and waive it by that name"),
                );
            }
            // Whatever is missing is already reported.
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

    /// Reports a rule that its policy does not have, and returns the one that was probably meant.
    fn report_unknown_rule(&mut self, rule: Name, policy: &Policy) -> Option<Box<str>> {
        // A lost include may have a version of the policy with this rule.
        if self.lost_include.plain {
            return None;
        }
        let text = self.name(rule);
        let names = || policy.rules.iter().map(|rule| &*rule.name);
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

/// The names of the first rules, and how many more there are.
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
