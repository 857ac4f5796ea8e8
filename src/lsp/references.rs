//! Find all references, and highlights in a file.

use std::collections::BTreeMap;

use gen_lsp_types::{
    DocumentHighlight, DocumentHighlightKind, DocumentHighlightParams, Location, ReferenceParams,
};
use rustc_hash::FxHashSet;

use super::mentions::{MentionExtent, MentionRange, MentionSearch};
use super::request_error::RequestError;
use super::session::Session;
use crate::source::Span;

/// All places that mention what the name at a place means, in all flows that know it.
pub fn find(
    session: &mut Session<'_>,
    params: ReferenceParams,
) -> Result<Option<Vec<Location>>, RequestError> {
    let at = params.text_document_position_params;
    if !session.client.watches_files {
        session.workspace.rescan_folders();
    }
    let Some(search) = MentionSearch::at(session, &at.text_document.uri, at.position, MentionExtent::Same)
    else {
        return Ok(None);
    };
    let mut places: BTreeMap<&MentionRange, &Location> = BTreeMap::new();
    for mention in search.mentions() {
        if let Some(location) = &mention.location
            && (params.context.include_declaration || mention.at != mention.declared.0)
        {
            places.entry(&mention.at).or_insert(location);
        }
    }
    let places: Vec<Location> = places.into_values().cloned().collect();
    Ok((!places.is_empty()).then_some(places))
}

/// The same places in this file only.
pub fn highlight(
    session: &mut Session<'_>,
    params: DocumentHighlightParams,
) -> Result<Option<Vec<DocumentHighlight>>, RequestError> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let declared: FxHashSet<Span> = flow.uses_at(file, offset).iter().map(|named| named.declared).collect();
    let mut known: FxHashSet<(Span, bool)> = FxHashSet::default();
    let mut highlights: Vec<DocumentHighlight> = Vec::new();
    for usage in flow.uses() {
        let is_declaration = usage.span == usage.declared;
        if usage.span.file == file
            && declared.contains(&usage.declared)
            && known.insert((usage.span, is_declaration))
        {
            let kind =
                if is_declaration { DocumentHighlightKind::Write } else { DocumentHighlightKind::Read };
            highlights.push(DocumentHighlight { range: flow.range(usage.span), kind: Some(kind) });
        }
    }
    Ok((!highlights.is_empty()).then_some(highlights))
}
