//! Findings about nodes that a waiver excuses, and waivers that excuse none.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::{
    Context, Rule, cycle, dead_end, decide_arms, end_without_disposition, idle_otherwise, known_before_used,
    overlapping_condition, partial_outcomes, prefix_keys, transition_from_end, unhandled_outcome,
    unreachable_node,
};
use crate::diagnostics::{
    Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, Unless, list_of, quote,
};
use crate::flow::decision::{Decision, Waiver};
use crate::flow::{Flow, NodeId};
use crate::resolve::codes::UNUSED;
use crate::source::Sources;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX317",
    area: Area::Policy,
    name: "not-waivable",
    severity: Severity::Error,
    what: "A `waive` names a code that no waiver excuses, or names no node. A waiver excuses a finding that is about where a node's branches go or how calls end there, CX201 to CX207, CX209, CX212, CX218, CX220 and CX224, at the node that it names. A rule of a policy is waived by its name: `waive POLICY/RULE`.",
    why: "Other findings say that the text has no meaning or that the platform would refuse it, and nobody's decision changes that. A waiver for all nodes would excuse what nobody has looked at.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play thanks { say "Thank you. Please hold the line." }
notice -> thanks
waive CX201 at thanks because "the switch behind the platform goes on from here" by "j.lee" until 2027-03-31
waive CX103 at notice because "the switch knows the node" by "j.lee" until 2027-03-31
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play thanks { say "Thank you. Please hold the line." }
notice -> thanks
waive CX201 at thanks because "the switch behind the platform goes on from here" by "j.lee" until 2027-03-31
"#,
        ),
    },
};

/// The waivers of findings about nodes, and which of them had an effect.
pub struct WaivedFindings<'a> {
    /// For each code and node, the number of the waiver that lasts longest, among those in force.
    by_node: FxHashMap<(&'a str, NodeId), usize>,
    /// The numbers of those that excused something.
    used: Mutex<Vec<usize>>,
    /// The day on which they are judged.
    on: Option<Date>,
}

impl<'a> WaivedFindings<'a> {
    /// Those of a flow on a day; without a day all of them are in force.
    pub fn of(flow: &'a Flow, on: Option<Date>) -> Self {
        let mut by_node: FxHashMap<(&str, NodeId), usize> = FxHashMap::default();
        let until = |number: usize| flow.waivers.get(number).map(|waiver| waiver.until);
        for (number, waiver) in flow.waivers.iter().enumerate() {
            let (Some(code), Some(node)) = (waiver.subject.finding(), waiver.node) else { continue };
            if !waivable().any(|known| known.id == code) || on.is_some_and(|day| day > waiver.until) {
                continue;
            }
            let longest = by_node.entry((code, node)).or_insert(number);
            if until(number) > until(*longest) {
                *longest = number;
            }
        }
        Self { by_node, used: Mutex::default(), on }
    }

    /// Whether a waiver is over.
    fn has_ended(&self, waiver: &Waiver) -> bool {
        self.on.is_some_and(|day| day > waiver.until)
    }

    /// Whether one of them excuses a finding about a node; it then had an effect.
    pub fn covers(&self, code: &Code, node: NodeId) -> bool {
        let found = self.by_node.get(&(code.id, node));
        self.noted().extend(found);
        found.is_some()
    }

    fn noted(&self) -> MutexGuard<'_, Vec<usize>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The numbers of those that had an effect, in order.
    pub fn used(&self) -> Vec<usize> {
        let mut used = self.noted().clone();
        used.sort_unstable();
        used.dedup();
        used
    }
}

/// The rules whose findings a waiver excuses: each of them asks [`Context::is_waived`].
static WAIVABLE: &[&Rule] = &[
    &dead_end::RULE,
    &unreachable_node::RULE,
    &cycle::RULE,
    &overlapping_condition::RULE,
    &unhandled_outcome::RULE,
    &transition_from_end::RULE,
    &partial_outcomes::RULE,
    &known_before_used::RULE,
    &decide_arms::RULE,
    &end_without_disposition::RULE,
    &prefix_keys::RULE,
    &idle_otherwise::RULE,
];

/// Codes of these rules that are about no node, or only advice.
const OF_DECLARATIONS: &[&str] = &["CX210", "CX211", "CX213"];

/// Whether a waiver can excuse findings of a code.
pub fn is_waivable(code: &Code) -> bool {
    waivable().any(|known| known.id == code.id)
}

