//! When a rule does not bind a flow: `exempt when … because …`.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How a rule exempts.
pub const EXEMPT: &str =
    "write `exempt when FACT = VALUE because \"REASON\"` behind the rule's `when` and before its `from`";

/// `exempt if a = 1`, `exempt when a = 1`, `except when a = 1 because "x"`, `exempt … when b = 2`.
pub fn exempt(broken: &BrokenLine<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    other_word(broken)
        .or_else(|| around(broken))
        .or_else(|| out_of_order(broken))
        .or_else(|| without_when(broken))
        .or_else(|| not_a_fact(broken))
        .or_else(|| reason(broken))
        .or_else(|| unfinished(broken))
}

/// `except when a = 1 because "x"`, `unless a = 1 because "x"`, `does not apply when a = 1 because "x"`.
fn other_word(broken: &BrokenLine<'_>) -> Option<Wording> {
    let word = broken.found?;
    let has_reason =
        broken.tokens.iter().any(|token| token.is("because") && token.range.start > word.range.end);
    let next = broken.after(word)?;
    let (end, meant) = match word.text {
        "except" | "exempted" | "exempting" | "exception" if matches!(next.text, "when" | "if") => {
            (next.range.end, "exempt when")
        }
        "except" if has_reason && is_comparison(broken, next) => (word.range.end, "exempt when"),
        "unless" if has_reason && !broken.before_found().is_some_and(|last| last.is("exempt")) => {
            (word.range.end, "exempt when")
        }
        "does" => {
            let apply = Some(next).filter(|not| not.is("not")).and_then(|not| broken.after(not))?;
            let when = Some(apply).filter(|apply| apply.is("apply")).and_then(|apply| broken.after(apply))?;
            (when.range.end, Some("exempt when").filter(|_| matches!(when.text, "when" | "if"))?)
        }
        _ => return None,
    };
    let wording = fix(word, "a rule exempts flows by `exempt`", "not a word of a rule", EXEMPT)?;
    with_fix(broken, wording, vec![(word.range.start..end, meant.to_owned())])
}

/// `, exempt when …`, `(exempt when …)`.
fn around(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sign = broken.found.filter(|sign| matches!(sign.text, "," | "("))?;
    broken.after(sign).filter(|exempt| exempt.is("exempt"))?;
    let message = format!("{} does not stand before `exempt`", quote(sign.text));
    let wording = fix(sign, message, "not needed", EXEMPT)?;
    let mut pieces = vec![(broken.with_blanks(sign.range.clone()), " ".to_owned())];
    if sign.is("(") {
        let close = broken.tokens.iter().rev().find(|token| token.is(")"))?;
        pieces.push((close.range.clone(), String::new()));
    }
    with_fix(broken, wording, pieces)
}

/// `from DATE exempt when …`, `exempt … when …`, `exempt because "x" when …`: the parts of a rule in another order.
fn out_of_order(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    let has_exempt = broken.tokens.iter().any(|token| token.is("exempt"));
    let last = broken.before_found()?;
    let (message, label) = match found.text {
        "when" if has_exempt && last.kind == Kind::String => {
            ("the `when` of a rule comes before its `exempt`", "too late")
        }
        "exempt" if last.kind == Kind::Number => ("an `exempt` comes before the dates of a rule", "too late"),
        "because" if last.is("exempt") => ("an `exempt` says when, and then why", "too early"),
        "because" if has_exempt && !last.is("because") && broken.expects(Rule::end) => {
            ("an `exempt` says when, and then why", "too early")
        }
        _ if last.is("exempt") && found.kind == Kind::String => {
            ("an `exempt` says when, and then why", "too early")
        }
        _ => return None,
    };
    let wording = fix(found, message, label, EXEMPT)?;
    match in_order(broken) {
        Some(piece) => with_fix(broken, wording, vec![piece]),
        None => Some(wording),
    }
}

