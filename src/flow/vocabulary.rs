//! The table of words: kinds, actions and outcomes, each with all that is known of it.
//!
//! A new one is an entry here. The enum, the parser's choice, completion and the forms in messages are made
//! of it; `UPDATE=1 cargo test --test vocabulary` writes it into the grammars of parser and editors, and
//! without `UPDATE` a difference fails there. Where a check or a policy names single kinds, it says nothing of
//! a new one: `grep -rn 'Kind::' src` finds these places.

/// Makes an enum of a table: its variants, `ALL`, `facts`, `word` and `from_word`.
macro_rules! words {
    ($(#[$about:meta])* $name:ident of $facts:ident {
        $($(#[$meaning:meta])* $variant:ident { $($field:ident: $value:expr),* $(,)? })*
    }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$meaning])* $variant,)*
        }

        impl $name {
            /// Every one, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// All that is known of it.
            pub fn facts(self) -> &'static $facts {
                match self {
                    $(Self::$variant => {
                        static FACTS: $facts = $facts { $($field: $value),* };
                        &FACTS
                    })*
                }
            }

            /// The word, in the language and on the platform.
            pub fn word(self) -> &'static str {
                self.facts().word
            }

            /// The one that a word stands for.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
    };
}

/// What is known of a kind of nodes.
#[derive(Debug)]
pub struct KindFacts {
    /// The keyword, which is the platform's type too.
    pub word: &'static str,
    /// What such a node is for, in one sentence.
    pub about: &'static str,
    /// How a node of it is written.
    pub form: &'static str,
    /// The same for editors, with places to fill in.
    pub snippet: &'static str,
    /// What is said of a node that does nothing of its kind.
    pub lack: &'static str,
    /// What stands in quotes behind its name, or nothing.
    pub argument: &'static str,
    /// Whether the text in quotes is a queue or a mailbox, which other nodes name too.
    pub names_queue: bool,
    /// Whether the call ends here.
    pub ends_call: bool,
    /// The directive that is this kind's own, if it has one.
    pub directive: Option<Directive>,
    /// The outcomes that a node of this kind has to go on after, where it branches at all.
    pub usual_outcomes: &'static [Outcome],
    /// The outcomes that branches of this kind may take.
    pub outcomes: &'static [Outcome],
}

words! {
    /// The kinds of nodes.
    Kind of KindFacts {
        /// Branches on who answered: a person or a machine.
        Answer {
            word: "answer",
            about: "Branches on who answered: a person or a machine.",
            form: "answer NAME { on human -> NODE }",
            snippet: "answer ${1:name} {\n  on human -> ${2:NODE}\n  on machine | unknown -> ${3:NODE}\n}",
            lack: "does nothing",
            argument: "",
            names_queue: false,
            ends_call: false,
            directive: None,
            usual_outcomes: &[Outcome::Human, Outcome::Machine, Outcome::Unknown],
            outcomes: &[Outcome::Human, Outcome::Machine, Outcome::Unknown, Outcome::Failed],
        }
        /// Plays audio or speaks text.
        Play {
            word: "play",
            about: "Plays audio, or speaks text.",
            form: "play NAME \"https://…\"",
            snippet: "play ${1:name} \"${2:https://}\"",
            lack: "plays and says nothing",
            argument: "\"https://…\"",
            names_queue: false,
            ends_call: false,
            directive: Some(Directive::Play),
            usual_outcomes: &[],
            outcomes: &[Outcome::Failed],
        }
        /// Plays or speaks what the law requires.
        Disclosure {
            word: "disclosure",
            about: "Plays or speaks what the law requires.",
            form: "disclosure NAME \"https://…\"",
            snippet: "disclosure ${1:name} \"${2:https://}\"",
            lack: "plays and says nothing",
            argument: "\"https://…\"",
            names_queue: false,
            ends_call: false,
            directive: Some(Directive::Play),
            usual_outcomes: &[],
            outcomes: &[Outcome::Failed],
        }
        /// Asks for keys.
        Collect {
            word: "collect",
            about: "Asks for keys.",
            form: "collect NAME \"TEXT\" retries 2 { on 1 -> NODE }",
            snippet: "collect ${1:name} \"${2:Press 1}\" retries ${3:2} {\n  on ${4:1} -> ${5:NODE}\n  on timeout | invalid -> ${6:NODE}\n}",
            lack: "asks for nothing",
            argument: "\"Press 1 for …\"",
            names_queue: false,
            ends_call: false,
            directive: Some(Directive::Collect),
            usual_outcomes: &[Outcome::Timeout, Outcome::Invalid],
            outcomes: &[Outcome::Timeout, Outcome::Invalid, Outcome::Failed],
        }
        /// Hands the call to a queue of agents.
        Agent {
            word: "agent",
            about: "Hands the call to a queue of agents.",
            form: "agent NAME \"QUEUE\"",
            snippet: "agent ${1:name} \"${2:QUEUE}\"",
            lack: "names no queue",
            argument: "\"QUEUE\"",
            names_queue: true,
            ends_call: true,
            directive: Some(Directive::Route),
            usual_outcomes: OF_ENDS,
            outcomes: OF_ENDS,
        }
        /// Books a callback.
        Callback {
            word: "callback",
            about: "Books a callback.",
            form: "callback NAME \"QUEUE\"",
            snippet: "callback ${1:name} \"${2:QUEUE}\"",
            lack: "names no queue",
            argument: "\"QUEUE\"",
            names_queue: true,
            ends_call: true,
            directive: Some(Directive::Schedule),
            usual_outcomes: OF_ENDS,
            outcomes: OF_ENDS,
        }
        /// A message, taken or left.
        Voicemail {
            word: "voicemail",
            about: "Takes or leaves a message.",
            form: "voicemail NAME \"MAILBOX\"",
            snippet: "voicemail ${1:name} \"${2:MAILBOX}\"",
            lack: "neither records nor says anything",
            argument: "\"MAILBOX\"",
            names_queue: true,
            ends_call: true,
            directive: Some(Directive::Record),
            usual_outcomes: OF_ENDS,
            outcomes: OF_ENDS,
        }
        /// Hangs up.
        Disconnect {
            word: "disconnect",
            about: "Hangs up.",
            form: "disconnect NAME",
            snippet: "disconnect ${1:name}",
            lack: "does nothing",
            argument: "",
            names_queue: false,
            ends_call: true,
            directive: Some(Directive::Disconnect),
            usual_outcomes: OF_ENDS,
            outcomes: OF_ENDS,
        }
    }
}

