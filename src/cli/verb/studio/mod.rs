//! `cxflowc studio`: a file or a folder for each of its verbs.

mod doctor;
mod flows;
mod history;
mod prompts;
mod rollback;
mod skill;

use crate::cli::VerbResult;
use crate::cli::args::StudioVerb;
use crate::cli::console::terminal::Terminal;

pub fn run(verb: &StudioVerb, terminal: &mut Terminal) -> VerbResult {
    match verb {
        StudioVerb::Doctor(args) => doctor::run(args, terminal),
        StudioVerb::History(args) => history::run(args, terminal),
        StudioVerb::Rollback(args) => rollback::run(args, terminal),
        StudioVerb::Prompts(args) => prompts::run(args, terminal),
        StudioVerb::Skill(args) => skill::run(args, terminal),
    }
}
