//! The pages that explain codes; the code of a finding links to its page.

use gen_lsp_types::{TextDocumentContentParams, TextDocumentContentResult};

use super::diagnostics::code_of;
use super::machine::Machine;
use super::request_error::RequestError;

/// A page's text.
pub fn page(
    machine: &dyn Machine,
    params: &TextDocumentContentParams,
) -> Result<TextDocumentContentResult, RequestError> {
    match code_of(&params.uri) {
        Some(code) => Ok(TextDocumentContentResult { text: machine.explanation(code) }),
        None => Err(format!("there is no page {}", params.uri)),
    }
}
