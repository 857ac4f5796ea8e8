//! The codes of what can go wrong between this machine and the platform.
//!
//! Nothing in a flow's text shows them, so their pages say what is seen and what to do.

use crate::diagnostics::{Cause, Code, Page, Severity};

/// CX901–CX910.
pub const ALL: &[&Code] = &[
    &NOT_AUTHORIZED,
    &PAYLOAD_REFUSED,
    &RATE_LIMITED,
    &GATEWAY,
    &JOB_FAILED,
    &JOB_TIMEOUT,
    &UNREACHABLE,
    &UNEXPECTED_ANSWER,
    &GUARD,
    &WEBHOOK_FAILED,
];

/// A refused token, a 401 that stays, a missing scope.
pub static NOT_AUTHORIZED: Code = Code {
    id: "CX901",
    name: "not-authorized",
    severity: Severity::Error,
    what: "The platform did not accept who is asking: it refused the request for a token, or a call that carried one. \
           A call that is answered 401 is made once more with a new token before this is said.",
    why: "Without a token no flow is taken, and those that run stay as they are. \
          What was handed over before goes on at the platform; the same command again picks it up and creates nothing twice.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The platform says `invalid_client`",
                remedy: "The client id and the secret do not belong together: one was rotated, mistyped, or is another tenant's. \
                         Compare the id with the platform's administration and set the secret anew where the pipeline keeps it. \
                         A line break or quotes pasted along with it are the commonest slip; \
                         `printf %s \"$CXONE_CLIENT_SECRET\" | wc -c` counts its characters without showing it.",
            },
            Cause {
                sign: "It works for one environment and not for another",
                remedy: "With `--env prod`, `CXONE_PROD_CLIENT_ID` and `CXONE_PROD_CLIENT_SECRET` come before the plain names, \
                         each by itself. Where one of them is not set, the plain one is taken, which may be the test tenant's. Set both.",
            },
            Cause {
                sign: "It works on your machine and not in the pipeline",
                remedy: "Pipelines withhold their secrets from forks, from unprotected branches and from jobs that do not name \
                         the environment, and the variable is then empty. Run it from a branch, and in an environment, that has them.",
            },
            Cause {
                sign: "The platform says `invalid_scope`, or answers a call with 403",
                remedy: "The client was not granted every scope that is asked for: flow:write, flow:read, flow:validate, \
                         campaign:write and events:write. Have an administrator grant the missing one, or list those that it has in \
                         cxflow.toml: `scopes = [\"flow:write\", \"flow:read\"]` under `[env.NAME]`.",
            },
            Cause {
                sign: "The platform says `unauthorized_client` or `unsupported_grant_type`",
                remedy: "The client was made for people who sign in, not for programs. \
                         Have an administrator make one that may use client credentials.",
            },
            Cause {
                sign: "The token is granted, and every call is answered 401 all the same",
                remedy: "The token is of one tenant or region and the calls go to another: compare `base_url` with an absolute `token` \
                         URL under `[env.NAME.paths]`, if there is one. A proxy that strips the `Authorization` header looks the same.",
            },
        ],
    },
};

/// 422; 400 and 413 to a payload.
pub static PAYLOAD_REFUSED: Code = Code {
    id: "CX902",
    name: "payload-refused",
    severity: Severity::Error,
    what: "The platform read the payload and refused it: 422, or 400 or 413 where a tenant answers so. What it says of a node is shown at that node in the source.",
    why: "The flow compiles, so it is whole by the platform's description; the tenant knows more, such as its queues and its limits. \
          Nothing was created or changed: callers hear what they heard before.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "It speaks of a node type, a directive or a condition",
                remedy: "The flow goes beyond the platform's description and this tenant does not take it; \
                         `cxflowc check -v` notes each such place as CX406. Say it in the description's words, \
                         or have the tenant's administrator switch the feature on.",
            },
            Cause {
                sign: "It speaks of a queue, a skill or a recording",
                remedy: "This tenant has none of that name: it is test's name sent to production, or one with other capitals. \
                         Make it a `param`, write each tenant's own name under `[env.NAME.params]` in cxflow.toml, and submit with `--env NAME`.",
            },
            Cause {
                sign: "It says that the flow is there already",
                remedy: "A submission creates a flow unless told otherwise. Where the tenant updates in place, write \
                         `update = \"PUT /api/flows/{flow_id}\"` under `[env.NAME]`, and commit the lock file, which knows the flow's id.",
            },
            Cause {
                sign: "It speaks of the idempotency key",
                remedy: "That key was sent before with another payload: the lock file was edited by hand, or merged from two branches. \
                         Take the lock file of the branch that submitted last, and submit again.",
            },
            Cause {
                sign: "It is too large (413)",
                remedy: "The tenant, or a gateway before it, takes payloads up to a size. Have the limit raised, or make two flows of it.",
            },
            Cause {
                sign: "The payload was given with `--artifact`",
                remedy: "Its bytes are sent as they are, and may be older than the tenant's present rules. \
                         Build the flow again, have the new payload approved, and submit that one.",
            },
        ],
    },
};

