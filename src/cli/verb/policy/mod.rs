//! `cxflowc policy`

mod check;
mod file;
mod head;
mod json;
mod list;
pub mod look;
mod pick;
mod show;
mod update;

use crate::cli::VerbResult;
use crate::cli::args::PolicyVerb;
use crate::cli::console::terminal::Terminal;

pub fn run(verb: &PolicyVerb, terminal: &mut Terminal) -> VerbResult {
    match verb {
        PolicyVerb::List(args) => list::run(args, terminal),
        PolicyVerb::Show(args) => show::run(args, terminal),
        PolicyVerb::Pick(args) => pick::run(args, terminal),
        PolicyVerb::Check(args) => check::run(args, terminal),
        PolicyVerb::Update(args) => update::run(args, terminal),
    }
}
