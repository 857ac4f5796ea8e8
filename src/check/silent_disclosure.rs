//! A disclosure must be heard, and so must a prompt with a tag.

use super::missing_action::lacks_argument;
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, GivenParam, Page, Severity, quote};
use crate::flow::policy::Expected;
use crate::flow::{Directive, Flow, Kind, Node, Tag};
use crate::policy::{is_wordless, is_wordless_node, meanings, spoken_tags};
use crate::source::Span;
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX119",
    area: Area::Declaration,
    name: "silent-disclosure",
    severity: Severity::Error,
    what: "A disclosure speaks and plays nothing: its texts are empty or blank, or hold only punctuation or markup, or its only action is an `action`, which may not be heard at all. \
           Policies do not count it as a disclosure. The same goes for a prompt with a tag: policies do not count it as what the tag says. \
           A tag that stands for spoken words, such as `@identity`, does not count either on something that cannot speak, such as an `answer` or an `action`.",
    why: "The called party would not hear what has to be said, and no policy would notice.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This call may be recorded." }
disclosure terms { say " " }
disconnect bye
notice -> terms -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This call may be recorded." }
disclosure terms { say "Our terms are on lakeside dot example." }
disconnect bye
notice -> terms -> bye
"#,
        ),
    },
};

/// Whether a node is a disclosure that nobody hears, and that is not reported as a missing action.
pub fn is_silent(node: &Node) -> bool {
    let plays = node.actions.iter().any(|action| action.directive == Directive::Play);
    // A disclosure without an action is reported as such.
    node.is(Kind::Disclosure) && !node.is_heard() && (node.generic || plays)
}

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows().iter().filter(|node| is_silent(node)) {
        // A bad URL is already reported.
        if node.actions.iter().any(|action| action.directive == Directive::Play && action.is_recorded()) {
            continue;
        }
        // So is a `say` without a text.
        if !node.generic && !node.broken && node.actions.iter().any(lacks_argument) {
            continue;
        }
        let mut texts = node.actions.iter().filter_map(|action| action.text.as_ref()).map(|text| text.span);
        let id = display_id(&node.id);
        let mut diagnostic = Diagnostic::new(
            &CODE,
            node.name_span,
            format!("the disclosure {} speaks and plays nothing", quote(&id)),
        )
        .here("policies do not count this as a disclosure")
        .help("write the words, as in `say \"TEXT\"`, or the recording of it, as in `play \"https://…\"`");
        if !node.actions.is_empty()
            && node.actions.iter().all(|action| matches!(action.directive, Directive::Other(_)))
        {
            diagnostic = diagnostic
                .note("only the platform knows what an `action` does, so it does not count as heard");
        } else if let Some(text) = texts.next() {
            let given = context
                .flow
                .given
                .of(node, text)
                .into_iter()
                .map(|param| GivenParam { is_whole: false, ..param });
            diagnostic = diagnostic.label(text, "nothing to be heard").given(given);
        }
        diagnostics.push(diagnostic);
    }
    for node in context.flow.nodes.rows().iter().filter(|node| !is_silent(node) && !node.broken) {
        let of_node = node.tags.iter().filter(|_| node.is_mute());
        let of_steps = node.actions.iter().filter(|action| action.is_mute()).flat_map(|action| &action.tags);
        let mute = node.actions.iter().find(|action| action.is_mute());
        let of_mute = (mute.map(|action| action.span), mute.and_then(|action| action.text.as_ref()));
        let of_actions = of_node.chain(of_steps).map(|tag| (tag, of_mute));
        let silent = node.scripts.iter().filter(|script| !script.is_heard());
        let of_scripts = silent.flat_map(|script| {
            script.tags.iter().map(move |tag| (tag, (Some(script.span), Some(&script.text))))
        });
        for (tag, (mute, text)) in of_actions.chain(of_scripts) {
            let prompt = mute.unwrap_or(tag.span);
            let given = text.map(|text| context.flow.given.of(node, text.span)).unwrap_or_default();
            let given = given.into_iter().map(|param| GivenParam { is_whole: false, ..param });
            diagnostics.push(
                Diagnostic::new(
                    &CODE,
                    tag.span,
                    format!("`@{}` is on something that nobody hears", tag.name),
                )
                .here("no policy counts this")
                .label(prompt, "speaks and plays nothing")
                .help("write the text that the tag stands for, or take the tag out")
                .given(given),
            );
        }
    }
    report_wordless(context.flow, diagnostics);
}

/// Reports tags that stand for spoken words on steps and nodes that cannot speak.
fn report_wordless(flow: &Flow, diagnostics: &mut Diagnostics) {
    let spoken_tags = spoken_tags(flow);
    if spoken_tags.is_empty() {
        return;
    }
    let is_spoken = |tag: &&Tag| spoken_tags.contains(&*tag.name);
    for node in flow.nodes.rows().iter().filter(|node| !node.broken && !is_silent(node)) {
        if is_wordless_node(node) && !node.is_mute() && !needs_prompt(node) {
            for tag in node.tags.iter().filter(is_spoken) {
                let id = display_id(&node.id);
                diagnostics.push(not_said(flow, tag, node.name_span, format!("{} says nothing", quote(&id))));
            }
        }
        // A prompt without a text or a recording is already reported.
        let is_prompt = |directive: &Directive| matches!(directive, Directive::Play | Directive::Collect);
        for action in
            node.actions.iter().filter(|action| is_wordless(action) && !is_prompt(&action.directive))
        {
            for tag in action.tags.iter().filter(is_spoken) {
                let mut diagnostic = not_said(flow, tag, action.span, "this step says nothing".to_owned());
                if matches!(action.directive, Directive::Other(_)) {
                    diagnostic = diagnostic
                        .note("only the platform knows what an `action` does, so it does not count as heard");
                }
                diagnostics.push(diagnostic);
            }
        }
    }
}

/// Whether a node is of a kind that needs a prompt: if it has none, that is already reported.
fn needs_prompt(node: &Node) -> bool {
    let own = node.kind().and_then(Kind::directive);
    !node.generic && matches!(own, Some(Directive::Play | Directive::Collect))
}

fn not_said(flow: &Flow, tag: &Tag, speaker: Span, label: String) -> Diagnostic {
    let message = format!("`@{}` stands for spoken words, and nothing is said here", tag.name);
    let mut diagnostic = Diagnostic::new(&CODE, tag.span, message)
        .here("no policy counts this")
        .label(speaker, label)
        .help("put the tag on the `say` or `play` with these words");
    for meaning in meanings(flow, &Expected::Tag(tag.name.clone())) {
        diagnostic = diagnostic.note(meaning);
    }
    diagnostic
}
