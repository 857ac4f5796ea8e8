//! A queue or a mailbox whose name is a sentence was meant to be heard.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity};
use crate::flow::{Action, Directive, FieldValue, Flow, Node, ScalarType};
use crate::source::{Sources, Span};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX161",
    area: Area::Declaration,
    name: "sentence-as-name",
    severity: Severity::Warning,
    what: "The name of a queue or of a mailbox is three words or more that end in `.`, `!` or `?`, or the name of a queue is a phone number.",
    why: "Nobody hears the name of a queue, and nobody calls it: the platform looks for a queue that is called so. A sentence that the called party should hear stands behind `say`. A call to a number is a node of the platform's own type.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "One moment, we connect you."
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales { say "One moment, we connect you."; route "sales_queue" }
notice -> sales
"#,
        ),
    },
};

/// How many words a sentence has: `Sales dept.` is a name.
const FEWEST_WORDS: usize = 3;

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    report_defaults(flow, diagnostics);
    for node in flow.nodes.rows() {
        for action in &node.actions {
            let Some((what, verb)) = named(&action.directive) else { continue };
            let Some(text) = &action.text else { continue };
            let value = text.value.as_deref().unwrap_or_default();
            if what == "queue" && is_phone_number(value) {
                diagnostics.push(phone_number(text.span));
            }
            if is_sentence(value) {
                diagnostics.push(finding(
                    what,
                    text.span,
                    format!("write `say \"TEXT\"` before it, and a {what}'s name behind `{verb}`"),
                ));
            }
        }
        for (span, value) in queues(flow, node) {
            // What the kind gives is reported where that is declared.
            if span == node.name_span {
                continue;
            }
            let span = value_span(context.sources, span);
            if is_phone_number(value) {
                diagnostics.push(phone_number(span));
            }
            if is_sentence(value) {
                diagnostics.push(finding(
                    "queue",
                    span,
                    "write the name of a queue, and what is to be heard behind `say` in a node before"
                        .to_owned(),
                ));
            }
        }
    }
}

/// Reports defaults of fields for queues, once each.
fn report_defaults(flow: &Flow, diagnostics: &mut Diagnostics) {
    let fields = flow.kinds.rows().iter().flat_map(|kind| &kind.fields);
    for field in fields {
        let is_queue = field.type_.as_ref().is_some_and(|type_| type_.scalar == ScalarType::Queue);
        let Some(FieldValue::Text(value)) = field.default.as_ref().filter(|_| is_queue) else { continue };
        if is_phone_number(value) {
            diagnostics.push(phone_number(field.span));
        }
        if is_sentence(value) {
            let help = "write the name of a queue, and what is to be heard behind `say` in a node before";
            diagnostics.push(finding("queue", field.span, help.to_owned()));
        }
    }
}

/// The text that a field has, if it is written behind its name.
fn value_span(sources: &Sources, name: Span) -> Span {
    let behind = sources.get(name.file).text().get(name.range().end..).unwrap_or_default();
    let value = behind.trim_start().strip_prefix('=').map(str::trim_start).unwrap_or_default();
    let length = value.strip_prefix('"').and_then(|inside| inside.find('"')).map_or(0, |end| end + 2);
    let start = name.range().end + (behind.len() - value.len());
    if length == 0 { name } else { Span::new(name.file, start, start + length) }
}

fn finding(what: &str, span: Span, help: String) -> Diagnostic {
    Diagnostic::new(&CODE, span, format!("this is a sentence, where the name of a {what} belongs"))
        .here("nobody hears this")
        .help(help)
}

fn phone_number(span: Span) -> Diagnostic {
    Diagnostic::new(&CODE, span, "this is a phone number, where the name of a queue belongs")
        .here("no queue is called so")
        .help("write the name of a queue; for a number outside write the platform's own type: `node NAME type \"TYPE\" ends { action \"DIRECTIVE\" text \"+1…\" }`")
}

/// Whether a text is a phone number: with its country, as in `+1 202 555 0100` and `00442071234567`, as a URL, or in the
/// groups of North America, as in `(202) 555-0100`. Digits alone may be the number of a queue.
fn is_phone_number(text: &str) -> bool {
    let text = text.trim();
    let url = text.strip_prefix("tel:");
    let written = url.unwrap_or(text);
    let international = written.strip_prefix('+');
    let number = international.unwrap_or(written);
    if !number.chars().all(|sign| sign.is_ascii_digit() || " -().".contains(sign)) {
        return false;
    }
    let groups: Vec<&str> =
        number.split(|sign: char| !sign.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let digits: usize = groups.iter().map(|group| group.len()).sum();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let is_grouped = match lengths.as_slice() {
        [3, 3, 4] => true,
        [1, 3, 3, 4] => groups.first() == Some(&"1"),
        _ => false,
    };
    let is_abroad = number.starts_with("00") && (11..=17).contains(&digits);
    (7..=15).contains(&digits) && (international.is_some() || url.is_some()) || is_grouped || is_abroad
}

/// What an action names with its text, and its word in the language.
fn named(directive: &Directive) -> Option<(&'static str, &'static str)> {
    match directive {
        Directive::Route => Some(("queue", "route")),
        Directive::Schedule => Some(("queue", "schedule")),
        Directive::Record => Some(("mailbox", "record")),
        _ => None,
    }
}

/// The fields of a node of a declared kind that name queues.
fn queues<'f>(flow: &'f Flow, node: &'f Node) -> impl Iterator<Item = (Span, &'f str)> {
    let kind = node.declared_kind().map(|kind| &flow.kinds[kind]);
    let is_queue = move |name: &str| {
        let mut fields = kind.into_iter().flat_map(|kind| &kind.fields);
        let field = fields.find(|field| *field.name == *name);
        field.and_then(|field| field.type_.as_ref()).is_some_and(|type_| type_.scalar == ScalarType::Queue)
    };
    let fields = node.actions.iter().flat_map(|action: &Action| &action.fields);
    fields.filter(move |field| is_queue(&field.name)).flat_map(|field| {
        let (one, many): (Option<&FieldValue>, &[FieldValue]) = match &field.value {
            Some(FieldValue::List(values)) => (None, values),
            other => (other.as_ref(), &[]),
        };
        one.into_iter().chain(many).filter_map(|value| match value {
            FieldValue::Text(text) => Some((field.span, &**text)),
            _ => None,
        })
    })
}

/// Whether a text is several words that end like a sentence, and not like an abbreviation.
fn is_sentence(text: &str) -> bool {
    let text = text.trim();
    text.ends_with(['.', '!', '?']) && text.split_whitespace().count() >= FEWEST_WORDS
}
