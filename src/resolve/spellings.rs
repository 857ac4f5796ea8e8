//! Finds what looks like a value in a text without being an insertion: the platform's own `{name}`, and the
//! syntax of other systems.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::spelling::{is_blank_character, is_invisible, is_name};

/// Everything in a text that stands for a value and is no insertion, in order. What is no placeholder of the
/// platform counts only around a declared name.
pub fn spelled_values<'t>(
    text: &'t str,
    any_declared: bool,
    is_declared: impl Fn(&str) -> bool,
) -> Vec<Spelling<'t>> {
    let mut spellings: Vec<Spelling<'t>> = Vec::new();
    let has_signs = may_hold_signs(text);
    if memchr::memchr2(b'{', b'}', text.as_bytes()).is_some() {
        in_braces(text, |spelling| spellings.push(spelling));
        lone_braces(text, &is_declared, |spelling| spellings.push(spelling));
    }
    let braces = spellings.len();
    if has_signs {
        paths(text, |path| {
            let mut before = spellings.iter().take(braces);
            if !before.any(|one| one.range.contains(&path.range.start)) {
                spellings.push(path);
            }
        });
    }
    spellings.sort_by_key(|spelling| spelling.range.start);
    if has_signs && any_declared {
        let in_braces = spellings.len();
        between_signs(text, is_declared, |spelling| {
            let before = spellings.get(..in_braces).unwrap_or_default();
            let after = before.partition_point(|one| one.range.start <= spelling.brace);
            let around = after.checked_sub(1).and_then(|index| before.get(index));
            if around.is_none_or(|one| one.range.end <= spelling.brace) {
                spellings.push(spelling);
            }
        });
    }
    spellings
}

/// How a value is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `{name}`: the platform fills it in.
    Placeholder,
    /// `{{name}}`, `#{name}`: the syntax of other systems. The platform may fill in the inner part.
    Wrapped,
    /// `$.Attributes.name`: a path into what another system knows of a call, which the platform sends unchanged.
    Path,
    /// `{name:format}`, `{first name}`, `{$name}`: the same, but only with a declared name.
    Loose,
    /// `$name`, `%name%`, `<name>`, `[name]`, `{name` without its closing brace, only with a declared name: the
    /// platform sends it unchanged.
    Sign,
}

/// A value as a text spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spelling<'a> {
    /// Its range in bytes of the text.
    pub range: Range<usize>,
    /// The innermost `{`, or the beginning.
    pub brace: usize,
    /// The name as written.
    pub name: &'a str,
    /// The form of the spelling.
    pub form: Form,
}

/// Finds every path such as `$.Attributes.name`, outside of braces. Its last word is the name.
fn paths<'a>(text: &'a str, mut visit: impl FnMut(Spelling<'a>)) {
    for start in memchr::memchr_iter(b'$', text.as_bytes()) {
        let Some(path) = text.get(start + 1..).and_then(|rest| rest.strip_prefix('.')) else { continue };
        let end = path.find(|letter: char| !is_of_word(letter)).unwrap_or(path.len());
        let path = path.get(..end).unwrap_or_default().trim_end_matches(['-', '.']);
        let name = path.rsplit('.').next().unwrap_or_default();
        if is_word(path) && is_word(name) {
            visit(Spelling { range: start..start + 2 + path.len(), brace: start, name, form: Form::Path });
        }
    }
}

