//! A branch must wait for something that can happen at its node.

use super::key_input::lacks_digits;
use super::unhandled_outcome::takes;
use super::{Context, Rule};
use rustc_hash::FxHashSet;

use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{
    Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, list_of, quote, with_article,
};
use crate::flow::{
    Alternative, Directive, EventId, EventKind, EveryKind, Flow, Kind, Node, Origin, Outcome, TestEvent,
    Transition,
};
use crate::source::{Sources, Span};
use crate::spelling::display_id;
use crate::syntax::words::SEVERAL;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub static CODE: Code = Code {
    id: "CX106",
    area: Area::Declaration,
    name: "unknown-outcome",
    severity: Severity::Error,
    what: "A condition names an outcome that does not exist or that this kind of node does not have, or a key at a node that collects no keys, or a test names an event that does not exist. The condition of a rule's `=NODE on CONDITION` is checked in the same way. \
           `timeout` and `invalid` belong to nodes that collect, `human`, `machine` and `unknown` to `answer`, \
           `busy`, `no_answer`, `timeout` and `failed` to the ends of a call, `failed` to any node. A node of a declared kind has the outcomes that its kind declares, and no others.",
    why: "The branch would never be taken. A condition that only the platform knows goes between quotes and is sent unchanged.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" {
  on 1 -> bye
  on timeout | wrong -> bye
  on invalid -> bye
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
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for every in &flow.everys {
        // What may stand in a `decide` is another rule's, and so is what a declared kind has.
        let EveryKind::Kind(kind) = every.kind else { continue };
        if kind != Kind::Decide {
            let owner =
                ConditionOwner { kind, collects: false, raw: every.raw, leaving: None, entry: Entry::None };
            check_alternatives(context, &owner, &every.alternatives, diagnostics);
        }
    }
    // Nodes of a kind whose word the flow declares, too, may have been meant for that one.
    let hidden: Vec<Kind> = flow.kinds.rows().iter().filter_map(|kind| Kind::from_word(&kind.word)).collect();
    for transition in flow.transitions.rows() {
        let node = &flow.nodes[transition.from];
        let Some(kind) = node
            .kind()
            .filter(|_| !node.generic && transition.origin == Origin::Written && !transition.is_else())
            // What may stand in a `decide` is another rule's.
            .filter(|&kind| kind != Kind::Decide && !hidden.contains(&kind))
        else {
            continue;
        };
        let collects = node.actions.iter().any(|action| action.directive == Directive::Collect);
        let owner = ConditionOwner {
            kind,
            collects,
            raw: transition.raw,
            leaving: Some(transition),
            entry: Entry::of(node),
        };
        check_alternatives(context, &owner, flow.alternatives(transition), diagnostics);
    }
    for asked in &flow.asked {
        let node = &flow.nodes[asked.node];
        let before = diagnostics.kept();
        if let Some(kind) = node.kind().filter(|_| !node.generic) {
            let collects = node.actions.iter().any(|action| action.directive == Directive::Collect);
            let owner =
                ConditionOwner { kind, collects, raw: asked.raw, leaving: None, entry: Entry::of(node) };
            check_alternatives(context, &owner, &asked.alternatives, diagnostics);
        }
        if diagnostics.kept() == before && flow.complete && !node.broken {
            check_taken(flow, asked, diagnostics);
        }
    }
    // What a branch takes that is no outcome either is reported there.
    let taken: FxHashSet<&str> = match flow.tests.is_empty() {
        true => FxHashSet::default(),
        false => {
            let written =
                flow.transitions.rows().iter().filter(|one| one.origin == Origin::Written && !one.raw);
            let events = written.flat_map(|one| flow.alternatives(one)).map(|one| &flow.events[one.event]);
            events.filter(|event| event.kind() == EventKind::Raw).map(|event| event.raw()).collect()
        }
    };
    for event in flow.tests.iter().flat_map(|test| &test.events) {
        if event.raw || !taken.contains(event.event.raw()) {
            check_event(context, event, diagnostics);
        }
    }
}

/// Checks that some branch of the node takes a rule's condition, or at least a part of its range.
fn check_taken(flow: &Flow, asked: &crate::flow::policy::NodeCondition, diagnostics: &mut Diagnostics) {
    let taken: FxHashSet<EventId> = flow
        .out_ids(asked.node)
        .flat_map(|(_, transition)| flow.alternatives(transition))
        .map(|alternative| alternative.event)
        .collect();
    // What a call takes the plain arrow for.
    let otherwise: Vec<&str> = flow
        .unless_something_happens(asked.node)
        .map(|(_, transition)| flow.outcomes_behind(transition))
        .unwrap_or_default();
    let id = quote(&display_id(&flow.nodes[asked.node].id));
    let mut rest = asked.alternatives.as_slice();
    while let Some(first) = rest.first() {
        let (same, others) =
            rest.split_at(rest.partition_point(|alternative| alternative.span == first.span).max(1));
        rest = others;
        if same.iter().any(|alternative| taken.contains(&alternative.event)) {
            continue;
        }
        let word = flow.events[first.event].word();
        if flow.events[first.event].kind() != EventKind::Raw && otherwise.contains(&word) {
            continue;
        }
        let is_quoted = flow.events[first.event].kind() == EventKind::Raw;
        if is_quoted && taken.iter().any(|&event| flow.events[event].word() == word) {
            diagnostics.push(
                Diagnostic::new(
                    &CODE,
                    first.span,
                    format!("no branch of {id} takes {} in quotes", quote(&format!("\"{word}\""))),
                )
                .here("never happens there")
                .help(format!("write `{word}`, as the branch has it: with quotes it is another condition"))
                .fix(Fix::write(first.span, word)),
            );
            continue;
        }
        let mut known: Vec<&str> = taken.iter().map(|&event| flow.events[event].word()).collect();
        known.extend(&otherwise);
        known.sort_unstable();
        let message = match same {
            [_] => format!("no branch of {id} takes {}", quote(word)),
            _ => format!("no branch of {id} takes any of these"),
        };
        let near = nearest(word, known.iter().copied())
            .filter(|_| flow.events[first.event].kind() != EventKind::Key);
        let diagnostic = Diagnostic::new(&CODE, first.span, message).here("never happens there");
        diagnostics.push(match near {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None if known.is_empty() => diagnostic
                .help("the node has no branch with a condition: name the node alone, or give it the branch"),
            None => {
                let more = known.len() > 8;
                known.truncate(8);
                let shown: Vec<String> =
                    known.iter().map(|word| quote(word)).chain(more.then(|| "others".to_owned())).collect();
                diagnostic.help(format!("its branches take {}", list_of(&shown, "and")))
            }
        });
    }
}

/// Checks an event of a test. Only running the test shows at which node it happens.
fn check_event(context: &Context<'_>, event: &TestEvent, diagnostics: &mut Diagnostics) {
    let (flow, sources) = (context.flow, context.sources);
    let is_empty = event.event.raw().split('|').any(|piece| piece.trim().is_empty());
    let diagnostic = match event.event.kind() {
        _ if event.raw && event.event.raw() == "always" => {
            Diagnostic::new(&CODE, event.span, "`always` is not an event")
                .here("nothing happens here")
                .help("take it out: a test follows unconditional transitions by itself")
                .fix(event_out(sources, event.span))
        }
        _ if is_empty => Diagnostic::new(&CODE, event.span, "an event of the test is empty")
            .here("nothing happens here")
            .help("write what the platform reports, or take it out"),
        // A kind that could not be read may have this outcome.
        EventKind::Raw if !event.raw && flow.lacks_kinds => return,
        EventKind::Raw if !event.raw => {
            let word = event.event.word();
            let built_in = Outcome::ALL.iter().map(|outcome| outcome.word());
            let declared = flow.kinds.rows().iter().flat_map(|kind| &kind.outcomes).map(|(word, _)| &**word);
            let near = nearest(word, built_in.chain(declared).collect::<Vec<_>>()).or_else(|| synonym(word));
            let help = match near {
                Some(near) => format!(
                    "did you mean `{near}`? If only the platform knows this event, put it between quotes: `\"{word}\"`"
                ),
                None => {
                    let outcomes: Vec<String> =
                        Outcome::ALL.iter().map(|outcome| format!("`{}`", outcome.word())).collect();
                    format!(
                        "an event is a key such as `1`, or an outcome: {}; if only the platform knows this event, put it between quotes: `\"{word}\"`",
                        list_of(&outcomes, "or")
                    )
                }
            };
            Diagnostic::new(&CODE, event.span, format!("{} is not an outcome", quote(word)))
                .here("unknown outcome")
                .help(help)
                .fix(near.map(|near| Fix::write(event.span, near)))
                .fix(Fix::write(event.span, format!("\"{word}\"")))
        }
        _ => return,
    };
    diagnostics.push(diagnostic);
}

/// Takes an event out of a test, together with `on` if it is the only one.
fn event_out(sources: &Sources, event: Span) -> Fix {
    let text = sources.get(event.file).text();
    let before = text.get(..event.range().start).unwrap_or_default().trim_end();
    let after = text.get(event.range().end..).unwrap_or_default().trim_start();
    let on = before.len() - if before.ends_with("on") && !after.starts_with(',') { 2 } else { 0 };
    let cut = if on < before.len() { Span::new(event.file, on, event.range().end) } else { event };
    Fix::take_from_list("Take it out", sources, cut, ',')
}

/// What has the condition that is being checked.
struct ConditionOwner<'a> {
    /// The node's kind.
    kind: Kind,
    /// Whether the node has a `collect` action, which is reported elsewhere if its kind is another one.
    collects: bool,
    /// Whether the condition is a quoted one.
    raw: bool,
    /// The transition that has the condition, if one does.
    leaving: Option<&'a Transition>,
    /// Whether digits are entered at the node.
    entry: Entry,
}

