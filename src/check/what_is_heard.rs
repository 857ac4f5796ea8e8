//! What is heard is said once, and a language or a voice is that of something spoken.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::flow::{Directive, Kind, Verb};
use crate::source::{Sources, Span};
use crate::syntax::ast::{Action, Declaration, Node, NodeKind, Opt, OptionKind, Statement, Text};

pub static RULE: Rule = Rule { codes: &[&HEARD_TWICE, &IDLE_LANGUAGE], check };

static HEARD_TWICE: Code = Code {
    id: "CX148",
    area: Area::Declaration,
    name: "heard-twice",
    severity: Severity::Error,
    what: "A step names two recordings, one by its URL and one by its id in the platform's library (`media` and `prompt`), or has two texts, one with markup and one without (`ssml` and `text`). Or the id of a `prompt` is empty, or the URL of a recording.",
    why: "It is unclear which of them the called party hears.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav" prompt "notice_2026"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice prompt "notice_2026"
disconnect bye
notice -> bye
"#,
        ),
    },
};

static IDLE_LANGUAGE: Code = Code {
    id: "CX149",
    area: Area::Declaration,
    name: "idle-language",
    severity: Severity::Error,
    what: "A `language` or a `voice` is at a node or a step where nothing is spoken or played: a `route`, a node that only hands the call over, an `action` of the platform. Or a `prompt` or an `ssml` is where only a queue or a mailbox is named.",
    why: "It has no effect. What an `action` sends about its language is a field of its own.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Recordatorio"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue" language "es-US"
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Recordatorio"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales language "es-US" { say "No cuelgue, por favor."; route "sales_queue" }
notice -> sales
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let sources = context.sources;
    for item in context.files.iter().flat_map(|(_, ast)| &ast.items) {
        let Declaration::Node(node) = &item.declaration else { continue };
        let plays = matches!(node.kind, Some(NodeKind::Kind(Kind::Play | Kind::Disclosure)));
        let speaks = plays || matches!(node.kind, Some(NodeKind::Kind(Kind::Collect)));
        check_step(sources, node.argument.filter(|_| speaks), plays, &node.options, diagnostics);
        // What stands in a `decide` is reported whatever it is.
        let mut says_something = speaks || matches!(node.kind, Some(NodeKind::Kind(Kind::Decide)));
        for statement in node.block.iter().flatten() {
            let Statement::Action(action) = statement else { continue };
            // Another rule says what belongs to it.
            if action.verb == Verb::Script {
                says_something = true;
                continue;
            }
            let is_heard = is_heard(sources, action);
            says_something |= is_heard;
            let plays = action.verb == Verb::Play;
            let argument = action.argument.filter(|_| is_heard && action.verb != Verb::Any);
            check_step(sources, argument, plays, &action.options, diagnostics);
            if matches!(action.verb, Verb::Route | Verb::Schedule | Verb::Record) {
                report_unheard(&action.options, action.verb.word(), diagnostics);
            }
            if !is_heard {
                let help = match action.verb {
                    Verb::Any => Some("a field says it to the platform, as in `with language = \"es-US\"`"),
                    _ => None,
                };
                report_idle(sources, &action.options, "nothing is spoken at this step", help, diagnostics);
            }
        }
        if let Some(NodeKind::Kind(kind @ (Kind::Agent | Kind::Callback | Kind::Voicemail))) = node.kind {
            report_unheard(&node.options, kind.word(), diagnostics);
        }
        if !says_something && !node.broken && node.kind.is_some() {
            let help = match node.kind {
                Some(NodeKind::Declared(word)) => own_field(context, node, word),
                _ => None,
            };
            report_idle(
                sources,
                &node.options,
                "nothing is spoken at this node",
                help.as_deref(),
                diagnostics,
            );
        }
    }
}

/// The field of a declared kind for what an option says, or how to declare one.
fn own_field(context: &Context<'_>, node: &Node, word: Span) -> Option<String> {
    let written = context.sources.text(word);
    let option = node.options.iter().find(|option| option.kind.is_of_speaker())?;
    let name = option_word(option)?;
    let kind = context.flow.kinds.rows().iter().find(|kind| *kind.word == *written)?;
    let type_ = if name == "language" { "language" } else { "text" };
    Some(match kind.fields.iter().find(|field| &*field.name == name) {
        Some(_) => format!("`{written}` has a field for it: write `with {name} = …`"),
        None => format!(
            "if the platform's block takes one, declare it, as in `with {name}: {type_}` in `kind {written}`, and set it, as in `with {name} = …`"
        ),
    })
}

