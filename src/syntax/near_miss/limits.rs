//! Limits.

use super::facts::{as_duration, unit};
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};

/// The help for how limits are written.
const LIMITS: &str =
    "write `limit retries 3`, `limit depth 45`, `limit 1 @tag` or `limit 2s from @tag to agent`";

/// `limit retries`, `limit 2 seconds`, `limit agent 2`.
pub fn limit(broken: &BrokenLine<'_>) -> Option<Wording> {
    let form = broken.form().filter(|form| form.is("limit"))?;
    let before = broken.before_found()?;
    let at_number = before.range == form.range;
    let usual = if before.is("depth") { 45 } else { 3 };
    let plain = |token: &&Token<'_>| token.text.bytes().all(|byte| byte.is_ascii_digit());
    if let (true, Some(found)) = (matches!(before.text, "retries" | "depth") || at_number, broken.found) {
        if matches!(found.text, "=" | "<=" | "<" | ":" | "to" | "of") && !at_number {
            let message = format!("`{}` takes a plain number", before.text);
            let help = format!("write `limit {} {usual}`", before.text);
            return fix(found, message, "not needed", help)?
                .instead_of(broken.with_blanks(found.range.clone()), " ");
        }
        if found.text.starts_with('-') || found.kind == Kind::Number {
            let rest = broken.line.get(found.range.start..)?;
            let written = rest.get(..rest.find([' ', '\t', ';', '}']).unwrap_or(rest.len()))?;
            let meant = as_duration(written).filter(|_| at_number);
            let (expected, help) = match &meant {
                Some(meant) => ("whole number or duration", format!("write `{meant}`")),
                None if at_number => ("whole number or duration", LIMITS.to_owned()),
                None => ("whole number", format!("write `limit {} {usual}`", before.text)),
            };
            let range = found.range.start..found.range.start + written.len();
            return Some(Wording {
                instead: meant.into_iter().map(|meant| vec![(range.clone(), meant)]).collect(),
                range,
                message: format!("{} is not a {expected}", quote(written)),
                label: "expected a number here".into(),
                help,
            });
        }
    }
    if matches!(before.text, "retries" | "depth") && broken.expects(Rule::integer) {
        return Some(Wording {
            range: broken.here(),
            message: format!("`limit {}` has no number", before.text),
            label: "expected a whole number here".into(),
            help: format!("write `limit {} {usual}`", before.text),
            instead: Vec::new(),
        });
    }
    if at_number {
        let near = |found: &Token<'_>| match found.text {
            "retry" | "tries" | "attempts" | "max_retries" => Some("retries"),
            "length" | "transitions" | "hops" => Some("depth"),
            word => nearest(word, ["retries", "depth"]),
        };
        let near = broken.found.and_then(near);
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => LIMITS.to_owned(),
        };
        let message = "this `limit` does not say what it limits, and to how much";
        return Some(Wording {
            range: broken.here(),
            message: message.into(),
            label: "expected a number or a duration here".into(),
            help,
            instead: near.map(|near| vec![(broken.here(), near.to_owned())]).into_iter().collect(),
        });
    }
    // `limit 2 seconds from @a`, `limit 2 s`
    let number = broken.tokens.iter().skip_while(|token| token.range != form.range).nth(1).filter(plain)?;
    let Some(found) = broken.found.filter(|_| before.range == number.range) else {
        if before.range != number.range {
            return None;
        }
        return Some(Wording {
            range: broken.here(),
            message: format!("this `limit` does not say what there are at most {} of", number.text),
            label: "expected a selector here".into(),
            help: LIMITS.into(),
            instead: Vec::new(),
        });
    };
    let unit = match found.text {
        "retries" | "depth" => {
            return fix(
                found,
                format!("the number follows `{}`", found.text),
                "this comes before its number",
                format!("write `limit {} {}`", found.text, number.text),
            )?
            .instead_of(number.range.start..found.range.end, format!("{} {}", found.text, number.text));
        }
        "from" | "to" => "s",
        word => unit(word)?,
    };
    // Without a unit, seconds are a guess.
    let is_guess = matches!(found.text, "from" | "to");
    let range = number.range.start..if is_guess { number.range.end } else { found.range.end };
    let meant = format!("{}{unit}", number.text);
    Some(Wording {
        message: match is_guess {
            true => format!("a limit of time has a unit, which {} lacks", quote(number.text)),
            false => "write a duration's number and unit in one piece".to_owned(),
        },
        label: "not a duration".into(),
        help: format!("write `{meant}`"),
        instead: if is_guess { Vec::new() } else { vec![vec![(range.clone(), meant)]] },
        range,
    })
}