/// 429 until the time was up.
pub static RATE_LIMITED: Code = Code {
    id: "CX903",
    name: "rate-limited",
    severity: Severity::Error,
    what: "The platform answered 429, too many requests, until the time was up. \
           Each wait was as long as its `Retry-After` said, or grew from one to the next.",
    why: "Nothing is wrong with the flow. The same command again goes on where this one stopped: \
          flows that are in place are skipped, and nothing is created twice.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "Many flows were submitted at once",
                remedy: "They share the client's quota. Run the same command again for the rest, or name fewer files in each run.",
            },
            Cause {
                sign: "The platform asks for a longer wait than the timeout allows",
                remedy: "Give it the time: `--timeout 30m`.",
            },
            Cause {
                sign: "It happens at certain hours only",
                remedy: "Something else uses the same client: another pipeline, a report, a dialler's import. \
                         Give the pipeline a client of its own, or another hour.",
            },
            Cause {
                sign: "A single flow on a quiet evening is refused too",
                remedy: "The tenant's quota is used up or was lowered. Ask its administrator which limit counts for this client, \
                         and when it is filled again.",
            },
        ],
    },
};

/// 502, 503, 504, 408 until the time was up.
pub static GATEWAY: Code = Code {
    id: "CX904",
    name: "gateway",
    severity: Severity::Error,
    what: "A gateway before the platform answered 502, 503 or 504, or 408, until the time was up.",
    why: "Whether the platform behind it carried a request out can not be told from here. \
          The lock file holds the submission's key, so the same command again is safe: it finds what was created and creates nothing twice.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "Everything fails, and others see it too",
                remedy: "The platform is down or under maintenance. Look at its status page, and run the same command again once it is up. \
                         The flows that run are not touched.",
            },
            Cause {
                sign: "Only the creation fails, with 504",
                remedy: "The platform takes longer over this payload than its gateway waits, and the job may well be there. \
                         Run the same command again: the key in the lock file finds it.",
            },
            Cause {
                sign: "Only this network sees it",
                remedy: "A proxy answers in the platform's place; the answer that is quoted often names it. \
                         Look at `HTTPS_PROXY`, put the platform's host into `NO_PROXY`, or ask who runs the proxy.",
            },
            Cause {
                sign: "It has never worked with this base URL",
                remedy: "The host is a gateway with nothing behind it, such as a region that was moved. \
                         Compare `base_url` with the one in the tenant's administration.",
            },
        ],
    },
};

/// The job ended as failed.
pub static JOB_FAILED: Code = Code {
    id: "CX905",
    name: "job-failed",
    severity: Severity::Error,
    what: "The platform took the payload, worked on it and gave up: the job ended as `failed`. \
           What it says of a node is shown at that node in the source.",
    why: "The flow is not in place; an earlier version of it runs on. A failed job stays failed: submitting again makes a new one.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "It speaks of a queue, a skill or a callback list",
                remedy: "It is not in this tenant, or not open to this client. Compare the name with the tenant's administration, \
                         capitals included, and set it for each environment under `[env.NAME.params]` in cxflow.toml.",
            },
            Cause {
                sign: "It speaks of a recording or a media URL",
                remedy: "The platform fetches recordings itself, from outside your network. Open the URL in a private browser window: \
                         it has to answer 200 with audio, without a login, a VPN or a certificate of the house.",
            },
            Cause {
                sign: "It speaks of nodes, transitions or the disclosure",
                remedy: "The tenant checks more than the platform's description says. Change the flow at the places shown, and submit it again. \
                         With `--as-is`, first look at what `cxflowc check` says without it.",
            },
            Cause {
                sign: "It says that the flow is locked or was changed meanwhile",
                remedy: "Somebody has it open in the platform's editor, or a second pipeline submits it. \
                         Have the editor closed, and submit again.",
            },
            Cause {
                sign: "It gives no reason, or an internal error",
                remedy: "Submit once more. If it fails again, give the platform's support the job id, which the message names; \
                         `cxflowc job ID` prints all that the platform says of it.",
            },
        ],
    },
};

