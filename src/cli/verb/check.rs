//! `cxflowc check`

use crate::cli::args::CheckArgs;
use crate::cli::compilation::compile::{Purpose, compile_all, partition};
use crate::cli::compilation::report::{Reporter, figures, findings, rules_line};
use crate::cli::compilation::rounds;
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, VerbResult};

pub fn run(args: &CheckArgs, terminal: &mut Terminal) -> VerbResult {
    if args.watch {
        return rounds::run(&args.files, terminal, |terminal| run_once(args, terminal));
    }
    run_once(args, terminal)
}

fn run_once(args: &CheckArgs, terminal: &mut Terminal) -> VerbResult {
    let purpose = if args.live.as_is { Purpose::CheckAsIs } else { Purpose::Check };
    let compiled = sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal)
        .and_then(|selected| compile_all(&selected, &args.compile, purpose));
    let jobs = match compiled {
        Ok(jobs) => jobs,
        Err(failure) => {
            return Reporter::stopped(&args.messages, terminal, args.show_settings, &args.files, failure);
        }
    };
    let mut reporter = Reporter::new(&args.messages, terminal, args.show_settings, jobs.len() > 1);
    let (mut status, mut shown_before) = (ExitStatus::Done, false);
    let (jobs, failures) = partition(jobs);
    for job in jobs {
        reporter.report(&job.compiled);
        let name = job.input.name();
        if args.show_settings {
            let shown = job.settings.shown(&name, &job.compiled.sources);
            terminal.result(&format!("{}{shown}", if shown_before { "\n" } else { "" }));
            shown_before = true;
        }
        if job.compiled.diagnostics.has_errors() {
            status = ExitStatus::Wanting;
        }
        terminal.closing_of(|| {
            Some(match findings(&job.compiled) {
                Some(found) => format!("{name}: {found}"),
                None if job.compiled.flow.is_library() => format!("{name}: no findings; a library"),
                None => format!("{name}: no findings; {}", figures(&job.compiled)),
            })
        });
        terminal.closing_of(|| rules_line(&name, &job.compiled, args.compile.as_of));
    }
    reporter.conclude(status, failures)
}
