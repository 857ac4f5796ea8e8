//! SPIN, which makes a C program of a model that searches all of its states for what breaks a claim.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// Whether it is here. `CXFLOW_SPIN=required` says that it has to be.
pub fn is_here() -> bool {
    let found = Command::new("spin").arg("-V").output().is_ok();
    let required = std::env::var("CXFLOW_SPIN").is_ok_and(|word| word == "required");
    assert!(found || !required, "SPIN is not installed: `apt-get install spin`");
    if !found {
        eprintln!("not tried: SPIN is not installed");
    }
    found
}

/// A program that is made of a model.
pub struct Verifier(TempDir);

impl Verifier {
    pub fn new(model: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("flow.pml"), model).unwrap();
        run(folder.path(), "spin", &["-a", "flow.pml"]);
        // One process, so that there is no order of steps to save on.
        run(folder.path(), "cc", &["-w", "-O0", "-DNOREDUCE", "-DNOFAIR", "-o", "pan", "pan.c"]);
        Self(folder)
    }

    /// Whether every call keeps a claim.
    pub fn keeps(&self, claim: usize) -> bool {
        let pan = self.0.path().join("pan");
        let name = format!("r{claim}");
        let verify = |depth: &str| {
            let out = run(self.0.path(), pan.to_str().unwrap(), &["-a", depth, "-w18", "-N", &name]);
            String::from_utf8_lossy(&out.stdout).into_owned()
        };
        let is_cut_off = |text: &str| text.contains("search depth too small");
        let mut text = verify("-m100000");
        if is_cut_off(&text) {
            text = verify("-m10000000");
        }
        assert!(!is_cut_off(&text) && !text.contains("out of memory"), "{text}");
        assert!(text.contains(&format!("({name})")), "another claim is verified than {name}:\n{text}");
        let errors = text.split_once("errors: ").unwrap_or_else(|| panic!("no result:\n{text}")).1;
        errors.split_whitespace().next() == Some("0")
    }
}

fn run(folder: &Path, program: &str, arguments: &[&str]) -> Output {
    let out = Command::new(program).args(arguments).current_dir(folder).output();
    let out = out.unwrap_or_else(|problem| panic!("cannot run {program}: {problem}"));
    let said = || [&out.stdout[..], &out.stderr[..]].concat();
    assert!(out.status.success(), "{program} {arguments:?}:\n{}", String::from_utf8_lossy(&said()));
    out
}
