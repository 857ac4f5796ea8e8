//! Nodes and their actions.

use std::sync::Arc;

use compact_str::CompactString;
use thin_vec::ThinVec;

use super::{
    DeclaredAs, Digits, Directive, Entry, Event, EventKind, Field, GivenDisposition, Input, Kind, KindId,
    NodeSetsId, Speaker, VariableId, Verb, is_key,
};
use crate::source::Span;

/// A text after its insertions.
#[derive(Debug, Clone)]
pub struct Text {
    /// The text. `None` if it inserts something unknown, which is already reported.
    pub value: Option<Box<str>>,
    /// Where the string is written.
    pub span: Span,
    /// Whether it contains a placeholder for a contact field or a variable, `{name}`.
    pub placeholders: bool,
}

/// A tag, without its `@`.
#[derive(Debug, Clone)]
pub struct Tag {
    /// Its name.
    pub name: Box<str>,
    /// Where it is written.
    pub span: Span,
}

/// A prompt with the markup of a speech engine. What is spoken of it is the action's text.
#[derive(Debug, Clone)]
pub struct Ssml {
    /// The text with its markup, after its insertions.
    pub markup: Text,
    /// How long its pauses take together, in milliseconds.
    pub pauses: u64,
    /// The first element whose time is not known.
    pub untimed: Option<Box<str>>,
    /// Whether it plays a recording.
    pub plays: bool,
}

/// A step of a node.
#[derive(Debug, Clone)]
pub struct Action {
    /// What it tells the platform to do.
    pub directive: Directive,
    /// The audio's URL.
    pub media: Option<Text>,
    /// The id of a recording in the platform's library.
    pub prompt: Option<Text>,
    /// The text to speak, or the queue or mailbox. Of a text with markup it is what is spoken.
    pub text: Option<Text>,
    /// The same with its markup, if it has some.
    pub ssml: Option<Box<Ssml>>,
    /// The language and the voice in which it is heard, if they are declared.
    pub speaker: Option<Arc<Speaker>>,
    /// How often the prompt is played again.
    pub retries: Option<Retries>,
    /// What is said in place of the prompt from the second attempt on.
    pub repeats: Option<Box<Repeats>>,
    /// What it says about the keys that it takes and about the times for them.
    pub input: Option<Box<Input>>,
    /// The duration of its audio in milliseconds. For a prompt for keys, that of one attempt with the wait after
    /// it.
    pub lasts: Option<u64>,
    /// Its fields that the language does not know, in order.
    pub fields: ThinVec<Field>,
    /// Its tags, including those of the contact fields and variables in its text.
    pub tags: ThinVec<Tag>,
    /// The variable that it sets, if it is a `set`.
    pub set: Option<Box<Assignment>>,
    /// Where it is written.
    pub span: Span,
}

impl Action {
    /// An action that has nothing but its directive yet.
    pub(crate) fn new(directive: Directive, span: Span) -> Self {
        Self {
            directive,
            media: None,
            prompt: None,
            text: None,
            ssml: None,
            speaker: None,
            retries: None,
            repeats: None,
            input: None,
            lasts: None,
            fields: ThinVec::new(),
            tags: ThinVec::new(),
            set: None,
            span,
        }
    }

    /// Whether it takes digits in place of the keys that branches name.
    pub fn takes_digits(&self) -> bool {
        self.input.as_ref().is_some_and(|input| input.digits.is_some())
    }

    /// Its fields that the language does not know, with those of its further attempts.
    pub fn all_fields(&self) -> impl Iterator<Item = &Field> {
        let repeats = self.repeats.iter().flat_map(|repeats| [&repeats.retry, &repeats.silence]);
        self.fields.iter().chain(repeats.flatten().flat_map(|repeat| &repeat.fields))
    }

    /// Whether it sends a field, be it at a further attempt.
    pub fn sends(&self, field: &str) -> bool {
        self.all_fields().any(|own| *own.name == *field)
    }
}

/// How often a prompt is played again.
#[derive(Debug, Clone, Copy)]
pub struct Retries {
    /// The number. `None` if it is unknown, which is already reported.
    pub count: Option<u32>,
    /// Where the option is written.
    pub span: Span,
}

