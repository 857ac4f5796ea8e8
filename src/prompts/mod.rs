//! What the called party hears: the prompts of a flow for whoever records, translates or approves them, and
//! their new words back into the source.

mod edits;
mod table;

use serde::Serialize;

pub use edits::{NewWords, PlacedEdit, Refused, edits};
pub use table::{Columns, FIELDS, NO_HEADER, UnreadableRow, as_text, cells, rows, seconds};

use crate::compile::Compiled;
use crate::flow::{Action, Directive, Flow, Text};
use crate::policy::{spoken_text_time, spoken_time};
use crate::speech::{TimeBounds, Voice};

/// A prompt: a recording, a text, or both.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Prompt {
    /// The file that it is written in.
    pub file: String,
    /// The line that it is written on.
    pub line: usize,
    /// The node's id.
    pub node: String,
    /// Which step of the node it is, from 1.
    pub step: usize,
    /// `say`, `play`, or the platform's word for another step with a prompt: `collect`.
    pub kind: String,
    /// The tags of the node and of the step, without `@`.
    pub tags: Vec<String>,
    /// The language in which it is heard, if it is declared.
    pub language: Option<String>,
    /// The recording's address.
    pub media: Option<String>,
    /// The id of a recording in the platform's library.
    pub prompt_id: Option<String>,
    /// The text that is spoken, without its markup.
    pub text: Option<String>,
    /// How long it takes at least, in milliseconds; `None` where nothing is known.
    pub least: Option<u64>,
    /// How long it takes at most, in milliseconds; `None` where nothing is known.
    pub most: Option<u64>,
}

/// The prompts of a flow, in the order of its nodes. What a queue or a mailbox is called nobody hears.
///
/// ```
/// let text = "flow \"A\"\nentry a\ndisclosure a { say \"This is Lakeside.\" }\na -> bye\ndisconnect bye\n";
/// let compiled = cxflowc::compile("a.cxflow", text);
/// let prompts = cxflowc::prompts::prompts(&compiled, Default::default());
/// assert_eq!(prompts[0].text.as_deref(), Some("This is Lakeside."));
/// assert_eq!((prompts[0].node.as_str(), prompts[0].step, prompts[0].line), ("a", 1, 3));
/// ```
pub fn prompts(compiled: &Compiled, voice: Voice) -> Vec<Prompt> {
    let flow = &compiled.flow;
    let mut prompts = Vec::new();
    for node in flow.nodes.rows() {
        for (index, action) in node.actions.iter().enumerate().filter(|(_, action)| is_prompt(action)) {
            let mut tags: Vec<String> = Vec::new();
            for tag in node.tags.iter().chain(&action.tags) {
                if !tags.iter().any(|known| **known == *tag.name) {
                    tags.push(tag.name.to_string());
                }
            }
            let time = time_of(flow, action, voice);
            prompts.push(Prompt {
                file: compiled.sources.get(action.span.file).name().to_owned(),
                line: compiled.sources.position(action.span).line,
                node: node.id.to_string(),
                step: index + 1,
                kind: match (&action.directive, action.is_recorded()) {
                    (Directive::Play, false) => "say".to_owned(),
                    (directive, _) => directive.word().to_owned(),
                },
                tags,
                language: action.language().map(str::to_owned),
                media: words(action.media.as_ref()),
                prompt_id: words(action.prompt.as_ref()),
                text: words(action.text.as_ref()),
                least: time.map(|time| time.least),
                most: time.map(|time| time.most).filter(|&most| most != TimeBounds::UNBOUNDED),
            });
            prompts.extend(action.repeats().map(|(verb, repeat)| {
                let voice = action.spoken_by(voice);
                let time = |text: &Text| spoken_text_time(flow, repeat.ssml.as_deref(), text, voice).bounds;
                let time = heard_time(repeat.lasts, repeat.is_recorded(), repeat.text.as_ref(), time);
                Prompt {
                    file: compiled.sources.get(repeat.span.file).name().to_owned(),
                    line: compiled.sources.position(repeat.span).line,
                    node: node.id.to_string(),
                    step: index + 1,
                    kind: verb.word().to_owned(),
                    tags: Vec::new(),
                    language: action.language().map(str::to_owned),
                    media: words(repeat.media.as_ref()),
                    prompt_id: words(repeat.prompt.as_ref()),
                    text: words(repeat.text.as_ref()),
                    least: time.map(|time| time.least),
                    most: time.map(|time| time.most).filter(|&most| most != TimeBounds::UNBOUNDED),
                }
            }));
        }
    }
    prompts
}

fn words(text: Option<&crate::flow::Text>) -> Option<String> {
    Some(text?.value.as_deref()?.to_owned())
}

/// Whether a step has something to be heard.
pub(crate) fn is_prompt(action: &Action) -> bool {
    let is_played = matches!(action.directive, Directive::Play | Directive::Collect);
    action.is_recorded() || is_played && action.text.is_some()
}

/// How long one attempt of a step is heard.
fn time_of(flow: &Flow, action: &Action, voice: Voice) -> Option<TimeBounds> {
    let time = |text: &Text| spoken_time(flow, action, text, voice).bounds;
    heard_time(action.lasts, action.is_recorded(), action.text.as_ref(), time)
}

/// How long something is heard: as it says itself, or else as long as its text takes.
fn heard_time(
    lasts: Option<u64>,
    is_recorded: bool,
    text: Option<&Text>,
    time: impl Fn(&Text) -> TimeBounds,
) -> Option<TimeBounds> {
    if let Some(lasts) = lasts {
        return Some(TimeBounds::exactly(lasts));
    }
    let text = text.filter(|text| !is_recorded && text.value.is_some())?;
    Some(time(text)).filter(|bounds| *bounds != TimeBounds::UNKNOWN)
}
