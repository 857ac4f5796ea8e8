//! Rules of policies: their beginnings, clauses and numbers.

use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{CLAUSES, FORMS, LineContext, rule_forms};

/// A line with an arrow in a policy's block.
pub fn arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let arrow = broken.tokens.iter().find(|token| {
        token.range.end > broken.at
            && token.kind != Kind::String
            && (matches!(token.text, "->" | "-->" | "→" | "⇒")
                || (token.is("=>") && !broken.expects(Rule::operator)))
    })?;
    if broken.form().is_some_and(|form| FORMS.contains(&form.text)) {
        return fix(
            arrow,
            "a rule has no arrow",
            "not a word of a rule",
            "write `before` or `after`, as in `require A before B`; write `=NODE on 1` for the transition that a key takes",
        );
    }
    fix(
        arrow,
        "a transition belongs outside a policy",
        "a policy's block holds only rules",
        "put it outside the block; if the block should end above this line, its `}` is missing",
    )
}

/// `rule near: require …`, `error near: require …`, `near require …`, `near: warn require …`.
pub fn head(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first()?;
    let second = broken.token(1);
    let rest = |from: usize| broken.line.get(from..).map(str::trim).unwrap_or_default();
    let is_followed = second.is_some_and(|second| {
        !second.is(":") && matches!(second.kind, Kind::Word | Kind::String | Kind::Quoted)
    });
    if is_followed
        && matches!(first.text, "rule" | "error" | "assert" | "check" | "warning")
        && broken.at <= first.range.end + 1
    {
        let (message, help, instead) = match first.text {
            "warning" => (
                "a rule that only warns begins with `warn`".to_owned(),
                format!("write `warn {}`", rest(first.range.end)),
                "warn ",
            ),
            "error" => (
                "a rule is an error unless it begins with `warn`".to_owned(),
                format!("write `{}`", rest(first.range.end)),
                "",
            ),
            word => (
                format!(
                    "a rule begins with its name, or with `require`, `forbid`, `limit` or `oblige`, not with `{word}`"
                ),
                rule_forms(),
                "",
            ),
        };
        return fix(first, message, "not needed", help)?.instead_of(broken.with_blanks_after(first), instead);
    }
    if matches!(first.kind, Kind::String | Kind::Quoted) && second.is_some_and(|second| second.is(":")) {
        let help = "a name has the letters a to z, digits and `_`, with single `-` or `.` between them";
        return super::policies::unquoted(
            fix(first, "a rule's name is written without quotes", "quoted", help)?,
            first,
        );
    }
    let form = broken.form();
    if let (Some(warn), [name, colon, ..]) =
        (form.filter(|form| matches!(form.text, "warn" | "warning")), broken.tokens)
        && colon.is(":")
    {
        let help = format!("write `warn {}: {}`", name.text, rest(warn.range.end));
        return fix(warn, "`warn` belongs before the rule's name", "too late", help)?
            .instead_of(name.range.start..name.range.start, "warn ")?
            .instead_of(broken.with_blanks_after(warn), "");
    }
    // `near require …`
    let start = usize::from(first.is("warn"));
    let (name, next) = (broken.token(start)?, broken.token(start + 1)?);
    let lacks_colon = name.kind == Kind::Word
        && FORMS.contains(&next.text)
        && !FORMS.contains(&name.text)
        && foreign_form(name.text).is_none();
    if lacks_colon {
        let help = format!("write `{}: {}`", name.text, rest(next.range.start));
        return fix(name, "expected `:` after a rule's name", "`:` is missing after this", help)?
            .instead_of(name.range.end..name.range.end, ":");
    }
    None
}

