//! Runs git such that nothing in a checkout decides which programs are run.
//!
//! Git looks for a repository from the folder that it is started in, which may be a folder that a commit laid
//! out as a repository, and a repository's configuration names programs. So git is started at the work tree's
//! top, for the `.git` there and no other; every setting that names a program is cleared; and it fetches
//! nothing.
#![expect(clippy::disallowed_methods, reason = "runs git, and sets and reads its environment variables")]

pub mod flow_files;
pub mod places;
pub mod repository;
mod revision;
pub mod sparse;

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::JoinHandle;

use crate::cli::console::safe::shell_word;
use crate::cli::git::repository::{lost_repository, repository_top};
use crate::cli::source_files::input::{Disk, limited};
use crate::resolve::Files;
use crate::source::MAX_BYTES;
pub use revision::{CloneKind, Revision, commit, revision};

/// How much of git's error message is quoted, in bytes.
const MAX_QUOTED: usize = 500;

/// Settings of every command. If a command covers several repositories, git passes them on.
const SETTINGS: [&str; 14] = [
    // Only the `.git` of the work tree's top is a repository.
    "safe.bareRepository=explicit",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.gitProxy=false",
    "core.askPass=false",
    "core.editor=false",
    "core.alternateRefsCommand=false",
    "credential.helper=",
    "diff.external=",
    "protocol.allow=never",
    "submodule.recurse=false",
    "status.submoduleSummary=false",
];

/// Variables that say where a repository is. They belong to another repository, as in a hook, or repeat what
/// the folder says.
const LOCATION_VARIABLES: [&str; 12] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// The folder whose repository `REV:PATH` is about, if it is not the working folder.
static ELSEWHERE: OnceLock<PathBuf> = OnceLock::new();

/// The folder whose repository `REV:PATH` is about.
pub fn place() -> &'static Path {
    ELSEWHERE.get().map_or(Path::new("."), PathBuf::as_path)
}

/// Reads revisions from the repository of another folder than the working folder, for the rest of the run.
pub fn look_at(folder: PathBuf) {
    _ = ELSEWHERE.set(folder);
}

/// What git printed, or how it failed.
pub type Answer = Result<Vec<u8>, GitFailure>;

/// How git failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GitFailure {
    /// Its exit status; `None` if it was killed.
    pub status: Option<i32>,
    /// The line of its messages that says why it ended, else the first.
    pub words: String,
}

impl GitFailure {
    fn no_repository() -> Self {
        let words = "fatal: not a git repository (or any of the parent directories): .git";
        Self { status: Some(128), words: words.to_owned() }
    }

    /// Converts the failure to an I/O error.
    pub fn into_error(self) -> io::Error {
        let words = match (&*self.words, self.status) {
            ("", Some(status)) => format!("git ended with exit status {status}"),
            ("", None) => "git was killed".to_owned(),
            (words, _) => words.to_owned(),
        };
        io::Error::other(words)
    }
}

/// What to do if git does not trust a repository, which belongs to another user; `None` if it failed for
/// another reason.
pub fn trust_remedy(words: &str) -> Option<String> {
    if !words.contains("dubious ownership") && !words.contains("safe.directory") {
        return None;
    }
    let top = words.split_once("repository at '").and_then(|(_, rest)| rest.rsplit_once('\''));
    Some(match top {
        Some((top, _)) => format!("run `git config --global --add safe.directory {}`", shell_word(top)),
        None => "run `git config --global --add safe.directory \"$PWD\"` at its top".to_owned(),
    })
}

/// Runs git for a folder's repository, from the top of its work tree.
///
/// # Errors
///
/// Fails if git does not start.
pub fn run(folder: &Path, arguments: &[&str]) -> io::Result<Answer> {
    run_with(folder, &[], arguments)
}

/// Like [`run`], with further settings.
pub fn run_with(folder: &Path, settings: &[String], arguments: &[&str]) -> io::Result<Answer> {
    let mut command = match command_for(folder)? {
        Ok(command) => command,
        Err(refused) => return Ok(Err(refused)),
    };
    for setting in settings {
        command.args(["-c", setting]);
    }
    answer(command.args(arguments))
}

