//! `cxflowc man`

use clap::CommandFactory;

use super::args::{Cli, ManArgs};
use super::terminal::Terminal;
use super::{Failure, Outcome, Status};
use crate::diagnostics::suggest::nearest;

pub fn run(args: &ManArgs, terminal: &mut Terminal) -> Outcome {
    let mut command = Cli::command();
    command.build();
    let page = match &args.verb {
        None => command,
        Some(verb) => match command.find_subcommand(verb) {
            Some(found) => found.clone().name(format!("cxflowc-{verb}")).bin_name(format!("cxflowc {verb}")),
            None => {
                let verbs: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
                let failure = Failure::new(format!("there is no verb {verb}"));
                return Err(match nearest(verb, verbs.iter().copied()) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help(format!("the verbs are {}", verbs.join(", "))),
                });
            }
        },
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut out)
        .map_err(|error| Failure::new(format!("cannot make the manual page: {error}")))?;
    terminal.result(&String::from_utf8_lossy(&out));
    Ok(Status::Done)
}
