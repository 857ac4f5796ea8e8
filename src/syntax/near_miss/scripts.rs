//! What an agent says, by those who do not know how a `script` is written.

use super::{BrokenLine, Wording, fix, kinds};
use crate::diagnostics::quote;
use crate::flow::Kind as NodeKind;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::{DECLARATIONS, LineContext};

/// The longest text that a message repeats, in bytes.
const LONGEST: usize = 60;

/// A text as a message shows it.
fn shown<'t>(text: &Token<'t>) -> &'t str {
    if text.text.len() <= LONGEST { text.text } else { "\"TEXT\"" }
}

fn is_text(token: &Token<'_>) -> bool {
    token.kind == Kind::String
}

/// Whether a sign stands between a word and its value in other languages.
fn is_sign(token: &Token<'_>) -> bool {
    matches!(token.text, ":" | "=")
}

/// `agent sales "q" script "Hello." { … }`: in the first line of the node.
pub fn in_header(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [kind, name, rest @ ..] = broken.tokens else { return None };
    let is_node = kind.kind == Kind::Word
        && matches!(name.kind, Kind::Word | Kind::Quoted)
        && !DECLARATIONS.contains(&kind.text)
        && (kind.is("agent") || kind.is("node") || !kinds().any(|own| own == kind.text));
    let before_block = || rest.iter().take_while(|token| !token.is("{"));
    let word = before_block().find(|token| token.is("script"))?;
    let behind = broken.after(word)?;
    let text = if is_sign(behind) { broken.after(behind)? } else { behind };
    if broken.place != LineContext::File || !is_node || !is_text(text) {
        return None;
    }
    let help = format!("write `script {}` in the block of {}", shown(text), quote(name.text));
    let wording =
        fix(word, "what an agent says stands in the block of its node", "not in the first line", help)?;
    let brace = rest.iter().find(|token| token.is("{"));
    let end = brace.map_or(broken.line.trim_end().len(), |brace| brace.range.start);
    let said = broken.line.get(text.range.start..end)?.trim_end();
    let last = broken.line.trim_end().len();
    match brace {
        None => wording.instead_of(word.range.start..end, format!("{{ script {said} }}")),
        Some(brace) if brace.range.end == last => {
            wording.instead_of(word.range.start..last, format!("{{\n  script {said}"))
        }
        Some(brace) => wording.instead_of(word.range.start..brace.range.end, format!("{{ script {said};")),
    }
}

/// `script sales "Hello."` outside a block.
pub fn as_node(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [word, name, rest @ ..] = broken.tokens else { return None };
    let text = rest.first().filter(|text| is_text(text))?;
    let is_it = broken.place == LineContext::File
        && word.is("script")
        && matches!(name.kind, Kind::Word | Kind::Quoted);
    if !is_it {
        return None;
    }
    let help =
        format!("write it in the block, as in `agent {} \"QUEUE\" {{ script {} }}`", name.text, shown(text));
    fix(word, "what an agent says stands in the block of its node", "not a kind of node", help)
}

/// `says "Hello."`, `agent says "Hello."`, `agent: "Hello."` in the block of an agent.
pub fn other_words(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Block)?;
    let is_of_agent = broken.inside.is_some_and(|inside| inside.kind == NodeKind::Agent);
    let is_word = matches!(first.text, "says" | "tells" | "tell" | "greets" | "reads" | "line" | "lines");
    if !is_of_agent || !(is_word || first.is("agent")) {
        return None;
    }
    let mut text = broken.after(first)?;
    if first.is("agent") && matches!(text.text, "says" | "say" | "tells" | "reads" | "script")
        || is_sign(text)
    {
        text = broken.after(text)?;
    }
    if !is_text(text) {
        return None;
    }
    let written = broken.line.get(first.range.start..text.range.start)?.trim_end();
    let help = format!("write `script {0}`; what the platform says is `say {0}`", shown(text));
    let message = format!("{} is not how the words of an agent are written", quote(written));
    fix(first, message, "not an action or a branch", help)?
        .instead_of(first.range.start..text.range.start, "script ")
}

/// `script: "Hello."`, `script = "Hello."`, `script { "Hello." }`, `script ("Hello.")`.
pub fn signs(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (word, rest) = of_script(broken)?;
    let [sign, text, end @ ..] = rest else { return None };
    let closing = match sign.text {
        ":" | "=" => None,
        "{" => Some("}"),
        "(" => Some(")"),
        _ => return None,
    };
    if !is_text(text) {
        return None;
    }
    let help = format!("write `script {}`", shown(text));
    let message = match closing {
        None => format!("`script` takes no `{}`", sign.text),
        Some(closing) => {
            format!("the text of a `script` stands behind it without `{}` and `{closing}`", sign.text)
        }
    };
    let wording = fix(sign, message, "not needed", help)?;
    let wording = wording.instead_of(word.range.end..text.range.start, " ")?;
    match (closing, end.first()) {
        (Some(closing), Some(close)) if close.is(closing) => {
            wording.instead_of(text.range.end..close.range.end, "")
        }
        (Some(_), _) => Some(Wording { instead: Vec::new(), ..wording }),
        (None, _) => Some(wording),
    }
}

