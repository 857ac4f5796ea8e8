//! What a caller hears of a node, and what a node counts as.

use super::{Action, Directive, Kind, Node, Text};
use crate::diagnostics::{is_blank, is_blank_character};

impl Text {
    /// Whether it is known to be empty, or to hold only what nobody sees or hears.
    pub fn is_blank(&self) -> bool {
        self.value.as_deref().is_some_and(is_blank)
    }

    /// Whether something of it is spoken. Of what is not known it is assumed.
    pub fn is_spoken(&self) -> bool {
        self.value.as_deref().is_none_or(|text| self.placeholders || speaks(text))
    }
}

impl Action {
    /// Whether it speaks or plays something. What other directives do is not known.
    pub fn is_heard(&self) -> bool {
        match self.directive {
            Directive::Play | Directive::Collect => {
                self.media.as_ref().is_some_and(|media| !media.is_blank())
                    || self.text.as_ref().is_some_and(Text::is_spoken)
            }
            _ => false,
        }
    }
}

impl Node {
    /// Whether it speaks or plays something. Of one that could not be read it is assumed.
    pub fn is_heard(&self) -> bool {
        self.broken || self.actions.iter().any(Action::is_heard)
    }

    /// Whether it is a `node … ends` that hands the call over: any that does not hang up. An external
    /// transfer is one.
    pub fn hands_over(&self) -> bool {
        self.generic && self.ends_call && !self.kind().is_some_and(Kind::ends_call)
    }

    /// The kinds as which policies see it. A disclosure that nobody hears is none, and whoever the
    /// call is handed over to counts as an agent.
    pub fn counts_as(&self) -> impl Iterator<Item = Kind> {
        let kind = self.kind().filter(|&kind| kind != Kind::Disclosure || self.is_heard());
        kind.into_iter().chain(self.hands_over().then_some(Kind::Agent))
    }
}

/// Whether text to speech says anything of a text: a letter, a digit, or a sign that has a name.
fn speaks(text: &str) -> bool {
    let mut in_markup = false;
    text.chars().any(|character| {
        match character {
            '<' => in_markup = true,
            '>' => in_markup = false,
            _ if in_markup => {}
            _ => return is_spoken(character),
        }
        false
    }) || (in_markup && !text.contains('>') && text.chars().any(is_spoken))
}

fn is_spoken(character: char) -> bool {
    match character {
        '$' | '%' | '&' | '+' | '@' | '#' | '*' | '=' | '{' => true,
        _ if character.is_ascii() => character.is_ascii_alphanumeric(),
        // Punctuation of other scripts.
        '\u{A0}'..='\u{BF}'
        | '\u{2000}'..='\u{206F}'
        | '\u{3000}'..='\u{3004}'
        | '\u{3008}'..='\u{3020}'
        | '\u{FF01}'..='\u{FF0F}' => false,
        _ => !is_blank_character(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken() {
        for text in ["Hello", "5", "$", "é", "…ä…", "<b>x</b>", "a < b", "< b", "你好", "😀"] {
            assert!(speaks(text), "{text}");
        }
        for text in [
            "",
            " \t\n",
            "…",
            ".",
            "-- -",
            "\u{200B}",
            "<break time=\"1s\"/>",
            "\u{FEFF}",
            "« »",
            "<p></p>",
            "。",
        ] {
            assert!(!speaks(text), "{text}");
        }
    }
}
