//! The code of names in selectors that nothing declares.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A variable, a field or a disposition of a rule that the flow does not have.
pub static UNKNOWN_IN_RULE: Code = Code {
    id: "CX143",
    area: Area::Declaration,
    name: "unknown-in-rule",
    severity: Severity::Warning,
    what: "A rule selects by `set`, `with` or `disposition`, and the flow declares no variable, no field and no disposition of that name. A name that is one typo away from a declared one is an error. In a policy file that settings or the command line name, it is a note: the file may be for other flows as well.",
    why: "The rule finds nothing, so it checks less than it says.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Payment"
entry notice
dispositions PAID
disclosure notice { say "This is Lakeside."; -> paid }
disconnect paid disposition PAID
policy house "House rules" {
  told: require disclosure before disposition PAYED
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Payment"
entry notice
dispositions PAID
disclosure notice { say "This is Lakeside."; -> paid }
disconnect paid disposition PAID
policy house "House rules" {
  told: require disclosure before disposition PAID
}
apply house
"#,
        ),
    },
};
