//! Suggestions for an include whose path leads to no file.

use std::path::Path;

use super::Files;
use super::folders::Folders;
use super::include_path::join;
use crate::bundled;
use crate::diagnostics::quote;
use crate::diagnostics::suggest::nearest;

/// The help for such a path, and the path to write instead if that is known.
pub struct Advice {
    pub help: String,
    pub instead: Option<String>,
}

fn advice(help: impl Into<String>, instead: Option<String>) -> Option<Advice> {
    Some(Advice { help: help.into(), instead })
}

/// What is wrong with a path as it is written in a file at `from`.
pub fn of(files: &dyn Files, folders: &mut Folders, from: &Path, written: &str) -> Option<Advice> {
    foreign(files, from, written)
        .or_else(|| near(files, folders, from, written))
        .or_else(|| bundled_library(written))
}

/// Advice for the name of a library that comes with the compiler, with a typo.
fn bundled_library(written: &str) -> Option<Advice> {
    let near = nearest(written, bundled::LIBRARIES.iter().map(|library| library.name))?;
    advice(format!("did you mean the library {}?", quote(near)), Some(near.to_owned()))
}

/// The file that a path relative to the working folder was probably meant to name.
pub fn nearest_file(files: &dyn Files, written: &str) -> Option<String> {
    let meant = near(files, &mut Folders::default(), Path::new(""), written)?.instead?;
    // A dangling link exists under exactly the written name.
    Some(meant).filter(|meant| meant != written)
}

/// Advice for a path that is written in a way the language does not have.
fn foreign(files: &dyn Files, from: &Path, written: &str) -> Option<Advice> {
    let exists = |path: &str| files.read(&join(from, path)).is_ok();
    if written.contains("://") {
        let help = match written.strip_prefix("file://") {
            Some(_) => "write the file's path without `file://`, relative to this file",
            None => "an include reads files and nothing from the network: put the file beside this one",
        };
        return advice(help, None);
    }
    if written.contains('\\') {
        let slashed = written.replace('\\', "/");
        return advice(format!("folders are separated by `/`: write {}", quote(&slashed)), Some(slashed));
    }
    let drive =
        written.as_bytes().get(1) == Some(&b':') && written.starts_with(|c: char| c.is_ascii_alphabetic());
    if drive || written.starts_with('/') {
        return advice("write the path relative to this file, so that it is the same on every machine", None);
    }
    if written.starts_with('~') {
        return advice("`~` has no meaning here: write the path relative to this file", None);
    }
    if written.contains(['$', '%']) {
        return advice("variables have no meaning in a path: write it out, relative to this file", None);
    }
    if written.contains(['*', '?', '[', '{']) {
        return advice("an include names only one file: write one include for each file", None);
    }
    let bare = written.trim().trim_start_matches('<').trim_end_matches('>');
    if bare != written && exists(bare) {
        return advice(format!("write {}", quote(bare)), Some(bare.to_owned()));
    }
    if written.contains(':') {
        return advice(
            "an include reads from the same place as its flow: write only the path, without a revision or a host",
            None,
        );
    }
    None
}

/// Advice for a path that is close to an existing one: another folder, or a similar name.
fn near(files: &dyn Files, folders: &mut Folders, from: &Path, written: &str) -> Option<Advice> {
    let (before, name) = match written.trim_end_matches('/').rsplit_once('/') {
        Some((before, name)) => (format!("{before}/"), name),
        None => (String::new(), written.trim_end_matches('/')),
    };
    let meant = |path: String| advice(format!("did you mean {}?", quote(&path)), Some(path.clone()));
    let mut look = |path: &str| folders.get(files, join(from, if path.is_empty() { "." } else { path }));
    let here = look(&before);
    // A file would not include itself.
    let own = from.file_name().filter(|_| before.is_empty());
    let is_other = |name: &str| own.is_none_or(|own| own.to_string_lossy() != name);
    // `common`, `common.cxf`
    let stem = name.split('.').next().unwrap_or(name);
    let full = format!("{stem}.cxflow");
    let flow = here.in_other_capitals(&full, |found| is_other(found) && name != found);
    if let Some(found) = flow {
        return meant(format!("{before}{found}"));
    }
    // The typo may be in the folder's name.
    if here.is_empty()
        && let Some((above, folder)) =
            before.trim_end_matches('/').rsplit_once('/').or(Some(("", before.trim_end_matches('/'))))
    {
        let above = if above.is_empty() { String::new() } else { format!("{above}/") };
        if let Some(found) = look(&above).nearest_folder(folder) {
            let path = format!("{above}{found}/{name}");
            if files.read(&join(from, &path)).is_ok() {
                return meant(path);
            }
        }
    }
    // Exactly that name, one folder up or one down.
    let mut around = [format!("{before}../")]
        .into_iter()
        .chain(here.folders().take(MOST_FOLDERS).map(|folder| format!("{before}{folder}/")));
    if let Some(folder) =
        around.find(|folder| look(folder).has(name) && join(from, &format!("{folder}{name}")) != from)
    {
        return meant(format!("{folder}{name}"));
    }
    here.nearest(name, is_other).and_then(|found| meant(format!("{before}{found}")))
}

/// How many folders are searched for a missing file.
const MOST_FOLDERS: usize = 100;
