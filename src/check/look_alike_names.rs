//! Names that look the same, but are different names for the platform.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Rule};
use crate::diagnostics::look_alikes::{code_points_of, strict_skeleton};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::flow::policy::Value;
use crate::flow::{Action, Directive, EventKind, NodeType};
use crate::source::Span;
use crate::spelling::is_empty_value;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX420",
    area: Area::Lint,
    name: "look-alike-names",
    severity: Severity::Warning,
    what: "Two node ids, two queues or mailboxes, two node types, directives or quoted conditions, two tests or two values of facts look the same, \
           but have different characters: another Unicode normal form, letters of another script, such as the Cyrillic `\u{430}`, or invisible characters, such as a blank at the end. \
           The note shows the code points. \
           A node id, a queue, a mailbox or a quoted condition that begins or ends with a blank is reported even if there is no second one. \
           So is a rule that is called `warn` and is an error.",
    why: "To the platform they are two names. Nobody can see which of them a line means, and a call may end up in a queue that does not exist.",
    page: Page::Flows {
        wrong: Example::Text(
            "flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\ncollect menu \"Press 1 for sales, 2 for help\" {\n  on 1 | timeout | invalid -> sales\n  on 2 -> help\n}\nagent sales \"zürich\"\nagent help \"zu\u{308}rich\"\nnotice -> menu\n",
        ),
        right: Example::Text(
            "flow \"Reminder\"\nentry notice\ndisclosure notice \"https://cdn.example.com/notice.wav\"\ncollect menu \"Press 1 for sales, 2 for help\" {\n  on 1 | timeout | invalid -> sales\n  on 2 -> help\n}\nagent sales \"zürich\"\nagent help \"zürich\"\nnotice -> menu\n",
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    report_rules(context, diagnostics);
    let nodes = flow.nodes.rows();
    let actions = || nodes.iter().flat_map(|node| &node.actions);
    report(diagnostics, NODES, nodes.iter().map(|node| (&*node.id, node.name_span)));
    report(
        diagnostics,
        "node types",
        nodes.iter().filter_map(|node| match &node.type_ {
            NodeType::Other(word) => Some((&**word, node.kind_span)),
            NodeType::Kind(_) | NodeType::Exit => None,
        }),
    );
    report(
        diagnostics,
        "directives",
        actions().filter_map(|action| match &action.directive {
            Directive::Other(word) => Some((&**word, action.span)),
            _ => None,
        }),
    );
    let hands_over = |action: &&Action| {
        matches!(action.directive, Directive::Route | Directive::Schedule | Directive::Record)
    };
    report(
        diagnostics,
        QUEUES,
        actions().filter(hands_over).filter_map(|action| {
            let text = action.text.as_ref()?;
            Some((text.value.as_deref()?, text.span))
        }),
    );
    let alternatives = flow.transitions.rows().iter().flat_map(|transition| flow.alternatives(transition));
    let events = alternatives.map(|alternative| (&flow.events[alternative.event], alternative.span));
    report(
        diagnostics,
        CONDITIONS,
        events.filter(|(event, _)| event.kind() == EventKind::Raw).map(|(event, span)| (event.word(), span)),
    );
    report(diagnostics, "tests", flow.tests.iter().map(|test| (&*test.name, test.span)));
    report(
        diagnostics,
        VALUES,
        flow.facts.iter().filter_map(|fact| match &fact.value {
            Some(Value::Text(text)) => Some((&**text, fact.value_span?)),
            _ => None,
        }),
    );
}

/// Reports `warn: require …`: a rule of that name, and an error.
fn report_rules(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let policies = context.flow.policies.iter().filter(|policy| !policy.bundled);
    for rule in policies.flat_map(|policy| &policy.rules) {
        let is_meant = matches!(&*rule.name, "warn" | "warning") && rule.severity != Severity::Warning;
        if !is_meant || !rule.named {
            continue;
        }
        let name = Span { end: rule.span.start.saturating_add(rule.name.len() as u32), ..rule.span };
        let demand =
            context.sources.text(rule.span).split_once(':').map_or("…", |(_, demand)| demand.trim());
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                name,
                format!("this rule is called {}, and breaking it is an error", quote(&rule.name)),
            )
            .here("looks like `warn`")
            .help(format!(
                "write `warn {demand}` for a rule that only warns; otherwise call the rule something else"
            )),
        );
    }
}

const NODES: &str = "nodes";
const QUEUES: &str = "queues or mailboxes";
const CONDITIONS: &str = "conditions";
const VALUES: &str = "values of facts";

/// A name, and where it is written.
type NameAt<'a> = (&'a str, Span);

/// Reports each name that looks like another one of its kind.
fn report<'a>(diagnostics: &mut Diagnostics, what: &str, names: impl Iterator<Item = NameAt<'a>> + Clone) {
    if names.clone().all(|(name, _)| name.is_ascii() && !has_hidden_blanks(name)) {
        return;
    }
    // The first name of each appearance.
    let mut first: FxHashMap<Cow<'_, str>, NameAt<'_>> = FxHashMap::default();
    let mut reported: FxHashSet<&str> = FxHashSet::default();
    for (name, span) in names.clone() {
        // Rules that compare a fact report its blanks themselves.
        let looks = match what {
            VALUES => strict_skeleton(name),
            _ => without_hidden_blanks(strict_skeleton(name)),
        };
        // Names of punctuation alone look alike too often.
        if !looks.contains(char::is_alphanumeric) {
            continue;
        }
        let (other, other_span) = *first.entry(looks).or_insert((name, span));
        if other == name || !reported.insert(name) {
            continue;
        }
        reported.insert(other);
        diagnostics.push(
            Diagnostic::new(&CODE, span, format!("two {what} look the same, but are not: {} and {}", quote(other), quote(name)))
                .here("this one")
                .label(other_span, "and this one")
                .help("if both mean the same, write them with the same characters; if not, give one of them another name")
                .note(code_points_of(name, other)),
        );
    }
    if [NODES, QUEUES, CONDITIONS].contains(&what) {
        for (name, span) in names {
            report_end(diagnostics, name, span, &mut reported);
        }
    }
}

/// Reports a name that begins or ends with a blank: no name does so on purpose.
fn report_end<'a>(
    diagnostics: &mut Diagnostics,
    name: &'a str,
    span: Span,
    reported: &mut FxHashSet<&'a str>,
) {
    let inner = name.trim();
    if inner.len() == name.len() || is_empty_value(inner) || !reported.insert(name) {
        return;
    }
    let ends = match (name.starts_with(char::is_whitespace), name.ends_with(char::is_whitespace)) {
        (true, true) => "begins and ends",
        (true, false) => "begins",
        _ => "ends",
    };
    diagnostics.push(
        Diagnostic::new(&CODE, span, format!("{} {ends} with a blank, which nobody sees", quote(name)))
            .here("this one")
            .help(format!("write {} if that is the name that the platform knows", quote(inner))),
    );
}

/// Whether a name begins or ends with a blank, or has several in a row.
fn has_hidden_blanks(name: &str) -> bool {
    if name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return false;
    }
    let ends = [name.chars().next(), name.chars().next_back()];
    ends.into_iter().flatten().any(char::is_whitespace)
        || name.as_bytes().windows(2).any(|two| two.iter().all(u8::is_ascii_whitespace))
}

/// A name without the blanks at its ends, and with single blanks inside.
fn without_hidden_blanks(name: Cow<'_, str>) -> Cow<'_, str> {
    if has_hidden_blanks(&name) {
        return name.split_whitespace().collect::<Vec<_>>().join(" ").into();
    }
    name
}
