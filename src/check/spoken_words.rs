//! The words of a prompt, and which of them mean a key or "press".

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::speech::is_within;

/// A word of a prompt, with what separates it from the word before.
pub struct SpokenWord<'a> {
    /// The characters between the previous word and this one.
    pub gap: &'a str,
    /// The word in lower case.
    pub text: Cow<'a, str>,
    /// What it has to do with keys.
    pub meaning: &'static Meaning,
}

impl<'a> SpokenWord<'a> {
    fn new(gap: &'a str, text: Cow<'a, str>) -> Self {
        Self { gap, meaning: Meaning::of(&text), text }
    }

    /// Whether it has nothing to do with keys.
    pub fn means_nothing(&self) -> bool {
        std::ptr::eq(self.meaning, &raw const NO_MEANING) && in_figures(&self.text).is_none()
    }

    /// The key that it names.
    pub fn key(&self) -> Option<&str> {
        self.meaning.key.or_else(|| in_figures(&self.text))
    }
}

/// The words of a text.
pub fn words(text: &str) -> Vec<SpokenWord<'_>> {
    let is_sign = |letter: u8| matches!(letter, b'*' | b'#' | b'\'');
    let in_word = |letter: u8| letter.is_ascii_alphanumeric() || is_sign(letter);
    // Most texts are ASCII, which takes far less.
    if text.is_ascii() {
        return words_of(text, text.bytes().map(in_word).enumerate());
    }
    let in_word = |letter: char| letter.is_alphanumeric() || u8::try_from(letter).is_ok_and(is_sign);
    words_of(text, text.char_indices().map(|(at, letter)| (at, in_word(letter))))
}

/// The words of a text, by whether each of its characters belongs to a word.
fn words_of(text: &str, letters: impl Iterator<Item = (usize, bool)>) -> Vec<SpokenWord<'_>> {
    let mut words: Vec<SpokenWord<'_>> = Vec::with_capacity(text.len() / 6);
    // Where the word before ends, and where this one begins.
    let (mut end, mut start) = (0, None);
    for (at, in_word) in letters.chain([(text.len(), false)]) {
        let begin = match (start, in_word) {
            (None, _) => {
                start = in_word.then_some(at);
                continue;
            }
            (Some(_), true) => continue,
            (Some(begin), false) => begin,
        };
        start = None;
        let gap = text.get(std::mem::replace(&mut end, at)..begin).unwrap_or_default();
        let text = in_lower_case(text.get(begin..at).unwrap_or_default());
        // "The number sign" is the pound key, and "the pound sign", too.
        if text == "sign"
            && !is_break(gap)
            && let Some(last) = words.last_mut()
            && (last.text == "number" || last.key().is_some_and(|key| matches!(key, "*" | "#")))
        {
            if last.text == "number" {
                *last = SpokenWord::new(last.gap, "pound".into());
            }
            continue;
        }
        words.push(SpokenWord::new(gap, text));
    }
    words
}

/// A word in lower case, without quotes around it and without a French article before it.
fn in_lower_case(word: &str) -> Cow<'_, str> {
    let bare = if word.contains('\'') { word.trim_matches('\'') } else { word };
    if bare.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(bare.strip_prefix("l'").unwrap_or(bare));
    }
    let lower = bare.to_lowercase();
    Cow::Owned(lower.strip_prefix("l'").map(str::to_owned).unwrap_or(lower))
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

/// What a word has to do with keys, in the languages that are understood.
#[derive(Debug, Default)]
pub struct Meaning {
    /// The key that it names. A key in figures is not listed.
    key: Option<&'static str>,
    /// The languages in which it names that key.
    pub tongues: Vec<Tongue>,
    /// For a word that means "press": whether it also has other objects, and its language.
    press: Option<(bool, Tongue)>,
    /// Whether it may stand between "press" and its keys, and between the keys.
    pub joins: bool,
    /// Whether it is a word for "key", as in "any other key".
    pub is_any_key: bool,
    /// Whether it means "press" in a language whose keys are not understood.
    pub is_foreign_press: bool,
}

