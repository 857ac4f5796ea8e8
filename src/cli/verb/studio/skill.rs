//! `cxflowc studio skill`: what the dialler of a skill does, as a file of facts.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::cli::args::StudioSkillArgs;
use crate::cli::console::secrets;
use crate::cli::console::terminal::Terminal;
use crate::cli::deployment::platform;
use crate::cli::deployment::progress::VerboseProgress;
use crate::cli::deployment::reached::StageTracker;
use crate::cli::deployment::studio::StudioContext;
use crate::cli::files::disk::read_named;
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs};
use crate::cli::process::signals::{self, EndSignals};
use crate::cli::source_files::folders::is_flow_file;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::cxone::studio::lookup;
use crate::cxone::studio::reading;
use crate::cxone::studio::skill::{NOT_TOLD, SkillFact, facts};
use crate::cxone::studio::{Shown, StudioClient};
use crate::cxone::{Deadline, Problem, ProgressListener, clean, codes};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::resolve::why;

/// How every file begins that this verb wrote.
const BEGINNING: &str = "// What the dialler of the skill";

pub fn run(args: &StudioSkillArgs, terminal: &mut Terminal) -> VerbResult {
    let terminal = &*terminal;
    signals::end(EndSignals::Saying("interrupted; nothing was changed on the tenant"));
    let mut outputs = Outputs::default();
    outputs.add_some("--output", args.output.as_ref(), OutputUse::Flow);
    outputs.add_some("--message-file", args.common.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    if let Some(path) = &args.output {
        is_own(path)?;
    }
    let written = args.check.as_deref().map(facts_file).transpose()?;
    let context = match StudioContext::new(&args.common, terminal)? {
        Ok(context) => context,
        Err(status) => return Ok(status),
    };
    let work = async {
        let asked = async {
            let client = context.client()?;
            let deadline = Deadline::after(args.common.time.timeout);
            let listener = VerboseProgress { terminal };
            client.sign_in(deadline, &listener).await?;
            ask(&client, &args.name, deadline, &listener).await
        };
        let skill = match asked.await {
            Ok(skill) => skill,
            Err(problem) => return Ok(Err(problem)),
        };
        let facts = facts(&skill.fields, &skill.parameters);
        match (&written, &args.output) {
            (Some(written), _) => return Ok(Ok(compare(written, &facts, args, terminal))),
            (None, Some(path)) => {
                let text = text(&skill, &facts);
                let text = secrets::mask().text(&text);
                output::write_whole(path, |out| out.write_all(text.as_bytes()))?;
            }
            (None, None) => terminal.result(&text(&skill, &facts)),
        }
        Ok(Ok(ExitStatus::Done))
    };
    platform::run(terminal, &args.common.messages, &StageTracker::default(), work, |problem| {
        vec![problem.finding()]
    })
}

/// Refuses to replace a file that this verb did not write.
fn is_own(path: &Path) -> Result<(), Failure> {
    match read_named(path) {
        Ok(bytes) if bytes.starts_with(BEGINNING.as_bytes()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unreadable(path, &error)),
        Ok(_) => {
            Err(Failure::new(format!("{} is not a file that `cxflowc studio skill` wrote", path.display()))
                .help("nothing was written: name another file, or remove this one")
                .about(path))
        }
    }
}

/// A file with facts, or the flow that states them.
fn facts_file(path: &Path) -> Result<String, Failure> {
    let bytes = read_named(path).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    match text.trim().is_empty() || is_flow_file(path) || text.lines().any(|line| fact(line).is_some()) {
        true => Ok(text),
        false => Err(Failure::new(format!("{} states no fact", path.display()))
            .help("name the file that `cxflowc studio skill NAME -o FILE` wrote")
            .about(path)),
    }
}

/// The fact that a line states, with its value.
fn fact(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim().strip_prefix("fact ")?.split_once('=')?;
    Some((name.trim(), value.trim()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot read {}: {}", path.display(), why(error))).about(path)
}

/// A skill as the tenant shows it.
struct Skill {
    id: u64,
    name: String,
    fields: Value,
    parameters: Value,
}

/// Finds a skill by its name, or by its number.
async fn ask(
    client: &StudioClient,
    name: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Skill, Problem> {
    let listed_as = client.look(|api| reading::skills(api, name), deadline, listener).await?;
    if listed_as == Shown::Refused(404)
        && client.knows_version(client.api_version(), deadline, listener).await? == Some(false)
    {
        return Err(client.no_version());
    }
    let listed = match &listed_as {
        Shown::Answer(value) => lookup::skills(value),
        Shown::Refused(_) | Shown::Odd => None,
    };
    let why = listed_as.why();
    let found = listed.as_deref().and_then(|skills| lookup::skill_named(skills, name));
    // A number can be asked for where skills are not listed, and where the list looks through names alone.
    let id = found.and_then(|skill| skill.id).or_else(|| name.trim().parse().ok());
    let Some(id) = id else {
        let near = match listed {
            Some(_) => near_name(client, name, deadline, listener).await?,
            None => None,
        };
        return Err(not_found(name, listed.is_none().then_some(&why), near.as_deref()));
    };
    let fields = client.look(|api| reading::skill(api, id), deadline, listener).await?;
    let Shown::Answer(fields) = fields else { return Err(not_found(name, None, None)) };
    if lookup::is_inbound(&fields) {
        return Err(Problem::new(
            &codes::studio::NO_SKILL,
            format!("{} is an inbound skill, for which no dialler calls", clean(name, 200)),
            "name the outbound skill of the campaign, which the tenant lists beside it: the queue of an `agent` may be another one",
        ));
    }
    let parameters = client.look(|api| reading::skill_parameters(api, id), deadline, listener).await?;
    let parameters = match parameters {
        Shown::Answer(parameters) => parameters,
        // Each fact then says that the tenant does not show it.
        Shown::Refused(_) | Shown::Odd => Value::Null,
    };
    let name = found.map(|skill| skill.name.clone()).or_else(|| lookup::skill_name(&fields));
    Ok(Skill { id, name: name.unwrap_or_default(), fields, parameters })
}

/// A skill of the tenant that is called almost the same.
async fn near_name(
    client: &StudioClient,
    name: &str,
    deadline: Deadline,
    listener: &dyn ProgressListener,
) -> Result<Option<String>, Problem> {
    // What is misspelt stands in no name.
    let all = client.look(|api| reading::skills(api, ""), deadline, listener).await?;
    let Shown::Answer(all) = all else { return Ok(None) };
    let skills = lookup::skills(&all).unwrap_or_default();
    Ok(nearest(name, skills.iter().map(|skill| skill.name.as_str())).map(str::to_owned))
}

/// The problem of a skill that is not there. `why` says why the tenant does not list its skills, if it does not, and
/// `near` what is called almost the same.
fn not_found(name: &str, why: Option<&String>, near: Option<&str>) -> Problem {
    let name = clean(name, 200);
    let (message, help) = match (why, near) {
        (None, Some(near)) => (
            format!("the tenant has no skill {name}, or does not show it"),
            format!("did you mean {}?", quote(&clean(near, 200))),
        ),
        (None, None) => (
            format!("the tenant has no skill {name}, or does not show it"),
            "write its name as Studio shows it, with the same capitals, or its number".to_owned(),
        ),
        (Some(why), _) => (
            format!("{name} cannot be found by its name: the tenant does not list its skills{why}"),
            "write the skill's number instead of its name".to_owned(),
        ),
    };
    Problem::new(&codes::studio::NO_SKILL, message, help)
}

/// The file of facts.
fn text(skill: &Skill, facts: &[SkillFact]) -> String {
    let mut out = format!(
        "{BEGINNING} {} ({}) does, as facts for policies. `cxflowc studio skill`\n\
         // wrote it from the settings of the tenant, whose names stand above each fact, and which nobody has compared\n\
         // with what the dialler really does. Check each line before you rely on it.\n\
         //\n\
         // No skill tells {NOT_TOLD}.\n",
        clean(&skill.name, 100),
        skill.id
    );
    for SkillFact { name, value, source } in facts {
        match value {
            Some(value) => out.push_str(&format!("\n// {source}\nfact {name} = {value}\n")),
            None => out.push_str(&format!("\n// No `{name}`. {source}\n")),
        }
    }
    out
}

/// Compares the facts of a file with those of the skill. Facts that no skill tells are the file's own.
fn compare(written: &str, facts: &[SkillFact], args: &StudioSkillArgs, terminal: &Terminal) -> ExitStatus {
    let stated: BTreeMap<&str, &str> = written.lines().filter_map(fact).collect();
    let mut status = ExitStatus::Done;
    for SkillFact { name, value, .. } in facts {
        let line = match (stated.get(name).copied(), value.as_deref()) {
            (stated, value) if stated == value => continue,
            (Some(stated), Some(value)) => format!("{name}: the file says {stated}, and the skill {value}"),
            (None, Some(value)) => format!("{name}: the file does not state it, and the skill says {value}"),
            (Some(stated), None) => format!("{name}: the file says {stated}, and the skill does not tell it"),
            (None, None) => continue,
        };
        terminal.result(&format!("{line}\n"));
        status = ExitStatus::Wanting;
    }
    let path = args.check.as_deref().unwrap_or(Path::new("-")).display();
    terminal.closing(&match status {
        ExitStatus::Done => format!("{path}: as the skill says"),
        _ => format!("{path}: differs from the skill"),
    });
    status
}
