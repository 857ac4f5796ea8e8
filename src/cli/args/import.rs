//! What `cxflowc import` takes.

use std::path::PathBuf;

use clap::Args;

use super::{LiveFlowArgs, MessageArgs};

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Payloads: files, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub live: LiveFlowArgs,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// Write the flow here instead of to standard output
    #[arg(short, long, value_name = "PATH", conflicts_with = "out_dir")]
    pub output: Option<PathBuf>,
    /// Write each flow into this folder, as NAME.cxflow
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Replace flows that are there already
    #[arg(long)]
    pub force: bool,
}
