//! Facts without a `=`: `fact purpose "x"`, `fact ring: 20s`.

use super::facts::VALUES;
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Another sign, or none, in place of a fact's `=`.
pub fn stated(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| first.is("fact") && broken.place == LineContext::File)?;
    let name = broken.token(1)?;
    let found = broken.found;
    if name.is("=") && found.is_some_and(|found| found.range == name.range) {
        let value = value(broken, broken.token(2)).map_or_else(|| "VALUE".to_owned(), |value| value.text);
        return fix(name, "the fact has no name", "expected a name before this", write("NAME", &value));
    }
    let is_next = found.is_none_or(|found| broken.token(2).is_some_and(|next| next.range == found.range));
    let is_doubled = found.is_some_and(|found| found.is("=="));
    if !is_next || !(broken.expects(Rule::equals) || is_doubled) {
        return None;
    }
    let Some(found) = found else {
        return Some(Wording {
            range: broken.here(),
            message: format!("the fact {} has no value", quote(name.text)),
            label: "expected `=` and a value here".into(),
            help: format!("{}; {VALUES}", write(name.text, "VALUE")),
            instead: Vec::new(),
        });
    };
    // A bound is not a value, and it is unclear which one is meant.
    let is_bound = matches!(found.text, "<" | ">" | "<=" | ">=" | "=<" | "!=" | "<>");
    let is_sign = is_bound
        || matches!(
            found.text,
            "is" | "to" | "as" | "equals" | ":" | ":=" | "==" | "===" | "->" | "=>" | "<-"
        );
    let value = value(broken, if is_sign { broken.token(3) } else { Some(found) });
    let Some(value) = value else {
        let message = format!("expected `=`, found {}", quote(found.text));
        return fix(found, message, "expected `=`", write(name.text, "VALUE"));
    };
    let help = write(name.text, &value.text);
    if !is_sign {
        let message = format!("the fact {} has no `=` before its value", quote(name.text));
        let wording = fix(found, message, "expected `=` before this", help)?;
        let wording = wording.instead_of(found.range.start..found.range.start, "= ")?;
        return if value.is_correct { Some(wording) } else { wording.instead_of(value.range, value.text) };
    }
    let (message, label) = if is_bound {
        (format!("a fact is one value, and {} compares", quote(found.text)), "not `=`")
    } else {
        (format!("expected `=`, found {}", quote(found.text)), "expected `=`")
    };
    let wording = fix(found, message, label, help)?;
    if is_bound {
        return Some(wording);
    }
    let wording = wording.instead_of(broken.with_blanks(found.range.clone()), " = ")?;
    if value.is_correct { Some(wording) } else { wording.instead_of(value.range, value.text) }
}

fn write(name: &str, value: &str) -> String {
    format!("write `fact {name} = {value}`")
}

/// A value in its correct spelling.
struct Value {
    range: std::ops::Range<usize>,
    text: String,
    /// Whether it is already spelled correctly.
    is_correct: bool,
}

/// The value that begins with a token. Words are a text without quotes.
fn value(broken: &BrokenLine<'_>, token: Option<&Token<'_>>) -> Option<Value> {
    let token = token?;
    let start = token.range.start;
    let rest = broken.line.get(start..)?;
    match token.kind {
        Kind::String => {
            Some(Value { range: token.range.clone(), text: token.text.to_owned(), is_correct: true })
        }
        Kind::Number => {
            let text = rest.get(..rest.find([' ', '\t', ';', '}', ',']).unwrap_or(rest.len()))?;
            Some(Value { range: start..start + text.len(), text: text.to_owned(), is_correct: true })
        }
        Kind::Word | Kind::Quoted => {
            // Its evidence may follow.
            let own = broken.tokens.iter().take_while(|token| !token.is("because"));
            let end = own.last().filter(|last| last.range.start >= start)?.range.end;
            let text = broken.line.get(start..end)?;
            let is_text = !text.contains(['"', '{', '}', ';', '=', '$']);
            is_text.then(|| Value {
                range: start..end,
                text: format!("\"{}\"", text.replace('`', "")),
                is_correct: false,
            })
        }
        _ => None,
    }
}
