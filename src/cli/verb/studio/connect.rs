//! What is asked of a tenant about its scripts.

use std::time::Duration;

use crate::cli::args::MessageArgs;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::process::runtime::{self, WorkEnd};
use crate::cli::{ExitStatus, Failure};
use crate::cxone::studio::{OpenedScript, StudioClient};
use crate::cxone::{Deadline, Problem, clean, codes};
use crate::diagnostics::suggest::nearest;
use crate::source::Sources;

impl StudioContext {
    /// Asks the tenant. A problem is reported with its code, and is exit status 3.
    pub fn ask<T>(
        &self,
        timeout: Duration,
        messages: &MessageArgs,
        terminal: &Terminal,
        work: impl AsyncFnOnce(&StudioClient, Deadline) -> Result<T, Problem>,
    ) -> Result<Result<T, ExitStatus>, Failure> {
        let asked = async {
            let client = self.client()?;
            let deadline = Deadline::after(timeout);
            client.sign_in(deadline, &()).await?;
            work(&client, deadline).await
        };
        let problem = match runtime::run(1, asked)? {
            WorkEnd::Interrupted => return Ok(Err(ExitStatus::Interrupted)),
            WorkEnd::Done(Ok(done)) => return Ok(Ok(done)),
            WorkEnd::Done(Err(problem)) => problem,
        };
        let mut reporter = Reporter::new(messages, terminal, true, false);
        reporter.report_all(&Sources::default(), &[problem.finding()]);
        reporter.conclude(ExitStatus::Platform, Vec::new()).map(Err)
    }
}

/// Opens a script that has to be there.
pub async fn opened(client: &StudioClient, path: &str, deadline: Deadline) -> Result<OpenedScript, Problem> {
    match client.open(path, deadline, &()).await? {
        Some(script) => Ok(script),
        None => Err(absent(client, path, deadline).await),
    }
}

/// The problem of a script that is not there, with the name that was perhaps meant.
pub async fn absent(client: &StudioClient, path: &str, deadline: Deadline) -> Problem {
    let (folder, name) = path.rsplit_once('\\').unwrap_or(("", path));
    // If the folder cannot be listed, the script is not there all the same.
    let entries = client.folder(folder, deadline, &()).await.ok().flatten();
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
