//! The facts that a flow states about its campaign.

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::built_texts::BuiltText;
use super::policies::{Policies, PolicyDecl};
use super::{DeclRef, NameTarget, Resolver, ScopeId, codes};
use crate::bundled::lock;
use crate::diagnostics::{Diagnostic, Severity, quote};
use crate::flow::decision::{Attestation, Subject};
use crate::flow::policy::fact_value;
use crate::flow::policy::{Fact, Rule, Value};
use crate::source::Span;
use crate::spelling::display_string;
use crate::syntax::ast::{self, Declaration, Evidence, Literal, Name};
use crate::syntax::codes::{SYNTAX, TOO_LARGE};

impl Resolver<'_> {
    /// Adds the facts of all files.
    pub(super) fn add_facts(&mut self, decls: &[DeclRef]) {
        let mut first: FxHashMap<Box<str>, Span> = FxHashMap::default();
        let mut stated: FxHashMap<Box<str>, (usize, ScopeId)> = FxHashMap::default();
        for &decl in decls {
            let Some(item) = self.item(decl) else { continue };
            let Declaration::Fact(fact) = &item.declaration else { continue };
            let name: Box<str> = self.name(fact.name).as_ref().into();
            let declared = first.get(&name).copied().unwrap_or(fact.name.span);
            self.record_use(NameTarget::Fact, fact.name.span, declared);
            // A line that does not parse is already reported.
            if first.contains_key(&name) && fact.value.is_none() {
                continue;
            }
            if declared != fact.name.span {
                self.report_duplicate("fact", fact.name, declared);
            } else {
                let errors = self.diagnostics.count(Severity::Error);
                let value =
                    fact.value.as_ref().and_then(|value| self.fact_value(decl.scope, value, BuiltText::Fact));
                match stated.get(&name).copied() {
                    // The instances of one file state the fact once each, and must agree.
                    Some((index, scope)) => {
                        let known = self.flow.facts.get(index).and_then(|fact| fact.value.clone());
                        match (known, value) {
                            (Some(known), Some(value)) if known != value => {
                                let [known, value] = [known, value].map(|value| fact_value(&value));
                                let what = format!("the fact {}", quote(&name));
                                self.report_disagreement(
                                    fact.name,
                                    &what,
                                    (scope, &known),
                                    (decl.scope, &value),
                                );
                            }
                            _ => {
                                self.compare_evidence(fact, (index, scope), decl.scope);
                                continue;
                            }
                        }
                    }
                    None => {
                        let evidence = fact.evidence.as_ref();
                        let evidence = evidence.and_then(|written| self.evidence(decl.scope, &name, written));
                        first.insert(name.clone(), fact.name.span);
                        stated.insert(name.clone(), (self.flow.facts.len(), decl.scope));
                        self.flow.facts.push(Fact {
                            name,
                            value,
                            is_refused: self.diagnostics.count(Severity::Error) > errors,
                            value_span: fact.value.as_ref().and_then(|value| match value {
                                Literal::Text(text) => Some(text.span),
                                Literal::Integer(span) | Literal::Date(span) => Some(*span),
                                Literal::Times(times) => Some(times.span),
                                Literal::Duration(_) => None,
                            }),
                            evidence,
                            known_elsewhere: Vec::new(),
                            shared: decl.file > 0,
                            doc: item.doc,
                            span: fact.name.span,
                        });
                        continue;
                    }
                }
            }
            // It is unclear which of the two is true, so no rule is decided by either.
            let disputed = stated.get(&name).and_then(|&(index, _)| self.flow.facts.get_mut(index));
            if let Some(disputed) = disputed {
                disputed.value = None;
                disputed.is_refused = true;
            }
        }
        self.fact_places = first;
    }

    /// Who answers for a fact. `None` if a part of that is missing, which is reported.
    fn evidence(&mut self, scope: ScopeId, fact: &str, written: &Evidence) -> Option<Attestation> {
        let until = self.date(written.until);
        let because = self.built_text(scope, written.because, BuiltText::Evidence);
        let by = self.built_text(scope, written.by, BuiltText::Evidence);
        Some(Attestation {
            subject: Subject::Fact(fact.into()),
            because: because?,
            because_span: written.because.span,
            by: by?,
            until: until?,
            until_span: written.until,
            span: written.span,
        })
    }

    /// Reports an instance that gives another proof for a fact than the first one, or the word of somebody else.
    fn compare_evidence(&mut self, fact: &ast::Fact, (index, first): (usize, ScopeId), other: ScopeId) {
        let Some(written) = &fact.evidence else { return };
        let name = self.name(fact.name).into_owned();
        let evidence = self.evidence(other, &name, written);
        let known = self.flow.facts.get(index).and_then(|fact| fact.evidence.as_ref());
        let texts = known.zip(evidence.as_ref()).map(|(known, evidence)| {
            [known, evidence]
                .map(|one| format!("{} by {}", display_string(&one.because), display_string(&one.by)))
        });
        if let Some([known, evidence]) = texts.filter(|[known, evidence]| known != evidence) {
            let what = format!("the evidence of the fact {}", quote(&name));
            self.report_disagreement(fact.name, &what, (first, &known), (other, &evidence));
        }
    }

    /// Reports that two instances of a file state a fact differently.
    fn report_disagreement(
        &mut self,
        name: Name,
        what: &str,
        first: (ScopeId, &str),
        other: (ScopeId, &str),
    ) {
        let instance = |scope: ScopeId| quote(self.scopes[scope].prefix.trim_end_matches('.'));
        let message = format!(
            "{what} is {} in {} and {} in {}",
            first.1,
            instance(first.0),
            other.1,
            instance(other.0)
        );
        let include = |scope: ScopeId| match &self.item(self.scopes[scope].include?)?.declaration {
            Declaration::Include(include) => Some(include.path.span),
            _ => None,
        };
        let mut diagnostic = Diagnostic::new(&codes::DUPLICATE, name.span, message)
            .here("a fact applies to the whole flow")
            .help("give all instances the same, or state it once, in the flow");
        for (scope, value) in [first, other] {
            if let Some(span) = include(scope) {
                diagnostic = diagnostic.label(span, format!("{value} here"));
            }
        }
        self.diagnostics.push(diagnostic);
    }

    /// The value of a literal. Reports a literal without one.
    pub(super) fn fact_value(&mut self, scope: ScopeId, value: &Literal, role: BuiltText) -> Option<Value> {
        Some(match value {
            Literal::Text(text) => Value::Text(self.built_text(scope, *text, role)?),
            Literal::Integer(span) => Value::Integer(self.compared_number(*span)?),
            Literal::Duration(milliseconds) => Value::Duration(*milliseconds),
            Literal::Date(span) => Value::Date(self.date(*span)?),
            Literal::Times(times) => Value::Times(Box::new(self.calling_times(times)?)),
        })
    }

    /// A whole number. Reports one that is too large: two of these would be the same.
    fn compared_number(&mut self, span: Span) -> Option<u64> {
        let number = self.sources.text(span).parse().ok();
        if number.is_none() {
            self.diagnostics.push(
                Diagnostic::new(&TOO_LARGE, span, format!("this number is larger than {}", u64::MAX))
                    .here("too large to be compared")
                    .help("write it as a text, between quotes, in the fact and in the rules that compare it"),
            );
        }
        number
    }

    /// A date. Reports one that does not exist.
    pub(super) fn date(&mut self, span: Span) -> Option<Date> {
        let written = self.sources.text(span);
        let date = written.parse().ok();
        if date.is_none() {
            self.diagnostics.push(
                Diagnostic::new(&SYNTAX, span, format!("`{written}` is not a day of the calendar"))
                    .here("there is no such day")
                    .help("write year, month and day, as in `2026-08-02`"),
            );
        }
        date
    }

    /// Records for each fact the policies that use it but do not apply.
    pub(super) fn add_policies_that_know_facts(&mut self, policies: &Policies) {
        let mut known: FxHashMap<&str, Vec<Box<str>>> = FxHashMap::default();
        let mut applied: FxHashSet<&str> = FxHashSet::default();
        for PolicyDecl { policy, applied: is_applied, .. } in &policies.list {
            let compared = policy.rules.iter().flat_map(Rule::facts);
            for fact in policy.expected_facts().map(|(name, _)| name).chain(compared) {
                let names = known.entry(fact).or_default();
                if !is_applied && names.last() != Some(&policy.name) {
                    names.push(policy.name.clone());
                }
            }
            if *is_applied {
                applied.insert(&policy.name);
            }
        }
        for fact in &mut self.flow.facts {
            let bundled = lock::expecting(&fact.name, self.settings.lock.as_deref());
            let bundled = bundled.into_iter().filter(|name| !applied.contains(name));
            fact.known_elsewhere = bundled.map(Box::from).collect();
            for name in known.get(&*fact.name).into_iter().flatten() {
                if !fact.known_elsewhere.contains(name) {
                    fact.known_elsewhere.push(name.clone());
                }
            }
        }
    }
}
