//! The codes of what can go wrong between this machine and the platform.
//!
//! Nothing in a flow's text shows them, so their pages say what is seen and what to do.

pub mod studio;

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// CX901–CX913, CX920–CX926, CX930, CX931.
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
    &SENT_UNKNOWN,
    &CONFLICT,
    &STAYS_IN_PLACE,
    &studio::REJECTED,
    &studio::WARNED,
    &studio::LOCKED,
    &studio::OTHER_BUSINESS_UNIT,
    &studio::NO_TENANT,
    &studio::NO_SCRIPT,
    &studio::NO_SKILL,
    &studio::NOT_FROM_HERE,
    &studio::NO_VERSION,
];

/// A refused token, a 401 that stays, a missing scope.
pub static NOT_AUTHORIZED: Code = Code {
    id: "CX901",
    area: Area::Platform,
    name: "not-authorized",
    severity: Severity::Error,
    what: "The platform did not accept the client: it refused the request for a token, or a call that carried one. A call that is answered with 401 is first repeated once with a new token.",
    why: "Without a token the platform accepts no flow; the flows in place stay as they are. Jobs that have begun continue on the platform. Running the same command again picks them up.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The platform says `invalid_client`",
                remedy: "The client id and the secret do not belong together: one was rotated, mistyped, or is another tenant's. \
                         Compare the id with the platform's administration and set the secret again where the pipeline keeps it. The most common mistake is a line break or a quote that was pasted with it; \
                         `printf %s \"$CXONE_CLIENT_SECRET\" | wc -c` counts its characters without showing it.",
            },
            Cause {
                sign: "The id and the secret are right, and one of them has characters such as `+`, `/`, `%` or `:`",
                remedy: "OAuth encodes them before they go into the header (RFC 6749, section 2.3.1), and some servers do not decode them. \
                         Set `token_auth = \"basic-raw\"` under `[env.NAME]` to send them as they are, or `\"post\"` to send them in the form.",
            },
            Cause {
                sign: "It works for one environment and not for another",
                remedy: "With `--env prod`, `CXONE_PROD_CLIENT_ID` and `CXONE_PROD_CLIENT_SECRET` take precedence over the plain names, each on its own. If one of them is not set, the plain one is used, which may be the test tenant's. Set both.",
            },
            Cause {
                sign: "It works on your machine and not in the pipeline",
                remedy: "Pipelines withhold their secrets from forks, from unprotected branches and from jobs that do not name \
                         the environment, and the variable is then empty. Run it from a branch, and in an environment, that has them.",
            },
            Cause {
                sign: "The platform says `invalid_scope`, or answers a call with 403",
                remedy: "The client was not granted every scope that is requested: flow:write, flow:read, flow:validate, \
                         campaign:write and events:write. Have an administrator grant the missing one, or list those that it has in \
                         cxflow.toml: `scopes = [\"flow:write\", \"flow:read\"]` under `[env.NAME]`.",
            },
            Cause {
                sign: "The platform says `unauthorized_client` or `unsupported_grant_type`",
                remedy: "The client was made for people who sign in, not for programs. \
                         Have an administrator make one that may use client credentials.",
            },
            Cause {
                sign: "The token is granted, but every call is still answered with 401",
                remedy: "The token belongs to one tenant or region and the calls go to another: compare `base_url` with an absolute `token` \
                         URL under `[env.NAME.paths]`, if there is one. A proxy that strips the `Authorization` header looks the same.",
            },
        ],
    },
};