impl Meaning {
    /// What a word in lower case means.
    pub fn of(word: &str) -> &'static Self {
        /// The words of all lists: a prompt has many words, and nearly all of them are in none.
        static MEANINGS: LazyLock<FxHashMap<&str, Meaning>> = LazyLock::new(meanings);
        MEANINGS.get(word).unwrap_or(&NO_MEANING)
    }

    /// Whether this word means "press", given the word before it and whether it begins a clause. If so, returns
    /// whether it also has other objects, and its language.
    pub fn press(&self, word: &str, before: &str, begins: bool) -> Option<(bool, Tongue)> {
        self.press.filter(|_| match word {
            // "Key in 4", "punch in 4".
            "in" => matches!(before, "key" | "punch" | "type"),
            // "Type 2", but not "if you have type 2 diabetes".
            "type" => begins || matches!(before, "" | "or" | "and" | "please" | "then" | "to" | "just"),
            _ => true,
        })
    }
}

/// The meaning of a word that has nothing to do with keys.
static NO_MEANING: Meaning = Meaning {
    key: None,
    tongues: Vec::new(),
    press: None,
    joins: false,
    is_any_key: false,
    is_foreign_press: false,
};

fn meanings() -> FxHashMap<&'static str, Meaning> {
    let mut meanings: FxHashMap<&str, Meaning> = FxHashMap::default();
    for &(key, tongue, words) in KEYS {
        for word in words {
            let meaning = meanings.entry(word).or_default();
            meaning.key = Some(key);
            meaning.tongues.push(tongue);
        }
    }
    for &(is_weak, tongue, words) in PRESS {
        for word in words {
            meanings.entry(word).or_default().press = Some((is_weak, tongue));
        }
    }
    for word in BETWEEN {
        meanings.entry(word).or_default().joins = true;
    }
    for word in ANY_KEY {
        meanings.entry(word).or_default().is_any_key = true;
    }
    for word in OTHER_LANGUAGES {
        meanings.entry(word).or_default().is_foreign_press = true;
    }
    meanings
}

/// The key that a word names.
pub fn key_of(word: &str) -> Option<&str> {
    Meaning::of(word).key.or_else(|| in_figures(word))
}

/// The key that a word names in figures: `4`, `42#`, and "number 1" written as `#1`.
fn in_figures(word: &str) -> Option<&str> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_key = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#');
    match word.strip_prefix('#').filter(|number| is_digits(number)) {
        Some(number) => Some(number),
        None => (!word.is_empty() && word.bytes().all(is_key)).then_some(word),
    }
}

/// Keys and the words for them.
const KEYS: &[(&str, Tongue, &[&str])] = &[
    ("0", Tongue::English, &["zero"]),
    ("1", Tongue::English, &["one"]),
    ("2", Tongue::English, &["two"]),
    ("3", Tongue::English, &["three"]),
    ("4", Tongue::English, &["four"]),
    ("5", Tongue::English, &["five"]),
    ("6", Tongue::English, &["six"]),
    ("7", Tongue::English, &["seven"]),
    ("8", Tongue::English, &["eight"]),
    ("9", Tongue::English, &["nine"]),
    ("*", Tongue::English, &["star", "asterisk"]),
    ("#", Tongue::English, &["pound", "hash", "numeral"]),
    ("0", Tongue::Spanish, &["cero"]),
    ("1", Tongue::Spanish, &["uno", "una", "un"]),
    ("2", Tongue::Spanish, &["dos"]),
    ("3", Tongue::Spanish, &["tres"]),
    ("4", Tongue::Spanish, &["cuatro"]),
    ("5", Tongue::Spanish, &["cinco"]),
    ("6", Tongue::Spanish, &["seis"]),
    ("7", Tongue::Spanish, &["siete"]),
    ("8", Tongue::Spanish, &["ocho"]),
    ("9", Tongue::Spanish, &["nueve"]),
    ("*", Tongue::Spanish, &["asterisco", "estrella"]),
    ("#", Tongue::Spanish, &["almohadilla", "numeral"]),
    ("0", Tongue::French, &["zéro"]),
    ("1", Tongue::French, &["un", "une"]),
    ("2", Tongue::French, &["deux"]),
    ("3", Tongue::French, &["trois"]),
    ("4", Tongue::French, &["quatre"]),
    ("5", Tongue::French, &["cinq"]),
    ("6", Tongue::French, &["six"]),
    ("7", Tongue::French, &["sept"]),
    ("8", Tongue::French, &["huit"]),
    ("9", Tongue::French, &["neuf"]),
    ("*", Tongue::French, &["étoile", "etoile", "astérisque"]),
    ("#", Tongue::French, &["dièse", "diese"]),
    ("0", Tongue::German, &["null"]),
    ("1", Tongue::German, &["eins", "ein", "eine"]),
    ("2", Tongue::German, &["zwei", "zwo"]),
    ("3", Tongue::German, &["drei"]),
    ("4", Tongue::German, &["vier"]),
    ("5", Tongue::German, &["fünf", "fuenf"]),
    ("6", Tongue::German, &["sechs"]),
    ("7", Tongue::German, &["sieben"]),
    ("8", Tongue::German, &["acht"]),
    ("9", Tongue::German, &["neun"]),
    ("*", Tongue::German, &["stern", "sterntaste"]),
    ("#", Tongue::German, &["raute", "rautetaste"]),
];

