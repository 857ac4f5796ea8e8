//! What a policy says of itself: `version`, `covers`, `reviewed` and `conflicts`.

use super::{BrokenLine, Wording, fix};
use crate::diagnostics::quote;
use crate::syntax::tokens::Kind;
use crate::syntax::words::LineContext;

/// `version "1.2"`, `reviewed by nobody`, `conflict with us_tsr`, `conflicts us_tsr`.
pub fn line(broken: &BrokenLine<'_>) -> Option<Wording> {
    let first = broken.first().filter(|_| broken.place == LineContext::Policy)?;
    if broken.token(1).is_some_and(|second| second.is(":")) {
        return None;
    }
    let (word, help) = match first.text {
        "version" | "edition" | "revision" => {
            ("version", "write `version 1`, a whole number that grows with each change of a rule")
        }
        "covers" | "cover" | "jurisdiction" | "jurisdictions" => {
            ("covers", "write `covers \"us-ca\"`, the codes of places in quotes, with `,` between them")
        }
        "reviewed" | "review" | "reviewer" => (
            "reviewed",
            "write `reviewed by \"WHO\" on 2027-01-15`; without such a line nobody has reviewed it yet",
        ),
        "conflicts" | "conflict" | "contradicts" => {
            ("conflicts", "write `conflicts with POLICY because \"WHAT TO DO\"`")
        }
        _ => return None,
    };
    if first.text != word {
        let wording =
            fix(first, format!("{} is not a word of a policy", quote(first.text)), "unknown word", help)?;
        return wording.instead(word);
    }
    let message = match (word, broken.token(1).map(|second| (second.kind, second.text))) {
        ("version", Some((Kind::String, _))) => "a version is a whole number, without quotes",
        ("version", Some((_, "=" | ":"))) => "a version stands behind its word, without a sign",
        ("version", _) => "a version is a whole number",
        ("covers", _) => "places are codes in quotes",
        ("reviewed", _) => "a review says who read the policy, and on which day",
        ("conflicts", Some((_, "with"))) => "a conflict says what to do about it",
        _ => "a conflict names the other policy behind `with`",
    };
    let at = broken.token(1).unwrap_or(first);
    fix(at, message, "not complete", help)
}
