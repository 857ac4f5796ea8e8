//! The files that an editor has open, with their unsaved text.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use gen_lsp_types::{Position, Range, TextDocumentContentChangeEvent as Change, Uri};
use rustc_hash::FxHashMap;

use super::position::{Encoding, LineStarts};
use crate::resolve::Files;
use crate::source::MAX_BYTES;

/// An open file.
#[derive(Debug)]
pub struct Document {
    /// The editor's URI for it.
    pub uri: Uri,
    /// The editor's version number.
    pub version: i32,
    /// Its text.
    pub text: String,
}

impl Document {
    /// Applies changes in their order.
    pub fn change(&mut self, changes: Vec<Change>, encoding: Encoding) {
        for change in changes {
            match change {
                Change::TextDocumentContentChangePartial(part) => {
                    self.replace(part.range, &part.text, encoding);
                }
                Change::TextDocumentContentChangeWholeDocument(whole) => self.text = whole.text,
            }
        }
    }

    fn replace(&mut self, range: Range, text: &str, encoding: Encoding) {
        // Swaps an end before the start, as editors do.
        let key = |place: Position| (place.line, place.character);
        let (first, last) = match key(range.start) <= key(range.end) {
            true => (range.start, range.end),
            false => (range.end, range.start),
        };
        if first == last && text.is_empty() {
            return;
        }
        let lines = LineStarts::of(&self.text);
        let start = lines.offset(&self.text, first, encoding);
        let end = lines.offset(&self.text, last, encoding).max(start);
        // If an edit cuts a character in two, the editor keeps half of it, which is no character.
        let (before, after) =
            (lines.is_inside(&self.text, first, encoding), lines.is_inside(&self.text, last, encoding));
        let half = |is_cut: bool| if is_cut { "\u{FFFD}" } else { "" };
        let end = if after { self.text.ceil_char_boundary(end + 1) } else { end };
        self.text.replace_range(start..end, &format!("{}{text}{}", half(before), half(after)));
    }
}

/// The open files by canonical path. An editor may have a file open several times under different URIs,
/// such as through a link; the one that was opened or edited last counts.
#[derive(Debug, Default)]
pub struct Documents {
    open: FxHashMap<PathBuf, Vec<Document>>,
}

impl Documents {
    /// Opens a file, or opens it again. Ignores documents that are not files: another version of a file, a
    /// cell of a notebook, a file on another machine.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        if matches!(document.uri.scheme(), "file" | "untitled") {
            let same_file = self.open.entry(path).or_default();
            same_file.retain(|open| open.uri != document.uri);
            same_file.push(document);
        }
    }

    /// Closes a file. If it is open under another URI, that one counts from then on, otherwise the file on
    /// the disk.
    pub fn close(&mut self, path: &Path, uri: &Uri) {
        if let Some(same_file) = self.open.get_mut(path) {
            let closed = same_file.iter().position(|open| open.uri == *uri);
            match closed {
                Some(at) => drop(same_file.remove(at)),
                // The URI is spelt differently from the one that was opened.
                None => drop(same_file.pop()),
            }
            if same_file.is_empty() {
                self.open.remove(path);
            }
        }
    }

    /// An open file.
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)?.last()
    }

    /// An open file to be edited under this URI, which counts from then on.
    pub fn get_mut(&mut self, path: &Path, uri: &Uri) -> Option<&mut Document> {
        let same_file = self.open.get_mut(path)?;
        if let Some(at) = same_file.iter().position(|open| open.uri == *uri) {
            let edited = same_file.remove(at);
            same_file.push(edited);
        }
        same_file.last_mut()
    }

    /// The paths of the open files.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.keys()
    }
}

/// The path of an editor's URI. A URI without a path, such as that of a file that was never saved, is taken
/// as the path.
pub fn path_of(uri: &Uri) -> PathBuf {
    // An older version from git or a cell of a notebook may have the same path as a different file.
    if let Some(path) =
        (uri.scheme() == "file").then(|| with_lower_case_drive(uri).to_file_path().ok()).flatten()
    {
        return path;
    }
    PathBuf::from(uri.as_str().replace('/', "%2F"))
}

