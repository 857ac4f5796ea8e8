//! Includes whose path is spelt differently in the file system: many file systems ignore capitals or Unicode
//! normal forms, others do not.

use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::{Files, codes};
use crate::diagnostics::{Diagnostic, Fix, quote};
use crate::source::Span;
use crate::spelling::display_string;

/// The name in a folder that a written name stands for if the file system ignores capitals and normal forms.
/// `None` if the folder has the written name itself.
///
/// ```
/// use cxflowc::resolve::same_name_respelled;
/// let names = ["common.cxflow", "menus/"];
/// assert_eq!(same_name_respelled(names.into_iter(), "Common.cxflow"), Some("common.cxflow"));
/// assert_eq!(same_name_respelled(names.into_iter(), "common.cxflow"), None);
/// ```
pub fn same_name_respelled<'a>(names: impl Iterator<Item = &'a str>, written: &str) -> Option<&'a str> {
    let folded = |name: &str| -> String { name.nfc().flat_map(char::to_lowercase).nfc().collect() };
    let wanted = folded(written);
    let mut found = None;
    for name in names.map(|name| name.strip_suffix('/').unwrap_or(name)) {
        if name == written {
            return None;
        }
        if found.is_none() && folded(name) == wanted {
            found = Some(name);
        }
    }
    found
}

/// Warns about a path in a file at `from` that is spelt differently from the folders and files along it.
pub(super) fn check(files: &dyn Files, from: &Path, written: &str, span: Span) -> Option<Diagnostic> {
    let mut path = from.parent().unwrap_or(Path::new("")).to_path_buf();
    let mut right = PathBuf::new();
    let mut differs = false;
    for component in Path::new(written).components() {
        if component != Component::CurDir {
            path.push(component);
        }
        let found = match component {
            Component::Normal(_) => files.spelling(&path),
            _ => None,
        };
        differs |= found.is_some();
        match found {
            Some(name) => right.push(name),
            None => right.push(component),
        }
    }
    if !differs {
        return None;
    }
    let right = right.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    Some(
        Diagnostic::new(
            &codes::OTHER_SPELLING,
            span,
            format!("the file is called {}, not {}", quote(&right), quote(written)),
        )
        .here("found only on this file system")
        .help(format!("write {}: other file systems would not find the file", quote(&right)))
        .fix(Fix::write(span, display_string(&right))),
    )
}

#[cfg(test)]
mod tests {
    use super::same_name_respelled;

    #[test]
    fn finds_a_name_in_another_spelling() {
        for (names, written, found) in [
            (vec!["common.cxflow"], "Common.cxflow", Some("common.cxflow")),
            (vec!["Common.cxflow"], "common.cxflow", Some("Common.cxflow")),
            (vec!["COMMON.CXFLOW"], "common.cxflow", Some("COMMON.CXFLOW")),
            (vec!["common.cxflow", "Common.cxflow"], "Common.cxflow", None),
            (vec!["Parts/"], "parts", Some("Parts")),
            (vec!["menus.cxflow"], "common.cxflow", None),
            (vec![], "common.cxflow", None),
            (vec!["\u{C9}t\u{E9}.cxflow"], "\u{E9}t\u{E9}.cxflow", Some("\u{C9}t\u{E9}.cxflow")),
            (vec!["caf\u{E9}.cxflow"], "cafe\u{301}.cxflow", Some("caf\u{E9}.cxflow")),
            (vec!["cafe\u{301}.cxflow"], "caf\u{E9}.cxflow", Some("cafe\u{301}.cxflow")),
            (vec!["cafe\u{301}.cxflow"], "CAF\u{C9}.cxflow", Some("cafe\u{301}.cxflow")),
            (vec!["cafe.cxflow"], "caf\u{E9}.cxflow", None),
        ] {
            assert_eq!(same_name_respelled(names.into_iter(), written), found, "{written}");
        }
    }
}
