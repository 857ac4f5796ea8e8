//! No invisible direction controls: what is read is what is sent.

use std::ops::Range;

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Mend, Page, Severity, is_bidi_control};
use crate::source::{FileId, Source, Span};
use crate::syntax::tokens::{Kind, tokens};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX405",
    name: "bidi-control",
    severity: Severity::Warning,
    what: "A name or a string holds an invisible character that changes the direction of writing (Unicode Standard Annex 9, section 2).",
    why: "A reviewer sees the text in another order than the platform reads it, so that a queue or a URL can hide in plain sight. \
          Text in Arabic or Hebrew needs none of these characters.",
    page: Page::Flows {
        wrong: Example::Text("flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\nagent sales \"sales\u{202E}eueuq_\"\nnotice -> sales\n"),
        right: Example::Text("flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\nagent sales \"sales_queue\"\nnotice -> sales\n"),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut strings = Strings::default();
    for (file, ast) in context.files {
        let source = context.sources.get(*file);
        if source.is_ascii() {
            continue;
        }
        for (at, character) in source.text().char_indices().filter(|&(_, character)| is_bidi_control(character)) {
            let span = Span::new(*file, at, at + character.len_utf8());
            let comment = ast.comments.partition_point(|comment| comment.end <= span.start);
            if ast.comments.get(comment).is_some_and(|comment| comment.start <= span.start) {
                continue;
            }
            let code = u32::from(character);
            let in_text = strings.hold(source, span);
            diagnostics.push(
                Diagnostic::new(&CODE, span, format!("an invisible direction control, U+{code:04X}"))
                    .here("changes how what follows is shown")
                    .help(format!("take it out, or write `\\u{{{code:X}}}` where everybody can see it"))
                    .mend(in_text.then(|| Mend::write(span, "")))
                    .mend(in_text.then(|| Mend::write(span, format!("\\u{{{code:X}}}")))),
            );
        }
    }
}

/// The strings of the line that was asked for last.
#[derive(Default)]
struct Strings {
    line: Option<(FileId, usize)>,
    ranges: Vec<Range<usize>>,
}

impl Strings {
    /// Whether a place is in a text, and not in a name, which is written elsewhere too.
    fn hold(&mut self, source: &Source, span: Span) -> bool {
        let number = source.line_of(span.range().start);
        let line = source.line_range(number).unwrap_or_default();
        if self.line.replace((span.file, number)) != Some((span.file, number)) {
            let tokens = tokens(source.slice(line.clone())).into_iter();
            self.ranges = tokens.filter(|token| token.kind == Kind::String).map(|token| token.range).collect();
        }
        let at = span.range().start - line.start;
        let before = self.ranges.partition_point(|range| range.end <= at);
        self.ranges.get(before).is_some_and(|range| range.contains(&at))
    }
}
