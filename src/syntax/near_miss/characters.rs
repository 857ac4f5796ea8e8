//! Characters that the language does not use.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::look_alikes::as_name;
use crate::diagnostics::quote;
use crate::flow::is_key;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The longest line that is considered where each character is compared with each word, in bytes.
const LONGEST: usize = 1 << 12;

/// Characters that end a line elsewhere: a carriage return without a line feed, and those of Unicode.
const LINE_ENDS: &[char] = &['\r', '\u{B}', '\u{C}', '\u{85}', '\u{2028}', '\u{2029}'];

/// `flow "A"`, a carriage return and `entry a`.
pub fn line_end(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_end = |c: char| LINE_ENDS.contains(&c);
    let (at, end) = match broken.found {
        Some(found) if found.text.starts_with(is_end) => (found.range.start, found.text.chars().next()?),
        // It is between the last token that was read and the next one, or behind the last.
        _ => {
            let last = broken.found.map_or(broken.line.len(), |found| found.range.start);
            let before = broken.line.get(..last)?;
            let gap = before.trim_end_matches(|c: char| c.is_whitespace() && !is_end(c));
            gap.char_indices().next_back().filter(|(_, last)| is_end(*last))?
        }
    };
    let name = match end {
        '\r' => "a carriage return alone".to_owned(),
        other => format!("U+{:04X}", u32::from(other)),
    };
    let range = at..at + end.len_utf8();
    let wording = Wording {
        range: range.clone(),
        message: format!("{name} ends no line"),
        label: "not a line end".into(),
        help: "write a line feed in its place, as editors do with line ends of Unix or Windows".into(),
        instead: Vec::new(),
    };
    wording.instead_of(range, "\n")
}

pub fn odd_character(broken: &BrokenLine<'_>) -> Option<Wording> {
    let odd = broken.tokens.iter().find(|token| token.kind == Kind::Odd && token.range.end > broken.at)?;
    let character = odd.text.chars().next()?;
    match character {
        '“' | '”' | '„' | '«' | '»' | '‘' | '’' => fix(
            odd,
            format!("{} is not a quotation mark of the language", quote(odd.text)),
            "a typographic quote",
            "write `\"`",
        )
        .and_then(|wording| quotes(broken, wording, |c| "“”„«»‘’".contains(c))),
        '\'' if quoted_key(broken).is_some() => quoted_key(broken),
        '\'' => fix(odd, "a string is written between `\"`, not `'`", "a single quote", "write `\"…\"`")
            .and_then(|wording| quotes(broken, wording, |c| c == '\'')),
        '→' | '⇒' | '⟶' | '➔' => {
            fix(odd, "an arrow is written `->`", "not an arrow of the language", "write `->`")?
                .instead_of_each(broken.alike(odd), |_| "->".to_owned())
        }
        '≥' | '≤' | '≠' => {
            let meant = match character {
                '≥' => ">=",
                '≤' => "<=",
                _ => "!=",
            };
            let message = format!("{} is written `{meant}`", quote(odd.text));
            fix(odd, message, "not a sign of the language", format!("write `{meant}`"))?
                .instead_of_each(broken.alike(odd), |_| meant.to_owned())
        }
        '–' | '—' => {
            let end = odd.range.end;
            if broken.line.get(end..).is_some_and(|rest| rest.starts_with('>')) {
                let arrow = format!("{character}>");
                let mut places = broken.line.match_indices(&arrow).map(|(at, _)| at..at + arrow.len());
                let wording = fix(odd, "an arrow is written `->`", "a typographic dash", "write `->`")?;
                return places.try_fold(wording, |wording, place| wording.instead_of(place, "->"));
            }
            let help = "write `->` for an arrow, `-` in a name";
            let wording = fix(odd, "this dash is not a hyphen", "a typographic dash", help)?;
            let blanks = broken.with_blanks(odd.range.clone());
            match (blanks.start < odd.range.start, odd.range.end < blanks.end) {
                (true, true) => wording.instead_of_each(broken.alike(odd), |_| "->".to_owned()),
                (false, false) => wording.instead_of_each(broken.alike(odd), |_| "-".to_owned()),
                _ => Some(wording),
            }
        }
        '`' => fix(
            odd,
            "the name has no closing backtick",
            "opened here",
            "close it with a second backtick on the same line",
        ),
        _ if is_invisible(character) => fix(
            odd,
            "there is an invisible character here",
            format!("the character U+{:04X}", u32::from(character)),
            "take it out; it may have come with copied text",
        )?
        .instead_of_each(odd_ones(broken, is_invisible), |_| String::new()),
        _ if character.is_whitespace() => fix(
            odd,
            "this white space is not an ordinary space",
            format!("the character U+{:04X}", u32::from(character)),
            "put an ordinary space here",
        )?
        .instead_of_each(odd_ones(broken, char::is_whitespace), |_| " ".to_owned()),
        _ => fix(
            odd,
            format!("{} has no meaning here", quote(odd.text)),
            format!("the character U+{:04X}", u32::from(character)),
            "take it out; put a platform id with such characters between backticks, a text between quotes",
        ),
    }
}

