//! Texts that are read when the flow is built: the texts of facts, rules, waivers, attestations, duties and titles, the flow's
//! name and description, types and directives. A contact field cannot be in them, since each call has its own
//! value.

use super::codes;
use super::provenance::{Segment, TextOrigin, ValueId, at, locate};
use super::spellings::{Form, Spelling};
use super::values::{Inserted, KnownValue};
use super::{Resolver, ScopeId};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow;
use crate::source::Span;
use crate::spelling::is_name;
use crate::syntax::ast;

/// The role of a text that is read when the flow is built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuiltText {
    /// The value of a fact.
    Fact,
    /// A value that a policy compares a fact with.
    Rule,
    /// A waiver's reason, or the person who answers for it.
    Waiver,
    /// An attestation's proof, or the person who answers for it.
    Attestation,
    /// What proves a fact, or the person who answers for it.
    Evidence,
    /// The title of a policy or a test.
    Title,
    /// A duty of a policy.
    Duty,
    /// Why flows are exempt from a rule, or what to do about a conflict of policies.
    Reason,
    /// Who has reviewed a policy.
    Review,
    /// The flow's name.
    FlowName,
    /// The flow's description.
    Description,
    /// The type of a generic node.
    Type,
    /// The directive of an `action`.
    Directive,
    /// One of the texts that a field may have.
    Choice,
    /// The time zone of opening hours.
    Zone,
    /// The language of texts.
    Language,
    /// The voice that speaks texts.
    Voice,
}

impl BuiltText {
    fn name(self) -> &'static str {
        match self {
            Self::Fact => "a fact",
            Self::Rule => "a rule",
            Self::Waiver => "a waiver",
            Self::Attestation => "an attestation",
            Self::Evidence => "the evidence of a fact",
            Self::Title => "a title",
            Self::Duty => "a duty",
            Self::Reason => "a reason",
            Self::Review => "a review",
            Self::FlowName => "the flow's name",
            Self::Description => "the flow's description",
            Self::Type => "the type of a node",
            Self::Directive => "a directive",
            Self::Choice => "the type of a field",
            Self::Zone => "a time zone",
            Self::Language => "a language",
            Self::Voice => "a voice",
        }
    }

    fn help(self) -> &'static str {
        match self {
            Self::Fact => "state what is true of every call, or take the fact out",
            Self::Rule => "write the value itself, or insert a let or a param",
            _ => "write it out, or insert a let or a param",
        }
    }
}

