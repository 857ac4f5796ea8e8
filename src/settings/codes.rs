//! The codes of what can be wrong with settings.

use crate::diagnostics::{Cause, Code, Example, Page, Severity};

/// The codes that reading settings reports.
pub const ALL: &[&Code] = &[
    &NO_TOML,
    &UNKNOWN_SETTING,
    &BAD_SETTING,
    &SECRET,
    &UNKNOWN_PARAM,
    &EMPTY_SETTING,
    &MISNAMED,
    &BROKEN_SETTINGS,
    &HELD_SECRET,
    &SET_IN_VAIN,
    &LOOSENED,
];

/// The file is no TOML.
pub static NO_TOML: Code = Code {
    id: "CX701",
    name: "settings-syntax",
    severity: Severity::Error,
    what: "`cxflow.toml` is no TOML: a quote or a bracket is missing, a key stands there twice, or the file is no text.",
    why: "The law may have been in it: from flows below this file nothing is built and nothing is sent until it can be read.",
    page: Page::Settings {
        wrong: Example::Text("policies = [\"us_tsr\"\n\n[platform]\ntypes = [\"answer\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n\n[platform]\ntypes = [\"answer\"]\n"),
    },
};

/// A key or section that there is none of.
pub static UNKNOWN_SETTING: Code = Code {
    id: "CX702",
    name: "unknown-setting",
    severity: Severity::Error,
    what: "A key or a section of `cxflow.toml` is none that there is, or stands in a section where it means nothing.",
    why: "It would be passed over: `polices` holds the flows to no policy, and `queue` outside `[env.NAME.params]` sets no param.",
    page: Page::Settings {
        wrong: Example::Text("polices = [\"us_tsr\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n"),
    },
};

/// A value that a setting does not take.
pub static BAD_SETTING: Code = Code {
    id: "CX703",
    name: "bad-setting",
    severity: Severity::Error,
    what: "A setting of `cxflow.toml` has a value of another type than it takes, an empty one, or a word that means nothing there; \
           or two environments have names that their variables and lock files cannot tell apart.",
    why: "What was meant nobody can tell, and a guess would be submitted.",
    page: Page::Settings {
        wrong: Example::Text("policies = \"us_tsr\"\n\n[env.prod]\nrequire = [\"cleen\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n\n[env.prod]\nrequire = [\"clean\"]\n"),
    },
};

/// A secret.
pub static SECRET: Code = Code {
    id: "CX704",
    name: "secret-in-settings",
    severity: Severity::Error,
    what: "A key of `cxflow.toml` looks like a secret's. Its value is shown nowhere, in no format.",
    why: "The file is committed and shared. Secrets are in variables such as `CXONE_PROD_CLIENT_SECRET`; one that was ever committed has to be replaced.",
    page: Page::Settings {
        wrong: Example::Text("[env.prod]\nclient_secret = \"of the client\"\n"),
        right: Example::Text("[env.prod]\nbase_url = \"https://api.example.com\"\n"),
    },
};

/// A param that no flow declares.
pub static UNKNOWN_PARAM: Code = Code {
    id: "CX708",
    name: "unknown-param",
    severity: Severity::Warning,
    what: "A key of `[env.NAME.params]` is the name of no param of the flows that are compiled. Either it is a slip of one that the environment does not set, \
           it names an instance that has no such param, or instances have it and the instance's name is missing. \
           It is looked at in every environment, whichever the run is for. A param that is merely another flow's is no finding.",
    why: "It sets nothing: the param that was meant has its default, or no value.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The name is misspelt",
                remedy: "Write the param's name as the flow declares it: `queue` for `param queue`, `\"es.queue\"` for that of the instance `es`.",
            },
            Cause {
                sign: "The param was renamed or taken out of the flow",
                remedy: "Rename it in `cxflow.toml` as well, or take it out there.",
            },
            Cause {
                sign: "It is a param of another flow, whose name is much like one of this flow's",
                remedy: "Check both flows in one run, set both params in the environment, or give `--allow unknown-param`.",
            },
        ],
    },
};