/// `reqire disclosure`, `must disclosure`.
pub fn unknown_form(broken: &BrokenLine<'_>) -> Option<Wording> {
    let Some(form) = broken.form() else {
        return Some(Wording {
            range: broken.here(),
            message: "the rule is missing".into(),
            label: "expected a rule here".into(),
            help: rule_forms(),
            instead: Vec::new(),
        });
    };
    if FORMS.contains(&form.text) && !(form.is("warn") && broken.tokens.len() == 1) {
        return None;
    }
    let is_selector = kinds().any(|kind| kind == form.text)
        || form.kind == Kind::Tag
        || matches!(form.text, "=" | "(" | "any" | "not");
    if is_selector {
        let rest = broken.line.get(form.range.start..).map(str::trim_end).unwrap_or_default();
        let help = match rest.len() {
            0..=60 => format!("write `require {rest}`, or `forbid …` for what must not happen"),
            _ => "write `require` before it, or `forbid` for what must not happen".to_owned(),
        };
        return fix(
            form,
            "a rule begins with what it demands",
            "expected `require` or `forbid` before this",
            help,
        );
    }
    if form.is("warn") || form.kind != Kind::Word {
        return fix(form, "this is not a rule", "expected a rule here", rule_forms());
    }
    let near = foreign_form(form.text).or_else(|| nearest(form.text, FORMS.iter().copied()));
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => rule_forms(),
    };
    let wording = fix(form, format!("{} is not a form of rule", quote(form.text)), "unknown word", help)?;
    if let Some(near) = near { wording.instead(near) } else { Some(wording) }
}

fn foreign_form(word: &str) -> Option<&'static str> {
    Some(match word.to_ascii_lowercase().as_str() {
        "must" | "assert" | "ensure" | "need" | "needs" | "expect" | "shall" | "requires" | "always" => {
            "require"
        }
        "never" | "deny" | "disallow" | "prohibit" | "prevent" | "no" | "not" | "forbids" => "forbid",
        "max" | "maximum" | "atmost" | "cap" => "limit",
        "duty" | "obligation" | "obligates" | "obliges" => "oblige",
        _ => return None,
    })
}

