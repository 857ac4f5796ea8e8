//! A node does what its kind is for.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Severity};
use crate::flow::{Action, Directive, Kind, Node, display_id};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX107",
    name: "missing-action",
    severity: Severity::Error,
    what: "A node lacks what its kind does: a `play` or `disclosure` that plays and says nothing, a `collect` without a prompt, \
           an `agent` or `callback` without a queue, a `voicemail` that neither records nor says anything; or an action lacks what it plays, says or routes to.",
    why: "The caller would hear silence, or the platform would not know where to send the call.",
    wrong: Example::Text(
        r#"flow "Reminder"
entry notice
disclosure notice
disconnect bye
notice -> bye
"#,
    ),
    right: Example::Text(
        r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
    ),
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows() {
        let Some(kind) = node.kind().filter(|_| !node.generic && !node.broken) else { continue };
        if lacks_own_action(kind, node) {
            diagnostics.push(report(kind, node));
        }
        for action in node.actions.iter().filter(|action| lacks_object(action)) {
            diagnostics.push(
                Diagnostic::new(&CODE, action.span, format!("this `{}` has nothing to work on", action.directive.word()))
                    .here("a string is due after it")
                    .help(format!("write `{}`", object(&action.directive))),
            );
        }
    }
}

fn lacks_own_action(kind: Kind, node: &Node) -> bool {
    let does = |directive: &Directive| node.actions.iter().any(|action| action.directive == *directive);
    match kind.directive() {
        None | Some(Directive::Disconnect) => false,
        Some(Directive::Record) => !does(&Directive::Record) && !does(&Directive::Play),
        Some(own) => !does(&own),
    }
}

fn lacks_object(action: &Action) -> bool {
    let needs_object = !matches!(action.directive, Directive::Disconnect | Directive::Other(_));
    needs_object && action.media.is_none() && action.text.is_none()
}

fn object(directive: &Directive) -> &'static str {
    match directive {
        Directive::Play => "play \"https://…\"` or `say \"TEXT\"",
        Directive::Collect => "collect \"TEXT\"",
        Directive::Route => "route \"QUEUE\"",
        Directive::Schedule => "schedule \"QUEUE\"",
        Directive::Record => "record \"MAILBOX\"",
        Directive::Disconnect | Directive::Other(_) => "disconnect",
    }
}

fn report(kind: Kind, node: &Node) -> Diagnostic {
    let id = display_id(&node.id);
    let (what, argument) = match kind {
        Kind::Play | Kind::Disclosure => ("plays and says nothing", "\"https://…\""),
        Kind::Collect => ("asks for nothing", "\"Press 1 for …\""),
        Kind::Agent => ("names no queue", "\"QUEUE\""),
        Kind::Callback => ("names no queue", "\"QUEUE\""),
        Kind::Voicemail => ("neither records nor says anything", "\"MAILBOX\""),
        Kind::Answer | Kind::Disconnect => ("does nothing", ""),
    };
    let or_say = match kind {
        Kind::Play | Kind::Disclosure | Kind::Voicemail => format!(", or `{kind} {id} {{ say \"TEXT\" }}`", kind = kind.word()),
        _ => String::new(),
    };
    Diagnostic::new(&CODE, node.name_span, format!("the {} node `{id}` {what}", kind.word()))
        .here("without an action of its kind")
        .help(format!("write `{} {id} {argument}`{or_say}", kind.word()))
}
