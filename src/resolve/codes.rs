//! The codes for what can be wrong when names are bound: nodes, names, values and policies.

mod dispositions;
mod exits;
mod files;
mod hours;
mod kinds;
mod lock;
mod speakers;
mod texts;
mod variables;

pub use dispositions::UNKNOWN_DISPOSITION;
pub use exits::{MISPLACED_EXIT, NOT_AN_EXIT, SECOND_AGAIN, UNBOUND_EXIT};
pub use files::{INCLUDE_NOT_FOUND, MORE_THAN_POLICIES, NO_POLICY, NOT_A_FILE, OTHER_SPELLING, OUTSIDE};
pub use hours::{BAD_HOURS, CALL_TIME, CLOCK_CHANGE, TIME_ZONE};
pub use kinds::{FIELD, KIND_DECLARATION, LIBRARY};
pub use lock::{BAD_LOCK, NOT_LOCKED};
pub use speakers::{BAD_SSML, LANGUAGE, LANGUAGE_SPELLING};
pub use texts::{
    ESCAPED_PLACEHOLDER, FOREIGN_INSERTION, KNOWN_DURING_CALL, PLACEHOLDER, UNKNOWN_PLACEHOLDER,
};
pub use variables::{MISUSED_VALUE, VALUE_TYPE};

use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

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
    &BAD_AGAIN,
    &PLACEHOLDER,
    &UNKNOWN_PLACEHOLDER,
    &FOREIGN_INSERTION,
    &ESCAPED_PLACEHOLDER,
    &KNOWN_DURING_CALL,
    &NO_POLICY,
    &MORE_THAN_POLICIES,
    &OUTSIDE,
    &NOT_A_FILE,
    &OTHER_SPELLING,
    &UNUSED,
    &WEAK_WAIVER,
    &DECIDED_RULE,
    &SET_IN_VAIN,
    &BAD_LOCK,
    &NOT_LOCKED,
    &KIND_DECLARATION,
    &FIELD,
    &UNBOUND_EXIT,
    &NOT_AN_EXIT,
    &MISPLACED_EXIT,
    &SECOND_AGAIN,
    &MISUSED_VALUE,
    &VALUE_TYPE,
    &LIBRARY,
    &BAD_HOURS,
    &TIME_ZONE,
    &CALL_TIME,
    &CLOCK_CHANGE,
    &LANGUAGE,
    &LANGUAGE_SPELLING,
    &BAD_SSML,
    &UNKNOWN_DISPOSITION,
];

