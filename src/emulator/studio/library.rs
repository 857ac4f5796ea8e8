//! The library of actions: the tables that scripts are checked against.

use std::collections::HashMap;

use super::options::{StudioAction, StudioOptions};

/// What public sources say of an action.
pub struct Described {
    pub name: &'static str,
    pub library_id: &'static str,
    /// The names of its properties in order; `None` if no source has them.
    properties: Option<&'static [&'static str]>,
    /// How many of these every script has; the rest may be left out from the end.
    required: usize,
    /// Its named branches with their indices; `None` if no source has them all.
    branches: Option<&'static [(&'static str, u64)]>,
    takes_cases: bool,
    begins: bool,
}

const fn action(name: &'static str, library_id: &'static str) -> Described {
    let (properties, branches) = (None, None);
    Described { name, library_id, properties, required: 0, branches, takes_cases: true, begins: false }
}

impl Described {
    const fn properties(mut self, names: &'static [&'static str]) -> Self {
        self.properties = Some(names);
        self.required = names.len();
        self
    }

    const fn required(mut self, number: usize) -> Self {
        self.required = number;
        self
    }

    const fn branches(mut self, branches: &'static [(&'static str, u64)]) -> Self {
        self.branches = Some(branches);
        self
    }

    const fn without_cases(mut self) -> Self {
        self.takes_cases = false;
        self
    }

    const fn begins(mut self) -> Self {
        self.begins = true;
        self
    }
}

/// The actions that every tenant has, as public clients and the vendor's own tests write them.
pub const DESCRIBED: [Described; 23] = [
    action("BEGIN", "b2f794c5-0232-40e7-9830-76d573bf57d7")
        .properties(&["RootFolder", "Application", "ParamCount", "Parameters"])
        .required(3)
        .branches(&[])
        .without_cases()
        .begins(),
    action("PLAY", "b1b9a2dd-65b6-4626-9cf5-9cfa69cf59e2")
        .properties(&[
            "Sequence",
            "Phrase",
            "ClearDigits",
            "DetectDTMF",
            "SuppressSilence",
            "TTSVolume",
            "TTSRate",
            "TTSVoice",
        ])
        .required(4)
        .branches(&[("Digit", 0)])
        .without_cases(),
    action("MENU", "daee9c00-12ce-4222-a42e-307c37d53b7f")
        .properties(&[
            "Sequence",
            "Phrase",
            "ClearDigits",
            "MaxDigits",
            "Terminator",
            "Timeout",
            "InterDigitTimeout",
            "Variable",
        ])
        .branches(&[("Timeout", 2)]),
    action("REQAGENT", "689a4a1b-fa0d-47b3-9a02-cbeb4735f08f")
        .properties(&[
            "Skill",
            "TargetAgent",
            "PriorityManagement",
            "InitialPriority",
            "Acceleration",
            "Function",
            "MaxPriority",
            "Sequence",
            "ZipTone",
            "ScreenPopSource",
            "ScreenPopURL",
            "HighProficiency",
            "LowProficiency",
            "RoutingAttribute",
        ])
        .without_cases(),
    action("MUSIC", "dbcc742b-28d8-42d1-9d95-0d9abf20b04b")
        .properties(&[
            "MusicFile",
            "StartOffset",
            "SecondstoPlay",
            "reserved1073742978",
            "InterruptMessages",
            "RepeatIndex",
            "DetectDTMF",
            "ClearDigits",
        ])
        .without_cases(),
    action("HANGUP", "b64a6796-4f66-4b1b-a9b5-3af926ab4b7c").properties(&[]).branches(&[]).without_cases(),
    action("ASSIGN", "9015c095-98d9-441f-bf92-e90f5c5ed8c8")
        .properties(&["Variable", "Value", "Type", "Publish", "ScreenPop", "SaveToDB", "MaxStringSize"])
        .without_cases(),
    action("CASE", "22050500-6dc0-4949-af9c-1e52975f141d"),
    action("IF", "6695ba9c-e1d6-4f3c-a15a-94f1400e3169")
        .branches(&[("True", 0), ("False", 1)])
        .without_cases(),
    action("LOOP", "a10f9f27-a5dd-48ba-ae37-e206fc6e101b")
        .branches(&[("Finished", 0), ("Repeat", 1)])
        .without_cases(),
    action("WAIT", "5bf67b1c-9736-434d-9b6f-0d856aea8f16").properties(&["Seconds"]).without_cases(),
    action("END", "93fb8888-30cf-4df3-8ed9-1f2986819080").properties(&[]).branches(&[]).without_cases(),
    action("SNIPPET", "b333da63-33c8-4297-a58a-e9546cf7f0f2")
        .properties(&["Data", "MaxStringSize"])
        .without_cases(),
    action("RUNSUB", "f8b958d0-8cd3-40df-97d3-5862930b0807"),
    action("RUNSCRIPT", "93232e99-d607-4e7d-9300-17986d70da3c"),
    action("ONANSWER", "4b611ba4-8e81-45a6-9fcc-97c24f43ccbc").begins(),
    action("ONRELEASE", "ea1363d4-fade-4cac-b15e-c4c514c2f9b5").begins(),
    action("TTSVOICE", "8e121149-83ef-40e0-8ffe-341db5302671")
        .properties(&["baseapiurl", "vendor", "voicename"])
        .without_cases(),
    action("SUPPRESSCALL", "51700e9f-8e82-4c38-a670-9b0f89d4e960").properties(&["Disposition"]),
    action("CHECKCALLSUP", "ca92d2f0-b9cd-4846-a958-cfdbf089c267")
        .properties(&["DataValue"])
        .branches(&[("Found", 0), ("NotFound", 1), ("Error", 2)])
        .without_cases(),
    action("PERMITCALL", "e0e40c78-ff4b-4554-b403-34998a7039cf").properties(&[]),
    action("LOCATE", "fa14bd7c-cc7f-43e3-a9b2-e56f78d5bdd8"),
    action("POPURL", "ff08b4cd-1ac1-d8f4-b52a-85fb86e7a824"),
];

