//! How long each step takes, and why that may be unknown.

use super::path_graph::PathGraph;
use crate::diagnostics::{list_of, quote};
use crate::flow::{Action, Directive, EventKind, Flow, Kind, NodeId, Repeat, Repeats, Ssml, Text, Verb};
use crate::speech::{self, TimeBounds, Voice};
use crate::threads;

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

/// How many nodes are worth a turn of their own on another core.
const NODES_AT_A_TIME: usize = 4096;

/// How long each step takes, in the order of the steps.
pub fn times_of(graph: &PathGraph<'_>, voice: Voice) -> Vec<StepTime> {
    let nodes: Vec<NodeId> = graph.flow.nodes.ids().collect();
    let parts: Vec<&[NodeId]> = nodes.chunks(NODES_AT_A_TIME).collect();
    let mut times = Vec::with_capacity(graph.steps());
    times.extend(threads::map(&parts, |nodes| times_of_nodes(graph, nodes, voice)).into_iter().flatten());
    times
}

fn times_of_nodes(graph: &PathGraph<'_>, nodes: &[NodeId], voice: Voice) -> Vec<StepTime> {
    let mut times = Vec::new();
    for &id in nodes {
        let node = &graph.flow.nodes[id];
        let wait = |action: &Action| wait_of(graph.flow, id, action);
        times.extend(node.actions.iter().map(|action| time_of(graph.source, action, voice, wait)));
        if node.actions.is_empty() {
            // Until it is known who answered, a target may hold the call.
            let held = if holds(graph, graph.steps_of(id).start) { graph.source.detection } else { 0 };
            times.push(StepTime { bounds: TimeBounds { least: 0, most: held }, ..StepTime::NOTHING });
        }
        // How long an agent talks is not the flow's to say.
        times.extend(node.scripts.iter().map(|_| StepTime::NOTHING));
    }
    times
}

/// Whether a step is the time that the target may take at an `answer`.
pub fn holds(graph: &PathGraph<'_>, step: usize) -> bool {
    let node = graph.source_node(graph.node_of(step));
    graph.source.detection > 0 && graph.action(step).is_none() && graph.source.nodes[node].is(Kind::Answer)
}

