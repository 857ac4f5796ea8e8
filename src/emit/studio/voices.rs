//! In which voice each text is heard, and where a script must choose another one.

use rustc_hash::FxHashMap;

use super::actions::TTSVOICE;
use super::settings::{StudioSettings, StudioVoice};
use crate::flow::{Action, Directive, Flow, Speaker};
use crate::source::Span;

/// Which voices a script has to choose.
#[derive(Debug, Default)]
pub struct VoiceChanges {
    /// The voice of each speaker; `None` for those that have none.
    voices: FxHashMap<Speaker, Option<StudioVoice>>,
    /// The voice of whatever has no speaker.
    usual: Option<StudioVoice>,
    /// Whether there are several, so that each text chooses its own.
    are_several: bool,
    /// Whether an action of the flow chooses a voice itself.
    chooses_itself: bool,
    /// Whether there is a text at all.
    has_texts: bool,
    /// The languages without a voice, each with a place.
    pub without_voice: Vec<(String, Span)>,
    /// A place that has no language of its own in a flow where another one has, and no voice.
    pub unnamed: Option<Span>,
}

impl VoiceChanges {
    /// The voices of a flow's texts.
    pub fn of(flow: &Flow, settings: &StudioSettings) -> Self {
        let steps = || flow.nodes.rows().iter().flat_map(|node| &node.actions);
        let chooses_itself = steps().any(|one| {
            matches!(&one.directive, Directive::Other(word) if word.eq_ignore_ascii_case(TTSVOICE.name))
        });
        // Then none is chosen for whatever has no speaker.
        let usual = settings.default_voice().filter(|_| !chooses_itself).cloned();
        let mut changes = Self { usual, chooses_itself, ..Self::default() };
        let mut first_unnamed = None;
        let spoken = steps().filter(|one| is_spoken(one));
        for action in spoken {
            let Some(speaker) = action.speaker.as_deref() else {
                first_unnamed = first_unnamed.or(Some(action.span));
                continue;
            };
            if !changes.voices.contains_key(speaker) {
                let voice = voice_of(speaker, settings);
                let is_new =
                    |language: &str| changes.without_voice.iter().all(|(known, _)| known != language);
                if let (None, Some(language)) = (&voice, &speaker.language)
                    && is_new(language)
                {
                    changes.without_voice.push((language.to_string(), action.span));
                }
                changes.voices.insert(speaker.clone(), voice);
            }
        }
        let mut chosen: Vec<Option<&StudioVoice>> = changes.voices.values().map(Option::as_ref).collect();
        if first_unnamed.is_some() {
            chosen.push(changes.usual.as_ref());
        }
        chosen.sort_by_key(|voice| voice.map(|voice| (&voice.vendor, &voice.name)));
        chosen.dedup();
        changes.has_texts = !chosen.is_empty();
        changes.are_several = chosen.len() > 1 || chooses_itself;
        if changes.are_several && changes.usual.is_none() && !chooses_itself {
            changes.unnamed = first_unnamed;
        }
        changes
    }

    /// The voice of the whole script, if it has one for all its texts.
    pub fn once(&self) -> Option<&StudioVoice> {
        let named = self.voices.values().find_map(Option::as_ref);
        named.or(self.usual.as_ref()).filter(|_| self.has_texts && !self.are_several)
    }

    /// Whether some voice of Cloud TTS speaks an action, as far as is known.
    pub fn speaks(&self, action: &Action) -> bool {
        self.chooses_itself || self.once().is_some() || self.before(action).is_some()
    }

    /// The voice to choose before an action, if texts of the script are heard in several.
    pub fn before(&self, action: &Action) -> Option<&StudioVoice> {
        if !self.are_several || !is_spoken(action) {
            return None;
        }
        match action.speaker.as_deref() {
            Some(speaker) => self.voices.get(speaker)?.as_ref(),
            None => self.usual.as_ref(),
        }
    }
}

/// Whether an action speaks a text of its own.
fn is_spoken(action: &Action) -> bool {
    matches!(action.directive, Directive::Play | Directive::Collect) && action.texts().next().is_some()
}

/// The voice of a speaker: that of its language, under the name that the flow gives.
pub fn voice_of(speaker: &Speaker, settings: &StudioSettings) -> Option<StudioVoice> {
    let of_language = match &speaker.language {
        Some(language) => settings.voice(language),
        None => settings.default_voice(),
    };
    match (&speaker.voice, of_language) {
        (Some(name), Some(voice)) => Some(StudioVoice { name: name.to_string(), ..voice.clone() }),
        (None, voice) => voice.cloned(),
        (Some(name), None) => {
            settings.voices.iter().map(|(_, voice)| voice).find(|voice| *voice.name == **name).cloned()
        }
    }
}
