//! Prompts as rows of a table, and the rows of a table that came back.

use super::{NewWords, Prompt};
use crate::flow::Verb;

/// The columns, in order.
pub const FIELDS: [&str; 14] = [
    "file",
    "line",
    "node",
    "step",
    "kind",
    "tags",
    "seconds_least",
    "seconds_most",
    "media",
    "new_media",
    "text",
    "new_text",
    "language",
    "prompt_id",
];

/// What is wrong with a table without the columns that are needed.
pub const NO_HEADER: &str = "the first row has to name the columns `node`, `step`, `text` and `new_text`";

/// The rows of prompts for CSV, in which no spreadsheet takes a cell for a formula.
pub fn rows(prompts: &[Prompt]) -> impl Iterator<Item = [String; 14]> {
    cells(prompts).map(|row| row.map(|cell| as_text(&cell)))
}

/// The cells of prompts, in the order of [`FIELDS`]. `new_media` and `new_text` are empty: what is written there
/// is what `cxflowc prompts --apply` puts into the source.
pub fn cells(prompts: &[Prompt]) -> impl Iterator<Item = [String; 14]> {
    prompts.iter().map(|prompt| {
        [
            prompt.file.clone(),
            prompt.line.to_string(),
            prompt.node.clone(),
            prompt.step.to_string(),
            prompt.kind.clone(),
            prompt.tags.iter().map(|tag| format!("@{tag}")).collect::<Vec<_>>().join(" "),
            seconds(prompt.least),
            seconds(prompt.most),
            prompt.media.clone().unwrap_or_default(),
            String::new(),
            prompt.text.clone().unwrap_or_default(),
            String::new(),
            prompt.language.clone().unwrap_or_default(),
            prompt.prompt_id.clone().unwrap_or_default(),
        ]
    })
}

/// A time in seconds; empty where it is not known.
pub fn seconds(milliseconds: Option<u64>) -> String {
    milliseconds.map_or_else(String::new, |milliseconds| format!("{:.1}", milliseconds as f64 / 1000.0))
}

/// A cell that no spreadsheet takes for a formula: what begins like one gets a `'`, as does what would be taken
/// for such a cell when it comes back.
pub fn as_text(cell: &str) -> String {
    if is_like_formula(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// The text of a cell.
fn from_text(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_like_formula(rest)).unwrap_or(cell)
}

/// Signs that OWASP's page on CSV injection names, and the `'` that is put before them.
fn is_like_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\''])
}

/// Where the columns of a table are that came back: in any order, with any others beside them.
#[derive(Debug, Clone)]
pub struct Columns {
    file: Option<usize>,
    node: usize,
    step: usize,
    kind: Option<usize>,
    media: Option<usize>,
    new_media: Option<usize>,
    text: usize,
    new_text: usize,
}

/// A row whose step is no number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadableRow {
    /// What the step is.
    pub step: String,
}

impl Columns {
    /// The columns that a first row names; `None` where it does not name all that are needed.
    pub fn of(header: &[&str]) -> Option<Self> {
        let find = |name: &str| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
        Some(Self {
            file: find("file"),
            node: find("node")?,
            step: find("step")?,
            kind: find("kind"),
            media: find("media"),
            new_media: find("new_media"),
            text: find("text")?,
            new_text: find("new_text")?,
        })
    }

    /// The file that a row names.
    pub fn file<'a>(&self, row: &[&'a str]) -> Option<&'a str> {
        Some(from_text(row.get(self.file?)?).trim()).filter(|file| !file.is_empty())
    }

    /// What a row asks for; `None` where it has no new words.
    pub fn read(&self, row: &[&str]) -> Result<Option<NewWords>, UnreadableRow> {
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).map_or("", |cell| from_text(cell));
        let (new_text, new_media) = (cell(Some(self.new_text)), cell(self.new_media));
        if new_text.trim().is_empty() && new_media.trim().is_empty() {
            return Ok(None);
        }
        let step = cell(Some(self.step)).trim();
        let some = |text: &str| Some(text.to_owned()).filter(|text| !text.trim().is_empty());
        Ok(Some(NewWords {
            node: cell(Some(self.node)).to_owned(),
            step: step.parse().map_err(|_| UnreadableRow { step: step.to_owned() })?,
            repeat: Verb::from_word(cell(self.kind).trim()).filter(|verb| verb.is_repeat()),
            media: self.media.map(|at| cell(Some(at)).to_owned()),
            text: cell(Some(self.text)).to_owned(),
            new_media: some(new_media),
            new_text: some(new_text),
        }))
    }
}