/// The job did not end in time.
pub static JOB_TIMEOUT: Code = Code {
    id: "CX906",
    name: "job-timeout",
    severity: Severity::Error,
    what: "The platform has the payload, and its job did not end before the time was up.",
    why: "The job goes on at the platform whether anybody watches or not, and may end well a minute from now. \
          Nothing needs to be sent again.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The job is `processing`",
                remedy: "The flow is large or the platform busy. `cxflowc job ID --wait`, with the id in the message, goes on watching; \
                         for the next time, give it longer: `--timeout 30m`.",
            },
            Cause {
                sign: "The job is `queued` and never begins",
                remedy: "Jobs of a tenant are done in turn, and one before it hangs or an import is running. \
                         Ask the tenant's administrator what is in the queue.",
            },
            Cause {
                sign: "The job has a state that this version does not know",
                remedy: "It is shown as the platform spells it, and watched like `processing`. It may wait for somebody's approval: \
                         look for the flow in the platform's editor.",
            },
        ],
    },
};

/// DNS, a refused connection, TLS.
pub static UNREACHABLE: Code = Code {
    id: "CX907",
    name: "unreachable",
    severity: Severity::Error,
    what: "No connection to the platform came about: its name was not found, nobody answered, or the two could not agree on TLS.",
    why: "The platform either saw nothing, or its answer was lost on the way. \
          The lock file holds the submission's key, so the same command again is safe in both cases.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The name was not found (DNS)",
                remedy: "Look at the host in the message for a slip; it comes from `base_url` under `[env.NAME]`, from `CXONE_BASE_URL` \
                         or from the option. A name that only your office resolves is not known to a hosted pipeline: \
                         run the job on a runner inside, or use the public host.",
            },
            Cause {
                sign: "The connection was refused",
                remedy: "Nobody listens at that port. For the emulator: is `cxflowc emulate` still running, and is the port in \
                         `CXONE_BASE_URL` the one that it printed? For a tenant: leave the port out of the base URL.",
            },
            Cause {
                sign: "The connection is made, or tried, and nothing comes back",
                remedy: "A firewall drops it silently. `curl -sv -o /dev/null BASE_URL` from the same machine shows how far it gets. \
                         Have the platform's host opened for the pipeline's addresses, or set `HTTPS_PROXY` if the way out is a proxy.",
            },
            Cause {
                sign: "The certificate does not verify: unknown issuer",
                remedy: "A proxy of the house opens TLS and signs with its own authority. Add that authority's certificate to the trust \
                         store of the machine or the container image, or name its file in `SSL_CERT_FILE`. There is no switch that turns the check off, since the secret would travel with it.",
            },
            Cause {
                sign: "The certificate does not verify: expired, not yet valid, or another name",
                remedy: "Look at the machine's clock first. A certificate for another name means another host answered: \
                         compare the base URL with the one in the tenant's administration.",
            },
            Cause {
                sign: "It worked, broke off, and works again",
                remedy: "The line was down for longer than the retries lasted. Run the same command again.",
            },
        ],
    },
};

/// An answer that is none of the platform's.
pub static UNEXPECTED_ANSWER: Code = Code {
    id: "CX908",
    name: "unexpected-answer",
    severity: Severity::Error,
    what: "Something answered, and not as the platform's description says: no JSON, a field missing, another status, \
           a redirect to another host, or more than can be read. The beginning of the answer is quoted.",
    why: "An answer that is not understood is not acted on, and credentials do not follow a redirect to another host. \
          Where the request may have been carried out, the key in the lock file keeps the next one from creating the flow twice.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "The answer is a web page",
                remedy: "It is a sign-in page or a proxy's notice. The base URL is that of the web interface in place of the API, \
                         or the network wants a sign-in first: open the URL in a browser on the same network and read it.",
            },
            Cause {
                sign: "404 or 405 to every call",
                remedy: "The base URL has too much or too little of a path: the calls go to `BASE_URL/api/flows`. \
                         A tenant with other paths has them in cxflow.toml: `flows`, `jobs`, `subscriptions` and `token` under `[env.NAME.paths]`.",
            },
            Cause {
                sign: "A redirect",
                remedy: "The platform lives elsewhere now. If the host it names is your tenant's, make it the `base_url`. \
                         A redirect from `http` to `https` wants `https` in the base URL.",
            },
            Cause {
                sign: "404 to the job alone, which the platform named itself",
                remedy: "A job's id may take a moment to appear, but not this long: the polls go elsewhere. Compare `jobs` under \
                         `[env.NAME.paths]` with the tenant's own path; it has `{id}` in it.",
            },
            Cause {
                sign: "500, several times",
                remedy: "The platform failed over this request. Run the same command again; if it stays so while other flows go through, \
                         give the platform's support the quoted answer. `cxflowc submit --emulate FILE` shows whether the flow itself is sound.",
            },
            Cause {
                sign: "JSON, but a field is missing or of another kind",
                remedy: "The platform's interface changed, or this is another product's. \
                         Compare the quoted answer with docs/platform-api.md, and report the difference with it.",
            },
        ],
    },
};

