//! Fields of other systems that the payload does not have: `voice`, `timeout`, `digits`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::grammar::Rule;
use crate::syntax::tokens::{Kind, Token};
use crate::syntax::words::LineContext;

/// What to do about a field that the payload does not have. `None` for other words.
fn advice(word: &str) -> Option<&'static str> {
    let plain: String = word.to_ascii_lowercase().chars().filter(|c| !matches!(c, '_' | '-' | '.')).collect();
    Some(match plain.as_str() {
        "delay" | "pause" | "silence" => {
            "how long a prompt waits for a key is its `wait`, as in `wait 5s`; `lasts 8s` tells the policies how long one attempt takes"
        }
        "keys" | "input" | "inputs" | "pattern" | "grammar" => {
            "a node takes the keys that its branches name, as in `on 1 -> NODE`, or `digits`, as in `digits 6..10`"
        }
        "gender" | "speed" | "rate" | "pitch" | "volume" | "engine" | "tts" | "style" | "prosody" => {
            "`voice \"NAME\"` says who speaks, and `ssml \"<speak>…</speak>\"` how; to use a voice of your own, play a recording with `media \"https://…\"`"
        }
        "barge" | "bargein" | "interrupt" | "interruptible" | "allowbarge" | "nobarge" | "bargeable" => {
            "whether a key interrupts the prompt is set on the platform"
        }
        "priority" | "skill" | "skills" | "skillset" | "position" | "hold" | "holdmusic" | "music"
        | "moh" | "whisper" | "weight" => {
            "set on the platform how a queue treats its calls; for another treatment use another queue"
        }
        "min" | "max" | "length" | "minlength" | "maxlength" | "count" | "limit" => {
            "how long an entry is, `digits` say, as in `digits 4` or `digits 6..10`"
        }
        "loop" | "loops" | "repeat" | "repeats" | "times" => {
            "audio is played once; a `collect` node plays its prompt again with `retries 2`"
        }
        "beep" | "format" | "transcribe" | "transcription" | "maxduration" | "maxsilence" | "recording" => {
            "set on the platform how the mailbox records messages"
        }
        "reason" | "cause" | "status" | "result" | "callerid" | "from" | "header" | "headers" | "data" => {
            "set it on the platform; a tag such as `@done` is for policies and is not sent"
        }
        _ => return None,
    })
}

/// The help for an unknown word in place of an option.
const OPTIONS: &str = "the options are `media \"https://…\"`, `text \"TEXT\"`, `retries 2`, `lasts 1.5s`, `wait 5s`, `between 3s`, `digits 6..10`, `end \"#\"`, `into NAME`, `disposition NAME`, `language \"es-US\"`, `voice \"NAME\"`, `prompt \"ID\"`, `ssml \"<speak>…</speak>\"` and `@tag`";

/// `collect menu "Press 1" timeout 5s`, `say "Hello" voice "Joanna"`, `agent a "q" priority 1`.
pub fn option(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word && broken.expects(Rule::retries))?;
    let before = broken.before_found()?;
    // Right after its name, a node may have a text without quotes.
    let value = broken.after(found);
    let is_value = value.is_some_and(|value| {
        matches!(value.kind, Kind::String | Kind::Number)
            || matches!(value.text, "=" | ":" | "true" | "false" | "on" | "off")
    });
    let is_text = broken.expects(Rule::string) && !is_value;
    if is_text || repeats_retries(before, found) {
        return None;
    }
    let advice = advice(found.text)?;
    unknown_field(found, advice)
}

/// `retries 2 times`: one word too many.
fn repeats_retries(before: &Token<'_>, found: &Token<'_>) -> bool {
    before.kind == Kind::Number && matches!(found.text, "times" | "time" | "retries")
}

