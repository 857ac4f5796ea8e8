//! Repeated words, and neighbouring words in the wrong order.

use std::ops::Range;

use super::{BrokenLine, Wording, fix, kinds, meant};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{FORMS, LineContext, STATEMENTS};

/// The longest line that is considered, in bytes: each attempt to parse it copies it.
const LONGEST: usize = 1 << 12;

/// `disclosure disclosure hello`, `retries retries 2`, `on 1 | | 2 -> sales`.
pub fn doubled(broken: &BrokenLine<'_>) -> Option<Wording> {
    let second = doubled_token(broken)?;
    fix(second, format!("{} is written twice", quote(second.text)), "repeated", "take one of them out")?
        .instead_of(with_blanks_before(broken, second), "")
}

fn with_blanks_before(broken: &BrokenLine<'_>, token: &Token<'_>) -> Range<usize> {
    broken.with_blanks(token.range.clone()).start..token.range.end
}

/// The second of two equal tokens, if the line parses without it.
fn doubled_token<'a>(broken: &BrokenLine<'a>) -> Option<&'a Token<'a>> {
    if broken.line.len() > LONGEST {
        return None;
    }
    let may_be_doubled = |token: &Token<'_>| {
        matches!(token.kind, Kind::Word | Kind::Quoted | Kind::Number | Kind::Tag | Kind::String)
            || matches!(token.text, "|" | "," | "=" | "&")
    };
    // `a -> b b -> c` is two chains.
    let begins_chain = |token: &Token<'_>| {
        broken.place == LineContext::File
            && broken.tokens.iter().any(|other| other.is("->") && other.range.end <= token.range.start)
            && broken.after(token).is_some_and(|next| next.is("->"))
    };
    let mut pairs = broken.tokens.windows(2).filter_map(|pair| match pair {
        [first, second] if first.text == second.text && may_be_doubled(second) => {
            Some(second).filter(|second| !begins_chain(second))
        }
        _ => None,
    });
    let second = pairs.next()?;
    // More than one pair is not a typing mistake.
    if pairs.next().is_some() {
        return None;
    }
    let mut without = broken.line.to_owned();
    without.replace_range(with_blanks_before(broken, second), "");
    reads(rule_of(broken.place), &without).then_some(second)
}

/// `notice disclosure "…"`, `retries "…" 2`: the line parses with two neighbouring tokens swapped.
pub fn swapped(broken: &BrokenLine<'_>) -> Option<Wording> {
    // A rule or a statement outside a block has its own near miss.
    let is_of_block = |token: &Token<'_>| {
        let is_only_action = STATEMENTS.contains(&token.text) && !kinds().any(|kind| kind == token.text);
        FORMS.contains(&token.text) || is_only_action
    };
    let is_apart = broken.place == LineContext::File && broken.first().is_some_and(is_of_block);
    if broken.line.len() > LONGEST || is_apart {
        return None;
    }
    let found = broken.tokens.iter().position(|token| token.range.end > broken.at)?;
    let pairs = [found.checked_sub(1), Some(found), Some(0)];
    let (first, second, fixed) = pairs.into_iter().flatten().find_map(|index| {
        let [first, second] = broken.tokens.get(index..index + 2)? else { return None };
        let is_typo = |token: &Token<'_>| {
            let near = meant(token.text, broken.place).filter(|near| *near != token.text);
            near.is_some_and(|near| nearest(token.text, [near]).is_some())
        };
        // In `disconncet disconnect`, the first word is a typo.
        if !(may_be_swapped(first, second) && !(index == 0 && is_typo(first))) {
            return None;
        }
        let between = broken.line.get(first.range.end..second.range.start)?;
        let fixed = format!("{}{between}{}", second.text, first.text);
        let mut line = broken.line.to_owned();
        line.replace_range(first.range.start..second.range.end, &fixed);
        reads(rule_of(broken.place), &line).then_some((first, second, fixed))
    })?;
    let range = first.range.start..second.range.end;
    Some(Wording {
        range,
        message: format!("{} and {} are the wrong way round", quote(first.text), quote(second.text)),
        label: "the other way round".into(),
        help: format!("write `{fixed}`"),
        instead: Vec::new(),
    })?
    .instead(fixed)
}

/// `kind pick type "pick" as collect ends`, `kind pick as collect type "pick"`: the parts of a kind's line in another order.
pub fn kind_parts(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::File && first.is("kind"))?;
    let found = broken.found.filter(|_| broken.line.len() <= LONGEST)?;
    let open = broken.tokens.iter().rev().find(|token| token.is("{"));
    let end = open.map_or(broken.line.trim_end().len(), |open| open.range.start);
    let line = broken.line.get(..end)?.trim_end();
    let alone =
        BrokenLine { line, ..BrokenLine::new(line, broken.place, broken.tokens, broken.at, broken.expected) };
    let (range, meant) = alone.in_order(&["type", "ends", "as"], 2)?;
    let mut fixed = broken.line.to_owned();
    fixed.replace_range(range.clone(), &meant);
    let is_meant = fixed != broken.line && reads(rule_of(broken.place), &fixed);
    fix(found, "the parts of a kind's line are the wrong way round", "not here", format!("write `{meant}`"))
        .filter(|_| is_meant)?
        .instead_of(range, meant)
}

