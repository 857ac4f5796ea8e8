//! What `preview` takes.

use std::path::PathBuf;

use clap::Args;

use super::{CompileArgs, LiveFlowArgs};

#[derive(Debug, Clone, Args)]
pub struct PreviewArgs {
    /// A flow: a file on this disk
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The port; 0 means any free port
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,
    #[command(flatten)]
    pub compile: CompileArgs,
    #[command(flatten)]
    pub live: LiveFlowArgs,
}
