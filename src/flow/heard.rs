//! What a called party hears of a node, and which kind a node counts as.

use super::{Action, Directive, Kind, Node, Text};
use crate::speech::each_markup;
use crate::spelling::{is_blank, is_blank_character};

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

impl Action {
    /// Whether it has something to speak or play, and nothing of that is heard.
    pub fn is_mute(&self) -> bool {
        let has_words = self.text.is_some() || self.media.is_some();
        matches!(self.directive, Directive::Play | Directive::Collect) && has_words && !self.is_heard()
    }
}

impl Node {
    /// Whether it is made to speak or play, and nothing of that is heard.
    pub fn is_mute(&self) -> bool {
        !self.actions.is_empty() && self.actions.iter().all(Action::is_mute)
    }

    /// Whether it speaks or plays something. Of one that could not be read it is assumed.
    pub fn is_heard(&self) -> bool {
        self.broken || self.actions.iter().any(Action::is_heard)
    }

    /// Whether it is a `node … ends` that hands the call over: any that does not hang up. An external
    /// transfer is one.
    pub fn transfers_call(&self) -> bool {
        self.generic && self.ends_call && !self.kind().is_some_and(Kind::ends_call)
    }

    /// The kinds as which policies see it, each once. A disclosure that nobody hears is none, whoever the
    /// call is handed over to counts as an agent, and what does what only one kind does counts as that
    /// kind: with `route` it is an agent, whatever its type says.
    pub fn counts_as(&self) -> impl Iterator<Item = Kind> {
        let own = self.kind().filter(|&kind| kind != Kind::Disclosure || self.is_heard());
        let does = |kind: Kind| self.actions.iter().any(|action| action.directive.kind() == Some(kind));
        Kind::ALL.iter().copied().filter(move |&kind| {
            own == Some(kind) || does(kind) || kind == Kind::Agent && self.transfers_call()
        })
    }
}

/// Whether text to speech says anything of a text outside its markup: a letter, a digit, or a sign that
/// has a name. Markup that plays a recording is heard too.
fn speaks(text: &str) -> bool {
    let mut rest = text;
    for piece in each_markup(text) {
        let at = piece.as_ptr() as usize - rest.as_ptr() as usize;
        let (before, after) = rest.split_at_checked(at).unwrap_or((rest, ""));
        if plays(piece) || before.chars().any(is_spoken) {
            return true;
        }
        rest = after.get(piece.len()..).unwrap_or_default();
    }
    rest.chars().any(is_spoken)
}

/// `<audio src="…"/>`
fn plays(markup: &str) -> bool {
    let name = markup.get(1..6).unwrap_or_default();
    markup.starts_with('<') && name.eq_ignore_ascii_case("audio") && markup.contains("src")
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
        // Private use: no voice knows them.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => false,
        _ => !is_blank_character(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_spoken() {
        for text in [
            "Hello",
            "5",
            "$",
            "é",
            "…ä…",
            "<b>x</b>",
            "a < b",
            "< b",
            "你好",
            "😀",
            "AT&T",
            "[pause] Hi",
            "<audio src='a.wav'/>",
        ] {
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
            "[pause]",
            "[[slnc 500]]",
            "\\pau=500\\",
            "&nbsp;",
            "&pause; [pause] <break/>.",
            "<!-- Hello -->",
            "\u{E000}",
        ] {
            assert!(!speaks(text), "{text}");
        }
    }
}
