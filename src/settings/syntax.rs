//! Invalid TOML: what is wrong with the line, and what to write instead.

use std::ops::Range;

use super::codes::NO_TOML;
use super::keys;
use super::line::{is_quoted, without_comment};
use super::reader::Reader;
use crate::diagnostics::look_alikes::as_name;
use crate::diagnostics::suggest::nearest;
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::{FileId, NotUtf8, Span};

/// The finding for bytes that are not text.
pub fn no_text(file: FileId, NotUtf8 { offset, binary, .. }: NotUtf8) -> Diagnostic {
    let (at, message) = match binary {
        true => (0, "the settings are not text".to_owned()),
        false => (offset, format!("the settings hold a byte that is not UTF-8, at offset {offset}")),
    };
    Diagnostic::new(&NO_TOML, Span::new(file, at, at + usize::from(!binary)), message)
        .here("not text")
        .help("save the file as UTF-8")
}

/// Reports invalid TOML. Returns whether the tables cannot be trusted.
pub fn report(reader: &mut Reader<'_>, errors: &[toml::de::Error]) -> bool {
    let mut broken = false;
    for error in errors {
        let is_duplicate = error.message().starts_with("duplicate key");
        // Errors after the first broken line usually follow from it.
        if broken && !is_duplicate {
            continue;
        }
        broken |= !is_duplicate;
        let at = error.span().unwrap_or_default();
        let diagnostic = if is_duplicate {
            let span = Span::new(reader.file, at.start, at.end);
            let message = format!("{} is set twice", quote(reader.sources.text(span).trim_matches('"')));
            Diagnostic::new(&NO_TOML, span, message)
                .here("set again here")
                .help("take one of the two out; TOML allows a key only once")
        } else {
            let mistake = mistake(reader.sources.get(reader.file).text(), &at).unwrap_or_else(|| {
                LineMistake { at, is: error.message().to_owned(), help: None, replacement: None }
            });
            let span = Span::new(reader.file, mistake.at.start, mistake.at.end);
            let mut diagnostic =
                Diagnostic::new(&NO_TOML, span, format!("this is not valid TOML: {}", mistake.is))
                    .here("here")
                    .note("the other settings are checked once this line can be read")
                    .fix(mistake.replacement.map(|text| Fix::write(span, text)));
            diagnostic.help = mistake.help;
            diagnostic
        };
        reader.diagnostics.push(diagnostic);
    }
    broken
}

/// A mistake in a line.
struct LineMistake {
    at: Range<usize>,
    /// What is wrong, to follow `this is not valid TOML:`.
    is: String,
    help: Option<String>,
    /// The replacement for the marked text.
    replacement: Option<String>,
}

impl LineMistake {
    fn new(at: Range<usize>, is: impl Into<String>, help: impl Into<String>) -> Option<Self> {
        Some(Self { at, is: is.into(), help: Some(help.into()), replacement: None })
    }

    fn replacement(mut self, text: impl Into<String>) -> Option<Self> {
        self.replacement = Some(text.into());
        Some(self)
    }
}

/// A line of the file.
struct TomlLine<'t> {
    start: usize,
    text: &'t str,
}

impl TomlLine<'_> {
    /// A range of the line as a range of the file.
    fn piece(&self, piece: Range<usize>) -> Range<usize> {
        self.start + piece.start..self.start + piece.end
    }
}

/// Typos, and what people write who know other formats: searches the line of the error, the likeliest
/// mistake first.
fn mistake(text: &str, error: &Range<usize>) -> Option<LineMistake> {
    // An error at a line's end may begin at the line break.
    let at = text.floor_char_boundary(error.start.min(text.len()));
    let start = text.get(..at)?.rfind('\n').map_or(0, |found| found + 1);
    let end = text.get(start..)?.find('\n').map_or(text.len(), |found| start + found);
    let line = TomlLine { start, text: text.get(start..end)? };
    comment(&line)
        .or_else(|| json(&line))
        .or_else(|| signs(&line))
        .or_else(|| curly_quote(&line))
        .or_else(|| header(&line))
        .or_else(|| key(&line))
        .or_else(|| no_sign(&line))
        .or_else(|| quotes(&line))
        .or_else(|| value(&line))
        .or_else(|| open_list(text, error))
}

