//! What an action plays, as steps of a node: those of its phrase where it says the same, or else what its sequence says.

use super::phrases::Statement;
use crate::emit::studio::actions::SEGMENT;
use crate::emit::studio::sequence::{Piece, pieces, pieces_of, sequence};
use crate::flow::{Action, Directive, Repeat, Text};
use crate::source::{FileId, Span};
use crate::table::Id;

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

/// The pieces of a sequence. `None` if it is anything but quoted segments.
pub fn segments(written: &str) -> Option<Vec<Piece>> {
    let mut found = Vec::new();
    let mut rest = written.trim_matches(' ');
    while !rest.is_empty() {
        let (segment, after) = rest.strip_prefix('"')?.split_once('"')?;
        let variable = segment.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
        found.push(match (segment.strip_prefix('%'), variable) {
            (Some(text), _) => Piece::Text(text.to_owned()),
            (None, Some(name)) => Piece::Variable(name.to_owned()),
            (None, None) => Piece::Recording(segment.to_owned()),
        });
        rest = after.trim_start_matches(' ');
    }
    Some(found)
}

/// Whether the steps of a statement are heard as a sequence.
pub fn says(statement: &Statement, written: &str, folder: &str) -> bool {
    let of = |action: &Action| {
        pieces_of(action.media.as_ref(), action.prompt.as_ref(), action.text.as_ref(), folder)
    };
    let all: Vec<Piece> = match &statement.repeat {
        Some(one) => pieces_of(one.media.as_ref(), one.prompt.as_ref(), one.text.as_ref(), folder),
        None => statement.steps.iter().flat_map(of).collect(),
    };
    sequence(&all) == written
}

/// The steps that play some pieces. Texts that were cut are one again.
pub fn steps(found: &[Piece]) -> Vec<Action> {
    let mut steps: Vec<Action> = Vec::new();
    let mut run: Vec<Piece> = Vec::new();
    for piece in found {
        if let Piece::Recording(path) = piece {
            steps.extend(said(&std::mem::take(&mut run)));
            let mut play = step(Directive::Play);
            play.prompt = Some(text(path.clone(), false));
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
pub fn repeat(found: &[Piece]) -> Option<Repeat> {
    // A text beside a recording is not spoken.
    let steps = steps(found);
    let [only] = steps.as_slice() else { return None };
    let (prompt, spoken) = (only.prompt.clone(), only.text.clone());
    Some(Repeat {
        media: None,
        prompt,
        text: spoken,
        ssml: None,
        fields: Vec::new(),
        lasts: None,
        tags: Vec::new(),
        span: nowhere(),
    })
}
