//! What an update of a lock changes, in words and as JSON.

use std::path::Path;

use serde_json::{Value, json};

use super::changes::{Fate, FlowChange, LockChange, PolicyChange};
use crate::cli::console::safe;
use crate::cli::verb::policy::look::{BOLD, DIM, GREEN, PLAIN, RED, YELLOW};
use crate::diff::{Effect, FlowDiff, text_with};

/// The changes in words; nothing if there are none.
pub fn text(path: &Path, change: &LockChange) -> String {
    let shown = change.policies.iter().filter(|policy| policy.change != Fate::Same);
    let policies: Vec<String> = shown.map(policy_line).collect();
    if policies.is_empty() && change.flows.is_empty() {
        return String::new();
    }
    let mut out = format!("{BOLD}{}{PLAIN}\n", safe::one_line(&path.display().to_string()));
    out.extend(policies);
    let compliance = change.policies.iter().flat_map(|policy| policy.rules.iter().cloned()).collect();
    let rules = text_with(&FlowDiff { compliance, ..FlowDiff::default() }, &painted);
    if !rules.is_empty() {
        out.push('\n');
        out.push_str(&rules);
    }
    let verdicts: String = change.flows.iter().map(verdict_lines).collect();
    if !verdicts.is_empty() {
        out.push_str(&format!("\nVerdicts\n{verdicts}"));
    }
    let findings: String = change.flows.iter().map(finding_lines).collect();
    if !findings.is_empty() {
        out.push_str(&format!("\nFindings\n{findings}"));
    }
    out
}

/// `  ~ us_tsr, version 3 -> 4`
fn policy_line(policy: &PolicyChange) -> String {
    let PolicyChange { name, change, before, after, rules } = policy;
    let version =
        |version: &Option<u32>| version.map(|version| format!(", version {version}")).unwrap_or_default();
    let (sign, text) = match change {
        Fate::Added => ('+', format!("{name}{}: was not locked", version(after))),
        Fate::Removed => ('-', format!("{name}{}: no flow applies it any more", version(before))),
        Fate::Gone => {
            (' ', format!("{name}{}: this compiler does not have it; its text stays", version(before)))
        }
        Fate::Newer => {
            let which = version(before);
            (' ', format!("{name}{which}: newer than in this compiler; its text stays: update cxflowc"))
        }
        Fate::Kept => (
            ' ',
            format!(
                "{name}{}: stays, since not all flows can be read, and one may apply it",
                version(before)
            ),
        ),
        Fate::Same => (' ', format!("{name}{}", version(after))),
        Fate::Updated => {
            let same = if rules.is_empty() { "; its rules are the same" } else { "" };
            let which = match (before, after) {
                (before, after) if before == after => format!(", another text{}{same}", of_version(*after)),
                (Some(before), Some(after)) => format!(", version {before} -> {after}{same}"),
                (_, Some(after)) => format!(", version {after}; had none{same}"),
                (_, None) => format!(", without a version{same}"),
            };
            ('~', format!("{name}{which}"))
        }
    };
    format!("  {} {}\n", painted(sign, &sign.to_string()), safe::one_line(&text))
}

fn of_version(version: Option<u32>) -> String {
    version.map(|version| format!(" of version {version}")).unwrap_or_default()
}

/// The verdicts that change for a flow: `  - us_tsr/ring: holds -> violated in campaign.cxflow`.
fn verdict_lines(flow: &FlowChange) -> String {
    let line = |verdict: &crate::diff::VerdictChange| {
        let sign = sign_of(verdict.effect);
        let (rule, before, after) = (&verdict.rule, &verdict.before, &verdict.after);
        let also = match verdict.also_at.is_empty() {
            true => String::new(),
            false => format!(", also at {}", verdict.also_at.join(", ")),
        };
        let text = safe::one_line(&format!("{rule}: {before} -> {after}{also} in {}", flow.file));
        let path = verdict.path.as_ref();
        let path =
            path.map(|path| format!("      {DIM}{}{PLAIN}\n", safe::one_line(path))).unwrap_or_default();
        format!("  {} {text}\n{path}", painted(sign, &sign.to_string()))
    };
    flow.verdicts.iter().map(line).collect()
}

fn finding_lines(flow: &FlowChange) -> String {
    let line = |finding: &crate::diff::FindingChange| {
        let sign = match (finding.is_new, finding.severity) {
            (true, "error") => '-',
            (true, _) => '~',
            (false, _) => '+',
        };
        let fate = if finding.is_new { "new" } else { "gone" };
        let at = finding.at.as_ref().filter(|at| !at.starts_with("bundled/")).unwrap_or(&flow.file);
        let text = format!("{fate}: {}[{}] {}, at {at}", finding.severity, finding.code, finding.message);
        format!("  {} {}\n", painted(sign, &sign.to_string()), safe::one_line(&text))
    };
    flow.findings.iter().map(line).collect()
}

/// The sign of an effect: what becomes weaker is marked as what is taken away.
fn sign_of(effect: Effect) -> char {
    match effect {
        Effect::Weaker => '-',
        Effect::Changed => '~',
        Effect::Stricter => '+',
    }
}

fn painted(sign: char, text: &str) -> String {
    let color = match sign {
        '+' => GREEN,
        '-' => RED,
        '~' => YELLOW,
        _ => return text.to_owned(),
    };
    format!("{color}{text}{PLAIN}")
}

/// `policies.lock: 1 policy changes, 3 verdicts change, 1 of them for the worse`
pub fn closing(path: &Path, change: &LockChange, is_written: bool, is_new: bool) -> String {
    let name = path.display();
    let changed = change
        .policies
        .iter()
        .filter(|one| !matches!(one.change, Fate::Same | Fate::Gone | Fate::Newer | Fate::Kept));
    let all = match change.policies.len() {
        1 => "1 policy".to_owned(),
        many => format!("{many} policies"),
    };
    let changed = match changed.count() {
        0 => return format!("{name}: up to date, {all}"),
        1 => "1 policy changes".to_owned(),
        many => format!("{many} policies change"),
    };
    let verdicts = || change.flows.iter().flat_map(|flow| &flow.verdicts);
    let worse = verdicts().filter(|verdict| verdict.effect == Effect::Weaker).count();
    let verdicts = match (verdicts().count(), worse) {
        (0, _) => "no verdict changes".to_owned(),
        (1, 0) => "1 verdict changes".to_owned(),
        (1, _) => "1 verdict changes, for the worse".to_owned(),
        (many, 0) => format!("{many} verdicts change"),
        (many, worse) => format!("{many} verdicts change, {worse} of them for the worse"),
    };
    let end = match (is_written, is_new) {
        (true, true) => "made; commit it",
        (true, false) => "written; commit it",
        (false, true) => "`--write` makes it",
        (false, false) => "`--write` writes it",
    };
    format!("{name}: {changed}, {verdicts}; {end}")
}

/// One line of JSON.
pub fn json(path: &Path, change: &LockChange, is_written: bool) -> String {
    let of_flow = |flow: &FlowChange| json!({ "file": flow.file, "verdicts": flow.verdicts, "findings": flow.findings });
    let flows: Vec<Value> = change.flows.iter().map(of_flow).collect();
    let line = json!({
        "lock": path.display().to_string(),
        "written": is_written,
        "weaker": change.is_weaker(),
        "policies": change.policies,
        "flows": flows,
    });
    format!("{line}\n")
}