/// What became of the end of a call.
const OF_ENDS: &[Outcome] = &[Outcome::Busy, Outcome::NoAnswer, Outcome::Timeout, Outcome::Failed];

impl Kind {
    /// Whether the call ends here.
    pub fn ends_call(self) -> bool {
        self.facts().ends_call
    }

    /// The directive that is this kind's own, if it has one.
    pub fn directive(self) -> Option<&'static Directive> {
        self.facts().directive.as_ref()
    }

    /// The outcomes that a node of this kind has to go on after, where it branches at all.
    pub fn usual_outcomes(self) -> &'static [Outcome] {
        self.facts().usual_outcomes
    }

    /// The outcomes that branches of this kind may take.
    pub fn outcomes(self) -> &'static [Outcome] {
        self.facts().outcomes
    }
}

/// What is known of the verb of an action.
#[derive(Debug)]
pub struct VerbFacts {
    /// The keyword.
    pub word: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// How it is written.
    pub form: &'static str,
    /// The same for editors, with places to fill in.
    pub snippet: &'static str,
    /// What it tells the platform; nothing where the statement itself says what.
    pub directive: Option<Directive>,
}

words! {
    /// The verbs of actions.
    Verb of VerbFacts {
        /// `play "URL"`
        Play {
            word: "play",
            about: "Plays audio.",
            form: "play \"https://…\"",
            snippet: "play \"${1:https://}\"",
            directive: Some(Directive::Play),
        }
        /// `say "TEXT"`
        Say {
            word: "say",
            about: "Speaks a text.",
            form: "say \"TEXT\"",
            snippet: "say \"${1:TEXT}\"",
            directive: Some(Directive::Play),
        }
        /// `collect "TEXT"`
        Collect {
            word: "collect",
            about: "Asks for keys: the last action of the node.",
            form: "collect \"TEXT\"",
            snippet: "collect \"${1:Press 1}\"",
            directive: Some(Directive::Collect),
        }
        /// `route "QUEUE"`
        Route {
            word: "route",
            about: "Hands the call to a queue.",
            form: "route \"QUEUE\"",
            snippet: "route \"${1:QUEUE}\"",
            directive: Some(Directive::Route),
        }
        /// `schedule "QUEUE"`
        Schedule {
            word: "schedule",
            about: "Books a callback.",
            form: "schedule \"QUEUE\"",
            snippet: "schedule \"${1:QUEUE}\"",
            directive: Some(Directive::Schedule),
        }
        /// `record "MAILBOX"`
        Record {
            word: "record",
            about: "Takes a message.",
            form: "record \"MAILBOX\"",
            snippet: "record \"${1:MAILBOX}\"",
            directive: Some(Directive::Record),
        }
        /// `disconnect`
        Disconnect {
            word: "disconnect",
            about: "Hangs up.",
            form: "disconnect",
            snippet: "disconnect",
            directive: Some(Directive::Disconnect),
        }
        /// `action "DIRECTIVE"`
        Any {
            word: "action",
            about: "Any directive that the platform knows.",
            form: "action \"DIRECTIVE\"",
            snippet: "action \"${1:DIRECTIVE}\"",
            directive: None,
        }
    }
}

