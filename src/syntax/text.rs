//! The content of strings: escapes, insertions, and the indentation of `"""` strings.

use std::borrow::Cow;
use std::ops::Range;

use crate::spelling::is_name;

/// A piece of a string. Ranges are bytes from the literal's first quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text, and where it begins.
    Plain(&'a str, usize),
    /// The character that an escape stands for, and where the escape is.
    Escaped(char, Range<usize>),
    /// `${name}`: the name, and where it is.
    Insert(&'a str, Range<usize>),
    /// An invalid escape or insertion.
    Bad(StringFault, Range<usize>),
}

/// A mistake in a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StringFault {
    /// A backslash before a character that has no escape.
    Escape,
    /// `\u` without the number of a character.
    Unicode,
    /// `${` without `}` on its line.
    OpenInsert,
    /// `${}` around something that is not a name.
    InsertName,
}

/// Reads a literal piece by piece: `"…"` or `"""…"""`, including its quotes.
pub fn pieces<'a>(literal: &'a str, mut visit: impl FnMut(Piece<'a>)) {
    if literal.starts_with("\"\"\"") {
        for (index, line) in long_lines(literal).into_iter().enumerate() {
            if index > 0 {
                visit(Piece::Escaped('\n', line.start..line.start));
            }
            scan(literal, line, true, &mut visit);
        }
    } else {
        scan(literal, 1..literal.len().saturating_sub(1), true, &mut visit);
    }
}

/// The name without its backticks and escapes.
///
/// Invalid escapes are kept; [`bad_in_name`] finds them.
pub fn name(written: &str) -> Cow<'_, str> {
    let Some(inner) = written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else {
        return Cow::Borrowed(written);
    };
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::new();
    scan(written, 1..written.len() - 1, false, &mut |piece| match piece {
        Piece::Plain(text, _) => out.push_str(text),
        Piece::Escaped(character, _) => out.push(character),
        Piece::Insert(..) => {}
        Piece::Bad(_, range) => out.push_str(written.get(range).unwrap_or_default()),
    });
    Cow::Owned(out)
}

/// Visits the mistakes in a name between backticks.
pub fn bad_in_name(written: &str, mut visit: impl FnMut(StringFault, Range<usize>)) {
    scan(written, 1..written.len().saturating_sub(1), false, &mut |piece| {
        if let Piece::Bad(bad, range) = piece {
            visit(bad, range);
        }
    });
}

/// The lines of a `"""` string, without the line breaks after the opening and before the closing quotes, and without
/// the common indentation of all lines that are not blank. The closing line's indentation counts as well.
fn long_lines(literal: &str) -> Vec<Range<usize>> {
    let end = literal.len().saturating_sub(3).max(3);
    let mut lines = Vec::new();
    let mut start = 3;
    for at in memchr::memchr_iter(b'\n', literal.get(3..end).unwrap_or_default().as_bytes()) {
        let line = literal.get(start..3 + at).unwrap_or_default();
        lines.push(start..start + line.strip_suffix('\r').unwrap_or(line).len());
        start = 3 + at + 1;
    }
    lines.push(start..end);

    let is_blank = |line: &Range<usize>| text_of(literal, line).trim_matches([' ', '\t']).is_empty();
    let begins_blank = lines.len() > 1 && lines.first().is_some_and(is_blank);
    let ends_blank = lines.len() > 1 && lines.last().is_some_and(is_blank);
    let margin = lines
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(index, line)| !is_blank(line) || (ends_blank && index + 1 == lines.len()))
        .map(|(_, line)| indentation(text_of(literal, line)))
        .reduce(|a, b| common(a, b))
        .unwrap_or_default()
        .len();
    if ends_blank {
        lines.pop();
    }
    if begins_blank && !lines.is_empty() {
        lines.remove(0);
    }
    for (index, line) in lines.iter_mut().enumerate() {
        if index > 0 || begins_blank {
            line.start = (line.start + margin).min(line.end);
        }
    }
    lines
}

fn text_of<'a>(literal: &'a str, range: &Range<usize>) -> &'a str {
    literal.get(range.clone()).unwrap_or_default()
}

fn indentation(line: &str) -> &str {
    let inner = line.trim_start_matches([' ', '\t']);
    line.get(..line.len() - inner.len()).unwrap_or_default()
}

fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let shared = a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count();
    a.get(..shared).unwrap_or_default()
}

/// Reads one line's escapes and, in strings, insertions.
fn scan<'a>(literal: &'a str, range: Range<usize>, insertions: bool, visit: &mut impl FnMut(Piece<'a>)) {
    let text = literal.get(..range.end).unwrap_or_default();
    let mut plain = range.start;
    let mut at = range.start;
    while let Some(found) = memchr::memchr2(b'\\', b'$', text.as_bytes().get(at..).unwrap_or_default()) {
        let start = at + found;
        let rest = text.get(start..).unwrap_or_default();
        let (piece, length) = if rest.starts_with('\\') {
            escape(rest, start)
        } else if insertions && rest.starts_with("${") {
            insertion(rest, start)
        } else {
            at = start + 1;
            continue;
        };
        if plain < start {
            visit(Piece::Plain(text.get(plain..start).unwrap_or_default(), plain));
        }
        visit(piece);
        at = start + length;
        plain = at;
    }
    if plain < text.len() {
        visit(Piece::Plain(text.get(plain..).unwrap_or_default(), plain));
    }
}

