//! The codes about exits of libraries.

use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

/// An exit of an instance that leads nowhere.
pub static UNBOUND_EXIT: Code = Code {
    id: "CX130",
    area: Area::Declaration,
    name: "unbound-exit",
    severity: Severity::Error,
    what: "The `with` of an include does not say where an exit of the file leads.",
    why: "A call that leaves the library there would go nowhere.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The file has got a new `exit`",
                remedy: "Bind it in each include of the file: `include \"verify.cxflow\" as auth with verified -> menu, failed -> bye`.",
            },
            Cause {
                sign: "The file is included within a library",
                remedy: "Bind the exit to a node of the library, or to one of its own exits.",
            },
        ],
    },
};

/// A binding of something that is no exit, or an exit that is used as a param.
pub static NOT_AN_EXIT: Code = Code {
    id: "CX131",
    area: Area::Declaration,
    name: "not-an-exit",
    severity: Severity::Error,
    what: "An include binds with `->` what is no exit of the file, or gives an exit a value with `=`.",
    why: "A param has a value, and an exit leads to a node. One of the two was meant.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The name is misspelt, or the exit was renamed",
                remedy: "Write the name as the file's `exit` line has it.",
            },
            Cause { sign: "The name is that of a param", remedy: "Give it a value: `with attempts = 2`." },
            Cause {
                sign: "The name is that of an exit, and has a value",
                remedy: "Write `->` and the node: `with verified -> menu`.",
            },
        ],
    },
};

/// An exit where there can be none.
pub static MISPLACED_EXIT: Code = Code {
    id: "CX132",
    area: Area::Declaration,
    name: "misplaced-exit",
    severity: Severity::Error,
    what: "An `exit` stands in a file with a `flow` line, a file with exits is included without `as NAME`, or an exit is used as a node: as the entry, or as a node that a transition leaves.",
    why: "At an exit a call leaves a library. A flow has ends for that, and what comes after an exit is up to the including file.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
exit done
notice -> done
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect done
notice -> done
"#,
        ),
    },
};

/// A transition with two bounds.
pub static SECOND_AGAIN: Code = Code {
    id: "CX154",
    area: Area::Declaration,
    name: "second-again",
    severity: Severity::Error,
    what: "A transition leads to an exit whose binding has an `again`, and has another `again` itself, or the exit is bound to a second exit that has one, too.",
    why: "It is unclear how often a call may take the transition, and where it goes then.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The library bounds the way to its exit",
                remedy: "Bind the exit without an `again`, or take the one in the library out: `-> failed`.",
            },
            Cause {
                sign: "The exit is bound to an exit of a library around it",
                remedy: "Write the `again` at one of the two bindings.",
            },
        ],
    },
};
