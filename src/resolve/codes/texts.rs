//! The codes for texts with something that looks like an insertion.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// `{name}` with a declared name.
pub static PLACEHOLDER: Code = Code {
    id: "CX116",
    area: Area::Declaration,
    name: "placeholder",
    severity: Severity::Error,
    what: "A text holds the platform's own placeholder, `{name}`, for a declared contact field, let or param. The compiler looks at the text as it is sent: the placeholder may be in a let, a param's default or a value from outside, or arise from two insertions together. A placeholder of a contact field counts as that field, so policies see its tags and its `lasts`. The platform has no escape for it: `\\{name}` of a contact field is the same error.",
    why: "The platform fills in a contact field wherever it finds its placeholder. It does not know lets and params: the called party would hear the braces, or nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact amount lasts 2s @balance
disclosure notice { say "This is Lakeside. You owe {amount}." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact amount lasts 2s @balance
disclosure notice { say "This is Lakeside. You owe ${amount}." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// `{name}` with an undeclared name.
pub static UNKNOWN_PLACEHOLDER: Code = Code {
    id: "CX117",
    area: Area::Declaration,
    name: "unknown-placeholder",
    severity: Severity::Error,
    what: "A text holds the platform's own placeholder, `{name}`, for a name that is not declared. The compiler looks at the text as it is sent, after all insertions. A text of an `action` that as a whole is JSON may hold such braces.",
    why: "If the contact's record has such a field, the called party hears it, and no policy knows what it is about. If not, the called party hears the braces, or nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside. Your visit is on {day}." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact day
disclosure notice { say "This is Lakeside. Your visit is on ${day}." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// Another system's syntax for an insertion.
pub static FOREIGN_INSERTION: Code = Code {
    id: "CX408",
    area: Area::Lint,
    name: "foreign-insertion",
    severity: Severity::Warning,
    what: "A text holds the syntax of another system for inserting a value: `{{name}}` or `#{name}` with any name; `$name`, `%name%`, `<name>`, `[name]`, `{name:format}` and the like with a declared name. Such signs around the insertion of a contact field, as in `{${name}}`, are reported as well. If the braces hold a contact field, the text counts as using that field. In a queue, a mailbox or a media URL it is an error.",
    why: "Nothing is inserted, and the called party hears the signs and the name.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact day
disclosure notice { say "This is Lakeside. Your visit is on {{day}}." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact day
disclosure notice { say "This is Lakeside. Your visit is on ${day}." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// `\{name}` with an undeclared name.
pub static ESCAPED_PLACEHOLDER: Code = Code {
    id: "CX409",
    area: Area::Lint,
    name: "escaped-placeholder",
    severity: Severity::Warning,
    what: "A text holds `\\{name}` or `\\${name}` with a name that is not declared. The escape tells the compiler that the sign itself is meant, and the compiler sends it unchanged. The platform's description has no escape, so the platform may take `{name}` for a placeholder.",
    why: "If a contact's record has a field of that name, the called party hears what is in it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside. Say \{day} to go on." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside. Say a day to go on." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// A contact field in a text that is read when the flow is built.
pub static KNOWN_DURING_CALL: Code = Code {
    id: "CX312",
    area: Area::Policy,
    name: "known-during-call",
    severity: Severity::Error,
    what: "The flow's name or description, the type of a `node … type`, a directive, a fact, a value that a policy compares a fact with, a waiver's reason or person, a duty, or the title of a policy or a test contains a contact field: as `${name}`, through a let, or written as `{name}`.",
    why: "Rules are decided when the flow is built, and a contact field has its value only during a call. A rule would be decided by the name of the field, and the platform would list a flow, or look for a type, by a name in braces.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
contact consent_type
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact consent = "${consent_type}"
policy house "House rules" {
  expects @identity "who calls"
  expects fact consent "the consent that is on record"
  named: require @identity on every path when consent = "none"
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact consent = "express"
policy house "House rules" {
  expects @identity "who calls"
  expects fact consent "the consent that is on record"
  named: require @identity on every path when consent = "none"
}
apply house
"#,
        ),
    },
};
