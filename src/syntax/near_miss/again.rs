//! What is wrong around `again N else NODE`.

use super::{BrokenLine, Wording, fix};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// The help for how it is written.
const FORM: &str = "write `-> NODE again 2 else NODE`";

/// `-> menu again max 2 else bye`, `-> menu again up to 2 else bye`, `-> menu again 2 then bye`, `-> again 2 menu else bye`.
pub fn between(broken: &BrokenLine<'_>) -> Option<Wording> {
    let again = broken.tokens.iter().position(|token| token.is("again"))?;
    let again = broken.token(again).filter(|again| again.range.start < broken.at)?;
    let behind: Vec<&Token<'_>> =
        broken.tokens.iter().filter(|token| token.range.start >= again.range.end).collect();
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= again.range.start)?;
    // `-> again 2 menu else bye`
    if let [number, name, otherwise, target, ..] = behind.as_slice()
        && before.is("->")
        && number.kind == Kind::Number
        && matches!(name.kind, Kind::Word | Kind::Quoted)
        && otherwise.is("else")
    {
        let meant = format!("{} again {} else {}", name.text, number.text, target.text);
        let message = "`again` stands after the node that the call comes back to";
        return fix(again, message, "no node before this", format!("write `-> {meant}`"))?
            .instead_of(again.range.start..target.range.end, meant);
    }
    let at = behind.iter().position(|token| token.kind == Kind::Number)?;
    let (words, rest) = behind.split_at_checked(at)?;
    let number = rest.first()?;
    if let Some(word) = words.first() {
        let are_words = words.len() <= 3
            && words
                .iter()
                .all(|word| word.kind == Kind::Word && !word.is("else") || matches!(word.text, "=" | "<="));
        let last = rest.get(1).is_some_and(|next| next.is("else"));
        let help = match rest.get(2).filter(|_| last) {
            Some(target) => format!("write `again {} else {}`", number.text, target.text),
            None => format!("write `again {} else NODE`", number.text),
        };
        return fix(word, "the number of an `again` follows it directly", "not needed", help)
            .filter(|_| are_words && last)?
            .instead_of(word.range.start..number.range.start, "");
    }
    let (word, target) = (rest.get(1)?, rest.get(2)?);
    if matches!(word.text, "," | ";" | ":") && target.is("else") {
        let help = format!("take the `{}` out", word.text);
        return fix(word, "the `else` of an `again` follows its number directly", "not needed", help)?
            .instead_of(broken.with_blanks(word.range.clone()), " ");
    }
    let is_meant =
        matches!(word.text, "then" | "otherwise" | "or" | "default" | "," | "|" | "elsewise" | "finally");
    fix(
        word,
        "where the call goes from then on stands behind `else`",
        "not `else`",
        format!("write `else {}`", target.text),
    )
    .filter(|_| is_meant && matches!(target.kind, Kind::Word | Kind::Quoted))?
    .instead("else")
}

/// `-> menu 2 else bye`: no `again`.
pub fn missing_word(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Number && broken.expects(Rule::kw_again))?;
    let otherwise = broken.after(found).filter(|next| next.is("else"))?;
    let target = broken.after(otherwise).map_or("NODE", |target| target.text);
    let name = broken.before_found().filter(|name| matches!(name.kind, Kind::Word | Kind::Quoted))?;
    // A node may be called `again`, which is rather the word.
    if name.is("again") {
        return None;
    }
    let help = format!("write `-> {} again {} else {target}`", name.text, found.text);
    let message = "how often a call may take the transition stands behind `again`";
    let wording = fix(found, message, "`again` is missing before this", help)?;
    match name.is("retry") {
        true => {
            Some(Wording { help: format!("write `-> NODE again {} else {target}`", found.text), ..wording })
        }
        false => wording.instead_of(found.range.start..found.range.start, "again "),
    }
}

/// `-> menu again`, `-> menu again else bye`, `-> again 2 else bye`.
pub fn target_or_number(broken: &BrokenLine<'_>) -> Option<Wording> {
    let before = broken.before_found().filter(|before| before.is("again"))?;
    let is_name = |token: &&Token<'_>| matches!(token.kind, Kind::Word | Kind::Quoted);
    let last = broken.tokens.iter().rev().take_while(|token| token.range.start >= before.range.end);
    let is_form = broken.tokens.iter().any(|token| token.is("else")) && last.clone().count() > 2;
    if !broken.expects(Rule::integer) {
        // A node may be called `again`.
        broken.found.filter(|found| found.kind == Kind::Number && is_form)?;
        let rest = broken.line.get(before.range.start..)?.trim_end();
        return fix(
            before,
            "`again` stands after the node that the call comes back to",
            "no node before this",
            format!("write `-> NODE {rest}`"),
        );
    }
    let otherwise =
        last.clone().find(is_name).filter(|name| !name.is("else")).map_or("NODE", |name| name.text);
    Some(Wording {
        range: broken.here(),
        message: "`again` does not say how often a call may take the transition".to_owned(),
        label: "expected a number".to_owned(),
        help: format!("write `again 2 else {otherwise}`"),
        instead: Vec::new(),
    })
}