/// `// …`, `; …`, `-- …`
fn comment(line: &TomlLine<'_>) -> Option<LineMistake> {
    let indent = line.text.len() - line.text.trim_start().len();
    let sign = ["//", "/*", "--", ";"].into_iter().find(|sign| line.text.trim_start().starts_with(sign))?;
    let at = line.piece(indent..indent + sign.len());
    LineMistake::new(at, format!("`{sign}` does not begin a comment"), "write `#` before a comment")?
        .replacement("#")
}

/// `{ "policies": [ … ] }`
fn json(line: &TomlLine<'_>) -> Option<LineMistake> {
    let at = line.text.len() - line.text.trim_start().len();
    let is_json = line.text.trim_start().starts_with('{');
    let help = "write a line for each setting, as in `policies = [\"us_tsr\"]`";
    is_json.then(|| LineMistake::new(line.piece(at..at + 1), "this is written like JSON", help))?
}

/// `:=` and `==`, an extra comma, the wrong brackets.
fn signs(line: &TomlLine<'_>) -> Option<LineMistake> {
    let text = without_comment(line.text).trim_end();
    let outside = |at: &usize| !is_quoted(text, *at);
    let sign = text.find('=').filter(outside)?;
    let after_sign = text.get(sign + 1..)?;
    if text.get(..sign)?.ends_with(':') || after_sign.starts_with('=') {
        let start = if after_sign.starts_with('=') { sign } else { sign - 1 };
        let odd = text.get(start..start + 2)?;
        let mistake = LineMistake::new(
            line.piece(start..start + 2),
            format!("`{odd}` does not set a key"),
            "write `=`",
        )?;
        return mistake.replacement("=");
    }
    if let Some(at) = text.find(",,").filter(outside) {
        let mistake = LineMistake::new(
            line.piece(at..at + 2),
            "there is nothing between two commas",
            "write one comma",
        )?;
        return mistake.replacement(",");
    }
    if text.ends_with(',') && text.matches('[').count() == text.matches(']').count() && !text.contains('{') {
        let at = text.len() - 1..text.len();
        return LineMistake::new(line.piece(at), "a line ends without a comma", "take the comma out")?
            .replacement("");
    }
    let value = sign + 1 + after_sign.len() - after_sign.trim_start().len();
    if text.get(value..)?.starts_with('(') {
        let inside = text.get(value..)?.trim_matches(['(', ')']);
        let mistake = LineMistake::new(
            line.piece(value..text.len()),
            "a value cannot be written between `(` and `)`",
            "write a list between `[` and `]`",
        )?;
        return mistake.replacement(format!("[{inside}]"));
    }
    None
}

/// The quotes of word processors.
fn curly_quote(line: &TomlLine<'_>) -> Option<LineMistake> {
    const CURLY: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];
    let (at, curly) = line.text.char_indices().find(|(_, c)| CURLY.contains(c))?;
    // Inside a string they are part of it.
    if is_quoted(line.text, at) {
        return None;
    }
    let last = line.text.rfind(CURLY)?;
    let end = last + line.text.get(last..)?.chars().next()?.len_utf8();
    let straight = line.text.get(at..end)?.replace(CURLY, "\"");
    LineMistake::new(
        line.piece(at..end),
        format!("`{curly}` (U+{:04X}) cannot begin or end a text", u32::from(curly)),
        "write straight quotes, `\"`",
    )?
    .replacement(straight)
}

/// `[env.prod`
fn header(line: &TomlLine<'_>) -> Option<LineMistake> {
    let text = line.text.split('#').next()?.trim_end();
    if !text.trim_start().starts_with('[') || text.contains('=') {
        return None;
    }
    let (open, close) = (text.matches('[').count(), text.matches(']').count());
    let at = line.piece(text.len() - text.trim_start().len()..text.len());
    if open > close {
        let closed = format!("{}{}", text.trim_start(), "]".repeat(open - close));
        return LineMistake::new(at, "the section's name is not closed", format!("write `{closed}`"))?
            .replacement(closed);
    }
    None
}

