//! SSML: a text with the markup of a speech engine, as the W3C's Speech Synthesis Markup Language has it.
//!
//! Whether an engine knows an element is left open: each has its own. The prefixes of elements need no declaration,
//! since engines do not ask for one.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::errors::Error;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::TimeBounds;

/// What is heard of a text with markup.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SsmlContent {
    /// What is spoken: the text without the markup.
    pub spoken: String,
    /// How long its pauses take together, in milliseconds.
    pub pauses: u64,
    /// The first element whose time is not known.
    pub untimed: Option<String>,
    /// Whether it plays a recording.
    pub plays: bool,
}

/// What is wrong with a text with markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SsmlFault {
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Where, in bytes.
    pub range: Range<usize>,
}

impl SsmlFault {
    fn new(message: impl Into<String>, help: impl Into<String>, range: Range<usize>) -> Self {
        Self { message: message.into(), help: help.into(), range }
    }
}

/// Reads a text with markup.
///
/// ```
/// use cxflowc::speech::ssml;
///
/// let content = ssml("<speak>One <break time=\"2s\"/> moment &amp; we go on.</speak>").unwrap();
/// assert_eq!((content.spoken.as_str(), content.pauses), ("One moment & we go on.", 2000));
/// let fault = ssml("<speak>One moment</speek>").unwrap_err();
/// assert_eq!(fault.range, 17..25);
/// ```
///
/// # Errors
///
/// The first place where it is not well-formed XML with the root `speak`.
pub fn ssml(text: &str) -> Result<SsmlContent, SsmlFault> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    let mut state = Reading { text, open: Vec::new(), has_root: false, content: SsmlContent::default() };
    loop {
        let start = offset(reader.buffer_position());
        let event = reader.read_event().map_err(|error| state.fault_of(&error, start))?;
        let range = start..offset(reader.buffer_position());
        match event {
            Event::Start(element) => {
                state.element(&element, range.clone())?;
                state.open.push((element.name().as_ref().to_owned(), range));
            }
            Event::Empty(element) => state.element(&element, range)?,
            Event::End(_) => state.end(),
            Event::Text(_) => state.words(range)?,
            Event::CData(_) => state.literal(range)?,
            Event::GeneralRef(_) => state.reference(range)?,
            Event::DocType(_) => {
                return Err(SsmlFault::new(
                    "SSML has no document type",
                    "take the `<!DOCTYPE …>` out",
                    range,
                ));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
    }
    state.finish()
}

/// The reading of a text.
struct Reading<'t> {
    text: &'t str,
    /// The elements that are open, each with the place of its tag.
    open: Vec<(String, Range<usize>)>,
    has_root: bool,
    content: SsmlContent,
}

