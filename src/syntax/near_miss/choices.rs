//! `if`, `switch`, comparisons and jumps, which other languages use to branch.

use super::decide_words::{comparator, constant};
use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::flow::{Outcome, is_key};
use crate::syntax::foreign_words::{Meaning, Place, meaning};
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// Words of other languages for the pressed key.
const INPUTS: &[&str] = &[
    "input",
    "digit",
    "digits",
    "key",
    "keys",
    "dtmf",
    "press",
    "pressed",
    "choice",
    "option",
    "number",
    "selection",
    "entry",
    "result",
    "value",
    "button",
    "event",
    "outcome",
];

const CONDITIONALS: &[&str] = &["if", "when", "case", "elif", "elsif", "elseif", "on"];

fn is_arrow(token: &Token<'_>) -> bool {
    matches!(token.text, "->" | "=>" | ":") || meaning(token.text, Place::Arrow).is_some()
}

/// `if input == 1 -> menu`, `case 1: menu`, `on key 1 -> menu`, `if (digit = "1") goto menu`.
pub fn compared_key(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken
        .first()
        .filter(|first| broken.place == LineContext::Block && CONDITIONALS.contains(&first.text))?;
    let mut rest = broken.tokens.iter().skip(1).filter(|token| !matches!(token.text, "(" | ")")).peekable();
    let input = rest.next_if(|token| INPUTS.contains(&token.text));
    let sign = rest.next_if(|token| matches!(token.text, "=" | "==" | "===" | "is" | "eq" | "equals" | ":"));
    let key = rest.next()?;
    let meant = match key.text.trim_matches(['"', '\'']) {
        "star" | "asterisk" if input.is_some() => "*",
        "pound" | "hash" if input.is_some() => "#",
        meant => meant,
    };
    let takes = is_key(meant) || Outcome::from_word(meant).is_some();
    if !(takes && (!first.is("on") || input.is_some() || sign.is_some())) {
        return None;
    }
    // There may be several arrow signs in a row, as in `: ->`.
    let mut arrows = 0;
    while rest.next_if(|token| is_arrow(token)).is_some() {
        arrows += 1;
    }
    let target = rest.next().filter(|target| matches!(target.kind, Kind::Word | Kind::Quoted))?;
    let behind = broken.line.get(target.range.end..)?.trim_end().trim_end_matches(')');
    let whole = format!("on {meant} -> {}{behind}", target.text);
    if arrows == 0 || !reads(Rule::statement_line, &whole) {
        return None;
    }
    let (shown, message) = match input.or(sign).filter(|_| first.is("on")) {
        Some(shown) => (shown, "a key or an outcome follows `on` directly"),
        None => (first, "a branch begins with `on`, and a key or an outcome follows directly"),
    };
    fix(shown, message, "this word is not part of a branch", format!("write `{whole}`"))?
        .instead_of(first.range.start..broken.line.trim_end().len(), whole)
}

/// `every collect on key 9 -> stopped`, `menu -> sales on key 1`.
pub fn word_before_key(broken: &BrokenLine<'_>) -> Option<Wording> {
    let key = broken.found.filter(|found| found.kind == Kind::Number && broken.place == LineContext::File)?;
    let [.., on, word] =
        broken.tokens.split_at(broken.tokens.iter().position(|token| token.range == key.range)?).0
    else {
        return None;
    };
    if !(matches!(on.text, "on" | "|") && INPUTS.contains(&word.text)) {
        return None;
    }
    fix(word, "the key follows `on` directly", "not needed", format!("write `on {}`", key.text))?
        .instead_of(broken.with_blanks_after(word), "")
}