/// Whether digits are entered at a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// No: a branch names each key.
    None,
    /// Yes.
    Digits,
    /// Its options are those of an entry, but it does not say how many digits there are, or cannot be read.
    LacksDigits,
}

impl Entry {
    fn of(node: &Node) -> Self {
        if node.takes_digits() {
            Self::Digits
        } else if node.broken || lacks_digits(node) {
            Self::LacksDigits
        } else {
            Self::None
        }
    }
}

fn check_alternatives(
    context: &Context<'_>,
    owner: &ConditionOwner<'_>,
    alternatives: &[Alternative],
    diagnostics: &mut Diagnostics,
) {
    let &ConditionOwner { kind, collects, raw, .. } = owner;
    // Quotes can only replace the whole condition.
    let alone = alternatives.len() == 1;
    for alternative in alternatives {
        let event = &context.flow.events[alternative.event];
        if raw {
            if matches!(event.raw().trim(), "" | "input=") {
                diagnostics.push(
                    Diagnostic::new(
                        &CODE,
                        alternative.span,
                        "an alternative of the quoted condition is empty",
                    )
                    .here("no call would ever take this")
                    .help("write what the platform reports, or leave `on` out for an unconditional branch"),
                );
            }
            continue;
        }
        let diagnostic = match event.kind() {
            EventKind::Key if event.word() == "*" && !collects && kind != Kind::Collect => {
                rest(context, owner, alternative, alone)
            }
            // A key at an end node is another rule's.
            EventKind::Key if collects || kind == Kind::Collect || kind.ends_call() => continue,
            EventKind::Key => {
                Diagnostic::new(&CODE, alternative.span, format!("`{}` nodes collect no keys", kind.word()))
                    .here("no key is ever pressed here")
                    .help("ask for the key with a `collect` node")
            }
            EventKind::Comparison(_) => continue,
            EventKind::Outcome(outcome) if kind.outcomes().contains(&outcome) => continue,
            EventKind::Outcome(outcome) if collects && Kind::Collect.outcomes().contains(&outcome) => {
                continue;
            }
            EventKind::Outcome(outcome) => {
                let word = outcome.word();
                let node = with_article(kind.word());
                Diagnostic::new(&CODE, alternative.span, format!("{node} node has no outcome `{word}`"))
                    .here(format!("not at {node} node"))
                    .help(names(kind, word))
                    .fix(alone.then(|| between_quotes(alternative, word)))
            }
            EventKind::Declared | EventKind::Raw if Outcome::is_catch_all_word(event.word()) => {
                rest(context, owner, alternative, alone)
            }
            EventKind::Declared | EventKind::Raw
                if is_always(event.word())
                    && alone
                    && owner.leaving.is_some()
                    && kind.usual_outcomes().is_empty() =>
            {
                always(context, event.word(), alternative)
            }
            EventKind::Declared | EventKind::Raw
                if kind == Kind::Collect
                    && (is_digits(event.word()) && owner.entry != Entry::None
                        || (is_entered(event.word()) || is_entry_of(context, owner, event.word()))
                            && owner.entry == Entry::Digits) =>
            {
                if owner.entry == Entry::LacksDigits {
                    continue;
                }
                Diagnostic::new(&CODE, alternative.span, format!("{} is not an outcome", quote(event.word())))
                    .here("unknown outcome")
                    .help("write `entered`: it happens when all digits are entered")
                    .fix(Fix::write(alternative.span, Outcome::Entered.word()))
            }
            EventKind::Declared | EventKind::Raw => unknown(kind, event.word(), alternative)
                .fix(alone.then(|| between_quotes(alternative, event.word()))),
        };
        diagnostics.push(diagnostic);
    }
}

