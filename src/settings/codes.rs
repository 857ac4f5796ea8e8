//! The codes of findings about settings.

use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

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
    &LOOSENED,
    &SETTINGS_ABOVE,
    &DELETED_SETTINGS,
    &SIMILAR_ENVIRONMENTS,
    &STRAY_SETTINGS,
    &CUT_OFF_SETTINGS,
];

/// The file is not valid TOML.
pub static NO_TOML: Code = Code {
    id: "CX701",
    area: Area::Settings,
    name: "settings-syntax",
    severity: Severity::Error,
    what: "`cxflow.toml` is not valid TOML: a quote or a bracket is missing, a key occurs twice, or the file is not text.",
    why: "The file may name policies that the law requires. Flows below it are not built or sent until it can be read.",
    page: Page::Settings {
        wrong: Example::Text("policies = [\"us_tsr\"\n\n[platform]\ntypes = [\"answer\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n\n[platform]\ntypes = [\"answer\"]\n"),
    },
};

/// A key or section that does not exist.
pub static UNKNOWN_SETTING: Code = Code {
    id: "CX702",
    area: Area::Settings,
    name: "unknown-setting",
    severity: Severity::Error,
    what: "`cxflow.toml` holds a key or a section that does not exist, or that means nothing in the section where it is.",
    why: "It would have no effect: `polices` applies no policy, and `queue` outside `[env.NAME.params]` sets no param.",
    page: Page::Settings {
        wrong: Example::Text("polices = [\"us_tsr\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n"),
    },
};

/// A value that a setting does not accept.
pub static BAD_SETTING: Code = Code {
    id: "CX703",
    area: Area::Settings,
    name: "bad-setting",
    severity: Severity::Error,
    what: "A setting of `cxflow.toml` has a value of the wrong type, an empty one, or a word that means nothing there; \
           or two environments have names that their variables and lock files cannot tell apart.",
    why: "Nobody can tell what was meant, and a guess would be submitted.",
    page: Page::Settings {
        wrong: Example::Text("policies = \"us_tsr\"\n\n[env.prod]\nrequire = [\"cleen\"]\n"),
        right: Example::Text("policies = [\"us_tsr\"]\n\n[env.prod]\nrequire = [\"clean\"]\n"),
    },
};

/// A secret in settings.
pub static SECRET: Code = Code {
    id: "CX704",
    area: Area::Settings,
    name: "secret-in-settings",
    severity: Severity::Error,
    what: "The name of a key of `cxflow.toml` looks like that of a secret. Its value is not shown in any format.",
    why: "The file is committed and shared. Secrets belong in variables such as `CXONE_PROD_CLIENT_SECRET`; a secret that was ever committed must be replaced.",
    page: Page::Settings {
        wrong: Example::Text("[env.prod]\nclient_secret = \"of the client\"\n"),
        right: Example::Text("[env.prod]\nbase_url = \"https://api.example.com\"\n"),
    },
};

/// A param that no flow declares.
pub static UNKNOWN_PARAM: Code = Code {
    id: "CX708",
    area: Area::Settings,
    name: "unknown-param",
    severity: Severity::Warning,
    what: "No compiled flow has a param of the name that a key of `[env.NAME.params]` gives. Either the name is a typo of a param that the environment does not set, \
           or it is one letter away from a param that is also set and no flow of the repository declares it, or the instance that it names has no such param, or only instances have it and the instance's name is missing. Every environment is checked, not only that of the run. A param that simply belongs to another flow is not reported.",
    why: "The key sets nothing: the param that was meant keeps its default or the value from another file, or has no value.",
    page: Page::Causes {
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
                sign: "It is a param of another flow, and its name resembles one of this flow's",
                remedy: "Check both flows in one run, set both params in the environment, or give `--allow unknown-param`.",
            },
        ],
    },
};

