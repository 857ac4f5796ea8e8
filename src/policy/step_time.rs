//! How long each step takes, and why that may be unknown.

use super::path_graph::PathGraph;
use crate::diagnostics::{list_of, quote};
use crate::flow::{Action, Directive, Flow, Text};
use crate::speech::{self, TimeBounds, Voice};

/// How long a step takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct StepTime {
    pub bounds: TimeBounds,
    /// Whether part of it is estimated from the spoken text.
    pub estimated: bool,
}

impl StepTime {
    const NOTHING: Self = Self { bounds: TimeBounds { least: 0, most: 0 }, estimated: false };
    const UNKNOWN: Self = Self { bounds: TimeBounds::UNKNOWN, estimated: false };

    fn and(self, next: Self) -> Self {
        Self { bounds: self.bounds.and(next.bounds), estimated: self.estimated || next.estimated }
    }
}

/// How long each step takes, in the order of the steps.
pub fn times_of(graph: &PathGraph<'_>, voice: Voice) -> Vec<StepTime> {
    let mut times = Vec::with_capacity(graph.steps());
    for node in graph.flow.nodes.rows() {
        times.extend(node.actions.iter().map(|action| time_of(graph.source, action, voice)));
        if node.actions.is_empty() {
            times.push(StepTime::NOTHING);
        }
    }
    times
}

/// Whether a value that an action needs is unknown, which is already reported.
pub fn has_hole(action: &Action) -> bool {
    action.retries.is_some_and(|retries| retries.count.is_none())
        || action.lasts.is_none() && action.text.as_ref().is_some_and(|text| text.value.is_none())
}

/// How often a step is heard if nobody presses a key.
pub fn tries(action: &Action) -> u64 {
    match action.directive {
        Directive::Collect => {
            u64::from(action.retries.and_then(|retries| retries.count).unwrap_or(0)).saturating_add(1)
        }
        _ => 1,
    }
}

fn time_of(flow: &Flow, action: &Action, voice: Voice) -> StepTime {
    if has_hole(action) {
        return StepTime::UNKNOWN;
    }
    let attempts = tries(action);
    if let Some(lasts) = action.lasts {
        return StepTime { bounds: TimeBounds::exactly(lasts).times(attempts), estimated: false };
    }
    match (&action.directive, &action.text) {
        // The recording is heard; a text beside it does not tell its length.
        (Directive::Play | Directive::Collect, _) if action.media.is_some() => StepTime::UNKNOWN,
        (Directive::Play, Some(text)) => spoken(flow, text, voice),
        // The flow does not say how long the platform waits for a key.
        (Directive::Collect, Some(text)) => {
            let prompt = spoken(flow, text, voice);
            StepTime { bounds: prompt.bounds.times(attempts), ..prompt }.and(StepTime::UNKNOWN)
        }
        (Directive::Play | Directive::Collect | Directive::Other(_), _) => StepTime::UNKNOWN,
        // Their text names a queue and is not spoken.
        (
            Directive::Route
            | Directive::Schedule
            | Directive::Record
            | Directive::Disconnect
            | Directive::Set,
            _,
        ) => StepTime::NOTHING,
    }
}

/// How long it takes to speak a text. A field of the contact's record takes as long as its declaration
/// says; without that the time is unknown.
pub fn spoken(flow: &Flow, text: &Text, voice: Voice) -> StepTime {
    let value = text.value.as_deref().unwrap_or_default();
    if speech::markup(value).is_some() {
        return StepTime::UNKNOWN;
    }
    let voice = voice.within(value);
    let mut time = StepTime::NOTHING;
    for piece in pieces(text) {
        time = time.and(match piece {
            Piece::Spoken(words) => {
                let bounds = speech::bounds(words, voice);
                StepTime { bounds, estimated: !bounds.is_exact() }
            }
            Piece::Field(name) => match flow.contact_times.get(name) {
                // A duration of 0 is reported as CX430.
                Some(0) | None => StepTime::UNKNOWN,
                Some(&lasts) => StepTime { bounds: TimeBounds::exactly(lasts), estimated: false },
            },
        });
    }
    time
}

