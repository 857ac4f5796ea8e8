//! `when`, `else` and `set` as other languages write them, and comparisons where none can stand.

use super::decide_words::{BEGINS, comparator, constant, is_arrow, is_in_decide};
use super::several_comparisons::is_second;
use super::{BrokenLine, Wording, fix, written_values};
use crate::diagnostics::quote;
use crate::flow::{self, Comparator};
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token, option_at};
use crate::syntax::words::LineContext;

/// What is said of a comparison with a name. Whoever offers an insertion for a word leaves such a finding alone.
pub const NOT_COMPARED: &str = "two values of a call cannot be compared";

/// The words of other languages for a value without text.
const EMPTY: &[&str] = &["empty", "none", "null", "nil", "nothing", "blank"];

/// `if balance > 100 then large`, `when lang == "es" -> spanish`, `case lang is es: spanish`.
pub fn comparison(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| is_in_decide(broken))?;
    let begins = BEGINS.contains(&first.text.to_ascii_lowercase().as_str());
    let mut rest: Vec<&Token<'_>> = broken.tokens.iter().skip(usize::from(begins)).collect();
    // `else if balance > 100`.
    if begins && first.is("else") && rest.first().is_some_and(|second| matches!(second.text, "if" | "when")) {
        rest.remove(0);
    }
    rest.retain(|token| !matches!(token.text, "(" | ")" | "}" | "[" | "]" | "$"));
    let (name, others) = rest.split_first()?;
    let (sign, others) = others.split_first()?;
    let comparator = comparator(sign).filter(|_| name.kind == Kind::Word && is_name(name.text))?;
    let arrow = others.iter().position(|token| is_arrow(token))?;
    let (values, behind) = others.split_at_checked(arrow)?;
    let target =
        behind.iter().find(|token| !is_arrow(token) && matches!(token.kind, Kind::Word | Kind::Quoted))?;
    let orders =
        matches!(comparator, Comparator::Less | Comparator::AtMost | Comparator::More | Comparator::AtLeast);
    if let &[named] = values
        && orders
        && named.kind == Kind::Word
        && is_name(named.text)
    {
        return fix(
            named,
            format!("{} is a name, and a comparison needs a number here", quote(named.text)),
            "not a number",
            format!(
                "write the number itself, as in `when {} {} 100 -> NODE`: {NOT_COMPARED}",
                name.text,
                comparator.word()
            ),
        );
    }
    if let Some(wording) = written_values::grouped_number(broken, values) {
        return Some(wording);
    }
    if let Some(wording) = named_values(broken, name, sign, values) {
        return Some(wording);
    }
    // `= 100 to 200`: what looks like an arrow stands between two numbers.
    if behind.get(1).is_some_and(|next| next.kind == Kind::Number) && behind.first()?.kind == Kind::Word {
        let help = format!(
            "lead what is below to another node first, as in `when {0} < 100 -> NODE`, and then write `when {0} <= 200 -> NODE`",
            name.text
        );
        return fix(behind.first()?, "a comparison has no ranges", "not here", help);
    }
    let Some((comparator, values)) = written_values::in_words(comparator, values) else {
        // Several comparisons have a finding of their own.
        if values.iter().any(|value| matches!(value.text, "or" | "OR" | "||") || is_second(value)) {
            return None;
        }
        let word = values.iter().find(|value| value.kind == Kind::Word)?;
        // `> 100 USD`: what a number counts is not written.
        let number = match values {
            [number, unit] if number.kind == Kind::Number && unit.range == word.range => Some(number.text),
            _ => None,
        };
        let signs = match number {
            Some(number) => {
                format!("write the number alone: `when {} {} {number} -> NODE`", name.text, comparator.word())
            }
            None => {
                "write one of the signs `=`, `!=`, `<`, `<=`, `>` and `>=`, and texts in quotes".to_owned()
            }
        };
        return fix(word, format!("{} is not part of a comparison", quote(word.text)), "not here", signs);
    };
    let mut parts: Vec<String> = Vec::new();
    for value in values {
        match value.text {
            "|" | "||" | "or" | "," | "with" | "than" | "by" => {}
            word if values.len() == 1 && EMPTY.contains(&word) => parts.push("\"\"".to_owned()),
            _ => parts.push(constant(value)?),
        }
    }
    let end = broken.line.trim_end().len();
    let tail = broken.line.get(target.range.start..end)?.trim_end_matches(['}', ' ']);
    let condition = format!("when {} {} {}", name.text, comparator.word(), parts.join(" | "));
    if begins && !first.is("when") && tail.contains(['{', '}']) {
        let message = "a branch of a `decide` is one line, without braces";
        let help = format!("write `{condition} -> {}`, and `else -> NODE` on the last line", target.text);
        return fix(first, message, "not here", help);
    }
    let meant = format!("{condition} -> {tail}");
    if parts.is_empty() || !reads(Rule::statement_line, &meant) {
        return None;
    }
    let wrong = match broken.found {
        _ if !begins || !first.is("when") => first,
        Some(found) => found,
        None => sign,
    };
    let message = if begins && !first.is("when") {
        format!("a branch of a `decide` begins with `when`, not with {}", quote(first.text))
    } else if first.is("when") {
        format!("{} is not part of a comparison", quote(wrong.text))
    } else {
        "a branch of a `decide` begins with `when`".to_owned()
    };
    fix(wrong, message, "not here", format!("write `{meant}`"))?.instead_of(first.range.start..end, meant)
}

