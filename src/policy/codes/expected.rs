//! The codes for facts and tags that do not match what policies expect.

use crate::diagnostics::{Area, Code, Example, Page, Severity};

/// A fact has a value that no policy expects.
pub static FACT_VALUE: Code = Code {
    id: "CX309",
    area: Area::Policy,
    name: "fact-value",
    severity: Severity::Warning,
    what: "The flow gives a fact a value that the policies which apply do not expect, or a text where rules compare numbers. It is an error if the policy comes with the compiler or is applied from outside. Or a rule of the flow compares a fact that nobody states or expects, and its name is nearly that of one that is stated or expected. If no policy lists the fact's values, a text that is one typo away from one that a rule compares it with is reported. Two facts such as `hours_start` and `hours_end` must be in that order if rules set a lower bound for the one and an upper bound for the other. An implausible time or date is reported as a typo, such as 20 minutes where rules compare with 15 seconds, or the year 206. A text such as `\"\"`, `\".\"` or `\"TODO\"` states nothing.",
    why: "A rule that depends on the fact would not apply or would never be decided, and nobody would notice.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sale"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sales"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
    },
};

/// A fact looks like a typo of one that a policy expects.
pub static MISSPELT_FACT: Code = Code {
    id: "CX310",
    area: Area::Policy,
    name: "misspelt-fact",
    severity: Severity::Warning,
    what: "The flow states a fact that no policy knows, and its name is nearly that of a fact that a policy expects and the flow does not state. It is an error if the policy comes with the compiler or is applied from outside.",
    why: "The rules do not find a fact under another name.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purposes = "sales"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sales"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
    },
};

/// An expected fact is not stated, and rules depend on it.
pub static MISSING_FACT: Code = Code {
    id: "CX311",
    area: Area::Policy,
    name: "missing-fact",
    severity: Severity::Warning,
    what: "A policy that applies expects a fact that the flow does not state, and rules stay undecided without it. The finding names these rules. It is an error if the policy comes with the compiler or is applied from outside.",
    why: "An undecided rule may well be broken.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye

policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sales"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
    },
};

/// No policy knows a fact.
pub static UNKNOWN_FACT: Code = Code {
    id: "CX412",
    area: Area::Lint,
    name: "unknown-fact",
    severity: Severity::Warning,
    what: "The flow's own file states a fact that no policy uses, whether it applies to the flow, is declared in its files or comes with the compiler. \
           Or it states facts that are used only by policies which do not apply: an `apply` line is missing, or was taken out. \
           In an included file a fact that no policy uses is only a note, and facts of policies that do not apply are reported unless another flow that uses the file applies one.",
    why: "The fact has no effect, although it looks as if it had one.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sales"
fact weather = "fair"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye
fact purpose = "sales"
policy house "House rules" {
  expects @identity "who calls"
  expects fact purpose = "survey" | "sales" "what the call is for"
  named: require @identity on every path when purpose = "sales"
}
apply house
"#,
        ),
    },
};

/// Nothing in the flow has any of the tags that a policy uses.
pub static UNTAGGED_POLICY: Code = Code {
    id: "CX413",
    area: Area::Lint,
    name: "untagged-policy",
    severity: Severity::Warning,
    what: "A policy applies, and no node or step of the flow has any of the tags that it expects, or none of its rules finds the tags that it uses. One rule that finds its tags is enough, even if it finds no menu, agent or other kind of node that it also needs. The notes list the missing tags and say what each means.",
    why: "The compiler does not know what a text is about, so a policy only sees what is tagged. Without any tag, a rule about tags always holds.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside."; -> bye }
disconnect bye

policy house "House rules" {
  expects @identity "who calls"
  expects @debt "what mentions a debt"
  named: require @identity before @debt
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> due }
play due { say "You owe us 20 dollars." @debt; -> bye }
disconnect bye

policy house "House rules" {
  expects @identity "who calls"
  expects @debt "what mentions a debt"
  named: require @identity before @debt
}
apply house
"#,
        ),
    },
};

/// A policy's `expects` lines and its rules do not match.
pub static EXPECTS_MISMATCH: Code = Code {
    id: "CX414",
    area: Area::Lint,
    name: "expects-mismatch",
    severity: Severity::Warning,
    what: "A policy with `expects` has a rule about a tag, fact or value that it does not expect, or expects one that none of its rules uses. Or its rules compare one fact with different kinds of value, such as a duration and a number. Or it expects a fact without values whose meaning is one of the values that its rules compare with: the `=` is missing. Or a rule uses a tag that nothing in the flow has, and that is one typo away from a tag which the flow has or another policy expects.",
    why: "A misspelt tag or fact makes a rule check nothing.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Survey"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> bye }
disconnect bye

policy house "House rules" {
  expects @identity "who calls"
  named: require @identity on every path
  once: limit 1 @idenity
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
  expects @identity "who calls"
  named: require @identity on every path
  once: limit 1 @identity
}
apply house
"#,
        ),
    },
};

/// A rule skips a node since a tag is in its header.
pub static HEADER_TAG: Code = Code {
    id: "CX426",
    area: Area::Lint,
    name: "header-tag",
    severity: Severity::Warning,
    what: "A rule requires two things in a certain order, and a node with several steps has one of them as a tag in its header and the other as a step. \
           A tag in a header means the whole node, so no step of the node comes before or after it, and the rule does not check this node.",
    why: "The rule seems to hold, but it does not look inside the node.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Recall"
entry hello
disclosure hello @identity {
  say "This is Lakeside Motors."
  say "We have found a fault in your brakes." @recall
  -> bye
}
disconnect bye
policy house "House rules" {
  named: forbid @recall before @identity
}
apply house
"#,
        ),
        right: Example::Text(
            r#"flow "Recall"
entry hello
disclosure hello {
  say "This is Lakeside Motors." @identity
  say "We have found a fault in your brakes." @recall
  -> bye
}
disconnect bye
policy house "House rules" {
  named: forbid @recall before @identity
}
apply house
"#,
        ),
    },
};

/// Tags of policies that do not apply.
pub static IDLE_TAG: Code = Code {
    id: "CX315",
    area: Area::Policy,
    name: "idle-tag",
    severity: Severity::Warning,
    what: "A flow has tags that only one or two of the policies that come with the compiler expect, and neither applies: an `apply` line is missing, or was taken out. The finding names the tags together. A tag that more policies expect, such as `@identity`, is not reported. Tags in an included file are reported unless another flow that uses the file applies such a policy.",
    why: "No rule looks for these tags, so nothing is checked about the steps that have them.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Arrears"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> due }
play due { say "This is an attempt to collect a debt." @mini-miranda; -> bye }
disconnect bye
"#,
        ),
        right: Example::Text(
            r#"flow "Arrears"
entry notice
disclosure notice { say "This is Lakeside." @identity; -> due }
play due { say "This is an attempt to collect a debt."; -> bye }
disconnect bye
"#,
        ),
    },
};
