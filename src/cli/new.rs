//! `cxflowc new`

use std::path::PathBuf;

use super::args::NewArgs;
use super::output;
use super::terminal::Terminal;
use super::{Failure, Outcome, Status};

pub fn run(args: &NewArgs, terminal: &mut Terminal) -> Outcome {
    let given = args.name.to_string_lossy();
    if given == "-" {
        return Err(Failure::new("- is not a name for a flow")
            .help("write a name, as in `cxflowc new reminder`; `cxflowc new ./-` writes ./-.cxflow"));
    }
    let path =
        if given.ends_with(".cxflow") { args.name.clone() } else { PathBuf::from(format!("{given}.cxflow")) };
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    if stem.trim_matches('.').is_empty() || stem == ".cxflow" || given.ends_with('/') {
        return Err(Failure::new(format!("{given} is not a name for a flow"))
            .help("write a name, as in `cxflowc new reminder`"));
    }
    output::write_new(&path, &first_flow(&title(&stem)))?;
    let path = path.display().to_string();
    // What the shell would take apart is no command to copy.
    let plain =
        path.chars().all(|c| c.is_alphanumeric() || "-_.:/".contains(c) || c == std::path::MAIN_SEPARATOR)
            && !path.starts_with('-');
    let next = if plain { format!("; `cxflowc build {path}` compiles it") } else { String::new() };
    terminal.closing(&format!("{path}: a first flow{next}"));
    Ok(Status::Done)
}

/// `spring-reminder` as people write it: `Spring reminder`.
fn title(stem: &str) -> String {
    // Braces would be taken for a contact field.
    let words = stem.replace(['-', '_', '.'], " ").replace(['{', '}'], "");
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", characters.as_str())
}

fn first_flow(name: &str) -> String {
    let name: String = name
        .chars()
        .flat_map(|c| if matches!(c, '"' | '\\' | '$') { vec!['\\', c] } else { vec![c] })
        .filter(|c| !c.is_control())
        .collect();
    format!(
        r#"flow "{name}"
entry greeting

let cdn = "https://cdn.example.com"

/// The queue that agents answer; `--set queue=NAME` gives another.
param queue = "primary_queue"

play greeting "${{cdn}}/greeting.wav"
disclosure notice "${{cdn}}/disclosure.wav"

/// Three tries, then the call ends.
collect menu "Press 1 for an agent, 2 for a callback. To stop these calls, press 9." retries 2 {{
  on 1 -> sales
  on 2 -> later
  on 9 -> goodbye
  on timeout | invalid -> goodbye
}}

agent sales "${{queue}}"
callback later "callback_queue"
disconnect goodbye {{ say "Thank you. Goodbye." }}

greeting -> notice -> menu

// `cxflowc test` makes these calls.
test "an agent" on 1 -> notice -> menu -> sales
test "a callback" on 2 -> notice -> menu -> later
test "opting out ends the call" on 9 -> menu -> goodbye
test "silence" on timeout -> menu -> goodbye
"#
    )
}
