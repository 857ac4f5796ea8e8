//! The machine that the server runs on: its disk, and the settings beside a flow.

use std::path::{Path, PathBuf};

use crate::Options;
use crate::cxone::Mask;
use crate::diagnostics::{Code, Diagnostics};
use crate::resolve::Files;
use crate::settings::Settings;
use crate::source::Sources;

/// What the server needs of the machine that it runs on.
pub trait Machine {
    /// The disk.
    fn disk(&self) -> &dyn Files;

    /// The disk as a flow may see it.
    fn disk_of(&self, root: &Path) -> Box<dyn Files>;

    /// The flow files below a folder, so many at most.
    fn flows_below(&self, folder: &Path, most: usize) -> FolderFlows;

    /// How a flow is to be compiled, and the settings that lie beside it. They are added to the sources,
    /// and what is wrong with them to the findings.
    ///
    /// # Errors
    ///
    /// Where settings cannot be read.
    fn options(
        &self,
        root: &Path,
        files: &dyn Files,
        sources: &mut Sources,
        diagnostics: &mut Diagnostics,
    ) -> Result<(Options, Settings), Box<UnreadableSettings>>;

    /// Forgets what was remembered of folders: a message has come, and they may have changed since the last.
    fn refresh(&self) {}

    /// What covers the secrets of the server's process.
    fn mask(&self) -> &Mask;

    /// Whether a process of this machine is still there, as far as can be told.
    fn is_running(&self, process: u32) -> bool;

    /// The page that explains a code, in Markdown.
    fn explanation(&self, code: &'static Code) -> String;
}

/// Settings that cannot be read.
pub struct UnreadableSettings {
    /// How the flow is compiled without them.
    pub options: Options,
    /// What is wrong.
    pub why: String,
}

/// The flow files below a folder.
#[derive(Debug, Default)]
pub struct FolderFlows {
    /// The files.
    pub files: Vec<PathBuf>,
    /// What was not looked at, and why.
    pub unseen: Vec<String>,
}
