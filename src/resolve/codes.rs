//! The codes of what can be wrong when names are bound: includes, values, nodes.

use crate::diagnostics::{Cause, Code, Example, Page, Severity};

/// The codes that this stage reports.
pub const ALL: &[&Code] = &[
    &UNKNOWN_NODE,
    &DUPLICATE_NODE,
    &DUPLICATE,
    &UNKNOWN_NAME,
    &UNSET_PARAM,
    &INCLUDE_NOT_FOUND,
    &CIRCULAR_DEFINITION,
    &UNKNOWN_POLICY,
    &NOT_AN_INTEGER,
    &PLACEHOLDER,
    &UNKNOWN_PLACEHOLDER,
    &FOREIGN_INSERTION,
    &ESCAPED_PLACEHOLDER,
    &NO_POLICY,
    &OUTSIDE,
    &NOT_A_FILE,
];

/// A name that no node has.
pub static UNKNOWN_NODE: Code = Code {
    id: "CX103",
    name: "unknown-node",
    severity: Severity::Error,
    what: "An entry, a transition, an `every` or its exception, a test, a rule or a waiver names a node that is not declared.",
    why: "The platform would refuse the flow, or drop the call at that point. A name in an included instance is `PREFIX.node` from outside.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect goodbye
notice -> godbye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect goodbye
notice -> goodbye
"#,
        ),
    },
};

/// Two nodes of one name.
pub static DUPLICATE_NODE: Code = Code {
    id: "CX104",
    name: "duplicate-node",
    severity: Severity::Error,
    what: "Two nodes have the same name.",
    why: "A transition to that name could mean either, and the platform's ids are unique. \
          The nodes of an instance have its prefix, so two instances of one file never collide.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play notice "https://cdn.example.com/offer.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play offer "https://cdn.example.com/offer.wav"
disconnect bye
notice -> offer -> bye
"#,
        ),
    },
};

/// Something said twice that is said once.
pub static DUPLICATE: Code = Code {
    id: "CX105",
    name: "duplicate",
    severity: Severity::Error,
    what: "Something is declared or set twice that there is one of: the flow's name, description or entry, a let, a param, \
           a contact field, an instance, a test, a fact, a policy, a rule of one, or a field of an action. The name of a policy that comes with the compiler is taken. An included file has no flow, description or entry of its own.",
    why: "Which of the two was meant nobody can tell.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
let cdn = "https://cdn.example.com"
let cdn = "https://cdn.example.org"
disclosure notice "${cdn}/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
let cdn = "https://cdn.example.com"
disclosure notice "${cdn}/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// A name in a text that nothing declares.
pub static UNKNOWN_NAME: Code = Code {
    id: "CX109",
    name: "unknown-name",
    severity: Severity::Error,
    what: "A `${name}`, a name where a number is due, or a name in an include's `with` is no let, param or contact field.",
    why: "The caller would hear nothing where a word was meant.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
let brand = "Lakeside"
disclosure notice { say "This is ${brnd}." }
disconnect bye { say "Thank you for choosing ${brand}." }
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
let brand = "Lakeside"
disclosure notice { say "This is ${brand}." }
disconnect bye { say "Thank you for choosing ${brand}." }
notice -> bye
"#,
        ),
    },
};

/// A policy or a rule that nothing declares.
pub static UNKNOWN_POLICY: Code = Code {
    id: "CX114",
    name: "unknown-policy",
    severity: Severity::Error,
    what: "An `apply`, a `waive`, `--policy` or `policies` in cxflow.toml names a policy, or a rule of one, that no file declares \
           and that does not come with the compiler.",
    why: "A policy that is misspelt would hold the flow to nothing. `cxflowc policy list` has the names of those that come with the compiler; \
          the policy of an included instance is `PREFIX.policy` from outside.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
policy house "House rules" {
  brief: limit depth 10
}
apply hose
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
policy house "House rules" {
  brief: limit depth 10
}
apply house
"#,
        ),
    },
};

/// A param without a value.
pub static UNSET_PARAM: Code = Code {
    id: "CX110",
    name: "unset-param",
    severity: Severity::Error,
    what: "A param has no default, and nothing sets it: neither `--set NAME=VALUE`, nor the environment chosen with `--env`, nor an include's `with`. \
           An error in a build; elsewhere a warning.",
    why: "What has another name in every environment is a param, and a build for no environment has no name for it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
param queue
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
param queue = "sales_queue"
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "${queue}"
notice -> sales
"#,
        ),
    },
};