/// 422; 400 and 413 to a payload.
pub static PAYLOAD_REFUSED: Code = Code {
    id: "CX902",
    area: Area::Platform,
    name: "payload-refused",
    severity: Severity::Error,
    what: "The platform read the payload and refused it, with 422 or, from some tenants, 400 or 413. What it says about a node is shown at that node in the source.",
    why: "The flow compiles, so it is complete by the platform's description. The tenant checks more, such as its queues and its limits. Nothing was created or changed: called parties hear what they heard before.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It mentions a node type, a directive or a condition",
                remedy: "The flow uses something that the platform's description does not list, and this tenant does not accept it; `cxflowc check -v` notes each such place as CX406. Use what the description lists, or have the tenant's administrator switch the feature on.",
            },
            Cause {
                sign: "It mentions a queue, a skill or a recording",
                remedy: "This tenant has nothing of that name: perhaps the name belongs to the test tenant, or differs in capitals. \
                         Make it a `param`, write each tenant's own name under `[env.NAME.params]` in cxflow.toml, and submit with `--env NAME`.",
            },
            Cause {
                sign: "It says that the flow already exists",
                remedy: "A submission creates a flow unless the settings say otherwise. If the tenant can update a flow in place, write \
                         `update = \"PUT /api/flows/{flow_id}\"` under `[env.NAME]`, and commit the lock file, which knows the flow's id.",
            },
            Cause {
                sign: "It mentions the idempotency key",
                remedy: "The same key was sent before with another payload: the lock file was edited by hand, or merged from two branches. Take the lock file of the branch that submitted last, and submit again.",
            },
            Cause {
                sign: "It is too large (413)",
                remedy: "The tenant, or a gateway in front of it, limits the size of payloads. Have the limit raised, or split the flow into two.",
            },
            Cause {
                sign: "The payload was given with `--artifact`",
                remedy: "Its bytes are sent unchanged, and may be older than the tenant's present rules. \
                         Build the flow again, have the new payload approved, and submit that one.",
            },
        ],
    },
};

/// 429 until the time was up.
pub static RATE_LIMITED: Code = Code {
    id: "CX903",
    area: Area::Platform,
    name: "rate-limited",
    severity: Severity::Error,
    what: "The platform answered 429, too many requests, until the time was up. \
           Each wait was as long as `Retry-After` said, or longer than the one before.",
    why: "Nothing is wrong with the flow. Run the same command again: it continues where this one stopped and skips flows that are in place.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Many flows were submitted at once",
                remedy: "They share the client's quota. Run the same command again for the rest, or submit fewer files in each run.",
            },
            Cause {
                sign: "The platform asks for a longer wait than the timeout allows",
                remedy: "Give it the time: `--timeout 30m`.",
            },
            Cause {
                sign: "It happens only at certain hours",
                remedy: "Something else uses the same client: another pipeline, a report, a dialler's import. \
                         Give the pipeline its own client, or run it at another hour.",
            },
            Cause {
                sign: "A single flow on a quiet evening is refused too",
                remedy: "The tenant's quota is used up or was lowered. Ask its administrator which limit applies to this client, and when it resets.",
            },
        ],
    },
};

/// 502, 503, 504, 408 until the time was up.
pub static GATEWAY: Code = Code {
    id: "CX904",
    area: Area::Platform,
    name: "gateway",
    severity: Severity::Error,
    what: "A gateway in front of the platform answered 502, 503, 504 or 408 until the time was up.",
    why: "cxflowc cannot tell whether the platform carried out a request. The lock file holds the submission's key: the same command, run again, follows the job if there is one, and sends the payload again only under the same `Idempotency-Key`. The platform's description does not mention that key; if your platform ignores it, look there for a second flow.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "Everything fails, and others see it too",
                remedy: "The platform is down or under maintenance. Look at its status page, and run the same command again once it is up. \
                         The flows that run are not touched.",
            },
            Cause {
                sign: "Only the creation fails, with 504",
                remedy: "The platform needs more time for this payload than its gateway waits, and the job may well exist. \
                         Run the same command again: the key in the lock file finds it.",
            },
            Cause {
                sign: "It happens only on this network",
                remedy: "A proxy answers in the platform's place; the quoted answer often names it. \
                         Look at `HTTPS_PROXY`, put the platform's host into `NO_PROXY`, or ask who runs the proxy.",
            },
            Cause {
                sign: "It has never worked with this base URL",
                remedy: "The host is a gateway without a platform behind it, for example of a region that has moved. \
                         Compare `base_url` with the one in the tenant's administration.",
            },
        ],
    },
};

