//! `cxflowc studio`: a file or a folder for each of its verbs.

mod connect;
mod diff;
mod doctor;
mod flows;
mod history;
mod prompts;
mod pull;
mod rollback;
mod skill;

use crate::cli::VerbResult;
use crate::cli::args::{StatusArgs, StudioStatusArgs, StudioVerb};
use crate::cli::console::terminal::Terminal;
use crate::cli::verb::status;
use crate::emit::studio::FACTS;

pub fn run(verb: &StudioVerb, terminal: &mut Terminal) -> VerbResult {
    match verb {
        StudioVerb::Doctor(args) => doctor::run(args, terminal),
        StudioVerb::History(args) => history::run(args, terminal),
        StudioVerb::Rollback(args) => rollback::run(args, terminal),
        StudioVerb::Prompts(args) => prompts::run(args, terminal),
        StudioVerb::Skill(args) => skill::run(args, terminal),
        StudioVerb::Pull(args) => pull::run(args, terminal),
        StudioVerb::Diff(args) => diff::run(args, terminal),
        StudioVerb::Status(args) => status::run(&status_args(args), terminal),
    }
}

/// What `status` takes to compare with a tenant.
fn status_args(args: &StudioStatusArgs) -> StatusArgs {
    let mut compile = args.compile.clone();
    compile.target = Some(FACTS.name.to_owned());
    StatusArgs {
        files: args.files.clone(),
        compile,
        remote: true,
        base: args.base.clone(),
        client_id: args.client_id.clone(),
        time: args.time.clone(),
        messages: args.messages.clone(),
        format: args.format,
    }
}