/// An empty list.
pub static EMPTY_SETTING: Code = Code {
    id: "CX709",
    area: Area::Settings,
    name: "empty-setting",
    severity: Severity::Warning,
    what: "A list of `cxflow.toml` is empty: `policies = []`, `require = []`. It does nothing, or it removes what the file of a folder above sets and allows to be replaced. \
           Or a list removes some of that and adds nothing. Or the whole file sets nothing, while git's last commit has settings in it.",
    why: "A reader may think that the line or the file sets something. If it removes a policy, somebody should see that.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "No file above it has this setting",
                remedy: "Name what you mean, as in `policies = [\"us_tsr\"]`, or take the line out.",
            },
            Cause {
                sign: "The file above counts anyway",
                remedy: "Take the line out. If other policies should apply to the flows below, write `overridable = true` into the file above, and name here what counts instead.",
            },
            Cause {
                sign: "The file above is `overridable`, and nothing should apply to these flows",
                remedy: "Give `--allow empty-setting` in a place where those who check the flows can see it.",
            },
            Cause {
                sign: "The file above is `overridable`, and fewer of its policies should apply to these flows",
                remedy: "Give `--allow empty-setting` as well, or name the policy that applies instead.",
            },
            Cause {
                sign: "The file was emptied by mistake: a save that failed, a merge, all lines commented out",
                remedy: "Get it back: `git checkout HEAD -- cxflow.toml`. If the flows should have no settings, record that in git: `git rm cxflow.toml`.",
            },
        ],
    },
};

/// A file with nearly the name of the settings.
pub static MISNAMED: Code = Code {
    id: "CX710",
    area: Area::Settings,
    name: "misnamed-settings",
    severity: Severity::Error,
    what: "A folder without `cxflow.toml` has a file with nearly that name: with other capitals, a dot in front, an extra letter, or the ending of another format, as in `cxflow.yaml`. Nothing reads that file. \
           A file whose name differs in more than capitals is only reported if it holds settings. A file whose name differs only in capitals is reported beside a `cxflow.toml` as well.",
    why: "The file may name policies that the law requires. And a case-insensitive disk does read `Cxflow.toml`, so one repository would give two results.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The file holds the settings",
                remedy: "Rename it to `cxflow.toml`. On a case-insensitive disk: `git mv -f Cxflow.toml cxflow.toml`.",
            },
            Cause {
                sign: "It is a copy, or belongs to another tool",
                remedy: "Give it a name that differs more from `cxflow.toml`, such as `cxflow.toml.bak`.",
            },
        ],
    },
};

/// A flow whose settings have errors.
pub static BROKEN_SETTINGS: Code = Code {
    id: "CX711",
    area: Area::Settings,
    name: "broken-settings",
    severity: Severity::Error,
    what: "The settings of a flow have errors, or cannot be read. The language server says so at the first line of each flow that they apply to; the errors themselves are in `cxflow.toml` or `policies.lock`.",
    why: "The flow is not built or sent, because it is not known what its settings require.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A `cxflow.toml` or `policies.lock` of the flow's folder, or of a folder above it, has errors",
                remedy: "Open it, and correct what is shown there.",
            },
            Cause {
                sign: "It exists but cannot be read: a folder, a named pipe, a broken link, or a link out of the repository",
                remedy: "Put a regular file there, or take it away.",
            },
        ],
    },
};

/// A file contains a secret of the process.
pub static HELD_SECRET: Code = Code {
    id: "CX712",
    area: Area::Settings,
    name: "secret-in-source",
    severity: Severity::Error,
    what: "A file of the flow, or its settings, holds a secret of twelve bytes or more that this process was given in a variable such as `CXONE_CLIENT_SECRET`, plainly or in Base64. \
           The secret is not shown anywhere.",
    why: "The secret would be in the payload, or it is in version control. Nothing is built or sent.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "An `include` brings in `.env` or another file of secrets",
                remedy: "Take the `include` out, and the file out of version control.",
            },
            Cause {
                sign: "A text, a param or a comment has the secret in it",
                remedy: "Take it out and create a new secret: the old one is in the file's history.",
            },
        ],
    },
};

/// Settings above a repository that lies in another one.
pub static SETTINGS_ABOVE: Code = Code {
    id: "CX715",
    area: Area::Settings,
    name: "settings-above",
    severity: Severity::Note,
    what: "The repository of a flow lies in another repository, as a submodule does, and a folder above it has a `cxflow.toml`. \
           Settings are read up to the top of the flow's own repository, so that file does not count.",
    why: "Whoever wrote that file may expect its policies to apply to all flows below it.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The settings should count for this repository, too",
                remedy: "Copy what should count to a `cxflow.toml` in this repository, or apply its policies with `--policy`.",
            },
            Cause {
                sign: "The repository is independent",
                remedy: "There is nothing to do. The note is shown only with `-v`.",
            },
        ],
    },
};

