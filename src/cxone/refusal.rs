//! Reads refusals of the platform. `reader` finds the errors in a body of any format.

mod fields;
mod reader;

use serde_json::Value;

use self::reader::RefusalReader;
use super::place::{PayloadSpot, spot};
use super::response::Response;
use super::wording::{clean, quoted};

pub use self::fields::LONGEST_TEXT;

/// What the platform finds wrong with a payload.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Complaint {
    /// The platform's code for it, if it has one.
    pub code: Option<String>,
    /// The platform's message.
    pub message: String,
    /// The id of the node that the message is about.
    pub node: Option<String>,
    /// The place in the payload that the message is about, as the platform writes it.
    pub path: Option<String>,
}

impl Complaint {
    /// Whether its place is in a node, at a transition or at the entry.
    fn is_placed(&self) -> bool {
        let spot = self.path.as_deref().and_then(spot);
        spot.is_some_and(|spot| {
            !matches!(spot, PayloadSpot::NodeId(_) | PayloadSpot::Name | PayloadSpot::Description)
        })
    }

    /// The complaint in the platform's words, with what it is about.
    pub fn with_subject(&self) -> String {
        match self.node.as_ref().or(self.path.as_ref()) {
            Some(place) => format!("{}: {}", clean(place, 200), self.said()),
            None => self.said(),
        }
    }

    /// The complaint in the platform's words, with its code.
    pub fn said(&self) -> String {
        match &self.code {
            Some(code) => format!("{} ({code})", self.message),
            None => self.message.clone(),
        }
    }
}

/// The content of a refusal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The sentence that says why.
    pub message: Option<String>,
    /// The platform's code for it.
    pub code: Option<String>,
    /// The single errors that it lists.
    pub complaints: Vec<Complaint>,
    /// The members that were not understood, as they came. If nothing was understood, the body's first
    /// characters.
    pub rest: Option<String>,
}

impl Refusal {
    /// Reads the body of a refusal.
    pub fn read(body: &[u8]) -> Self {
        let Ok(value) = serde_json::from_slice::<Value>(body) else { return Self::of_text(body) };
        let mut refusal = Self::of(&value, &[]);
        if refusal.message.is_none() && refusal.complaints.is_empty() {
            refusal.rest = Some(quoted(body));
        }
        refusal
    }

    /// Reads a refusal: its body, and the header in which a tenant says what is wrong.
    pub fn of_answer(response: &Response) -> Self {
        let mut refusal = Self::read(&response.body);
        let text = response.description.as_deref().map(|text| clean(text, LONGEST_TEXT)).unwrap_or_default();
        // A header has question marks for letters beyond ASCII.
        let ascii = |text: &str| text.replace(|c: char| !c.is_ascii(), "?");
        let is_said = |message: &String| ascii(message).contains(&ascii(&text));
        if text.is_empty() || refusal.message.as_ref().is_some_and(is_said) {
            return refusal;
        }
        refusal.message = Some(match refusal.message {
            Some(message) => format!("{message}; {text}"),
            None => text,
        });
        refusal
    }

    /// Reads plain text. For an HTML page only the beginning is quoted.
    fn of_text(body: &[u8]) -> Self {
        let text = String::from_utf8_lossy(body);
        let is_page = text.trim_start().starts_with(['<', '{', '[']) || text.contains('\0');
        let message = clean(&text, LONGEST_TEXT);
        match is_page || message.is_empty() {
            true => Self { rest: Some(quoted(body)), ..Self::default() },
            false => Self { message: Some(message), ..Self::default() },
        }
    }

    /// Reads a refusal in JSON. The fields named in `elsewhere` are left to the caller.
    pub fn of(value: &Value, elsewhere: &[&str]) -> Self {
        RefusalReader::read(value, elsewhere)
    }

    /// The reason, phrased to follow what was refused: the sentence and the code, or the body's first
    /// characters if it has no sentence.
    pub fn why(&self) -> String {
        match (&self.message, &self.code, &self.rest) {
            (Some(message), Some(code), _) if !message.contains(code.as_str()) => {
                format!(": {message} ({code})")
            }
            (Some(message), ..) => format!(": {message}"),
            (None, ..) if !self.complaints.is_empty() => String::new(),
            (None, _, Some(rest)) => format!(", a body {rest}"),
            (None, ..) => String::new(),
        }
    }

    /// The members of the answer that were not understood, for a note below the message.
    pub fn other_members(&self) -> Option<String> {
        self.rest.clone().filter(|_| self.message.is_some() || !self.complaints.is_empty())
    }

    /// Whether it says that the flow is locked.
    pub fn is_about_lock(&self) -> bool {
        self.has_word(&["locked", "lock held", "is open in", "checked out", "being edited"])
    }

    /// Whether it says that the platform already has something with this name.
    pub fn is_about_name_conflict(&self) -> bool {
        self.has_word(&[
            "already exists",
            "exists already",
            "duplicate",
            "is taken",
            "already in use",
            "must be unique",
        ])
    }

    fn has_word(&self, words: &[&str]) -> bool {
        let complaints =
            self.complaints.iter().flat_map(|complaint| [Some(&complaint.message), complaint.code.as_ref()]);
        let texts = [self.message.as_ref(), self.code.as_ref()].into_iter().chain(complaints).flatten();
        texts.into_iter().any(|text| {
            let text = words_of(text);
            words.iter().any(|word| format!(" {text} ").contains(&format!(" {word} ")))
        })
    }
}

/// A text in lower case with single blanks between its words: `FLOW_LOCKED` and `flowLocked` become
/// `flow locked`.
fn words_of(text: &str) -> String {
    let mut out = String::new();
    let mut was_small = false;
    for c in text.chars() {
        let is_boundary = !c.is_alphanumeric() || (was_small && c.is_uppercase());
        if is_boundary && !out.ends_with(' ') {
            out.push(' ');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
        was_small = c.is_lowercase();
    }
    out.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn read(body: &str) -> Refusal {
        Refusal::read(body.as_bytes())
    }

    #[test]
    fn a_header_says_what_the_body_does_not() {
        let why = |body: &str, description: &str| {
            let response = Response {
                body: body.as_bytes().to_vec(),
                description: Some(description.to_owned()),
                ..Response::default()
            };
            Refusal::of_answer(&response).why()
        };
        assert_eq!(why("", "no such\r\n\u{1b}[31mscript"), ": no such [31mscript");
        assert_eq!(why(r#"{"message": "Bad request"}"#, "scriptPath"), ": Bad request; scriptPath");
        assert_eq!(why(r#"{"message": "kein Skript Ü"}"#, "kein Skript ?"), ": kein Skript Ü");
        assert_eq!(why(r#"{"message": "Bad request"}"#, " "), ": Bad request");
        assert!(why("", &"x".repeat(100_000)).len() < LONGEST_TEXT + 10);
    }

    #[test]
    fn locks_differ_from_blocks() {
        for text in
            ["the flow is locked", "FLOW_LOCKED", "flowLocked", "Locked by dana", "it is being edited"]
        {
            assert!(read(&format!(r#"{{"message":"{text}"}}"#)).is_about_lock(), "{text}");
            assert!(
                read(&format!(r#"{{"errors":[{{"code":"{text}","message":"m"}}]}}"#)).is_about_lock(),
                "{text}"
            );
        }
        for text in ["the number is blocked", "unlocked", "the clock is wrong", "interlocked"] {
            assert!(!read(&format!(r#"{{"message":"{text}"}}"#)).is_about_lock(), "{text}");
        }
        assert!(read(r#"{"message":"a flow of this name already exists"}"#).is_about_name_conflict());
    }
}
