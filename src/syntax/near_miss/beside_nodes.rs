//! Branches and actions in the first line of a node, beside its name.

use super::statements::is_condition;
use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::flow;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{LineContext, STATEMENTS};

/// `collect menu "…" on 1 -> sales`, `play hello "…" -> menu`.
pub fn branch_beside_node(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [kind, name, ..] = broken.tokens else { return None };
    let is_node =
        broken.place == LineContext::File && (kinds().any(|word| word == kind.text) || kind.is("node"));
    let found = broken.found.filter(|token| {
        let is_branch = token.is("->") || token.is("on") || is_condition(broken, token);
        is_node && token.range.start >= name.range.end && is_branch
    })?;
    if let Some(wording) = sign_in_header(broken, found) {
        return Some(wording);
    }
    let rest = broken.line.get(found.range.start..)?.trim_end();
    // The node's block begins behind it.
    let mut branch = rest.strip_suffix('{').unwrap_or(rest).trim().to_owned();
    let opens = rest.ends_with('{');
    let written = branch.len();
    if is_condition(broken, found) {
        branch.insert_str(0, "on ");
    }
    let help = if opens {
        format!("write `{branch}` in the block")
    } else if found.is("->") {
        format!("write `{} {branch}` on a line of its own, or `{{ {branch} }}`", name.text)
    } else {
        format!("write `{{ {branch} }}`")
    };
    let wording = fix(found, "a node's branches belong in its block", "not here", help)?;
    let from = found.range.start;
    if opens || branch.contains(['{', '}', ';']) || branch.contains("//") {
        return Some(wording);
    }
    wording.instead_of(from..from + written, format!("{{ {branch} }}"))
}

/// `collect ask "…" digits 6..8 -> account {`, `agent desk -> "sales" {`: an arrow in a node's header that leads to no
/// node.
fn sign_in_header(broken: &BrokenLine<'_>, found: &Token<'_>) -> Option<Wording> {
    let value = broken.after(found).filter(|_| found.is("->"))?;
    if value.kind == Kind::String {
        let message = "the text follows the node's name directly";
        return fix(found, message, "not needed", "take it out")?
            .instead_of(broken.with_blanks(found.range.clone()), " ");
    }
    let digits = broken.tokens.iter().any(|token| token.is("digits") && token.range.end <= found.range.start);
    broken.after(value).filter(|next| digits && next.is("{") && value.kind == Kind::Word)?;
    let help = format!("write `into {}` for the variable that the digits become", value.text);
    fix(found, "the digits of a prompt go `into` a variable", "not `into`", help)?
        .instead_of(found.range.start..value.range.end, format!("into {}", value.text))
}

/// `disconnect bye say "Bye."`, `agent desk route "q"`: an action beside the node's name.
pub fn action_beside_node(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [kind, name, word, ..] = broken.tokens else { return None };
    let own = flow::Kind::from_word(kind.text);
    let is_node = broken.place == LineContext::File && (own.is_some() || kind.is("node"));
    let is_name = matches!(name.kind, Kind::Word | Kind::Quoted);
    let is_action = !word.is("on") && STATEMENTS.contains(&word.text);
    if !(is_node && is_name && is_action && broken.found?.range == word.range) {
        return None;
    }
    let action = broken.line.get(word.range.start..)?.trim_end();
    let has_text = broken.after(word).is_some_and(|next| next.kind == Kind::String);
    // The node's own action.
    let is_own = own.and_then(flow::Kind::directive).is_some_and(|directive| directive.word() == word.text);
    if is_own && has_text {
        let help = format!("write the text right after `{}`", name.text);
        let message = format!("{} does `{}` by itself", quote(kind.text), word.text);
        return fix(word, message, "not needed", help)?.instead_of(broken.with_blanks_after(word), "");
    }
    let fits = reads(Rule::statement_line, action) && !action.contains(['{', '}', ';']);
    let shown = if fits && action.len() <= 60 { action } else { "say \"TEXT\"" };
    let help = format!("write `{{ {shown} }}`");
    let wording = fix(word, "an action belongs in the node's block", "not here", help)?;
    let range = word.range.start..word.range.start + action.len();
    if fits { wording.instead_of(range, format!("{{ {action} }}")) } else { Some(wording) }
}
