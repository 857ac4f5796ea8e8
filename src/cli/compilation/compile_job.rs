//! The result of compiling a source.

use std::collections::BTreeMap;
use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;

use crate::Compiled;
use crate::bundled::lock::PolicyLock;
use crate::cli::files::read_log;
use crate::cli::source_files::input::Input;
use crate::settings::{Environment, Settings};

/// A source and the result of compiling it.
pub struct CompileJob {
    pub input: Input,
    /// The environment of `--env`, from the settings that apply to this source.
    pub environment: Option<Environment>,
    /// The settings that apply to this source. Their files are among its sources.
    pub settings: Settings,
    /// The lock of the bundled policies that counts for this source. Its file is among the sources.
    pub lock: Option<Arc<PolicyLock>>,
    /// The params that were set from outside the source, and that it declares.
    pub params: BTreeMap<String, String>,
    /// The day as of which rules and waivers were judged.
    pub as_of: Date,
    /// How long compiling took.
    pub took: Duration,
    pub compiled: HeldCompiled,
}

/// A compiled source, which is freed only if the process goes on.
pub enum HeldCompiled {
    /// Never freed: the process ends soon, which is faster than freeing a million nodes.
    UntilTheEnd(ManuallyDrop<Box<Compiled>>),
    /// Freed when it is dropped: the process will compile again.
    ForNow(Box<Compiled>),
}

impl HeldCompiled {
    pub fn new(compiled: Compiled) -> Self {
        let compiled = Box::new(compiled);
        if read_log::is_on() {
            Self::ForNow(compiled)
        } else {
            Self::UntilTheEnd(ManuallyDrop::new(compiled))
        }
    }
}

impl Deref for HeldCompiled {
    type Target = Compiled;

    fn deref(&self) -> &Compiled {
        match self {
            Self::UntilTheEnd(compiled) => compiled,
            Self::ForNow(compiled) => compiled,
        }
    }
}

impl DerefMut for HeldCompiled {
    fn deref_mut(&mut self) -> &mut Compiled {
        match self {
            Self::UntilTheEnd(compiled) => compiled,
            Self::ForNow(compiled) => compiled,
        }
    }
}
