//! Characters that hide what a settings file says: direction controls, and characters that editors show as
//! line breaks but TOML does not.

use super::line::is_quoted;
use crate::check::BIDI_CONTROL;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix};
use crate::source::{FileId, Span};
use crate::spelling::is_bidi_control;

/// Reports each such character.
pub fn report(file: FileId, text: &str, diagnostics: &mut Diagnostics) {
    if text.is_ascii() {
        return;
    }
    for (at, character) in text.char_indices() {
        let code = u32::from(character);
        let span = Span::new(file, at, at + character.len_utf8());
        let found = if is_bidi_control(character) {
            // Direction marks between Arabic or Hebrew and other words of a comment are harmless.
            if matches!(character, '\u{200E}' | '\u{200F}' | '\u{61C}') && is_in_comment(text, at) {
                continue;
            }
            Diagnostic::new(&BIDI_CONTROL, span, format!("an invisible direction control, U+{code:04X}"))
                .here("changes the order in which the rest is shown")
                .help("take it out: settings need none")
                .fix(Fix::new("Take it out", span, ""))
        } else if matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}') {
            Diagnostic::new(
                &BIDI_CONTROL,
                span,
                format!("U+{code:04X} is not a line break: what follows belongs to the same line"),
            )
            .here("shown as a line break by editors")
            .help("break the line here, or take the character out")
            .fix(Fix::new("Take it out", span, " "))
        } else {
            continue;
        };
        diagnostics.push(found);
    }
}

/// Whether a place is in a comment.
fn is_in_comment(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.find('#').is_some_and(|sign| !is_quoted(line, sign))
}