/// The job ended as failed.
pub static JOB_FAILED: Code = Code {
    id: "CX905",
    area: Area::Platform,
    name: "job-failed",
    severity: Severity::Error,
    what: "The platform accepted the payload, worked on it and gave up: the job ended as `failed`. What it says about a node is shown at that node in the source.",
    why: "The flow is not in place; an earlier version keeps running. A failed job stays failed: submitting again makes a new one.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It mentions a queue, a skill or a callback list",
                remedy: "It is not in this tenant, or not open to this client. Compare the name with the tenant's administration, \
                         capitals included, and set it for each environment under `[env.NAME.params]` in cxflow.toml.",
            },
            Cause {
                sign: "It mentions a recording or a media URL",
                remedy: "The platform fetches recordings itself, from outside your network. Open the URL in a private browser window: \
                         it must answer 200 with audio, without a login, a VPN or a company certificate.",
            },
            Cause {
                sign: "It mentions nodes, transitions or the disclosure",
                remedy: "The tenant checks more than the platform's description says. Change the flow at the places shown, and submit it again. \
                         If you built it with `--as-is`, first look at what `cxflowc check` says without it.",
            },
            Cause {
                sign: "It says that the flow is locked or was changed in the meantime",
                remedy: "Somebody has it open in the platform's editor, or another pipeline is submitting it. Close the editor, and submit again.",
            },
            Cause {
                sign: "It gives no reason, or reports an internal error",
                remedy: "Submit once more. If it fails again, give the platform's support the job id, which the message names; \
                         `cxflowc job ID` prints everything that the platform says about it.",
            },
        ],
    },
};

/// The job did not end in time.
pub static JOB_TIMEOUT: Code = Code {
    id: "CX906",
    area: Area::Platform,
    name: "job-timeout",
    severity: Severity::Error,
    what: "The platform has the payload, but its job did not end before the time was up.",
    why: "The job continues on the platform whether or not anybody watches, and may succeed a minute from now. Nothing needs to be sent again.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The job is `processing`",
                remedy: "The flow is large or the platform is busy. Run `cxflowc job ID --wait` with the id in the message to keep watching. Next time, allow more time: `--timeout 30m`.",
            },
            Cause {
                sign: "The job is `queued` and never begins",
                remedy: "A tenant runs its jobs one after the other, and an earlier one hangs or an import is running. \
                         Ask the tenant's administrator what is in the queue.",
            },
            Cause {
                sign: "The job has a state that this version does not know",
                remedy: "It is shown as the platform spells it, and treated like `processing`. It may be waiting for somebody's approval: \
                         look for the flow in the platform's editor.",
            },
            Cause {
                sign: "With `--adopt`: a job of the flow is still running",
                remedy: "It may still make a flow other than the one to be adopted. Follow it with `cxflowc job ID --wait`, and adopt the flow then. For a job that never ends, `--give-up-pending` adopts without asking about it.",
            },
        ],
    },
};