/// `script en "Hello."`, `script (en) "Hello."`, `script "Hello." in "en"`: its language by another place or word.
pub fn language(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (word, rest) = of_script(broken)?;
    const MESSAGE: &str = "the language of a `script` stands behind its text, after `language`";
    let is_code = |token: &Token<'_>| {
        token.text.split(['-', '_']).next().is_some_and(|code| matches!(code.len(), 2 | 3))
            && token.text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'))
    };
    // A tag of BCP 47 may be several tokens.
    if let Some(text) =
        rest.iter().find(|token| is_text(token)).filter(|text| text.range.start > word.range.end)
    {
        let between = broken.line.get(word.range.end..text.range.start)?.trim();
        let code = between.trim_matches(['(', ')', '[', ']', ':', '"']).trim();
        let first = rest.first()?;
        let is_word = |token: &&Token<'_>| token.kind == Kind::Word && is_code(token);
        let names_one =
            rest.iter().take_while(|token| token.range.start < text.range.start).any(|t| is_word(&t));
        if names_one
            && !code.is_empty()
            && !code.contains(' ')
            && !code.contains('@')
            && !first.is("language")
        {
            let help = format!("write `script {} language \"{code}\"`", shown(text));
            let range = first.range.start..text.range.start;
            let shown = first.range.start..first.range.start + between.len();
            let wording = Wording { range: shown, ..fix(first, MESSAGE, "before the text", help)? };
            let end = text.range.end..text.range.end;
            return wording.instead_of(range, "")?.instead_of(end, format!(" language \"{code}\""));
        }
        // `script language "en" "Hello."`
        if let [own, code, text, ..] = rest
            && own.is("language")
            && is_text(code)
            && is_text(text)
        {
            let help = format!("write `script {} language {}`", shown(text), code.text);
            let range = own.range.start..text.range.start;
            let wording = Wording {
                range: own.range.start..code.range.end,
                ..fix(own, MESSAGE, "before the text", help)?
            };
            let end = text.range.end..text.range.end;
            return wording.instead_of(range, "")?.instead_of(end, format!(" language {}", code.text));
        }
    }
    let [text, sign, code, ..] = rest else { return None };
    let is_other_word = matches!(sign.text, "in" | "as" | "lang" | "locale");
    if !(is_text(text) && is_other_word && is_text(code)) {
        return None;
    }
    let help = format!("write `language {}`", code.text);
    fix(sign, "the language of a `script` is written with `language`", "another word", help)?
        .instead("language")
}

/// `script "Hello." "This is NAME."`, `script "Hello.", "This is NAME."`, `script ["Hello.", "This is NAME."]`.
pub fn several_texts(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (word, rest) = of_script(broken)?;
    let texts: Vec<&Token<'_>> = rest.iter().filter(|token| is_text(token)).collect();
    let is_list = rest.iter().all(|token| is_text(token) || matches!(token.text, "," | "[" | "]" | "+"));
    let (first, second) = (texts.first()?, texts.get(1)?);
    if !is_list {
        return None;
    }
    let each: Vec<String> = texts.iter().map(|text| format!("script {}", text.text)).collect();
    let help = format!("write one for each text: `script {}`, `script {}`", shown(first), shown(second));
    let end = rest.last()?.range.end;
    fix(second, "a `script` has one text", "a second one", help)?
        .instead_of(word.range.start..end, each.join("; "))
}

/// `script greeting "Hello."`: a name before the text.
pub fn named(broken: &BrokenLine<'_>) -> Option<Wording> {
    let (_, rest) = of_script(broken)?;
    let [name, text, ..] = rest else { return None };
    if name.kind != Kind::Word || !is_text(text) || name.is("language") {
        return None;
    }
    let help = format!("write `script {}`, with a tag behind it if rules are about it", shown(text));
    fix(name, "a `script` has no name", "a name", help)?.instead_of(name.range.start..text.range.start, "")
}

/// `say "This is Lakeside." #identity`: a tag with another sign, or a comment.
pub fn tag_by_hash(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Number && found.text.starts_with('#'))?;
    let before = broken.before_found()?;
    let rest = broken.line.get(found.range.start + 1..)?;
    let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let (name, rest) =
        rest.split_at_checked(rest.find(|letter| !is_of_name(letter)).unwrap_or(rest.len()))?;
    let is_last = rest.trim().is_empty() || rest.trim_start().starts_with(['@', '#', '{', '}', ';']);
    // A key stands behind its word.
    let is_behind = matches!(before.kind, Kind::String | Kind::Tag);
    if !is_behind || !is_last || !name.starts_with(char::is_alphabetic) {
        return None;
    }
    let help = format!("write `@{name}` for a tag; a comment begins with `//`");
    let mut wording = fix(found, "a tag begins with `@`", "not how a tag is written", help)?;
    wording.range = found.range.start..found.range.start + 1 + name.len();
    wording.instead(format!("@{name}"))
}

/// The word `script` at the beginning of a line of a block, and what is behind it.
fn of_script<'a>(broken: &BrokenLine<'a>) -> Option<(&'a Token<'a>, &'a [Token<'a>])> {
    let (word, rest) = broken.tokens.split_first()?;
    (broken.place == LineContext::Block && word.is("script")).then_some((word, rest))
}
