//! `cxflowc policy check`

use super::json::{self, of_policy};
use super::look::{BOLD, CYAN, DIM, GREEN, PLAIN, RED, YELLOW, lines, widest};
use crate::cli::args::{PolicyCheckArgs, ResultFormat};
use crate::cli::compilation::compile::{Purpose, compile_all, partition};
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::compilation::report::{Reporter, errors_and_warnings, rules};
use crate::cli::console::terminal::Terminal;
use crate::cli::source_files::sources::{self, Parts};
use crate::cli::{ExitStatus, VerbResult};
use crate::diagnostics::render::shown;
use crate::diagnostics::{Severity, list_of};
use crate::flow::decision::{Attestation, Waiver};
use crate::flow::policy::{Policy, Rule, fact_value};
use crate::policy::{FactStanding, JudgedRule, MissingTag, RuleVerdict, missing_tags, obligations, reason};
use crate::spelling::display_id;

/// The width of the widest verdict, `obligation`.
const VERDICT_WIDTH: usize = 10;
/// The maximum width of names of rules; the text of a rule with a longer name goes below it.
const MAX_NAME_WIDTH: usize = 26;

pub fn run(args: &PolicyCheckArgs, terminal: &mut Terminal) -> VerbResult {
    let purpose = if args.as_is { Purpose::CheckAsIs } else { Purpose::Check };
    let compiled = sources::find(&args.files, &args.compile, Parts::StandForFlows, terminal)
        .and_then(|selected| compile_all(&selected, &args.compile, purpose));
    let jobs = match compiled {
        Ok(jobs) => jobs,
        Err(failure) => return Reporter::stopped(&args.messages, terminal, true, &args.files, failure),
    };
    let several = jobs.len() > 1;
    // Standard output is for results.
    let mut reporter = Reporter::new(&args.messages, terminal, true, several);
    let mut status = ExitStatus::Done;
    let (jobs, failures) = partition(jobs);
    for job in jobs {
        reporter.report(&job.compiled);
        if job.compiled.diagnostics.has_errors() {
            status = ExitStatus::Wanting;
        }
        match args.format {
            ResultFormat::Text => terminal.result(&text(&job, several, terminal.result_width())),
            ResultFormat::Json => terminal.result(&format!("{}\n", json::checked(&job))),
        }
        terminal.closing(&closing(&job));
    }
    reporter.conclude(status, failures)
}

