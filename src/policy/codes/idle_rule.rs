//! The code of rules that can never have an effect.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A rule that can never have an effect.
pub static IDLE_RULE: Code = Code {
    id: "CX314",
    area: Area::Policy,
    name: "idle-rule",
    severity: Severity::Error,
    what: "A rule can never have an effect on any flow: its last day is before its first, its obligation has no words, the facts that it depends on, or those that it requires, are asked to be two things at once, or its selector can match nothing, since no step both has a tag and lacks it, and no node has two names. These are warnings: a limit that no flow can exceed, or that is wider than `baseline`'s; a time limit whose start always comes after its end, unless it measures something in another flow that uses its file; a time limit whose two ends are the same or, in the flow's own file, are never on one path; a rule that counts its first day from a fact and is over before that day; and a rule that begins or has ended more than five years from the day of the run.",
    why: "The rule is counted, but checks nothing, or no flow can keep it. The usual cause is a typo in a date or a name.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> bye }
disconnect bye
policy house "House rules" {
  quiet: forbid voicemail from 2027-01-01 until 2026-01-01
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> bye }
disconnect bye
policy house "House rules" {
  quiet: forbid voicemail from 2026-01-01 until 2099-01-01
}
apply house
"#,
        ),
    },
};
