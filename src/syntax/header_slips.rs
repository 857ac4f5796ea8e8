//! First lines of blocks that lack a line break, or whose `{` comes too early: one finding each, with the
//! text as it was meant to be.

use std::ops::Range;

use super::broken_lines::code;
use super::codes;
use super::line::reads_whole;
use super::tokens::tokens;
use super::words::LineContext;
use crate::diagnostics::{Diagnostic, Edit, Fix, line_break, quote};
use crate::source::{FileId, Source, Span};

/// A first line that is not as it was meant to be.
#[derive(Debug)]
pub enum Slip {
    /// `} collect menu {`: what stands between the `}` and the next header.
    Joined {
        /// The blanks.
        gap: Range<usize>,
        /// The header.
        header: Range<usize>,
    },
    /// `disclosure { notice`: the `{` before what the line goes on with.
    EarlyBrace {
        /// The `{` and the blanks behind it.
        brace: Range<usize>,
        /// What belongs before it.
        rest: Range<usize>,
    },
}

/// The slips of a text, at most one in a line.
pub fn slips(text: &str) -> Vec<Slip> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        // Few lines have a `{` and something beside it.
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
    let behind = line.strip_prefix('}')?;
    let header = behind.trim_start();
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
    let behind = line.get(brace.range.end..)?;
    let rest = line.len() - behind.trim_start().len()..line.len();
    let header = format!("{} {} {{", line.get(..brace.range.start)?.trim_end(), line.get(rest.clone())?);
    let is_slip =
        !rest.is_empty() && !behind.contains(['{', '}', ';']) && reads_whole(LineContext::File, &header);
    is_slip.then(|| Slip::EarlyBrace {
        brace: start + brace.range.start..start + rest.start,
        rest: start + rest.start..start + rest.end,
    })
}

/// The text as it was meant to be. Every word stays where it is.
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
                // Of an indentation the line below can do without one blank.
                let is_broken = text.get(rest.end..).is_some_and(|behind| {
                    behind.starts_with(['\n', '\r'])
                        && behind.get(1..).is_some_and(|next| next.starts_with(['\n', ' ', '\t']))
                });
                if is_broken {
                    put(rest.end + 1, b'\n');
                }
            }
        }
    }
    String::from_utf8(read).unwrap_or_else(|_| text.to_owned())
}

impl Slip {
    /// Whether a finding of the text as it was meant to be is about the same line.
    pub fn explains(&self, finding: &Diagnostic) -> bool {
        let Some(at) = finding.span.map(|span| span.range().start) else { return false };
        match self {
            Self::Joined { gap, header } => (gap.start..header.end).contains(&at),
            // In the file no line break follows the `{` where it is read.
            Self::EarlyBrace { brace, rest } => {
                let mut labels = finding.labels.iter().map(|label| label.span.range().start);
                let is_of_brace = finding.labels.len() == 2 && labels.any(|start| start == rest.end);
                is_of_brace || (brace.start..=rest.end).contains(&at)
            }
        }
    }

    /// What is said of it.
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
                    format!("the `{{` stands before {}", quote(moved)),
                )
                .here("too early")
                .help("put the `{` at the end of the line")
                .fix(Some(Fix { title, edits, when: Default::default() }))
            }
        }
    }
}
