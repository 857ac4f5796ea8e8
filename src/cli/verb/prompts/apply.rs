//! `prompts --apply`: the new words of a table go into the source, all of them or none.

use std::path::{Component, Path};

use super::rows::{NewTable, Row, read};
use super::trial::{EditedFile, NewFinding, Trial, edited_files};
use crate::cli::args::CompileArgs;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output::{Replaced, replace_text};
use crate::cli::source_files::input::Input;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Severity, counted, list_of, quote};
use crate::flow::Action;
use crate::prompts::{NewWords, edits};
use crate::source::{Sources, Span};
use crate::spelling::display_duration;

pub fn run(job: &CompileJob, table: &Path, args: &CompileArgs, terminal: &Terminal) -> VerbResult {
    if !matches!(job.input, Input::Disk(_)) {
        return Err(
            Failure::new(format!("{} cannot be changed", job.input.name())).help("name a file on this disk")
        );
    }
    let new = read(table)?;
    refuse_other_files(job, &new)?;
    let words: Vec<NewWords> = new.rows.iter().map(|row| row.words.clone()).collect();
    let rows = RowPlaces { table, rows: &new.rows };
    let (edits, refused) = edits(&job.compiled, &words);
    for one in &refused {
        let at = one.span.map(|span| place(&job.compiled.sources, span)).unwrap_or_default();
        terminal.failure(&format!("{} {}{at}", rows.place(Some(one.index)), one.what), Some(&one.remedy));
    }
    let nothing_changed = || {
        terminal.closing(&format!("{}: nothing is changed", job.input.name()));
        Ok(ExitStatus::Wanting)
    };
    if !refused.is_empty() {
        return nothing_changed();
    }
    if edits.is_empty() {
        terminal.closing(&format!("{}: the table has no new words", table.display()));
        return Ok(ExitStatus::Done);
    }
    let edited = edited_files(job, &edits);
    let trial = Trial::run(job, &edited, args)?;
    let new = trial.new_findings();
    let (errors, others): (Vec<_>, Vec<_>) =
        new.iter().partition(|one| one.finding.severity == Severity::Error);
    for error in &errors {
        let help = error.finding.help.as_deref();
        terminal.failure(&rows.in_words(error, &trial.after.compiled.sources), help);
    }
    if !errors.is_empty() {
        return nothing_changed();
    }
    for other in others.iter().filter(|one| one.finding.severity == Severity::Warning) {
        terminal.warning(&rows.in_words(other, &trial.after.compiled.sources));
    }
    let mut noted: Vec<usize> = edits.iter().map(|placed| placed.index).collect();
    noted.sort_unstable();
    noted.dedup();
    for row in noted {
        for note in words.get(row).map(|words| notes(job, &trial, words)).unwrap_or_default() {
            terminal.warning(&format!("{} {note}", rows.place(Some(row))));
        }
    }
    for one in &edited {
        let name = put(job, one)?;
        terminal.closing(&format!("{name}: {} changed", counted(one.changed, "prompt")));
    }
    Ok(ExitStatus::Done)
}

/// The rows of a table, for messages about them.
struct RowPlaces<'a> {
    table: &'a Path,
    rows: &'a [Row],
}

impl RowPlaces<'_> {
    /// Where a row is; without one, the table.
    fn place(&self, row: Option<usize>) -> String {
        let row = row.and_then(|row| self.rows.get(row));
        row.map_or_else(|| format!("{}:", self.table.display()), |row| row.place(self.table))
    }

    /// A finding that the new words bring about.
    fn in_words(&self, new: &NewFinding<'_>, sources: &Sources) -> String {
        let finding = new.finding;
        // The line of a finding in the new words is that of their row.
        let at = finding.span.filter(|_| new.row.is_none()).map(|span| place(sources, span));
        let place = self.place(new.row);
        format!(
            "{place} with the new words, {} [{}]{}",
            finding.message,
            finding.code.id,
            at.unwrap_or_default()
        )
    }
}

/// A place in a source, to stand behind a message.
fn place(sources: &Sources, span: Span) -> String {
    format!(" ({}:{})", sources.get(span.file).name(), sources.position(span).line)
}

/// What a row changes beside the words.
fn notes(job: &CompileJob, trial: &Trial<'_>, words: &NewWords) -> Vec<String> {
    let mut notes = Vec::new();
    let node = quote(&words.node);
    let nodes = job.compiled.flow.nodes.rows();
    let action = nodes
        .iter()
        .find(|one| *one.id == *words.node)
        .and_then(|one| one.actions.get(words.step.checked_sub(1)?));
    let has_new_recording = |action: &&Action| {
        let media = action.media.as_ref().and_then(|media| media.value.as_deref());
        words.new_media.is_some() && words.new_media.as_deref() != media
    };
    if let Some(lasts) = action.filter(has_new_recording).and_then(|action| action.lasts) {
        notes.push(format!(
            "{node} has a new recording and keeps `lasts {}`: correct it in the source if the recording has another length",
            display_duration(lasts)
        ));
    }
    let tags: Vec<String> =
        trial.lost_tags(&words.node, words.step).iter().map(|tag| format!("@{tag}")).collect();
    if !tags.is_empty() {
        let tags = list_of(&tags, "and");
        notes.push(format!("{node} loses {tags}: the contact field that has it is not in the new words"));
    }
    notes
}

/// Refuses a table that was written for another flow.
fn refuse_other_files(job: &CompileJob, table: &NewTable) -> Result<(), Failure> {
    let names: Vec<&str> = job.compiled.sources.iter().map(|(_, source)| source.name()).collect();
    let other = table.files.iter().find(|(file, _)| !names.iter().any(|name| is_same_file(name, file)));
    match other {
        None => Ok(()),
        Some((file, place)) => Err(Failure::new(format!(
            "{place} the table is about {file}, which is no file of {}",
            job.input.name()
        ))
        .help("name the flow that the table was written for, or write a table of this flow")),
    }
}

/// Whether two names may be those of one file, seen from different folders or at a revision.
fn is_same_file(one: &str, other: &str) -> bool {
    let parts = |name: &str| {
        let name = name.replace('\\', "/");
        let path = name.split_once(':').map_or(&*name, |(_, path)| path);
        let parts = Path::new(path).components().filter_map(|part| match part {
            Component::Normal(part) => Some(part.to_owned()),
            _ => None,
        });
        parts.collect::<Vec<_>>()
    };
    let (one, other) = (parts(one), parts(other));
    one.ends_with(&other) || other.ends_with(&one)
}

/// Writes a file with its new words; the file's name.
fn put<'a>(job: &'a CompileJob, edited: &EditedFile) -> Result<&'a str, Failure> {
    let source = job.compiled.sources.get(edited.file);
    match replace_text(&edited.path, source.text().as_bytes(), edited.text.as_bytes())? {
        Replaced::Done => Ok(source.name()),
        Replaced::ChangedMeanwhile => {
            Err(Failure::new(format!("{} was changed meanwhile; it is left as it is", source.name()))
                .help("apply the table again"))
        }
    }
}
