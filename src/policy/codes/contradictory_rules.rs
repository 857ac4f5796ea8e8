//! The code of rules that no call keeps together.

use crate::diagnostics::{Area, Cause, Code, Page, Severity};

/// A rule is broken, and another rule that applies makes that unavoidable.
pub static CONTRADICTORY_RULES: Code = Code {
    id: "CX319",
    area: Area::Policy,
    name: "contradictory-rules",
    severity: Severity::Warning,
    what: "A rule is broken, and another rule that applies contradicts it: no call that comes to what the one is about keeps both, however long it is, or no value of a fact does. The rules are compared as they are written, in pairs. Rules that measure times, ask what keys lead to, look at transitions, or say `before or with` are not compared.",
    why: "Whoever mends the flow for one of the two breaks the other, and looks for a mistake in the flow where there is none.",
    page: Page::Causes {
        causes: &[
            Cause {
                sign: "The two want another order, as `require @greeting before heard & not @greeting` and `require @recording-notice before @greeting`",
                remedy: "Change one: `require @recording-notice before or with @greeting` lets one step say both, `require @recording-notice after @greeting` lets the greeting be first.",
            },
            Cause {
                sign: "One forbids what the other requires, as `forbid callback` and `require callback`",
                remedy: "Say with `when` for which flows each of them is, or take one out. If somebody has decided to break one in this flow, `waive` it.",
            },
            Cause {
                sign: "No time of the day is within both, as `require fact hours within mon..fri 9:00..12:00` and `require fact hours within mon..fri 13:00..18:00`",
                remedy: "Write the times that each of them allows, or say with `when` for which flows each of them is.",
            },
            Cause {
                sign: "No value of a fact keeps both, as `require fact ring_timeout >= 15s` and `require fact ring_timeout < 15s`",
                remedy: "Bring the two bounds together, or say with `when` for which flows each of them is.",
            },
        ],
    },
};
