//! Completion for bash. Bash splits words at `=` and `:`, and inserts answers literally; so the script passes
//! the whole line, and answers are quoted for it.

use std::ffi::OsString;
use std::io::{Error, Write};
use std::path::Path;

use clap_complete::engine;
use clap_complete::env::EnvCompleter;

/// The line is passed as one word. If the only candidate can be continued, no blank follows it.
const SCRIPT: &str = r#"_cxflowc() {
    local candidate
    COMPREPLY=()
    while IFS= read -r candidate; do
        COMPREPLY+=("$candidate")
    done < <(VARIABLE=bash _CXFLOWC_BREAKS="$COMP_WORDBREAKS" COMPLETER -- "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && "${COMPREPLY[0]}" == *[=/:] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -o bashdefault -F _cxflowc BIN
"#;

pub struct Bash;

impl EnvCompleter for Bash {
    fn name(&self) -> &'static str {
        "bash"
    }

    fn is(&self, name: &str) -> bool {
        name == "bash"
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let script = SCRIPT
            .replace("VARIABLE", variable)
            .replace("COMPLETER", &quoted(completer, None))
            .replace("BIN", &quoted(bin, None));
        out.write_all(script.as_bytes())
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "the script passes the characters at which bash splits words"
    )]
    fn write_complete(
        &self,
        command: &mut clap::Command,
        args: Vec<OsString>,
        folder: Option<&Path>,
        out: &mut dyn Write,
    ) -> Result<(), Error> {
        let line = args.last().map(|line| line.to_string_lossy().into_owned()).unwrap_or_default();
        let breaks = std::env::var("_CXFLOWC_BREAKS").unwrap_or_else(|_| "\"'><=;|&(: ".to_owned());
        let words = words(&line);
        let Some((last, before)) = words.split_last() else { return Ok(()) };
        let values: Vec<OsString> = words.iter().map(|word| OsString::from(&word.value)).collect();
        // Bash keeps the last word up to its last break, and replaces the rest.
        let kept = kept(last, &breaks);
        for candidate in engine::complete(command, values, before.len(), folder)? {
            let value = candidate.get_value().to_string_lossy();
            let Some(rest) = value.strip_prefix(&*kept).filter(|rest| !rest.contains('\n')) else { continue };
            writeln!(out, "{}", quoted(rest, last.quote))?;
        }
        Ok(())
    }
}

/// A word of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ShellWord {
    /// Its value without quotes.
    pub value: String,
    /// The quotation mark that is still open at the line's end.
    quote: Option<char>,
    /// The quotation marks and unquoted characters, each with the position in `value` after it.
    breaks: Vec<(usize, char)>,
}

/// The words of a line up to the cursor. The last one, empty after a blank, is being completed. Leaves out
/// assignments before the command.
pub fn words(line: &str) -> Vec<ShellWord> {
    let mut words: Vec<ShellWord> = Vec::new();
    let mut word: Option<ShellWord> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let is_blank = character.is_whitespace() && quote.is_none();
        if is_blank {
            words.extend(word.take());
            continue;
        }
        let current = word.get_or_insert_default();
        match (quote, character) {
            (None, '"' | '\'') => {
                quote = Some(character);
                current.breaks.push((current.value.len(), character));
            }
            (Some(open), _) if open == character => quote = None,
            (None | Some('"'), '\\') => current.value.extend(characters.next()),
            (_, _) => {
                current.value.push(character);
                if quote.is_none() {
                    current.breaks.push((current.value.len(), character));
                }
            }
        }
    }
    let mut last = word.unwrap_or_default();
    last.quote = quote;
    words.push(last);
    let is_assignment =
        |word: &&ShellWord| word.value.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
    let first = words.iter().take_while(is_assignment).count();
    words.split_off(first.min(words.len() - 1))
}

/// The part of a word's value that bash keeps: up to its last unquoted break.
fn kept(word: &ShellWord, breaks: &str) -> String {
    let last = word.breaks.iter().rev().find(|(_, character)| breaks.contains(*character));
    last.and_then(|&(end, _)| word.value.get(..end)).unwrap_or_default().to_owned()
}

/// Quotes a value for bash: with backslashes, or for an open quotation mark.
fn quoted(value: &str, quote: Option<char>) -> String {
    let needs = |character: char| match quote {
        Some('\'') => false,
        Some(_) => matches!(character, '"' | '$' | '`' | '\\'),
        None => !(character.is_alphanumeric() || "_-./=:@%+,".contains(character)),
    };
    let mut out = String::with_capacity(value.len());
    for character in value.chars() {
        match (quote, character) {
            (Some('\''), '\'') => out.push_str(r"'\''"),
            _ if needs(character) => out.extend(['\\', character]),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<String> {
        words(line).into_iter().map(|word| word.value).collect()
    }

    #[test]
    fn a_line_is_split_like_in_bash() {
        assert_eq!(values("cxflowc check a"), ["cxflowc", "check", "a"]);
        assert_eq!(values("cxflowc check "), ["cxflowc", "check", ""]);
        assert_eq!(values(r"cxflowc check my\ fl"), ["cxflowc", "check", "my fl"]);
        assert_eq!(values("cxflowc check \"my fl"), ["cxflowc", "check", "my fl"]);
        assert_eq!(values("cxflowc check 'it\\'s"), ["cxflowc", "check", "it\\s"]);
        assert_eq!(values("A=1 B=2 cxflowc --message-format=sa"), ["cxflowc", "--message-format=sa"]);
        assert_eq!(values(""), [""]);
        assert_eq!(words("x \"a b").last().unwrap().quote, Some('"'));
    }

    #[test]
    fn the_part_before_the_last_break_is_kept() {
        let kept = |line: &str| kept(words(line).last().unwrap(), "\"'><=;|&(: ");
        assert_eq!(kept("cxflowc --message-format=sa"), "--message-format=");
        assert_eq!(kept("cxflowc check HEAD:flows/a"), "HEAD:");
        assert_eq!(kept("cxflowc check flows/a"), "");
        assert_eq!(kept("cxflowc check 'a=b"), "");
    }

    #[test]
    fn answers_are_quoted_for_bash() {
        assert_eq!(quoted("my flow.cxflow", None), r"my\ flow.cxflow");
        assert_eq!(quoted("my flow$.cxflow", Some('"')), r"my flow\$.cxflow");
        assert_eq!(quoted("it's", Some('\'')), r"it'\''s");
        assert_eq!(quoted("Müller (1).cxflow", None), r"Müller\ \(1\).cxflow");
    }
}