/// `set tries ＝ 0`, `on １ -> menu`: the full-width forms of ASCII characters, as some keyboards write them.
pub fn full_width(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.line.len() > LONGEST {
        return None;
    }
    let in_texts = |at: usize| {
        broken.tokens.iter().any(|token| {
            matches!(token.kind, Kind::String | Kind::OpenString | Kind::Quoted) && token.range.contains(&at)
        })
    };
    let plain = |character: char| {
        let offset = u32::from(character).checked_sub(0xFEE0)?;
        char::from_u32(offset).filter(char::is_ascii_graphic)
    };
    let signs = broken.line.char_indices().filter(|(at, character)| {
        matches!(character, '\u{FF01}'..='\u{FF5E}') && !character.is_alphabetic() && !in_texts(*at)
    });
    let pieces: Option<Vec<(usize, char, char)>> =
        signs.map(|(at, character)| Some((at, character, plain(character)?))).collect();
    let pieces = pieces.filter(|pieces| !pieces.is_empty())?;
    let &(first, character, meant) = pieces.first()?;
    let mut line = broken.line.to_owned();
    for &(at, character, meant) in pieces.iter().rev() {
        line.replace_range(at..at + character.len_utf8(), meant.encode_utf8(&mut [0; 4]));
    }
    if !reads(rule_of(broken.place), &line) {
        return None;
    }
    let wording = Wording {
        range: first..first + character.len_utf8(),
        message: format!("{} is not `{meant}`, it only looks like it", quote(&character.to_string())),
        label: format!("the character U+{:04X}", u32::from(character)),
        help: format!("write `{meant}`"),
        instead: Vec::new(),
    };
    pieces.into_iter().try_fold(wording, |wording, (at, character, meant)| {
        wording.instead_of(at..at + character.len_utf8(), meant.to_string())
    })
}