/// DNS, a refused connection, TLS.
pub static UNREACHABLE: Code = Code {
    id: "CX907",
    area: Area::Platform,
    name: "unreachable",
    severity: Severity::Error,
    what: "cxflowc could not connect to the platform: its name was not found, nothing answered, or the two sides could not agree on TLS.",
    why: "Either the platform saw nothing, or its answer was lost on the way. The lock file holds the submission's key, so it is safe to run the same command again in both cases.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The name was not found (DNS)",
                remedy: "Look for a typo in the host that the message names; it comes from `base_url` under `[env.NAME]`, from `CXONE_BASE_URL` \
                         or from the option. A hosted pipeline cannot resolve a name that only your office network knows: use a runner inside that network, or the public host.",
            },
            Cause {
                sign: "The connection was refused",
                remedy: "Nothing listens on that port. For the emulator: is `cxflowc emulate` still running, and does `CXONE_BASE_URL` have the port that it printed? For a tenant: leave the port out of the base URL.",
            },
            Cause {
                sign: "The connection is made or attempted, but nothing comes back",
                remedy: "A firewall drops it silently. `curl -sv -o /dev/null BASE_URL` from the same machine shows how far it gets. \
                         Have the platform's host opened for the pipeline's addresses, or set `HTTPS_PROXY` if traffic must go through a proxy.",
            },
            Cause {
                sign: "The message names the proxy",
                remedy: "The proxy refused, and the platform was not reached. The message says what the proxy answered: for 407 write the user and the password into `HTTPS_PROXY`, as in `http://USER:PASSWORD@HOST:PORT`; if nothing answers, correct the address. `NO_PROXY` lists hosts that are reached without it.",
            },
            Cause {
                sign: "The certificate does not verify: unknown issuer",
                remedy: "A company proxy opens TLS connections and signs with its own authority. Add that authority's certificate to the trust \
                         store of the machine or the container image, or name its file in `SSL_CERT_FILE`. There is no switch to turn this check off, because the secret travels over the connection.",
            },
            Cause {
                sign: "The certificate does not verify: expired, not yet valid, or another name",
                remedy: "Look at the machine's clock first. A certificate for another name means another host answered: \
                         compare the base URL with the one in the tenant's administration.",
            },
            Cause {
                sign: "It worked, stopped working, and works again",
                remedy: "The network was down for longer than the retries lasted. Run the same command again.",
            },
        ],
    },
};

/// An answer that is none of the platform's.
pub static UNEXPECTED_ANSWER: Code = Code {
    id: "CX908",
    area: Area::Platform,
    name: "unexpected-answer",
    severity: Severity::Error,
    what: "Something answered, but not as the platform's description says: the answer is not JSON, lacks a field, has an unexpected status, redirects to another host, or is too long to read. The message quotes the beginning of the answer.",
    why: "cxflowc does not act on an answer that it does not understand, and does not send credentials along a redirect to another host. If the request was carried out after all, the next submission sends the same `Idempotency-Key`, so a platform that honours it creates nothing twice.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The answer is a web page",
                remedy: "It is a sign-in page or a proxy's notice. The base URL is that of the web interface instead of the API, or the network requires a sign-in first: open the URL in a browser on the same network and read it.",
            },
            Cause {
                sign: "404 or 405 to every call",
                remedy: "The base URL has too much or too little path: the calls go to `BASE_URL/api/flows`. \
                         A tenant with other paths has them in cxflow.toml: `flows`, `jobs`, `subscriptions` and `token` under `[env.NAME.paths]`.",
            },
            Cause {
                sign: "A redirect",
                remedy: "The platform lives elsewhere now. If the host it names is your tenant's, make it the `base_url`. \
                         For a redirect from `http` to `https`, write `https` in the base URL.",
            },
            Cause {
                sign: "404 only to the job, which the platform named itself",
                remedy: "A job's id may take a moment to appear, but not this long: the polls go elsewhere. Compare `jobs` under \
                         `[env.NAME.paths]` with the tenant's own path; it has `{id}` in it.",
            },
            Cause {
                sign: "500, several times",
                remedy: "The platform failed on this request. Run the same command again; if it keeps failing while other flows succeed, \
                         give the platform's support the quoted answer. `cxflowc submit --emulate FILE` shows whether the flow itself is sound.",
            },
            Cause {
                sign: "JSON, but a field is missing or has another type",
                remedy: "The platform's interface changed, or this is another product's. \
                         Compare the quoted answer with docs/platform-api.md, and report the difference with it.",
            },
        ],
    },
};