/// `unless 1 -> menu`, `on not 1 -> menu`, `on != 1 -> menu`.
pub fn negation(broken: &BrokenLine<'_>) -> Option<Wording> {
    let after = |word: &str| {
        broken.tokens.windows(2).find_map(|two| match two {
            [on, next] if on.is(word) => Some(next),
            _ => None,
        })
    };
    let first = broken.first()?;
    let unless = Some(first).filter(|first| first.is("unless") && broken.place == LineContext::Block);
    let unless =
        unless.or_else(|| broken.found.filter(|found| found.is("unless") && broken.expects(Rule::kw_on)));
    let sign = after("on").filter(|next| {
        matches!(next.text, "not" | "!" | "!=" | "~" | "except") && broken.place != LineContext::Policy
    });
    let shown =
        unless.or(sign.filter(|sign| sign.range.end + 1 >= broken.at || broken.at <= sign.range.end + 2))?;
    fix(
        shown,
        "a condition cannot be negated: it names what takes the branch",
        "a negation",
        "list the keys and outcomes that take it, as in `on 2..9 | timeout | invalid -> NODE`",
    )
}

/// `on 1 when lang = "es" -> menu`, `on 1 and balance > 5 -> menu`: a key and a comparison.
pub fn second_condition(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| first.is("on") && broken.place == LineContext::Block)?;
    let is_joint = |token: &Token<'_>| matches!(token.text, "when" | "if" | "where" | "and" | "&&" | "&");
    let [key, joint, rest @ ..] = broken.tokens.get(1..)? else { return None };
    let arrow = rest.iter().position(is_arrow).filter(|_| is_joint(joint))?;
    let (compared, behind) = rest.split_at_checked(arrow)?;
    let is_comparison = matches!(compared, [name, sign, _, ..]
        if name.kind == Kind::Word && comparator(sign).is_some());
    let asks_hours =
        matches!(compared, [word, name] if matches!(word.text, "open" | "closed") && name.kind == Kind::Word);
    let target = behind.get(1).filter(|_| is_comparison || asks_hours)?;
    let start = compared.first()?.range.start;
    let condition = broken.line.get(start..compared.last()?.range.end)?;
    let help = format!(
        "lead to a `decide`: write `on {} -> NAME` here, and on a line outside the block `decide NAME {{ when {condition} -> {}; else -> NODE }}`",
        key.text, target.text
    );
    fix(joint, "only a `decide` compares values", "a second condition", help)
}

/// `if amount > 100 -> menu`, `on balance >= 5 -> menu`.
pub fn comparison(broken: &BrokenLine<'_>) -> Option<Wording> {
    // In a test, `= NAME` says what its call is reported as.
    if super::test_lines::is_test(broken) {
        return None;
    }
    let in_branch = match broken.place {
        LineContext::Block => broken.first().is_some_and(|first| CONDITIONALS.contains(&first.text)),
        LineContext::File => broken.tokens.iter().any(|token| token.is("on") && token.range.end <= broken.at),
        LineContext::Policy => false,
    };
    let sign = broken.tokens.iter().find(|token| {
        in_branch
            && token.kind == Kind::Signs
            && matches!(token.text, "=" | "==" | "===" | "!=" | "<" | ">" | "<=" | ">=" | "<>")
            && token.range.end > broken.at.saturating_sub(1)
    })?;
    // Behind the arrow of a branch, a sign belongs to something else.
    let mut above = broken.tokens.iter().rev().filter(|token| token.range.end <= sign.range.start);
    if above.find(|token| matches!(token.text, "->" | "on")).is_some_and(|last| last.is("->")) {
        return None;
    }
    let before = broken.tokens.iter().rev().find(|token| token.range.end <= sign.range.start)?;
    // In `on 1 > menu`, an arrow was probably meant.
    let is_value = before.kind == Kind::Word && Outcome::from_word(before.text).is_none() && !before.is("on");
    if !is_value {
        return None;
    }
    let end = broken
        .tokens
        .iter()
        .skip_while(|token| token.range.start < sign.range.end)
        .take_while(|token| !matches!(token.text, "->" | "=>" | "then" | "goto" | ":" | "{" | ")"))
        .map(|token| token.range.end)
        .last()
        .unwrap_or(sign.range.end);
    let written = broken.line.get(before.range.start..end)?.replace('"', "'");
    let help = format!(
        "a `decide` compares values, as in `decide NAME {{ when {} = VALUE -> NODE; else -> NODE }}`; put a comparison that your platform knows in quotes: `on \"{written}\" -> NODE`",
        before.text
    );
    fix(sign, "only a `decide` compares values", "not part of a condition", help)
}

