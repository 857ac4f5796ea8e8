//! The table of words: kinds, verbs and outcomes, with everything about them.
//!
//! To add one, write an entry here. The enum, the parser's choices, completion and the forms in messages are
//! generated from it; `UPDATE=1 cargo test --test vocabulary` writes it into the grammars of the parser and the
//! editors, and without `UPDATE` a difference fails there. Checks and policies that name single kinds ignore a
//! new one: `grep -rn 'Kind::' src` finds them.

/// Generates an enum from a table: its variants, `ALL`, `facts`, `word` and `from_word`.
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
            /// All of them, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// Its entry in the table.
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

            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|variant| variant.word() == word)
            }
        }
    };
}

/// The table's entry for a kind of node.
#[derive(Debug)]
pub struct KindFacts {
    /// The keyword, which is also the platform's type.
    pub word: &'static str,
    /// What such a node is for, in one sentence.
    pub about: &'static str,
    /// How such a node is written.
    pub form: &'static str,
    /// The same for editors, with places to fill in.
    pub snippet: &'static str,
    /// What a message says about a node without the action of its kind.
    pub lack: &'static str,
    /// The quoted argument after its name, or nothing.
    pub argument: &'static str,
    /// Whether the argument is a queue or a mailbox, which other nodes may name as well.
    pub names_queue: bool,
    /// Whether the call ends here.
    pub ends_call: bool,
    /// The kind's own directive, if it has one.
    pub directive: Option<Directive>,
    /// The outcomes that a node of this kind must handle if it branches.
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
            outcomes: &[Outcome::Entered, Outcome::Timeout, Outcome::Invalid, Outcome::Failed],
        }
        /// Branches on the value of a variable or a contact field.
        Decide {
            word: "decide",
            about: "Branches on the value of a variable or a contact field.",
            form: "decide NAME { when balance > 100 -> NODE; else -> NODE }",
            snippet: "decide ${1:name} {\n  when ${2:VARIABLE} = ${3:VALUE} -> ${4:NODE}\n  else -> ${5:NODE}\n}",
            lack: "does nothing",
            argument: "",
            names_queue: false,
            ends_call: false,
            directive: None,
            usual_outcomes: &[],
            outcomes: &[],
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

/// The outcomes of nodes that end the call.
const OF_ENDS: &[Outcome] = &[Outcome::Busy, Outcome::NoAnswer, Outcome::Timeout, Outcome::Failed];

impl Kind {
    /// Whether the call ends here.
    pub fn ends_call(self) -> bool {
        self.facts().ends_call
    }

    /// The kind's own directive, if it has one.
    pub fn directive(self) -> Option<&'static Directive> {
        self.facts().directive.as_ref()
    }

    /// Whether the called party hears something at such a node.
    pub fn speaks(self) -> bool {
        matches!(self.directive(), Some(Directive::Play | Directive::Collect))
    }

    /// The outcomes that a node of this kind must handle if it branches.
    pub fn usual_outcomes(self) -> &'static [Outcome] {
        self.facts().usual_outcomes
    }

    /// The outcomes that branches of this kind may take.
    pub fn outcomes(self) -> &'static [Outcome] {
        self.facts().outcomes
    }
}

/// The table's entry for the verb of an action.
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
    /// What it tells the platform to do. `None` if the statement names the directive.
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
        /// `retry "TEXT"`
        Retry {
            word: "retry",
            about: "What a collect says in place of its prompt after a wrong key.",
            form: "retry \"TEXT\"",
            snippet: "retry \"${1:Sorry, once more: press 1}\"",
            directive: None,
        }
        /// `silence "TEXT"`
        Silence {
            word: "silence",
            about: "What a collect says in place of its prompt after no key.",
            form: "silence \"TEXT\"",
            snippet: "silence \"${1:We heard nothing. Press 1}\"",
            directive: None,
        }
        /// `script "TEXT"`
        Script {
            word: "script",
            about: "What the agent says. The platform does not play it.",
            form: "script \"TEXT\"",
            snippet: "script \"${1:TEXT}\"",
            directive: None,
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
    /// The verb that a node of a kind must have once, as its last action. `None` for kinds that play or speak,
    /// which may do so several times.
    pub fn of_kind(kind: Kind) -> Option<Self> {
        let own = kind.directive().filter(|directive| **directive != Directive::Play)?;
        Self::ALL.iter().copied().find(|verb| verb.facts().directive.as_ref() == Some(own))
    }

    /// The only kind of node that may have it, if there is just one.
    pub fn kind(self) -> Option<Kind> {
        if self.is_repeat() {
            return Some(Kind::Collect);
        }
        if self == Self::Script {
            return Some(Kind::Agent);
        }
        self.facts().directive.as_ref()?.kind()
    }

    /// Whether it is no action of its own, but says what a `collect` says at further attempts.
    pub fn is_repeat(self) -> bool {
        matches!(self, Self::Retry | Self::Silence)
    }
}

