//! Where each piece of a text comes from, after insertions.

use std::ops::Range;

use super::ScopeId;
use crate::source::Span;
use crate::table::id;

id! {
    /// A let, a param or a contact field.
    ValueId
}

/// A piece of a text and its origin. It ends where the next one begins.
#[derive(Debug, Clone)]
pub struct Segment {
    /// Where it begins in the text.
    pub start: usize,
    /// Its place in the string that the text was made from: its own, or the insertion's.
    pub outer: Span,
    /// Its origin.
    pub origin: TextOrigin,
}

/// The origin of a piece of a text.
#[derive(Debug, Clone)]
pub enum TextOrigin {
    /// A string of the source.
    Written {
        /// The piece.
        span: Span,
        /// Where the string begins, to distinguish it from others.
        literal: u32,
        /// Whether the text contains the piece byte for byte.
        exact: bool,
        /// The scope of its names.
        scope: ScopeId,
    },
    /// `\{`
    EscapedBrace(Span),
    /// A contact field, inserted by its name.
    Field,
    /// An unknown part.
    Gap,
    /// A whole value: it has no braces or signs, or it is set from outside.
    Value(ValueId),
}

/// Where a range of a text comes from.
pub struct Located {
    /// The place to show.
    pub span: Span,
    /// The scope of its string's names, if a single string contains all of it: then a fix can rewrite it.
    pub scope: Option<ScopeId>,
    /// The value that contains all of it, if no string of the source does.
    pub value: Option<ValueId>,
}

/// The segment that contains a byte.
pub fn at(segments: &[Segment], byte: usize) -> Option<&Segment> {
    let after = segments.partition_point(|segment| segment.start <= byte);
    segments.get(after.checked_sub(1)?)
}

/// Where a range of a text comes from. `literal` is the string that the text was made from.
pub fn locate(segments: &[Segment], literal: Span, scope: ScopeId, range: Range<usize>) -> Located {
    let first = segments.partition_point(|segment| segment.start <= range.start).saturating_sub(1);
    let end = segments.partition_point(|segment| segment.start < range.end);
    let touched = segments.get(first..end).unwrap_or_default();
    let (Some(head), Some(tail)) = (touched.first(), touched.last()) else {
        // Without segments, the text is the content of the string.
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
            if touched.iter().all(|segment| segment.is_of(spelled, literal)) =>
        {
            Located { span: spelled, scope: Some(scope), value: None }
        }
        TextOrigin::EscapedBrace(_) if touched.iter().all(Segment::is_own) => {
            Located { span: spelled, scope: None, value: None }
        }
        // Several insertions contribute to it.
        _ => {
            let from = if head.is_own() { begin } else { head.outer };
            let to = if tail.is_own() { place(tail, range.end, range.end) } else { tail.outer };
            Located { span: from.to(to), scope: None, value: None }
        }
    }
}

impl Segment {
    /// Whether the text's own string contains it.
    fn is_own(&self) -> bool {
        match self.origin {
            TextOrigin::Written { span, .. } | TextOrigin::EscapedBrace(span) => span == self.outer,
            TextOrigin::Field | TextOrigin::Gap | TextOrigin::Value(_) => false,
        }
    }

    /// Whether the string that begins at an offset contains it.
    fn is_of(&self, place: Span, string: u32) -> bool {
        matches!(self.origin, TextOrigin::Written { literal, span, .. } if literal == string && span.file == place.file)
    }
}

/// The source of some bytes of a segment, exact to the byte if that is known, or else the whole segment.
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
