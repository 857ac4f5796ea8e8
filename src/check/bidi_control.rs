//! No invisible direction controls: what is read is what is sent.

use std::ops::Range;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::source::{FileId, Source, Span};
use crate::spelling::is_bidi_control;
use crate::syntax::tokens::{Kind, tokens};

pub static RULE: Rule = Rule { codes: &[&BIDI_CONTROL], check };

/// An invisible character that hides what a file says.
pub static BIDI_CONTROL: Code = Code {
    id: "CX405",
    area: Area::Lint,
    name: "bidi-control",
    severity: Severity::Warning,
    what: "A name, a string or a comment of a flow, or a line of `cxflow.toml`, holds an invisible character that changes the direction of writing (Unicode Standard Annex 9, section 2), or a comment or a line of `cxflow.toml` holds a character that editors show as a line break and that ends no line here: a carriage return by itself, U+000B, U+000C, U+0085, U+2028 or U+2029.",
    why: "A reviewer sees the text in a different order than the platform reads it, so a queue or a URL can hide in plain sight, and a comment can look like a line of the flow. Text in Arabic or Hebrew does not need these characters.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\nagent sales \"sales\u{202E}eueuq_\"\nnotice -> sales\n",
        ),
        right: Example::Text(
            "flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\nagent sales \"sales_queue\"\nnotice -> sales\n",
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let mut strings = Strings::default();
    for (file, ast) in context.files {
        let source = context.sources.get(*file);
        check_comments(source, &ast.comments, diagnostics);
        if source.is_ascii() {
            continue;
        }
        for (at, character) in
            source.text().char_indices().filter(|&(_, character)| is_bidi_control(character))
        {
            let span = Span::new(*file, at, at + character.len_utf8());
            let code = u32::from(character);
            let message = format!("an invisible direction control, U+{code:04X}");
            let finding = Diagnostic::new(&BIDI_CONTROL, span, message)
                .here("changes the order in which the rest is shown");
            let comment = ast.comments.partition_point(|comment| comment.end <= span.start);
            if ast.comments.get(comment).is_some_and(|comment| comment.start <= span.start) {
                // A mark between Arabic or Hebrew and other words moves nothing.
                if matches!(character, '\u{200E}' | '\u{200F}' | '\u{61C}') {
                    continue;
                }
                diagnostics
                    .push(finding.help("take it out: a comment does not need it").fix(Fix::write(span, "")));
                continue;
            }
            let in_text = strings.contain(source, span);
            diagnostics.push(
                finding
                    .help(format!("take it out, or write `\\u{{{code:X}}}` where everybody can see it"))
                    .fix(in_text.then(|| Fix::write(span, "")))
                    .fix(in_text.then(|| Fix::write(span, format!("\\u{{{code:X}}}")))),
            );
        }
    }
}

/// Reports characters that look like the end of a comment but do not end it.
fn check_comments(source: &Source, comments: &[Span], diagnostics: &mut Diagnostics) {
    for comment in comments {
        let text = source.slice(comment.range());
        let looks_like_a_break = |character: char| {
            matches!(character, '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
        };
        // What was meant for a line of its own below a comment may be a statement. Beside one, it would be half of it.
        let line = source.line_range(source.line_of(comment.range().start)).unwrap_or_default();
        let is_alone = source.slice(line.start..comment.range().start).trim().is_empty();
        // At the end of the comment, the line ends anyway.
        let inside = text.trim_end_matches(looks_like_a_break);
        for (at, character) in inside.char_indices().filter(|&(_, character)| looks_like_a_break(character)) {
            let start = comment.range().start + at;
            let span = Span::new(comment.file, start, start + character.len_utf8());
            let code = u32::from(character);
            diagnostics.push(
                Diagnostic::new(
                    &BIDI_CONTROL,
                    span,
                    format!("U+{code:04X} ends no line: what follows is still the comment"),
                )
                .here("shown as a line break by editors")
                .help("break the line here, or take the character out")
                .fix(match is_alone {
                    true => Fix::new("Break the line here", span, "\n"),
                    false => Fix::new("Take it out", span, " "),
                }),
            );
        }
    }
}

/// The strings of one line, kept for the next question about the same line.
#[derive(Default)]
struct Strings {
    line: Option<(FileId, usize)>,
    ranges: Vec<Range<usize>>,
}

impl Strings {
    /// Whether a place is in a string. A name cannot be changed in one place alone.
    fn contain(&mut self, source: &Source, span: Span) -> bool {
        let number = source.line_of(span.range().start);
        let line = source.line_range(number).unwrap_or_default();
        if self.line.replace((span.file, number)) != Some((span.file, number)) {
            let tokens = tokens(source.slice(line.clone())).into_iter();
            self.ranges =
                tokens.filter(|token| token.kind == Kind::String).map(|token| token.range).collect();
        }
        let at = span.range().start - line.start;
        let before = self.ranges.partition_point(|range| range.end <= at);
        self.ranges.get(before).is_some_and(|range| range.contains(&at))
    }
}