/// What is said in place of a prompt for keys from the second attempt on. What is not said is the prompt itself.
#[derive(Debug, Clone, Default)]
pub struct Repeats {
    /// `retry`: after a wrong key, and without a `silence` also after none.
    pub retry: Option<Repeat>,
    /// `silence`: after no key.
    pub silence: Option<Repeat>,
}

/// What is said at a further attempt.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// The audio's URL.
    pub media: Option<Text>,
    /// The id of a recording in the platform's library.
    pub prompt: Option<Text>,
    /// The text to speak. Of a text with markup it is what is spoken.
    pub text: Option<Text>,
    /// The same with its markup, if it has some.
    pub ssml: Option<Box<Ssml>>,
    /// Its fields that the language does not know, in order.
    pub fields: ThinVec<Field>,
    /// The duration of its audio in milliseconds, with the wait after it.
    pub lasts: Option<u64>,
    /// The tags of the contact fields and variables in its text, which it may not have.
    pub tags: ThinVec<Tag>,
    /// Where it is written.
    pub span: Span,
}

impl Repeat {
    /// Whether a recording is heard: one with an address, or one of the platform's library.
    pub fn is_recorded(&self) -> bool {
        self.media.is_some() || self.prompt.is_some()
    }

    /// What is heard, each part with the name under which it is sent, in order. What is spoken of a text with markup
    /// is not sent.
    pub fn sent_as(&self, verb: Verb) -> [(&'static str, Option<&Text>); 4] {
        let [media, prompt, text, ssml] = match verb {
            Verb::Silence => ["silence_media_url", "silence_prompt_id", "silence_text", "silence_ssml"],
            _ => ["retry_media_url", "retry_prompt_id", "retry_text", "retry_ssml"],
        };
        let markup = self.ssml.as_ref().map(|ssml| &ssml.markup);
        [
            (media, self.media.as_ref()),
            (prompt, self.prompt.as_ref()),
            (text, self.text.as_ref().filter(|_| markup.is_none())),
            (ssml, markup),
        ]
    }
}

impl Repeats {
    /// What is said after an attempt without a key, or else with a wrong one, with its word; `None` if that is the
    /// prompt.
    pub fn after(&self, is_silent: bool) -> Option<(Verb, &Repeat)> {
        let silence = self.silence.as_ref().filter(|_| is_silent).map(|one| (Verb::Silence, one));
        silence.or(self.retry.as_ref().map(|one| (Verb::Retry, one)))
    }

    /// Whether the prompt itself may be heard at a further attempt.
    pub fn may_repeat_prompt(&self) -> bool {
        self.retry.is_none()
    }
}

impl Action {
    /// What it says at further attempts, each with its word.
    pub fn repeats(&self) -> impl Iterator<Item = (Verb, &Repeat)> {
        let repeats = self.repeats.as_deref();
        let retry = repeats.and_then(|repeats| repeats.retry.as_ref()).map(|one| (Verb::Retry, one));
        let silence = repeats.and_then(|repeats| repeats.silence.as_ref()).map(|one| (Verb::Silence, one));
        retry.into_iter().chain(silence)
    }

    /// Its text, and those of its further attempts.
    pub fn texts(&self) -> impl Iterator<Item = &Text> {
        self.text.iter().chain(self.repeats().filter_map(|(_, repeat)| repeat.text.as_ref()))
    }

    /// Its recording, and those of its further attempts.
    pub fn recordings(&self) -> impl Iterator<Item = &Text> {
        self.media.iter().chain(self.repeats().filter_map(|(_, repeat)| repeat.media.as_ref()))
    }

    /// The same of the platform's library.
    pub fn library_recordings(&self) -> impl Iterator<Item = &Text> {
        self.prompt.iter().chain(self.repeats().filter_map(|(_, repeat)| repeat.prompt.as_ref()))
    }
}

/// A line of an agent: `script "TEXT"`. It is said after all actions of its node, if an agent takes the call.
#[derive(Debug, Clone)]
pub struct Script {
    /// The words.
    pub text: Text,
    /// The language in which it is said, if it is declared. A voice beside it is that of the platform.
    pub speaker: Option<Arc<Speaker>>,
    /// Its tags, including those of the contact fields and variables in its text.
    pub tags: ThinVec<Tag>,
    /// Where it is written.
    pub span: Span,
}

/// The type of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeType {
    /// One of the language's kinds.
    Kind(Kind),
    /// Any other type of the platform.
    Other(Box<str>),
    /// An exit of a library that is compiled alone, where calls end.
    Exit,
}

