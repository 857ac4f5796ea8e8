//! The words of a prompt, and which of them mean a key or "press".

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
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(in_word) {
        let (gap, from) = rest.split_at_checked(start).unwrap_or_default();
        let (word, after) =
            from.split_at_checked(from.find(|c| !in_word(c)).unwrap_or(from.len())).unwrap_or_default();
        let text = word.trim_matches('\'').to_lowercase();
        let text =
            text.strip_prefix("l'").or_else(|| text.strip_prefix("l’")).map_or(text.clone(), str::to_owned);
        words.push(SpokenWord { gap, text });
        rest = after;
    }
    words
}

/// Whether a gap between two words begins a new clause.
pub fn is_break(gap: &str) -> bool {
    gap.contains([',', '.', ';', ':', '!', '?', '\n', '–', '—', '¿', '¡'])
}

/// Whether a word means "press", given the word before it and whether it begins a clause. If so, returns
/// whether it also has other objects, and whether it is not English.
pub fn press(word: &str, before: &str, begins: bool) -> Option<(bool, bool)> {
    Some(match word {
        "press" | "dial" | "push" | "pressing" | "dialing" | "dialling" | "pushing" => (false, false),
        "hit" | "choose" | "select" | "enter" | "touch" | "tap" | "punch" | "pick" | "choosing"
        | "selecting" | "entering" | "hitting" => (true, false),
        // "Key in 4", "punch in 4".
        "in" if matches!(before, "key" | "punch" | "type") => (true, false),
        // "Type 2", but not "if you have type 2 diabetes".
        "type" if begins || matches!(before, "" | "or" | "and" | "please" | "then" | "to" | "just") => {
            (true, false)
        }
        "oprima" | "oprime" | "oprimir" | "presione" | "presiona" | "presionar" | "pulse" | "pulsa"
        | "pulsar" | "marque" | "marca" | "marcar" | "apriete" | "aprieta" | "apretar" | "digite"
        | "digita" | "teclee" | "teclea" | "oprimiendo" | "presionando" | "pulsando" | "marcando" => {
            (false, true)
        }
        "elija" | "elige" | "escoja" | "escoge" | "seleccione" | "selecciona" | "toque" | "toca"
        | "ingrese" | "ingresa" | "introduzca" | "escriba" => (true, true),
        "appuyez" | "composez" | "pressez" | "enfoncez" | "appuyer" | "presser" | "appuyant" | "appuie" => {
            (false, true)
        }
        "tapez" | "taper" | "faites" | "choisissez" | "choisir" | "sélectionnez" | "selectionnez"
        | "entrez" | "saisissez" | "composer" => (true, true),
        "drücken" | "drücke" | "drück" | "drückt" | "druecken" | "druecke" | "tippen" | "tippe"
        | "betätigen" | "betätige" | "betaetigen" => (false, true),
        "wählen" | "wähle" | "wähl" | "waehlen" | "waehle" | "geben" | "gib" | "eingeben" => (true, true),
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