/// Settings that were deleted from the work tree alone.
pub static DELETED_SETTINGS: Code = Code {
    id: "CX717",
    area: Area::Settings,
    name: "deleted-settings",
    severity: Severity::Warning,
    what: "A `cxflow.toml` or a `policies.lock` that counts for the flow is in git's index and not on the disk. It was deleted, and the deletion was not committed.",
    why: "Without the file none of its policies apply to your copy of the flow, while they apply for everybody else; without a lock, the policies of this compiler do.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The file was deleted by mistake",
                remedy: "Get it back: `git checkout -- cxflow.toml`.",
            },
            Cause {
                sign: "The flows should have no such settings",
                remedy: "Record that in git, where others see it: `git rm cxflow.toml`.",
            },
        ],
    },
};

/// Two environments whose names differ by a typo.
pub static SIMILAR_ENVIRONMENTS: Code = Code {
    id: "CX718",
    area: Area::Settings,
    name: "similar-environments",
    severity: Severity::Warning,
    what: "The names of two environments differ in one letter, or in a missing `-` or `_`, and one of them has no `base_url`, or is in the file of a folder below. \
           Names that differ only in a number, a whole short word or their last letter are not reported: `dev` and `dev2`, `prod-eu` and `prod-us`.",
    why: "Settings for `prdo`, such as guards and params, do not apply with `--env prod`.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Both mean one environment",
                remedy: "Spell them alike: write `[env.prod]` for `[env.prdo]`, in each section.",
            },
            Cause {
                sign: "Both exist",
                remedy: "Give each its `base_url`, in the same file, or give `--allow similar-environments`.",
            },
        ],
    },
};

/// Settings with no flow at or below their folder.
pub static STRAY_SETTINGS: Code = Code {
    id: "CX719",
    area: Area::Settings,
    name: "stray-settings",
    severity: Severity::Warning,
    what: "A checked folder has a `cxflow.toml`, and no flow is in its folder or below it. Settings apply to the flows of their folder and of the folders below, so these apply to none. \
           A file at a repository's top is not reported.",
    why: "Whoever moved the file there may expect its policies to apply to the flows beside that folder.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The settings are for flows in other folders",
                remedy: "Move the file to a folder above those flows, such as the repository's top. Paths in it are relative to its folder.",
            },
            Cause {
                sign: "The folder's flows were moved or deleted",
                remedy: "Move the settings along, or delete the file.",
            },
            Cause {
                sign: "The folder only has policy files or parts",
                remedy: "Delete the file: flows that include these files use the settings of their own folder.",
            },
        ],
    },
};

/// Settings above a repository that was probably made by mistake.
pub static CUT_OFF_SETTINGS: Code = Code {
    id: "CX720",
    area: Area::Settings,
    name: "cut-off-settings",
    severity: Severity::Warning,
    what: "The repository of a flow lies in another repository, which has a `cxflow.toml` above the flow and tracks the same files as its own. \
           Settings are read up to the top of the flow's own repository, so that file does not count. For a submodule, of which the outer repository only tracks the commit, there is the note CX715 instead.",
    why: "It looks as if `git init` was run in the wrong folder: since then, none of the policies above the flow apply to it.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "`git init` was run in a folder of the repository by mistake",
                remedy: "Delete the `.git` of that folder.",
            },
            Cause {
                sign: "The folder is to become a repository of its own",
                remedy: "Take its files out of the outer one: `git rm -r --cached FOLDER` there. Copy the settings that should count.",
            },
        ],
    },
};

/// A setting that is looser than that of an upper file.
pub static LOOSENED: Code = Code {
    id: "CX714",
    area: Area::Settings,
    name: "loosened-setting",
    severity: Severity::Warning,
    what: "A `cxflow.toml` sets a longer `longest_waiver`, more `words_per_minute` or another `audit` than the file of a folder above it. \
           The file above counts, unless it says `overridable = true`.",
    why: "A folder may tighten what a folder above asks for, but not loosen it.",
    page: Page::Causes {
        causes: &[
            Cause { sign: "The flows below should follow the file above", remedy: "Take the line out." },
            Cause {
                sign: "They should be allowed more",
                remedy: "Write `overridable = true` into the file above, where those who are responsible for it see it.",
            },
        ],
    },
};
