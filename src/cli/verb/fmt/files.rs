//! The files to format: those named, and those in the folders named.

use std::fs;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use crate::cli::Failure;
use crate::cli::console::terminal::Terminal;
use crate::cli::files::output;
use crate::cli::source_files::folders::flows_below;
use crate::cli::source_files::input::Input;

/// The files that the arguments name, each once. `look_only`: nothing will be written.
pub fn inputs(arguments: &[PathBuf], look_only: bool, terminal: &Terminal) -> Result<Vec<Input>, Failure> {
    let mut inputs = Vec::new();
    let mut seen = FxHashSet::default();
    for argument in arguments {
        let input = Input::from_argument(argument);
        match &input {
            Input::Stdin if inputs.contains(&Input::Stdin) => {
                return Err(Failure::new("standard input can be read only once"));
            }
            Input::Stdin => inputs.push(input),
            Input::Git { revision, path } => {
                let name = input.name();
                return Err(Failure::new(format!(
                    "{name} is at a git revision, where no file can be changed"
                ))
                .help(format!(
                    "name the file itself, or print the old version in the canonical layout: `git show {revision}:{} | cxflowc fmt -`",
                    path.display()
                )));
            }
            Input::Disk(path) if path.is_dir() => {
                inputs.extend(
                    flows_below(path, None, terminal)?
                        .flows
                        .into_iter()
                        .filter(|path| seen.insert(output::identity(path)))
                        .map(Input::Disk),
                );
            }
            Input::Disk(path) => {
                let is_special_file = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
                if is_special_file && !look_only {
                    return Err(Failure::new(format!(
                        "{} is not a regular file, so it cannot be changed in place",
                        path.display()
                    ))
                    .help("name `-` to read standard input and print the formatted text"));
                }
                if seen.insert(output::identity(path)) {
                    inputs.push(input);
                }
            }
        }
    }
    Ok(inputs)
}
