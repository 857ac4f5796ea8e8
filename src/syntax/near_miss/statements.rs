//! Lines in the wrong place, or with parts in the wrong place.

use super::{BrokenLine, Wording, fix, kinds, meant};
use crate::diagnostics::quote;
use crate::flow::{self, Outcome, Verb};
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;
use crate::syntax::words::{STATEMENTS, form};

pub fn missing_on(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Block)?;
    let is_outcome = Outcome::from_word(first.text).is_some();
    let has_arrow = broken.tokens.iter().any(|token| token.is("->"));
    if !((first.kind == Kind::Number || is_outcome) && has_arrow) {
        return None;
    }
    fix(first, "a branch begins with `on`", "`on` is missing", format!("write `on {}`", broken.line.trim()))?
        .instead(format!("on {}", first.text))
}

pub fn statement_outside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken
        .first()
        .filter(|token| broken.place == LineContext::File && STATEMENTS.contains(&token.text))?;
    let second = broken.token(1);
    if matches!(first.text, "when" | "else") {
        return fix(
            first,
            format!("{} belongs in the block of a `decide`", quote(first.text)),
            "which node does this branch belong to?",
            "write `decide NAME { when NAME = VALUE -> NODE; else -> NODE }`",
        );
    }
    if first.is("set") {
        let line = broken.line.trim();
        let shown = if reads(Rule::statement_line, line) { line } else { "set NAME = VALUE" };
        return fix(
            first,
            "an action belongs in a node's block",
            "on which node's call?",
            format!(
                "write it into a node, as in `play NAME {{ {shown} }}`; a value that never changes is a `let`"
            ),
        );
    }
    if first.is("on") {
        let help = "put it inside the node's block, or write `NODE -> TARGET on 1`";
        return fix(
            first,
            "a branch belongs in a node's block",
            "which node does this branch belong to?",
            help,
        );
    }
    let is_only_action = !kinds().any(|kind| kind == first.text);
    if !(is_only_action && second.is_none_or(|token| token.kind == Kind::String)) {
        return None;
    }
    let kind = Verb::from_word(first.text).and_then(Verb::kind).map_or("play", flow::Kind::word);
    fix(
        first,
        "an action belongs in a node's block",
        "which node does this?",
        format!("write `{kind} NAME {{ {} }}`", broken.line.trim()),
    )
}

/// `else -> menu`, `default: menu`, `_ => menu`, and `* -> menu` in a node that collects no keys.
pub fn catch_all(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [word, rest @ ..] = broken.tokens else { return None };
    let kind = broken.inside.map(|inside| inside.kind);
    let is_star = word.is("*") && kind.is_some_and(|kind| kind != flow::Kind::Collect);
    if !(broken.place == LineContext::Block && (is_star || Outcome::is_catch_all_word(word.text))) {
        return None;
    }
    let arrow_end = rest
        .iter()
        .position(|token| !matches!(token.text, ":" | "->" | "=>" | "then" | "goto" | "--" | ">"))?;
    let [target] = rest.get(arrow_end..)? else { return None };
    let target = Some(target).filter(|target| matches!(target.kind, Kind::Word | Kind::Quoted))?;
    let message =
        format!("there is no {}: each branch names the keys and outcomes that take it", quote(word.text));
    let line = word.range.start..broken.line.trim_end().len();
    let Some(inside) = broken.inside else {
        let help = "name what is left, as in `on timeout | invalid -> NODE`; write `-> NODE` only in a node without other branches";
        return fix(word, message, "not a condition of the language", help);
    };
    let unhandled: Vec<&str> = inside.unhandled().collect();
    let whole = match (unhandled.as_slice(), inside.branches) {
        // Keys that no branch takes are reported as `invalid`.
        (_, false) => format!("-> {}", target.text),
        ([], true) if inside.kind.usual_outcomes().is_empty() => format!("-> {}", target.text),
        ([], true) => {
            let help = "every outcome of this node has a branch: take this one out";
            return fix(word, message, "every outcome is already taken", help);
        }
        (unhandled, true) => format!("on {} -> {}", unhandled.join(" | "), target.text),
    };
    fix(word, message, "not a condition of the language", format!("write `{whole}`"))?.instead_of(line, whole)
}

