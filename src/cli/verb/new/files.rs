//! Several new files, all of them or none.

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::files::place::ResolvedPath;
use crate::cli::files::place::stays_inside;
use crate::cli::files::temporary::Temporary;

/// A file to write.
pub struct NewFile {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub text: String,
    /// Whether it has to be new. Otherwise one that is there is left alone.
    pub must_be_new: bool,
}

/// What became of the files.
#[derive(Debug, Default)]
pub struct Written {
    /// Those that were written.
    pub new: Vec<PathBuf>,
    /// Those that were there already.
    pub left_alone: Vec<PathBuf>,
}

/// Writes files that are not there yet. If one of them cannot be written, none is, and folders that were made
/// for them are gone again.
pub fn write(files: &[NewFile]) -> Result<Written, Failure> {
    let mut made = Made::default();
    let written = made.write_all(files);
    if written.is_err() {
        made.take_back();
    }
    written
}

/// What was made so far, to be taken back.
#[derive(Default)]
struct Made {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
}

impl Made {
    fn write_all(&mut self, files: &[NewFile]) -> Result<Written, Failure> {
        let mut written = Written::default();
        let mut ready = Vec::new();
        // Everything is on the disk before anything has its name.
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
            match temporary.put_new(&file.path) {
                Ok(()) => {
                    self.files.push(file.path.clone());
                    written.new.push(file.path.clone());
                }
                // Somebody else wrote it in the meantime.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && !file.must_be_new => {
                    written.left_alone.push(file.path.clone());
                }
                Err(error) => return Err(unwritable(&file.path, &error)),
            }
        }
        Ok(written)
    }

    fn prepare(&mut self, file: &NewFile) -> io::Result<Temporary> {
        let folder = folder_of(&file.path);
        // The folder of the flow itself was named by somebody, who may have misspelt it.
        if !file.must_be_new {
            self.make_folder(folder)?;
        }
        let mut temporary = Temporary::within(folder, None)?;
        temporary.as_file_mut().write_all(file.text.as_bytes())?;
        Ok(temporary)
    }

    fn make_folder(&mut self, folder: &Path) -> io::Result<()> {
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

    /// What cannot be removed stays: the failure that led here is what matters to whoever reads of it.
    fn take_back(&self) {
        for file in self.files.iter().rev() {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

fn folder_of(path: &Path) -> &Path {
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
            Failure::new(format!("cannot write {shown}: what should be its folder is a file"))
        }
        _ => Failure::new(format!("cannot write {shown}: {error}")),
    }
}