/// `when code = plan -> x`: right but for the words without quotes. Whether they name values is known later.
fn named_values(
    broken: &BrokenLine<'_>,
    name: &Token<'_>,
    sign: &Token<'_>,
    values: &[&Token<'_>],
) -> Option<Wording> {
    broken.first().filter(|first| first.is("when"))?;
    let words: Vec<&&Token<'_>> = values
        .iter()
        .filter(|value| value.kind == Kind::Word && !matches!(value.text, "or" | "with" | "than" | "by"))
        .collect();
    let first = *words.first()?;
    let mut line = broken.line.to_owned();
    for word in words.iter().rev() {
        line.replace_range(word.range.clone(), &format!("\"{}\"", word.text));
    }
    if Comparator::from_word(sign.text).is_none() || !reads(Rule::statement_line, &line) {
        return None;
    }
    if let (true, [_]) = (EMPTY.contains(&first.text), values) {
        let help = format!("write `when {} {} \"\"` for a value without text", name.text, sign.text);
        return fix(first, format!("{} is no value", quote(first.text)), "not a text", help)?.instead("\"\"");
    }
    let help = format!(
        "write `when {} {} \"{}\"` for the text itself: {NOT_COMPARED}",
        name.text, sign.text, first.text
    );
    let message = format!("{} is a name, and a comparison is with a text or a number", quote(first.text));
    let wording = fix(first, message, "not a text", help)?;
    words.into_iter().try_fold(wording, |wording, word| {
        wording.instead_of(word.range.clone(), format!("\"{}\"", word.text))
    })
}

/// `when $.plan = "gold" -> x`, `when ${plan} = "gold" -> x`, `when {{plan}} > 3 -> x`: a name needs no signs.
pub fn name_in_signs(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.is("when") && is_in_decide(broken))?;
    let line = broken.line;
    let start =
        first.range.end + line.get(first.range.end..)?.find(|letter: char| !letter.is_whitespace())?;
    let written = line.get(start..)?;
    let inner = written.trim_start_matches(['$', '{', '.', '@', '%']);
    if inner.len() == written.len() {
        return None;
    }
    let length = inner
        .find(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.')))
        .unwrap_or(inner.len());
    let path = inner.get(..length)?;
    // Of a path, as in `$.contact.plan`, the last name.
    let name = path.rsplit('.').next().filter(|name| is_name(name))?;
    let behind = inner.get(length..)?.trim_start_matches(['}', '%']);
    let end = line.len() - behind.len();
    let meant = format!("{}{name}{behind}", line.get(..start)?);
    let shown = line.get(start..end)?;
    let message = format!("a `when` names what it compares without signs, and not as {}", quote(shown));
    let wording = Wording {
        range: start..end,
        message,
        label: "more than a name".to_owned(),
        help: format!("write `{}`", meant.trim_end_matches(['}', ' '])),
        instead: Vec::new(),
    };
    match reads(Rule::statement_line, &meant) {
        true => wording.instead(name),
        false => None,
    }
}

/// `when -> b`, `when`.
pub fn empty_when(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.is("when") && broken.place == LineContext::Block)?;
    if broken.token(1).is_some_and(|second| !is_arrow(second)) {
        return None;
    }
    fix(
        first,
        "this `when` does not say what it compares",
        "nothing follows",
        "write `when NAME = VALUE -> NODE`",
    )
}

/// `test "a" with lang == "es" -> b`, `test "a" on 1 with lang = "es" -> b`, `test "a" on lang = "es" -> b`.
pub fn known_in_test(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.first().is_some_and(|first| first.is("test")))?;
    let is_sign = |token: &Token<'_>| matches!(token.text, "=" | "==" | ":=" | "is" | ":" | "<" | ">" | "!=");
    let before =
        |word: &str| broken.tokens.iter().any(|token| token.is(word) && token.range.end <= found.range.start);
    let help = "write what is known as `with NAME = VALUE, NAME = VALUE`, before `on`, as in `test \"NAME\" with lang = \"es\" on 1 -> NODE`";
    if found.is("with") {
        return fix(found, "what is known on a test's call comes before `on`", "not here", help);
    }
    if before("on") && is_sign(found) {
        return fix(found, "what is known on a test's call stands behind `with`", "no event", help);
    }
    let is_value = before("with") && !before("on") && !found.is("->");
    fix(found, "what is known on a test's call is a list of `NAME = VALUE`", "not in this form", help)
        .filter(|_| is_value)
}

