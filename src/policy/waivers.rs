//! Waivers that last too long or give no reason.

use jiff::civil::Date;

use super::codes::WEAK_WAIVER;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::flow::policy::Waiver;

/// The longest that a waiver may last from the day of the run: a year, if nothing else is said.
#[derive(Debug, Clone, Copy)]
pub struct LongestWaiver(jiff::Span);

impl Default for LongestWaiver {
    fn default() -> Self {
        Self(jiff::Span::new().years(1))
    }
}

impl LongestWaiver {
    /// Reads `90 days`, `6 months`, `1 year`; none of what is no such length, or shorter than a day.
    ///
    /// ```
    /// use cxflowc::policy::LongestWaiver;
    /// assert!(LongestWaiver::read("90 days").is_some());
    /// assert!(LongestWaiver::read("soon").is_none());
    /// ```
    pub fn read(text: &str) -> Option<Self> {
        let span: jiff::Span = text.trim().parse().ok()?;
        let start = Date::constant(2001, 1, 1);
        let is_whole = span.get_hours() == 0
            && span.get_minutes() == 0
            && span.get_seconds() == 0
            && span.get_milliseconds() == 0
            && span.get_microseconds() == 0
            && span.get_nanoseconds() == 0;
        let lasts = start.checked_add(span).is_ok_and(|end| end > start);
        (is_whole && lasts).then_some(Self(span))
    }

    /// The last day that a waiver may have on a day.
    fn last_day(self, on: Date) -> Date {
        on.checked_add(self.0).unwrap_or(Date::MAX)
    }

    /// As people say it: `1 year`, `90 days`.
    fn shown(self) -> String {
        let parts = [
            (i64::from(self.0.get_years()), "year"),
            (i64::from(self.0.get_months()), "month"),
            (i64::from(self.0.get_weeks()), "week"),
            (i64::from(self.0.get_days()), "day"),
        ];
        let shown = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| {
            crate::diagnostics::counted(usize::try_from(count).unwrap_or(usize::MAX), what)
        });
        shown.collect::<Vec<_>>().join(" and ")
    }
}

/// Reports what is wrong with a waiver itself, whatever it lets pass.
pub fn report(waiver: &Waiver, on: Option<Date>, longest: LongestWaiver, diagnostics: &mut Diagnostics) {
    let rule = format!("`{}/{}`", waiver.policy, waiver.rule);
    if on.is_some_and(|day| day > waiver.until) {
        // It has ended, which has its finding.
        return;
    }
    if let Some(last) = on.map(|day| longest.last_day(day)).filter(|&last| waiver.until > last) {
        let longest = longest.shown();
        diagnostics.push(
            Diagnostic::new(
                &WEAK_WAIVER,
                waiver.until_span,
                format!("the waiver of {rule} lasts until {}, which is more than {longest} away", waiver.until),
            )
            .here(format!("{last} is the latest"))
            .help(format!(
                "waive it until {last} or earlier, and decide again then; `longest_waiver` in `cxflow.toml` sets another length"
            )),
        );
    }
    let who = says_nothing_of_anybody(&waiver.by);
    if says_nothing(&waiver.because) || who {
        let (what, here, help) = if who {
            (
                "nobody answers for",
                format!("by {}", quote(&waiver.by)),
                "write the name of who answers for it, as in `by \"j.lee\"`",
            )
        } else {
            (
                "no reason is given for",
                format!("{} says nothing", quote(&waiver.because)),
                "write why it may pass, in words that counsel can follow",
            )
        };
        diagnostics.push(
            Diagnostic::new(&WEAK_WAIVER, waiver.because_span, format!("{what} the waiver of {rule}"))
                .here(here)
                .help(help),
        );
    }
}

