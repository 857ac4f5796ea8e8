//! The codes of what can be wrong with a foreign flow.

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// CX601–CX604, CX614, CX615.
pub const ALL: &[&Code] = &[&NOT_JSON, &NO_PAYLOAD, &BAD_ID, &NOT_IMPORTED, &KEPT_ACTION, &NOT_IN_FLOW];

/// The text is no JSON.
pub static NOT_JSON: Code = Code {
    id: "CX601",
    area: Area::OtherFormat,
    name: "not-json",
    severity: Severity::Error,
    what: "The file that is imported is not JSON. The finding is at the first place that is not.",
    why: "What comes after that place cannot be told apart from what belongs to it, so nothing of the file is imported.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The text ends before its value does",
                remedy: "The download or the copy was cut off. Fetch the payload once more, and compare the number of bytes.",
            },
            Cause {
                sign: "A comma stands before `}` or `]`, or there is a comment",
                remedy: "JSON has neither. Take them out, or have a program write the file instead of a person.",
            },
            Cause {
                sign: "The file begins with `<`",
                remedy: "It is a page and not a payload: most likely one that asks to sign in. Fetch it with the credentials of the platform.",
            },
        ],
    },
};

/// The JSON is no payload.
pub static NO_PAYLOAD: Code = Code {
    id: "CX602",
    area: Area::OtherFormat,
    name: "not-a-payload",
    severity: Severity::Error,
    what: "The JSON is not a payload: a field is missing, stands twice, or has a value of another type. [payload.md](payload.md) describes every field.",
    why: "A flow that was made of a guess would not be the one that is live.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "`name`, `nodes`, `transitions` and `entry_node` are all missing",
                remedy: "The payload is inside of another object, as in an answer of the platform with `payload`. Cut it out: `jq .payload answer.json | cxflowc import -`.",
            },
            Cause {
                sign: "A list is `null`",
                remedy: "Write `[]`. Only fields that may be left out may be `null`: `description`, `disposition` and those of an action but `directive`.",
            },
            Cause {
                sign: "A number stands in quotes, or is negative or not whole",
                remedy: "`max_retries` is a whole number from 0 to 4294967295, without quotes, and so are the times and the numbers of digits.",
            },
        ],
    },
};

/// Ids that do not make a graph.
pub static BAD_ID: Code = Code {
    id: "CX603",
    area: Area::OtherFormat,
    name: "bad-node-id",
    severity: Severity::Error,
    what: "Two nodes of the payload have the same id, an id is empty, or a transition or the entry names a node that does not exist.",
    why: "Nobody can say which node a transition leads to, and the language has no way to write it either.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A transition names a node that was deleted",
                remedy: "Take the transition out, or give it another target. On the platform the call ends there with an error.",
            },
            Cause {
                sign: "Two nodes have the same id",
                remedy: "Give one of them another id, and change the transitions that mean it.",
            },
            Cause {
                sign: "The ids differ by capitals, blanks or characters that nobody sees",
                remedy: "Ids are compared character by character. Write the transition's id exactly as the node has it.",
            },
        ],
    },
};

/// What the language has no words for.
pub static NOT_IMPORTED: Code = Code {
    id: "CX604",
    area: Area::OtherFormat,
    name: "not-imported",
    severity: Severity::Warning,
    what: "The payload has something that the language has no words for: a field that [payload.md](payload.md) does not describe, a wait or a number of digits beyond what the language takes, or the same transition twice. The imported flow does not have it.",
    why: "Everything else is imported. When the flow is built, this is missing in its payload.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A field is one that the platform adds, such as a date or an owner",
                remedy: "It is not part of the flow. Nothing is to be done.",
            },
            Cause {
                sign: "A field is misspelt",
                remedy: "The platform ignored it as well. Correct the name in the payload and import it again, or write what it was meant to say into the flow.",
            },
            Cause {
                sign: "The same transition stands twice",
                remedy: "Once says the same. Nothing is to be done.",
            },
        ],
    },
};

/// An action that is kept as it is.
pub static KEPT_ACTION: Code = Code {
    id: "CX614",
    area: Area::OtherFormat,
    name: "kept-action",
    severity: Severity::Note,
    what: "An action of a script has no construct of the language, or would come out as another one. The flow has it as a node of a declared kind: its properties are fields, its branches outcomes. [studio.md](studio.md#bringing-scripts-in) says how they are written.",
    why: "Nothing of it is lost: with `--target studio` the same action is written. But only its branches are checked, for the compiler does not know what it does.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It is an action of the tenant, such as `RUNSUB`",
                remedy: "Give the kind an `as` if policies should take it for one of the language's kinds.",
            },
            Cause {
                sign: "It is a `PLAY` or a `MENU` with properties that no flow sets",
                remedy: "Nothing is to be done. Where the properties do not matter, write a `play` or a `collect` in its place.",
            },
            Cause {
                sign: "It is a `RUNSCRIPT`",
                remedy: "If the script books callbacks or takes messages, name it as `callback` or `voicemail` under `[studio]`, and read the script again.",
            },
        ],
    },
};

/// What a flow cannot say of a script.
pub static NOT_IN_FLOW: Code = Code {
    id: "CX615",
    area: Area::OtherFormat,
    name: "not-in-flow",
    severity: Severity::Warning,
    what: "A script has something that no flow can say: a header, a field, or a branch. It is missing in the flow, or comes out otherwise when the script is written again.",
    why: "Saving the flow would replace the script by one without it.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It is about labels",
                remedy: "Nothing is to be done if nobody looks the labels up: the actions of one node have its name in their labels.",
            },
            Cause {
                sign: "It is a branch to an action that does not exist, or one that stands twice",
                remedy: "Take it out in Studio. No call can take it.",
            },
            Cause {
                sign: "It is a field of the header or of an action",
                remedy: "Compare the script with one that was made in the same version of Studio, and tell us what the field is for.",
            },
        ],
    },
};
