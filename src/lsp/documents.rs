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
    /// As the editor calls it.
    pub uri: Uri,
    /// Which state of it this is, counted by the editor.
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
        // An end before the start: the two are taken the other way round, as editors do.
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
        // A cut through a character: the editor keeps one half of it, which stands for none.
        let (before, after) =
            (lines.is_inside(&self.text, first, encoding), lines.is_inside(&self.text, last, encoding));
        let half = |is_cut: bool| if is_cut { "\u{FFFD}" } else { "" };
        let end = if after { self.text.ceil_char_boundary(end + 1) } else { end };
        self.text.replace_range(start..end, &format!("{}{text}{}", half(before), half(after)));
    }
}

/// The open files, by their one path. An editor may have a file open several times under different
/// addresses, such as through a link; what was opened or edited last counts.
#[derive(Debug, Default)]
pub struct Documents {
    open: FxHashMap<PathBuf, Vec<Document>>,
}

impl Documents {
    /// Opens a file, or opens it again. What is neither a file nor going to be one is passed over:
    /// another version of a file, a cell of a notebook, a file of another machine.
    pub fn open(&mut self, path: PathBuf, document: Document) {
        if matches!(document.uri.scheme(), "file" | "untitled") {
            let same = self.open.entry(path).or_default();
            same.retain(|open| open.uri != document.uri);
            same.push(document);
        }
    }

    /// Closes a file. Another address at which it is open counts from then on, or else what is on the
    /// disk.
    pub fn close(&mut self, path: &Path, uri: &Uri) {
        if let Some(same) = self.open.get_mut(path) {
            let closed = same.iter().position(|open| open.uri == *uri);
            match closed {
                Some(at) => drop(same.remove(at)),
                // Spelt differently from what was opened.
                None => drop(same.pop()),
            }
            if same.is_empty() {
                self.open.remove(path);
            }
        }
    }

    /// An open file.
    pub fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)?.last()
    }

    /// An open file, to be changed at this address: it counts from then on.
    pub fn get_mut(&mut self, path: &Path, uri: &Uri) -> Option<&mut Document> {
        let same = self.open.get_mut(path)?;
        if let Some(at) = same.iter().position(|open| open.uri == *uri) {
            let edited = same.remove(at);
            same.push(edited);
        }
        same.last_mut()
    }

    /// The open files' paths.
    pub fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.keys()
    }
}

/// The path that an editor's name for a file means; what has none, such as a file that was never
/// saved, has its name for a path.
pub fn path_of(uri: &Uri) -> PathBuf {
    // A version that git has, or a cell of a notebook, may have the path of a file that it is not.
    if let Some(path) = (uri.scheme() == "file").then(|| with_small_drive(uri).to_file_path().ok()).flatten()
    {
        return path;
    }
    PathBuf::from(uri.as_str().replace('/', "%2F"))
}

/// A file's address with its drive in a small letter, as in `file:///c:/flows`. Editors write the same
/// drive as `C:`, `c:`, `C%3A` and `c%3a`, some of them in turns.
fn with_small_drive(uri: &Uri) -> Cow<'_, Uri> {
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
    let small = format!("/{}:{}", letter.to_ascii_lowercase(), rest.get(colon.len()..).unwrap_or_default());
    let mut uri = uri.clone();
    uri.set_path(&small);
    Cow::Owned(uri)
}

/// Files as the editor has them: those open from its buffers, some as they are to become, the rest
/// from the disk.
pub struct Overlay<'a> {
    /// The open files.
    pub documents: &'a Documents,
    /// Texts that stand in for files, by their one path.
    pub instead: &'a FxHashMap<PathBuf, String>,
    /// The disk, as far as the flow may see it.
    pub disk: &'a dyn Files,
    /// The flow, which may be read wherever it is.
    pub root: Option<&'a Path>,
    /// The folders that the editor shows, to call files as people see them there.
    pub folders: &'a [PathBuf],
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = self.identity(path);
        // What an editor has open is bounded as the disk is.
        if self.root != Some(&*path) {
            self.disk.admit(&path)?;
        }
        let text = self.instead.get(&path).or_else(|| self.documents.get(&path).map(|open| &open.text));
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
    fn what_is_no_drive_keeps_its_capitals() {
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
