//! A plain text with the elements of SSML, which a platform may read out as they are written.

use core::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Edit, Example, Fix, Page, Severity, quote};
use crate::flow::{Action, Directive, Text};
use crate::source::{Sources, Span};
use crate::speech::{ssml, ssml_element};
use crate::syntax::ast::{Declaration, OptionKind, Statement};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX153",
    area: Area::Declaration,
    name: "markup-in-text",
    severity: Severity::Warning,
    what: "A plain text has elements of SSML, such as `<speak>` or `<break time=\"1s\"/>`.",
    why: "A plain text is sent as `text`, which an engine may speak as it is written: the called party hears \"less than break time equals one s\". A text after `ssml` is sent as `ssml`, and its markup is checked.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside. <break time='1s'/> Your table is booked." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say ssml "<speak>This is Lakeside. <break time='1s'/> Your table is booked.</speak>" }
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    // Instances of a file share the places of their texts.
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    let options: OnceCell<FxHashMap<Span, Span>> = OnceCell::new();
    for node in context.flow.nodes.rows() {
        let heard = node.actions.iter().filter(|action| is_heard(action));
        for Heard { text, is_url, is_only } in heard.flat_map(texts) {
            // A silent text has its own finding.
            let Some(value) = text.value.as_deref().filter(|_| is_url || text.is_spoken()) else { continue };
            let Some(element) = ssml_element(value) else { continue };
            if !seen.insert(text.span) {
                continue;
            }
            let element = quote(element);
            let (message, here) = match is_url {
                true => (
                    format!("this is a text with the markup {element}, not the URL of a recording"),
                    "no recording",
                ),
                false => (
                    format!("the text has the markup {element}, but is sent as a plain text"),
                    "may be spoken as it is written",
                ),
            };
            let is_whole = value.trim_start().starts_with("<speak");
            let help = match is_whole {
                true => "write `ssml` before the text",
                false => "write `ssml` before the text, and `<speak>…</speak>` around it",
            };
            diagnostics.push(
                Diagnostic::new(&CODE, text.span, message)
                    .severity(if is_url { Severity::Error } else { CODE.severity })
                    .here(here)
                    .help(help)
                    .fix(is_only.then(|| options.get_or_init(|| texts_of_options(context))).and_then(
                        |options| {
                            with_ssml(context.sources, options.get(&text.span), text.span, value, is_whole)
                        },
                    ))
                    .given(context.flow.given.of(node, text.span)),
            );
        }
    }
}

fn is_heard(action: &Action) -> bool {
    matches!(action.directive, Directive::Play | Directive::Collect)
}

/// What is heard.
struct Heard<'f> {
    text: &'f Text,
    /// Whether it stands where the URL of a recording belongs.
    is_url: bool,
    /// Whether no other text is spoken beside it.
    is_only: bool,
}

/// The plain texts of an action and of its further attempts, and what stands where a recording's URL belongs.
fn texts(action: &Action) -> impl Iterator<Item = Heard<'_>> {
    let own = (action.text.as_ref(), action.ssml.is_some(), action.media.as_ref());
    let repeats = action
        .repeats()
        .map(|(_, repeat)| (repeat.text.as_ref(), repeat.ssml.is_some(), repeat.media.as_ref()));
    std::iter::once(own).chain(repeats).flat_map(|(text, has_markup, media)| {
        let is_only = text.is_none();
        let plain = text.filter(|_| !has_markup).map(|text| Heard { text, is_url: false, is_only: true });
        plain.into_iter().chain(media.map(|text| Heard { text, is_url: true, is_only }))
    })
}

/// The options with a text or a recording, each by its string.
fn texts_of_options(context: &Context<'_>) -> FxHashMap<Span, Span> {
    let nodes =
        context.files.iter().flat_map(|(_, ast)| &ast.items).filter_map(|item| match &item.declaration {
            Declaration::Node(node) => Some(node),
            _ => None,
        });
    let options = nodes.flat_map(|node| {
        let actions = node.block.iter().flatten().filter_map(|statement| match statement {
            Statement::Action(action) => Some(&action.options),
            Statement::Set(_) | Statement::Branch(_) => None,
        });
        std::iter::once(&node.options).chain(actions).flatten()
    });
    options
        .filter_map(|option| match option.kind {
            OptionKind::Text(text) | OptionKind::Media(text) => Some((text.span, option.span)),
            _ => None,
        })
        .collect()
}

/// Writes `ssml` before the string, in place of the word of an option, and the outermost element around its text.
fn with_ssml(
    sources: &Sources,
    option: Option<&Span>,
    literal: Span,
    value: &str,
    is_whole: bool,
) -> Option<Fix> {
    let written = sources.text(literal);
    let is_long = written.starts_with("\"\"\"");
    let wrapped = format!("<speak>{value}</speak>");
    let is_right = ssml(if is_whole { value } else { &wrapped }).is_ok();
    if !is_right || !written.starts_with('"') || (is_long && !is_whole) {
        return None;
    }
    let range = literal.range();
    let start = option.map_or(range.start, |option| option.range().start);
    let mut edits =
        vec![Edit { span: Span::new(literal.file, start, range.start), text: "ssml ".to_owned() }];
    if !is_whole {
        let inside = range.start + 1..range.end.checked_sub(1)?;
        edits.push(Edit {
            span: Span::new(literal.file, inside.start, inside.start),
            text: "<speak>".to_owned(),
        });
        edits.push(Edit {
            span: Span::new(literal.file, inside.end, inside.end),
            text: "</speak>".to_owned(),
        });
    }
    Some(Fix { title: "Write `ssml`".to_owned(), edits, when: Default::default() })
}
