//! A foreign flow as all readers hand it over: blocks with steps and exits, in the words of the platform.

use std::borrow::Cow;

use rustc_hash::FxHashSet;

/// A flow.
#[derive(Debug)]
pub struct Graph<'a> {
    /// What the platform lists it under.
    pub name: Cow<'a, str>,
    /// What it is for; empty where nothing is said.
    pub description: Cow<'a, str>,
    /// The language of its texts; empty where nothing is said.
    pub language: Cow<'a, str>,
    /// The voice that speaks them; empty where nothing is said.
    pub voice: Cow<'a, str>,
    /// The block where the call begins, as an index.
    pub entry: usize,
    /// The blocks in their order.
    pub blocks: Vec<Block<'a>>,
}

/// What becomes a node.
#[derive(Debug)]
pub struct Block<'a> {
    /// Its id, which no other block has.
    pub id: Cow<'a, str>,
    /// Its type.
    pub type_: Cow<'a, str>,
    /// What a call is reported as that comes to it; empty where nothing is said.
    pub disposition: Cow<'a, str>,
    /// What it does, in order.
    pub steps: Vec<Step<'a>>,
    /// Where the call goes on, in order.
    pub exits: Vec<Exit<'a>>,
    /// Whether it asks for opening hours that cannot be declared under their name.
    pub has_unclear_hours: bool,
}

/// What becomes an action.
#[derive(Debug)]
pub struct Step<'a> {
    /// What the platform is told to do.
    pub directive: Cow<'a, str>,
    /// A recording; empty where there is none.
    pub media: Cow<'a, str>,
    /// A recording in the platform's library, by its id; empty where there is none.
    pub prompt: Cow<'a, str>,
    /// A text, a queue or a mailbox; empty where there is none.
    pub text: Cow<'a, str>,
    /// A text with markup; empty where there is none.
    pub ssml: Cow<'a, str>,
    /// The language of the text; empty where it is the flow's.
    pub language: Cow<'a, str>,
    /// The voice that speaks it; empty where nothing is said.
    pub voice: Cow<'a, str>,
    /// How often the prompt is played again.
    pub retries: u32,
    /// What is said after a wrong key and after none, each a recording and a text.
    pub repeats: [StepRepeat<'a>; 2],
    /// How long the first key is awaited, and each one after it, in milliseconds.
    pub waits: [Option<u64>; 2],
    /// The fewest and the most digits of an entry.
    pub digits: Option<(u32, u32)>,
    /// The key that ends the digits; empty where there is none.
    pub end: Cow<'a, str>,
    /// The variable that the entry becomes; empty where there is none.
    pub into: Cow<'a, str>,
    /// The variable that it sets, if it does nothing else.
    pub set: Option<StepSet<'a>>,
    /// What else it sends, in order.
    pub fields: Vec<(Cow<'a, str>, StepField<'a>)>,
}

/// What is said in place of a prompt at a further attempt; empty where that is nothing.
#[derive(Debug, Default)]
pub struct StepRepeat<'a> {
    /// The recording.
    pub media: Cow<'a, str>,
    /// The recording in the platform's library, by its id.
    pub prompt: Cow<'a, str>,
    /// The text.
    pub text: Cow<'a, str>,
    /// The text with markup.
    pub ssml: Cow<'a, str>,
    /// What else is sent for it, in order.
    pub fields: Vec<(Cow<'a, str>, StepField<'a>)>,
}

impl StepRepeat<'_> {
    /// What is heard, in all its forms.
    pub fn texts(&self) -> [&Cow<'_, str>; 4] {
        [&self.media, &self.prompt, &self.text, &self.ssml]
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.texts().iter().all(|text| text.is_empty())
    }
}

/// The value of a field that only the platform knows.
#[derive(Debug)]
pub enum StepField<'a> {
    /// A text, perhaps with placeholders.
    Text(Cow<'a, str>),
    /// A whole number.
    Number(u64),
    /// `true` or `false`.
    Bool(bool),
    /// Several of these.
    List(Vec<StepField<'a>>),
}

impl StepField<'_> {
    /// Its texts.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::Text(text) => vec![text],
            Self::List(values) => values.iter().flat_map(Self::texts).collect(),
            Self::Number(_) | Self::Bool(_) => Vec::new(),
        }
    }
}

impl Step<'_> {
    /// What is said at further attempts, with its word.
    pub fn repeats(&self) -> impl Iterator<Item = (&'static str, &StepRepeat<'_>)> {
        ["retry", "silence"].into_iter().zip(&self.repeats).filter(|(_, one)| !one.is_empty())
    }

    /// Whether it names a recording.
    pub fn is_recorded(&self) -> bool {
        !self.media.is_empty() || !self.prompt.is_empty()
    }

    /// Whether it has a recording or a text.
    pub fn says_something(&self) -> bool {
        self.is_recorded() || !self.text.is_empty() || !self.ssml.is_empty()
    }

    /// Whether it says something that only prompts for keys say.
    pub fn is_about_keys(&self) -> bool {
        self.retries > 0 || self.waits != [None; 2] || self.digits.is_some()
    }
}

/// What a step sets.
#[derive(Debug)]
pub struct StepSet<'a> {
    /// The variable's name.
    pub variable: Cow<'a, str>,
    /// Its new value.
    pub value: SetTo<'a>,
}

/// What a variable is set to.
#[derive(Debug)]
pub enum SetTo<'a> {
    /// A whole number.
    Number(i64),
    /// A text, perhaps with placeholders.
    Text(Cow<'a, str>),
    /// What the placeholder of this name stands for, with a number added to it.
    Sum(Box<str>, i64),
}

/// What becomes a transition.
#[derive(Debug)]
pub struct Exit<'a> {
    /// The block that it leads to, as an index.
    pub to: usize,
    /// The condition as the platform spells it.
    pub condition: Cow<'a, str>,
    /// What a call is reported as that takes it; empty where nothing is said.
    pub disposition: Cow<'a, str>,
}

impl Graph<'_> {
    /// What calls are reported as, each word once, in the order in which they are given.
    pub fn dispositions(&self) -> Vec<&str> {
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        let mut words: Vec<&str> = Vec::new();
        for block in &self.blocks {
            let exits = block.exits.iter().map(|exit| &*exit.disposition);
            let all = core::iter::once(&*block.disposition).chain(exits);
            words.extend(all.filter(|word| !word.is_empty() && seen.insert(word)));
        }
        words
    }
}
