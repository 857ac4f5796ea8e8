//! Conditions about facts: how comparisons are joined, turned round, and made with several values.

use std::ops::Range;

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// How comparisons are joined.
const JOINED: &str = "comparisons are joined by `and` or `or`, and turned round by `not`";

/// `when a = 1 && b = 2`, `when a = 1 OR b = 2`, `when a = 1, b = 2`, `when a = 1 when b = 2`.
pub fn join(broken: &BrokenLine<'_>) -> Option<Wording> {
    // Behind a comparison; the grammar takes the first sign of a `||`.
    let found = broken.found.filter(|found| {
        broken.place == LineContext::Policy
            && (broken.expects(Rule::kw_and) || found.is("||") && broken.expects(Rule::string))
    })?;
    let word = match found.text {
        "&&" | "&" | "when" | "plus" | "also" | "if" => "and",
        "||" => "or",
        other if other.eq_ignore_ascii_case("and") => "and",
        other if other.eq_ignore_ascii_case("or") => "or",
        "," | "but" | "xor" | "nor" | "unless" => {
            return fix(
                found,
                format!("{} joins no comparisons", quote(found.text)),
                "`and` or `or` is meant here",
                JOINED,
            );
        }
        _ => return None,
    };
    fix(
        found,
        "comparisons are joined by words",
        "not a word that joins them",
        format!("write `{word}`; {JOINED}"),
    )?
    .instead_of(broken.with_blanks(found.range.clone()), format!(" {word} "))
}

/// `when a = 1 | b = 2`: a `|` is between values.
pub fn bar(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| {
        broken.place == LineContext::Policy && found.kind == Kind::Word && broken.expects(Rule::string)
    })?;
    let bar = broken.before_found().filter(|bar| bar.is("|"))?;
    broken.after(found).filter(|sign| is_sign(sign))?;
    fix(
        bar,
        "`|` stands between values, and comparisons are joined by words",
        "another comparison follows",
        "write `or`, as in `rings >= 4 or ring_timeout >= 15s`",
    )?
    .instead_of(broken.with_blanks(bar.range.clone()), " or ")
}

/// `when purpose = "sales" or "charity"`, `when purpose in ["sales", "charity"]`, `when purpose in "sales", "charity"`.
pub fn several_values(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let last = broken.before_found()?;
    let is_value = |token: &Token<'_>| matches!(token.kind, Kind::String | Kind::Number);
    let before =
        |token: &Token<'_>| broken.tokens.iter().rev().find(|one| one.range.end <= token.range.start);
    let begin = match last.text {
        "or" if is_value(found) && broken.expects(Rule::name) => {
            // Back over `"a" or "b"` to the sign.
            let mut sign = before(last)?;
            while is_value(sign) || matches!(sign.text, "or" | "|") {
                sign = before(sign)?;
            }
            if !sign.is("=") {
                return None;
            }
            before(sign)?
        }
        "in" if broken.expects(Rule::opening)
            && (is_value(found) || matches!(found.text, "[" | "{" | "<")) =>
        {
            before(last)?
        }
        _ => return None,
    };
    let (values, end) = values_from(broken, begin)?;
    let instead = format!("{} in ({})", begin.text, values.join(", "));
    let range = begin.range.start..end;
    Some(Wording {
        message: "several values stand in parentheses behind `in`".into(),
        label: "values without their parentheses".into(),
        help: format!("write `{instead}`"),
        instead: vec![vec![(range.clone(), instead)]],
        range,
    })
}

/// The values behind a fact's name, and where they and their brackets end.
fn values_from<'a>(broken: &BrokenLine<'a>, fact: &Token<'_>) -> Option<(Vec<&'a str>, usize)> {
    let mut values = Vec::new();
    let mut end = fact.range.end;
    for token in broken.tokens.iter().filter(|token| token.range.start >= fact.range.end) {
        match token.kind {
            Kind::String | Kind::Number => values.push(token.text),
            _ if matches!(token.text, "=" | "in" | "or" | "|" | "," | "[" | "{" | "<" | "]" | "}" | ">") => {}
            _ => break,
        }
        // A sign that goes on with the rule is not part of them.
        if !matches!(token.text, "or" | "|" | ",") {
            end = token.range.end;
        }
    }
    (!values.is_empty()).then_some((values, end))
}

/// `require fact purpose or voice`: that a fact is stated is a rule of its own.
pub fn stated(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| {
        broken.place == LineContext::Policy && matches!(found.text, "and" | "or" | "|" | "&" | ",")
    })?;
    let name = broken.before_found().filter(|name| name.kind == Kind::Word)?;
    let fact = broken.tokens.iter().rev().find(|token| token.range.end <= name.range.start)?;
    let other = broken.after(found).map_or("NAME", |other| other.text);
    if !fact.is("fact") {
        return None;
    }
    fix(
        found,
        "a fact that has to be stated stands alone",
        "joins no facts without a comparison",
        format!(
            "write a rule for each, as in `require fact {}` and `require fact {other}`; {JOINED}",
            name.text
        ),
    )
}

