//! A payload takes calls: a flow that decides whether one is placed is for the other target.

use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, quote};
use crate::emit::studio;
use crate::flow::Flow;

/// A flow that only the other target can say.
pub static OTHER_TARGET: Code = Code {
    id: "CX163",
    area: Area::Declaration,
    name: "other-target",
    severity: Severity::Error,
    what: "A node of one of the kinds `check_suppression`, `permit_call` and `suppress_call` decides whether a call is placed. A flow with such a node is a suppression script of Studio, and the target `flows`, which is the default, writes flows that take calls. `cxflowc check --target studio` checks it as what it is, and so does an environment with `target = \"studio\"`. No policy applies to such a flow, since policies are about calls.",
    why: "The payload would ask the platform for something that none of its flows does.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "May we call"
entry no
kind suppress_call type "SUPPRESSCALL" ends
suppress_call no
"#,
        ),
        right: Example::Text(
            r#"flow "May we call"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

/// Reports a flow that decides whether a call is placed.
pub fn check(flow: &Flow, diagnostics: &mut Diagnostics) {
    let Some(node) = studio::decides(flow) else { return };
    let word = quote(flow.word_of(node));
    diagnostics.push(
        Diagnostic::new(
            &OTHER_TARGET,
            flow.nodes[node].kind_span,
            format!("{word} decides whether a call is placed, and the target `flows` takes calls"),
        )
        .here("makes the flow a suppression script")
        .help("compile it with `--target studio`, or name an environment with `target = \"studio\"`"),
    );
}
