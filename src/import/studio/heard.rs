//! What an action plays, as steps of a node: those of its phrase where it says the same, or else what its sequence says.

use super::phrases::Statement;
use crate::emit::studio::actions::SEGMENT;
use crate::emit::studio::names::{MARKUP, OF_RETRY, OF_SILENCE};
use crate::emit::studio::sequence::{Piece, pieces, pieces_of, sequence};
use crate::flow::{Action, Directive, Repeat, Ssml, Text};
use crate::source::{FileId, Span};
use crate::spelling::is_name;
use crate::table::Id;
use thin_vec::ThinVec;

/// Where something stands that has no place in a text.
pub fn nowhere() -> Span {
    Span::new(FileId::from_index(0), 0, 0)
}

/// A step that does nothing yet.
pub fn step(directive: Directive) -> Action {
    Action::new(directive, nowhere())
}

/// A text. With `placeholders`, `{name}` stands for a variable.
pub fn text(value: String, placeholders: bool) -> Text {
    Text { value: Some(value.into()), span: nowhere(), placeholders }
}

/// Whether a path has the value of a name in it.
fn inserts(path: &str) -> bool {
    path.split('{').skip(1).filter_map(|after| after.split_once('}')).any(|(name, _)| is_name(name))
}

/// The pieces of a sequence. `None` if it is anything but quoted segments.
pub fn segments(written: &str) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = written.trim_matches(' ');
    while !rest.is_empty() {
        let (segment, after) = rest.strip_prefix('"')?.split_once('"')?;
        let variable = segment.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        found.push(match (segment.strip_prefix('%'), variable) {
            (Some(text), _) => Piece::Text(text.to_owned()),
            // What no name of the language stands for cannot be spoken by a line.
            (None, Some(name)) => Piece::Variable(is_name(name).then(|| name.to_owned())?),
            (None, None) => Piece::Recording(segment.to_owned()),
        });
        rest = after.trim_start_matches(' ');
    }
    Some(found)
}

/// The texts of a step, with its markup.
pub fn texts_of(step: &Action) -> impl Iterator<Item = &Text> {
    let markup = step.ssml.as_deref().map(|ssml| &ssml.markup);
    step.media.iter().chain(&step.prompt).chain(&step.text).chain(markup)
}

/// The same of what is said at a further attempt.
pub fn texts_of_repeat(repeat: &Repeat) -> impl Iterator<Item = &Text> {
    let markup = repeat.ssml.as_deref().map(|ssml| &ssml.markup);
    repeat.media.iter().chain(&repeat.prompt).chain(&repeat.text).chain(markup)
}

/// Whether the steps of a statement are heard as a sequence. `holds` says whether a variable holds some markup.
pub fn says(statement: &Statement, written: &str, folder: &str, holds: impl Fn(&str, &Text) -> bool) -> bool {
    let mut all: Vec<Piece> = Vec::new();
    let mut is_held = true;
    let mut add = |media: &Option<Text>,
                   prompt: &Option<Text>,
                   text: &Option<Text>,
                   ssml: Option<&Ssml>,
                   name: &str| {
        let text = text.as_ref().filter(|_| ssml.is_none());
        all.append(&mut pieces_of(media.as_ref(), prompt.as_ref(), text, folder));
        if let Some(ssml) = ssml {
            all.push(Piece::Variable(name.to_owned()));
            is_held &= holds(name, &ssml.markup);
        }
    };
    match &statement.repeat {
        Some(one) => {
            let name = if statement.word == "retry" { OF_RETRY } else { OF_SILENCE };
            add(&one.media, &one.prompt, &one.text, one.ssml.as_deref(), name);
        }
        None => {
            for one in &statement.steps {
                add(&one.media, &one.prompt, &one.text, one.ssml.as_deref(), MARKUP);
            }
        }
    }
    is_held && sequence(&all) == written
}

/// The steps of a statement that are heard as before, at the beginning and at the end, where somebody has changed others.
pub struct SameSteps {
    pub before: usize,
    pub after: usize,
    /// The pieces between them.
    pub changed: std::ops::Range<usize>,
}

/// Finds these by the pieces that are heard now.
pub fn same_steps(statement: &Statement, found: &[Piece], folder: &str) -> SameSteps {
    let of = |step: &Action| {
        let text = step.text.as_ref().filter(|_| step.ssml.is_none());
        pieces_of(step.media.as_ref(), step.prompt.as_ref(), text, folder)
    };
    let steps = &statement.steps;
    // What markup is held is not known here.
    let is_plain = |step: &&Action| step.ssml.is_none();
    let (mut before, mut start, mut end) = (0, 0, found.len());
    // A step that takes keys is the last one.
    let is_said = |step: &&Action| is_plain(step) && step.directive == Directive::Play;
    for step in steps.iter().take_while(is_said) {
        let own = of(step);
        if own.is_empty() || !found.get(start..end).is_some_and(|rest| rest.starts_with(&own)) {
            break;
        }
        (before, start) = (before + 1, start + own.len());
    }
    let mut after = 0;
    for step in steps.iter().skip(before).rev().take_while(is_plain) {
        let own = of(step);
        if own.is_empty() || !found.get(start..end).is_some_and(|rest| rest.ends_with(&own)) {
            break;
        }
        (after, end) = (after + 1, end - own.len());
    }
    SameSteps { before, after, changed: start..end }
}

