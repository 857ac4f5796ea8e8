//! The codes of policy findings. Rules of `baseline` have codes of their own.

mod contradictory_rules;
mod expected;
mod idle_rule;
mod unknown_name;

pub use contradictory_rules::CONTRADICTORY_RULES;
pub use expected::{
    EXPECTS_MISMATCH, FACT_VALUE, HEADER_TAG, IDLE_TAG, MISSING_FACT, MISSPELT_FACT, UNKNOWN_FACT,
    UNTAGGED_POLICY,
};
pub use idle_rule::IDLE_RULE;
pub use unknown_name::UNKNOWN_IN_RULE;

use crate::bundled::BASELINE;
use crate::diagnostics::{Area, Cause, Code, Example, Page, Severity};

/// The codes that policies report.
pub const ALL: &[&Code] = &[
    &POLICY_VIOLATION,
    &MISSING_DISCLOSURE,
    &TOO_MANY_RETRIES,
    &TOO_DEEP,
    &UNDISCLOSED_PATH,
    &POLICY_UNKNOWN,
    &POLICY_CONFLICT,
    &BASELINE_WAIVED,
    &FACT_VALUE,
    &MISSPELT_FACT,
    &MISSING_FACT,
    &UNKNOWN_FACT,
    &UNTAGGED_POLICY,
    &IDLE_TAG,
    &EMPTY_POLICY,
    &HEADER_TAG,
    &SHORT_LASTS,
    &MISSPELT_TAG,
    &EXPECTS_MISMATCH,
    &IDLE_RULE,
    &CONTRADICTORY_RULES,
    &UNKNOWN_IN_RULE,
];

/// The code of a rule that is broken.
pub fn of_rule(policy: &str, rule: &str) -> &'static Code {
    match rule {
        "disclosure" if policy == BASELINE => &MISSING_DISCLOSURE,
        "disclosed_first" if policy == BASELINE => &UNDISCLOSED_PATH,
        "retries" if policy == BASELINE => &TOO_MANY_RETRIES,
        "depth" if policy == BASELINE => &TOO_DEEP,
        _ => &POLICY_VIOLATION,
    }
}

/// A rule of a policy is broken.
pub static POLICY_VIOLATION: Code = Code {
    id: "CX301",
    area: Area::Policy,
    name: "policy-violation",
    severity: Severity::Error,
    what: "The flow breaks a rule of a policy that applies. The message names the policy and the rule, and shows a shortest path that breaks it; for a `limit`, it shows a path that reaches the maximum. For an estimated time, the lower bound counts, and the message says \"at least\". The help is the rule's doc comment. A broken rule with `warn` is a warning. A violation that a `waive` allows is a note with this code.",
    why: "A policy holds for every path, so one path is enough to break it: the called party who takes that path is the one who complains.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Payment"
entry notice
disclosure notice { say "This is Lakeside."; -> card }
collect card "Enter your card number" retries 2 @pan {
  on "number" -> sales
  on timeout | invalid -> bye
}
agent sales "payments"
disconnect bye
policy house "House rules" {
  /// Recording stops before card data are entered.
  pause: require @pause before @pan
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Payment"
entry notice
disclosure notice { say "This is Lakeside."; -> card }
collect card {
  action "pause_recording" @pause
  collect "Enter your card number" retries 2 @pan
  on "number" -> sales
  on timeout | invalid -> bye
}
agent sales "payments"
disconnect bye
policy house "House rules" {
  /// Recording stops before card data are entered.
  pause: require @pause before @pan
}
apply house
"#,
        ),
    },
};

/// baseline/disclosure: some call hears a disclosure.
pub static MISSING_DISCLOSURE: Code = Code {
    id: "CX302",
    area: Area::Policy,
    name: "missing-disclosure",
    severity: Severity::Error,
    what: "No path from the entry reaches a `disclosure` node (baseline/disclosure).",
    why: "Outbound campaigns have to say who is calling and why; the platform refuses a flow that never does.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry hello
play hello "https://cdn.example.com/hello.wav"
disconnect bye
hello -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry hello
play hello "https://cdn.example.com/hello.wav"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
hello -> notice -> bye
"#,
        ),
    },
};

