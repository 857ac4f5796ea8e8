//! `prompts --apply`: the new words of a table go into the source, all of them or none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output::{Replaced, replace_text};
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Edit, counted};
use crate::prompts::{Columns, NO_HEADER, NewWords, edits};
use crate::resolve::Files;
use crate::source::FileId;

/// The rows that ask for something: the line that each stands on, and what it asks for.
type Rows = Vec<(u64, NewWords)>;

pub fn run(job: &CompileJob, table: &Path, terminal: &Terminal) -> VerbResult {
    if !matches!(job.input, Input::Disk(_)) {
        return Err(
            Failure::new(format!("{} cannot be changed", job.input.name())).help("name a file on this disk")
        );
    }
    let rows = read(table)?;
    let words: Vec<NewWords> = rows.iter().map(|(_, words)| words.clone()).collect();
    let (edits, refused) = edits(&job.compiled, &words);
    if !refused.is_empty() {
        for one in &refused {
            let line = rows.get(one.index).map_or(0, |(line, _)| *line);
            let at = one.span.map(|span| {
                let sources = &job.compiled.sources;
                format!(" ({}:{})", sources.get(span.file).name(), sources.position(span).line)
            });
            let what = format!("{}:{line}: {}{}", table.display(), one.what, at.unwrap_or_default());
            terminal.failure(&what, Some(&one.remedy));
        }
        terminal.closing(&format!("{}: nothing is changed", job.input.name()));
        return Ok(ExitStatus::Wanting);
    }
    let changed = put(job, &edits)?;
    for (name, count) in changed {
        terminal.closing(&format!("{name}: {} changed", counted(count, "prompt")));
    }
    if edits.is_empty() {
        terminal.closing(&format!("{}: the table has no new words", table.display()));
    }
    Ok(ExitStatus::Done)
}

/// Writes the edits into their files; how many each has.
fn put(job: &CompileJob, edits: &[Edit]) -> Result<Vec<(String, usize)>, Failure> {
    let mut by_file: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
    for edit in edits {
        by_file.entry(edit.span.file).or_default().push(edit);
    }
    let mut changed = Vec::new();
    for (file, mut edits) in by_file {
        edits.sort_by_key(|edit| std::cmp::Reverse(edit.span));
        let source = job.compiled.sources.get(file);
        let mut text = source.text().to_owned();
        for edit in &edits {
            text.replace_range(edit.span.range(), &edit.text);
        }
        let path: PathBuf = source.path().to_path_buf();
        match replace_text(&path, source.text().as_bytes(), text.as_bytes())? {
            Replaced::Done => changed.push((source.name().to_owned(), edits.len())),
            Replaced::ChangedMeanwhile => {
                return Err(Failure::new(format!(
                    "{} was changed meanwhile; it is left as it is",
                    source.name()
                ))
                .help("apply the table again"));
            }
        }
    }
    Ok(changed)
}

/// Reads a table that came back from a spreadsheet: with commas, semicolons or tabs.
fn read(table: &Path) -> Result<Rows, Failure> {
    let unreadable = |what: String| Failure::new(format!("{}: {what}", table.display()));
    let bytes = Disk.read(table).map_err(|error| unreadable(error.to_string()))?;
    if bytes.starts_with(b"PK") {
        return Err(
            unreadable("it is a workbook".to_owned()).help("save it as CSV (UTF-8) and name that file")
        );
    }
    let (text, _, has_errors) = encoding_rs::UTF_8.decode(&bytes);
    if has_errors {
        return Err(unreadable("it is not UTF-8".to_owned()).help("save it as CSV (UTF-8)"));
    }
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: char| first.matches(sign).count();
    let delimiter = [',', ';', '\t'].into_iter().max_by_key(|&sign| count(sign)).unwrap_or(',');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(u8::try_from(delimiter).unwrap_or(b','))
        .from_reader(text.as_bytes());
    let mut columns: Option<Columns> = None;
    let mut rows = Rows::new();
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.to_string()))?;
        let cells: Vec<&str> = record.iter().collect();
        let line = record.position().map_or(0, csv::Position::line);
        match &columns {
            None => columns = Some(Columns::of(&cells).ok_or_else(|| unreadable(NO_HEADER.to_owned()))?),
            Some(columns) => match columns.read(&cells) {
                Ok(words) => rows.extend(words.map(|words| (line, words))),
                Err(row) => {
                    return Err(unreadable(format!("line {line}: the step is not a number: {:?}", row.step)));
                }
            },
        }
    }
    if columns.is_none() {
        return Err(unreadable(NO_HEADER.to_owned()));
    }
    Ok(rows)
}
