//! Masks the secrets of this process in findings. A flow may include any file of its repository, even `.env`,
//! and findings quote their sources.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret, SecretString};

use serde_json::Value;

use super::redactor::LONGEST_WORD;
use super::secret_search::{SHORTEST, SecretSearch};
use crate::diagnostics::{Diagnostic, quote};
use crate::settings::codes::HELD_SECRET;
use crate::source::{FileId, Source, Sources, Span};

/// How much of a text is searched at once, in bytes.
const WINDOW: usize = 1 << 16;
/// The maximum length of one escaped byte of a secret, as in `&#x00041;`.
const LONGEST_ESCAPE: usize = 10;
/// How many spellings of secrets are remembered to find pieces of them.
const MAX_SPELLINGS: usize = 64;

/// The secrets that no finding may show.
#[derive(Debug, Default)]
pub struct Mask {
    /// The secrets, and their Base64 encodings.
    secrets: Vec<SecretString>,
    /// Searches for all spellings.
    secret_search: SecretSearch,
}

/// Sources and findings with secrets masked.
#[derive(Debug)]
pub struct Masked<'m> {
    mask: &'m Mask,
    /// The masked sources, if one contains a secret.
    sources: Option<Sources>,
    /// The spellings of the secrets in the sources: findings may quote pieces of them.
    spellings: BTreeSet<String>,
}

impl Mask {
    /// A mask for these secrets. Texts of fewer than four bytes do not count as secrets.
    pub fn new(secrets: impl IntoIterator<Item = String>) -> Self {
        let mut spellings = BTreeSet::new();
        let secrets: Vec<String> = secrets.into_iter().collect();
        let secret_search = SecretSearch::new(secrets.iter().map(String::as_str));
        for secret in secrets {
            if secret.len() < SHORTEST {
                continue;
            }
            for lead in 0..3 {
                spellings.extend(in_base64(&secret, lead));
            }
            // Forms write a space as a plus.
            spellings.insert(secret.replace(' ', "+"));
            spellings.insert(secret);
        }
        Self { secrets: spellings.into_iter().map(SecretString::from).collect(), secret_search }
    }

