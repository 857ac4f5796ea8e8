//! `expects fact NAME = VALUE | VALUE "MEANING"`, `expects @tag "MEANING"`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{EXPECTS, FORMS, LineContext};

/// The help for how it is written.
const FORM: &str = "write `expects @tag \"MEANING\"` or `expects fact NAME = \"A\" | \"B\" \"MEANING\"`";

/// `expect fact x`, `expects x`, `expects tag @x`, `expects fact x in ("a", "b")`.
pub fn expects(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first()?;
    let second = broken.token(1);
    if second.is_some_and(|second| second.is(":")) {
        return None;
    }
    if first.is("warn") && second.is_some_and(|second| second.is(EXPECTS)) {
        let help = "`expects` is not a rule, so it takes no `warn`";
        return fix(first, "`warn` belongs before a rule", "not needed", help)?
            .instead_of(broken.with_blanks_after(first), "");
    }
    if !first.is(EXPECTS) {
        return misspelt(first, second?);
    }
    let Some(found) = broken.found else { return not_finished(broken) };
    match broken.before_found()? {
        before if before.is(EXPECTS) => after_expects(broken, found),
        before if before.is("fact") && found.kind == Kind::String => {
            let wording =
                fix(found, "a fact's name is written without quotes", "quoted", "write `expects fact NAME`")?;
            super::policies::unquoted(wording, found)
        }
        before if before.kind == Kind::Tag => after_tag(broken, before, found),
        before if before.kind == Kind::Word => after_name(broken, before, found),
        before if before.is("=") || before.is("|") => value(broken, found),
        before => after_value(broken, before, found),
    }
    .or_else(|| fix(found, "this is not part of an `expects`", "not needed", FORM))
}

/// `expect`, `expected`, `exepcts`, followed by a fact or a tag.
fn misspelt(first: &Token<'_>, second: &Token<'_>) -> Option<Wording> {
    let follows = second.kind == Kind::Tag || matches!(second.text, "fact" | "facts" | "tag");
    let is_meant = matches!(first.text, "expect" | "expected" | "assumes" | "uses" | "knows")
        || nearest(first.text, FORMS.iter().copied().chain([EXPECTS])) == Some(EXPECTS);
    if !(follows && first.kind == Kind::Word && is_meant) {
        return None;
    }
    let message = format!("{} is not a word of a policy", quote(first.text));
    fix(first, message, "did you mean `expects`?", FORM)?.instead(EXPECTS)
}

fn not_finished(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (label, help) = match broken.before_found().map_or("", |before| before.text) {
        EXPECTS => ("expected a tag or `fact NAME` here", FORM),
        "fact" => ("expected a fact's name here", FORM),
        "=" | "|" => ("expected a value here", "write `expects fact NAME = \"A\" | \"B\" \"MEANING\"`"),
        _ => return None,
    };
    Some(Wording {
        range: broken.here(),
        message: "this `expects` names nothing".into(),
        label: label.into(),
        help: help.into(),
        instead: Vec::new(),
    })
}

/// `expects tag @x`, `expects facts x`, `expects purpose`, `expects "debt"`.
fn after_expects(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let next = broken.after(found);
    match found.kind {
        Kind::Word if next.is_some_and(|next| next.kind == Kind::Tag) => {
            let help = "a tag begins with `@`: write `expects @tag \"MEANING\"`";
            fix(found, format!("take out the word {}", quote(found.text)), "not needed", help)?
                .instead_of(broken.with_blanks_after(found), "")
        }
        Kind::Word if matches!(found.text, "facts" | "the" | "a") => {
            fix(found, "write `fact` before the name of an expected fact", "expected `fact` here", FORM)?
                .instead("fact")
        }
        Kind::Word => {
            let help = format!("write `expects fact {0}`, or `expects @{0}` for a tag", found.text);
            fix(found, "is this a fact or a tag?", "a fact or a tag?", help)?
                .instead(format!("fact {}", found.text))?
                .or_instead(format!("@{}", found.text))
        }
        Kind::String => fix(
            found,
            "the name of the tag or fact comes before its meaning",
            "this seems to be its meaning",
            FORM,
        ),
        _ => None,
    }
}