/// Finds every `{…}` with a name inside.
fn in_braces<'a>(text: &'a str, mut visit: impl FnMut(Spelling<'a>)) {
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
        let form = if is_word(name) { Form::Wrapped } else { Form::Loose };
        return spelling(start - more..end + more, name, form).filter(|_| !name.is_empty());
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

/// Finds every unmatched brace next to a declared name: `{name`, `name}`, `{name)`.
fn lone_braces<'a>(text: &'a str, is_declared: impl Fn(&str) -> bool, mut visit: impl FnMut(Spelling<'a>)) {
    let mut open = Vec::new();
    for at in memchr::memchr2_iter(b'{', b'}', text.as_bytes()) {
        if text.as_bytes().get(at) == Some(&b'{') {
            open.push(at);
        } else if open.pop().is_none()
            && let Some(spelling) = closed_only(text, at, &is_declared)
        {
            visit(spelling);
        }
    }
    open.into_iter().filter_map(|at| opened_only(text, at, &is_declared)).for_each(visit);
}

/// `{name`, with a bracket after it that was meant to be a brace.
fn opened_only<'a>(text: &'a str, brace: usize, is_declared: &impl Fn(&str) -> bool) -> Option<Spelling<'a>> {
    let after = text.get(brace + 1..)?;
    let inside = after.trim_start_matches(is_blank_character);
    let begin = text.len() - inside.len();
    let one_word = inside.find(|letter: char| !is_of_word(letter)).unwrap_or(inside.len());
    // `{first name`
    let rest = inside.get(one_word..)?.strip_prefix(' ').unwrap_or_default();
    let two_words = one_word + 1 + rest.find(|letter: char| !is_of_word(letter)).unwrap_or(rest.len());
    let name = [two_words, one_word].into_iter().find_map(|length| {
        let name = inside.get(..length)?.trim_end_matches(['-', '.']);
        is_declared(name).then_some(name)
    })?;
    let mut end = begin + name.len();
    let before = text.get(..brace)?;
    if text
        .get(end..)?
        .starts_with(|next| BRACKETS.iter().any(|&(open, close)| next == close && !before.contains(open)))
    {
        end += 1;
    }
    Some(Spelling { range: brace..end, brace, name, form: Form::Sign })
}

/// `name}`, with whatever comes before it in place of `${`.
fn closed_only<'a>(text: &'a str, brace: usize, is_declared: &impl Fn(&str) -> bool) -> Option<Spelling<'a>> {
    let inside = text.get(..brace)?.trim_end_matches(is_blank_character);
    let start = |text: &str| text.trim_end_matches(is_of_word).len();
    let one_word = start(inside);
    // `first name}`
    let two_words = inside.get(..one_word)?.strip_suffix(' ').map_or(one_word, start);
    let mut begin =
        [two_words, one_word].into_iter().find(|&begin| inside.get(begin..).is_some_and(is_declared))?;
    let name = inside.get(begin..)?;
    let after = text.get(brace + 1..)?;
    let before = text.get(..begin)?;
    if before.ends_with(|last| BRACKETS.iter().any(|&(open, close)| last == open && !after.contains(close))) {
        begin -= 1;
    }
    if text.get(..begin)?.ends_with('$') {
        begin -= 1;
    }
    Some(Spelling { range: begin..brace + 1, brace, name, form: Form::Sign })
}

/// Brackets that people write in place of braces.
const BRACKETS: [(char, char); 3] = [('(', ')'), ('[', ']'), ('<', '>')];

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.') || is_unseen(letter)
}

/// Whether a character is a combining mark or invisible, such as a separate accent or a soft hyphen: a name with
/// one still looks like a name.
fn is_unseen(character: char) -> bool {
    is_combining_mark(character) || (is_invisible(character) && !character.is_control())
}

/// The signs of other systems before and after a name. An empty closing sign means that nothing follows.
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
    ("｛", "｝"),
    ("&", ";"),
    ("__", "__"),
];

/// How far to search for a closing sign, in bytes.
const LONGEST: usize = 100;

/// Whether a text may contain any of the signs. This must be fast: it looks at every byte of every text.
pub fn may_hold_signs(text: &str) -> bool {
    text.bytes().any(may_begin_sign)
}

