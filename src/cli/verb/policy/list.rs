//! `cxflowc policy list`

use super::file::File;
use super::json;
use super::look::{BOLD, DIM, PLAIN, widest};
use crate::bundled;
use crate::cli::args::{PolicyListArgs, ResultFormat};
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, VerbResult};
use crate::diagnostics::counted;

/// A row of the list.
struct Row {
    name: String,
    title: String,
    rules: usize,
    obligations: usize,
}

pub fn run(args: &PolicyListArgs, terminal: &mut Terminal) -> VerbResult {
    let files: Vec<File> = bundled::ALL.iter().map(File::of).collect();
    let policies = files.iter().flat_map(File::policies);
    if args.format == ResultFormat::Json {
        let lines: Vec<String> = policies.map(|policy| format!("{}\n", json::listed(&policy))).collect();
        terminal.result(&lines.concat());
        return Ok(ExitStatus::Done);
    }
    let rows: Vec<Row> = policies
        .map(|policy| {
            let (rules, obligations) = policy.counts();
            Row { name: policy.name(), title: policy.title().unwrap_or_default(), rules, obligations }
        })
        .collect();
    terminal.result(&text(&rows));
    terminal.closing("`cxflowc policy show NAME` shows a policy's rules; `apply NAME` in a flow applies it");
    Ok(ExitStatus::Done)
}

fn text(rows: &[Row]) -> String {
    let names = widest(rows.iter().map(|row| &*row.name));
    let titles = widest(rows.iter().map(|row| &*row.title));
    let line = |row: &Row| {
        let Row { name, title, rules, obligations } = row;
        let rules_in_words = counted(*rules, "rule");
        let obligations = match obligations {
            0 => String::new(),
            some => format!(", {}", counted(*some, "obligation")),
        };
        // The widest text is `NN rules`.
        format!(
            "{BOLD}{name:<names$}{PLAIN}  {title:<titles$}  {DIM}{rules_in_words:>8}{obligations}{PLAIN}\n"
        )
    };
    rows.iter().map(line).collect()
}