/// `"play" start "…"`: a keyword between quotes.
pub fn quoted_keyword(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.kind == Kind::String && broken.line.len() <= LONGEST)?;
    let inside = first.text.strip_prefix('"')?.strip_suffix('"')?;
    if meant(inside, broken.place) != Some(inside) {
        return None;
    }
    let mut line = broken.line.to_owned();
    line.replace_range(first.range.clone(), inside);
    if !reads(rule_of(broken.place), &line) {
        return None;
    }
    fix(first, "a word of the language is written without quotes", "quoted", format!("write `{inside}`"))?
        .instead(inside)
}

/// `agent desk @vip "sales"`, `say lasts 2s "Hello"`: the text comes before the options.
pub fn argument_last(broken: &BrokenLine<'_>) -> Option<Wording> {
    let text = broken.found.filter(|found| found.kind == Kind::String && broken.line.len() <= LONGEST)?;
    let after = broken.token(if broken.place == LineContext::File { 1 } else { 0 })?;
    if after.range.end >= text.range.start {
        return None;
    }
    let options = broken.line.get(after.range.end..text.range.start)?.trim_end();
    let fixed = format!(" {}{options}", text.text);
    let range = after.range.end..text.range.end;
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), &fixed);
    if !reads(rule_of(broken.place), &line) {
        return None;
    }
    let wording = fix(
        text,
        "the text comes before the options",
        "not here",
        format!("write it right after `{}`", after.text),
    )?;
    wording.instead_of(range, fixed)
}

/// `digits 6+`: as many as there may be.
pub fn open_range(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sign = broken.found.filter(|found| found.is("+"))?;
    let number = broken
        .before_found()
        .filter(|number| number.kind == Kind::Number && number.range.end == sign.range.start)?;
    let at = broken.tokens.iter().position(|token| token.range == number.range)?;
    let word = at.checked_sub(1).and_then(|before| broken.token(before))?;
    if !word.is("digits") {
        return None;
    }
    fix(
        sign,
        "`digits` say the fewest and the most that an entry has",
        "and how many at most?",
        format!("write `digits {}..N`, as in `digits {}..12`", number.text, number.text),
    )
}

/// `every collect { on timeout -> bye }`, `every collect`: an `every` has one branch, and no block.
pub fn block_of_every(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::File && first.is("every"))?;
    let kind = broken.token(1).filter(|kind| kind.kind == Kind::Word)?;
    if broken.token(2).is_some_and(|next| !next.is("{")) {
        return None;
    }
    fix(
        kind,
        "`every` adds one branch, and has no block",
        "and which branch?",
        format!("write `every {} on CONDITION -> NODE`, one line for each branch", kind.text),
    )
}

/// `let, cdn = "…"`: the line parses without one of its signs.
pub fn sign_too_many(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.line.len() <= LONGEST)?;
    let sign = [Some(found), broken.before_found()]
        .into_iter()
        .flatten()
        .find(|token| matches!(token.text, "," | "." | ":" | "=" | "|" | "&" | "+" | "-" | "!"))?;
    let range = broken.with_blanks(sign.range.clone());
    let mut line = broken.line.to_owned();
    line.replace_range(range.clone(), " ");
    if !reads(rule_of(broken.place), &line) {
        return None;
    }
    // A sign that turns something round, or belongs to a number, is not just taken out.
    if matches!(sign.text, "!" | "+" | "-") {
        let help = "take it out, or say in the language's own words what it stands for";
        return fix(
            sign,
            format!("{} has no meaning here", quote(sign.text)),
            "not a sign of the language here",
            help,
        );
    }
    fix(sign, format!("{} has no meaning here", quote(sign.text)), "not needed", "take it out")?
        .instead_of(range, " ")
}

/// Whether two tokens may have been written in the wrong order: at least one is a word, and neither is an arrow, whose
/// ends only the author knows.
fn may_be_swapped(first: &Token<'_>, second: &Token<'_>) -> bool {
    let is_word = |token: &Token<'_>| token.kind == Kind::Word;
    let is_movable = |token: &Token<'_>| match token.kind {
        Kind::Word | Kind::Quoted | Kind::Number | Kind::String | Kind::Tag => true,
        _ => token.is("="),
    };
    (is_word(first) || is_word(second)) && is_movable(first) && is_movable(second)
}
