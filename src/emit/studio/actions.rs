//! The actions of CXone Studio that scripts are made of: every constant, with its evidence.
//!
//! Nothing here was run against a tenant. A setting of the tenant overrides each library id:
//! `library_ids` under `[studio]`.

/// How well a fact about Studio is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// Two or more independent public clients, or the vendor's own test code and another source, agree.
    Several,
    /// One public source, such as the vendor's test code.
    One,
    /// The vendor's documentation.
    Documented,
    /// No public source shows it.
    None,
}

impl Evidence {
    /// What the docs say of it.
    pub fn about(self) -> &'static str {
        match self {
            Self::Several => "several public sources",
            Self::One => "one public source",
            Self::Documented => "the vendor's documentation",
            Self::None => "no public source",
        }
    }
}

/// An action of Studio.
#[derive(Debug)]
pub struct ActionFacts {
    /// Its name, `PLAY`.
    pub name: &'static str,
    /// Its id in the library of actions, if a public source has it.
    pub library_id: Option<&'static str>,
    /// How well that id is known.
    pub evidence: Evidence,
    /// Its properties in the order of their positions, each with the value that it has unless something else is said.
    pub properties: &'static [(&'static str, &'static str)],
    /// How well the properties are known.
    pub properties_evidence: Evidence,
    /// Its branches with a name of their own, each with its index. Besides these it has the default branch.
    pub branches: &'static [(&'static str, u32)],
}

impl ActionFacts {
    /// The index of a named branch.
    pub fn branch(&self, name: &str) -> Option<u32> {
        self.branches.iter().find(|(branch, _)| *branch == name).map(|(_, index)| *index)
    }
}

/// The script begins here.
pub static BEGIN: ActionFacts = ActionFacts {
    name: "BEGIN",
    library_id: Some("b2f794c5-0232-40e7-9830-76d573bf57d7"),
    evidence: Evidence::Several,
    properties: &[("RootFolder", ""), ("Application", ""), ("ParamCount", "0")],
    properties_evidence: Evidence::Several,
    branches: &[],
};

/// Plays a sequence of recordings and texts.
pub static PLAY: ActionFacts = ActionFacts {
    name: "PLAY",
    library_id: Some("b1b9a2dd-65b6-4626-9cf5-9cfa69cf59e2"),
    evidence: Evidence::Several,
    properties: &[("Sequence", ""), ("Phrase", ""), ("ClearDigits", "True"), ("DetectDTMF", "False")],
    properties_evidence: Evidence::Several,
    branches: &[("Digit", 0)],
};

/// Plays a prompt and branches on the keys that are pressed. Silence takes the branch `Timeout`, any other key
/// the default one.
pub static MENU: ActionFacts = ActionFacts {
    name: "MENU",
    library_id: Some("daee9c00-12ce-4222-a42e-307c37d53b7f"),
    evidence: Evidence::Several,
    properties: &[
        ("Sequence", ""),
        ("Phrase", ""),
        ("ClearDigits", "True"),
        ("MaxDigits", "1"),
        ("Terminator", "#-"),
        ("Timeout", "5"),
        ("InterDigitTimeout", "5"),
        ("Variable", "MENUCHOICE"),
    ],
    properties_evidence: Evidence::Several,
    branches: &[("Timeout", 2)],
};

/// Takes digits into a variable. `MaxDigits` counts the key that ends them.
pub static CAPTURE: ActionFacts = ActionFacts {
    name: "CAPTURE",
    library_id: None,
    evidence: Evidence::None,
    properties: &[
        ("Variable", ""),
        ("MaxDigits", "1"),
        ("Terminator", ""),
        ("Timeout", "5"),
        ("InterDigitTimeout", "5"),
    ],
    properties_evidence: Evidence::Documented,
    branches: &[("Terminator", 0), ("MaxDigits", 1), ("Timeout", 2), ("InterDigitTimeout", 3)],
};

/// Sets a variable.
pub static ASSIGN: ActionFacts = ActionFacts {
    name: "ASSIGN",
    library_id: Some("9015c095-98d9-441f-bf92-e90f5c5ed8c8"),
    evidence: Evidence::Several,
    properties: &[
        ("Variable", ""),
        ("Value", ""),
        ("Type", "String"),
        ("Publish", ""),
        ("ScreenPop", "False"),
        ("SaveToDB", "False"),
        ("MaxStringSize", "Limit2K"),
    ],
    properties_evidence: Evidence::Several,
    branches: &[],
};

