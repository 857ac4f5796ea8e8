//! Every place that speaks of something.

use gen_lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};

use super::server::Refusal;
use super::session::Session;

/// The places that name what the name at a place means, in all flows that its file belongs to.
pub fn find(session: &mut Session<'_>, params: ReferenceParams) -> Result<Option<Vec<Location>>, Refusal> {
    let at = params.text_document_position_params;
    let mut places: Vec<Location> = Vec::new();
    for (flow, file, offset) in session.places(&at.text_document.uri, at.position) {
        for named in flow.uses_at(file, offset) {
            for one in flow.uses_of(named.declared) {
                let wanted = params.context.include_declaration || one.span != one.declared;
                let place = flow.location(one.span).filter(|place| wanted && !places.contains(place));
                places.extend(place);
            }
        }
    }
    Ok((!places.is_empty()).then_some(places))
}

/// The same places in this file alone.
pub fn highlight(
    session: &mut Session<'_>,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, Refusal> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let mut highlights: Vec<DocumentHighlight> = Vec::new();
    for named in flow.uses_at(file, offset) {
        for one in flow.uses_of(named.declared).filter(|one| one.span.file == file) {
            let kind = if one.span == one.declared {
                DocumentHighlightKind::Write
            } else {
                DocumentHighlightKind::Read
            };
            let highlight = DocumentHighlight { range: flow.range(one.span), kind: Some(kind) };
            if !highlights.contains(&highlight) {
                highlights.push(highlight);
            }
        }
    }
    Ok((!highlights.is_empty()).then_some(highlights))
}
