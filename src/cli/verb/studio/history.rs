//! `cxflowc studio history`

use serde_json::{Value, json};

use crate::cli::args::{ResultFormat, StudioHistoryArgs};
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::verb::policy::look::widest;
use crate::cli::verb::studio::connect;
use crate::cli::{ExitStatus, VerbResult};
use crate::cxone::studio::{ScriptVersion, StudioClient};
use crate::cxone::{Deadline, Problem, ProgressListener, clean, codes};

pub fn run(args: &StudioHistoryArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted; nothing was changed on the tenant"));
    let context = match StudioContext::new(&args.common, terminal)? {
        Ok(context) => context,
        Err(status) => return Ok(status),
    };
    let work = async {
        let deadline = Deadline::after(args.common.time.timeout);
        let listener = VerboseProgress { terminal };
        let listed = async {
            let client = context.client()?;
            client.sign_in(deadline, &listener).await?;
            versions(&client, &args.script, deadline, &listener).await
        };
        Ok(listed.await.map(|versions| {
            let text = match args.format {
                ResultFormat::Text => text(&versions),
                ResultFormat::Json => {
                    let versions: Vec<Value> = versions.iter().map(version_json).collect();
                    format!("{}\n", json!({ "script": args.script, "versions": versions }))
                }
            };
            terminal.result(&text);
            ExitStatus::Done
        }))
    };
    platform::run(terminal, &args.common.messages, &StageTracker::default(), work, |problem| {
        vec![problem.finding()]
    })
}

/// The versions of a script, of which there is at least one.
pub async fn versions(
    client: &StudioClient,
    path: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Vec<ScriptVersion>, Problem> {
    match client.history(path, deadline, listener).await {
        Ok(versions) if !versions.is_empty() => Ok(versions),
        Ok(_) => Err(not_found(path)),
        Err(problem) if problem.is_absent => Err(connect::absent(client, path, deadline, listener).await),
        Err(problem) => Err(problem),
    }
}

fn not_found(path: &str) -> Problem {
    let message = format!("the tenant has no script {}, or does not show its history", clean(path, 200));
    let help = "write the name with its folder, as Studio shows it: `Campaigns\\Reminder`";
    Problem::new(&codes::studio::NO_SCRIPT, message, help)
}

/// A line for each version, in columns.
fn text(versions: &[ScriptVersion]) -> String {
    let rows: Vec<[String; 4]> = versions
        .iter()
        .map(|version| {
            let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
            let ScriptVersion { id, modified, user, status } = version;
            [id.to_string(), or_dash(modified), or_dash(user), or_dash(status)]
        })
        .collect();
    let width = |column: usize| widest(rows.iter().filter_map(|row| row.get(column)).map(String::as_str));
    let (numbers, days, users) = (width(0), width(1), width(2));
    let line = |[number, day, user, status]: &[String; 4]| {
        format!("{number:<numbers$}  {day:<days$}  {user:<users$}  {status}\n")
    };
    rows.iter().map(line).collect()
}

/// A version for programs.
pub fn version_json(version: &ScriptVersion) -> Value {
    let ScriptVersion { id, modified, user, status } = version;
    json!({ "version": id, "modified": modified, "user": user, "status": status })
}
