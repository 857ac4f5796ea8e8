//! Headers of blocks that lack a line break or whose `{` comes too early: each is one finding, and the rest of the
//! text is read as intended.

use std::ops::Range;

use super::codes;
use super::line::reads_whole;
use super::text_lines::code;
use super::tokens::tokens;
use super::words::LineContext;
use crate::diagnostics::{Diagnostic, Edit, Fix, line_break, quote};
use crate::source::{FileId, Source, Span};

/// A mistake in the header of a block.
#[derive(Debug)]
pub enum Slip {
    /// `} collect menu {`: no line break between the `}` and the next header.
    Joined {
        /// The blanks between them.
        gap: Range<usize>,
        /// The header.
        header: Range<usize>,
    },
    /// `disclosure { notice`: the `{` before the end of the header.
    EarlyBrace {
        /// The `{` and the blanks after it.
        brace: Range<usize>,
        /// The rest of the header.
        rest: Range<usize>,
    },
}

/// The mistakes in a text's headers, at most one per line.
pub fn slips(text: &str) -> Vec<Slip> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        // Few lines have a `{`.
        if !line.contains('{') {
            continue;
        }
        let range = code(text, range);
        let line = text.get(range.clone()).unwrap_or_default();
        found.extend(joined(line, range.start).or_else(|| early_brace(line, range.start)));
    }
    found
}

fn joined(line: &str, start: usize) -> Option<Slip> {
    let after = line.strip_prefix('}')?;
    let header = after.trim_start();
    let gap = 1..line.len() - header.len();
    let is_header = header.ends_with('{') && reads_whole(LineContext::File, header);
    (is_header && !gap.is_empty()).then(|| Slip::Joined {
        gap: start + gap.start..start + gap.end,
        header: start + gap.end..start + line.len(),
    })
}

fn early_brace(line: &str, start: usize) -> Option<Slip> {
    let tokens = tokens(line);
    let brace = tokens.get(1).filter(|token| token.is("{"))?;
    let after = line.get(brace.range.end..)?;
    let rest = line.len() - after.trim_start().len()..line.len();
    let header = format!("{} {} {{", line.get(..brace.range.start)?.trim_end(), line.get(rest.clone())?);
    let is_slip =
        !rest.is_empty() && !after.contains(['{', '}', ';']) && reads_whole(LineContext::File, &header);
    is_slip.then(|| Slip::EarlyBrace {
        brace: start + brace.range.start..start + rest.start,
        rest: start + rest.start..start + rest.end,
    })
}

/// The text as intended. No word changes its place.
pub fn read_on(text: &str, slips: &[Slip]) -> String {
    let mut read = text.as_bytes().to_vec();
    let mut put = |at: usize, sign: u8| {
        if let Some(byte) = read.get_mut(at) {
            *byte = sign;
        }
    };
    for slip in slips {
        match slip {
            Slip::Joined { gap, .. } => put(gap.start, b'\n'),
            Slip::EarlyBrace { brace, rest } => {
                put(brace.start, b' ');
                put(rest.end, b'{');
                // The line break takes the place of one blank of the next line's indentation.
                let has_room = text.get(rest.end..).is_some_and(|after| {
                    after.starts_with(['\n', '\r'])
                        && after.get(1..).is_some_and(|next| next.starts_with(['\n', ' ', '\t']))
                });
                if has_room {
                    put(rest.end + 1, b'\n');
                }
            }
        }
    }
    String::from_utf8(read).unwrap_or_else(|_| text.to_owned())
}

impl Slip {
    /// Whether a finding in the intended text is about the same mistake.
    pub fn explains(&self, finding: &Diagnostic) -> bool {
        let Some(at) = finding.span.map(|span| span.range().start) else { return false };
        match self {
            Self::Joined { gap, header } => (gap.start..header.end).contains(&at),
            // In the file, there is no line break after the place where the `{` is read.
            Self::EarlyBrace { brace, rest } => {
                let mut labels = finding.labels.iter().map(|label| label.span.range().start);
                let is_of_brace = finding.labels.len() == 2 && labels.any(|start| start == rest.end);
                is_of_brace || (brace.start..=rest.end).contains(&at)
            }
        }
    }

    /// The finding about it.
    pub fn finding(&self, file: FileId, source: &Source) -> Diagnostic {
        let span = |range: &Range<usize>| Span::new(file, range.start, range.end);
        match self {
            Self::Joined { gap, header } => {
                Diagnostic::new(&codes::SYNTAX, span(header), "nothing may follow a block's `}` on its line")
                    .here("this follows the `}`")
                    .help("put it on a line of its own")
                    .fix(Some(Fix::new("Put it on a line of its own", span(gap), line_break(source))))
            }
            Self::EarlyBrace { brace, rest } => {
                let moved = source.slice(rest.clone());
                let sign = brace.start..brace.start + 1;
                let edits = vec![
                    Edit { span: span(brace), text: String::new() },
                    Edit { span: Span::new(file, rest.end, rest.end), text: " {".to_owned() },
                ];
                let title = "Put the `{` at the end of the line".to_owned();
                Diagnostic::new(
                    &codes::SYNTAX,
                    span(&sign),
                    format!("the `{{` comes before {}", quote(moved)),
                )
                .here("too early")
                .help("put the `{` at the end of the line")
                .fix(Some(Fix { title, edits, when: Default::default() }))
            }
        }
    }
}
