//! A prompt takes digits, or the keys that branches name, and not both.

use super::key_input::lacks_digits;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote};
use crate::flow::{EventKind, Kind, NodeId, Origin, Outcome};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX219",
    area: Area::Branching,
    name: "digits-or-keys",
    severity: Severity::Error,
    what: "A branch takes a key where the prompt takes `digits`, or it takes `entered` where no `digits` say what is entered.",
    why: "With `digits` everything that is pressed belongs to the entry, and the branch for the key would never be taken. Without them each key has its own branch, and nothing is ever `entered`.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number." digits 6..10 {
  on entered -> desk
  on 0 -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"#,
        ),
        right: Example::Text(
            r#"flow "Balance"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect account "Please enter your account number." digits 6..10 {
  on entered -> desk
  on timeout | invalid -> desk
}
agent desk "front_desk"
notice -> account
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for (id, node) in
        flow.nodes.iter().filter(|(_, node)| node.is(Kind::Collect) && !node.generic && !node.broken)
    {
        let digits = node.digits();
        let name = display_id(&node.id);
        // One menu with `digits` is one mistake, however many keys it has.
        let mut first: Option<Diagnostic> = None;
        let mut others: Vec<Span> = Vec::new();
        for transition in flow.branches(id).filter(|one| one.origin == Origin::Written && !one.raw) {
            for alternative in flow.alternatives(transition) {
                let event = &flow.events[alternative.event];
                let diagnostic = match (event.kind(), digits) {
                    (EventKind::Key, Some(_)) if first.is_some() => {
                        // The keys of a range share its place.
                        others.push(alternative.span);
                        continue;
                    }
                    (EventKind::Key, Some(digits)) => Diagnostic::new(
                        &CODE,
                        alternative.span,
                        format!("`{name}` takes digits, so the key {} never takes a branch", quote(event.word())),
                    )
                    .here("part of what is entered")
                    .label(digits.span, "every digit belongs to the entry")
                    .help("write `on entered -> NODE`, or take `digits` out; a menu is a `collect` of its own"),
                    (EventKind::Outcome(Outcome::Entered), None) if lacks_digits(node) => continue,
                    (EventKind::Outcome(Outcome::Entered), None) => {
                        Diagnostic::new(
                            &CODE,
                            alternative.span,
                            format!("`{name}` has no `digits`, so nothing is entered there"),
                        )
                        .here("never happens")
                        .label(node.name_span, "how many digits are entered here?")
                        .help("say it after the prompt, as in `digits 6..10`, or take the keys one by one, as in `on 1 -> NODE`")
                    }
                    _ => continue,
                };
                let diagnostic = diagnostic.fix(other_word(context, id, alternative.span, event.kind()));
                match event.kind() {
                    EventKind::Key => first = Some(diagnostic),
                    _ => diagnostics.push(diagnostic),
                }
            }
        }
        let own = first.as_ref().and_then(|found| found.span);
        others.dedup();
        others.retain(|&other| Some(other) != own);
        report(first, &others, diagnostics);
    }
}

/// Reports the first key with the places of the others.
fn report(first: Option<Diagnostic>, others: &[Span], diagnostics: &mut Diagnostics) {
    const SHOWN: usize = 5;
    if let Some(found) = first {
        diagnostics.push(found.label_each(others, SHOWN, "and so is this"));
    }
}

/// `entered` in place of the only key of a condition, if no branch takes that yet.
fn other_word(context: &Context<'_>, node: NodeId, span: Span, kind: EventKind) -> Option<Fix> {
    let is_free = kind == EventKind::Key
        && !super::unhandled_outcome::takes(context.flow, node, Outcome::Entered)
        && context
            .flow
            .branches(node)
            .flat_map(|one| context.flow.alternatives(one))
            .filter(|one| context.flow.events[one.event].kind() == EventKind::Key)
            .count()
            == 1;
    is_free.then(|| Fix::write(span, Outcome::Entered.word()))
}
