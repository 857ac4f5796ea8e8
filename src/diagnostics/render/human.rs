//! Findings for people: the excerpt in miette's frame.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles};
use owo_colors::{OwoColorize, Style};

use super::excerpt::Excerpt;
use super::{put, shown};
use crate::diagnostics::{Diagnostic, Severity};
use crate::source::{ColumnUnit, Sources};

/// The least width of a finding in columns, however narrow the terminal is.
const NARROWEST: usize = 40;

/// The look of findings for people.
#[derive(Debug, Clone, Copy)]
pub struct Human {
    /// Whether to use colours.
    pub color: bool,
    /// The terminal's width in columns.
    pub width: usize,
    /// Whether frames are drawn in ASCII. The text of sources does not change.
    pub ascii: bool,
}

impl Default for Human {
    fn default() -> Self {
        Self { color: false, width: 100, ascii: false }
    }
}

/// One finding in a frame, with the lines that it is about, if there are any.
pub fn human(sources: &Sources, diagnostic: &Diagnostic, look: Human) -> String {
    let width = look.width.max(NARROWEST);
    let (characters, ellipsis) =
        if look.ascii { (ThemeCharacters::ascii(), "...") } else { (ThemeCharacters::unicode(), "…") };
    // The only character beyond ASCII in our own texts.
    let worded = |text: &str| if look.ascii { text.replace('…', ellipsis) } else { text.to_owned() };
    let mut excerpt = Excerpt::of(sources, diagnostic, width, ellipsis);
    excerpt.marks.iter_mut().for_each(|mark| mark.text = worded(&mark.text));
    let styles = if look.color { styles(diagnostic.severity, &excerpt) } else { ThemeStyles::none() };
    let theme = GraphicalTheme { characters, styles };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        // The excerpt has no other lines than those to be shown.
        .with_context_lines(1)
        .with_wrap_lines(true)
        .without_syntax_highlighting();
    let report = Report {
        code: format!("{}[{}]", diagnostic.severity, diagnostic.code),
        message: shown(&worded(&diagnostic.message)),
        severity: diagnostic.severity,
        excerpt,
    };
    let mut out = String::new();
    // Writing to a string does not fail; an excerpt that miette cannot read leaves the text.
    if handler.render_report(&mut out, &report).is_err() {
        out = super::short(sources, diagnostic, ColumnUnit::default());
    }
    if let Some(help) = &diagnostic.help {
        put(&mut out, format_args!("{}", footer("help", &worded(help), look.color, width)));
    }
    for note in &diagnostic.notes {
        put(&mut out, format_args!("{}", footer("note", &worded(note), look.color, width)));
    }
    put(&mut out, format_args!("\n"));
    out
}

/// A paragraph below the excerpt, after its own word.
fn footer(word: &str, text: &str, color: bool, width: usize) -> String {
    let head = format!("  {word}: ");
    let indent = " ".repeat(head.len());
    let lines: Vec<String> = text.lines().map(shown).collect();
    let filled = textwrap::fill(
        &lines.join("\n"),
        textwrap::Options::new(width).initial_indent(&head).subsequent_indent(&indent),
    );
    let rest = filled.strip_prefix(&head).unwrap_or(&filled);
    if color {
        let head = format!("{word}: ");
        format!("  {}{rest}\n", head.style(Style::new().cyan()))
    } else {
        format!("{head}{rest}\n")
    }
}

/// The styles: the finding's own place in the colour of its severity, all others in one other colour.
fn styles(severity: Severity, excerpt: &Excerpt) -> ThemeStyles {
    let own = match severity {
        Severity::Error => Style::new().red().bold(),
        Severity::Warning => Style::new().yellow().bold(),
        Severity::Note => Style::new().cyan().bold(),
    };
    // miette assigns these to the labels in the order of their places.
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

#[derive(Debug)]
struct Report {
    code: String,
    message: String,
    severity: Severity,
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

    fn source_code(&self) -> Option<&dyn SourceCode> {
        (!self.excerpt.marks.is_empty()).then_some(&self.excerpt as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.marks.iter().map(|mark| {
            let text = (!mark.text.is_empty()).then(|| mark.text.clone());
            if mark.primary {
                LabeledSpan::new_primary_with_span(text, (mark.range.start, mark.range.len()))
            } else {
                LabeledSpan::new(text, mark.range.start, mark.range.len())
            }
        })))
    }
}
