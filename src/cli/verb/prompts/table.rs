//! Prompts as a table: CSV and workbooks.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, XlsxError};

use crate::cli::Failure;
use crate::prompts::{FIELDS, Prompt, as_text, cells, rows};

/// The most characters that a cell of a workbook holds, as Excel's specifications and limits say.
const CELL: usize = 32_767;

/// The byte order mark, by which spreadsheets tell that a file is UTF-8.
pub const MARK: &str = "\u{FEFF}";

/// The table as CSV, with commas.
pub fn csv(prompts: &[Prompt]) -> Result<Vec<u8>, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written =
        writer.write_record(FIELDS).and_then(|()| rows(prompts).try_for_each(|row| writer.write_record(row)));
    written.map_err(|error| Failure::new(error.to_string()))?;
    writer.into_inner().map_err(|error| Failure::new(error.to_string()))
}

/// The columns whose cells are numbers.
const NUMBERS: [&str; 4] = ["line", "step", "seconds_least", "seconds_most"];

/// The table as a workbook. Every cell is a text or a number, so nothing in it is computed.
pub fn workbook(prompts: &[Prompt]) -> Result<Vec<u8>, Failure> {
    if let Some(long) =
        prompts.iter().find(|one| one.text.as_ref().is_some_and(|text| text.chars().count() >= CELL))
    {
        return Err(Failure::new(format!("{}: a text is too long for a cell of a workbook", long.node))
            .help("write the table with --format csv"));
    }
    sheet(prompts).map_err(|error| Failure::new(format!("the workbook cannot be made: {error}")))
}

fn sheet(prompts: &[Prompt]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let head = Format::new().set_bold();
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let sheet = workbook.add_worksheet();
    sheet.set_name("Prompts")?.set_freeze_panes(1, 0)?;
    for (column, name) in (0u16..).zip(FIELDS) {
        sheet.write_string_with_format(0, column, name, &head)?;
        let width = match name {
            "text" | "new_text" => 60.0,
            "media" | "new_media" => 30.0,
            _ => 14.0,
        };
        sheet.set_column_width(column, width)?;
    }
    for (number, row) in (1u32..).zip(cells(prompts)) {
        for ((column, name), cell) in (0u16..).zip(FIELDS).zip(row) {
            match cell.parse::<f64>() {
                Ok(value) if NUMBERS.contains(&name) => {
                    sheet.write_number_with_format(number, column, value, &wrapped)?;
                }
                // `--apply` takes the first `'` away, once the workbook is saved as CSV.
                _ if cell.starts_with('\'') => {
                    sheet.write_string_with_format(number, column, as_text(&cell), &wrapped)?;
                }
                _ => {
                    sheet.write_string_with_format(number, column, cell, &wrapped)?;
                }
            }
        }
    }
    workbook.save_to_buffer()
}