/// The codes that a waiver can excuse.
fn waivable() -> impl Iterator<Item = &'static Code> {
    // What is about a declaration is not about a node.
    let of_nodes = |code: &&Code| !OF_DECLARATIONS.contains(&code.id);
    WAIVABLE.iter().flat_map(|rule| rule.codes).copied().filter(of_nodes)
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let used = context.waived.used();
    for (number, waiver) in context.flow.waivers.iter().enumerate() {
        let Some(code) = waiver.subject.finding() else { continue };
        let Some(known) = waivable().find(|known| known.id == code) else {
            diagnostics.push(not_waivable(code, waiver));
            continue;
        };
        if waiver.node.is_none() {
            diagnostics.push(
                Diagnostic::new(&CODE, waiver.subject_span, format!("the waiver of `{code}` names no node"))
                    .here("which node may have it?")
                    .help(format!("write `waive {code} at NODE because …`")),
            );
        } else if used.binary_search(&number).is_ok() {
            diagnostics.push(in_use(context.flow, known, waiver));
        } else {
            without_effect(context, waiver, &used).into_iter().for_each(|found| diagnostics.push(found));
        }
    }
}

/// The finding for a code that is unknown or is not about where branches go and calls end.
fn not_waivable(code: &str, waiver: &Waiver) -> Diagnostic {
    let upper = code.to_ascii_uppercase();
    let diagnostic = Diagnostic::new(&CODE, waiver.subject_span, format!("{} can't be waived", quote(code)));
    if waivable().any(|known| known.id == upper) {
        return diagnostic
            .here("codes are written in capitals")
            .help(format!("write `{upper}`"))
            .fix(Fix::write(waiver.subject_span, upper));
    }
    match upper.as_bytes() {
        [b'C', b'X', b'3', _, _] => diagnostic
            .here("the code of a policy's finding")
            .help("waive the rule that is broken: `waive POLICY/RULE`; the finding names it"),
        [b'C', b'X', b'4', _, _] => diagnostic
            .here("the code of a warning")
            .help("`--allow` leaves a warning out of a run, and `allow` in `cxflow.toml` out of all of them"),
        _ => {
            let mut ids: Vec<&str> = waivable().map(|known| known.id).collect();
            ids.sort_unstable();
            diagnostic.here("no finding that a waiver excuses").help(format!(
                "the codes that can be waived are {}; anything else has to be put right",
                runs(&ids)
            ))
        }
    }
}

/// The codes as runs of neighbours: `CX201 to CX207, CX209 and CX212`.
fn runs(ids: &[&str]) -> String {
    let number = |id: &str| id.trim_start_matches("CX").parse::<u32>().unwrap_or_default();
    let runs = ids.chunk_by(|id, next| number(id) + 1 == number(next));
    let words: Vec<String> = runs
        .map(|run| match run {
            [first, .., last] => format!("{first} to {last}"),
            [only] => (*only).to_owned(),
            [] => String::new(),
        })
        .collect();
    list_of(&words, "and")
}

/// Says what a waiver lets pass, so that it is not forgotten.
fn in_use(flow: &Flow, code: &'static Code, waiver: &Waiver) -> Diagnostic {
    let Waiver { subject, until, because, by, .. } = waiver;
    let message =
        format!("`{subject}` is waived{} until {until}: {because}", Decision::from(waiver).place(flow));
    let diagnostic = Diagnostic::new(code, waiver.span, message).severity(Severity::Note);
    match by.trim() {
        "" => diagnostic,
        by => diagnostic.here(format!("{by} is responsible for it")),
    }
}

/// The finding for a waiver that has ended, that another one covers, or that has nothing to excuse.
fn without_effect(context: &Context<'_>, waiver: &Waiver, used: &[usize]) -> Option<Diagnostic> {
    let flow = context.flow;
    if flow.is_library() {
        return None;
    }
    let Waiver { subject, until, .. } = waiver;
    let place = Decision::from(waiver).place(flow);
    if context.waived.has_ended(waiver) {
        let message = format!("the waiver of `{subject}`{place} ended on {until}");
        let help = "decide again: give the waiver a new last day, or take it out";
        return Some(idle(context.sources, waiver, message, help));
    }
    let covers = |other: &&Waiver| other.subject == *subject && other.node == waiver.node;
    let mut others = used.iter().filter_map(|&number| flow.waivers.get(number));
    if let Some(other) = others.find(covers) {
        let message = format!(
            "the waiver of `{subject}`{place} adds nothing: another one allows the same until {}",
            other.until
        );
        let found = idle(context.sources, waiver, message, "take one of the two out");
        return Some(found.label(other.span, "this one counts"));
    }
    // Where lines do not parse or there is no entry, not everything is checked.
    context.entry?;
    let message = format!("there is nothing to waive: `{subject}` is not found{place}");
    Some(idle(context.sources, waiver, message, "take it out").unless(Unless::Needed))
}

fn idle(sources: &Sources, waiver: &Waiver, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(&UNUSED, waiver.span, message)
        .here("this waiver has no effect")
        .help(help)
        .fix(Fix::take_out("Take the waiver out", sources, waiver.span))
}
