//! `policies.lock`: the texts of the bundled policies that were last looked at. It is found as `cxflow.toml` is, and the
//! nearest one counts alone.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::SettingsReadError;
use crate::bundled::lock::{FILE_NAME, LockedPolicy, PolicyLock};
use crate::bundled::version_of;
use crate::diagnostics::{Diagnostic, Diagnostics, quote};
use crate::resolve::codes::BAD_LOCK;
use crate::resolve::{Files, ReadRefusal};
use crate::source::{FileId, Source, Sources, Span};
use crate::spelling::toml_string;

/// The largest lock that is read, in bytes.
const MAX_BYTES: usize = 4 << 20;

/// What to do about a lock that is not as it was written.
const RESTORE: &str = "restore the file from version control";

/// The first lines of a lock.
const HEAD: &str = "\
# The policies that come with cxflowc, as they were when somebody last looked at them: these texts count, whatever the
# compiler has. Written by `cxflowc policy update --write`, not by hand. Commit this file.
";

/// Reads the lock that counts for some folders, the uppermost first. The lock is added to the sources.
///
/// # Errors
///
/// If an existing file cannot be read: it is not known which texts count.
pub fn load(
    files: &dyn Files,
    folders: &[PathBuf],
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> Result<Option<PolicyLock>, SettingsReadError> {
    for folder in folders.iter().rev() {
        let path = folder.join(FILE_NAME);
        let failed = |message: String, help: Option<String>| SettingsReadError {
            message,
            help,
            file: Some((files.name(&path), path.clone())),
        };
        match files.read(&path) {
            Ok(bytes) if bytes.len() > MAX_BYTES => {
                return Err(failed(format!("{} is larger than 4 MiB", files.name(&path)), None));
            }
            Ok(bytes) => return Ok(Some(read(files.name(&path), &path, bytes, sources, diagnostics))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                let mut help =
                    "it locks the policies of the flows below it, so nothing is done until it can be read"
                        .to_owned();
                if ReadRefusal::of(&error) == Some(ReadRefusal::Outside) {
                    help.push_str(
                        "; move it into the repository, or allow its folder with `--allow-outside DIR`",
                    );
                }
                let message = format!("cannot read {}: {}", files.name(&path), crate::resolve::why(&error));
                return Err(failed(message, Some(help)));
            }
        }
    }
    Ok(None)
}

/// Reads a lock and adds it to the sources. Policies that are not as they were written are reported and left out.
pub fn read(
    name: String,
    path: &Path,
    bytes: Vec<u8>,
    sources: &mut Sources,
    diagnostics: &mut Diagnostics,
) -> PolicyLock {
    let source = Source::new(name, path, bytes);
    let not_utf8 = source.not_utf8();
    let text = source.text().to_owned();
    let file = sources.add(source);
    let start = Span::new(file, 0, 0);
    let mut reader = LockReader { file, diagnostics, is_broken: false, policies: Vec::new() };
    if let Some(found) = not_utf8 {
        let at = if found.binary { 0 } else { found.offset };
        let span = Span::new(file, at, at + usize::from(!found.binary));
        reader.report(span, format!("`{FILE_NAME}` is not text"), "not UTF-8");
    } else if crate::syntax::is_lfs_pointer(&text) {
        reader.is_broken = true;
        reader.diagnostics.push(
            Diagnostic::new(&BAD_LOCK, start, "this is a Git LFS pointer: the lock itself has not been fetched")
                .here("a pointer, not the file")
                .help("fetch the file with `git lfs pull`; a git revision only has the pointer, so it is better to keep the lock out of Git LFS"),
        );
    } else if crate::syntax::without_conflicts(file, &text, reader.diagnostics).is_some() {
        // Neither side is what somebody has looked at.
        reader.is_broken = true;
    } else {
        reader.text(&text);
    }
    PolicyLock { start, is_broken: reader.is_broken, policies: reader.policies }
}

struct LockReader<'a> {
    file: FileId,
    diagnostics: &'a mut Diagnostics,
    is_broken: bool,
    policies: Vec<LockedPolicy>,
}

