//! Selectors: words and signs of other languages, and missing parts.

use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::flow::Outcome;
use crate::syntax::foreign_words::{Place, own_word};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{CLAUSES, nearest_kind};

/// The help for how a selector is written.
const SELECTOR: &str = "a rule picks nodes by a kind such as `agent`, a node `=NAME`, a tag `@tag` or `any`";

impl BrokenLine<'_> {
    /// Whether the grammar expects a kind, a node or a tag.
    fn expects_operand(&self) -> bool {
        self.expects(Rule::selector) || self.expects(Rule::opening)
    }

    /// Whether the grammar expects `|` or `&`.
    fn expects_operator(&self) -> bool {
        self.expects(Rule::bar) || self.expects(Rule::and)
    }
}

/// `!`, `~` and other signs for a negation.
fn is_negation(token: &Token<'_>) -> bool {
    matches!(token.text, "!" | "~" | "-" | "¬") || (token.kind == Kind::Signs && token.text.contains('!'))
}

/// `a and b`, `a || b`, `a, b`.
pub fn join_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| {
        broken.expects_operator() || (broken.expects_operand() && matches!(found.text, "&&" | "||"))
    })?;
    let (help, meant) = match found.text {
        "&&" => ("write `&` for nodes that are both", Some("&")),
        // `forbid @a and @b` means either of them, as often as not.
        "and" | "AND" => ("write `|` for either of the two, `&` for nodes that are both", None),
        "or" | "OR" | "||" | "/" => ("write `|` for either of the two", Some("|")),
        "," | "+" => ("write `|` for either of the two, `&` for nodes that are both", None),
        "but" | "except" | "without" | "minus" => ("write `& not`, as in `agent & not @vip`", Some("& not")),
        _ => return None,
    };
    let message = format!("{} cannot join selectors", quote(found.text));
    if let Some(wording) = two_kinds(broken, found, &message) {
        return Some(wording);
    }
    let wording = fix(found, message, "selectors are joined with `|` and `&`", help)?;
    match meant {
        Some(meant) => broken.alike(found).try_fold(wording, |wording, token| {
            wording.instead_of(broken.with_blanks(token.range.clone()), format!(" {meant} "))
        }),
        None => Some(wording),
    }
}

/// `before agent and callback`: no node is of two kinds, so that either of them is meant.
fn two_kinds(broken: &BrokenLine<'_>, found: &Token<'_>, message: &str) -> Option<Wording> {
    let is_kind = |token: &&Token<'_>| kinds().any(|kind| kind == token.text);
    matches!(found.text, "and" | "AND" | "&&").then_some(())?;
    broken.before_found().filter(is_kind)?;
    broken.after(found).filter(is_kind)?;
    let label = "selectors are joined with `|` and `&`";
    // Behind the form of a rule, each of them may be meant to be there.
    let is_asked = broken.tokens.iter().any(|token| {
        matches!(token.text, "before" | "after" | "since" | "to" | "from")
            && token.range.end <= found.range.start
    });
    if !is_asked && broken.form().is_some_and(|form| form.is("require")) {
        let help = "write a rule for each, or `|` if either of the two is enough: no node is of two kinds";
        return fix(found, message, label, help);
    }
    fix(found, message, label, "write `|`: no node is of two kinds")?
        .instead_of(broken.with_blanks(found.range.clone()), " | ")
}

/// `!agent`, `@a &! @b`.
pub fn negation(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken
        .found
        .filter(|found| (broken.expects_operand() || broken.expects_operator()) && is_negation(found))?;
    let sign = found.text.trim_start_matches(['&', '|']).trim_end_matches('=');
    let help = match found.text {
        "!=" => "write `not`, as in `not =menu`",
        _ => "write `not`, as in `not agent`",
    };
    let message =
        format!("{} cannot negate a selector", quote(if sign.is_empty() { found.text } else { sign }));
    let wording = fix(found, message, "not a sign of a selector", help)?;
    let instead = match found.text {
        "!" | "~" | "¬" => "not ",
        "!=" => "not =",
        "&!" => "& not ",
        "|!" => "| not ",
        _ => return Some(wording),
    };
    wording.instead_of(broken.with_blanks_after(found), instead)
}

