//! Reports findings in the requested format.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::Compiled;
use crate::cli::args::{Format, MaxFindings, MessageArgs};
use crate::cli::compilation::compile::each_once;
use crate::cli::console::safe;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::files::outputs::{replaceable, source_at};
use crate::cli::files::place::ResolvedPath;
use crate::cli::git::places::RunPlaces;
use crate::cli::process::threads;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::render::{self, Human, Sarif};
use crate::diagnostics::{Diagnostic, Severity, counted, list_of};
use crate::graph::Figures;
use crate::policy::{JudgedRule, RuleVerdict, VacuousKind, missing_tags};
use crate::source::{ColumnUnit, Sources};

/// Collects the findings of several flows.
pub struct Reporter<'a> {
    format: Format,
    column_unit: ColumnUnit,
    terminal: &'a Terminal,
    look: Human,
    /// Whether standard output is used for a payload, so that `json` and `sarif` go to standard error.
    output_taken: bool,
    /// The file that findings are written to instead of a stream.
    file: Option<MessageFile>,
    sarif: Sarif,
    run_places: RunPlaces,
    /// The findings that were reported, so that those in a file that several flows include appear once.
    seen: FxHashSet<(PathBuf, u32, u32, String)>,
    /// The canonical path of each file, by its name in findings.
    places: FxHashMap<String, PathBuf>,
    several: bool,
    limits: FindingLimits,
}

impl<'a> Reporter<'a> {
    pub fn new(args: &MessageArgs, terminal: &'a Terminal, output_taken: bool, several: bool) -> Self {
        let file = args.message_file.as_deref().map(MessageFile::new);
        let look = if file.is_some() { Human::default() } else { terminal.human() };
        Self {
            format: args.message_format,
            column_unit: args.column_unit.into(),
            terminal,
            look,
            output_taken,
            file,
            sarif: Sarif::new(crate::codes::all().collect()),
            run_places: RunPlaces::default(),
            seen: FxHashSet::default(),
            places: FxHashMap::default(),
            several,
            limits: FindingLimits::new(args.max_findings),
        }
    }

    /// Reports the findings of one flow.
    pub fn report(&mut self, compiled: &Compiled) {
        self.report_all(&compiled.sources, compiled.diagnostics.iter());
        compiled.silenced.iter().for_each(|finding| self.sarif.add_silenced(finding.code));
    }

