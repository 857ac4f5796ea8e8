//! Reads a table that came back from a spreadsheet: with commas, semicolons or tabs.

use std::path::Path;

use crate::cli::Failure;
use crate::cli::source_files::input::Disk;
use crate::prompts::{Columns, NO_HEADER, NewWords};
use crate::resolve::{Files, why};

/// A row that asks for something.
pub struct Row {
    /// The line of the table that it begins on.
    pub line: usize,
    /// Its number in a spreadsheet: less than that of the line if cells above it go over several lines.
    pub number: usize,
    /// What it asks for.
    pub words: NewWords,
}

impl Row {
    /// Where it is, in messages.
    pub fn place(&self, table: &Path) -> String {
        place(table, self.line, self.number)
    }
}

fn place(table: &Path, line: usize, number: usize) -> String {
    let row = if line == number { String::new() } else { format!(" row {number}:") };
    format!("{}:{line}:{row}", table.display())
}

/// What a table asks for.
pub struct NewTable {
    /// The rows that ask for something, in order.
    pub rows: Vec<Row>,
    /// The files that its rows name, each once, with the place of the first row that names it.
    pub files: Vec<(String, String)>,
}

/// Reads a table.
pub fn read(table: &Path) -> Result<NewTable, Failure> {
    let unreadable = |what: String| Failure::new(format!("{}: {what}", table.display()));
    let bytes = Disk.read(table).map_err(|error| {
        Failure::new(format!("cannot read {}: {}", table.display(), why(&error)))
            .help("name a table as `prompts --format csv` writes it")
    })?;
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
    let mut found = NewTable { rows: Vec::new(), files: Vec::new() };
    let mut lines = LineCount::default();
    let mut lines_in_cells = 0;
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(error.to_string()))?;
        let cells: Vec<&str> = record.iter().collect();
        let offset = record.position().and_then(|position| usize::try_from(position.byte()).ok());
        let line = lines.of_record(&text, offset.unwrap_or_default());
        let number = line.saturating_sub(lines_in_cells);
        lines_in_cells += cells.iter().map(|cell| breaks(cell.as_bytes())).sum::<usize>();
        let Some(columns) = &columns else {
            columns = Some(Columns::of(&cells).ok_or_else(|| unreadable(NO_HEADER.to_owned()))?);
            continue;
        };
        let place = place(table, line, number);
        if let Some(file) =
            columns.file(&cells).filter(|file| !found.files.iter().any(|(one, _)| one == file))
        {
            found.files.push((file.to_owned(), place.clone()));
        }
        let words = columns
            .read(&cells)
            .map_err(|row| Failure::new(format!("{place} the step is not a number: {:?}", row.step)))?;
        found.rows.extend(words.map(|words| Row { line, number, words }));
    }
    if columns.is_none() {
        return Err(unreadable(NO_HEADER.to_owned()));
    }
    Ok(found)
}

/// Counts the lines of a text up to places that are given in order.
#[derive(Default)]
struct LineCount {
    offset: usize,
    breaks: usize,
}

impl LineCount {
    /// The line of a record. The reader gives the place where the record before it ended, which may be in the
    /// middle of a line break, or before empty lines.
    fn of_record(&mut self, text: &str, offset: usize) -> usize {
        let bytes = text.as_bytes();
        let between = bytes.iter().skip(offset).take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let start = offset + between;
        self.breaks += breaks(bytes.get(self.offset..start).unwrap_or_default());
        self.offset = self.offset.max(start);
        self.breaks + 1
    }
}

/// How many line breaks a text has. A `\r` before a `\n` belongs to the same one.
fn breaks(bytes: &[u8]) -> usize {
    let next = bytes.iter().skip(1).map(Some).chain([None]);
    let is_break =
        |(byte, next): &(&u8, Option<&u8>)| **byte == b'\n' || **byte == b'\r' && *next != Some(&b'\n');
    bytes.iter().zip(next).filter(is_break).count()
}
