//! Displays files relative to the working folder.

use std::path::{Path, PathBuf};

use crate::cli::source_files::folders::seen_from;
use crate::resolve::Files;

/// Files whose names are relative to the working folder.
pub struct DisplayedFiles<'a>(pub &'a dyn Files);

impl Files for DisplayedFiles<'_> {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn name(&self, path: &Path) -> String {
        if path.is_relative() {
            return self.0.name(path);
        }
        self.0.name(&seen_from(&self.0.identity(Path::new(".")), path))
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        self.0.list(folder)
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        self.0.spelling(path)
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.0.identity(path)
    }
}
