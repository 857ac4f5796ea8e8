//! Findings on their way out, in the form that was asked for.

use rustc_hash::FxHashSet;

use super::args::Format;
use super::terminal::Terminal;
use crate::Compiled;
use crate::diagnostics::render::{self, Human, Sarif};
use crate::diagnostics::{Diagnostic, Severity, counted};
use crate::simulate::Figures;
use crate::source::Sources;

/// Collects the findings of several flows.
pub struct Reporter<'a> {
    format: Format,
    terminal: &'a Terminal,
    look: Human,
    /// Whether standard output holds a payload, so that `json` and `sarif` go to standard error.
    output_taken: bool,
    sarif: Sarif,
    /// What was reported: a file that several flows include has its findings once.
    seen: FxHashSet<(String, u32, u32, String)>,
    several: bool,
}

impl<'a> Reporter<'a> {
    pub fn new(format: Format, terminal: &'a Terminal, output_taken: bool, several: bool) -> Self {
        let look = terminal.human();
        Self {
            format,
            terminal,
            look,
            output_taken,
            sarif: Sarif::default(),
            seen: FxHashSet::default(),
            several,
        }
    }

    /// Reports the findings of one flow.
    pub fn report(&mut self, compiled: &Compiled) {
        self.report_all(&compiled.sources, compiled.diagnostics.iter());
    }

    /// Reports findings in these sources, or in none.
    pub fn report_all<'d>(
        &mut self,
        sources: &Sources,
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    ) {
        let shown: Vec<&Diagnostic> =
            diagnostics.into_iter().filter(|one| self.is_shown(one) && self.is_new(sources, one)).collect();
        let text: String = match self.format {
            Format::Human => self.humans(sources, &shown),
            Format::Short => shown.iter().map(|one| render::short(sources, one)).collect(),
            Format::Github => shown.iter().map(|one| render::github(sources, one)).collect(),
            Format::Json => shown.iter().map(|one| render::json(sources, one)).collect(),
            Format::Sarif => {
                shown.iter().for_each(|one| self.sarif.add(sources, one));
                return;
            }
        };
        if self.format == Format::Json { self.data(&text) } else { self.terminal.error(&text) }
    }

    fn humans(&self, sources: &Sources, shown: &[&Diagnostic]) -> String {
        use rayon::prelude::*;
        let render = |one: &&Diagnostic| render::human(sources, one, self.look);
        // Framing takes longer than compiling; a thread's start is not worth a few of them.
        if shown.len() < 100 {
            shown.iter().map(render).collect()
        } else {
            shown.par_iter().map(render).collect()
        }
    }

    /// Prints what is printed once, at the end.
    pub fn finish(&mut self) {
        if self.format == Format::Sarif {
            let log = std::mem::take(&mut self.sarif).finish();
            self.data(&log);
        }
    }

    fn data(&self, text: &str) {
        if self.output_taken { self.terminal.error(text) } else { self.terminal.result(text) }
    }

    fn is_shown(&self, one: &Diagnostic) -> bool {
        one.severity != Severity::Note
            || self.terminal.verbose
            || matches!(self.format, Format::Json | Format::Sarif)
    }

    fn is_new(&mut self, sources: &Sources, one: &Diagnostic) -> bool {
        // What is about no place is about this flow, even if another one has the same said of it.
        let Some(span) = one.span.filter(|_| self.several) else { return true };
        let file = sources.get(span.file).name().to_owned();
        self.seen.insert((file, span.start, span.end, format!("{}{}", one.code.id, one.message)))
    }
}

/// `2 errors, 1 warning, 1 rule waived`, or nothing.
pub fn findings(compiled: &Compiled) -> Option<String> {
    // A waiver is a note, but nobody is to overlook that there is one.
    let waived = compiled.judged.iter().filter(|one| !one.waivers.is_empty()).count();
    let waived = (waived > 0).then(|| format!("{} waived", counted(waived, "rule")));
    let parts: Vec<String> = errors_and_warnings(compiled).into_iter().chain(waived).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `2 errors, 1 warning`, or nothing.
pub fn errors_and_warnings(compiled: &Compiled) -> Option<String> {
    let mut parts = Vec::new();
    let errors = compiled.diagnostics.count(Severity::Error);
    let warnings = compiled.diagnostics.count(Severity::Warning);
    if errors > 0 {
        parts.push(counted(errors, "error"));
    }
    if warnings > 0 {
        parts.push(counted(warnings, "warning"));
    }
    if compiled.diagnostics.dropped() > 0 {
        parts.push("and more that are not shown".to_owned());
    }
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// `6 nodes, 7 transitions, 3 paths, the deepest of 3 transitions`
pub fn figures(compiled: &Compiled) -> String {
    let Figures { nodes, transitions, paths } = Figures::of(&compiled.flow);
    let mut text = format!("{}, {}", counted(nodes, "node"), counted(transitions, "transition"));
    if let Some((count, deepest)) = paths {
        let paths = if count.to_string() == "1" { "path" } else { "paths" };
        text.push_str(&format!(", {count} {paths}, the deepest of {}", counted(deepest, "transition")));
    }
    text
}
