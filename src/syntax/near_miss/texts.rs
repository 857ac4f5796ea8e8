//! Texts, names and numbers with missing or superfluous quotes.

use super::{BrokenLine, Wording, facts, fix};
use crate::diagnostics::quote;
use crate::spelling::display_id;
use crate::spelling::is_name;
use crate::syntax::grammar::Rule;
use crate::syntax::text;
use crate::syntax::tokens::{Kind, Token, option_at};
use crate::syntax::words::LineContext;
use crate::syntax::words::{DECLARATIONS, OPTIONS, STATEMENTS};

/// A string on a line of its own, below the line that it belongs to.
pub fn string_first(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| {
        token.kind == Kind::String && !broken.token(1).is_some_and(|second| second.is("->"))
    })?;
    let is_alone = broken.place == LineContext::File && broken.tokens.len() == 1 && first.text.len() <= 60;
    if is_alone && broken.is_first {
        let help = format!("write `flow {}`", first.text);
        let flow = format!("flow {}", first.text);
        return fix(first, "the flow's name needs the word `flow` before it", "a name alone", help)?
            .instead(flow);
    }
    let (message, help) = match broken.place {
        LineContext::File => (
            "a line cannot begin with a text",
            "a statement is one line: put the text at the end of its statement, as in `play NAME \"https://…\"`",
        ),
        LineContext::Block => {
            ("a statement cannot begin with a text", "write the action before it, as in `say \"TEXT\"`")
        }
        LineContext::Policy => {
            ("a rule cannot begin with a text", "for a duty in words write `oblige \"TEXT\"`")
        }
    };
    fix(first, message, "what is this text?", help)
}

/// `a -> "b"`, `entry "a"`.
pub fn quoted_node(broken: &BrokenLine<'_>) -> Option<Wording> {
    let is_first_of_chain = broken.at == 0 && broken.token(1).is_some_and(|second| second.is("->"));
    let expects_name = is_first_of_chain || (broken.expects(Rule::name) && !broken.expects(Rule::string));
    let found = broken.found.filter(|token| token.kind == Kind::String && expects_name)?;
    let Some(name) = unquoted(found) else {
        return fix(
            found,
            "a name is written without quotes",
            "quoted",
            "write the node's name: nothing is inserted into it",
        );
    };
    let wording = fix(found, "a name is written without quotes", "quoted", format!("write `{name}`"))?;
    // In a chain, all strings are names.
    let is_chain =
        |token: &Token<'_>| token.is("->") || matches!(token.kind, Kind::String | Kind::Word | Kind::Quoted);
    if !broken.tokens.iter().all(is_chain) {
        return wording.instead(name);
    }
    let mut strings = broken.tokens.iter().filter(|token| token.kind == Kind::String);
    if strings.clone().any(|token| unquoted(token).is_none()) {
        return Some(wording);
    }
    strings.try_fold(wording, |wording, token| wording.instead_of(token.range.clone(), unquoted(token)?))
}

/// The name that a string spells. `None` if it inserts a value.
fn unquoted(string: &Token<'_>) -> Option<String> {
    let mut name = String::new();
    let mut inserts = false;
    text::pieces(string.text, |piece| match piece {
        text::Piece::Plain(text, _) => name.push_str(text),
        text::Piece::Escaped(character, _) => name.push(character),
        text::Piece::Insert(..) | text::Piece::Bad(..) => inserts = true,
    });
    (!inserts).then(|| display_id(&name))
}

/// `agent sales "q" "r"`.
pub fn second_text(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.kind == Kind::String && broken.expects(Rule::media))?;
    broken.before_found().filter(|before| before.kind == Kind::String)?;
    fix(
        found,
        "there is a second text",
        "expected only one",
        format!("name the field that it belongs to: write `media {0}` or `text {0}`", found.text),
    )
}

/// Whether a word is the option for how a text is spoken.
fn is_of_speaker(token: &Token<'_>) -> bool {
    matches!(token.text, "language" | "voice")
}

