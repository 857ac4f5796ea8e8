//! Signs around an inserted contact field: `{${day}}` sends `{{day}}`, and `<${day}>` sends what a voice takes
//! for markup.

use super::placeholders::Reader;
use super::provenance::{Segment, TextOrigin, at, locate};
use super::{Resolver, ScopeId, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::Span;
use crate::spelling::is_blank_character;

/// The signs without braces that other systems write around a name.
const AROUND: &[(&str, &str)] = &[
    ("*|", "|*"),
    ("[[", "]]"),
    ("[%", "%]"),
    ("<%=", "%>"),
    ("<%", "%>"),
    ("<", ">"),
    ("%", "%"),
    ("｛", "｝"),
];

impl Resolver<'_> {
    /// Reports the signs beside the contact fields of a text.
    pub(super) fn report_around_fields(
        &mut self,
        scope: ScopeId,
        literal: Span,
        reader: Reader,
        text: &str,
        segments: &[Segment],
    ) {
        for (index, segment) in segments.iter().enumerate() {
            if !matches!(segment.origin, TextOrigin::Field) {
                continue;
            }
            let end = segments.get(index + 1).map_or(text.len(), |next| next.start);
            let Some(field) = text.get(segment.start..end) else { continue };
            let (Some(before), Some(after)) = (text.get(..segment.start), text.get(end..)) else { continue };
            let Some((open, close)) =
                braces(before, after, reader, segments).or_else(|| signs(before, after))
            else {
                continue;
            };
            let range = segment.start - open..end + close;
            let signs = (segment.start - range.start, range.end - end);
            let opening = range.start..segment.start;
            let closing = end..range.end;
            let shown = text.get(range.clone()).unwrap_or_default();
            let mut span = locate(segments, literal, scope, range).span;
            let written = self.sources.text(span);
            // The insertion, if the signs are in the same string.
            let insertion = (written.len().checked_sub(signs.1))
                .and_then(|close| written.get(signs.0..close))
                .map(|inside| inside.trim_matches(is_blank_character))
                .filter(|inside| {
                    let is_one_insertion =
                        inside.starts_with("${") && inside.find('}') == Some(inside.len() - 1);
                    let own = |part| text.get(part).unwrap_or_default();
                    // Words between the signs are meant to be spoken.
                    let words = own(opening.clone()).chars().chain(own(closing.clone()).chars());
                    is_one_insertion
                        && !words.into_iter().any(char::is_alphanumeric)
                        && *written == format!("{}{inside}{}", own(opening.clone()), own(closing.clone()))
                });
            let name = field.trim_start_matches('{').trim_end_matches('}');
            let alone = insertion.map_or_else(|| format!("${{{name}}}"), str::to_owned);
            let fix = insertion.map(|alone| Fix::write(span, alone));
            if insertion.is_none()
                && written.starts_with("${")
                && written.find('}') == Some(written.len() - 1)
            {
                // The signs are in the inserted value.
                let part = if opening.is_empty() { closing } else { opening };
                span = locate(segments, literal, scope, part).span;
            }
            if !self.spelled.insert((span, shown.into())) {
                continue;
            }
            let message = format!("the platform gets {} here, not {} alone", quote(shown), quote(field));
            self.diagnostics.push(
                Diagnostic::new(&codes::FOREIGN_INSERTION, span, message)
                    .here("the signs around the insertion are sent, too")
                    .help(format!("write `{alone}` alone"))
                    .fix(fix),
            );
        }
    }
}

/// The length of the braces on both sides of a field. In data for a directive, a brace may end an object.
fn braces(before: &str, after: &str, reader: Reader, segments: &[Segment]) -> Option<(usize, usize)> {
    let opened = before.trim_end_matches(is_blank_character);
    let closed = after.trim_start_matches(is_blank_character);
    let is_escaped = |brace: usize| {
        matches!(at(segments, brace), Some(Segment { origin: TextOrigin::EscapedBrace(_), .. }))
    };
    let outer = opened.trim_end_matches('{');
    let inner = closed.trim_start_matches('}');
    let (opens, closes) = (outer.len() < opened.len(), inner.len() < closed.len());
    let is_stray = match reader {
        Reader::Voice => opens || closes,
        Reader::Directive => opens && closes && !before.contains('"'),
    };
    // An intended brace is escaped, while the one that closes it need not be. Asked last, since it goes through the text.
    if !is_stray || before.match_indices('{').any(|(brace, _)| is_escaped(brace)) {
        return None;
    }
    // `{on ${day}}`
    let begins =
        before.rfind('{').filter(|&brace| !before.get(brace..).is_some_and(|rest| rest.contains('}')));
    let ends = after.find('}').filter(|&brace| !after.get(..brace).is_some_and(|rest| rest.contains('{')));
    if let (Reader::Voice, false, Some(brace)) = (reader, opens, begins) {
        return Some((before.len() - brace, after.len() - inner.len()));
    }
    if let (Reader::Voice, false, Some(brace)) = (reader, closes, ends) {
        return Some((before.len() - outer.len(), brace + 1));
    }
    let sign = outer.chars().next_back().filter(|sign| opens && matches!(sign, '#' | '@' | '$' | '%'));
    let open = if opens { before.len() - outer.len() + sign.map_or(0, char::len_utf8) } else { 0 };
    let close = if closes { after.len() - inner.len() } else { 0 };
    Some((open, close))
}

/// The length of other signs on both sides of a field.
fn signs(before: &str, after: &str) -> Option<(usize, usize)> {
    AROUND.iter().find_map(|&(open, close)| {
        // `<% day %>` may have blanks; a single sign is next to its name.
        let is_close = open.len() == 1;
        let (left, right) = if is_close {
            (before, after)
        } else {
            (before.trim_end_matches(is_blank_character), after.trim_start_matches(is_blank_character))
        };
        let outer = left.strip_suffix(open)?;
        let inner = right.strip_prefix(close)?;
        // In `${low}%${high}%`, each sign belongs to the number before it.
        let is_of_number = outer.ends_with(|last: char| last.is_ascii_digit() || last == '}');
        (open != "%" || !is_of_number).then_some((before.len() - outer.len(), after.len() - inner.len()))
    })
}
