//! `cxflowc studio`

mod connect;
mod diff;
mod pull;

use crate::cli::VerbResult;
use crate::cli::args::{StatusArgs, StudioStatusArgs, StudioVerb};
use crate::cli::console::terminal::Terminal;
use crate::cli::verb::status;
use crate::emit::studio::FACTS;

pub fn run(verb: &StudioVerb, terminal: &mut Terminal) -> VerbResult {
    match verb {
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
