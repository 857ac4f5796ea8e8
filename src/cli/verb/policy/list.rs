//! `cxflowc policy list`

use jiff::civil::Date;

use super::file::{File, RuleChange};
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
    version: String,
    /// The day of the last review.
    reviewed: Option<String>,
    rules: usize,
    obligations: usize,
}

pub fn run(args: &PolicyListArgs, terminal: &mut Terminal) -> VerbResult {
    let files: Vec<File> = bundled::ALL.iter().map(File::of).collect();
    let policies = files.iter().flat_map(File::policies);
    if let Some(days) = args.changes_within {
        let today = jiff::Zoned::now().date();
        let changes = soon(policies.flat_map(|policy| policy.changes()).collect(), today, days);
        return Ok(print_changes(&changes, days, args.format, terminal));
    }
    if args.format == ResultFormat::Json {
        let lines: Vec<String> = policies.map(|policy| format!("{}\n", json::listed(&policy))).collect();
        terminal.result(&lines.concat());
        return Ok(ExitStatus::Done);
    }
    let rows: Vec<Row> = policies
        .map(|policy| {
            let (rules, obligations) = policy.counts();
            let version = policy.version().map(|version| format!("version {version}")).unwrap_or_default();
            let reviewed = policy.reviews().last().map(|(_, on)| (*on).to_owned());
            let (name, title) = (policy.name(), policy.title().unwrap_or_default());
            Row { name, title, version, reviewed, rules, obligations }
        })
        .collect();
    terminal.result(&text(&rows));
    if rows.iter().all(|row| row.reviewed.is_none()) {
        terminal.closing("no counsel has reviewed any of them yet");
    }
    terminal.closing("`cxflowc policy show NAME` shows a policy's rules; `apply NAME` in a flow applies it");
    Ok(ExitStatus::Done)
}

/// The changes within so many days, the next first, and those whose day is not known yet last.
fn soon(changes: Vec<RuleChange>, today: Date, days: i32) -> Vec<(Option<i32>, RuleChange)> {
    let mut soon: Vec<(Option<i32>, RuleChange)> = changes
        .into_iter()
        .filter_map(|change| {
            let Some(day) = change.day else { return Some((None, change)) };
            let away = today.until(day).map_or(i32::MAX, |between| between.get_days());
            (1..=days).contains(&away).then_some((Some(away), change))
        })
        .collect();
    soon.sort_by(|(one, first), (other, second)| (one.is_none(), first).cmp(&(other.is_none(), second)));
    soon
}

fn print_changes(
    changes: &[(Option<i32>, RuleChange)],
    days: i32,
    format: ResultFormat,
    terminal: &mut Terminal,
) -> ExitStatus {
    let line = |(away, change): &(Option<i32>, RuleChange)| {
        let day = change.day.map(|day| day.to_string());
        match format {
            ResultFormat::Json => {
                let RuleChange { rule, what, .. } = change;
                format!("{}\n", serde_json::json!({ "day": day, "days": away, "rule": rule, "what": what }))
            }
            ResultFormat::Text => {
                let day = day.unwrap_or_else(|| "not known".to_owned());
                format!("{BOLD}{day:<10}{PLAIN}  {} {}\n", change.rule, change.what)
            }
        }
    };
    terminal.result(&changes.iter().map(line).collect::<String>());
    if changes.is_empty() {
        terminal.closing(&format!(
            "no rule begins or ends within {}",
            counted(usize::try_from(days).unwrap_or_default(), "day")
        ));
    }
    ExitStatus::Done
}

fn text(rows: &[Row]) -> String {
    let names = widest(rows.iter().map(|row| &*row.name));
    let titles = widest(rows.iter().map(|row| &*row.title));
    let versions = widest(rows.iter().map(|row| &*row.version));
    let gap = if versions > 0 { "  " } else { "" };
    let line = |row: &Row| {
        let Row { name, title, version, reviewed, rules, obligations } = row;
        let rules_in_words = counted(*rules, "rule");
        let obligations = match obligations {
            0 => String::new(),
            some => format!(", {}", counted(*some, "obligation")),
        };
        let reviewed = reviewed.as_ref().map(|on| format!(", reviewed {on}")).unwrap_or_default();
        // The widest text is `NN rules`.
        format!(
            "{BOLD}{name:<names$}{PLAIN}  {title:<titles$}  {DIM}{version:<versions$}{gap}{rules_in_words:>8}{obligations}{reviewed}{PLAIN}\n"
        )
    };
    rows.iter().map(line).collect()
}