/// Whether a word probably means that the node is done.
fn is_always(word: &str) -> bool {
    matches!(
        word,
        "always"
            | "done"
            | "finished"
            | "complete"
            | "completed"
            | "end"
            | "success"
            | "ok"
            | "next"
            | "then"
            | "true"
    )
}

/// Reports `on done -> menu` at a node that plays.
fn always(context: &Context<'_>, word: &str, alternative: &Alternative) -> Diagnostic {
    Diagnostic::new(&CODE, alternative.span, format!("{} is not an outcome", quote(word)))
        .here("unknown outcome")
        .help("write `-> NODE`: a branch without a condition is taken when the node is done")
        .fix(without_condition(context, alternative))
}

/// Reports `on any` and `on else`, which should name what no other branch takes.
fn rest(
    context: &Context<'_>,
    owner: &ConditionOwner<'_>,
    alternative: &Alternative,
    alone: bool,
) -> Diagnostic {
    let flow = context.flow;
    let word = context.sources.text(alternative.span);
    let diagnostic = Diagnostic::new(&CODE, alternative.span, format!("{} is not an outcome", quote(word)));
    let only =
        owner.leaving.filter(|_| alone).is_some_and(|leaving| flow.branches(leaving.from).count() == 1);
    if owner.leaving.is_some() && alone && (only || owner.kind.usual_outcomes().is_empty()) {
        return diagnostic
            .here("not a condition")
            .help("write `-> NODE`: a branch without a condition takes whatever happens")
            .fix(without_condition(context, alternative));
    }
    let is_unhandled =
        |outcome: &&Outcome| owner.leaving.is_none_or(|leaving| !takes(flow, leaving.from, **outcome));
    let unhandled: Vec<&str> =
        owner.kind.usual_outcomes().iter().filter(is_unhandled).map(|outcome| outcome.word()).collect();
    if unhandled.is_empty() {
        return diagnostic
            .here("every outcome is already taken")
            .help("every outcome of this node has a branch: take this one out");
    }
    let unhandled = unhandled.join(" | ");
    diagnostic
        .here("unknown outcome")
        .help(format!("name what is left: `on {unhandled}`"))
        .fix(Fix::write(alternative.span, unhandled))
}