impl LockReader<'_> {
    fn span<T>(&self, spanned: &Spanned<T>) -> Span {
        let range = spanned.span();
        Span::new(self.file, range.start, range.end)
    }

    fn report(&mut self, span: Span, message: String, here: &str) {
        self.report_with(span, message, here, RESTORE);
    }

    fn report_with(&mut self, span: Span, message: String, here: &str, help: &str) {
        self.is_broken = true;
        self.diagnostics.push(Diagnostic::new(&BAD_LOCK, span, message).here(here).help(help));
    }

    fn text(&mut self, text: &str) {
        let (table, errors) = DeTable::parse_recoverable(text);
        if let Some(error) = errors.first() {
            let at = error.span().unwrap_or_default();
            let message = format!("`{FILE_NAME}` is not valid TOML: {}", error.message());
            self.report(Span::new(self.file, at.start, at.end), message, "here");
            return;
        }
        for (key, value) in table.get_ref() {
            let entries = match value.get_ref() {
                DeValue::Array(entries) if key.get_ref() == "policy" => entries,
                _ => {
                    let message = format!("{} means nothing in `{FILE_NAME}`", quote(key.get_ref()));
                    self.report(self.span(key), message, "not written by `policy update`");
                    continue;
                }
            };
            for entry in entries.iter() {
                match entry.get_ref() {
                    DeValue::Table(table) => self.entry(self.span(entry), table),
                    _ => self.report(self.span(entry), "this is no locked policy".to_owned(), "not a table"),
                }
            }
        }
    }

    /// Reads `[[policy]]`.
    fn entry(&mut self, whole: Span, table: &DeTable<'_>) {
        const KEYS: [&str; 4] = ["name", "version", "sha256", "text"];
        let unknown = table.keys().find(|key| !KEYS.contains(&&**key.get_ref()));
        if let Some(key) = unknown {
            let message = format!("{} means nothing in a locked policy", quote(key.get_ref()));
            return self.report(self.span(key), message, "not written by `policy update`");
        }
        let text = |name: &str| match table.get(name).map(|value| (value, value.get_ref())) {
            Some((value, DeValue::String(text))) => Some((self.span(value), text.to_string())),
            _ => None,
        };
        let (Some((span, name)), Some((hash_span, hash)), Some((_, text))) =
            (text("name"), text("sha256"), text("text"))
        else {
            let missing = ["name", "sha256", "text"].into_iter().find(|key| text(key).is_none());
            let missing = missing.unwrap_or_default();
            return self.report(whole, format!("a locked policy has no `{missing}`"), "this entry");
        };
        // Git may have changed the line breaks.
        let text = if sha256(&text) == hash { text } else { text.replace("\r\n", "\n") };
        let version = match table.get("version").map(|value| (value, value.get_ref())) {
            Some((value, DeValue::Integer(number))) => Some((self.span(value), number.as_str().parse().ok())),
            Some((value, _)) => Some((self.span(value), None)),
            None => None,
        };
        if self.policies.iter().any(|other| other.name == name) {
            return self.report(span, format!("{} is locked twice", quote(&name)), "locked above");
        }
        if sha256(&text) != hash {
            let message = format!("the locked text of {} is not the one that was locked", quote(&name));
            let help = format!(
                "{RESTORE}; to have other rules, copy the policy with `cxflowc policy show NAME --source` into a file of your own"
            );
            return self.report_with(hash_span, message, "the SHA-256 of another text", &help);
        }
        if version.as_ref().and_then(|(_, number)| *number) != version_of(&text) {
            let span = version.map_or(span, |(span, _)| span);
            let message = format!("the locked text of {} says another version", quote(&name));
            return self.report(span, message, "not the version of the text");
        }
        self.policies.push(LockedPolicy { name, text, span });
    }
}

