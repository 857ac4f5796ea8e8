//! Lowers facts, policies, `apply`, waivers and attestations.

use pest::iterators::Pair;

use super::Lower;
use super::declaration::is_name;
use crate::syntax::ast::{
    About, Conflict, Cover, Decision, Declaration, Evidence, Expected, Expects, Fact, Literal, Policy,
    Review, Subject, Version,
};
use crate::syntax::grammar::Rule;

impl Lower<'_> {
    pub(super) fn fact(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let mut name = None;
        let mut value = None;
        let mut evidence = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                Rule::evidence => evidence = self.evidence(inner),
                _ => value = value.or_else(|| self.literal(&inner)),
            }
        }
        Some(Declaration::Fact(Box::new(Fact { name: name?, value, evidence })))
    }

    /// Who answers for a fact, and what proves it.
    fn evidence(&mut self, pair: Pair<'_, Rule>) -> Option<Evidence> {
        let span = self.trimmed(&pair);
        let mut texts = Vec::with_capacity(2);
        let mut until = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::string => texts.push(self.text(&inner)),
                Rule::date => until = Some(self.at(&inner)),
                _ => {}
            }
        }
        let &[because, by] = texts.as_slice() else { return None };
        Some(Evidence { span, because, by, until: until? })
    }

    /// The value of a fact. `None` if it is not one.
    pub(super) fn literal(&mut self, pair: &Pair<'_, Rule>) -> Option<Literal> {
        Some(match pair.as_rule() {
            Rule::string => Literal::Text(self.text(pair)),
            Rule::integer => Literal::Integer(self.at(pair)),
            Rule::duration => Literal::Duration(self.milliseconds(pair)),
            Rule::date => Literal::Date(self.at(pair)),
            Rule::calling_times => Literal::Times(self.calling_times(pair.clone())),
            _ => return None,
        })
    }

    pub(super) fn policy(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let mut name = None;
        let mut title = None;
        let mut when = None;
        let (mut expects, mut rules, mut lost_rules) = (Vec::new(), Vec::new(), Vec::new());
        let mut about = About::default();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => name = Some(self.name(&inner)),
                Rule::string => title = Some(self.text(&inner)),
                Rule::when => when = self.fact_condition(inner),
                Rule::policy_block => {
                    let block = self.block(inner, None);
                    (expects, rules, lost_rules) = (block.expects, block.rules, block.lost_rules);
                    about = block.about;
                }
                _ => {}
            }
        }
        Some(Declaration::Policy(Box::new(Policy {
            name: name?,
            title,
            when,
            about,
            expects,
            rules,
            lost_rules,
        })))
    }

    /// `version`, `covers`, `reviewed` or `conflicts` of a policy.
    pub(super) fn about(&mut self, pair: Pair<'_, Rule>, about: &mut About) {
        let (rule, span) = (pair.as_rule(), self.trimmed(&pair));
        let (mut name, mut text, mut place) = (None, None, None);
        let (mut places, mut when) = (Vec::new(), None);
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::string if rule == Rule::covers => places.push(self.text(&inner)),
                Rule::when => when = self.fact_condition(inner),
                Rule::name => name = Some(self.name(&inner)),
                Rule::string => text = Some(self.text(&inner)),
                Rule::integer | Rule::date => place = Some(self.at(&inner)),
                _ => {}
            }
        }
        match (rule, name, text, place) {
            (Rule::covers, ..) => about.covers.push(Cover { span, places, when }),
            (Rule::policy_version, _, _, Some(number)) => about.versions.push(Version { span, number }),
            (Rule::reviewed, _, Some(by), Some(on)) => about.reviews.push(Review { span, by, on }),
            (_, Some(with), Some(because), _) => about.conflicts.push(Conflict { span, with, because }),
            _ => {}
        }
    }

    /// An `expects` of a policy.
    pub(super) fn expects(&mut self, pair: Pair<'_, Rule>) -> Option<Expects> {
        let span = self.trimmed(&pair);
        let (mut fact, mut tag, mut meaning) = (None, None, None);
        let mut values = Vec::new();
        for inner in pair.into_inner() {
            match inner.as_rule() {
                Rule::name => fact = Some(self.name(&inner)),
                Rule::tag => tag = Some(self.tag(&inner)),
                Rule::fact_values => {
                    values.extend(inner.into_inner().filter_map(|value| self.literal(&value)))
                }
                Rule::meaning => {
                    meaning = inner.into_inner().next().map(|text| self.text(&text));
                }
                _ => {}
            }
        }
        let expected = match (fact, tag) {
            (Some(fact), _) => Expected::Fact(fact, values),
            (None, Some(tag)) => Expected::Tag(tag),
            (None, None) => return None,
        };
        Some(Expects { span, expected, meaning })
    }

    pub(super) fn apply(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let name = pair.into_inner().find(|inner| is_name(inner.as_rule()))?;
        Some(Declaration::Apply(self.name(&name)))
    }

    /// A waiver or an attestation.
    pub(super) fn decision(&mut self, pair: Pair<'_, Rule>) -> Option<Declaration> {
        let is_attested = pair.as_rule() == Rule::attest;
        let mut names = Vec::with_capacity(3);
        let mut finding = None;
        let mut texts = Vec::with_capacity(2);
        let mut until = None;
        for inner in pair.into_inner() {
            match inner.as_rule() {
                rule if is_name(rule) => names.push(self.name(&inner)),
                Rule::string => texts.push(self.text(&inner)),
                Rule::date => until = Some(self.at(&inner)),
                Rule::finding => finding = Some(self.at(&inner)),
                _ => {}
            }
        }
        let (subject, node) = match (finding, names.as_slice()) {
            (Some(finding), node) => (Subject::Finding(finding), node),
            (None, &[policy, rule, ref node @ ..]) => (Subject::Rule(policy, rule), node),
            (None, _) => return None,
        };
        let &[because, by] = texts.as_slice() else { return None };
        let node = node.first().copied();
        let decision = Box::new(Decision { subject, node, because, by, until: until? });
        Some(if is_attested { Declaration::Attest(decision) } else { Declaration::Waive(decision) })
    }
}
