//! Actions and options must belong to their kind of node and be in the right order.

use super::fixes::{argument_last, header_text_first};
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, with_article};
use crate::flow::{Directive, Kind, Verb};
use crate::resolve::codes::FIELD;
use crate::source::{Sources, Span};
use crate::syntax::ast::{Action, Declaration, Item, Node, NodeKind, Opt, OptionKind, Statement};
use crate::syntax::of_prompt;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub(super) static CODE: Code = Code {
    id: "CX113",
    area: Area::Declaration,
    name: "misplaced-action",
    severity: Severity::Error,
    what: "This kind of node cannot have the action or option, or it is in the wrong place. \
           `play` and `say` go into any node but `answer`; `collect`, `route`, `schedule`, `record` and `disconnect` only into the node of their kind, once and last; \
           `retries`, `wait`, `between`, `digits`, `end` and `into` belong to `collect`; actions come before branches.",
    why: "An action after the one that hands over the call would never be heard.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue" { say "Please hold the line." }
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales { say "Please hold the line."; route "sales_queue" }
notice -> sales
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for (_, ast) in context.files {
        for item in &ast.items {
            let Declaration::Node(node) = &item.declaration else { continue };
            check_order(context.sources, node, diagnostics);
            match node.kind {
                // It has no actions, which another rule says.
                Some(NodeKind::Kind(Kind::Decide)) => report_header_fields(node, diagnostics),
                Some(NodeKind::Kind(kind)) => {
                    if kind.directive().is_none() {
                        report_header_fields(node, diagnostics);
                    }
                    check_header(context, kind, item, node, diagnostics);
                    check_actions(context, kind, item, node, diagnostics);
                }
                Some(NodeKind::Generic { .. }) => {
                    report_header_fields(node, diagnostics);
                    check_generic_header(node, diagnostics);
                }
                Some(NodeKind::Declared(word)) => check_declared_header(context, node, word, diagnostics),
                None => {}
            }
        }
    }
}

/// Reports fields in the header of a node that has no action of its own.
fn report_header_fields(node: &Node, diagnostics: &mut Diagnostics) {
    let (Some(first), Some(last)) = (node.fields.first(), node.fields.last()) else { return };
    diagnostics.push(
        Diagnostic::new(
            &FIELD,
            first.span.to(last.span),
            "this node has no action of its own to send fields with",
        )
        .here("sent with no action")
        .help("write them at an action of the block, as in `action \"DIRECTIVE\" with NAME = VALUE`"),
    );
}

/// Actions must come before branches.
fn check_order(sources: &Sources, node: &Node, diagnostics: &mut Diagnostics) {
    let own = match node.kind {
        Some(NodeKind::Kind(kind)) if kind != Kind::Disconnect => Verb::of_kind(kind),
        _ => None,
    };
    let is_own =
        |statement: &Statement| matches!(statement, Statement::Action(action) if Some(action.verb) == own);
    let in_header = node.argument.is_some() || node.options.iter().any(speaks);
    // Where it is there, nothing may come before the branches any more.
    let own = own.filter(|_| in_header || node.block.iter().flatten().any(is_own));
    let mut branch: Option<Span> = None;
    for statement in node.block.iter().flatten() {
        match statement {
            Statement::Branch(first) => branch = branch.or(Some(first.span)),
            // What an agent says stands anywhere.
            Statement::Action(action) if action.verb == Verb::Script => {}
            Statement::Action(_) | Statement::Set(_) => {
                if let Some(branch) = branch {
                    let is_repeat = matches!(statement, Statement::Action(action) if action.verb.is_repeat());
                    if let Some(own) = own.filter(|_| !is_repeat) {
                        let word = own.word();
                        diagnostics.push(
                            Diagnostic::new(&CODE, statement.span(), "this action comes after a branch")
                                .here("never reached: the call has already left the node")
                                .label(branch, "the first branch")
                                .help(format!("`{word}` is the last thing the node does: put this into the node that the branch leads to")),
                        );
                        continue;
                    }
                    diagnostics.push(
                        Diagnostic::new(&CODE, statement.span(), "this action comes after a branch")
                            .here("never reached: the call has already left the node")
                            .label(branch, "the first branch")
                            .help("move it above the first branch")
                            .fix(Fix::move_before(
                                "Move it above the first branch",
                                sources,
                                statement.span(),
                                branch,
                            )),
                    );
                }
            }
        }
    }
}

/// Whether a quoted text looks like the URL of a recording.
fn is_address(quoted: &str) -> bool {
    let text = quoted.trim_matches('"');
    // The folder of the recording may be inserted.
    let ending = text.rsplit_once('.').map_or("", |(_, ending)| ending).to_ascii_lowercase();
    let is_recording = matches!(ending.as_str(), "wav" | "mp3" | "ogg" | "flac" | "m4a" | "aac" | "opus");
    if is_recording && text.contains("${") && !text.contains(char::is_whitespace) {
        return true;
    }
    ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme))
        && !text.contains(char::is_whitespace)
}

