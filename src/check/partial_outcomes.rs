//! An `answer` node that branches handles every outcome.

use super::unhandled_outcome::{takes, takes_unknown};
use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, list_of};
use crate::flow::{Kind, Outcome};
use crate::spelling::display_id;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX207",
    area: Area::Branching,
    name: "partial-outcomes",
    severity: Severity::Warning,
    what: "An `answer` node takes some of `human`, `machine` and `unknown`, but not all.",
    why: "Machine detection is often unsure. A call whose answer no branch takes has nowhere to go.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry line
answer line {
  on human -> notice
  on machine -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry line
answer line {
  on human | unknown -> notice
  on machine -> bye
}
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    const ANSWERS: [Outcome; 3] = [Outcome::Human, Outcome::Machine, Outcome::Unknown];
    for (id, node) in flow.nodes.iter() {
        let unconditional = flow.out(id).iter().any(|transition| transition.is_unconditional());
        if !node.is(Kind::Answer) || node.broken || unconditional {
            continue;
        }
        let missing: Vec<&str> =
            ANSWERS.iter().filter(|&&answer| !takes(flow, id, answer)).map(|answer| answer.word()).collect();
        if missing.is_empty()
            || missing.len() == ANSWERS.len()
            || takes_unknown(flow, id)
            || context.is_waived(&CODE, id)
        {
            continue;
        }
        let quoted: Vec<String> = missing.iter().map(|word| format!("`{word}`")).collect();
        diagnostics.push(
            Diagnostic::new(
                &CODE,
                node.name_span,
                format!(
                    "`{}` does not say what happens on {}",
                    display_id(&node.id),
                    list_of(&quoted, "and")
                ),
            )
            .here("takes some answers, not all")
            .help(format!("add `on {} -> NODE`", missing.join(" | ")))
            .fix(super::fixes::branch(context, id, &missing.join(" | "))),
        );
    }
}