/// `when !(a = 1)`, `when NOT a = 1`.
pub fn negation(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Policy)?;
    let is_expected =
        [Rule::kw_not, Rule::fact_condition, Rule::name].iter().any(|rule| broken.expects(*rule));
    let (wrong, range): (&Token<'_>, Range<usize>) = if is_expected && found.is("!") {
        (found, broken.with_blanks_after(found))
    } else {
        let last = broken.before_found().filter(|last| {
            broken.expects(Rule::operator) && last.text.eq_ignore_ascii_case("not") && !last.is("not")
        })?;
        (last, broken.with_blanks_after(last))
    };
    is_of_condition(broken, wrong).then_some(())?;
    fix(
        wrong,
        "`not` turns a comparison round",
        "not a word of a condition",
        "write `not`, as in `when not voice = \"live\"`",
    )?
    .instead_of(range, "not ")
}

/// `when a = 1 and when b = 2`.
pub fn second_when(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.found.filter(|_| broken.place == LineContext::Policy && broken.expects(Rule::operator))?;
    let when = broken.before_found().filter(|word| matches!(word.text, "when" | "fact" | "if"))?;
    let joined = broken.tokens.iter().rev().find(|token| token.range.end <= when.range.start)?;
    if !matches!(joined.text, "and" | "or" | "not") {
        return None;
    }
    fix(
        when,
        format!("{} stands once, before the whole condition", quote(when.text)),
        "not needed",
        format!("take it out: {JOINED}"),
    )?
    .instead_of(broken.with_blanks_after(when), "")
}

/// `when purpose = "sales" and`, `when or purpose = "sales"`, `when ()`.
pub fn missing(broken: &BrokenLine<'_>) -> Option<Wording> {
    let last = broken.before_found().filter(|_| broken.place == LineContext::Policy)?;
    let wording = |range: Range<usize>, message: String| Wording {
        range,
        message,
        label: "expected a comparison here".into(),
        help: format!("write one, as in `purpose = \"sales\"`; {JOINED}"),
        instead: Vec::new(),
    };
    let is_over = broken.found.is_none_or(|found| matches!(found.text, ")" | "}" | "from" | "until"));
    if is_over && matches!(last.text, "and" | "or" | "not" | "(") && is_of_condition(broken, last) {
        let what = if last.is("(") {
            "these parentheses are empty".into()
        } else {
            format!("nothing follows `{}`", last.text)
        };
        return Some(wording(broken.here(), what));
    }
    // The grammar takes the word for the name of a fact.
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= last.range.start)?;
    let begins = matches!(before.text, "when" | "fact" | "(" | "and" | "or");
    (begins && matches!(last.text, "and" | "or") && broken.expects(Rule::operator))
        .then(|| wording(last.range.clone(), format!("nothing stands before `{}`", last.text)))
}

/// `when purpose not ("sales", "charity")`, `when purpose in ("sales"`.
pub fn among(broken: &BrokenLine<'_>) -> Option<Wording> {
    let last = broken.before_found().filter(|_| broken.place == LineContext::Policy)?;
    if let Some(found) =
        broken.found.filter(|found| last.is("not") && found.is("(") && broken.expects(Rule::kw_in))
    {
        return fix(last, "`not` has no `in` behind it", "`in` is missing", "write `not in (VALUE, VALUE)`")?
            .instead_of(found.range.start..found.range.start, "in ");
    }
    let value = broken.found.filter(|found| matches!(found.kind, Kind::String | Kind::Number));
    if value.is_some() && last.is("not") && broken.expects(Rule::kw_in) {
        return fix(last, "`not` is not a comparison", "not a comparison of the language", "write `!=`")?
            .instead("!=");
    }
    let is_list = broken
        .tokens
        .iter()
        .rev()
        .skip_while(|token| !token.is("("))
        .nth(1)
        .is_some_and(|word| word.is("in"));
    (is_list && broken.found.is_none() && broken.expects(Rule::comma)).then(|| Wording {
        range: broken.here(),
        message: "the values behind `in` have no `)`".into(),
        label: "expected `)` here".into(),
        help: "close them with `)`, as in `purpose in (\"sales\", \"charity\")`".into(),
        instead: vec![vec![(broken.here(), ")".into())]],
    })
}

fn is_sign(token: &Token<'_>) -> bool {
    matches!(token.text, "=" | "!=" | "<" | "<=" | ">" | ">=" | "==" | "in")
}

/// Whether a token is behind the `when` of a rule, or its `require fact`.
fn is_of_condition(broken: &BrokenLine<'_>, token: &Token<'_>) -> bool {
    broken.tokens.iter().any(|one| matches!(one.text, "when" | "fact") && one.range.end <= token.range.start)
}
