//! Conditions of a `decide` as other languages write them: negated, in lists and ranges, turned round, about nothing.

use super::decide_words::{BEGINS, comparator, constant, is_arrow, is_in_decide};
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::Comparator;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};

/// A line that compares something.
struct Asked<'a> {
    first: &'a Token<'a>,
    /// What stands before the arrow, without brackets.
    parts: Vec<&'a Token<'a>>,
    /// The arrow and what stands behind it, as the language writes it.
    tail: String,
    end: usize,
}

fn asked<'a>(broken: &BrokenLine<'a>) -> Option<Asked<'a>> {
    let first = broken.first().filter(|_| is_in_decide(broken))?;
    // Without its `when`, it begins with what is compared.
    let begins = usize::from(BEGINS.contains(&first.text.to_ascii_lowercase().as_str()));
    let arrow = broken.tokens.iter().skip(1).position(is_arrow)? + 1;
    let (before, behind) = broken.tokens.split_at_checked(arrow)?;
    let target = behind.iter().find(|token| !is_arrow(token))?;
    let end = broken.line.trim_end().len();
    let rest = broken.line.get(target.range.start..end)?.trim_end_matches(['}', ' ']);
    let is_bracket = |token: &&Token<'_>| matches!(token.text, "(" | ")" | "[" | "]");
    let parts = before.iter().skip(begins).filter(|token| !is_bracket(token)).collect();
    (!rest.contains(['{', '}'])).then(|| Asked { first, parts, tail: format!("-> {rest}"), end })
}

impl Asked<'_> {
    /// Offers another condition, if the line parses with it.
    fn instead(&self, shown: &Token<'_>, message: &str, label: &str, condition: &str) -> Option<Wording> {
        let meant = format!("when {condition} {}", self.tail);
        if !reads(Rule::statement_line, &meant) {
            return None;
        }
        fix(shown, message, label, format!("write `{meant}`"))?
            .instead_of(self.first.range.start..self.end, meant)
    }
}

