//! Whether the called party hears a node, in which language, and which kinds a node counts as.

use super::{Action, Directive, Flow, Kind, Node, Speaker, Text};
use crate::speech::{Voice, each_markup, language_of};
use crate::spelling::{is_blank, is_blank_character};

impl Text {
    /// Whether it is known to be empty or to contain only invisible characters.
    pub fn is_blank(&self) -> bool {
        self.value.as_deref().is_some_and(is_blank)
    }

    /// Whether any of it is spoken, which is assumed of an unknown text.
    pub fn is_spoken(&self) -> bool {
        self.value.as_deref().is_none_or(|text| self.placeholders || speaks(text))
    }
}

impl Action {
    /// Whether it speaks or plays something. Unknown directives do not count.
    pub fn is_heard(&self) -> bool {
        match self.directive {
            Directive::Play | Directive::Collect => {
                let recordings = [&self.media, &self.prompt].into_iter().flatten();
                let is_played = recordings.into_iter().any(|recording| !recording.is_blank());
                is_played
                    || self.ssml.as_ref().is_some_and(|ssml| ssml.plays)
                    || self.text.as_ref().is_some_and(Text::is_spoken)
            }
            _ => false,
        }
    }
}

impl Action {
    /// Whether it has a text or a recording but nothing is heard.
    pub fn is_mute(&self) -> bool {
        matches!(self.directive, Directive::Play | Directive::Collect)
            && self.has_prompt()
            && !self.is_heard()
    }
}

impl Action {
    /// Whether a recording is heard: one with an address, or one of the platform's library.
    pub fn is_recorded(&self) -> bool {
        self.media.is_some() || self.prompt.is_some()
    }

    /// Whether it has something to speak or to play.
    pub fn has_prompt(&self) -> bool {
        self.is_recorded() || self.text.is_some()
    }

    /// The language in which it is heard, if it is known.
    pub fn language(&self) -> Option<&str> {
        self.speaker.as_ref()?.language.as_deref()
    }

    /// What is known about the voice that speaks its text: the language is its own, or else one of those of `voice`.
    pub fn spoken_by(&self, voice: Voice) -> Voice {
        match self.language() {
            Some(language) => Voice::of(voice.rate, language_of(language)),
            None => voice,
        }
    }
}

impl Flow {
    /// In which language and voice an action is heard, if that is not the flow's. The voice is `None` where it is
    /// not said or is the flow's.
    pub fn other_speaker(&self, action: &Action) -> Option<Speaker> {
        let own = action.speaker.as_deref()?;
        let none = Speaker::default();
        let of_flow = self.speaker.as_deref().unwrap_or(&none);
        let language = own.language.clone().filter(|_| own.language != of_flow.language);
        let voice = own.voice.clone().filter(|_| language.is_some() || own.voice != of_flow.voice);
        (language.is_some() || voice.is_some()).then_some(Speaker { language, voice })
    }

    /// The language and the voice that are said of the text of an action: those in which it is spoken, where they are
    /// not the flow's own. A voice belongs to the language beside it, so the flow's is not that of another language.
    pub fn own_speaker<'a>(&self, action: &'a Action) -> (Option<&'a str>, Option<&'a str>) {
        let Some(own) = action.speaker.as_deref().filter(|_| action.text.is_some()) else {
            return (None, None);
        };
        let none = Speaker::default();
        let of_flow = self.speaker.as_deref().unwrap_or(&none);
        let language = own.language.as_deref().filter(|_| own.language != of_flow.language);
        let voice = own.voice.as_deref().filter(|_| language.is_some() || own.voice != of_flow.voice);
        (language, voice)
    }
}

impl Node {
    /// Whether all its actions have texts or recordings but nothing is heard.
    pub fn is_mute(&self) -> bool {
        !self.actions.is_empty() && self.actions.iter().all(Action::is_mute)
    }

    /// Whether it speaks or plays something, which is assumed of a broken node.
    pub fn is_heard(&self) -> bool {
        let speaks = self.taken_for().is_some_and(Kind::speaks);
        self.broken || speaks || self.actions.iter().any(Action::is_heard)
    }

    /// Whether a step of it is heard: what it says or plays, or the action of a declared kind that is taken for a kind
    /// that does.
    pub fn is_heard_at(&self, action: &Action) -> bool {
        let gives = |kind: Kind| kind.speaks() && self.gives_kind(kind, action);
        action.is_heard() || self.taken_for().is_some_and(gives)
    }

    /// Whether it is a `node … ends` that hands the call over instead of hanging up, such as an external
    /// transfer.
    pub fn transfers_call(&self) -> bool {
        let is_other = self.generic && !self.kind().is_some_and(Kind::ends_call);
        is_other && self.ends_call && self.taken_for().is_none()
    }

    /// The kind that the declaration of its own kind says to take it for.
    pub fn taken_for(&self) -> Option<Kind> {
        self.declared.and_then(|declared| declared.taken_for)
    }

    /// Whether an action is what makes the node one of a kind that its own word does not name: the action of a declared
    /// kind, or what transfers the call.
    pub fn gives_kind(&self, kind: Kind, action: &Action) -> bool {
        let Directive::Other(word) = &action.directive else { return false };
        match self.taken_for() {
            Some(own) => own == kind && **word == *self.type_.word(),
            None => kind == Kind::Agent && self.transfers_call(),
        }
    }

    /// The kinds that policies count it as, each once. A disclosure that nobody hears does not count as one. A
    /// node that transfers the call counts as an agent, and so does any node with `route`, whatever its type;
    /// the same goes for other directives that belong to one kind.
    pub fn counts_as(&self) -> impl Iterator<Item = Kind> {
        let own =
            self.kind().or(self.taken_for()).filter(|&kind| kind != Kind::Disclosure || self.is_heard());
        let agent = self.transfers_call().then_some(Kind::Agent);
        let by_actions = self.actions.iter().filter_map(|action| action.directive.kind());
        let bit = |kind: Kind| 1_u32 << (kind as u32);
        let counts = by_actions.chain(own).chain(agent).fold(0, |bits, kind| bits | bit(kind));
        Kind::ALL.iter().copied().filter(move |&kind| counts & bit(kind) != 0)
    }
}

/// Whether text to speech speaks any of a text outside its markup: a letter, a digit, or a sign with a name.
/// Markup that plays a recording is heard as well.
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
        // Private use characters, which no voice can speak.
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}' => false,
        _ => !is_blank_character(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_spoken_texts_from_silent_ones() {
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