/// `@ tag`, `= =menu`, `"menu"`, `` `menu 1` ``.
pub fn tag_apart(broken: &BrokenLine<'_>) -> Option<Wording> {
    let tag = broken.found.filter(|token| broken.expects_operand() && token.is("@"))?;
    let next = broken.tokens.iter().find(|token| token.range.start >= tag.range.end);
    match next.filter(|next| next.kind == Kind::Word && next.range.start > tag.range.end) {
        Some(next) => fix(
            tag,
            "write a tag in one piece",
            "nothing may come between `@` and the name",
            format!("write `@{}`", next.text),
        )?
        .instead_of(tag.range.start..next.range.end, format!("@{}", next.text)),
        None => fix(tag, "the tag has no name", "expected a name right after this", "write `@tag`"),
    }
}

/// A missing kind, node or tag.
pub fn missing(broken: &BrokenLine<'_>) -> Option<Wording> {
    if !broken.expects_operand() {
        return None;
    }
    let before = broken.before_found()?;
    let message = match before.text {
        "(" => "these parentheses are empty".to_owned(),
        word => format!("nothing follows {}", quote(word)),
    };
    let is_clause = |found: &Token<'_>| {
        CLAUSES.contains(&found.text) || matches!(found.text, "|" | "&" | ")" | "||" | "&&")
    };
    match broken.found {
        None => {}
        Some(found) if is_clause(found) || found.is("}") => {}
        Some(_) => return None,
    }
    Some(Wording {
        range: broken.here(),
        message,
        label: "expected a selector here".into(),
        help: SELECTOR.into(),
        instead: Vec::new(),
    })
}

/// `==menu`, `= before agent`.
pub fn node_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    if found.kind == Kind::Signs && found.text.starts_with("==") && broken.expects(Rule::name) {
        return fix(found, "a node is written with one `=` before it", "more than one `=`", "write `=NODE`")?
            .instead_of(broken.with_blanks_after(found), "=");
    }
    let word =
        broken.before_found().filter(|word| broken.expects_operator() && CLAUSES.contains(&word.text))?;
    let sign =
        broken.tokens.iter().rev().find(|token| token.range.end < word.range.start && token.is("="))?;
    let is_adjacent = broken.line.get(sign.range.end..word.range.start)?.trim().is_empty();
    if !is_adjacent {
        return None;
    }
    fix(sign, "no node follows the `=`", "expected a name right after this", "write `=NODE`")
}

