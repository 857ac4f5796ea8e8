//! How long each class of character takes to speak.
//!
//! All figures are milliseconds at [`MEASURED_AT`] words a minute, `(at least, at most)`.
//!
//! They come from two speech engines, espeak-ng 1.51 and flite 2.2, which spoke the texts of
//! `tests/consumers/speech/spoken.tsv`: prose in 30 languages and 20 scripts, phone and account numbers,
//! addresses, dates, times, amounts, acronyms, symbols. Each engine's seconds are scaled so that its
//! English prose runs at [`MEASURED_AT`]. The figures keep every one of these texts between the bounds with
//! a sixth of its time to spare on either side (`tests/speech.rs`). The bounds of scripts that were
//! measured only once are wider. Letters and digits also depend on the language: [`SpeechFigures`].

/// The rate of the figures, in words a minute.
pub const MEASURED_AT: u16 = 150;

/// The least and the most.
pub type SpeechFigure = (u64, u64);

/// The figures that depend on the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpeechFigures {
    /// A letter of an alphabet: Latin, Cyrillic, Greek, Georgian… Measured 75 (French, English) to
    /// 115 (Polish, Swahili).
    pub letter: SpeechFigure,
    /// A digit other than 0, alone or in a short run: `7`, `12` (`twelve`, 400), `99` (2,300 in Polish),
    /// `88` (2,900 in Finnish).
    pub digit: SpeechFigure,
    /// A digit other than 0 in a run of three or more, which may be read as a number: `777777` takes 4,500
    /// in English and 8,300 in Finnish.
    pub number_digit: SpeechFigure,
    /// The least that a digit other than 0 takes among at least [`LONG_NUMBER`] in a row: digit by digit or
    /// as a number, none is short.
    pub long_number_digit: u64,
    /// A 0, which is silent in `1,000,000` and spoken in `000000`.
    pub zero: SpeechFigure,
}

impl SpeechFigures {
    /// The figures that hold for any language.
    pub const ANY: Self = Self {
        letter: (56, 135),
        digit: (145, 1400),
        number_digit: (150, 1700),
        long_number_digit: 228,
        zero: (25, 930),
    };

    /// The figures for a text in one of two languages.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let either = |one: SpeechFigure, other: SpeechFigure| (one.0.min(other.0), one.1.max(other.1));
        Self {
            letter: either(self.letter, other.letter),
            digit: either(self.digit, other.digit),
            number_digit: either(self.number_digit, other.number_digit),
            long_number_digit: self.long_number_digit.min(other.long_number_digit),
            zero: either(self.zero, other.zero),
        }
    }
}

/// The upper bound of a very short word: `a`, `I`, `ok`. Measured up to 260.
pub const SHORT_WORD: u64 = 350;
/// A letter of a script without vowels: Arabic, Hebrew. Measured 125 to 165.
pub const CONSONANT: SpeechFigure = (75, 260);
/// A letter or vowel sign of an Indic or Southeast Asian script. Measured 95 to 145.
pub const SIGN: SpeechFigure = (55, 240);
/// An Ethiopic, Yi, Cherokee or other syllable. Measured 190.
pub const SYLLABLE: SpeechFigure = (90, 450);
/// A syllable of Hangul. Measured 235 to 310.
pub const HANGUL: SpeechFigure = (120, 480);
/// A Han character. Measured 300 (Cantonese) to 580 (Mandarin).
pub const HAN: SpeechFigure = (150, 800);
/// A kana. Measured 160 to 200.
pub const KANA: SpeechFigure = (85, 380);
/// A character of a script that was not measured.
pub const UNMEASURED: SpeechFigure = (0, 1000);

/// A letter that may be spelt, by itself or in an acronym, a code or a word without a vowel. Read as a word
/// (`NASA`), a letter takes 200; a spelt `W` takes up to 480.
pub const SPELT: SpeechFigure = (55, 520);
/// The upper bound of a short word before a period, which may be an abbreviation: `Jan.`, `No.`.
pub const ABBREVIATION: u64 = 1000;
/// A letter of a URL or an e-mail address, which may be spelt or read. Measured 150 to 270.
pub const ADDRESS_LETTER: SpeechFigure = (60, 330);
/// A sign in an address: `.`, `/`, `@`, `:`. Some engines skip some of them.
pub const ADDRESS_SIGN: SpeechFigure = (60, 800);

/// How many digits other than 0 make a long number.
pub const LONG_NUMBER: usize = 5;
/// A digit of another script, a fraction, a numeral.
pub const OTHER_DIGIT: SpeechFigure = (0, 1700);
/// A Roman numeral in one character: `Ⅷ`; some of these are spelt. Measured 1,900.
pub const NUMERAL: SpeechFigure = (0, 2600);
/// A sign within digits that may be spoken, such as the point of `3.14` or the strokes of a date.
pub const DIGIT_SIGN: SpeechFigure = (0, 550);
/// A sign of currency, `%`, or any other symbol with a name: `#`, `&`, `°`.
pub const SYMBOL: SpeechFigure = (0, 1250);
/// An emoji or another pictograph, whose description some engines read.
pub const PICTOGRAPH: SpeechFigure = (0, 3000);

/// The pause after a sentence: `.`, `?`, `!`, `:`, `;`, a line break.
pub const SENTENCE: SpeechFigure = (0, 750);
/// The pause at a comma, a dash or a bracket.
pub const CLAUSE: SpeechFigure = (0, 450);
/// A hyphen within a word, a quotation mark.
pub const JOINT: SpeechFigure = (0, 150);
/// The pause at the end of a text.
pub const END: SpeechFigure = (0, 700);