/// `-> menu again 2`, `-> menu again 2 bye`.
pub fn no_else(broken: &BrokenLine<'_>) -> Option<Wording> {
    if !broken.expects(Rule::kw_else) {
        return None;
    }
    let number = broken.before_found()?;
    let found = broken.found;
    let name = found.filter(|found| matches!(found.kind, Kind::Word | Kind::Quoted));
    let is_last = name.is_some_and(|name| broken.after(name).is_none());
    let name = name.filter(|_| is_last);
    let wording = Wording {
        range: broken.here(),
        message: "`again` does not say where the call goes from then on".to_owned(),
        label: "expected `else`".to_owned(),
        help: format!("write `again {} else {}`", number.text, name.map_or("NODE", |name| name.text)),
        instead: Vec::new(),
    };
    match name {
        Some(name) => wording.instead(format!("else {}", name.text)),
        None => Some(wording),
    }
}

/// `-> menu again 2 disposition PAID else bye`: what the way back is reported as, behind its bound.
pub fn disposition_behind(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("disposition") && broken.expects(Rule::kw_else))?;
    let name = broken.after(found)?;
    let otherwise = broken.after(name).filter(|next| next.is("else"))?;
    let again =
        broken.tokens.iter().rev().find(|token| token.is("again") && token.range.end <= found.range.start)?;
    let bound = broken.line.get(again.range.start..found.range.start)?.trim_end();
    let given = broken.line.get(found.range.start..name.range.end)?;
    let target = broken.after(otherwise).map_or("NODE", |target| target.text);
    let meant = format!("{given} {bound}");
    let help = format!("write `{meant} else {target}`");
    fix(found, "the disposition of a transition comes before its `again`", "not here", help)?
        .instead_of(again.range.start..name.range.end, meant)
}

/// `-> menu else bye`.
pub fn else_alone(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("else") && broken.expects(Rule::kw_again))?;
    let otherwise = broken.after(found).map_or("NODE", |name| name.text);
    fix(
        found,
        "an `else` belongs to an `again`, which says how often a call may take the transition",
        "no `again` before this",
        format!("write `again 2 else {otherwise}`"),
    )
}

/// The last token of a whole `again N else NODE`, if the grammar got so far and no further.
fn end_of_again<'a>(broken: &BrokenLine<'a>) -> Option<(&'a Token<'a>, &'a Token<'a>)> {
    let before: Vec<&Token<'_>> =
        broken.tokens.iter().filter(|token| token.range.end <= broken.at.max(1)).collect();
    match before.as_slice() {
        [.., again, _, otherwise, last] if again.is("again") && otherwise.is("else") => Some((again, last)),
        _ => None,
    }
}

/// `-> sorry again 2 else bye -> menu`.
pub fn in_a_chain(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("->"))?;
    let (_, otherwise) = end_of_again(broken)?;
    let rest = broken.line.get(found.range.start..)?.trim_end();
    fix(
        found,
        "a chain ends where a call may go one of two ways",
        "leads on from which of them?",
        format!("write it on a line of its own, outside the block: `{} {rest}`", otherwise.text),
    )
}

/// `a -> menu again 2 else bye on 1`.
pub fn before_condition(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("on") && broken.place == LineContext::File)?;
    let (again, last) = end_of_again(broken)?;
    let condition = broken.line.get(found.range.start..)?.trim_end();
    let bound = broken.line.get(again.range.start..last.range.end)?;
    let whole = again.range.start..found.range.start + condition.len();
    let meant = format!("{condition} {bound}");
    fix(found, "the condition comes before `again`", "not here", format!("write `{meant}`"))?
        .instead_of(whole, meant)
}

/// `-> menu again 2 times else bye`.
pub fn word_after_number(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("times") && broken.expects(Rule::kw_else))?;
    let _ = broken.after(found).filter(|next| next.is("else"))?;
    fix(found, "the number of an `again` stands alone", "not needed", FORM)?
        .instead_of(broken.with_blanks_after(found), "")
}

/// `-> menu again 2 else -> bye`.
pub fn arrow_after_else(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("->"))?;
    broken.before_found().filter(|before| before.is("else"))?;
    broken.tokens.iter().find(|token| token.is("again") && token.range.end <= found.range.start)?;
    let name = broken.after(found)?.text;
    fix(
        found,
        "behind the `else` of an `again` stands a node's name alone",
        "not needed",
        format!("write `else {name}`"),
    )?
    .instead_of(broken.with_blanks_after(found), "")
}