/// Runs a few lines of Studio's own language, for what ASSIGN does not do.
pub static SNIPPET: ActionFacts = ActionFacts {
    name: "SNIPPET",
    library_id: Some("b333da63-33c8-4297-a58a-e9546cf7f0f2"),
    evidence: Evidence::Several,
    properties: &[("Data", ""), ("MaxStringSize", "Limit2K")],
    properties_evidence: Evidence::Several,
    branches: &[],
};

/// Branches on whether an expression is true.
pub static IF: ActionFacts = ActionFacts {
    name: "IF",
    library_id: Some("6695ba9c-e1d6-4f3c-a15a-94f1400e3169"),
    evidence: Evidence::One,
    properties: &[("Expression", "")],
    properties_evidence: Evidence::Documented,
    branches: &[("True", 0), ("False", 1)],
};

/// Branches on the value of a variable, with a case for each value.
pub static CASE: ActionFacts = ActionFacts {
    name: "CASE",
    library_id: Some("22050500-6dc0-4949-af9c-1e52975f141d"),
    evidence: Evidence::One,
    properties: &[("Variable", "")],
    properties_evidence: Evidence::Documented,
    branches: &[],
};

/// Takes the branch `Repeat` a number of times, and `Finished` from then on.
pub static LOOP: ActionFacts = ActionFacts {
    name: "LOOP",
    library_id: Some("a10f9f27-a5dd-48ba-ae37-e206fc6e101b"),
    evidence: Evidence::One,
    properties: &[("Repeat", "1"), ("CounterName", "")],
    properties_evidence: Evidence::Documented,
    branches: &[("Finished", 0), ("Repeat", 1)],
};

/// Asks for an agent with a skill. What follows is what the called party hears while waiting.
pub static REQAGENT: ActionFacts = ActionFacts {
    name: "REQAGENT",
    library_id: Some("689a4a1b-fa0d-47b3-9a02-cbeb4735f08f"),
    evidence: Evidence::Several,
    properties: &[
        ("Skill", ""),
        ("TargetAgent", ""),
        ("PriorityManagement", "DefaultfromSkill"),
        ("InitialPriority", ""),
        ("Acceleration", ""),
        ("Function", ""),
        ("MaxPriority", ""),
        ("Sequence", ""),
        ("ZipTone", "AfterSequence"),
        ("ScreenPopSource", ""),
        ("ScreenPopURL", ""),
        ("HighProficiency", "1"),
        ("LowProficiency", "20"),
        ("RoutingAttribute", ""),
    ],
    properties_evidence: Evidence::Several,
    branches: &[],
};

/// Plays music. One that leads to itself is the usual way to wait.
pub static MUSIC: ActionFacts = ActionFacts {
    name: "MUSIC",
    library_id: Some("dbcc742b-28d8-42d1-9d95-0d9abf20b04b"),
    evidence: Evidence::Several,
    properties: &[
        ("MusicFile", ""),
        ("StartOffset", "0"),
        ("SecondstoPlay", "60"),
        ("reserved1073742978", ""),
        ("InterruptMessages", ""),
        ("RepeatIndex", ""),
        ("DetectDTMF", "False"),
        ("ClearDigits", "True"),
    ],
    properties_evidence: Evidence::Several,
    branches: &[],
};

/// Hangs up, which also ends the script.
pub static HANGUP: ActionFacts = ActionFacts {
    name: "HANGUP",
    library_id: Some("b64a6796-4f66-4b1b-a9b5-3af926ab4b7c"),
    evidence: Evidence::One,
    properties: &[],
    properties_evidence: Evidence::Documented,
    branches: &[],
};

/// Waits for some seconds.
pub static WAIT: ActionFacts = ActionFacts {
    name: "WAIT",
    library_id: Some("5bf67b1c-9736-434d-9b6f-0d856aea8f16"),
    evidence: Evidence::Several,
    properties: &[("Seconds", "")],
    properties_evidence: Evidence::One,
    branches: &[],
};

/// Chooses the voice for the texts that follow.
pub static TTSVOICE: ActionFacts = ActionFacts {
    name: "TTSVOICE",
    library_id: Some("8e121149-83ef-40e0-8ffe-341db5302671"),
    evidence: Evidence::One,
    properties: &[("baseapiurl", ""), ("vendor", ""), ("voicename", "")],
    properties_evidence: Evidence::One,
    branches: &[],
};

