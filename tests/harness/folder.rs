//! A temporary folder: files, a git repository, and commands that are run in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::run::{Cxflowc, Watch};

/// A folder that is gone when the test ends.
pub struct Folder {
    directory: TempDir,
    variables: Vec<(String, String)>,
    watch: Option<Watch>,
}

impl Folder {
    /// An empty folder.
    pub fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), variables: Vec::new(), watch: None }
    }

    /// A folder with one file, `a.cxflow`.
    pub fn of(text: &str) -> Self {
        Self::new().with("a.cxflow", text)
    }

    /// With a file.
    pub fn with(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        self.write(name, text);
        self
    }

    /// With an environment variable for every command that is run here.
    pub fn with_variable(mut self, name: &str, value: &str) -> Self {
        self = self.without_variable(name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Without an environment variable that it was given.
    pub fn without_variable(mut self, name: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self
    }

    /// Every run here is watched.
    pub fn watched(self, watch: Watch) -> Self {
        Self { watch: Some(watch), ..self }
    }

    /// Writes a file, and makes the folders that it is in.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// The path of the folder itself.
    pub fn root(&self) -> &Path {
        self.directory.path()
    }

    /// The path of a file in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root().join(name)
    }

    /// What is in a file.
    #[track_caller]
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Whether there is a file of this name.
    pub fn has(&self, name: &str) -> bool {
        self.path(name).exists()
    }

    /// The names of what is in the folder.
    pub fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.root()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs git in the folder.
    pub fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"];
        let status = Command::new("git")
            .args(who)
            .args(arguments)
            .current_dir(self.root())
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }

    /// Makes the folder a repository with all its files committed and tagged `v1`.
    pub fn committed(self) -> Self {
        self.git(&["init", "--quiet"]);
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", "first"]);
        self.git(&["tag", "v1"]);
        self
    }

    /// Runs `cxflowc` to its end; arguments are separated by spaces.
    #[track_caller]
    pub fn run(&self, arguments: &str) -> super::Run {
        self.command(arguments).run()
    }

    /// `cxflowc` in this folder; arguments are separated by spaces.
    pub fn command(&self, arguments: &str) -> Cxflowc {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cxflowc"));
        command.args(arguments.split_whitespace());
        self.prepared(command)
    }

    /// `cxflowc` in the repository's own folder, for what is said of its files; arguments are separated by spaces.
    pub fn command_in_repository(arguments: &str) -> Cxflowc {
        Self::new().command(arguments).folder(Path::new(env!("CARGO_MANIFEST_DIR")))
    }

    /// Any program in this folder, with the variables of the folder and none of whoever runs the tests that would
    /// change what `cxflowc` does.
    pub fn prepared(&self, mut command: Command) -> Cxflowc {
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["CXONE_", "SSL_CERT_", "GITLAB_USER_"].iter().any(|start| text.starts_with(start))
                || text.contains("COLOR")
                || text.to_ascii_lowercase().ends_with("_proxy")
            {
                command.env_remove(&name);
            }
        }
        command.envs(self.variables.iter().map(|(name, value)| (name, value))).current_dir(self.root());
        Cxflowc::new(command, self.root(), self.watch.clone())
    }
}
