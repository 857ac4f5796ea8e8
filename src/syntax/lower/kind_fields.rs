//! The types of fields as other languages write them.

use crate::syntax::near_miss::{self, as_duration};
use crate::syntax::tokens::{Kind, Token, tokens};

/// A type with its default as it was meant: `text[]`, `list<text>`, `"a", "b" = "a"`, `fast | full = fast`,
/// `enum("a", "b")`, `integer: 5`. `None` if it is not known what is meant.
pub(super) fn meant_type(written: &str) -> Option<String> {
    let all = tokens(written);
    let end = all.iter().position(|token| token.is("=") || token.is(":")).unwrap_or(all.len());
    let (type_, default) = all.split_at_checked(end)?;
    let type_ = list(type_).or_else(|| choice(type_)).or_else(|| plain(type_))?;
    let is_choice = type_.contains('"');
    let value = match default {
        [] => return Some(type_),
        [_, value] if is_choice && value.kind == Kind::Word => format!("\"{}\"", value.text),
        [_, number, unit] if number.kind == Kind::Number && unit.kind == Kind::Word => {
            near_miss::duration_of(number.text, unit.text)?
        }
        [_, value] if value.kind == Kind::Number && as_duration(value.text).is_some() => {
            as_duration(value.text)?
        }
        [_, first, ..] => {
            let value = written.get(first.range.start..)?.trim_end();
            without_comma(value).unwrap_or_else(|| value.to_owned())
        }
        [_] => return None,
    };
    Some(format!("{type_} = {value}"))
}

/// What to write for a field that may be left out, and for an outcome that is no name.
pub(super) fn help(line: &str, _: &str) -> Option<String> {
    super::kind_outcomes::help(line).or_else(|| help_of_sets(line)).or_else(|| help_of_optional(line))
}

/// `1,000` and `1,5s` without their commas.
fn without_comma(value: &str) -> Option<String> {
    let (whole, rest) = value.split_once(',')?;
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) {
        return None;
    }
    if whole.len() <= 3 && rest.split(',').all(|group| group.len() == 3 && are_digits(group)) {
        return Some(value.replace(',', ""));
    }
    let (digits, unit) = rest.split_at_checked(rest.find(|sign: char| !sign.is_ascii_digit())?)?;
    near_miss::duration_of(&format!("{whole}.{digits}"), unit.trim()).filter(|_| are_digits(digits))
}

/// `sets a on found, b on missing`: what is set behind different outcomes, on one line.
fn help_of_sets(line: &str) -> Option<String> {
    let rest = line.trim().strip_prefix("sets ")?;
    let (mut lines, mut names): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    for part in rest.split(',').map(str::trim) {
        names.push(part);
        if part.contains(" on ") {
            lines.push(format!("`sets {}`", names.join(", ")));
            names.clear();
        }
    }
    let is_meant = lines.len() > 1 && names.is_empty() && lines.len() < 5;
    is_meant.then(|| format!("write a line for each: {}", crate::diagnostics::list_of(&lines, "and")))
}

fn help_of_optional(line: &str) -> Option<String> {
    let all = tokens(line);
    if let Some(help) = clock_as_default(&all) {
        return Some(help);
    }
    let optional = all.iter().any(|token| {
        token.is("?")
            || matches!(token.text, "optional" | "nullable" | "required")
            || token.text.ends_with('?')
    });
    let named = |token: &&Token<'_>| token.kind == Kind::Word && !matches!(token.text, "with" | "optional");
    let name = all.iter().find(named).filter(|_| optional)?.text;
    let colon = all.iter().position(|token| token.text.contains(':')).unwrap_or(all.len());
    let of_type = |token: &&Token<'_>| {
        token.kind == Kind::Word && !matches!(token.text, "optional" | "nullable" | "required")
    };
    let type_ = all.iter().skip(colon).find(of_type).map_or("text", |token| token.text);
    let default = match type_ {
        "integer" | "int" | "number" => "0",
        "duration" => "8s",
        "bool" | "boolean" => "false",
        "url" => "\"https://…\"",
        "phone" => "\"+12025550100\"",
        _ => "\"TEXT\"",
    };
    Some(format!(
        "write `with {name}: {type_}`, which each node sets, or with a default for nodes that do not: `with {name}: {type_} = {default}`"
    ))
}