/// Whether a step speaks or plays something, whatever word it has for it.
fn is_heard(sources: &Sources, action: &Action) -> bool {
    match action.verb {
        Verb::Play | Verb::Say | Verb::Collect | Verb::Retry | Verb::Silence => true,
        Verb::Any => {
            let word = action.argument.map_or("", |argument| sources.text(argument.span)).trim_matches('"');
            matches!(Directive::from_word(word.into()), Directive::Play | Directive::Collect)
        }
        _ => false,
    }
}

fn option_word(option: &Opt) -> Option<&'static str> {
    match option.kind {
        OptionKind::Language(_) => Some("language"),
        OptionKind::Voice(_) => Some("voice"),
        _ => None,
    }
}

/// Reports what should be heard where a queue or a mailbox is named.
fn report_unheard(options: &[Opt], word: &str, diagnostics: &mut Diagnostics) {
    for option in options {
        let (name, action) = match option.kind {
            OptionKind::Prompt(_) => ("prompt", "play"),
            OptionKind::Ssml(_) => ("ssml", "say"),
            _ => continue,
        };
        diagnostics.push(
            Diagnostic::new(
                &IDLE_LANGUAGE,
                option.span,
                format!("this `{name}` is not heard: what `{word}` names is nothing to be spoken"),
            )
            .here("not heard")
            .help(format!(
                "write it in the node's block before that, as in `{action} {name} \"…\"`, or take it out"
            )),
        );
    }
}

fn report_idle(
    sources: &Sources,
    options: &[Opt],
    here: &str,
    help: Option<&str>,
    diagnostics: &mut Diagnostics,
) {
    // A voice beside a language is the same mistake.
    let Some((option, word)) = options.iter().find_map(|option| Some((option, option_word(option)?))) else {
        return;
    };
    let found = Diagnostic::new(&IDLE_LANGUAGE, option.span, format!("this `{word}` has no effect: {here}"))
        .here("not spoken")
        .help(help.unwrap_or("take it out, or write it where the words are"));
    let fix = help.is_none().then(|| Fix::take_from_list("Take it out", sources, option.span, ','));
    diagnostics.push(found.fix(fix));
}

/// Two recordings or two texts of one step. The argument of what `plays` is a recording, any other one a text.
fn check_step(
    sources: &Sources,
    argument: Option<Text>,
    plays: bool,
    options: &[Opt],
    diagnostics: &mut Diagnostics,
) {
    let find =
        |fits: fn(&OptionKind) -> bool| options.iter().find(|option| fits(&option.kind)).map(|one| one.span);
    let of_argument = argument.map(|argument| argument.span);
    let media = of_argument.filter(|_| plays).or_else(|| find(|kind| matches!(kind, OptionKind::Media(_))));
    let text = of_argument.filter(|_| !plays).or_else(|| find(|kind| matches!(kind, OptionKind::Text(_))));
    let prompt = find(|kind| matches!(kind, OptionKind::Prompt(_)));
    let ssml = find(|kind| matches!(kind, OptionKind::Ssml(_)));
    if let (Some(media), Some(prompt)) = (media, prompt) {
        let message = "this step has two recordings: one with its URL and one of the platform's library";
        diagnostics.push(twice(message, media, prompt));
    }
    if let (Some(text), Some(ssml)) = (text, ssml) {
        diagnostics.push(twice("this step has two texts: one with markup and one without", text, ssml));
    }
    for option in options {
        if let OptionKind::Prompt(text) = option.kind {
            check_id(sources, option, text, media.is_some(), diagnostics);
        }
    }
}

fn twice(message: &str, first: Span, second: Span) -> Diagnostic {
    let (first, second) = if first.start <= second.start { (first, second) } else { (second, first) };
    Diagnostic::new(&HEARD_TWICE, second, message)
        .here("and this is heard, too?")
        .label(first, "this is heard")
        .help("take one of them out")
}

/// Reports a URL in place of an id. Beside a recording with its URL that is the same mistake.
fn check_id(sources: &Sources, option: &Opt, text: Text, has_media: bool, diagnostics: &mut Diagnostics) {
    let written = sources.text(text.span).trim_matches('"').to_ascii_lowercase();
    if written.trim().is_empty() {
        diagnostics.push(
            Diagnostic::new(&HEARD_TWICE, text.span, "the `prompt` names no recording")
                .here("empty")
                .help("write the id of a recording in the platform's library, or take the option out"),
        );
    }
    let is_url = ["https://", "http://"].iter().any(|scheme| written.starts_with(scheme));
    if is_url && !has_media {
        let word = Span { end: text.span.start, ..option.span };
        diagnostics.push(
            Diagnostic::new(&HEARD_TWICE, text.span, "a `prompt` has the id of a recording, not its URL")
                .here("this is an address")
                .help("write `media` before a URL")
                .fix(Fix::new("Write `media`", word, "media ")),
        );
    }
}