/// `agents`, `disclosure_node`, `"menu"`.
pub fn unknown_pick(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects_operand())?;
    match found.kind {
        Kind::String => {
            let inner = found.text.trim_matches('"');
            let help = format!("{SELECTOR}: write `={0}` for the node, `@{0}` for the tag", pick_name(inner));
            let wording = fix(found, "a rule names nodes, tags and kinds without quotes", "quoted", help)?;
            return match pick_name(inner) {
                name if name == inner => node_or_tag(wording, name),
                _ => Some(wording),
            };
        }
        Kind::Quoted => {
            let help = format!("write `={}` for the node", found.text);
            return fix(
                found,
                "a node in a rule is written with `=` before it",
                "this has no `=` before it",
                help,
            )?
            .instead(format!("={}", found.text));
        }
        Kind::Number => {
            let help = "a key belongs to a node: write `=NODE on 1`";
            return fix(found, format!("{} is not a selector", quote(found.text)), "not a selector", help);
        }
        Kind::Signs if matches!(found.text, "[" | "{") => {
            let message = format!("{} cannot group selectors", quote(found.text));
            let brackets = broken.tokens.iter().filter(|token| matches!(token.text, "[" | "]" | "{" | "}"));
            return fix(found, message, "not a sign of a selector", "write `(` and `)`")?
                .instead_of_each(brackets, |bracket| {
                    if matches!(bracket.text, "[" | "{") { "(" } else { ")" }.to_owned()
                });
        }
        Kind::Word => {}
        _ => return None,
    }
    let word = found.text;
    if Outcome::from_word(word).is_some() {
        let help = format!("write `=NODE on {word}`");
        return fix(found, format!("{} happens at a node", quote(word)), "at which node?", help);
    }
    let near = nearest_kind(word);
    let help = match (own_word(word, Place::Selector), near) {
        (Some(meant), _) => format!("write `{meant}`"),
        (None, Some(near)) => {
            format!(
                "did you mean `{near}`? A node is written `={word}`, a tag `@{word}`, a kind of your own `kind {word}`"
            )
        }
        (None, None) => format!(
            "a kind that a `kind` declares is written `kind {word}`, a node `={word}`, a tag `@{word}`; the kinds of the language are {}",
            kinds().collect::<Vec<_>>().join(", ")
        ),
    };
    let message = format!("{} is not a kind of node", quote(word));
    let wording = fix(found, message, "expected a kind, `=NODE`, `@tag` or `any` here", help)?;
    match (own_word(word, Place::Selector), near) {
        // A single word, not a choice between several.
        (Some(meant), _) if !meant.contains('`') => wording.instead(meant),
        (Some(_), _) => Some(wording),
        (None, Some(near)) => node_or_tag(wording.instead(near)?, word)?.or_instead(format!("kind {word}")),
        (None, None) => node_or_tag(wording.instead(format!("kind {word}"))?, word),
    }
}

/// Offers a name as a node and as a tag.
fn node_or_tag(wording: Wording, name: &str) -> Option<Wording> {
    wording.or_instead(format!("={name}"))?.or_instead(format!("@{name}"))
}

/// A text if it is a name, or else `NAME`.
fn pick_name(text: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    if !text.is_empty() && text.bytes().all(plain) { text } else { "NAME" }
}

/// `agent callback`, `agent (@a)`: two selectors with nothing between them.
pub fn side_by_side(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects_operator())?;
    let begins = matches!(found.text, "(" | "not" | "any" | "=")
        || (found.kind == Kind::Tag && found.text.len() > 1)
        || found.kind == Kind::Quoted
        || kinds().any(|kind| kind == found.text);
    if !begins {
        return None;
    }
    fix(
        found,
        "there is nothing between two selectors",
        "expected `|` or `&` before this",
        "write `|` for either of the two, `&` for nodes that are both",
    )
}

/// `=menu on`, `=menu on key 1`, `=menu on @a`.
pub fn condition(broken: &BrokenLine<'_>) -> Option<Wording> {
    let before =
        |index: usize| broken.tokens.iter().rev().filter(|token| token.range.end <= broken.at).nth(index);
    if let (Some(key), Some(word), Some(on)) = (broken.found, before(0), before(1))
        && key.kind == Kind::Number
        && matches!(word.text, "key" | "keys" | "press" | "input" | "digit")
        && on.is("on")
    {
        let help = format!("write `on {}`", key.text);
        return fix(word, "the key follows `on` directly", "not needed", help)?
            .instead_of(broken.with_blanks_after(word), "");
    }
    broken.before_found().filter(|before| broken.expects(Rule::pick_condition) && before.is("on"))?;
    let Some(found) = broken.found else {
        return Some(Wording {
            range: broken.here(),
            message: "`on` has no condition".into(),
            label: "expected a key or an outcome here".into(),
            help: "write `=NODE on 1` or `=NODE on timeout`; for every path write `on every path`".into(),
            instead: Vec::new(),
        });
    };
    fix(
        found,
        format!("{} is not a condition", quote(found.text)),
        "expected a key or an outcome here",
        "write `=NODE on 1`, `=NODE on timeout` or a quoted condition",
    )
}
