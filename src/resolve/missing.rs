//! Includes of files that cannot be read: one finding per file, even if many includes name it.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use super::folders::Folders;
use super::include_path::join;
use super::lost_path::{self, Advice};
use super::refusal::refused;
use super::{Files, why};
use crate::diagnostics::{Diagnostic, Diagnostics, Edit, Fix, quote};
use crate::source::Span;
use crate::spelling::display_string;

/// How many includes of one file have a label beside the first.
const LABELS: usize = 9;

/// The files that could not be read.
#[derive(Default)]
pub struct MissingFiles {
    folders: Folders,
    /// Each finding with the other includes of its file.
    findings: Vec<(Diagnostic, Vec<Span>)>,
    by_identity: FxHashMap<PathBuf, usize>,
}

/// An include of such a file.
#[derive(Clone, Copy)]
pub struct LostInclude<'a> {
    /// The path of the file that includes it.
    pub from: &'a Path,
    /// The written path.
    pub written: &'a str,
    /// Where it is written.
    pub span: Span,
}

impl MissingFiles {
    /// What a path was meant to be, if it leads to no file.
    pub fn advice(
        &mut self,
        files: &dyn Files,
        from: &Path,
        written: &str,
        error: &std::io::Error,
    ) -> Option<Advice> {
        let is_lost =
            [std::io::ErrorKind::NotFound, std::io::ErrorKind::InvalidInput].contains(&error.kind());
        let advice = is_lost.then(|| lost_path::of(files, &mut self.folders, from, written)).flatten();
        // A dangling link exists under exactly the written name.
        advice.filter(|advice| advice.instead.as_deref() != Some(written))
    }

    /// Adds an include. `identity` is the canonical path of the file, and `is_read` says whether a file is being
    /// read.
    pub fn add(
        &mut self,
        files: &dyn Files,
        lost: LostInclude<'_>,
        identity: PathBuf,
        path: &Path,
        error: &std::io::Error,
        is_read: impl Fn(&Path) -> bool,
    ) {
        let LostInclude { from, written, span } = lost;
        let meant = |path: &str| join(from, path);
        let advice = self.advice(files, from, written, error);
        let advice =
            advice.filter(|advice| !advice.instead.as_ref().is_some_and(|path| is_read(&meant(path))));
        let exists = |path: &String| files.read(&meant(path)).is_ok();
        let instead = advice.as_ref().and_then(|advice| advice.instead.clone()).filter(exists);
        let known = self.by_identity.get(&identity).and_then(|&number| self.findings.get_mut(number));
        if let Some((finding, more)) = known {
            more.push(span);
            match (finding.fixes.first_mut(), instead) {
                (Some(fix), Some(path)) => fix.edits.push(Edit { span, text: display_string(&path) }),
                // Correcting only some of them would not be enough.
                _ => finding.fixes.clear(),
            }
            return;
        }
        let why = why(error);
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let path = quote(&path.display().to_string());
        let folder = from.parent().map(|folder| folder.display().to_string());
        let folder = folder.filter(|folder| !folder.is_empty()).unwrap_or_else(|| ".".to_owned());
        let (code, refused) = refused(error);
        let help = match (refused, advice) {
            (Some(help), _) => help.to_owned(),
            (None, Some(advice)) => advice.help,
            (None, None) => format!("the path is relative to the including file, here to {}", quote(&folder)),
        };
        let finding = Diagnostic::new(code, span, format!("cannot include {path}: {why}"))
            .here(why)
            .help(help)
            .fix(instead.map(|path| Fix::write(span, display_string(&path))));
        self.by_identity.insert(identity, self.findings.len());
        self.findings.push((finding, Vec::new()));
    }

    /// Reports all of them.
    pub fn report(&mut self, diagnostics: &mut Diagnostics) {
        for (finding, more) in self.findings.drain(..) {
            diagnostics.push(finding.label_each(&more, LABELS, "and here"));
        }
    }
}
