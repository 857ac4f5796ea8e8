//! What is wrong behind the `with` of a node or an action: options behind the fields, and values as other languages write
//! them.

use std::ops::Range;

use super::{BrokenLine, Wording, facts, fix};
use crate::diagnostics::quote;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{LineContext, OPTIONS};

/// The longest line that is considered, in bytes: an attempt to parse it copies it.
const LONGEST: usize = 1 << 12;

/// The wording for the line of a node of a built-in kind, or of an action.
pub fn of_own(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_other =
        broken.first().is_some_and(|first| matches!(first.text, "include" | "test" | "kind" | "every"));
    if is_other || broken.place == LineContext::Policy {
        return None;
    }
    find(broken, rule_of(broken.place))
}

/// The wording for a line that a rule of the grammar reads.
pub fn find(broken: &BrokenLine<'_>, rule: Rule) -> Option<Wording> {
    if broken.line.len() > LONGEST {
        return None;
    }
    let with = broken.tokens.iter().find(|token| token.is("with"))?;
    let is_behind = broken.found.is_none_or(|found| found.range.start >= with.range.end);
    if !is_behind {
        return None;
    }
    options_behind(broken, with, rule)
        .or_else(|| last_comma(broken))
        .or_else(|| duration(broken))
        .or_else(|| phone(broken))
        .or_else(|| number(broken))
        .or_else(|| list(broken, rule))
        .or_else(|| insertion(broken))
        .or_else(|| url(broken))
        .or_else(|| single_quotes(broken))
        .or_else(|| second_with(broken, with))
        .or_else(|| colon(broken))
}

/// The line with a piece replaced.
fn with_piece(line: &str, range: &Range<usize>, text: &str) -> Option<String> {
    Some(format!("{}{text}{}", line.get(..range.start)?, line.get(range.end..)?))
}

/// `lookup find with n = 12 disposition A`, `… with n = 12 @paid`.
fn options_behind(broken: &BrokenLine<'_>, with: &Token<'_>, rule: Rule) -> Option<Wording> {
    let found = broken.found?;
    if !(found.kind == Kind::Tag || OPTIONS.contains(&found.text)) {
        return None;
    }
    let open = broken.tokens.iter().find(|token| token.is("{") && token.range.start > found.range.start);
    let end = open.map_or(broken.line.trim_end().len(), |open| open.range.start);
    let options = broken.line.get(found.range.start..end)?.trim_end();
    let fields = broken.line.get(with.range.start..found.range.start)?.trim_end();
    let range = with.range.start..found.range.start + options.len();
    let meant = format!("{options} {fields}");
    if !reads(rule, &with_piece(broken.line, &range, &meant)?) {
        return None;
    }
    let head = broken.line.get(..with.range.start)?;
    let help = match head.len() + meant.len() {
        0..=80 => format!("write `{head}{meant}`"),
        _ => "write it before `with`".to_owned(),
    };
    fix(found, "options come before `with`", "behind the fields", help)?.instead_of(range, meant)
}

/// `lookup find with n = 12, {`, `lookup find with n = 12,`.
fn last_comma(broken: &BrokenLine<'_>) -> Option<Wording> {
    let comma = broken.before_found().filter(|before| before.is(","))?;
    broken.found.is_none_or(|found| found.is("{")).then_some(())?;
    fix(comma, "nothing follows this `,`", "the last one", "take it out, or write another field behind it")?
        .instead_of(comma.range.clone(), "")
}

