//! Searches texts for secrets in all the spellings in which they may be repeated.

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};

use super::plain::{EscapeSet, Plain, ascii_equivalent, is_separator_byte};

/// Shorter secrets would match every text; in bytes.
pub const SHORTEST: usize = 4;
/// Secrets of at least this many bytes are also searched for in rare spellings, which short ones match by
/// chance.
const MIN_FOR_RARE_SPELLINGS: usize = 8;
/// How many levels of nested escapes are resolved.
const MAX_NESTING: usize = 3;

/// The spellings to search for. Case is ignored.
#[derive(Default, Clone)]
pub struct SecretSearch {
    /// Every spelling of every secret, in lower case.
    spellings: BTreeSet<Vec<u8>>,
    search: Option<AhoCorasick>,
    lengths: Vec<usize>,
}

/// Does not show the secrets.
impl fmt::Debug for SecretSearch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretSearch({})", self.spellings.len())
    }
}

impl SecretSearch {
    /// The spellings of these secrets.
    pub fn new<'s>(secrets: impl IntoIterator<Item = &'s str>) -> Self {
        let mut secret_search = Self::default();
        secrets.into_iter().for_each(|secret| secret_search.insert(secret));
        secret_search.build();
        secret_search
    }

    /// Adds a secret.
    pub fn add(&mut self, secret: &str) {
        let before = self.spellings.len();
        self.insert(secret);
        if self.spellings.len() > before {
            self.build();
        }
    }

    /// The length of the longest spelling, in bytes.
    pub fn longest(&self) -> usize {
        self.lengths.iter().copied().max().unwrap_or_default()
    }

    fn insert(&mut self, secret: &str) {
        if secret.len() < SHORTEST {
            return;
        }
        let form: String = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
        let percent = form.replace('+', "%20");
        // Forms write a blank as a plus.
        let mut plain = BTreeSet::from([secret.to_owned(), secret.replace(' ', "+"), form, percent]);
        // The search only ignores the case of ASCII letters.
        if !secret.is_ascii() {
            plain.extend([secret.to_lowercase(), secret.to_uppercase()]);
        }
        // For texts whose wide and ornate characters are read as plain ones.
        plain.insert(secret.chars().map(ascii_equivalent).collect());
        for text in &plain {
            for lead in 0..3 {
                self.spellings.extend(in_base64(text, lead));
            }
            let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
            self.spellings.insert(hex.into_bytes());
            self.spellings.insert(text.to_ascii_lowercase().into_bytes());
            self.spellings.extend((0..5).filter_map(|lead| in_base32(text, lead)));
            if text.len() >= MIN_FOR_RARE_SPELLINGS {
                let inner = (0..3).flat_map(|lead| bytes_in_base64(text.as_bytes(), lead));
                let outer =
                    inner.flat_map(|inner| (0..3).flat_map(move |lead| lowered(inner.as_bytes(), lead)));
                self.spellings.extend(outer);
                self.spellings
                    .insert(text.to_ascii_lowercase().chars().rev().collect::<String>().into_bytes());
            }
            let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
            self.spellings.extend((0..3).flat_map(|lead| lowered(&wide, lead)));
            let numbers: String = text.bytes().map(|byte| format!("{byte},")).collect();
            self.spellings.insert(numbers.into_bytes());
        }
        // For texts whose separators are removed.
        let without_separators: Vec<Vec<u8>> =
            self.spellings.iter().map(|spelling| without_separator_bytes(spelling)).collect();
        self.spellings.extend(without_separators);
        self.spellings.retain(|spelling| spelling.len() >= SHORTEST);
    }

    fn build(&mut self) {
        self.lengths = self.spellings.iter().map(Vec::len).collect();
        // The limit is never reached; if building failed, nothing would be found.
        let mut search = AhoCorasick::builder();
        search.ascii_case_insensitive(true).match_kind(MatchKind::Standard);
        self.search = search.build(&self.spellings).ok();
    }

    /// The places of spellings of at least `shortest` bytes in a text, sorted by their starts. `torn` is
    /// whether to also search without separators, as for wrapped Base64.
    pub fn places(&self, text: &str, shortest: usize, torn: bool) -> Vec<Range<usize>> {
        let Some(search) = &self.search else { return Vec::new() };
        let mut places: Vec<Range<usize>> = Vec::new();
        for escapes in [EscapeSet::Usual, EscapeSet::Any] {
            let mut level = Plain::from_text(text);
            for depth in 0..=MAX_NESTING {
                self.find(search, &level, shortest, &mut places);
                if torn {
                    self.find(search, &level.without_separators(), shortest, &mut places);
                }
                if depth == MAX_NESTING || !level.has_escapes(escapes) {
                    break;
                }
                level = level.resolved(escapes);
            }
        }
        places.sort_by_key(|place| (place.start, place.end));
        places.dedup();
        places
    }

    fn find(&self, search: &AhoCorasick, level: &Plain, shortest: usize, places: &mut Vec<Range<usize>>) {
        for found in search.find_overlapping_iter(level.bytes()) {
            let length = self.lengths.get(found.pattern().as_usize()).copied().unwrap_or_default();
            if length >= shortest {
                places.extend(level.place(found.start()..found.end()));
            }
        }
    }
}

