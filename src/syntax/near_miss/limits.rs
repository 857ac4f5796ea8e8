//! Limits: what there may be of, and how much.

use super::facts::{as_duration, unit};
use super::{Broken, Wording, mend};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};

/// How limits are written.
const LIMITS: &str =
    "write `limit retries 3`, `limit depth 45`, `limit 1 @tag` or `limit 2s from @tag to agent`";

/// `limit retries`, `limit 2 seconds`, `limit agent 2`.
pub fn limit(broken: &Broken<'_>) -> Option<Wording> {
    let form = broken.form().filter(|form| form.is("limit"))?;
    let before = broken.before_found()?;
    let at_number = before.range == form.range;
    let usual = if before.is("depth") { 45 } else { 3 };
    let plain = |token: &&Token<'_>| token.text.bytes().all(|byte| byte.is_ascii_digit());
    if let (true, Some(found)) = (matches!(before.text, "retries" | "depth") || at_number, broken.found) {
        if matches!(found.text, "=" | "<=" | "<" | ":" | "to" | "of") && !at_number {
            return mend(
                found,
                format!("`{}` takes its number as it is", before.text),
                "too much",
                format!("write `limit {} {usual}`", before.text),
            );
        }
        if found.text.starts_with('-') || found.kind == Kind::Number {
            let rest = broken.line.get(found.range.start..)?;
            let written = rest.get(..rest.find([' ', '\t', ';', '}']).unwrap_or(rest.len()))?;
            let (due, help) = if at_number {
                let help = as_duration(written)
                    .map_or_else(|| LIMITS.to_owned(), |meant| format!("write `{meant}`"));
                ("whole number and no duration", help)
            } else {
                ("whole number", format!("write `limit {} {usual}`", before.text))
            };
            return Some(Wording {
                range: found.range.start..found.range.start + written.len(),
                message: format!("{} is no {due}", quote(written)),
                label: "a number is due here".into(),
                help,
                instead: Vec::new(),
            });
        }
    }
    if matches!(before.text, "retries" | "depth") && broken.expects(Rule::integer) {
        return Some(Wording {
            range: broken.here(),
            message: format!("`limit {}` has no number", before.text),
            label: "a whole number is due here".into(),
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
        let help = match broken.found.and_then(near) {
            Some(near) => format!("did you mean `{near}`?"),
            None => LIMITS.to_owned(),
        };
        let message = "what is limited, and to how much, is not said";
        return Some(Wording {
            range: broken.here(),
            message: message.into(),
            label: "a number or a duration is due here".into(),
            help,
            instead: Vec::new(),
        });
    }
    // `limit 2 seconds from @a`, `limit 2 s`
    let number = broken.tokens.iter().skip_while(|token| token.range != form.range).nth(1).filter(plain)?;
    let Some(found) = broken.found.filter(|_| before.range == number.range) else {
        (before.range == number.range).then_some(())?;
        return Some(Wording {
            range: broken.here(),
            message: format!("what there are at most {} of is not said", number.text),
            label: "a selector is due here".into(),
            help: LIMITS.into(),
            instead: Vec::new(),
        });
    };
    let unit = match found.text {
        "retries" | "depth" => {
            return mend(
                found,
                format!("the number stands after `{}`", found.text),
                "before its number",
                format!("write `limit {} {}`", found.text, number.text),
            );
        }
        "from" | "to" => "s",
        word => unit(word)?,
    };
    Some(Wording {
        range: number.range.start..if matches!(found.text, "from" | "to") {
            number.range.end
        } else {
            found.range.end
        },
        message: "a duration is a number and its unit in one piece".into(),
        label: "no duration".into(),
        help: format!("write `{}{unit}`", number.text),
        instead: Vec::new(),
    })
}