/// `prior to`, `since` after `forbid`, `in 2 keys`, `if`.
pub fn clause(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word && broken.expects(Rule::end))?;
    let forbids = broken.form().is_some_and(|form| form.is("forbid"));
    let next = broken.tokens.iter().find(|token| token.range.start >= found.range.end);
    let has_date = next.is_some_and(|next| next.kind == Kind::Number && next.text.len() >= 4);
    let takes_no_date =
        |help: &str| fix(found, format!("{} takes no date", quote(found.text)), "a date follows it", help);
    let unknown = |help: &str| {
        fix(found, format!("{} is not a word of a rule", quote(found.text)), "unknown word", help)
    };
    // `prior to` and `starting from` count as one word.
    let word = found.range.start
        ..next.filter(|next| matches!(next.text, "to" | "of" | "from")).unwrap_or(found).range.end;
    let measures = broken
        .form()
        .filter(|form| form.is("limit"))
        .and_then(|form| broken.tokens.iter().find(|token| token.range.start >= form.range.end));
    let is_time = measures.is_some_and(|most| {
        most.text.ends_with(|letter: char| letter.is_ascii_alphabetic()) && most.kind == Kind::Number
    });
    match found.text {
        "after" | "since" | "following" if is_time => {
            unknown_of_limit(found, "write `from`, as in `limit 10s from A to B`")?.instead("from")
        }
        "before" | "until" | "till" | "til" if is_time && !has_date => {
            unknown_of_limit(found, "write `to`, as in `limit 10s from A to B`")?.instead("to")
        }
        "between" if is_time => unknown_of_limit(found, "write `limit 2s from A to B`"),
        "heard" => {
            unknown("write `&` before it: `@tag & heard`, or `@tag & heard in \"es\"`")?.instead("& heard")
        }
        "if" | "where" | "while" if next.is_some_and(|next| next.text.starts_with('@')) => unknown(
            "`when` compares facts, as in `when consent = \"none\"`; what comes before in a call is `forbid A after B`",
        ),
        "since" if has_date => {
            takes_no_date("for the rule's first day write `from 2026-01-01`")?.instead("from")
        }
        "since" if forbids => fix(
            found,
            "a `forbid` has no `since`",
            "this form has no such clause",
            "write `forbid A after B`",
        ),
        "since" => fix(
            found,
            "`since` belongs to a `before`",
            "no `before` precedes it",
            "write `require A before B since C`",
        ),
        "within" => fix(
            found,
            "`within` belongs to a `reachable from`",
            "this form has no such clause",
            "write `require A reachable from B within 2 keys`",
        ),
        "reachable" if forbids => fix(
            found,
            "a `forbid` has no `reachable`",
            "this form has no such clause",
            "write `forbid A after B`",
        ),
        "before" | "after" | "reachable" => fix(
            found,
            format!("this rule has a second {}", quote(found.text)),
            "one clause too many",
            "a rule has only one: write another rule for the second",
        ),
        "on" if forbids => {
            let path = broken.tokens.iter().find(|token| matches!(token.text, "path" | "paths"));
            let wording = fix(found, "a `forbid` always means every path", "not needed", "take it out")?;
            match path.filter(|path| path.range.start > found.range.end) {
                Some(path) => {
                    let blanks = broken.with_blanks(found.range.start..path.range.end);
                    let instead = if blanks.end == path.range.end { "" } else { " " };
                    wording.instead_of(blanks, instead)
                }
                None => Some(wording),
            }
        }
        "on" => fix(
            found,
            "`on` has no meaning here",
            "this form has no such clause",
            "write `require A on every path`, or `=NODE on 1` for a transition that is taken",
        ),
        "in" | "inside" if next.is_some_and(|next| next.kind == Kind::Number) => {
            unknown("write `within`, as in `reachable from B within 2 keys`")?.instead("within")
        }
        "to" | "till" | "til" | "through" if has_date => {
            takes_no_date("for the rule's last day write `until 2026-12-31`")?.instead("until")
        }
        "starting" | "effective" | "beginning" => {
            unknown("for the rule's first day write `from 2026-01-01`")?.instead_of(word, "from")
        }
        "prior" | "precedes" | "preceding" | "ahead" | "until" | "till" => {
            let wording = unknown("write `before`, as in `require A before B`")?;
            // `until` may mean something else than `before`.
            let is_unclear = matches!(found.text, "until" | "till");
            if is_unclear { Some(wording) } else { wording.instead_of(word, "before") }
        }
        "following" | "follows" | "then" | "behind" => {
            // `A then B` has the earlier step first.
            if found.is("then") {
                let help = "write `before`, as in `require A before B`, if A must come before B";
                return unknown(help)?.instead_of(word, "before");
            }
            unknown("write `after`, as in `require A after B`")?.instead_of(word, "after")
        }
        "if" | "unless" | "where" | "while" => {
            if !found.is("unless") {
                return unknown("write `when FACT = VALUE` at the rule's end")?.instead("when");
            }
            let wording = unknown("write `when not FACT = VALUE` at the rule's end")?;
            // What is behind an `and` may be meant to be turned round, too.
            let is_joined = broken.tokens.iter().any(|token| matches!(token.text, "and" | "or"));
            if is_joined { Some(wording) } else { wording.instead("when not") }
        }
        "always" | "everywhere" => unknown("write `on every path`")?.instead("on every path"),
        word => match nearest(word, CLAUSES.iter().copied()) {
            Some(near) => fix(
                found,
                format!("{} is not a word of a rule", quote(word)),
                "unknown word",
                format!("did you mean `{near}`?"),
            )?
            .instead(near),
            None if kinds().any(|kind| kind == word) => None,
            None => {
                let help = format!(
                    "a node is written `={word}`, a tag `@{word}`, joined by `|` and `&`; a clause begins with `before`, `after`, `when`, `from` or `until`"
                );
                unknown(&help)
            }
        },
    }
}

/// A word that a limit of time does not have.
fn unknown_of_limit(found: &Token<'_>, help: &str) -> Option<Wording> {
    let message = format!("a limit of time has no {}", quote(found.text));
    fix(found, message, "a time goes from something to something", help)
}

