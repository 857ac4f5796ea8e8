//! Findings for people: miette's frame around the excerpt.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use owo_colors::Style;

use super::excerpt::Excerpt;
use super::{put, shown};
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::Sources;

/// How findings for people look.
#[derive(Debug, Clone, Copy)]
pub struct Human {
    /// Whether to use colours.
    pub color: bool,
    /// The terminal's width in columns.
    pub width: usize,
}

impl Default for Human {
    fn default() -> Self {
        Self { color: false, width: 100 }
    }
}

/// One finding, framed, with the lines that it speaks of if there are any.
pub fn human(sources: &Sources, diagnostic: &Diagnostic, look: Human) -> String {
    let excerpt = Excerpt::of(sources, diagnostic);
    let styles = if look.color { styles(diagnostic.severity, &excerpt) } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters: ThemeCharacters::unicode(), styles };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(look.width.max(40))
        .with_links(false)
        // As much as the excerpt has: it holds no other lines than those to be shown.
        .with_context_lines(1)
        .with_wrap_lines(true)
        .without_syntax_highlighting();
    let report = Report {
        code: format!("{}[{}]", diagnostic.severity, diagnostic.code),
        message: shown(&diagnostic.message),
        severity: diagnostic.severity,
        help: help(diagnostic),
        excerpt,
    };
    let mut out = String::new();
    // Writing to a string does not fail; an excerpt that miette can not read leaves the text.
    if handler.render_report(&mut out, &report).is_err() {
        out = super::short(sources, diagnostic);
    }
    put(&mut out, format_args!("\n"));
    out
}

/// The finding's own place in the colour of its severity, all others in one other colour.
fn styles(severity: Severity, excerpt: &Excerpt) -> ThemeStyles {
    let own = match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Note => Style::new().cyan().bold(),
    };
    // miette hands these out to the labels in the order of their places.
    let mut marks: Vec<(usize, bool)> =
        excerpt.marks.iter().map(|mark| (mark.range.start, mark.primary)).collect();
    marks.sort_by_key(|&(start, _)| start);
    let highlight = |(_, primary)| if primary { own } else { Style::new().blue() };
    ThemeStyles {
        error: Style::new().red().bold(),
        warning: Style::new().yellow().bold(),
        advice: Style::new().cyan().bold(),
        link: Style::new().cyan(),
        highlights: marks.into_iter().map(highlight).collect(),
        ..ThemeStyles::ansi()
    }
}

fn help(diagnostic: &Diagnostic) -> Option<String> {
    let mut parts: Vec<String> = diagnostic.help.iter().map(|help| shown(help)).collect();
    parts.extend(diagnostic.notes.iter().map(|note| format!("note: {}", shown(note))));
    (!parts.is_empty()).then(|| parts.join("\n"))
}

#[derive(Debug)]
struct Report {
    code: String,
    message: String,
    severity: Severity,
    help: Option<String>,
    excerpt: Excerpt,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display + 'a>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.marks.is_empty()).then_some(&self.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| shown(&mark.text));
            if mark.primary {
                LabeledSpan::new_primary_with_span(text, (mark.range.start, mark.range.len()))
            } else {
                LabeledSpan::new(text, mark.range.start, mark.range.len())
            }
        })))
    }
}
