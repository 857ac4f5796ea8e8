//! What stands in a text for a value without being an insertion: the platform's own `{name}`, and
//! what other systems write for the same.

use std::borrow::Cow;
use std::ops::Range;

use crate::spelling::is_blank_character;
use crate::spelling::is_name;

/// How a value is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{name}`: the platform fills it in.
    Placeholder,
    /// `{{name}}`, `#{name}`: what other systems write. The platform may fill in what is inside.
    Wrapped,
    /// `{name:format}`, `{first name}`, `{$name}`: the same, but only of a declared name.
    Loose,
    /// `$name`, `%name%`, `<name>`, `[name]`, of a declared name only: the platform sends it as it is.
    Sign,
}

/// A value as a text spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling<'a> {
    /// All of it, in bytes of the text.
    pub range: Range<usize>,
    /// The innermost `{`, or where it begins.
    pub brace: usize,
    /// What stands for the name.
    pub name: &'a str,
    /// How.
    pub form: Form,
}

/// Finds every `{…}` in which a name stands.
pub fn in_braces<'a>(text: &'a str, mut visit: impl FnMut(Spelling<'a>)) {
    let mut open = None;
    for at in memchr::memchr2_iter(b'{', b'}', text.as_bytes()) {
        if text.as_bytes().get(at) == Some(&b'{') {
            open = Some(at);
        } else if let Some(start) = open.take()
            && let Some(spelling) = braced(text, start, at + 1)
        {
            visit(spelling);
        }
    }
}

fn braced(text: &str, start: usize, end: usize) -> Option<Spelling<'_>> {
    let inside = text.get(start + 1..end - 1)?;
    let trimmed = inside.trim_matches(is_blank_character);
    let before = text.get(..start)?;
    let after = text.get(end..)?;
    let more = before.bytes().rev().zip(after.bytes()).take_while(|&around| around == (b'{', b'}')).count();
    let name = trimmed.trim_matches(is_sign).trim_matches(is_blank_character);
    let spelling = |range, name, form| Some(Spelling { range, brace: start, name, form });
    if more > 0 {
        let name = head(name);
        return spelling(start - more..end + more, name, Form::Wrapped).filter(|_| is_word(name));
    }
    if is_word(trimmed) {
        let mut signs = before.chars().rev();
        let sign = signs.next().filter(|sign| matches!(sign, '#' | '@' | '%'));
        return match sign {
            Some(_) if !signs.next().is_some_and(char::is_alphanumeric) => {
                spelling(start - 1..end, trimmed, Form::Wrapped)
            }
            _ => spelling(start..end, trimmed, Form::Placeholder),
        };
    }
    spelling(start..end, name, Form::Loose).filter(|_| !name.is_empty())
}

/// What names are written between, by others; nothing behind the name where the second is empty.
const SIGNS: &[(&str, &str)] = &[
    ("<%=", "%>"),
    ("<?=", "?>"),
    ("<%", "%>"),
    ("<<", ">>"),
    ("<", ">"),
    ("[[", "]]"),
    ("[%", "%]"),
    ("[", "]"),
    ("$(", ")"),
    ("$[", "]"),
    ("$$", "$$"),
    ("$", "$"),
    ("$", ""),
    ("%%", "%%"),
    ("%(", ")s"),
    ("%(", ")"),
    ("%[", "]"),
    ("%", "%"),
    ("##", "##"),
    ("#[", "]"),
    ("#(", ")"),
    ("#", "#"),
    ("@@", "@@"),
    ("@[", "]"),
    ("@(", ")"),
    ("*|", "|*"),
    ("~~", "~~"),
    ("«", "»"),
];

/// How far a closing sign is looked for, in bytes.
const LONGEST: usize = 100;

/// Whether any of the signs begins so; asked of every byte of every text.
pub fn may_hold_signs(text: &str) -> bool {
    text.bytes().any(may_begin_sign)
}

/// Finds every declared name between signs of other systems.
pub fn between_signs<'a>(
    text: &'a str,
    is_declared: impl Fn(&str) -> bool,
    mut visit: impl FnMut(Spelling<'a>),
) {
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(found) = rest.bytes().position(may_begin_sign) else { break };
        let start = at + found;
        let spelling = SIGNS.iter().find_map(|signs| signed(text, start, *signs, &is_declared));
        at = start + 1;
        if let Some(spelling) = spelling {
            at = spelling.range.end;
            visit(spelling);
        }
        while !text.is_char_boundary(at) {
            at += 1;
        }
    }
}

fn may_begin_sign(byte: u8) -> bool {
    matches!(byte, b'<' | b'[' | b'$' | b'%' | b'#' | b'@' | b'*' | b'~' | 0xC2)
}