/// A list with nothing in it.
pub static EMPTY_SETTING: Code = Code {
    id: "CX709",
    name: "empty-setting",
    severity: Severity::Warning,
    what: "A list of `cxflow.toml` is empty: `policies = []`, `require = []`. It does nothing, or it takes away what the file of a folder above says and lets be replaced.",
    why: "Whoever reads it may think that something is said. What takes a law away is seen and not only done.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "Nothing above it says anything",
                remedy: "Name what is meant, as in `policies = [\"us_tsr\"]`, or take the line out.",
            },
            Cause {
                sign: "The file above counts all the same",
                remedy: "Take the line out. Where the flows below are to be held to something else, write `overridable = true` into the file above, and here what counts instead.",
            },
            Cause {
                sign: "The file above is `overridable`, and these flows are to be held to nothing",
                remedy: "Give `--allow empty-setting`, where those who check the flows can see it.",
            },
        ],
    },
};

/// A file that is nearly called as settings are.
pub static MISNAMED: Code = Code {
    id: "CX710",
    name: "misnamed-settings",
    severity: Severity::Error,
    what: "A folder without `cxflow.toml` has a file whose name is a slip of it: other capitals, a dot before it, a letter too many. Nothing reads that file. \
           Other than for capitals, it is one only if it holds what settings hold.",
    why: "The law may be in it. And on a disk that does not tell capitals apart `Cxflow.toml` is read, so that one repository would give two results.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The file holds the settings",
                remedy: "Call it `cxflow.toml`. Where the disk does not tell capitals apart: `git mv -f Cxflow.toml cxflow.toml`.",
            },
            Cause {
                sign: "It is a copy, or another tool's",
                remedy: "Give it a name that is less like `cxflow.toml`, such as `cxflow.toml.bak`.",
            },
        ],
    },
};

/// What a flow says whose settings are wrong.
pub static BROKEN_SETTINGS: Code = Code {
    id: "CX711",
    name: "broken-settings",
    severity: Severity::Error,
    what: "The settings of a flow have errors, or cannot be read. The language server says so at the first line of each flow that they count for; the errors themselves are in `cxflow.toml`.",
    why: "The flow is neither built nor sent: what its settings ask for may not be known.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "A `cxflow.toml` of the flow's folder, or of a folder above it, has errors",
                remedy: "Open it, and mend what is shown there.",
            },
            Cause {
                sign: "It is there and cannot be read: a folder, a named pipe, a link to nothing or to outside of the repository",
                remedy: "Put a regular file there, or take it away.",
            },
        ],
    },
};

/// A secret of the process in a file.
pub static HELD_SECRET: Code = Code {
    id: "CX712",
    name: "secret-in-source",
    severity: Severity::Error,
    what: "A file of the flow, or its settings, holds a secret of twelve bytes or more that this process was given in a variable such as `CXONE_CLIENT_SECRET`, plainly or in Base64. \
           It is shown nowhere.",
    why: "It would be in the payload, or it is in version control: nothing is built and nothing is sent.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "An `include` brings in `.env` or another file of secrets",
                remedy: "Take the `include` out, and the file out of version control.",
            },
            Cause {
                sign: "A text, a param or a comment has the secret in it",
                remedy: "Take it out, and have a new secret made: the old one is in the file's history.",
            },
        ],
    },
};

/// A param that an instance has already.
pub static SET_IN_VAIN: Code = Code {
    id: "CX713",
    name: "set-in-vain",
    severity: Severity::Warning,
    what: "`--set` or an environment sets a param of an instance, and the `include` that makes the instance gives that param its value with `with`.",
    why: "What `with` says counts, and what was set from outside does nothing.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The value from outside is the one that is meant",
                remedy: "Take the param out of `with`, so that its default and what is set from outside count.",
            },
            Cause {
                sign: "The value in `with` is meant",
                remedy: "Take the line out of `cxflow.toml`, or the `--set` out of the command.",
            },
        ],
    },
};

/// A setting that would hold flows to less.
pub static LOOSENED: Code = Code {
    id: "CX714",
    name: "loosened-setting",
    severity: Severity::Warning,
    what: "A `cxflow.toml` sets a longer `longest_waiver`, more `words_per_minute` or another `audit` than the file of a folder above it. \
           The file above counts, unless it says `overridable = true`.",
    why: "What a folder above asks for, a folder below may tighten and not loosen.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The flows below are held to what the file above says",
                remedy: "Take the line out.",
            },
            Cause {
                sign: "They are meant to be held to less",
                remedy: "Write `overridable = true` into the file above, where those who answer for it see it.",
            },
        ],
    },
};
