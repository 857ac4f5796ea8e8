//! The arguments of `fmt`.

use std::path::PathBuf;

use clap::Args;

use super::MessageArgs;

#[derive(Debug, Args)]
pub struct FmtArgs {
    /// Files, folders for every .cxflow file below them, `-` for standard input to standard output
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Change nothing, name the files that differ, and fail if there are any
    #[arg(long)]
    pub check: bool,
    /// Change nothing, print what would change as a unified diff
    #[arg(long)]
    pub diff: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
}
