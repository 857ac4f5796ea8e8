//! Estimates how long a text takes to speak: at least, and at most.
//!
//! It is not known which voice the platform uses, so there is no single figure. It is known how long speech
//! engines take for each class of character, and [`bounds`] adds that up: letters by script, digits, spelt
//! letters, addresses, symbols, pauses. [`classes`] has the figures and their sources. A text does not
//! reliably show its language, so the bounds hold for every language that was measured, unless the voice's
//! languages are given.
//!
//! ```
//! use cxflowc::speech::{Rate, Voice, bounds, language_of};
//!
//! let text = "Please call us on 555 0142.";
//! let spoken = bounds(text, Voice::default());
//! // Two engines take 4.6 s and 5.4 s.
//! assert!(spoken.least < 4_600 && spoken.most > 5_400);
//!
//! let english = Voice::of(Rate::default(), language_of("en-US"));
//! assert!(bounds(text, english).most < spoken.most);
//! ```

pub mod classes;
mod languages;
mod markup;
mod ssml;
mod tag;
mod tokens;

use classes::SpeechFigures;

pub use languages::{LANGUAGES, Language, language_of, nearest_code};
pub use markup::{each_markup, markup, ssml_element};
pub use ssml::{SsmlContent, SsmlFault, ssml};
pub use tag::{TagFault, check_tag, is_tag, is_within};
pub use tokens::bounds;

/// How many words of English prose a voice speaks in a minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(u16);

impl Rate {
    /// The slowest rate that can be set.
    pub const MIN: u16 = 60;
    /// The fastest rate that can be set.
    pub const MAX: u16 = 400;

    /// A rate, if it is from [`Self::MIN`] to [`Self::MAX`], so that people can follow.
    pub fn new(words_per_minute: u16) -> Option<Self> {
        (Self::MIN..=Self::MAX).contains(&words_per_minute).then_some(Self(words_per_minute))
    }

    /// The words in a minute.
    pub fn words_per_minute(self) -> u16 {
        self.0
    }
}

impl Default for Rate {
    /// The rate at which the figures were measured.
    fn default() -> Self {
        Self(classes::MEASURED_AT)
    }
}

/// What is known about the voice that speaks a flow's texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Voice {
    /// How fast it speaks.
    pub rate: Rate,
    /// How long letters and digits take in its languages; `None` if it may speak any language.
    languages: Option<SpeechFigures>,
}

impl Voice {
    /// A voice that speaks these languages, one at a time; any language if there are none.
    pub fn of(rate: Rate, languages: impl IntoIterator<Item = &'static Language>) -> Self {
        let figures = languages.into_iter().map(|language| language.figures);
        Self { rate, languages: figures.reduce(SpeechFigures::or) }
    }

    /// The figures for a text. If it has letters of another alphabet, neither it nor its digits are in one
    /// of the voice's languages.
    fn figures(self, text: &str) -> SpeechFigures {
        self.within(text).languages.unwrap_or(SpeechFigures::ANY)
    }

    /// The voice for the parts of a text, which may not show the language themselves.
    #[must_use]
    pub fn within(self, text: &str) -> Self {
        Self { languages: self.languages.filter(|_| !tokens::has_other_letters(text)), ..self }
    }
}

/// Bounds of a time, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TimeBounds {
    /// The lower bound.
    pub least: u64,
    /// The upper bound; [`Self::UNBOUNDED`] if there is none.
    pub most: u64,
}

impl TimeBounds {
    /// The value of `most` without an upper bound.
    pub const UNBOUNDED: u64 = u64::MAX;
    /// An unknown time.
    pub const UNKNOWN: TimeBounds = TimeBounds { least: 0, most: Self::UNBOUNDED };

    /// A time that is known exactly.
    pub fn exactly(milliseconds: u64) -> Self {
        Self { least: milliseconds, most: milliseconds }
    }

    /// Whether it is known exactly.
    pub fn is_exact(self) -> bool {
        self.least == self.most
    }

    /// Whether it has no upper bound.
    pub fn is_unbounded(self) -> bool {
        self.most == Self::UNBOUNDED
    }

    /// The difference of the bounds.
    pub fn open(self) -> u64 {
        if self.is_unbounded() { Self::UNBOUNDED } else { self.most - self.least.min(self.most) }
    }

    /// The sum of two times.
    #[must_use]
    pub fn and(self, next: Self) -> Self {
        Self { least: self.least.saturating_add(next.least), most: self.most.saturating_add(next.most) }
    }

    /// A multiple of the time.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self { least: self.least.saturating_mul(count), most: self.most.saturating_mul(count) }
    }
}