/// `with timeout = 5 seconds`, `with timeout = 5sec`, `with timeout = 2h`, `with timeout = 1:30`.
fn duration(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    let before = broken.before_found()?;
    // `1,5s`: the grammar stops behind the comma.
    let whole = broken.tokens.iter().rev().find(|token| token.range.end <= before.range.start);
    if let Some(wording) =
        whole.filter(|_| before.is(",")).and_then(|whole| facts::decimal_comma(broken, whole))
    {
        return Some(wording);
    }
    let is_value = |number: &Token<'_>| {
        let sign = broken.tokens.iter().rev().find(|token| token.range.end <= number.range.start);
        number.kind == Kind::Number && sign.is_some_and(|sign| matches!(sign.text, "=" | "," | "["))
    };
    let (range, meant, is_certain) = if is_value(found) {
        (found.range.clone(), facts::as_duration(found.text)?, true)
    } else if is_value(before) && found.kind == Kind::Word {
        (before.range.start..found.range.end, facts::duration_of(before.text, found.text)?, true)
    } else if is_value(before) && found.is(":") {
        let part = broken.after(found).filter(|part| part.kind == Kind::Number && part.text.len() == 2)?;
        let (minutes, seconds): (u32, u32) = (before.text.parse().ok()?, part.text.parse().ok()?);
        let seconds = minutes.checked_mul(60)?.checked_add(seconds)?;
        (before.range.start..part.range.end, format!("{seconds}s"), false)
    } else {
        return None;
    };
    let written = broken.line.get(range.clone())?;
    let help = match is_certain {
        true => format!("write `{meant}`"),
        false => format!("write `{meant}` if these are minutes and seconds"),
    };
    let wording = Wording {
        message: format!("{} is not a duration", quote(written)),
        range: range.clone(),
        label: "a duration is a number with `ms`, `s` or `min`".to_owned(),
        help,
        instead: Vec::new(),
    };
    if is_certain { wording.instead_of(range, meant) } else { Some(wording) }
}

/// `with number = +12025550100`, `with number = +1 202 555 0100`: a phone number without quotes.
fn phone(broken: &BrokenLine<'_>) -> Option<Wording> {
    let plus = broken.found.filter(|found| found.is("+"))?;
    broken.before_found().filter(|before| before.is("="))?;
    let is_part =
        |token: &&Token<'_>| token.kind == Kind::Number || matches!(token.text, "-" | "." | "(" | ")" | "/");
    let behind = broken.tokens.iter().filter(|token| token.range.start >= plus.range.end);
    let last = behind.take_while(is_part).last()?;
    let range = plus.range.start..last.range.end;
    let written = broken.line.get(range.clone())?;
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    if !(7..=15).contains(&digits.len()) {
        return None;
    }
    let text = format!("\"+{digits}\"");
    let wording = Wording {
        range: range.clone(),
        message: "a phone number is a text, and a text needs quotes".to_owned(),
        label: "this has no quotes".to_owned(),
        help: format!("write `{text}`"),
        instead: Vec::new(),
    };
    wording.instead_of(range, text)
}

/// `with n = 12.50`, `with n = -3`, `with n = 1,000`.
fn number(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    let before = broken.before_found()?;
    let digits =
        |token: &&Token<'_>| token.kind == Kind::Number && token.text.bytes().all(|one| one.is_ascii_digit());
    let wording = |range: Range<usize>, help: String| {
        let written = broken.line.get(range.clone()).unwrap_or_default();
        Some(Wording {
            message: format!("{} is not a whole number", quote(written)),
            range,
            label: "a field takes whole numbers".to_owned(),
            help,
            instead: Vec::new(),
        })
    };
    if before.is("=") && digits(&found) {
        let point = broken.after(found).filter(|point| point.is("."))?;
        let part = broken.after(point).filter(digits)?;
        let range = found.range.start..part.range.end;
        let written = broken.line.get(range.clone())?;
        let help = format!(
            "write `\"{written}\"` if the field takes a text, or the number in a smaller unit, such as cents"
        );
        return wording(range, help);
    }
    if before.is("=") && found.is("-") {
        let number = broken.after(found).filter(digits)?;
        let range = found.range.start..number.range.end;
        let written = broken.line.get(range.clone())?;
        return wording(range, format!("write `\"{written}\"` if the field takes a text"));
    }
    // `1,000`: without blanks around the `,`.
    let is_joined = before.is(",") && before.range.end == found.range.start && found.text.len() == 3;
    let first = broken.tokens.iter().rev().find(|token| token.range.end <= before.range.start)?;
    if is_joined && digits(&found) && digits(&first) && first.range.end == before.range.start {
        let range = first.range.start..found.range.end;
        let plain = format!("{}{}", first.text, found.text);
        let wording = wording(range.clone(), format!("write `{plain}`"))?;
        return wording.instead_of(range, plain);
    }
    None
}

