//! What `prompts` takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::platform::time;
use super::{CompileArgs, MessageArgs};

#[derive(Debug, Args)]
pub struct PromptsArgs {
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// The format; without it the ending of the output's name decides, and on standard output it is text
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "apply")]
    pub format: Option<PromptsFormat>,
    /// Write the prompts here; `-` is standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "apply")]
    pub output: Option<PathBuf>,
    /// Put the new words of this CSV table into the source
    #[arg(long, value_name = "CSV")]
    pub apply: Option<PathBuf>,
    /// Fetch every recording: it must be there, in the platform's format, and last as long as `lasts` says
    #[arg(long, conflicts_with_all = ["apply", "output"])]
    pub check_media: bool,
    /// How long a recording may take to come, with --check-media
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = time, requires = "check_media")]
    pub timeout: Duration,
}

/// How prompts are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PromptsFormat {
    /// In words
    Text,
    /// A table as CSV, with columns for new words
    Csv,
    /// The same table as a workbook, with -o
    Xlsx,
    /// One JSON object
    Json,
}

impl PromptsFormat {
    /// The format of the files with this ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "txt" => Some(Self::Text),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}
