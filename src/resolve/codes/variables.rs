//! The codes for names and values in `set`, `decide` and the `with` of tests.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A let, a param or a contact field where only a variable can stand.
pub static MISUSED_VALUE: Code = Code {
    id: "CX126",
    area: Area::Declaration,
    name: "misused-value",
    severity: Severity::Error,
    what: "A `set` names a let, a param or a contact field, or a `decide` or the `with` of a test names a let or a param. Only a variable (`var`) can be set, and a `decide` compares what only a call knows: a variable or a contact field. Opening hours are asked for with `when open NAME` and are neither set, compared nor inserted. The name `input` is the platform's own for the pressed key, so no number can be compared under it.",
    why: "A let and a param have their values when the flow is built, and a contact field is what the contact's record says. Nothing on a call changes these.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact tries lasts 1s
disclosure notice "https://cdn.example.com/notice.wav" { set tries = 1 }
disconnect bye { say "Attempt ${tries}." }
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
var tries lasts 1s
disclosure notice "https://cdn.example.com/notice.wav" { set tries = 1 }
disconnect bye { say "Attempt ${tries}." }
notice -> bye
"#,
        ),
    },
};

/// A text where a number is needed, or the other way round.
pub static VALUE_TYPE: Code = Code {
    id: "CX128",
    area: Area::Declaration,
    name: "value-type",
    severity: Severity::Error,
    what: "A comparison or a `set` needs another kind of value: `<`, `<=`, `>` and `>=` compare whole numbers, `starts` and `contains` look into texts, a variable that is only ever set to texts is compared with a number or the other way round, something is added to a text, `!=` has several values, a number is too large, or a text holds what a condition of the platform cannot hold (`\"` or `|`) or something to insert.",
    why: "The comparison would be the same for every call, or the platform would refuse it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact balance lasts 3s
disclosure notice "https://cdn.example.com/notice.wav"
decide debt {
  when balance > "100" -> pay
  else -> bye
}
disconnect pay { say "You owe ${balance}." }
disconnect bye
notice -> debt
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact balance lasts 3s
disclosure notice "https://cdn.example.com/notice.wav"
decide debt {
  when balance > 100 -> pay
  else -> bye
}
disconnect pay { say "You owe ${balance}." }
disconnect bye
notice -> debt
"#,
        ),
    },
};
