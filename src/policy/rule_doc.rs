//! What the doc comment of a rule says: what must hold, where that comes from, and how its author knows.

use std::borrow::Cow;

use jiff::civil::Date;

use super::violation::paragraphs;

/// How a source stands: law, law that is not yet applied, or less than law. A status begins with one of these
/// words.
pub const STATUSES: [&str; 7] =
    ["in-force", "stayed-until", "adopted", "proposed", "policy", "standard", "guidance"];

/// A doc comment whose last lines may be `Source: …` and `Evidence: …`.
///
/// ```
/// use cxflowc::policy::RuleDoc;
///
/// let doc = RuleDoc::of("/// Say who calls.\n///\n/// Source: 47 CFR 1(a); 2(b); in-force, as of 2026-07. One court differs; this rule does not.\n");
/// assert_eq!(doc.about, ["Say who calls."]);
/// assert_eq!(doc.citation.as_deref(), Some("47 CFR 1(a); 2(b)"));
/// assert_eq!(doc.status.as_deref(), Some("in-force, as of 2026-07. One court differs; this rule does not"));
/// assert_eq!(doc.evidence, None);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleDoc {
    /// What must hold, in the author's words, a paragraph each.
    pub about: Vec<String>,
    /// The law or document that the rule comes from.
    pub citation: Option<String>,
    /// Whether that is in force, and as of when.
    pub status: Option<String>,
    /// How the author knows.
    pub evidence: Option<String>,
}

impl RuleDoc {
    /// Takes a comment apart, which may have its slashes.
    pub fn of(comment: &str) -> Self {
        let mut doc = Self::default();
        let mut words: Vec<&str> = Vec::new();
        for line in comment.lines() {
            let text = line.trim().trim_start_matches('/').trim();
            if let Some(source) = text.strip_prefix("Source: ") {
                let (citation, status) = citation_and_status(source);
                doc.citation = Some(without_full_stop(citation));
                doc.status = status.map(without_full_stop);
            } else if let Some(evidence) = text.strip_prefix("Evidence: ") {
                doc.evidence = Some(without_full_stop(evidence));
            } else {
                words.push(line);
            }
        }
        doc.about = paragraphs(&words.join("\n"));
        doc
    }

    /// The status as it reads on a day, for a rule that is in force from a day: what begins later says so first.
    ///
    /// ```
    /// use cxflowc::policy::RuleDoc;
    /// use jiff::civil::date;
    ///
    /// let doc = RuleDoc::of("/// Say it.\n///\n/// Source: Act 1; in-force, from 2027-01-01. A strict reading.\n");
    /// let on = |day| doc.status_on(Some(date(2027, 1, 1)), day);
    /// assert_eq!(on(date(2026, 12, 1)).as_deref(), Some("not yet in force; from 2027-01-01. A strict reading"));
    /// assert_eq!(on(date(2027, 1, 1)).as_deref(), Some("in-force, from 2027-01-01. A strict reading"));
    /// ```
    pub fn status_on(&self, from: Option<Date>, day: Date) -> Option<String> {
        match later(from, day) {
            Some(from) => Some(not_yet(from, self.status.as_deref().unwrap_or_default())),
            None => self.status.clone(),
        }
    }
}

/// A doc comment as it reads on a day: its status is that of [`RuleDoc::status_on`].
pub fn comment_on(comment: &str, from: Option<Date>, day: Date) -> Cow<'_, str> {
    let Some(from) = later(from, day) else { return Cow::Borrowed(comment) };
    let lines = comment.split_inclusive('\n').map(|line| {
        let status = line.split_once("Source: ").and_then(|(_, source)| citation_and_status(source).1);
        match status.and_then(|status| Some((status, line.strip_suffix(status)?))) {
            Some((status, before)) => Cow::Owned(format!("{before}{}", not_yet(from, status))),
            None => Cow::Borrowed(line),
        }
    });
    Cow::Owned(lines.collect())
}

/// The first day of a rule that is not in force on this one.
fn later(from: Option<Date>, day: Date) -> Option<Date> {
    from.filter(|from| *from > day)
}

/// The status of what comes into force on a later day. `in-force, since …` would say that it is; other words stay.
fn not_yet(from: Date, status: &str) -> String {
    let rest = match status.strip_prefix("in-force") {
        Some(rest) => {
            let dated = [", since ", ", from ", ", as of "].iter().find_map(|word| rest.strip_prefix(word));
            dated.map_or(rest, |rest| rest.trim_start_matches(|one: char| one.is_ascii_digit() || one == '-'))
        }
        None if status.trim().is_empty() => status,
        None => return format!("not yet in force; from {from}; {status}"),
    };
    format!("not yet in force; from {from}{rest}")
}

/// Both may have semicolons of their own, so the status begins where one of its words stands. A status in words of
/// its author's own is what comes after the last semicolon.
fn citation_and_status(source: &str) -> (&str, Option<&str>) {
    let known = source.match_indices("; ").find_map(|(at, separator)| {
        let (citation, status) = (source.get(..at)?, source.get(at + separator.len()..)?);
        begins_with_status(status).then_some((citation, Some(status)))
    });
    known
        .or_else(|| source.rsplit_once("; ").map(|(citation, status)| (citation, Some(status))))
        .unwrap_or((source, None))
}

fn begins_with_status(text: &str) -> bool {
    let rest = STATUSES.iter().find_map(|status| text.strip_prefix(status));
    rest.is_some_and(|rest| {
        rest.is_empty()
            || rest.starts_with([',', '.'])
            || rest.trim_start().starts_with(|first: char| first.is_ascii_digit())
    })
}

fn without_full_stop(text: &str) -> String {
    text.trim_end_matches('.').to_owned()
}