/// `agent sales queue "q"`, `voicemail box to "m"`: a word between a name and its text.
pub fn before_text(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|found| found.kind == Kind::Word && broken.expects(Rule::string))?;
    let text = broken.after(found).filter(|text| text.kind == Kind::String)?;
    let known = matches!(
        found.text,
        "queue"
            | "to"
            | "mailbox"
            | "name"
            | "url"
            | "message"
            | "with"
            | "number"
            | "id"
            | "in"
            | "at"
            | "as"
            | "saying"
            | "is"
    );
    if !known || broken.place == LineContext::Policy {
        return None;
    }
    let before = broken.before_found()?;
    let help = match text.text.len() {
        0..=60 => format!("write `{} {}`", before.text, text.text),
        _ => format!("write the text right after `{}`", before.text),
    };
    fix(found, format!("the text follows `{}` directly", before.text), "one word too many", help)?
        .instead_of(broken.with_blanks_after(found), "")
}

/// `digits 6 end #`, `digits 6 end star`: the key stands in quotes.
pub fn end_key(broken: &BrokenLine<'_>) -> Option<Wording> {
    let found = broken.found.filter(|_| broken.expects(Rule::string))?;
    broken.before_found().filter(|before| before.is("end"))?;
    let key = match found.text.to_ascii_lowercase().as_str() {
        "pound" | "hash" => "#",
        "star" | "asterisk" => "*",
        text if text.starts_with('#') => "#",
        text if text.starts_with('*') => "*",
        _ => return None,
    };
    // A word stands for the sign, and a sign may be followed by something else.
    let length = if found.text.starts_with(key) { key.len() } else { found.text.len() };
    let wording = Wording {
        range: found.range.start..found.range.start + length,
        message: "the key that ends an entry stands in quotes".to_owned(),
        label: "this has no quotes".to_owned(),
        help: format!("write `end \"{key}\"`"),
        instead: Vec::new(),
    };
    wording.instead(format!("\"{key}\""))
}

/// The option of a prompt for keys that a word stands for, ours or that of another tool.
pub fn of_prompt(word: &str) -> Option<&'static str> {
    let plain: String = word.to_ascii_lowercase().chars().filter(|c| !matches!(c, '_' | '-' | '.')).collect();
    Some(match plain.as_str() {
        "wait" | "waits" | "timeout" | "firstdigittimeout" | "inputtimeout" | "maxwait" | "waittime"
        | "timeoutms" | "seconds" | "noinput" => "wait",
        "between" | "interdigit" | "interdigittimeout" => "between",
        "digits" | "digit" | "maxdigits" | "numdigits" | "mindigits" => "digits",
        "into" | "store" | "storeas" | "saveas" | "saveto" | "resultvar" | "outputvariable" => "into",
        "end" | "terminator" | "terminate" | "terminators" | "termdigit" | "finishonkey" | "endkey"
        | "ends" => "end",
        _ => return None,
    })
}

