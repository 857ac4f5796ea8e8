//! What asks for opening hours, and the time of a test's call.

use super::provenance::ValueId;
use super::values::ValueSource;
use super::variables::ValueUser;
use super::{Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, quote};
use crate::flow::{CLOSED, CallTime, ClockShows, Comparator, Comparison, Constant, Hours, OPEN, VariableId};
use crate::source::Span;
use crate::syntax::ast::{AskedHours, Name};
use crate::table::Id;

impl Resolver<'_> {
    /// What an arm asks for: whether hours are open.
    pub(super) fn asked(&mut self, scope: ScopeId, asked: &AskedHours) -> Option<Comparison> {
        let variable = self.hours_named(scope, asked.name)?;
        Some(Comparison {
            variable,
            comparator: if asked.is_open { Comparator::Equal } else { Comparator::NotEqual },
            values: vec![Constant::Text(OPEN.into())],
            value_spans: vec![asked.span],
            span: asked.span,
            name_span: asked.name.span,
        })
    }

    /// What is known on the call of a test that is made at a time. Reports a time that does not exist.
    pub(super) fn known_at_time(&mut self, span: Span) -> Vec<(VariableId, Constant)> {
        // A test of an included file runs only there.
        if span.file.index() != 0 {
            return Vec::new();
        }
        let written = self.sources.text(span);
        let at: CallTime = match written.parse() {
            Ok(at) => at,
            Err(message) => {
                self.report_time(span, message, "not a time", "write a time as in `2026-12-24T18:00`");
                return Vec::new();
            }
        };
        if let CallTime::Local(local) = at {
            if self.flow.has_several_zones() {
                self.report_time(
                    span,
                    "the flow's hours are in several time zones".to_owned(),
                    "in which zone?",
                    "write the time with its offset, as in `2026-12-24T18:00-05:00`, or in UTC with `Z`",
                );
                return Vec::new();
            }
            let asked = self.flow.comparisons.rows().iter();
            let mut asked = asked.filter_map(|compared| self.flow.hours_of(compared.variable));
            let hours = asked.find(|(_, hours)| !hours.broken).map(|(_, hours)| hours);
            if let Some(hours) = hours.filter(|hours| hours.clock_shows(local) == ClockShows::Never) {
                let message =
                    format!("the clock of {} is put forward over {written}", quote(&hours.zone_name));
                self.report_time(span, message, "no clock shows this", "write a time before or after it");
                return Vec::new();
            }
        }
        self.flow.known_at(at).collect()
    }

    fn report_time(&mut self, span: Span, message: String, here: &'static str, help: &'static str) {
        self.diagnostics.push(Diagnostic::new(&codes::CALL_TIME, span, message).here(here).help(help));
    }

    /// The hours of a name after `open` or `closed`. Reports anything else.
    pub(super) fn hours_named(&mut self, scope: ScopeId, name: Name) -> Option<VariableId> {
        let value = self.named_value(scope, name, ValueUser::Hours)?;
        self.values[value].used = true;
        if let ValueSource::Hours(id) = self.values[value].source {
            return Some(id);
        }
        let (declared, noun) = (self.values[value].name.span, self.values[value].noun());
        let text = self.name(name);
        self.diagnostics.push(
            Diagnostic::new(
                &codes::MISUSED_VALUE,
                name.span,
                format!("the {noun} {} is not opening hours", quote(&text)),
            )
            .here("never open and never closed")
            .label(declared, "declared here")
            .help(format!("name hours here; a value is compared as in `when {text} = \"VALUE\"`")),
        );
        None
    }

    /// Reports a text that inserts hours.
    pub(super) fn report_inserted_hours(&mut self, value: ValueId, span: Span) {
        let declared = self.values[value].name.span;
        let text = self.sources.text(declared);
        self.diagnostics.push(
            Diagnostic::new(
                &codes::MISUSED_VALUE,
                span,
                format!("the hours {} cannot be inserted", quote(text)),
            )
            .here("these are hours, and no text")
            .label(declared, "declared here")
            .help("say in words when you are there"),
        );
    }

    /// Reports hours where a value is wanted. Returns whether it is about hours.
    pub(super) fn is_of_hours(&mut self, value: ValueId, span: Span) -> bool {
        if !matches!(self.values[value].source, ValueSource::Hours(_)) {
            return false;
        }
        let declared = self.values[value].name.span;
        let text = self.sources.text(declared);
        self.diagnostics.push(
            Diagnostic::new(&codes::MISUSED_VALUE, span, format!("the hours {} are no value", quote(text)))
                .here("a value is expected here")
                .label(declared, "declared here")
                .help(format!("a `decide` asks for them, as in `when open {text} -> NODE`")),
        );
        true
    }

    pub(super) fn report_compared_hours(&mut self, name: Name, declared: Span, user: ValueUser) {
        let text = self.name(name);
        let (message, help) = match user {
            ValueUser::Test => (
                format!("a test does not say whether {} are open", quote(&text)),
                "say when the call is made, as in `test \"NAME\" at 2026-12-24T18:00`".to_owned(),
            ),
            _ => (
                format!("the hours {} have no value to compare", quote(&text)),
                format!("write `when open {text}` or `when closed {text}`"),
            ),
        };
        self.diagnostics.push(
            Diagnostic::new(&codes::MISUSED_VALUE, name.span, message)
                .here("these are hours")
                .label(declared, "declared here")
                .help(help),
        );
    }
}

/// An arm that asks for hours as the language and as the platform write it.
pub(super) fn asked_words(hours: &Hours, compared: &Comparison) -> (String, String) {
    let is_open = compared.comparator == Comparator::Equal;
    let word = if is_open { OPEN } else { CLOSED };
    (format!("{word} {}", hours.name), crate::condition::hours(is_open, hours))
}
