//! What a policy says of itself: `version`, `covers`, `reviewed` and `conflicts`.

use super::facts::as_written;
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::spelling::is_name;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{EXPECTS, FORMS, LineContext};

/// `version "1.2"`, `reviewed by nobody`, `conflict with us_tsr`, `conflicts us_tsr`.
pub fn line(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Policy)?;
    let second = broken.token(1);
    // A rule may have such a name.
    let colon = second.filter(|second| second.is(":"));
    let begins_rule = |third: &Token<'_>| FORMS.contains(&third.text) || third.is(EXPECTS);
    let is_rule = match colon {
        Some(_) => broken.token(2).is_none_or(begins_rule),
        None => second.is_some_and(begins_rule),
    };
    if is_rule {
        return None;
    }
    let (word, help) = match first.text.to_ascii_lowercase().as_str() {
        "version" | "edition" | "revision" => {
            ("version", "write `version 1`, a whole number that grows with each change of a rule")
        }
        "covers" | "cover" | "jurisdiction" | "jurisdictions" => {
            ("covers", "write `covers \"us-ca\"`, the codes of places in quotes, with `,` between them")
        }
        "applies" | "for" if places(broken).is_some() => {
            ("covers", "write `covers \"us-ca\"`, the codes of places in quotes, with `,` between them")
        }
        "reviewed" | "review" | "reviewer" => (
            "reviewed",
            "write `reviewed by \"WHO\" on 2027-01-15`; without such a line nobody has reviewed it yet",
        ),
        "conflicts" | "conflict" | "contradicts" => {
            ("conflicts", "write `conflicts with POLICY because \"WHAT TO DO\"`")
        }
        "incompatible" if second.is_some_and(|with| with.is("with")) => {
            ("conflicts", "write `conflicts with POLICY because \"WHAT TO DO\"`")
        }
        _ => return None,
    };
    let meant = match word {
        "version" => version(broken),
        "covers" => places(broken),
        "reviewed" => review(broken),
        _ => conflict(broken),
    };
    let whole = first.range.start..broken.line.trim_end().len();
    let meant = meant.filter(|meant| reads(rule_of(broken.place), meant));
    if first.text != word {
        let message = format!("{} is not a word of a policy", quote(first.text));
        let help = meant.as_ref().map_or_else(|| help.to_owned(), |meant| format!("write `{meant}`"));
        let wording = fix(first, message, "unknown word", help)?;
        return match meant {
            Some(meant) => wording.instead_of(whole, meant),
            None => wording.instead(word),
        };
    }
    let message = match (word, second.map(|second| (second.kind, second.text))) {
        (_, Some((_, ":" | "="))) => format!("no sign stands behind `{word}`"),
        ("version", Some((Kind::String, _))) => "a version is a whole number, without quotes".to_owned(),
        ("version", _) => "a version is a whole number".to_owned(),
        ("covers", _) => "places are codes in quotes".to_owned(),
        ("reviewed", _) => "a review says who read the policy, and on which day".to_owned(),
        ("conflicts", Some((_, "with"))) => "a conflict says what to do about it".to_owned(),
        _ => "a conflict names the other policy behind `with`".to_owned(),
    };
    let at = second.unwrap_or(first);
    let help = match (&meant, names_several(broken)) {
        (Some(meant), _) => format!("write `{meant}`"),
        (None, true) if word == "conflicts" => {
            "write a line for each policy, as in `conflicts with POLICY because \"WHAT TO DO\"`".to_owned()
        }
        (None, _) => help.to_owned(),
    };
    let wording = fix(at, message, "not complete", help)?;
    match meant {
        Some(meant) => wording.instead_of(whole, meant),
        None => Some(wording),
    }
}

/// What is between the quotes of a token, or the token.
fn plain<'a>(token: &Token<'a>) -> &'a str {
    token.text.trim_matches(['"', '`'])
}

/// `version "2"`, `version = 2`, `version v2`.
fn version(broken: &BrokenLine<'_>) -> Option<String> {
    let [_, rest @ ..] = broken.tokens else { return None };
    let number = match rest {
        [number] => number,
        [sign, number] if matches!(sign.text, "=" | ":") => number,
        _ => return None,
    };
    let digits = plain(number).trim_start_matches('v');
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| format!("version {digits}"))
}

