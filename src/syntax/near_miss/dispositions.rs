//! What is wrong around `dispositions` and `disposition`.

use super::{BrokenLine, Wording, fix};
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// A name, or what is one between quotes or backticks.
fn name_of<'t>(token: &Token<'t>) -> Option<&'t str> {
    let name = match token.kind {
        Kind::Word => token.text,
        Kind::String => token.text.strip_prefix('"')?.strip_suffix('"')?,
        Kind::Quoted => token.text.strip_prefix('`')?.strip_suffix('`')?,
        _ => return None,
    };
    is_name(name).then_some(name)
}

/// `dispositions [A, B]`, `dispositions A B`, `dispositions: A | B`, `dispositions "A"`, `disposition A`.
pub fn declared(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    let is_singular = first.is("disposition");
    if !(first.is("dispositions") || is_singular) || broken.token(1).is_some_and(|next| next.is("->")) {
        return None;
    }
    let rest = broken.tokens.get(1..)?;
    let is_between = |token: &Token<'_>| {
        token
            .text
            .chars()
            .all(|sign| matches!(sign, '[' | ']' | '{' | '}' | '(' | ')' | ',' | '|' | '=' | ':'))
            || matches!(token.text, "and" | "or")
    };
    let names: Vec<&str> = rest.iter().filter(|token| !is_between(token)).filter_map(name_of).collect();
    let others = rest.iter().filter(|token| !is_between(token)).count();
    // Whether two words are one name or lack their `,` only the author knows.
    let is_word = |token: &&Token<'_>| !is_between(token) && name_of(token).is_some();
    let apart = rest.windows(2).find_map(|pair| match pair {
        [one, two] if is_word(&one) && is_word(&two) => Some((one, two)),
        _ => None,
    });
    if let Some((one, two)) = apart.filter(|_| !is_singular && rest.iter().any(|token| token.is(","))) {
        let help =
            format!("write `{0}_{1}` if it is one name, or `{0}, {1}` if these are two", one.text, two.text);
        return fix(two, "dispositions are names of one word, with a `,` between each two", "apart", help);
    }
    let form =
        format!("dispositions {}", if names.is_empty() { "NAME, NAME".to_owned() } else { names.join(", ") });
    let place = if is_singular { Some(first) } else { broken.found };
    let (range, label) = match place {
        Some(_) if is_singular => (first.range.clone(), "the word for one that is given"),
        Some(found) => (found.range.clone(), "not like this"),
        None => (broken.here(), "expected a name"),
    };
    let message = match () {
        () if is_singular => "the words by which calls are reported are declared with `dispositions`",
        () if names.is_empty() => "`dispositions` names nothing",
        () => "dispositions are names, with a `,` between each two",
    };
    let wording = Wording {
        range,
        message: message.to_owned(),
        label: label.to_owned(),
        help: format!("write `{form}`"),
        instead: Vec::new(),
    };
    if names.is_empty() || names.len() != others {
        return Some(wording);
    }
    let end = broken.tokens.last().map_or(first.range.end, |last| last.range.end);
    wording.instead_of(first.range.start..end, form)
}

/// `disposition: X`, `disposition = X`, `disposition "X"`, `disposition` without a name, and the same in selectors.
pub fn name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let before = broken.before_found()?;
    let in_rule = broken.place == LineContext::Policy;
    let is_meant = before.is("disposition") || in_rule && matches!(before.text, "set" | "with");
    if !is_meant || !broken.expects(Rule::name) {
        return None;
    }
    let word = before.text;
    let Some(found) = broken.found else {
        return Some(Wording {
            range: broken.here(),
            message: format!("`{word}` lacks its name"),
            label: "expected a name".to_owned(),
            help: format!("write `{word} NAME`"),
            instead: Vec::new(),
        });
    };
    if matches!(found.text, "=" | ":") {
        let next = broken.after(found);
        let help = format!("write `{word} {}`", next.and_then(name_of).unwrap_or("NAME"));
        let wording = fix(found, format!("the name follows `{word}` directly"), "one sign too many", help)?;
        return match next.and_then(|next| Some((next, name_of(next)?))) {
            Some((next, name)) => wording.instead_of(
                broken.with_blanks(found.range.start..found.range.start).start..next.range.end,
                format!(" {name}"),
            ),
            None => Some(wording),
        };
    }
    let (what, help) = match before.text {
        "set" => ("a variable is written by its name, without quotes", "NAME"),
        "with" => ("a field is written by its name, without quotes", "NAME"),
        _ => ("a disposition is a name, without quotes", "NAME"),
    };
    match (found.kind, name_of(found)) {
        (Kind::String | Kind::Quoted, Some(name)) => {
            fix(found, what, "between quotes", format!("write `{word} {name}`"))?.instead(name)
        }
        (Kind::String | Kind::Quoted | Kind::Number, None) => {
            fix(found, what, "not a name", format!("write `{word} {help}`"))
        }
        _ => None,
    }
}

