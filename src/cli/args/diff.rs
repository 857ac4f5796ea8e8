//! What `diff` takes.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use super::CompileArgs;

#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Two versions of a flow, the old one first; or one file, which is compared with the last commit. A version is a file, `-` for standard input, or `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Compare each file, and each flow below a folder, with the same one at this git revision
    #[arg(long, value_name = "REV", value_parser = NonEmptyStringValueParser::new())]
    pub base: Option<String>,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// End with status 1 if something has changed
    #[arg(long)]
    pub exit_code: bool,
    /// How the changes are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: DiffFormat,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// In words
    #[default]
    Text,
    /// As Markdown, for the comment of a pull request
    Markdown,
    /// One JSON object a line for each flow
    Json,
}