/// The table's entry for an outcome.
#[derive(Debug)]
pub struct OutcomeFacts {
    /// The word, in the language and on the platform.
    pub word: &'static str,
    /// The words of other tools for it.
    pub elsewhere: &'static [&'static str],
}

words! {
    /// The outcomes that conditions may name.
    Outcome of OutcomeFacts {
        /// The digits that a prompt asks for were entered.
        Entered { word: "entered", elsewhere: &["collected", "digits_entered", "received"] }
        /// No key in time, at the last attempt; or nobody picked up in time.
        Timeout { word: "timeout", elsewhere: &["noinput", "no_input", "silence"] }
        /// No key that any branch takes, at the last attempt.
        Invalid { word: "invalid", elsewhere: &["nomatch", "no_match", "wrong"] }
        /// A person answered.
        Human { word: "human", elsewhere: &["live", "person"] }
        /// A machine answered.
        Machine { word: "machine", elsewhere: &["answering_machine", "voicemail"] }
        /// It is unknown who answered.
        Unknown { word: "unknown", elsewhere: &[] }
        /// The queue or line is busy.
        Busy { word: "busy", elsewhere: &[] }
        /// Nobody answered.
        NoAnswer { word: "no_answer", elsewhere: &["noanswer", "unanswered"] }
        /// The node's action failed.
        Failed { word: "failed", elsewhere: &["error", "failure"] }
    }
}

impl Outcome {
    /// Whether a word probably means whatever no other branch takes.
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

    /// The outcome that a word of another tool stands for.
    pub fn from_elsewhere(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|outcome| outcome.facts().elsewhere.contains(&word))
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
    /// Gives a variable its value.
    Set,
    /// Any other directive, by name.
    Other(Box<str>),
}

impl Directive {
    /// The directive of a word: a known one, or [`Other`](Self::Other).
    pub fn from_word(word: Box<str>) -> Self {
        Self::named().find(|directive| directive.word() == &*word).cloned().unwrap_or(Self::Other(word))
    }

    /// The known directives.
    pub fn named() -> impl Iterator<Item = &'static Self> {
        // `say` has the same directive as `play`.
        let verbs = Verb::ALL.iter().filter(|verb| **verb != Verb::Say);
        verbs.filter_map(|verb| verb.facts().directive.as_ref())
    }

    /// The kind of node that has it, if only one kind does.
    pub fn kind(&self) -> Option<Kind> {
        // Asked for each action again and again, so that this does not search the table.
        match self {
            Self::Collect => Some(Kind::Collect),
            Self::Route => Some(Kind::Agent),
            Self::Schedule => Some(Kind::Callback),
            Self::Record => Some(Kind::Voicemail),
            Self::Disconnect => Some(Kind::Disconnect),
            Self::Play | Self::Set | Self::Other(_) => None,
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
            Self::Set => "set",
            Self::Other(word) => word,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_a_directive_is_the_one_that_has_it_in_the_table() {
        for directive in Directive::named() {
            let has_it = |kind: &&Kind| *directive != Directive::Play && kind.directive() == Some(directive);
            assert_eq!(directive.kind(), Kind::ALL.iter().find(has_it).copied(), "{directive:?}");
        }
    }
}
