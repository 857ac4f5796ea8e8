//! Whether what is heard can be: languages, voices, recordings of the library, texts with markup.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::payload::{Action, Errors, Payload};
use super::problem::{Finding, bounded};

/// Reports what cannot be spoken or played.
pub fn judge(payload: &Payload<'_>, errors: &mut Errors) {
    let of_flow = speaker(payload.language.as_deref(), payload.voice.as_deref());
    for (code, message) in of_flow {
        errors.add(|| Finding::new(code, message));
    }
    for node in &payload.nodes {
        for (code, message) in node.actions.iter().flat_map(of_action) {
            errors.add(|| Finding::new(code, message).at(&node.id));
        }
    }
}

type Complaint = (&'static str, String);

fn speaker(language: Option<&str>, voice: Option<&str>) -> Vec<Complaint> {
    let language = language.filter(|language| !is_language(language));
    let language =
        language.map(|other| ("bad_language", format!("language is {}, which is no tag", bounded(other))));
    let voice = voice.filter(|voice| voice.trim().is_empty());
    let voice = voice.map(|_| ("bad_voice", "voice is empty".to_owned()));
    language.into_iter().chain(voice).collect()
}

fn of_action(action: &Action<'_>) -> Vec<Complaint> {
    let mut found = speaker(action.language.as_deref(), action.voice.as_deref());
    let own = (&*action.media_url, action.prompt_id.as_deref(), &*action.text, action.ssml.as_deref());
    found.extend(of_said("", own));
    for word in ["retry_", "silence_"] {
        let part = |name: &str| {
            let is_part = |known: &str| known.strip_prefix(word) == Some(name);
            let said = action.repeats.iter().find(|(known, _)| is_part(known));
            // An empty one has its own complaint.
            said.and_then(|(_, said)| said.as_deref()).filter(|said| !said.is_empty())
        };
        let said = (
            part("media_url").unwrap_or_default(),
            part("prompt_id"),
            part("text").unwrap_or_default(),
            part("ssml"),
        );
        found.extend(of_said(word, said));
    }
    found
}

/// What is wrong with a recording by its URL and by its id, and with a text without and with markup.
fn of_said(word: &str, said: (&str, Option<&str>, &str, Option<&str>)) -> Vec<Complaint> {
    let (media_url, prompt_id, text, ssml) = said;
    let prompt = prompt_id.and_then(|id| match id.trim().is_empty() {
        true => Some(format!("{word}prompt_id is empty")),
        false if !media_url.is_empty() => Some(format!("{word}prompt_id stands beside {word}media_url")),
        false => None,
    });
    let markup = ssml.and_then(|markup| match text.is_empty() {
        true => markup_fault(markup),
        false => Some(format!("it stands beside {word}text")),
    });
    let markup = markup.map(|why| format!("{word}ssml cannot be spoken: {}", bounded(&why)));
    let prompt = prompt.map(|message| ("bad_prompt", message));
    prompt.into_iter().chain(markup.map(|message| ("bad_ssml", message))).collect()
}

/// Whether a text has the form of a language tag: a code of two or three letters, and what is joined to it by hyphens.
pub fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let is_code =
        |code: &str| matches!(code.len(), 2 | 3) && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_part =
        |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    parts.next().is_some_and(is_code) && parts.all(is_part)
}

/// What keeps a text from being XML with the outermost element `speak`.
fn markup_fault(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    let (mut depth, mut roots) = (0_usize, 0_usize);
    loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => return Some(error.to_string()),
        };
        match event {
            Event::Start(ref element) | Event::Empty(ref element) => {
                if depth == 0 {
                    roots += 1;
                    if element.name().as_ref() != "speak" {
                        return Some("the outermost element is not speak".to_owned());
                    }
                }
                if element.attributes().any(|attribute| attribute.is_err()) {
                    return Some("an element has a broken attribute".to_owned());
                }
                depth += usize::from(matches!(event, Event::Start(_)));
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::DocType(_) => return Some("it has a document type".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    match (depth, roots) {
        (0, 1) => None,
        (0, _) => Some("it has no single element around all others".to_owned()),
        _ => Some("an element is not closed".to_owned()),
    }
}
