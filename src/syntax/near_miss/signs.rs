//! Signs of other languages: arrows, separators, and signs between a word and its value.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;
use crate::syntax::words::{self, OPTIONS};

/// `entry = start`, `flow: "Reminder"`.
pub fn equals_after_keyword(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| {
        broken.place == LineContext::File && matches!(token.text, "flow" | "description" | "entry")
    })?;
    let sign = broken.token(1).filter(|token| token.is("=") || token.is(":"))?;
    let value =
        broken.line.get(sign.range.end..).map(str::trim).filter(|value| !value.is_empty()).unwrap_or("…");
    takes_no(broken, first, sign, value)
}

/// The wording for a sign between a word and its value.
fn takes_no(broken: &BrokenLine<'_>, word: &Token<'_>, sign: &Token<'_>, value: &str) -> Option<Wording> {
    let message = format!("`{}` takes no `{}`", word.text, sign.text);
    fix(sign, message, "not needed", format!("write `{} {value}`", word.text))?
        .instead_of(broken.with_blanks(sign.range.clone()), " ")
}

pub fn other_arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.kind == Kind::Signs)?;
    let is_arrow = matches!(
        found.text,
        "=>" | "-->"
            | "==>"
            | "~>"
            | "->>"
            | ">"
            | ">>"
            | "=->"
            | "-"
            | "--"
            | "->->"
            | "-=>"
            | "<-"
            | "<--"
            | "<="
            | "<"
    );
    // `on 1 = menu`
    let is_equals = found.is("=")
        && broken.place == LineContext::Block
        && broken.first().is_some_and(|first| first.is("on"))
        && broken.before_found().is_some_and(|key| key.kind == Kind::Number);
    let is_arrow = is_arrow || is_equals;
    let begins_branch = broken.place == LineContext::Block && found.range.start == 0;
    if !((broken.expects(Rule::arrow) || begins_branch) && is_arrow) {
        return None;
    }
    if broken.place == LineContext::File && matches!(found.text, "<-" | "<--" | "<=" | "<") {
        return fix(
            found,
            "an arrow points from left to right",
            "not an arrow of the language",
            "write `A -> B` if the call goes from A to B",
        );
    }
    fix(
        found,
        format!("{} is not an arrow", quote(found.text)),
        "not an arrow of the language",
        "write `->`",
    )?
    .instead_of_each(broken.alike(found), |_| "->".to_owned())
}

pub fn comma_for_bar(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found =
        broken.found.filter(|token| matches!(token.text, "," | "||" | "or" | "/" | "+" | "&" | "&&"))?;
    if !(broken.expects(Rule::bar) || found.is("||")) {
        return None;
    }
    fix(
        found,
        "alternatives are separated by `|`",
        "not a separator",
        "write `|`, as in `on timeout | invalid -> NODE`",
    )?
    .instead_of_each(broken.alike(found), |comma| bar(broken, comma))
}

/// A `|` with a blank on either side.
fn bar(broken: &BrokenLine<'_>, instead_of: &Token<'_>) -> String {
    let blanks = broken.with_blanks(instead_of.range.clone());
    let before = if blanks.start == instead_of.range.start { " " } else { "" };
    let after = if blanks.end == instead_of.range.end { " " } else { "" };
    format!("{before}|{after}")
}

/// `on 1-5`, `on 1...5`, `on 1 to 5`.
pub fn range_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    if !(broken.expects(Rule::condition)
        || broken.expects(Rule::pick_condition)
        || broken.expects(Rule::key)
        || broken.expects(Rule::dots))
    {
        return None;
    }
    let is_range = |[from, sign, to]: &[Token<'_>; 3]| {
        from.kind == Kind::Number
            && matches!(sign.text, "-" | "–" | "..." | "…" | "to")
            && to.kind == Kind::Number
            && to.range.end > broken.at
    };
    let mut ranges =
        broken.tokens.windows(3).filter_map(|three| three.first_chunk()).filter(|three| is_range(three));
    let [from, sign, to] = ranges.next()?;
    if super::test_lines::is_test(broken) {
        return super::test_lines::range(sign);
    }
    let wording = fix(
        sign,
        "a range is written with two dots",
        "not a range",
        format!("write `{}..{}`", from.text, to.text),
    )?;
    let mut signs = std::iter::once(sign).chain(ranges.map(|[_, sign, _]| sign));
    signs.try_fold(wording, |wording, sign| wording.instead_of(broken.with_blanks(sign.range.clone()), ".."))
}

/// `a -> b, c`.
pub fn several_targets(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| matches!(token.text, "," | "|" | "||" | "&" | "and" | "or"))?;
    let after_target = broken.expects(Rule::arrow)
        && broken.tokens.iter().any(|token| token.is("->") && token.range.end <= broken.at);
    if !after_target {
        return None;
    }
    fix(
        found,
        "an arrow leads to only one node",
        "a second one?",
        "give each branch its own line and condition, as in `menu -> sales on 1`; a chain is `A -> B -> C`",
    )
}

