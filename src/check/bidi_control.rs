//! No invisible direction controls: what is read is what is sent.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Mend, Page, Severity, is_bidi_control};
use crate::source::{Source, Span};
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
            diagnostics.push(
                Diagnostic::new(&CODE, span, format!("an invisible direction control, U+{code:04X}"))
                    .here("changes how what follows is shown")
                    .help(format!("take it out, or write `\\u{{{code:X}}}` where everybody can see it"))
                    .mend(is_in_text(source, span).then(|| Mend::write(span, ""))),
            );
        }
    }
}

/// Whether a place is in a text, and not in a name, which is written elsewhere too.
fn is_in_text(source: &Source, span: Span) -> bool {
    let line = source.line_range(source.line_of(span.range().start)).unwrap_or_default();
    let at = span.range().start - line.start;
    tokens(source.slice(line)).iter().any(|token| token.kind == Kind::String && token.range.contains(&at))
}