/// A reference to a node that does not exist.
pub static UNKNOWN_NODE: Code = Code {
    id: "CX103",
    area: Area::Declaration,
    name: "unknown-node",
    severity: Severity::Error,
    what: "An entry, a transition, an `every` or its exception, a test, a rule or a waiver names a node that is not declared.",
    why: "The platform would refuse the flow, or drop the call at that point. From outside, a node of an included instance is called `PREFIX.node`.",
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

/// Two nodes with the same name.
pub static DUPLICATE_NODE: Code = Code {
    id: "CX104",
    area: Area::Declaration,
    name: "duplicate-node",
    severity: Severity::Error,
    what: "Two nodes have the same name, or a node and an exit of one file.",
    why: "A transition to that name could mean either node, and ids have to be unique on the platform. The nodes of an instance carry its prefix, so two instances of one file never collide.",
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

/// Something declared or set twice that may exist only once.
pub static DUPLICATE: Code = Code {
    id: "CX105",
    area: Area::Declaration,
    name: "duplicate",
    severity: Severity::Error,
    what: "Something that may exist only once is declared or set twice: the flow's name, description or entry, a let, a param, a contact field, a variable, opening hours, an instance, an exit and what it is bound to, a test, a fact, a policy, a policy's rule, a disposition, a kind, a field or an outcome of a kind, or a field of an action. The names of the policies that come with the compiler are reserved. An included file may not have a flow, a description or an entry of its own.",
    why: "Nobody can tell which of the two was meant.",
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

/// An insertion of a name that is not declared.
pub static UNKNOWN_NAME: Code = Code {
    id: "CX109",
    area: Area::Declaration,
    name: "unknown-name",
    severity: Severity::Error,
    what: "A `${name}`, a name in place of a number, or a name in an include's `with` is not declared as a let, a param or a contact field.",
    why: "The called party would hear nothing in place of the value.",
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

/// A reference to a policy or a rule that does not exist.
pub static UNKNOWN_POLICY: Code = Code {
    id: "CX114",
    area: Area::Declaration,
    name: "unknown-policy",
    severity: Severity::Error,
    what: "An `apply`, a `waive`, an `attest`, `--policy` or `policies` in cxflow.toml names a policy, or a policy's rule, that no file declares and that does not come with the compiler.",
    why: "A misspelt policy would check nothing. `cxflowc policy list` lists the policies that come with the compiler. From outside, a policy of an included instance is called `PREFIX.policy`.",
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
    area: Area::Declaration,
    name: "unset-param",
    severity: Severity::Error,
    what: "A param has no default, and nothing sets it: neither `--set NAME=VALUE`, nor the environment chosen with `--env`, nor an include's `with`. This is an error in a build, and a warning elsewhere.",
    why: "Write a param for a name that differs between environments. A build without an environment has no value for it.",
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

/// A value that inserts itself, or a file that includes itself.
pub static CIRCULAR_DEFINITION: Code = Code {
    id: "CX112",
    area: Area::Declaration,
    name: "circular-definition",
    severity: Severity::Error,
    what: "A let or a param's default inserts itself through others, or a file includes itself through others. The message shows the cycle.",
    why: "The insertion or inclusion would never end.",
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

/// A number of times that `again` cannot have.
pub static BAD_AGAIN: Code = Code {
    id: "CX125",
    area: Area::Declaration,
    name: "bad-again",
    severity: Severity::Error,
    what: "The number of an `again` is 0 or more than 99. It says how often a call may take the transition.",
    why: "With 0 the transition is never taken: only its `else` is. No call comes back a hundred times, and the flow has a copy of its nodes for each time.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on, 9 to hear this again" {
  on 1 -> bye
  on 9 -> menu again 0 else bye
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
collect menu "Press 1 to go on, 9 to hear this again" {
  on 1 -> bye
  on 9 -> menu again 2 else bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// Something else in place of a number.
pub static NOT_AN_INTEGER: Code = Code {
    id: "CX115",
    area: Area::Declaration,
    name: "not-an-integer",
    severity: Severity::Error,
    what: "The value of `retries`, `again` or `digits` is not a whole number: it is a string, a fraction, a negative number, or a let or param that holds no whole number.",
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

/// A declaration without effect.
pub static UNUSED: Code = Code {
    id: "CX403",
    area: Area::Lint,
    name: "unused",
    severity: Severity::Warning,
    what: "A let, a param, a contact field or a policy of this file is never used, or a waiver has no effect: its rule is kept there or does not apply, its finding is not there, \
           or the waiver's last day is over. So has an attestation of an obligation that does not apply, or whose last day is over: the obligation is open again. After its last day nobody vouches for a fact either, whose evidence is reported then. An `every` gives no node a branch, or one of its exceptions has no effect. A test says `at` which time its call is made, and the flow has no `hours`, or it gives a value that nothing uses. An include adds nothing, or only policies that do not apply. A policy is applied twice in one file, applies to one instance of its file and not to another, or stands in an included file with nodes and does not apply. A waiver, an attestation or a policy in an included file is reported only if no flow of the repository that uses the file needs it. In a library it may be meant for the files that include it, so it is not reported there.",
    why: "It is a leftover, or its name was misspelt where it should be used.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
let cdn = "https://cdn.example.com"
disclosure notice "https://cdn.example.com/notice.wav"
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

/// A waiver, an attestation or the evidence of a fact that lasts too long, gives no reason, or names nobody who answers for it.
pub static WEAK_WAIVER: Code = Code {
    id: "CX410",
    area: Area::Lint,
    name: "weak-waiver",
    severity: Severity::Warning,
    what: "The reason of a waiver, an attestation or the evidence of a fact says nothing (`\".\"`, `\"n/a\"`, `\"todo\"`), or its `by` names nobody, or it lasts too long: its last day is more than a year after the day of the run, or more than `longest_waiver` in `cxflow.toml` allows. The same goes for the reason of an `exempt` and of a `conflicts with`, and for a `reviewed` that names nobody, or a day to come.",
    why: "A waiver is a decision for a limited time, with a reason. A waiver that nobody can explain, or that lasts longer than anybody remembers, simply switches the rule off. An attestation is as good as its proof, and somebody has to look at that again. One without a proof or a name does not count: its obligation stays open, and nobody vouches for its fact.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect mark "How was it? Press 1 to 9, where 9 is best." {
  on 1..9 -> goodbye
  on timeout | invalid -> goodbye
}
disconnect goodbye
notice -> mark
policy house "House rules" {
  /// Somebody can be reached.
  person: require agent
}
apply house
waive house/person because "." by "j.lee" until 2027-03-31
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect mark "How was it? Press 1 to 9, where 9 is best." {
  on 1..9 -> goodbye
  on timeout | invalid -> goodbye
}
disconnect goodbye
notice -> mark
policy house "House rules" {
  /// Somebody can be reached.
  person: require agent
}
apply house
waive house/person because "This survey is answered by keys alone" by "j.lee" until 2027-03-31
"#,
        ),
    },
};

/// An attestation of a rule that the compiler decides.
pub static DECIDED_RULE: Code = Code {
    id: "CX316",
    area: Area::Policy,
    name: "decided-rule",
    severity: Severity::Error,
    what: "An `attest` names a rule that is no obligation. Only a rule with `oblige` is attested: no flow can show it. Every other rule is decided over all paths.",
    why: "Nobody's word makes a path keep a rule. If the rule may be broken for a time, `waive` says who answers for it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
notice -> sales
policy house "House rules" {
  person: require agent
  rate: oblige "At most 3% of answered calls are abandoned"
}
apply house
attest house/person because "dialler report 7" by "k.roe" until 2027-03-31
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
notice -> sales
policy house "House rules" {
  person: require agent
  rate: oblige "At most 3% of answered calls are abandoned"
}
apply house
attest house/rate because "dialler report 7" by "k.roe" until 2027-03-31
"#,
        ),
    },
};

/// A param that is set from outside although the instance's `with` sets it.
pub static SET_IN_VAIN: Code = Code {
    id: "CX713",
    area: Area::Settings,
    name: "set-in-vain",
    severity: Severity::Warning,
    what: "`--set` or an environment sets a param of an instance, but the `include` that makes the instance gives that param its value by `with`.",
    why: "The value of `with` counts, and the one from outside does nothing.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The value from outside is the right one",
                remedy: "Take the param out of `with`, so that its default and values from outside count.",
            },
            Cause {
                sign: "The value in `with` is the right one",
                remedy: "Take the line out of `cxflow.toml`, or the `--set` out of the command.",
            },
        ],
    },
};