enum Piece<'t> {
    Spoken(&'t str),
    /// A field's name.
    Field(&'t str),
}

/// Splits a text at the fields that it speaks.
fn pieces(text: &Text) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text.value.as_deref().unwrap_or_default();
    // A variable of an instance has its prefix: `{es.due}`.
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let mut from = 0;
    while text.placeholders
        && let Some(at) = rest.get(from..).and_then(|rest| rest.find('{'))
    {
        let at = from + at;
        let name = rest.get(at + 1..).unwrap_or_default();
        let end = name.find(|c| !is_part(c)).unwrap_or(name.len());
        match name.split_at_checked(end) {
            Some((name, after)) if !name.is_empty() && after.starts_with('}') => {
                pieces.push(Piece::Spoken(rest.get(..at).unwrap_or_default()));
                pieces.push(Piece::Field(name));
                rest = after.get(1..).unwrap_or_default();
                from = 0;
            }
            _ => from = at + 1,
        }
    }
    pieces.push(Piece::Spoken(rest));
    pieces
}

/// Why an action's time is unknown, and what to write.
pub struct OpenTimeReason {
    /// The label for its place.
    pub label: String,
    pub remedy: String,
}

/// Why the time of an action is not known.
pub fn why(flow: &Flow, action: &Action, time: StepTime) -> OpenTimeReason {
    let audio = || "write how long its audio is, as in `lasts 4.5s`".to_owned();
    let text = action.text.as_ref().filter(|_| action.media.is_none());
    let value = text.and_then(|text| text.value.as_deref()).unwrap_or_default();
    if let Directive::Other(name) = &action.directive {
        return OpenTimeReason {
            label: format!("how long {} takes is not known", quote(name)),
            remedy: "write how long it takes, as in `lasts 2s`".to_owned(),
        };
    }
    if action.directive == Directive::Collect {
        return OpenTimeReason {
            label: "how long it waits for a key is not known".to_owned(),
            remedy: "write how long the prompt and the wait after it take, as in `lasts 9s`".to_owned(),
        };
    }
    if !time.bounds.is_unbounded() {
        let TimeBounds { least, most } = time.bounds;
        return OpenTimeReason {
            label: format!("is estimated to take {} to {}", down(least), up(most)),
            remedy: "measure how long it is and write it down, as in `lasts 4.5s`".to_owned(),
        };
    }
    if let Some(markup) = speech::markup(value) {
        return OpenTimeReason {
            label: format!("how long {} takes is not known", quote(markup)),
            remedy: "write how long the text takes with its markup, as in `lasts 4.5s`".to_owned(),
        };
    }
    let fields = untimed_fields(flow, text);
    if let Some(first) = fields.first() {
        let names: Vec<String> = fields.iter().map(|name| format!("`${{{name}}}`")).collect();
        let (take, each) =
            if fields.len() == 1 { ("takes", "the field takes") } else { ("take", "each takes") };
        return OpenTimeReason {
            label: format!("how long {} {take} is not known", list_of(&names, "and")),
            remedy: format!("write how long {each} at most, as in `{}`", timed(flow, first)),
        };
    }
    let subject = if action.media.is_some() { "the recording's length" } else { "how long it takes" };
    OpenTimeReason { label: format!("{subject} is not known"), remedy: audio() }
}

/// The declaration of a field or a variable with its duration.
fn timed(flow: &Flow, name: &str) -> String {
    let is_variable = flow.variables.rows().iter().any(|one| !one.is_contact && *one.name == *name);
    // It is declared without the prefix of an instance.
    let own = name.rsplit('.').next().unwrap_or(name);
    if is_variable { format!("var {own} lasts 2s") } else { format!("contact {name} lasts 2s") }
}

/// The fields of a text without a known duration, each once.
fn untimed_fields<'t>(flow: &Flow, text: Option<&'t Text>) -> Vec<&'t str> {
    let mut fields = Vec::new();
    for piece in text.map(pieces).unwrap_or_default() {
        if let Piece::Field(name) = piece {
            fields.extend(flow.contact_times.get(name).is_none_or(|&lasts| lasts == 0).then_some(name));
        }
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// A duration rounded down to tenths of a second.
pub fn down(milliseconds: u64) -> String {
    crate::spelling::display_duration(milliseconds / 100 * 100)
}

/// A duration rounded up to tenths of a second.
pub fn up(milliseconds: u64) -> String {
    crate::spelling::display_duration(milliseconds.div_ceil(100).saturating_mul(100))
}