/// Finds every declared name between signs of other systems.
fn between_signs<'a>(text: &'a str, is_declared: impl Fn(&str) -> bool, mut visit: impl FnMut(Spelling<'a>)) {
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
    matches!(byte, b'<' | b'[' | b'$' | b'%' | b'#' | b'@' | b'*' | b'~' | b'&' | b'_' | 0xC2 | 0xEF)
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
        // `$name`: the longest declared name.
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
    // `$5 for the day, $3 more`: a sign that has other uses must be next to its name.
    if open == close && name.trim_matches(is_blank_character) != name {
        return None;
    }
    // `sales__day__eu`: inside a word, `__` is not a sign.
    let is_within = |around: Option<char>| around.is_some_and(char::is_alphanumeric);
    let after = begin + end + close.len();
    if open == "__"
        && (is_within(text.get(..start)?.chars().next_back()) || is_within(text.get(after..)?.chars().next()))
    {
        return None;
    }
    let name = name.trim_matches(is_blank_character).trim_matches(is_sign).trim_matches(is_blank_character);
    let name = head(name);
    // In `<em>…</em>`, the closing tag shows that it is markup.
    let is_markup = open == "<" && text.contains(&format!("</{name}"));
    if !is_declared(name) || is_markup {
        return None;
    }
    spelling(name, after)
}

/// The name before a format or a filter: `amount:c`, `amount | upper`.
fn head(text: &str) -> &str {
    let end = text.find([':', '|', ',', '!', '?', '(', '[', '+', '*', '/', '=']).unwrap_or(text.len());
    text.get(..end).unwrap_or_default().trim_end_matches(is_blank_character)
}

/// The names that a spelling may refer to: `amount` in `amount`, `amount.value`, `contact.amount` and
/// `amount:c`.
pub fn candidates(name: &str) -> impl Iterator<Item = &str> {
    let head = head(name);
    let first = head.split(['.', ' ']).next();
    let last = head.rsplit('.').next();
    [Some(name), Some(head), first, last].into_iter().flatten().filter(|name| !name.is_empty())
}

/// Whether a text is one word, as in the name of a field: letters of any script, digits, `_`, `-` and `.`.
fn is_word(text: &str) -> bool {
    let first = text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_');
    first && text.chars().all(is_of_word)
}

/// Signs that other systems put beside a name, inside its braces.
fn is_sign(character: char) -> bool {
    matches!(
        character,
        '%' | '$'
            | '@'
            | '#'
            | '='
            | '!'
            | '&'
            | '*'
            | '?'
            | '~'
            | '^'
            | '.'
            | '-'
            | '/'
            | '\''
            | '"'
            | '`'
            | ';'
            | '\\'
    )
}