/// Formats every policy with its rules.
fn text(job: &CompileJob, several: bool, width: usize) -> String {
    let mut out = String::new();
    let missing = missing_tags(&job.compiled.flow, &job.compiled.judged);
    for (number, policy) in job.compiled.flow.policies.iter().enumerate() {
        let rules: Vec<(&JudgedRule, &Rule)> = of_policy(job, number, policy).collect();
        if rules.is_empty() {
            continue;
        }
        if several && out.is_empty() {
            out.push_str(&format!("{BOLD}{}{PLAIN}\n\n", shown(&job.input.name())));
        }
        let title = policy.title.as_ref().map(|title| format!("  {DIM}{}{PLAIN}", shown(title)));
        out.push_str(&format!("{BOLD}{}{PLAIN}{}\n", shown(&policy.name), title.unwrap_or_default()));
        if let Some(locked) = policy.lock_in_words() {
            out.push_str(&format!("  {DIM}{locked}{PLAIN}\n"));
        }
        let missing: Vec<(&MissingTag<'_>, Vec<&Rule>)> =
            missing.iter().map(|tag| (tag, tag.rules_of(number, policy).collect())).collect();
        let missing = || missing.iter().filter(|(_, rules)| !rules.is_empty());
        let widest_rule = widest(rules.iter().map(|(_, rule)| &*rule.name));
        let names = widest_rule.max(widest(missing().map(|(tag, _)| tag.name)) + 1).min(MAX_NAME_WIDTH);
        for (judged, rule) in rules {
            out.push_str(&line(job, judged, rule, names, width));
        }
        out.extend(missing().map(|(tag, rules)| missing_tag(tag, policy, rules, names, width)));
        out.push('\n');
    }
    if !out.is_empty() {
        out.push_str(&facts(job, width));
    }
    out
}

/// The facts with who vouches for each, as rows below the policies.
fn facts(job: &CompileJob, width: usize) -> String {
    let flow = &job.compiled.flow;
    if flow.facts.is_empty() || flow.is_library() {
        return String::new();
    }
    let names = widest(flow.facts.iter().map(|fact| &*fact.name)).min(MAX_NAME_WIDTH);
    let mut out = format!("{BOLD}facts{PLAIN}\n");
    for fact in &flow.facts {
        let value = fact.value.as_ref().map_or_else(|| "no value".to_owned(), fact_value);
        let standing = FactStanding::of(flow, fact, job.compiled.as_of);
        let color = match standing {
            FactStanding::Vouched => GREEN,
            FactStanding::Ended | FactStanding::Open => YELLOW,
            FactStanding::Unused => DIM,
        };
        let who = match (&fact.evidence, standing) {
            (Some(Attestation { by, until, .. }), FactStanding::Ended) => {
                format!("the evidence by {by} ended on {until}")
            }
            (Some(Attestation { by, because, .. }), FactStanding::Open | FactStanding::Unused) => {
                format!("nobody vouches for it: the evidence says \"{because}\" by \"{by}\"")
            }
            (Some(Attestation { by, until, because, .. }), FactStanding::Vouched) => {
                format!("vouched for by {by} until {until}: {because}")
            }
            (None, FactStanding::Unused) => "no rule uses it".to_owned(),
            (None, _) => "nobody vouches for it".to_owned(),
        };
        out.push_str(&row(standing.word(), color, &fact.name, vec![value, who], names, width));
    }
    out.push('\n');
    out
}

/// A row for a tag that nothing has: its meaning, and the rules of a policy that look for it.
fn missing_tag(tag: &MissingTag<'_>, policy: &Policy, rules: &[&Rule], names: usize, width: usize) -> String {
    let rules: Vec<&str> = rules.iter().map(|rule| &*rule.name).collect();
    let verb = if rules.len() == 1 { "looks for" } else { "look for" };
    let needed = format!("nothing has it, and {} {verb} it", list_of(&rules, "and"));
    let text = tag.meaning(policy).map_or_else(|| needed.clone(), |meaning| format!("{meaning}; {needed}"));
    row("missing", YELLOW, &format!("@{}", tag.name), vec![text], names, width)
}

/// A row for a rule with its verdict.
fn line(job: &CompileJob, judged: &JudgedRule, rule: &Rule, names: usize, width: usize) -> String {
    let word = judged.word();
    let color = match word {
        "holds" | "attested" => GREEN,
        "violated" if rule.severity == Severity::Error => RED,
        "violated" | "waived" | "unknown" => YELLOW,
        "obligation" => CYAN,
        _ => DIM,
    };
    row(word, color, &rule.name, remarks(job, judged, rule), names, width)
}

/// A row: a word, a name, and texts beside them.
fn row(word: &str, color: &str, name: &str, texts: Vec<String>, names: usize, width: usize) -> String {
    let column = 2 + VERDICT_WIDTH + 2 + names + 2;
    let mut text_lines: Vec<String> = texts.iter().flat_map(|text| lines(text, column, width)).collect();
    let name = shown(name);
    let mut out = format!("  {color}{word:<VERDICT_WIDTH$}{PLAIN}  {name}");
    if name.chars().count() <= names && !text_lines.is_empty() {
        let first = text_lines.remove(0);
        let pad = " ".repeat(names - name.chars().count() + 2);
        out.push_str(&pad);
        out.push_str(first.trim_start());
    }
    out.push('\n');
    out.extend(text_lines.iter().map(|line| format!("{line}\n")));
    out
}

/// The remarks on a verdict: reason, path, remedy, waivers, attestations.
fn remarks(job: &CompileJob, judged: &JudgedRule, rule: &Rule) -> Vec<String> {
    let compiled = &job.compiled;
    let flow = &compiled.flow;
    let mut remarks: Vec<String> = reason(&compiled.sources, flow, judged).into_iter().collect();
    if let Some(first) = remarks.first_mut()
        && rule.severity == Severity::Warning
        && judged.left.is_some()
    {
        *first = format!("warning: {first}");
    }
    remarks.extend(judged.violation().and_then(|violation| Some(flow.path(&violation.path.as_ref()?.nodes))));
    if let Some(missing) = &judged.open {
        remarks.push(missing.remedy.clone());
    }
    if judged.is_estimated() {
        let counts = if judged.violation().is_some() { "least" } else { "most" };
        remarks.push(format!("by estimated times: the {counts} that text without `lasts` takes"));
    }
    let waivers = judged.waivers.iter().filter_map(|&number| flow.waivers.get(number));
    remarks.extend(waivers.map(|waiver| waived(job, waiver)));
    let attestations = judged.attestations.iter().filter_map(|&number| flow.attestations.get(number));
    remarks.extend(attestations.map(attested));
    let open = obligations(flow, std::slice::from_ref(judged)).into_iter().filter(|one| !one.is_attested);
    let open = open.filter(|one| *one.verdict == RuleVerdict::Obligation).filter_map(|one| one.attestation);
    remarks.extend(open.map(|attestation| {
        let Attestation { by, until, because, .. } = attestation;
        match attestation.has_ended(job.compiled.as_of) {
            true => format!("the attestation by {by} ended on {until}"),
            false => format!("nobody attests it: the attestation says \"{because}\" by \"{by}\""),
        }
    }));
    remarks
}

/// Who waived a rule, where, why and until when.
fn waived(job: &CompileJob, waiver: &Waiver) -> String {
    let place = waiver.node.map(|node| format!(" at {}", display_id(&job.compiled.flow.nodes[node].id)));
    let Waiver { by, until, because, .. } = waiver;
    format!("waived{} by {by} until {until}: {because}", place.unwrap_or_default())
}

/// Who attests an obligation, by what proof and until when.
fn attested(attestation: &Attestation) -> String {
    let Attestation { by, until, because, .. } = attestation;
    format!("attested by {by} until {until}: {because}")
}

/// `survey.cxflow: 1 error; 9 rules of 2 policies: 7 hold, 1 violated, 1 obligation`
fn closing(job: &CompileJob) -> String {
    let name = job.input.name();
    let found = errors_and_warnings(&job.compiled).map(|found| format!("{found}; ")).unwrap_or_default();
    if job.compiled.flow.is_library() {
        return format!("{name}: {found}a library; policies are checked in the flows that include it");
    }
    let rules = rules(&job.compiled).unwrap_or_default();
    format!("{name}: {found}{rules}")
}
