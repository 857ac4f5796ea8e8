//! The codes for declared kinds and the fields of nodes.

use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

/// A mistake in the declaration of a kind.
pub static KIND_DECLARATION: Code = Code {
    id: "CX121",
    area: Area::Declaration,
    name: "kind-declaration",
    severity: Severity::Error,
    what: "A `kind` hides a word of the language or looks like one of its kinds, as `Collect` does, declares a type that the language knows, is taken for a kind that does not exist, or has a field or an outcome that cannot be one: a field of an unknown type, a field called `directive`, `media_url`, `text` or `max_retries`, or an outcome such as `else`.",
    why: "Nodes of the kind could not be declared, or would be sent to the platform as something else.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry find
kind lookup type "web_service" {
  with url: string
  outcome found, failed
}
lookup find with url = "https://crm.example.com/find" {
  on found -> notice
  on failed -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry find
kind lookup type "web_service" {
  with url: url
  outcome found, failed
}
lookup find with url = "https://crm.example.com/find" {
  on found -> notice
  on failed -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// A field of a node that is unknown, missing, or has a value of another type.
pub static FIELD: Code = Code {
    id: "CX122",
    area: Area::Declaration,
    name: "field",
    severity: Severity::Error,
    what: "A node of a declared kind sets a field that the kind does not have, lacks one without a default, or gives one a value of another type; or a kind's default has another type. A field of any other node or action is called `directive`, `media_url`, `text` or `max_retries`, or stands where no action is to send it.",
    why: "The platform would refuse the node, or do something else with the value.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry find
kind lookup type "web_service" { with timeout: duration = 8s; outcome found, failed }
lookup find with timeout = 5 {
  on found -> notice
  on failed -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry find
kind lookup type "web_service" { with timeout: duration = 8s; outcome found, failed }
lookup find with timeout = 5s {
  on found -> notice
  on failed -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// A library of kinds that is none.
pub static LIBRARY: Code = Code {
    id: "CX721",
    area: Area::Settings,
    name: "library",
    severity: Severity::Error,
    what: "`library` in cxflow.toml names a bundled library that does not exist, a file that declares no kind, or one that declares more than kinds and values, such as a node, a transition, a policy or a test. \
           A library takes `kind`, `let`, `param`, `contact` and `include`.",
    why: "Every flow here knows what a library declares. It brings words to write with, and must not change a call or what is checked about it.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The text is a name",
                remedy: "Write the name of a bundled library, such as `cxone`, or the path of a file, with its ending: `\"kinds.cxflow\"`.",
            },
            Cause {
                sign: "Some flows should have what the file declares",
                remedy: "Move it into a file of its own, and `include` that in these flows.",
            },
            Cause {
                sign: "The kinds are in other files",
                remedy: "`include` these files in it, or name them: `library = [\"a.cxflow\", \"b.cxflow\"]`.",
            },
        ],
    },
};