fn is_invisible(character: char) -> bool {
    matches!(character, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

/// All characters of one sort that the language does not use, since they usually come together.
fn odd_ones<'a>(broken: &BrokenLine<'a>, fits: fn(char) -> bool) -> impl Iterator<Item = &'a Token<'a>> {
    broken.tokens.iter().filter(move |token| token.kind == Kind::Odd && token.text.starts_with(fits))
}

/// `on '1' -> menu`: a key in quotes would be a condition that only the platform knows.
fn quoted_key(broken: &BrokenLine<'_>) -> Option<Wording> {
    let start = broken.line.find('\'')?;
    let inside = broken.line.get(start + 1..)?;
    let key = inside.get(..inside.find('\'')?)?;
    let before = broken.line.get(..start)?.trim_end();
    let is_condition = before.ends_with('|') || before.split([' ', '\t', '{', ';']).next_back() == Some("on");
    let range = start..start + key.len() + 2;
    (is_condition && is_key(key)).then(|| Wording {
        instead: vec![vec![(range.clone(), key.to_owned())]],
        range,
        message: "a key is written without quotes".into(),
        label: "a key in quotes".into(),
        help: format!("write `{key}`"),
    })
}

/// Offers ordinary quotes in place of the line's other quotes, if there are exactly two.
fn quotes(broken: &BrokenLine<'_>, wording: Wording, is_quote: impl Fn(char) -> bool) -> Option<Wording> {
    let found: Vec<_> = broken.line.char_indices().filter(|&(_, character)| is_quote(character)).collect();
    let has_no_others = !broken.line.contains(['"', '\\']);
    if found.len() != 2 || !has_no_others {
        return Some(wording);
    }
    let range = |(at, character): (usize, char)| at..at + character.len_utf8();
    found.into_iter().try_fold(wording, |wording, quote| wording.instead_of(range(quote), "\""))
}

/// `# …`, `-- …`, `/* … */` at the start of a line or after a statement.
pub fn foreign_comment(broken: &BrokenLine<'_>) -> Option<Wording> {
    let begins = |at: usize| {
        ["#", "--", "/*"]
            .into_iter()
            .find(|sign| broken.line.get(at..).is_some_and(|rest| rest.starts_with(sign)))
    };
    let is_apart = |at: usize| {
        broken.line.get(..at).is_some_and(|before| before.is_empty() || before.ends_with([' ', '\t']))
    };
    let start = match broken.found.filter(|_| broken.at > 0) {
        None => 0,
        Some(found) => found.range.start,
    };
    let sign = begins(start)?;
    // A `#` may be a key, and `--` may be meant as an arrow.
    let meant = (sign == "#" && broken.expects(Rule::key)) || (sign == "--" && broken.expects(Rule::arrow));
    if meant || !is_apart(start) {
        return None;
    }
    let range = start..broken.line.trim_end().len();
    let comment = broken.line.get(range.clone())?.strip_prefix(sign)?;
    // A comment over several lines, or in the middle of the line, cannot be fixed here.
    let comment = match sign {
        "/*" => comment.strip_suffix("*/").filter(|comment| !comment.contains("*/")),
        _ => Some(comment),
    };
    // After a statement, texts and branches may not be meant as a comment.
    let comment = comment
        .filter(|comment| start == 0 || !comment.contains(['"', '{', '}', '@']) && !comment.contains("->"));
    let comment = comment.map(|comment| format!("// {}", comment.trim()));
    Some(Wording {
        instead: comment.into_iter().map(|comment| vec![(range.clone(), comment)]).collect(),
        range,
        message: "a comment begins with `//`".into(),
        label: "not a comment".into(),
        help: "write `// …` on each line of the comment".into(),
    })
}

pub fn stray_brace(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken
        .first()
        .filter(|token| broken.place == LineContext::File && matches!(token.text, "}" | "{"))?;
    if first.is("{") {
        return fix(
            first,
            "a line cannot begin with `{`",
            "there is no node before it on this line",
            "put `{` at the end of the node's line",
        );
    }
    fix(
        first,
        "this `}` closes nothing",
        "no block is open here",
        "take it out, or look for the block that was closed too early",
    )
}

/// `)` on a line of its own inside a block.
pub fn stray_bracket(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [only] = broken.tokens else { return None };
    let is_bracket =
        matches!(only.text, ")" | "]" | "｝" | "）" | "］" | "】" | "(" | "[" | "｛" | "（" | "［");
    if !is_bracket || broken.place == LineContext::File {
        return None;
    }
    let message = format!("{} has no meaning here", quote(only.text));
    fix(only, message, "not needed", "take it out: only `}` closes a block")?
        .instead_of(0..broken.line.len(), "")
}

/// `café`, `menu-`, `a--b`: the grammar stops inside the name.
pub fn odd_name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    if found.is("``") {
        return fix(
            found,
            "the name between the backticks is empty",
            "no name",
            "write the node's name; it needs backticks only if it is not a plain name",
        );
    }
    let is_inside = found.kind == Kind::Word && found.range.start < broken.at;
    let is_joined = found.text.bytes().all(|byte| matches!(byte, b'-' | b'.'))
        && broken
            .before_found()
            .is_some_and(|word| word.kind == Kind::Word && word.range.end == found.range.start)
        && !(broken.expects(Rule::dots) || broken.expects(Rule::arrow));
    if !is_inside && !is_joined {
        return None;
    }
    let start = if is_inside { found.range.start } else { broken.before_found()?.range.start };
    let rest = broken.line.get(start..)?;
    let end = start + rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    let written = broken.line.get(start..end)?;
    // `a--b` may have been an arrow.
    let quoted = is_inside.then(|| vec![(start..end, format!("`{written}`"))]);
    if let Some(name) = as_name(written) {
        let wording = look_alike(start..end, written, name);
        return Some(Wording { instead: wording.instead.into_iter().chain(quoted).collect(), ..wording });
    }
    Some(Wording {
        range: start..end,
        message: format!("{} is not a plain name", quote(written)),
        label: "not a name".into(),
        help: format!(
            "a plain name has the letters a to z, digits and `_`, with single `-` or `.` between them; put any other platform id between backticks, as in `{written}`"
        ),
        instead: quoted.into_iter().collect(),
    })
}

