//! What `again` bounds must lead back.

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::{AgainId, Transition};
use crate::source::{FileId, Span};

pub static RULE: Rule = Rule { codes: &[&IDLE], check };

static IDLE: Code = Code {
    id: "CX208",
    area: Area::Branching,
    name: "idle-again",
    severity: Severity::Warning,
    what: "A transition has an `again`, but no path leads from its target back to it, so a call takes it once at most and never comes to the `else`.",
    why: "Whoever reads it believes that calls come back here, and where they go in the end.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye again 2 else bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | invalid -> menu again 2 else bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // What cannot be read, or is not found, may lead back.
    let leads_nowhere =
        |transition: &Transition| transition.to.is_none() && context.reachable[transition.from];
    let has_all = || !flow.transitions.rows().iter().any(leads_nowhere);
    if flow.complete && !flow.lacks_ways && flow.assumed_reachable.is_empty() && has_all() {
        let lost = if flow.idle_agains.is_empty() { FxHashSet::default() } else { lost_targets(context) };
        // An `every` that gives no node a branch is reported as a whole.
        let of_everys: FxHashSet<AgainId> = flow.everys.iter().filter_map(|every| every.idle_again).collect();
        for &again in flow.idle_agains.iter().filter(|again| !of_everys.contains(again)) {
            if is_behind(context, &lost, flow.agains[again].span) {
                continue;
            }
            let span = flow.agains[again].span;
            diagnostics.push(
                Diagnostic::new(
                    &IDLE,
                    span,
                    "this `again` bounds nothing: no path leads back to its transition",
                )
                .here("never taken twice")
                .help("take it out, or lead the transition to a node that the call has passed")
                .fix(Fix::take_from_list("Take the `again` out", context.sources, span, '|')),
            );
        }
    }
}

/// The ends of the targets of all transitions that leave a node where no call comes: a transition to that node is
/// missing, which may be the one that leads back.
fn lost_targets(context: &Context<'_>) -> FxHashSet<(FileId, u32)> {
    let rows = context.flow.transitions.rows();
    let end = |transition: &Transition| (transition.span.file, transition.span.end);
    let (taken, lost): (Vec<&Transition>, Vec<&Transition>) =
        rows.iter().partition(|transition| context.reachable[transition.from]);
    let mut ends: FxHashSet<(FileId, u32)> = lost.into_iter().map(end).collect();
    // Of the instances of a file, one that is reached is enough.
    taken.into_iter().for_each(|transition| {
        ends.remove(&end(transition));
    });
    ends
}

/// Whether an `again` stands behind one of these targets, perhaps with dispositions between them.
fn is_behind(context: &Context<'_>, targets: &FxHashSet<(FileId, u32)>, again: Span) -> bool {
    let text = context.sources.get(again.file).text();
    let before = text.get(..again.range().start).unwrap_or_default();
    let line = before.rsplit(['\n', ';']).next().unwrap_or_default();
    let mut words = line.trim_end();
    loop {
        let end = u32::try_from(before.len() - line.len() + words.len()).unwrap_or(u32::MAX);
        if targets.contains(&(again.file, end)) {
            return true;
        }
        let Some((rest, _)) = words.rsplit_once([' ', '\t']) else { return false };
        words = rest.trim_end();
    }
}