/// A text with markup.
fn markup(value: &str) -> Option<Box<Ssml>> {
    let markup = text(value.to_owned(), value.contains('{'));
    Some(Box::new(Ssml { markup, pauses: 0, untimed: None, plays: false }))
}

/// The steps that play some pieces, of which variables may be markup.
pub fn steps_with<'m>(found: &[Piece], markup_of: impl Fn(&str) -> Option<&'m str>) -> Vec<Action> {
    let mut all: Vec<Action> = Vec::new();
    for part in found.split_inclusive(|piece| held(piece, &markup_of).is_some()) {
        let Some((last, before)) = part.split_last() else { continue };
        let Some(value) = held(last, &markup_of) else {
            all.append(&mut steps(part));
            continue;
        };
        all.append(&mut steps(before));
        // A recording before it is of the same step.
        match all.last_mut().filter(|one| !before.is_empty() && one.prompt.is_some()) {
            Some(recording) => recording.ssml = markup(value),
            None => {
                let mut say = step(Directive::Play);
                say.ssml = markup(value);
                all.push(say);
            }
        }
    }
    all
}

/// The markup that a piece is.
fn held<'m>(piece: &Piece, markup_of: &impl Fn(&str) -> Option<&'m str>) -> Option<&'m str> {
    match piece {
        Piece::Variable(name) => markup_of(name),
        _ => None,
    }
}

/// The steps that play some pieces. Texts that were cut are one again.
pub fn steps(found: &[Piece]) -> Vec<Action> {
    let mut steps: Vec<Action> = Vec::new();
    let mut run: Vec<Piece> = Vec::new();
    for piece in found {
        if let Piece::Recording(path) = piece {
            steps.extend(said(&std::mem::take(&mut run)));
            let mut play = step(Directive::Play);
            play.prompt = Some(text(path.clone(), inserts(path)));
            steps.push(play);
        } else {
            if let (Some(Piece::Text(last)), Piece::Text(next)) = (run.last(), piece)
                && !was_cut(last, next)
            {
                steps.extend(said(&std::mem::take(&mut run)));
            }
            run.push(piece.clone());
        }
    }
    steps.extend(said(&run));
    steps
}

/// Whether our own writer would have cut a text between two segments.
fn was_cut(last: &str, next: &str) -> bool {
    let word = next.split(' ').next().unwrap_or_default();
    last.chars().count() + 1 + word.chars().count() >= SEGMENT
}

/// The steps that say some texts and variables: one, or one for each where one would say something else.
fn said(run: &[Piece]) -> Vec<Action> {
    let mut words = String::new();
    let mut placeholders = false;
    for piece in run {
        let next = match piece {
            Piece::Variable(name) => format!("{{{name}}}"),
            Piece::Text(text) | Piece::Recording(text) => text.clone(),
        };
        placeholders |= matches!(piece, Piece::Variable(_));
        let is_closing = next.starts_with(['.', ',', ';', ':', '!', '?', ')']) && words.ends_with('}');
        if !words.is_empty() && !is_closing {
            words.push(' ');
        }
        words.push_str(&next);
    }
    let say = |words: String, placeholders: bool| {
        let mut say = step(Directive::Play);
        say.text = Some(text(words, placeholders));
        say
    };
    match run {
        [] => Vec::new(),
        _ if pieces(&words, placeholders) == run => vec![say(words, placeholders)],
        _ => run
            .iter()
            .map(|piece| match piece {
                Piece::Variable(name) => say(format!("{{{name}}}"), true),
                Piece::Text(text) | Piece::Recording(text) => say(text.clone(), false),
            })
            .collect(),
    }
}

/// What is said at a further attempt, as a sequence says it. `None` if no `retry` can say it.
pub fn repeat<'m>(found: &[Piece], markup_of: impl Fn(&str) -> Option<&'m str>) -> Option<Repeat> {
    // A text beside a recording is not spoken.
    let steps = steps_with(found, markup_of);
    let [only] = steps.as_slice() else { return None };
    let (prompt, spoken, ssml) = (only.prompt.clone(), only.text.clone(), only.ssml.clone());
    Some(Repeat {
        media: None,
        prompt,
        text: spoken,
        ssml,
        fields: ThinVec::new(),
        lasts: None,
        tags: ThinVec::new(),
        span: nowhere(),
    })
}