/// A `require` of the environment is not met.
pub static GUARD: Code = Code {
    id: "CX909",
    area: Area::Platform,
    name: "guard",
    severity: Severity::Error,
    what: "A guard of the environment does not hold: `require` under `[env.NAME]` in cxflow.toml lists `clean`, `branch:NAME` or `tests`. Nothing was sent.",
    why: "What people hear should be what was reviewed: committed, on the branch that releases are made from, and tested. \
          The audit log names the commit, and a change outside that commit could not be found again.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "`clean`: there are changes that are not committed",
                remedy: "Commit what belongs to the release, and move the rest out of the work tree. Lock files and audit logs do not count. Files that a pipeline makes along the way, such as reports and payloads, belong in .gitignore.",
            },
            Cause {
                sign: "`clean`: the source is in no git repository",
                remedy: "Work in a clone. A pipeline that copies only files into its container needs the `.git` folder too; and git \
                         refuses a folder of another user until `git config --global --add safe.directory FOLDER` names it.",
            },
            Cause {
                sign: "`branch:NAME`: this is another branch",
                remedy: "Merge first, then submit from the required branch. \
                         To submit an earlier version of that branch, name it: `cxflowc submit v1.2:campaign.cxflow`.",
            },
            Cause {
                sign: "`branch:NAME`: the pipeline checked out a commit, and the branch's tip is not known",
                remedy: "A shallow checkout has no branches. Fetch the required one: `git fetch origin NAME:refs/remotes/origin/NAME`; \
                         in GitHub Actions, `fetch-depth: 0` for `actions/checkout`. If the branch has moved on, run the pipeline for its newest commit.",
            },
            Cause {
                sign: "`tests`",
                remedy: "The flow needs tests, and they must pass: `cxflowc test FILE` runs them and shows where the calls go. \
                         An artifact has no tests beside it: submit the source, or the version of it that was approved as `REV:PATH`.",
            },
            Cause {
                sign: "It is an emergency",
                remedy: "Restore the last good version, which meets the guards: `cxflowc submit TAG:campaign.cxflow --env NAME`. \
                         To lift a guard, change it in cxflow.toml, so that everybody sees the change.",
            },
        ],
    },
};

/// The flow is in place, its events are not subscribed to.
pub static WEBHOOK_FAILED: Code = Code {
    id: "CX910",
    area: Area::Platform,
    name: "webhook-failed",
    severity: Severity::Warning,
    what: "The flow is in place, but the platform refused the subscription to its events.",
    why: "Calls are handled. Anybody who waits for `flow.created`, `flow.updated` and `flow.deleted` hears nothing until the webhook is registered.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "401 or 403, while everything else went well",
                remedy: "The client lacks the scope events:write. Have it granted, and make sure that `scopes` under `[env.NAME]`, if there is one, lists it.",
            },
            Cause {
                sign: "The platform refuses the URL",
                remedy: "It calls from outside: the URL has to be `https`, on a public host, with a valid certificate. Some platforms call it at once and expect a 2xx status; make sure that the receiver is running.",
            },
            Cause {
                sign: "It says that there are too many subscriptions, or the same one",
                remedy: "`cxflowc webhook list` shows them with their ids; `cxflowc webhook delete ID` removes one that is no longer used. Commit the lock file, which records what is registered.",
            },
            Cause {
                sign: "404",
                remedy: "This tenant has its events at another path, or has no events. Write its path as `subscriptions` under `[env.NAME.paths]`, \
                         or take `webhook_url` out.",
            },
            Cause {
                sign: "The platform was slow or broke the connection off",
                remedy: "`cxflowc webhook register URL` repeats only this step; the next submission repeats it too.",
            },
        ],
    },
};