pub fn transition_inside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| {
        broken.place == LineContext::Block && matches!(token.kind, Kind::Word | Kind::Quoted)
    })?;
    broken.token(1).filter(|token| token.is("->"))?;
    fix(
        first,
        "a branch in a block does not name the node that it leaves",
        "another name before the arrow",
        "write `-> NODE` or `on 1 -> NODE` here; a transition from another node belongs outside the block",
    )
}

/// `agent sales "q"` in another node's block.
pub fn node_inside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [kind, name, ..] = broken.tokens else { return None };
    let is_node = broken.place == LineContext::Block
        && (kinds().any(|word| word == kind.text) || kind.is("node"))
        && matches!(name.kind, Kind::Word | Kind::Quoted);
    // `say Hello` and `collect Press 1` are texts without quotes.
    let is_text = broken.tokens.get(2).is_some_and(|token| matches!(token.kind, Kind::Word | Kind::Number))
        && !kind.is("node");
    // `play cdn` and `play https://…` are recordings without quotes.
    let is_media = matches!(kind.text, "play" | "collect")
        && broken.tokens.get(2).is_none_or(|third| third.kind == Kind::Signs && third.text.starts_with(':'));
    if !(is_node && !is_text && !is_media) {
        return None;
    }
    let help = if STATEMENTS.contains(&kind.text) {
        "put the node outside the block; an action has no name, as in `play \"https://…\"`"
    } else {
        "put the node outside the block, and lead to it with `-> NODE` or `on 1 -> NODE`"
    };
    fix(name, "a node belongs outside any block", "the name of a node?", help)
}

/// `on 1 -> play thanks { say "Thank you." }`, `-> agent desk "sales"`, `-> say "Thank you."`: more than a node's name
/// behind an arrow.
pub fn node_behind_arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.place == LineContext::Block)?;
    let word = broken.before_found().filter(|word| word.kind == Kind::Word)?;
    let arrow = broken.tokens.iter().rev().find(|token| token.range.end <= word.range.start)?;
    let before = broken.line.get(..arrow.range.start).filter(|_| arrow.is("->"))?.trim_end();
    let before = if before.is_empty() { String::new() } else { format!("{before} ") };
    let is_kind = kinds().any(|kind| kind == word.text) || word.is("node");
    if is_kind && matches!(found.kind, Kind::Word | Kind::Quoted) && !STATEMENTS.contains(&found.text) {
        let rest = broken.line.get(found.range.end..)?.trim();
        let rest = match rest {
            "" => String::new(),
            rest if rest.starts_with('{') => " { … }".to_owned(),
            rest if rest.len() <= 40 => format!(" {rest}"),
            _ => " …".to_owned(),
        };
        let help = format!(
            "write `{before}-> {1}` here, and `{0} {1}{rest}` on a line outside the block",
            word.text, found.text
        );
        return fix(word, "an arrow leads to a node by its name alone", "not here", help);
    }
    let is_action = STATEMENTS.get(3..).is_some_and(|actions| actions.contains(&word.text));
    if is_action && found.kind == Kind::String {
        let help = format!(
            "write `{before}-> NODE` here, and on a line outside the block a node that does it, as in `play NAME {{ {} … }}`",
            word.text
        );
        return fix(word, "an arrow leads to a node, not to an action", "not a node", help);
    }
    None
}

/// `on 1 { … }`.
pub fn block_inside_block(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.is("{") && broken.place == LineContext::Block)?;
    fix(
        found,
        "a block cannot hold another block",
        "opened inside a block",
        "write a separate node for what happens there, and lead to it: `on 1 -> NODE`",
    )
}

