//! Words of other tools, and typos in the language's own words.

use super::{BrokenLine, Wording, fields, fix, kinds, meant};
use crate::diagnostics::quote;
use crate::diagnostics::suggest::{is_one_typo, nearest};
use crate::syntax::foreign_words::{Place, own_word};
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::Kind;
use crate::syntax::words::LineContext;
use crate::syntax::words::{DECLARATIONS, FORMS, OPTIONS, STATEMENTS, nearest_kind, rule_forms};

/// `start to menu`, `goto menu`.
pub fn transition_in_words(broken: &BrokenLine<'_>) -> Option<Wording> {
    let [first, second, ..] = broken.tokens else { return None };
    let is_name = |token: &Kind| matches!(token, Kind::Word | Kind::Quoted);
    // `next: menu`
    if let [word, sign, target] = broken.tokens
        && broken.place == LineContext::Block
        && is_jump(word.text)
        && matches!(sign.text, ":" | "=")
        && is_name(&target.kind)
    {
        let help = format!("write `-> {}`", target.text);
        return fix(word, "a transition is written with an arrow", "not a word of the language", help)?
            .instead_of(word.range.start..target.range.start, "-> ");
    }
    if is_jump(first.text) && is_name(&second.kind) {
        let target = broken.tokens.last().map_or(second.text, |last| last.text);
        let help = if broken.place == LineContext::File {
            format!("write `NODE -> {target}`")
        } else {
            format!("write `-> {target}`")
        };
        let wording =
            fix(first, "a transition is written with an arrow", "not a word of the language", help)?;
        return match broken.place {
            LineContext::Block if broken.tokens.len() == 2 => wording.instead("->"),
            _ => Some(wording),
        };
    }
    if !(broken.place == LineContext::File
        && is_name(&first.kind)
        && matches!(second.text, "to" | "then" | "goes" | "goto"))
    {
        return None;
    }
    let target = broken.token(2).map_or("NODE", |token| token.text);
    let help = format!("write `{} -> {target}`", first.text);
    let wording = fix(second, "a transition is written with an arrow", "not an arrow", help)?;
    if broken.tokens.len() == 3 { wording.instead("->") } else { Some(wording) }
}

/// Whether a word begins a transition in other languages.
pub fn is_jump(word: &str) -> bool {
    matches!(word, "goto" | "go" | "jump" | "next")
}

pub fn misspelt_word(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|token| token.kind == Kind::Word)?;
    let second = broken.token(1);
    let follows = second
        .is_some_and(|token| matches!(token.kind, Kind::Word | Kind::String | Kind::Quoted | Kind::Number));
    if !follows || is_known(first.text, broken.place) {
        return None;
    }
    let what = match broken.place {
        LineContext::File => "not a kind of node or a declaration",
        LineContext::Block => "not an action or a branch",
        LineContext::Policy => "not a form of rule",
    };
    let word = quote(first.text);
    if let Some(near) = misspelt_decision(broken).or_else(|| meant(first.text, broken.place)) {
        let help = format!("did you mean `{near}`?");
        return fix(first, format!("{word} is {what}"), "unknown word", help)?.instead(near);
    }
    let help = match broken.place {
        LineContext::Policy => rule_forms(),
        LineContext::File => format!(
            "a line begins with a kind of node ({}), with {}, or is a transition `A -> B`",
            kinds().collect::<Vec<_>>().join(", "),
            DECLARATIONS.join(", ")
        ),
        LineContext::Block => format!(
            "a block holds actions ({}) and branches `on 1 -> NODE`",
            STATEMENTS.get(3..).unwrap_or_default().join(", ")
        ),
    };
    fix(first, format!("{word} is {what}"), "unknown word", help)
}

/// `atest us_tsr/keep …`: only decisions name a rule as `POLICY/RULE`.
fn misspelt_decision(broken: &BrokenLine<'_>) -> Option<&'static str> {
    let first = broken.first().filter(|_| broken.place == LineContext::File)?;
    broken.token(2).filter(|sign| sign.is("/"))?;
    nearest(first.text, ["waive", "attest"])
}

/// `every colect on …`.
pub fn misspelt_kind(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.kind == Kind::Word && broken.expects(Rule::kind))?;
    broken.first().filter(|first| first.is("every") && found.range.start > 0)?;
    if matches!(found.text, "on" | "except") {
        let help = format!("name it, as in `every collect {} …`", found.text);
        return fix(found, "the `every` names no kind of node", "expected a kind before this", help);
    }
    let foreign = || own_word(found.text, Place::Declaration).filter(|own| kinds().any(|kind| kind == *own));
    let near = nearest_kind(found.text).or_else(foreign);
    let help = match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!(
            "the kinds are {}, and those that a `kind` line declares",
            kinds().collect::<Vec<_>>().join(", ")
        ),
    };
    let message = format!("{} is not a kind of node", quote(found.text));
    let wording = fix(found, message, "expected a kind of node here", help)?;
    if let Some(near) = near { wording.instead(near) } else { Some(wording) }
}

/// Whether another tool calls a kind of the language by a word.
pub fn is_foreign_kind(word: &str) -> bool {
    own_word(word, Place::Declaration).is_some_and(|own| kinds().any(|kind| kind == own))
}

fn is_known(word: &str, place: LineContext) -> bool {
    match place {
        LineContext::File => {
            DECLARATIONS.contains(&word) || kinds().any(|kind| kind == word) || STATEMENTS.contains(&word)
        }
        LineContext::Block => STATEMENTS.contains(&word),
        LineContext::Policy => FORMS.contains(&word),
    }
}

/// Options that other words are like, such as `notice`: they are meant only by one typo, and before a text.
const BEFORE_TEXTS: &[&str] = &["language", "voice", "prompt", "ssml"];

pub fn misspelt_option(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|token| token.kind == Kind::Word && broken.expects(Rule::retries))?;
    let near = match found.text {
        "max_retries" | "retry" | "attempts" | "tries" => Some("retries"),
        "url" | "audio" | "media_url" | "file" => Some("media"),
        "duration" | "length" | "for" => Some("lasts"),
        "say" | "tts" => Some("text"),
        "lang" | "locale" | "languagecode" | "language_code" => Some("language"),
        "voiceid" | "voice_id" | "voicename" | "voice_name" => Some("voice"),
        "prompt_id" | "promptid" | "recording_id" => Some("prompt"),
        "queue" | "tag" | "tags" => None,
        word => fields::of_prompt(word).or_else(|| {
            let has_text = broken.after(found).is_some_and(|next| next.kind == Kind::String);
            let near = nearest(word, OPTIONS.iter().copied().filter(|option| !BEFORE_TEXTS.contains(option)));
            near.or_else(|| BEFORE_TEXTS.iter().copied().find(|option| has_text && is_one_typo(word, option)))
        }),
    };
    if matches!(found.text, "tag" | "tags") {
        let wording = fix(found, "write a tag with `@`", "not an option", "write `@name`")?;
        return match broken.after(found).filter(|name| name.kind == Kind::Word) {
            Some(name) => wording.instead_of(found.range.start..name.range.end, format!("@{}", name.text)),
            None => Some(wording),
        };
    }
    let Some(near) = near else {
        // Right after a name, it may be a text without quotes.
        let may_be_text = broken.expects(Rule::string) || kinds().any(|kind| kind == found.text);
        return if may_be_text { None } else { fields::unknown(found) };
    };
    let message = format!("{} is not an option", quote(found.text));
    fix(found, message, "unknown option", format!("did you mean `{near}`?"))?.instead(near)
}
