//! How diagnostics are printed: the arguments of every verb that reports some.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::{PathBufValueParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::cli::files::outputs::kept_by_name;
use crate::source::ColumnUnit;

#[derive(Debug, Clone, Default, Args)]
pub struct MessageArgs {
    /// How diagnostics are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub message_format: Format,
    /// What the columns of the format `short` count
    #[arg(long, value_enum, default_value_t, value_name = "UNIT")]
    pub column_unit: Unit,
    /// Write the diagnostics only to this file, which appears whole or not at all
    #[arg(long, value_name = "PATH", value_parser = PathBufValueParser::new().try_map(own_file))]
    pub message_file: Option<PathBuf>,
    /// Show at most this many findings per file, and ten times as many per run, in the format `human`; `all` for no limit
    #[arg(long, value_name = "N", default_value_t)]
    pub max_findings: MaxFindings,
}

/// What columns count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Unit {
    /// Unicode characters, as Emacs does
    #[default]
    Characters,
    /// UTF-16 code units, as VS Code does
    Utf16,
    /// Bytes of UTF-8, as Vim does
    Bytes,
}

impl From<Unit> for ColumnUnit {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Characters => Self::Characters,
            Unit::Utf16 => Self::Utf16,
            Unit::Bytes => Self::Bytes,
        }
    }
}

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines that they are about
    #[default]
    Human,
    /// One line per finding
    Short,
    /// One JSON object a line, on standard output unless results go there
    Json,
    /// A SARIF 2.1.0 log, on standard output unless results go there
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

impl Format {
    /// Whether the format is for programs, and goes to standard output.
    pub fn is_data(self) -> bool {
        matches!(self, Self::Json | Self::Sarif)
    }
}

/// How many findings per file are shown to people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaxFindings(pub usize);

impl MaxFindings {
    /// How many findings are shown per run.
    pub fn of_run(self) -> usize {
        self.0.saturating_mul(10)
    }
}

impl Default for MaxFindings {
    fn default() -> Self {
        Self(50)
    }
}

impl std::fmt::Display for MaxFindings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.0 == usize::MAX { f.write_str("all") } else { self.0.fmt(f) }
    }
}

impl FromStr for MaxFindings {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            // Compilers also read 0 as no limit.
            "all" | "0" => Ok(Self(usize::MAX)),
            _ => text.parse().map(Self).map_err(|_| "write a whole number, or `all`"),
        }
    }
}

/// Accepts the path of an output file, unless its name belongs to files that people or runs keep.
pub fn own_file(path: PathBuf) -> Result<PathBuf, String> {
    if path == Path::new("-") {
        return Err("name a file; standard output is for results".to_owned());
    }
    match kept_by_name(&path) {
        Some(kept) => Err(format!("this would replace {kept}; name another file")),
        None => Ok(path),
    }
}
