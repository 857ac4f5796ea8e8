//! Estimates a text word by word.

use super::classes::{self, SpeechFigure, SpeechFigures};
use super::{TimeBounds, Voice};

/// How long a text takes to speak. Does not interpret markup: see [`markup`](super::markup()).
pub fn bounds(text: &str, voice: Voice) -> TimeBounds {
    let mut sum = Sum { bounds: TimeBounds::default(), figures: voice.figures(text) };
    for line in text.split_inclusive('\n') {
        line.split_whitespace().for_each(|word| sum.word(word));
        if line.ends_with('\n') {
            sum.add(classes::SENTENCE);
        }
    }
    if sum.bounds != TimeBounds::default() {
        sum.add(classes::END);
    }
    let TimeBounds { least, most } = sum.bounds;
    let (measured, wanted) = (u64::from(classes::MEASURED_AT), u64::from(voice.rate.words_per_minute()));
    TimeBounds {
        least: least.saturating_mul(measured) / wanted,
        most: most.saturating_mul(measured).div_ceil(wanted),
    }
}

/// Whether a text has a letter that is not in the Latin alphabet.
pub fn has_other_letters(text: &str) -> bool {
    // Latin with all its extensions, except phonetic letters.
    let is_latin =
        |c: char| c.is_ascii() || matches!(u32::from(c), 0x00AA..=0x024F | 0x1E00..=0x1EFF | 0xFB00..=0xFB06);
    text.chars().any(|c| c.is_alphabetic() && !is_latin(c))
}

struct Sum {
    bounds: TimeBounds,
    figures: SpeechFigures,
}

/// Properties of a word that affect its characters.
struct WordTally {
    is_address: bool,
    has_digits: bool,
}

impl Sum {
    fn add(&mut self, figure: SpeechFigure) {
        self.several(figure, 1);
    }

    fn several(&mut self, (least, most): SpeechFigure, count: usize) {
        self.bounds = self.bounds.and(TimeBounds { least, most }.times(count as u64));
    }

    /// Adds a word, the text between white space.
    fn word(&mut self, word: &str) {
        let tally =
            WordTally { is_address: is_address(word), has_digits: word.chars().any(char::is_numeric) };
        let last_spoken = word.rfind(char::is_alphanumeric);
        let mut rest = word;
        let mut begun = false;
        while let Some(first) = rest.chars().next() {
            let run = if is_letter(first) {
                prefix(rest, |c| is_letter(c) || is_apostrophe(c) || is_mark(c))
            } else if first.is_numeric() {
                prefix(rest, char::is_numeric)
            } else {
                first.len_utf8()
            };
            let (run, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
            if is_letter(first) {
                self.letters(run, &tally, after);
            } else if first.is_numeric() {
                self.digits(run);
            } else {
                let inside = begun && last_spoken >= Some(word.len() - after.len());
                self.sign(first, &tally, inside);
            }
            begun = true;
            rest = after;
        }
    }

    /// Adds a run of letters, including apostrophes.
    fn letters(&mut self, run: &str, word: &WordTally, after: &str) {
        let by_script = |c: char| script(c).filter(|_| !c.is_ascii());
        let count = run.chars().filter(|&c| is_letter(c)).count();
        let plain = run.chars().filter(|&c| is_letter(c) && by_script(c).is_none()).count();
        for (least, most) in run.chars().filter_map(by_script) {
            // A single letter may be read as its name.
            self.add((least, if count == 1 { most.max(classes::SPELT.1) } else { most }));
        }
        if plain == 0 {
            return;
        }
        if word.is_address {
            return self.several(classes::ADDRESS_LETTER, plain);
        }
        if word.has_digits || may_be_spelt(run) {
            // A `W` is three syllables.
            let long = run.chars().filter(|letter| matches!(letter, 'w' | 'W')).count();
            let (_, most) = classes::SPELT;
            self.add((0, most / 2 * long as u64));
            return self.several(classes::SPELT, plain);
        }
        let (least, most) = self.figures.letter;
        let floor =
            if after.starts_with('.') && count <= 5 { classes::ABBREVIATION } else { classes::SHORT_WORD };
        self.add((least * plain as u64, (most * plain as u64).max(floor)));
    }

    fn digits(&mut self, run: &str) {
        let significant = run.chars().filter(|&digit| digit != '0').count();
        let floor = if significant >= classes::LONG_NUMBER { self.figures.long_number_digit } else { 0 };
        let is_number = run.chars().count() >= 3 && !run.starts_with('0');
        for digit in run.chars() {
            let (least, most) = if is_number { self.figures.number_digit } else { self.figures.digit };
            match digit {
                '0' => self.add(self.figures.zero),
                '1'..='9' => self.add((least.max(floor), most)),
                _ => self.add(classes::OTHER_DIGIT),
            }
        }
    }

    /// Adds a character that is neither a letter nor a digit.
    fn sign(&mut self, sign: char, word: &WordTally, inside: bool) {
        let figure = match sign {
            _ if is_mark(sign) => return,
            _ if word.is_address && inside => classes::ADDRESS_SIGN,
            '.' | ',' | ':' | '/' | '-' | '(' | ')' | '–' if inside && word.has_digits => {
                classes::DIGIT_SIGN
            }
            '-' | '\'' | '’' | '‐' | '‑' if inside => classes::JOINT,
            '"' | '“' | '”' | '„' | '«' | '»' | '‘' | '’' | '\'' | '‚' | '‹' | '›' => {
                classes::JOINT
            }
            '.' | '!' | '?' | ':' | ';' | '…' | '¡' | '¿' | '。' | '！' | '？' | '：' | '；' | '।' | '؟'
            | '؛' | '։' | '።' => classes::SENTENCE,
            ',' | '、' | '，' | '،' | '(' | ')' | '[' | ']' | '{' | '}' | '–' | '—' | '「' | '」' | '・' => {
                classes::CLAUSE
            }
            _ if is_pictograph(sign) => classes::PICTOGRAPH,
            _ => classes::SYMBOL,
        };
        self.add(figure);
    }
}

/// The length in bytes of the longest fitting prefix.
fn prefix(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c: char| !fits(c)).unwrap_or(text.len())
}

