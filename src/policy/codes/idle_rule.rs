//! The code of rules that can never say anything.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A rule that can never say anything.
pub static IDLE_RULE: Code = Code {
    id: "CX314",
    area: Area::Policy,
    name: "idle-rule",
    severity: Severity::Error,
    what: "A rule can never say anything of any flow: its last day is before its first, it obliges to nothing, or what it speaks of cannot be: \
           no step has a tag and does not have it, and no node has two names. A limit that no flow can exceed, \
           or that is wider than `baseline`'s, is a warning; so is one from what calls come to last to what they come to first, unless it measures something in another flow that uses its file, \
           one whose two ends are the same or, in the flow's own file, on no path together, \
           and a rule that begins or has ended more than five years from the day of the run.",
    why: "It is there and checks nothing, though it is counted among the rules. A slip in a date or a name is the usual cause.",
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
