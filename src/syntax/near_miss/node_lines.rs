//! The first line of a node in another order, lines of a list, and what stands before an action.

use super::decide_words::is_in_decide;
use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::flow::Verb;
use crate::spelling::is_name;
use crate::syntax::foreign_words::{Place, own_word};
use crate::syntax::grammar::Rule;
use crate::syntax::line::{reads, rule_of};
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{DECLARATIONS, LineContext};

/// `count: play {`, `count = play "https://…"`: a node's name before its kind.
pub fn name_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [name, sign, kind, ..] = broken.tokens else { return None };
    let is_own = |word: &str| DECLARATIONS.contains(&word) || kinds().any(|kind| kind == word);
    let fits = broken.place == LineContext::File
        && is_sign(sign)
        && matches!(name.kind, Kind::Word | Kind::Quoted)
        && !is_own(name.text)
        && (kinds().any(|word| word == kind.text) || kind.is("node"));
    let rest = broken.line.get(kind.range.end..).filter(|_| fits)?.trim_end();
    let meant = format!("{} {}{rest}", kind.text, name.text);
    if !reads(Rule::declaration_line, &meant) {
        return None;
    }
    kind_first(name, kind, sign)
        .instead_of(name.range.start..kind.range.end, format!("{} {}", kind.text, name.text))
}

/// Whether a sign stands between the name of something and what it is, as in other languages.
pub fn is_sign(token: &Token<'_>) -> bool {
    matches!(token.text, ":" | "=" | ":=" | "::")
}

/// The wording for a node whose name stands before its kind.
pub fn kind_first(name: &Token<'_>, kind: &Token<'_>, sign: &Token<'_>) -> Wording {
    Wording {
        range: sign.range.clone(),
        message: "a node's kind comes before its name".to_owned(),
        label: "not between them".to_owned(),
        help: format!("write `{} {}`", kind.text, name.text),
        instead: Vec::new(),
    }
}

/// `- play c`, `- notice -> bye`, `- say: "Hello"`: lines of a list.
pub fn list_sign(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|first| first.is("-") && broken.place != LineContext::Policy)?;
    let rest = broken.line.get(first.range.end..)?.trim();
    let message = "a line of the language begins with a word, and not with `-`";
    let wording = fix(first, message, "not needed", "take it out")?;
    let colon = broken.token(2).filter(|colon| colon.is(":") && broken.place == LineContext::Block);
    let without = colon.and_then(|colon| {
        let word = broken.token(1)?;
        Some((word, colon, broken.line.get(colon.range.end..)?.trim()))
    });
    match without {
        Some((word, colon, behind)) => {
            let meant = format!("{} {behind}", word.text);
            if !reads(rule_of(broken.place), &meant) {
                return Some(wording);
            }
            Wording { help: format!("write `{meant}`"), ..wording }
                .instead_of(broken.with_blanks_after(first), "")?
                .instead_of(broken.with_blanks(colon.range.clone()), " ")
        }
        None if reads(rule_of(broken.place), rest) => wording.instead_of(broken.with_blanks_after(first), ""),
        // A line of a `decide` lacks its word, too.
        None if is_in_decide(broken) && reads(Rule::statement_line, &format!("when {rest}")) => {
            Wording { help: format!("write `when {rest}`"), ..wording }
                .instead_of(broken.with_blanks_after(first), "when ")
        }
        None => Some(wording),
    }
}

/// `@identity say "This is Lakeside."`: a tag before its action.
pub fn tag_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first =
        broken.first().filter(|first| first.kind == Kind::Tag && broken.place == LineContext::Block)?;
    let action = broken.tokens.iter().find(|token| token.kind != Kind::Tag)?;
    let end = broken.line.trim_end().len();
    let tags = broken.line.get(..action.range.start)?.trim();
    let rest = broken.line.get(action.range.start..end)?;
    let wording =
        fix(first, "a tag stands behind its action", "before it", format!("write `ACTION {tags}`"))?;
    // Fields stand behind the tags.
    let with = broken.tokens.iter().find(|token| token.is("with"));
    let (before, fields) = match with {
        Some(with) => rest.split_at_checked(with.range.start - action.range.start)?,
        None => (rest, ""),
    };
    let meant = format!("{} {tags} {fields}", before.trim_end());
    let meant = meant.trim_end();
    if !reads(Rule::statement_line, meant) {
        return Some(wording);
    }
    Wording { help: format!("write `{meant}`"), ..wording }.instead_of(first.range.start..end, meant)
}

