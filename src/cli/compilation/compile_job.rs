//! The result of compiling a source.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::time::Duration;

use jiff::civil::Date;

use crate::Compiled;
use crate::cli::source_files::input::Input;
use crate::settings::{Environment, Settings};

/// A source and the result of compiling it.
pub struct CompileJob {
    pub input: Input,
    /// The environment of `--env`, from the settings that apply to this source.
    pub environment: Option<Environment>,
    /// The settings that apply to this source. Their files are among its sources.
    pub settings: Settings,
    /// The params that were set from outside the source, and that it declares.
    pub params: BTreeMap<String, String>,
    /// The day as of which rules and waivers were judged.
    pub as_of: Date,
    /// How long compiling took.
    pub took: Duration,
    /// Never freed: the process ends soon, which is faster than freeing a million nodes.
    pub compiled: ManuallyDrop<Compiled>,
}
