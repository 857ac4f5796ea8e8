//! A flow must have a name.

use super::{Context, Rule};
use crate::diagnostics::{Area, Code, Diagnostic, Diagnostics, Example, Fix, Page, Severity};
use crate::source::{FileId, Span};
use crate::spelling::display_string;
use crate::syntax::ast::Ast;
use crate::syntax::place::declare_first;

pub static RULE: Rule = Rule { codes: &[&CODE], check };

static CODE: Code = Code {
    id: "CX101",
    area: Area::Declaration,
    name: "missing-flow",
    severity: Severity::Error,
    what: "The file declares no `flow \"NAME\"`. A file without a flow, an entry and nodes is a library for other files to include. A file that declares nothing is neither.",
    why: "The name is what the platform lists the flow under.",
    page: Page::Flows {
        wrong: Example::Text(
            r#"entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
        right: Example::Text(
            r#"flow "Reminder"
entry notice
disclosure notice "https://cdn.example.com/notice.wav"
disconnect bye
notice -> bye
"#,
        ),
    },
};

fn check(context: &Context<'_>, diagnostics: &mut Diagnostics) {
    let flow = context.flow;
    let unread = context
        .sources
        .iter()
        .next()
        .is_some_and(|(_, source)| source.too_large() || source.not_utf8().is_some_and(|bad| bad.binary));
    if flow.has_flow || flow.is_library() || unread {
        return;
    }
    let Some((file, ast)) = context.files.first().map(|(file, ast)| (*file, ast)) else { return };
    let (message, help) = if flow.is_empty {
        ("the file declares nothing", "`cxflowc new NAME` writes a first flow to begin with")
    } else if flow.has_entry {
        ("the flow has no name", "write `flow \"NAME\"` as the first line")
    } else {
        (
            "the flow has no name",
            "write `flow \"NAME\"` as the first line; a file to be included is checked with the flow that includes it",
        )
    };
    diagnostics.push(
        Diagnostic::new(&CODE, Span::new(file, 0, 0), message)
            .here("expected in this file")
            .help(help)
            .fix(named(context, file, ast)),
    );
}

/// Writes `flow "NAME"`, named after the file, as the first line.
fn named(context: &Context<'_>, file: FileId, ast: &Ast) -> Option<Fix> {
    let source = context.sources.get(file);
    let name = source.path().file_stem()?.to_string_lossy().replace(['_', '-'], " ");
    let line = format!("flow {}", display_string(&name));
    Some(declare_first(format!("Write `{line}`"), context.sources, file, ast, &line))
}
