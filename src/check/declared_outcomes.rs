//! A node of a declared kind takes each outcome of its kind.

use rustc_hash::{FxHashMap, FxHashSet};

use super::unhandled_outcome::CODE as UNHANDLED;
use super::unknown_outcome::CODE as UNKNOWN;
use super::{Context, Rule};
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Diagnostics, Fix, list_of, quote};
use crate::flow::{
    Alternative, DeclaredKind, Event, EventKind, EveryKind, Kind, KindId, NodeId, Origin, Outcome,
};
use crate::source::Span;
use crate::spelling::{display_id, is_name};

pub static RULE: Rule = Rule { codes: &[], check };

/// A condition of a branch or of an `every`.
#[derive(Clone, Copy)]
struct Condition<'a> {
    alternatives: &'a [Alternative],
    /// Whether it is quoted.
    raw: bool,
    /// Whether it is that of an `every`.
    is_of_every: bool,
}

/// How many outcomes of a kind are searched for the one that was meant, and how many a finding lists.
const MOST_SEARCHED: usize = 200;
const LISTED: usize = 12;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for every in &flow.everys {
        if let EveryKind::Declared(kind) = every.kind {
            let condition =
                Condition { alternatives: &every.alternatives, raw: every.raw, is_of_every: true };
            check_condition(context, &flow.kinds[kind], condition, diagnostics);
        }
    }
    // A kind that has no outcome at all lacks the line, which is one mistake.
    let mut without: FxHashMap<KindId, Vec<(&str, Span)>> = FxHashMap::default();
    for (id, node) in flow.nodes.iter() {
        let Some(kind) = node.declared_kind().map(|kind| &flow.kinds[kind]) else { continue };
        if let Some(own) = node.declared_kind()
            && lacks_outcomes(kind)
        {
            let written = flow.out(id).iter().filter(|one| one.origin == Origin::Written && !one.raw);
            let of_words = written.flat_map(|one| flow.alternatives(one)).filter_map(|one| {
                let event = &flow.events[one.event];
                let is_word =
                    matches!(event.kind(), EventKind::Raw | EventKind::Declared | EventKind::Outcome(_));
                (is_word && is_name(event.word()) && !Outcome::is_catch_all_word(event.word()))
                    .then_some((event.word(), one.span))
            });
            without.entry(own).or_default().extend(of_words);
        }
        let mut is_known = true;
        for transition in flow.out(id) {
            let alternatives = flow.alternatives(transition);
            // What an `every` has is reported once, there.
            if transition.origin == Origin::Written {
                let condition = Condition { alternatives, raw: transition.raw, is_of_every: false };
                is_known &= check_condition(context, kind, condition, diagnostics);
            } else {
                is_known &= alternatives.iter().all(|one| is_of(kind, &flow.events[one.event]));
            }
        }
        let takes_all = flow.out(id).iter().any(|transition| transition.is_unconditional());
        // What a broken or unknown branch takes may be what seems to be missing.
        if is_known && !takes_all && !node.ends_call && !node.broken && !kind.broken {
            check_all(context, id, kind, diagnostics);
        }
    }
    for (id, kind) in flow.kinds.iter() {
        if let Some(asked) = without.get(&id) {
            report_lacking(context, kind, asked, diagnostics);
        }
    }
}

/// Whether a kind has no outcome, as one that lacks the line with them.
fn lacks_outcomes(kind: &DeclaredKind) -> bool {
    kind.outcomes.is_empty() && !kind.broken
}

/// Reports a kind without outcomes whose nodes branch on some.
fn report_lacking(
    context: &Context<'_>,
    kind: &DeclaredKind,
    asked: &[(&str, Span)],
    diagnostics: &mut Diagnostics,
) {
    let Some(((_, first), others)) = asked.split_first() else { return };
    let mut words: Vec<&str> = Vec::new();
    for (word, _) in asked {
        if !words.contains(word) && words.len() < LISTED {
            words.push(word);
        }
    }
    // Where nodes ask for different ones, some node would lack one of them.
    let count = |word: &&str| asked.iter().filter(|(other, _)| other == word).count();
    let counts: Vec<usize> = words.iter().map(count).collect();
    let is_certain = counts.iter().all(|one| Some(one) == counts.first());
    let others: Vec<Span> = others.iter().map(|(_, span)| *span).collect();
    let line = format!("outcome {}", words.join(", "));
    // Behind the kind's last field there is a place for it.
    let fix = kind.fields.last().filter(|_| is_certain).and_then(|last| {
        let source = context.sources.get(last.span.file);
        let own = source.line_range(source.line_of(last.span.range().start))?;
        let written = source.slice(own.clone());
        let indent = written.len() - written.trim_start().len();
        let indent = written.get(..indent)?.to_owned();
        let end = own.start + written.trim_end().len();
        let line_break = if source.text().contains("\r\n") { "\r\n" } else { "\n" };
        (!written.contains(['{', '}', ';'])).then(|| {
            Fix::new(
                format!("Declare them: `{line}`"),
                Span::new(last.span.file, end, end),
                format!("{line_break}{indent}{line}"),
            )
        })
    });
    diagnostics.push(
        Diagnostic::new(&UNKNOWN, *first, format!("the kind `{}` has no outcomes", kind.word))
            .here("never happens there")
            .label_each(&others, 5, "nor does this")
            .label(kind.span, "declared here")
            .help(format!("declare them in the kind, as in `{line}`; or write `-> NODE`"))
            .fix(fix),
    );
}

