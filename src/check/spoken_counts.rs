//! Which numbers of a prompt count things instead of naming keys: "choose 5 pizzas", "we hit 2 million".

use super::spoken_words::{Meaning, OR, SpokenWord, is_break, key_of};

/// Words for what is counted: the number before them is not a key.
pub const COUNTED: &[&str] = &[
    "of",
    "digit",
    "digits",
    "digito",
    "dígitos",
    "chiffres",
    "stellen",
    "stellige",
    "stelligen",
    "time",
    "times",
    "moment",
    "minute",
    "minutes",
    "more",
    "more,",
    "de",
    "des",
    "von",
    "option",
    "options",
    "veces",
    "fois",
    "mal",
    "ziffern",
    "zeichen",
    "second",
    "seconds",
    "hour",
    "hours",
    "day",
    "days",
    "percent",
    "characters",
    "segundos",
    "minutos",
    "horas",
    "días",
    "secondes",
    "heures",
    "jours",
    "sekunden",
    "minuten",
    "stunden",
    "tage",
    "tagen",
];

/// The subject of a verb such as "choose".
pub enum Subject {
    /// "You choose", "you can choose".
    CalledParty,
    /// "We choose", "they have hit".
    Other,
}

/// The subject of the verb at an index. `None` if the verb is an imperative.
pub fn subject(words: &[SpokenWord<'_>], verb: usize) -> Option<Subject> {
    let back = words.get(..=verb)?;
    for pair in back.windows(2).rev().take(FAR) {
        let [before, word] = pair else { return None };
        if is_break(word.gap) {
            return None;
        }
        let text = before.text.split('\'').next().unwrap_or_default();
        match text {
            "we" | "they" | "i" | "he" | "she" | "who" => return Some(Subject::Other),
            "you" => return Some(Subject::CalledParty),
            _ if BEFORE_VERBS.contains(&text) => {}
            _ => return None,
        }
    }
    None
}

/// How many words back from its verb a subject may be.
const FAR: usize = 4;

/// Words between a subject and its verb. Some are the rest of "we’ll" and "they’ve".
const BEFORE_VERBS: &[&str] = &[
    "will", "can", "could", "would", "should", "may", "might", "must", "have", "had", "has", "are", "were",
    "do", "did", "just", "only", "always", "often", "usually", "all", "also", "then", "now", "ll", "ve",
    "re", "d",
];

/// Whether the number at an index, after a word such as "choose", counts what follows. `has_subject` says that
/// the verb has the called party as its subject, as in "you can choose 5 gifts".
pub fn counts(words: &[SpokenWord<'_>], index: usize, has_subject: bool) -> bool {
    let Some(word) = words.get(index) else { return false };
    if word.gap.ends_with(['$', '€', '£']) || is_part_of_number(words, index) {
        return true;
    }
    let Some(next) = words.get(index + 1) else { return false };
    if next.gap.trim_start().starts_with(['%', '$', '€', '£']) {
        return true;
    }
    // "Choosing 2 connects you": what follows is a verb.
    let is_gerund = |back: usize| {
        index.checked_sub(back).and_then(|at| words.get(at)).is_some_and(|word| word.text.ends_with("ing"))
    };
    if is_break(next.gap) || is_gerund(1) || is_gerund(2) {
        return false;
    }
    let next = &*next.text;
    if is_plural(next) || UNITS.contains(&next) {
        return true;
    }
    if continues_instruction(next) {
        return false;
    }
    // "Choose 5 lucky winners"
    let noun = words.get(index + 2).filter(|noun| !is_break(noun.gap));
    has_subject || noun.is_some_and(|noun| is_plural(&noun.text))
}

/// Whether a number is joined to a key before it: "2 or 3", "2 to 4".
pub fn joins_to_key(words: &[SpokenWord<'_>], index: usize) -> bool {
    let before =
        |back: usize| index.checked_sub(back).and_then(|at| words.get(at)).map_or("", |word| &*word.text);
    let is_joined = OR.contains(&before(1)) || matches!(before(1), "to" | "through" | "thru" | "a" | "à");
    is_joined && key_of(before(2)).is_some()
}

/// "2.5", "2,000".
fn is_part_of_number(words: &[SpokenWord<'_>], index: usize) -> bool {
    let is_digits =
        |word: &SpokenWord<'_>| !word.text.is_empty() && word.text.bytes().all(|byte| byte.is_ascii_digit());
    let joins = |at: usize| {
        words.get(at).filter(|word| is_digits(word)).is_some_and(|word| match word.gap {
            "." => true,
            "," => word.text.len() == 3,
            _ => false,
        })
    };
    joins(index) && index > 0 || joins(index + 1)
}

/// Whether a word is a plural noun. `NO_PLURALS` has the other words that end like one.
fn is_plural(word: &str) -> bool {
    let ends_like_plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    ends_like_plural && !NO_PLURALS.contains(&word) && !continues_instruction(word)
        || matches!(word, "people" | "children" | "men" | "women")
}

/// Whether a word continues the instruction instead of naming what is counted.
fn continues_instruction(word: &str) -> bool {
    key_of(word).is_some() || Meaning::of(word).press(word, "", false).is_some() || SENTENCE.contains(&word)
}

const UNITS: &[&str] =
    &["hundred", "thousand", "million", "billion", "dozen", "percent", "am", "pm", "a.m", "p.m", "km", "kg"];

/// Words that end like plurals but are not.
const NO_PLURALS: &[&str] = &[
    "plus",
    "this",
    "thus",
    "always",
    "sometimes",
    "perhaps",
    "thanks",
    "besides",
    "towards",
    "afterwards",
    "gracias",
    "después",
    "despues",
    "entonces",
    "además",
    "ademas",
    "puis",
    "dans",
    "sans",
    "vous",
    "nous",
    "alors",
    "toujours",
    "vers",
    "mais",
    "eins",
    "sechs",
    "falls",
    "stets",
    "jetzt",
];

/// Words that continue the sentence after a key.
const SENTENCE: &[&str] = &[
    "for", "to", "if", "and", "or", "now", "then", "when", "on", "at", "in", "with", "please", "the", "a",
    "an", "your", "our", "that", "is", "are", "you", "we", "they", "it", "as", "by", "from", "again",
    "instead", "any", "other", "once", "twice", "but", "so", "while", "during", "before", "after", "until",
    "unless", "because", "key", "button", "say", "followed", "will", "para", "por", "si", "y", "o", "u",
    "en", "con", "pour", "et", "ou", "sur", "s'il", "für", "und", "oder", "wenn", "um", "bitte", "ein",
];
