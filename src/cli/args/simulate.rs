//! The arguments of `simulate`.

use std::path::PathBuf;

use clap::Args;

use super::{CompileArgs, MessageArgs, ResultFormat};
use crate::flow::CallTime;
use crate::simulate::GivenValue;

#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// A flow: a file, `-` for standard input, `REV:PATH` for a file at a git revision
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Show where these events lead: keys, outcomes, and conditions of the platform in double quotes, as in 1,timeout
    #[arg(long, value_name = "EVENT,…", conflicts_with_all = ["paths", "interactive"])]
    pub keys: Option<String>,
    /// Say what a contact field or a variable is at the beginning of the call, as in balance=120
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "paths")]
    pub with: Vec<GivenValue>,
    /// When the call is made, for opening hours: a local time in their zone, or an instant with `Z` or an offset
    #[arg(long, value_name = "TIME", conflicts_with = "paths")]
    pub at: Option<CallTime>,
    /// Print every path
    #[arg(long, conflicts_with = "interactive")]
    pub paths: bool,
    /// How many paths are printed
    // Clap drops `requires` if an argument that conflicts with `--paths` is given, so these conflict as well.
    #[arg(long, value_name = "N", requires = "paths", conflicts_with_all = ["keys", "interactive"], default_value_t = 1000)]
    pub limit: u64,
    /// Step through calls at the keyboard
    #[arg(long)]
    pub interactive: bool,
    #[command(flatten)]
    pub compile: CompileArgs,
    /// Turn the errors CX2xx to CX4xx into warnings, to import a flow that is already live
    #[arg(long)]
    pub as_is: bool,
    #[command(flatten)]
    pub messages: MessageArgs,
    /// How results are printed
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ResultFormat,
}
