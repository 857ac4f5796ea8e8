//! A variable must be set before a call speaks, compares, copies or sends it; and what is set must be read.

use std::collections::BTreeSet;

use super::key_input::lacks_digits;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::{
    Alternative, EventKind, Flow, NewValue, NodeId, NodeSetsId, Origin, Transition, VariableId,
};
use crate::graph::unknown_reads;
use crate::source::Span;
use crate::table::{Id, Table};

pub static RULE: Rule = Rule { codes: &[&USED_BEFORE_SET, &NEVER_SET, &NEVER_READ], check };

static USED_BEFORE_SET: Code = Code {
    id: "CX209",
    area: Area::Branching,
    name: "used-before-set",
    severity: Severity::Error,
    what: "On some path a step speaks, compares, copies or sends a variable before anything has set it. All paths count that calls can take, with the bounds of `again`; what a `decide` asks is not weighed against what is set.",
    why: "The called party would hear nothing or the name itself in place of the value, and a comparison would go wrong.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
var due lasts 2s
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "To pay today, press 1. To pay on Friday, press 2." {
  on 1 -> today
  on 2 | timeout | invalid -> thanks
}
play today { say "Please have your card ready."; set due = "today" }
disconnect thanks { say "You pay ${due}." }
notice -> menu
today -> thanks
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
var due lasts 2s
disclosure notice { play "https://cdn.example.com/notice.wav"; set due = "on Friday" }
collect menu "To pay today, press 1. To pay on Friday, press 2." {
  on 1 -> today
  on 2 | timeout | invalid -> thanks
}
play today { say "Please have your card ready."; set due = "today" }
disconnect thanks { say "You pay ${due}." }
notice -> menu
today -> thanks
"#,
        ),
    },
};

