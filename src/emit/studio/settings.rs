//! What a tenant's `[studio]` says.

use super::actions::ActionFacts;

/// The settings of a tenant for scripts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StudioSettings {
    /// The number of the business unit, which stands in the head of each script. 0 if it is not known.
    pub business_unit: u64,
    /// The folder of the scripts.
    pub folder: String,
    /// The folder of the recordings.
    pub prompts: String,
    /// The recording that is heard while a call waits for an agent.
    pub music: String,
    /// The voices, each with the language that it speaks: `en-US`, `en`, or `default`.
    pub voices: Vec<(String, StudioVoice)>,
    /// The library ids of actions that this tenant knows otherwise, or that no public source has.
    pub library_ids: Vec<(String, String)>,
    /// How an `answer` learns who answered.
    pub answer: AnswerBy,
    /// The branches of the action that listens for machines, each with the outcome that it stands for.
    pub answer_branches: Vec<(String, String)>,
    /// The profiles of the tenant that stand for the flow's opening hours, by the names of these.
    pub hours: Vec<(String, String)>,
    /// The script that books a callback.
    pub callback: Option<String>,
    /// The script that takes a message.
    pub voicemail: Option<String>,
}

impl Default for StudioSettings {
    fn default() -> Self {
        Self {
            business_unit: 0,
            folder: String::new(),
            prompts: String::new(),
            music: "Autumn-Breezes.wav".to_owned(),
            voices: Vec::new(),
            library_ids: Vec::new(),
            answer: AnswerBy::Detection,
            answer_branches: Vec::new(),
            hours: Vec::new(),
            callback: None,
            voicemail: None,
        }
    }
}

/// A voice of text to speech.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StudioVoice {
    /// Who makes it: `polly`.
    pub vendor: String,
    /// Its name there: `Joanna`.
    pub name: String,
}

/// How an `answer` learns who answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnswerBy {
    /// The action that listens for machines on agentless calls, PLAYWITHCPA.
    Detection,
    /// The events ONANSWER and ONMACHINE of the dialer.
    Events,
}

impl AnswerBy {
    /// Both, the default first.
    pub const ALL: [Self; 2] = [Self::Detection, Self::Events];

    /// The word in the settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Detection => "detection",
            Self::Events => "events",
        }
    }
}

impl StudioSettings {
    /// The library id of an action on this tenant.
    pub fn library_id<'a>(&'a self, action: &'a ActionFacts) -> Option<&'a str> {
        self.own_library_id(action.name).or(action.library_id)
    }

    /// The library id that the settings give for a name.
    pub fn own_library_id(&self, name: &str) -> Option<&str> {
        self.library_ids.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, id)| id.as_str())
    }

    /// The voice for a language: one for exactly it, or else one for the language without its country.
    pub fn voice(&self, language: &str) -> Option<&StudioVoice> {
        let named = |name: &str| self.voices.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
        let primary = language.split('-').next().unwrap_or(language);
        named(language).or_else(|| named(primary)).map(|(_, voice)| voice)
    }

    /// The voice of whatever has no language of its own.
    pub fn default_voice(&self) -> Option<&StudioVoice> {
        self.voices.iter().find(|(own, _)| own == "default").map(|(_, voice)| voice)
    }

    /// The label of the branch that stands for an outcome of an `answer`.
    pub fn answer_branch(&self, outcome: &str) -> Option<&str> {
        self.answer_branches.iter().find(|(own, _)| own == outcome).map(|(_, label)| label.as_str())
    }

    /// The profile of the tenant that stands for opening hours of the flow.
    pub fn profile(&self, hours: &str) -> Option<&str> {
        self.hours.iter().find(|(own, _)| own == hours).map(|(_, profile)| profile.as_str())
    }

    /// The path of a script: its folder and its name.
    pub fn script_path(&self, name: &str) -> String {
        let folder = self.folder.trim_matches(['\\', '/']).replace('/', "\\");
        if folder.is_empty() { name.to_owned() } else { format!("{folder}\\{name}") }
    }
}