/// Whether a kind has an event.
fn is_of(kind: &DeclaredKind, event: &Event) -> bool {
    kind.has_outcome(event.word()) || event.kind() == EventKind::Key && kind.taken_for == Some(Kind::Collect)
}

/// Reports the parts of a condition that the kind does not have. Returns whether it has all.
fn check_condition(
    context: &Context<'_>,
    kind: &DeclaredKind,
    condition: Condition<'_>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let mut is_known = true;
    for alternative in condition.alternatives {
        is_known &= check_alternative(context, kind, condition, alternative, diagnostics);
    }
    is_known
}

/// Reports an alternative that the kind does not have. Returns whether it has it.
fn check_alternative(
    context: &Context<'_>,
    kind: &DeclaredKind,
    condition: Condition<'_>,
    alternative: &Alternative,
    diagnostics: &mut Diagnostics,
) -> bool {
    let flow = context.flow;
    let event = &flow.events[alternative.event];
    let word = event.word();
    if kind.has_outcome(word) && !condition.raw {
        return true;
    }
    if kind.broken {
        return false;
    }
    let is_word = matches!(event.kind(), EventKind::Raw | EventKind::Declared | EventKind::Outcome(_));
    if lacks_outcomes(kind)
        && !condition.raw
        && !condition.is_of_every
        && is_word
        && is_name(word)
        && !Outcome::is_catch_all_word(word)
    {
        return false;
    }
    if kind.has_outcome(word) {
        let written: Vec<&str> =
            condition.alternatives.iter().map(|alternative| flow.events[alternative.event].word()).collect();
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
    if is_of(kind, event) {
        return true;
    }
    let outcomes: Vec<&str> = kind.outcomes.iter().map(|(outcome, _)| &**outcome).collect();
    // A kind with more outcomes than anybody reads is not searched for each of many slips.
    let near = nearest(word, outcomes.iter().copied().take(MOST_SEARCHED))
        .or_else(|| Outcome::from_elsewhere(word).map(Outcome::word).filter(|word| kind.has_outcome(word)));
    let more = (outcomes.len() > LISTED).then(|| "others".to_owned());
    let listed = outcomes.iter().take(LISTED).map(|outcome| format!("`{outcome}`"));
    let listed: Vec<String> = listed.chain(more).collect();
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
    let alone = condition.alternatives.len() == 1;
    diagnostics.push(
        Diagnostic::new(&UNKNOWN, alternative.span, message)
            .here("never happens there")
            .label(kind.span, "declared here")
            .help(help)
            .fix(near.filter(|_| alone || !condition.raw).map(|near| Fix::write(alternative.span, near))),
    );
    false
}

/// Reports the outcomes of the kind that no branch takes.
fn check_all(context: &Context<'_>, id: NodeId, kind: &DeclaredKind, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let alternatives = flow.out(id).iter().flat_map(|transition| flow.alternatives(transition));
    let taken: FxHashSet<&str> =
        alternatives.map(|alternative| flow.events[alternative.event].word()).collect();
    let left = kind.outcomes.iter().filter(|(outcome, _)| !taken.contains(&**outcome));
    let missing: Vec<&str> = left.clone().map(|(outcome, _)| &**outcome).collect();
    if missing.is_empty() || context.is_waived(&UNHANDLED, id) {
        return;
    }
    let quoted: Vec<String> = missing.iter().map(|word| format!("`{word}`")).collect();
    let places: Vec<_> = left.map(|(_, span)| *span).collect();
    let name = display_id(&flow.nodes[id].id);
    diagnostics.push(
        Diagnostic::new(
            &UNHANDLED,
            flow.nodes[id].name_span,
            format!("`{name}` does not handle {}", list_of(&quoted, "and")),
        )
        .here("where does the call go then?")
        .label_each(&places, 4, "declared here")
        .help(format!("add `on {} -> NODE`, or `-> NODE` for all other outcomes", missing.join(" | "))),
    );
}