/// `a -> b disposition X on 9`: the condition comes first.
pub fn before_condition(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("on") && broken.place == LineContext::File)?;
    let before = before_place(broken);
    let [.., word, name] = before.as_slice() else { return None };
    if !word.is("disposition") {
        return None;
    }
    let condition = broken.line.get(found.range.start..)?.trim_end();
    let given = format!("{} {}", word.text, name.text);
    let whole = word.range.start..found.range.start + condition.len();
    let meant = format!("{condition} {given}");
    fix(found, "the condition comes before `disposition`", "not here", format!("write `{meant}`"))?
        .instead_of(whole, meant)
}

/// The tokens before the one that the grammar did not expect.
fn before_place<'a>(broken: &BrokenLine<'a>) -> Vec<&'a Token<'a>> {
    broken.tokens.iter().take_while(|token| token.range.end <= broken.at.max(1)).collect()
}

/// `-> a disposition X -> b`: it stands behind the last target.
pub fn in_a_chain(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("->"))?;
    let before = before_place(broken);
    let [.., word, name] = before.as_slice() else { return None };
    if !word.is("disposition") {
        return None;
    }
    fix(
        found,
        "a disposition belongs to the last arrow of a chain",
        "leads on from it",
        format!(
            "write `disposition {}` behind the last node, or the rest of the chain on a line of its own",
            name.text
        ),
    )
}

/// `on 9 disposition X -> stopped`: it stands behind the target.
pub fn before_arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.is("disposition") && broken.expects(Rule::arrow))?;
    let name = broken.after(found)?;
    let arrow = broken.after(name).filter(|arrow| arrow.is("->"))?;
    let given = format!("disposition {}", name.text);
    let wording = fix(
        found,
        "`disposition` stands behind the node that the arrow leads to",
        "not here",
        format!("write `-> NODE {given}`"),
    )?;
    let rest = broken.line.get(arrow.range.start..)?.trim_end();
    let has_more = broken.tokens.iter().any(|token| matches!(token.text, "again" | ";" | "}"));
    if has_more {
        return Some(wording);
    }
    let whole = found.range.start..arrow.range.start + rest.len();
    wording.instead_of(whole, format!("{rest} {given}"))
}

/// `test "x" -> a disposition X`: a test has a `=` there.
pub fn in_test(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| first.is("test") && broken.place == LineContext::File)?;
    let Some(found) = broken.found else {
        let last = broken.tokens.last().filter(|last| last.is("=") && broken.expects(Rule::name))?;
        let is_behind = broken.tokens.iter().any(|token| token.is("->"));
        return is_behind.then(|| Wording {
            range: last.range.clone(),
            message: "the test does not say what its call is reported as".to_owned(),
            label: "expected a disposition".to_owned(),
            help: "write `= NAME`".to_owned(),
            instead: Vec::new(),
        });
    };
    if found.is("disposition") && broken.expects(Rule::arrow) {
        let name = broken.after(found).map_or("NAME", |name| name.text);
        let message = "a test says with `=` what its call is reported as";
        return fix(found, message, "not in a test", format!("write `= {name}`"))?.instead("=");
    }
    let before = broken.before_found().filter(|before| before.is("="))?;
    let name = name_of(found).filter(|_| found.kind != Kind::Word && broken.expects(Rule::name))?;
    let is_behind = broken.tokens.iter().any(|token| token.is("->") && token.range.end < before.range.start);
    if !is_behind {
        return None;
    }
    fix(found, "a disposition is a name, without quotes", "between quotes", format!("write `= {name}`"))?
        .instead(name)
}

/// `on 9 -> stopped = X`: a transition has the word `disposition` there.
pub fn equals(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| {
        found.is("=") && (broken.expects(Rule::disposition) || broken.expects(Rule::kw_disposition))
    })?;
    let before = before_place(broken);
    let [.., arrow, _] = before.as_slice() else { return None };
    if !matches!(arrow.text, "->" | "else") || broken.first().is_some_and(|first| first.is("test")) {
        return None;
    }
    let name = broken.after(found).and_then(name_of)?;
    let message = "a transition says with `disposition` what a call is reported as";
    fix(found, message, "only in a test", format!("write `disposition {name}`"))?.instead("disposition")
}

/// `disposition X` on a line of its own in a block.
pub fn as_statement(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.is("disposition"))?;
    if broken.place != LineContext::Block || broken.tokens.iter().any(|token| token.is("->")) {
        return None;
    }
    let name = broken.token(1).and_then(name_of).unwrap_or("NAME");
    fix(
        first,
        "a disposition is no step of a node",
        "not on a line of its own",
        format!(
            "write `disposition {name}` in the node's header, before its `{{`, or behind the target of a branch"
        ),
    )
}
