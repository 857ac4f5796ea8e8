//! Where the result of each source goes: standard output, or a file.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::cli::Failure;
use crate::cli::files::output;
use crate::cli::source_files::input::Input;

/// Where a result goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To standard output.
    Stdout,
    /// Into a file.
    File(PathBuf),
}

impl Target {
    /// The same for every spelling of a path; `None` is standard output.
    fn identity(&self) -> Option<PathBuf> {
        match self {
            Self::Stdout => None,
            Self::File(path) => Some(output::identity(path)),
        }
    }

    /// How messages call it.
    pub fn name(&self) -> String {
        match self {
            Self::Stdout => "standard output".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// What the command line says of it.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// `-o`
    pub output: Option<&'a Path>,
    /// `--out-dir`
    pub out_dir: Option<&'a Path>,
}

impl Wanted<'_> {
    /// The place of each source's result, no two of them the same. In a folder it gets the name of the source with
    /// this ending, and where nothing is said the `usual` place.
    pub fn targets(
        self,
        inputs: &[Input],
        usual: &dyn Fn(&Input) -> Target,
        ending: &str,
    ) -> Result<Vec<Target>, Failure> {
        if self.output.is_some() && inputs.len() > 1 {
            return Err(Failure::new(format!("-o names one output, but there are {} sources", inputs.len()))
                .help("use --out-dir, or name the sources one by one"));
        }
        let targets = inputs.iter().map(|input| self.target(input, usual, ending));
        let targets: Vec<Target> = targets.collect::<Result<_, _>>()?;
        let mut writers: FxHashMap<Option<PathBuf>, &Input> = FxHashMap::default();
        for (target, input) in targets.iter().zip(inputs) {
            if let Some(other) = writers.insert(target.identity(), input) {
                return Err(Failure::new(format!(
                    "two sources have the same output: {} and {} would both be written to {}",
                    other.name(),
                    input.name(),
                    target.name()
                ))
                .help("write them into different folders, or give one of them another name"));
            }
        }
        Ok(targets)
    }

    fn target(
        self,
        input: &Input,
        usual: &dyn Fn(&Input) -> Target,
        ending: &str,
    ) -> Result<Target, Failure> {
        if let Some(path) = self.output {
            return Ok(if path == Path::new("-") {
                Target::Stdout
            } else {
                Target::File(path.to_path_buf())
            });
        }
        let Some(folder) = self.out_dir else { return Ok(usual(input)) };
        let path = input.path().with_extension(ending);
        let name = if *input == Input::Stdin { None } else { path.file_name() };
        let name = name.ok_or_else(|| {
            Failure::new(format!("{} has no name that --out-dir could use", input.name()))
                .help("name the output with -o")
        })?;
        Ok(Target::File(folder.join(name)))
    }
}
