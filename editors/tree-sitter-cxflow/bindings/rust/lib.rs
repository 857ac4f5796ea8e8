//! The cxflow language for tree-sitter, and its queries.
//!
//! ```ignore
//! let mut parser = tree_sitter::Parser::new();
//! parser.set_language(&tree_sitter_cxflow::LANGUAGE.into())?;
//! ```

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_cxflow() -> *const ();
}

/// The language.
// SAFETY: the function is the generated parser's, and gives a language that is never freed.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_cxflow) };

/// What the node types of the language are, in JSON.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");

/// How a text is coloured.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// What can be folded.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");

/// How a line is indented.
pub const INDENTS_QUERY: &str = include_str!("../../queries/indents.scm");

/// Which names mean the same.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");

/// What is written in another language.
pub const INJECTIONS_QUERY: &str = include_str!("../../queries/injections.scm");

/// What is declared, and where it is spoken of.
pub const TAGS_QUERY: &str = include_str!("../../queries/tags.scm");
