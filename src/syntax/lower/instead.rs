//! Fixes that replace pieces of a broken line, if the line parses then.

use super::Lower;
use crate::diagnostics::{Edit, Fix, When, line_break};
use crate::flow::Outcome;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::line::reads;
use crate::syntax::near_miss::Rewrite;
use crate::syntax::tokens::{Kind, Token, option_at, tokens};

impl Lower<'_> {
    /// A fix for a line that begins at `start`, if the line parses then.
    pub(super) fn fix(&self, start: usize, line: &str, rule: Rule, mut instead: Rewrite) -> Option<Fix> {
        instead.sort_by_key(|(range, _)| range.start);
        let fixed = applied(line, &instead)?;
        let when = when(line, &instead)?;
        // A new comment must not swallow something that continues below.
        let is_comment = fixed.trim_start().starts_with("//") && !line.contains(['{', '}']);
        if !(is_comment && !line.contains("\"\"\"") || reads(rule, &fixed)) {
            return None;
        }
        // It must not swallow the rest of the line either.
        let end = start + instead.last()?.0.end;
        let rest = self.source.slice(end..self.line_from(end).end);
        if !rest.trim().is_empty() && instead.iter().any(|(_, text)| text.starts_with("//")) {
            return None;
        }
        let (first, last) = (instead.first()?.0.start, instead.last()?.0.end);
        let are_equal = instead.iter().all(|(_, text)| Some(text) == instead.first().map(|(_, text)| text));
        let written = instead.first()?.1.as_str();
        let replaced = line.get(instead.first()?.0.clone())?;
        let title = if are_equal && written.trim().is_empty() && !replaced.trim().is_empty() {
            Fix::title("")
        } else if are_equal {
            Fix::title(written)
        } else {
            let within: Rewrite = instead
                .iter()
                .map(|(range, text)| (range.start - first..range.end - first, text.clone()))
                .collect();
            Fix::title(&applied(line.get(first..last)?, &within)?)
        };
        let edits = instead.into_iter().map(|(range, text)| Edit {
            span: self.span(start + range.start..start + range.end),
            text: text.replace('\n', line_break(self.source)),
        });
        Some(Fix { title, edits: edits.collect(), when })
    }
}

/// When a rewrite may be offered, so that no text swallows something else: words that get quotes must not be names
/// of values, and inserted names must be. `None` if the quotes would surround options.
fn when(line: &str, instead: &Rewrite) -> Option<When> {
    let mut swallowed: Vec<Box<str>> = Vec::new();
    for (range, text) in instead {
        let replaced = line.get(range.clone())?;
        let words = || tokens(replaced).into_iter().filter(|token| token.kind == Kind::Word);
        // Hours are asked for by their name, and what is compared with a word like theirs is something else.
        let mut asked = text.split(' ');
        if asked.next() == Some("when") {
            match (asked.next(), asked.next(), asked.next()) {
                (Some("open" | "closed"), Some(name), _) if is_name(name) => {
                    return Some(When::Hours(name.into()));
                }
                (Some(name), _, Some("\"open\"" | "\"opened\"" | "\"closed\"")) => {
                    return Some(When::Declared(name.into()));
                }
                _ => {}
            }
        }
        // Digits go into a variable.
        if let Some(name) = text.strip_prefix("into ") {
            return Some(When::Declared(name.into()));
        }
        // `with verified = menu`: only a node is led to.
        if let Some(name) = text.trim_start().strip_prefix("-> ").filter(|_| is_given(replaced)) {
            return Some(When::Node(name.trim_matches('`').into()));
        }
        // A selector must name something that exists.
        let picked = |sign| text.strip_prefix(sign).filter(|name| *name == replaced.trim_matches('"'));
        if let Some(name) = picked('=') {
            return Some(When::Node(name.trim_matches('`').into()));
        }
        if let Some(name) = picked('@') {
            return Some(When::Tag(name.into()));
        }
        // Several words are joined to one name.
        let joined = words().map(|word| word.text).collect::<Vec<_>>().join("_");
        if replaced.contains([' ', '\t']) && joined == *text {
            return Some(When::NoNodeSpokenOf(words().map(|word| word.text.into()).collect()));
        }
        // One of several words is kept.
        if replaced.contains([' ', '\t']) && words().any(|word| word.text == text) {
            return Some(When::NodeSpokenOf(text.as_str().into()));
        }
        if !text.starts_with('"') || replaced.starts_with(['"', '\'', '`']) || replaced.is_empty() {
            continue;
        }
        if let Some(name) = text.strip_prefix("\"${").and_then(|rest| rest.strip_suffix("}\"")) {
            return Some(When::Declared(name.into()));
        }
        if option_at(replaced).is_some() {
            return None;
        }
        swallowed.extend(words().map(|word| word.text.into()));
    }
    Some(if swallowed.is_empty() { When::Always } else { When::NoneDeclared(swallowed) })
}

/// Whether a piece of a line is a `=` or a `:` with the word behind it.
fn is_given(replaced: &str) -> bool {
    matches!(tokens(replaced).as_slice(), [sign, word]
        if matches!(sign.text, "=" | ":") && word.kind == Kind::Word)
}

/// The sign that is missing before a token, if exactly one sign makes the line parse.
pub fn missing_sign(line: &str, rule: Rule, found: &Token<'_>, expected: &[Rule]) -> Option<Rewrite> {
    const SIGNS: &[(Rule, &str)] = &[
        (Rule::arrow, "-> "),
        (Rule::equals, "= "),
        (Rule::bar, "| "),
        (Rule::comma, ", "),
        (Rule::dots, ".."),
        (Rule::kw_type, "type "),
    ];
    let at = found.range.start;
    // After a test's name, an outcome or a key is an event, not a node.
    let is_event = found.kind == Kind::Number || Outcome::from_word(found.text).is_some();
    if is_event && expected.contains(&Rule::kw_on) {
        let instead = vec![(at..at, "on ".to_owned())];
        return applied(line, &instead).filter(|fixed| reads(rule, fixed)).map(|_| instead);
    }
    // An id between backticks stands where a plain name belongs: no sign is missing.
    if found.text.starts_with('`') && expected.contains(&Rule::name) {
        return None;
    }
    // Two numbers beside each other may be one.
    let is_behind_number =
        line.get(..at).is_some_and(|before| before.trim_end().ends_with(|c: char| c.is_ascii_digit()));
    let may_be_one = is_behind_number && found.kind == Kind::Number;
    let fits = |sign: &Rule| expected.contains(sign) && !(may_be_one && *sign == Rule::bar);
    let mut signs = SIGNS.iter().filter(|(sign, _)| fits(sign)).filter_map(|(_, sign)| {
        let instead = vec![(at..at, (*sign).to_owned())];
        let fixed = applied(line, &instead)?;
        reads(rule, &fixed).then_some(instead)
    });
    let only = signs.next()?;
    signs.next().is_none().then_some(only)
}

/// The line after a rewrite. `None` if its pieces overlap.
pub(super) fn applied(line: &str, instead: &Rewrite) -> Option<String> {
    let mut fixed = String::new();
    let mut done = 0;
    for (range, text) in instead {
        fixed.push_str(line.get(done..range.start)?);
        fixed.push_str(text);
        done = range.end;
    }
    fixed.push_str(line.get(done..)?);
    Some(fixed)
}