impl NodeType {
    /// The platform's word for it.
    pub fn word(&self) -> &str {
        match self {
            Self::Kind(kind) => kind.word(),
            Self::Other(word) => word,
            Self::Exit => "exit",
        }
    }
}

/// A node.
#[derive(Debug, Clone)]
pub struct Node {
    /// The platform's id, including an instance's prefix.
    pub id: CompactString,
    /// Its type.
    pub type_: NodeType,
    /// Whether it is declared as `node … type` or is of a declared kind, and may have any condition and any action.
    pub generic: bool,
    /// Its declared kind.
    pub declared: Option<DeclaredAs>,
    /// What it sets behind its outcomes, if anything.
    pub sets: Option<NodeSetsId>,
    /// What a call is reported as that comes to it, unless it passes another one later.
    pub disposition: Option<GivenDisposition>,
    /// Whether the call ends here.
    pub ends_call: bool,
    /// Whether part of it did not parse, so that it may only seem to lack something.
    pub broken: bool,
    /// Where its kind is written.
    pub kind_span: Span,
    /// Where its name is written.
    pub name_span: Span,
    /// Its doc comment.
    pub doc: Option<Span>,
    /// The tags of the whole node.
    pub tags: ThinVec<Tag>,
    /// Its actions in order.
    pub actions: Vec<Action>,
    /// What its agent says after them, in order.
    pub scripts: ThinVec<Script>,
}

impl Node {
    /// Whether it counts as this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.type_ == NodeType::Kind(kind)
    }

    /// Its declared kind.
    pub fn declared_kind(&self) -> Option<KindId> {
        self.declared.map(|declared| declared.kind)
    }

    /// How many digits it takes, if it takes digits in place of the keys that branches name.
    pub fn digits(&self) -> Option<Digits> {
        let mut prompts = self.actions.iter().filter(|action| action.directive == Directive::Collect);
        prompts.find_map(|action| action.input.as_ref()?.digits)
    }

    /// Whether it takes digits in place of the keys that branches name.
    pub fn takes_digits(&self) -> bool {
        self.digits().is_some()
    }

    /// What is entered with an event of keys, if it takes digits.
    pub fn entry<'e>(&self, event: &'e Event) -> Option<Entry<'e>> {
        let keys = match event.kind() {
            EventKind::Key => event.word(),
            EventKind::Raw if is_key(event.raw()) => event.raw(),
            _ => return None,
        };
        let mut inputs = self.actions.iter().filter_map(|action| action.input.as_deref());
        inputs.find_map(|input| input.entry(keys))
    }

    /// The kind it counts as.
    pub fn kind(&self) -> Option<Kind> {
        match self.type_ {
            NodeType::Kind(kind) => Some(kind),
            NodeType::Other(_) | NodeType::Exit => None,
        }
    }
}

/// `set NAME = VALUE`
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The variable that gets the value.
    pub variable: VariableId,
    /// Its new value.
    pub value: NewValue,
    /// Both as the language writes them, after insertions: `tries = tries + 1`.
    pub words: Box<str>,
    /// Where the line is written.
    pub span: Span,
}

/// The value that a `set` gives.
#[derive(Debug, Clone)]
pub enum NewValue {
    /// A whole number.
    Number(i64),
    /// A text, perhaps with placeholders.
    Text(Text),
    /// The value of a variable or a contact field, with a number added to it.
    Copy {
        /// What is copied.
        of: VariableId,
        /// What is added, which may be negative. `None` if it is copied as it is.
        add: Option<i64>,
    },
    /// Broken, which is already reported.
    Unknown,
}

impl Node {
    /// The variables that it sets, in order, each with the number of its action.
    pub fn assignments(&self) -> impl Iterator<Item = (usize, &Assignment)> {
        let actions = self.actions.iter().enumerate();
        actions.filter_map(|(number, action)| Some((number, action.set.as_deref()?)))
    }
}
