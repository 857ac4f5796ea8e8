//! Waivers, attestations and evidence of facts that last too long or give no reason.

use jiff::civil::Date;

use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::flow::decision::{Attestation, Decision, DecisionKind};
use crate::resolve::codes::WEAK_WAIVER;

/// The longest that a waiver or an attestation may last from the day of the run, in days; a year by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LongestWaiver(pub i64);

/// A year in days, long enough for a leap year.
const YEAR: i64 = 366;

impl Default for LongestWaiver {
    fn default() -> Self {
        Self(YEAR)
    }
}

impl LongestWaiver {
    /// The latest end of one from a given day; for whole years, the same date in a later year.
    fn last_day(self, on: Date) -> Date {
        let span = jiff::Span::new();
        let span = if self.0 % YEAR == 0 { span.try_years(self.0 / YEAR) } else { span.try_days(self.0) };
        span.and_then(|span| on.checked_add(span)).unwrap_or(Date::MAX)
    }

    /// In words: `1 year`, `90 days`.
    fn in_words(self) -> String {
        let counted = |count: i64, what| {
            crate::diagnostics::counted(usize::try_from(count).unwrap_or(usize::MAX), what)
        };
        match self.0 {
            days if days % YEAR == 0 => counted(days / YEAR, "year"),
            days => counted(days, "day"),
        }
    }
}

/// Reports what is wrong with a decision itself, whatever it is for.
pub fn report(
    decision: Decision<'_>,
    on: Option<Date>,
    longest: LongestWaiver,
    diagnostics: &mut Diagnostics,
) {
    let Decision { kind, subject, until, .. } = decision;
    let (noun, verb) = (kind.noun(), kind.verb());
    let rule = format!("`{subject}`");
    if on.is_some_and(|day| day > until) {
        // That it has ended is already reported.
        return;
    }
    if let Some(last) = on.map(|day| longest.last_day(day)).filter(|&last| until > last) {
        let longest = longest.in_words();
        diagnostics.push(
            Diagnostic::new(
                &WEAK_WAIVER,
                decision.until_span,
                format!("the {noun} of {rule} lasts until {until}, which is more than {longest} from now"),
            )
            .here(format!("the latest day is {last}"))
            .help(format!(
                "{verb} it until {last} at the latest, and decide again then; to change the limit, set `longest_waiver` in `cxflow.toml`"
            )),
        );
    }
    let mut push = |what: &str, here: String, help: &str| {
        diagnostics.push(
            Diagnostic::new(&WEAK_WAIVER, decision.because_span, format!("{what} the {noun} of {rule}"))
                .here(here)
                .help(help),
        );
    };
    if says_nothing(decision.because) {
        push(
            match kind {
                DecisionKind::Waiver => "no reason is given for",
                DecisionKind::Attestation => "no proof is given for",
                DecisionKind::Evidence => "no proof is given in",
            },
            format!("{} says nothing", quote(decision.because)),
            match kind {
                DecisionKind::Waiver => "write why it is allowed, in words that counsel can follow",
                DecisionKind::Attestation => "write what proves it, as in `because \"dialler report 7\"`",
                DecisionKind::Evidence => "write what proves it, as in `because \"signed web form v3\"`",
            },
        );
    }
    if names_nobody(decision.by) {
        push(
            "nobody is named as responsible for",
            format!("by {}", quote(decision.by)),
            "write the name of the person who is responsible for it, as in `by \"j.lee\"`",
        );
    }
}

/// Whether an attestation or the evidence of a fact counts: it has not ended, gives a proof and names somebody.
///
/// ```
/// let flow = |by: &str| {
///     let text = format!(
///         "flow \"A\"\nentry bye\ndisconnect bye\npolicy house \"H\" {{ rate: oblige \"At most 3%\" }}\n\
///          apply house\nattest house/rate because \"dialler report 7\" by \"{by}\" until 2027-03-31\n"
///     );
///     cxflowc::compile("a.cxflow", text).flow
/// };
/// let counts = |by, on| cxflowc::policy::counts(&flow(by).attestations[0], Some(on));
/// assert!(counts("k.roe", jiff::civil::date(2027, 3, 31)));
/// assert!(!counts("k.roe", jiff::civil::date(2027, 4, 1)));
/// assert!(!counts("tbd", jiff::civil::date(2027, 3, 31)));
/// ```
pub fn counts(attestation: &Attestation, on: Option<Date>) -> bool {
    !attestation.has_ended(on) && !says_nothing(&attestation.because) && !names_nobody(&attestation.by)
}