/// `on all paths`, `on each path`.
pub fn every_path(broken: &BrokenLine<'_>) -> Option<Wording> {
    let place = broken.tokens.windows(2).find(|two| match two {
        [on, word] => {
            on.is("on")
                && matches!(word.text, "all" | "each" | "any" | "every")
                && word.range.end + 1 >= broken.at
        }
        _ => false,
    });
    let [_, word] = place? else { return None };
    broken.form().filter(|form| !form.is("forbid"))?;
    let wording = fix(
        word,
        "write `on every path` for all paths",
        "not the language's words",
        "write `on every path`",
    )?;
    match broken.after(word).filter(|path| matches!(path.text, "path" | "paths")) {
        Some(path) => wording.instead_of(word.range.start..path.range.end, "every path"),
        None => Some(wording),
    }
}

/// `require agent on "busy"`: a condition behind a kind or a tag.
pub fn condition_of_many(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| matches!(found.kind, Kind::String | Kind::Number))?;
    let on = broken.before_found().filter(|before| before.is("on"))?;
    let picked = broken.tokens.iter().rev().find(|token| token.range.end <= on.range.start)?;
    let is_many = picked.kind == Kind::Tag || picked.is("any") || kinds().any(|kind| kind == picked.text);
    fix(
        found,
        "a condition follows the name of a node, and not a kind or a tag",
        "of which node?",
        format!("write `=NODE on {}`, or `require … on every path`", found.text),
    )
    .filter(|_| is_many)
}

/// `reachable by`, `within 2`, `within two keys`.
pub fn reach(broken: &BrokenLine<'_>) -> Option<Wording> {
    let before = broken.before_found()?;
    let (message, label, help, missing) = match before.text {
        "reachable" => (
            "expected `from` after `reachable`",
            "expected `from` here",
            "write `require A reachable from B within 2 keys`",
            Some("from"),
        ),
        "within" => ("`within` has no number", "expected a number here", "write `within 2 keys`", None),
        _ if broken.expects(Rule::kw_keys) => (
            "`within` counts keys",
            "expected `keys` here",
            "write `keys` after the number, as in `within 2 keys`",
            Some("keys"),
        ),
        _ => return None,
    };
    let instead = missing.map(|missing| match broken.found {
        Some(found) if matches!(found.text, "by" | "via" | "out" | "presses" | "digits" | "inputs") => {
            vec![(found.range.clone(), missing.to_owned())]
        }
        Some(found) => vec![(found.range.start..found.range.start, format!("{missing} "))],
        None => vec![(broken.here(), format!(" {missing}"))],
    });
    Some(Wording {
        range: broken.here(),
        message: message.into(),
        label: label.into(),
        help: help.into(),
        instead: instead.into_iter().collect(),
    })
}

/// `oblige At most …`.
pub fn duty(broken: &BrokenLine<'_>) -> Option<Wording> {
    let form = broken.form().filter(|form| form.is("oblige") && broken.expects(Rule::string))?;
    let Some(found) = broken.found else {
        return fix(
            form,
            "this `oblige` does not name a duty",
            "expected a text after this",
            "write `oblige \"TEXT\"`",
        );
    };
    let rest = broken.line.get(found.range.start..)?.trim_end();
    let help = if rest.len() <= 60 && !rest.contains('"') {
        format!("write `oblige \"{rest}\"`")
    } else {
        "write `oblige \"TEXT\"`".to_owned()
    };
    let range = found.range.start..found.range.start + rest.len();
    let is_plain = !rest.contains(['"', '\\', '$']);
    Some(Wording {
        instead: is_plain.then(|| vec![(range.clone(), format!("\"{rest}\""))]).into_iter().collect(),
        range,
        message: "a duty's text needs quotes".into(),
        label: "this has no quotes".into(),
        help,
    })
}

/// A `:` before the end of a rule.
pub fn sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| broken.place == LineContext::Policy && found.is(":"))?;
    fix(
        found,
        "`:` has no meaning here",
        "not needed",
        "a rule begins with its name and `:`, as in `near: require …`",
    )
}
