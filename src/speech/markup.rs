//! The parts of a text that are not spoken but control the speech engine.

/// SSML, SABLE, SAPI and W3C elements that count as markup even if the tag is not closed.
const ELEMENTS: [&str; 24] = [
    "amazon", "audio", "break", "emphasis", "google", "lang", "mark", "mstts", "p", "par", "phoneme",
    "pitch", "prosody", "rate", "s", "say-as", "seq", "silence", "speak", "spell", "sub", "voice", "volume",
    "w",
];

/// The first piece of markup in a text: an element (`<break time="3s"/>`, `</speak>`, `<!-- … -->`), an
/// entity (`&pause;`), or a command in brackets (`[[slnc 500]]`, `[pause]`), after a backslash
/// (`\pau=500\`) or after an escape character. `a < b`, `AT&T` and `3 <4` are not markup.
///
/// ```
/// use cxflowc::speech::markup;
///
/// assert_eq!(markup("One moment <break time=\"3s\"/> please"), Some("<break time=\"3s\"/>"));
/// assert_eq!(markup("if a < b and c > d"), None);
/// ```
pub fn markup(text: &str) -> Option<&str> {
    Markup::of(text).next()
}

/// The first element of SSML in a text: one that the standard has, or one of an engine with its prefix.
///
/// ```
/// use cxflowc::speech::ssml_element;
///
/// assert_eq!(ssml_element("One <b>moment</b> <break time=\"3s\"/>"), Some("<break time=\"3s\"/>"));
/// assert_eq!(ssml_element("if x < y and y > z"), None);
/// ```
pub fn ssml_element(text: &str) -> Option<&str> {
    Markup::of(text).find(|piece| {
        let name = piece.strip_prefix('<').map_or("", |inside| inside.strip_prefix('/').unwrap_or(inside));
        let name = name.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_'))).next();
        name.is_some_and(|name| ELEMENTS.contains(&name.to_ascii_lowercase().as_str()))
    })
}

/// Every piece of markup in a text, in order.
pub fn each_markup(text: &str) -> impl Iterator<Item = &str> {
    Markup::of(text)
}

/// The search for markup.
struct Markup<'t> {
    text: &'t str,
    rest: &'t str,
    /// The last `>` and the last `]`, looked up once so that the search stays linear with many openings.
    last_angle: Option<usize>,
    last_bracket: Option<usize>,
}

impl<'t> Markup<'t> {
    fn of(text: &'t str) -> Self {
        // Nearly all texts are plain.
        let bytes = text.as_bytes();
        let is_plain = memchr::memchr3(b'<', b'&', b'[', bytes).is_none()
            && memchr::memchr2(b'\\', 0x1b, bytes).is_none();
        if is_plain {
            return Self { text, rest: "", last_angle: None, last_bracket: None };
        }
        Self { text, rest: text, last_angle: text.rfind('>'), last_bracket: text.rfind(']') }
    }
}

impl<'t> Iterator for Markup<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        let begins = |byte: u8| matches!(byte, b'<' | b'&' | b'[' | b'\\' | 0x1b);
        while let Some(at) = self.rest.bytes().position(begins) {
            let from = self.rest.get(at..)?;
            let offset = self.text.len() - from.len();
            let has = |last: Option<usize>| last.is_some_and(|last| last > offset);
            let found = match from.as_bytes().first() {
                Some(b'<') => element(from, has(self.last_angle)),
                Some(b'&') => entity(from),
                Some(b'[') if has(self.last_bracket) => bracketed(from),
                Some(b'\\') => command(from),
                Some(0x1b) => Some(from.chars().next().map_or(0, char::len_utf8)),
                _ => None,
            };
            if let Some(length) = found {
                let (piece, rest) = from.split_at_checked(length).unwrap_or((from, ""));
                self.rest = rest;
                return Some(piece);
            }
            // Of consecutive brackets, only the first is checked.
            self.rest = if from.starts_with('[') { from.trim_start_matches('[') } else { from.get(1..)? };
        }
        self.rest = "";
        None
    }
}

/// The length of the element that begins here.
fn element(from: &str, closes: bool) -> Option<usize> {
    let inside = from.strip_prefix('<')?;
    let to_end = || from.find('>').map_or(from.len(), |end| end + 1);
    if inside.starts_with("!--") || inside.starts_with("![") || inside.starts_with('?') {
        return Some(to_end());
    }
    // MiniMax: `<#0.5#>`.
    if inside.starts_with('#') && closes {
        return Some(to_end());
    }
    let name = inside.strip_prefix('/').unwrap_or(inside);
    if !name.starts_with(|c: char| c.is_alphabetic() || c == '_') {
        return None;
    }
    let length = name
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
        .unwrap_or(name.len());
    let (name, after) = name.split_at_checked(length)?;
    let family = name.split(':').next().unwrap_or(name).to_ascii_lowercase();
    let is_known = ELEMENTS.contains(&family.as_str()) && !after.is_empty() && name.len() > 1;
    // Only up to the next tag: `<y and <b>` has no element `y`.
    let end = after.find(['<', '>']);
    let is_closed = closes && end.and_then(|end| after.as_bytes().get(end)) == Some(&b'>');
    let has_attributes = || {
        let inner = after.get(..end.unwrap_or(after.len())).unwrap_or_default().trim();
        inner.is_empty() || inner == "/" || inner.contains('=') || is_known
    };
    if is_closed && has_attributes() {
        return Some(to_end());
    }
    let attributes = || after.get(..end.unwrap_or(after.len())).unwrap_or_default().contains('=');
    (is_known && attributes()).then(to_end)
}

/// The length of the entity that begins here: `&amp;`, `&#38;`, `&#x26;`, `&pause;`.
fn entity(from: &str) -> Option<usize> {
    const LONGEST: usize = 32;
    let inside = from.strip_prefix('&')?;
    let head = inside.get(..LONGEST.min(inside.len())).unwrap_or(inside);
    let length = head.find(|c: char| !(c.is_ascii_alphanumeric() || c == '#'))?;
    let name = head.get(..length)?;
    let is_name = name.len() >= 2 && name.bytes().skip(1).all(|byte| byte != b'#');
    (is_name && head.get(length..)?.starts_with(';')).then_some(length + 2)
}

/// The length of the command in brackets that begins here.
fn bracketed(from: &str) -> Option<usize> {
    let end = from.find(']')?;
    let inside = from.get(1..end)?.trim_start_matches('[').trim();
    let end = if from.starts_with("[[") && from.get(end + 1..)?.starts_with(']') { end + 1 } else { end };
    (!inside.is_empty()).then_some(end + 1)
}

/// The length of the backslash command that begins here: `\pau=500\`.
fn command(from: &str) -> Option<usize> {
    let inside = from.strip_prefix('\\')?;
    if !inside.starts_with(|c: char| c.is_ascii_alphabetic() || c == '!') {
        return None;
    }
    let end = inside.find(|c: char| c.is_whitespace() || c == '\\').unwrap_or(inside.len());
    let closing = usize::from(inside.get(end..).is_some_and(|rest| rest.starts_with('\\')));
    Some(1 + end + closing)
}
