//! A node must have the action of its kind.

use super::{Context, Rule};
use crate::diagnostics::{
    Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity, list_of, with_article,
};
use crate::flow::{Action, Directive, Kind, Node, Verb};
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX107",
    area: Area::Declaration,
    name: "missing-action",
    severity: Severity::Error,
    what: "A node lacks the action of its kind: a `play` or `disclosure` that plays and says nothing, a `collect` without a prompt, \
           an `agent` or `callback` without a queue, a `voicemail` that neither records nor says anything; or an action does not say what it plays or speaks, or where it routes to.",
    why: "The called party would hear silence, or the platform could not tell where to send the call.",
    page: Page::Flows {
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
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows() {
        let Some(kind) = node.kind().filter(|_| !node.generic && !node.broken) else { continue };
        if lacks_own_action(kind, node) {
            diagnostics.push(report(kind, node));
        }
        for action in node.actions.iter().filter(|action| lacks_argument(action)) {
            let written = context.sources.text(action.span);
            let verb = written.split_whitespace().next().unwrap_or(action.directive.word());
            diagnostics.push(
                Diagnostic::new(&CODE, action.span, format!("nothing follows this `{verb}`"))
                    .here("expected a string after it")
                    .help(format!("write {}", form(&action.directive))),
            );
        }
    }
}

fn lacks_own_action(kind: Kind, node: &Node) -> bool {
    // What it says is written as an agent's words, which is reported.
    if !node.scripts.is_empty() && !node.has_agent() {
        return false;
    }
    // A node that only sets variables needs nothing to be heard.
    if kind == Kind::Play && node.assignments().count() == node.actions.len() && !node.actions.is_empty() {
        return false;
    }
    if node.actions.iter().any(|action| belongs_elsewhere(kind, action)) {
        return false;
    }
    let does = |directive: &Directive| node.actions.iter().any(|action| action.directive == *directive);
    match kind.directive() {
        None | Some(Directive::Disconnect) => false,
        Some(Directive::Record) => !does(&Directive::Record) && !does(&Directive::Play),
        Some(own) => !does(own),
    }
}

/// Whether an action belongs to another kind: that is already reported, and counts here as the node's own.
fn belongs_elsewhere(kind: Kind, action: &Action) -> bool {
    let anywhere = matches!(action.directive, Directive::Play | Directive::Set | Directive::Other(_));
    !anywhere && kind.directive() != Some(&action.directive)
}

pub(super) fn lacks_argument(action: &Action) -> bool {
    let needs_object =
        !matches!(action.directive, Directive::Disconnect | Directive::Set | Directive::Other(_));
    needs_object && !action.has_prompt()
}

/// The forms of the verbs that have this directive.
fn form(directive: &Directive) -> String {
    let does = |verb: &&Verb| verb.facts().directive.as_ref() == Some(directive);
    let forms = Verb::ALL.iter().filter(does).map(|verb| format!("`{}`", verb.facts().form));
    list_of(&forms.collect::<Vec<_>>(), "or")
}

fn report(kind: Kind, node: &Node) -> Diagnostic {
    let id = display_id(&node.id);
    let (what, argument) = (kind.facts().lack, kind.facts().argument);
    let word = kind.word();
    let other = node.actions.iter().find(|action| matches!(action.directive, Directive::Other(_)));
    // A node that only has an `action` should be a generic node. A disclosure must be heard, whatever its
    // type.
    if let Some(other) = other.filter(|_| {
        kind != Kind::Disclosure && !node.actions.iter().any(|action| action.directive == Directive::Play)
    }) {
        let ends = if kind.ends_call() { " ends" } else { "" };
        let typed = format!("node {id} type \"{word}\"{ends}");
        let own = match argument {
            "" => String::new(),
            _ => format!(
                "; otherwise add what {} node is for: `{} {argument}`",
                with_article(word),
                kind.directive().map_or("play", Directive::word)
            ),
        };
        let plain = node.actions.iter().all(|action| !action.is_recorded() && action.retries.is_none());
        let header = node.kind_span.to(node.name_span);
        return Diagnostic::new(&CODE, node.name_span, format!("the {word} node `{id}` {what}"))
            .here("it has no action of its kind")
            .label(other.span, "only the platform knows what this does")
            .help(format!("write `{typed}` for a node that only does this{own}"))
            .fix((plain && node.kind_span.file == node.name_span.file).then(|| Fix::write(header, typed)));
    }
    let help = match kind.directive() {
        // The block's actions come first, so the argument cannot be in the header.
        Some(own) if !node.actions.is_empty() => {
            format!("write `{} {argument}` as the block's last action", own.word())
        }
        Some(Directive::Play | Directive::Record) => {
            format!("write `{word} {id} {argument}`, or `{word} {id} {{ say \"TEXT\" }}`")
        }
        _ => format!("write `{word} {id} {argument}`"),
    };
    Diagnostic::new(&CODE, node.name_span, format!("the {word} node `{id}` {what}"))
        .here("it has no action of its kind")
        .help(help)
}
