//! What people write behind a fact's value to say who answers for it, and where else they write it.

use super::policies::{EVIDENCE, part_of};
use super::{BrokenLine, Wording, facts, fix};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::flow::decision::DecisionKind;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Words that people write in place of `because`.
const PROOF: &[&str] = &[
    "source",
    "sources",
    "evidence",
    "proof",
    "proven",
    "proved",
    "reason",
    "since",
    "per",
    "see",
    "basis",
    "as",
    "from",
    "why",
    "cause",
    "cuz",
    "with",
    "based",
    "verified",
    "confirmed",
    "documented",
    "ref",
    "reference",
];
/// Words that people write in place of `by`, or before it.
const WHO: &[&str] = &[
    "asserted",
    "attested",
    "vouched",
    "signed",
    "stated",
    "confirmed",
    "owner",
    "who",
    "author",
    "from",
    "of",
    "approved",
    "checked",
];
/// Words that people write in place of `until`, or before it.
const LAST_DAY: &[&str] =
    &["till", "til", "to", "through", "thru", "expires", "expiry", "valid", "ends", "for", "on", "before"];

/// `fact a = 1 by "k.roe"`, `fact a = 1 source "web form"`, `fact a = 1 because "so" by "k.roe"`.
pub fn of_fact(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| first.is("fact") && broken.place == LineContext::File)?;
    if let Some(other) = before_value(broken) {
        return Some(other);
    }
    broken.token(2).filter(|sign| sign.is("="))?;
    // A typographic quote is told what it is.
    if broken.found.is_some_and(|found| found.kind == Kind::Odd) {
        return None;
    }
    if let Some(other) = colon(broken) {
        return Some(other);
    }
    if broken.before_found().is_some_and(|before| before.is("until")) {
        return facts::date(broken);
    }
    let is_behind_value =
        [Rule::kw_because, Rule::kw_by, Rule::kw_until].into_iter().any(|part| broken.expects(part));
    let found = broken.found;
    if let Some(found) = found.filter(|_| is_behind_value) {
        let other = several(broken, found)
            .or_else(|| comma(broken, found))
            .or_else(|| block(broken, found))
            .or_else(|| other_word(broken, found))
            .or_else(|| proof_alone(broken, found));
        if other.is_some() {
            return other;
        }
        // Something else may be behind a value.
        if broken.expects(Rule::kw_because) && !matches!(found.text, "by" | "until") {
            return None;
        }
    }
    if is_behind_value || broken.before_found().is_some_and(|before| matches!(before.text, "because" | "by"))
    {
        return part_of(broken, DecisionKind::Evidence);
    }
    // The evidence is whole, and something follows it.
    let found = found?;
    let is_whole =
        broken.tokens.iter().any(|token| token.is("until") && token.range.end <= found.range.start);
    if matches!(found.text, "because" | "by" | "until") && is_whole {
        let help = "keep one of each, in the order `because \"PROOF\" by \"WHO\" until 2027-03-31`";
        return fix(found, "a fact has one proof, one name and one last day", "a second one?", help);
    }
    let is_more = matches!(found.text, "and" | "or" | "," | "&" | "+") && broken.after(found).is_some();
    let help = format!("take it out; {EVIDENCE}");
    fix(found, "a fact ends with the last day of its evidence", "more than a fact has", help)
        .filter(|_| is_whole && is_more)
}

/// `fact a = 1, because "so" …`
fn comma(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let next = broken
        .after(found)
        .filter(|next| found.is(",") && matches!(next.text, "because" | "by" | "until"))?;
    let message = format!("no comma stands before `{}`", next.text);
    let is_such = |token: &&Token<'_>| {
        let next = broken.after(token);
        token.is(",") && next.is_some_and(|next| matches!(next.text, "because" | "by" | "until"))
    };
    let commas = broken.tokens.iter().filter(is_such).map(|token| (token.range.clone(), String::new()));
    let mut wording = fix(found, message, "not needed", EVIDENCE)?;
    wording.instead = vec![commas.collect()];
    Some(wording)
}

