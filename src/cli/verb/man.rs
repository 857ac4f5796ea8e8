//! `cxflowc man`: the manual pages, as `man` and `mandoc` read them.

use clap::CommandFactory;

use crate::cli::args::{Cli, ManArgs};
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::diagnostics::suggest::nearest;

/// The day on which this version's options were last changed.
const UPDATED: &str = "2026-11-27";
/// The maximum length of a line, in bytes.
const WIDTH: usize = 80;

pub fn run(args: &ManArgs, terminal: &mut Terminal) -> VerbResult {
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
    let title = page.get_name().to_uppercase();
    clap_mangen::Man::new(page)
        .title(title)
        .date(UPDATED)
        .source(concat!("cxflowc ", env!("CARGO_PKG_VERSION")))
        .manual("cxflowc manual")
        .render(&mut out)
        .map_err(|error| Failure::new(format!("cannot make the manual page: {error}")))?;
    terminal.result(&tidy(&String::from_utf8_lossy(&out)));
    Ok(ExitStatus::Done)
}

/// Formats a page as `mandoc -Tlint` asks: no trailing white space, no paragraph macro without effect, and
/// lines of at most [`WIDTH`] bytes.
fn tidy(page: &str) -> String {
    let mut out = String::with_capacity(page.len());
    let mut lines = page.lines().map(str::trim_end).filter(|line| !line.is_empty()).peekable();
    let mut is_tag = false;
    while let Some(line) = lines.next() {
        // A break next to another macro has no effect.
        let is_redundant = line == ".br" && lines.peek().is_none_or(|next| next.starts_with('.'));
        if is_redundant {
            continue;
        }
        // The tag of a paragraph must be one line, however long.
        if line.starts_with('.') || is_tag {
            out.push_str(line)
        } else {
            wrap(line, &mut out)
        }
        is_tag = line == ".TP";
        out.push('\n');
    }
    out
}

/// Breaks a line of text at its spaces; `man` fills the lines again. No line may begin with `.` or `'`, which
/// would make it a request.
fn wrap(text: &str, out: &mut String) {
    let mut column = 0;
    for word in text.split(' ') {
        let fits = column + 1 + word.len() <= WIDTH || word.starts_with(['.', '\'']);
        if column > 0 {
            out.push(if fits { ' ' } else { '\n' });
        }
        column = if column > 0 && fits { column + 1 + word.len() } else { word.len() };
        out.push_str(word);
    }
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