/// A key with a character that is not allowed.
fn key(line: &TomlLine<'_>) -> Option<LineMistake> {
    let sign = line.text.find('=')?;
    let before = line.text.get(..sign)?;
    let key = before.trim();
    let start = before.len() - before.trim_start().len();
    let at = line.piece(start..start + key.len());
    let odd = key.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    if key.contains(['"', '\'']) || key.starts_with(['{', '[', ',']) {
        return None;
    }
    if odd.is_whitespace() {
        let joined = key.split_whitespace().collect::<Vec<_>>().join("_");
        let mistake = LineMistake::new(
            at,
            format!("{} is not a key: it contains a space", quote(key)),
            format!("write `{joined}`"),
        )?;
        return mistake.replacement(joined);
    }
    let is = format!(
        "{} is not a key: {} (U+{:04X}) cannot be part of one",
        quote(key),
        quote(&odd.to_string()),
        u32::from(odd)
    );
    match as_name(key) {
        Some(meant) => {
            let mistake =
                LineMistake::new(at, is, format!("write `{meant}`, with the letters of the Latin alphabet"))?;
            mistake.replacement(meant)
        }
        None => LineMistake::new(at, is, "a key has only letters, digits, `_` and `-`"),
    }
}

/// `policies: ["us_tsr"]`, `policies ["us_tsr"]`, `policies`
fn no_sign(line: &TomlLine<'_>) -> Option<LineMistake> {
    let text = line.text.trim_end();
    let start = text.len() - text.trim_start().len();
    let word: String = text.trim_start().chars().take_while(|&c| is_key_character(c)).collect();
    if word.is_empty() || text.contains('=') && text.find('=') < text.find(':') {
        return None;
    }
    let after = text.get(start + word.len()..)?;
    let rest = after.trim_start();
    let sign = start + word.len() + after.len() - rest.len();
    if let Some(colon) = rest.chars().next().filter(|c| *c == ':') {
        let value = rest.get(colon.len_utf8()..)?.trim_start();
        let at = line.piece(start + word.len()..sign + rest.len() - value.len());
        let help = example(&word).unwrap_or_else(|| format!("write `{word} = …`"));
        let mistake = LineMistake::new(at, "a colon does not set a key", help)?;
        // A section needs its own line.
        return if word == "env" { Some(mistake) } else { mistake.replacement(" = ") };
    }
    if text.contains('=') {
        return None;
    }
    if rest.starts_with(['[', '"', '{', '\'']) {
        let at = line.piece(start + word.len()..sign);
        let mistake = LineMistake::new(
            at,
            format!("there is no `=` between `{word}` and its value"),
            format!("write `{word} = …`"),
        )?;
        return mistake.replacement(" = ");
    }
    let help = example(&word).unwrap_or_else(|| format!("write `{word} = …`, or take it out"));
    rest.is_empty().then(|| {
        LineMistake::new(line.piece(start..start + word.len()), format!("`{word}` has no value"), help)
    })?
}