/// A name or a tag whose first letter only looks like a letter of the language.
pub fn odd_first_letter(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.range.start == broken.at)?;
    let start = found.range.start + usize::from(found.text.starts_with('@'));
    let rest = broken.line.get(start..)?;
    let end = start + rest.find(|c| !is_of_name(c)).unwrap_or(rest.len());
    let written = rest.get(..end - start).filter(|written| written.starts_with(|c: char| !c.is_ascii()))?;
    Some(look_alike(start..end, written, as_name(written)?))
}

/// The wording for a word that only looks like a name.
fn look_alike(range: Range<usize>, written: &str, name: String) -> Wording {
    Wording {
        message: format!("{} is not a plain name, it only looks like `{name}`", quote(written)),
        label: "it has characters that look like others".into(),
        help: format!("write `{name}`; put a platform id with such characters between backticks"),
        instead: vec![vec![(range.clone(), name)]],
        range,
    }
}

fn is_of_name(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-' | '.')
}

/// `say("Hi")`.
pub fn parenthesis(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| matches!(token.text, "(" | "["))?;
    let wording = fix(
        found,
        format!("{} has no meaning here", quote(found.text)),
        "not needed",
        "take it and the closing one out; write values side by side, as in `collect \"Press 1\" retries 2`",
    )?;
    let is_bracket = |token: &&Token<'_>| matches!(token.text, "(" | ")" | "[" | "]");
    let signs: Vec<_> = broken.tokens.iter().filter(is_bracket).collect();
    let [open, close] = signs.as_slice() else { return Some(wording) };
    wording
        .instead_of(broken.with_blanks(open.range.clone()), " ")?
        .instead_of(broken.with_blanks(close.range.clone()).start..close.range.end, "")
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_ends_no_line_is_named() {
        for (end, name) in [
            ("\r", "a carriage return alone"),
            ("\u{2028}", "U+2028"),
            ("\u{2029}", "U+2029"),
            ("\u{85}", "U+0085"),
            ("\u{B}", "U+000B"),
            ("\u{C}", "U+000C"),
            (" \r ", "a carriage return alone"),
        ] {
            let text = format!(
                "flow \"A\"{end}entry a\ndisclosure a {{ say \"Hi.\"; -> b }}\ndisconnect b\n\
                 policy h \"H\" {{\n  r: forbid agent{end}s: forbid callback\n}}\napply h\n"
            );
            let compiled = crate::compile("a.cxflow", text);
            let message = format!("{name} ends no line");
            let found = compiled.diagnostics.iter().filter(|found| found.message == message);
            assert_eq!(found.count(), 2, "{end:?}: {:?}", compiled.diagnostics);
        }
    }
}
