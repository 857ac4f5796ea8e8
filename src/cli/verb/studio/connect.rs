//! What is asked of a tenant about its scripts.

use std::time::Duration;

use crate::cli::args::MessageArgs;
use crate::cli::console::safe::shell_word;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::{ExitStatus, Failure};
use crate::cxone::studio::{FolderEntry, OpenedScript, StudioClient};
use crate::cxone::{Deadline, Problem, ProgressListener, clean, codes};
use crate::diagnostics::suggest::nearest;

impl StudioContext {
    /// Asks the tenant. A problem is reported with its code, and is exit status 3.
    pub fn ask<T>(
        &self,
        timeout: Duration,
        messages: &MessageArgs,
        terminal: &Terminal,
        work: impl AsyncFnOnce(&StudioClient, Deadline, &dyn ProgressListener) -> Result<T, Problem>,
    ) -> Result<Result<T, ExitStatus>, Failure> {
        let mut answer = None;
        let listener = VerboseProgress { terminal };
        let asked = async {
            let client = self.client()?;
            let deadline = Deadline::after(timeout);
            client.sign_in(deadline, &listener).await?;
            answer = Some(work(&client, deadline, &listener).await?);
            Ok(ExitStatus::Done)
        };
        let asked = async { Ok(asked.await) };
        let status = platform::run(terminal, messages, &StageTracker::default(), asked, |problem| {
            vec![problem.finding()]
        })?;
        Ok(answer.ok_or(status))
    }
}

/// Opens a script that has to be there.
pub async fn opened(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<OpenedScript, Problem> {
    match client.open(path, deadline, listener).await? {
        Some(script) => Ok(script),
        None => Err(absent(client, path, deadline, listener).await),
    }
}

/// How many folders are looked into for a script whose folder was left out.
const MOST_FOLDERS: usize = 20;

/// How long a folder's name is of which every other one is another folder.
const SHORT: usize = 3;

/// What was perhaps meant by the name of a script that is not there.
enum Meant {
    /// Another name.
    Other(String),
    /// A folder of this name.
    Folder(String),
    /// Something in a folder that is not there either.
    InNoFolder(String),
    /// Nothing that is known.
    Unknown,
}

/// The problem of a script that is not there, with the name that was perhaps meant.
pub async fn absent(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Problem {
    let shown = clean(path, 200);
    let message = format!("the tenant has no script and no folder `{shown}`");
    let (message, help) = match meant(client, path, deadline, listener).await {
        Meant::Other(other) => (message, format!("did you mean `{}`?", clean(&other, 200))),
        Meant::Folder(folder) => (
            format!("`{shown}` is a folder of the tenant, and no script"),
            format!(
                "name one of its scripts: `cxflowc studio pull {} --list` prints them",
                shell_word(&clean(&folder.replace('\\', "/"), 200))
            ),
        ),
        Meant::InNoFolder(folder) => (
            message,
            format!(
                "there is no folder `{}` either: write the script with its folder, as Studio shows it",
                clean(&folder, 200)
            ),
        ),
        Meant::Unknown => (
            message,
            "write the script with its folder, as Studio shows it; `cxflowc studio pull / --list` prints the names of all scripts".to_owned(),
        ),
    };
    Problem::new(&codes::studio::NO_SCRIPT, message, help)
}

/// Looks from the folder of all on for what is called almost the same.
async fn meant(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Meant {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|part| !part.trim().is_empty()).collect();
    let (mut found, mut is_other, mut is_folder) = (String::new(), false, false);
    for (number, part) in parts.iter().enumerate() {
        // If a folder cannot be listed, the script is not there all the same.
        let Some(entries) = client.folder(&found, deadline, listener).await.ok().flatten() else {
            return Meant::Unknown;
        };
        let is_last = number + 1 == parts.len();
        let fits: Vec<&FolderEntry> = entries.iter().filter(|one| is_last || one.is_folder).collect();
        let same = fits.iter().copied().find(|one| one.name == *part);
        let near = || {
            let name = nearest(part, fits.iter().map(|one| one.name.as_str()))?;
            // Folders are often called `Q3` and `Q4`.
            let is_likely = is_last || part.chars().count() > SHORT || name.eq_ignore_ascii_case(part);
            is_likely.then_some(())?;
            fits.iter().copied().find(|one| one.name == name)
        };
        let Some(entry) = same.or_else(near) else {
            return match parts.as_slice() {
                [name] => below(client, name, &entries, deadline, listener).await,
                _ if is_last => Meant::Unknown,
                _ => Meant::InNoFolder(below_folder(&found, part)),
            };
        };
        is_other |= same.is_none();
        is_folder = entry.is_folder;
        found = below_folder(&found, &entry.name);
    }
    match (is_other, is_folder) {
        (true, _) => Meant::Other(found),
        (false, true) => Meant::Folder(found),
        (false, false) => Meant::Unknown,
    }
}

/// Looks for a script whose folder was left out in the folders at the top.
async fn below(
    client: &StudioClient,
    name: &str,
    entries: &[FolderEntry],
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Meant {
    for folder in entries.iter().filter(|one| one.is_folder).take(MOST_FOLDERS) {
        let Some(entries) = client.folder(&folder.name, deadline, listener).await.ok().flatten() else {
            continue;
        };
        if let Some(near) = nearest(name, entries.iter().map(|one| one.name.as_str())) {
            return Meant::Other(below_folder(&folder.name, near));
        }
    }
    Meant::Unknown
}

fn below_folder(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}\\{name}") }
}
