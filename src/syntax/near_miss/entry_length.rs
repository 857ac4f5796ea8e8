//! How many digits an entry has, as other languages say it: `digits exactly 6`, `digits up to 10`, `digits 6, 10`.

use super::{BrokenLine, Wording, fix};
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::OPTIONS;

/// What stands behind `digits`.
enum Length {
    /// So many.
    Known(String),
    /// One of two, or from one to the other: the line does not tell.
    Either(String, String),
    /// At least so many.
    Least(String),
}

/// `digits exactly 6`, `digits up to 10`, `digits min 6 max 10`, `digits 6, 10`, `digits 6..`.
pub fn length(broken: &BrokenLine<'_>) -> Option<Wording> {
    let at = broken.tokens.iter().position(|token| token.is("digits"))?;
    let digits = broken.token(at)?;
    let is_part = |token: &&Token<'_>| {
        !matches!(token.kind, Kind::String | Kind::Tag | Kind::Quoted)
            && !OPTIONS.contains(&token.text)
            && !matches!(token.text, "{" | "}" | "->")
    };
    // `digits between 6 and 10`: elsewhere `between` is an option.
    let is_between = broken.token(at + 1).is_some_and(|word| word.is("between"))
        && broken.token(at + 2).is_some_and(is_count);
    let begin = at + 1;
    let words = broken.tokens.iter().enumerate().skip(begin);
    let said = words.take_while(|(index, token)| *index == begin && is_between || is_part(token));
    let said: Vec<&Token<'_>> = said.map(|(_, token)| token).collect();
    let (first, last) = (*said.first()?, *said.last()?);
    // What is wrong is here, or right behind it: a word can be the name of a number.
    let is_here = broken.found.is_none_or(|found| {
        let next = broken.tokens.iter().find(|token| token.range.start >= last.range.end);
        let end =
            next.and_then(|next| broken.after(next)).or(next).map_or(last.range.end, |next| next.range.end);
        found.range.start >= digits.range.end && found.range.start < end.max(last.range.end)
    });
    if !is_here || said.iter().any(|token| token.text.contains(['=', ':'])) {
        return None;
    }
    let range = first.range.start..last.range.end;
    let wording = |help: String| Wording {
        range: range.clone(),
        message: "`digits` say how many digits an entry has, as a number or a range".to_owned(),
        label: "not in this form".to_owned(),
        help,
        instead: Vec::new(),
    };
    let meant = match read(&said)? {
        Length::Known(meant) => meant,
        Length::Either(one, other) => {
            return Some(wording(format!(
                "write `digits {one}..{other}`: an entry has from the fewest to the most digits"
            )));
        }
        Length::Least(least) => {
            let help = format!("write `digits {least}..N`, as in `digits {least}..12`");
            return fix(
                last,
                "`digits` say the fewest and the most that an entry has",
                "and how many at most?",
                help,
            )
            .map(|wording| Wording { range, ..wording });
        }
    };
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), &meant);
    let wording = wording(format!("write `digits {meant}`"));
    if reads(rule_of(broken.place), &line) { wording.instead_of(range, meant) } else { Some(wording) }
}

/// What the words and numbers behind `digits` say. `None` where it is another mistake.
fn read(said: &[&Token<'_>]) -> Option<Length> {
    let numbers: Vec<&str> = said.iter().filter(|token| is_count(token)).map(|token| token.text).collect();
    let words: Vec<String> = said
        .iter()
        .filter(|token| !is_count(token) && !matches!(token.text, "(" | ")" | "digits" | "digit" | "long"))
        .map(|token| token.text.to_ascii_lowercase())
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let range = |from: &str, to: &str| Some(Length::Known(format!("{from}..{to}")));
    let begins_with_sign = said.first().is_some_and(|first| first.is(".."));
    match (numbers.as_slice(), words.as_slice()) {
        ([most], [".."]) if begins_with_sign => range("1", most),
        ([count], ["exactly" | "exact" | "of" | "just" | "only"]) => Some(Length::Known((*count).to_owned())),
        ([most], ["up", "to"] | ["at", "most"] | ["max" | "maximum" | "most" | "to" | "upto"]) => {
            range("1", most)
        }
        ([least], [".."] | ["at", "least"] | ["min" | "minimum" | "least" | "from"]) => {
            Some(Length::Least((*least).to_owned()))
        }
        (
            [from, to],
            ["to" | "-" | "–" | "..." | "…" | "through" | "until" | "up"]
            | ["from", "to"]
            | ["between", "and"]
            | ["min" | "minimum", "max" | "maximum"]
            | ["min" | "minimum", ",", "max" | "maximum"]
            | ["min" | "minimum", "and", "max" | "maximum"]
            | ["at", "least", "at", "most"],
        ) => range(from, to),
        ([one, other], ["," | "|" | "or" | "/" | "and"]) => {
            Some(Length::Either((*one).to_owned(), (*other).to_owned()))
        }
        _ => None,
    }
}

fn is_count(token: &Token<'_>) -> bool {
    token.kind == Kind::Number && token.text.bytes().all(|byte| byte.is_ascii_digit())
}
