//! The policies that apply to a flow, and the bundled ones that nobody has applied.

use serde::Serialize;

use super::hash::sha256;
use super::{ReportOptions, RuleReport, rules};
use crate::Compiled;
use crate::bundled;

/// A policy that applies.
#[derive(Debug, Serialize)]
pub struct PolicyReport {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Whether it comes with the compiler.
    pub bundled: bool,
    /// The places whose calls it is for, as codes such as `us-ca`. Empty if it says none.
    pub places: Vec<String>,
    /// Which edition it is.
    pub version: Option<u32>,
    /// That a lock keeps its text, and how that stands to the compiler's: `locked at version 3; this compiler has
    /// version 4`.
    pub locked: Option<String>,
    /// Who has read it, and on which day: `N.N., counsel, on 2027-01-15`. Empty if nobody has.
    pub reviews: Vec<String>,
    /// What it says of itself at the top of its file: what it is for, what is left out, and who has to review it. One entry for
    /// each paragraph; empty for a policy that does not come with the compiler.
    pub about: Vec<String>,
    /// From what the law in it was collected, and when, in the words of its file: `2026-11-22 from sources that end in July
    /// 2026`. `None` if it does not say.
    pub collected: Option<String>,
    /// The policies that it conflicts with, each with what to do: `machines: say both in one step`.
    pub conflicts: Vec<String>,
    /// The file that it is written in.
    pub file: String,
    /// The SHA-256 of that file.
    pub sha256: String,
    /// Its rules.
    pub rules: Vec<RuleReport>,
}

/// A policy that comes with the compiler and that nobody has applied.
#[derive(Debug, Serialize)]
pub struct NotApplied {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: String,
    /// Which calls it is for.
    pub about: String,
    /// The places whose calls it is for, as codes. Empty if it says none.
    pub places: Vec<String>,
}

pub fn of(compiled: &Compiled, options: &ReportOptions) -> Vec<PolicyReport> {
    // A library has no calls, so its rules are not judged.
    let policies = compiled.flow.policies.iter().enumerate().filter(|_| !compiled.flow.is_library());
    let policies = policies.map(|(number, policy)| {
        let source = compiled.sources.get(policy.span.file);
        PolicyReport {
            name: policy.name.to_string(),
            title: policy.title.as_deref().map(str::to_owned),
            bundled: policy.bundled,
            places: policy.covers.iter().map(|place| place.to_string()).collect(),
            version: policy.version,
            locked: policy.lock_in_words(),
            reviews: policy.reviews.iter().map(|review| format!("{}, on {}", review.by, review.on)).collect(),
            about: if policy.bundled { paragraphs(source.text()) } else { Vec::new() },
            collected: collected(source.text()),
            conflicts: policy.conflicts.iter().map(|one| format!("{}: {}", one.with, one.because)).collect(),
            file: source.name().to_owned(),
            sha256: sha256(source.text().as_bytes()),
            rules: rules::of_policy(compiled, number, policy, options),
        }
    });
    policies.collect()
}

pub fn not_applied(compiled: &Compiled) -> Vec<NotApplied> {
    let applies =
        |name: &str| compiled.flow.policies.iter().any(|policy| policy.bundled && *policy.name == *name);
    let missing = bundled::ALL.iter().filter(|bundled| !applies(bundled.name));
    let missing = missing.map(|bundled| NotApplied {
        name: bundled.name,
        title: title(bundled.text).to_owned(),
        about: bundled.text.lines().next().unwrap_or_default().trim_start_matches("// ").to_owned(),
        places: places(bundled.text),
    });
    missing.collect()
}

/// The paragraphs of the comment at the top of a policy's file.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map_while(|line| line.strip_prefix("//")).map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if !line.is_empty() => {
                last.push_str(if last.is_empty() { "" } else { " " });
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}

/// What the comment at the top of a policy's file says behind `Collected`.
fn collected(text: &str) -> Option<String> {
    let words = paragraphs(text).join(" ");
    let (_, found) = words.split_once("Collected ")?;
    let sentence = found.split(". ").next().unwrap_or(found);
    Some(sentence.trim_end_matches('.').to_owned())
}

/// The places in the text of a bundled policy, which may stand in several lines.
fn places(text: &str) -> Vec<String> {
    let mut lines = text.lines().skip_while(|line| !line.trim_start().starts_with("covers "));
    let mut places = Vec::new();
    for line in lines.by_ref() {
        places.extend(
            line.split(" when ").next().unwrap_or_default().split('"').skip(1).step_by(2).map(str::to_owned),
        );
        if !line.trim_end().ends_with(',') {
            break;
        }
    }
    places
}

/// The title in the text of a bundled policy, which has no quotes in it.
fn title(text: &str) -> &str {
    let line = text.lines().find(|line| line.starts_with("policy ")).unwrap_or_default();
    line.split('"').nth(1).unwrap_or_default()
}
