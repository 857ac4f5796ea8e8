//! What `report` takes.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{CompileArgs, LiveFlowArgs, MessageArgs};

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The format; without it the ending of the output's name decides, and on standard output it is HTML
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<ReportFormat>,
    /// Write the report here; `-` is standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page that loads nothing, to be read, printed and signed
    Html,
    /// The calls to try, as a table
    Csv,
    /// Everything in it, as one JSON object
    Json,
}

impl ReportFormat {
    /// The format of the files with this ending.
    pub fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "html" | "htm" => Some(Self::Html),
            "csv" => Some(Self::Csv),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}