/// baseline/retries: a prompt is repeated three times at most.
pub static TOO_MANY_RETRIES: Code = Code {
    id: "CX303",
    area: Area::Policy,
    name: "too-many-retries",
    severity: Severity::Error,
    what: "A prompt has more than 3 retries (baseline/retries).",
    why: "Somebody who has heard a prompt four times will not understand it the fifth time. The platform refuses more.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
collect menu "Press 1 to go on" retries 5 {
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
collect menu "Press 1 to go on" retries 3 {
  on 1 -> bye
  on timeout | invalid -> bye
}
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// baseline/depth: no path has more than 45 transitions.
pub static TOO_DEEP: Code = Code {
    id: "CX304",
    area: Area::Policy,
    name: "too-deep",
    severity: Severity::Error,
    what: "A path from the entry has more than 45 transitions (baseline/depth). The message shows a longest one.",
    why: "The platform refuses deeper flows, and no called party would stay on the line that long.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Long"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play a0 { say "0" }; play a1 { say "1" }; play a2 { say "2" }; play a3 { say "3" }; play a4 { say "4" }
play b0 { say "0" }; play b1 { say "1" }; play b2 { say "2" }; play b3 { say "3" }; play b4 { say "4" }
play c0 { say "0" }; play c1 { say "1" }; play c2 { say "2" }; play c3 { say "3" }; play c4 { say "4" }
play d0 { say "0" }; play d1 { say "1" }; play d2 { say "2" }; play d3 { say "3" }; play d4 { say "4" }
play e0 { say "0" }; play e1 { say "1" }; play e2 { say "2" }; play e3 { say "3" }; play e4 { say "4" }
play f0 { say "0" }; play f1 { say "1" }; play f2 { say "2" }; play f3 { say "3" }; play f4 { say "4" }
play g0 { say "0" }; play g1 { say "1" }; play g2 { say "2" }; play g3 { say "3" }; play g4 { say "4" }
play h0 { say "0" }; play h1 { say "1" }; play h2 { say "2" }; play h3 { say "3" }; play h4 { say "4" }
play i0 { say "0" }; play i1 { say "1" }; play i2 { say "2" }; play i3 { say "3" }; play i4 { say "4" }
disconnect bye
notice -> a0 -> a1 -> a2 -> a3 -> a4 -> b0 -> b1 -> b2 -> b3 -> b4 -> c0 -> c1 -> c2 -> c3 -> c4
c4 -> d0 -> d1 -> d2 -> d3 -> d4 -> e0 -> e1 -> e2 -> e3 -> e4 -> f0 -> f1 -> f2 -> f3 -> f4
f4 -> g0 -> g1 -> g2 -> g3 -> g4 -> h0 -> h1 -> h2 -> h3 -> h4 -> i0 -> i1 -> i2 -> i3 -> i4 -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Short"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
play a { say "0"; say "1"; say "2"; say "3"; say "4" }
disconnect bye
notice -> a -> bye
"#,
        ),
    },
};

/// baseline/disclosed_first: nobody reaches a person, a callback or a mailbox undisclosed.
pub static UNDISCLOSED_PATH: Code = Code {
    id: "CX305",
    area: Area::Policy,
    name: "undisclosed-path",
    severity: Severity::Warning,
    what: "A path reaches an agent, a callback or a voicemail without a disclosure before it (baseline/disclosed_first). \
           Two disclosures on two branches that meet again are fine, since every path passes one of them. \
           A voicemail that no person comes to needs none: write `@machine-only` into its header.",
    why: "One undisclosed path is one undisclosed call, however rare. The message shows a path with the fewest transitions.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry menu
collect menu "Press 1 for an agent, 2 to listen" {
  on 1 -> sales
  on 2 -> notice
  on timeout | invalid -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> sales
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
collect menu "Press 1 for an agent" {
  on 1 -> sales
  on timeout | invalid -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
agent sales "sales_queue"
disconnect bye
notice -> menu
"#,
        ),
    },
};

/// A rule that could not be decided.
pub static POLICY_UNKNOWN: Code = Code {
    id: "CX306",
    area: Area::Policy,
    name: "policy-unknown",
    severity: Severity::Warning,
    what: "A rule of a policy that applies could not be decided. The message says what is missing: how long something lasts, or a fact. A `limit` on time is undecided if the shortest estimate keeps it and the longest breaks it. The finding shows every step that leaves this open, and the help says which one to measure first.",
    why: "An undecided rule may well be broken. No flow says how long a recording, markup, a contact field or the wait for a key takes, and a text takes longer with one voice than with another. Rules that lack the same thing are reported together.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
policy house "House rules" {
  brief: limit 30s
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav" lasts 12.5s
disconnect bye
notice -> bye
policy house "House rules" {
  brief: limit 30s
}
apply house
"#,
        ),
    },
};