/// Whether a word is a URL, a host or an e-mail address.
fn is_address(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    if word.contains("://") || word.get(..4).is_some_and(|head| head.eq_ignore_ascii_case("www.")) {
        return true;
    }
    let mut parts = word.split(['.', '@', '/']);
    let Some(mut before) = parts.next() else { return false };
    let mut signs = word.chars().filter(|c| matches!(c, '.' | '@' | '/'));
    for after in parts {
        let sign = signs.next();
        let joins = match sign {
            Some('@') => !before.is_empty() && !after.is_empty(),
            // `lakeside.example`, but neither `U.S.A` nor `3.14`.
            Some('.') => {
                before.chars().count() > 1
                    && after.chars().count() > 1
                    && after.chars().next().is_some_and(char::is_alphabetic)
                    && before.chars().any(char::is_alphabetic)
            }
            _ => false,
        };
        if joins {
            return true;
        }
        before = after;
    }
    false
}

/// Whether some voice may spell a run of letters: a single letter, a few capitals, no vowel, or capitals
/// inside.
fn may_be_spelt(run: &str) -> bool {
    let count = run.chars().filter(|&c| is_letter(c)).count();
    let capitals = run.chars().filter(|c| c.is_uppercase()).count();
    let is_ascii = run.is_ascii();
    let vowels = run.bytes().filter(|byte| b"aeiouyAEIOUY".contains(byte)).count();
    // Capitals with few vowels, as in a Roman numeral.
    let is_capitals = capitals == count && is_ascii && vowels * 4 <= count;
    count == 1 || capitals >= 2 && (count <= 5 || capitals < count) || is_capitals || is_ascii && vowels == 0
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic()
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ')
}

/// Marks that combine with the letter before them and take no time: accents, points, a virama, and
/// characters that join or separate letters.
fn is_mark(c: char) -> bool {
    matches!(
        u32::from(c),
        0x0300..=0x036F
            | 0x0483..=0x0489
            | 0x0591..=0x05C7
            | 0x0610..=0x061A
            | 0x064B..=0x065F
            | 0x0670
            | 0x093C
            | 0x094D
            | 0x09BC
            | 0x09CD
            | 0x0A3C
            | 0x0A4D
            | 0x0ABC
            | 0x0ACD
            | 0x0B4D
            | 0x0BCD
            | 0x0C4D
            | 0x0CCD
            | 0x0D4D
            | 0x0DCA
            | 0x0E47..=0x0E4E
            | 0x0EC8..=0x0ECE
            | 0x1AB0..=0x1AFF
            | 0x1DC0..=0x1DFF
            | 0x200B..=0x200D
            | 0x2060
            | 0x20D0..=0x20FF
            | 0x3099..=0x309A
            | 0xFE00..=0xFE0F
            | 0xFE20..=0xFE2F
            | 0xFEFF
    )
}

fn is_pictograph(c: char) -> bool {
    matches!(u32::from(c), 0x2190..=0x21FF | 0x2300..=0x27BF | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF)
}

/// How long a letter takes that belongs to no alphabet; `None` for a letter of an alphabet.
fn script(c: char) -> Option<SpeechFigure> {
    Some(match u32::from(c) {
        // Latin, Greek, Cyrillic, Armenian; Georgian; their extensions.
        0x0000..=0x058F | 0x10A0..=0x10FF | 0x1C80..=0x1CBF | 0x1D00..=0x1DBF | 0x1E00..=0x1FFF => {
            return None;
        }
        0x2C60..=0x2C7F | 0x2D00..=0x2D2F | 0xA640..=0xA69F | 0xA720..=0xA7FF | 0xAB30..=0xAB6F => {
            return None;
        }
        0x2160..=0x2188 => classes::NUMERAL,
        0xFB00..=0xFB17 | 0xFF21..=0xFF3A | 0xFF41..=0xFF5A => return None,
        // Hebrew, Arabic, Syriac, Thaana, N'Ko, and their forms for display.
        0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFF => classes::CONSONANT,
        // Devanagari to Myanmar; Khmer.
        0x0900..=0x109F | 0x1780..=0x17FF => classes::SIGN,
        0x1100..=0x11FF | 0x3130..=0x318F => classes::SIGN,
        0x1200..=0x139F | 0x13A0..=0x13FF | 0x1400..=0x167F | 0xA000..=0xA4CF => classes::SYLLABLE,
        0x3040..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => classes::KANA,
        0xAC00..=0xD7AF => classes::HANGUL,
        0x2E80..=0x2FDF | 0x3005..=0x3007 | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF => {
            classes::HAN
        }
        0x20000..=0x3FFFF => classes::HAN,
        _ => classes::UNMEASURED,
    })
}