/// `with timeout: duration = 1:30`.
fn clock_as_default(tokens: &[Token<'_>]) -> Option<String> {
    let [.., sign, minutes, colon, seconds] = tokens else { return None };
    let is_time = sign.is("=") && colon.is(":") && seconds.text.len() == 2;
    let (minutes, seconds): (u32, u32) = (minutes.text.parse().ok()?, seconds.text.parse().ok()?);
    let all = minutes.checked_mul(60)?.checked_add(seconds).filter(|_| is_time)?;
    Some(format!("write `{all}s` if these are minutes and seconds"))
}

/// `text[]`, `list text`, `list<text>`, `List<Text>`, `list(text)`, `[text]`, `array of text`.
fn list(tokens: &[Token<'_>]) -> Option<String> {
    let is_list = |token: &Token<'_>| {
        matches!(
            token.text.to_ascii_lowercase().as_str(),
            "list" | "array" | "lists" | "set" | "vec" | "many"
        )
    };
    let is_sign = |token: &Token<'_>| matches!(token.text, "[" | "]" | "<" | ">" | "(" | ")" | "of");
    let has_brackets = tokens.iter().any(|token| token.is("["));
    let has_word = tokens.iter().any(is_list);
    let rest: Vec<&Token<'_>> = tokens.iter().filter(|token| !is_list(token) && !is_sign(token)).collect();
    let [item] = rest.as_slice() else { return None };
    let is_meant = tokens.len() > 1 && (has_brackets || has_word) && item.kind == Kind::Word;
    is_meant.then(|| format!("list of {}", item.text.to_ascii_lowercase()))
}

/// `"a", "b"`, `fast | full`, `enum("a", "b")`.
fn choice(tokens: &[Token<'_>]) -> Option<String> {
    let is_sign = |token: &Token<'_>| {
        matches!(token.text, "|" | "," | "/" | "||" | "or" | "(" | ")" | "[" | "]" | "{" | "}")
    };
    let is_word = |token: &Token<'_>| matches!(token.text, "enum" | "choice" | "oneof" | "one_of");
    let values: Vec<&Token<'_>> = tokens.iter().filter(|token| !is_sign(token) && !is_word(token)).collect();
    let are_values = values.len() > 1
        && tokens.iter().any(is_sign)
        && values.iter().all(|value| matches!(value.kind, Kind::Word | Kind::String));
    let quoted = |value: &&Token<'_>| format!("\"{}\"", value.text.trim_matches('"'));
    are_values.then(|| values.iter().map(quoted).collect::<Vec<_>>().join(" | "))
}

/// One word, or texts that are right.
fn plain(tokens: &[Token<'_>]) -> Option<String> {
    match tokens {
        [word] if matches!(word.kind, Kind::Word | Kind::String) => Some(word.text.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_types_of_other_languages() {
        for (written, own) in [
            ("text[]", Some("list of text")),
            ("list text", Some("list of text")),
            ("List<Text>", Some("list of text")),
            ("list(text) = [\"a\"]", Some("list of text = [\"a\"]")),
            ("[text]", Some("list of text")),
            ("array of url", Some("list of url")),
            ("\"a\", \"b\" = \"a\"", Some("\"a\" | \"b\" = \"a\"")),
            ("fast | full = fast", Some("\"fast\" | \"full\" = \"fast\"")),
            ("enum(\"a\", \"b\")", Some("\"a\" | \"b\"")),
            ("integer: 5", Some("integer = 5")),
            ("text", Some("text")),
            ("duration = 5 seconds", Some("duration = 5s")),
            ("duration = 2h", Some("duration = 120min")),
            ("duration = 8s", Some("duration = 8s")),
            ("duration = 1,5s", Some("duration = 1.5s")),
            ("integer = 1,000", Some("integer = 1000")),
            ("duration = 1:30", Some("duration = 1:30")),
            ("phone?", None),
            ("map of text text", None),
        ] {
            assert_eq!(meant_type(written).as_deref(), own, "{written}");
        }
    }
}