/// `say "Hola." language es-US`, `play hello voice Lupe`: a language or a voice without quotes.
pub fn speaker(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word && broken.expects(Rule::string))?;
    let word = broken.before_found().filter(|before| is_of_speaker(before))?;
    let text = format!("\"{}\"", found.text);
    let help = match word.text {
        "voice" => format!("write `{text}`, or `\"${{{}}}\"` for the value of that name", found.text),
        _ => format!("write `{text}`"),
    };
    let wording = fix(found, "a text needs quotes", "this has no quotes", help)?;
    match word.text {
        "voice" => wording.instead(format!("\"${{{}}}\"", found.text))?.or_instead(text),
        _ => wording.instead(text),
    }
}

/// `language en-US`, `voice Joanna`, `flow "A" language en-US`: the same for a file.
pub fn speaker_of_file(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    let on_flow = first.is("flow") && broken.token(1).is_some_and(|name| name.kind == Kind::String);
    let rest = broken.tokens.get(if on_flow { 2 } else { 0 }..)?;
    let are_pairs = rest.len() <= 4
        && rest.len().is_multiple_of(2)
        && rest.iter().step_by(2).all(is_of_speaker)
        && rest.iter().skip(1).step_by(2).all(|value| matches!(value.kind, Kind::Word | Kind::String));
    let word = rest.first().filter(|_| are_pairs)?;
    let bare: Vec<&Token<'_>> =
        rest.iter().filter(|token| token.kind == Kind::Word && !is_of_speaker(token)).collect();
    let wrong = *bare.first()?;
    let written: Vec<String> = rest
        .chunks(2)
        .filter_map(|pair| {
            Some(format!("{} \"{}\"", pair.first()?.text, pair.last()?.text.trim_matches('"')))
        })
        .collect();
    let written = written.join(" ");
    let help = match on_flow {
        true => format!("write `{written}` on a line of its own"),
        false => format!("write `{written}`"),
    };
    let wording = fix(wrong, "a text needs quotes", "this has no quotes", help)?;
    let wording = match on_flow {
        true => wording.instead_of(broken.with_blanks(word.range.start..word.range.start), "; ")?,
        false => wording,
    };
    bare.into_iter().try_fold(wording, |wording, value| {
        wording.instead_of(value.range.clone(), format!("\"{}\"", value.text))
    })
}

/// `"Say "yes" now"`.
pub fn quote_in_text(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| matches!(token.kind, Kind::Word | Kind::Number))?;
    let before = broken
        .before_found()
        .filter(|before| before.kind == Kind::String && before.range.end == found.range.start)?;
    let quote = before.range.end - 1..before.range.end;
    let quotes: Vec<usize> = broken.line.match_indices('"').map(|(at, _)| at).collect();
    let is_markup = before.text.starts_with("\"<") && !broken.line.contains('\'');
    // Two quotes around the text and two inside it, right next to a word.
    let instead = match *quotes.as_slice() {
        [_, open, close, _] if open == quote.start && !broken.line.contains('\\') => {
            let ends_word = broken.line.get(..close).is_some_and(|before| !before.ends_with([' ', '\t']));
            let instead = if is_markup { "'" } else { "\\\"" };
            let escaped = [open, close].map(|at| (at..at + 1, instead.to_owned()));
            ends_word.then(|| escaped.to_vec())
        }
        _ => None,
    };
    Some(Wording {
        range: quote,
        message: "the text ends at this quote".into(),
        label: "but more of it seems to follow".into(),
        help: match is_markup {
            true => "write `'` for the quotes inside it, or put the whole text between `\"\"\"`".into(),
            false => "write `\\\"` for a quote inside a text, or put the text between `\"\"\"`".into(),
        },
        instead: instead.into_iter().collect(),
    })
}

