//! The codes of what can go wrong with a tenant's Studio.

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// 409 with what the syntax check found.
pub static REJECTED: Code = Code {
    id: "CX920",
    area: Area::Platform,
    name: "script-rejected",
    severity: Severity::Error,
    what: "The platform's syntax check rejects the script of a flow: nothing was saved. The finding stands at the node that the action belongs to, with the action's name and the platform's key for what is wrong. It concerns the target `studio` alone.",
    why: "The script that is in place stays as it is, and calls go on with it.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "`action-not-available`",
                remedy: "The tenant has no licence for the action. Ask whoever administers it, or build the node from another kind.",
            },
            Cause {
                sign: "`action-unknown` or `action-name-mismatch`",
                remedy: "The tenant has no action with the library id that the script names, or it is another action's. `cxflowc studio doctor` finds the tenant's id, for `library_ids` under `[studio]`. The keys are the emulator's; a tenant may have others, and [studio-api.md](studio-api.md#the-syntax-check) lists those of the emulator.",
            },
            Cause {
                sign: "`properties-…`, `property-…`, `branch-…`, or something else about a library id, a property or a branch",
                remedy: "The tenant's action is not as [the table](studio.md#actions) says, which follows public sources. Give its library id in `library_ids` under `[studio]`, and report the action and the key: the table is then corrected for all.",
            },
            Cause {
                sign: "The message names no action",
                remedy: "What is wrong concerns the whole script. Save what `cxflowc build --target studio` wrote under another name in Studio, whose own editor shows it.",
            },
        ],
    },
};

/// 206 with what the syntax check warns of.
pub static WARNED: Code = Code {
    id: "CX921",
    area: Area::Platform,
    name: "script-warning",
    severity: Severity::Warning,
    what: "The platform saved the script of a flow, and its syntax check warns of an action. The finding stands at the node that the action belongs to. It concerns the target `studio` alone.",
    why: "Calls take the new script, with whatever the warning means for them.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "A skill or a prompt is not found",
                remedy: "The queue of an `agent` is the name of a skill, and recordings lie below the folder `prompts` of `[studio]`. Compare both with the tenant.",
            },
            Cause {
                sign: "`action-unreachable`",
                remedy: "Nothing leads to these actions. `cxflowc check --target studio` says which branches the script leaves out.",
            },
            Cause {
                sign: "`branch-default-not-wired`",
                remedy: "Nothing follows a REQAGENT, so that callers hear nothing while they wait: lead it to a MUSIC.",
            },
            Cause {
                sign: "It is meant like that",
                remedy: "`--allow script-warning` silences it. With `--deny warnings` the run ends with status 3, although the script is saved.",
            },
        ],
    },
};

/// Somebody else has locked the script.
pub static LOCKED: Code = Code {
    id: "CX922",
    area: Area::Platform,
    name: "script-locked",
    severity: Severity::Error,
    what: "Somebody else has locked the script, so it is not saved. Before each save the script is opened to see that. It concerns the target `studio` alone.",
    why: "Whoever holds the lock has the script open in Studio. What they save next would undo this flow, and this flow what they have in hand.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The finding names a person",
                remedy: "Ask them to close the script in Studio, and submit again. What they changed there is not in the flow: write it into the flow first.",
            },
            Cause {
                sign: "It names the user of the access key",
                remedy: "The lock shows a name that the id token does not have, so it cannot be known to be your own. Unlock the script in Studio, and submit again.",
            },
        ],
    },
};

/// The business unit of the script is not that of the credentials.
pub static OTHER_BUSINESS_UNIT: Code = Code {
    id: "CX923",
    area: Area::Platform,
    name: "other-business-unit",
    severity: Severity::Error,
    what: "The script is for another business unit than the one that the access key belongs to, or for none. The number stands in the head of each script, from `business_unit` under `[studio]`. It concerns the target `studio` alone.",
    why: "Nothing was saved: a script for one tenant must not reach another one.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "No business unit is set",
                remedy: "Write the number that the finding names as `business_unit` under `[studio]`, or under `[env.NAME.studio]` for one environment.",
            },
            Cause {
                sign: "The two numbers differ",
                remedy: "Either the access key is that of another tenant, or the settings are those of another environment: check which variables `CXONE_…` are set, and `--env`.",
            },
        ],
    },
};