/// What stands where a reason is due and is none.
const EMPTY_WORDS: &[&str] = &[
    "n a",
    "na",
    "nil",
    "null",
    "none",
    "nothing",
    "no",
    "yes",
    "ok",
    "okay",
    "todo",
    "to do",
    "tbd",
    "tba",
    "tbc",
    "fixme",
    "fix me",
    "fix later",
    "later",
    "wip",
    "temp",
    "temporary",
    "temporarily",
    "for now",
    "test",
    "testing",
    "dummy",
    "sample",
    "example",
    "foo",
    "bar",
    "baz",
    "foobar",
    "foo bar",
    "asdf",
    "qwerty",
    "qwertz",
    "abc",
    "reason",
    "a reason",
    "the reason",
    "no reason",
    "no reason given",
    "without reason",
    "because",
    "just because",
    "why",
    "why not",
    "unknown",
    "not known",
    "not applicable",
    "not available",
    "unspecified",
    "undefined",
    "default",
    "misc",
    "other",
    "various",
    "waiver",
    "waived",
    "waive",
    "waive it",
    "ignore",
    "ignored",
    "ignore it",
    "skip",
    "skipped",
    "skip it",
    "needed",
    "required",
    "see above",
    "see below",
    "as above",
    "same",
    "same as above",
    "as discussed",
    "as agreed",
    "agreed",
    "approved",
    "whatever",
    "lorem ipsum",
    "fill in",
    "text",
    "comment",
    "do not care",
    "dont care",
    "change me",
    "changeme",
    "k a",
    "keine",
    "kein grund",
    "ninguno",
    "aucune",
    "sans objet",
];

/// Whether a reason is none: no words, one or two letters, one letter repeated, a word that says nothing.
fn says_nothing(reason: &str) -> bool {
    let words: Vec<String> = reason
        .to_lowercase()
        .replace(['\'', '’'], "")
        .split(|one: char| !one.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let letters = || words.iter().flat_map(|word| word.chars());
    let is_repeated = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next();
        letters.all(|letter| Some(letter) == first)
    };
    // A script without letters says much in two characters.
    let short = letters().count() < 3 && letters().all(|letter| u32::from(letter) < 0x2E80);
    let nothing = |text: &str| EMPTY_WORDS.contains(&text);
    short
        || letters().all(char::is_numeric)
        || words.iter().all(is_repeated)
        || nothing(&words.join(" "))
        || words.iter().all(|word| nothing(word))
}

/// Whether a name names nobody.
fn says_nothing_of_anybody(name: &str) -> bool {
    let letters: Vec<char> = name.to_lowercase().chars().filter(|one| one.is_alphabetic()).collect();
    let word: String = letters.iter().collect();
    letters.is_empty()
        || letters.iter().all(|&letter| letter == 'x')
        || [
            "na", "none", "nobody", "noone", "todo", "tbd", "tba", "unknown", "someone", "somebody",
            "anybody", "anyone", "me",
        ]
        .contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_that_are_none() {
        for reason in [
            "",
            ".",
            "-",
            "x",
            "xx",
            "xxx",
            "...",
            "n/a",
            "N/A",
            "TODO",
            "to-do",
            "t.b.d.",
            "no reason",
            "???",
            "aaaa",
            "ok.",
            "temporary",
            "123",
            "  ",
            "\u{200B}",
            "for now",
            "because",
            "don't care",
            "fixme!",
            "—",
            "test test",
        ] {
            assert!(says_nothing(reason), "{reason}");
        }
        for reason in [
            "9 is a mark on this scale",
            "client asked",
            "see CASE-12",
            "counsel approved",
            "测试",
            "legacy",
            "the DPO said so",
            "ticket 4711",
            "Kunde wünscht es",
        ] {
            assert!(!says_nothing(reason), "{reason}");
        }
    }

    #[test]
    fn names_that_name_nobody() {
        for name in ["", ".", "-", "x", "n/a", "TBD", "nobody", "123"] {
            assert!(says_nothing_of_anybody(name), "{name}");
        }
        for name in ["j.lee", "JL", "Li", "ops@example.com", "legal"] {
            assert!(!says_nothing_of_anybody(name), "{name}");
        }
    }

    #[test]
    fn a_length_is_read_and_shown() {
        let shown = |text| LongestWaiver::read(text).map(LongestWaiver::shown);
        assert_eq!(shown("90 days").as_deref(), Some("90 days"));
        assert_eq!(shown("1 year").as_deref(), Some("1 year"));
        assert_eq!(shown("1 year 6 months").as_deref(), Some("1 year and 6 months"));
        assert_eq!(shown("2 weeks").as_deref(), Some("2 weeks"));
        for text in ["", "soon", "90", "-1 day", "0 days", "5 hours", "1 day 2 hours", "1 year ago"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