/// Takes out `on` and the condition, if they are next to each other and before `->`.
fn without_condition(context: &Context<'_>, alternative: &Alternative) -> Option<Fix> {
    let text = context.sources.get(alternative.span.file).text();
    let range = alternative.span.range();
    let before = text.get(..range.start)?.trim_end_matches([' ', '\t']);
    let start = before.strip_suffix("on")?.len();
    let after = text.get(range.end..)?;
    let end = text.len() - after.trim_start_matches([' ', '\t']).len();
    let begins_branch = text.get(end..)?.starts_with("->");
    begins_branch.then(|| Fix::new("Write `->`", Span::new(alternative.span.file, start, end), ""))
}

/// Puts the word between quotes, as a condition that only the platform knows.
fn between_quotes(alternative: &Alternative, word: &str) -> Fix {
    Fix::write(alternative.span, format!("\"{word}\""))
}

fn unknown(kind: Kind, word: &str, alternative: &Alternative) -> Diagnostic {
    let outcomes = || nearest(word, kind.outcomes().iter().chain(Outcome::ALL).map(|outcome| outcome.word()));
    let near = synonym(word).or_else(outcomes);
    if near.is_none() && kind == Kind::Collect && is_digits(word) {
        return Diagnostic::new(
            &CODE,
            alternative.span,
            format!("{} is not how keys are written", quote(word)),
        )
        .here("expected keys or a range of keys here")
        .help(SEVERAL);
    }
    let help = match near {
        Some(near) => format!(
            "did you mean `{near}`? If only the platform knows this condition, put it between quotes: `on \"{word}\"`"
        ),
        None => names(kind, word),
    };
    Diagnostic::new(&CODE, alternative.span, format!("{} is not an outcome", quote(word)))
        .here("unknown outcome")
        .help(help)
        .fix(near.map(|near| Fix::write(alternative.span, near)))
}