/// A git command for a folder's repository.
fn command_for(folder: &Path) -> io::Result<Result<Command, GitFailure>> {
    let mut command = command()?;
    let top = top_of(folder);
    // The caller names a bare repository, as git does for a hook on a server.
    if top.is_none() && std::env::var_os("GIT_DIR").is_some() {
        command.current_dir(folder);
        return Ok(Ok(command));
    }
    clear_location_variables(&mut command);
    if let Some(lost) = lost_repository(&Disk.identity(folder)) {
        // Git cannot read anything there; it is run for its error message.
        let command = command.arg("--git-dir").arg(lost).args(["rev-parse", "--git-dir"]);
        return Ok(Err(answer(command)?.err().unwrap_or_else(GitFailure::no_repository)));
    }
    let Some(top) = top else { return Ok(Err(GitFailure::no_repository())) };
    command.env("GIT_CEILING_DIRECTORIES", top.parent().unwrap_or(&top)).env("GIT_WORK_TREE", &top);
    command.current_dir(top);
    Ok(Ok(command))
}

fn clear_location_variables(command: &mut Command) {
    for name in LOCATION_VARIABLES {
        command.env_remove(name);
    }
}

/// A git command with the options that all share.
fn command() -> io::Result<Command> {
    let mut command = Command::new(program()?);
    command
        // Does not change anything, not even the times in the index, and does not ask for passwords.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Does not fetch what a partial clone lacks.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "")
        // Ignores replaced objects, and reads paths literally.
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("GIT_LITERAL_PATHSPECS", "1")
        // Messages are parsed.
        .env("LC_ALL", "C")
        .arg("--no-pager");
    for setting in SETTINGS {
        command.args(["-c", setting]);
    }
    Ok(command)
}

/// The path of git. Skips relative folders of `PATH`, since they would be inside the checkout.
fn program() -> io::Result<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let name = format!("git{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(&name))
        .find(|program| is_program(program))
        .ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "there is no git in PATH"))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}

fn answer(command: &mut Command) -> io::Result<Answer> {
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    // Both pipes are read at the same time, so that git never blocks on a full one.
    let stderr = child.stderr.take();
    let read = move || stderr.and_then(|stderr| limited(stderr).ok()).unwrap_or_default();
    let words = spawn_for(&mut child, read)?;
    let bytes = match child.stdout.take() {
        Some(stdout) => limited(stdout)?,
        None => Vec::new(),
    };
    let status = child.wait()?;
    let words = words.join().unwrap_or_default();
    Ok(if status.success() {
        Ok(bytes)
    } else {
        Err(GitFailure { status: status.code(), words: decisive_line(&words) })
    })
}

/// Starts a thread that serves one of a child's pipes; kills the child if no thread can be started.
fn spawn_for<T: Send + 'static>(
    child: &mut Child,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    std::thread::Builder::new().spawn(work).inspect_err(|_| {
        let _ = child.kill();
        let _ = child.wait();
    })
}