/// Whether a value that an action needs is unknown, which is already reported.
pub fn has_hole(action: &Action) -> bool {
    action.retries.is_some_and(|retries| retries.count.is_none())
        || action.takes_digits() && action.input.as_ref().is_some_and(|input| input.most_keys().is_none())
        || action.lasts.is_none() && action.text.as_ref().is_some_and(|text| text.value.is_none())
        || action.repeats().any(|(_, repeat)| {
            repeat.lasts.is_none() && repeat.text.as_ref().is_some_and(|text| text.value.is_none())
        })
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

/// How long a prompt for keys waits at one attempt: for the first key, and for each one that may follow it. The
/// called party may take all of each.
fn wait_of(flow: &Flow, node: NodeId, action: &Action) -> TimeBounds {
    let Some(input) = action.input.as_deref() else { return TimeBounds::UNKNOWN };
    let Some(wait) = input.wait else { return TimeBounds::UNKNOWN };
    let first = TimeBounds::exactly(wait.milliseconds);
    let more = match input.most_keys().or_else(|| longest_key(flow, node)) {
        Some(keys) => keys.saturating_sub(1),
        // Only the platform knows how many there are.
        None => return first.and(TimeBounds::UNKNOWN),
    };
    match input.between {
        _ if more == 0 => first,
        Some(between) => first.and(TimeBounds::exactly(between.milliseconds).times(more)),
        None => first.and(TimeBounds::UNKNOWN),
    }
}

/// How many keys the longest entry has that a branch of a node takes; `None` if a condition of the platform may take
/// longer ones.
fn longest_key(flow: &Flow, node: NodeId) -> Option<u64> {
    let mut longest = 1;
    for alternative in flow.branches(node).flat_map(|transition| flow.alternatives(transition)) {
        let event = &flow.events[alternative.event];
        match event.kind() {
            EventKind::Key => longest = longest.max(event.word().len() as u64),
            EventKind::Raw => return None,
            EventKind::Outcome(_) | EventKind::Declared | EventKind::Comparison(_) => {}
        }
    }
    Some(longest)
}

fn time_of(flow: &Flow, action: &Action, voice: Voice, wait: impl Fn(&Action) -> TimeBounds) -> StepTime {
    if has_hole(action) {
        return StepTime::UNKNOWN;
    }
    let attempts = tries(action);
    if action.directive == Directive::Collect && attempts > 1 && action.repeats.is_some() {
        return with_repeats(flow, action, voice, wait(action), attempts - 1);
    }
    if let Some(lasts) = action.lasts {
        return StepTime { bounds: TimeBounds::exactly(lasts).times(attempts), estimated: false };
    }
    match (&action.directive, &action.text) {
        (Directive::Collect, text) => {
            let prompt = match text {
                Some(text) if !action.is_recorded() => spoken(flow, action, text, voice),
                _ => StepTime::UNKNOWN,
            };
            StepTime { bounds: prompt.bounds.and(wait(action)).times(attempts), ..prompt }
        }
        // The recording is heard; a text beside it does not tell its length.
        (Directive::Play, _) if action.is_recorded() => StepTime::UNKNOWN,
        (Directive::Play, Some(text)) => spoken(flow, action, text, voice),
        (Directive::Play | Directive::Other(_), _) => StepTime::UNKNOWN,
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

/// How long one attempt takes at which this is said, with the wait after it. Whoever speaks it is known.
fn attempt(
    flow: &Flow,
    is_recorded: bool,
    said: (Option<&Ssml>, Option<&Text>),
    lasts: Option<u64>,
    voice: Voice,
    wait: TimeBounds,
) -> StepTime {
    match (lasts, said) {
        (Some(lasts), _) => StepTime { bounds: TimeBounds::exactly(lasts), estimated: false },
        (None, (ssml, Some(text))) if !is_recorded => {
            let said = spoken_text(flow, ssml, text, voice);
            StepTime { bounds: said.bounds.and(wait), ..said }
        }
        (None, _) => StepTime { bounds: TimeBounds::UNKNOWN.and(wait), estimated: false },
    }
}

/// How long a prompt takes that says something else at further attempts: the first attempt, and at each further one
/// the longest of what may be said there.
fn with_repeats(flow: &Flow, action: &Action, voice: Voice, wait: TimeBounds, further: u64) -> StepTime {
    let voice = action.spoken_by(voice);
    let own = (action.ssml.as_deref(), action.text.as_ref());
    let first = attempt(flow, action.is_recorded(), own, action.lasts, voice, wait);
    let prompt = action.repeats.as_deref().is_some_and(Repeats::may_repeat_prompt).then_some(first);
    let others = action.repeats().map(|(_, one)| {
        let said = (one.ssml.as_deref(), one.text.as_ref());
        attempt(flow, one.is_recorded(), said, one.lasts, voice, wait)
    });
    let longest = others.chain(prompt).reduce(|one, other| StepTime {
        bounds: TimeBounds {
            least: one.bounds.least.max(other.bounds.least),
            most: one.bounds.most.max(other.bounds.most),
        },
        estimated: one.estimated || other.estimated,
    });
    let again = longest.unwrap_or(first);
    StepTime {
        bounds: first.bounds.and(again.bounds.times(further)),
        estimated: first.estimated || again.estimated,
    }
}

/// How long it takes to speak the text of an action, with the pauses that its markup asks for. A field of the
/// contact's record takes as long as its declaration says; without that the time is unknown.
pub fn spoken(flow: &Flow, action: &Action, text: &Text, voice: Voice) -> StepTime {
    spoken_text(flow, action.ssml.as_deref(), text, action.spoken_by(voice))
}

/// The same of any text, perhaps with its markup.
pub fn spoken_text(flow: &Flow, ssml: Option<&Ssml>, text: &Text, voice: Voice) -> StepTime {
    let value = text.value.as_deref().unwrap_or_default();
    let pauses = match ssml {
        Some(ssml) if ssml.untimed.is_some() => return StepTime::UNKNOWN,
        Some(ssml) => TimeBounds::exactly(ssml.pauses),
        None if speech::markup(value).is_some() => return StepTime::UNKNOWN,
        None => TimeBounds::exactly(0),
    };
    let voice = voice.within(value);
    let mut time = StepTime { bounds: pauses, estimated: false };
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

const WAIT_FIRST: &str = "how long it waits for a key is not known";
const WAIT_BETWEEN: &str = "how long it waits between keys is not known";
const WAIT_OF_PLATFORM: &str = "how many keys the platform takes is not known";

/// What is not known of a prompt's wait for keys. `is_timed` says whether the prompt itself has a known time.
fn open_wait(action: &Action, time: StepTime, is_timed: impl Fn() -> bool) -> Option<&'static str> {
    let input = action.input.as_deref();
    match input.and_then(|input| input.wait) {
        _ if action.directive != Directive::Collect || !time.bounds.is_unbounded() => None,
        None => Some(WAIT_FIRST),
        Some(_) if !is_timed() => None,
        Some(_) if input.is_some_and(|input| input.between.is_none()) => Some(WAIT_BETWEEN),
        Some(_) => Some(WAIT_OF_PLATFORM),
    }
}

/// What is said at a further attempt and takes nobody knows how long.
fn open_repeat(flow: &Flow, action: &Action, time: StepTime) -> Option<Verb> {
    let is_open = |repeat: &Repeat| {
        let is_timed = repeat.text.as_ref().is_some_and(|text| {
            let said = spoken_text(flow, repeat.ssml.as_deref(), text, Voice::default());
            !said.bounds.is_unbounded()
        });
        repeat.lasts.is_none() && (action.lasts.is_some() || repeat.is_recorded() || !is_timed)
    };
    let open = action.repeats().find(|(_, repeat)| is_open(repeat)).map(|(verb, _)| verb);
    open.filter(|_| time.bounds.is_unbounded())
}

/// Whether a text that is spoken has a known longest time.
fn is_timed(flow: &Flow, action: &Action, text: &Text) -> bool {
    !spoken(flow, action, text, Voice::default()).bounds.is_unbounded()
}

/// Why the time of an action is not known.
pub fn why(flow: &Flow, action: &Action, time: StepTime) -> OpenTimeReason {
    let audio = || "write how long its audio is, as in `lasts 4.5s`".to_owned();
    let text = action.text.as_ref().filter(|_| !action.is_recorded());
    let value = text.and_then(|text| text.value.as_deref()).unwrap_or_default();
    if let Directive::Other(name) = &action.directive {
        return OpenTimeReason {
            label: format!("how long {} takes is not known", quote(name)),
            remedy: "write how long it takes, as in `lasts 2s`".to_owned(),
        };
    }
    if let Some(verb) = open_repeat(flow, action, time) {
        let word = verb.word();
        return OpenTimeReason {
            label: format!("how long `{word}` takes is not known"),
            remedy: format!(
                "write how long what `{word}` says and the wait after it take, as in `{word} \"…\" lasts 9s`"
            ),
        };
    }
    if let Some(label) = open_wait(action, time, || text.is_some_and(|text| is_timed(flow, action, text))) {
        let remedy = match label {
            WAIT_BETWEEN => "write how long it waits for each further key, as in `between 3s`",
            WAIT_FIRST if !action.is_recorded() => {
                "write how long it waits for a key, as in `wait 5s`, or how long the prompt and the wait after it take, as in `lasts 9s`"
            }
            _ => "write how long the prompt and the wait after it take, as in `lasts 9s`",
        };
        return OpenTimeReason { label: label.to_owned(), remedy: remedy.to_owned() };
    }
    if !time.bounds.is_unbounded() {
        let TimeBounds { least, most } = time.bounds;
        return OpenTimeReason {
            label: format!("is estimated to take {} to {}", down(least), up(most)),
            remedy: match action.directive {
                Directive::Collect => "measure how long the prompt and the wait after it take and write it down, as in `lasts 9s`".to_owned(),
                _ => "measure how long it is and write it down, as in `lasts 4.5s`".to_owned(),
            },
        };
    }
    let untimed = match &action.ssml {
        Some(ssml) => ssml.untimed.as_deref().filter(|_| text.is_some()),
        None => speech::markup(value),
    };
    if let Some(markup) = untimed {
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
    let subject = if action.is_recorded() { "the recording's length" } else { "how long it takes" };
    let remedy = match action.directive {
        Directive::Collect => {
            "write how long the prompt and the wait after it take, as in `lasts 9s`".to_owned()
        }
        _ => audio(),
    };
    OpenTimeReason { label: format!("{subject} is not known"), remedy }
}

/// The declaration of a field or a variable with its duration.
fn timed(flow: &Flow, name: &str) -> String {
    let is_variable = flow.variables.rows().iter().any(|one| one.is_set_on_calls() && *one.name == *name);
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
