//! How the language spells names, texts and durations, and which characters are invisible.

/// Whether a text is a name that needs no backticks.
pub fn is_name(text: &str) -> bool {
    let mut previous = '.';
    for character in text.chars() {
        let fits = match character {
            'a'..='z' | 'A'..='Z' | '_' => true,
            '0'..='9' => previous != '.' || !text.starts_with(character),
            '-' | '.' => previous != '-' && previous != '.',
            _ => false,
        };
        if !fits {
            return false;
        }
        previous = character;
    }
    !text.is_empty()
        && !text.starts_with(|first: char| first.is_ascii_digit())
        && previous != '-'
        && previous != '.'
}

/// A node's id as the source spells it: between backticks if it needs them.
pub fn display_id(id: &str) -> String {
    if is_name(id) {
        return id.to_owned();
    }
    let mut out = String::from("`");
    for character in id.chars() {
        match character {
            '`' | '\\' => out.extend(['\\', character]),
            _ if is_invisible(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
    out.push('`');
    out
}

/// A text as a string of the language: in quotes, with the necessary escapes.
pub fn display_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    escape_into(&mut out, text);
    out.push('"');
    out
}

/// Adds what a string of the language has between its quotes for a text.
pub fn escape_into(out: &mut String, text: &str) {
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '$' if characters.peek() == Some(&'{') => out.push_str("\\$"),
            _ if is_invisible(character) => out.extend(character.escape_unicode()),
            _ => out.push(character),
        }
    }
}

/// A duration as the language writes it: `1.5s`, `2min`, `40ms`.
pub fn display_duration(milliseconds: u64) -> String {
    match milliseconds {
        0 => "0s".to_owned(),
        ms if ms % 60_000 == 0 => format!("{}min", ms / 60_000),
        ms if ms < 1000 => format!("{ms}ms"),
        ms => format!("{}s", ms as f64 / 1000.0),
    }
}

/// The longest duration that a flow can say, in milliseconds: a hundred days. What is longer is a slip, and far longer ones
/// are no numbers.
pub(crate) const LONGEST_DURATION: u64 = 100 * 24 * 60 * 60_000;

/// A duration in milliseconds, rounded. One that is too long for the type is the largest possible.
pub fn milliseconds(written: &str) -> u64 {
    let (number, unit) = written
        .split_at_checked(written.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(written.len()))
        .unwrap_or_default();
    let factor = match unit {
        "ms" => 1.0,
        "min" => 60_000.0,
        _ => 1_000.0,
    };
    // The grammar allows only digits and one point, and a float can hold far more than the longest call.
    let value: f64 = number.parse().unwrap_or(0.0);
    (value * factor).round() as u64
}

/// The time that a text writes as the language does, in milliseconds: `1.5s`.
pub fn duration(text: &str) -> Option<u64> {
    let (number, _) = ["ms", "min", "s"].iter().find_map(|unit| Some((text.strip_suffix(unit)?, unit)))?;
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (are_digits(whole) && are_digits(part)).then(|| milliseconds(text))
}

/// Whether a terminal interprets a character or shows nothing for it: controls, line separators, direction marks,
/// joiners, fillers, variation selectors and blanks that are not white space (Unicode's
/// `Default_Ignorable_Code_Point` and a few more).
pub fn is_invisible(character: char) -> bool {
    // Most characters of most texts.
    if character < '\u{AD}' {
        return character.is_control();
    }
    is_bidi_control(character)
        || matches!(
            character,
            '\u{AD}'
                | '\u{34F}'
                | '\u{115F}'..='\u{1160}'
                | '\u{17B4}'..='\u{17B5}'
                | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200D}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{2060}'..='\u{206F}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}'
                | '\u{FEFF}'
                | '\u{FFA0}'
                | '\u{FFF0}'..='\u{FFFB}'
                | '\u{1BCA0}'..='\u{1BCA3}'
                | '\u{1D173}'..='\u{1D17A}'
                | '\u{E0000}'..='\u{E0FFF}'
        )
}

/// Whether a character is an invisible direction control (Unicode Standard Annex 9, section 2).
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Whether a character can be neither seen nor heard: white space, or [invisible](is_invisible).
pub fn is_blank_character(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

/// Whether a text is empty or has only [blank characters](is_blank_character).
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_blank_character)
}

/// Whether a text only looks like a value: quotes around nothing, as double quoting in a shell or a settings file
/// leaves them, dashes, or `null`.
///
/// ```
/// use cxflowc::spelling::is_empty_value;
/// assert!(["\"\"", "''", "-", "—", "null"].into_iter().all(is_empty_value));
/// assert!(!["A-1", "nullarbor", "0", "*"].into_iter().any(is_empty_value));
/// ```
pub fn is_empty_value(text: &str) -> bool {
    let is_filler = |c: char| {
        is_blank_character(c)
            || matches!(
                c,
                '"' | '\'' | '`' | '´' | '-' | '_' | '\u{2010}'
                    ..='\u{201F}' | '«' | '»' | '‹' | '›' | '\u{2212}'
            )
    };
    let inner = text.trim_matches(is_filler);
    inner.is_empty() || ["null", "undefined"].iter().any(|word| inner.eq_ignore_ascii_case(word))
}

/// A text as a TOML string.
pub fn toml_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether digits begin with a zero that a number does not keep, as in a postcode or an account number.
pub fn has_first_zeros(written: &str) -> bool {
    let digits = written.strip_prefix('-').unwrap_or(written);
    digits.len() > 1 && digits.starts_with('0')
}

/// A statement that is written on several lines as one line, without the comments between them.
///
/// ```
/// use cxflowc::spelling::on_one_line;
///
/// assert_eq!(on_one_line("a = 1 or // the first\n      b = \"//\""), "a = 1 or b = \"//\"");
/// ```
pub fn on_one_line(statement: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for line in statement.lines() {
        let mut is_quoted = false;
        let mut before = '\n';
        let mut end = line.len();
        for (at, letter) in line.char_indices() {
            match letter {
                '"' if before != '\\' => is_quoted = !is_quoted,
                '/' if before == '/' && !is_quoted => {
                    end = at - 1;
                    break;
                }
                _ => {}
            }
            before = letter;
        }
        parts.extend(Some(line.get(..end).unwrap_or(line).trim()).filter(|part| !part.is_empty()));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_durations_to_milliseconds() {
        for (written, expected) in
            [("1.5s", 1500), ("20s", 20_000), ("250ms", 250), ("2min", 120_000), ("0.0004s", 0)]
        {
            assert_eq!(duration(written), Some(expected), "{written}");
        }
        for wrong in ["", "s", "5", "5 s", "-5s", ".5s", "5.s", "5h", "1.2.3s"] {
            assert_eq!(duration(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn tells_names_from_other_texts() {
        for good in ["a", "_", "route-agent", "es.menu", "a1"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", "1a", "a-", "a--b", "-a", "a.", ".a", "é", "a b"] {
            assert!(!is_name(bad), "{bad}");
        }
    }
}
