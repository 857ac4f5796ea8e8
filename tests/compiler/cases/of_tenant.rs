//! What the suites share that write flows as scripts for the tenant of the cases.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use cxflowc::{Compiled, Files, compile_with};

use crate::cases::{Case, ROOT, cases, fixture_files, options, tenant};

/// No file is included.
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, _: &Path) -> std::io::Result<Vec<u8>> {
        Err(std::io::ErrorKind::NotFound.into())
    }
}

/// Numbers that nobody chose, the same in every run.
pub struct Chance(pub u64);

impl Chance {
    /// A number below another one.
    pub fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % most as u64).unwrap()
    }
}

/// The flows of all fixtures that `is_wanted`, and of the examples, compiled for the tenant; each with its title.
pub fn flows_for_tenant(is_wanted: impl Fn(&Case) -> bool) -> Vec<(String, Compiled)> {
    let compile = |case: &Case| {
        let mut options = options(&case.settings);
        options.target = Arc::new(tenant());
        compile_with(case.root(), case, &options)
    };
    let mut found = Vec::new();
    for path in fixture_files() {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        for case in cases(&std::fs::read_to_string(path).unwrap()).iter().filter(|case| is_wanted(case)) {
            found.push((format!("{file}: {}", case.title), compile(case)));
        }
    }
    let examples = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples"));
    let texts = |folder: &str| -> BTreeMap<PathBuf, String> {
        let entries = std::fs::read_dir(examples.join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let files = entries.filter(|path| path.extension().is_some_and(|one| one == "cxflow"));
        files
            .map(|path| {
                let name = Path::new(folder).join(path.file_name().unwrap());
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect()
    };
    let library = texts("library");
    for (name, text) in texts("") {
        let mut files = library.clone();
        files.insert(ROOT.into(), text);
        let title = name.to_string_lossy().into_owned();
        let case = Case { title: title.clone(), settings: String::new(), files, expected: String::new() };
        found.push((title, compile(&case)));
    }
    found
}
