//! Texts with markup whose quotes end them: `ssml "<say-as interpret-as="digits">1</say-as>"`.

use super::Lower;
use crate::diagnostics::{Diagnostic, Edit, Fix, When};
use crate::source::Span;
use crate::syntax::ast::{Opt, Text};
use crate::syntax::codes;
use thin_vec::ThinVec;

impl Lower<'_> {
    /// Takes out the options from a text on whose markup has quotes that end it: `ssml "<say-as interpret-as="digits">…"`.
    /// Returns whether there is one, which is reported.
    pub(super) fn take_torn_text(&mut self, argument: Option<Text>, options: &mut ThinVec<Opt>) -> bool {
        let texts = options.iter().map(|option| Some(option.span));
        let before = std::iter::once(argument.map(|text| text.span)).chain(texts);
        let next = options.iter().map(|option| option.span);
        let is_torn = |(before, next): (Option<Span>, Span)| {
            let text = before.filter(|text| text.end == next.start)?;
            // The value of an attribute follows.
            self.source.slice(text.range()).ends_with("=\"").then_some((text, next))
        };
        let mut torn = before.zip(next).map(is_torn).enumerate();
        let Some((at, (text, next))) = torn.find_map(|(at, torn)| Some((at, torn?))) else { return false };
        options.truncate(at.saturating_sub(1));
        let finding = self.torn_text(text, next);
        self.ast.broken = true;
        self.report(finding);
        true
    }

    /// The finding for a text that ends at a quote right before a word.
    fn torn_text(&self, text: Span, next: Span) -> Diagnostic {
        let quote = self.span(text.range().end - 1..text.range().end);
        let line = self.line_from(text.range().start);
        let written = self.source.slice(line.clone());
        let first = written.find('"').unwrap_or_default();
        let last = written.rfind('"').unwrap_or_default();
        let inside = written.get(first + 1..last).unwrap_or_default();
        let is_markup = inside.starts_with('<') && inside.ends_with('>');
        let instead = if is_markup && !inside.contains(['\'', '\\']) { "'" } else { "\\\"" };
        let start = line.start + first + 1;
        let edits = inside
            .match_indices('"')
            .map(|(at, _)| Edit { span: self.span(start + at..start + at + 1), text: instead.to_owned() });
        let fix = Fix { title: format!("Write `{instead}`"), edits: edits.collect(), when: When::Always };
        let help = match is_markup {
            true => "write `'` for the quotes inside it, or put the whole text between `\"\"\"`",
            false => "write `\\\"` for a quote inside a text, or put the text between `\"\"\"`",
        };
        Diagnostic::new(&codes::SYNTAX, quote, "the text ends at this quote")
            .here("but more of it seems to follow")
            .label(next, "read as an option")
            .help(help)
            .fix(is_markup.then_some(fix))
    }
}
