//! `cxflowc fmt`

mod files;

use std::io::Write;
use std::time::Duration;

use rayon::prelude::*;
use similar::TextDiff;

use crate::cli::args::FmtArgs;
use crate::cli::compilation::report::Reporter;
use crate::cli::console::safe;
use crate::cli::console::secrets;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::files::output;
use crate::cli::files::output::Replaced;
use crate::cli::files::outputs::{OutputUse, Outputs, ProtectedFile};
use crate::cli::files::temporary;
use crate::cli::process::threads;
use crate::cli::source_files::input::{Disk, Input};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::{Diagnostics, Severity, counted};
use crate::source::Sources;
use crate::syntax::format::{Unformatted, format};

/// How long to search for the shortest difference; after that, any difference will do.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// The result of formatting a file.
enum Formatted {
    /// It is in the canonical layout.
    Same,
    /// It was not. Holds the text for standard output: a name, a difference, or the formatted text.
    Differs(String),
    /// It cannot be read as a flow.
    Errors(Sources, Diagnostics),
}

pub fn run(args: &FmtArgs, terminal: &mut Terminal) -> VerbResult {
    let inputs = match files::inputs(&args.files, args.check || args.diff, terminal) {
        Ok(inputs) => inputs,
        Err(failure) => {
            let output_taken = args.check || args.diff;
            return Reporter::stopped(&args.messages, terminal, output_taken, &args.files, failure);
        }
    };
    let mut outputs = Outputs::default();
    outputs.add_some("--message-file", args.messages.message_file.as_ref(), OutputUse::Replaced);
    outputs.check()?;
    outputs.refuse_protected(
        &inputs
            .iter()
            .map(|input| ProtectedFile::new("a source of this run", &input.path()))
            .collect::<Vec<_>>(),
    )?;
    if !(args.check || args.diff) {
        let paths: Vec<_> = inputs.iter().map(Input::path).collect();
        temporary::clear_beside(paths.iter().map(|path| path.as_path()));
    }
    let format = |input: &Input| {
        format_file(input, args).map_err(|failure| failure.about_source(input.name(), input.path()))
    };
    let results: Vec<Result<Formatted, Failure>> =
        threads::run_on_many_threads(|| inputs.par_iter().map(format).collect());
    let output_taken = args.check || args.diff || inputs.contains(&Input::Stdin);
    let mut reporter = Reporter::new(&args.messages, terminal, output_taken, inputs.len() > 1);
    let mut status = ExitStatus::Done;
    let mut failures = Vec::new();
    let mut differ = 0;
    for (input, result) in inputs.iter().zip(results) {
        let name = input.name();
        match result {
            Ok(Formatted::Same) => {}
            Ok(Formatted::Differs(text)) => {
                differ += 1;
                print(&text)?;
                if !(args.check || args.diff || *input == Input::Stdin) {
                    terminal.closing(&format!("{name}: formatted"));
                }
            }
            Ok(Formatted::Errors(sources, diagnostics)) => {
                status = ExitStatus::Wanting;
                reporter.report_all(&sources, diagnostics.iter());
                let errors = counted(diagnostics.count(Severity::Error), "error");
                terminal.closing(&format!("{name}: {errors}; left as it is"));
            }
            Err(failure) => failures.push(failure),
        }
    }
    if args.check && differ > 0 {
        status = ExitStatus::Wanting;
        let verb = if differ == 1 { "differs" } else { "differ" };
        terminal.closing(&format!(
            "{differ} of {} {verb} from the canonical layout",
            counted(inputs.len(), "file")
        ));
    }
    reporter.conclude(status, failures)
}

/// Formats a file, and writes it unless `--check` or `--diff` is given.
fn format_file(input: &Input, args: &FmtArgs) -> Result<Formatted, Failure> {
    let mut sources = Sources::default();
    let file = sources.add(input.read(&Disk)?);
    let name = input.name();
    let text = match format(&sources, file) {
        Ok(text) => text,
        Err(Unformatted::Errors(diagnostics)) => return Ok(Formatted::Errors(sources, diagnostics)),
        Err(Unformatted::Differs(span)) => {
            let line = sources.position(span).line;
            return Err(Failure::new(format!(
                "{name}: not formatted, because the result would mean something else from line {line} on"
            ))
            .help("this is a bug in cxflowc, not in the file; please report it with the lines around that place"));
        }
    };
    let before = sources.get(file).text();
    let same = text == before;
    Ok(match input {
        _ if args.diff && same => Formatted::Same,
        _ if args.diff => Formatted::Differs(difference(&name, before, &text)),
        _ if args.check && same => Formatted::Same,
        _ if args.check => Formatted::Differs(format!("{}\n", safe::one_line(&name))),
        Input::Stdin => Formatted::Differs(text),
        _ if same => Formatted::Same,
        _ => match output::replace_text(&input.path(), before.as_bytes(), text.as_bytes())? {
            Replaced::Done => Formatted::Differs(String::new()),
            Replaced::ChangedMeanwhile => {
                return Err(Failure::new(format!(
                    "{name} was changed while it was being formatted, and keeps that change"
                ))
                .help("format it again"));
            }
        },
    })
}

fn difference(name: &str, before: &str, after: &str) -> String {
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(before, after);
    let name = safe::one_line(name);
    let diff = diff.unified_diff().header(&name, &name).to_string();
    // Makes changed line breaks visible.
    let shown = secrets::mask().text(&diff).into_owned();
    safe::plain(&shown.replace("\r\n", "\\u{d}\n"))
}

/// Prints text verbatim, including control characters in strings.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    printed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}
