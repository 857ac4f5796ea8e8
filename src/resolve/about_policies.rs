//! What policies say of themselves: which edition they are, who has read them, and what they conflict with.

use rustc_hash::FxHashMap;

use super::built_texts::BuiltText;
use super::policies::Policies;
use super::{Resolver, ScopeId, codes};
use crate::bundled;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::policy::{Conflict, Review};
use crate::resolve::NameTarget;
use crate::source::Span;
use crate::syntax::ast::{About, Version};
use crate::syntax::codes::SYNTAX;

impl Resolver<'_> {
    /// The edition of a policy. Reports a second one.
    pub(super) fn version(&mut self, about: &About) -> Option<u32> {
        let mut versions = about.versions.iter();
        let &Version { span: first, number } = versions.next()?;
        for &Version { span, .. } in versions {
            self.diagnostics.push(
                Diagnostic::new(&codes::DUPLICATE, span, "the policy says twice which version it is")
                    .here("again here")
                    .label(first, "first here")
                    .help("keep the one that is right"),
            );
        }
        let written = self.sources.text(number);
        let version = written.parse().ok().filter(|version| *version > 0);
        if version.is_none() {
            let is_zero = written.bytes().all(|digit| digit == b'0');
            let message = match is_zero {
                true => "the versions of a policy are counted from 1 on".to_owned(),
                false => format!("no policy has had so many versions: at most {}", u32::MAX),
            };
            self.diagnostics.push(
                Diagnostic::new(&SYNTAX, number, message)
                    .here("no such number")
                    .help("write `version 1`, and the next number with each change of a rule"),
            );
        }
        version
    }

    /// The places whose calls a policy is for. Reports what is no code of a place, so that nobody would ever find the
    /// policy by it.
    pub(super) fn places(&mut self, about: &About) -> Vec<Box<str>> {
        let mut places: Vec<Box<str>> = Vec::new();
        for &place in about.covers.iter().flat_map(|cover| &cover.places) {
            let Some(written) =
                self.sources.text(place.span).strip_prefix('"').and_then(|text| text.strip_suffix('"'))
            else {
                continue;
            };
            if is_code(written) {
                if !places.iter().any(|place| **place == *written) {
                    places.push(written.into());
                }
                continue;
            }
            let own = written.trim().to_lowercase().replace(['_', ' '], "-");
            let fix = is_code(&own).then(|| Fix::write(place.span, format!("\"{own}\"")));
            let message = format!("{} is no code of a place", quote(written));
            self.diagnostics.push(
                Diagnostic::new(&SYNTAX, place.span, message)
                    .here("not a code")
                    .help("write codes as in ISO 3166, in small letters: `covers \"us\"`, `covers \"us-ca\", \"us-wa\"`")
                    .fix(fix),
            );
        }
        places
    }

    /// The lines by which a policy says whose calls it is for, each as it is written behind `covers`.
    pub(super) fn lines_of_places(&self, about: &About) -> Vec<Box<str>> {
        let written = about.covers.iter().map(|cover| self.sources.text(cover.span));
        let words = written.map(|line| line.split_whitespace().skip(1).collect::<Vec<_>>().join(" "));
        words.map(Box::from).collect()
    }

    /// The facts by which a policy says for which calls it is.
    pub(super) fn facts_of_places(&self, about: &About) -> Vec<Box<str>> {
        let conditions = about.covers.iter().filter_map(|cover| cover.when.as_ref());
        let compared = conditions.flat_map(|when| when.comparisons());
        compared.map(|comparison| self.name(comparison.fact).as_ref().into()).collect()
    }

    /// Who has read a policy.
    pub(super) fn reviews(&mut self, scope: ScopeId, about: &About) -> Vec<Review> {
        let mut reviews = Vec::with_capacity(about.reviews.len());
        for review in &about.reviews {
            let by = self.built_text(scope, review.by, BuiltText::Review);
            if by.as_deref().is_some_and(|by| by.trim().is_empty()) {
                self.report_empty(
                    review.by.span,
                    "this review does not say who read the policy",
                    "name whoever did",
                );
            }
            let on = self.date(review.on);
            let span = review.span;
            reviews.extend(by.zip(on).map(|(by, on)| Review { by, on, span }));
        }
        reviews.sort_by_key(|review| review.on);
        reviews
    }

    /// The policies with which a policy conflicts. That there are such is asked once all are known.
    pub(super) fn conflicts(&mut self, scope: ScopeId, about: &About) -> Vec<Conflict> {
        let mut conflicts = Vec::with_capacity(about.conflicts.len());
        let mut first: FxHashMap<Box<str>, Span> = FxHashMap::default();
        for written in &about.conflicts {
            let with: Box<str> = self.name(written.with).as_ref().into();
            if let Some(&first) = first.get(&with) {
                let message = format!("the policy says twice that it conflicts with {}", quote(&with));
                self.diagnostics.push(
                    Diagnostic::new(&codes::DUPLICATE, written.span, message)
                        .here("again here")
                        .label(first, "first here")
                        .help("say in one line what to do"),
                );
                continue;
            }
            first.insert(with.clone(), written.span);
            let because = self.built_text(scope, written.because, BuiltText::Reason);
            if because.as_deref().is_some_and(|because| because.trim().is_empty()) {
                self.report_empty(
                    written.because.span,
                    "this conflict does not say what to do about it",
                    "say how a flow can keep both, or which of the two gives way",
                );
            }
            let because_span = written.because.span;
            let span = written.with.span;
            conflicts.extend(because.map(|because| Conflict { with, because, because_span, span }));
        }
        conflicts
    }

    /// Reports a text that says nothing.
    pub(super) fn report_empty(&mut self, span: Span, message: &str, help: &str) {
        self.diagnostics.push(Diagnostic::new(&SYNTAX, span, message).here("nothing is said").help(help));
    }

    /// Gives the policies that others conflict with their full names, and reports those that are unknown.
    pub(super) fn settle_conflicts(&mut self, policies: &mut Policies) {
        for index in 0..policies.list.len() {
            let Some(known) = policies.list.get(index) else { continue };
            let (own, scope) = (known.policy.name.clone(), known.scope);
            let mut conflicts = known.policy.conflicts.clone();
            for conflict in &mut conflicts {
                if let Some(other) = self.policy_in_scope(scope, &conflict.with, policies) {
                    self.record_use(NameTarget::Policy, conflict.span, other.name_span);
                    conflict.with = other.name.clone();
                    if conflict.with == own {
                        self.report_conflict_with_itself(conflict.span);
                    }
                } else if bundled::find(&conflict.with).is_none() {
                    self.report_unknown_conflict(conflict, policies);
                }
            }
            if let Some(known) = policies.list.get_mut(index) {
                known.policy.conflicts = conflicts;
            }
        }
    }

    fn report_conflict_with_itself(&mut self, span: Span) {
        self.diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_POLICY, span, "a policy does not conflict with itself")
                .here("this is the policy itself")
                .help("name the other policy"),
        );
    }

    fn report_unknown_conflict(&mut self, conflict: &Conflict, policies: &Policies) {
        let near = self.nearest_policy(&conflict.with, policies);
        let help = match &near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "name a policy that comes with the compiler, or one that this file or its includes declare"
                    .to_owned()
            }
        };
        let message = format!("there is no policy {}", quote(&conflict.with));
        self.diagnostics.push(
            Diagnostic::new(&codes::UNKNOWN_POLICY, conflict.span, message)
                .here("no such policy")
                .help(help)
                .fix(near.map(|near| Fix::write(conflict.span, near))),
        );
    }
}

/// Whether a text is the code of a country, or of a part of one: `us`, `us-ca`.
fn is_code(text: &str) -> bool {
    let (country, part) = text.split_once('-').map_or((text, None), |(country, part)| (country, Some(part)));
    let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_lowercase());
    let is_part = |part: &str| {
        (1..=3).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    is_country && part.is_none_or(is_part)
}