/// Reads objects of the working folder's repository by their hashes, with a single process, and passes each
/// to `take` with its index. Skips objects that are larger than a source may be.
///
/// # Errors
///
/// Fails if git does not start; returns its message if it ends early.
pub fn blobs(hashes: &[&str], mut take: impl FnMut(usize, Vec<u8>)) -> io::Result<Result<(), GitFailure>> {
    let mut command = match command_for(place())? {
        Ok(command) => command,
        Err(refused) => return Ok(Err(refused)),
    };
    command.args(["cat-file", "--batch"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let requests: String = hashes.iter().flat_map(|hash| [hash, "\n"]).collect();
    // All three pipes are served at the same time, so that git never blocks on one of them.
    let writer = spawn_for(&mut child, move || stdin.write_all(requests.as_bytes()))?;
    let words = spawn_for(&mut child, move || limited(stderr).unwrap_or_default())?;
    let mut answers = io::BufReader::new(stdout);
    let mut read = 0;
    for index in 0..hashes.len() {
        let mut head = String::new();
        answers.read_line(&mut head)?;
        // `HASH blob SIZE`, or `HASH missing`.
        let Some(size) = head.trim_end().split(' ').nth(2).and_then(|size| size.parse::<u64>().ok()) else {
            break;
        };
        if size > MAX_BYTES as u64 {
            io::copy(&mut answers.by_ref().take(size), &mut io::sink())?;
        } else {
            let mut bytes = Vec::new();
            answers.by_ref().take(size).read_to_end(&mut bytes)?;
            take(index, bytes);
        }
        // Each object ends with a line break.
        answers.read_exact(&mut [0])?;
        read += 1;
    }
    drop(answers);
    let status = child.wait()?;
    let _ = writer.join();
    let words = words.join().unwrap_or_default();
    Ok(match read == hashes.len() && status.success() {
        true => Ok(()),
        false => Err(GitFailure { status: status.code(), words: decisive_line(&words) }),
    })
}

/// Git's output as one line of text; `None` if it answers that there is no such thing.
///
/// # Errors
///
/// Fails if git does not start, or fails for another reason.
pub fn line(folder: &Path, arguments: &[&str]) -> io::Result<Option<String>> {
    match run(folder, arguments)? {
        Ok(bytes) => Ok(text_line(&bytes)),
        // With `--quiet`, status 1 means no.
        Err(refused) if refused.status == Some(1) => Ok(None),
        Err(refused) => Err(refused.into_error()),
    }
}

fn text_line(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// A value of git's configuration for the working folder.
pub fn config(key: &str) -> Option<String> {
    let here = Path::new(".");
    let arguments = ["config", "--get", key];
    if top_of(here).is_some() {
        return line(here, &arguments).ok().flatten();
    }
    // Outside a repository git is run in the root folder, where nobody else could have created a repository.
    let here = Disk.identity(here);
    let root = here.ancestors().last().unwrap_or(&here);
    let mut command = command().ok()?;
    clear_location_variables(&mut command);
    answer(command.args(arguments).current_dir(root)).ok()?.ok().and_then(|bytes| text_line(&bytes))
}

/// Settings that disable the filters in a repository's own configuration, since filters start programs.
/// Filters of the machine and its user stay.
///
/// # Errors
///
/// Fails if git does not start, does not list its configuration, or is too old to name the scopes.
pub fn without_filters(folder: &Path) -> io::Result<Vec<String>> {
    let listed = run(folder, &["config", "--list", "--name-only", "--show-scope", "-z"])?;
    let listed = listed.map_err(GitFailure::into_error)?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let mut words = listed.split('\0');
    let mut settings = Vec::new();
    while let (Some(scope), Some(key)) = (words.next(), words.next()) {
        let key_in_lower_case = key.to_ascii_lowercase();
        if !key_in_lower_case.starts_with("filter.") || matches!(scope, "system" | "global" | "command") {
            continue;
        }
        if key.contains('=') {
            return Err(io::Error::other(format!("its configuration has a filter called `{key}`")));
        }
        let value = if key_in_lower_case.ends_with(".required") { "false" } else { "" };
        settings.push(format!("{key}={value}"));
    }
    Ok(settings)
}

/// The real path of the work tree's top for a folder, judging by the disk alone.
pub fn top_of(folder: &Path) -> Option<PathBuf> {
    repository_top(&Disk.identity(folder))
}

/// Like [`top_of`], if git accepts it as a repository; otherwise git's failure.
///
/// # Errors
///
/// Fails if git does not start.
pub fn top(folder: &Path) -> io::Result<Result<PathBuf, GitFailure>> {
    let answer = run(folder, &["rev-parse", "--git-dir"])?;
    let top = top_of(folder).ok_or_else(GitFailure::no_repository);
    Ok(answer.and(top))
}

/// A path relative to the repository's top. A path that begins with a dot is relative to the working folder,
/// whose own path from the top is `prefix`.
pub fn from_top(prefix: &str, path: &Path) -> String {
    let path = path.display().to_string().replace('\\', "/");
    if !path.starts_with("./") && !path.starts_with("../") {
        return path;
    }
    let mut parts: Vec<&str> = prefix.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Like [`from_top`]; `None` if the path leads out of the repository.
pub fn within(prefix: &str, path: &Path) -> Option<String> {
    let text = path.to_str()?.replace('\\', "/");
    if text.starts_with('/') || path.is_absolute() {
        return None;
    }
    let from_here = text.starts_with("./") || text.starts_with("../");
    let prefix = if from_here { prefix } else { "" };
    let mut parts: Vec<&str> = Vec::new();
    for part in prefix.split('/').chain(text.split('/')) {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The working folder relative to the repository's top, with a trailing slash.
pub fn prefix() -> String {
    let here = Disk.identity(Path::new("."));
    let inside = top_of(place()).and_then(|top| Some(here.strip_prefix(top).ok()?.to_path_buf()));
    let inside = inside.unwrap_or_default().display().to_string().replace('\\', "/");
    if inside.is_empty() { inside } else { inside + "/" }
}

/// The line with git's final error; the lines before it are steps on the way.
fn decisive_line(words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let mut lines = words.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or_default();
    let line = if first.starts_with("fatal: ") {
        first
    } else {
        lines.find(|line| line.starts_with("fatal: ")).unwrap_or(first)
    };
    line.get(..line.floor_char_boundary(MAX_QUOTED)).unwrap_or_default().to_owned()
}