/// The clauses behind what a rule demands, in their order: `when`, each `exempt`, `from` and `until`.
fn in_order(broken: &BrokenLine<'_>) -> Option<(Range<usize>, String)> {
    let mut begins: Vec<(usize, &Token<'_>)> = Vec::new();
    let mut before: Option<&Token<'_>> = None;
    let mut is_reason_first = false;
    for token in broken.tokens {
        let next = broken.after(token);
        let is_date =
            next.is_some_and(|next| next.is("after") || next.text.len() == 4 && next.kind == Kind::Number);
        let is_of_exempt = before.is_some_and(|before| before.is("exempt"));
        let rank = match token.text {
            // The `when` of `exempt because "x" when a = 1` is that of the `exempt`.
            "when" if is_of_exempt || is_reason_first => {
                is_reason_first = false;
                None
            }
            "when" => Some(0),
            "exempt" => {
                is_reason_first = next.is_some_and(|next| next.is("because") || next.kind == Kind::String)
                    || is_reason_first;
                // `because "x" exempt when a = 1` begins with its reason.
                Some(1).filter(|_| begins.last().is_none_or(|(_, begin)| !begin.is("because")))
            }
            "because" if !begins.iter().any(|(rank, _)| *rank == 1) => Some(1),
            "from" | "until" if is_date => Some(if token.is("from") { 2 } else { 3 }),
            _ => None,
        };
        begins.extend(rank.map(|rank| (rank, token)));
        before = Some(token);
    }
    let whole = broken.line.trim_end().len();
    let ends = begins.iter().skip(1).map(|(_, next)| next.range.start).chain([whole]);
    let mut parts: Vec<(usize, String)> = Vec::new();
    for ((rank, begin), end) in begins.iter().zip(ends) {
        let part = broken.line.get(begin.range.start..end)?.trim();
        parts.push((
            *rank,
            if *rank == 1 { reason_last(part).unwrap_or_else(|| part.to_owned()) } else { part.to_owned() },
        ));
    }
    parts.sort_by_key(|(rank, _)| *rank);
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    Some((begins.first()?.1.range.start..whole, parts.join(" ")))
}

/// `exempt because "x" when a = 1`, `exempt "x" when a = 1`, `because "x" exempt when a = 1`, with the reason last.
fn reason_last(part: &str) -> Option<String> {
    let rest = part.strip_prefix("exempt").unwrap_or(part).trim_start();
    let rest = rest.strip_prefix("because").unwrap_or(rest).trim_start();
    let end = rest.strip_prefix('"')?.find('"')? + 2;
    let (reason, condition) = rest.split_at_checked(end)?;
    let condition = condition.trim_start();
    let condition = condition.strip_prefix("exempt").unwrap_or(condition).trim_start();
    condition.starts_with("when ").then(|| format!("exempt {condition} because {reason}"))
}

/// `exempt if a = 1`, `exempt a = 1`, `exempt unless a = 1`.
fn without_when(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.before_found().is_some_and(|last| last.is("exempt")))?;
    let wording = fix(found, "an `exempt` says when", "expected `when` here", EXEMPT)?;
    let is_joined = broken.tokens.iter().any(|token| matches!(token.text, "and" | "or"));
    match found.text {
        "if" | "where" | "for" | "on" => {
            with_fix(broken, wording, vec![(found.range.clone(), "when".to_owned())])
        }
        "unless" if !is_joined => {
            with_fix(broken, wording, vec![(found.range.clone(), "when not".to_owned())])
        }
        _ if is_comparison(broken, found) => {
            with_fix(broken, wording, vec![(found.range.start..found.range.start, "when ".to_owned())])
        }
        _ => Some(wording),
    }
}