/// `fact a because "so" by "k.roe" until 2027-03-31 = 1`
fn before_value(broken: &BrokenLine<'_>) -> Option<Wording> {
    let part = broken.token(2).filter(|part| matches!(part.text, "because" | "by" | "until"))?;
    let message = format!("the value of a fact comes before `{}`", part.text);
    fix(part, message, "expected `=` and the value before this", EVIDENCE)
}

/// `fact a = 1 because: "so" by: "k.roe" until: 2027-03-31`
fn colon(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_part = |token: &Token<'_>| matches!(token.text, "because" | "by" | "until");
    let is_such = |token: &&Token<'_>| {
        let before = broken.tokens.iter().rev().find(|before| before.range.end <= token.range.start);
        matches!(token.text, ":" | "=") && before.is_some_and(is_part)
    };
    let found = broken.found.filter(|found| is_such(found))?;
    let before = broken.before_found()?;
    let message = format!("no `{}` stands behind `{}`", found.text, before.text);
    let signs = broken.tokens.iter().filter(is_such).map(|token| (token.range.clone(), String::new()));
    let mut wording = fix(found, message, "not needed", EVIDENCE)?;
    wording.instead = vec![signs.collect()];
    Some(wording)
}

/// `fact a = 1 {`, with the evidence in the block.
fn block(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let is_block = found.is("{") && broken.expects(Rule::kw_because);
    let message = "a fact has no block: what proves it stands behind the value";
    fix(found, message, "not part of a fact", EVIDENCE).filter(|_| is_block)
}

/// `by "k.roe" and "j.lee"`, `by "k.roe", by "j.lee"`, `because "form" because "log"`.
fn several(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let before = broken.before_found().filter(|before| before.kind == Kind::String)?;
    let is_joint = matches!(found.text, "and" | "," | "&" | "+" | "/" | "or" | "because" | "by")
        || found.kind == Kind::String;
    let message = if broken.expects(Rule::kw_until) {
        "one text says who answers for a fact"
    } else if broken.expects(Rule::kw_by) {
        "one text says what proves a fact"
    } else {
        return None;
    };
    let all = broken.tokens.iter().filter(|token| token.range.start >= before.range.start);
    let same = all.take_while(|token| {
        let is_end = token.is("until") || token.is("by") && broken.expects(Rule::kw_by);
        !is_end
    });
    let texts: Vec<&Token<'_>> = same.filter(|token| token.kind == Kind::String).collect();
    let last = texts.last().filter(|_| texts.len() > 1 && is_joint)?;
    let inner = |token: &&Token<'_>| token.text.strip_prefix('"')?.strip_suffix('"').map(str::to_owned);
    let joined = texts.iter().map(inner).collect::<Option<Vec<_>>>()?.join(", ");
    let wording = fix(found, message, "a second one?", format!("write `\"{joined}\"`"))?;
    wording.instead_of(before.range.start..last.range.end, format!("\"{joined}\""))
}