pub fn missing_name(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| {
        broken.place == LineContext::File && (kinds().any(|kind| kind == token.text) || token.is("node"))
    })?;
    match broken.token(1) {
        None => fix(
            first,
            format!("the `{}` node has no name", first.text),
            "expected a name after this",
            form(Some(first.text), broken.place).unwrap_or_default(),
        ),
        Some(second) if second.kind == Kind::String && is_name_in_quotes(broken, first, second) => {
            let name = second.text.strip_prefix('"')?.strip_suffix('"').filter(|name| is_name(name))?;
            fix(
                second,
                "a name is written without quotes",
                "quoted",
                format!("write `{} {name}`", first.text),
            )?
            .instead(name)
        }
        Some(second) if second.kind == Kind::String => fix(
            second,
            format!("the `{}` node has no name", first.text),
            "expected a name before this",
            format!("write `{} NAME {}`", first.text, second.text),
        ),
        Some(second) if second.kind == Kind::Number => fix(
            second,
            "a name begins with a letter or `_`",
            "begins with a digit",
            "begin it with a letter; if it is a platform id, put it between backticks",
        ),
        Some(_) => None,
    }
}

/// Whether a text behind a kind is the node's name: the kind takes none, or a URL, or there is a second one.
fn is_name_in_quotes(broken: &BrokenLine<'_>, kind: &Token<'_>, text: &Token<'_>) -> bool {
    let takes_none = matches!(kind.text, "disconnect" | "answer" | "decide");
    let takes_url = matches!(kind.text, "play" | "disclosure") && !text.text.contains(['.', '/']);
    takes_none || takes_url || broken.after(text).is_some_and(|next| next.kind == Kind::String)
}

/// `play hello disclosure {`: two kinds for a node.
pub fn second_kind(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [kind, name, second, ..] = broken.tokens else { return None };
    let is_kind = |token: &Token<'_>| kinds().any(|kind| kind == token.text);
    let fits = broken.place == LineContext::File && is_kind(kind) && is_kind(second) && !is_kind(name);
    if !(fits && broken.found?.range == second.range) {
        return None;
    }
    let help = format!("write `{0} {2}` or `{1} {2}`", kind.text, second.text, name.text);
    fix(second, "a node has only one kind", "a second one", help)
}

/// `every collect on 9 -> stopped -> bye`: a chain after an `every`.
pub fn every_chain(broken: &BrokenLine<'_>) -> Option<Wording> {
    let arrow = broken
        .found
        .filter(|found| found.is("->") && broken.first().is_some_and(|first| first.is("every")))?;
    let target = broken.before_found().filter(|target| matches!(target.kind, Kind::Word | Kind::Quoted))?;
    broken.tokens.iter().find(|token| token.is("->") && token.range.end <= target.range.start)?;
    let chain = broken.line.get(target.range.start..)?.trim_end();
    let help = format!("write `{chain}` on a line of its own");
    fix(arrow, "an `every` leads to only one node", "a second arrow", help)?
        .instead_of(target.range.end..target.range.end, format!("\n{}", target.text))
}

/// `every collect | agent on 9 -> x`: several kinds.
pub fn every_kinds(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [every, first, sign, second, rest @ ..] = broken.tokens else { return None };
    let is_kind = |token: &Token<'_>| kinds().any(|kind| kind == token.text);
    let fits = every.is("every")
        && is_kind(first)
        && is_kind(second)
        && matches!(sign.text, "|" | "," | "and" | "or" | "&" | "+" | "/" | "||");
    if !(fits && broken.found?.range == sign.range) {
        return None;
    }
    let help = format!("write a line for each kind: `every {} …`, `every {} …`", first.text, second.text);
    let wording = fix(sign, "an `every` is for one kind of node", "a second kind?", help)?;
    let begin = rest.first().filter(|next| next.is("on") || next.is("except"));
    let Some(rest) = begin.and_then(|begin| broken.line.get(begin.range.start..)) else {
        return Some(wording);
    };
    let rest = rest.trim_end();
    let lines = format!("every {} {rest}\nevery {} {rest}", first.text, second.text);
    wording.instead_of(0..broken.line.trim_end().len(), lines)
}

