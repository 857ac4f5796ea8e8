//! baseline/retries: a prompt is repeated three times at most.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Page, Severity};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

/// The most retries that the platform's outbound baseline admits.
pub const MAX_RETRIES: u32 = 3;

static CODE: Code = Code {
    id: "CX303",
    name: "too-many-retries",
    severity: Severity::Error,
    what: "A prompt has more than 3 retries (baseline/retries).",
    why: "A caller who has heard a prompt four times does not know what to do; the platform refuses more.",
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

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    for node in context.flow.nodes.rows() {
        for retries in node.actions.iter().filter_map(|action| action.retries) {
            let Some(count) = retries.count.filter(|&count| count > MAX_RETRIES) else { continue };
            diagnostics.push(
                Diagnostic::new(&CODE, retries.span, format!("{count} retries are more than {MAX_RETRIES}"))
                    .here(format!("the prompt would play up to {} times", u64::from(count) + 1))
                    .help(format!("write `retries {MAX_RETRIES}` or less")),
            );
        }
    }
}