/// An include that cannot be read.
pub static INCLUDE_NOT_FOUND: Code = Code {
    id: "CX111",
    name: "include-not-found",
    severity: Severity::Error,
    what: "An included file is not there or cannot be read. The path is relative to the file that includes.",
    why: "Names that the file would declare raise no finding of their own until it is found.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
include "does/not/exist.cxflow"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// Something made of itself.
pub static CIRCULAR_DEFINITION: Code = Code {
    id: "CX112",
    name: "circular-definition",
    severity: Severity::Error,
    what: "A let or a param's default inserts itself through others, or a file includes itself through others. The message shows the circle.",
    why: "It would never end.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
let brand = "${full}"
let full = "${brand} Dental"
disclosure notice { say "This is ${full}." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
let brand = "Lakeside"
let full = "${brand} Dental"
disclosure notice { say "This is ${full}." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// Something else where a number is due.
pub static NOT_AN_INTEGER: Code = Code {
    id: "CX115",
    name: "not-an-integer",
    severity: Severity::Error,
    what: "`retries` is given something other than a whole number: a string, a fraction, a negative number, or a let or param whose value is none.",
    why: "The platform counts attempts; a prompt plays at most retries + 1 times.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" retries "two" {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" retries 2 {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// `{name}` of a declared value.
pub static PLACEHOLDER: Code = Code {
    id: "CX116",
    name: "placeholder",
    severity: Severity::Error,
    what: "A text holds the platform's own placeholder, `{name}`, of a contact field, a let or a param that is declared. \
           It is found in the text as it is sent: a let, a param's default or a value from outside may hold it, or two insertions may make it together. \
           Of a contact field it counts as that field, so that policies see its tags and its `lasts`. The platform has no escape for it: `\\{name}` of a contact field is the same error.",
    why: "The platform fills in a contact field wherever its placeholder stands. A let or a param it knows nothing of: the caller would hear the braces, or nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
contact amount lasts 2s @debt
disclosure notice { say "This is Lakeside. You owe {amount}." }
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
contact amount lasts 2s @debt
disclosure notice { say "This is Lakeside. You owe ${amount}." }
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// `{name}` of what nothing declares.
pub static UNKNOWN_PLACEHOLDER: Code = Code {
    id: "CX117",
    name: "unknown-placeholder",
    severity: Severity::Error,
    what: "A text holds the platform's own placeholder, `{name}`, of something that is not declared. It is found in the text as it is sent, after all insertions. \
           A text that is JSON as a whole may hold it.",
    why: "If the contact's record has such a field, the caller hears it, and no policy knows what it is about. If not, the caller hears the braces, or nothing.",
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

/// What other systems write for an insertion.
pub static FOREIGN_INSERTION: Code = Code {
    id: "CX408",
    name: "foreign-insertion",
    severity: Severity::Warning,
    what: "A text holds what other systems write to insert a value: `{{name}}` or `#{name}` of any name; \
           `$name`, `%name%`, `<name>`, `[name]`, `{name:format}` and the like of a name that is declared. Where the braces hold a contact field, it counts as that field.",
    why: "Nothing is inserted, and the caller hears the signs and the name.",
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

/// `\{name}` of what nothing declares.
pub static ESCAPED_PLACEHOLDER: Code = Code {
    id: "CX409",
    name: "escaped-placeholder",
    severity: Severity::Warning,
    what: "A text holds `\\{name}`, or `\\${name}`, of a name that is not declared. The escape tells the compiler that the sign is meant, and it is sent as it is. The platform describes no escape of its own, so it may take `{name}` for a placeholder.",
    why: "If a contact's record has a field of that name, the caller hears what is in it.",
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

/// A file of policies that has none.
pub static NO_POLICY: Code = Code {
    id: "CX705",
    name: "no-policy-in-file",
    severity: Severity::Error,
    what: "A file that `--policy` or `policies` in cxflow.toml names declares no policy, and neither does any file that it includes.",
    why: "It would hold the flow to nothing, and whoever named it meant otherwise.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The file is empty, or all of it is a comment",
                remedy: "Write the policy again, or take the file's name out of `policies`.",
            },
            Cause {
                sign: "The policies are in other files",
                remedy: "`include` these files in it: their policies count as its own.",
            },
            Cause {
                sign: "The path is that of a flow or a library",
                remedy: "Name the file with the policies.",
            },
        ],
    },
};

/// A file outside of what a flow may read.
pub static OUTSIDE: Code = Code {
    id: "CX706",
    name: "outside-repository",
    severity: Severity::Error,
    what: "An `include` or `policies` in cxflow.toml leads to a file outside of the flow's repository. \
           Without a repository, what counts is the topmost folder above the flow that has a `cxflow.toml`, else the flow's own folder. \
           The real path counts, whatever links and `..` lead there.",
    why: "A flow is checked by machines that hold secrets, and may come from anybody: what it includes is shown in findings.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The file is shared by several repositories",
                remedy: "Allow its folder: `cxflowc check --allow-outside ../shared campaign.cxflow`. The option may be given several times.",
            },
            Cause {
                sign: "There is no repository, and the file lies beside the flow's folder",
                remedy: "Run `git init` in the folder above both, put a `cxflow.toml` there, or allow it with `--allow-outside`.",
            },
            Cause {
                sign: "A link in the repository leads out of it",
                remedy: "Put a copy of the file in its place, or allow the folder that it leads to.",
            },
        ],
    },
};

/// Something else than a file.
pub static NOT_A_FILE: Code = Code {
    id: "CX707",
    name: "not-a-regular-file",
    severity: Severity::Error,
    what: "An `include`, `--policy` or `policies` in cxflow.toml leads to a named pipe, a socket, a device or a file that the kernel makes up, as those below `/proc`.",
    why: "Reading it could wait for ever, set something going, or show what is no source.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "A program makes the text",
                remedy: "Write it to a file first. A flow itself may come through standard input: `generate | cxflowc check -`.",
            },
            Cause { sign: "The path is a slip", remedy: "Name the file that was meant." },
        ],
    },
};