fn without_separator_bytes(spelling: &[u8]) -> Vec<u8> {
    let kept = spelling.iter().filter(|byte| !is_separator_byte(**byte));
    kept.map(u8::to_ascii_lowercase).collect()
}

/// The Base64 encoding of a secret after `lead` other bytes, as in `id:secret`, without the characters that
/// share bits with its neighbours.
fn in_base64(secret: &str, lead: usize) -> impl Iterator<Item = Vec<u8>> + use<> {
    lowered(secret.as_bytes(), lead)
}

/// The same in lower case.
fn lowered(secret: &[u8], lead: usize) -> impl Iterator<Item = Vec<u8>> + use<> {
    bytes_in_base64(secret, lead).map(|text| text.to_ascii_lowercase().into_bytes())
}

/// The Base32 encoding (RFC 4648) of a secret after `lead` other bytes, in lower case.
fn in_base32(secret: &str, lead: usize) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut out = Vec::new();
    let (mut held, mut bits) = (0_usize, 0);
    for byte in std::iter::repeat_n(0, lead).chain(secret.bytes()) {
        held = held << 8 | usize::from(byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(*ALPHABET.get(held >> bits & 31)?);
        }
        held &= 31;
    }
    Some(out.split_off((lead * 8).div_ceil(5)))
}