    /// Reports findings in these sources, or in none.
    pub fn report_all<'d>(
        &mut self,
        sources: &Sources,
        diagnostics: impl IntoIterator<Item = &'d Diagnostic>,
    ) {
        if let Some(file) = &mut self.file {
            file.check_sources(sources);
        }
        let mut shown: Vec<&Diagnostic> = diagnostics
            .into_iter()
            .filter(|finding| self.is_shown(finding) && self.is_new(sources, finding))
            .collect();
        if self.format == Format::Human {
            self.limits.cut(sources, &mut shown);
        }
        if shown.is_empty() {
            return;
        }
        let masked = secrets::mask().over(sources);
        let sources = masked.sources(sources);
        let shown: Vec<Cow<'_, Diagnostic>> =
            shown.into_iter().map(|finding| masked.finding(finding)).collect();
        let text: String = match self.format {
            Format::Human => self.humans(sources, &shown),
            Format::Short => {
                shown.iter().map(|finding| render::short(sources, finding, self.column_unit)).collect()
            }
            Format::Github => shown
                .iter()
                .map(|finding| render::github(sources, finding, &|file| self.run_places.of(file)))
                .collect(),
            Format::Json => shown.iter().map(|finding| render::json(sources, finding)).collect(),
            Format::Sarif => {
                let Self { sarif, run_places, .. } = self;
                shown.iter().for_each(|finding| sarif.add(sources, finding, &|file| run_places.of(file)));
                return;
            }
        };
        self.put(&text);
    }

    fn humans(&self, sources: &Sources, shown: &[Cow<'_, Diagnostic>]) -> String {
        use rayon::prelude::*;
        let render = |finding: &Cow<'_, Diagnostic>| render::human(sources, finding, self.look);
        // Rendering takes longer than compiling, but starting threads is not worth it for a few findings.
        if shown.len() < 100 {
            shown.iter().map(render).collect()
        } else {
            threads::run_on_many_threads(|| shown.par_iter().map(render).collect())
        }
    }

    /// Drops the message file, since it would replace another file.
    pub fn forget_file(&mut self) {
        self.file = None;
    }

    /// Prints what is printed once, at the end of a run.
    pub fn finish(&mut self) -> Result<(), Failure> {
        if self.format == Format::Sarif {
            let log = self.sarif.finish(self.run_places.root());
            self.put(&log);
        }
        if let Some(rest) = self.limits.rest() {
            self.put(&rest);
        }
        self.file.take().map_or(Ok(()), MessageFile::write)
    }

    /// Prints what is printed once, at the end of a run, and returns how it ended: failures take precedence
    /// over findings.
    pub fn conclude(&mut self, status: ExitStatus, mut failures: Vec<Failure>) -> VerbResult {
        for failure in &failures {
            let place = failure.file.as_ref().map(|file| self.run_places.of_file(&file.name, &file.path));
            self.sarif.add_failure(&safe::one_line(&failure.message), place.as_ref());
        }
        failures.extend(self.finish().err());
        let mut failures = each_once(failures);
        let last = failures.pop();
        for failure in failures {
            self.terminal.failure(&failure.message, failure.help.as_deref());
        }
        last.map_or(Ok(status), Err)
    }

    /// Ends a run that failed before it had findings; a SARIF log records the failure, too.
    pub fn stopped(
        args: &MessageArgs,
        terminal: &'a Terminal,
        output_taken: bool,
        files: &[PathBuf],
        failure: Failure,
    ) -> VerbResult {
        let mut reporter = Self::new(args, terminal, output_taken, false);
        // The inputs and outputs of the run must not be replaced, even though nothing was read or written.
        let is_source =
            |file: &MessageFile| files.iter().any(|path| ResolvedPath::of(path).is_same(&file.place));
        if reporter.format != Format::Sarif || reporter.file.as_ref().is_some_and(is_source) {
            return Err(failure);
        }
        reporter.conclude(ExitStatus::Done, vec![failure])
    }

    fn put(&mut self, text: &str) {
        let text = &*secrets::mask().text(text);
        match &mut self.file {
            Some(file) => file.text.push_str(text),
            None if self.format == Format::Github => self.terminal.commands(text),
            None if self.output_taken || !self.format.is_data() => self.terminal.error(text),
            None => self.terminal.result(text),
        }
    }

    fn is_shown(&self, finding: &Diagnostic) -> bool {
        finding.severity != Severity::Note || self.terminal.verbose || self.format.is_data()
    }

    fn is_new(&mut self, sources: &Sources, finding: &Diagnostic) -> bool {
        // A finding without a place is about this flow, even if another flow has the same one.
        let Some(span) = finding.span.filter(|_| self.several) else { return true };
        let source = sources.get(span.file);
        if !self.places.contains_key(source.name()) {
            // Only files on this disk are named by their path.
            let is_on_disk = Path::new(source.name()) == source.path();
            let place = if is_on_disk { output::identity(source.path()) } else { source.name().into() };
            self.places.insert(source.name().to_owned(), place);
        }
        let place = self.places.get(source.name()).cloned().unwrap_or_default();
        self.seen.insert((place, span.start, span.end, format!("{}{}", finding.code.id, finding.message)))
    }
}

/// The file of `--message-file`.
struct MessageFile {
    path: PathBuf,
    place: ResolvedPath,
    text: String,
    /// The source that it would replace, if there is one.
    replaces: Option<String>,
}

