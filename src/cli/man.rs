//! `cxflowc man`

use clap::CommandFactory;

use super::args::{Cli, ManArgs};
use super::terminal::Terminal;
use super::{Failure, Outcome, Status};
use crate::diagnostics::suggest::nearest;

pub fn run(args: &ManArgs, terminal: &mut Terminal) -> Outcome {
    let mut page = Cli::command();
    page.build();
    for (depth, verb) in args.verb.iter().enumerate() {
        let Some(found) = page.find_subcommand(verb) else {
            let above = args.verb.get(..depth).unwrap_or_default();
            return Err(unknown(verb, above, &page));
        };
        let name = format!("{}-{verb}", page.get_name());
        let bin_name = format!("{} {verb}", page.get_bin_name().unwrap_or("cxflowc"));
        page = found.clone().name(name).bin_name(bin_name);
    }
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .render(&mut out)
        .map_err(|error| Failure::new(format!("cannot make the manual page: {error}")))?;
    terminal.result(&String::from_utf8_lossy(&out));
    Ok(Status::Done)
}

fn unknown(verb: &str, above: &[String], page: &clap::Command) -> Failure {
    let verbs: Vec<&str> = page.get_subcommands().map(clap::Command::get_name).collect();
    let failure =
        Failure::new(format!("there is no verb {}", [above, &[verb.to_owned()]].concat().join(" ")));
    match nearest(verb, verbs.iter().copied()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if verbs.is_empty() => failure.help(format!("`{}` has no verbs of its own", above.join(" "))),
        None => failure.help(format!("the verbs are {}", verbs.join(", "))),
    }
}