/// The tenant's host is not known.
pub static NO_TENANT: Code = Code {
    id: "CX924",
    area: Area::Platform,
    name: "tenant-not-found",
    severity: Severity::Error,
    what: "Signing in succeeded, and the host of the tenant's API was not found: the id token names no tenant, or the tenant's configuration no `api_endpoint` that a token may be sent to. It concerns the target `studio` alone.",
    why: "Nothing was saved, since it is not known where.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The id token names no tenant",
                remedy: "The base URL is not the sign-in address of the tenant's area, such as `https://na1.nice-incontact.com`, or the access key belongs to no user of a tenant.",
            },
            Cause {
                sign: "The configuration is not found, or is a web page",
                remedy: "Open `/.well-known/cxone-configuration?tenantId=…` below the address that the finding names, and report what differs from [studio.md](studio.md#if-you-have-a-tenant).",
            },
        ],
    },
};

/// The tenant has no such script, or no such version of it.
pub static NO_SCRIPT: Code = Code {
    id: "CX925",
    area: Area::Platform,
    name: "script-not-found",
    severity: Severity::Error,
    what: "The tenant has no script and no folder of this name, no such version of it, or does not show it to this user. It concerns the verbs `studio` alone.",
    why: "It is not known what was meant, so nothing is read and nothing saved.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The finding names one that is written almost the same",
                remedy: "Write that name.",
            },
            Cause {
                sign: "The script is there in Studio",
                remedy: "Write its name with its folder, with a backslash or a slash between them, as `submit` printed it when it saved the script: `Campaigns\\Reminder`. Letters may be told apart by case.",
            },
            Cause {
                sign: "The script is there, and the version is not",
                remedy: "`cxflowc studio history SCRIPT` lists the versions with their numbers. A tenant keeps only so many.",
            },
            Cause {
                sign: "The access key is another user's",
                remedy: "The user may not be allowed to see scripts. `cxflowc studio doctor` says which requests the tenant answers to this user.",
            },
        ],
    },
};

/// The tenant has no such skill.
pub static NO_SKILL: Code = Code {
    id: "CX926",
    area: Area::Platform,
    name: "skill-not-found",
    severity: Severity::Error,
    what: "The tenant has no skill of this name or number, does not show it to this user, or does not list its skills. It concerns `cxflowc studio skill` alone.",
    why: "Nothing was written: it is not known which dialler was meant.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The skill is there",
                remedy: "Write its name as the tenant shows it, with the same capitals and blanks, in quotes if it has blanks.",
            },
            Cause {
                sign: "The tenant does not list its skills",
                remedy: "The request for the list is in no published description. Write the skill's number, which stands in its address in the tenant's administration.",
            },
        ],
    },
};

/// The tenant has the script from somebody else.
pub static NOT_FROM_HERE: Code = Code {
    id: "CX930",
    area: Area::Platform,
    name: "script-not-from-here",
    severity: Severity::Error,
    what: "The tenant has a script of this name that is not what was submitted from here: it was changed since, or never submitted from here. Before each save the script is opened, and compared with what the lock file says is in place. It concerns the target `studio` alone.",
    why: "A save replaces the whole script. What somebody did in Studio would no longer be in place, and nobody would be told.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Somebody has changed it in Studio",
                remedy: "`cxflowc studio diff SCRIPT FILE` shows what they changed. Take it into the flow, then submit with `--overwrite`.",
            },
            Cause {
                sign: "The script was there before the flow",
                remedy: "Give the flow another name, or set another `folder` under `[studio]`. If the flow is to replace it, submit with `--overwrite`: `cxflowc studio history` still lists the version before.",
            },
            Cause {
                sign: "It was submitted from another folder or clone",
                remedy: "Commit the lock file there, and submit from a checkout that has it.",
            },
        ],
    },
};

/// The tenant does not know the version of the API.
pub static NO_VERSION: Code = Code {
    id: "CX931",
    area: Area::Platform,
    name: "unknown-api-version",
    severity: Severity::Error,
    what: "The tenant says that it does not know the version of its API by which it was asked. It concerns the target `studio` and the verbs `studio` alone.",
    why: "Nothing else can be asked then: that a script was not found says nothing about the script.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "`api_version` or `CXONE_API_VERSION` names one that does not exist",
                remedy: "Take it out: without it the newest version is asked that has been seen.",
            },
            Cause {
                sign: "The tenant is older or newer",
                remedy: "`cxflowc studio doctor` asks by one version after the other, and says which one to write.",
            },
        ],
    },
};
