//! `cxflowc merge`

use std::io::Write;
use std::path::Path;

use crate::cli::args::MergeArgs;
use crate::cli::console::terminal::{Terminal, printed};
use crate::cli::files::output;
use crate::cli::files::outputs::{OutputUse, Outputs};
use crate::cli::source_files::input::{Allowed, Input};
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::counted;
use crate::merge::Versions;
use crate::source::Source;

pub fn run(args: &MergeArgs, terminal: &mut Terminal) -> VerbResult {
    let file = args.output.as_deref().filter(|path| *path != Path::new("-"));
    if let Some(path) = file {
        let mut outputs = Outputs::default();
        outputs.add("-o", path, OutputUse::Flow);
        outputs.check()?;
    }
    if [&args.base, &args.ours, &args.theirs].iter().filter(|path| path.as_os_str() == "-").count() > 1 {
        return Err(Failure::new("standard input can be only one of the three versions")
            .help("name the others as files, or as `REV:PATH`"));
    }
    let [base, ours, theirs] = [read(&args.base)?, read(&args.ours)?, read(&args.theirs)?];
    let versions = Versions { base: base.text(), ours: ours.text(), theirs: theirs.text() };
    let merged = versions.merge(usize::from(args.marker_size));
    match file {
        Some(path) => output::write_whole(path, |out| out.write_all(merged.text.as_bytes()))?,
        None => {
            let mut out = std::io::stdout().lock();
            printed(out.write_all(merged.text.as_bytes()).and_then(|()| out.flush()))?;
        }
    }
    let name = args.name.as_ref().map_or_else(|| ours.name().to_owned(), |name| name.display().to_string());
    for conflict in &merged.conflicts {
        terminal.warning(&format!("{name}: {}", conflict.message()));
    }
    if merged.conflicts.is_empty() {
        return Ok(ExitStatus::Done);
    }
    terminal.closing(&format!("{name}: {}", counted(merged.conflicts.len(), "conflict")));
    Ok(ExitStatus::Wanting)
}

/// Reads a version, which may have syntax errors but has to be text.
fn read(path: &Path) -> Result<Source, Failure> {
    let input = Input::from_argument(path);
    let files = input.files(&Allowed::default())?;
    let source = input.read(&*files)?;
    let name = source.name();
    if source.too_large() {
        return Err(Failure::new(format!("{name} is too large to be a flow")).about(path));
    }
    if source.not_utf8().is_some() {
        return Err(Failure::new(format!("{name} is not UTF-8 text"))
            .help("save it as UTF-8, or merge it by hand; nothing was written")
            .about(path));
    }
    Ok(source)
}