/// `voice "Joanna"` on a line of its own.
pub fn as_statement(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first =
        broken.first().filter(|first| broken.place != LineContext::Policy && first.kind == Kind::Word)?;
    let second = broken.token(1)?;
    let is_field =
        matches!(second.kind, Kind::String | Kind::Number | Kind::Word) || second.is("=") || second.is(":");
    // `timeout -> menu` and `timeout | invalid -> menu` are branches.
    let branch = broken.tokens.iter().any(|token| token.is("->")) || broken.tokens.len() > 4;
    if !is_field || branch {
        return None;
    }
    // `language = "en-US"`, `lang "en-US"`: the speaker of a file.
    if broken.place == LineContext::File
        && let Some(wording) = speaker_of_file(broken, first, second)
    {
        return Some(wording);
    }
    // Elsewhere `wait` and `end` are words of other tools for what a whole node does.
    let asks_for_keys = broken.inside.is_some_and(|inside| inside.kind == crate::flow::Kind::Collect);
    let is_time_elsewhere = |word: &str| matches!(word, "wait" | "between") && first.text != word;
    let of_prompt = of_prompt(first.text)
        .filter(|word| asks_for_keys || broken.place == LineContext::File && is_time_elsewhere(word));
    if of_prompt.is_some()
        || matches!(first.text, "retries" | "media" | "lasts" | "language" | "voice" | "ssml")
    {
        let help = match of_prompt.unwrap_or(first.text) {
            "retries" => "write it after the prompt, as in `collect NAME \"TEXT\" retries 2`",
            "media" => {
                "write it after the action or the node's name, as in `say \"TEXT\" media \"https://…\"`"
            }
            "language" | "voice" => {
                "write it in the node's first line or after the words, as in `say \"TEXT\" language \"es-US\"`"
            }
            "ssml" => "write it after the action, as in `say ssml \"<speak>TEXT</speak>\"`",
            "wait" | "between" => {
                "write it after the prompt, as in `collect NAME \"TEXT\" wait 5s between 3s`"
            }
            "into" => "write it after the prompt, as in `collect NAME \"TEXT\" digits 6..10 into account`",
            "digits" | "end" => {
                "write it after the prompt, as in `collect NAME \"TEXT\" digits 6..10 end \"#\"`"
            }
            _ => "write it after its text or audio, as in `say \"TEXT\" lasts 2s`",
        };
        let message = match of_prompt.filter(|word| *word != first.text) {
            Some(word) => {
                format!("{} is `{word}` here, which belongs on the line of the prompt", quote(first.text))
            }
            None => format!("{} belongs on the line of its action", quote(first.text)),
        };
        return fix(first, message, "an option", help);
    }
    // With a name in between, it is a node: `wait w 5s`.
    let value = matches!(second.kind, Kind::String | Kind::Number)
        || !matches!(second.kind, Kind::Word)
        || broken.tokens.len() == 2;
    let word = matches!(
        first.text,
        "input"
            | "keys"
            | "digit"
            | "from"
            | "recording"
            | "tts"
            | "header"
            | "wait"
            | "pause"
            | "delay"
            | "data"
            | "result"
            | "status"
    );
    if !value || word {
        return None;
    }
    unknown_field(first, advice(first.text)?)
}

/// `language = "en-US"`, `voice: "Joanna"`, `lang "en-US"` on a line of its own outside any block.
fn speaker_of_file(broken: &BrokenLine<'_>, first: &Token<'_>, second: &Token<'_>) -> Option<Wording> {
    let own = match first.text {
        "language" | "lang" | "locale" | "languagecode" | "language_code" => "language",
        "voice" | "voicename" | "voice_name" => "voice",
        _ => return None,
    };
    let (sign, value) = match broken.tokens {
        [_, sign, value] if matches!(second.text, "=" | ":") => (Some(sign), value),
        [_, value] => (None, value),
        _ => return None,
    };
    let text = match value.kind {
        Kind::String => value.text.to_owned(),
        Kind::Word if own == "language" && sign.is_some() => format!("\"{}\"", value.text),
        Kind::Word if own == "language" && own != first.text => format!("\"{}\"", value.text),
        _ => return None,
    };
    let meant = format!("{own} {text}");
    let (wrong, message, label) = match sign.filter(|_| own == first.text) {
        Some(sign) => (sign, format!("`{own}` takes no `{}`", sign.text), "not needed"),
        None if own == first.text => return None,
        None => {
            (first, format!("{} is not a kind of node or a declaration", quote(first.text)), "unknown word")
        }
    };
    fix(wrong, message, label, format!("write `{meant}`"))?.instead_of(0..broken.line.trim_end().len(), meant)
}

fn unknown_field(word: &Token<'_>, advice: &str) -> Option<Wording> {
    let message = format!("{} is not an option: the payload has no such field", quote(word.text));
    fix(word, message, "not an option", format!("take it out; {advice}"))
}

/// The wording for a word that is not an option.
pub fn unknown(found: &Token<'_>) -> Option<Wording> {
    fix(found, format!("{} is not an option", quote(found.text)), "unknown option", OPTIONS)
}
