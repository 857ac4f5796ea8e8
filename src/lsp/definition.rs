//! Go to definition.

use gen_lsp_types::{Definition, DefinitionParams, DefinitionResponse, Location};

use super::analysis::Analysis;
use super::request_error::RequestError;
use super::session::Session;
use crate::resolve::include_path;
use crate::source::{FileId, Span};
use crate::syntax::ast::Declaration;

/// The declaration of the name at a place, or the file that an include names.
pub fn find(
    session: &mut Session<'_>,
    params: DefinitionParams,
) -> Result<Option<DefinitionResponse>, RequestError> {
    let Some((flow, file, offset)) = session.place(&params.text_document_position_params) else {
        return Ok(None);
    };
    let mut places: Vec<Location> =
        flow.uses_at(file, offset).iter().filter_map(|usage| flow.location(usage.declared)).collect();
    if places.is_empty() {
        places.extend(included(flow, file, offset));
    }
    Ok((!places.is_empty()).then_some(DefinitionResponse::Definition(Definition::LocationList(places))))
}

/// The start of the included file whose path is at a byte offset.
fn included(flow: &Analysis, file: FileId, offset: usize) -> Option<Location> {
    let path = flow.tree(file)?.items.iter().find_map(|item| match &item.declaration {
        Declaration::Include(include) if include.path.span.range().contains(&offset) => {
            Some(include.path.span)
        }
        _ => None,
    })?;
    let from = flow.compiled.sources.get(file).path();
    let target = include_path(from, flow.written(path))?;
    let sources = flow.compiled.sources.iter();
    let target = flow
        .file(&target)
        .or_else(|| sources.into_iter().find(|(_, source)| source.path() == target).map(|(file, _)| file))?;
    flow.location(Span::new(target, 0, 0))
}