/// `lasts 2`, `lasts 2 seconds`.
pub fn not_a_duration(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects(Rule::duration))?;
    let is_digits = found.text.bytes().all(|byte| byte.is_ascii_digit());
    if let Some(wording) = facts::decimal_comma(broken, found) {
        return Some(wording);
    }
    let help = if is_digits {
        format!("write `{0}s`, `{0}min` or `{0}ms`", found.text)
    } else {
        "write a number with `ms`, `s` or `min`, such as `1.5s`".to_owned()
    };
    let wording =
        fix(found, format!("{} is not a duration", quote(found.text)), "expected a duration here", help)?;
    // `2 seconds`, `2sec`
    let next = broken.after(found).filter(|_| is_digits);
    let meant = next.and_then(|word| Some((word.range.end, facts::duration_of(found.text, word.text)?)));
    // `"5s"`
    let inside = found.text.trim_matches('"');
    match (meant, facts::as_duration(inside)) {
        (Some((end, meant)), _) => wording.instead_of(found.range.start..end, meant),
        (None, Some(meant)) => Wording { help: format!("write `{meant}`"), ..wording }.instead(meant),
        (None, None) => Some(wording),
    }
}

/// `disclosure my notice`, `agent front desk "queue"`: a name of several words. The argument of a `play` or a
/// `disclosure` is a URL, so it cannot be a word.
fn name_in_words(broken: &BrokenLine<'_>, found: &Token<'_>, rest: &str) -> Option<Wording> {
    let [kind, first, third, ..] = broken.tokens else { return None };
    let is_node = broken.place == LineContext::File && super::kinds().any(|word| word == kind.text);
    let (name_part, has_string) = rest.split_once('"').map_or((rest, false), |(before, _)| (before, true));
    let name_part = name_part.trim_end();
    let words = || name_part.split([' ', '\t']).filter(|word| !word.is_empty());
    let is_own =
        |word: &str| STATEMENTS.contains(&word) || super::kinds().any(|kind| kind == word) || word == "ends";
    let is_word = |word: &str| is_name(word) && !word.contains('.') && !is_own(word);
    let takes_url = matches!(kind.text, "play" | "disclosure");
    let takes_none = matches!(kind.text, "answer" | "disconnect");
    let fits = is_node
        && third.range == found.range
        && first.kind == Kind::Word
        && (has_string || takes_url || takes_none)
        && (1..=3).contains(&words().count())
        && words().all(is_word);
    if !fits {
        return None;
    }
    let name = std::iter::once(first.text).chain(words()).collect::<Vec<_>>().join("_");
    let range = first.range.start..found.range.start + name_part.len();
    let mut instead = Vec::new();
    if !has_string && words().count() == 1 && takes_url {
        let value = found.range.clone();
        instead.push(vec![(value, format!("\"${{{name_part}}}\""))]);
    }
    // If the flow names a node like one of the words elsewhere, that word is the name.
    let all_words = std::iter::once(first.text).chain(words());
    instead.extend(all_words.map(|word| vec![(range.clone(), word.to_owned())]));
    instead.push(vec![(range.clone(), name.clone())]);
    Some(Wording {
        range,
        message: "a name is only one word".into(),
        label: "several words".into(),
        help: match takes_url {
            true => {
                format!(
                    "write `{name}`; write a recording as `\"https://…\"`, a text as `{{ say \"TEXT\" }}`"
                )
            }
            false => format!("write `{name}`"),
        },
        instead,
    })
}

/// The name before an option whose value has no quotes either: `menu_text` in `menu_text media cdn`.
fn before_option(rest: &str) -> &str {
    match rest.split_once([' ', '\t']) {
        Some((name, after)) if is_name(name) => {
            let next = after.split_whitespace().next().unwrap_or_default();
            if OPTIONS.contains(&next) || next == "ends" { name } else { rest }
        }
        _ => rest,
    }
}

