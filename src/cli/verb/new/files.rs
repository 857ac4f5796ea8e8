//! Creates several new files: all or none.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::files::place::ResolvedPath;
use crate::cli::files::place::stays_inside;
use crate::cli::files::temporary::Temporary;

/// A file to write.
pub struct NewFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// Whether it must be new. Otherwise an existing file is left alone.
    pub must_be_new: bool,
}

/// The files that were written, and those that were not.
#[derive(Debug, Default)]
pub struct Written {
    /// The files that were written.
    pub new: Vec<PathBuf>,
    /// The files that existed already.
    pub left_alone: Vec<PathBuf>,
}

/// Writes files that do not exist yet. If one cannot be written, none is, and the folders created for them
/// are removed again.
pub fn write(files: &[NewFile]) -> Result<Written, Failure> {
    let mut rollback = Rollback::default();
    let written = rollback.write_all(files);
    if written.is_err() {
        rollback.undo();
    }
    written
}

/// The files and folders created so far, to undo them after a failure.
#[derive(Default)]
struct Rollback {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Rollback {
    fn write_all(&mut self, files: &[NewFile]) -> Result<Written, Failure> {
        let mut written = Written::default();
        let mut ready = Vec::new();
        // All temporary files are written before the first is renamed.
        for file in files {
            if file.path.symlink_metadata().is_ok() {
                if file.must_be_new {
                    return Err(already_there(&file.path));
                }
                written.left_alone.push(file.path.clone());
                continue;
            }
            stays_inside(&file.path, &ResolvedPath::of(&file.path))?;
            let temporary = self.prepare(file).map_err(|error| unwritable(&file.path, &error))?;
            ready.push((file, temporary));
        }
        for (file, temporary) in ready {
            match temporary.place_new(&file.path) {
                Ok(()) => {
                    self.files.push(file.path.clone());
                    written.new.push(file.path.clone());
                }
                // Another process created it in the meantime.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && !file.must_be_new => {
                    written.left_alone.push(file.path.clone());
                }
                Err(error) => return Err(unwritable(&file.path, &error)),
            }
        }
        Ok(written)
    }

    fn prepare(&mut self, file: &NewFile) -> io::Result<Temporary> {
        let folder = containing_folder(&file.path);
        // The flow's own folder was named by the user, who may have misspelt it, so it is not created.
        if !file.must_be_new {
            self.create_folder(folder)?;
        }
        let mut temporary = Temporary::within(folder, None)?;
        temporary.as_file_mut().write_all(file.text.as_bytes())?;
        Ok(temporary)
    }

    fn create_folder(&mut self, folder: &Path) -> io::Result<()> {
        let missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|above| !above.as_os_str().is_empty() && above.symlink_metadata().is_err())
            .collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_path_buf());
        }
        Ok(())
    }

    /// Removes what was created. Files that cannot be removed stay, since the original failure is what
    /// matters.
    fn undo(&self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn containing_folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn already_there(path: &Path) -> Failure {
    Failure::new(format!("{} already exists", path.display()))
        .help("choose another name; nothing was changed")
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    let shown = path.display();
    match error.kind() {
        ErrorKind::AlreadyExists => already_there(path),
        ErrorKind::NotFound => Failure::new(format!("cannot write {shown}: its folder does not exist")),
        ErrorKind::NotADirectory => {
            Failure::new(format!("cannot write {shown}: a file has the name of its folder"))
        }
        _ => Failure::new(format!("cannot write {shown}: {error}")),
    }
}
