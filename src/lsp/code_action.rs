//! The fixes of findings, as quick fixes.

use gen_lsp_types::{CodeAction, CodeActionKind, CodeActionParams, CodeActionResponse};

use super::analysis::Analysis;
use super::diagnostics::{of_file, shown};
use super::edits::Edits;
use super::file_kinds::is_settings;
use super::request_error::RequestError;
use super::session::Session;
use crate::diagnostics::Diagnostic;
use crate::source::Span;

/// The fixes of the findings at a place.
pub fn actions(
    session: &mut Session<'_>,
    params: CodeActionParams,
) -> Result<Option<Vec<CodeActionResponse>>, RequestError> {
    let is_wanted = |kinds: &Vec<CodeActionKind>| {
        kinds.iter().any(|kind| matches!(kind, CodeActionKind::QuickFix | CodeActionKind::Empty))
    };
    if !params.context.only.as_ref().is_none_or(is_wanted) {
        return Ok(None);
    }
    let client = session.client;
    let path = session.path(&params.text_document.uri);
    let mut fixes = Vec::new();
    let flows = match is_settings(&path) {
        true => session.workspace.flows_under(&path),
        false => session.workspace.flows_of(&path),
    };
    let mut add = |flow: &Analysis, finding: &Diagnostic, span: Span| {
        let is_in_range = |span: Span| {
            let place = flow.range(span);
            place.end >= params.range.start && params.range.end >= place.start
        };
        // A finding's cause may be labelled elsewhere in the file, where the fix changes it.
        let marks =
            |place: Span| place.file == span.file && finding.labels.iter().any(|label| label.span == place);
        for (number, fix) in finding.fixes.iter().enumerate() {
            let is_cause = fix.edits.iter().any(|edit| marks(edit.span) && is_in_range(edit.span));
            if !is_cause && !is_in_range(span) {
                continue;
            }
            let mut edits = Edits::default();
            fix.edits.iter().for_each(|edit| edits.add(flow, edit.span, &edit.text));
            fixes.push((fix.title.clone(), number == 0, shown(flow, finding, span, client), edits));
        }
    };
    for (flow, file) in flows {
        of_file(flow, file).for_each(|(finding, span)| add(flow, finding, span));
    }
    for (settings, found) in session.workspace.unknown_params() {
        for (flow, finding) in found.into_iter().filter(|_| *settings == path) {
            finding.span.into_iter().for_each(|span| add(flow, finding, span));
        }
    }
    let mut actions: Vec<CodeAction> = Vec::new();
    for (title, preferred, finding, edits) in fixes {
        let action = CodeAction {
            title,
            kind: Some(CodeActionKind::QuickFix),
            is_preferred: preferred.then_some(true),
            diagnostics: Some(vec![finding]),
            edit: Some(edits.for_client(session)),
            ..Default::default()
        };
        // A file that belongs to several flows may have the same finding in each.
        if !actions.contains(&action) {
            actions.push(action);
        }
    }
    Ok(Some(actions.into_iter().map(CodeActionResponse::CodeAction).collect()))
}