impl Resolver<'_> {
    /// The text of a string after its insertions, if it is known when the flow is built. Anything missing is
    /// reported.
    pub(super) fn built_text(
        &mut self,
        scope: ScopeId,
        text: ast::Text,
        role: BuiltText,
    ) -> Option<Box<str>> {
        let KnownValue::Text(known) = self.evaluate(scope, text) else { return None };
        self.record_givers(scope, text.span, &known.segments);
        if self.reports_unknown_at_build(scope, text.span, &known, role) || known.has_gaps {
            return None;
        }
        Some(known.text.into())
    }

    /// The same for a text that is sent to the platform.
    pub(super) fn built_text_to_send(
        &mut self,
        scope: ScopeId,
        text: ast::Text,
        role: BuiltText,
    ) -> flow::Text {
        flow::Text { value: self.built_text(scope, text, role), span: text.span, placeholders: false }
    }

    /// Reports what a text inserts or spells that is not known yet. Returns whether there is any.
    fn reports_unknown_at_build(
        &mut self,
        scope: ScopeId,
        literal: Span,
        known: &Inserted,
        role: BuiltText,
    ) -> bool {
        if let Some(&field) = known.contacts.first() {
            let inserted = known.segments.iter().find(|segment| matches!(segment.origin, TextOrigin::Field));
            let span = inserted.map_or(literal, |segment| segment.outer);
            self.report_contact_at_build(field, span, role);
            return true;
        }
        let mut unknown = false;
        for spelling in self.value_spellings(scope, &known.text) {
            if matches!(
                at(&known.segments, spelling.brace),
                Some(Segment { origin: TextOrigin::EscapedBrace(_), .. })
            ) {
                continue;
            }
            let span = locate(&known.segments, literal, scope, spelling.range.clone()).span;
            match self.found(scope, &spelling) {
                Some(field) if self.values[field].call_tags().is_some() => {
                    self.values[field].used = true;
                    self.report_contact_at_build(field, span, role);
                    unknown = true;
                }
                found => {
                    unknown |=
                        self.reports_spelling_at_build(scope, &known.text, &spelling, found, span, role)
                }
            }
        }
        unknown
    }

    fn report_contact_at_build(&mut self, field: ValueId, span: Span, role: BuiltText) {
        // The instances of a file share the text.
        if !self.spelled.insert((span, Box::from(""))) {
            return;
        }
        let declared = self.values[field].name;
        let message = format!(
            "{} contains the {} {}, which is known only during a call",
            role.name(),
            self.values[field].noun(),
            quote(&self.name(declared))
        );
        self.diagnostics.push(
            Diagnostic::new(&codes::KNOWN_DURING_CALL, span, message)
                .here("each call has its own value here")
                .label(declared.span, "declared here")
                .help(role.help()),
        );
    }

    /// Reports a let or a param that is spelled but not inserted, or an undeclared name in braces. Returns
    /// whether that is an error.
    fn reports_spelling_at_build(
        &mut self,
        scope: ScopeId,
        text: &str,
        spelling: &Spelling<'_>,
        found: Option<ValueId>,
        span: Span,
        role: BuiltText,
    ) -> bool {
        let is_braced = matches!(spelling.form, Form::Placeholder | Form::Wrapped);
        let is_prose = matches!(
            role,
            BuiltText::Waiver
                | BuiltText::Attestation
                | BuiltText::Title
                | BuiltText::Duty
                | BuiltText::Reason
                | BuiltText::Review
        );
        // Prose may have a word in braces.
        if found.is_none() && (!is_braced || is_prose || self.lost_include.may_declare(spelling.name)) {
            return false;
        }
        let shown = text.get(spelling.range.clone()).unwrap_or_default();
        if !self.spelled.insert((span, shown.into())) {
            return is_braced;
        }
        let code = match (is_braced, found) {
            (false, _) => &codes::FOREIGN_INSERTION,
            (true, Some(_)) => &codes::PLACEHOLDER,
            (true, None) => &codes::UNKNOWN_PLACEHOLDER,
        };
        let near = match found {
            Some(id) => {
                self.values[id].used = true;
                Some(self.name(self.values[id].name).into_owned())
            }
            None => self.nearest_value(scope, spelling.name),
        };
        let help = match (&near, found) {
            (Some(name), Some(_)) => format!("write `${{{name}}}`"),
            (Some(near), None) => format!("did you mean `${{{near}}}`?"),
            (None, _) if is_name(spelling.name) => format!(
                "write the value itself, or declare `let {0} = \"…\"` and write `${{{0}}}`; for a brace itself write `\\{{`",
                spelling.name
            ),
            (None, _) => "write the value itself; for a brace itself write `\\{`".to_owned(),
        };
        let message = format!("{} inserts nothing in {}", quote(shown), role.name());
        let is_written = found.is_some() && self.sources.text(span) == shown;
        let fix = near.as_ref().filter(|_| is_written);
        let mut diagnostic = Diagnostic::new(code, span, message)
            .here("read as it is written")
            .help(help)
            .fix(fix.map(|name| Fix::write(span, format!("${{{name}}}"))));
        if let Some(id) = found {
            diagnostic = diagnostic.label(self.values[id].name.span, "declared here");
        }
        self.diagnostics.push(diagnostic);
        is_braced
    }
}