/// `expects @debt = "…"`, `expects @debt, @sales`, `expects @debt what it is`.
fn after_tag(broken: &BrokenLine<'_>, tag: &Token<'_>, found: &Token<'_>) -> Option<Wording> {
    let next = broken.after(found);
    let is_sign = matches!(found.text, "=" | ":" | "-" | "as" | "means" | "is");
    if is_sign && next.is_some_and(|next| next.kind == Kind::String) {
        let help = format!("write `expects {} \"MEANING\"`", tag.text);
        return fix(found, "expected the meaning after the tag", "not needed", help)?
            .instead_of(broken.with_blanks(found.range.clone()), " ");
    }
    if found.kind == Kind::Tag || next.is_some_and(|next| next.kind == Kind::Tag) {
        let help = "write one line for each: `expects @tag \"MEANING\"`";
        return fix(found, "an `expects` names only one tag", "a second one?", help);
    }
    if found.kind != Kind::Word {
        return None;
    }
    unquoted_meaning(broken, found)
}

/// `expects fact purpose in ("a", "b")`, `expects fact purpose is "a"`, `expects fact ring how long`.
fn after_name(broken: &BrokenLine<'_>, name: &Token<'_>, found: &Token<'_>) -> Option<Wording> {
    let help = format!("write `expects fact {} = \"A\" | \"B\"`", name.text);
    let next = broken.after(found);
    match found.text {
        "in" | "(" | "[" | "{" => {
            fix(found, "write the values of a fact after `=`, with `|` between them", "a list?", help)
        }
        "==" | ":" | "is" | ":=" => {
            fix(found, "write the values of a fact after `=`", "no `=`", help)?.instead("=")
        }
        "one" if next.is_some_and(|next| next.is("of")) => {
            fix(found, "write the values of a fact after `=`", "no `=`", help)?
                .instead_of(found.range.start..next?.range.end, "=")
        }
        "<" | "<=" | ">" | ">=" | "!=" => {
            let help = format!(
                "write `expects fact {0}`; to limit its value, write a rule: `require fact {0} {1} …`",
                name.text, found.text
            );
            fix(found, "an `expects` lists values and takes no comparison", "no `=`", help)
        }
        _ if found.kind == Kind::Word => unquoted_meaning(broken, found),
        _ if found.kind == Kind::Tag => fix(found, "an `expects` names only one fact", "a second one?", FORM),
        _ => None,
    }
}

/// `expects fact purpose = sales | survey`
fn value(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    if !matches!(found.kind, Kind::Word | Kind::Quoted) {
        return None;
    }
    let words = || {
        let of_values = broken.tokens.iter().filter(|token| token.range.start >= found.range.start);
        of_values.filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted))
    };
    let quoted = format!("\"{}\"", found.text.trim_matches('`'));
    fix(found, "a text needs quotes", "this has no quotes", format!("write `{quoted}`"))?
        .instead_of_each(words(), |word| format!("\"{}\"", word.text.trim_matches('`')))
}

/// `expects fact purpose = "a", "b"`, `… = "a" "b" | "c"`, `… = "a" or "b"`.
fn after_value(broken: &BrokenLine<'_>, value: &Token<'_>, found: &Token<'_>) -> Option<Wording> {
    let help = "write `|` between the values, and the fact's meaning after the last one";
    match found.text {
        "," | "or" | "||" | "/" | "and" | "&" => {
            fix(found, "write `|` between the values of a fact", "no `|`", help)?
                .instead_of_each(broken.alike(found), |_| " |".to_owned())
        }
        "|" | "=" => {
            fix(value, "`|` is missing between two values", "a value, or the fact's meaning?", help)?
                .instead_of(value.range.start..value.range.start, "| ")
        }
        _ if found.kind == Kind::String => {
            fix(found, "a meaning is a single text", "there is a second text", help)
        }
        _ if found.kind == Kind::Word => unquoted_meaning(broken, found),
        _ => None,
    }
}

fn unquoted_meaning(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    if broken.place != LineContext::Policy {
        return None;
    }
    let rest = broken.line.get(found.range.start..)?.trim_end();
    let quoted = format!("\"{}\"", rest.replace('"', ""));
    let range = found.range.start..found.range.start + rest.len();
    Some(Wording {
        message: "the meaning needs quotes".into(),
        label: "this has no quotes".into(),
        help: format!("write `{quoted}`"),
        instead: vec![vec![(range.clone(), quoted)]],
        range,
    })
}
