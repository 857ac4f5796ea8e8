//! The codes of what a script of Studio cannot say.

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// CX610–CX613, CX616, CX617, CX620, CX621.
pub const ALL: &[&Code] = &[
    &NOT_SAID,
    &SAID_IN_PART,
    &TENANT_VALUE,
    &WHOLE_SECONDS,
    &NEEDS_CALL,
    &HOURS_OF_TENANT,
    &NAME,
    &RECORDING,
];

/// The target has nothing for it.
pub static NOT_SAID: Code = Code {
    id: "CX610",
    area: Area::OtherFormat,
    name: "not-in-target",
    severity: Severity::Error,
    what: "The target has nothing for this: a kind, a directive, a condition, a field or a text. It concerns `--target studio` and environments with `target = \"studio\"` alone. [studio.md](studio.md) says what each construct becomes.",
    why: "Without it the script would do something other than the flow that was checked.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A branch is for a condition that only the platform of the flow API knows",
                remedy: "Declare a kind for an action of the tenant that has such a branch.",
            },
            Cause {
                sign: "A `decide` asks for a part of a text, by `starts` or `contains`",
                remedy: "Compare with whole values, or have a service decide and give the answer in a variable.",
            },
            Cause { sign: "A text has a quotation mark", remedy: "Leave it out: it is not heard." },
            Cause {
                sign: "Markup of SSML is too long, or has more than a script takes",
                remedy: "Divide it into several `say ssml` of fewer than 300 characters, with one attribute at most in each element and without `xmlns`.",
            },
        ],
    },
};

/// The target does a part of it.
pub static SAID_IN_PART: Code = Code {
    id: "CX611",
    area: Area::OtherFormat,
    name: "in-part-in-target",
    severity: Severity::Warning,
    what: "The target does this in part: what the finding names is left out of the script. It concerns `--target studio` alone.",
    why: "The script takes calls otherwise than the flow says in that point, which no test of the flow shows.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A `collect` takes from so many digits on, or up to so many with a key that ends them",
                remedy: "Ask for a fixed number of digits without `end`, or check the number in what looks the entry up. `--allow in-part-in-target` says that it is meant.",
            },
            Cause {
                sign: "A branch is for an outcome such as `busy` that no action of Studio tells",
                remedy: "Nothing is to be done if the call may wait instead; otherwise have a script of the tenant decide it.",
            },
            Cause {
                sign: "The flow has dispositions",
                remedy: "Set them where the tenant keeps them, at the skill or by a script of its own.",
            },
        ],
    },
};

/// Only the tenant knows a value.
pub static TENANT_VALUE: Code = Code {
    id: "CX612",
    area: Area::OtherFormat,
    name: "needs-tenant-value",
    severity: Severity::Error,
    what: "The script needs a value that only the tenant has: the library id of an action, the name of a script, a profile of opening hours, or a voice. `[studio]` in `cxflow.toml` holds it.",
    why: "No public source has the value, and a guess would be refused by the platform, or do something else on a call.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It names a library id",
                remedy: "`cxflowc studio doctor --settings -` reads the tenant's ids from scripts that have the actions, and prints the lines for `library_ids`. Where no script has the action, place it in one of your own in Studio first, and save that.",
            },
            Cause {
                sign: "It names the branches of PLAYWITHCPA",
                remedy: "`cxflowc studio doctor --settings -` prints them if the tenant describes the action. Otherwise place the action in a script of your own in Studio, and read the names of its branches there. `answer_branches = [\"human=BRANCH\", \"machine=BRANCH\", \"unknown=default\"]` says what each stands for; `default` is the branch without a name.",
            },
            Cause {
                sign: "It names opening hours",
                remedy: "Say which profile of the tenant stands for them, as in `hours = [\"office_hours=Lakeside weekdays\"]`.",
            },
            Cause {
                sign: "It names a language, or markup of SSML",
                remedy: "Add the voice for it to `voices`, as in `voices = [\"es-US=polly:Lupe\"]`.",
            },
        ],
    },
};

