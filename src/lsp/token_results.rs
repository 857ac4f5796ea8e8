//! The last semantic tokens of each open document, so that an editor gets only what has changed since.

use std::collections::BTreeMap;

use gen_lsp_types::{SemanticToken, SemanticTokens, SemanticTokensDelta, SemanticTokensEdit, Uri};

/// How many numbers a token is in the protocol.
const NUMBERS: usize = 5;

/// The last answer for each open document, under the id that it was given.
#[derive(Default)]
pub struct TokenResults {
    last: BTreeMap<Uri, (String, Vec<SemanticToken>)>,
    given: u64,
}

impl TokenResults {
    /// Keeps a document's tokens, and gives them with their id.
    pub fn keep(&mut self, uri: Uri, data: Vec<SemanticToken>) -> SemanticTokens {
        let id = self.next_id();
        self.last.insert(uri, (id.clone(), data.clone()));
        SemanticTokens { result_id: Some(id), data }
    }

    /// What has changed since the answer with this id; `Err` gives the tokens back if the id is not that of
    /// the last answer.
    pub fn change(
        &mut self,
        uri: Uri,
        since: &str,
        data: Vec<SemanticToken>,
    ) -> Result<SemanticTokensDelta, Vec<SemanticToken>> {
        let Some((_, before)) = self.last.get(&uri).filter(|(id, _)| id == since) else {
            return Err(data);
        };
        let edits = edit(before, &data).into_iter().collect();
        let id = self.next_id();
        self.last.insert(uri, (id.clone(), data));
        Ok(SemanticTokensDelta { result_id: Some(id), edits })
    }

    /// Forgets a document that was closed.
    pub fn forget(&mut self, uri: &Uri) {
        self.last.remove(uri);
    }

    fn next_id(&mut self) -> String {
        self.given += 1;
        self.given.to_string()
    }
}

/// The edit that turns some tokens into others: what is between their common beginning and their common end.
fn edit(before: &[SemanticToken], after: &[SemanticToken]) -> Option<SemanticTokensEdit> {
    let prefix = before.iter().zip(after).take_while(|(old, new)| old == new).count();
    let old = before.get(prefix..).unwrap_or_default();
    let new = after.get(prefix..).unwrap_or_default();
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(old, new)| old == new).count();
    let old = old.len() - suffix;
    let new = new.get(..new.len() - suffix).unwrap_or_default();
    if old == 0 && new.is_empty() {
        return None;
    }
    let numbers = |token: &SemanticToken| {
        [token.delta_line, token.delta_start, token.length, token.token_type, token.token_modifiers_bitset]
    };
    let count = |tokens: usize| u32::try_from(tokens * NUMBERS).unwrap_or(u32::MAX);
    let data: Vec<u32> = new.iter().flat_map(numbers).collect();
    Some(SemanticTokensEdit { start: count(prefix), delete_count: count(old), data: Some(data) })
}
