//! What depends on the language: how long letters and digits take, for each language that was measured well
//! enough to have its own figures.

use super::classes::SpeechFigures;
use crate::diagnostics::suggest::nearest;

/// A language with its own figures. All of these use the Latin alphabet: the figures of other scripts are
/// narrow enough without knowing the language.
#[derive(Debug, PartialEq, Eq)]
pub struct Language {
    /// Its BCP 47 code.
    pub code: &'static str,
    /// Its names, in English and in the language itself.
    names: [&'static str; 2],
    /// How long its letters and digits take.
    pub figures: SpeechFigures,
}

/// The languages, measured as [`classes`](super::classes) describes: English with both engines and three
/// accents, the others only with espeak-ng, for which they keep a quarter to spare instead of a sixth.
pub const LANGUAGES: [Language; 8] = [
    language("en", ["english", "anglais"], (64, 104), (225, 730), (265, 1050), 425, 560),
    language("es", ["spanish", "español"], (68, 104), (200, 930), (285, 1210), 335, 555),
    language("fr", ["french", "français"], (56, 83), (145, 750), (190, 805), 228, 510),
    language("de", ["german", "deutsch"], (61, 103), (195, 945), (405, 1240), 405, 425),
    language("it", ["italian", "italiano"], (67, 103), (255, 880), (305, 1205), 375, 500),
    language("pt", ["portuguese", "português"], (73, 106), (195, 970), (300, 1330), 352, 615),
    language("nl", ["dutch", "nederlands"], (64, 103), (195, 825), (312, 1145), 360, 415),
    language("pl", ["polish", "polski"], (73, 116), (325, 1160), (380, 1405), 460, 720),
];

const fn language(
    code: &'static str,
    names: [&'static str; 2],
    letter: (u64, u64),
    digit: (u64, u64),
    number_digit: (u64, u64),
    long_number_digit: u64,
    zero: u64,
) -> Language {
    let figures = SpeechFigures { letter, digit, number_digit, long_number_digit, zero: (25, zero) };
    Language { code, names, figures }
}

/// The language of a code, with any region or script: `en`, `en-US`, `es_419`.
pub fn language_of(code: &str) -> Option<&'static Language> {
    let primary = code.trim().split(['-', '_']).next().unwrap_or_default();
    LANGUAGES.iter().find(|language| language.code.eq_ignore_ascii_case(primary))
}

/// The code of the language that a name was probably meant for: `English`, `eng`, `Deutsch`.
pub fn nearest_code(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    let all = || LANGUAGES.iter().flat_map(|language| language.names.map(|name| (name, language.code)));
    let near = nearest(&name, all().map(|(name, _)| name))
        .or_else(|| all().map(|(own, _)| own).find(|own| name.len() >= 3 && own.starts_with(&*name)));
    all().find(|(own, _)| Some(*own) == near).map(|(_, code)| code)
}