/// `exempt when @debt because "x"`, `exempt when =notice because "x"`, `exempt when agent because "x"`.
fn not_a_fact(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    let last = broken.before_found()?;
    let before =
        |token: &Token<'_>| broken.tokens.iter().rev().find(|one| one.range.end <= token.range.start);
    let is_of_exempt =
        |when: &Token<'_>| when.is("when") && before(when).is_some_and(|before| before.is("exempt"));
    let help = "compare a fact, as in `exempt when purpose = \"debt\" because \"…\"`; what a rule is not about stands in its selector, as in `agent & not @debt`";
    if is_of_exempt(last) && (found.kind == Kind::Tag || found.is("=")) {
        return fix(found, "an `exempt` compares facts, and not what is on a path", "not a fact", help);
    }
    let is_alone = found.is("because") && last.kind == Kind::Word && before(last).is_some_and(is_of_exempt);
    is_alone.then(|| {
        fix(last, format!("{} is not compared with anything", quote(last.text)), "no comparison", help)
    })?
}

/// `exempt when a = 1 reason "x"`, `exempt when a = 1: "x"`, `exempt when a = 1 "x"`, `… because the law`.
fn reason(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.tokens.iter().any(|token| token.is("exempt")))?;
    if broken.before_found().is_some_and(|last| last.is("because")) {
        let wording = fix(found, "the reason is a text in quotes", "expected a text in quotes", EXEMPT)?;
        let behind = broken.tokens.iter().filter(|token| token.range.start >= found.range.start);
        let words = behind.take_while(|token| !matches!(token.text, "from" | "until" | "exempt" | "}"));
        let end = words.last()?.range.end;
        let written = broken.line.get(found.range.start..end)?;
        let is_plain = found.kind == Kind::Word && !written.contains(['"', '$', '\\', '=']);
        return match is_plain {
            true => with_fix(broken, wording, vec![(found.range.start..end, format!("\"{written}\""))]),
            false => Some(wording),
        };
    }
    if !broken.expects(Rule::kw_because) {
        return None;
    }
    let behind = broken.tokens.iter().filter(|token| token.range.start >= found.range.start);
    let text = behind.take(3).find(|token| token.kind == Kind::String);
    let between = broken.line.get(found.range.start..text?.range.start)?.trim();
    let is_reason = matches!(
        between,
        "" | ":"
            | "-"
            | "reason"
            | "reason:"
            | "reason ="
            | "since"
            | "as"
            | "as per"
            | "per"
            | "due to"
            | "for"
            | "cause"
    );
    if !is_reason && between != "by" {
        return None;
    }
    let wording =
        fix(found, "`because` stands before the reason of an `exempt`", "expected `because` here", EXEMPT)?;
    match is_reason {
        true => {
            with_fix(broken, wording, vec![(found.range.start..text?.range.start, "because ".to_owned())])
        }
        // A name is no reason.
        false => Some(wording),
    }
}

/// `exempt`, `exempt when a = 1`.
fn unfinished(broken: &BrokenLine<'_>) -> Option<Wording> {
    let has_exempt = broken.tokens.iter().any(|token| token.is("exempt"));
    if broken.found.is_some() || !has_exempt {
        return None;
    }
    let is_empty = broken.before_found().is_some_and(|last| last.is("exempt"));
    let message = if is_empty { "this `exempt` does not say when" } else { "this `exempt` gives no reason" };
    Some(Wording {
        range: broken.here(),
        message: message.into(),
        label: "expected more here".into(),
        help: EXEMPT.into(),
        instead: Vec::new(),
    })
}

/// Whether a comparison begins with a token.
fn is_comparison(broken: &BrokenLine<'_>, name: &Token<'_>) -> bool {
    let signs = ["=", "!=", "<", "<=", ">", ">=", "in", "within", "not"];
    name.kind == Kind::Word && broken.after(name).is_some_and(|sign| signs.contains(&sign.text))
}

/// Offers the rewrite if the line parses with it.
pub fn with_fix(broken: &BrokenLine<'_>, mut wording: Wording, pieces: super::Rewrite) -> Option<Wording> {
    let mut line = broken.line.to_owned();
    for (range, text) in pieces.iter().rev() {
        line.get(range.clone())?;
        line.replace_range(range.clone(), text);
    }
    wording.instead.extend(reads(rule_of(broken.place), &line).then_some(pieces));
    Some(wording)
}