fn check_header(context: &Context<'_>, kind: Kind, item: &Item, node: &Node, diagnostics: &mut Diagnostics) {
    if let (Kind::Answer | Kind::Disconnect, Some(argument)) = (kind, node.argument) {
        let text = context.sources.text(argument.span);
        // `say` would read the URL of a recording aloud.
        let action = if is_address(text) { "play" } else { "say" };
        let help = match kind {
            Kind::Disconnect => {
                format!("write `disconnect {} {{ {action} {text} }}`", context.sources.text(node.name.span))
            }
            _ => "play or say it in the nodes that its branches go to".to_owned(),
        };
        let fix = (kind == Kind::Disconnect)
            .then(|| header_text_first(context, item, argument.span, action, argument.span))
            .flatten();
        diagnostics.push(
            Diagnostic::new(&CODE, argument.span, format!("`{}` takes no argument", kind.word()))
                .here("not needed")
                .help(help)
                .fix(fix),
        );
    }
    for option in &node.options {
        match kind {
            Kind::Answer if speaks(option) => diagnostics.push(no_actions(option.span)),
            Kind::Disconnect if speaks(option) => {
                let fix = match option.kind {
                    OptionKind::Media(text) => {
                        header_text_first(context, item, option.span, "play", text.span)
                    }
                    OptionKind::Text(text) => header_text_first(context, item, option.span, "say", text.span),
                    _ => None,
                };
                diagnostics.push(says_nothing(option.span).fix(fix));
            }
            Kind::Collect => {}
            _ => check_of_collect(context.sources, option, diagnostics),
        }
    }
}

/// A generic node has no action of its own to which options in the header could apply.
fn check_generic_header(node: &Node, diagnostics: &mut Diagnostics) {
    for option in node.options.iter().filter(|option| speaks(option) || of_collect(option).is_some()) {
        diagnostics.push(
            Diagnostic::new(&CODE, option.span, "this option belongs to no action")
                .here("the type of a node takes no options")
                .help("write the action in the node's block, as in `{ action \"DIRECTIVE\" text \"TEXT\" }`"),
        );
    }
}

/// What a prompt says about keys is no part of the action of a declared kind, which has fields.
fn check_declared_header(context: &Context<'_>, node: &Node, word: Span, diagnostics: &mut Diagnostics) {
    let of_keys = |option: &&Opt| !matches!(option.kind, OptionKind::Retries(_));
    for option in node.options.iter().filter(of_keys) {
        let Some(name) = of_collect(option) else { continue };
        let written = context.sources.text(word);
        let kind = context.flow.kinds.rows().iter().find(|kind| *kind.word == *written);
        let fields = kind.map_or(&[][..], |kind| &kind.fields);
        let own = fields.iter().find(|field| of_prompt(&field.name) == Some(name));
        let help = match own {
            Some(field) => format!("`{written}` has a field for it: write `with {} = …`", field.name),
            None => format!(
                "declare a field for what the platform's block takes, as in `with {name}: {}` in `kind {written}`, and set it, as in `with {name} = …`",
                match option.kind {
                    OptionKind::Digits(..) => "integer",
                    OptionKind::Wait(_) | OptionKind::Between(_) => "duration",
                    _ => "text",
                }
            ),
        };
        diagnostics.push(
            Diagnostic::new(&CODE, option.span, format!("`{name}` belongs to `collect`"))
                .here(format!("`{written}` is a declared kind"))
                .help(help),
        );
    }
}

fn speaks(option: &Opt) -> bool {
    option.kind.is_prompt()
}

fn says_nothing(span: Span) -> Diagnostic {
    Diagnostic::new(&CODE, span, "`disconnect` plays and says nothing")
        .here("not needed")
        .help("write `say \"TEXT\"` or `play \"https://…\"` in the node's block, before it ends")
}

/// The word of an option that only prompts for keys have.
fn of_collect(option: &Opt) -> Option<&'static str> {
    Some(match option.kind {
        OptionKind::Retries(_) => "retries",
        OptionKind::Wait(_) => "wait",
        OptionKind::Between(_) => "between",
        OptionKind::Digits(..) => "digits",
        OptionKind::End(_) => "end",
        OptionKind::Into(_) => "into",
        OptionKind::Media(_)
        | OptionKind::Text(_)
        | OptionKind::Prompt(_)
        | OptionKind::Ssml(_)
        | OptionKind::Language(_)
        | OptionKind::Voice(_)
        | OptionKind::Lasts(_)
        | OptionKind::Disposition(_)
        | OptionKind::Tag(_) => return None,
    })
}

fn check_of_collect(sources: &Sources, option: &Opt, diagnostics: &mut Diagnostics) {
    if let Some(word) = of_collect(option) {
        diagnostics.push(
            Diagnostic::new(&CODE, option.span, format!("`{word}` belongs to `collect`"))
                .here("nothing is collected here")
                .help("take it out, or ask for keys with a `collect` node")
                .fix(Fix::take_from_list("Take it out", sources, option.span, ',')),
        );
    }
}

fn no_actions(span: Span) -> Diagnostic {
    Diagnostic::new(&CODE, span, "an `answer` node has no actions")
        .here("nothing is played or asked at this node")
        .help("play or say it in the nodes that its branches go to")
}