/// A `require` of the environment is not met.
pub static GUARD: Code = Code {
    id: "CX909",
    name: "guard",
    severity: Severity::Error,
    what: "The environment asks for something before a flow may be submitted to it, and that is not so: `require` under `[env.NAME]` \
           in cxflow.toml lists `clean`, `branch:NAME` or `tests`. Nothing was sent.",
    why: "What callers hear should be what was reviewed: committed, on the branch that releases are made from, and tested. \
          The audit log names the commit, and a change that is not in it could not be found again.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "`clean`: there are changes that are not committed",
                remedy: "Commit them, or `git stash --include-untracked` what does not belong to the release. Files that a pipeline makes \
                         on its way, such as reports and payloads, belong into .gitignore.",
            },
            Cause {
                sign: "`clean`: the source is in no git repository",
                remedy: "Work in a clone. A pipeline that copies files alone into its container needs the `.git` folder, too; and git \
                         refuses a folder of another user until `git config --global --add safe.directory FOLDER` names it.",
            },
            Cause {
                sign: "`branch:NAME`: this is another branch",
                remedy: "Merge first, then submit from the branch that is asked for. \
                         To hand over an earlier version of that branch, name it: `cxflowc submit v1.2:campaign.cxflow`.",
            },
            Cause {
                sign: "`branch:NAME`: the pipeline checked out a commit, and the branch's tip is not known",
                remedy: "A shallow checkout has no branches. Fetch the one that is asked for: `git fetch origin NAME:refs/remotes/origin/NAME`; \
                         in GitHub Actions, `fetch-depth: 0` for `actions/checkout`. If the branch went on meanwhile, run the pipeline of its newest commit.",
            },
            Cause {
                sign: "`tests`",
                remedy: "The flow's tests have to pass, and there have to be some: `cxflowc test FILE` runs them and shows where the calls go. \
                         An artifact has no tests beside it: submit the source, or the version of it that was approved as `REV:PATH`.",
            },
            Cause {
                sign: "It is an emergency",
                remedy: "Put the last good version back, which meets the guards: `cxflowc submit TAG:campaign.cxflow --env NAME`. \
                         A guard is lifted where it stands, in cxflow.toml, so that the change is seen.",
            },
        ],
    },
};

/// The flow is in place, its events are not subscribed to.
pub static WEBHOOK_FAILED: Code = Code {
    id: "CX910",
    name: "webhook-failed",
    severity: Severity::Warning,
    what: "The flow is in place, and the platform did not take the subscription to its events.",
    why: "Callers are served. Whoever waits for `flow.created`, `flow.updated` and `flow.deleted` hears nothing until the webhook is registered.",
    page: Page::Platform {
        causes: &[
            Cause {
                sign: "401 or 403, while everything else went well",
                remedy: "The client lacks the scope events:write. Have it granted, and look that `scopes` under `[env.NAME]`, \
                         if it is there, lists it.",
            },
            Cause {
                sign: "The platform refuses the URL",
                remedy: "It calls from outside: the URL has to be `https`, at a host that the internet knows, with a certificate that verifies. \
                         Some platforms call it at once and want 2xx; see that the receiver is up.",
            },
            Cause {
                sign: "It says that there are too many subscriptions, or the same one",
                remedy: "`cxflowc webhook list` shows them with their ids; `cxflowc webhook delete ID` takes away what is no longer used. \
                         Commit the lock file, which remembers what is registered.",
            },
            Cause {
                sign: "404",
                remedy: "This tenant has its events elsewhere, or none. Write its path as `subscriptions` under `[env.NAME.paths]`, \
                         or take `webhook_url` out.",
            },
            Cause {
                sign: "The platform was slow or broke off",
                remedy: "`cxflowc webhook register URL` does just this step again; so does the next submission.",
            },
        ],
    },
};
