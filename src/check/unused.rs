//! What is declared is used.

use super::{Context, Rule};
use crate::diagnostics::{Code, Diagnostic, Diagnostics, Example, Mend, Page, Severity, quote};

pub static RULE: Rule = Rule { codes: &[&CODE], check };

pub static CODE: Code = Code {
    id: "CX403",
    name: "unused",
    severity: Severity::Warning,
    what: "A let, a param, a contact field or a policy of this file is never used, or a waiver lets nothing pass: its rule is kept there, does not apply, \
           or the waiver's last day is over. In a library it may be for those who include it, and is not reported.",
    why: "It is a leftover, or the name was misspelt where it was meant to be used.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"flow "Reminder"
entry notice
let cdn = "https://cdn.example.com"
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
let cdn = "https://cdn.example.com"
disclosure notice "${cdn}/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    // A line that could not be read may have used it.
    if context.flow.is_library() || !context.flow.complete {
        return;
    }
    for declared in context.flow.declared.iter().filter(|declared| !declared.used) {
        let name = context.sources.text(declared.span);
        // What waivers say of a policy would be left without it.
        let whole = context.files.first().filter(|_| declared.what != "policy").and_then(|(_, ast)| {
            let item = ast.items.iter().find(|item| item.span.start <= declared.span.start && declared.span.end <= item.span.end);
            item.map(|item| item.doc.map_or(item.span, |doc| doc.to(item.span)))
        });
        let (how, help) = match declared.what {
            "policy" => ("and nothing applies it", format!("add `apply {name}`, or take it out")),
            _ => ("and nothing inserts it", format!("insert it with `${{{name}}}`, or take it out")),
        };
        diagnostics.push(
            Diagnostic::new(&CODE, declared.span, format!("the {} {} is never used", declared.what, quote(name)))
                .here(format!("declared here, {how}"))
                .help(help)
                .mend(whole.map(|whole| Mend::take_out(format!("Take the {} out", declared.what), context.sources, whole))),
        );
    }
}
