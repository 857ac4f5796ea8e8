//! What a prompt for keys takes, and how long it waits for it.

use core::ops::RangeInclusive;

use super::{Outcome, VariableId};
use crate::source::Span;

/// What a prompt for keys takes, and how long it waits for it. What is not said is the platform's to decide.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// How long a call waits for the first key.
    pub wait: Option<Wait>,
    /// How long it waits for each key after that.
    pub between: Option<Wait>,
    /// How many digits are taken in place of the keys that branches name.
    pub digits: Option<Digits>,
    /// The key that ends the digits.
    pub end: Option<EndKey>,
    /// The variable that the entry becomes.
    pub into: Option<EntryVariable>,
}

/// The times in which a key may be awaited, in milliseconds: a person needs half a second to react, and whoever has
/// pressed nothing for three minutes is not there any more.
pub const WAITS: RangeInclusive<u64> = 500..=180_000;

/// The numbers of digits that an entry may have.
pub const DIGITS: RangeInclusive<u32> = 1..=32;

/// A time in which a key is awaited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The time in milliseconds.
    pub milliseconds: u64,
    /// Where it is written; `None` if the settings say so.
    pub span: Option<Span>,
}

/// How many digits are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// The fewest. `None` if the number is unknown, which is already reported.
    pub least: Option<u32>,
    /// The most; the same for `digits N`.
    pub most: Option<u32>,
    /// Where the option is written.
    pub span: Span,
}

/// The key that ends the digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndKey {
    /// What is written. `None` if it is unknown, which is already reported.
    pub key: Option<Box<str>>,
    /// Where the string is written.
    pub span: Span,
}

impl EndKey {
    /// The keys that may end digits.
    pub const KEYS: [&'static str; 2] = ["#", "*"];

    /// The key, if it is one of those that may end digits.
    pub fn valid(&self) -> Option<&str> {
        self.key.as_deref().filter(|key| Self::KEYS.contains(key))
    }
}

/// The variable that an entry becomes: `into account`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryVariable {
    /// The variable. `None` if it is unknown, which is already reported.
    pub variable: Option<VariableId>,
    /// Its name as the platform knows it.
    pub name: Box<str>,
    /// Where its name is written.
    pub span: Span,
}

/// What keys enter at a prompt for digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry<'k> {
    /// An entry that is taken: its digits, without the key that ends them.
    Digits(&'k str),
    /// Fewer digits than the prompt takes.
    TooShort,
    /// More digits than the prompt takes.
    TooLong,
    /// Keys that are no digits and do not end them.
    OtherKeys,
}

impl Entry<'_> {
    /// What the platform makes of it at the last attempt.
    pub fn outcome(self) -> Outcome {
        match self {
            Self::Digits(_) => Outcome::Entered,
            Self::TooShort | Self::TooLong | Self::OtherKeys => Outcome::Invalid,
        }
    }
}

impl Input {
    /// Whether an entry is taken whole: a number of digits in the bounds, with the key that ends them or without it.
    /// `None` if no digits are taken, or if their number is unknown.
    ///
    /// ```
    /// use cxflowc::flow::Input;
    ///
    /// let text = "flow \"A\"\nentry a\ncollect a \"Your number, then pound.\" digits 4..6 end \"#\" { -> a }\n";
    /// let compiled = cxflowc::compile("a.cxflow", text);
    /// let node = compiled.flow.nodes.rows().iter().next().unwrap();
    /// let input: &Input = node.actions[0].input.as_deref().unwrap();
    /// let takes = |entry| input.takes(entry).unwrap();
    /// assert!(takes("1234") && takes("123456#"));
    /// assert!(!takes("123") && !takes("1234567") && !takes("12#34") && !takes("1234*"));
    /// ```
    pub fn takes(&self, entry: &str) -> Option<bool> {
        self.entry(entry).map(|entry| entry.outcome() == Outcome::Entered)
    }

    /// What keys enter. `None` if no digits are taken, or if their number is unknown.
    pub fn entry<'k>(&self, keys: &'k str) -> Option<Entry<'k>> {
        let digits = self.digits?;
        let (least, most) = (digits.least?, digits.most?);
        let end = self.end.as_ref().and_then(EndKey::valid);
        let entered = end.and_then(|end| keys.strip_suffix(end)).unwrap_or(keys);
        Some(match entered.len() {
            _ if !entered.bytes().all(|byte| byte.is_ascii_digit()) => Entry::OtherKeys,
            count if count < least as usize => Entry::TooShort,
            count if count > most as usize => Entry::TooLong,
            _ => Entry::Digits(entered),
        })
    }

    /// The most keys that one entry has, if digits are taken: with the one that ends them.
    pub fn most_keys(&self) -> Option<u64> {
        let digits = u64::from(self.digits?.most?);
        Some(digits + u64::from(self.end.is_some()))
    }
}