/// A 2xx that names no job.
pub static SENT_UNKNOWN: Code = Code {
    id: "CX911",
    area: Area::Platform,
    name: "sent-unknown",
    severity: Severity::Error,
    what: "The platform took the payload but did not name its job: the answer was a 2xx without a job's id in its body or \
           its `Location`, or one that could not be read. Or it named a job, but no longer knows that job.",
    why: "If the payload is sent again, it may become a second flow, since the platform's description does not mention idempotency keys. So nothing is sent again automatically: the lock file notes the payload as `sent, unknown`, and the next `submit` asks first.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The flow is on the platform",
                remedy: "Take it into the lock file with its id there: `cxflowc submit FILE --adopt FLOW_ID`. \
                         It then counts as in place, and the next submission starts from it.",
            },
            Cause {
                sign: "The flow is not on the platform, and no job is making it",
                remedy: "Send it once more: `cxflowc submit FILE --send-again`. It goes out under the same `Idempotency-Key` as the first time.",
            },
            Cause {
                sign: "The answer is a web page",
                remedy: "A sign-in page or a proxy's notice answered in the platform's place, and most likely nothing was taken. \
                         Look on the platform, then use `--send-again`; compare `base_url` with the one in the tenant's administration.",
            },
            Cause {
                sign: "It happens with every flow",
                remedy: "This tenant names its jobs in another way. Compare the quoted answer with docs/platform-api.md, and report the difference with it. \
                         If jobs are at another path, write it as `jobs` under `[env.NAME.paths]`: it is used to read the job in `Location`.",
            },
            Cause {
                sign: "The job is no longer known",
                remedy: "The platform forgets jobs after a while, and the flow may well be in place. Look for it there, then adopt it or send it again.",
            },
        ],
    },
};

/// 409, 423, and what speaks of a lock.
pub static CONFLICT: Code = Code {
    id: "CX912",
    area: Area::Platform,
    name: "conflict",
    severity: Severity::Error,
    what: "The platform did not take the payload because it conflicts with what is there: the flow is locked (423), something else is changing it (409), or there already is a flow of its name.",
    why: "Nothing was created or changed. It would be refused again until the reason is gone.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "It says that the flow is locked, or 423",
                remedy: "Somebody has it open in the platform's editor, or a pipeline left a lock behind. \
                         Have it closed or unlocked there, and submit again. If the answer has a `Retry-After`, cxflowc waits that long first.",
            },
            Cause {
                sign: "It says that a flow of this name exists already",
                remedy: "Adopt that flow into the lock file: `cxflowc submit FILE --adopt FLOW_ID`. To change it in place, the environment needs \
                         `update = \"PUT /api/flows/{flow_id}\"` under `[env.NAME]`. Or give this flow another name.",
            },
            Cause {
                sign: "409 without a reason",
                remedy: "A second pipeline is submitting the same flow, or an earlier request for it is still in progress. Let that finish, and run the same command again.",
            },
        ],
    },
};

/// A renamed flow whose old one stays.
pub static STAYS_IN_PLACE: Code = Code {
    id: "CX913",
    area: Area::Platform,
    name: "old-flow-stays",
    severity: Severity::Warning,
    what: "The flow of this source has another name than when it was submitted last. The platform knows flows by their names and ids, \
           so this is a new flow to it, and the old one stays in place.",
    why: "Called parties may still hear the old flow: numbers and campaigns point to its id.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The flow was renamed",
                remedy: "`cxflowc submit FILE --rename` carries the old flow's id over to the new name. If the environment has `update`, the flow is then changed in place and keeps its id.",
            },
            Cause {
                sign: "`--rename` is refused: the lock knows both names",
                remedy: "The flow was submitted under its new name already, and both flows are on the platform: a rename belongs to the first submission under the new name. \
                         Choose one of the two. To keep the old one, remove the new one on the platform and its entry from the lock file, then submit with `--rename`. To keep the new one, remove the old one there, and its entry from the lock file.",
            },
            Cause {
                sign: "It is a new flow in an old file",
                remedy: "If the old flow is no longer used, remove it on the platform and its entry from the lock file. \
                         `--allow old-flow-stays` silences the warning.",
            },
            Cause {
                sign: "It should not be sent like this",
                remedy: "With `--deny warnings` nothing is sent while the old flow stays.",
            },
        ],
    },
};