impl Reading<'_> {
    fn piece(&self, range: Range<usize>) -> &str {
        self.text.get(range).unwrap_or_default()
    }

    /// An element with its attributes.
    fn element(&mut self, element: &BytesStart<'_>, range: Range<usize>) -> Result<(), SsmlFault> {
        let name = element.name().as_ref().to_owned();
        if let Some(fault) = self.lone_sign(range.start) {
            return Err(fault);
        }
        let mut pause = None;
        let mut alias = None;
        let mut plays = false;
        for attribute in element.attributes() {
            let attribute = attribute.map_err(|_| {
                let message = format!("the attributes of `<{name}>` are not well-formed");
                SsmlFault::new(
                    message,
                    "write each once, with its value in quotes, as in `time=\"2s\"`",
                    range.clone(),
                )
            })?;
            let value = attribute.value.into_owned();
            if value.contains('<') {
                let message = format!("a value in `<{name}>` has a `<`");
                return Err(SsmlFault::new(message, "write `&lt;` for it", range));
            }
            match attribute.key.as_ref() {
                "time" => pause = milliseconds(value.trim()).or(Some(None)),
                "strength" if value.trim() == "none" => pause = pause.or(Some(Some(0))),
                "alias" => alias = Some(value),
                "src" => plays = true,
                _ => {}
            }
        }
        if self.open.is_empty() {
            self.root(&name, &range)?;
        }
        if self.is_silent() {
            return Ok(());
        }
        match name.as_str() {
            "break" => match pause.flatten() {
                Some(time) => self.content.pauses = self.content.pauses.saturating_add(time),
                None => self.untimed(&range),
            },
            "sub" => {
                self.push(" ");
                self.push(&alias.unwrap_or_default());
            }
            "audio" => {
                self.content.plays |= plays;
                self.untimed(&range);
            }
            "p" | "s" => self.push("\n"),
            "speak" | "mark" | "w" | "token" | "voice" => {}
            name if SILENT.contains(&name) => {}
            _ => self.untimed(&range),
        }
        Ok(())
    }

    fn untimed(&mut self, range: &Range<usize>) {
        if self.content.untimed.is_none() {
            self.content.untimed = Some(self.piece(range.clone()).to_owned());
        }
    }

    /// The element around all others.
    fn root(&mut self, name: &str, range: &Range<usize>) -> Result<(), SsmlFault> {
        if std::mem::replace(&mut self.has_root, true) {
            let message = "something stands after the end of `speak`";
            return Err(SsmlFault::new(message, "put everything into one `<speak>…</speak>`", range.clone()));
        }
        if name == "speak" {
            return Ok(());
        }
        let message = format!("the outermost element is `{name}`, not `speak`");
        Err(SsmlFault::new(message, "begin with `<speak>` and end with `</speak>`", range.clone()))
    }

    fn end(&mut self) {
        if let Some((name, _)) = self.open.pop()
            && matches!(name.as_str(), "p" | "s")
        {
            self.push("\n");
        }
    }

    /// Whether what stands here is not spoken: it describes a recording, or comes in place of one.
    fn is_silent(&self) -> bool {
        self.open
            .iter()
            .rev()
            .take(4)
            .any(|(name, _)| SILENT.contains(&name.as_str()) || NOT_SAID.contains(&name.as_str()))
    }

    fn words(&mut self, range: Range<usize>) -> Result<(), SsmlFault> {
        let piece = self.piece(range.clone());
        if let Some(at) = piece.find("]]>") {
            let at = range.start + at;
            return Err(SsmlFault::new("`]]>` stands in a text", "write `]]&gt;` for it", at..at + 3));
        }
        self.literal_of(piece.to_owned(), range)
    }

    /// `<![CDATA[…]]>`
    fn literal(&mut self, range: Range<usize>) -> Result<(), SsmlFault> {
        let piece = self.piece(range.clone());
        let inside = piece.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>"));
        self.literal_of(inside.unwrap_or(piece).to_owned(), range)
    }

    fn literal_of(&mut self, words: String, range: Range<usize>) -> Result<(), SsmlFault> {
        let blank_before = words.len() - words.trim_start().len();
        if self.open.is_empty() && !words.trim().is_empty() {
            let start = range.start + blank_before;
            let range = start..start + words.trim().len();
            let help = "put everything into one `<speak>…</speak>`";
            return Err(SsmlFault::new("this text stands outside `speak`", help, range));
        }
        if !self.is_silent() {
            self.push(&words);
        }
        Ok(())
    }

    /// `&amp;` and `&#233;`
    fn reference(&mut self, range: Range<usize>) -> Result<(), SsmlFault> {
        let piece = self.piece(range.clone());
        let name = piece.trim_start_matches('&').trim_end_matches(';');
        let number = name.strip_prefix('#').and_then(|number| match number.strip_prefix('x') {
            Some(hex) => u32::from_str_radix(hex, 16).ok(),
            None => number.parse().ok(),
        });
        let character =
            number.and_then(char::from_u32).filter(|c| !c.is_control() || c.is_ascii_whitespace());
        let words = resolve_predefined_entity(name).map(str::to_owned).or(character.map(String::from));
        let Some(words) = words else {
            let message = format!("SSML knows no `{piece}`");
            let help = "write the character itself; `&amp;`, `&lt;`, `&gt;`, `&quot;` and `&apos;` are known";
            return Err(SsmlFault::new(message, help, range));
        };
        self.literal_of(words, range)
    }

    /// Adds words, with one blank in place of several.
    fn push(&mut self, words: &str) {
        let spoken = &mut self.content.spoken;
        let is_end_of_sentence = words == "\n";
        for c in words.chars() {
            if !c.is_whitespace() {
                spoken.push(c);
            } else if is_end_of_sentence && !spoken.is_empty() {
                spoken.truncate(spoken.trim_end().len());
                spoken.push('\n');
            } else if !spoken.is_empty() && !spoken.ends_with(char::is_whitespace) {
                spoken.push(' ');
            }
        }
    }

    fn finish(mut self) -> Result<SsmlContent, SsmlFault> {
        if let Some((name, range)) = self.open.pop() {
            let message = format!("`<{name}>` is not closed");
            return Err(SsmlFault::new(message, format!("write `</{name}>` where it ends"), range));
        }
        if !self.has_root {
            let help = "write `<speak>…</speak>` around the words, or `text` for words without markup";
            return Err(SsmlFault::new(
                "this is no SSML: it has no element `speak`",
                help,
                0..self.text.len(),
            ));
        }
        self.content.spoken.truncate(self.content.spoken.trim_end().len());
        Ok(self.content)
    }

    /// A `<` at an offset that begins no tag: one before a blank, a digit or the end.
    fn lone_sign(&self, at: usize) -> Option<SsmlFault> {
        let behind = self.text.get(at..)?.strip_prefix('<')?;
        let begins = |letter: char| letter.is_alphabetic() || matches!(letter, '_' | ':' | '/' | '!' | '?');
        let fault = || SsmlFault::new("a `<` stands alone", "write `&lt;` for the sign itself", at..at + 1);
        (!behind.starts_with(begins)).then(fault)
    }

    /// What the reader found wrong with the piece that begins at an offset.
    fn fault_of(&self, error: &Error, start: usize) -> SsmlFault {
        let rest = self.text.get(start..).unwrap_or_default();
        // A tag may begin after the text before it.
        let at = start + rest.find(['<', '&']).unwrap_or_default();
        let rest = self.text.get(at..).unwrap_or_default();
        let tag = at..at + rest.find('>').map_or(rest.len(), |end| end + 1);
        if let Some(name) = rest.strip_prefix("</") {
            let name = name.split('>').next().unwrap_or_default().trim();
            return match self.open.last() {
                Some((open, _)) => SsmlFault::new(
                    format!("`</{name}>` stands where `<{open}>` is open"),
                    format!("write `</{open}>`"),
                    tag,
                ),
                None => SsmlFault::new(
                    format!("`</{name}>` closes nothing"),
                    "take it out, or write the opening tag before it",
                    tag,
                ),
            };
        }
        if rest.starts_with('&') {
            let end = rest.char_indices().nth(1).map_or(rest.len(), |(end, _)| end);
            return SsmlFault::new("a `&` stands alone", "write `&amp;` for the sign itself", at..at + end);
        }
        if let Some(fault) = self.lone_sign(at) {
            return fault;
        }
        let what = match error {
            Error::Syntax(_) => "a tag does not end",
            _ => "this is not well-formed",
        };
        SsmlFault::new(
            what,
            "write tags as in `<break time=\"2s\"/>`, and `&lt;` for the sign `<` itself",
            tag,
        )
    }
}