/// The values of a list, as the language writes them.
fn values(parts: &[&Token<'_>]) -> Option<Vec<String>> {
    let is_between = |token: &&&Token<'_>| !matches!(token.text, "|" | "||" | "or" | ",");
    let values: Option<Vec<String>> = parts.iter().filter(is_between).map(|token| constant(token)).collect();
    values.filter(|values| !values.is_empty())
}

/// The wording without its fix where a word may be the name of a value and not a text.
fn if_certain(wording: Wording, parts: &[&Token<'_>]) -> Wording {
    let is_word = |token: &&Token<'_>| token.kind == Kind::Word && !token.is("or");
    let instead = if parts.iter().any(is_word) { Vec::new() } else { wording.instead };
    Wording { instead, ..wording }
}

fn is_not(token: &Token<'_>) -> bool {
    token.is("!") || token.text.eq_ignore_ascii_case("not")
}

/// The comparator that is so where another one is not.
fn opposite(comparator: Comparator) -> Option<Comparator> {
    Some(match comparator {
        Comparator::Equal => Comparator::NotEqual,
        Comparator::NotEqual => Comparator::Equal,
        Comparator::Less => Comparator::AtLeast,
        Comparator::AtLeast => Comparator::Less,
        Comparator::More => Comparator::AtMost,
        Comparator::AtMost => Comparator::More,
        Comparator::Starts | Comparator::Contains => return None,
    })
}

/// `when not balance > 100 -> x`, `when !(lang = "es") -> x`, `when lang not in ["es"] -> x`.
pub fn negated(broken: &BrokenLine<'_>) -> Option<Wording> {
    let asked = asked(broken)?;
    let (shown, name, sign, rest) = match asked.parts.as_slice() {
        [not, name, sign, rest @ ..] if is_not(not) => (*not, *name, *sign, rest),
        [name, not, sign, rest @ ..] if is_not(not) && (is_list_word(sign) || comparator(sign).is_some()) => {
            (*not, *name, *sign, rest)
        }
        [name, sign, rest @ ..] if asked.first.is("unless") => (asked.first, *name, *sign, rest),
        _ => return None,
    };
    let comparator = if is_list_word(sign) { Some(Comparator::Equal) } else { comparator(sign) }?;
    let values = values(rest).filter(|_| name.kind == Kind::Word && is_name(name.text))?;
    let message = "a `when` is not negated: it says what is compared, and how";
    if let (Some(opposite), [value]) = (opposite(comparator), values.as_slice()) {
        let condition = format!("{} {} {value}", name.text, opposite.word());
        let wording = asked.instead(shown, message, "a negation", &condition)?;
        return Some(if_certain(wording, rest));
    }
    let is_so = format!("when {} {} {}", name.text, comparator.word(), values.join(" | "));
    let help =
        format!("write `{is_so} -> NODE` for where it is so, and `else {}` for the others", asked.tail);
    fix(shown, message, "a negation", help)
}

fn is_list_word(token: &Token<'_>) -> bool {
    token.text.eq_ignore_ascii_case("in")
}

/// `when lang in ["es", "pt"] -> x`, `when lang in ("es", "pt") -> x`.
pub fn in_list(broken: &BrokenLine<'_>) -> Option<Wording> {
    let asked = asked(broken)?;
    let [name, sign, rest @ ..] = asked.parts.as_slice() else { return None };
    let values = values(rest).filter(|_| is_list_word(sign) && is_name(name.text))?;
    let message = "one of several values is written with `|` between them";
    if let [list] = rest
        && list.kind == Kind::Word
    {
        let help =
            format!("write the values themselves, as in `when {} = \"A\" | \"B\" {}`", name.text, asked.tail);
        return fix(list, message, "a name alone", help);
    }
    let condition = format!("{} = {}", name.text, values.join(" | "));
    let wording = asked.instead(sign, message, "not a comparison", &condition)?;
    Some(if_certain(wording, rest))
}

/// How many values a range may have to be written out.
const FEW: i64 = 5;

/// `when balance = 1..100 -> x`, `when balance between 1 and 100 -> x`, `when 1 < balance < 100 -> x`.
pub fn range(broken: &BrokenLine<'_>) -> Option<Wording> {
    let asked = asked(broken)?;
    let number = |token: &Token<'_>| token.text.parse::<i64>().ok().filter(|_| token.kind == Kind::Number);
    let is_range = |sign: &Token<'_>| matches!(sign.text, ".." | "..." | "-" | "to" | "and" | "&");
    let (name, shown, from, to) = match asked.parts.as_slice() {
        [name, sign, from, dots, to] if is_range(dots) => {
            let begins = matches!(sign.text, "=" | "==" | "in" | "is" | "between" | "within");
            (*name, *dots, number(from)?, number(to).filter(|_| begins)?)
        }
        [from, below, name, above, to] if matches!((below.text, above.text), ("<" | "<=", "<" | "<=")) => {
            let (from, to) = (number(from)?, number(to)?);
            let (first, last) = (i64::from(below.is("<")), i64::from(above.is("<")));
            (*name, *above, from.checked_add(first)?, to.checked_sub(last)?)
        }
        _ => return None,
    };
    let name = Some(name.text).filter(|name| is_name(name) && from < to)?;
    let message = "a `when` compares with one bound, and not with a range";
    if to.checked_sub(from)? < FEW {
        let each: Vec<String> = (from..=to).map(|value| value.to_string()).collect();
        return asked.instead(shown, message, "a range", &format!("{name} = {}", each.join(" | ")));
    }
    let help = format!(
        "write two lines: `when {name} < {from} -> NODE` for what is below, and then `when {name} <= {to} {}`",
        asked.tail
    );
    fix(shown, message, "a range", help)
}

/// `when 100 < balance -> x`, `when "es" = lang -> x`, `when "es" | "pt" = lang -> x`.
pub fn turned(broken: &BrokenLine<'_>) -> Option<Wording> {
    let asked = asked(broken)?;
    let [value, between @ .., sign, name] = asked.parts.as_slice() else { return None };
    let is_value = |token: &Token<'_>| matches!(token.kind, Kind::String | Kind::Number);
    let is_listed = |(at, token): (usize, &&Token<'_>)| match at % 2 {
        0 => matches!(token.text, "|" | "||" | "or" | ","),
        _ => is_value(token),
    };
    let are_values =
        is_value(value) && between.len().is_multiple_of(2) && between.iter().enumerate().all(is_listed);
    let own = comparator(sign).filter(|_| are_values && name.kind == Kind::Word && is_name(name.text))?;
    if let Some((_, further)) = between.split_first() {
        let listed: Vec<&str> =
            std::iter::once(value.text).chain(further.iter().step_by(2).map(|token| token.text)).collect();
        let condition = format!("{} = {}", name.text, listed.join(" | "));
        let message = "a comparison begins with the name of what is compared";
        if own == Comparator::NotEqual {
            let help = format!(
                "write `when {condition} -> NODE` for where it is one of them, and `else {}` for the others",
                asked.tail
            );
            return fix(value, message, "a value", help);
        }
        return match own {
            Comparator::Equal => asked.instead(value, message, "a value", &condition),
            _ => None,
        };
    }
    let turned = match own {
        Comparator::Less => Comparator::More,
        Comparator::More => Comparator::Less,
        Comparator::AtMost => Comparator::AtLeast,
        Comparator::AtLeast => Comparator::AtMost,
        same @ (Comparator::Equal | Comparator::NotEqual) => same,
        Comparator::Starts | Comparator::Contains => return None,
    };
    let condition = format!("{} {} {}", name.text, turned.word(), value.text);
    asked.instead(value, "a comparison begins with the name of what is compared", "a value", &condition)
}

/// `when lang = null -> x`, `when lang is empty -> x`, `when lang is not null -> x`.
pub fn nothing(broken: &BrokenLine<'_>) -> Option<Wording> {
    let asked = asked(broken)?;
    // `= empty` may be about the text, and `is empty` is not.
    let is_said = asked.parts.get(1).is_some_and(|sign| sign.text.starts_with("is"));
    let is_nothing = |token: &Token<'_>| {
        let is_word = matches!(token.text, "null" | "NULL" | "Null" | "nil" | "None" | "undefined");
        token.kind == Kind::Word && (is_word || is_said && matches!(token.text, "empty" | "blank"))
    };
    let (name, sign, not, word) = match asked.parts.as_slice() {
        [name, sign, word] if is_nothing(word) => (*name, *sign, false, *word),
        [name, sign, not, word] if is_not(not) && is_nothing(word) => (*name, *sign, true, *word),
        _ => return None,
    };
    let comparator = match (comparator(sign)?, not) {
        (Comparator::Equal, false) => "=",
        (Comparator::Equal, true) | (Comparator::NotEqual, false) => "!=",
        _ => return None,
    };
    let message = format!("{} is no value: what is empty is the text `\"\"`", quote(word.text));
    asked.instead(word, &message, "not a text", &format!("{} {comparator} \"\"", name.text))
}

/// `when len(lang) > 2 -> x`, `when upper(lang) = "ES" -> x`, `set tries = count()`: there are no functions.
pub fn function(broken: &BrokenLine<'_>) -> Option<Wording> {
    let sets = broken.first()?.is("set") && broken.place == crate::syntax::words::LineContext::Block;
    let begins = |word: &str| BEGINS.contains(&word.to_ascii_lowercase().as_str());
    if !(sets || is_in_decide(broken) && begins(broken.first()?.text)) {
        return None;
    }
    let is_call = |pair: &&[Token<'_>]| {
        matches!(pair, [name, open] if name.kind == Kind::Word && open.is("(") && name.range.end == open.range.start
            && !is_not(name) && !begins(name.text) && !matches!(name.text, "and" | "or" | "in" | "is" | "set"))
    };
    let [name, open] = broken.tokens.windows(2).find(is_call)? else { return None };
    let inner = broken.after(open).filter(|inner| inner.kind == Kind::Word && is_name(inner.text));
    let help = match (sets, inner) {
        (true, _) => {
            "write a text, a number, a name, or a name and a number, as in `set tries = tries + 1`".to_owned()
        }
        (false, Some(inner)) => format!(
            "compare `{0}` as it is, as in `when {0} = VALUE -> NODE`, or let a node of your platform work it out before",
            inner.text
        ),
        (false, None) => {
            "compare a value as it is, as in `when NAME = VALUE -> NODE`, or let a node of your platform work it out before".to_owned()
        }
    };
    fix(name, format!("{} is a function, and there are none", quote(name.text)), "worked out here", help)
}
