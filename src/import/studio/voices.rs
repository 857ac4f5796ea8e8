//! In which language a text is said whose voice a script chooses.

use super::model::{Action, Script};
use super::phrases::Statement;
use crate::emit::studio::actions;
use crate::emit::studio::{StudioSettings, StudioVoice, voice_of};
use crate::flow::Speaker;

/// How many actions may stand between a choice of a voice and what is said in it.
const BETWEEN: usize = 4;

/// The voice that an action chooses.
pub fn chosen(action: &Action) -> Option<StudioVoice> {
    let voice = StudioVoice {
        vendor: action.property("vendor").to_owned(),
        name: action.property("voicename").to_owned(),
    };
    (action.is(&actions::TTSVOICE) && !voice.vendor.is_empty() && !voice.name.is_empty()).then_some(voice)
}

/// Who speaks, as the phrase of what follows an action says. Where a script has one such action, any phrase does.
pub fn spoken_as<'p>(
    script: &Script,
    phrases: &'p [Option<Statement>],
    action: usize,
) -> Option<&'p Speaker> {
    let speaker =
        |index: usize| phrases.get(index)?.as_ref()?.steps.iter().find_map(|step| step.speaker.as_deref());
    // A variable that counts attempts, or holds markup, may be set before something is said.
    let mut next = script.actions.get(action)?.leads_on();
    for _ in 0..BETWEEN {
        let sets = next
            .and_then(|next| script.actions.get(next))
            .filter(|one| one.is(&actions::ASSIGN) || one.is(&actions::SNIPPET));
        let Some(sets) = sets else { break };
        next = sets.leads_on();
    }
    next.and_then(speaker).or_else(|| {
        let is_only = script.actions.iter().filter(|one| one.is(&actions::TTSVOICE)).count() == 1;
        (0..script.actions.len()).filter(|_| is_only).find_map(speaker)
    })
}

/// What a line says for a voice to speak: a language, perhaps with a voice, or nothing if it is the usual voice. With
/// `is_named` it has to say something, since another voice may have been chosen before. `None` if no line can say it.
pub fn speaker(
    settings: &StudioSettings,
    voice: &StudioVoice,
    spoken_as: Option<&Speaker>,
    is_named: bool,
) -> Option<Option<Speaker>> {
    let is_it = |speaker: &Speaker| voice_of(speaker, settings).as_ref() == Some(voice);
    let in_language = |language: &str, voice: Option<&str>| Speaker {
        language: Some(language.into()),
        voice: voice.map(Into::into),
    };
    if let Some(spoken) = spoken_as {
        let language = spoken.language.as_deref();
        let plain = language.map(|language| in_language(language, None));
        let named = language.map(|language| in_language(language, Some(&voice.name)));
        if let Some(own) = [Some(spoken.clone()), plain, named].into_iter().flatten().find(is_it) {
            return Some(Some(own));
        }
    }
    if !is_named && settings.default_voice() == Some(voice) {
        return Some(None);
    }
    let languages = settings.voices.iter().map(|(language, _)| language).filter(|own| *own != "default");
    let of_language = languages.map(|language| in_language(language, None)).find(is_it);
    let by_name = || Speaker { language: None, voice: Some(voice.name.as_str().into()) };
    of_language.or_else(|| Some(by_name()).filter(is_it)).map(Some)
}

/// Adds the voices that the settings lack for a script. Whether there are such.
pub fn add_missing(script: &Script, phrases: &[Option<Statement>], settings: &mut StudioSettings) -> bool {
    let before = settings.voices.len();
    let choices: Vec<(usize, StudioVoice)> = script
        .actions
        .iter()
        .enumerate()
        .filter_map(|(index, action)| Some((index, chosen(action)?)))
        .collect();
    for (index, voice) in &choices {
        let language = spoken_as(script, phrases, *index).and_then(|spoken| spoken.language.as_deref());
        if let Some(language) = language.filter(|language| settings.voice(language).is_none()) {
            settings.voices.push((language.to_owned(), voice.clone()));
        }
    }
    // A voice of which only the script knows when it speaks.
    for (index, voice) in &choices {
        let spoken = spoken_as(script, phrases, *index);
        if settings.default_voice().is_none() && speaker(settings, voice, spoken, false).is_none() {
            settings.voices.push(("default".to_owned(), voice.clone()));
        }
    }
    settings.voices.len() > before
}