/// `with a = "x"; b = "y"`: the values after `with` continue after a `;`.
pub fn continued_with(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    let is_binding = first.is(",") || broken.token(1).is_some_and(|second| second.is("="));
    let before = broken.before.rsplit(';').nth(1).filter(|_| broken.before.trim_end().ends_with(';'))?;
    let has_with = before.trim_start().starts_with("include ") && before.contains(" with ");
    if !is_binding || !has_with {
        return None;
    }
    fix(
        first,
        "a `;` ends the include, but the values after `with` continue here",
        "after a `;`",
        "write `,` between the values, as in `with a = \"x\", b = \"y\"`",
    )
}

/// `lookup find with url = "…"; timeout = 8s {`: the fields after `with` continue after a `;`.
pub fn goes_on_behind_semicolon(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [name, sign, value, ..] = broken.tokens else { return None };
    let before = broken.before.trim_end().strip_suffix(';')?;
    let before = before.rsplit(';').next()?.trim_start();
    let is_field = name.kind == Kind::Word && sign.is("=");
    if !is_field || before.starts_with("include ") || !before.contains(" with ") {
        return None;
    }
    fix(
        name,
        "a `;` ends the statement, but the fields after `with` continue here",
        "after a `;`",
        format!("write `, {} = {}` in place of the `;`", name.text, value.text),
    )
}

/// `busy -> other`, `1 | 2 -> other`: a condition without its `on`.
pub fn is_condition(broken: &BrokenLine<'_>, token: &Token<'_>) -> bool {
    let is_event = token.kind == Kind::Number || Outcome::from_word(token.text).is_some();
    is_event && broken.after(token).is_some_and(|next| next.is("->") || next.is("|"))
}

pub fn condition_before_arrow(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [first, on, .., arrow, target] = broken.tokens else { return None };
    if !(broken.place == LineContext::File
        && on.is("on")
        && arrow.is("->")
        && matches!(first.kind, Kind::Word | Kind::Quoted)
        && !first.is("every"))
    {
        return None;
    }
    let condition = broken.line.get(on.range.start..arrow.range.start)?.trim();
    let help = format!("write `{} -> {} {condition}`", first.text, target.text);
    fix(on, "outside a block, the condition comes last", "before the arrow", help)?
        .instead_of(on.range.start..target.range.end, format!("-> {} {condition}", target.text))
}

/// `cdn = "https://…"`: a value without `let` or `param`.
pub fn value_alone(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [name, sign, value] = broken.tokens else { return None };
    let is_value = broken.place == LineContext::File
        && name.kind == Kind::Word
        && meant(name.text, LineContext::File) != Some(name.text)
        && sign.is("=")
        && matches!(value.kind, Kind::String | Kind::Number);
    if !is_value {
        return None;
    }
    let written = name.text;
    let help = format!("write `let {written} = …`, or `param {written} = …` if it may be set from outside");
    fix(name, "a value is declared with `let`", "`let` is missing", help)?
        .instead(format!("let {written}"))?
        .or_instead(format!("param {written}"))
}

/// `-> sales` at the top level: the rest of a chain, or a branch outside its block.
pub fn arrow_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken
        .first()
        .filter(|token| broken.place == LineContext::File && token.is("->") && broken.at < token.range.end)?;
    let line = broken.line.trim();
    fix(
        first,
        "a line cannot begin with an arrow",
        "from which node?",
        format!(
            "write `NODE {line}`, and a chain on one line; only inside a node's block is the name left out"
        ),
    )
}