/// An action as scripts are checked against it.
pub struct LibraryAction {
    pub name: String,
    pub library_id: String,
    pub properties: Option<Vec<String>>,
    pub required: usize,
    pub branches: Option<Vec<(String, u64)>>,
    pub takes_cases: bool,
    pub begins: bool,
    pub is_licensed: bool,
}

impl From<&Described> for LibraryAction {
    fn from(action: &Described) -> Self {
        let texts = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let pairs = |pairs: &[(&str, u64)]| pairs.iter().map(|&(name, n)| (name.to_owned(), n)).collect();
        Self {
            name: action.name.to_owned(),
            library_id: action.library_id.to_owned(),
            properties: action.properties.map(texts),
            required: action.required,
            branches: action.branches.map(pairs),
            takes_cases: action.takes_cases,
            begins: action.begins,
            is_licensed: true,
        }
    }
}

impl From<&StudioAction> for LibraryAction {
    fn from(action: &StudioAction) -> Self {
        Self {
            name: action.name.clone(),
            library_id: action.library_id.to_ascii_lowercase(),
            required: action.properties.as_ref().map_or(0, Vec::len),
            properties: action.properties.clone(),
            branches: action.branches.clone().map(|names| names.into_iter().zip(0..).collect()),
            takes_cases: action.takes_cases,
            begins: action.begins,
            is_licensed: true,
        }
    }
}

/// The tenant's actions by library id in lower case.
pub struct Library(HashMap<String, LibraryAction>);

impl Library {
    pub fn of(options: &StudioOptions) -> Self {
        let described = DESCRIBED.iter().map(LibraryAction::from);
        let all = described.chain(options.actions.iter().map(LibraryAction::from));
        let mut library: HashMap<_, _> = all.map(|action| (action.library_id.clone(), action)).collect();
        for id in &options.absent_actions {
            library.remove(&id.to_ascii_lowercase());
        }
        for id in &options.unlicensed {
            if let Some(action) = library.get_mut(&id.to_ascii_lowercase()) {
                action.is_licensed = false;
            }
        }
        Self(library)
    }

    /// The action with a library id, which is compared without regard to case.
    pub fn get(&self, library_id: &str) -> Option<&LibraryAction> {
        self.0.get(&library_id.to_ascii_lowercase())
    }
}
