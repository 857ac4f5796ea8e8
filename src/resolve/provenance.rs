//! Where each piece of a text comes from, after insertions.

use std::ops::Range;

use super::ScopeId;
use crate::source::Span;
use crate::table::id;

id! {
    /// A let, a param or a contact field.
    ValueId
}

/// A piece of a text, and where it comes from. It ends where the next one begins.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Where it begins in the text.
    pub start: usize,
    /// Its place in the string that the text was made of: its own, or the insertion's.
    pub outer: Span,
    /// Where it comes from.
    pub origin: TextOrigin,
}

/// Where a piece of a text comes from.
#[derive(Debug, Clone)]
pub enum TextOrigin {
    /// A string of the source.
    Written {
        /// The piece.
        span: Span,
        /// Where the string begins, to tell it from others.
        literal: u32,
        /// Whether the text has the piece byte for byte.
        exact: bool,
        /// Whose names it means.
        scope: ScopeId,
    },
    /// `\{`
    EscapedBrace(Span),
    /// A contact field that is inserted by its name.
    Field,
    /// A part that is not known.
    Gap,
    /// A value as a whole: it has no braces or signs, or it is set from outside.
    Value(ValueId),
}

/// Where a range of a text comes from.
pub struct Located {
    /// The place to show.
    pub span: Span,
    /// Whose names its string means, where one string spells all of it: then it can be written anew.
    pub scope: Option<ScopeId>,
    /// The value that holds all of it, where no string of the source does.
    pub value: Option<ValueId>,
}

/// The segment of a byte.
pub fn at(segments: &[Segment], byte: usize) -> Option<&Segment> {
    let after = segments.partition_point(|segment| segment.start <= byte);
    segments.get(after.checked_sub(1)?)
}

/// Where a range of a text comes from; `literal` is the string that the text was made of.
pub fn locate(segments: &[Segment], literal: Span, scope: ScopeId, range: Range<usize>) -> Located {
    let first = segments.partition_point(|segment| segment.start <= range.start).saturating_sub(1);
    let end = segments.partition_point(|segment| segment.start < range.end);
    let touched = segments.get(first..end).unwrap_or_default();
    let (Some(head), Some(tail)) = (touched.first(), touched.last()) else {
        // Without segments the text is the string between its quotes.
        let start = literal.range().start + 1;
        let span = Span::new(literal.file, start + range.start, start + range.end);
        return Located { span, scope: Some(scope), value: None };
    };
    if let ([_], TextOrigin::Value(value)) = (touched, &head.origin) {
        return Located { span: head.outer, scope: None, value: Some(*value) };
    }
    let begin = place(head, range.start, range.start);
    let spelled = begin.to(place(tail, range.end, range.end));
    match head.origin {
        TextOrigin::Written { literal, scope, .. }
            if touched.iter().all(|one| one.is_of(spelled, literal)) =>
        {
            Located { span: spelled, scope: Some(scope), value: None }
        }
        TextOrigin::EscapedBrace(_) if touched.iter().all(Segment::is_own) => {
            Located { span: spelled, scope: None, value: None }
        }
        // Insertions make it together.
        _ => {
            let from = if head.is_own() { begin } else { head.outer };
            let to = if tail.is_own() { place(tail, range.end, range.end) } else { tail.outer };
            Located { span: from.to(to), scope: None, value: None }
        }
    }
}

impl Segment {
    /// Whether the string spells it itself.
    fn is_own(&self) -> bool {
        match self.origin {
            TextOrigin::Written { span, .. } | TextOrigin::EscapedBrace(span) => span == self.outer,
            TextOrigin::Field | TextOrigin::Gap | TextOrigin::Value(_) => false,
        }
    }

    /// Whether the string that begins there spells it.
    fn is_of(&self, place: Span, string: u32) -> bool {
        matches!(self.origin, TextOrigin::Written { literal, span, .. } if literal == string && span.file == place.file)
    }
}

/// The source of some bytes of a segment, to the byte where that is known; else all of it.
fn place(segment: &Segment, from: usize, to: usize) -> Span {
    match segment.origin {
        TextOrigin::Written { span, exact: true, .. } => {
            let at = |byte: usize| span.range().start + byte.saturating_sub(segment.start);
            Span::new(span.file, at(from), at(to))
        }
        TextOrigin::Written { span, .. } | TextOrigin::EscapedBrace(span) => span,
        TextOrigin::Field | TextOrigin::Gap | TextOrigin::Value(_) => segment.outer,
    }
}