/// `default -> bye`, `otherwise: bye`, `else bye`, `* -> bye` in a `decide`.
pub fn otherwise(broken: &BrokenLine<'_>) -> Option<Wording> {
    let inside = broken.inside.filter(|inside| inside.kind == flow::Kind::Decide)?;
    let first = broken.first().filter(|_| broken.place == LineContext::Block)?;
    let word = if first.is("on") { broken.token(1)? } else { first };
    if !(flow::Outcome::is_catch_all_word(word.text) || word.is("*")) {
        return None;
    }
    let target = broken.tokens.iter().rev().find(|token| matches!(token.kind, Kind::Word | Kind::Quoted))?;
    let meant = format!("else -> {}", target.text);
    if target.range.start < word.range.end || !reads(Rule::statement_line, &meant) {
        return None;
    }
    let _ = inside;
    let end = broken.line.trim_end().len();
    fix(word, "what no `when` takes begins with `else ->`", "not in this form", format!("write `{meant}`"))?
        .instead_of(first.range.start..end, meant)
}

/// `tries := tries + 1`, `tries = 0`, `set tries to 0`, `set tries += 1`, `tries++`, `let lang = "es"` in a block.
pub fn set(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Block)?;
    let begins = matches!(first.text, "set" | "let" | "var" | "assign" | "put" | "SET");
    let rest = broken.tokens.get(usize::from(begins)..)?;
    let (name, rest) = rest.split_first()?;
    let name = Some(name).filter(|name| name.kind == Kind::Word && is_name(name.text))?;
    let (sign, value) = rest.split_first()?;
    // `language = "en-US"` is about what is heard.
    if !begins
        && matches!(name.text, "language" | "voice")
        && value.first().is_some_and(|one| one.kind == Kind::String)
    {
        return None;
    }
    // `goto = bye` is no assignment either.
    if !begins && super::is_jump(name.text) {
        return None;
    }
    // `script = "…"` says what an agent says.
    if !begins && name.is("script") {
        return None;
    }
    // `default: bye` is no assignment.
    if !begins && !matches!(sign.text, "=" | ":=" | "+=" | "-=" | "++" | "--") {
        return None;
    }
    let end = broken.line.trim_end().len();
    let written = || broken.line.get(value.first()?.range.start..end);
    let value = match sign.text {
        "=" | ":=" | "==" | "to" | ":" | "as" | "is" | "<-" => assigned(written()?, value)?,
        "+=" | "-=" => {
            format!("{} {} {}", name.text, sign.text.trim_end_matches('='), written()?)
        }
        "++" | "--" if value.is_empty() => format!("{} {} 1", name.text, sign.text.get(..1)?),
        _ => return None,
    };
    let meant = format!("set {} = {value}", name.text);
    if !reads(Rule::statement_line, &meant) {
        return None;
    }
    let (wrong, message) = match begins && first.is("set") {
        true => (sign, "`=` stands between a variable and its value".to_owned()),
        false => (first, format!("`set` gives {} its value", quote(name.text))),
    };
    let wrong = if first.is("set") && sign.is("=") { broken.found.unwrap_or(sign) } else { wrong };
    fix(wrong, message, "not in this form", format!("write `{meant}`"))?
        .instead_of(first.range.start..end, meant)
}

/// What is assigned: a single word that is no text stays a name, several words become a text.
fn assigned(written: &str, tokens: &[Token<'_>]) -> Option<String> {
    let are_words = tokens.len() > 1 && tokens.iter().all(|token| token.kind == Kind::Word);
    match tokens {
        [] => None,
        _ if are_words => Some(format!("\"{written}\"")),
        _ => Some(written.to_owned()),
    }
}

/// `set total = a + b`, `set tries = 2 * tries`.
pub fn sum(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.is("set") && broken.place == LineContext::Block)?;
    let found = broken.found?;
    let is_sign = |token: &&Token<'_>| matches!(token.text, "+" | "-" | "*" | "/" | "%");
    let sign = broken.tokens.iter().skip(2).find(is_sign)?;
    let name = broken.after(first)?;
    let wrong = if found.range.start < sign.range.start { found } else { sign };
    fix(
        wrong,
        "a `set` adds or takes away one whole number",
        "cannot be worked out here",
        format!(
            "write a text, a number, a name, or a name and a number, as in `set {0} = {0} + 1`",
            name.text
        ),
    )
}

/// `var tries = 0`: a value in the declaration.
pub fn value_of_var(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [var, name, sign, value, ..] = broken.tokens else { return None };
    let is_value = broken.place == LineContext::File
        && var.is("var")
        && matches!(sign.text, "=" | ":=" | ":" | "==")
        && name.kind == Kind::Word;
    if !is_value {
        return None;
    }
    let rest = broken.line.get(value.range.start..)?.trim_end();
    let options = option_at(rest).unwrap_or(rest.len());
    let (rest, options) = rest.split_at_checked(options)?;
    let (rest, options) =
        (rest.trim_end(), if options.is_empty() { String::new() } else { format!(" {options}") });
    let help = format!(
        "write `var {0}{options}`, and `set {0} = {rest}` in the first node that should know it; only a value that no call changes is a `let`",
        name.text
    );
    // Whether a variable or a constant is meant, the line does not tell.
    fix(sign, "a variable has no value before a call sets it", "no value here", help)
}
