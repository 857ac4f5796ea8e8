//! `build --depfile`: the files that each payload is made of, in the syntax of make, which ninja and others
//! read.

use std::path::{Path, PathBuf};

use crate::cli::Failure;
use crate::cli::compilation::compile_job::CompileJob;
use crate::cli::files::output;
use crate::cli::source_files::input::Input;
use crate::diagnostics::quote;

/// A payload and the files that it is made of.
pub struct DepfileRule<'a> {
    pub payload: &'a Path,
    pub files: Vec<PathBuf>,
}

impl<'a> DepfileRule<'a> {
    /// The rule for the payload of a compiled source.
    pub fn of(job: &CompileJob, payload: &'a Path) -> Self {
        let sources = job.compiled.sources.iter().map(|(_, source)| source);
        // Standard input and bundled policies are not files.
        let is_file = |path: &Path| !(job.input.is_handed_over() && path == Input::Stdin.path());
        let here = output::identity(Path::new("."));
        // Settings have absolute paths, but build tools expect paths relative to the working folder.
        let from_here = |path: &Path| path.strip_prefix(&here).unwrap_or(path).to_path_buf();
        let mut files: Vec<PathBuf> = sources
            .filter(|source| !source.is_bundled() && is_file(source.path()))
            .map(|source| from_here(source.path()))
            .collect();
        let mut seen = rustc_hash::FxHashSet::default();
        files.retain(|file| seen.insert(file.clone()));
        Self { payload, files }
    }
}

/// The text of a depfile: a rule for each payload, and an empty rule for each file, so that make does not
/// fail if a formerly included file is gone.
pub fn text(rules: &[DepfileRule<'_>]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut files: Vec<&Path> = Vec::new();
    for rule in rules {
        out.push_str(&escaped(rule.payload)?);
        out.push(':');
        for file in &rule.files {
            out.push_str(" \\\n  ");
            out.push_str(&escaped(file)?);
            files.push(file);
        }
        out.push('\n');
    }
    files.sort_unstable();
    files.dedup();
    for file in files {
        out.push_str(&format!("{}:\n", escaped(file)?));
    }
    Ok(out)
}

/// Escapes a path such that make and ninja read it alike. Ninja takes `'` and similar characters for
/// separators, and make cannot express `=` or `;` in a name, so names with these are refused: if the two read
/// a rule differently, payloads would not be rebuilt.
fn escaped(path: &Path) -> Result<String, Failure> {
    let refused = |reason: &str| {
        Failure::new(format!("--depfile cannot name {}: {reason}", path.display()))
            .help("rename the file, or build it without --depfile")
    };
    let text = path.to_str().ok_or_else(|| refused("its name is not UTF-8"))?;
    let mut out = String::new();
    let mut backslashes = 0;
    for character in text.chars() {
        if character == '\\' && std::path::MAIN_SEPARATOR == '\\' {
            out.push('/');
            continue;
        }
        let is_plain = character.is_alphanumeric() || matches!(character, '.' | '_' | '-');
        match character {
            // A backslash only has a meaning before a character that it escapes.
            ' ' => {
                out.extend(std::iter::repeat_n('\\', backslashes + 1));
                out.push(character);
            }
            '\\' => out.push(character),
            _ if backslashes > 0 && !is_plain => {
                return Err(refused("it contains a backslash before a special character"));
            }
            '#' | ':' => out.extend(['\\', character]),
            '$' => out.push_str("$$"),
            '/' | '+' | ',' | '~' | '(' | ')' | '{' | '}' | '[' | ']' | '@' | '!' => out.push(character),
            _ if is_plain || !character.is_ascii() && !character.is_control() => out.push(character),
            _ => {
                let reason = format!("make and ninja read {} differently", quote(&character.to_string()));
                return Err(refused(&reason));
            }
        }
        backslashes = if character == '\\' { backslashes + 1 } else { 0 };
    }
    if backslashes > 0 {
        return Err(refused("it ends in a backslash"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_escaped_for_make_and_ninja() {
        for (name, written) in [
            ("flows/a.json", "flows/a.json"),
            ("a b.json", "a\\ b.json"),
            ("a\\ b.json", "a\\\\\\ b.json"),
            ("a#b$c:d.json", "a\\#b$$c\\:d.json"),
            ("Menü (2) [x]~!@+,{}.json", "Menü\\ (2)\\ [x]~!@+,{}.json"),
        ] {
            assert_eq!(escaped(Path::new(name)).unwrap(), written);
        }
    }

    #[test]
    fn names_that_make_and_ninja_read_differently_are_refused() {
        for name in [
            "a'b", "a\"b", "a&b", "a*b", "a?b", "a;b", "a|b", "a=b", "a%b", "a<b", "a`b", "a^b", "a\nb",
            "a\tb", "a\\", "a\\#b",
        ] {
            assert!(escaped(Path::new(name)).is_err(), "{name:?}");
        }
    }
}
