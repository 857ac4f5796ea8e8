//! Resolves the path of an include.

use std::path::{Component, Path, PathBuf};

use crate::diagnostics::Diagnostics;
use crate::source::{FileId, Sources};
use crate::syntax::ast::{Declaration, Item};
use crate::syntax::text::{Piece, pieces};

/// The paths of the files that a file includes, as far as it can be parsed.
pub fn included(sources: &Sources, file: FileId) -> Vec<PathBuf> {
    // Most files include nothing, and need no parsing.
    if memchr::memmem::find(sources.get(file).text().as_bytes(), b"include").is_none() {
        return Vec::new();
    }
    let ast = crate::syntax::parse(sources, file, &mut Diagnostics::default());
    let from = sources.get(file).path();
    let path = |item: &Item| match &item.declaration {
        Declaration::Include(include) => include_path(from, sources.text(include.path.span)),
        _ => None,
    };
    ast.items.iter().filter_map(path).collect()
}

/// The path of the file that an include names, where `literal` is written in a file at `from`.
pub fn include_path(from: &Path, literal: &str) -> Option<PathBuf> {
    Some(join(from, &unescaped(literal).ok()?))
}

/// The text of an include's path. Values are not known yet, so the path may not insert any.
pub(super) fn unescaped(literal: &str) -> Result<String, &'static str> {
    let mut path = String::new();
    let mut inserts = false;
    pieces(literal, |piece| match piece {
        Piece::Plain(text, _) => path.push_str(text),
        Piece::Escaped(character, _) => path.push(character),
        Piece::Insert(..) => inserts = true,
        // Already reported.
        Piece::Bad(..) => {}
    });
    match path.is_empty() {
        _ if inserts => Err("nothing can be inserted into the path of an include"),
        true => Err("the path of the include is empty"),
        false => Ok(path),
    }
}

/// The path of an included file, without `.`, and without `..` wherever that can be resolved.
pub(crate) fn join(from: &Path, written: &str) -> PathBuf {
    let mut path = from.parent().unwrap_or(Path::new("")).to_path_buf();
    if Path::new(written).is_absolute() {
        path.clear();
    }
    for component in Path::new(written).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if matches!(path.components().next_back(), Some(Component::Normal(_))) => {
                path.pop();
            }
            other => path.push(other),
        }
    }
    path
}