    /// Masks sources and the findings in them.
    pub fn over(&self, sources: &Sources) -> Masked<'_> {
        let mut masked = Masked { mask: self, sources: None, spellings: BTreeSet::new() };
        if self.secrets.is_empty() {
            return masked;
        }
        let places: Vec<_> = sources.iter().map(|(_, source)| self.places(source.text(), SHORTEST)).collect();
        if places.iter().all(Vec::is_empty) {
            return masked;
        }
        let mut shown = Sources::default();
        for ((_, source), places) in sources.iter().zip(places) {
            for place in &places {
                if masked.spellings.len() < MAX_SPELLINGS {
                    masked.spellings.insert(source.slice(place.clone()).to_owned());
                }
            }
            let text = covered(source.text(), &places);
            let copy = Source::new(source.name(), source.path(), text.into_bytes());
            shown.add(if source.is_bundled() { copy.bundled() } else { copy });
        }
        masked.spellings.extend(self.secrets.iter().map(|secret| secret.expose_secret().to_owned()));
        masked.sources = Some(shown);
        masked
    }

    /// Masks secrets in rendered text. Short ones stay, since they may be the names of JSON fields.
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.cover(text, LONGEST_WORD + 1)
    }

    /// Masks secrets in a line for people, even short ones.
    pub fn words<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.cover(text, SHORTEST)
    }

    /// Whether a text contains a secret that is too long to be a coincidence.
    pub fn is_held_by(&self, text: &str) -> bool {
        !self.secrets.is_empty() && !self.places(text, LONGEST_WORD + 1).is_empty()
    }

    /// A finding for each file that contains a secret that is too long to be a coincidence.
    pub fn findings(&self, sources: &Sources) -> Vec<Diagnostic> {
        if self.secrets.is_empty() {
            return Vec::new();
        }
        let own = sources.iter().filter(|(_, source)| !source.is_bundled());
        let finding = |(file, source): (FileId, &Source)| {
            let mut places = self.places(source.text(), LONGEST_WORD + 1).into_iter();
            let first = places.next()?;
            let message =
                format!("{} contains a secret from this process's environment", quote(source.name()));
            let finding = Diagnostic::new(&HELD_SECRET, Span::new(file, first.start, first.end), message);
            Some(finding.here("not shown").help(
                "remove it and have a new one issued: whoever can read the file or the payload can read it",
            ))
        };
        own.filter_map(finding).collect()
    }

    /// A finding for a flow whose payload contains a secret that no file has as a whole: several values
    /// together form it.
    pub fn finding_in_payload(&self, payload: &str, name: Span) -> Option<Diagnostic> {
        let message = "the payload of this flow contains a secret from this process's environment";
        self.is_held_by(payload).then(|| {
            Diagnostic::new(&HELD_SECRET, name, message).here("put together from several texts").help(
                "remove its pieces and have a new one issued: whoever can read the files or the payload can read it",
            )
        })
    }

    /// Whether there are no secrets to search for.
    pub fn is_empty(&self) -> bool {
        self.secrets.is_empty()
    }

    /// Masks secrets in the texts of JSON, except under these names.
    pub fn json(&self, value: &mut Value, spared: &[&str]) {
        if self.secrets.is_empty() {
            return;
        }
        let mut open = vec![value];
        while let Some(value) = open.pop() {
            match value {
                Value::String(text) => {
                    if let Cow::Owned(shown) = self.text(text) {
                        *text = shown;
                    }
                }
                Value::Array(list) => open.extend(list.iter_mut()),
                Value::Object(fields) => {
                    open.extend(
                        fields
                            .iter_mut()
                            .filter(|(name, _)| !spared.contains(&name.as_str()))
                            .map(|(_, value)| value),
                    );
                }
                Value::Null | Value::Bool(_) | Value::Number(_) => {}
            }
        }
    }

    fn cover<'t>(&self, text: &'t str, shortest: usize) -> Cow<'t, str> {
        if self.secrets.is_empty() {
            return Cow::Borrowed(text);
        }
        let places = self.places(text, shortest);
        if places.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(covered(text, &places)) }
    }

    /// The places of secrets in a text. The text is searched in windows, since a window with escapes takes
    /// many times its size.
    fn places(&self, text: &str, shortest: usize) -> Vec<Range<usize>> {
        let overlap = self.secret_search.longest() * LONGEST_ESCAPE;
        let mut places = Vec::new();
        let mut start = 0;
        while start < text.len() {
            let next = text.floor_char_boundary(start + WINDOW);
            let end = text.ceil_char_boundary(next.saturating_add(overlap));
            let window = text.get(start..end).unwrap_or_default();
            let found = self.secret_search.places(window, shortest, false);
            places.extend(found.into_iter().map(|place| place.start + start..place.end + start));
            start = next;
        }
        places.sort_by_key(|place| place.start);
        places
    }
}

impl Masked<'_> {
    /// The sources to quote from; `sources` are the originals.
    pub fn sources<'s>(&'s self, sources: &'s Sources) -> &'s Sources {
        self.sources.as_ref().unwrap_or(sources)
    }

    /// Masks secrets in a finding.
    pub fn finding<'d>(&self, finding: &'d Diagnostic) -> Cow<'d, Diagnostic> {
        if self.mask.secrets.is_empty() {
            return Cow::Borrowed(finding);
        }
        let mut finding = finding.clone();
        let own = [&mut finding.message, &mut finding.label];
        let labels = finding.labels.iter_mut().map(|label| &mut label.text);
        let help = finding.help.iter_mut().chain(&mut finding.notes);
        // It quotes nothing of the file, and a word of its own text may be a piece of a secret.
        let is_own = *finding.code == HELD_SECRET;
        for text in own.into_iter().chain(labels).chain(help) {
            *text = if is_own { self.mask.words(text).into_owned() } else { self.text(text) };
        }
        // A fix with a masked text would write the mask.
        finding.fixes.retain(|fix| {
            let edits = fix.edits.iter().map(|edit| &edit.text);
            std::iter::once(&fix.title).chain(edits).all(|text| self.text(text) == *text)
        });
        Cow::Owned(finding)
    }

    /// Masks secrets in a text of a finding, and pieces of those that the sources contain.
    fn text(&self, text: &str) -> String {
        let text = self.mask.cover(text, SHORTEST).into_owned();
        let bytes = text.as_bytes();
        let is_piece = |piece: &[u8]| {
            self.spellings.iter().any(|secret| memchr::memmem::find(secret.as_bytes(), piece).is_some())
        };
        let pieces = bytes.windows(SHORTEST).enumerate().filter(|(_, piece)| is_piece(piece));
        let pieces: Vec<_> = pieces.map(|(at, _)| at..at + SHORTEST).collect();
        if pieces.is_empty() { text } else { covered(&text, &pieces) }
    }
}