impl MessageFile {
    fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), place: ResolvedPath::of(path), text: String::new(), replaces: None }
    }

    /// Records whether a source would be replaced.
    fn check_sources(&mut self, sources: &Sources) {
        if self.replaces.is_none() && !self.place.is_special_file() {
            self.replaces = source_at(sources, &self.place).map(str::to_owned);
        }
    }

    fn write(self) -> Result<(), Failure> {
        if let Some(source) = self.replaces {
            return Err(Failure::new(format!("{source} would be replaced by the messages about it"))
                .help("name another file with --message-file"));
        }
        replaceable("--message-file", &self.path)?;
        output::write_whole(&self.path, |out| out.write_all(self.text.as_bytes()))
    }
}

/// Limits how many findings people are shown, per file and per run. Errors are counted separately, so that
/// warnings never crowd them out.
struct FindingLimits {
    limit: MaxFindings,
    run: ShownCounts,
    files: FxHashMap<String, ShownCounts>,
    /// How many findings of each severity are not shown.
    omitted: [usize; 3],
}

#[derive(Default)]
struct ShownCounts {
    errors: usize,
    all: usize,
}

impl ShownCounts {
    fn has_room(&self, severity: Severity, limit: usize) -> bool {
        let count = if severity == Severity::Error { self.errors } else { self.all };
        count < limit
    }

    fn add(&mut self, severity: Severity) {
        self.errors += usize::from(severity == Severity::Error);
        self.all += 1;
    }
}

impl FindingLimits {
    fn new(limit: MaxFindings) -> Self {
        Self { limit, run: ShownCounts::default(), files: FxHashMap::default(), omitted: [0; 3] }
    }

    /// Drops findings beyond the limits, warnings before errors.
    fn cut(&mut self, sources: &Sources, findings: &mut Vec<&Diagnostic>) {
        let mut order: Vec<usize> = (0..findings.len()).collect();
        order.sort_by_key(|&index| findings.get(index).map(|finding| finding.severity));
        let mut keep = vec![false; findings.len()];
        for index in order {
            let Some((finding, keep)) = findings.get(index).zip(keep.get_mut(index)) else { continue };
            let severity = finding.severity;
            let name = finding.span.map_or("", |span| sources.get(span.file).name());
            if !self.files.contains_key(name) {
                self.files.insert(name.to_owned(), ShownCounts::default());
            }
            let Some(file) = self.files.get_mut(name) else { continue };
            *keep = file.has_room(severity, self.limit.0) && self.run.has_room(severity, self.limit.of_run());
            if *keep {
                file.add(severity);
                self.run.add(severity);
            } else if let Some(count) = self.omitted.get_mut(severity as usize) {
                *count += 1;
            }
        }
        let mut keep = keep.into_iter();
        findings.retain(|_| keep.next().unwrap_or(true));
    }

    /// One line with the number of omitted findings.
    fn rest(&mut self) -> Option<String> {
        let [errors, warnings, notes] = std::mem::take(&mut self.omitted);
        let parts = [(errors, "error"), (warnings, "warning"), (notes, "note")];
        let parts: Vec<String> = parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|&(count, severity)| counted(count, &format!("more {severity}")))
            .collect();
        let verb = if errors + warnings + notes == 1 { "is" } else { "are" };
        (!parts.is_empty()).then(|| {
            format!("{} {verb} not shown; `--max-findings all` shows everything\n", list_of(&parts, "and"))
        })
    }
}