/// Runs another script of the tenant in place of this one.
pub static RUNSCRIPT: ActionFacts = ActionFacts {
    name: "RUNSCRIPT",
    library_id: Some("93232e99-d607-4e7d-9300-17986d70da3c"),
    evidence: Evidence::One,
    properties: &[("Script", "")],
    properties_evidence: Evidence::None,
    branches: &[],
};

/// Happens when somebody answers the call. Nothing leads to it.
pub static ONANSWER: ActionFacts = ActionFacts {
    name: "ONANSWER",
    library_id: Some("4b611ba4-8e81-45a6-9fcc-97c24f43ccbc"),
    evidence: Evidence::One,
    properties: &[],
    properties_evidence: Evidence::None,
    branches: &[],
};

/// Happens when the dialer hears a machine. Nothing leads to it.
pub static ONMACHINE: ActionFacts = ActionFacts {
    name: "ONMACHINE",
    library_id: None,
    evidence: Evidence::None,
    properties: &[],
    properties_evidence: Evidence::None,
    branches: &[],
};

/// Plays a message and listens for a machine meanwhile: `PlayMessageWithAMD`.
pub static PLAYWITHCPA: ActionFacts = ActionFacts {
    name: "PLAYWITHCPA",
    library_id: None,
    evidence: Evidence::None,
    properties: &[
        ("Sequence", ""),
        ("Phrase", ""),
        ("ClearDigits", "True"),
        ("DetectDTMF", "False"),
        ("AnswerMachineDetect", "Message Begin"),
        ("DefaultDetectionTimeout", "20"),
        ("CPADetectionDuration", "60"),
    ],
    properties_evidence: Evidence::Documented,
    branches: &[],
};

/// Looks a value up in the tenant's lists of whom not to call, before a call is placed.
pub static CHECKCALLSUP: ActionFacts = ActionFacts {
    name: "CHECKCALLSUP",
    library_id: Some("ca92d2f0-b9cd-4846-a958-cfdbf089c267"),
    evidence: Evidence::One,
    properties: &[("DataValue", "")],
    properties_evidence: Evidence::One,
    branches: &[("Found", 0), ("NotFound", 1), ("Error", 2)],
};

/// Asks a profile of the tenant whether it is open.
pub static HOURS: ActionFacts = ActionFacts {
    name: "HOURS",
    library_id: None,
    evidence: Evidence::None,
    properties: &[("Profile", "")],
    properties_evidence: Evidence::Documented,
    branches: &[("OnOpen", 0)],
};

/// Lets the call be placed.
pub static PERMITCALL: ActionFacts = ActionFacts {
    name: "PERMITCALL",
    library_id: Some("e0e40c78-ff4b-4554-b403-34998a7039cf"),
    evidence: Evidence::One,
    properties: &[],
    properties_evidence: Evidence::One,
    branches: &[],
};

/// Keeps the call from being placed.
pub static SUPPRESSCALL: ActionFacts = ActionFacts {
    name: "SUPPRESSCALL",
    library_id: Some("51700e9f-8e82-4c38-a670-9b0f89d4e960"),
    evidence: Evidence::One,
    properties: &[("Disposition", "Default")],
    properties_evidence: Evidence::One,
    branches: &[],
};

/// Every action that a script may have.
pub static ALL: &[&ActionFacts] = &[
    &BEGIN,
    &PLAY,
    &MENU,
    &CAPTURE,
    &ASSIGN,
    &SNIPPET,
    &IF,
    &CASE,
    &LOOP,
    &REQAGENT,
    &MUSIC,
    &HANGUP,
    &WAIT,
    &TTSVOICE,
    &RUNSCRIPT,
    &ONANSWER,
    &ONMACHINE,
    &PLAYWITHCPA,
    &HOURS,
    &CHECKCALLSUP,
    &PERMITCALL,
    &SUPPRESSCALL,
];

/// How long the detection of machines may hold the result, in milliseconds, possibly in silence (the vendor's
/// documentation of call progress analysis).
pub const DETECTION: u64 = 7_000;

/// How many characters of a text a segment of a sequence may have (the vendor's documentation of PLAY).
pub const SEGMENT: usize = 300;
