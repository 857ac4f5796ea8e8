//! The codes for included files and policy files.

use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

/// An included file that cannot be read.
pub static INCLUDE_NOT_FOUND: Code = Code {
    id: "CX111",
    area: Area::Declaration,
    name: "include-not-found",
    severity: Severity::Error,
    what: "An included file does not exist or cannot be read. Its path is relative to the including file.",
    why: "Until the file is found, names that it may declare are not reported.",
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

/// A policy file without a policy.
pub static NO_POLICY: Code = Code {
    id: "CX705",
    area: Area::Settings,
    name: "no-policy-in-file",
    severity: Severity::Error,
    what: "`--policy` or `policies` in cxflow.toml names a file that declares no policy, and no file that it includes declares one either.",
    why: "The file would check nothing, and whoever named it expects it to.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The file is empty, or holds only comments",
                remedy: "Write the policy again, or take the file's name out of `policies`.",
            },
            Cause {
                sign: "The policies are in other files",
                remedy: "`include` these files in it: their policies count as its own.",
            },
            Cause {
                sign: "The path leads to a flow or a library",
                remedy: "Name the file with the policies.",
            },
        ],
    },
};

/// A policy file that declares something else.
pub static MORE_THAN_POLICIES: Code = Code {
    id: "CX716",
    area: Area::Settings,
    name: "more-than-policies",
    severity: Severity::Error,
    what: "A file that `--policy` or `policies` in cxflow.toml names, or a file that it includes, declares more than policies: an `every`, a node, a transition, a contact field, a param, a fact, a waiver, an attestation or a test. \
           Such a file takes `policy`, `apply`, `include` and `let`, user values only its own policies see. In an instance it takes a `param`, too.",
    why: "People who review a flow look at the flow. A policy file must not change the call, state facts, waive rules or attest obligations.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Some flows should have what the file declares",
                remedy: "Move it into a file of its own, and `include` that in these flows.",
            },
            Cause {
                sign: "The file is a flow that declares a policy for itself",
                remedy: "Move the policy into a file of its own: `include` it in the flow, and name it in `policies`.",
            },
        ],
    },
};

/// A file outside the folders that a flow may read.
pub static OUTSIDE: Code = Code {
    id: "CX706",
    area: Area::Settings,
    name: "outside-repository",
    severity: Severity::Error,
    what: "An `include` or `policies` in cxflow.toml leads to a file outside of the flow's repository, or into git's own folder `.git`. \
           Without a repository, the limit is the topmost folder above the flow that has a `cxflow.toml` or a `policies.lock`, or else the flow's own folder. The real path counts, after links and `..` are followed.",
    why: "Anybody may have written the flow, and machines that hold secrets check it. Findings show parts of what it includes.",
    page: Page::Causes {
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
            Cause {
                sign: "The file is below `.git`",
                remedy: "Put its text into a file of the repository. `.git/config` may hold the password that the repository was cloned with.",
            },
        ],
    },
};

/// A path to something other than a regular file.
pub static NOT_A_FILE: Code = Code {
    id: "CX707",
    area: Area::Settings,
    name: "not-a-regular-file",
    severity: Severity::Error,
    what: "An `include`, `--policy` or `policies` in cxflow.toml leads to a named pipe, a socket, a device, or a file that the kernel makes up, such as those below `/proc`.",
    why: "Reading it could block forever, start something, or show something that is not source text.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A program writes the text",
                remedy: "Let it write a file first. A flow itself may come through standard input: `generate | cxflowc check -`.",
            },
            Cause { sign: "The path is misspelt", remedy: "Name the right file." },
        ],
    },
};

/// An include that spells the file's name in a way that some file systems do not accept.
pub static OTHER_SPELLING: Code = Code {
    id: "CX421",
    area: Area::Lint,
    name: "file-name-differs",
    severity: Severity::Warning,
    what: "An `include` spells a file's path differently from the file system: with other capitals, or in another Unicode normal form. This machine's file system treats both as the same name.",
    why: "On Linux, in most pipelines and at a git revision the file would not be found.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The path has other capitals than the file's name",
                remedy: "Write the path as the finding shows it. To rename the file instead, use `git mv`: git may not notice a name that only changes its capitals.",
            },
            Cause {
                sign: "Both look the same",
                remedy: "The note shows the characters. macOS stores some names with accents as separate characters: copy the name from the finding.",
            },
        ],
    },
};