/// `covers us-ca, us-wa`, `covers ["us"]`, `covers "us-ca" "us-wa"`, `applies to us`.
fn places(broken: &BrokenLine<'_>) -> Option<String> {
    let behind = broken.tokens.iter().skip(1);
    let when = broken.tokens.iter().find(|token| matches!(token.text, "when" | "if"));
    let end = when.map_or(broken.line.len(), |when| when.range.start);
    let mut places: Vec<String> = Vec::new();
    for token in behind.take_while(|token| token.range.start < end) {
        match token.text {
            "," | ":" | "=" | "[" | "]" | "(" | ")" | "|" | "&" | "and" | "or" | "to" => {}
            _ if is_code(plain(token)) => places.push(format!("\"{}\"", plain(token))),
            _ => return None,
        }
    }
    let condition = when.and_then(|when| broken.line.get(when.range.end..)).map(str::trim_end);
    let condition = condition.map(|condition| format!(" when{condition}")).unwrap_or_default();
    (!places.is_empty()).then(|| format!("covers {}{condition}", places.join(", ")))
}

/// Whether a word is the code of a country, or of a part of one.
fn is_code(word: &str) -> bool {
    let is_part = |part: &str, lengths: core::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    match word.split_once('-') {
        None => is_part(word, 2..=2),
        Some((country, part)) => is_part(country, 2..=2) && is_part(part, 1..=3),
    }
}

/// `reviewed by "N.N." 2026-11-02`, `reviewed: "N.N." on 2026-11-02`, `reviewed on 2026-11-02 by "N.N."`.
fn review(broken: &BrokenLine<'_>) -> Option<String> {
    let mut days = broken.line.split([' ', '\t', ',']).filter_map(|word| {
        let word = word.trim_matches('"');
        as_written(word).filter(|_| word.len() >= 8)
    });
    let day = days.next()?;
    if days.next().is_some() {
        return None;
    }
    let is_day = |text: &str| as_written(text).is_some();
    let mut names = broken.tokens.iter().filter(|token| token.kind == Kind::String && !is_day(plain(token)));
    let name = match (names.next(), names.next()) {
        (Some(name), None) => plain(name).to_owned(),
        (None, _) => {
            // `reviewed by N.N. on 2026-11-02`
            let by = broken.tokens.iter().find(|token| token.is("by"))?;
            let on = broken.tokens.iter().find(|token| token.is("on") && token.range.start > by.range.end)?;
            broken.line.get(by.range.end..on.range.start)?.trim().to_owned()
        }
        _ => return None,
    };
    let is_name = !name.is_empty() && !name.contains(['"', '$', '\\']);
    is_name.then(|| format!("reviewed by \"{name}\" on {day}"))
}

/// `conflicts us_tsr because "x"`, `conflicts with "us_tsr" because "x"`, `conflicts with us_tsr: "x"`.
fn conflict(broken: &BrokenLine<'_>) -> Option<String> {
    let [_, rest @ ..] = broken.tokens else { return None };
    let rest = match rest {
        [sign, rest @ ..] if matches!(sign.text, ":" | "=") => rest,
        rest => rest,
    };
    let rest = match rest {
        [with, rest @ ..] if matches!(with.text, "with" | "to" | "against") => rest,
        rest => rest,
    };
    let rest = match rest {
        [policy, name, rest @ ..] if policy.is("policy") && name.kind == Kind::Word && !rest.is_empty() => {
            return of_policy(broken, name, rest);
        }
        rest => rest,
    };
    let [name, rest @ ..] = rest else { return None };
    of_policy(broken, name, rest)
}

/// A conflict with a policy of this name, where the reason follows.
fn of_policy(broken: &BrokenLine<'_>, name: &Token<'_>, rest: &[Token<'_>]) -> Option<String> {
    let policy = Some(plain(name)).filter(|name| is_name(name))?;
    let reason = match rest {
        [reason] if reason.kind == Kind::String => reason.text.to_owned(),
        [word, reason]
            if reason.kind == Kind::String
                && matches!(word.text, "because" | ":" | "reason" | "since" | "as") =>
        {
            reason.text.to_owned()
        }
        // The reason without quotes.
        [because, first, ..] if because.is("because") && first.kind == Kind::Word => {
            let written = broken.line.get(first.range.start..)?.trim();
            Some(format!("\"{written}\"")).filter(|_| !written.contains(['"', '$', '\\', '}', ';']))?
        }
        _ => return None,
    };
    Some(format!("conflicts with {policy} because {reason}"))
}

/// `conflicts with a, b because "x"`.
fn names_several(broken: &BrokenLine<'_>) -> bool {
    let mut names = broken.tokens.iter().take_while(|token| !token.is("because"));
    names.any(|token| token.is(",") || token.is("and"))
}