/// How many bytes after `\u{` are searched for its `}`.
const UNICODE_MAX: usize = 12;

fn escape(rest: &str, start: usize) -> (Piece<'static>, usize) {
    let Some(next) = rest.chars().nth(1) else {
        return (Piece::Bad(StringFault::Escape, start..start + 1), 1);
    };
    let length = 1 + next.len_utf8();
    match next {
        '"' | '\\' | '$' | '{' | '`' => (Piece::Escaped(next, start..start + length), length),
        'n' => (Piece::Escaped('\n', start..start + length), length),
        't' => (Piece::Escaped('\t', start..start + length), length),
        'u' => {
            let digits = rest.get(length..).and_then(|tail| tail.strip_prefix('{')).unwrap_or_default();
            let closed = digits
                .bytes()
                .take(UNICODE_MAX)
                .position(|byte| byte == b'}')
                .and_then(|close| digits.get(..close));
            let character = closed
                .filter(|hex| {
                    (1..=6).contains(&hex.len()) && hex.bytes().all(|byte| byte.is_ascii_hexdigit())
                })
                .and_then(|hex| u32::from_str_radix(hex, 16).ok())
                .and_then(char::from_u32);
            match (character, closed) {
                (Some(character), Some(hex)) => {
                    let length = length + hex.len() + 2;
                    (Piece::Escaped(character, start..start + length), length)
                }
                (None, Some(hex)) => {
                    let length = length + hex.len() + 2;
                    (Piece::Bad(StringFault::Unicode, start..start + length), length)
                }
                _ => (Piece::Bad(StringFault::Unicode, start..start + length), length),
            }
        }
        _ => (Piece::Bad(StringFault::Escape, start..start + length), length),
    }
}

fn insertion(rest: &str, start: usize) -> (Piece<'_>, usize) {
    let open = (Piece::Bad(StringFault::OpenInsert, start..start + 2), 2);
    // Another `${` ends the search, so that many of them do not each search the whole rest.
    let end = rest.match_indices(['}', '$']).find(|&(at, sign)| {
        at > 0 && (sign == "}" || rest.get(at..).is_some_and(|rest| rest.starts_with("${")))
    });
    let Some((close, "}")) = end else { return open };
    let inside = rest.get(2..close).unwrap_or_default();
    let name = inside.trim_matches(' ');
    if is_name(name) {
        let name_start = start + 2 + (inside.len() - inside.trim_start_matches(' ').len());
        (Piece::Insert(name, name_start..name_start + name.len()), close + 1)
    } else {
        (Piece::Bad(StringFault::InsertName, start..start + close + 1), close + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(literal: &str) -> String {
        let mut out = String::new();
        pieces(literal, |piece| match piece {
            Piece::Plain(text, at) => {
                assert!(literal.get(at..).unwrap().starts_with(text));
                out.push_str(text);
            }
            Piece::Escaped(character, _) => out.push(character),
            Piece::Insert(name, _) => out.push_str(&format!("<{name}>")),
            Piece::Bad(bad, range) => out.push_str(&format!("<{bad:?} {}>", literal.get(range).unwrap())),
        });
        out
    }

    #[test]
    fn reads_escapes_and_insertions() {
        assert_eq!(text(r#""a\n\t\"\\\$\u{1F600}""#), "a\n\t\"\\$😀");
        assert_eq!(text(r#""\{x} \${x} {x}""#), "{x} ${x} {x}");
        assert_eq!(text(r#""$5, ${ cdn }/x$""#), "$5, <cdn>/x$");
        assert_eq!(
            text(r#""\q \u{D800} \u{x} \u12""#),
            r"<Escape \q> <Unicode \u{D800}> <Unicode \u{x}> <Unicode \u>12"
        );
        assert_eq!(text(r#""a ${b""#), "a <OpenInsert ${>b");
        assert_eq!(text(r#""a ${b ${c}""#), "a <OpenInsert ${>b <c>");
        assert_eq!(text(r#""${} ${a b}""#), "<InsertName ${}> <InsertName ${a b}>");
    }

    #[test]
    fn strips_outer_breaks_and_common_indentation_of_long_strings() {
        assert_eq!(text("\"\"\"\n    Hello\n\n      world\n    \"\"\""), "Hello\n\n  world");
        assert_eq!(text("\"\"\"\n    Hello\n  \"\"\""), "  Hello", "the closing line counts");
        assert_eq!(text("\"\"\"\r\n  a\r\n  b\r\n  \"\"\""), "a\nb", "line breaks are LF in any file");
        assert_eq!(text("\"\"\"one line\"\"\""), "one line");
        assert_eq!(text("\"\"\"a\n   b\"\"\""), "a\nb");
        assert_eq!(text("\"\"\"\"\"\""), "");
        assert_eq!(text("\"\"\"\n\"\"\""), "");
        assert_eq!(
            text("\"\"\"\n  a\\n  b \\\"\"\"\n  \"\"\""),
            "a\n  b \"\"\"",
            "escapes apply after the indentation is gone"
        );
    }

    #[test]
    fn reads_names() {
        assert_eq!(name("menu"), "menu");
        assert_eq!(name("`menu`"), "menu");
        assert_eq!(name(r"`a\`b\n`"), "a`b\n");
    }
}