/// The target knows whole seconds alone.
pub static WHOLE_SECONDS: Code = Code {
    id: "CX613",
    area: Area::OtherFormat,
    name: "rounded-in-target",
    severity: Severity::Note,
    what: "The target takes whole seconds, so that the time is rounded up. It concerns `--target studio` alone.",
    why: "A call waits up to a second longer than the flow says.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A `wait` or a `between` has a part of a second",
                remedy: "Write whole seconds, so that flow and script agree.",
            },
            Cause {
                sign: "The time is that of `[defaults]` in `cxflow.toml`",
                remedy: "Write whole seconds there.",
            },
        ],
    },
};

/// Opening hours are those of the tenant.
pub static HOURS_OF_TENANT: Code = Code {
    id: "CX617",
    area: Area::OtherFormat,
    name: "hours-of-tenant",
    severity: Severity::Note,
    what: "A script asks a profile of the tenant whether somebody is there, and has no table of hours. `hours` under `[studio]` in `cxflow.toml` says which profile stands for which `hours`. It concerns `--target studio` alone.",
    why: "If the profile has other hours than the flow, calls go another way than in its tests. What the profile calls a holiday, or an exception such as bad weather, counts as closed.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The profile is the one that is meant",
                remedy: "Compare its week, its holidays and its time zone with the table, and change both together from now on. `--allow hours-of-tenant` leaves the note out.",
            },
            Cause {
                sign: "It is another one",
                remedy: "Correct `hours` under `[studio]`. Several `hours` of a flow may name the same profile.",
            },
        ],
    },
};

/// A suppression script has a node that needs a call.
pub static NEEDS_CALL: Code = Code {
    id: "CX616",
    area: Area::OtherFormat,
    name: "needs-a-call",
    severity: Severity::Error,
    what: "A flow with one of the kinds `check_suppression`, `permit_call` and `suppress_call` becomes a suppression script of Studio, which decides whether a call is placed. This node does something to somebody who is on the line. It concerns `--target studio` alone.",
    why: "Nobody is on the line while the script runs: nothing would be heard, and the script might not end in a decision.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The node belongs to the call",
                remedy: "Take it into the flow that takes the call, which is a script of its own. The skill names both: its script, and its suppression script.",
            },
            Cause {
                sign: "The node ends the flow, as `disconnect` does",
                remedy: "End the path in `permit_call` or `suppress_call`.",
            },
        ],
    },
};

/// A script cannot have the name of a variable, or has it for something else.
pub static NAME: Code = Code {
    id: "CX620",
    area: Area::OtherFormat,
    name: "name-in-target",
    severity: Severity::Error,
    what: "A script of Studio cannot keep a value under this name. A variable of the flow has `__` for a dot and `_` for a hyphen in its name there, since a dot asks for a part of an object and a hyphen subtracts. It concerns `--target studio` alone.",
    why: "The script would read another value than the flow, or none: callers would hear it, and a `decide` would take another arm.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A contact field has a dot or a hyphen in its name",
                remedy: "The name is the tenant's, so that no other name would find the value: have the contact list give the field a name of letters, digits and `_`, and declare that one.",
            },
            Cause { sign: "Two variables would have one name", remedy: "Rename one of them." },
            Cause {
                sign: "The script needs the name itself: `MENUCHOICE`, or one that begins with `cxflow_`",
                remedy: "Take another name. It is a warning where the value is only read, as by scripts that ask for the key that was pressed last.",
            },
        ],
    },
};

/// The tenant would have one recording for two addresses, or none.
pub static RECORDING: Code = Code {
    id: "CX621",
    area: Area::OtherFormat,
    name: "same-recording-in-target",
    severity: Severity::Error,
    what: "In a script a recording is the path of its address below the folder `prompts`: a tenant has neither hosts nor what stands behind `?`. Two addresses have the same path, or an address has none. It concerns `--target studio` alone.",
    why: "All callers would hear one of the two recordings.",
    page: Page::Causes {
        causes: &[
            Cause { sign: "The files are the same", remedy: "Write the same address in both places." },
            Cause {
                sign: "The files differ, as two languages or two versions do",
                remedy: "Give them different paths: `https://cdn.example.com/es/hi.wav` instead of `https://es.cdn.example.com/hi.wav`.",
            },
            Cause { sign: "The address ends behind the host", remedy: "Name the file." },
        ],
    },
};
