//! Words under `[platform]` that are typos of the language's own.

use super::keys::{self, Key};
use crate::diagnostics::suggest::is_one_typo;
use crate::flow::{Directive, Kind, Outcome};

/// The word of the language that a word under `[platform]` is a typo of.
pub fn word_of_language(key: &Key, text: &str) -> Option<&'static str> {
    let words: Vec<&'static str> = match key {
        _ if *key == keys::TYPES => Kind::ALL.iter().map(|kind| kind.word()).collect(),
        _ if *key == keys::DIRECTIVES => Directive::named().map(Directive::word).collect(),
        _ if *key == keys::CONDITIONS => {
            Outcome::ALL.iter().map(|outcome| outcome.word()).chain(["always"]).collect()
        }
        _ => return None,
    };
    if words.contains(&text) {
        return None;
    }
    words.into_iter().find(|word| is_one_typo(text, word))
}
