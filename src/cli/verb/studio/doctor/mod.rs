//! `cxflowc studio doctor`: is a tenant as the compiler assumes? It only reads.

mod action;
mod examine;
mod item;
mod others;
mod report;
mod settings;

use std::path::Path;

use serde_json::{Value, json};

use self::examine::{Examination, Examiner};
use self::item::{Verdict, count, table};
use super::flows::{Wanted, compiled};
use crate::cli::args::{ResultFormat, StudioDoctorArgs};
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::{Deadline, Problem};

pub fn run(args: &StudioDoctorArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted; nothing was changed on the tenant"));
    let outputs = outputs(args);
    outputs.check()?;
    let jobs = match compiled(&args.files, &args.set, &args.common, terminal)? {
        Ok(jobs) => jobs,
        Err(status) => return Ok(status),
    };
    outputs.refuse_protected(&ProtectedFile::of_jobs(&jobs))?;
    let context = match jobs.first() {
        Some(job) => StudioContext::of(
            &args.common.account,
            args.common.env.as_deref(),
            job.environment.clone(),
            &job.settings,
        )?,
        None => match StudioContext::new(&args.common, terminal)? {
            Ok(context) => context,
            Err(status) => return Ok(status),
        },
    };
    let wanted = Wanted::of(&jobs)?;
    let work = async {
        let client = match context.client() {
            Ok(client) => client,
            Err(problem) => return Ok(Err(problem)),
        };
        let deadline = Deadline::after(args.common.time.timeout);
        let listener = VerboseProgress { terminal };
        let settings = &context.settings;
        let examiner = Examiner { client: &client, settings, wanted: &wanted, deadline, listener: &listener };
        let mut found = Examination::default();
        let ended = examiner.examine(&mut found).await;
        show(args, &context, &found, ended.as_ref().err(), terminal)?;
        Ok(ended.map(|()| match count(&found.items, Verdict::Differs) {
            0 => ExitStatus::Done,
            _ => ExitStatus::Wanting,
        }))
    };
    platform::run(terminal, &args.common.messages, &StageTracker::default(), work, |problem| {
        vec![problem.finding()]
    })
}

/// The files that the verb writes.
fn outputs(args: &StudioDoctorArgs) -> Outputs {
    let mut outputs = Outputs::default();
    outputs.add_some("--report", args.report.as_ref(), OutputUse::Replaced);
    let settings = args.settings.as_ref().filter(|path| !is_standard_output(path));
    outputs.add_some("--settings", settings, OutputUse::Replaced);
    outputs.add_some("--message-file", args.common.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs
}

fn is_standard_output(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Prints what was found, and writes the files that are asked for.
fn show(
    args: &StudioDoctorArgs,
    context: &StudioContext,
    found: &Examination,
    problem: Option<&Problem>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    let written = |path: &Path, text: &str| {
        let text = secrets::mask().text(text);
        output::write_whole(path, |out| out.write_all(text.as_bytes()))
    };
    let shows_settings = args.settings.as_deref().is_some_and(is_standard_output);
    let text = match args.format {
        ResultFormat::Text => table(&found.items, terminal.result_width()),
        ResultFormat::Json => format!("{}\n", as_json(found)),
    };
    // Standard output has either the settings or what was found.
    match shows_settings {
        true => terminal.error(&text),
        false => terminal.result(&text),
    }
    if let Some(path) = &args.settings {
        let environment = context.environment.as_ref().map(|environment| environment.name.as_str());
        // What was not read from the tenant would only repeat the settings, and replace a better file.
        let toml = match found.items.iter().any(|item| item.topic == item::Topic::Host) {
            true => settings::toml(found, &context.settings, environment),
            false => String::new(),
        };
        match shows_settings {
            _ if toml.is_empty() => {}
            true => terminal.result(&toml),
            false => written(path, &toml)?,
        }
    }
    if let Some(path) = &args.report {
        written(path, &report::markdown(&found.items, problem.map(|problem| problem.code.id)))?;
    }
    terminal.closing(&report::closing(&found.items));
    Ok(())
}

fn as_json(found: &Examination) -> Value {
    let [fits, differs, unknown] =
        [Verdict::Fits, Verdict::Differs, Verdict::Unknown].map(|verdict| count(&found.items, verdict));
    json!({
        "items": found.items.iter().map(item::Item::json).collect::<Vec<_>>(),
        "fits": fits,
        "differs": differs,
        "unknown": unknown,
        "business_unit": found.business_unit,
        "api_version": found.other_version,
        "library_ids": found.library_ids.iter().map(|(name, id)| json!({ "action": name, "library_id": id })).collect::<Vec<_>>(),
        "answer_branches": found.cpa_branches,
    })
}
