//! `cxflowc simulate`

mod figures;
mod keyboard;
mod keys;
mod paths;

use std::io::{self, BufWriter, StdoutLock, Write};
use std::path::Path;

use crate::cli::args::SimulateArgs;
use crate::cli::compilation::compile::Purpose;
use crate::cli::compilation::one_flow::{OneFlow, close_findings, compile_flow, report_flow};
use crate::cli::console::safe::LineStream;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Area, Diagnostic, Severity, quote};
use crate::flow::{CallTime, ClockShows, Constant, DispositionId, Flow, Hours, VariableId};
use crate::simulate::{Events, GivenValue};

pub fn run(args: &SimulateArgs, terminal: &mut Terminal) -> VerbResult {
    if args.interactive && args.file == Path::new("-") {
        return Err(Failure::new("standard input cannot hold both the flow and the keys")
            .help("write the flow to a file and name it"));
    }
    let flow = OneFlow {
        file: &args.file,
        compile: &args.compile,
        purpose: if args.as_is { Purpose::CheckAsIs } else { Purpose::Check },
        messages: &args.messages,
        output: None,
        output_taken: true,
    };
    let job = match compile_flow(&flow, terminal) {
        Ok(job) => job,
        Err(ending) => return ending,
    };
    let status = report_flow(&flow, &job, terminal)?;
    close_findings(&job, terminal);
    // What a target cannot be told is nothing that a call comes to.
    let is_of_calls =
        |one: &Diagnostic| one.severity == Severity::Error && one.code.area != Area::OtherFormat;
    if job.compiled.diagnostics.iter().any(is_of_calls) {
        return Ok(status);
    }
    let (name, flow) = (job.input.name(), &job.compiled.flow);
    if flow.entry.is_none() {
        let kind = if flow.is_library() { "a library" } else { "no flow" };
        terminal.closing(&format!("{name}: {kind}, no call begins in it"));
        return Ok(ExitStatus::Wanting);
    }
    Ok(show(&Subject { name: &name, flow }, args, terminal)?.max(status))
}

/// The simulated flow.
struct Subject<'a> {
    /// The source's name.
    name: &'a str,
    flow: &'a Flow,
}

impl Subject<'_> {
    /// The name that the flow declares.
    fn flow_name(&self) -> Option<&str> {
        self.flow.name.as_ref().and_then(|name| name.value.as_deref())
    }

    fn id(&self, node: crate::flow::NodeId) -> &str {
        &self.flow.nodes[node].id
    }
}

fn show(subject: &Subject<'_>, args: &SimulateArgs, terminal: &Terminal) -> VerbResult {
    let is_of_a_call = args.keys.is_some() || args.interactive;
    if let Some(option) = [("--at", args.at.is_some()), ("--with", !args.with.is_empty())]
        .into_iter()
        .find_map(|(option, is_given)| (is_given && !is_of_a_call).then_some(option))
    {
        return Err(Failure::new(format!("{option} is about one call, and the figures are about all of them")).help(
            "add `--keys` with what happens on the call, or `--keys \"\"` if nothing does; or step through calls with `--interactive`",
        ));
    }
    let mut given = given(subject.flow, &args.with)?;
    if let Some(at) = args.at {
        given.extend(at_time(subject.flow, at)?);
    }
    if let Some(written) = &args.keys {
        let events = Events::of_flow(written, subject.flow)
            .map_err(|error| Failure::new(format!("--keys: {error}")))?;
        keys::run(subject, &given, &events.0, args.format, terminal)
    } else if args.paths {
        paths::run(subject, args.limit, args.format, terminal)
    } else if args.interactive {
        keyboard::run(subject, &given, args.format, terminal)
    } else {
        figures::run(subject, args.format)
    }
}

/// The values of `--with`, by the flow's names.
fn given(flow: &Flow, with: &[GivenValue]) -> Result<Vec<(VariableId, Constant)>, Failure> {
    let mut given: Vec<(VariableId, Constant)> = Vec::with_capacity(with.len());
    for GivenValue { name, value } in with {
        let all = || flow.variables.iter().filter(|(_, variable)| variable.hours.is_none());
        let names = || all().map(|(_, variable)| &*variable.name);
        let Some((variable, _)) = all().find(|(_, variable)| variable.name == *name) else {
            let help = match nearest(name, names()) {
                Some(near) => format!("did you mean `--with {near}=…`?"),
                None => "name a variable, or a contact field that the flow compares or copies".to_owned(),
            };
            let message = format!("--with: the flow compares no variable or contact field {}", quote(name));
            return Err(Failure::new(message).help(help));
        };
        if given.iter().any(|(earlier, _)| *earlier == variable) {
            return Err(
                Failure::new(format!("--with: {} is given twice", quote(name))).help("keep one of them")
            );
        }
        given.push((variable, value.clone()));
    }
    Ok(given)
}

/// What is known on a call that is made at a time.
fn at_time(flow: &Flow, at: CallTime) -> Result<Vec<(VariableId, Constant)>, Failure> {
    if flow.variables.rows().iter().all(|variable| variable.hours.is_none()) {
        return Err(Failure::new("--at: the flow has no hours")
            .help("take it out, or declare `hours` and ask for them with `when open NAME` in a `decide`"));
    }
    if let CallTime::Local(local) = at {
        if flow.has_several_zones() {
            return Err(Failure::new("--at: the flow's hours are in several time zones")
                .help("give the time with its offset, as in 2026-12-24T18:00-05:00, or in UTC with Z"));
        }
        let is_skipped = |hours: &&Hours| hours.clock_shows(local) == ClockShows::Never;
        if let Some(hours) = flow.hours.rows().iter().find(is_skipped) {
            return Err(Failure::new(format!(
                "--at: the clock of {} is put forward over {at}",
                hours.zone_name
            ))
            .help("give a time before or after it"));
        }
    }
    Ok(flow.known_at(at).collect())
}

/// What a call is reported as, behind its path.
fn reported_as(flow: &Flow, disposition: Option<DispositionId>) -> String {
    disposition.map_or_else(String::new, |id| format!(" = {}", flow.disposition(id)))
}

/// Writes a result that may be long. A closed standard output is not an error.
fn stream(
    write: impl FnOnce(&mut LineStream<BufWriter<StdoutLock<'static>>>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = LineStream::new(BufWriter::new(io::stdout().lock()));
    let written = write(&mut out).and_then(|()| out.flush());
    // The rest of the buffer cannot be written.
    let _ = out.into_inner().into_parts();
    printed(written)
}