/// Elements whose text is not spoken.
const SILENT: [&str; 4] = ["metadata", "meta", "lexicon", "desc"];
/// Elements whose text comes in place of something else.
const NOT_SAID: [&str; 2] = ["audio", "sub"];

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

/// A time such as `2s`, `500ms` or `1.5s` in milliseconds; the inner value is missing where it is not known.
fn milliseconds(time: &str) -> Option<Option<u64>> {
    let (number, each) = match time.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (time.strip_suffix('s')?, 1000),
    };
    let (whole, part) = number.strip_prefix('+').unwrap_or(number).split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = if whole.is_empty() { "0" } else { whole };
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = format!("{part:0<3}").get(..3)?.parse().ok()?;
    Some(Some(whole.checked_mul(each)?.checked_add(part * each / 1000)?))
}

impl SsmlContent {
    /// How long the pauses take, and whether all of it has a known time.
    pub fn around(&self, spoken: TimeBounds) -> TimeBounds {
        let time = spoken.and(TimeBounds::exactly(self.pauses));
        if self.untimed.is_some() { time.and(TimeBounds::UNKNOWN) } else { time }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spoken(text: &str) -> (String, u64, Option<String>) {
        let content = ssml(text).unwrap_or_default();
        (content.spoken, content.pauses, content.untimed)
    }

    #[test]
    fn reads_what_is_spoken() {
        for (text, words, pauses) in [
            ("<speak>Hello</speak>", "Hello", 0),
            ("<speak>\n  Hello,\n  you.\n</speak>\n", "Hello, you.", 0),
            ("<speak><p>One.</p><p>Two.</p></speak>", "One.\nTwo.", 0),
            ("<speak>A<break time='500ms'/> B<break time=\"1.5s\"/></speak>", "A B", 2000),
            ("<speak>A<break strength=\"none\"/></speak>", "A", 0),
            ("<speak><sub alias=\"World Wide Web\">WWW</sub></speak>", "World Wide Web", 0),
            ("<?xml version=\"1.0\"?><speak version=\"1.1\">Caf&#233; &amp; more</speak>", "Café & more", 0),
            ("<speak><!-- nobody hears it --><![CDATA[a < b]]></speak>", "a < b", 0),
            ("<speak>Hello, {name}</speak>", "Hello, {name}", 0),
            ("<speak/>", "", 0),
        ] {
            assert_eq!(spoken(text), (words.to_owned(), pauses, None), "{text}");
        }
    }

    #[test]
    fn knows_what_has_no_known_time() {
        for (text, element) in [
            ("<speak><break/></speak>", "<break/>"),
            ("<speak><break time=\"{pause}\"/></speak>", "<break time=\"{pause}\"/>"),
            ("<speak>A <audio src=\"a.wav\">B</audio></speak>", "<audio src=\"a.wav\">"),
            ("<speak><prosody rate=\"slow\">A</prosody></speak>", "<prosody rate=\"slow\">"),
            (
                "<speak><amazon:effect name=\"whispered\">A</amazon:effect></speak>",
                "<amazon:effect name=\"whispered\">",
            ),
        ] {
            assert_eq!(spoken(text).2.as_deref(), Some(element), "{text}");
        }
        let recording = ssml("<speak><audio src=\"a.wav\">or else</audio></speak>").unwrap_or_default();
        assert!(recording.plays && recording.spoken.is_empty());
    }

    #[test]
    fn finds_the_place_of_a_fault() {
        for (text, wrong) in [
            ("Hello", "Hello"),
            ("", ""),
            ("<speak>Hello", "<speak>"),
            ("<speak><p>Hello</speak>", "</speak>"),
            ("<speak>Hello</speak></p>", "</p>"),
            ("<p>Hello</p>", "<p>"),
            ("<speak>A</speak><speak>B</speak>", "<speak>"),
            ("<speak>A</speak> and more", "and more"),
            ("<speak>Tom & Jerry</speak>", "&"),
            ("<speak>A&nbsp;B</speak>", "&nbsp;"),
            ("<speak><break time=2s/></speak>", "<break time=2s/>"),
            ("<speak><break time=\"1s\" time=\"2s\"/></speak>", "<break time=\"1s\" time=\"2s\"/>"),
            ("<speak>A <break", "<break"),
            ("<speak>a < b</speak>", "<"),
            (
                "<!DOCTYPE speak [<!ENTITY a \"b\">]><speak>&a;</speak>",
                "<!DOCTYPE speak [<!ENTITY a \"b\">]>",
            ),
        ] {
            let fault = ssml(text).expect_err(text);
            assert_eq!(text.get(fault.range.clone()), Some(wrong), "{text}: {fault:?}");
        }
    }
}