fn signed<'a>(
    text: &'a str,
    start: usize,
    (open, close): (&str, &str),
    is_declared: &impl Fn(&str) -> bool,
) -> Option<Spelling<'a>> {
    let inside = text.get(start..)?.strip_prefix(open)?;
    let begin = start + open.len();
    let spelling = |name, end| Some(Spelling { range: start..end, brace: start, name, form: Form::Sign });
    if close.is_empty() {
        // `$name`: the longest that is declared.
        let length = inside.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(byte));
        let mut name = inside.get(..length.count())?;
        loop {
            if is_name(name) && is_declared(name) {
                return spelling(name, begin + name.len());
            }
            name = name.get(..name.rfind(['-', '.'])?)?;
        }
    }
    let length = inside.floor_char_boundary(LONGEST.min(inside.len()));
    let end = inside.get(..length)?.find(close)?;
    let name = inside.get(..end)?;
    // `$5 for the day, $3 more`: a sign that may stand alone is close to its name.
    if open == close && name.trim_matches(is_blank_character) != name {
        return None;
    }
    let name = name.trim_matches(is_blank_character).trim_matches(is_sign).trim_matches(is_blank_character);
    let name = head(name);
    // Of `<em>…</em>` the second tag says that it is markup.
    let is_markup = open == "<" && text.contains(&format!("</{name}"));
    (is_declared(name) && !is_markup).then_some(())?;
    spelling(name, begin + end + close.len())
}

/// What stands before a format or a filter: `amount:c`, `amount | upper`.
fn head(text: &str) -> &str {
    let end = text.find([':', '|', ',', '!', '?', '(', '[', '+', '*', '/', '=']).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(is_blank_character)
}

/// What may stand for a name where its spelling has more than a name: `amount`, `amount.value`,
/// `contact.amount`, `amount:c`.
pub fn candidates(name: &str) -> impl Iterator<Item = &str> {
    let head = head(name);
    let first = head.split(['.', ' ']).next();
    let last = head.rsplit('.').next();
    [Some(name), Some(head), first, last].into_iter().flatten().filter(|name| !name.is_empty())
}

/// Whether a text is one word, as fields are called: letters of any script, digits, `_`, `-` and `.`.
fn is_word(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    first && text.chars().all(|one| one.is_alphanumeric() || matches!(one, '_' | '-' | '.'))
}

/// Signs that other systems put beside a name, inside its braces.
fn is_sign(character: char) -> bool {
    matches!(character, '%' | '$' | '@' | '#' | '=' | '!' | '&' | '*' | '?' | '~' | '^' | '.' | '-' | '/')
}

/// A name without what people write differently: `First Name`, `first-name`.
pub fn plain(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.to_lowercase().replace(['-', '.', ' ', '\t', '\u{A0}'], "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn braces(text: &str) -> Vec<(&str, &str, Form)> {
        let mut found = Vec::new();
        in_braces(text, |one| found.push((text.get(one.range).unwrap(), one.name, one.form)));
        found
    }

    fn signs(text: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let declared = ["day", "first_name", "amount"];
        let is_declared = |name: &str| declared.contains(&plain(name).as_ref());
        between_signs(text, is_declared, |one| found.push((text.get(one.range).unwrap(), one.name)));
        found
    }

    #[test]
    fn names_in_braces_are_found() {
        use Form::*;
        assert_eq!(
            braces("on {day}, { day }"),
            [("{day}", "day", Placeholder), ("{ day }", "day", Placeholder)]
        );
        assert_eq!(
            braces("{{day}} {{{ day }}}"),
            [("{{day}}", "day", Wrapped), ("{{{ day }}}", "day", Wrapped)]
        );
        assert_eq!(braces("#{day} a#{day}"), [("#{day}", "day", Wrapped), ("{day}", "day", Placeholder)]);
        assert_eq!(braces("{{ day | upper }}"), [("{{ day | upper }}", "day", Wrapped)]);
        assert_eq!(braces("{%day%}{$day}"), [("{%day%}", "day", Loose), ("{$day}", "day", Loose)]);
        assert_eq!(braces("{day:c}"), [("{day:c}", "day:c", Loose)]);
        assert_eq!(
            braces("{größe} {\u{200B}day}"),
            [("{größe}", "größe", Placeholder), ("{\u{200B}day}", "day", Placeholder)]
        );
        assert_eq!(braces("{} { } {{}} } { a"), []);
        assert_eq!(braces("{a {b}"), [("{b}", "b", Placeholder)]);
    }

    #[test]
    fn names_between_the_signs_of_others_are_found() {
        for one in [
            "%day%",
            "<day>",
            "$day",
            "[day]",
            "[[day]]",
            "<%= day %>",
            "$(day)",
            "%(day)s",
            "@@day@@",
            "*|DAY|*",
            "«day»",
            "##day##",
            "#day#",
            "<<day>>",
            "$Day",
            "[First Name]",
            "$first-name",
            "%%day%%",
        ] {
            let text = format!("on {one}, then");
            let found = signs(&text);
            assert_eq!(found.len(), 1, "{one}");
            assert_eq!(found[0].0, one, "{one}");
        }
        assert_eq!(signs("$day-out"), [("$day", "day")]);
    }

    #[test]
    fn what_is_no_name_is_left_alone() {
        for text in [
            "only $5",
            "50% off on the day, 20% later",
            "<break time=\"1s\"/>",
            "<day>x</day>",
            "$",
            "%",
            "[",
            "a#b",
            "day@example.com",
            "«",
            "é",
            "[days]",
            "$daylight",
            "<a b>",
            "*day*",
            "(day)",
            "$5 day $6",
        ] {
            assert_eq!(signs(text), [], "{text}");
        }
    }
}
