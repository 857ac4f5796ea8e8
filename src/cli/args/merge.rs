//! What `merge` takes.

use std::path::PathBuf;

use clap::Args;

#[derive(Debug, Args)]
pub struct MergeArgs {
    /// The version that both come from: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "BASE")]
    pub base: PathBuf,
    /// Our version
    #[arg(value_name = "OURS")]
    pub ours: PathBuf,
    /// Their version
    #[arg(value_name = "THEIRS")]
    pub theirs: PathBuf,
    /// Write the merged flow here, which may be OURS; without it, or with `-`, to standard output
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    /// What messages call the flow; without it, the name of OURS
    #[arg(long, value_name = "PATH")]
    pub name: Option<PathBuf>,
    /// How long conflict markers are
    #[arg(long, value_name = "COUNT", default_value_t = 7, value_parser = clap::value_parser!(u8).range(1..))]
    pub marker_size: u8,
}