/// Words that mean "press": whether they also have other objects, and their language.
const PRESS: &[(bool, Tongue, &[&str])] = &[
    (false, Tongue::English, &["press", "dial", "push", "pressing", "dialing", "dialling", "pushing"]),
    (
        true,
        Tongue::English,
        &[
            "hit",
            "choose",
            "select",
            "enter",
            "touch",
            "tap",
            "punch",
            "pick",
            "choosing",
            "selecting",
            "entering",
            "hitting",
            "in",
            "type",
        ],
    ),
    (
        false,
        Tongue::Spanish,
        &[
            "oprima",
            "oprime",
            "oprimir",
            "presione",
            "presiona",
            "presionar",
            "pulse",
            "pulsa",
            "pulsar",
            "marque",
            "marca",
            "marcar",
            "apriete",
            "aprieta",
            "apretar",
            "digite",
            "digita",
            "teclee",
            "teclea",
            "oprimiendo",
            "presionando",
            "pulsando",
            "marcando",
        ],
    ),
    (
        true,
        Tongue::Spanish,
        &[
            "elija",
            "elige",
            "escoja",
            "escoge",
            "seleccione",
            "selecciona",
            "toque",
            "toca",
            "ingrese",
            "ingresa",
            "introduzca",
            "escriba",
        ],
    ),
    (
        false,
        Tongue::French,
        &["appuyez", "composez", "pressez", "enfoncez", "appuyer", "presser", "appuyant", "appuie"],
    ),
    (
        true,
        Tongue::French,
        &[
            "tapez",
            "taper",
            "faites",
            "choisissez",
            "choisir",
            "sélectionnez",
            "selectionnez",
            "entrez",
            "saisissez",
            "composer",
        ],
    ),
    (
        false,
        Tongue::German,
        &[
            "drücken",
            "drücke",
            "drück",
            "drückt",
            "druecken",
            "druecke",
            "tippen",
            "tippe",
            "betätigen",
            "betätige",
            "betaetigen",
        ],
    ),
    (true, Tongue::German, &["wählen", "wähle", "wähl", "waehlen", "waehle", "geben", "gib", "eingeben"]),
];

/// Words between "press" and its keys, and between the keys.
const BETWEEN: &[&str] = &[
    "or",
    "and",
    "the",
    "number",
    "key",
    "digit",
    "button",
    "option",
    "either",
    "say",
    "to",
    "through",
    "thru",
    "on",
    "o",
    "u",
    "y",
    "el",
    "la",
    "los",
    "las",
    "tecla",
    "número",
    "numero",
    "dígito",
    "botón",
    "opción",
    "al",
    "hasta",
    "ou",
    "et",
    "sur",
    "le",
    "les",
    "touche",
    "chiffre",
    "numéro",
    "à",
    "dites",
    "oder",
    "und",
    "sie",
    "die",
    "der",
    "den",
    "das",
    "taste",
    "ziffer",
    "zahl",
    "nummer",
    "bitte",
    "bis",
    "jetzt",
    "now",
    "please",
    "just",
    "simply",
    "ahora",
    "por",
    "favor",
    "maintenant",
    "einfach",
    "nun",
];

/// Words for "key".
const ANY_KEY: &[&str] =
    &["key", "keys", "number", "digit", "button", "tecla", "número", "touche", "chiffre", "taste", "ziffer"];

/// "Press" in languages whose keys are not understood.
const OTHER_LANGUAGES: &[&str] = &[
    "premi",
    "prema",
    "premere",
    "pressione",
    "aperte",
    "tecle",
    "disque",
    "druk",
    "toets",
    "tryck",
    "trykk",
    "naciśnij",
];

/// Words that join the last two keys of a list.
pub const OR: &[&str] = &["or", "and", "o", "u", "y", "ou", "et", "oder", "und"];
