//! The code of rules that no call keeps together.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A rule is broken, and another rule that applies makes that unavoidable.
pub static CONTRADICTORY_RULES: Code = Code {
    id: "CX319",
    area: Area::Policy,
    name: "contradictory-rules",
    severity: Severity::Warning,
    what: "A rule is broken, and another rule that applies contradicts it: no call that comes to what the one is about keeps both, however long it is, or no value of a fact does. The rules are compared as they are written, in pairs. Rules that measure times, ask what keys lead to, look at transitions, or say `before or with` are not compared.",
    why: "Whoever mends the flow for one of the two breaks the other, and looks for a mistake in the flow where there is none.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This call is recorded." @recording-notice; -> hello }
play hello { say "This is Lakeside." @greeting; -> bye }
disconnect bye
policy house "House rules" {
  greets_first: require @greeting before heard & not @greeting
  told_first: require @recording-notice before @greeting
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry hello
play hello { say "This is Lakeside." @greeting; -> notice }
disclosure notice { say "This call is recorded." @recording-notice; -> bye }
disconnect bye
policy house "House rules" {
  greets_first: require @greeting before heard & not @greeting
  told_next: require @recording-notice after @greeting
}
apply house
"#,
        ),
    },
};