/// Words that people write in place of a reason.
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
    "attest",
    "attested",
    "attestation",
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
    "proof",
    "the proof",
    "what proves it",
    "who",
    "name",
    "pending",
    "not yet",
    "none yet",
    "to follow",
    "follows",
    "will follow",
    "soon",
    "coming soon",
    "in progress",
    "open",
    "no evidence",
    "no evidence yet",
    "no proof",
    "no proof yet",
    "unverified",
    "not verified",
    "unconfirmed",
    "not confirmed",
    "assumed",
    "assumption",
    "waiting",
    "awaiting",
    "to be checked",
    "to be confirmed",
    "to be decided",
    "to be determined",
    "to be done",
    "ninguno",
    "aucune",
    "sans objet",
];

/// Whether a text is no reason: no words, one or two letters, one letter repeated, or a filler word.
pub fn says_nothing(reason: &str) -> bool {
    let words: Vec<String> = reason
        .to_lowercase()
        .replace(['\'', '’'], "")
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let letters = || words.iter().flat_map(|word| word.chars());
    let is_repeated = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next();
        letters.all(|letter| Some(letter) == first)
    };
    // In scripts such as Chinese, two characters can say much.
    let is_short = letters().count() < 3 && letters().all(|letter| u32::from(letter) < 0x2E80);
    let is_filler = |text: &str| EMPTY_WORDS.contains(&text);
    // What begins like this is still to be found, whatever follows.
    let is_to_do =
        words.first().is_some_and(|first| ["todo", "tbd", "tba", "tbc", "fixme"].contains(&first.as_str()));
    is_short
        || is_to_do
        || letters().all(char::is_numeric)
        || words.iter().all(is_repeated)
        || is_filler(&words.join(" "))
        || words.iter().all(|word| is_filler(word))
}

/// Whether a text names nobody, or among others somebody who is still to be found.
pub fn names_nobody(name: &str) -> bool {
    let mut parts =
        name.split([',', ';', '&']).filter(|part| part.chars().any(char::is_alphanumeric)).peekable();
    parts.peek().is_none() || parts.any(is_nobody)
}

/// Words that people write in place of a name, without blanks and signs.
const NOBODY: &[&str] = &[
    "na",
    "none",
    "nobody",
    "noone",
    "todo",
    "tbd",
    "tba",
    "tobenamed",
    "tobeassigned",
    "unknown",
    "someone",
    "somebody",
    "anybody",
    "anyone",
    "everybody",
    "everyone",
    "all",
    "me",
    "us",
    "we",
    "team",
    "theteam",
    "ourteam",
    "pending",
    "open",
    "name",
    "who",
    "yourname",
];

fn is_nobody(name: &str) -> bool {
    let letters: Vec<char> =
        name.to_lowercase().chars().filter(|character| character.is_alphabetic()).collect();
    let word: String = letters.iter().collect();
    letters.is_empty() || letters.iter().all(|&letter| letter == 'x') || NOBODY.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fillers_are_no_reasons() {
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
            "pending",
            "Not yet.",
            "will follow",
            "no evidence yet",
            "unverified",
            "PROOF",
            "Todo: find proof",
            "TODO(k.roe)",
            "tbd by legal",
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
    fn fillers_are_no_names() {
        for name in [
            "",
            ".",
            "-",
            "x",
            "n/a",
            "TBD",
            "nobody",
            "123",
            "the team",
            "All",
            "NAME",
            "k.roe, tbd",
            "to be named",
        ] {
            assert!(names_nobody(name), "{name}");
        }
        for name in ["j.lee", "JL", "Li", "ops@example.com", "legal"] {
            assert!(!names_nobody(name), "{name}");
        }
    }

    #[test]
    fn a_length_in_words() {
        let in_words = [366, 732, 90, 1].map(|days| LongestWaiver(days).in_words());
        assert_eq!(in_words, ["1 year", "2 years", "90 days", "1 day"]);
        let last = |years: i64, on| LongestWaiver(years * YEAR).last_day(on).to_string();
        assert_eq!(last(1, Date::constant(2026, 11, 28)), "2027-11-28");
        assert_eq!(last(1, Date::constant(2027, 3, 1)), "2028-03-01");
        assert_eq!(last(1, Date::constant(2028, 2, 29)), "2029-02-28");
        assert_eq!(last(5, Date::constant(2026, 11, 28)), "2031-11-28");
        assert_eq!(LongestWaiver(90).last_day(Date::constant(2026, 11, 28)).to_string(), "2027-02-26");
        assert_eq!(LongestWaiver(i64::MAX).last_day(Date::constant(2026, 1, 1)), Date::MAX);
    }
}
