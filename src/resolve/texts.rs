//! Evaluates texts with their insertions, and names in place of numbers.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::placeholders::{Reader, may_spell};
use super::provenance::{Segment, TextOrigin, ValueId};
use super::values::{GAP, Inserted, KnownValue, MAX_INSERTED, MAX_TEXT, ValueSource};
use super::{NameTarget, Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::flow::{self, Tag, VariableId};
use crate::source::Span;
use crate::syntax::ast::{self, Number};
use crate::syntax::codes::TOO_LARGE;
use crate::syntax::text::{Piece, StringFault, pieces};
use thin_vec::ThinVec;

/// An evaluated text.
pub struct Evaluated {
    pub text: flow::Text,
    /// The tags of the contact fields and variables in it.
    pub tags: ThinVec<Tag>,
    /// The variables in it, each once.
    pub variables: Vec<VariableId>,
}

impl Evaluated {
    fn hole(span: Span) -> Self {
        Self {
            text: flow::Text { value: None, span, placeholders: false },
            tags: ThinVec::new(),
            variables: Vec::new(),
        }
    }
}

/// What each segment of an inserted value costs, in bytes: its size in memory.
const SEGMENT_COST: usize = size_of::<Segment>();

/// Adds a piece of a string. Neighbouring pieces without braces and signs are joined.
fn add_written(own: &mut Vec<Segment>, at: usize, span: Span, literal: usize, exact: bool, scope: ScopeId) {
    if let (
        false,
        Some(Segment { outer, origin: TextOrigin::Written { span: before, exact: false, .. }, .. }),
    ) = (exact, own.last_mut())
        && before.end == span.start
    {
        *outer = outer.to(span);
        *before = before.to(span);
        return;
    }
    let literal = u32::try_from(literal).unwrap_or(u32::MAX);
    let origin = TextOrigin::Written { span, literal, exact, scope };
    own.push(Segment { start: at, outer: span, origin });
}

/// Adds a add_gap for an unknown part.
fn add_gap(out: &mut String, segments: &mut Vec<Segment>, outer: Span) {
    segments.push(Segment { start: out.len(), outer, origin: TextOrigin::Gap });
    out.push(GAP);
}

/// The range of `${name}` around a name.
fn insertion(literal: &str, name: Range<usize>) -> Option<Range<usize>> {
    let start = literal.get(..name.start)?.rfind("${")?;
    let end = name.end + literal.get(name.end..)?.find('}')? + 1;
    Some(start..end)
}

impl Resolver<'_> {
    /// The text of a string after its insertions, for a voice or a directive. Other spellings that the platform
    /// would fill in are reported, and count as the field.
    pub(super) fn text_read_by(&mut self, scope: ScopeId, text: ast::Text, reader: Reader) -> Evaluated {
        let span = text.span;
        if text.plain {
            let written = self.sources.text(span);
            let value = written.get(1..written.len().saturating_sub(1)).unwrap_or_default();
            let found = self.spelled_fields(scope, span, reader, value, &[]);
            return self.evaluated(span, Some(value.into()), Vec::new(), found);
        }
        match self.evaluate(scope, text) {
            KnownValue::Hole | KnownValue::TooLong => Evaluated::hole(span),
            KnownValue::Text(known) => {
                let found = self.spelled_fields(scope, span, reader, &known.text, &known.segments);
                self.record_givers(scope, span, &known.segments);
                let value = (!known.has_gaps).then(|| known.text.into());
                self.evaluated(span, value, known.contacts, found)
            }
        }
    }

    /// The text of a string after its insertions, if it is not sent to the platform.
    pub(super) fn text_not_sent(&mut self, scope: ScopeId, text: ast::Text) -> Option<Box<str>> {
        self.evaluate(scope, text).whole().map(|known| known.text.as_str().into())
    }

    fn evaluated(
        &self,
        span: Span,
        value: Option<Box<str>>,
        mut contacts: Vec<ValueId>,
        found: Option<Vec<ValueId>>,
    ) -> Evaluated {
        let placeholders = !contacts.is_empty() || found.is_some();
        contacts.extend(found.into_iter().flatten());
        let mut tags: ThinVec<Tag> = ThinVec::new();
        let mut variables: Vec<VariableId> = Vec::new();
        for (index, &contact) in contacts.iter().enumerate() {
            let is_first = !contacts.iter().take(index).any(|&earlier| earlier == contact);
            if !is_first {
                continue;
            }
            tags.extend(self.values[contact].call_tags().into_iter().flatten().cloned());
            if let ValueSource::Variable(_, id) = self.values[contact].source {
                variables.push(id);
            }
        }
        Evaluated { text: flow::Text { value, span, placeholders }, tags, variables }
    }

    pub(super) fn evaluate(&mut self, scope: ScopeId, text: ast::Text) -> KnownValue {
        let literal = self.sources.text(text.span);
        let start = text.span.range().start;
        let place = |range: Range<usize>| Span::new(text.span.file, start + range.start, start + range.end);
        let mut plain = String::new();
        let mut contacts: Vec<ValueId> = Vec::new();
        let mut has_gaps = false;
        let mut unclosed: Vec<usize> = Vec::new();
        let mut inserts: Vec<(usize, &str, Range<usize>)> = Vec::new();
        let mut own: Vec<Segment> = Vec::new();
        pieces(literal, |piece| match piece {
            Piece::Plain(text, at) => {
                // Signs may also end with these.
                let exact = may_spell(text) || memchr::memchr2(b'>', b']', text.as_bytes()).is_some();
                let span = place(at..at + text.len());
                add_written(&mut own, plain.len(), span, start, exact, scope);
                plain.push_str(text);
            }
            Piece::Escaped(character, range) => {
                let at = plain.len();
                let span = place(range.clone());
                if literal.get(range) == Some("\\{") {
                    own.push(Segment { start: at, outer: span, origin: TextOrigin::EscapedBrace(span) });
                } else {
                    add_written(&mut own, at, span, start, false, scope);
                }
                plain.push(character);
            }
            Piece::Insert(name, range) => inserts.push((plain.len(), name, range)),
            Piece::Bad(bad, range) => {
                has_gaps = true;
                own.push(Segment {
                    start: plain.len(),
                    outer: place(range.clone()),
                    origin: TextOrigin::Gap,
                });
                plain.push(GAP);
                unclosed.extend((bad == StringFault::OpenInsert).then_some(range.end));
            }
        });
        // `${brand, and so on`: the value that it begins with counts as used.
        for at in unclosed {
            let rest = literal.get(at..).unwrap_or_default();
            let name =
                rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or_default();
            if let Some(id) = self.lookup(scope, name) {
                self.values[id].used = true;
            }
        }
        if inserts.is_empty() {
            return KnownValue::Text(Inserted { text: plain, contacts, segments: own, has_gaps });
        }
        let mut out = String::new();
        let mut segments: Vec<Segment> = Vec::new();
        let mut own = own.into_iter().peekable();
        let mut done = 0;
        for (at, name, range) in inserts {
            let moved = out.len() - done;
            out.push_str(plain.get(done..at).unwrap_or_default());
            done = at;
            while let Some(segment) = own.next_if(|segment| segment.start < at) {
                segments.push(Segment { start: segment.start + moved, ..segment });
            }
            let Some(id) = self.lookup(scope, name) else {
                self.report_unknown_value(scope, name, place(range.clone()));
                add_gap(&mut out, &mut segments, insertion(literal, range).map_or(text.span, place));
                has_gaps = true;
                continue;
            };
            self.values[id].used = true;
            self.record_value_use(place(range.clone()), id);
            if let ValueSource::Hours(_) = self.values[id].source {
                self.report_inserted_hours(id, place(range.clone()));
            }
            match &self.values[id].known {
                Some(KnownValue::Text(known)) => {
                    let outer = insertion(literal, range).map_or(text.span, place);
                    let cost = known.text.len() + known.segments.len().saturating_sub(1) * SEGMENT_COST;
                    let remaining = self.text_budget.checked_sub(cost);
                    if remaining.is_none() || out.len() + known.text.len() > MAX_TEXT {
                        self.report_too_long(text.span);
                        return KnownValue::TooLong;
                    }
                    self.text_budget = remaining.unwrap_or_default();
                    if known.contacts.is_empty() && !known.has_gaps && !may_spell(&known.text) {
                        segments.push(Segment { start: out.len(), outer, origin: TextOrigin::Value(id) });
                    } else {
                        segments.extend(known.segments.iter().map(|segment| Segment {
                            start: out.len() + segment.start,
                            outer,
                            origin: segment.origin.clone(),
                        }));
                    }
                    has_gaps |= known.has_gaps;
                    out.push_str(&known.text);
                    contacts.extend(
                        known
                            .contacts
                            .iter()
                            .filter(|id| !contacts.contains(id))
                            .copied()
                            .collect::<Vec<_>>(),
                    );
                }
                Some(KnownValue::TooLong) => return KnownValue::TooLong,
                Some(KnownValue::Hole) | None => {
                    add_gap(&mut out, &mut segments, insertion(literal, range).map_or(text.span, place));
                    has_gaps = true;
                }
            }
        }
        let moved = out.len() - done;
        out.push_str(plain.get(done..).unwrap_or_default());
        segments.extend(own.map(|segment| Segment { start: segment.start + moved, ..segment }));
        KnownValue::Text(Inserted { text: out, contacts, segments, has_gaps })
    }

    /// Where a text itself inserts variables first, rather than through a `let`.
    pub(super) fn insertions_of(
        &self,
        scope: ScopeId,
        text: Span,
        variables: &[VariableId],
    ) -> FxHashMap<VariableId, Span> {
        let written = self.sources.text(text);
        let start = text.range().start;
        let mut places = FxHashMap::default();
        if variables.is_empty() {
            return places;
        }
        for (at, sign) in written.match_indices("${") {
            let rest = written.get(at + sign.len()..).unwrap_or_default();
            let Some(name) = rest.find('}').and_then(|end| rest.get(..end)) else { continue };
            let Some(value) = self.lookup(scope, name.trim()) else { continue };
            let variable = match &self.values[value].source {
                ValueSource::Variable(_, id) => Some(*id),
                ValueSource::Contact(_) => self.contact_variables.get(name.trim()).copied(),
                _ => None,
            };
            let end = at + sign.len() + name.len() + 1;
            let place = Span::new(text.file, start + at, start + end);
            if let Some(variable) = variable {
                places.entry(variable).or_insert(place);
            }
        }
        places
    }

    pub(super) fn report_too_long(&mut self, span: Span) {
        let diagnostic =
            Diagnostic::new(&TOO_LARGE, span, "the insertions produce more text than a flow can hold")
                .here(format!(
                    "more than {} MiB after its insertions, or more than {} MiB together with all others",
                    MAX_TEXT >> 20,
                    MAX_INSERTED >> 20
                ))
                .help("insert fewer or shorter texts");
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn report_unknown_value(&mut self, scope: ScopeId, name: &str, span: Span) {
        if self.lost_include.may_declare(name) || self.broken_lines.may_declare_value(name) {
            return;
        }
        let near = self.nearest_value(scope, name);
        let help = match &near {
            Some(near) => {
                // The value that was probably meant counts as used.
                if let Some(id) = self.lookup(scope, near) {
                    self.values[id].used = true;
                }
                format!("did you mean `{near}`?")
            }
            None => {
                self.unknown_values.push((scope, name.into(), span));
                format!(
                    "declare it, as in `let {name} = \"…\"`, `param {name}`, `contact {name}` or `var {name}`"
                )
            }
        };
        self.diagnostics.push(
            Diagnostic::new(
                &codes::UNKNOWN_NAME,
                span,
                format!("there is no let, param, contact field or variable {}", quote(name)),
            )
            .here("not declared")
            .help(help)
            .fix(near.map(|near| Fix::write(span, near))),
        );
    }

    fn report_number_word(&mut self, word: &str, digits: &str, span: Span) {
        self.diagnostics.push(
            Diagnostic::new(&codes::NOT_AN_INTEGER, span, format!("{} is not a whole number", quote(word)))
                .here("expected a number here")
                .help(format!("write `{digits}`"))
                .fix(Fix::write(span, digits)),
        );
    }

    /// The value of a number, or of a name in place of one.
    pub(super) fn number(&mut self, scope: ScopeId, number: Number) -> Option<u32> {
        let (span, text, declared) = match number {
            Number::Integer(span) => (span, self.sources.text(span).to_owned(), None),
            Number::Other(span) => {
                let written = self.sources.text(span);
                let digits = written.trim_matches('"');
                let (help, meant) = if digits.len() < 10 && digits.parse::<u32>().is_ok() {
                    (format!("write {digits} without quotes"), Some(Fix::write(span, digits)))
                } else {
                    ("write a whole number, such as 2".to_owned(), None)
                };
                self.diagnostics.push(
                    Diagnostic::new(
                        &codes::NOT_AN_INTEGER,
                        span,
                        format!("{} is not a whole number", quote(written)),
                    )
                    .here("expected a number here")
                    .help(help)
                    .fix(meant),
                );
                return None;
            }
            Number::Name(name) => {
                let written = self.name(name);
                let Some(id) = self.lookup(scope, &written) else {
                    match in_digits(&written) {
                        Some(digits) => self.report_number_word(&written, digits, name.span),
                        None => self.report_unknown_value(scope, &written, name.span),
                    }
                    return None;
                };
                self.values[id].used = true;
                self.record_use(NameTarget::Value, name.span, self.values[id].name.span);
                if self.is_of_hours(id, name.span) {
                    return None;
                }
                let known = self.values[id].known.as_ref().and_then(KnownValue::whole)?;
                (name.span, known.text.clone(), Some(id))
            }
        };
        if let Ok(number) = text.trim().parse() {
            return Some(number);
        }
        let too_large = !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
        let mut diagnostic = match declared {
            _ if too_large => Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                span,
                format!("{} is more than the largest number that may stand here", quote(&text)),
            )
            .help(format!("write a number up to {}", u32::MAX)),
            Some(id) if self.values[id].call_tags().is_some() => {
                let message = format!("a {} is only known during the call", self.values[id].noun());
                Diagnostic::new(&codes::NOT_AN_INTEGER, span, message)
                    .help("write a number, a let or a param")
            }
            _ => Diagnostic::new(
                &codes::NOT_AN_INTEGER,
                span,
                format!("{} is {}, not a whole number", quote(self.sources.text(span)), quote(&text)),
            )
            .help("give it a whole number, such as 2"),
        };
        diagnostic = diagnostic.here("expected a number here");
        if let Some(id) = declared {
            let given = self.given_by(id);
            diagnostic = diagnostic.label(self.values[id].name.span, "declared here").given(given);
        }
        self.diagnostics.push(diagnostic);
        None
    }
}

/// The digits of a number written as a word.
fn in_digits(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "zero" | "none" | "never" => "0",
        "one" | "once" => "1",
        "two" | "twice" => "2",
        "three" | "thrice" => "3",
        "four" => "4",
        "five" => "5",
        _ => return None,
    })
}
