//! What is asked of a tenant about its scripts.

use std::time::Duration;

use crate::cli::args::MessageArgs;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::{ExitStatus, Failure};
use crate::cxone::studio::{OpenedScript, StudioClient};
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

/// The problem of a script that is not there, with the name that was perhaps meant.
pub async fn absent(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Problem {
    let (folder, name) = path.rsplit_once('\\').unwrap_or(("", path));
    // If the folder cannot be listed, the script is not there all the same.
    let entries = client.folder(folder, deadline, listener).await.ok().flatten();
    let near =
        entries.as_ref().and_then(|entries| nearest(name, entries.iter().map(|entry| entry.name.as_str())));
    let help = match (near, &entries) {
        (Some(near), _) => {
            let near = if folder.is_empty() { near.to_owned() } else { format!("{folder}\\{near}") };
            format!("did you mean `{}`?", clean(&near, 200))
        }
        (None, None) if !folder.is_empty() => {
            format!(
                "there is no folder `{}` either: write the script with its folder, as Studio shows it",
                clean(folder, 200)
            )
        }
        _ => {
            "write the script with its folder, as Studio shows it; letters are told apart by case".to_owned()
        }
    };
    let message = format!("the tenant has no script and no folder `{}`", clean(path, 200));
    Problem::new(&codes::studio::NO_SCRIPT, message, help)
}
