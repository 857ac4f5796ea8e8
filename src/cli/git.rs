//! What git is asked.
#![expect(clippy::disallowed_methods, reason = "git is a program")]

use std::io::{self, BufRead, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::input::limited;
use crate::source::MAX_BYTES;

/// How much of git's own words is repeated, in bytes.
const WORDS: usize = 500;

/// What git printed, or its words where it failed.
pub type Answer = Result<Vec<u8>, String>;

/// Git in a folder, with pipes for what it prints.
fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        // A question changes nothing, not even the index's times, and waits for nobody's password.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        // Its words are looked at.
        .env("LC_ALL", "C")
        .args(arguments)
        .current_dir(folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs git in a folder.
///
/// # Errors
///
/// Where git does not start.
pub fn run(folder: &Path, arguments: &[&str]) -> io::Result<Answer> {
    let mut child = command(folder, arguments).stdin(Stdio::null()).spawn()?;
    // Both pipes are read at once, so that neither fills up while the other is waited for.
    let stderr = child.stderr.take();
    let words =
        std::thread::spawn(move || stderr.and_then(|stderr| limited(stderr).ok()).unwrap_or_default());
    let bytes = match child.stdout.take() {
        Some(stdout) => limited(stdout)?,
        None => Vec::new(),
    };
    let status = child.wait()?;
    let words = words.join().unwrap_or_default();
    Ok(if status.success() { Ok(bytes) } else { Err(first_line(&words)) })
}

/// Reads objects of the working folder's repository by their hashes, all by one process, and hands over
/// each with its number. What is larger than a source may be is left out.
///
/// # Errors
///
/// Where git does not start; and its words where it does not get to the end.
pub fn blobs(hashes: &[&str], mut take: impl FnMut(usize, Vec<u8>)) -> io::Result<Result<(), String>> {
    let mut child = command(Path::new("."), &["cat-file", "--batch"]).stdin(Stdio::piped()).spawn()?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let asked: String = hashes.iter().flat_map(|hash| [hash, "\n"]).collect();
    // All three pipes move at once, so that none fills up while another is waited for.
    let writer = std::thread::spawn(move || stdin.write_all(asked.as_bytes()));
    let words = std::thread::spawn(move || limited(stderr).unwrap_or_default());
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
        // A line break follows each.
        answers.read_exact(&mut [0])?;
        read += 1;
    }
    drop(answers);
    let status = child.wait()?;
    let _ = writer.join();
    let words = words.join().unwrap_or_default();
    Ok(match read == hashes.len() && status.success() {
        true => Ok(()),
        false => Err(first_line(&words)),
    })
}

/// What git prints, as one line of text; `None` where it fails or prints nothing.
pub fn line(folder: &Path, arguments: &[&str]) -> Option<String> {
    let bytes = run(folder, arguments).ok()?.ok()?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_end_matches(['\r', '\n']);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The hash of the commit that a revision, such as `HEAD`, stands for in a folder's repository.
pub fn commit(folder: &Path, revision: &str) -> Option<String> {
    if revision.starts_with('-') {
        return None;
    }
    line(folder, &["rev-parse", "--quiet", "--verify", &format!("{revision}^{{commit}}")])
}

/// A value of git's configuration, as the working folder has it.
pub fn config(key: &str) -> Option<String> {
    line(Path::new("."), &["config", "--get", key])
}

/// The top folder of a folder's work tree, or git's words on why there is none.
///
/// # Errors
///
/// Where git does not start.
pub fn top(folder: &Path) -> io::Result<Result<PathBuf, String>> {
    Ok(run(folder, &["rev-parse", "--show-toplevel"])?.and_then(|bytes| {
        let text = String::from_utf8_lossy(&bytes);
        match text.trim_end_matches(['\r', '\n']) {
            "" => Err("the repository has no work tree".to_owned()),
            text => Ok(PathBuf::from(text)),
        }
    }))
}

/// A path of a repository from its top. One that begins with a dot is seen from the working
/// folder, whose own path from the top is `prefix`.
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

/// The same, unless the path leads out of the repository.
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

/// The working folder as seen from the repository's top, with a slash at its end.
pub fn prefix() -> String {
    line(Path::new("."), &["rev-parse", "--show-prefix"]).unwrap_or_default()
}

fn first_line(words: &[u8]) -> String {
    let words = String::from_utf8_lossy(words);
    let line = words.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.get(..line.floor_char_boundary(WORDS)).unwrap_or_default().to_owned()
}