/// `with tags = ("a", "b")`, `with tags = "a", "b"`: a list without its brackets.
fn list(broken: &BrokenLine<'_>, rule: Rule) -> Option<Wording> {
    let found = broken.found?;
    let before = broken.before_found()?;
    if before.is("=") && matches!(found.text, "(" | "{") {
        let close = if found.is("(") { ")" } else { "}" };
        let close =
            broken.tokens.iter().find(|token| token.is(close) && token.range.start > found.range.start)?;
        let inside = broken.line.get(found.range.end..close.range.start)?.trim();
        let range = found.range.start..close.range.end;
        let meant = format!("[{inside}]");
        reads(rule, &with_piece(broken.line, &range, &meant)?).then_some(())?;
        return fix(
            found,
            "a list is written in brackets",
            "not a bracket of a list",
            format!("write `{meant}`"),
        )?
        .instead_of(range, meant);
    }
    // The values of one field, without a name before the second.
    if before.is(",") && matches!(found.kind, Kind::String | Kind::Number) {
        let sign = broken
            .tokens
            .iter()
            .rev()
            .find(|token| token.range.end <= before.range.start && token.is("="))?;
        let first = broken.after(sign)?;
        let is_value =
            |token: &&Token<'_>| matches!(token.kind, Kind::String | Kind::Number) || token.is(",");
        let last = broken
            .tokens
            .iter()
            .skip_while(|token| token.range.start < found.range.start)
            .take_while(is_value)
            .last()?;
        let range = first.range.start..last.range.end;
        let meant = format!("[{}]", broken.line.get(range.clone())?);
        reads(rule, &with_piece(broken.line, &range, &meant)?).then_some(())?;
        return fix(found, "a list is written in brackets", "a second value?", format!("write `{meant}`"))?
            .instead_of(range, meant);
    }
    None
}

/// `with plan = ${code}`: a value is named without signs.
fn insertion(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.text.starts_with('$'))?;
    broken.before_found().filter(|before| before.is("="))?;
    let inner = broken.line.get(found.range.start..)?.strip_prefix("${")?;
    let name = inner.get(..inner.find('}')?).filter(|name| is_name(name))?;
    let range = found.range.start..found.range.start + name.len() + 3;
    let wording = Wording {
        range: range.clone(),
        message: "the value of a name is written without `${` and `}`".to_owned(),
        label: "an insertion".to_owned(),
        help: format!("write `{name}`, or `\"${{{name}}}\"` as a part of a text"),
        instead: Vec::new(),
    };
    wording.instead_of(range, name)
}

/// `with url = https://x.example/find`: a URL without quotes.
fn url(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.text.starts_with("://"))?;
    let word = broken.before_found().filter(|word| word.range.end == found.range.start)?;
    let rest = broken.line.get(word.range.start..)?;
    let length = rest.find([' ', '\t', ',', '"', ';', '{']).unwrap_or(rest.len());
    let range = word.range.start..word.range.start + length;
    let text = format!("\"{}\"", broken.line.get(range.clone())?);
    let wording = Wording {
        range: range.clone(),
        message: "a text needs quotes".to_owned(),
        label: "this has no quotes".to_owned(),
        help: format!("write `{text}`"),
        instead: Vec::new(),
    };
    wording.instead_of(range, text)
}

/// `with url = 'https://…'`: a text between single quotes.
fn single_quotes(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("'"))?;
    broken.before_found().filter(|before| matches!(before.text, "=" | "," | "["))?;
    let inside = broken.line.get(found.range.end..)?;
    let text = inside.get(..inside.find('\'')?).filter(|text| !text.contains(['"', '\\', '$']))?;
    let range = found.range.start..found.range.end + text.len() + 1;
    let meant = format!("\"{text}\"");
    let wording = Wording {
        range: range.clone(),
        message: "a string is written between `\"`, not `'`".to_owned(),
        label: "single quotes".to_owned(),
        help: format!("write `{meant}`"),
        instead: Vec::new(),
    };
    wording.instead_of(range, meant)
}

/// `with n: 12`.
fn colon(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is(":"))?;
    let (name, value) = (broken.before_found()?, broken.after(found)?);
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= name.range.start)?;
    let is_field = name.kind == Kind::Word && matches!(before.text, "with" | ",");
    fix(found, "a value is given with `=`", "not `=`", format!("write `{} = {}`", name.text, value.text))
        .filter(|_| is_field)?
        .instead_of(broken.with_blanks(found.range.clone()), " = ")
}

/// `with a = 1 with b = 2`.
fn second_with(broken: &BrokenLine<'_>, first: &Token<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("with") && found.range.start > first.range.start)?;
    fix(found, "there is only one `with`", "a second one", "write `,` in its place")?
        .instead_of(broken.with_blanks(found.range.clone()), ", ")
}
