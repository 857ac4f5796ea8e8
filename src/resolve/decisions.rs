//! What is decided about the rules of policies: waivers and attestations.

use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::node_names::NodeUser;
use super::policies::Policies;
use super::{DeclRef, NameTarget, Resolver, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::decision::{Attestation, DecisionKind, Subject, Waiver};
use crate::flow::policy::{Demand, Policy, Rule};
use crate::resolve::codes::{DECIDED_RULE, WEAK_WAIVER};
use crate::source::Span;
use crate::syntax::ast::{self, Declaration, Name};

/// What a waiver or an attestation has to know of a rule.
struct KnownRule {
    span: Span,
    is_named: bool,
    is_obligation: bool,
}

impl Resolver<'_> {
    /// Adds the waivers and attestations of all files.
    pub(super) fn add_decisions(&mut self, decls: &[DeclRef], policies: &Policies) {
        // Used for each of them, and built at the first one.
        let mut rules: FxHashMap<(&str, &str), KnownRule> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let (decision, kind, role) = match &item.declaration {
                Declaration::Waive(decision) => (decision, DecisionKind::Waiver, BuiltText::Waiver),
                Declaration::Attest(decision) => {
                    (decision, DecisionKind::Attestation, BuiltText::Attestation)
                }
                _ => continue,
            };
            let until = self.date(decision.until);
            let because = self.built_text(decl.scope, decision.because, role);
            let by = self.built_text(decl.scope, decision.by, role);
            let assumed = self.flow.assumed_reachable.len();
            let node = decision.node.map(|name| self.node_named(decl.scope, name, NodeUser::Waiver));
            self.flow.assumed_reachable.truncate(assumed);
            let (named_policy, named_rule) = match decision.subject {
                ast::Subject::Rule(policy, rule) => (policy, rule),
                ast::Subject::Finding(code) => {
                    // Whatever is missing is already reported. A waiver without a node waives nothing, which
                    // the compiler's own rules report.
                    if let (Some(until), Some(because), Some(by), false) =
                        (until, because, by, node == Some(None))
                    {
                        self.flow.waivers.push(Waiver {
                            subject: Subject::Finding(self.sources.text(code).into()),
                            node: node.flatten(),
                            because,
                            because_span: decision.because.span,
                            by,
                            until,
                            until_span: decision.until,
                            subject_span: code,
                            span: item.span,
                        });
                    }
                    continue;
                }
            };
            let rule = self.name(named_rule);
            let found = self.policy_named(decl.scope, named_policy, policies);
            let Some(policy) = found.and_then(|index| policies.get(index)) else {
                let meant = self.nearest_policy(&self.name(named_policy), policies);
                self.lose(kind, meant, Some(rule.as_ref().into()));
                continue;
            };
            if rules.is_empty() {
                rules.extend(policies.list.iter().flat_map(|known| known_rules(&known.policy)));
            }
            let Some(known) = rules.get(&(&*policy.name, rule.as_ref())) else {
                let lost = found.map_or(&[][..], |index| policies.lost_rules(index));
                let meant = match lost.iter().find(|lost| ***lost == *rule) {
                    Some(lost) => Some(lost.clone()),
                    None => self.report_unknown_rule(kind, named_rule, policy, lost),
                };
                self.lose(kind, Some(policy.name.to_string()), meant);
                continue;
            };
            self.record_use(NameTarget::Rule, named_rule.span, known.span);
            if kind == DecisionKind::Attestation && !known.is_obligation {
                let message = format!("`{}/{rule}` is no obligation: the compiler decides it", policy.name);
                self.diagnostics.push(
                    Diagnostic::new(&DECIDED_RULE, named_rule.span, message)
                        .here("only a rule with `oblige` is attested")
                        .help("take the attestation out, and keep the rule or waive it")
                        .fix(Fix::take_out("Take the attestation out", self.sources, item.span)),
                );
                continue;
            }
            if !known.is_named {
                let message = format!("`{rule}` of `{}` is the number of a rule without a name", policy.name);
                let help =
                    format!("name the rule, as in `NAME: require …`, and {} it by that name", kind.verb());
                self.diagnostics.push(
                    Diagnostic::new(&WEAK_WAIVER, named_rule.span, message)
                        .here("would be another rule after one is added before it")
                        .help(match kind {
                            DecisionKind::Waiver => help,
                            DecisionKind::Attestation | DecisionKind::Evidence => {
                                help.replace("require …", "oblige \"TEXT\"")
                            }
                        }),
                );
            }
            // Whatever is missing is already reported.
            let (Some(until), Some(because), Some(by), false) = (until, because, by, node == Some(None))
            else {
                self.lose(kind, Some(policy.name.to_string()), Some(rule.as_ref().into()));
                continue;
            };
            let subject = Subject::Rule { policy: policy.name.clone(), rule: rule.as_ref().into() };
            let subject_span = named_policy.span.to(named_rule.span);
            let (because_span, until_span, span) = (decision.because.span, decision.until, item.span);
            match kind {
                DecisionKind::Waiver => self.flow.waivers.push(Waiver {
                    subject,
                    node: node.flatten(),
                    because,
                    because_span,
                    by,
                    until,
                    until_span,
                    subject_span,
                    span,
                }),
                DecisionKind::Attestation | DecisionKind::Evidence => self
                    .flow
                    .attestations
                    .push(Attestation { subject, because, because_span, by, until, until_span, span }),
            }
        }
    }

    /// Remembers that a waiver is broken: what it is probably for may be broken, too.
    fn lose(&mut self, kind: DecisionKind, policy: Option<String>, rule: Option<Box<str>>) {
        if kind == DecisionKind::Waiver {
            self.flow.lost_waivers.extend(policy.map(|policy| (policy.into(), rule)));
        }
    }

    /// Reports a rule that its policy does not have, and returns the one that was probably meant.
    fn report_unknown_rule(
        &mut self,
        kind: DecisionKind,
        rule: Name,
        policy: &Policy,
        lost: &[Box<str>],
    ) -> Option<Box<str>> {
        // A lost include may have a version of the policy with this rule.
        if self.lost_include.plain {
            return None;
        }
        let text = self.name(rule);
        let names = || policy.rules.iter().map(|rule| &*rule.name).chain(lost.iter().map(|name| &**name));
        let near = self.nearest_rule_of(&policy.name, &text, || names().map(str::to_owned).collect());
        let can_be_meant = |name: &&Rule| kind == DecisionKind::Waiver || is_obligation(name);
        let known = policy.rules.iter().filter(can_be_meant).map(|rule| &*rule.name);
        let possible: Vec<&str> = known.chain(lost.iter().map(|name| &**name)).collect();
        let near = near.filter(|near| possible.contains(&near.as_str()));
        let help = match (&near, kind) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, DecisionKind::Waiver) if possible.is_empty() => {
                "it has no rule, so there is nothing to waive".to_owned()
            }
            (None, DecisionKind::Waiver) => format!("its rules are {}", rules_shown(&possible)),
            (None, _) if possible.is_empty() => {
                "it has no obligation, so there is nothing to attest".to_owned()
            }
            (None, _) => format!("its obligations are {}", rules_shown(&possible)),
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

fn known_rules(policy: &Policy) -> impl Iterator<Item = ((&str, &str), KnownRule)> {
    policy.rules.iter().map(|rule| {
        let known = KnownRule { span: rule.span, is_named: rule.named, is_obligation: is_obligation(rule) };
        ((&*policy.name, &*rule.name), known)
    })
}

fn is_obligation(rule: &Rule) -> bool {
    matches!(rule.demand, Demand::Oblige(_))
}

/// The names of the first rules, and how many more there are.
fn rules_shown(names: &[&str]) -> String {
    const SHOWN: usize = 20;
    let first: Vec<&str> = names.iter().take(SHOWN).copied().collect();
    match names.len().saturating_sub(SHOWN) {
        0 => crate::diagnostics::list_of(&first, "and"),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