/// A rule of `baseline` is waived.
pub static BASELINE_WAIVED: Code = Code {
    id: "CX308",
    area: Area::Policy,
    name: "baseline-waived",
    severity: Severity::Warning,
    what: "A `waive` allows something that the policy `baseline` forbids.",
    why: "The platform checks every flow against the baseline, so it may refuse the flow in spite of the waiver. This warning stays until the waiver ends.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> menu }
collect menu "Press 1 to go on" retries 4 { on 1 -> bye; on timeout | invalid -> bye }
disconnect bye
waive baseline/retries at menu because "people with a slow line" by "j.lee" until 2027-03-31
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> menu }
collect menu "Press 1 to go on" retries 3 { on 1 -> bye; on timeout | invalid -> bye }
disconnect bye
"#,
        ),
    },
};

/// A policy that applies has no rule.
pub static EMPTY_POLICY: Code = Code {
    id: "CX313",
    area: Area::Policy,
    name: "empty-policy",
    severity: Severity::Error,
    what: "A policy that applies, or one of a library, has no rule: its block is empty, holds only comments, or only says what it expects. If it has rules and none of them is in force on the day of the run, that is a warning.",
    why: "People rely on a policy that applies, but this one checks nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
policy house "House rules" {
  // named: require @identity on every path
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
policy house "House rules" {
  named: require @identity on every path
}
apply house
"#,
        ),
    },
};

/// A `lasts` is shorter than any voice takes.
pub static SHORT_LASTS: Code = Code {
    id: "CX430",
    area: Area::Lint,
    name: "short-lasts",
    severity: Severity::Warning,
    what: "A `lasts` says that a text takes less time than the fastest voice needs for it, or that something audible takes no time, or less than a tenth of a second.",
    why: "The compiler relies on `lasts`, so a `limit` would seem to hold although every call breaks it.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside Motors. This call is recorded so that we can train our staff." lasts 1s; -> bye }
disconnect bye
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside Motors. This call is recorded so that we can train our staff." lasts 5.2s; -> bye }
disconnect bye
"#,
        ),
    },
};

/// Two policies apply of which one says that they conflict, and one of them is broken.
pub static POLICY_CONFLICT: Code = Code {
    id: "CX318",
    area: Area::Policy,
    name: "policy-conflict",
    severity: Severity::Warning,
    what: "Two policies apply of which one says `conflicts with` the other, and a rule of one of them is broken that is about something which rules of the other are about as well, or is broken at a node with a tag of theirs. Or their rules have no step in common, and each of the two has one that is no `warn` and asks for a fact of which the other knows nothing, as if one campaign could be two. The help is what the policy says about it.",
    why: "Whoever mends the flow for one of the two breaks the other, and looks for a mistake where there is none.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The two want another order, as `require @identity before any & not @identity` in one and `require @ai-notice before any & not @ai-notice` in the other",
                remedy: "Say both in one step with both tags, as in `say \"This is Lakeside, and you are talking with a machine.\" @identity @ai-notice`.",
            },
            Cause {
                sign: "One forbids what the other requires, as two rules on the same message",
                remedy: "Lead the calls to which the one applies on a branch of their own, or leave one of the two out; if counsel agrees to break a rule, `waive` it.",
            },
            Cause {
                sign: "Each asks for a number from a range of its own, as `es_telemarketing` and `in_tcccpr` do",
                remedy: "Make two campaigns, each with a number of its own, and apply one of the two policies in each.",
            },
        ],
    },
};

/// A tag that no policy uses and that is one typo away from a tag that one uses.
pub static MISSPELT_TAG: Code = Code {
    id: "CX407",
    area: Area::Lint,
    name: "misspelt-tag",
    severity: Severity::Warning,
    what: "A tag is one typo away from a tag that a policy uses: a letter was added, dropped or changed, or two letters were swapped.",
    why: "If nothing has a tag, a rule about it checks nothing, and nobody notices.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside." @idenity; -> bye }
disconnect bye
policy house "House rules" {
  once: limit 1 @identity
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
policy house "House rules" {
  once: limit 1 @identity
}
apply house
"#,
        ),
    },
};