pub fn colon(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.is(":") || token.is(":-") || token.is(":->"))?;
    if broken.expects(Rule::arrow)
        && broken.tokens.iter().any(|token| token.is("on") && token.range.end <= broken.at)
    {
        let wording = fix(found, "expected an arrow after the condition", "not an arrow", "write `->`")?;
        let arrow = broken.after(found).is_some_and(|next| next.is("->"));
        return match arrow {
            true => wording.instead_of(broken.with_blanks(found.range.clone()), " "),
            false => wording.instead_of(broken.with_blanks(found.range.clone()), " -> "),
        };
    }
    let blanks = broken.with_blanks(found.range.clone());
    let (help, range, instead) = match words::form(broken.first().map(|token| token.text), broken.place) {
        Some(form) if broken.expects(Rule::equals) => (form, blanks, " = "),
        _ if broken.tokens.last().is_some_and(|last| last.range == found.range)
            && (broken.expects(Rule::open) || yaml_header(broken).is_some()) =>
        {
            let help = yaml_header(broken)
                .unwrap_or_else(|| "take it out; write a block between `{` and `}`".to_owned());
            return fix(found, "`:` has no meaning here", "not needed", help);
        }
        _ => ("take it out".to_owned(), blanks, " "),
    };
    fix(found, "`:` has no meaning here", "not needed", help)?.instead_of(range, instead)
}

/// What to write for `agent:` or `desk:` alone on a line, as YAML has it.
fn yaml_header(broken: &BrokenLine<'_>) -> Option<String> {
    let [word, _] = broken.tokens else { return None };
    if broken.place != LineContext::File || word.kind != Kind::Word {
        return None;
    }
    let Some(form) = words::form(Some(word.text), broken.place) else {
        return Some(format!(
            "a node's line begins with its kind, as in `agent {0} \"QUEUE\"` or `play {0} {{ say \"TEXT\" }}`",
            word.text
        ));
    };
    Some(format!("{form}: each is a line of its own, and a block stands between `{{` and `}}`"))
}

/// `include "menus.cxflow" as es with a = 1 with b = 2`.
pub fn second_with(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|token| token.is("include"))?;
    let found = broken.found.filter(|token| token.is("with"))?;
    broken.tokens.iter().find(|token| token.is("with") && token.range.end <= found.range.start)?;
    fix(found, "an include has one `with`", "a second one", "write `,` in its place")?
        .instead_of(broken.with_blanks(found.range.clone()), ", ")
}

/// `include "menus.cxflow" with queue = "sales"`, `include "menus.cxflow" with queue = "sales" as es`.
pub fn with_without_prefix(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|token| token.is("include"))?;
    let found = broken.found.filter(|token| token.is("with"))?;
    let as_ = broken.tokens.iter().find(|token| token.is("as") && token.range.start >= found.range.end);
    if let Some((as_, name)) = as_.and_then(|as_| Some((as_, broken.after(as_)?))) {
        let values = broken.line.get(found.range.start..as_.range.start)?.trim_end();
        let prefix = broken.line.get(as_.range.start..name.range.end)?;
        let help = format!("write `{prefix} {values}`");
        let whole = found.range.start..name.range.end;
        return fix(as_, "the name of an instance comes before `with`", "not here", help)?
            .instead_of(whole, format!("{prefix} {values}"));
    }
    let path = broken.token(1).filter(|path| path.kind == Kind::String);
    let (path, rest) =
        (path.map_or("\"PATH\"", |path| path.text), broken.line.get(found.range.start..)?.trim_end());
    let help = match path.len() + rest.len() {
        0..=80 => format!("write `include {path} as NAME {rest}`"),
        _ => format!("write `include {path} as NAME with …`"),
    };
    let message = "`with` gives an instance its values and exits";
    fix(found, message, "what is the instance's name?", help)
}

/// A sign such as `,` on a line of its own or at the end of a line.
pub fn sign_alone(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [only] = broken.tokens else { return None };
    if !matches!(only.text, "," | "." | ":" | "|") {
        return None;
    }
    fix(only, format!("{} has no meaning here", quote(only.text)), "not needed", "take it out")
}

/// `include "menus.cxflow" as es with { queue = "sales" }`.
pub fn with_braces(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|token| token.is("include"))?;
    let open = broken.found.filter(|token| matches!(token.text, "{" | "(" | "["))?;
    broken.before_found().filter(|before| before.is("with"))?;
    let help = "write `with NAME = \"VALUE\"`, and a `,` between several";
    let wording = fix(open, "the values after `with` are written without brackets", "not needed", help)?;
    let close = broken.tokens.last().filter(|last| matches!(last.text, "}" | ")" | "]"))?;
    wording
        .instead_of(broken.with_blanks_after(open), "")?
        .instead_of(broken.with_blanks(close.range.clone()).start..close.range.end, "")
}

pub fn option_value_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.is("=") || token.is(":"))?;
    let before = broken.before_found().filter(|token| OPTIONS.contains(&token.text))?;
    let value = broken.tokens.iter().find(|token| token.range.start >= found.range.end);
    // `6..10` is one value.
    let value = value.map_or("…", |token| match token.kind {
        Kind::Number => broken
            .line
            .get(token.range.start..)
            .and_then(|rest| rest.split([' ', '\t', '{']).next())
            .unwrap_or(token.text),
        _ => token.text,
    });
    takes_no(broken, before, found, value)
}

/// `every collect except pin on …`.
pub fn pick_without_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken
        .found
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Quoted) && broken.expects(Rule::exception))?;
    let name = found.text;
    fix(
        found,
        "an exception is written as a node or a tag",
        "which of the two?",
        format!("write `={name}` for the node, `@{name}` for the tag"),
    )?
    .instead(format!("={name}"))?
    .or_instead(format!("@{name}"))
}
