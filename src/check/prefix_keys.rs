//! Keys that begin other keys of the same node need a time after which the shorter one counts.

use std::collections::BTreeMap;

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::{Directive, EventKind, Flow, Node, NodeId};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX218",
    area: Area::Branching,
    name: "key-begins-another",
    severity: Severity::Warning,
    what: "A key of a node begins another one, such as `1` and `10`, and nothing says how long a call waits for the next key.",
    why: "After `1` only a pause tells that no `0` follows. How long that is decides whether people reach `10` at all, and how long those wait who want `1`.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect mark "How was it? Press 1 to 10." {
  on 1..10 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> mark
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect mark "How was it? Press 1 to 10." between 2s {
  on 1..10 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> mark
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    for (id, node) in flow.nodes.iter() {
        let says_between = |node: &Node| {
            node.actions.iter().any(|one| one.input.as_ref().is_some_and(|input| input.between.is_some()))
        };
        if node.broken || node.takes_digits() || says_between(node) || context.is_waived(&CODE, id) {
            continue;
        }
        let Some((short, long)) = first_pair(flow, id) else { continue };
        let Some(prompt) = node.actions.iter().find(|action| action.directive == Directive::Collect) else {
            continue;
        };
        let name = display_id(&node.id);
        let message = format!("at `{name}` the key {} begins {}", quote(short.0), quote(long.0));
        let diagnostic = Diagnostic::new(&CODE, short.1, message)
            .here(format!("how long does a call wait for the rest of {}?", quote(long.0)))
            .label(prompt.span, "the prompt does not say it");
        let diagnostic =
            if long.1 == short.1 { diagnostic } else { diagnostic.label(long.1, "the longer one") };
        diagnostics
            .push(diagnostic.help("say it after the prompt, as in `between 3s`, or choose other keys"));
    }
}

type PlacedKey<'a> = (&'a str, Span);

/// A key of a node and one that it begins. In alphabetical order a key comes right before those that it begins.
fn first_pair(flow: &Flow, node: NodeId) -> Option<(PlacedKey<'_>, PlacedKey<'_>)> {
    let alternatives = || flow.branches(node).flat_map(|transition| flow.alternatives(transition));
    let events = || alternatives().map(|alternative| (&flow.events[alternative.event], alternative.span));
    let pressed = || events().filter(|(event, _)| event.kind() == EventKind::Key);
    // Most menus have keys of one sign, of which none begins another.
    if pressed().all(|(event, _)| event.word().len() == 1) {
        return None;
    }
    let mut keys: BTreeMap<&str, Span> = BTreeMap::new();
    for (event, span) in pressed() {
        keys.entry(event.word()).or_insert(span);
    }
    let keys: Vec<PlacedKey<'_>> = keys.into_iter().collect();
    keys.windows(2).find_map(|pair| match pair {
        [short, long] if long.0.starts_with(short.0) => Some((*short, *long)),
        _ => None,
    })
}
