//! `cxflowc policy show`

use jiff::civil::Date;

use super::file::{ExpectedName, File, FilePolicy, FileRule};
use super::head;
use super::json;
use super::look::{BOLD, CYAN, DIM, PLAIN, YELLOW, block, entry, widest};
use crate::cli::args::{MessageArgs, PolicyShowArgs, ResultFormat};
use crate::cli::compilation::report::Reporter;
use crate::cli::config::policy_lock::{self, LockHere};
use crate::cli::console::safe;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, VerbResult};
use crate::diagnostics::render::shown;
use crate::diagnostics::{Diagnostics, list_of};
use crate::policy::comment_on;
use crate::spelling::on_one_line;

/// The maximum width of names of tags and facts; the meaning of a longer name goes below it.
const MAX_NAME_WIDTH: usize = 32;

pub fn run(args: &PolicyShowArgs, terminal: &mut Terminal) -> VerbResult {
    let text = args.source_or_name.to_string_lossy();
    let is_path = text.contains(['/', '\\', ':']) || text.ends_with(".cxflow") || text == "-";
    let here = if is_path { LockHere::default() } else { policy_lock::here()? };
    let file = match is_path {
        true => File::read(&args.source_or_name)?,
        false => File::named(&text, here.lock.as_ref())?,
    };
    let mut reporter = Reporter::new(&MessageArgs::default(), terminal, true, false);
    reporter.report_all(&here.sources, here.diagnostics.iter());
    if args.source {
        reporter.finish()?;
        terminal.result(&safe::plain(file.sources.get(file.id).text()));
        return Ok(status_of(&here.diagnostics));
    }
    reporter.report_all(&file.sources, file.diagnostics.iter());
    reporter.finish()?;
    let wanted = file.wanted(args.policy.as_deref())?;
    let width = terminal.result_width();
    let today = jiff::Zoned::now().date();
    let pages: Vec<String> = wanted
        .iter()
        .map(|policy| match args.format {
            ResultFormat::Text => page(policy, width, today),
            ResultFormat::Json => format!("{}\n", json::shown(policy, today)),
        })
        .collect();
    let between = if args.format == ResultFormat::Text { "\n\n" } else { "" };
    terminal.result(&pages.join(between));
    if wanted.is_empty() {
        terminal.closing(&format!("{}: declares no policy", file.name));
    }
    let is_wanting = wanted.is_empty() || file.diagnostics.has_errors();
    Ok(if is_wanting { ExitStatus::Wanting } else { status_of(&here.diagnostics) })
}

/// How a run ends that found this in the lock of policies.
pub fn status_of(lock: &Diagnostics) -> ExitStatus {
    if lock.has_errors() { ExitStatus::Wanting } else { ExitStatus::Done }
}

fn page(policy: &FilePolicy<'_>, width: usize, today: Date) -> String {
    let title = policy.title().map(|title| format!("  {}", shown(&title))).unwrap_or_default();
    let mut out = format!("{BOLD}{}{PLAIN}{title}\n", shown(&policy.name()));
    if let Some(when) = policy.when() {
        out.push_str(&block(&format!("Its rules apply when {}.", on_one_line(when)), 0, width, ""));
    }
    let places = places(policy);
    if !places.is_empty() {
        out.push_str(&block(&places, 0, width, ""));
    }
    let edition = edition(policy);
    if !edition.is_empty() {
        out.push_str(&block(&edition, 0, width, DIM));
    }
    let about = policy.about();
    if !about.is_empty() {
        out.push('\n');
        out.extend(
            about
                .iter()
                .map(|text| if text.is_empty() { "\n".to_owned() } else { block(text, 0, width, "") }),
        );
    }
    let conflicts = policy.conflicts();
    if !conflicts.is_empty() {
        out.push_str(&format!("\n{BOLD}Conflicts with{PLAIN}\n"));
        let column = widest(conflicts.iter().map(|(with, _)| &**with)).min(MAX_NAME_WIDTH) + 4;
        out.extend(conflicts.iter().map(|(with, because)| entry(with, because, column, width)));
    }
    out.push_str(&expected("Tags", &policy.expected_tags(), width));
    out.push_str(&expected("Facts", &policy.expected_facts(), width));
    let mut duties = String::new();
    let mut rules = String::new();
    for rule in policy.rules() {
        let list = if rule.is_obligation { &mut duties } else { &mut rules };
        list.push_str(&section(&rule, width, today));
    }
    for (heading, list) in [("Rules", rules), ("Obligations, which no flow can prove", duties)] {
        if !list.is_empty() {
            out.push_str(&format!("\n{BOLD}{heading}{PLAIN}\n{list}"));
        }
    }
    out
}

/// The places whose calls it is for. Empty if it says none.
fn places(policy: &FilePolicy<'_>) -> String {
    let mut by_condition: Vec<(Option<&str>, Vec<String>)> = Vec::new();
    for (place, when) in policy.covers() {
        match by_condition.iter_mut().find(|(own, _)| *own == when) {
            Some((_, places)) => places.push(place),
            None => by_condition.push((when, vec![place])),
        }
    }
    let each: Vec<String> = by_condition
        .into_iter()
        .map(|(when, places)| {
            let when = when.map(|when| format!(" when {}", on_one_line(when))).unwrap_or_default();
            format!("For calls to {}{when}.", list_of(&places, "and"))
        })
        .collect();
    each.join(" ")
}

/// Which edition it is, who has read it, and whether it is locked. Empty if it says nothing of that.
fn edition(policy: &FilePolicy<'_>) -> String {
    let version = policy.version().map(|version| format!("Version {version}."));
    let reviews = policy.reviews();
    let reviewed = match reviews.as_slice() {
        [] => version.as_ref().map(|_| "Reviewed by nobody yet.".to_owned()),
        reviews => {
            let each: Vec<String> = reviews.iter().map(|(by, on)| format!("{by} on {on}")).collect();
            Some(format!("Reviewed by {}.", list_of(&each, "and")))
        }
    };
    let locked = policy.lock_in_words().map(|words| format!("{}.", words.replacen('l', "L", 1)));
    version.into_iter().chain(reviewed).chain(locked).collect::<Vec<_>>().join(" ")
}

/// The tags or facts that a policy expects.
fn expected(heading: &str, list: &[ExpectedName], width: usize) -> String {
    if list.is_empty() {
        return String::new();
    }
    let column = widest(list.iter().map(|expected| &*expected.name)).min(MAX_NAME_WIDTH) + 4;
    let lines: String =
        list.iter().map(|expected| entry(&expected.name, &expected.in_words(), column, width)).collect();
    format!("\n{BOLD}{heading}{PLAIN}\n{lines}")
}

fn section(rule: &FileRule<'_>, width: usize, today: Date) -> String {
    let warning = if rule.is_warning { format!("  {YELLOW}warning{PLAIN}") } else { String::new() };
    let mut out = format!("\n  {BOLD}{}{PLAIN}{warning}\n", shown(&rule.name));
    out.push_str(&block(&on_one_line(rule.demand), 4, width, CYAN));
    let mut color = "";
    for text in head::prose(&comment_on(rule.doc, rule.from, today)) {
        if text.is_empty() {
            // The first paragraph says what to do; the others give sources.
            color = DIM;
        } else {
            out.push_str(&block(&text, 4, width, color));
        }
    }
    out
}
