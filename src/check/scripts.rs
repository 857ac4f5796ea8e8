//! What an agent says belongs to a node with an agent, and is words alone.

use rustc_hash::FxHashSet;

use super::{Context, Rule};
use crate::diagnostics::{
    Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, quote, with_article,
};
use crate::flow::{Kind, Node, Verb};
use crate::source::{Sources, Span};
use crate::spelling::display_id;
use crate::syntax::ast::{Action, Declaration, OptionKind, Statement};

pub static RULE: Rule = Rule { codes: &[&NO_AGENT, &NOT_WORDS], check };

static NO_AGENT: Code = Code {
    id: "CX164",
    area: Area::Declaration,
    name: "script-without-agent",
    severity: Severity::Error,
    what: "A `script` stands in a node at which no agent speaks. It belongs to an `agent`, to a declared kind `as agent`, or to another node that policies count as an agent.",
    why: "A `script` is what a live agent says: the platform does not play it. In any other node nobody would say it, and policies must not count it as heard.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { script "This call is recorded." }
agent desk "desk_queue"
notice -> desk
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This call is recorded." }
agent desk "desk_queue"
notice -> desk
"#,
        ),
    },
};

static NOT_WORDS: Code = Code {
    id: "CX165",
    area: Area::Declaration,
    name: "script-is-words",
    severity: Severity::Error,
    what: "A `script` has no text, or has something besides its text, its `language` and its tags.",
    why: "Nothing of a `script` is sent to the platform, which neither plays it nor waits for it. What it would do with a recording, a voice, a time or a field has no effect.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent desk "desk_queue" { script "This call is recorded." voice "Lupe" }
notice -> desk
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent desk "desk_queue" { script "This call is recorded." }
notice -> desk
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let items = context.files.iter().flat_map(|(_, ast)| &ast.items);
    let nodes = items.filter_map(|item| match &item.declaration {
        Declaration::Node(node) => Some(node),
        _ => None,
    });
    for statement in nodes.flat_map(|node| node.block.iter().flatten()) {
        if let Statement::Action(action) = statement
            && action.verb == Verb::Script
        {
            check_parts(context.sources, action, diagnostics);
        }
    }
    // Instances of a file share the places of their nodes.
    let mut seen: FxHashSet<Span> = FxHashSet::default();
    for node in context.flow.nodes.rows().iter().filter(|node| !node.broken && !node.has_agent()) {
        // A `decide` has no actions at all, which another rule says.
        for script in node.scripts.iter().filter(|_| !node.is(Kind::Decide) || node.generic) {
            if seen.insert(script.span) {
                diagnostics.push(without_agent(context, node, script.span));
            }
        }
    }
}

fn without_agent(context: &Context<'_>, node: &Node, script: Span) -> Diagnostic {
    let name = quote(&display_id(&node.id));
    let kind = node.kind().filter(|_| !node.generic);
    let what = match kind {
        Some(kind) => format!("{name} is {} node", with_article(kind.word())),
        None => format!("{name} is no node that counts as an agent"),
    };
    let speaks = matches!(
        kind,
        Some(
            Kind::Play
                | Kind::Disclosure
                | Kind::Collect
                | Kind::Voicemail
                | Kind::Callback
                | Kind::Disconnect
        )
    );
    let verb = Span { end: script.start + Verb::Script.word().len() as u32, ..script };
    let is_plain = matches!(kind, Some(Kind::Play | Kind::Disclosure | Kind::Disconnect))
        && context.sources.text(verb) == Verb::Script.word();
    let help = match kind {
        _ if speaks => {
            "write `say` for what the platform speaks; what an agent says goes into the `agent` node"
        }
        Some(_) => "write it into the node of the agent, as in `agent NAME \"QUEUE\" { script \"TEXT\" }`",
        None => {
            "write it into the node of the agent; a kind whose nodes hand the call over is declared `as agent`"
        }
    };
    Diagnostic::new(&NO_AGENT, verb, format!("no agent speaks here: {what}"))
        .here("only an agent says a `script`")
        .help(help)
        .fix(is_plain.then(|| Fix::write(verb, Verb::Say.word())))
}

/// What a line has besides its words.
fn check_parts(sources: &Sources, script: &Action, diagnostics: &mut Diagnostics) {
    let is_text = |kind: &OptionKind| matches!(kind, OptionKind::Text(_));
    let has_words = script.argument.is_some() || script.options.iter().any(|option| option.kind.is_prompt());
    if !has_words {
        diagnostics.push(
            Diagnostic::new(&NOT_WORDS, script.span, "this `script` has no text")
                .here("nothing to be said")
                .help("write what the agent says, as in `script \"TEXT\"`"),
        );
    }
    for option in &script.options {
        let Some((word, here)) = out_of_place(&option.kind) else { continue };
        // A second text is set twice, which another rule says.
        if is_text(&option.kind) && script.argument.is_some() {
            continue;
        }
        let found =
            Diagnostic::new(&NOT_WORDS, option.span, format!("a `script` takes no `{word}`")).here(here);
        diagnostics.push(match option.kind {
            OptionKind::Text(text) => {
                let literal = sources.text(text.span);
                found
                    .help("write the words right behind `script`, as in `script \"TEXT\"`")
                    .fix(Fix::write(option.span, literal))
            }
            _ => found
                .help("take it out: an agent says the text, and nothing of it is sent")
                .fix(Fix::take_from_list("Take it out", sources, option.span, ',')),
        });
    }
    if let (Some(first), Some(last)) = (script.fields.first(), script.fields.last()) {
        diagnostics.push(
            Diagnostic::new(&NOT_WORDS, first.span.to(last.span), "a `script` sends no fields")
                .here("nothing of it is sent")
                .help("write them at an action of the node, or take them out"),
        );
    }
}

/// The word of an option that says nothing about an agent's words, and why.
fn out_of_place(option: &OptionKind) -> Option<(&'static str, &'static str)> {
    Some(match option {
        OptionKind::Text(_) => ("text", "the text stands right behind `script`"),
        OptionKind::Media(_) => ("media", "nothing is played"),
        OptionKind::Prompt(_) => ("prompt", "nothing is played"),
        OptionKind::Ssml(_) => ("ssml", "no engine speaks it"),
        OptionKind::Voice(_) => ("voice", "an agent has a voice of their own"),
        OptionKind::Lasts(_) => ("lasts", "how long an agent talks is not counted"),
        OptionKind::Retries(_) => ("retries", "nothing is collected"),
        OptionKind::Wait(_) => ("wait", "nothing is collected"),
        OptionKind::Between(_) => ("between", "nothing is collected"),
        OptionKind::Digits(..) => ("digits", "nothing is collected"),
        OptionKind::End(_) => ("end", "nothing is collected"),
        OptionKind::Into(_) => ("into", "nothing is collected"),
        // A disposition at an action has a finding of its own.
        OptionKind::Language(_) | OptionKind::Tag(_) | OptionKind::Disposition(_) => return None,
    })
}