/// `2 errors, 1 warning, 1 rule waived, 1 finding waived`, or nothing.
pub fn findings(compiled: &Compiled) -> Option<String> {
    // A waiver is a note, but must not be overlooked.
    let rules = compiled.judged.iter().filter(|rule| !rule.waivers.is_empty()).count();
    let of = |count: usize, what| (count > 0).then(|| format!("{} waived", counted(count, what)));
    let waived = of(rules, "rule").into_iter().chain(of(compiled.waived_findings.len(), "finding"));
    let parts = errors_and_warnings(compiled).into_iter().chain(waived).chain(silenced(compiled));
    let parts: Vec<String> = parts.collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// ``1 warning silenced by `--allow CX301` ``, or nothing, so that silenced warnings are not forgotten.
fn silenced(compiled: &Compiled) -> Option<String> {
    let mut codes: Vec<&str> = compiled.silenced.iter().map(|finding| finding.code.id).collect();
    let warnings = counted(codes.len() + compiled.silenced.dropped(), "warning");
    codes.sort_unstable();
    codes.dedup();
    let by: Vec<String> = codes.iter().map(|code| format!("`--allow {code}`")).collect();
    (!by.is_empty()).then(|| format!("{warnings} silenced by {}", list_of(&by, "and")))
}

/// The verdicts of rules in the order in which they are counted: in the singular, and in the plural.
const VERDICT_WORDS: [(&str, &str); 8] = [
    ("holds", "hold"),
    ("vacuous", "vacuous"),
    ("violated", "violated"),
    ("waived", "waived"),
    ("unknown", "unknown"),
    ("withheld", "withheld"),
    ("obligation", "obligations"),
    ("attested", "attested"),
];

/// The counts of rules by verdict: `9 rules of 2 policies: 5 hold, 2 vacuous (1 does not apply, …), 2
/// unknown; nothing has @debt (1 rule)`, or nothing if no rule was judged.
pub fn rules(compiled: &Compiled) -> Option<String> {
    let judged = &compiled.judged;
    let mut policies: Vec<usize> = judged.iter().map(|rule| rule.policy).collect();
    policies.dedup();
    let policies = match policies.len() {
        0 => return None,
        1 => "1 policy".to_owned(),
        several => format!("{several} policies"),
    };
    let counts = VERDICT_WORDS.iter().filter_map(|&(singular, plural)| {
        let count = judged.iter().filter(|judged| judged.word() == singular).count();
        let text = format!("{count} {}", if count == 1 { singular } else { plural });
        let reasons_text = if singular == "vacuous" { reasons(judged) } else { String::new() };
        (count > 0).then(|| text + &reasons_text)
    });
    let counts: Vec<String> = counts.collect();
    let missing = without_tags(compiled);
    Some(format!("{} of {policies}: {}{missing}", counted(judged.len(), "rule"), counts.join(", ")))
}

/// How many missing tags the closing line names.
const MAX_MISSING_TAGS: usize = 5;

/// The tags that rules need but nothing has, those of the most rules first.
fn without_tags(compiled: &Compiled) -> String {
    let mut missing = missing_tags(&compiled.flow, &compiled.judged);
    missing.sort_by_key(|tag| Reverse(tag.rules.len()));
    let shown = missing.iter().take(MAX_MISSING_TAGS);
    let mut words: Vec<String> =
        shown.map(|tag| format!("@{} ({})", tag.name, counted(tag.rules.len(), "rule"))).collect();
    let more = missing.len().saturating_sub(MAX_MISSING_TAGS);
    if more > 0 {
        words.push(counted(more, "more tag"));
    }
    if words.is_empty() { String::new() } else { format!("; nothing has {}", list_of(&words, "or")) }
}

/// Why rules are vacuous, with the number of rules for each reason.
fn reasons(judged: &[JudgedRule]) -> String {
    let of_kind = |kind: VacuousKind| {
        let has_kind = |rule: &&JudgedRule| matches!(&rule.verdict, RuleVerdict::Vacuous(reason) if reason.kind() == kind);
        let count = judged.iter().filter(has_kind).count();
        let words = if count == 1 { kind.words() } else { kind.words_of_several() };
        (count > 0).then(|| format!("{count} {words}"))
    };
    let reasons: Vec<String> = VacuousKind::ALL.iter().filter_map(|&kind| of_kind(kind)).collect();
    format!(" ({})", reasons.join(", "))
}

/// The closing line about rules; `None` if only `baseline` applies. `as_of` is the day that the command line
/// names.
pub fn rules_line(name: &str, compiled: &Compiled, as_of: Option<Date>) -> Option<String> {
    let has_more = compiled.flow.policies.len() > 1;
    let day = as_of.map(|day| format!("; as of {day}")).unwrap_or_default();
    rules(compiled).filter(|_| has_more).map(|rules| format!("{name}: {rules}{day}"))
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