/// A name in normalized form: people also write `First Name` or `first-name`, separate accents, and invisible
/// characters.
pub fn plain(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let shown = name.chars().filter(|&letter| !is_invisible(letter) || letter == '\t').nfc();
    Cow::Owned(shown.collect::<String>().to_lowercase().replace(['-', '.', ' ', '\t', '\u{A0}'], "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn braces(text: &str) -> Vec<(&str, &str, Form)> {
        let mut found = Vec::new();
        in_braces(text, |spelling| {
            found.push((text.get(spelling.range).unwrap(), spelling.name, spelling.form))
        });
        found
    }

    fn signs(text: &str) -> Vec<(&str, &str)> {
        let mut found = Vec::new();
        let declared = ["day", "first_name", "amount"];
        let is_declared = |name: &str| declared.contains(&plain(name).as_ref());
        between_signs(text, is_declared, |spelling| {
            found.push((text.get(spelling.range).unwrap(), spelling.name))
        });
        found
    }

    #[test]
    fn finds_names_in_braces() {
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
        for text in ["{'day'}", "{\"day\"}", "{day;}", "{day\\}", "{`day`}"] {
            assert_eq!(braces(text), [(text, "day", Loose)]);
        }
        assert_eq!(braces("{{first name}}"), [("{{first name}}", "first name", Loose)]);
        assert_eq!(braces("{day:c}"), [("{day:c}", "day:c", Loose)]);
        assert_eq!(
            braces("{größe} {\u{200B}day}"),
            [("{größe}", "größe", Placeholder), ("{\u{200B}day}", "day", Placeholder)]
        );
        for text in ["{da\u{AD}y}", "{d\u{200B}ay}", "{d\u{FE0F}ay}", "{da\u{301}y}", "{da\u{2060}y}"] {
            let name = text.trim_matches(['{', '}']);
            assert_eq!(braces(text), [(text, name, Placeholder)]);
        }
        assert_eq!(braces("{} { } {{}} } { a"), []);
        assert_eq!(braces("{a {b}"), [("{b}", "b", Placeholder)]);
    }

    #[test]
    fn normalizes_names_that_look_the_same() {
        for name in ["da\u{AD}y", "\u{200B}day", "DAY\u{FE0F}", "d\u{2060}ay", "da\u{34F}y"] {
            assert_eq!(plain(name), "day", "{name:?}");
        }
        assert_eq!(plain("tele\u{301}fono"), "tel\u{E9}fono");
        assert_ne!(plain("da\u{301}y"), "day");
    }

    #[test]
    fn finds_names_between_signs_of_other_systems() {
        for spelling in [
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
            "｛day｝",
            "｛ first name ｝",
            "&day;",
            "__day__",
        ] {
            let text = format!("on {spelling}, then");
            let found = signs(&text);
            assert_eq!(found.len(), 1, "{spelling}");
            assert_eq!(found[0].0, spelling, "{spelling}");
        }
        assert_eq!(signs("$day-out"), [("$day", "day")]);
    }

    #[test]
    fn finds_paths_of_other_systems() {
        let found = |text| {
            let mut found = Vec::new();
            paths(text, |spelling| found.push((text.get(spelling.range).unwrap(), spelling.name)));
            found
        };
        for (text, path, name) in [
            ("Hello $.Attributes.first_name, hi", "$.Attributes.first_name", "first_name"),
            ("You owe $.External.balance.", "$.External.balance", "balance"),
            ("$.CustomerEndpoint.Address", "$.CustomerEndpoint.Address", "Address"),
            ("$.name", "$.name", "name"),
        ] {
            assert_eq!(found(text), [(path, name)]);
        }
        for text in ["only $.50", "$.", "$. Then", "in $", "$5.a", "$..", "$.5a.b"] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn finds_unmatched_braces() {
        let lone = |text| {
            let mut found = Vec::new();
            let is_declared = |name: &str| ["day", "first_name"].contains(&plain(name).as_ref());
            lone_braces(text, is_declared, |spelling| {
                found.push((text.get(spelling.range).unwrap(), spelling.name))
            });
            found
        };
        for (text, found, name) in [
            ("on {day today", "{day", "day"),
            ("on day} today", "day}", "day"),
            ("on {day.", "{day", "day"),
            ("on { day, then", "{ day", "day"),
            ("on {day) then", "{day)", "day"),
            ("on {day] then", "{day]", "day"),
            ("(on {day) then", "{day", "day"),
            ("on (day} then", "(day}", "day"),
            ("on [day}", "[day}", "day"),
            ("on $day} then", "$day}", "day"),
            ("on $(day} then", "$(day}", "day"),
            ("on {first name today", "{first name", "first name"),
            ("on first-name}", "first-name}", "first-name"),
            ("Hi first name}", "first name}", "first name"),
            ("on {day or {x}", "{day", "day"),
            ("on {x} or day}", "day}", "day"),
            ("on {Day", "{Day", "Day"),
        ] {
            assert_eq!(lone(text), [(found, name)], "{text}");
        }
        for text in
            ["on {day}", "{{day}}", "{", "}", "{ }", "{days", "today}", "{a {day} b}", "é{", "}é", "{\"day"]
        {
            assert_eq!(lone(text), [], "{text}");
        }
    }

    #[test]
    fn ignores_other_text() {
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
            "day & night; more",
            "some__day__s",
            "snake_day_case",
            "｛days｝",
        ] {
            assert_eq!(signs(text), [], "{text}");
        }
    }
}