/// `agent sales primary_queue`.
pub fn unquoted_text(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken
        .found
        .filter(|token| matches!(token.kind, Kind::Word | Kind::Number) && broken.expects(Rule::string))?;
    if DECLARATIONS.contains(&found.text) || OPTIONS.contains(&found.text) {
        return None;
    }
    let rest = broken.line.get(found.range.start..)?;
    let rest = rest.split(['{', '}']).next()?;
    // In a comparison, the arrow follows it.
    let is_compared = broken.first().is_some_and(|first| first.is("when"));
    let rest = if is_compared { rest.split("->").next()? } else { rest };
    // Options follow the text.
    let rest = rest.get(..option_at(rest).unwrap_or(rest.len()))?.trim_end();
    let rest = before_option(rest);
    // `node cb type my type ends`: `ends` is not part of the type.
    let rest = match rest.strip_suffix("ends").map(str::trim_end) {
        Some(type_) if broken.first().is_some_and(|first| first.is("node")) && !type_.is_empty() => type_,
        _ => rest,
    };
    // An include's `with` may set several values.
    let is_with = broken.first().is_some_and(|first| first.is("include"))
        && broken.tokens.iter().any(|token| token.is("with") && token.range.end <= found.range.start);
    let rest = if is_with { rest.split(',').next().unwrap_or(rest).trim_end() } else { rest };
    // A path has no blanks, and an include says more behind it.
    let is_path = broken.first().is_some_and(|first| first.is("include")) && !is_with;
    let rest = if is_path { rest.split([' ', '\t']).next().unwrap_or(rest) } else { rest };
    let range = found.range.start..found.range.start + rest.len();
    if found.kind == Kind::Number && broken.expects(Rule::integer) {
        let message = format!("{} is not a whole number", quote(rest));
        return Some(Wording {
            instead: vec![vec![(range.clone(), format!("\"{rest}\""))]],
            range,
            message,
            label: "expected a text or a whole number here".into(),
            help: format!("a text needs quotes: write `\"{rest}\"`"),
        });
    }
    // A URL takes the rest of the line; elsewhere `//` begins a comment.
    let is_url = rest.contains("://") && !rest.contains([' ', '\t']);
    if let Some(wording) = name_in_words(broken, found, rest).filter(|_| !is_url) {
        return Some(wording);
    }
    // The argument of these is a URL; a text needs `say`.
    let takes_url = broken
        .before_found()
        .and_then(|_| broken.first())
        .is_some_and(|first| matches!(first.text, "play" | "disclosure"))
        || broken.before_found().is_some_and(|before| before.is("media"));
    let takes_url = takes_url && !broken.before_found().is_some_and(|before| before.is("text"));
    let inserts_nothing = |token: &Token<'_>| {
        matches!(token.text, "flow" | "description" | "include" | "policy" | "test" | "node")
    };
    let is_word = broken.place != LineContext::Policy
        && (is_with || !broken.first().is_some_and(inserts_nothing))
        && is_name(rest);
    let help = match rest.len() {
        _ if rest.contains('"') => {
            "put the whole text between one pair of quotes; a declared value is inserted as `${NAME}`"
                .to_owned()
        }
        0..=60 if takes_url && !is_url && !is_word => {
            format!(
                "write a recording as `\"https://…\"`; write spoken text after `say`, as in `say \"{rest}\"`"
            )
        }
        0..=60 if is_word => format!("write `\"{rest}\"`, or `\"${{{rest}}}\"` for the value of that name"),
        0..=60 => format!("write `\"{rest}\"`"),
        _ => "put it between `\"`".to_owned(),
    };
    // What is less or more is a number, and no text.
    let is_order =
        is_compared && broken.before_found().is_some_and(|sign| matches!(sign.text, "<" | "<=" | ">" | ">="));
    let is_plain = !is_order
        && !rest.contains(['"', '\\', '$', ';'])
        && (is_url || !rest.contains("//"))
        && !rest.contains("->");
    let mut instead = Vec::new();
    if is_plain {
        // The declarations decide which of the two it is.
        instead.extend(is_word.then(|| vec![(range.clone(), format!("\"${{{rest}}}\""))]));
        instead.extend((is_url || !takes_url).then(|| vec![(range.clone(), format!("\"{rest}\""))]));
    }
    Some(Wording {
        range,
        message: "a text needs quotes".into(),
        label: "this has no quotes".into(),
        help,
        instead,
    })
}