/// `NNNNN`, `XXXX`, `dddd`, `digits`: any digits.
fn is_digits(word: &str) -> bool {
    let same = |letter: char| word.len() > 1 && word.chars().all(|other| other == letter);
    ['n', 'N', 'x', 'X', 'd', 'D'].into_iter().any(same)
        || matches!(word, "digits" | "digit" | "number" | "numeric" | "pin" | "zip" | "zipcode")
}

/// Whether a word probably means that all digits are entered.
fn is_entered(word: &str) -> bool {
    is_always(word)
        || matches!(
            word,
            "input"
                | "enter"
                | "entry"
                | "typed"
                | "accepted"
                | "received"
                | "collected"
                | "captured"
                | "submit"
                | "submitted"
                | "valid"
                | "filled"
        )
}

/// Whether a word is the name of the variable that the entry of a node becomes.
fn is_entry_of(context: &Context<'_>, owner: &ConditionOwner<'_>, word: &str) -> bool {
    let node = owner.leaving.map(|leaving| &context.flow.nodes[leaving.from]);
    let inputs = node.into_iter().flat_map(|node| &node.actions).filter_map(|action| action.input.as_deref());
    inputs.filter_map(|input| input.into.as_ref()).any(|into| &*into.name == word)
}

fn names(kind: Kind, word: &str) -> String {
    if kind == Kind::Decide {
        return "a `decide` has no outcomes: it compares, as in `when NAME = VALUE -> NODE`".to_owned();
    }
    let outcomes: Vec<String> =
        kind.outcomes().iter().map(|outcome| format!("`{}`", outcome.word())).collect();
    let keys = if kind == Kind::Collect { "keys, " } else { "" };
    format!(
        "{} node has {keys}{}; if only the platform knows this condition, put it between quotes: `on \"{word}\"`",
        with_article(kind.word()),
        list_of(&outcomes, "and"),
    )
}

/// What other tools call the outcomes.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "star" | "asterisk" => "*",
        "pound" | "hash" | "octothorpe" => "#",
        "zero" => "0",
        "one" => "1",
        "two" => "2",
        "three" => "3",
        "four" => "4",
        "five" => "5",
        "six" => "6",
        "seven" => "7",
        "eight" => "8",
        "nine" => "9",
        _ => Outcome::from_elsewhere(word)?.word(),
    })
}
