//! The codes for the lock of the bundled policies.

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// A lock that cannot be read, or not as it was written.
pub static BAD_LOCK: Code = Code {
    id: "CX722",
    area: Area::Settings,
    name: "bad-policy-lock",
    severity: Severity::Error,
    what: "`policies.lock`, which keeps the texts of the bundled policies that were last looked at, cannot be read: it is not what `policy update --write` writes, the text of a policy is not the one whose SHA-256 stands beside it, or this compiler cannot read that text. The compiler's own text of the policy counts meanwhile.",
    why: "The file is there so that nobody changes a rule unseen. Flows below it are not built or sent until it is whole.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Somebody edited a text in it",
                remedy: "Restore the file from version control. To have other rules, copy the policy with `cxflowc policy show NAME --source` into a file of your own, under a name of its own.",
            },
            Cause {
                sign: "A merge mixed two versions of it",
                remedy: "Take one of the two as it is, and run `cxflowc policy update`, which shows how it differs from the policies of the compiler.",
            },
            Cause {
                sign: "A newer compiler wrote it, with lines that this one does not know",
                remedy: "Use that version of the compiler here as well.",
            },
        ],
    },
};

/// A bundled policy that applies and is not in the lock.
pub static NOT_LOCKED: Code = Code {
    id: "CX723",
    area: Area::Settings,
    name: "policy-not-locked",
    severity: Severity::Warning,
    what: "A policy that comes with the compiler applies to the flow, and `policies.lock` does not have it.",
    why: "The lock keeps an update of the compiler from changing verdicts unseen. It does not do that for a policy that it does not have.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The policy was applied after the lock was written",
                remedy: "Run `cxflowc policy update --write`, and commit the file.",
            },
            Cause {
                sign: "There should be no lock",
                remedy: "Delete `policies.lock`: then the policies of the compiler count.",
            },
        ],
    },
};