/// A string whose quotes do not match.
fn quotes(line: &TomlLine<'_>) -> Option<LineMistake> {
    let text = without_comment(line.text).trim_end();
    if text.contains("\"\"\"") || text.contains("'''") {
        return None;
    }
    for quote in ['"', '\''] {
        let other = if quote == '"' { '\'' } else { '"' };
        // A string may contain an apostrophe, unless it begins with one as well.
        let count = text.matches(quote).count() - text.matches(&format!("\\{quote}")).count();
        let is_mixed = text.matches(other).count() == 1;
        if count % 2 == 1 && (is_mixed || !text.contains(other)) {
            let start = text.find(quote)?;
            return LineMistake::new(
                line.piece(start..text.len()),
                format!("a quote is missing in this line: `{quote}`"),
                format!("write `{quote}` before and after each text"),
            );
        }
    }
    // `"us_tsr" "us_regf"`
    let mut end = None;
    let mut open: Option<char> = None;
    for (at, c) in text.char_indices() {
        match open {
            Some(quote) if c == quote => {
                open = None;
                end = Some(at + c.len_utf8());
            }
            None if matches!(c, '"' | '\'') => {
                if let Some(end) =
                    end.filter(|&end| text.get(end..at).is_some_and(|between| between.trim().is_empty()))
                {
                    let mistake = LineMistake::new(
                        line.piece(end..at),
                        "there is no comma between two texts",
                        "write a comma between them",
                    )?;
                    return mistake.replacement(", ");
                }
                open = Some(c);
            }
            _ => {}
        }
    }
    None
}

/// `policies =`, `policies = us_tsr`, `policies = [us_tsr]`, `overridable = True`
fn value(line: &TomlLine<'_>) -> Option<LineMistake> {
    let text = without_comment(line.text).trim_end();
    let sign = text.find('=')?;
    let name = text.get(..sign)?.trim();
    if text.get(sign + 1..)?.trim().is_empty() {
        let help = example(name).unwrap_or_else(|| format!("write a value: `{name} = \"…\"`"));
        return LineMistake::new(line.piece(sign..sign + 1), format!("{} has no value", quote(name)), help);
    }
    let mut at = sign + 1;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next()?;
        if matches!(first, '"' | '\'') {
            let end = rest.get(1..)?.find(first)? + 2;
            at += end;
            continue;
        }
        if !(first.is_alphanumeric() || matches!(first, '/' | '.')) {
            at += first.len_utf8();
            continue;
        }
        let word = rest.get(..rest.find([',', ']', '}', '"', '\'']).unwrap_or(rest.len()))?.trim_end();
        let place = line.piece(at..at + word.len());
        at += word.len();
        // `{ queue = …`: a key, followed by its value.
        if matches!(word, "true" | "false") || word.contains('=') || is_number(word) {
            at += 1;
            continue;
        }
        let flag = match word.to_lowercase().as_str() {
            "true" | "yes" | "on" => Some("true"),
            "false" | "no" | "off" => Some("false"),
            _ => None,
        };
        let replacement = flag.map_or_else(|| crate::spelling::toml_string(word), str::to_owned);
        let mistake = LineMistake::new(
            place,
            format!("{} is written without quotes", quote(word)),
            format!("write `{replacement}`"),
        )?;
        return mistake.replacement(replacement);
    }
    None
}

/// A list that is not closed before the end of the file.
fn open_list(text: &str, error: &Range<usize>) -> Option<LineMistake> {
    let before = text.get(..text.floor_char_boundary(error.end.min(text.len())))?;
    let open = before.matches('[').count() > before.matches(']').count();
    let start = before.rfind('[').filter(|_| open)?;
    LineMistake::new(
        start..start + 1,
        "the list that begins here is not closed",
        "write `]` after its last value",
    )
}

/// An example of the setting with this name, or nearly this name.
fn example(name: &str) -> Option<String> {
    if name == "env" {
        return Some("write `[env.prod]` above the settings of an environment".to_owned());
    }
    let near = nearest(name, keys::ALL.iter().map(|key| key.name))?;
    let key = keys::ALL.iter().find(|key| key.name == near)?;
    Some(format!("write `{} = {}`", key.name, key.example))
}

/// Whether a word is a number, a date or a time in TOML, or nearly so.
fn is_number(word: &str) -> bool {
    let digits = word.trim_start_matches(['+', '-']);
    let is_hex = digits.starts_with("0x");
    let is_part =
        |c: char| c.is_ascii_digit() || is_hex && c.is_ascii_hexdigit() || "_.:-+xobTZez ".contains(c);
    matches!(digits, "inf" | "nan")
        || digits.starts_with(|c: char| c.is_ascii_digit()) && digits.chars().all(is_part)
}

fn is_key_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')
}
