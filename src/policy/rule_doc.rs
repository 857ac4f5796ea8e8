//! What the doc comment of a rule says: what must hold, where that comes from, and how its author knows.

use super::violation::paragraphs;

/// How a source stands: law, law that is not yet applied, or less than law. A status begins with one of these
/// words.
pub const STATUSES: [&str; 6] = ["in-force", "stayed-until", "proposed", "policy", "standard", "guidance"];

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