/// Another word in place of the one that the grammar expects: `source "web form"`, `asserted by "k.roe"`.
fn other_word(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let (own, others) = if broken.expects(Rule::kw_because) {
        ("because", PROOF)
    } else if broken.expects(Rule::kw_by) {
        ("by", WHO)
    } else {
        ("until", LAST_DAY)
    };
    let next = broken.after(found)?;
    // `asserted by "k.roe"` gives no proof.
    if own == "because" && next.is("by") && (WHO.contains(&found.text) || PROOF.contains(&found.text)) {
        let message = "the evidence of a fact must say what proves it";
        return fix(
            found,
            message,
            "`because` is missing",
            "write `because \"PROOF\" by \"WHO\" until 2027-03-31`",
        );
    }
    let word = found.text.to_lowercase();
    if !others.contains(&word.as_str()) && nearest(&word, [own]).is_none() {
        return None;
    }
    // The value begins behind the word, a second word or a sign: `based on "…"`, `source: "…"`, `signed by "…"`.
    let is_value = |token: &&Token<'_>| matches!(token.kind, Kind::String | Kind::Number);
    let second = Some(next).filter(|next| !is_value(next));
    let value = second.map_or(Some(next), |second| broken.after(second)).filter(is_value)?;
    let written = broken.line.get(found.range.start..value.range.start)?.trim_end();
    let message = match own {
        "because" => format!("what proves a fact follows `because`, not {}", quote(written)),
        "by" => format!("who answers for a fact follows `by`, not {}", quote(written)),
        _ => format!("the last day of the evidence follows `until`, not {}", quote(written)),
    };
    let range = found.range.start..found.range.start + written.len();
    let mut wording = fix(found, message, format!("expected `{own}`"), EVIDENCE)?;
    wording.range = range.clone();
    match second.filter(|second| second.is(own)) {
        Some(second) => wording.instead_of(found.range.start..second.range.start, ""),
        None => wording.instead_of(range, own),
    }
}

/// `fact a = 1 "signed web form" by "k.roe" until 2027-03-31`
fn proof_alone(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    if !broken.expects(Rule::kw_because) || found.kind != Kind::String {
        return None;
    }
    broken.after(found).filter(|next| matches!(next.text, "by" | "until"))?;
    let wording =
        fix(found, "what proves a fact follows `because`", "expected `because` before this", EVIDENCE)?;
    wording.instead_of(found.range.start..found.range.start, "because ")
}

/// `attest fact consent because "…" by "…" until 2027-03-31`
pub fn as_attestation(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("attest"))?;
    let name = fact_attested(broken.tokens)?;
    let help = format!("write `fact {name} = VALUE because \"PROOF\" by \"WHO\" until 2027-03-31`");
    fix(first, "the evidence of a fact stands behind the fact's value", "attests only obligations", help)
}

/// The fact that a line with `attest` names.
pub fn fact_attested<'t>(tokens: &[Token<'t>]) -> Option<&'t str> {
    let [first, fact, name, ..] = tokens else { return None };
    let is_meant = first.is("attest") && fact.is("fact") && name.kind == Kind::Word;
    is_meant.then_some(name.text)
}

/// `require fact consent = "express" because "…" by "…" until 2027-03-31`, and the same of an `expects`.
pub fn in_policy(broken: &BrokenLine<'_>) -> Option<Wording> {
    // A fact of the flow in a policy's block is that first.
    broken.first().filter(|first| !first.is("fact"))?;
    let because = broken.tokens.iter().find(|token| token.is("because"))?;
    let is_proof = broken.after(because).is_some_and(|proof| proof.kind == Kind::String);
    let by = broken.after(because).and_then(|proof| broken.after(proof)).filter(|by| by.is("by"))?;
    let is_of_fact =
        broken.tokens.iter().any(|token| token.is("fact") && token.range.end <= because.range.start);
    let is_such =
        broken.place == LineContext::Policy && is_proof && is_of_fact && broken.at <= by.range.start;
    let help = "take it out here, and write it behind the value in the flow: `fact NAME = VALUE because \"PROOF\" by \"WHO\" until 2027-03-31`";
    fix(because, "a policy gives no evidence of a fact", "the flow that states the fact does", help)
        .filter(|_| is_such)
}

/// `because "…" by "…" until 2027-03-31` on a line of its own, or behind a `;`.
pub fn alone(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| broken.place == LineContext::File && first.is("because"))?;
    broken.token(1).filter(|proof| proof.kind == Kind::String)?;
    let help = "write it behind what it proves, on the same line and without a `;`, as in `fact NAME = VALUE because \"PROOF\" by \"WHO\" until 2027-03-31`";
    fix(first, "`because` begins no line", "what does this prove?", help)
}