impl Verb {
    /// The verb that a node of a kind has once, and last; the text of a `play` has no one place.
    pub fn of_kind(kind: Kind) -> Option<Self> {
        let own = kind.directive().filter(|directive| **directive != Directive::Play)?;
        Self::ALL.iter().copied().find(|verb| verb.facts().directive.as_ref() == Some(own))
    }

    /// The kind of the nodes that it belongs to, if it stands in one kind alone.
    pub fn kind(self) -> Option<Kind> {
        self.facts().directive.as_ref()?.kind()
    }
}

/// What is known of an outcome.
#[derive(Debug)]
pub struct OutcomeFacts {
    /// The word, in the language and on the platform.
    pub word: &'static str,
    /// What other tools call it.
    pub elsewhere: &'static [&'static str],
}

words! {
    /// The outcomes that conditions speak of.
    Outcome of OutcomeFacts {
        /// No key in time, at the last attempt; or nobody picked up in time.
        Timeout { word: "timeout", elsewhere: &["noinput", "no_input", "silence"] }
        /// No key that any branch takes, at the last attempt.
        Invalid { word: "invalid", elsewhere: &["nomatch", "no_match", "wrong"] }
        /// A person answered.
        Human { word: "human", elsewhere: &["live", "person"] }
        /// A machine answered.
        Machine { word: "machine", elsewhere: &["answering_machine", "voicemail"] }
        /// Nobody can tell who answered.
        Unknown { word: "unknown", elsewhere: &[] }
        /// The queue or line is busy.
        Busy { word: "busy", elsewhere: &[] }
        /// Nobody answered.
        NoAnswer { word: "no_answer", elsewhere: &["noanswer", "unanswered"] }
        /// Whatever was tried did not work.
        Failed { word: "failed", elsewhere: &["error", "failure"] }
    }
}

impl Outcome {
    /// Whether a word is meant to take whatever no other branch takes.
    pub fn is_catch_all_word(word: &str) -> bool {
        matches!(
            word.to_ascii_lowercase().as_str(),
            "else"
                | "default"
                | "otherwise"
                | "any"
                | "other"
                | "others"
                | "rest"
                | "all"
                | "everything"
                | "anything"
                | "remaining"
                | "fallback"
                | "catch"
                | "catchall"
                | "catch_all"
                | "catch-all"
                | "anyother"
                | "any_other"
                | "_"
        )
    }

    /// The outcome that other tools call so.
    pub fn from_elsewhere(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.facts().elsewhere.contains(&word))
    }
}

/// What an action tells the platform to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Directive {
    /// Plays audio or speaks text.
    Play,
    /// Asks for keys.
    Collect,
    /// Hands the call to a queue.
    Route,
    /// Books a callback.
    Schedule,
    /// Takes a message.
    Record,
    /// Hangs up.
    Disconnect,
    /// Any other directive, by name.
    Other(Box<str>),
}

impl Directive {
    /// The directive of a word: one that has a name of its own, or another.
    pub fn from_word(word: Box<str>) -> Self {
        Self::named().find(|one| one.word() == &*word).cloned().unwrap_or(Self::Other(word))
    }

    /// Those that have a name of their own.
    pub fn named() -> impl Iterator<Item = &'static Self> {
        // `say` does what `play` does.
        let verbs = Verb::ALL.iter().filter(|verb| **verb != Verb::Say);
        verbs.filter_map(|verb| verb.facts().directive.as_ref())
    }

    /// The kind of a node that does it, where no other kind does.
    pub fn kind(&self) -> Option<Kind> {
        let does = |kind: &Kind| *self != Self::Play && kind.directive() == Some(self);
        Kind::ALL.iter().copied().find(does)
    }

    /// The platform's word for it.
    pub fn word(&self) -> &str {
        match self {
            Self::Play => "play",
            Self::Collect => "collect",
            Self::Route => "route",
            Self::Schedule => "schedule",
            Self::Record => "record",
            Self::Disconnect => "disconnect",
            Self::Other(word) => word,
        }
    }
}
