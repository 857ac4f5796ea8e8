//! What a `collect` says at further attempts must be heard, and carries no tags.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::{Action, Field, Node, Retries, Verb};
use crate::resolve::codes::DUPLICATE;
use crate::source::Span;
use crate::spelling::display_id;
use crate::syntax::ast::{self, Declaration, NodeKind, OptionKind, Statement};

pub static RULE: Rule = Rule { codes: &[&UNHEARD, &TAGGED], check };

static UNHEARD: Code = Code {
    id: "CX151",
    area: Area::Declaration,
    name: "unheard-repeat",
    severity: Severity::Error,
    what: "A `retry` or a `silence` is never heard: its `collect` has no retries, it belongs to no prompt, or it says nothing.",
    why: "`retry` and `silence` are what a `collect` says in place of its prompt from the second attempt on. Without `retries` there is no second attempt.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on." {
  retry "Sorry, once more: press 1 to go on."
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on." retries 2 {
  retry "Sorry, once more: press 1 to go on."
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

static TAGGED: Code = Code {
    id: "CX152",
    area: Area::Declaration,
    name: "tagged-repeat",
    severity: Severity::Error,
    what: "A `retry` or a `silence` has a tag, or inserts a contact field or a variable that has one.",
    why: "A tag says what a call has heard, for policies to use. A call that presses a key at once never hears what is said at further attempts, so nothing there can be counted as heard, and what must not be heard too early must not be there.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on." retries 2 {
  silence "This is Lakeside. Press 1 to go on." @identity
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "This is Lakeside. Press 1 to go on." @identity retries 2 {
  silence "Press 1 to go on."
  on 1 | timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (_, ast) in context.files {
        for item in &ast.items {
            if let Declaration::Node(node) = &item.declaration {
                check_statements(context, node, diagnostics);
            }
        }
    }
    for node in context.flow.nodes.rows().iter().filter(|node| !node.broken) {
        check_node(context, node, diagnostics);
    }
}

fn actions(node: &ast::Node) -> impl Iterator<Item = &ast::Action> {
    node.block.iter().flatten().filter_map(|statement| match statement {
        Statement::Action(action) => Some(action),
        Statement::Set(_) | Statement::Branch(_) => None,
    })
}

/// What is written wrong, whatever the values are.
fn check_statements(context: &Context<'_>, node: &ast::Node, diagnostics: &mut Diagnostics) {
    let mut seen: Vec<(&str, Span)> = Vec::new();
    let is_generic = matches!(node.kind, Some(NodeKind::Generic { .. } | NodeKind::Declared(_)));
    let mut collects = !is_generic;
    let is_prompt = |action: &ast::Action| {
        context.sources.text(action.verb_span) == "collect"
            || action.argument.is_some_and(|text| context.sources.text(text.span) == "\"collect\"")
    };
    collects |= actions(node).any(is_prompt);
    for action in actions(node) {
        if is_prompt(action) {
            seen.clear();
        }
        if !action.verb.is_repeat() {
            continue;
        }
        let word = action.verb.word();
        match seen.iter().find(|(other, _)| *other == word) {
            Some(&(_, first)) => diagnostics.push(
                Diagnostic::new(&DUPLICATE, action.span, format!("`{word}` is set twice"))
                    .here("and here again")
                    .label(first, "set here")
                    .help("keep one of them"),
            ),
            None => seen.push((word, action.span)),
        }
        if !collects {
            diagnostics.push(
                Diagnostic::new(&UNHEARD, action.span, format!("`{word}` belongs to no prompt for keys"))
                    .here("nothing is collected here")
                    .help("put it behind a `collect` that has `retries`, or take it out"),
            );
        }
        check_options(context, action, diagnostics);
    }
}

fn check_options(context: &Context<'_>, action: &ast::Action, diagnostics: &mut Diagnostics) {
    let word = action.verb.word();
    let says = |option: &ast::Opt| option.kind.is_prompt();
    if action.argument.is_none() && !action.options.iter().any(says) {
        diagnostics.push(
            Diagnostic::new(&UNHEARD, action.span, format!("`{word}` says nothing"))
                .here("nothing to be heard")
                .help(format!(
                    "write what is heard, as in `{word} \"TEXT\"` or `{word} media \"https://…\"`"
                )),
        );
    }
    for option in &action.options {
        let (code, message, here, help) = match option.kind {
            OptionKind::Media(_)
            | OptionKind::Text(_)
            | OptionKind::Prompt(_)
            | OptionKind::Ssml(_)
            | OptionKind::Lasts(_) => continue,
            OptionKind::Tag(_) => (
                &TAGGED,
                format!("`{word}` takes no tag"),
                "a call that presses a key at once never hears it",
                "take the tag out, or write it at the prompt if the prompt says the same".to_owned(),
            ),
            _ => (
                &super::misplaced_action::CODE,
                format!("this option belongs to the `collect`, not to its `{word}`"),
                "the same at every attempt",
                "write it behind the prompt of the `collect`".to_owned(),
            ),
        };
        diagnostics.push(
            Diagnostic::new(code, option.span, message).here(here).help(help).fix(Fix::take_from_list(
                "Take it out",
                context.sources,
                option.span,
                ',',
            )),
        );
    }
}

/// What depends on values: the number of retries, and the tags of what is inserted.
fn check_node(context: &Context<'_>, node: &Node, diagnostics: &mut Diagnostics) {
    for action in &node.actions {
        for (verb, repeat) in action.repeats() {
            let word = verb.word();
            let never = match action.retries {
                None => Some("has no retries"),
                Some(Retries { count: Some(0), .. }) => Some("has 0 retries"),
                Some(_) => None,
            };
            if let Some(never) = never {
                let name = display_id(&node.id);
                let mut found = Diagnostic::new(
                    &UNHEARD,
                    repeat.span,
                    format!("`{word}` is never heard: `{name}` {never}"),
                )
                .here("said from the second attempt on, and there is only one")
                .help("write how often the prompt may be repeated, as in `retries 2`, or take this line out");
                if let Some(retries) = action.retries {
                    found = found
                        .label(retries.span, "no further attempt")
                        .given(context.flow.given.of(node, retries.span));
                }
                diagnostics.push(found);
            }
            for field in &repeat.fields {
                report_sent_twice(action, field, verb, diagnostics);
            }
            let said =
                [&repeat.text, &repeat.media, &repeat.prompt].into_iter().flatten().map(|one| one.span);
            if let Some(tag) = repeat.tags.first() {
                diagnostics.push(
                    Diagnostic::new(
                        &TAGGED,
                        said.chain([repeat.span]).next().unwrap_or(repeat.span),
                        format!("what `{word}` inserts is tagged `@{}`, and it takes no tags", tag.name),
                    )
                    .here("a call that presses a key at once never hears it")
                    .label(tag.span, "the tag is here")
                    .help("leave the value out here; the prompt may say it"),
                );
            }
        }
    }
}

/// Reports a field that the `collect` sends under the same name.
fn report_sent_twice(action: &Action, field: &Field, verb: Verb, diagnostics: &mut Diagnostics) {
    let name = field.sent_for(verb);
    let Some(same) = action.fields.iter().find(|other| *other.name == *name) else { return };
    let word = verb.word();
    let message = format!("the field `{}` of `{word}` is sent as `{name}`, which is set as well", field.name);
    diagnostics.push(
        Diagnostic::new(&DUPLICATE, field.span, message)
            .here("sent twice")
            .label(same.span, "set here")
            .help(format!("keep one of them: what belongs to `{word}` stands behind it, without `{word}_`")),
    );
}