/// `sorts: if balance > 100 then menu`, `sorts = balance > 100 ? menu : bye`: a node that compares, in another language.
pub fn named_branching(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [name, sign, rest @ ..] = broken.tokens else { return None };
    let is_named = broken.place == LineContext::File
        && matches!(name.kind, Kind::Word | Kind::Quoted)
        && matches!(sign.text, ":" | "=" | ":=" | "::");
    let word = rest.first().filter(|_| is_named)?;
    let is_word = matches!(word.text, "if" | "switch" | "case" | "match" | "when");
    let asks = rest.iter().find(|token| token.is("?"));
    if !is_word && asks.is_none() {
        return None;
    }
    let compared: Vec<&Token<'_>> = rest
        .iter()
        .skip(usize::from(is_word))
        .filter(|token| !matches!(token.text, "(" | ")"))
        .take_while(|token| !matches!(token.text, "then" | "?" | "->" | "=>" | "{" | ":"))
        .collect();
    let condition = match compared.as_slice() {
        [name, sign, value] => comparator(sign)
            .zip(constant(value))
            .map(|(sign, value)| format!("{} {} {value}", name.text, sign.word())),
        _ => None,
    };
    let condition = condition.unwrap_or_else(|| "NAME = VALUE".to_owned());
    let wrong = if is_word { word } else { asks? };
    let help = format!("write `decide {} {{ when {condition} -> NODE; else -> NODE }}`", name.text);
    fix(wrong, "a node that compares values is a `decide`", "not a word of the language", help).map(
        |wording| {
            let label = if is_word { wording.label } else { "not a sign of the language".to_owned() };
            Wording { label, ..wording }
        },
    )
}

/// `if … {`, `switch …`, `while …` at the top level, `switch …` inside a block.
pub fn control_word(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.kind == Kind::Word)?;
    // `if -> menu` is a transition of a node of that name.
    broken.token(1).filter(|second| !second.is("->"))?;
    let (help, place) = match broken.place {
        LineContext::File => (
            "write `NODE -> TARGET on 1`, or `on 1 -> TARGET` in the node's block, one line for each branch",
            Place::Declaration,
        ),
        LineContext::Block => ("write `on 1 -> NODE`, one line for each key or outcome", Place::Statement),
        LineContext::Policy => return None,
    };
    if meaning(first.text, place) != Some(Meaning::Control) {
        return None;
    }
    let help = match broken.place {
        LineContext::File => compared_by(broken, first).unwrap_or_else(|| help.to_owned()),
        _ => help.to_owned(),
    };
    let message = format!("a flow has no {}: branches say where the call goes", quote(first.text));
    fix(first, message, "not a word of the language", help)
}