/// `print("Hello")`, `speak("Hello")`: an action of another tool that is called as a function.
pub fn called(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [word, open, rest @ ..] = broken.tokens else { return None };
    let fits = broken.place == LineContext::Block && word.kind == Kind::Word && open.is("(");
    let own = own_word(word.text, Place::Statement).filter(|own| fits && Verb::from_word(own).is_some())?;
    let message = format!("{} is not an action", quote(word.text));
    let [text, close] = rest else {
        return fix(word, message, "not a word of the language", format!("write `{own} \"TEXT\"`"));
    };
    if text.kind != Kind::String || !close.is(")") {
        return None;
    }
    let meant = format!("{own} {}", text.text);
    fix(word, message, "not a word of the language", format!("write `{meant}`"))?
        .instead_of(word.range.start..close.range.end, meant)
}

/// `` say `Hello` ``: a text between backticks.
pub fn backticks(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Quoted && broken.expects(Rule::string))?;
    let inside = found.text.strip_prefix('`')?.strip_suffix('`')?;
    let wording = fix(
        found,
        "a text is written between `\"`, not between backticks",
        "between backticks",
        "write `\"…\"`",
    )?;
    let may_be_name = broken.first().is_some_and(|first| first.is("set"));
    match may_be_name || inside.contains(['"', '\\']) {
        true => Some(wording),
        false => wording.instead(format!("\"{inside}\"")),
    }
}

/// `into ${account}`, `into "${account}"`, `into $account`: the name of a variable with signs.
pub fn into_with_signs(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found?;
    broken.before_found().filter(|before| before.is("into"))?;
    let rest = broken.line.get(found.range.start..)?;
    let length = rest.find([' ', '\t', ',']).unwrap_or(rest.len());
    let written = rest.get(..length)?;
    let name = written.trim_matches(['"', '$', '{', '}', '@', '%']);
    if name == written || !is_name(name) {
        return None;
    }
    let range = found.range.start..found.range.start + length;
    let wording = Wording {
        range: range.clone(),
        message: "`into` takes the name of a variable, without signs".to_owned(),
        label: "more than a name".to_owned(),
        help: format!("write `into {name}`"),
        instead: Vec::new(),
    };
    wording.instead_of(range, name)
}

/// `every collect except not =menu on 9 -> bye`: a negated exception.
pub fn negated_exception(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::File && first.is("every"))?;
    let mut pairs = broken.tokens.windows(2).filter_map(|pair| match pair {
        [except, not]
            if matches!(except.text, "except" | "|" | ",") && matches!(not.text, "not" | "!" | "!=") =>
        {
            Some(not)
        }
        _ => None,
    });
    let not = pairs.next()?;
    let help = "name what has no such branch, as in `except =menu`; for a branch of one node write it in that node's block";
    fix(not, "the exceptions of an `every` are not negated", "a negation", help)
}

/// `every collect on 9 -> bye except =menu`: the exception behind the transition.
pub fn exception_last(broken: &BrokenLine<'_>) -> Option<Wording> {
    broken.first().filter(|first| broken.place == LineContext::File && first.is("every"))?;
    let except = broken.found.filter(|found| found.is("except"))?;
    let on = broken.tokens.iter().find(|token| token.is("on") && token.range.end <= except.range.start)?;
    let end = broken.line.trim_end().len();
    // `on 9 except =menu -> bye`: only what stands before the arrow.
    let arrow = broken.tokens.iter().find(|token| token.is("->") && token.range.start > except.range.end);
    let (exception, target) = match arrow {
        Some(arrow) => (
            broken.line.get(except.range.start..arrow.range.start)?.trim_end(),
            format!(" {}", broken.line.get(arrow.range.start..end)?),
        ),
        None => (broken.line.get(except.range.start..end)?, String::new()),
    };
    let branch = broken.line.get(on.range.start..except.range.start)?.trim_end();
    let meant = format!("{exception} {branch}{target}");
    fix(except, "the exception of an `every` comes before its `on`", "behind it", format!("write `{meant}`"))?
        .instead_of(on.range.start..end, meant)
}