/// A file's URI with a lower-case drive letter, as in `file:///c:/flows`. Editors write the same drive as
/// `C:`, `c:`, `C%3A` and `c%3a`, some of them in turns.
fn with_lower_case_drive(uri: &Uri) -> Cow<'_, Uri> {
    let path = uri.path();
    let letter = path.strip_prefix('/').and_then(|rest| rest.get(..1));
    let Some(letter) = letter.filter(|letter| letter.starts_with(|c: char| c.is_ascii_alphabetic())) else {
        return Cow::Borrowed(uri);
    };
    let rest = path.get(2..).unwrap_or_default();
    let colon = ["%3A", "%3a", ":"].into_iter().find(|colon| {
        rest.strip_prefix(colon).is_some_and(|behind| behind.is_empty() || behind.starts_with('/'))
    });
    let Some(colon) = colon else { return Cow::Borrowed(uri) };
    let path = format!("/{}:{}", letter.to_ascii_lowercase(), rest.get(colon.len()..).unwrap_or_default());
    let mut uri = uri.clone();
    uri.set_path(&path);
    Cow::Owned(uri)
}

/// Files as the editor sees them: open ones from its buffers, replaced ones with their new text, and the
/// rest from the disk.
pub struct Overlay<'a> {
    /// The open files.
    pub documents: &'a Documents,
    /// Texts that replace files, by canonical path.
    pub replacements: &'a FxHashMap<PathBuf, String>,
    /// The disk, as far as the flow may see it.
    pub disk: &'a dyn Files,
    /// The flow's own file, which may be read wherever it is.
    pub root: Option<&'a Path>,
    /// The workspace folders, to which file names in messages are relative.
    pub folders: &'a [PathBuf],
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = self.identity(path);
        // Open files are subject to the same limits as the disk.
        if self.root != Some(&*path) {
            self.disk.admit(&path)?;
        }
        let text = self.replacements.get(&path).or_else(|| self.documents.get(&path).map(|open| &open.text));
        match text {
            Some(text) => Ok(text.as_bytes().get(..=MAX_BYTES).unwrap_or(text.as_bytes()).to_vec()),
            None => self.disk.read(&path),
        }
    }

    fn list(&self, folder: &Path) -> Vec<String> {
        self.disk.list(folder)
    }

    fn spelling(&self, path: &Path) -> Option<String> {
        self.disk.spelling(path)
    }

    fn name(&self, path: &Path) -> String {
        let path = self.identity(path);
        let inside = self.folders.iter().find_map(|folder| path.strip_prefix(folder).ok());
        inside.unwrap_or(&path).display().to_string()
    }

    fn identity(&self, path: &Path) -> PathBuf {
        self.disk.identity(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(uri: &str) -> PathBuf {
        path_of(&Uri::parse(uri).unwrap())
    }

    #[test]
    fn a_drive_is_the_same_however_it_is_spelt() {
        for rest in ["/x.cxflow", "/My%20Flows/a.cxflow", "/C:/x.cxflow", "/", ""] {
            let first = path(&format!("file:///c:{rest}"));
            for drive in ["C:", "c%3A", "C%3A", "c%3a", "C%3a"] {
                for host in ["", "localhost"] {
                    assert_eq!(path(&format!("file://{host}/{drive}{rest}")), first, "{drive} {rest}");
                }
            }
        }
    }

    #[test]
    fn other_paths_keep_their_case() {
        let different = [
            ("file:///cc:/x", "file:///CC:/x"),
            ("file:///c/x", "file:///C/x"),
            ("file:///c:x", "file:///C:x"),
            ("file:///a/c:/x", "file:///a/C:/x"),
            ("file:///c:/x", "file:///c:/X"),
            ("file:///d:/x", "file:///c:/x"),
            ("file:///1:/x", "file:///c:/x"),
            ("untitled:/c:/x", "untitled:/C:/x"),
        ];
        for (one, other) in different {
            assert_ne!(path(one), path(other), "{one}");
        }
    }
}