/// The Base64 encoding of a secret after `lead` other bytes, as in `id:secret`, without the characters that
/// share bits with its neighbours.
fn in_base64(secret: &str, lead: usize) -> impl Iterator<Item = String> {
    let bytes: Vec<u8> = std::iter::repeat_n(0, lead).chain(secret.bytes()).collect();
    let first = (lead * 8).div_ceil(6);
    let past = bytes.len() * 8 / 6;
    let encoded = [BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)];
    let encoded = encoded.into_iter().filter_map(move |text| text.get(first..past).map(str::to_owned));
    encoded.filter(|text| text.len() >= SHORTEST)
}

/// Masks places in a text, sorted by their starts. Every character keeps its length and width, so that spans
/// and columns stay valid; line breaks stay.
fn covered(text: &str, places: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut shown = 0;
    for place in places {
        let start = text.floor_char_boundary(place.start.max(shown));
        let end = text.ceil_char_boundary(place.end.max(start));
        out.push_str(text.get(shown..start).unwrap_or_default());
        out.extend(text.get(start..end).unwrap_or_default().chars().map(cover));
        shown = end.max(shown);
    }
    out.push_str(text.get(shown..).unwrap_or_default());
    out
}

fn cover(c: char) -> char {
    match c.len_utf8() {
        _ if matches!(c, '\n' | '\r') => c,
        1 => '*',
        2 => '\u{B7}',
        3 if unicode_width::UnicodeWidthChar::width(c) == Some(2) => '\u{FF0A}',
        3 => '\u{2022}',
        _ => '\u{1F512}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_lines_are_kept() {
        let mask = Mask::new(["pä界😀s w\nd".to_owned()]);
        let text = "a \"pä界😀s w\nd\" b";
        let shown = mask.cover(text, SHORTEST);
        assert_eq!(shown, "a \"*·＊🔒***\n*\" b");
        assert_eq!(shown.len(), text.len());
    }

    #[test]
    fn secrets_are_found_at_the_edges_of_windows() {
        let mask = Mask::new(["s3cr3t/of/this".to_owned()]);
        for encoded in ["s3cr3t/of/this", "s3cr3t%2Fof%2fthis", "&#x000073;3cr3t/of/this"] {
            for lead in WINDOW - 40..WINDOW + 2 {
                let text = format!("{}{encoded}.", "x".repeat(lead));
                let shown = mask.cover(&text, SHORTEST);
                assert!(shown.ends_with(&format!("x{}.", "*".repeat(encoded.len()))), "{encoded} at {lead}");
            }
        }
    }

    #[test]
    fn base64_is_masked_after_any_neighbour() {
        let mask = Mask::new(["s3cr3t-of-this".to_owned()]);
        for lead in ["", "i", "id", "id:", "client:"] {
            let encoded = BASE64_STANDARD_NO_PAD.encode(format!("{lead}s3cr3t-of-this."));
            let shown = mask.cover(&encoded, SHORTEST).into_owned();
            assert!(shown.matches('*').count() >= 17, "{lead}: {shown}");
        }
    }

    #[test]
    fn pieces_of_a_secret_are_masked_if_a_source_contains_it() {
        let mask = Mask::new(["qx7z-kk41-vv92".to_owned()]);
        let mut sources = Sources::default();
        let file = sources.add(Source::new("a", "a", b"node qx7z-kk41-vv92".to_vec()));
        let finding = Diagnostic::new(
            &crate::resolve::codes::INCLUDE_NOT_FOUND,
            Span::new(file, 5, 9),
            "no `qx7z` here",
        );
        let masked = mask.over(&sources);
        assert_eq!(masked.finding(&finding).message, "no `****` here");
        assert_eq!(masked.sources(&sources).get(file).text(), "node **************");
        let clean = Sources::default();
        assert_eq!(mask.over(&clean).finding(&finding).message, "no `qx7z` here");
    }
}
