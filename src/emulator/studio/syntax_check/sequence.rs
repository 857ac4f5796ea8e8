//! Sequences: quoted segments one after another, as in `"%Welcome" "greeting.wav"`.

/// The most characters of a segment that is spoken.
const MOST: usize = 300;

/// A segment that is well formed.
#[derive(Debug, PartialEq, Eq)]
pub enum Segment<'a> {
    /// The name of a file.
    Prompt(&'a str),
    /// A text to speak, a variable, or something with another mark.
    Other,
}

/// The segments of a sequence, each with the key of its error. Nothing comes after text without quotes.
pub fn segments(text: &str) -> impl Iterator<Item = Result<Segment<'_>, &'static str>> {
    let mut rest = text.trim();
    // The whole sequence may be a variable.
    if rest.starts_with('{') && rest.ends_with('}') && !rest.contains('"') {
        rest = "";
    }
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let inside = rest.strip_prefix('"').and_then(|rest| rest.split_once('"'));
        let Some((segment, after)) = inside else {
            rest = "";
            return Some(Err("sequence-malformed"));
        };
        rest = after.trim_start();
        Some(judge(segment))
    })
}

fn judge(segment: &str) -> Result<Segment<'_>, &'static str> {
    if let Some(spoken) = segment.strip_prefix('%') {
        return match spoken.chars().count() {
            0 => Err("sequence-segment-empty"),
            1..=MOST => Ok(Segment::Other),
            _ => Err("sequence-segment-too-long"),
        };
    }
    match segment.chars().next() {
        None => Err("sequence-segment-empty"),
        Some(first) if segment.contains('{') || !is_of_a_name(first) => Ok(Segment::Other),
        Some(_) if segment.chars().count() > MOST => Err("sequence-segment-too-long"),
        Some(_) => Ok(Segment::Prompt(segment)),
    }
}

/// Whether a file's name can begin with this character; the others mark what is no file.
fn is_of_a_name(first: char) -> bool {
    first.is_alphanumeric() || matches!(first, '_' | '\\' | '/' | '.')
}
