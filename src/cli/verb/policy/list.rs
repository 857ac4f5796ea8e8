//! `cxflowc policy list`

use jiff::civil::Date;

use super::file::{File, RuleChange};
use super::json;
use super::look::{BOLD, DIM, PLAIN, widest};
use super::show::status_of;
use crate::cli::VerbResult;
use crate::cli::args::{MessageArgs, PolicyListArgs, ResultFormat};
use crate::cli::compilation::report::Reporter;
use crate::cli::config::policy_lock;
use crate::cli::console::terminal::Terminal;
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
    /// What is to know of it if it is locked.
    locked: Option<String>,
}

pub fn run(args: &PolicyListArgs, terminal: &mut Terminal) -> VerbResult {
    let here = policy_lock::here()?;
    let mut reporter = Reporter::new(&MessageArgs::default(), terminal, true, false);
    reporter.report_all(&here.sources, here.diagnostics.iter());
    reporter.finish()?;
    let done = status_of(&here.diagnostics);
    let files: Vec<File> = File::all(here.lock.as_ref());
    let policies = files.iter().flat_map(File::policies);
    if let Some(days) = args.changes_within {
        let today = jiff::Zoned::now().date();
        let changes = soon(policies.flat_map(|policy| policy.changes()).collect(), today, days);
        print_changes(&changes, days, args.format, terminal);
        return Ok(done);
    }
    if args.format == ResultFormat::Json {
        let lines: Vec<String> = policies.map(|policy| format!("{}\n", json::listed(&policy))).collect();
        terminal.result(&lines.concat());
        return Ok(done);
    }
    let rows: Vec<Row> = policies
        .map(|policy| {
            let (rules, obligations) = policy.counts();
            let version = policy.version().map(|version| format!("version {version}")).unwrap_or_default();
            let reviewed = policy.reviews().last().map(|(_, on)| (*on).to_owned());
            let (name, title) = (policy.name(), policy.title().unwrap_or_default());
            let locked = policy.lock_in_words();
            Row { name, title, version, reviewed, rules, obligations, locked }
        })
        .collect();
    terminal.result(&text(&rows));
    if rows.iter().all(|row| row.reviewed.is_none()) {
        terminal.closing("no counsel has reviewed any of them yet");
    }
    terminal.closing("`cxflowc policy show NAME` shows a policy's rules; `apply NAME` in a flow applies it");
    Ok(done)
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
) {
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
}

fn text(rows: &[Row]) -> String {
    let names = widest(rows.iter().map(|row| &*row.name));
    let titles = widest(rows.iter().map(|row| &*row.title));
    let versions = widest(rows.iter().map(|row| &*row.version));
    let gap = if versions > 0 { "  " } else { "" };
    let line = |row: &Row| {
        let Row { name, title, version, reviewed, rules, obligations, locked } = row;
        let rules_in_words = counted(*rules, "rule");
        let obligations = match obligations {
            0 => String::new(),
            some => format!(", {}", counted(*some, "obligation")),
        };
        let reviewed = reviewed.as_ref().map(|on| format!(", reviewed {on}")).unwrap_or_default();
        let locked = locked.as_ref().map(|locked| format!(", {locked}")).unwrap_or_default();
        // The widest text is `NN rules`.
        format!(
            "{BOLD}{name:<names$}{PLAIN}  {title:<titles$}  {DIM}{version:<versions$}{gap}{rules_in_words:>8}{obligations}{reviewed}{locked}{PLAIN}\n"
        )
    };
    rows.iter().map(line).collect()
}
