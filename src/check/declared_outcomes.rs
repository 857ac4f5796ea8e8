//! A node of a declared kind takes each outcome of its kind.

use super::unhandled_outcome::CODE as UNHANDLED;
use super::unknown_outcome::CODE as UNKNOWN;
use super::{Context, Rule};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, list_of, quote};
use crate::flow::{Alternative, DeclaredKind, EventKind, Kind, NodeId, Outcome, Transition};
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[], check };

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for (id, node) in flow.nodes.iter() {
        let Some(kind) = node.declared_kind().map(|kind| &flow.kinds[kind]) else { continue };
        let mut is_known = true;
        for transition in flow.out(id) {
            for alternative in flow.alternatives(transition) {
                is_known &= check_alternative(context, kind, transition, alternative, diagnostics);
            }
        }
        let takes_all = flow.out(id).iter().any(|transition| transition.is_unconditional());
        // What a broken or unknown branch takes may be what seems to be missing.
        if is_known && !takes_all && !node.ends_call && !node.broken && !kind.broken {
            check_all(context, id, kind, diagnostics);
        }
    }
}

/// Reports a condition that the kind does not have. Returns whether it has it.
fn check_alternative(
    context: &Context<'_>,
    kind: &DeclaredKind,
    transition: &Transition,
    alternative: &Alternative,
    diagnostics: &mut Diagnostics,
) -> bool {
    let flow = context.flow;
    let event = &flow.events[alternative.event];
    let word = event.word();
    if kind.has_outcome(word) && !transition.raw {
        return true;
    }
    if kind.broken {
        return false;
    }
    if kind.has_outcome(word) {
        let written: Vec<&str> = flow
            .alternatives(transition)
            .iter()
            .map(|alternative| flow.events[alternative.event].word())
            .collect();
        let plain = written.join(" | ");
        let fix =
            written.iter().all(|word| kind.has_outcome(word)).then(|| Fix::write(alternative.span, &plain));
        diagnostics.push(
            Diagnostic::new(
                &UNKNOWN,
                alternative.span,
                format!(
                    "{} is an outcome of the kind `{}`, not a condition in quotes",
                    quote(word),
                    kind.word
                ),
            )
            .here("in quotes")
            .label(kind.span, "declared here")
            .help(format!("write `on {plain}`"))
            .fix(fix),
        );
        return true;
    }
    if event.kind() == EventKind::Key && kind.taken_for == Some(Kind::Collect) {
        return true;
    }
    let outcomes: Vec<&str> = kind.outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    let near = nearest(word, outcomes.iter().copied())
        .or_else(|| Outcome::from_elsewhere(word).map(Outcome::word).filter(|word| kind.has_outcome(word)));
    let listed: Vec<String> = outcomes.iter().map(|outcome| format!("`{outcome}`")).collect();
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None if Outcome::is_catch_all_word(word) || event.kind() == EventKind::Key && word == "*" => {
            "write `-> NODE`: a branch without a condition takes all other outcomes".to_owned()
        }
        None if listed.is_empty() => "write `-> NODE`, or declare the outcome in the kind".to_owned(),
        None => format!(
            "its outcomes are {}; declare further ones in the kind, as in `outcome NAME`",
            list_of(&listed, "and")
        ),
    };
    let message = match event.kind() {
        EventKind::Key => format!("nodes of the kind `{}` collect no keys", kind.word),
        _ => format!("the kind `{}` has no outcome {}", kind.word, quote(word)),
    };
    let alone = flow.alternatives(transition).len() == 1;
    diagnostics.push(
        Diagnostic::new(&UNKNOWN, alternative.span, message)
            .here("never happens there")
            .label(kind.span, "declared here")
            .help(help)
            .fix(near.filter(|_| alone || !transition.raw).map(|near| Fix::write(alternative.span, near))),
    );
    false
}

/// Reports the outcomes of the kind that no branch takes.
fn check_all(context: &Context<'_>, id: NodeId, kind: &DeclaredKind, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let is_taken = |word: &str| {
        let mut alternatives = flow.out(id).iter().flat_map(|transition| flow.alternatives(transition));
        alternatives.any(|alternative| flow.events[alternative.event].word() == word)
    };
    let missing: Vec<&str> =
        kind.outcomes.iter().map(|(outcome, _)| &**outcome).filter(|outcome| !is_taken(outcome)).collect();
    if missing.is_empty() || context.is_waived(&UNHANDLED, id) {
        return;
    }
    let quoted: Vec<String> = missing.iter().map(|word| format!("`{word}`")).collect();
    let places: Vec<_> =
        kind.outcomes.iter().filter(|(word, _)| missing.contains(&&**word)).map(|(_, span)| *span).collect();
    let name = display_id(&flow.nodes[id].id);
    diagnostics.push(
        Diagnostic::new(
            &UNHANDLED,
            flow.nodes[id].name_span,
            format!("`{name}` does not handle {}", list_of(&quoted, "and")),
        )
        .here("where does the call go then?")
        .label_each(&places, 4, "declared here")
        .help(format!("add `on {} -> NODE`, or `-> NODE` for all other outcomes", missing.join(" | ")))
        .fix(super::fixes::branch(context, id, &missing.join(" | "))),
    );
}