fn check_actions(context: &Context<'_>, kind: Kind, item: &Item, node: &Node, diagnostics: &mut Diagnostics) {
    // The action that must come last: `own` is the header's argument or the first such action of the block.
    let own_verb = Verb::of_kind(kind);
    let option = node.options.iter().find(|option| speaks(option));
    let header = node.argument.map(|argument| argument.span).or(option.map(|option| option.span));
    let mut own: Option<(Span, bool)> =
        header.filter(|_| own_verb.is_some() && kind != Kind::Disconnect).map(|span| (span, true));
    for statement in node.block.iter().flatten() {
        let action = match statement {
            Statement::Action(action) if action.verb == Verb::Script => continue,
            Statement::Action(action) => action,
            Statement::Set(set) => {
                if let Some((first, in_header)) = own {
                    diagnostics.push(not_last(context, (set.span, "set"), first, in_header, kind, item));
                }
                continue;
            }
            Statement::Branch(_) => continue,
        };
        let Some(meaning) = verb_of(context, action) else { continue };
        if meaning != Verb::Collect && !meaning.is_repeat() {
            action.options.iter().for_each(|option| check_of_collect(context.sources, option, diagnostics));
        }
        let spoken = action.argument.map(|text| text.span).or(action
            .options
            .iter()
            .find(|option| speaks(option))
            .map(|option| option.span));
        if let (Verb::Disconnect, Kind::Disconnect, Some(span)) = (meaning, kind, spoken) {
            diagnostics.push(says_nothing(span));
        }
        if kind == Kind::Answer {
            diagnostics.push(no_actions(action.span));
        } else if Some(meaning) == own_verb {
            match own {
                Some((first, _)) => diagnostics.push(
                    Diagnostic::new(
                        &CODE,
                        action.span,
                        format!("a node has only one `{}`", verb(context, action)),
                    )
                    .here("and here again")
                    .label(first, "first here")
                    .help("take one of them out, or make two nodes of it"),
                ),
                None => own = Some((action.span, false)),
            }
        } else if meaning.is_repeat() && kind == Kind::Collect {
            // It is no step of its own, and stands anywhere beside its prompt.
        } else if !matches!(meaning, Verb::Play | Verb::Say) {
            diagnostics.push(wrong_kind(context, kind, action, meaning));
        } else if let Some((first, in_header)) = own {
            let written = (action.span, verb(context, action));
            diagnostics.push(not_last(context, written, first, in_header, kind, item));
        }
    }
}

/// The verb that an action stands for: `action "route"` does the same as `route`. `None` for a directive
/// without a word in the language.
fn verb_of(context: &Context<'_>, action: &Action) -> Option<Verb> {
    if action.verb != Verb::Any {
        return Some(action.verb);
    }
    let word = context.sources.text(action.argument?.span).trim_matches('"');
    match Directive::from_word(word.into()) {
        Directive::Play => Some(Verb::Say),
        Directive::Other(_) => None,
        own => Verb::of_kind(own.kind()?),
    }
}

fn verb<'a>(context: &Context<'a>, action: &Action) -> &'a str {
    context.sources.text(action.verb_span)
}

fn wrong_kind(context: &Context<'_>, kind: Kind, action: &Action, meaning: Verb) -> Diagnostic {
    let word = match action.argument.filter(|_| action.verb == Verb::Any) {
        Some(directive) => format!("action {}", context.sources.text(directive.span)),
        None => verb(context, action).to_owned(),
    };
    let right_kind = meaning.kind().map_or("play", Kind::word);
    Diagnostic::new(
        &CODE,
        action.verb_span,
        format!("{} node cannot have the action `{word}`", with_article(kind.word())),
    )
    .here(format!("belongs in {} node", with_article(right_kind)))
    .help(format!("put it into {} node of its own, and lead the call there", with_article(right_kind)))
}

fn not_last(
    context: &Context<'_>,
    (span, verb): (Span, &str),
    first: Span,
    in_header: bool,
    kind: Kind,
    item: &Item,
) -> Diagnostic {
    let (own, text) = match Verb::of_kind(kind) {
        Some(Verb::Collect) => ("collect", context.sources.text(first)),
        Some(Verb::Route) => ("route", context.sources.text(first)),
        Some(Verb::Schedule) => ("schedule", context.sources.text(first)),
        Some(Verb::Record) => ("record", context.sources.text(first)),
        _ => ("disconnect", ""),
    };
    let help = if in_header {
        format!("leave the argument out of the header and write `{own} {text}` as the block's last action")
    } else {
        format!("move it above `{own}`")
    };
    let fix = if in_header {
        argument_last(context, item, own)
    } else {
        Fix::move_before(format!("Move it above `{own}`"), context.sources, span, first)
    };
    Diagnostic::new(
        &CODE,
        span,
        format!("`{verb}` comes after `{own}`, which is the last thing the node does"),
    )
    .here(if verb == "set" { "too late" } else { "never heard" })
    .label(
        first,
        if in_header {
            format!("the argument is the node's first action, `{own}`")
        } else {
            format!("`{own}` is here")
        },
    )
    .help(help)
    .fix(fix)
}
