//! A source, and what became of it.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::time::Duration;

use jiff::civil::Date;

use crate::Compiled;
use crate::cli::source_files::input::Input;
use crate::settings::{Environment, Settings};

/// A source and what became of it.
pub struct CompileJob {
    pub input: Input,
    /// What `--env` names in the settings that lie with this source.
    pub environment: Option<Environment>,
    /// The settings that lie with this source, whose files are among those of the flow.
    pub settings: Settings,
    /// The params that were set from outside the source, and that it declares.
    pub params: BTreeMap<String, String>,
    /// The day at which rules and waivers were judged.
    pub as_of: Date,
    /// How long that took.
    pub took: Duration,
    /// Never freed: the process ends soon, and faster than a million nodes are taken apart.
    pub compiled: ManuallyDrop<Compiled>,
}
