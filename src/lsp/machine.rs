//! The machine that the server runs on: its disk, and the settings beside a flow.

use std::path::{Path, PathBuf};

use crate::Options;
use crate::cxone::Mask;
use crate::diagnostics::{Code, Diagnostics};
use crate::resolve::Files;
use crate::settings::Settings;
use crate::source::Sources;

/// What the server needs from its machine.
pub trait Machine {
    /// The disk.
    fn disk(&self) -> &dyn Files;

    /// The disk, limited to what a flow may read.
    fn disk_of(&self, root: &Path) -> Box<dyn Files>;

    /// The flow files below a folder, at most `most`.
    fn flows_below(&self, folder: &Path, most: usize) -> FolderFlows;

    /// The options for compiling a flow, and the settings beside it. Adds the settings to the sources, and
    /// their problems to the findings.
    ///
    /// # Errors
    ///
    /// If the settings cannot be read.
    fn options(
        &self,
        root: &Path,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Options, Settings), Box<UnreadableSettings>>;

    /// Clears what is cached about folders: since the last message, they may have changed.
    fn refresh(&self) {}

    /// The mask for the secrets of the server's process.
    fn mask(&self) -> &Mask;

    /// Whether a process still runs, as far as can be told.
    fn is_running(&self, process: u32) -> bool;

    /// The page that explains a code, in Markdown.
    fn explanation(&self, code: &'static Code) -> String;
}

/// Settings that cannot be read.
pub struct UnreadableSettings {
    /// The options without them.
    pub options: Options,
    /// Why they cannot be read.
    pub why: String,
}

/// The flow files below a folder.
#[derive(Debug, Default)]
pub struct FolderFlows {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What was skipped, and why.
    pub unseen: Vec<String>,
}
