//! The words that both the language and the platform know: kinds, outcomes, directives.

/// The kinds of nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Branches on who answered: a person or a machine.
    Answer,
    /// Plays audio or speaks text.
    Play,
    /// Plays or speaks what the law requires.
    Disclosure,
    /// Asks for keys.
    Collect,
    /// Hands the call to a queue of agents.
    Agent,
    /// Books a callback.
    Callback,
    /// A message, taken or left.
    Voicemail,
    /// Hangs up.
    Disconnect,
}

impl Kind {
    /// Every kind.
    pub const ALL: &[Kind] = &[
        Self::Answer,
        Self::Play,
        Self::Disclosure,
        Self::Collect,
        Self::Agent,
        Self::Callback,
        Self::Voicemail,
        Self::Disconnect,
    ];

    /// The keyword, which is the platform's type too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Play => "play",
            Self::Disclosure => "disclosure",
            Self::Collect => "collect",
            Self::Agent => "agent",
            Self::Callback => "callback",
            Self::Voicemail => "voicemail",
            Self::Disconnect => "disconnect",
        }
    }

    /// The kind of a keyword.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }

    /// Whether the call ends here.
    pub fn ends_call(self) -> bool {
        matches!(self, Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect)
    }

    /// The directive that is this kind's own, if it has one.
    pub fn directive(self) -> Option<Directive> {
        match self {
            Self::Answer => None,
            Self::Play | Self::Disclosure => Some(Directive::Play),
            Self::Collect => Some(Directive::Collect),
            Self::Agent => Some(Directive::Route),
            Self::Callback => Some(Directive::Schedule),
            Self::Voicemail => Some(Directive::Record),
            Self::Disconnect => Some(Directive::Disconnect),
        }
    }

    /// The outcomes that a node of this kind has to go on after, where it branches at all.
    pub fn usual_outcomes(self) -> &'static [Outcome] {
        use Outcome::{Busy, Failed, Human, Invalid, Machine, NoAnswer, Timeout, Unknown};
        match self {
            Self::Answer => &[Human, Machine, Unknown],
            Self::Play | Self::Disclosure => &[],
            Self::Collect => &[Timeout, Invalid],
            Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect => {
                &[Busy, NoAnswer, Timeout, Failed]
            }
        }
    }

    /// The outcomes that branches of this kind may take.
    pub fn outcomes(self) -> &'static [Outcome] {
        use Outcome::{Busy, Failed, Human, Invalid, Machine, NoAnswer, Timeout, Unknown};
        match self {
            Self::Answer => &[Human, Machine, Unknown, Failed],
            Self::Play | Self::Disclosure => &[Failed],
            Self::Collect => &[Timeout, Invalid, Failed],
            Self::Agent | Self::Callback | Self::Voicemail | Self::Disconnect => {
                &[Busy, NoAnswer, Timeout, Failed]
            }
        }
    }
}

/// The outcomes that conditions speak of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// No key in time, at the last attempt; or nobody picked up in time.
    Timeout,
    /// No key that any branch takes, at the last attempt.
    Invalid,
    /// A person answered.
    Human,
    /// A machine answered.
    Machine,
    /// Nobody can tell who answered.
    Unknown,
    /// The queue or line is busy.
    Busy,
    /// Nobody answered.
    NoAnswer,
    /// Whatever was tried did not work.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: &[Outcome] = &[
        Self::Timeout,
        Self::Invalid,
        Self::Human,
        Self::Machine,
        Self::Unknown,
        Self::Busy,
        Self::NoAnswer,
        Self::Failed,
    ];

    /// The word, in the language and on the platform.
    pub fn word(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::Invalid => "invalid",
            Self::Human => "human",
            Self::Machine => "machine",
            Self::Unknown => "unknown",
            Self::Busy => "busy",
            Self::NoAnswer => "no_answer",
            Self::Failed => "failed",
        }
    }

    /// Whether a word is meant to take whatever no other branch takes.
    pub fn is_rest(word: &str) -> bool {
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

    /// The outcome of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.word() == word)
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
    /// The words of those that have a name of their own.
    pub const WORDS: &[&str] = &["play", "collect", "route", "schedule", "record", "disconnect"];

    /// The directive of a word: one that has a name of its own, or another.
    pub fn from_word(word: Box<str>) -> Self {
        let own = [Self::Play, Self::Collect, Self::Route, Self::Schedule, Self::Record, Self::Disconnect];
        own.into_iter().find(|one| one.word() == &*word).unwrap_or(Self::Other(word))
    }

    /// The kind of a node that does it, where no other kind does.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Collect => Some(Kind::Collect),
            Self::Route => Some(Kind::Agent),
            Self::Schedule => Some(Kind::Callback),
            Self::Record => Some(Kind::Voicemail),
            Self::Disconnect => Some(Kind::Disconnect),
            Self::Play | Self::Other(_) => None,
        }
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