fn bytes_in_base64(secret: &[u8], lead: usize) -> impl Iterator<Item = String> + use<> {
    let bytes: Vec<u8> = std::iter::repeat_n(0, lead).chain(secret.iter().copied()).collect();
    let first = (lead * 8).div_ceil(6);
    let past = bytes.len() * 8 / 6;
    let encoded = [BASE64_STANDARD_NO_PAD.encode(&bytes), BASE64_URL_SAFE_NO_PAD.encode(&bytes)];
    encoded.into_iter().filter_map(move |text| text.get(first..past).map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "s3/cret+&\"One\" ß";

    #[track_caller]
    fn finds(text: &str, torn: bool) {
        let secret_search = SecretSearch::new([SECRET]);
        let text = format!("<p>{text}</p>");
        let places = secret_search.places(&text, SHORTEST, torn);
        assert!(!places.is_empty(), "{text}");
        assert!(places.iter().all(|place| text.get(place.clone()).is_some()), "{text}");
    }

    fn percent(text: &str) -> String {
        url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
    }

    #[test]
    fn nested_encodings_are_found() {
        let every = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let json = serde_json::to_string(SECRET).unwrap();
        for text in [
            SECRET.to_owned(),
            SECRET.to_uppercase().replace("SS", "ß"),
            SECRET.to_uppercase(),
            SECRET.to_lowercase(),
            percent(SECRET),
            percent(SECRET).to_lowercase(),
            percent(&percent(SECRET)),
            percent(&percent(&percent(SECRET))),
            every(SECRET),
            every(&every(SECRET)),
            json.clone(),
            serde_json::to_string(&json).unwrap(),
            SECRET.chars().map(|c| format!("&#{};", u32::from(c))).collect(),
            SECRET.chars().map(|c| format!("&#x{:X};", u32::from(c))).collect(),
            SECRET.chars().map(|c| format!("&#{}", u32::from(c))).collect(),
            SECRET.chars().map(|c| format!("\\u{:04X}", u32::from(c))).collect(),
            SECRET.bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
            percent(&json),
            SECRET.chars().map(|c| format!("\\U{:08x}", u32::from(c))).collect(),
            SECRET.bytes().map(|byte| format!("\\{byte:03o}")).collect(),
            SECRET.bytes().map(|byte| format!("={byte:02X}")).collect(),
            SECRET.replace("cret", "cr\\\net"),
            SECRET.replace("cret", "cr=\r\net"),
            SECRET.replace("cret", "cr<wbr>e</b><br/>t"),
            format!("=ab{}", every(SECRET)),
        ] {
            finds(&text, false);
        }
        for lead in ["", "a", "ab", "client:"] {
            let text = format!("{lead}{SECRET}");
            finds(&BASE64_STANDARD_NO_PAD.encode(&text), false);
            finds(&BASE64_URL_SAFE_NO_PAD.encode(&text), false);
            finds(&percent(&BASE64_STANDARD_NO_PAD.encode(&text)), false);
            finds(&BASE64_STANDARD_NO_PAD.encode(format!("{lead}{}", percent(SECRET))), false);
        }
        let hex: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        finds(&hex.concat(), false);
        finds(&hex.concat().to_lowercase(), false);
        finds(&hex.join(" "), true);
        finds(&hex.join(":"), true);
        finds(&hex.join("-"), true);
        finds(&hex.join(","), true);
        finds(&format!("0x{}", hex.join(", 0x")), true);
        finds(&format!("{:?}", SECRET.as_bytes()), true);
        let wide: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
        finds(&BASE64_STANDARD_NO_PAD.encode(wide), false);
        let wide = |c: char| match c {
            '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap(),
            c => c,
        };
        finds(&SECRET.chars().map(wide).collect::<String>(), false);
        finds(&SECRET.replace("cret", "\u{1D41C}\u{1D42B}\u{24D4}t"), false);
        finds(&SECRET.replace("cr", "c\u{AD}r\u{A0}"), true);
        finds(&SECRET.chars().map(|c| format!("{c} ")).collect::<String>(), true);
        finds(&SECRET.chars().map(|c| format!("{c}\u{2009}")).collect::<String>(), true);
        finds(&SECRET.chars().rev().collect::<String>(), false);
        for lead in ["", "a", "ab", "abc", "abcd", "client:"] {
            for inner in [BASE64_STANDARD_NO_PAD.encode(format!("{lead}{SECRET}")), format!("x{lead}")] {
                if inner.len() > 10 {
                    finds(&BASE64_STANDARD_NO_PAD.encode(format!("{lead}{inner}")), false);
                    finds(&BASE64_URL_SAFE_NO_PAD.encode(inner), false);
                }
            }
            let base32 = String::from_utf8(in_base32(&format!("{lead}{SECRET}zzzzz"), 0).unwrap()).unwrap();
            finds(&base32, false);
            finds(&base32.to_uppercase(), false);
        }
        let wrapped: String = BASE64_STANDARD_NO_PAD
            .encode(format!("client:{SECRET}"))
            .as_bytes()
            .chunks(7)
            .map(|line| format!("{}\r\n", String::from_utf8_lossy(line)))
            .collect();
        finds(&wrapped, true);
    }

    #[test]
    fn other_texts_do_not_match_and_debug_output_shows_nothing() {
        let secret_search = SecretSearch::new([SECRET, "abc", ""]);
        for text in ["", "abc", "100% of 5 & 6 &c; \\", "%", "%%%", "&#;", "\\u", "&#x110000;", "%u00"] {
            assert!(secret_search.places(text, SHORTEST, true).is_empty(), "{text}");
        }
        let shown = format!("{secret_search:?}");
        let fields = shown.strip_prefix("SecretSearch(").unwrap();
        assert!(!fields.contains("cret"), "{shown}");
    }
}