/// `on 1 goto menu`, `on 1 then menu`, `menu -> sales if 1`.
pub fn jump(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word)?;
    let on = broken.tokens.iter().any(|token| token.is("on") && token.range.end <= broken.at);
    // `on 1 -> goto desk`: the arrow already says it.
    if let [.., arrow, word, _] =
        broken.tokens.split_at(broken.tokens.partition_point(|token| token.range.end <= found.range.end)).0
        && arrow.is("->")
        && meaning(word.text, Place::Arrow).is_some()
    {
        let message = format!("{} is not needed: the arrow says where the call goes", quote(word.text));
        return fix(word, message, "take it out", "write the node right after the arrow")?
            .instead_of(broken.with_blanks_after(word), "");
    }
    if broken.expects(Rule::arrow) && on && meaning(found.text, Place::Arrow).is_some() {
        let rest = broken.tokens.iter().skip_while(|token| token.range.start < found.range.start);
        let words: Vec<_> = rest.take_while(|token| is_arrow(token) || token.range == found.range).collect();
        let last = words.last()?;
        return fix(found, "expected an arrow after the condition", "not an arrow", "write `->`")?
            .instead_of(found.range.start..last.range.end, "->");
    }
    if broken.expects(Rule::arrow)
        && on
        && matches!(found.text, "if" | "when" | "where" | "while" | "and" | "but")
    {
        let help = "write keys and outcomes with `|` between them, as in `on 1 | 2 -> NODE`; put a comparison that your platform knows in quotes";
        return fix(found, "a branch has only one condition", "and a second one?", help);
    }
    let conditional = matches!(found.text, "if" | "when" | "case" | "for" | "upon" | "where");
    if let Some(wording) = compared_behind(broken, found).filter(|_| conditional) {
        return Some(wording);
    }
    if !(broken.place == LineContext::File && broken.expects(Rule::kw_on) && conditional) {
        return None;
    }
    fix(
        found,
        "a transition's condition begins with `on`",
        "this word is not part of a transition",
        "write `on`, as in `A -> B on 1`",
    )?
    .instead("on")
}

/// `a -> b when lang = "es"`, `a -> b if open office`: a comparison behind a transition.
fn compared_behind(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let [from, arrow, .., target, _] =
        broken.tokens.split_at(broken.tokens.partition_point(|token| token.range.end <= found.range.end)).0
    else {
        return None;
    };
    let name = broken.after(found).filter(|name| name.kind == Kind::Word)?;
    let sign = broken.after(name)?;
    let asks_hours = matches!(name.text, "open" | "closed") && sign.kind == Kind::Word;
    let fits = broken.place == LineContext::File && arrow.is("->");
    if !fits || !(asks_hours || comparator(sign).is_some()) {
        return None;
    }
    let condition = broken.line.get(name.range.start..)?.trim_end();
    let help = format!(
        "write `{} -> NAME`, and `decide NAME {{ when {condition} -> {}; else -> NODE }}`",
        from.text, target.text
    );
    fix(found, "only a `decide` compares values", "not part of a transition", help)
}

/// What to write for `if balance > 100 {`, `switch (balance) {` and `switch now {` outside any block.
fn compared_by(broken: &BrokenLine<'_>, first: &Token<'_>) -> Option<String> {
    let begins =
        matches!(first.text, "if" | "elif" | "elseif" | "unless" | "switch" | "case" | "match" | "when");
    let is_bracket = |token: &&Token<'_>| matches!(token.text, "(" | ")");
    let parts: Vec<&Token<'_>> = broken
        .tokens
        .iter()
        .skip(1)
        .filter(|token| !is_bracket(token))
        .take_while(|token| !matches!(token.text, "{" | ":" | "then" | "->" | "=>" | "goto"))
        .collect();
    let form = |name: &str, condition: &str| {
        format!("write `decide {name} {{ when {condition} -> NODE; else -> NODE }}`")
    };
    match parts.as_slice() {
        _ if !begins => None,
        [name, sign, value] if name.kind == Kind::Word => {
            let compared = comparator(sign)?;
            let value = constant(value)?;
            Some(form("NAME", &format!("{} {} {value}", name.text, compared.word())))
        }
        [word, hours] if matches!(word.text, "open" | "closed") && hours.kind == Kind::Word => {
            Some(form("NAME", &format!("{} {}", word.text, hours.text)))
        }
        [name] if name.kind == Kind::Word => Some(form("NAME", &format!("{} = VALUE", name.text))),
        // `if 1 { … }` is about a key.
        [key] if key.kind == Kind::Number => None,
        _ => Some(form("NAME", "NAME = VALUE")),
    }
}
