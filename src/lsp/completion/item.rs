//! One entry of the completion list.

use gen_lsp_types::{
    CompletionItem, CompletionItemKind, Documentation, InsertTextFormat, MarkupContent, MarkupKind, Range,
    TextEdit,
};

/// How far up in the list an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    /// It is missing here.
    Wanted,
    /// It fits here.
    Fits,
    /// It is also possible.
    Possible,
}

/// An item of the completion list.
#[derive(Debug, Clone)]
pub struct Item {
    /// What the list shows.
    pub label: String,
    /// The inserted text: a snippet with `${1:places}` to fill in if `is_snippet` is set.
    pub text: String,
    /// Whether the text is a snippet.
    pub is_snippet: bool,
    /// Its kind, for the icon.
    pub kind: CompletionItemKind,
    /// A few words beside it.
    pub detail: String,
    /// What it is for, in Markdown.
    pub about: String,
    /// How far up in the list it is.
    pub rank: Rank,
}

impl Item {
    /// An item that inserts its label.
    pub fn plain(kind: CompletionItemKind, label: impl Into<String>) -> Self {
        let label = label.into();
        Self {
            text: label.clone(),
            label,
            is_snippet: false,
            kind,
            detail: String::new(),
            about: String::new(),
            rank: Rank::Fits,
        }
    }

    /// An item with places to fill in.
    pub fn snippet(kind: CompletionItemKind, label: impl Into<String>, snippet: impl Into<String>) -> Self {
        Self { text: snippet.into(), is_snippet: true, ..Self::plain(kind, label) }
    }

    /// Sets the words beside it.
    pub fn detail(mut self, text: impl Into<String>) -> Self {
        self.detail = text.into();
        self
    }

    /// Sets what it is for.
    pub fn about(mut self, text: impl Into<String>) -> Self {
        self.about = text.into();
        self
    }

    /// Moves it further up or down.
    pub fn rank(mut self, rank: Rank) -> Self {
        self.rank = rank;
        self
    }

    /// The item for the protocol, replacing what is already typed; `index` is its place in the list.
    pub fn shown(self, range: Range, snippets: bool, index: usize) -> CompletionItem {
        let is_snippet = self.is_snippet && snippets;
        let text = if self.is_snippet && !snippets { without_places(&self.text) } else { self.text };
        let non_empty = |text: String| (!text.is_empty()).then_some(text);
        let about = non_empty(self.about);
        let markdown = |value| Documentation::from(MarkupContent { kind: MarkupKind::Markdown, value });
        CompletionItem {
            label: self.label,
            kind: Some(self.kind),
            detail: non_empty(self.detail),
            documentation: about.map(markdown),
            sort_text: Some(format!("{index:05}")),
            insert_text_format: is_snippet.then_some(InsertTextFormat::Snippet),
            text_edit: Some(TextEdit { range, new_text: text }.into()),
            ..Default::default()
        }
    }
}

/// A snippet as plain text, with its suggestions in place.
fn without_places(snippet: &str) -> String {
    let mut out = String::new();
    let mut rest = snippet;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(place) = after.strip_prefix('{')
            && let Some((inside, behind)) = place.split_once('}')
        {
            out.push_str(inside.split_once(':').map_or("", |(_, suggested)| suggested));
            rest = behind;
        } else {
            rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_editor_without_snippets_gets_the_suggestions() {
        assert_eq!(without_places("play ${1:name} \"${2:https://}\"$0"), "play name \"https://\"");
        assert_eq!(without_places("{\n  $0\n}"), "{\n  \n}");
    }
}