/// The text of a lock with these policies, each with its name and its text.
pub fn written<'p>(policies: impl IntoIterator<Item = (&'p str, &'p str)>) -> String {
    let mut out = HEAD.to_owned();
    for (name, text) in policies {
        _ = write!(out, "\n[[policy]]\nname = {}\n", toml_string(name));
        if let Some(version) = version_of(text) {
            _ = writeln!(out, "version = {version}");
        }
        _ = write!(out, "sha256 = \"{}\"\ntext = {}\n", sha256(text), toml_text(text));
    }
    out
}

/// A text as TOML, in lines as they are if it can be.
fn toml_text(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() || matches!(c, '\n' | '\t');
    match !text.contains("'''") && !text.ends_with('\'') && text.chars().all(is_plain) {
        true => format!("'''\n{text}'''"),
        false => toml_string(text),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test")]

    use super::*;
    use crate::bundled;

    fn read_back(text: &str) -> (PolicyLock, Vec<String>) {
        let (mut sources, mut diagnostics) = (Sources::default(), Diagnostics::default());
        let lock =
            read(FILE_NAME.to_owned(), Path::new(FILE_NAME), text.into(), &mut sources, &mut diagnostics);
        let found =
            diagnostics.iter().map(|one| format!("{}: {}", sources.text(one.span.unwrap()), one.message));
        (lock, found.collect())
    }

    #[test]
    fn every_bundled_policy_is_read_as_it_was_written() {
        let text = written(bundled::ALL.iter().map(|policy| (policy.name, policy.text)));
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let (lock, found) = read_back(&text);
            assert_eq!(found, Vec::<String>::new());
            assert!(!lock.is_broken);
            let read: Vec<_> =
                lock.policies.iter().map(|one| (one.name.as_str(), one.text.as_str())).collect();
            let own: Vec<_> = bundled::ALL.iter().map(|policy| (policy.name, policy.text)).collect();
            assert_eq!(read, own);
        }
    }

    #[test]
    fn texts_that_have_quotes_and_odd_characters_are_read_as_they_were_written() {
        for text in
            ["", "a", "\n", "\na'", "a'''b\n", "tab\tand \\ and \"\"\"\n", "bell \u{7}\n", "line\u{2028}\n"]
        {
            let (lock, found) = read_back(&written([("odd", text)]));
            assert_eq!(found, Vec::<String>::new(), "{text:?}");
            assert_eq!(lock.find("odd").unwrap().text, text);
        }
    }

    #[test]
    fn what_nobody_wrote_is_reported_and_left_out() {
        let good = written([("a", "// one\npolicy a { version 2 }\n"), ("b", "version 3\n")]);
        for (from, to, expected) in [
            ("one", "two", "the locked text of `a` is not the one that was locked"),
            ("version = 3", "version = 4", "4: the locked text of `b` says another version"),
            ("version = 3\n", "", "\"b\": the locked text of `b` says another version"),
            ("version = 3", "version = \"3\"", "the locked text of `b` says another version"),
            ("name = \"b\"", "name = \"a\"", "\"a\": `a` is locked twice"),
            ("name = \"b\"\n", "", "a locked policy has no `name`"),
            ("name = \"b\"", "name = 7", "a locked policy has no `name`"),
            ("version = 3", "version = 3\nby = \"me\"", "by: `by` means nothing in a locked policy"),
            ("[[policy]]\nname = \"b\"", "[[policies]]\nname = \"b\"", "`policies` means nothing"),
            ("name = \"b\"", "name = b", "`policies.lock` is not valid TOML: "),
            (
                "[[policy]]\nname = \"b\"",
                "<<<<<<< HEAD\n[[policy]]\nname = \"b\"",
                "a merge was not finished",
            ),
        ] {
            assert!(good.contains(from), "{from}");
            let (lock, found) = read_back(&good.replacen(from, to, 1));
            assert!(lock.is_broken);
            assert_eq!(found.len(), 1, "{found:?}");
            assert!(found[0].contains(expected), "{found:?}: {expected}");
            assert!(lock.policies.len() < 2);
        }
    }
}
