//! The words of a prompt, and which of them mean a key or "press".

use crate::speech::is_within;

/// A word of a prompt, with what separates it from the word before.
pub struct SpokenWord<'a> {
    /// The characters between the previous word and this one.
    pub gap: &'a str,
    /// The word in lower case.
    pub text: String,
}

/// The words of a text.
pub fn words(text: &str) -> Vec<SpokenWord<'_>> {
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '*' | '#' | '\'');
    let mut words: Vec<SpokenWord<'_>> = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(in_word) {
        let (gap, from) = rest.split_at_checked(start).unwrap_or_default();
        let (word, after) =
            from.split_at_checked(from.find(|c| !in_word(c)).unwrap_or(from.len())).unwrap_or_default();
        let text = word.trim_matches('\'').to_lowercase();
        let text =
            text.strip_prefix("l'").or_else(|| text.strip_prefix("l’")).map_or(text.clone(), str::to_owned);
        rest = after;
        // "The number sign" is the pound key, and "the pound sign", too.
        if text == "sign"
            && !is_break(gap)
            && let Some(last) = words.last_mut()
            && (last.text == "number" || key_of(&last.text).is_some_and(|key| matches!(&*key, "*" | "#")))
        {
            if last.text == "number" {
                last.text = "pound".to_owned();
            }
            continue;
        }
        words.push(SpokenWord { gap, text });
    }
    words
}

/// Whether a gap between two words begins a new clause.
pub fn is_break(gap: &str) -> bool {
    gap.contains([',', '.', ';', ':', '!', '?', '\n', '–', '—', '¿', '¡'])
}

/// A language whose keys are understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tongue {
    English,
    Spanish,
    French,
    German,
}

impl Tongue {
    /// The language of a tag, if its keys are understood.
    pub fn of(tag: &str) -> Option<Self> {
        let all = [("en", Self::English), ("es", Self::Spanish), ("fr", Self::French), ("de", Self::German)];
        all.into_iter().find(|(range, _)| is_within(tag, range)).map(|(_, tongue)| tongue)
    }

    /// Whether a word of this language looks like a verb for "press" of another one: a French `marque` is a brand.
    pub fn has_other_meaning(self, word: &str) -> bool {
        match self {
            Self::French => matches!(word, "marque" | "marca" | "toque"),
            Self::English | Self::Spanish | Self::German => false,
        }
    }
}

/// The languages in which a word names a key. A key in figures has none of its own.
pub fn tongues_of_key(word: &str) -> &'static [Tongue] {
    use Tongue::{English, French, German, Spanish};
    match word {
        "zero" | "one" | "two" | "three" | "four" | "five" | "seven" | "eight" | "nine" | "star"
        | "asterisk" | "pound" | "hash" => &[English],
        "six" => &[English, French],
        "numeral" => &[English, Spanish],
        "cero" | "uno" | "una" | "dos" | "tres" | "cuatro" | "cinco" | "seis" | "siete" | "ocho"
        | "nueve" | "asterisco" | "estrella" | "almohadilla" => &[Spanish],
        "un" => &[Spanish, French],
        "zéro" | "une" | "deux" | "trois" | "quatre" | "cinq" | "sept" | "huit" | "neuf" | "étoile"
        | "etoile" | "astérisque" | "dièse" | "diese" => &[French],
        "null" | "eins" | "ein" | "eine" | "zwei" | "zwo" | "drei" | "vier" | "fünf" | "fuenf" | "sechs"
        | "sieben" | "acht" | "neun" | "stern" | "sterntaste" | "raute" | "rautetaste" => &[German],
        _ => &[],
    }
}

/// Whether a word means "press", given the word before it and whether it begins a clause. If so, returns
/// whether it also has other objects, and its language.
pub fn press(word: &str, before: &str, begins: bool) -> Option<(bool, Tongue)> {
    use Tongue::{English, French, German, Spanish};
    Some(match word {
        "press" | "dial" | "push" | "pressing" | "dialing" | "dialling" | "pushing" => (false, English),
        "hit" | "choose" | "select" | "enter" | "touch" | "tap" | "punch" | "pick" | "choosing"
        | "selecting" | "entering" | "hitting" => (true, English),
        // "Key in 4", "punch in 4".
        "in" if matches!(before, "key" | "punch" | "type") => (true, English),
        // "Type 2", but not "if you have type 2 diabetes".
        "type" if begins || matches!(before, "" | "or" | "and" | "please" | "then" | "to" | "just") => {
            (true, English)
        }
        "oprima" | "oprime" | "oprimir" | "presione" | "presiona" | "presionar" | "pulse" | "pulsa"
        | "pulsar" | "marque" | "marca" | "marcar" | "apriete" | "aprieta" | "apretar" | "digite"
        | "digita" | "teclee" | "teclea" | "oprimiendo" | "presionando" | "pulsando" | "marcando" => {
            (false, Spanish)
        }
        "elija" | "elige" | "escoja" | "escoge" | "seleccione" | "selecciona" | "toque" | "toca"
        | "ingrese" | "ingresa" | "introduzca" | "escriba" => (true, Spanish),
        "appuyez" | "composez" | "pressez" | "enfoncez" | "appuyer" | "presser" | "appuyant" | "appuie" => {
            (false, French)
        }
        "tapez" | "taper" | "faites" | "choisissez" | "choisir" | "sélectionnez" | "selectionnez"
        | "entrez" | "saisissez" | "composer" => (true, French),
        "drücken" | "drücke" | "drück" | "drückt" | "druecken" | "druecke" | "tippen" | "tippe"
        | "betätigen" | "betätige" | "betaetigen" => (false, German),
        "wählen" | "wähle" | "wähl" | "waehlen" | "waehle" | "geben" | "gib" | "eingeben" => {
            (true, German)
        }
        _ => return None,
    })
}

/// The key that a word names.
pub fn key_of(word: &str) -> Option<String> {
    let spelt = match word {
        "zero" | "cero" | "zéro" | "null" => "0",
        "one" | "uno" | "un" | "una" | "une" | "eins" | "ein" | "eine" => "1",
        "two" | "dos" | "deux" | "zwei" | "zwo" => "2",
        "three" | "tres" | "trois" | "drei" => "3",
        "four" | "cuatro" | "quatre" | "vier" => "4",
        "five" | "cinco" | "cinq" | "fünf" | "fuenf" => "5",
        "six" | "seis" | "sechs" => "6",
        "seven" | "siete" | "sept" | "sieben" => "7",
        "eight" | "ocho" | "huit" | "acht" => "8",
        "nine" | "nueve" | "neuf" | "neun" => "9",
        "star" | "asterisk" | "asterisco" | "estrella" | "étoile" | "etoile" | "astérisque" | "stern"
        | "sterntaste" => "*",
        "pound" | "hash" | "numeral" | "almohadilla" | "dièse" | "diese" | "raute" | "rautetaste" => "#",
        _ => match word.strip_prefix('#') {
            // "number 1"
            Some(number) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => number,
            _ if !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'*' | b'#')) =>
            {
                word
            }
            _ => return None,
        },
    };
    Some(spelt.to_owned())
}

/// Words that join the last two keys of a list.
pub const OR: &[&str] = &["or", "and", "o", "u", "y", "ou", "et", "oder", "und"];
