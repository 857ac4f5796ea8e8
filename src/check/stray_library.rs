//! The `apply`, `fact`, `waive` and `attest` lines of a file without a flow apply only to flows that include it.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Page, Severity, Unless, list_of};
use crate::source::Span;
use crate::syntax::ast::{Ast, Declaration};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX438",
    area: Area::Lint,
    name: "stray-library",
    severity: Severity::Warning,
    what: "A file that declares no flow has an `apply`, a `fact`, a `waive` or an `attest`, and no flow of the repository includes it. These apply to the flows that include the file, not to the flows beside it.",
    why: "It looks as if the policy applied to the flows of the folder, but it applies to none.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"policy house "House rules" {
  quiet: forbid voicemail
}
apply house
"#,
        ),
        right: Example::Text(
            r#"policy house "House rules" {
  quiet: forbid voicemail
}
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    // An unreadable line may declare the flow.
    if !flow.is_library() || !flow.complete {
        return;
    }
    // Files named by settings or arguments apply to the flows that these settings are for.
    for (_, ast) in context.files.iter().filter(|(file, _)| !flow.policy_files.contains(file)) {
        check_file(ast, diagnostics);
    }
}

fn check_file(ast: &Ast, diagnostics: &mut Diagnostics) {
    let mut words: Vec<&str> = Vec::new();
    let mut places: Vec<Span> = Vec::new();
    for item in &ast.items {
        let word = match &item.declaration {
            Declaration::Apply(_) => "`apply`",
            Declaration::Fact(_) => "`fact`",
            Declaration::Waive(_) => "`waive`",
            Declaration::Attest(_) => "`attest`",
            _ => continue,
        };
        if !words.contains(&word) {
            words.push(word);
        }
        places.push(item.span);
    }
    let Some((first, others)) = places.split_first() else { return };
    let (have, them) = if others.is_empty() { ("has", "it") } else { ("have", "them") };
    let words: Vec<String> = words.into_iter().map(str::to_owned).collect();
    let message = format!("no flow includes this file, so its {} {have} no effect", list_of(&words, "and"));
    let help = match words.iter().any(|word| word == "`apply`") {
        true => "include the file in the flows that it is for; a policy for all flows of a folder belongs in `policies` in cxflow.toml".to_owned(),
        false => format!("include the file in the flows that it is for, or take {them} out"),
    };
    let found = Diagnostic::new(&CODE, *first, message)
        .here("has no effect")
        .label_each(others, 5, "nor has this")
        .help(help);
    diagnostics.push(Diagnostic { unless: Some(Unless::Used), ..found });
}