static NEVER_SET: Code = Code {
    id: "CX210",
    area: Area::Branching,
    name: "never-set",
    severity: Severity::Error,
    what: "Nothing in the flow sets a variable that a step speaks, compares, copies or sends.",
    why: "The value is known on no call. A field of the contact's record is declared as `contact`, and a value of the build as `let` or `param`.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
var first_name lasts 1s
disclosure notice { say "Hello ${first_name}, this is Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact first_name lasts 1s
disclosure notice { say "Hello ${first_name}, this is Lakeside." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

static NEVER_READ: Code = Code {
    id: "CX211",
    area: Area::Branching,
    name: "never-read",
    severity: Severity::Warning,
    what: "A variable is set, but no step speaks, compares, copies or sends it. A `set` that only changes it, as in `set tries = tries + 1`, does not count.",
    why: "The `set` has no effect: the line that should use the value is missing, or the variable is not needed any more.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
var due
disclosure notice { play "https://cdn.example.com/notice.wav"; set due = "on Friday" }
disconnect bye { say "You pay on Friday." }
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
var due lasts 1s
disclosure notice { play "https://cdn.example.com/notice.wav"; set due = "on Friday" }
disconnect bye { say "You pay ${due}." }
notice -> bye
"#,
        ),
    },
};

/// How many places of reads a finding shows.
const SHOWN: usize = 5;

/// What a flow does with a variable.
#[derive(Debug, Clone, Default)]
struct Facts {
    /// Where it is set.
    sets: Vec<Span>,
    /// Whether only declared kinds set it that an included file declares.
    is_set_elsewhere: bool,
    /// Where it is read, other than to change it.
    reads: Vec<Span>,
    /// Whether the target reads it in a place of its own.
    is_read_elsewhere: bool,
    /// Whether it is read at all.
    used: bool,
    /// Whether it is set to a number.
    is_number: bool,
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    if context.entry.is_none() || flow.variables.rows().iter().all(|one| !one.is_set_on_calls()) {
        return;
    }
    let facts = facts(flow);
    // A prompt that lacks its `digits` keeps nothing yet.
    let has_broken = flow.nodes.rows().iter().any(|node| node.broken || lacks_digits(node));
    for (id, variable) in flow.variables.iter().filter(|(_, variable)| variable.is_set_on_calls()) {
        let Facts { sets, reads, used, is_set_elsewhere, is_read_elsewhere, .. } = &facts[id];
        let is_elsewhere = *is_set_elsewhere || *is_read_elsewhere;
        let name = quote(&variable.name);
        if sets.is_empty() && *used && !has_broken {
            diagnostics.push(
                Diagnostic::new(&NEVER_SET, variable.span, format!("nothing sets the variable {name}"))
                    .here("known on no call")
                    .label_each(reads, SHOWN, "read here")
                    .help(format!(
                        "set it in a node before, as in `set {0} = \"TEXT\"`, or write `contact {0}` if the contact's record has it",
                        context.sources.text(variable.span)
                    )),
            );
        }
        // A library's kind may set more than this flow needs.
        // And whoever includes a library may read what it sets.
        if !sets.is_empty() && !is_elsewhere && reads.is_empty() && !has_broken && !flow.is_library() {
            diagnostics.push(
                Diagnostic::new(&NEVER_READ, variable.span, format!("nothing reads the variable {name}"))
                    .here("set, but never used")
                    .label_each(sets, SHOWN, "set here")
                    .help("use it, as in a text or a `decide`, or take it out together with what sets it"),
            );
        }
    }
    // What leads on from an unknown node may have set anything.
    if flow.lacks_ways {
        return;
    }
    for read in unknown_reads(flow, |id| flow.variables[id].is_set_on_calls() && !facts[id].sets.is_empty()) {
        if diagnostics.is_full() {
            return diagnostics.count_only();
        }
        if read.path.last().is_some_and(|&node| context.is_waived(&USED_BEFORE_SET, node)) {
            continue;
        }
        // What another branch of a node with digits than `entered` leads to is that rule's.
        if read.path.iter().any(|&node| has_other_branches_of_digits(flow, node)) {
            continue;
        }
        let variable = &flow.variables[read.variable];
        let name = quote(&variable.name);
        let sets = &facts[read.variable].sets;
        let path = flow.path(&read.path);
        let written = context.sources.text(variable.span);
        let example = if facts[read.variable].is_number { "0" } else { "\"TEXT\"" };
        let mut finding = Diagnostic::new(
            &USED_BEFORE_SET,
            read.span,
            format!("the variable {name} is used before it is set on the path {path}"),
        )
        .here("not known here on that path")
        .label_each(sets, SHOWN, "set here")
        .help(format!(
            "set it on that path, too, or at its beginning to what it should be otherwise, as in `set {written} = {example}`"
        ));
        if let Some(node) = fails_before_it_sets(flow, &read.path, read.variable) {
            let node = quote(&flow.nodes[node].id);
            finding = finding.note(format!(
                "where {node} fails, it does not come to its `set` of {name}: put that before its other steps, or into a node before it"
            ));
        }
        diagnostics.push(finding);
    }
}

/// A node of a path that sets a variable only after a step that may fail, if the variable is unknown behind it.
fn fails_before_it_sets(flow: &Flow, path: &[NodeId], variable: VariableId) -> Option<NodeId> {
    let (_, before) = path.split_last()?;
    let sets = |node: NodeId| flow.nodes[node].assignments().any(|(_, set)| set.variable == variable);
    before.iter().copied().find(|&node| sets(node))
}

/// Whether a node takes digits, and has a branch for a key, for no outcome, or for anything at all.
fn has_other_branches_of_digits(flow: &Flow, node: NodeId) -> bool {
    let is_wrong = |branch: &Transition| {
        let events = flow.alternatives(branch);
        let is_none = |one: &Alternative| match flow.events[one.event].kind() {
            EventKind::Key | EventKind::Declared => true,
            EventKind::Raw => !branch.raw,
            EventKind::Outcome(_) | EventKind::Comparison(_) => false,
        };
        events.is_empty() && branch.origin == Origin::Written || events.iter().any(is_none)
    };
    flow.nodes[node].takes_digits() && flow.branches(node).any(is_wrong)
}

/// What the declared kinds set that have nodes.
fn kinds_with_nodes(flow: &Flow) -> BTreeSet<NodeSetsId> {
    flow.nodes.rows().iter().filter(|node| node.declared.is_some()).filter_map(|node| node.sets).collect()
}

/// What the flow does with each variable.
fn facts(flow: &Flow) -> Table<VariableId, Facts> {
    let mut facts: Table<VariableId, Facts> = Table::filled(Facts::default(), flow.variables.len());
    for node in flow.nodes.rows() {
        for (_, set) in node.assignments() {
            facts[set.variable].sets.push(set.span);
            facts[set.variable].is_number |=
                matches!(set.value, NewValue::Number(_) | NewValue::Copy { add: Some(_), .. });
        }
    }
    for sets in kinds_with_nodes(flow) {
        for set in flow.node_sets(sets) {
            let facts = &mut facts[set.variable];
            facts.is_set_elsewhere =
                (facts.sets.is_empty() || facts.is_set_elsewhere) && set.span.file.index() > 0;
            if !facts.sets.contains(&set.span) {
                facts.sets.push(set.span);
            }
        }
    }
    for node in flow.nodes.rows().iter().filter(|node| node.declared.is_none()) {
        for set in node.sets.map_or(&[][..], |sets| flow.node_sets(sets)) {
            let facts = &mut facts[set.variable];
            facts.is_set_elsewhere = false;
            facts.sets.push(set.span);
        }
    }
    for one in &flow.variable_uses {
        let node = &flow.nodes[one.node];
        let action = node.actions.get(one.action as usize).and_then(|action| action.set.as_deref());
        let changes_itself = action.is_some_and(|set| {
            set.variable == one.variable && matches!(set.value, NewValue::Copy { .. } | NewValue::Text(_))
        });
        facts[one.variable].used = true;
        if !changes_itself {
            facts[one.variable].reads.push(one.span);
        }
    }
    for &read in &flow.read_elsewhere {
        facts[read].is_read_elsewhere = true;
    }
    for compared in flow.comparisons.rows() {
        facts[compared.variable].used = true;
        facts[compared.variable].reads.push(compared.name_span);
    }
    facts
}
