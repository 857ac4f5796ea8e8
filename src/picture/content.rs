//! What is said of a node, in any format: its name and kind, what is heard there, what is wrong with it.

use super::Picture;
use super::branches::{Branch, Target};
use crate::diagnostics::{Diagnostic, Severity};
use crate::flow::{Action, Directive, NodeId, Script, Text};
use crate::prompts;
use crate::simulate;
use crate::spelling::display_id;

/// What stands before the name of a recording.
const RECORDING: &str = "♪";

/// The name of a node as the source spells it.
pub fn name(picture: &Picture<'_>, node: NodeId) -> String {
    picture.shown(&display_id(&picture.flow().nodes[node].id))
}

/// What a node is, in a word: its kind, or of one of the platform's own types the type.
pub fn kind_word(picture: &Picture<'_>, id: NodeId) -> String {
    picture.shown(picture.flow().word_of(id))
}

/// A step of a node in a few words.
pub struct Step {
    /// What is heard, or where the call goes.
    pub text: String,
    /// Whether it is a prompt that is spoken.
    pub is_prompt: bool,
}

/// The steps of a node, except those that only hang up, and what its agent says.
pub fn steps(picture: &Picture<'_>, id: NodeId) -> Vec<Step> {
    let node = &picture.flow().nodes[id];
    let actions = node.actions.iter().filter_map(|action| step(picture, action));
    let said = |script: &Script| Step {
        text: format!("agent: “{}”", value(picture, &script.text)),
        is_prompt: true,
    };
    actions.chain(node.scripts.iter().map(said)).collect()
}

fn step(picture: &Picture<'_>, action: &Action) -> Option<Step> {
    let value = |text: &Option<Text>| text.as_ref().map(|text| value(picture, text));
    let other = |text: String| Step { text, is_prompt: false };
    match &action.directive {
        Directive::Play | Directive::Collect => match value(&action.text) {
            Some(text) => Some(Step { text: format!("“{text}”"), is_prompt: true }),
            None => match value(&action.prompt) {
                Some(id) => Some(other(format!("{RECORDING} {id}"))),
                None => value(&action.media).map(|media| other(format!("{RECORDING} {}", file_name(&media)))),
            },
        },
        Directive::Route | Directive::Schedule => {
            value(&action.text).map(|queue| other(format!("queue {queue}")))
        }
        Directive::Record => value(&action.text).map(|mailbox| other(format!("mailbox {mailbox}"))),
        Directive::Disconnect => None,
        Directive::Set | Directive::Other(_) => Some(other(picture.shown(&simulate::action(action)))),
    }
}

fn value(picture: &Picture<'_>, text: &Text) -> String {
    text.value.as_deref().map_or_else(|| "(not known)".to_owned(), |value| picture.shown(value))
}

/// The last part of an address: the folders before it are the same for all recordings of a flow.
fn file_name(url: &str) -> &str {
    url.trim_end_matches('/').rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(url)
}

/// The tags of a node and of its steps, each once.
pub fn tags(picture: &Picture<'_>, id: NodeId) -> String {
    let node = &picture.flow().nodes[id];
    let mut tags: Vec<String> = Vec::new();
    for tag in node.all_tags() {
        let tag = format!("@{}", picture.shown(&tag.name));
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags.join(" ")
}

/// What a call is reported as that comes to a node.
pub fn disposition(picture: &Picture<'_>, id: NodeId) -> Option<String> {
    let flow = picture.flow();
    let given = flow.nodes[id].disposition?;
    Some(format!("reported as {}", picture.shown(flow.disposition(given.id))))
}

/// The languages and voices in which a node speaks, where they are not the flow's: `in es-US, voice Lupe`,
/// `partly voice Lupe`.
pub fn speakers(picture: &Picture<'_>, id: NodeId) -> Option<String> {
    let flow = picture.flow();
    let mut others: Vec<String> = Vec::new();
    let mut speaks_own = false;
    for action in flow.nodes[id].actions.iter().filter(|action| prompts::is_prompt(action)) {
        match flow.other_speaker(action) {
            Some(speaker) => {
                let language = speaker.language.map(|language| format!("in {}", picture.shown(&language)));
                let voice = speaker.voice.map(|voice| format!("voice {}", picture.shown(&voice)));
                let words = language.into_iter().chain(voice).collect::<Vec<_>>().join(", ");
                if !others.contains(&words) {
                    others.push(words);
                }
            }
            None => speaks_own = true,
        }
    }
    let partly = if speaks_own { "partly " } else { "" };
    (!others.is_empty()).then(|| format!("{partly}{}", others.join(" and ")))
}

/// The file that a node comes from, if it is not the flow's own.
pub fn library(picture: &Picture<'_>, node: NodeId) -> Option<String> {
    let file = picture.flow().nodes[node].name_span.file;
    let sources = &picture.compiled.sources;
    let root = sources.iter().next().map(|(root, _)| root);
    (Some(file) != root).then(|| format!("from {}", picture.shown(file_name(sources.get(file).name()))))
}

/// All that there is to say of a node, a thing a line.
pub fn whole(picture: &Picture<'_>, id: NodeId) -> String {
    let node = &picture.flow().nodes[id];
    let mut lines = vec![format!("{} {}", kind_word(picture, id), name(picture, id))];
    lines.extend(node.actions.iter().map(|action| picture.shown(&simulate::action(action))));
    lines.extend(node.scripts.iter().map(|script| picture.shown(&simulate::script(script))));
    lines.extend(speakers(picture, id));
    lines.extend(disposition(picture, id));
    lines.extend(Some(tags(picture, id)).filter(|tags| !tags.is_empty()));
    lines.extend(library(picture, id));
    lines.extend(picture.findings.at[id].iter().map(|one| finding(picture, one)));
    lines.join("\n")
}

/// A finding in one line.
pub fn finding(picture: &Picture<'_>, one: &Diagnostic) -> String {
    format!("{} {}: {}", one.code.id, one.code.name, picture.shown(&one.message))
}

/// The same behind the sign of its severity.
pub fn signed_finding(picture: &Picture<'_>, one: &Diagnostic) -> String {
    let sign = if one.severity == Severity::Error { "✖" } else { "▲" };
    format!("{sign} {}", finding(picture, one))
}

/// A branch that is written in the box, since what it goes to is drawn elsewhere: `3 → back to menu`. The
/// label comes first, which may be empty.
pub fn row(picture: &Picture<'_>, from: NodeId, branch: &Branch) -> (String, String) {
    let target = match &branch.to {
        Target::Missing(name) => format!("{name} (not declared)"),
        Target::Node(to) if *to == from => "the same again".to_owned(),
        Target::Node(to) if picture.tree.goes_back(from, *to) => {
            format!("back to {}", name(picture, *to))
        }
        Target::Node(to) => name(picture, *to),
    };
    (branch.label.clone(), target)
}

/// The name of the flow, or of its file where it has none.
pub fn title(picture: &Picture<'_>) -> String {
    let name =
        picture.flow().name.as_ref().and_then(|name| name.value.as_deref()).map(|name| picture.shown(name));
    name.filter(|name| !name.is_empty()).unwrap_or_else(|| file(picture))
}

/// The name of the flow's file.
pub fn file(picture: &Picture<'_>) -> String {
    picture.compiled.sources.iter().next().map_or_else(String::new, |(_, root)| picture.shown(root.name()))
}
